"""Splits the rows of one table into runs: the labels that stand before some values, and those values.

A row of a table is a run of its own; where one cell stands on each line, a run ends at the next label.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.report.rows import Field, Row, RowKind
from pipelines.report.text import is_numbered, is_ordinal, is_unit, is_vertical, read_signed


@dataclass(slots=True)
class Run:
    """Labels and the values behind them; ``row`` is the table row that holds all values, if one does."""

    labels: list[Field]
    values: list[Field]
    row: Row | None
    own_labels: int = 0
    """How many of the last labels stand in the same row as the values."""
    after: list[Field] = field(default_factory=list)
    """Labels between these values and the next ones, shared with the next run's ``labels``."""
    kind: RowKind = "line"
    """What the values stand in, also where each stands alone in its row."""

    @property
    def printed(self) -> list[Field]:
        """The values without empty cells."""
        return [value for value in self.values if value.cell.text or not value.cell.legible]

    @property
    def contiguous(self) -> bool:
        """Whether no empty cell stands between two printed values."""
        if _all_printed(self.values):
            return True
        filled = [position for position, value in enumerate(self.values) if not value.is_empty]
        return not filled or filled[-1] - filled[0] + 1 == len(filled)

    @property
    def is_shared(self) -> bool:
        """Whether a value reaches over more rows than the run's own label, so that other rows may share it."""
        own = self.labels[-1].cell.row_span if self.own_labels else 1
        return any([value.cell.row_span not in {1, own} for value in self.values])

    @property
    def locator(self) -> str:
        """Where the run stands."""
        return (self.values or self.labels)[0].cell.locator


def rows_to_runs(rows: Iterable[Row], known: Container[str], items: Container[str]) -> list[Run]:
    """All runs in order.

    ``known`` are the folded labels of the table that count wherever they stand, so that an unreadable
    value behind one is no label; ``items`` those that may have a row of empty cells.
    """
    found: list[Run] = []
    labels: list[Field] = []
    growing = in_line = False
    for row in rows:
        if len(row.fields) == 1:
            single = row.fields[0]
            if labels and not growing and _closes_label(single.cell.text):
                continue  # a quote or bracket alone on the line behind a wrapped label is no value
            is_change = growing and single.is_label and read_signed(single.cell.text).kind == "figure"  # 减4
            if (single.is_label and not is_change) or single.reading.kind == "prose" or _is_ordinal(single):
                labels.append(single)
                growing, in_line = False, row.kind == "line"
            elif row.kind != "line" and single.is_empty and not (growing or in_line):
                continue
            elif growing and found:
                found[-1].values.append(single)
            else:
                found.append(Run(labels, [single], None, kind=row.kind))
                labels, growing, in_line = [], True, False
            continue
        growing = False
        if row.kind == "grid" and labels and in_line:
            labels = []  # what stands before a grid names none of its rows
        heads, values = _split(row.fields, known)
        if _any_printed(values) or (values and heads and heads[-1].reading.key in items):
            found.append(Run([*labels, *heads], list(values), row, len(heads), kind=row.kind))
            labels = []
        else:
            labels = [*labels, *heads]
    for run, following in zip(found, [*found[1:], Run(labels, [], None)], strict=False):
        run.after = following.labels
    return found


def _is_ordinal(single: Field) -> bool:
    """Whether nothing but the number of a label (1. or （3）) stands on the line: the label follows on the next."""
    return single.reading.kind == "text" and is_ordinal(single.cell.text)


def _closes_label(text: str) -> bool:
    return 0 < len(text) <= _MOST_SIGNS and all(unicodedata.category(sign) in _CLOSING for sign in text)


_CLOSING = frozenset({"Pe", "Pf"})
"""Closing brackets and quotes."""
_MOST_SIGNS = 2


def _all_printed(values: Sequence[Field]) -> bool:
    return all([value.cell.text for value in values])


def _any_printed(values: Sequence[Field]) -> bool:
    return any([value.cell.text or not value.cell.legible for value in values])


def _split(fields: Sequence[Field], known: Container[str]) -> tuple[list[Field], Sequence[Field]]:
    """Label cells and value cells of one row: the values begin behind the last known label.

    Where no label is known they begin behind the last label before the first figure. A unit behind the
    label (件, in a column of units) is neither.
    """
    cut = 0
    for position, item in enumerate(fields, 1):
        if item.reading.key in known and item.reading.is_label:
            cut = position
    if cut == 0:
        cut = _behind_labels(fields)
    heads = [item for item in fields[:cut] if item.reading.is_label]
    return heads, _without_unit(fields[cut:]) if heads else fields[cut:]


def _without_unit(values: Sequence[Field]) -> Sequence[Field]:
    if values and values[0].reading.kind == "figure":
        return values
    for position, value in enumerate(values):
        if value.cell.text:
            return [*values[:position], *values[position + 1 :]] if is_unit(value.cell.text) else values
    return values


def _behind_labels(fields: Sequence[Field]) -> int:
    cut = 0
    for position, item in enumerate(fields, 1):
        if item.reading.kind == "figure" and not is_vertical(item.cell.text):
            if position == 1 and _is_serial_number(fields):
                continue
            break
        if item.reading.is_label and not (cut and is_unit(item.cell.text)):
            cut = position
    return cut


def _is_serial_number(fields: Sequence[Field]) -> bool:
    """Whether the first figure only counts the rows: a label with an ordinal of its own stands behind it."""
    following = next((item for item in fields[1:] if not item.is_empty), None)
    return following is not None and following.is_label and is_numbered(following.cell.text)
