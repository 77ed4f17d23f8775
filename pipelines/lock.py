"""One run at a time: a lock that dies with its process."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


class AlreadyRunningError(RuntimeError):
    """Another run holds the lock; the message names its process and start."""


class UnwritableError(RuntimeError):
    """The warehouse cannot be written where it should stand."""


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a warehouse, or refuse at once.

    Raises:
        AlreadyRunningError: another run holds it.
        UnwritableError: the folder cannot be written.

    """
    path = folder / "lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UnwritableError(f"{folder} cannot be written ({error.strerror}); make it writable") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunningError(_who(path)) from error
        os.ftruncate(handle, 0)
        started = datetime.now(UTC).isoformat(timespec="seconds")
        os.write(handle, json.dumps({"pid": os.getpid(), "started_at": started}).encode())
        yield
    finally:
        os.close(handle)


def _who(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return f"another run holds {path}: process {holder['pid']}, started {holder['started_at']}; wait for its end"
    except (ValueError, KeyError, OSError):
        return f"another run holds {path}; wait for its end"
