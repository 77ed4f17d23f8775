"""Reads the domain's data files and cross-checks them; refuses contradictions at import.

Knows no file format, no Dagster and no DuckDB. Everything is a tuple of plain rows.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vocabulary"


class VocabularyError(ValueError):
    """Two data files contradict each other; the message names file and row."""


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of ``vocabulary/<name>.csv``, as text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def settings(name: str) -> dict[str, Any]:
    """The content of ``vocabulary/<name>.toml``."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def codes(name: str, column: str) -> tuple[str, ...]:
    """The distinct values of one column, in the file's order."""
    return tuple(dict.fromkeys(row[column] for row in rows(name)))
