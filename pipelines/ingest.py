"""Raw files → documents → statutory tables: reads what is new or changed, once, and remembers it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.facts import SCHEMAS
from pipelines.parse import OUTCOME_SCHEMA, Chunk, Outcome
from pipelines.raw import FILE_SCHEMA, Inventory, take_inventory
from pipelines.settings import Settings
from pipelines.state import OUTCOMES, VERSIONS, State, remove_unused_parts, save_state
from pipelines.version import label_lines, parser_version
from pipelines.workers import chunk_size, executor_maker, run_chunks

REPORTS_A_PART = 8_000
SMALL_PART = 2_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Counts:
    """How the raw folder differs from the last run, in files and archive members."""

    seen: int
    new: int
    changed: int
    unchanged: int
    removed: int
    renamed: int
    waiting: int
    parsed: int


def utc_now() -> datetime:
    """The time as the tables store it."""
    return datetime.now(UTC).replace(tzinfo=None)


def inventory_of(settings: Settings, state: State) -> Inventory:
    """The raw folder compared with the last state."""
    known = state.files.select(list(FILE_SCHEMA))
    return take_inventory(settings.raw_dir, known, settings.settle_seconds, full_hash=settings.full_hash)


def read_documents(
    settings: Settings, state: State, inventory: Inventory, progress: Progress | None = None
) -> tuple[State, Counts]:
    """Read what must be read and save the next generation; results stay in Parquet parts by content."""
    stale = _stale_files(settings, state, inventory)
    moved = [path for path in inventory.to_read if not _same_bytes(settings, state, path)]
    to_parse = sorted({*moved, *stale} - set(inventory.waiting))
    outcomes, parts = _parse(settings, to_parse, progress)
    merged = _merge_outcomes(state, inventory, to_parse, outcomes)
    counts = _counts(state, inventory, merged, to_parse, moved)
    changed = bool(to_parse or inventory.removed)
    if not changed and inventory.files.equals(state.files.select(list(FILE_SCHEMA))):
        return state, counts
    versions = _versions(state, merged, parts)
    notes = {**state.notes, "parser_version": parser_version(), "labels": list(label_lines())}
    updated = replace(state, files=inventory.files, outcomes=merged, versions=versions, notes=notes)
    if changed:
        updated = replace(updated, versions=_compact(settings, updated.versions))
    saved = save_state(settings.state_dir, updated)
    remove_unused_parts(settings.parts_dir, set(saved.versions["part"].unique()))
    return saved, counts


def _stale_files(settings: Settings, state: State, inventory: Inventory) -> list[str]:
    """Unchanged files that another parser or another list of labels must read again.

    A label that was only added can change nothing in a report that was read completely.
    """
    if state.generation == 0:
        return []
    present = set(inventory.files["file_path"])
    known = state.outcomes.filter(pl.col("file_path").is_in(present))
    if state.notes.get("parser_version") != parser_version():
        return known["file_path"].unique().to_list()
    before = set(state.notes.get("labels", ()))
    now = set(label_lines())
    if before == now:
        return []
    if before - now:
        return known["file_path"].unique().to_list()
    partial = scan_table(settings, state.versions, "parsed").filter(pl.col("parse_status") != "complete")
    unknown = scan_table(settings, state.versions, "unknown_label")
    incomplete = pl.concat([partial.select("report_id"), unknown.select("report_id")]).collect()["report_id"]
    affected = known.filter(pl.col("report_id").is_null() | pl.col("report_id").is_in(incomplete.implode()))
    return affected["file_path"].unique().to_list()


def _same_bytes(settings: Settings, state: State, path: str) -> bool:
    """Whether a file that was touched still holds the bytes that were read."""
    known = state.outcomes.filter(pl.col("source_path") == path)
    if known.is_empty() or known["sha256"][0] is None:
        return False
    try:
        with (settings.raw_dir / path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == known["sha256"][0]
    except OSError:
        return False


def _parse(
    settings: Settings, to_parse: Sequence[str], progress: Progress | None
) -> tuple[list[Outcome], dict[str, str]]:
    """Outcomes of all files, and the part that holds each report."""
    if not to_parse:
        return [], {}
    run = uuid.uuid4().hex[:8]
    size = chunk_size(len(to_parse), settings.jobs)
    chunks = [
        Chunk(
            str(settings.raw_dir),
            tuple(to_parse[start : start + size]),
            str(settings.parts_dir / f"{run}-{start:07d}"),
            settings.file_seconds,
            settings.worker_bytes,
        )
        for start in range(0, len(to_parse), size)
    ]
    outcomes: list[Outcome] = []
    parts: dict[str, str] = {}
    done = 0
    for chunk, found in run_chunks(chunks, executor_maker(settings.jobs), settings.jobs):
        outcomes += found
        parts.update({outcome.report_id: Path(chunk.folder).name for outcome in found if outcome.report_id})
        done += len(chunk.paths)
        if progress is not None:
            progress(done, len(to_parse))
    return outcomes, parts


def _merge_outcomes(
    state: State, inventory: Inventory, to_parse: Sequence[str], outcomes: Sequence[Outcome]
) -> pl.DataFrame:
    gone = {*to_parse, *inventory.removed}
    kept = state.outcomes.filter(~pl.col("file_path").is_in(gone))
    seen = utc_now()
    fresh = pl.DataFrame(outcomes, schema=OUTCOME_SCHEMA, orient="row").with_columns(
        pl.lit(parser_version()).alias("parser_version"), pl.lit(seen, dtype=OUTCOMES["seen_at"]).alias("seen_at")
    )
    return pl.concat([kept, fresh.select(kept.columns)]).unique("source_path", keep="last").sort("source_path")


def _counts(
    state: State, inventory: Inventory, merged: pl.DataFrame, to_parse: Sequence[str], moved: Sequence[str]
) -> Counts:
    before = state.outcomes.select("source_path", pl.col("sha256").alias("before"))
    compared = merged.join(before, on="source_path", how="left")
    known = pl.col("source_path").is_in(before["source_path"].implode())
    changed = compared.filter(known & ~pl.col("sha256").eq_missing(pl.col("before")))
    new = compared.filter(~known)
    gone = before.join(merged, on="source_path", how="anti")
    renamed = new.filter(pl.col("sha256").is_in(gone["before"].drop_nulls().implode()))
    return Counts(
        seen=merged.height,
        new=new.height - renamed.height,
        changed=changed.height,
        unchanged=merged.height - new.height - changed.height,
        removed=gone.height - renamed.height,
        renamed=renamed.height,
        waiting=len(inventory.waiting),
        parsed=merged.filter(pl.col("file_path").is_in(list(to_parse))).height if moved or to_parse else 0,
    )


def _versions(state: State, outcomes: pl.DataFrame, parts: dict[str, str]) -> pl.DataFrame:
    """Every version of every report file that was ever read; a file that was only moved keeps no ghost."""
    now = utc_now()
    live = outcomes.filter(pl.col("report_id").is_not_null()).select(
        "report_id", "source_path", pl.col("sha256").alias("source_sha256")
    )
    known = state.versions
    fresh_parts = pl.DataFrame(
        {"report_id": list(parts), "fresh_part": list(parts.values())}, schema={"report_id": pl.String, "fresh_part": pl.String}
    )
    added = live.join(known, on="report_id", how="anti").with_columns(
        pl.lit(0, dtype=pl.Int32).alias("version"),
        pl.lit(value=True).alias("in_raw"),
        pl.lit(now, dtype=VERSIONS["first_seen_at"]).alias("first_seen_at"),
        pl.lit(now, dtype=VERSIONS["loaded_at"]).alias("loaded_at"),
        pl.lit(None, dtype=pl.String).alias("part"),
    )
    joined = pl.concat([known, added.select(known.columns)]).join(fresh_parts, on="report_id", how="left")
    reread = pl.col("fresh_part").is_not_null()
    joined = joined.with_columns(
        pl.coalesce("fresh_part", "part").alias("part"),
        pl.when(reread).then(pl.lit(now, dtype=VERSIONS["loaded_at"])).otherwise("loaded_at").alias("loaded_at"),
        pl.col("report_id").is_in(live["report_id"].implode()).alias("in_raw"),
    ).drop("fresh_part")
    moved = ~pl.col("in_raw") & pl.col("source_sha256").is_in(live["source_sha256"].implode())
    elsewhere = ~pl.col("source_path").is_in(outcomes["source_path"].implode())
    kept = joined.filter(~(moved & elsewhere))
    ordered = kept.sort("source_path", "first_seen_at", "in_raw", "report_id")
    return ordered.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("source_path").alias("version"))


def _compact(settings: Settings, versions: pl.DataFrame) -> pl.DataFrame:
    """Join small parts, and parts that hold much that is no longer needed, into large ones."""
    sizes = versions.group_by("part").len()
    stored = {part: _stored(settings, part) for part in sizes["part"]}
    loose = [
        part for part, live in sizes.iter_rows() if live < SMALL_PART or stored[part] > 2 * live
    ]
    whole = len(loose) > 1 or any(stored[part] > live for part, live in sizes.iter_rows() if part in loose)
    if not whole:
        return versions
    home = sizes.filter(pl.col("part").is_in(loose)).sort("part")
    groups = home.with_columns((pl.col("len").cum_sum() // REPORTS_A_PART).alias("group"))
    renamed: dict[str, str] = {}
    for _, group in sorted(groups.group_by("group"), key=lambda item: str(item[0])):
        names = group["part"].to_list()
        target = f"{uuid.uuid4().hex[:8]}-joined"
        ids = versions.filter(pl.col("part").is_in(names)).select("report_id", "part")
        _write_joined(settings, names, ids, target)
        renamed.update(dict.fromkeys(names, target))
    return versions.with_columns(pl.col("part").replace(renamed))


def _stored(settings: Settings, part: str) -> int:
    return int(pl.scan_parquet(settings.parts_dir / part / "parsed.parquet").select(pl.len()).collect().item())


def _write_joined(settings: Settings, names: Sequence[str], ids: pl.DataFrame, target: str) -> None:
    folder = settings.parts_dir / target
    folder.mkdir(parents=True, exist_ok=True)
    for table in SCHEMAS:
        pieces = [
            pl.scan_parquet(settings.parts_dir / name / f"{table}.parquet").join(
                ids.lazy().filter(pl.col("part") == name).select("report_id"), on="report_id", how="semi"
            )
            for name in names
        ]
        pl.concat(pieces).collect().write_parquet(folder / f"{table}.parquet", compression="zstd", statistics=False)


def scan_table(settings: Settings, versions: pl.DataFrame, table: str) -> pl.LazyFrame:
    """One table of all parts, only the rows of reports that are kept there."""
    pieces = []
    for part, live in versions.group_by("part").len().sort("part").iter_rows():
        frame = pl.scan_parquet(settings.parts_dir / part / f"{table}.parquet")
        if _stored(settings, part) > live:
            ids = versions.lazy().filter(pl.col("part") == part).select("report_id")
            frame = frame.join(ids, on="report_id", how="semi")
        pieces.append(frame)
    schema: Any = SCHEMAS[table]
    return pl.concat(pieces) if pieces else pl.LazyFrame(schema=schema)
