"""Head cells of a table: pieces that were printed apart joined again, with their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from pipelines.report.rows import Row, RowKind
from pipelines.report.text import fold, read_text

_MOST_PIECES = 8
_MOST_ROWS = 40
"""Head rows beyond this are worked out each time anew: no form has them, and they would fill the memory."""


class Head(NamedTuple):
    """One head cell: its code where the vocabulary knows it, its place and its row."""

    code: str | None
    text: str
    left: int
    right: int
    row: int

    def over(self, place: int) -> bool:
        """Whether a column that begins at the place stands under this head."""
        return self.left <= place < self.right


class HeadRow(NamedTuple):
    """What of a row decides about columns, so that the same heads in another report need not be read again."""

    kind: RowKind
    width: int
    size: int
    """How many cells the row has, labels or not."""
    labels: tuple[tuple[str, int, int], ...]
    """Text, left edge and width of each label."""


Shape = tuple[HeadRow, ...]
Made = TypeVar("Made")


def rows_to_shape(rows: Sequence[Row]) -> Shape:
    """The rows without their places in the source."""
    return tuple(
        [
            HeadRow(
                row.kind,
                row.width,
                len(row.fields),
                tuple([(cell.text, cell.column, cell.column_span) for cell, reading in row.fields if reading.is_label]),
            )
            for row in rows
        ]
    )


def remembered(work: Callable[[Shape], Made]) -> Callable[[Shape], Made]:
    """The function with a memory for the shapes that a form can have."""
    kept = lru_cache(maxsize=2048)(work)

    def of_shape(shape: Shape) -> Made:
        return kept(shape) if len(shape) <= _MOST_ROWS else work(shape)

    return of_shape


def shape_to_heads(shape: Shape, known: Mapping[str, str]) -> list[Head]:
    """All head cells in reading order; ``known`` maps folded wordings to codes."""
    kinds = {row.kind for row in shape}
    pieces = _pieces(shape, known)
    if kinds <= {"aligned", "line"} and "aligned" in kinds:
        return _joined_by_place(pieces, known)
    if kinds <= {"aligned", "line", "rows"} and kinds & {"line", "aligned"}:
        return _joined_in_order(pieces, known)
    return pieces


def _pieces(shape: Sequence[HeadRow], known: Mapping[str, str]) -> list[Head]:
    return [
        Head(known.get(read_text(text).key), text, left, left + width, number)
        for number, row in enumerate(shape)
        for text, left, width in row.labels
    ]


def shape_to_parts(shape: Shape, known: Mapping[str, str]) -> list[Head]:
    """Heads of which some stand in lines, the others in columns below: lines in order, then columns by place."""
    in_lines = _pieces([row for row in shape if row.kind != "aligned"], known)
    in_columns = _joined_by_place(_pieces([row for row in shape if row.kind == "aligned"], known), known)
    return _joined_in_order(in_lines, known) + sorted(in_columns, key=lambda head: head.left)


def _joined_in_order(pieces: Sequence[Head], known: Mapping[str, str]) -> list[Head]:
    """One piece a line: as many pieces as make a known head are one."""
    found: list[Head] = []
    position = 0
    while position < len(pieces):
        size, head = 1, pieces[position]
        for length in range(min(_MOST_PIECES, len(pieces) - position), 0, -1):
            text = "".join([piece.text.strip() for piece in pieces[position : position + length]])
            code = known.get(fold(text))
            if code is not None:
                size, head = length, head._replace(code=code, text=text)
                break
        found.append(head)
        position += size
    return found


def _joined_by_place(pieces: Sequence[Head], known: Mapping[str, str]) -> list[Head]:
    """Pieces that stand under each other are one head, until they make a known one."""
    found: list[Head] = []
    for piece in pieces:
        _add_piece(found, piece, known)
    return found


def _add_piece(found: list[Head], piece: Head, known: Mapping[str, str]) -> None:
    above = [
        n
        for n, head in enumerate(found)
        if head.row < piece.row and _overlap(head, piece) and _goes_on(head, piece, known)
    ]
    if len(above) != 1:
        found.append(piece)
        return
    head = found[above[0]]
    text = head.text + piece.text
    left, right = min(head.left, piece.left), max(head.right, piece.right)
    found[above[0]] = Head(known.get(fold(text)), text, left, right, piece.row)


def _goes_on(head: Head, piece: Head, known: Mapping[str, str]) -> bool:
    """An unfinished head takes what stands under it; a finished one only what makes another known head."""
    return head.code is None or (piece.code is None and fold(head.text + piece.text) in known)


def _overlap(head: Head, piece: Head) -> bool:
    shared = min(head.right, piece.right) - max(head.left, piece.left)
    return shared * 2 > min(head.right - head.left, piece.right - piece.left)
