"""Head cells of a table: pieces that were printed apart joined again, with their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipelines.report.rows import Field, Row
from pipelines.report.text import fold

_MOST_PIECES = 4


class Head(NamedTuple):
    """One head cell: its code where the vocabulary knows it, its place and its row."""

    code: str | None
    text: str
    left: int
    right: int
    row: int
    locator: str

    def over(self, place: int) -> bool:
        """Whether a column that begins at the place stands under this head."""
        return self.left <= place < self.right


def rows_to_heads(rows: Sequence[Row], known: Mapping[str, str]) -> list[Head]:
    """All head cells in reading order; ``known`` maps folded wordings to codes."""
    kinds = {row.kind for row in rows}
    if kinds <= {"aligned", "line"} and "aligned" in kinds:
        return _joined_by_place(rows, known)
    if kinds <= {"aligned", "line", "rows"} and kinds & {"line", "aligned"}:
        return _joined_in_order(rows, known)
    return [_head(item, number, known) for number, row in enumerate(rows) for item in row.fields if item.is_label]


def _head(item: Field, row: int, known: Mapping[str, str]) -> Head:
    cell = item.cell
    code = known.get(item.reading.key)
    return Head(code, cell.text, cell.column, cell.column + cell.column_span, row, cell.locator)


def _joined_in_order(rows: Sequence[Row], known: Mapping[str, str]) -> list[Head]:
    """One piece a line: as many pieces as make a known head are one."""
    items = [(number, item) for number, row in enumerate(rows) for item in row.fields if item.is_label]
    found: list[Head] = []
    position = 0
    while position < len(items):
        size, head = 1, _head(items[position][1], items[position][0], known)
        for length in range(_MOST_PIECES, 0, -1):
            pieces = items[position : position + length]
            text = "".join(item.cell.text.strip() for _, item in pieces)
            code = known.get(fold(text))
            if code is not None and len(pieces) == length:
                size, head = length, head._replace(code=code, text=text)
                break
        found.append(head)
        position += size
    return found


def _joined_by_place(rows: Sequence[Row], known: Mapping[str, str]) -> list[Head]:
    """Pieces that stand under each other are one head, until they make a known one."""
    found: list[Head] = []
    for number, row in enumerate(rows):
        for item in row.fields:
            if item.is_label:
                _add_piece(found, _head(item, number, known), known)
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
    found[above[0]] = Head(known.get(fold(text)), text, left, right, piece.row, head.locator)


def _goes_on(head: Head, piece: Head, known: Mapping[str, str]) -> bool:
    """An unfinished head takes what stands under it; a finished one only what makes another known head."""
    return head.code is None or (piece.code is None and fold(head.text + piece.text) in known)


def _overlap(head: Head, piece: Head) -> bool:
    shared = min(head.right, piece.right) - max(head.left, piece.left)
    return shared * 2 > min(head.right - head.left, piece.right - piece.left)
