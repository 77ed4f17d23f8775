"""What one run leaves for the next: files seen, outcomes, versions and where their parsed results are.

Each generation is a folder of its own, named by a pointer file that is replaced in one step: a
run that is killed leaves the last whole generation and some unused files, nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
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


@dataclass(frozen=True, slots=True)
class State:
    """One generation: its number, what is known, and the labels and parser it was read with."""

    generation: int
    files: pl.DataFrame
    outcomes: pl.DataFrame
    versions: pl.DataFrame
    notes: dict[str, Any] = field(default_factory=dict)


def load_state(folder: Path) -> State:
    """The last whole generation, or an empty one."""
    pointer = folder / "current"
    if not pointer.exists():
        return State(0, **{name: pl.DataFrame(schema=schema) for name, schema in TABLES.items()})
    generation = int(pointer.read_text())
    home = folder / "generations" / str(generation)
    frames = {name: pl.read_parquet(home / f"{name}.parquet") for name in TABLES}
    return State(generation, **frames, notes=json.loads((home / "notes.json").read_text(encoding="utf-8")))


def save_state(folder: Path, state: State) -> State:
    """Write the next generation and point to it; earlier generations and unused parts go."""
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


def remove_unused_parts(parts_dir: Path, used: set[str]) -> None:
    """Delete parts that no version points to: leftovers of killed runs and of compaction."""
    if parts_dir.exists():
        for part in parts_dir.iterdir():
            if part.name not in used:
                shutil.rmtree(part, ignore_errors=True)


def replace_text(path: Path, text: str) -> None:
    """Write a small file in one step that survives a power cut."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
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
