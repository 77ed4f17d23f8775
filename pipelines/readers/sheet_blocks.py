"""Cuts one sheet into paragraphs and tables.

A row with one text standing alone is a paragraph, a run of other rows is a table. Where the sheet
draws rules, these decide; a ruled band between two parts of one table stays in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pipelines.readers.document import Block, Cell, Paragraph, Table

_ALPHABET = 26


class Place(NamedTuple):
    """One cell that begins in a row; blank ones stand only where a rule or a merge shows them."""

    column: int
    text: str
    width: int
    height: int
    ruled: bool
    legible: bool


@dataclass(frozen=True, slots=True)
class Area:
    """The used part of one sheet: cells by row from 0, and the cells that merges hide."""

    name: str
    rows: dict[int, list[Place]]
    covered: frozenset[tuple[int, int]]
    height: int
    has_rules: bool
    hidden: frozenset[int] = frozenset()
    """Rows that are not shown."""

    def locator(self, row: int, column: int) -> str:
        """The cell as the spreadsheet names it."""
        return f"sheet {self.name} {column_letters(column)}{row + 1}"


@dataclass(slots=True)
class _Run:
    """Rows that follow each other; ``is_table`` false means texts standing alone."""

    rows: list[int]
    is_table: bool
    head: str = ""
    """Text that repeats below each band, once the run has bands."""

    def edges(self, area: Area) -> tuple[int, int]:
        """First column, and the one behind the last, of what the rows hold."""
        places = [place for row in self.rows for place in area.rows.get(row, ())]
        return min(place.column for place in places), max(place.column + place.width for place in places)

    def first_text(self, area: Area) -> str:
        return next((place.text for place in area.rows.get(self.rows[0], ()) if place.text), "")


def blocks_of_area(area: Area) -> Iterator[Block]:
    """The sheet's paragraphs and tables from top to bottom."""
    for run in _with_bands(_runs(area), area):
        if run.is_table:
            yield from _tables(run, area)
        else:
            for place in area.rows.get(run.rows[0], ()):
                if place.text:
                    yield Paragraph(place.text, area.locator(run.rows[0], place.column))


@cache
def column_letters(column: int) -> str:
    """``A`` for column 0, ``AA`` for column 26."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, _ALPHABET)
        letters = chr(ord("A") + letter) + letters
    return letters


def _runs(area: Area) -> list[_Run]:
    """The sheet's rows, those of a table joined; an empty row ends a table."""
    runs: list[_Run] = []
    reach = before = -1
    for row in range(area.height):
        if row in area.hidden:
            continue
        places = area.rows.get(row, [])
        follows = bool(runs) and runs[-1].is_table and runs[-1].rows[-1] == before
        before = row
        right = runs[-1].edges(area)[1] if follows and len(places) == 1 else 0
        if row <= reach or _is_tabular(places, has_rules=area.has_rules, follows=follows, right=right):
            reach = max([reach, *(row + place.height - 1 for place in places)])
            if follows:
                runs[-1].rows.append(row)
            else:
                runs.append(_Run([row], is_table=True))
        elif any(place.text for place in places):
            runs.append(_Run([row], is_table=False))
    return runs


def _is_tabular(places: list[Place], *, has_rules: bool, follows: bool, right: int) -> bool:
    """Whether a row belongs to a table; ``follows``: the row above does, whose table ends before column ``right``.

    In a sheet with rules, several texts without any are a table row only directly below one. A lone
    text in merged cells that leave the table's last columns free is a label whose values are blank;
    one beside a blank corner merged over several rows heads a table.
    """
    texts = sum(1 for place in places if place.text)
    ruled = sum(1 for place in places if place.ruled)
    if texts > 1 or (texts and any(place.height > 1 for place in places if not place.text)):
        return follows or not has_rules or ruled > 0
    if texts and not has_rules and len(places) == 1:
        return follows and places[0].width > 1 and places[0].column + places[0].width < right
    return ruled > 1


