"""Raw files → documents → statutory tables: reads what is new or changed, once, and remembers it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from pipelines.parse import OUTCOME_SCHEMA, OUTCOMES_FILE, UNFINISHED, WAITING, Chunk, Outcome
from pipelines.parts import compact, remove_unused, scan_table
from pipelines.raw import Inventory, RawFolderError, opened_as, take_inventory
from pipelines.settings import Settings
from pipelines.state import OUTCOMES, State, save_state
from pipelines.version import abilities, label_lines, parser_version, reading_version
from pipelines.versions import Counts, count_changes, next_versions
from pipelines.workers import chunk_size, executor_maker, run_chunks
from schemas.vocabulary import settings as vocabulary_settings

__all__ = ["Counts", "Progress", "inventory_of", "read_documents", "scan_table", "utc_now"]

HEALTH = vocabulary_settings("health")
Progress = Callable[[int, int], None]


class Read(NamedTuple):
    """What reading files gave: what became of each, and the part that holds each report."""

    outcomes: list[Outcome]
    parts: dict[str, str]


def utc_now() -> datetime:
    """The time as the tables store it."""
    return datetime.now(UTC).replace(tzinfo=None)


def inventory_of(settings: Settings, state: State) -> Inventory:
    """The raw folder compared with the last state.

    Raises:
        RawFolderError: the folder is not there, or most of what it held is gone.

    """
    inventory = take_inventory(settings.raw_dir, state.files, settings.settle_seconds, full_hash=settings.full_hash)
    before, gone = state.files.height, len(inventory.removed)
    least = before * HEALTH["least_share_of_last_reports"]
    if before >= HEALTH["from_reports"] and inventory.files.height < least and not settings.accept_fewer:
        raise RawFolderError(
            f"{gone} of the {before} files of the last run are no longer in {settings.raw_dir}; see whether the folder "
            "is complete (a disk not mounted, another folder named), or set GONGKAI_ACCEPT_FEWER=1 and run again"
        )
    return inventory


def read_documents(
    settings: Settings, state: State, inventory: Inventory, progress: Progress | None = None
) -> tuple[State, Counts]:
    """Read what must be read and save the next generation; results stay in Parquet parts by content."""
    moved = _with_other_bytes(settings, state, inventory.to_read)
    to_parse = sorted({*moved, *_stale_files(settings, state, inventory)} - set(inventory.waiting))
    read = _read(settings, to_parse, progress)
    inventory, read = _without_waiting(state, inventory, read)
    outcomes = _merged(state, inventory, read)
    parsed = len({outcome.source_path for outcome in read.outcomes})
    counts = count_changes(state.outcomes, outcomes, waiting=len(inventory.waiting), parsed=parsed)
    notes = {**state.notes, "parser_version": parser_version(), "labels": [*label_lines()]}
    notes["abilities"] = [*abilities()]
    updated = replace(state, files=inventory.files, outcomes=outcomes, notes=notes)
    if read.outcomes or inventory.removed:
        versions = next_versions(state.versions, outcomes, read.parts, utc_now())
        all_columns = state.notes.get("parser_version") != parser_version()
        updated = replace(updated, versions=compact(settings, versions, all_columns=all_columns))
    saved = save_state(settings.state_dir, updated) if not updated.equals(state) else state
    remove_unused(settings.parts_dir, saved.versions["part"].unique().to_list())
    return saved, counts


def _with_other_bytes(settings: Settings, state: State, paths: Iterable[str]) -> list[str]:
    """Those of the files that do not hold the bytes they held when they were read."""
    known = dict(state.outcomes.select("file_path", "file_sha256").iter_rows())
    return [path for path in paths if known.get(path) is None or _sha256(settings, path) != known[path]]


def _sha256(settings: Settings, path: str) -> str | None:
    try:
        with opened_as(settings.raw_dir, path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _stale_files(settings: Settings, state: State, inventory: Inventory) -> list[str]:
    """Files that stand as they were, and must be read again all the same.

    Those that another parser read, those that the system did not let us read, and where labels or
    abilities were added all that was not read completely: an addition can change nothing else.
    """
    known = state.outcomes.filter(pl.col("file_path").is_in(inventory.files["file_path"].implode()))
    before, now = set(state.notes.get("labels", ())), set(label_lines())
    if before - now:
        return known["file_path"].unique().to_list()
    other_parser = pl.col("parser_version") != parser_version()
    not_let = (pl.col("reason_code") == "unreadable") & pl.col("file_sha256").is_null()
    again = other_parser | not_let
    if state.generation and (now - before or set(abilities()) - set(state.notes.get("abilities", ()))):
        incomplete = _incomplete_reports(settings, state)
        again = again | pl.col("report_id").is_null() | pl.col("report_id").is_in(incomplete.implode())
    return known.filter(again)["file_path"].unique().to_list()


def _incomplete_reports(settings: Settings, state: State) -> pl.Series:
    partial = scan_table(settings, state.versions, "parsed").filter(pl.col("parse_status") != "complete")
    unknown = scan_table(settings, state.versions, "unknown_label")
    return pl.concat([partial.select("report_id"), unknown.select("report_id")]).collect()["report_id"]


def _read(settings: Settings, to_parse: Sequence[str], progress: Progress | None) -> Read:
    """Outcomes of all files; what a killed run had read already is taken from what it left."""
    read = _left_by_killed_run(settings, to_parse)
    have = {outcome.file_path for outcome in read.outcomes}
    chunks = _chunks(settings, [path for path in to_parse if path not in have])
    done = len(have)
    for chunk, found in run_chunks(chunks, executor_maker(settings.jobs, settings.worker_bytes), settings.jobs):
        read.outcomes.extend(found)
        part = Path(chunk.folder).name
        read.parts.update({outcome.report_id: part for outcome in found if outcome.report_id})
        done += len(chunk.paths)
        if progress is not None:
            progress(done, len(to_parse))
    return read


def _chunks(settings: Settings, paths: Sequence[str]) -> list[Chunk]:
    name = f"{reading_version()}-{uuid.uuid4().hex[:8]}"
    size = chunk_size(len(paths), settings.jobs)
    return [
        Chunk(
            str(settings.raw_dir),
            tuple(paths[start : start + size]),
            str(settings.parts_dir / f"{name}-{start:07d}"),
            settings.file_seconds,
        )
        for start in range(0, len(paths), size)
    ]


def _left_by_killed_run(settings: Settings, to_parse: Sequence[str]) -> Read:
    """Results of the same parser for the same bytes that no run has used yet."""
    wanted = set(to_parse)
    read = Read([], {})
    for file in sorted(settings.parts_dir.glob(f"{reading_version()}-*/{OUTCOMES_FILE}")) if wanted else ():
        part = file.parent.name
        if part.endswith(UNFINISHED):
            continue
        left = pl.read_parquet(file)
        mine = left.filter(pl.col("file_path").is_in(list(wanted)), pl.col("file_sha256").is_not_null())
        known = dict(mine.select("file_path", "file_sha256").iter_rows())
        same = {path for path, sha256 in known.items() if _sha256(settings, path) == sha256}
        found = [Outcome(*row) for row in mine.filter(pl.col("file_path").is_in(list(same))).iter_rows()]
        read.outcomes.extend(found)
        read.parts.update({outcome.report_id: part for outcome in found if outcome.report_id})
        wanted -= same
    return read


def _without_waiting(state: State, inventory: Inventory, read: Read) -> tuple[Inventory, Read]:
    """Files that changed while they were read stand as they did before, and are new to the next run."""
    moving = {outcome.file_path for outcome in read.outcomes if outcome.reason_code == WAITING}
    if not moving:
        return inventory, read
    is_moving = pl.col("file_path").is_in(list(moving))
    files = pl.concat([inventory.files.filter(~is_moving), state.files.filter(is_moving)]).sort("file_path")
    waiting = tuple(sorted({*inventory.waiting, *moving}))
    outcomes = [outcome for outcome in read.outcomes if outcome.file_path not in moving]
    return replace(inventory, files=files, waiting=waiting), Read(outcomes, read.parts)


def _merged(state: State, inventory: Inventory, read: Read) -> pl.DataFrame:
    """The outcomes of all files that are there: those of this run, and those of earlier ones."""
    gone = {*inventory.removed, *(outcome.file_path for outcome in read.outcomes)}
    kept = state.outcomes.filter(~pl.col("file_path").is_in(list(gone)))
    schema: Any = OUTCOME_SCHEMA
    fresh = pl.DataFrame(read.outcomes, schema=schema, orient="row").with_columns(
        pl.lit(parser_version()).alias("parser_version"), pl.lit(utc_now(), dtype=OUTCOMES["seen_at"]).alias("seen_at")
    )
    return pl.concat([kept, fresh.select(list(OUTCOMES))]).sort("source_path")
