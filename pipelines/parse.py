"""One file in a worker: bytes → documents → statutory tables → facts, bounded in time and memory.

The only broad ``except`` of the code stands here: whatever a parser does wrong costs one file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import polars as pl

from pipelines.facts import SCHEMAS, Columns, add_report, columns_to_frames, empty_columns
from pipelines.raw import opened_as
from pipelines.readers import read_document, read_kind
from pipelines.readers.detect import Kind, detect
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import LIMITS
from schemas import TABLES

if TYPE_CHECKING:
    from pipelines.report.model import Report

OUTCOME_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(
    ("source_path", "file_path", "sha256", "file_sha256", "report_id", "reason_code", "detail"), pl.String
)
OUTCOMES_FILE = "outcomes.parquet"
UNFINISHED = ".building"
"""How the name of a part ends until it is whole."""
WAITING = "waiting"
"""Reason of a file that changed or went while it was read: no outcome, it is looked at again in the next run."""
LONGEST_DETAIL = 4000
WALL_FACTOR, GRACE = 6.0, 5.0
"""By the clock a file may take so many times its processor time, and some seconds, before its process ends."""
TABLES_BY_NAME = {table.table_name(): table for table in TABLES}


class Chunk(NamedTuple):
    """Work for one worker: files of one raw folder, and where the frames of their reports go."""

    raw_dir: str
    paths: tuple[str, ...]
    folder: str
    file_seconds: float

    @property
    def marker(self) -> Path:
        """Says which of the paths is being read, for the case that the process ends there."""
        return Path(self.folder + ".reading")


class Outcome(NamedTuple):
    """What became of one file or archive member: a report, or a reason why not."""

    source_path: str
    file_path: str
    sha256: str | None
    file_sha256: str | None
    report_id: str | None
    reason_code: str | None
    detail: str | None


Parsed: TypeAlias = "tuple[Outcome, Report | None]"


class TooSlow(BaseException):
    """Reading one file took longer than it may."""


class _File(NamedTuple):
    """A file being read: its path in the raw folder, the hash of its bytes, the time each part of it may take."""

    path: str
    sha256: str | None
    seconds: float


def parse_chunk(chunk: Chunk) -> list[Outcome]:
    """Read every file of a chunk, write the frames of its reports to ``chunk.folder``, and say what became of each.

    The folder appears whole or not at all. A file that hangs or crashes in native code ends the
    process; ``chunk.marker`` then says which it was.
    """
    Path(chunk.folder).parent.mkdir(parents=True, exist_ok=True)
    with chunk.marker.open("wb", buffering=0) as marker:
        frames, outcomes = _parse_together(chunk, marker.fileno())
        _write_part(Path(chunk.folder), frames, outcomes)
    chunk.marker.unlink()
    return outcomes


Part = tuple[dict[str, pl.DataFrame], list[Outcome]]
"""The tables of the reports of a chunk, and what became of each of its files."""


def _parse_together(chunk: Chunk, marker: int) -> Part:
    """Every report goes into the columns at once and is forgotten; where they make no tables, each is tried alone."""
    columns, outcomes = empty_columns(), []
    try:
        for outcome, report in _parsed(chunk, marker):
            outcomes.append(outcome)
            if report is not None and outcome.report_id:
                add_report(columns, outcome.report_id, report)
        return _valid_frames(columns), outcomes
    except Exception:  # noqa: BLE001 - one report must never cost the night
        return _parse_each_alone(chunk, marker)


def _parsed(chunk: Chunk, marker: int) -> Iterator[Parsed]:
    for number, path in enumerate(chunk.paths):
        os.pwrite(marker, b"%d\n" % number, 0)
        yield from parse_file(Path(chunk.raw_dir), path, chunk.file_seconds)
    os.pwrite(marker, b"%d\n" % len(chunk.paths), 0)


def _parse_each_alone(chunk: Chunk, marker: int) -> Part:
    """Read the files again; a report that has no place in the tables is left out and its file quarantined."""
    columns, outcomes = empty_columns(), []
    for outcome, report in _parsed(chunk, marker):
        able, failure = (report, None) if report is None else _able(outcome, report)
        outcomes.append(
            outcome if failure is None else outcome._replace(report_id=None, reason_code="parser_error", detail=failure)
        )
        if able is not None and outcome.report_id:
            add_report(columns, outcome.report_id, able)
    return _valid_frames(columns), outcomes


def _able(outcome: Outcome, report: Report) -> tuple[Report | None, str | None]:
    """The report if it has a place in the tables, else why not."""
    columns = empty_columns()
    try:
        add_report(columns, outcome.report_id or "", report)
        _valid_frames(columns)
    except Exception:  # noqa: BLE001 - one report must never cost the night
        return None, _failure()
    return report, None


def parse_file(raw_dir: Path, path: str, seconds: float) -> list[Parsed]:
    """Everything that one file gives: itself or, of an archive, each member."""
    found: list[Parsed] = []
    try:
        with _bounded(seconds):
            for one in _parse_file(raw_dir, path, seconds):
                found.append(one)
                _arm(seconds)
    except (TooSlow, MemoryError) as error:
        found.append((_beyond_bounds(path, _File(path, None, seconds), None, error), None))
    return _with_names_of_their_own(found)


def _with_names_of_their_own(parsed: list[Parsed]) -> list[Parsed]:
    """An archive may hold two members of one name: the second is called ``name#2``."""
    seen: dict[str, int] = {}
    named = []
    for outcome, report in parsed:
        number = seen[outcome.source_path] = seen.get(outcome.source_path, 0) + 1
        if number > 1:
            path = f"{outcome.source_path}#{number}"
            identifier = outcome.report_id and report_identifier(path, outcome.sha256 or "")
            outcome = outcome._replace(source_path=path, report_id=identifier)  # noqa: PLW2901
        named.append((outcome, report))
    return named


