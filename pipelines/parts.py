"""What was parsed, in parts: folders of Parquet files, one a table, that are written once and never changed.

A part may hold reports that are no longer wanted (read again since, or gone): they are left out
when it is read, and when much of a part is such it is written anew without them.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.facts import SCHEMAS
from pipelines.settings import Settings

REPORTS_A_PART = 8_000
SMALL_PART = 500
"""Parts of fewer reports are joined."""


@lru_cache(maxsize=4096)
def reports_stored(folder: Path) -> pl.Series:
    """The reports that a part holds."""
    return pl.read_parquet(folder / "parsed.parquet", columns=["report_id"])["report_id"]


def unwanted_reports(settings: Settings, versions: pl.DataFrame) -> dict[str, pl.Series]:
    """Every part in use, by name, with the reports in it that no version points to."""
    found = {}
    for (part,), live in versions.select("part", "report_id").group_by("part"):
        stored = reports_stored(settings.parts_dir / str(part))
        found[str(part)] = stored.filter(~stored.is_in(live["report_id"].implode()))
    return dict(sorted(found.items()))


def scan_table(settings: Settings, versions: pl.DataFrame, table: str) -> pl.LazyFrame:
    """One table of all parts, only the rows of reports that are kept there."""
    whole, pieces = [], []
    for part, unwanted in unwanted_reports(settings, versions).items():
        file = settings.parts_dir / part / f"{table}.parquet"
        if unwanted.is_empty():
            whole.append(file)
        else:
            pieces.append(pl.scan_parquet(file).filter(~pl.col("report_id").is_in(unwanted.implode())))
    if whole:
        pieces.insert(0, pl.scan_parquet(whole))
    schema: Any = SCHEMAS[table]
    return pl.concat(pieces) if pieces else pl.LazyFrame(schema=schema)


def slices_of(versions: pl.DataFrame, reports: int) -> Iterator[pl.DataFrame]:
    """The versions in slices of whole parts, each of so many reports or a part more."""
    sizes = versions.group_by("part").len().sort("part")
    numbered = sizes.select("part", number=(pl.col("len").cum_sum() - 1) // reports)
    for _, some in numbered.group_by("number", maintain_order=True):
        yield versions.filter(pl.col("part").is_in(some["part"].implode()))


def compact(settings: Settings, versions: pl.DataFrame, *, all_columns: bool) -> pl.DataFrame:
    """Join small parts, and parts that hold much that is no longer wanted; returns versions that point to the new ones.

    With ``all_columns`` parts that were written with other columns are written anew as well: a
    column that they lack is null.
    """
    loose = _loose_parts(settings, versions, all_columns=all_columns)
    renamed: dict[str, str] = {}
    for names in _groups(loose):
        target = f"{uuid.uuid4().hex[:8]}-joined"
        _write_joined(settings, versions.filter(pl.col("part").is_in(names)), target)
        renamed.update(dict.fromkeys(names, target))
    return versions.with_columns(pl.col("part").replace(renamed)) if renamed else versions


def _loose_parts(settings: Settings, versions: pl.DataFrame, *, all_columns: bool) -> dict[str, int]:
    """Parts to be written anew, with the reports they keep."""
    kept = dict(versions.group_by("part").len().sort("part").iter_rows())
    folders = {part: settings.parts_dir / part for part in kept}
    stored = {part: reports_stored(folder).len() for part, folder in folders.items()}
    outdated = {part for part, folder in folders.items() if all_columns and not _has_all_columns(folder)}
    wasteful = {part for part in kept if stored[part] > 2 * kept[part]}
    small = {part for part in kept if kept[part] < SMALL_PART}
    if len(small - wasteful - outdated) == 1 and not wasteful | outdated:
        small = set()
    return {part: kept[part] for part in sorted(small | wasteful | outdated)}


def _has_all_columns(folder: Path) -> bool:
    files = {table: folder / f"{table}.parquet" for table in SCHEMAS}
    return all(file.exists() and pl.read_parquet_schema(file) == SCHEMAS[table] for table, file in files.items())


def _groups(sizes: dict[str, int]) -> list[list[str]]:
    """Parts put together until a group holds enough reports."""
    groups: list[list[str]] = []
    room = 0
    for part, reports in sizes.items():
        if room < reports or not groups:
            groups.append([])
            room = REPORTS_A_PART
        groups[-1].append(part)
        room -= reports
    return groups


def _write_joined(settings: Settings, versions: pl.DataFrame, target: str) -> None:
    building = settings.parts_dir / f"{target}.building"
    building.mkdir(parents=True)
    unwanted = unwanted_reports(settings, versions)
    for table in SCHEMAS:
        pieces = [
            _conformed(settings.parts_dir / part / f"{table}.parquet", table, unwanted[part]) for part in unwanted
        ]
        with (building / f"{table}.parquet").open("wb") as stream:
            pl.concat(pieces).collect().write_parquet(stream, compression="zstd", statistics=False)
            stream.flush()
            os.fsync(stream.fileno())
    building.rename(settings.parts_dir / target)


def _conformed(file: Path, table: str, unwanted: pl.Series) -> pl.LazyFrame:
    """One table of a part with the columns it has today."""
    schema: Any = SCHEMAS[table]
    if not file.exists():
        return pl.LazyFrame(schema=schema)
    frame = pl.scan_parquet(file)
    present = frame.collect_schema()
    columns = [
        (pl.col(name) if name in present else pl.lit(None)).cast(dtype).alias(name) for name, dtype in schema.items()
    ]
    return frame.filter(~pl.col("report_id").is_in(unwanted.implode())).select(columns)


def remove_unused(parts_dir: Path, used: Sequence[str]) -> None:
    """Delete parts that no version points to: leftovers of killed runs and of compaction."""
    keep = set(used)
    for path in parts_dir.iterdir() if parts_dir.exists() else ():
        if path.name in keep:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
