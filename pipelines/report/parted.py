"""Numbers that a narrow column or the end of a page parted: their rest stands in a row without a label of the form.

Such figures are not believed. A number is never put together again here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipelines.report.rows import Field
from pipelines.report.runs import Run

_LEAST_CAPACITY = 2
"""No column is so narrow that one figure fills it."""

_MARKS = str.maketrans("", "", ",.\n")


def doubt_parted(runs: Sequence[Run], named: Sequence[bool]) -> None:
    """Make the values illegible that may be the beginning or the rest of a parted number.

    Of two rows that follow each other one is not ``named`` by a label of the form, and each of its
    figures stands under, or over, a figure of the other; the upper ones fill their columns.
    """
    for number, (upper, lower) in enumerate(pairwise(runs)):
        if (named[number] and named[number + 1]) or not _may_go_on(upper, lower):
            continue
        above, below = _figures(upper), _figures(lower)
        pairs = [
            (one, other)
            for one in above
            for other in below
            if _share_column(upper.values[one], lower.values[other]) and _may_be_cut(upper, one, runs)
        ]
        is_rest = not named[number + 1] and len(pairs) == len(below)
        is_beginning = not named[number] and len(pairs) == len(above)
        if is_rest or is_beginning:
            for one, other in pairs:
                upper.values[one] = _doubted(upper.values[one])
                lower.values[other] = _doubted(lower.values[other])


def _may_go_on(upper: Run, lower: Run) -> bool:
    """Places tell what stands under what; in a ruled table only a new page parts a cell."""
    if upper.kind != lower.kind or upper.kind not in {"grid", "aligned"}:
        return False
    if upper.kind == "aligned":
        return True
    return upper.row is not None and lower.row is not None and upper.row.table_no != lower.row.table_no


def _figures(run: Run) -> list[int]:
    return [place for place, value in enumerate(run.values) if value.cell.text.translate(_MARKS).isdecimal()]


def _share_column(one: Field, other: Field) -> bool:
    left, right = max(one.cell.column, other.cell.column), min(_right(one), _right(other))
    return left < right


def _right(value: Field) -> int:
    return value.cell.column + value.cell.column_span


def _may_be_cut(run: Run, place: int, runs: Sequence[Run]) -> bool:
    """Whether the value fills its column: nothing in it is longer, but where the reader joined what was parted."""
    value = run.values[place]
    longest = max([len(other.cell.text) for one in runs for other in one.values if _share_column(value, other)])
    return len(value.cell.text) >= (_LEAST_CAPACITY if run.kind == "grid" else max(_LEAST_CAPACITY, longest))


def _doubted(value: Field) -> Field:
    return value._replace(cell=value.cell._replace(legible=False))
