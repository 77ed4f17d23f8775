"""Tables drawn in text with rules of dashes (``+---+---+``) and pipes: cells from the places of the signs.

Where a rule has a gap, the cell above goes on below it; where a pipe is lacking, a cell covers both
columns. A table whose signs do not stand under each other is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.readers.document import Cell, Table

Line = tuple[str, str]
_RULE = re.compile(r"\+(?:[-=:]+\+)+")
_DRAWN = re.compile(r"[-=:]+")
_LEAST_LINES = 3
_MOST_COLUMNS = 64
_CORNERS = frozenset("+┌┏╔")
_SIGNS = str.maketrans({
    **dict.fromkeys("┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝", "+"), **dict.fromkeys("─━═", "-"), **dict.fromkeys("│┃║", "|"),
})  # fmt: skip


class _Box(NamedTuple):
    """One cell: its bands (the lines between two rules) and columns, each from first to last."""

    bands: range
    columns: range


def find_grids(lines: Sequence[Line]) -> Iterator[tuple[range, Table]]:
    """The drawn tables among the lines, each with the lines that it takes."""
    whole = "\n".join([raw for raw, _ in lines])
    if not any(corner in whole for corner in _CORNERS) or not any(raw.lstrip()[:1] in _CORNERS for raw, _ in lines):
        return
    lines = [(raw.strip().translate(_SIGNS), locator) for raw, locator in lines]
    start = 0
    while start < len(lines):
        if not _RULE.fullmatch(lines[start][0]):
            start += 1
            continue
        end = start
        while end < len(lines) and lines[end][0][:1] in {"+", "|"}:
            end += 1
        table = _table(lines[start:end])
        if table is not None:
            yield range(start, end), table
        start = end


def _table(lines: Sequence[Line]) -> Table | None:
    """The table that the lines draw, or nothing where their signs do not stand under each other."""
    if len(lines) < _LEAST_LINES or not _RULE.fullmatch(lines[-1][0]):
        return None
    for width in (_wide, _wider, len):
        spread = [_spread(text, width) for text, _ in lines]
        if len({len(cells) for cells in spread}) == 1:
            return _drawn(spread, [locator for _, locator in lines])
    return None


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _wider(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _spread(text: str, width: Callable[[str], int]) -> list[str]:
    """One entry a column of the page: a sign, and nothing behind a wide one."""
    return [part for sign in text for part in (sign, *[""] * (width(sign) - 1))]


def _drawn(page: Sequence[Sequence[str]], locators: Sequence[str]) -> Table | None:
    """The table of lines that are equally wide, or nothing where a cell is no rectangle."""
    edges = sorted(
        {place for line in page if set(line) <= _RULE_SIGNS for place, sign in enumerate(line) if sign == "+"}
    )
    if not 2 <= len(edges) <= _MOST_COLUMNS or edges[0] != 0 or edges[-1] != len(page[0]) - 1:
        return None
    ruled = [[_is_ruled(line[left + 1 : right]) for left, right in pairwise(edges)] for line in page]
    rules = [number for number, columns in enumerate(ruled) if any(columns)]
    bands = [range(above + 1, below) for above, below in pairwise(rules)]
    if any(not band for band in bands):
        return None
    boxes = _boxes(page, edges, bands, [ruled[number] for number in rules])
    if boxes is None:
        return None
    rows: list[list[Cell]] = [[] for _ in bands]
    for box in boxes:
        lines = range(bands[box.bands[0]].start, bands[box.bands[-1]].stop)
        texts = ("".join(page[n][edges[box.columns[0]] + 1 : edges[box.columns[-1] + 1]]).strip() for n in lines)
        place = f"{locators[lines[0]]} field {len(rows[box.bands[0]]) + 1}"
        text = "\n".join(filter(None, texts))
        rows[box.bands[0]].append(Cell(text, place, box.columns[0], len(box.columns), len(box.bands)))
    return Table(tuple(map(tuple, rows)), "grid", locators[0])


_RULE_SIGNS = frozenset("+-=:")


def _is_ruled(signs: Sequence[str]) -> bool:
    return _DRAWN.fullmatch("".join(signs)) is not None


def _boxes(
    page: Sequence[Sequence[str]], edges: Sequence[int], bands: Sequence[range], rules: Sequence[Sequence[bool]]
) -> list[_Box] | None:
    """The cells in reading order; nothing where one is no rectangle."""
    taken: dict[tuple[int, int], _Box] = {}
    boxes: list[_Box] = []
    for band, lines in enumerate(bands):
        for column in range(len(edges) - 1):
            if (band, column) in taken:
                continue
            right = column
            while right + 2 < len(edges) and not any(page[n][edges[right + 1]] in _SIDES for n in lines):
                right += 1
            bottom = band
            while bottom + 2 < len(rules) and not any(rules[bottom + 1][column : right + 1]):
                bottom += 1
            box = _Box(range(band, bottom + 1), range(column, right + 1))
            if not _is_closed(page, edges, bands, box) or any(place in taken for place in _places(box)):
                return None
            taken.update(dict.fromkeys(_places(box), box))
            boxes.append(box)
    return boxes


def _places(box: _Box) -> Iterator[tuple[int, int]]:
    return ((band, column) for band in box.bands for column in box.columns)


def _is_closed(page: Sequence[Sequence[str]], edges: Sequence[int], bands: Sequence[range], box: _Box) -> bool:
    """Whether a pipe or a crossing stands at both sides of every line of a cell."""
    lines = range(bands[box.bands[0]].start, bands[box.bands[-1]].stop)
    sides = (edges[box.columns[0]], edges[box.columns[-1] + 1])
    return all(page[n][side] in _SIDES for n in lines for side in sides)


_SIDES = frozenset("|+")
