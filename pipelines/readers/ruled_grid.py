"""Ruling lines → grids: which cells a ruled table has and how they are merged.

Only geometry: no text, no file format. Lengths are points. The steps are rules → straight lines →
connected groups → column and row edges → walls → merged cells.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from pipelines.readers.document import new
from pipelines.readers.printed_page import Rule

SNAP = 3.0
"""Rules closer than this are one: double lines, borders drawn cell by cell, slight misalignment."""

SAME = 1.0
"""Pieces of one drawn line are no further apart than this."""

SHORTEST = 6.0
"""A rule shorter than this bounds no cell."""

ANCHORED = 30.0
"""A rule shorter than this counts only where both its ends meet longer ones; strokes of characters do not."""

COVERED = 0.7
"""A wall stands where rules cover this share of the edge between two cells."""

MAXIMUM_RULES = 4000
MAXIMUM_EDGES = 300


_start_of = attrgetter("start")


class Box(NamedTuple):
    """One cell of a grid: its first row and column, and how many it spans."""

    row: int
    column: int
    row_span: int
    column_span: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table; ``columns`` and ``rows`` are the edges, one more than there are cells."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    boxes: tuple[Box, ...]

    def box_at(self) -> dict[tuple[int, int], Box]:
        """Which box covers each (row, column)."""
        return {
            (row, column): box
            for box in self.boxes
            for row in range(box.row, box.row + box.row_span)
            for column in range(box.column, box.column + box.column_span)
        }

    def cell_index(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column that hold a point, None outside the grid."""
        row, column = bisect_right(self.rows, y) - 1, bisect_right(self.columns, x) - 1
        inside = 0 <= row < len(self.rows) - 1 and 0 <= column < len(self.columns) - 1
        return (row, column) if inside else None

    def on_columns(self, columns: Sequence[float]) -> Grid:
        """The same table on more column edges, each of its own edges being near one of them."""
        index = [min(range(len(columns)), key=lambda i: abs(columns[i] - edge)) for edge in self.columns]
        boxes = (
            Box(box.row, index[box.column], box.row_span, index[box.column + box.column_span] - index[box.column])
            for box in self.boxes
        )
        return Grid(tuple(columns), self.rows, tuple(boxes))

    def edges_of(self, box: Box) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge of a box."""
        return (
            self.columns[box.column],
            self.rows[box.row],
            self.columns[box.column + box.column_span],
            self.rows[box.row + box.row_span],
        )


@dataclass(frozen=True, slots=True)
class _Walls:
    """Walls at the inner edges: ``upright[edge][row]`` and ``flat[edge][column]``; outer edges are walls."""

    upright: list[list[bool]]
    flat: list[list[bool]]

    def on_the_left(self, row: int, column: int) -> bool:
        """Whether a wall stands left of a cell."""
        return not 0 < column <= len(self.upright) or self.upright[column - 1][row]

    def open_above(self, row: int, left: int, right: int) -> bool:
        """Whether the cells of a row between two edges go on what is above them: same sides, no floor."""
        if row > len(self.flat) or any(self.flat[row - 1][left:right]):
            return False
        inner = any(self.on_the_left(row, column) for column in range(left + 1, right))
        return not inner and self.on_the_left(row, left) and self.on_the_left(row, right)


def rules_to_grids(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[Grid]:
    """Every ruled table of a page, from top to bottom. Single frames and loose lines are none."""
    if len(horizontal) + len(vertical) > MAXIMUM_RULES:
        return []
    across, down = straightened(horizontal, SAME), straightened(vertical, SAME)
    across, down = _anchored(across, down), _anchored(down, across)
    across, down = straightened(across), straightened(down)
    groups = _connected(across, down)
    grids = [grid for group in groups if (grid := _group_to_grid(*group))]
    return sorted(grids, key=lambda grid: grid.rows[0])


def shared_columns(grids: Sequence[Grid]) -> list[Grid]:
    """The parts of one table that pages have cut, on the column edges of all of them.

    A column has the same number on every page then, also where a page shows only merged cells of it.
    """
    edges: list[float] = []
    for edge in sorted(edge for grid in grids for edge in grid.columns):
        if not edges or edge - edges[-1] > SNAP:
            edges.append(edge)
    return [grid.on_columns(edges) for grid in grids]


def straightened(rules: Iterable[Rule], snap: float = SNAP) -> list[Rule]:
    """Rules on one line that touch, or are the dashes of one line, put together; the short ones left out."""
    merged = [rule for line in _side_by_side(rules, snap) for rule in _end_to_end(line)]
    return [rule for rule in merged if rule.end - rule.start >= SHORTEST]


def _side_by_side(rules: Iterable[Rule], snap: float = SNAP) -> list[list[Rule]]:
    """Rules of one direction that share a line."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules):
        if lines and rule.at - lines[-1][0].at <= snap:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    return lines


def _end_to_end(line: list[Rule]) -> list[Rule]:
    length = sum([end - start for _, start, end in line])
    at = sum([at * (end - start) for at, start, end in line]) / length if length > 0 else line[0].at
    extents: list[list[float]] = []
    for _, start, end in sorted(line, key=_start_of):
        if extents and start <= extents[-1][1] + SNAP:
            extents[-1][1] = max(extents[-1][1], end)
        else:
            extents.append([start, end])
    return [new(Rule, (at, start, end)) for start, end in extents]


