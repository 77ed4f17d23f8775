"""Rows and spanned cells of one HTML table: as a grid, or dissolved where it only lays out the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.readers.document import Role, new
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import Limits

_FIGURE = re.compile(r"[^\w]*[+\-－]?\d[\d.,，]*\W*\w{0,2}")
_FIGURES_OF_DATA = 8
"""Figures of its own from which on a table is data, even if a cell holds a table."""
_LONG_TEXT = 400
"""Characters in one cell from which on a table without figures lays out a page."""
_BANNER = 120
"""Characters of a row's only cell from which on it is a paragraph between two parts of a table."""


class Line(NamedTuple):
    """One line of text and the container where it stands; ``linked`` counts its characters in links."""

    text: str
    element: int
    linked: int = 0
    role: Role = "text"
    raw: bool = False
    """Whether tabs and spaces of the source are kept, as in ``<pre>``."""
    apart: str = ""
    """The same with a blank between its elements, which sites set apart by style alone."""


class RawCell(NamedTuple):
    """A cell as written: what is in it and the spans it asks for (``row_span`` 0: to the end of its group).

    Most cells hold one plain line, which is kept as ``text``; ``items`` is what any other holds.
    """

    text: str
    items: Sequence[Line | Grid] | None = None
    column_span: int = 1
    row_span: int = 1


class Placed(NamedTuple):
    """A cell in its column; the spans are bounded to the table."""

    text: str
    column: int
    column_span: int
    row_span: int


class Grid(NamedTuple):
    """A table of data; where a table was parted, ``first_row`` counts the rows before this part."""

    rows: list[list[Placed]]
    element: int
    first_row: int = 0
    continues: bool = False
    """Whether an earlier part of the same table stands before it."""


Group = list[list[RawCell]]
"""Rows of one ``thead``, ``tbody`` or ``tfoot``: no cell reaches out of it."""


def groups_to_items(groups: list[Group], element: int, limits: Limits) -> list[Line | Grid]:
    """What a table means in reading order: one grid, parts of it, or the content of its cells."""
    cells = [cell for group in groups for row in group for cell in row]
    if not cells:
        return []
    if _is_layout(groups, cells):
        return [item for cell in cells for item in _content(cell, element)]
    rows = [row for group in groups for row in _placed(group, limits)]
    _trim(rows)
    return list(_parted(rows, element))


def _content(cell: RawCell, element: int) -> Sequence[Line | Grid]:
    if cell.items is not None:
        return cell.items
    return (Line(cell.text, element),) if cell.text else ()


def items_to_cell(items: Sequence[Line | Grid], column_span: int, row_span: int) -> RawCell:
    """A cell that holds several lines, links or tables: its text has a line per printed line."""
    return RawCell("\n".join(_item_texts(items)).replace("\t", " ").strip(), items, column_span, row_span)


def _item_texts(items: Sequence[Line | Grid]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Line):
            yield item.text
        else:
            yield from (" ".join(cell.text for cell in row) for row in item.rows)


def _is_layout(groups: list[Group], cells: list[RawCell]) -> bool:
    if all(len(row) < 2 for group in groups for row in group):
        return True
    figures = 0
    for cell in cells:
        figures += _is_figure(cell)
        if figures == _FIGURES_OF_DATA:
            return False
    return any(_holds_page(cell) for cell in cells)


def _is_figure(cell: RawCell) -> bool:
    if cell.items is None:
        return cell.text.isdecimal() or _FIGURE.fullmatch(cell.text) is not None
    if len(cell.items) != 1:
        return False
    item = cell.items[0]
    return isinstance(item, Line) and not item.linked and _FIGURE.fullmatch(item.text) is not None


def _holds_page(cell: RawCell) -> bool:
    if cell.items is None:
        return len(cell.text) > _LONG_TEXT
    length = 0
    for item in cell.items:
        if isinstance(item, Grid):
            return True
        length += len(item.text)
    return length > _LONG_TEXT


def _placed(group: Group, limits: Limits) -> Iterator[list[Placed]]:
    """Each cell at the first free column of its row, as browsers place it."""
    taken: dict[int, int] = {}
    """For each column that a cell from above covers, in how many rows from this one on."""
    area = width = 0
    for number, row in enumerate(group):
        area += width
        if area > limits.area:
            raise Quarantined("too_large", f"a table has over {limits.area} places; save only the report")
        placed = _placed_row(row, taken, limits.columns, len(group) - number, len(group))
        yield placed
        if placed:
            width = max(width, placed[-1].column + placed[-1].column_span)
        if taken:
            taken = {column: rows - 1 for column, rows in taken.items() if rows > 1}


def _placed_row(row: list[RawCell], taken: dict[int, int], columns: int, rows_left: int, rows: int) -> list[Placed]:
    """The cells of one row in their columns; what they cover in the rows below is put down in ``taken``."""
    placed = []
    column = 0
    for text, _, column_span, row_span in row:
        while column in taken:
            column += 1
        if column_span == row_span == 1:
            placed.append(new(Placed, (text, column, 1, 1)))
            column += 1
            continue
        end = column + max(1, min(column_span, columns))
        height = min(row_span or rows, rows_left)
        placed.append(new(Placed, (text, column, end - column, height)))
        if height > 1:
            for covered in range(column, end):
                taken[covered] = max(taken.get(covered, 0), height)
        column = end
    return placed


def _trim(rows: list[list[Placed]]) -> None:
    """Spans end with the last column in which any cell begins: columns behind it have no width."""
    width = 1 + max((row[-1].column for row in rows if row), default=0)
    for row in rows:
        if row and row[-1].column + row[-1].column_span > width:
            row[-1] = row[-1]._replace(column_span=width - row[-1].column)


def _parted(rows: list[list[Placed]], element: int) -> Iterator[Line | Grid]:
    """The grid, parted where a row is one long text across it: a report printed as one table."""
    start = 0
    parts = 0
    for number, row in enumerate(rows):
        if len(row) == 1 and len(row[0].text) > _BANNER and row[0].row_span == 1 and not row[0].column:
            if number > start:
                yield Grid(rows[start:number], element, start, parts > 0)
                parts += 1
            yield from (Line(text, element) for text in row[0].text.split("\n"))
            start = number + 1
    if start < len(rows):
        yield Grid(rows[start:], element, start, parts > 0)
