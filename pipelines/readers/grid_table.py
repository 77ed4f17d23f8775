"""Grid and glyphs → table: which text stands in which cell of a ruled table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from statistics import median
from typing import NamedTuple

from pipelines.readers.document import Cell, Table, new
from pipelines.readers.printed_page import Glyph, Line, glyphs_to_lines, is_number, is_value, joined, lines_to_text
from pipelines.readers.ruled_grid import Box, Grid

TOUCHING = 0.12
"""Glyphs closer than this many ems are one word, whatever rule runs between them."""

PIERCED = 0.4
"""A word that runs over a rule by less than this share of a glyph still stands in its cell."""

CELL_MARGIN = 5.7
"""Points between a cell's rule and its text at most, as word processors set it."""

LEADING = 1.7
"""Ems between the lines of one number."""

SIDE_BY_SIDE = 0.5
"""Figures closer than this many ems are one number, also where a side of the table runs between them."""

FIGURE_SIGNS = frozenset(".,%-+")

MAXIMUM_PAIRS = 100_000

OVERSIZE = 3.0
"""Text this many times as large as the table's own lies behind it, such as a watermark."""


class CellText(NamedTuple):
    """What stands in a cell; ``lines`` are its lines where it has several."""

    text: str
    legible: bool
    lines: tuple[Line, ...]


BLANK = CellText("", True, ())


def glyphs_in_grid(grid: Grid, glyphs: Sequence[Glyph]) -> tuple[list[Glyph], list[Glyph]]:
    """Glyphs whose middle lies in the grid, and the others. A number that its sides cut is not legible."""
    inside: list[Glyph] = []
    outside: list[Glyph] = []
    left, right, top, bottom = 2 * grid.columns[0], 2 * grid.columns[-1], 2 * grid.rows[0], 2 * grid.rows[-1]
    for glyph in glyphs:
        is_inside = top <= glyph[2] + glyph[4] < bottom and left <= glyph[1] + glyph[3] < right
        (inside if is_inside else outside).append(glyph)
    beside = [glyph for glyph in outside if top <= glyph[2] + glyph[4] < bottom and _is_figure_at_side(grid, glyph)]
    if beside:
        within = [glyph for glyph in inside if _is_figure_at_side(grid, glyph)]
        cut = _cut_figures(within, beside)
        inside, outside = _not_legible(inside, cut), _not_legible(outside, cut)
    sizes = [glyph.size for glyph in inside]
    if not sizes or max(sizes) <= OVERSIZE * min(sizes):
        return inside, outside
    limit = OVERSIZE * median(sizes)
    return [g for g in inside if g.size <= limit], outside + [g for g in inside if g.size > limit]


def _is_figure_at_side(grid: Grid, glyph: Glyph) -> bool:
    """Whether a glyph near the left or right side of the grid may be part of a number."""
    near = [side for side in (grid.columns[0], grid.columns[-1]) if _reaches(glyph, side)]
    return bool(near) and (not glyph.legible or glyph.text in FIGURE_SIGNS or is_number(glyph.text))


def _reaches(glyph: Glyph, side: float) -> bool:
    return glyph.left - glyph.size < side < glyph.right + glyph.size


def _cut_figures(within: Sequence[Glyph], beside: Sequence[Glyph]) -> set[Glyph]:
    """Figures within a grid and those beside it with which they make one number; all where there are too many."""
    if len(within) * len(beside) > MAXIMUM_PAIRS:
        return {*within, *beside}
    return {glyph for pair in product(within, beside) if _stand_close(*pair) for glyph in pair}


def _stand_close(one: Glyph, other: Glyph) -> bool:
    """Whether two figures stand side by side, closer than those of two columns."""
    apart = max(other.left - one.right, one.left - other.right)
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return apart <= SIDE_BY_SIDE * max(one.size, other.size) and shared > min(one.size, other.size) / 2


def _not_legible(glyphs: list[Glyph], cut: set[Glyph]) -> list[Glyph]:
    return [glyph._replace(legible=False) if glyph in cut else glyph for glyph in glyphs] if cut else glyphs


def grid_table(grid: Grid, glyphs: Sequence[Glyph], locator: str) -> Table:
    """The ruled table with the text of each cell. A number that runs over a rule is not legible."""
    texts = {box: _cell_text(runs) for box, runs in _texts_by_box(grid, glyphs).items()}
    single = {box.row for box, cell in texts.items() if not cell.lines and box.row_span == 1 and is_value(cell.text)}
    rows: list[list[Cell]] = [[] for _ in grid.rows[1:]]
    for box in sorted(grid.boxes):
        text, legible, lines = texts.get(box, BLANK)
        place = f"{locator} row {box.row + 1} column {box.column + 1}"
        if lines and box.row in single and box.row_span == 1 and _is_wrapped_number(lines, grid.edges_of(box)):
            text = "".join([line.text for line in lines])
        rows[box.row].append(new(Cell, (text, place, box.column, box.column_span, box.row_span, legible)))
    return Table(tuple(tuple(row) for row in rows), "grid", locator)


