"""One file in a worker: bytes → documents → statutory tables → facts, bounded in time and memory.

The only broad ``except`` of the code stands here: whatever a parser does wrong costs one file.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import hashlib
import resource
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import polars as pl

from pipelines.facts import reports_to_frames
from pipelines.readers import read_document
from pipelines.readers.detect import detect
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import LIMITS
from pipelines.report import read_report
from pipelines.report.model import Report
from schemas import TABLES

OUTCOME_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "source_path": pl.String,
    "file_path": pl.String,
    "sha256": pl.String,
    "report_id": pl.String,
    "reason_code": pl.String,
    "detail": pl.String,
}
LONGEST_DETAIL = 4000
TABLES_BY_NAME = {table.table_name(): table for table in TABLES}


class Chunk(NamedTuple):
    """Work for one worker: files of one raw folder, and where the frames of their reports go."""

    raw_dir: str
    paths: tuple[str, ...]
    folder: str
    file_seconds: float
    worker_bytes: int


class Outcome(NamedTuple):
    """What became of one file or archive member: a report, or a reason why not."""

    source_path: str
    file_path: str
    sha256: str | None
    report_id: str | None
    reason_code: str | None
    detail: str | None


class TooSlow(Exception):  # noqa: N818 - named after what happened
    """Reading one file took longer than it may."""


def parse_chunk(chunk: Chunk) -> list[Outcome]:
    """Read every file of a chunk, write the frames of its reports to ``chunk.folder``, and say what became of each.

    A file that hangs in native code ends
    the process; the caller then halves the chunk until that file stands alone.
    """
    resource.setrlimit(resource.RLIMIT_AS, (chunk.worker_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
    gc.freeze()
    found: dict[str, Report] = {}
    outcomes = []
    for path in chunk.paths:
        for outcome, report in _parse_bounded(chunk, path):
            outcomes.append(outcome)
            if report is not None and outcome.report_id is not None:
                found.setdefault(outcome.report_id, report)
    frames = reports_to_frames(found.items())
    folder = Path(chunk.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        if name in TABLES_BY_NAME:
            TABLES_BY_NAME[name].validate(frame)
        frame.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=False)
    return outcomes


def _parse_bounded(chunk: Chunk, path: str) -> list[tuple[Outcome, Report | None]]:
    found: list[tuple[Outcome, Report | None]] = []
    try:
        with _bounded(chunk.file_seconds):
            found.extend(_parse_file(Path(chunk.raw_dir), path))
    except TooSlow as error:
        found.append((_beyond_bounds(path, path, None, error), None))
    return found


def _beyond_bounds(source_path: str, file_path: str, sha256: str | None, error: BaseException) -> Outcome:
    detail = f"reading it exceeded the bound on time or memory ({type(error).__name__}); split or simplify the file"
    return Outcome(source_path, file_path, sha256, None, "too_large", detail)


@contextlib.contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """Python code is interrupted after the bound, native code that does not return ends the process soon after."""
    faulthandler.dump_traceback_later(seconds * 1.5 + 5, exit=True)
    signal.signal(signal.SIGALRM, _raise_too_slow)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()


def _raise_too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def _parse_file(raw_dir: Path, path: str) -> Iterator[tuple[Outcome, Report | None]]:
    data = _read_bytes(raw_dir / path)
    if isinstance(data, Quarantined):
        yield Outcome(path, path, None, None, data.reason_code, data.detail), None
        return
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        is_archive = detect(data, path) == "archive"
    except Quarantined as error:
        yield Outcome(path, path, sha256, None, error.reason_code, error.detail), None
        return
    if not is_archive:
        yield _parse_bytes(data, path, path, sha256)
        return
    yield from _parse_members(data, path, sha256)


def _read_bytes(file: Path) -> bytes | Quarantined:
    try:
        if file.stat().st_size > LIMITS.file_bytes:
            return Quarantined("too_large", f"larger than {LIMITS.file_bytes} bytes; split the file")
        return file.read_bytes()
    except OSError as error:
        return Quarantined("unreadable", f"{error.strerror}; make the file readable and run again")


def _parse_members(data: bytes, path: str, sha256: str) -> Iterator[tuple[Outcome, Report | None]]:
    from pipelines.readers.archive import members  # noqa: PLC0415 - few files are archives

    count = 0
    try:
        for name, member in members(data, path):
            count += 1
            source_path = f"{path}!/{name}"
            if isinstance(member, Quarantined):
                yield Outcome(source_path, path, None, None, member.reason_code, member.detail), None
            else:
                yield _parse_bytes(member, source_path, path, hashlib.sha256(member).hexdigest())
    except Quarantined as error:
        yield Outcome(path, path, sha256, None, error.reason_code, error.detail), None
        return
    if count == 0:
        yield Outcome(path, path, sha256, None, "not_a_report", "the archive holds no document"), None


def report_identifier(source_path: str, sha256: str) -> str:
    """The identifier of one version of one report file: the same for the same path and bytes in every run."""
    return hashlib.sha256(f"{source_path}\0{sha256}".encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _parse_bytes(data: bytes, source_path: str, file_path: str, sha256: str) -> tuple[Outcome, Report | None]:
    report_id = report_identifier(source_path, sha256)
    try:
        report = read_report(read_document(data, source_path), source_path)
    except Quarantined as error:
        return Outcome(source_path, file_path, sha256, None, error.reason_code, error.detail), None
    except (TooSlow, MemoryError) as error:
        return _beyond_bounds(source_path, file_path, sha256, error), None
    except Exception:  # noqa: BLE001 - one file must never cost the night
        detail = f"please report this file: {traceback.format_exc()[-LONGEST_DETAIL:]}"
        return Outcome(source_path, file_path, sha256, None, "parser_error", detail), None
    return Outcome(source_path, file_path, sha256, report_id, None, None), report