def _anchored(rules: Sequence[Rule], crossing: Sequence[Rule]) -> list[Rule]:
    long = [rule for rule in crossing if rule.end - rule.start >= ANCHORED]
    return [
        rule
        for rule in rules
        if rule.end - rule.start >= ANCHORED
        or all(
            any(abs(other.at - end) <= SNAP and other.start - SNAP <= rule.at <= other.end + SNAP for other in long)
            for end in (rule.start, rule.end)
        )
    ]


def _connected(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that cross or touch each other belong to one table."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, (y, left, right) in enumerate(across):
        for j, (x, top, bottom) in enumerate(down, start=len(across)):
            if left - SNAP <= x <= right + SNAP and top - SNAP <= y <= bottom + SNAP:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, flat in enumerate(across):
        groups[root(i)][0].append(flat)
    for j, upright in enumerate(down, start=len(across)):
        groups[root(j)][1].append(upright)
    return [group for group in groups.values() if group[0] and group[1]]


def _group_to_grid(across: Sequence[Rule], down: Sequence[Rule]) -> Grid | None:
    columns, rows = _edges(down, across), _edges(across, down)
    if not (1 < len(columns) <= MAXIMUM_EDGES and 1 < len(rows) <= MAXIMUM_EDGES):
        return None
    right_walls, lower_walls = _walls(down, columns, rows), _walls(across, rows, columns)
    columns, right_walls, lower_walls = _without_idle(columns, right_walls, lower_walls)
    rows, lower_walls, right_walls = _without_idle(rows, lower_walls, right_walls)
    boxes = _merged_cells(_Walls(right_walls, lower_walls), len(rows) - 1, len(columns) - 1)
    return Grid(tuple(columns), tuple(rows), tuple(boxes)) if len(boxes) > 1 else None


def _edges(rules: Sequence[Rule], crossing: Sequence[Rule]) -> list[float]:
    """Where rules stand, and where the crossing ones end without one: tables are often open at a side."""
    edges = [line[0].at for line in _side_by_side(rules)]
    first, last = min(rule.start for rule in crossing), max(rule.end for rule in crossing)
    if not edges or edges[0] - first > SHORTEST:
        edges.insert(0, first)
    if last - edges[-1] > SHORTEST:
        edges.append(last)
    return edges


def _walls(rules: Sequence[Rule], edges: Sequence[float], crossing: Sequence[float]) -> list[list[bool]]:
    """For each inner edge and each band between crossing edges, whether a rule stands there."""
    walls = []
    for edge in edges[1:-1]:
        lying = [rule for rule in rules if abs(rule.at - edge) <= SNAP]
        walls.append([_covered(lying, start, end) >= COVERED for start, end in pairwise(crossing)])
    return walls


def _covered(rules: Sequence[Rule], start: float, end: float) -> float:
    length = 0.0
    for _, first, last in rules:
        if last > start and first < end:
            length += min(last, end) - max(first, start)
    return length / max(end - start, 0.1)


def _without_idle(
    edges: list[float], walls: list[list[bool]], crossing_walls: list[list[bool]]
) -> tuple[list[float], list[list[bool]], list[list[bool]]]:
    """Leave out inner edges at which no wall stands; the bands that they parted become one."""
    idle = {index for index, wall in enumerate(walls) if not any(wall)}
    if not idle:
        return edges, walls, crossing_walls
    kept_edges = [edge for index, edge in enumerate(edges) if index - 1 not in idle]
    kept_walls = [wall for index, wall in enumerate(walls) if index not in idle]
    starts = [0] + [index + 1 for index in range(len(walls)) if index not in idle]
    ends = [*starts[1:], len(edges) - 1]
    crossing = [[all(wall[start:end]) for start, end in zip(starts, ends, strict=True)] for wall in crossing_walls]
    return kept_edges, kept_walls, crossing


def _merged_cells(walls: _Walls, row_count: int, column_count: int) -> list[Box]:
    """Cells without a wall between them are one, as far as they make a rectangle."""
    taken: set[tuple[int, int]] = set()
    boxes = []
    for row in range(row_count):
        for column in range(column_count):
            if (row, column) in taken:
                continue
            box = _grown(walls, row, column, taken)
            if box.row_span > 1 or box.column_span > 1:
                rows, columns = range(row, row + box.row_span), range(column, column + box.column_span)
                taken.update([(r, c) for r in rows for c in columns])
            boxes.append(box)
    return boxes


def _grown(walls: _Walls, row: int, column: int, taken: set[tuple[int, int]]) -> Box:
    """The rectangle of cells without inner walls that begins at a cell: first to the right, then down."""
    right = column + 1
    while not walls.on_the_left(row, right) and (row, right) not in taken:
        right += 1
    bottom = row + 1
    while walls.open_above(bottom, column, right):
        bottom += 1
    return new(Box, (row, column, bottom - row, right - column))
