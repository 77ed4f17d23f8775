"""What one run leaves for the next: files seen, outcomes, versions and where their parsed results are.

Each generation is a folder of its own, named by a pointer file that is replaced in one step: a
run that is killed leaves the last whole generation and some unused files, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.parse import OUTCOME_SCHEMA
from pipelines.raw import FILE_SCHEMA

TEXT = pl.String
TIME = pl.Datetime("us")

OUTCOMES: dict[str, Any] = {**OUTCOME_SCHEMA, "parser_version": TEXT, "seen_at": TIME}
VERSIONS: dict[str, Any] = {
    "report_id": TEXT,
    "source_path": TEXT,
    "source_sha256": TEXT,
    "version": pl.Int32,
    "in_raw": pl.Boolean,
    "first_seen_at": TIME,
    "loaded_at": TIME,
    "part": TEXT,
}
TABLES: dict[str, dict[str, Any]] = {
    "files": dict(FILE_SCHEMA),
    "outcomes": OUTCOMES,
    "versions": VERSIONS,
}


class StateError(RuntimeError):
    """What the last run left cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class State:
    """One generation: its number, what is known, and the labels and parser it was read with."""

    generation: int
    files: pl.DataFrame
    outcomes: pl.DataFrame
    versions: pl.DataFrame
    notes: dict[str, Any] = field(default_factory=dict)

    def equals(self, other: State) -> bool:
        """Whether both say the same."""
        same = all(getattr(self, name).equals(getattr(other, name)) for name in TABLES)
        return same and self.notes == other.notes

    def content(self) -> str:
        """A hash of what a warehouse is made from: reports, where they were read, and files that gave none."""
        digest = hashlib.sha256()
        held = self.outcomes.filter(pl.col("reason_code").is_not_null())
        for frame in (self.versions.drop("part"), held):
            digest.update(frame.write_csv().encode())
        return digest.hexdigest()[:16]


def load_state(folder: Path) -> State:
    """The last whole generation, or an empty one.

    Raises:
        StateError: the generation is damaged.

    """
    pointer = folder / "current"
    if not pointer.exists():
        nothing: dict[str, Any] = {name: pl.DataFrame(schema=schema) for name, schema in TABLES.items()}
        return State(0, **nothing)
    try:
        generation = int(pointer.read_text())
        home = folder / "generations" / str(generation)
        frames: dict[str, Any] = {name: _conformed(pl.read_parquet(home / f"{name}.parquet"), name) for name in TABLES}
        notes = json.loads((home / "notes.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        remedy = f"restore {folder}, or delete it to read every file again (older versions of reports are lost then)"
        raise StateError(f"what the last run left in {folder} is damaged ({error}); {remedy}") from error
    return State(generation, **frames, notes=notes)


def _conformed(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """A table of an earlier release with the columns of this one; what it lacks is null."""
    return frame.select(
        [
            (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in TABLES[table].items()
        ]
    )


def save_state(folder: Path, state: State) -> State:
    """Write the next generation and point to it; earlier generations go."""
    generation = state.generation + 1
    home = folder / "generations" / str(generation)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for name in TABLES:
        getattr(state, name).write_parquet(home / f"{name}.parquet")
    (home / "notes.json").write_text(json.dumps(state.notes), encoding="utf-8")
    _fsync_tree(home)
    replace_text(folder / "current", str(generation))
    for older in (folder / "generations").iterdir():
        if older.name != str(generation):
            shutil.rmtree(older, ignore_errors=True)
    return replace(state, generation=generation)


def replace_text(path: Path, text: str) -> None:
    """Write a small file in one step that survives a power cut."""
    replace_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Have a file written beside its place and put there in one step."""
    temporary = path.with_name(path.name + ".new")
    write(temporary)
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(path)
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fsync_tree(home: Path) -> None:
    for file in home.iterdir():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    fsync_folder(home)
