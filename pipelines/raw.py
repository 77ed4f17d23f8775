"""The raw folder: which files are there, and what changed since the last run."""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

NOTE_NAMES = frozenset({"manifest.csv", "regions.csv", "corrections.csv", "reviews.csv"})
"""What people keep beside the reports: read, but never a report."""
IGNORED_NAMES = frozenset({"Thumbs.db", "desktop.ini"})
IGNORED_STEMS = frozenset({"README", "readme", "Readme"})
HIDDEN = (".", "~$")
PARTIAL_ENDINGS = (".part", ".crdownload", ".tmp", ".partial")
DEEPEST = 24
ROOT = "./"
MARKS = ("read", "removed", "waiting", "note")

FILE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "file_path": pl.String,
    "size": pl.Int64,
    "mtime_ns": pl.Int64,
}


class RawFolderError(RuntimeError):
    """The raw folder is not as it must be to go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The files of the raw folder now, and how they differ from the last run."""

    files: pl.DataFrame
    """All files that are known, by :data:`FILE_SCHEMA`; one that waits stands as it was known before."""
    to_read: tuple[str, ...]
    """Paths that are new or whose size or modification time moved."""
    removed: tuple[str, ...]
    waiting: tuple[str, ...]
    """Paths that are still being written."""
    notes: tuple[str, ...]
    """Paths of manifests, regions, corrections and reviews."""


def list_files(raw_dir: Path) -> Iterator[tuple[str, int, int]]:
    """Path within the folder (``/``-separated), size and mtime of every file that may be a report or a note.

    Hidden files and a README are none. Links are followed, but never into a folder that they stand in. A
    folder that cannot be listed is given as ``path/`` with size and mtime -1.

    Raises:
        RawFolderError: the raw folder itself is not there.

    """
    if not raw_dir.is_dir():
        raise RawFolderError(f"the raw folder {raw_dir} is not there; mount it, or name another with --raw")
    pending: list[tuple[str, str, tuple[tuple[int, int], ...]]] = [(str(raw_dir), "", ())]
    while pending:
        folder, prefix, above = pending.pop()
        try:
            own = _identity(folder)
            entries = _entries(folder, len(above))
        except FileNotFoundError:
            continue
        except OSError:
            yield prefix or ROOT, -1, -1
            continue
        for entry in entries if own not in above else ():
            path = f"{prefix}{shown(entry.name)}"
            if _is_folder(entry):
                pending.append((entry.path, f"{path}/", (*above, own)))
            elif entry.name.partition(".")[0] not in IGNORED_STEMS and (look := _look(entry.path)):
                yield path, *look


def _entries(folder: str, depth: int) -> list[os.DirEntry[str]]:
    if depth >= DEEPEST:
        raise OSError(errno.ELOOP, "folders nest too deep", folder)
    with os.scandir(folder) as entries:
        return [one for one in entries if not one.name.startswith(HIDDEN) and one.name not in IGNORED_NAMES]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Told by the listing itself; only a link is looked at, and one that leads nowhere is no folder."""
    return os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()  # noqa: PTH112 - as in _identity


def _identity(folder: str) -> tuple[int, int]:
    found = os.stat(folder)  # noqa: PTH116 - a Path for each of 200,000 entries costs a second
    return found.st_dev, found.st_ino


def _look(file: str | Path) -> tuple[int, int] | None:
    """Size and mtime of a regular file; nothing for what is none or is gone."""
    try:
        found = os.stat(file)  # noqa: PTH116 - as above
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def shown(name: str) -> str:
    r"""A name as text: bytes that are no UTF-8 (names made on old Windows) as ``\xNN``."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def opened_as(raw_dir: Path, path: str) -> Path:
    """The file behind a path of :func:`list_files`."""
    file = raw_dir / path
    if "\\x" not in path or file.exists():
        return file
    escaped = re.compile(rb"\\x([0-9a-f]{2})")
    return raw_dir / os.fsdecode(escaped.sub(lambda match: bytes.fromhex(match[1].decode()), path.encode()))


