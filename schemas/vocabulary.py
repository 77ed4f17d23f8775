"""Reads the domain's data files and cross-checks them; refuses contradictions at import.

Knows no file format, no Dagster and no DuckDB. Everything is a tuple of plain rows.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
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


LABEL_SCOPES: dict[str, tuple[str, str]] = {
    "item": ("application_item", "item_code"),
    "applicant": ("applicant", "applicant_code"),
    "channel": ("review_channel", "channel_code"),
    "outcome": ("review_outcome", "outcome_code"),
    "category": ("proactive_measure", "category_code"),
    "measure": ("proactive_measure", "measure_code"),
}
"""Scopes of ``labels.csv`` whose codes stand in a table of their own."""


def contradictions() -> list[str]:
    """What is wrong between the data files, each named by file and row."""
    return [*_lines_of_labels(), *_rows_without_label(), *_names_lacking(), *_editions()]


def _lines_of_labels() -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for number, row in enumerate(rows("labels"), 2):
        if not all(row[column] for column in ("scope", "code", "text", "seen_in")):
            yield f"labels.csv line {number}: a column is empty"
        before = seen.setdefault((row["scope"], row["text"]), row["code"])
        if before != row["code"]:
            yield f"labels.csv line {number}: {row['text']} leads to {before} and {row['code']} in scope {row['scope']}"


def _rows_without_label() -> Iterator[str]:
    for scope, (table, column) in LABEL_SCOPES.items():
        labelled = {row["code"] for row in rows("labels") if row["scope"] == scope}
        for code in codes(table, column):
            if code not in labelled:
                yield f"labels.csv: {table}.csv has {code}, which no label of scope {scope} leads to"


def _names_lacking() -> Iterator[str]:
    for table in ("application_item", "applicant", "review_channel", "review_outcome", "proactive_measure"):
        for number, row in enumerate(rows(table), 2):
            names = [column for column in row if column.endswith(("_zh", "_en"))]
            if not all(row[column] for column in names):
                yield f"{table}.csv line {number}: a Chinese or English name is empty"


def _editions() -> Iterator[str]:
    editions = set(settings("forms")["form"])
    for table in ("application_item", "proactive_measure"):
        for number, row in enumerate(rows(table), 2):
            unknown = set(row["forms"].split()) - editions
            if unknown:
                yield f"{table}.csv line {number}: edition {' '.join(sorted(unknown))} is not in forms.toml"


def check_vocabulary() -> None:
    """Refuse a vocabulary that contradicts itself.

    Raises:
        VocabularyError: naming every contradiction.

    """
    found = contradictions()
    if found:
        raise VocabularyError("; ".join(found))