def _cell_text(runs: Sequence[Sequence[Glyph]]) -> CellText:
    if len(runs) == 1:
        return CellText(joined(runs[0]), _are_legible(runs), ())
    lines = glyphs_to_lines([glyph for run in runs for glyph in run])
    legible = _are_legible([line.glyphs for line in lines])
    return CellText(lines_to_text(lines), legible, tuple(lines) if len(lines) > 1 else ())


def _are_legible(runs: Sequence[Sequence[Glyph]]) -> bool:
    is_legible = [glyph.legible for run in runs for glyph in run]
    return all(is_legible)


def _is_wrapped_number(lines: Sequence[Line], edges: tuple[float, float, float, float]) -> bool:
    """Whether lines of figures are one number that its cell is too narrow for.

    So it is where every line but the last has no room for one figure more, the last is shorter, and
    they stand as close as lines do. (That the row has a value on one line is for the caller to see:
    it shows that no rule is missing between two rows.)
    """
    if not all(line.text.isdecimal() and line.text.isascii() for line in lines):
        return False
    room = edges[2] - edges[0] - 2 * CELL_MARGIN
    full = all(line.right - line.left + line.size / 2 > room for line in lines[:-1])
    shorter = len(lines[-1].text) < len(lines[0].text)
    return (
        full
        and shorter
        and all(after.baseline - before.baseline <= LEADING * before.size for before, after in pairwise(lines))
    )


def _texts_by_box(grid: Grid, glyphs: Sequence[Glyph]) -> dict[Box, list[list[Glyph]]]:
    """The words of each cell."""
    box_at = grid.box_at()
    texts: dict[Box, list[list[Glyph]]] = defaultdict(list)
    for line in glyphs_to_lines(glyphs):
        for run in _runs(line):
            first = _index(grid, run[0])
            if first and _is_held(grid, box_at[first], run):
                texts[box_at[first]].append(run)
                continue
            held = [(box_at[index], glyph) for glyph in run if (index := _index(grid, glyph))]
            for box, part in _parted(grid, box_at, run, held) if held else ():
                texts[box].append(part)
    return texts


def _is_held(grid: Grid, box: Box, run: Sequence[Glyph]) -> bool:
    """Whether a word stands in one cell, over its rules by no more than a rule is wide."""
    left, top, right, bottom = grid.edges_of(box)
    first, last = run[0], run[-1]
    middle = (last.top + last.bottom) / 2
    over = PIERCED * min(first.right - first.left, last.right - last.left)
    return first.left >= left - over and last.right <= right + over and top <= middle < bottom


def _parted(
    grid: Grid, box_at: dict[tuple[int, int], Box], run: Sequence[Glyph], held: Sequence[tuple[Box, Glyph]]
) -> Iterator[tuple[Box, list[Glyph]]]:
    """A word at which a rule stands: part of each cell, or one word that has outgrown its cell.

    An outgrown number is given to every cell that it touches, and is legible in none.
    """
    boxes = [box for box, _ in held]
    if is_number("".join(glyph.text for glyph in run)):
        for box in dict.fromkeys(boxes):
            yield box, [glyph._replace(legible=False) for glyph in run]
    elif _is_pierced(grid, box_at, run):
        yield max(dict.fromkeys(boxes), key=boxes.count), list(run)
    else:
        for box, glyph in held:
            yield box, [glyph]


def _runs(line: Line) -> Iterator[list[Glyph]]:
    run: list[Glyph] = []
    for glyph in line.glyphs:
        if run and glyph.left - run[-1].right > TOUCHING * glyph.size:
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _is_pierced(grid: Grid, box_at: dict[tuple[int, int], Box], run: Sequence[Glyph]) -> bool:
    for glyph in run:
        margin, middle = (glyph.right - glyph.left) * PIERCED, (glyph.top + glyph.bottom) / 2
        sides = {
            box_at.get(index) if (index := grid.cell_index(x, middle)) else None
            for x in (glyph.left + margin, glyph.right - margin)
        }
        if len(sides) > 1:
            return True
    return False


def _index(grid: Grid, glyph: Glyph) -> tuple[int, int] | None:
    return grid.cell_index((glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2)
