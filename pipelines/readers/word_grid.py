"""Rows of cells with their edges become one ``grid`` table; shared by DOCX, DOC and RTF.

Word stores a row as cells with a left and a right edge, each row on its own. Here the edges of all
rows become the columns of one grid, and vertically merged cells become row spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pipelines.readers.document import Cell, Table

Merge = Literal["none", "start", "continue"]

EDGE_TOLERANCE = 60
"""Edges closer than this (in twips, about a millimetre) are one: dragging a rule leaves such gaps."""

EDGE_SHARE = 1 / 3
"""Edges closer than this share of the narrowest cell are one too: cells so near stand under each other."""


class Slot(NamedTuple):
    """One stored cell: its text, its edges in twips and its part in a vertical merge."""

    text: str
    left: int
    right: int
    merge: Merge = "none"


def grid_table(rows: Sequence[Sequence[Slot]], locator: str) -> Table:
    """The rows as one ``grid`` table; a cell that only continues a merge from above is not repeated."""
    columns = _column_of_edge(rows)
    heights = _row_spans(rows, columns)
    printed = []
    for number, row in enumerate(rows):
        place = f"{locator} row {number + 1} column "
        cells = []
        for order, slot in enumerate(row):
            height = heights.get((number, order))
            if height is not None:
                column = columns[slot.left]
                width = columns[slot.right] - column
                cells.append(Cell(slot.text, f"{place}{column + 1}", column, max(1, width), height))
        printed.append(tuple(cells))
    return Table(tuple(printed), "grid", locator)


def ordered_table(rows: Iterable[Sequence[str]], locator: str) -> Table:
    """A ``rows`` table: the cells' order is known, their columns are not."""
    printed = tuple(
        tuple(Cell(text, f"{locator} row {number} cell {order + 1}", order) for order, text in enumerate(row))
        for number, row in enumerate(rows, start=1)
    )
    return Table(printed, "rows", locator)


def _column_of_edge(rows: Sequence[Sequence[Slot]]) -> dict[int, int]:
    """Number of the grid line at each edge; near edges share one unless that would flatten a cell."""
    edges = sorted({edge for row in rows for slot in row for edge in (slot.left, slot.right)})
    narrowest = min((slot.right - slot.left for row in rows for slot in row), default=0)
    near = _numbered(edges, max(EDGE_TOLERANCE, EDGE_SHARE * narrowest))
    flattened = any(near[slot.left] >= near[slot.right] for row in rows for slot in row)
    return _numbered(edges, 0) if flattened else near


def _numbered(edges: Sequence[int], tolerance: float) -> dict[int, int]:
    numbered: dict[int, int] = {}
    line, first = -1, 0
    for edge in edges:
        if line < 0 or edge - first > tolerance:
            line, first = line + 1, edge
        numbered[edge] = line
    return numbered


def _row_spans(rows: Sequence[Sequence[Slot]], columns: dict[int, int]) -> dict[tuple[int, int], int]:
    """Row span of each cell that begins, by (row, order in the row); continued cells are absent.

    A cell continues the one above only where both have the same edges; else it stands for itself.
    """
    heights: dict[tuple[int, int], int] = {}
    above: dict[tuple[int, int], tuple[int, int]] = {}
    for number, row in enumerate(rows):
        current: dict[tuple[int, int], tuple[int, int]] = {}
        for order, slot in enumerate(row):
            edges = columns[slot.left], columns[slot.right]
            origin = above.get(edges) if slot.merge == "continue" else None
            if origin is None:
                origin = number, order
                heights[origin] = 0
            heights[origin] += 1
            if slot.merge != "none":
                current[edges] = origin
        above = current
    return heights
