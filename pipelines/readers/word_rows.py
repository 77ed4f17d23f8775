"""Table rows as DOC and RTF store them: a stream of paragraphs, cell ends and row ends with their edges."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.readers.word_binary import Property
from pipelines.readers.word_blocks import Grid, Piece, Text
from pipelines.readers.word_grid import Merge

_DEFINITION, _MERGE_CELLS, _MERGE_DOWN, _WIDTHS = 0xD608, 0x5624, 0xD62B, 0x7623
_STRUCTURAL = frozenset({0x7621, 0x5622, 0xD606})
"""Cells put in or taken out after the definition, and the definition of older versions: not followed."""
_CELL_SIZE = 20
_ACROSS = 0x0003
_DOWN: dict[int, Merge] = {0: "none", 1: "continue", 2: "start", 3: "start"}
DEEPEST_TABLE = 12
"""Tables within tables that are told apart; deeper ones count as this deep."""
_MOST_CELLS = 63
"""Most cells of a row in the format."""


@dataclass(slots=True)
class RowShape:
    """Edges of a row's cells in twips, whether each continues the one at its left, and its vertical merge."""

    edges: list[int] = field(default_factory=list)
    across: list[int] = field(default_factory=list)
    """As stored: 0 for a cell by itself, else the cell's part in a horizontal merge."""
    down: list[Merge] = field(default_factory=list)
    is_known: bool = True


def row_shape(properties: Iterable[Property]) -> RowShape:
    """The shape that the properties of a row's end state; not known where they do not fit each other."""
    shape = RowShape(is_known=False)
    for one in properties:
        if one.code == _DEFINITION:
            _define(shape, one.operand)
        elif one.code in _STRUCTURAL:
            shape.is_known = False
        elif one.code == _MERGE_CELLS and len(one.operand) > 1:
            first, last = one.operand[0], min(one.operand[1], len(shape.across))
            for cell in range(first, last):
                shape.across[cell] = 1 if cell == first else 2
        elif one.code == _MERGE_DOWN and len(one.operand) > 1 and one.operand[0] < len(shape.down):
            shape.down[one.operand[0]] = _DOWN[one.operand[1] & 3]
        elif one.code == _WIDTHS:
            _resize(shape, one.operand)
    return shape


@dataclass(slots=True)
class _Frame:
    """One table that is being gathered."""

    rows: list[tuple[list[list[Text | Grid]], RowShape]] = field(default_factory=list)
    cells: list[list[Text | Grid]] = field(default_factory=list)
    content: list[Text | Grid] = field(default_factory=list)

    def end_row(self, shape: RowShape) -> None:
        if self.content:
            self.cells.append(self.content)
        if self.cells:
            self.rows.append((self.cells, shape))
        self.cells, self.content = [], []


@dataclass(slots=True)
class Nesting:
    """Gathers tables, and tables in their cells, from paragraphs that state how deep they stand."""

    frames: list[_Frame] = field(default_factory=list)

    def to_depth(self, depth: int) -> Iterator[Grid]:
        """End the tables deeper than this and begin those that lack; yields a table that is whole."""
        while len(self.frames) > depth:
            frame = self.frames.pop()
            frame.end_row(RowShape(is_known=False))
            grid = rows_to_grid(frame.rows)
            if frame.rows and self.frames:
                self.frames[-1].content.append(grid)
            elif frame.rows:
                yield grid
        while len(self.frames) < depth:
            self.frames.append(_Frame())

    def add(self, *items: Text | Grid) -> None:
        """A paragraph of the present cell, and what hangs on it."""
        self.frames[-1].content += items

    def end_cell(self) -> None:
        """The present cell is whole."""
        frame = self.frames[-1]
        frame.cells.append(frame.content)
        frame.content = []

    def end_row(self, text: Text, shape: RowShape) -> None:
        """The present row is whole; ``text`` is what stands between its last cell and its end, as a rule nothing."""
        if text.text:
            self.add(text)
        self.frames[-1].end_row(shape)


def rows_to_grid(rows: list[tuple[list[list[Text | Grid]], RowShape]]) -> Grid:
    """A table of rows (cells and shape); its columns are not known where one row's shape does not fit."""
    rows = [(_without_surplus(cells, len(shape.down)), shape) for cells, shape in rows]
    if all(shape.is_known and len(shape.down) == len(cells) for cells, shape in rows):
        return Grid([_placed(cells, shape) for cells, shape in rows])
    return Grid([[Piece(content, 0, 0) for content in cells] for cells, _ in rows], has_edges=False)


def _without_surplus(cells: list[list[Text | Grid]], count: int) -> list[list[Text | Grid]]:
    """The cells without empty ones behind the last that the row's shape has: nothing of them prints."""
    surplus = cells[count:]
    is_empty = all(isinstance(item, Text) and not item.text.strip() for content in surplus for item in content)
    return cells[:count] if count and is_empty else cells


def _placed(cells: list[list[Text | Grid]], shape: RowShape) -> list[Piece]:
    """The row's cells; one that continues its left neighbour widens that and gives it its text, if any."""
    pieces: list[Piece] = []
    beginning = 0
    for number, content in enumerate(cells):
        across = shape.across[number]
        left, right = shape.edges[number], shape.edges[number + 1]
        # The two bits of a merge are told apart by order: the cell that begins it has what no later one has.
        if across and number and shape.across[number - 1] and across != beginning:
            pieces[-1].right = right
            pieces[-1].content += content
            continue
        beginning = across
        pieces.append(Piece(content, left, right, shape.down[number]))
    return pieces


def _define(shape: RowShape, operand: bytes) -> None:
    count = operand[0] if operand else 0
    needed = 1 + 2 * (count + 1)
    if not 0 < count <= _MOST_CELLS or len(operand) < needed:
        return
    shape.edges = list(struct.unpack_from(f"<{count + 1}h", operand, 1))
    flags = [int.from_bytes(operand[needed + _CELL_SIZE * number :][:2], "little") for number in range(count)]
    shape.across = [flag & _ACROSS for flag in flags]
    shape.down = [_DOWN[flag >> 5 & 3] for flag in flags]
    shape.is_known = all(left <= right for left, right in zip(shape.edges, shape.edges[1:], strict=False))


def _resize(shape: RowShape, operand: bytes) -> None:
    """Cells ``operand[0]`` up to ``operand[1]`` get a width in twips; those behind move."""
    if len(operand) < len(b"flww"):
        return
    first, last, width = struct.unpack_from("<BBh", operand)
    for cell in range(first, min(last, len(shape.down))):
        shift = shape.edges[cell] + width - shape.edges[cell + 1]
        for edge in range(cell + 1, len(shape.edges)):
            shape.edges[edge] += shift
