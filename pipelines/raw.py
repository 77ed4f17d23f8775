"""The raw folder: which files are there, and what changed since the last run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

IGNORED_NAMES = frozenset({"manifest.csv", "corrections.csv", "reviews.csv", "Thumbs.db", ".DS_Store", "desktop.ini"})
IGNORED_STEMS = frozenset({"README", "readme", "Readme"})
PARTIAL_ENDINGS = (".part", ".crdownload", ".tmp", ".partial")
DEEPEST = 24

FILE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "file_path": pl.String,
    "size": pl.Int64,
    "mtime_ns": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Inventory:
    """The files of the raw folder now, and the three ways in which they differ from the last run."""

    files: pl.DataFrame
    """All files that are read, by :data:`FILE_SCHEMA`."""
    to_read: list[str]
    """Paths that are new or whose size or modification time moved."""
    removed: list[str]
    waiting: list[str]
    """Paths that are still being written."""


def list_files(raw_dir: Path) -> Iterator[tuple[str, int, int]]:
    """Path within the folder (``/``-separated), size and mtime of every file that may be a report.

    Links are not followed; hidden files, the optional inputs and a README are no reports.

    Raises:
        FileNotFoundError: the folder is not there.

    """
    pending = [(str(raw_dir), "", 0)]
    while pending:
        folder, prefix, depth = pending.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith((".", "~$")) or entry.name in IGNORED_NAMES or entry.is_symlink():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if depth < DEEPEST:
                        pending.append((entry.path, f"{prefix}{entry.name}/", depth + 1))
                elif entry.is_file(follow_symlinks=False) and entry.name.partition(".")[0] not in IGNORED_STEMS:
                    stat = entry.stat(follow_symlinks=False)
                    yield f"{prefix}{entry.name}", stat.st_size, stat.st_mtime_ns


def take_inventory(raw_dir: Path, known: pl.DataFrame, settle_seconds: float, *, full_hash: bool = False) -> Inventory:
    """Compare the folder with the files known from the last run (:data:`FILE_SCHEMA`).

    A file whose size or modification time moved is read again; with ``full_hash`` every file is.
    """
    files = pl.DataFrame(sorted(list_files(raw_dir)), schema=FILE_SCHEMA, orient="row")
    waiting = _still_written(raw_dir, files, settle_seconds)
    files = files.filter(~pl.col("file_path").is_in(waiting))
    before = known.rename({"size": "size_before", "mtime_ns": "mtime_before"})
    compared = files.join(before, on="file_path", how="left")
    same = (pl.col("size") == pl.col("size_before")) & (pl.col("mtime_ns") == pl.col("mtime_before"))
    to_read = compared if full_hash else compared.filter(~same.fill_null(value=False))
    removed = known.join(files, on="file_path", how="anti").filter(~pl.col("file_path").is_in(waiting))
    return Inventory(files, to_read["file_path"].to_list(), removed["file_path"].to_list(), waiting)


def _still_written(raw_dir: Path, files: pl.DataFrame, settle_seconds: float) -> list[str]:
    """Files with the ending of a download under way, and files touched just now that change between two looks."""
    names = [path for path in files["file_path"] if path.endswith(PARTIAL_ENDINGS)]
    now = time.time_ns()
    fresh = files.filter(pl.col("mtime_ns") > now - int(settle_seconds * 1e9), pl.col("mtime_ns") <= now)
    if fresh.is_empty():
        return names
    time.sleep(min(settle_seconds, max(0.0, settle_seconds - (now - fresh["mtime_ns"].max()) / 1e9)))  # type: ignore[operator]
    return names + [path for path, size, mtime in fresh.iter_rows() if _looks(raw_dir / path) != (size, mtime)]


def _looks(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat(follow_symlinks=False)
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def write_inventory(inventory: Inventory, path: Path) -> None:
    """Keep an inventory for the next stage."""
    marks = [
        pl.DataFrame({"file_path": paths, "mark": [mark] * len(paths)}, schema={"file_path": pl.String, "mark": pl.String})
        for mark, paths in (("read", inventory.to_read), ("removed", inventory.removed), ("waiting", inventory.waiting))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    inventory.files.join(pl.concat(marks), on="file_path", how="full", coalesce=True).write_parquet(path)


def read_inventory(path: Path) -> Inventory:
    """An inventory that ``write_inventory`` kept."""
    kept = pl.read_parquet(path)
    marked = {mark: kept.filter(pl.col("mark") == mark)["file_path"].to_list() for mark in ("read", "removed", "waiting")}
    files = kept.filter(pl.col("size").is_not_null()).select(list(FILE_SCHEMA)).sort("file_path")
    return Inventory(files, sorted(marked["read"]), sorted(marked["removed"]), sorted(marked["waiting"]))
