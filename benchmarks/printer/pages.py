"""Lays a paper out on pages: texts and rules at places, for whatever draws them (PDF, pictures).

Units are points from the top left corner of an A4 page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from benchmarks.printer.canvas import display_width, wrap
from benchmarks.printer.paper import Cell, Grid, Line, Paper

WIDTH, HEIGHT, MARGIN, FOOT = 595.0, 842.0, 36.0, 60.0
SIZES = {"title": 16.0, "heading": 13.0, "text": 11.0, "source": 9.0, "signature": 11.0}
LEADING, PADDING = 1.3, 3.0
COLUMN_WIDTHS = {
    "application": [20.0, 58, 130],
    "proactive": [130.0, 130, 130, 130],
    "review": [34.8] * 15,
}
VALUE_WIDTH = 45.0


class Text(NamedTuple):
    """One line of text; ``x`` and ``y`` are its left edge and baseline."""

    x: float
    y: float
    size: float
    text: str


class Rule(NamedTuple):
    """One thin line."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Page:
    """What stands on one page."""

    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Look:
    """How the pages are made."""

    size: float = 9.0
    ruled: Literal["all", "rows", "none"] = "all"
    repeat_head: bool = False
    torn: bool = False
    """A group's label that a page end cuts stands half on either page, instead of whole on the first."""
    numbers: str = "- {} -"


class _Press:
    def __init__(self, look: Look) -> None:
        self.look, self.pages, self.y = look, [Page()], MARGIN + 10

    def room(self) -> float:
        return HEIGHT - FOOT - self.y

    def turn(self) -> None:
        self.pages.append(Page())
        self.y = MARGIN + 10

    def line(self, block: Line) -> None:
        size = SIZES[block.kind]
        indent = "　　" if block.kind == "text" else ""
        lines = wrap(indent + block.text, int((WIDTH - 2 * MARGIN) / size * 2))
        for text in lines:
            if self.room() < size * 1.6:
                self.turn()
            self.y += size * 1.6
            x = (WIDTH - display_width(text) * size / 2) / 2 if block.kind == "title" else MARGIN
            if block.kind == "signature":
                x = WIDTH - MARGIN - display_width(text) * size / 2
            self.pages[-1].texts.append(Text(x, self.y, size, text))
        self.y += 4

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        upright = x0 == x1
        if self.look.ruled == "all" or (self.look.ruled == "rows" and not upright):
            self.pages[-1].rules.append(Rule(x0, y0, x1, y1))


class _Lattice(NamedTuple):
    lefts: list[float]
    heights: list[float]


def _wrapped(cell: Cell, lefts: list[float], size: float) -> list[str]:
    room = lefts[cell.column + cell.columns] - lefts[cell.column] - 2 * PADDING
    return wrap(cell.text, max(2, int(room / size * 2)))


def _lattice(grid: Grid, size: float) -> _Lattice:
    widths = list(COLUMN_WIDTHS[grid.name])
    widths += [VALUE_WIDTH * min(1.0, 7 / (grid.width - 3))] * (grid.width - len(widths))
    lefts = [MARGIN]
    for width in widths:
        lefts.append(lefts[-1] + width)
    heights = [size * LEADING + 2 * PADDING] * len(grid.rows)
    for number, row in enumerate(grid.rows):
        for cell in (c for c in row if c.rows == 1):
            heights[number] = max(heights[number], len(_wrapped(cell, lefts, size)) * size * LEADING + 2 * PADDING)
    for number, row in enumerate(grid.rows):
        for cell in (c for c in row if c.rows > 1):
            needed = len(_wrapped(cell, lefts, size)) * size * LEADING + 2 * PADDING
            last = number + cell.rows - 1
            heights[last] += max(0.0, needed - sum(heights[number : last + 1]))
    return _Lattice(lefts, heights)


def _runs(grid: Grid, lattice: _Lattice, press: _Press) -> Iterator[tuple[int, int]]:
    """Ranges of rows, one a page."""
    head = sum(lattice.heights[: grid.head]) if press.look.repeat_head else 0.0
    start, room = 0, press.room()
    used = 0.0
    for number, height in enumerate(lattice.heights):
        if used + height > room and number > start:
            yield start, number
            start, used, room = number, head, HEIGHT - FOOT - MARGIN - 10
        used += height
    yield start, len(grid.rows)


def _draw_cell(press: _Press, cell: Cell, box: tuple[float, float, float, float], lines: list[str]) -> None:
    x0, y0, x1, y1 = box
    size = press.look.size
    y = y0 + (y1 - y0 - len(lines) * size * LEADING) / 2
    centered = bool(cell.key) or cell.columns > 3 or x1 - x0 < 60
    for text in lines:
        y += size * LEADING
        room = x1 - x0 - display_width(text) * size / 2
        x = x0 + (room / 2 if centered else PADDING)
        if text:
            press.pages[-1].texts.append(Text(x, y - size * 0.3, size, text))
    for rule in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
        press.rule(*rule)


def _draw_rows(press: _Press, grid: Grid, lattice: _Lattice, start: int, end: int) -> None:
    """Draw the parts of all cells that reach into rows ``start`` to ``end``."""
    tops = [press.y + sum(lattice.heights[start:n]) for n in range(start, end + 1)]
    for number, row in enumerate(grid.rows):
        for cell in row:
            first, last = max(number, start), min(number + cell.rows, end)
            if first >= last:
                continue
            lines = _wrapped(cell, lattice.lefts, press.look.size)
            if last - first < cell.rows:
                lines = _share(lines, number >= start, torn=press.look.torn)
            left, right = lattice.lefts[cell.column], lattice.lefts[cell.column + cell.columns]
            _draw_cell(press, cell, (left, tops[first - start], right, tops[last - start]), lines)
    press.y = tops[-1]


def _share(lines: list[str], begins_here: bool, *, torn: bool) -> list[str]:
    if not torn:
        return lines if begins_here else []
    half = (len(lines) + 1) // 2
    return lines[:half] if begins_here else lines[half:]


def _draw_grid(press: _Press, grid: Grid) -> None:
    lattice = _lattice(grid, press.look.size)
    for start, end in list(_runs(grid, lattice, press)):
        if start:
            press.turn()
            if press.look.repeat_head and grid.head:
                _draw_rows(press, grid, lattice, 0, grid.head)
        _draw_rows(press, grid, lattice, start, end)
    press.y += 8


def lay_out(paper: Paper, look: Look | None = None) -> list[Page]:
    """The pages of a paper."""
    press = _Press(look or Look())
    for block in paper.blocks:
        if isinstance(block, Grid):
            _draw_grid(press, block)
        else:
            press.line(block)
    for number, page in enumerate(press.pages, 1):
        if press.look.numbers:
            page.texts.append(Text(WIDTH / 2 - 12, HEIGHT - 36, 9.0, press.look.numbers.format(number)))
    return press.pages