def _write_part(folder: Path, frames: dict[str, pl.DataFrame], outcomes: list[Outcome]) -> None:
    """Write the tables of the reports and the outcomes of all files; the folder appears when all of it is on disk."""
    building = folder.with_name(folder.name + UNFINISHED)
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    frames = {**frames, Path(OUTCOMES_FILE).stem: pl.DataFrame(outcomes, schema=OUTCOME_SCHEMA, orient="row")}
    for name, frame in frames.items():
        with (building / f"{name}.parquet").open("wb") as stream:
            frame.write_parquet(stream, compression="zstd", statistics=False)
            stream.flush()
            os.fsync(stream.fileno())
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)


def _valid_frames(columns: Columns) -> dict[str, pl.DataFrame]:
    frames = columns_to_frames(columns)
    for name in SCHEMAS.keys() & TABLES_BY_NAME.keys():
        TABLES_BY_NAME[name].validate(frames[name])
    return frames


def _failure() -> str:
    return _text(f"please report this file: {traceback.format_exc()[-LONGEST_DETAIL:]}")


def _text(written: str) -> str:
    """Text that every table can hold: what is no Unicode is spelled out."""
    return written.encode("utf-8", "backslashreplace").decode()


def _beyond_bounds(source_path: str, file: _File, sha256: str | None, error: BaseException) -> Outcome:
    bound = f"{file.seconds:g} seconds" if isinstance(error, TooSlow) else "the memory of one worker"
    detail = f"reading it takes more than {bound}; split or simplify the file"
    return Outcome(source_path, file.path, sha256, file.sha256, None, "too_large", detail)