def _with_bands(runs: list[_Run], area: Area) -> list[_Run]:
    """Joins the parts of a table that a full-width row cuts while the column heads repeat below it.

    The parts have the same edges as the row between them and begin with the same text.
    """
    joined: list[_Run] = []
    for run in runs:
        if len(joined) > 1 and _is_banded(joined[-2], joined[-1], run, area):
            band, upper = joined.pop(), joined.pop()
            is_first = not upper.head and joined and _caps(joined[-1], upper, area)
            cap = joined.pop().rows if is_first else []
            head = run.first_text(area)
            run = _Run([*cap, *upper.rows, *band.rows, *run.rows], is_table=True, head=head)  # noqa: PLW2901
        joined.append(run)
    return joined


def _is_banded(upper: _Run, band: _Run, lower: _Run, area: Area) -> bool:
    if not upper.is_table or not lower.is_table or upper.rows[-1] != band.rows[0] - 1 or not _caps(band, lower, area):
        return False
    head = upper.head or upper.first_text(area)
    return upper.edges(area) == lower.edges(area) and lower.first_text(area) == head


def _caps(band: _Run, lower: _Run, area: Area) -> bool:
    """Whether a lone text stands directly above a table, across all of its columns."""
    if band.is_table or band.rows[-1] != lower.rows[0] - 1 or len(area.rows[band.rows[0]]) != 1:
        return False
    return band.edges(area) == lower.edges(area)


def _tables(run: _Run, area: Area) -> Iterator[Table]:
    """The rows as a table, or as several that stand beside each other with an empty column between them."""
    sides = _sides(run, area)
    if len(sides) == 1:
        yield _table(run.rows, *sides[0], area)
        return
    for left, right in sides:
        held = [
            row
            for row in run.rows
            if any(left <= place.column < right and (place.text or place.ruled) for place in area.rows.get(row, ()))
        ]
        if held:
            yield _table([row for row in run.rows if held[0] <= row <= held[-1]], left, right, area)


def _sides(run: _Run, area: Area) -> list[tuple[int, int]]:
    """First column, and the one behind the last, of each table; one table where a side has no labels of its own."""
    left, right = run.edges(area)
    used: set[int] = set()
    for row in run.rows:
        for place in area.rows.get(row, ()):
            if place.text or place.ruled or place.height > 1:
                used.update(range(place.column, place.column + place.width))
    empty = [column for column in range(left, right) if column not in used]
    if not empty:
        return [(left, right)]
    edges = [left, *(edge for column in empty for edge in (column, column + 1)), right]
    sides = [(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True) if begin < end]
    return (
        sides
        if all(end - begin > 1 and _begins_with_labels(run, begin, area) for begin, end in sides)
        else [(left, right)]
    )


def _begins_with_labels(run: _Run, column: int, area: Area) -> bool:
    """Whether more texts than numbers stand in a column."""
    texts = [
        place.text for row in run.rows for place in area.rows.get(row, ()) if place.column == column and place.text
    ]
    return 2 * sum(text.isdecimal() for text in texts) < len(texts)


def _table(lines: Sequence[int], left: int, right: int, area: Area) -> Table:
    heads = [f"sheet {area.name} {column_letters(column)}" for column in range(left, right)]
    rows = tuple(_cells(row, left, heads, area) for row in lines)
    return Table(rows, "grid", f"{area.locator(lines[0], left)}:{column_letters(right - 1)}{lines[-1] + 1}")


def _cells(row: int, left: int, heads: list[str], area: Area) -> tuple[Cell, ...]:
    """All cells of a table row that no merge hides, the blank ones too; ``heads`` begin their locators."""
    places = {place.column: place for place in area.rows.get(row, ())}
    foot = str(row + 1)
    cells = []
    for column, head in enumerate(heads):
        place = places.get(left + column)
        if (row, left + column) in area.covered:
            continue
        if place is None:
            cells.append(Cell("", head + foot, column))
        else:
            cells.append(Cell(place.text, head + foot, column, place.width, place.height, place.legible))
    return tuple(cells)