def take_inventory(raw_dir: Path, known: pl.DataFrame, settle_seconds: float, *, full_hash: bool = False) -> Inventory:
    """Compare the folder with the files known from the last run (:data:`FILE_SCHEMA`).

    A file whose size or modification time moved is read again; with ``full_hash`` every file is
    looked into. What was known below a folder that cannot be listed stays known.
    """
    listed = sorted(list_files(raw_dir))
    if (ROOT, -1, -1) in listed:
        raise RawFolderError(f"the raw folder {raw_dir} cannot be listed; make it readable and run again")
    is_note = [path.rpartition("/")[2] in NOTE_NAMES for path, _, _ in listed]
    notes = tuple(path for (path, _, _), note in zip(listed, is_note, strict=True) if note)
    reports = [row for row, note in zip(listed, is_note, strict=True) if not note]
    files = pl.DataFrame(reports, schema=FILE_SCHEMA, orient="row")
    closed = [path for path, size, _ in reports if size < 0]
    waiting = _still_written(raw_dir, files, settle_seconds)
    kept = known.filter(_is_below(closed) | pl.col("file_path").is_in(waiting))
    files = pl.concat([files.filter(~pl.col("file_path").is_in(waiting)), kept]).unique("file_path", keep="first")
    files = files.sort("file_path")
    before = known.rename({"size": "size_before", "mtime_ns": "mtime_before"})
    compared = files.join(before, on="file_path", how="left")
    same = (pl.col("size") == pl.col("size_before")) & (pl.col("mtime_ns") == pl.col("mtime_before"))
    to_read = compared.filter(pl.lit(full_hash) | ~same.fill_null(value=False))
    to_read = to_read.filter(~pl.col("file_path").is_in(waiting), ~_is_below(closed))
    removed = known.join(files, on="file_path", how="anti")
    return Inventory(
        files, tuple(to_read["file_path"].sort()), tuple(removed["file_path"].sort()), tuple(sorted(waiting)), notes
    )


def _is_below(folders: Sequence[str]) -> pl.Expr:
    """Whether a path stands in one of the folders (each ending in ``/``), the folder itself not counted."""
    path = pl.col("file_path")
    inside = [path.str.starts_with(folder) & (path != folder) for folder in folders]
    return pl.any_horizontal(inside) if inside else pl.lit(value=False)


def _still_written(raw_dir: Path, files: pl.DataFrame, settle_seconds: float) -> list[str]:
    """Files with the ending of a download under way, and files touched just now that change between two looks."""
    names = [path for path in files["file_path"] if path.endswith(PARTIAL_ENDINGS)]
    now = time.time_ns()
    fresh = files.filter(pl.col("mtime_ns") > now - int(settle_seconds * 1e9), pl.col("mtime_ns") <= now)
    if fresh.is_empty():
        return names
    youngest = max(fresh["mtime_ns"].to_list())
    time.sleep(max(0.0, settle_seconds - (now - youngest) / 1e9))
    moved = [path for path, *look in fresh.iter_rows() if _look(opened_as(raw_dir, path)) != tuple(look)]
    return sorted({*names, *moved})


def write_inventory(inventory: Inventory, path: Path) -> None:
    """Keep an inventory for the next stage."""
    marked = (inventory.to_read, inventory.removed, inventory.waiting, inventory.notes)
    schema = {"file_path": pl.String, "mark": pl.String}
    marks = [
        pl.DataFrame({"file_path": list(paths), "mark": [mark] * len(paths)}, schema=schema)
        for mark, paths in zip(MARKS, marked, strict=True)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    inventory.files.join(pl.concat(marks), on="file_path", how="full", coalesce=True).write_parquet(path)


def read_inventory(path: Path) -> Inventory:
    """An inventory that ``write_inventory`` kept.

    Raises:
        RawFolderError: there is none.

    """
    if not path.exists():
        raise RawFolderError("the raw folder was not listed yet; run the whole job `nightly_ingestion`")
    kept = pl.read_parquet(path)
    marked = [tuple(kept.filter(pl.col("mark") == mark)["file_path"].sort()) for mark in MARKS]
    files = kept.filter(pl.col("size").is_not_null()).select(list(FILE_SCHEMA)).sort("file_path")
    return Inventory(files, *marked)
