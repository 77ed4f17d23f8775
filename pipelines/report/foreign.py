"""An agency's own tables beside the matrix of section 3, which bear labels of the form but hold other figures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipelines.report.labels import lookup
from pipelines.report.rows import STRONG_APPLICANTS, WEAK_ITEMS, Row


@cache
def strong_items() -> frozenset[str]:
    """Wordings of items that count wherever they stand."""
    return frozenset(key for key, code in lookup("item").items() if code not in WEAK_ITEMS)


@cache
def strong_heads() -> frozenset[str]:
    """Wordings of applicants that only the matrix has."""
    return frozenset(key for key, code in lookup("applicant").items() if key and code in STRONG_APPLICANTS)


def without_foreign(rows: Sequence[Row]) -> list[Row]:
    """The rows of section 3 without tables of other figures.

    These are tables of years or offices that repeat some items, and in any table what stands below a head
    of several items (units × items), up to the next row of one item.
    """
    strong, tables = strong_items(), _tables_of_other_figures(rows)
    kept: list[Row] = []
    below = False
    for row in rows:
        named = [item.reading.key for item in row.fields if item.reading.key in strong]
        below = (len(named) > 1 and len(set(named)) > 1) or (below and not named)
        if not below and (row.kind != "grid" or row.table_no not in tables):
            kept.append(row)
    return kept


def _tables_of_other_figures(rows: Sequence[Row]) -> frozenset[int]:
    """Grids as wide as none that names applicants, with no item but those that such a grid has too.

    A grid without any item of its own counts only where it begins with a head.
    """
    grids: dict[int, list[Row]] = {}
    for row in rows:
        if row.kind == "grid":
            grids.setdefault(row.table_no, []).append(row)
    if len(grids) < _SEVERAL:
        return frozenset()
    keys = {number: {item.reading.key for row in table for item in row.fields} for number, table in grids.items()}
    widths = {number: max(row.width for row in table) for number, table in grids.items()}
    own = [number for number in grids if keys[number] & strong_heads()]
    told = {key for number in own for key in keys[number] & strong_items()}
    return frozenset(
        number
        for number, table in grids.items()
        if told
        and widths[number] not in {widths[other] for other in own}
        and keys[number] & strong_items() <= told
        and (keys[number] & strong_items() or _is_head(table[0]))
    )


_SEVERAL = 2


def _is_head(row: Row) -> bool:
    """Whether a row prints two labels or more, no figure, and no group of the form."""
    printed = [item for item in row.fields if not item.is_empty]
    return len(printed) > 1 and all(item.is_label and item.reading.key not in lookup("group") for item in printed)
