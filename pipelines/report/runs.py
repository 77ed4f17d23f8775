"""Splits the rows of one table into runs: the labels that stand before some values, and those values.

A row of a table is a run of its own; where one cell stands on each line, a run ends at the next label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.report.rows import Field, Row
from pipelines.report.text import is_vertical

IsLabel = Callable[[Field], bool]


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

    @property
    def printed(self) -> list[Field]:
        """The values without empty cells."""
        return [value for value in self.values if not value.is_empty]

    @property
    def contiguous(self) -> bool:
        """Whether no empty cell stands between two printed values."""
        filled = [position for position, value in enumerate(self.values) if not value.is_empty]
        return not filled or filled[-1] - filled[0] + 1 == len(filled)

    @property
    def locator(self) -> str:
        """Where the run stands."""
        return (self.values or self.labels)[0].cell.locator


def rows_to_runs(rows: Iterable[Row], is_known: IsLabel, is_item: IsLabel) -> list[Run]:
    """All runs in order.

    ``is_known`` tells a label of the table wherever it stands, so that an unreadable value behind
    it is no label; ``is_item`` tells which labels may have a row of empty cells.
    """
    found: list[Run] = []
    labels: list[Field] = []
    growing = False
    for row in rows:
        if len(row.fields) == 1:
            single = row.fields[0]
            if single.is_label or (single.reading.kind == "prose"):
                labels.append(single)
                growing = False
            elif row.kind != "line" and single.is_empty:
                continue
            elif growing and found:
                found[-1].values.append(single)
            else:
                found.append(Run(labels, [single], None))
                labels, growing = [], True
            continue
        growing = False
        heads, values = _split(row.fields, is_known)
        if any(not value.is_empty for value in values) or (values and heads and is_item(heads[-1])):
            found.append(Run([*labels, *heads], list(values), row, len(heads)))
            labels = []
        else:
            labels = [*labels, *heads]
    for run, following in zip(found, [*found[1:], Run(labels, [], None)], strict=False):
        run.after = following.labels
    return found


def _split(fields: Sequence[Field], is_known: IsLabel) -> tuple[list[Field], Sequence[Field]]:
    """Label cells and value cells of one row: the values begin behind the last known label.

    Where no label is known they begin behind the last label before the first figure.
    """
    known = [position for position, item in enumerate(fields) if item.is_label and is_known(item)]
    if known:
        cut = known[-1] + 1
    else:
        figures = (
            n for n, item in enumerate(fields) if item.reading.kind == "figure" and not is_vertical(item.cell.text)
        )
        first = next(figures, len(fields))
        cut = max((n + 1 for n, item in enumerate(fields[:first]) if item.is_label), default=0)
    heads = [item for item in fields[:cut] if item.is_label]
    return heads, fields[cut:]
