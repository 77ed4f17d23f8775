"""7z and RAR through the system's libarchive, where it is installed."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

from pipelines.readers.archive_formats import Entry, damaged, decode_name, refuse_crowd
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import Limits

_LOCKED = ("ncrypt", "assphrase", "assword")


def foreign_entries(data: bytes, limits: Limits) -> Iterator[Entry]:
    """Files of an archive that libarchive reads; each is unpacked when it is read.

    Raises ``Quarantined``: ``unsupported_format`` without the library, ``encrypted``, ``unreadable``.
    """
    library = _libarchive()
    one_pass = _Pass(library, data)
    for number, (path, size) in enumerate(_listed(library, data, limits)):
        yield Entry(path, size, None, one_pass.reader(number))


class _Pass:
    """One run through the archive: RAR and 7z unpack in order, and members are asked for in order."""

    def __init__(self, library: Any, data: bytes) -> None:
        self._library = library
        self._entries = self._run(data)

    def _run(self, data: bytes) -> Iterator[tuple[int, Any]]:
        with self._library.memory_reader(data) as archive:
            yield from enumerate(entry for entry in archive if entry.isreg)

    def _refuse_locked(self, entry: Any) -> None:
        """A locked member may unpack to its own cipher text, so its mark is looked at first."""
        ask = getattr(self._library.ffi.libarchive, "archive_entry_is_data_encrypted", None)
        if ask is not None and ask(ctypes.c_void_p(entry._entry_p)):  # noqa: SLF001 - the binding lacks this question
            raise _locked()

    def reader(self, number: int) -> Callable[[int], bytes]:
        """Reads the file with this number, which must not stand before one read already."""

        def read(most: int) -> bytes:
            try:
                for at, entry in self._entries:
                    if at == number:
                        self._refuse_locked(entry)
                        return _bounded(entry, most)
            except self._library.exception.ArchiveError as error:
                raise _refused(error) from error
            raise Quarantined("unreadable", "the archive ends or breaks before this member; fetch it again")

        return read


def _libarchive() -> Any:
    try:
        import libarchive  # noqa: PLC0415 - an optional system library
    except (ImportError, OSError, AttributeError, TypeError) as error:
        message = "7z and RAR need the system library libarchive (Debian: apt install libarchive13); or unpack the file"
        raise Quarantined("unsupported_format", message) from error
    return libarchive


def _listed(library: Any, data: bytes, limits: Limits) -> list[tuple[str, int]]:
    found = []
    try:
        with library.memory_reader(data) as archive:
            for entry in archive:
                if entry.isreg:
                    found.append((_path(entry), entry.size or 0))
                    refuse_crowd(len(found), limits)
    except library.exception.ArchiveError as error:
        if not found:
            raise _refused(error) from error
    return found


def _path(entry: Any) -> str:
    path = entry.pathname
    text = decode_name(path) if isinstance(path, bytes) else str(path or "unnamed")
    return text.replace("\\", "/")


def _bounded(entry: Any, most: int) -> bytes:
    parts = []
    size = 0
    for block in entry.get_blocks():
        parts.append(bytes(block))
        size += len(block)
        if size > most:
            break
    return b"".join(parts)


def _refused(error: Exception) -> Quarantined:
    return _locked() if any(sign in str(error) for sign in _LOCKED) else damaged(error)


def _locked() -> Quarantined:
    return Quarantined("encrypted", "this archive or member has a password; pack it again without one")