@contextlib.contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """Python code is interrupted after the bound; native code that does not return is ended by the system later."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGPROF, _raise_too_slow)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _arm(seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _arm(seconds: float) -> None:
    """Start the times anew: the first rings more than once, since a callback of a library may lose a ring.

    The second has no handler, so it ends the process whatever that does: no thread to start, no lock to wait for.
    """
    if threading.current_thread() is threading.main_thread():
        signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    signal.setitimer(signal.ITIMER_REAL, seconds * WALL_FACTOR + GRACE)


def _raise_too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def _parse_file(raw_dir: Path, path: str, seconds: float) -> Iterator[Parsed]:
    data = _read_bytes(opened_as(raw_dir, path))
    if isinstance(data, Quarantined):
        yield Outcome(path, path, None, None, None, data.reason_code, data.detail), None
        return
    sha256 = hashlib.sha256(data).hexdigest()
    file = _File(path, sha256, seconds)
    try:
        kind = detect(data, path)
    except Quarantined as error:
        yield _refused(path, file, sha256, error), None
        return
    except Exception:  # noqa: BLE001 - one file must never cost the night
        yield Outcome(path, path, sha256, sha256, None, "parser_error", _failure()), None
        return
    yield from _parse_members(data, file) if kind == "archive" else [_parse_bytes(data, path, file, sha256, kind)]


def _read_bytes(file: Path) -> bytes | Quarantined:
    try:
        with file.open("rb") as stream:
            before = os.fstat(stream.fileno())
            if before.st_size > LIMITS.file_bytes:
                return Quarantined("too_large", f"larger than {LIMITS.file_bytes} bytes; split the file")
            data = stream.read(LIMITS.file_bytes + 1)
            after = os.fstat(stream.fileno())
    except FileNotFoundError:
        return Quarantined(WAITING, "went while the run went on")
    except OSError as error:
        return Quarantined("unreadable", f"{error.strerror}; make the file readable and run again")
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        return Quarantined(WAITING, "changed while it was read")
    return data


def _refused(source_path: str, file: _File, sha256: str | None, error: Quarantined) -> Outcome:
    return Outcome(_text(source_path), file.path, sha256, file.sha256, None, error.reason_code, _text(error.detail))


def _parse_members(data: bytes, file: _File) -> Iterator[Parsed]:
    from pipelines.readers.archive import members  # noqa: PLC0415 - few files are archives

    count = 0
    try:
        for name, member in members(data, file.path):
            count += 1
            source_path = f"{file.path}!/{_text(name)}"
            if isinstance(member, Quarantined):
                yield _refused(source_path, file, None, member), None
            else:
                yield _parse_bytes(member, source_path, file, hashlib.sha256(member).hexdigest())
    except Quarantined as error:
        yield _refused(file.path, file, file.sha256, error), None
        return
    except Exception:  # noqa: BLE001 - one file must never cost the night
        yield Outcome(file.path, file.path, file.sha256, file.sha256, None, "parser_error", _failure()), None
        return
    if count == 0:
        yield _refused(file.path, file, file.sha256, Quarantined("not_a_report", "the archive holds no document")), None


def report_identifier(source_path: str, sha256: str) -> str:
    """The identifier of one version of one report file: the same for the same path and bytes in every run."""
    return hashlib.sha256(f"{source_path}\0{sha256}".encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _parse_bytes(data: bytes, source_path: str, file: _File, sha256: str, kind: Kind | None = None) -> Parsed:
    from pipelines.report import read_report  # noqa: PLC0415 - half a second that a night without new files need not cost

    try:
        document = read_document(data, source_path) if kind is None else read_kind(data, kind)
        report = read_report(document, source_path)
    except Quarantined as error:
        return _refused(source_path, file, sha256, error), None
    except (TooSlow, MemoryError) as error:
        return _beyond_bounds(source_path, file, sha256, error), None
    except Exception:  # noqa: BLE001 - one file must never cost the night
        return Outcome(source_path, file.path, sha256, file.sha256, None, "parser_error", _failure()), None
    identifier = report_identifier(source_path, sha256)
    return Outcome(source_path, file.path, sha256, file.sha256, identifier, None, None), report
