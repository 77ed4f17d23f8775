"""Lines → tables without rules: which lines are rows, and where their fields stand.

A field is a stretch of a line between wide gaps. Rows are found by their fields alone; which fields
make a column, and which lines are the rest of a wrapped label, is for the reader of the table to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from pipelines.readers.document import Cell, Table
from pipelines.readers.printed_page import FIRST_WIDE, Glyph, Line, is_value, joined

COLUMN_GAP = 1.2
"""Ems between two fields of ideographs, whatever stands there."""

TIGHT_COLUMN_GAP = 0.6
"""Ems between two fields of ideographs that are not letter-spaced themselves."""

SET_TIGHT = 0.3
"""Ems between the characters of text that is not letter-spaced."""

MIXED_GAP = 0.6
"""Ems between two fields where one of the neighbours is no ideograph."""

VALUE_GAP = 0.4
"""Ems between two numbers, and between a label and its number in a row that has several fields."""

FRAGMENT_LINES = 4
"""How many lines of wrapped labels may stand between two rows with values."""

HEADER_LINES = 6
"""How many lines of a header may stand above the first row."""

LONELY_VALUES = 3
"""A row that stands alone is a table only with this many values."""

FAR = 4.0
"""Lines this many ems apart do not belong to one table."""

INSIDE = 3.0
"""A line that begins this many ems inside the table is a head over several columns, no heading."""

TAIL = 1.4
"""Ems from a row to the rest of its label."""

REST = 1.7
"""Ems from a row to the rest of its numbers, which stands on a line of its own."""

SAME_SIZE = 0.15
"""Text whose size differs by more than this share is no part of the table, such as a heading."""


class Field(NamedTuple):
    """A stretch of a line between wide gaps."""

    glyphs: tuple[Glyph, ...]
    text: str

    @property
    def is_value(self) -> bool:
        """Whether the field is a number or a mark for none."""
        return is_value(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """One line as fields."""

    line: Line
    fields: tuple[Field, ...]

    @property
    def values(self) -> int:
        """How many fields are numbers or marks for none."""
        return sum([field.is_value for field in self.fields])

    @property
    def is_tabular(self) -> bool:
        """Whether the line looks like a row: several fields, values among them or three at least."""
        return len(self.fields) > 2 or (len(self.fields) > 1 and self.values > 0)

    @property
    def first_value(self) -> float:
        """Left edge of the first of the values that end the line; infinite where it ends in none."""
        edge = float("inf")
        for field in reversed(self.fields):
            if not field.is_value:
                break
            edge = field.glyphs[0].left
        return edge


def line_to_row(line: Line) -> Row:
    """The line cut at wide gaps, and at narrow ones before numbers where it is a row."""
    gaps = _wide_gaps(line.glyphs)
    if not gaps:
        return Row(line, (Field(line.glyphs, line.text),))
    wide = tuple(_cut(line.glyphs, gaps))
    if len(wide) > 2 or any(field.is_value for field in wide):
        return Row(line, tuple([part for field in wide for part in _cut_before_values(field)]))
    return Row(line, wide)


def find_tables(rows: Sequence[Row]) -> list[range]:
    """The stretches of lines that are tables, in order."""
    found: list[range] = []
    index = 0
    while index < len(rows):
        if not rows[index].is_tabular:
            index += 1
            continue
        stop = _last_row(rows, index) + 1
        start = _first_row(rows, index, stop, found[-1].stop if found else 0)
        parted = sum(len(row.fields) > 1 for row in rows[start:stop])
        if parted > 1 or rows[index].values >= LONELY_VALUES:
            found.append(range(start, stop))
        index = stop
    return found


def aligned_table(rows: Sequence[Row], locator: str) -> Table:
    """One table without rules: every line a row, every field a cell with its left edge and width."""
    return Table(
        tuple(tuple(_cells(row, f"{locator} row {number}")) for number, row in enumerate(rows, start=1)),
        "aligned",
        locator,
    )


def _cells(row: Row, locator: str) -> Iterator[Cell]:
    for number, (glyphs, text) in enumerate(row.fields, start=1):
        left, right = round(glyphs[0].left), round(max([glyph.right for glyph in glyphs]))
        is_legible = [glyph.legible for glyph in glyphs]
        yield Cell(text, f"{locator} column {number}", left, max(1, right - left), 1, all(is_legible))


def _gap(before: Glyph, after: Glyph) -> float:
    """Ems between two neighbours."""
    return (after.left - before.right) / max(before.size, after.size, 1.0)


def _wide_gaps(glyphs: Sequence[Glyph]) -> list[int]:
    """Positions at which a field begins, but for the first."""
    return [index for index in _value_gaps(glyphs) if _is_wide(glyphs, index)]


def _is_wide(glyphs: Sequence[Glyph], index: int) -> bool:
    gap = _gap(glyphs[index - 1], glyphs[index])
    before, after = glyphs[index - 1].text[-1], glyphs[index].text[0]
    if ord(before) >= FIRST_WIDE and ord(after) >= FIRST_WIDE:
        return gap >= COLUMN_GAP or (gap >= TIGHT_COLUMN_GAP and _is_set_tight(glyphs, index))
    return gap >= (VALUE_GAP if is_value(before) and is_value(after) else MIXED_GAP)


def _is_set_tight(glyphs: Sequence[Glyph], index: int) -> bool:
    """Whether the text on either side of a gap is not letter-spaced."""
    if not 1 < index < len(glyphs) - 1:
        return False
    left, right = _gap(glyphs[index - 2], glyphs[index - 1]), _gap(glyphs[index], glyphs[index + 1])
    return max(left, right) < SET_TIGHT


def _value_gaps(glyphs: Sequence[Glyph]) -> list[int]:
    """Positions before which there is a gap that may part a label and its number."""
    found = []
    right = glyphs[0].right
    for index in range(1, len(glyphs)):
        glyph = glyphs[index]
        if glyph.left > right and _gap(glyphs[index - 1], glyph) >= VALUE_GAP:
            found.append(index)
        right = glyph.right
    return found


def _cut(glyphs: Sequence[Glyph], starts: Sequence[int]) -> Iterator[Field]:
    for start, end in pairwise([0, *starts, len(glyphs)]):
        yield _field(glyphs[start:end])


def _field(glyphs: Sequence[Glyph]) -> Field:
    return Field(tuple(glyphs), joined(glyphs))


def _cut_before_values(field: Field) -> Iterator[Field]:
    """Part the values that end a field from the text before them: ``label 3`` is two fields."""
    gaps = _value_gaps(field.glyphs)
    if not gaps:
        yield field
        return
    parts = list(_cut(field.glyphs, gaps))
    first = len(parts)
    while first > 0 and parts[first - 1].is_value:
        first -= 1
    if first > 0:
        yield _field([glyph for part in parts[:first] for glyph in part.glyphs])
    yield from parts[first:]


def _last_row(rows: Sequence[Row], start: int) -> int:
    """Index of the last line of a table that begins with a row."""
    last = start
    while last + 1 < len(rows) and not _is_apart(rows, last, last + 1):
        if rows[last + 1].is_tabular:
            last += 1
            continue
        next_row = _row_behind_fragments(rows, start, last) or _rest_of_numbers(rows, last)
        if next_row is None:
            break
        last = next_row
    while last + 1 < len(rows) and _is_tail(rows, start, last + 1):
        last += 1
    return last


def _row_behind_fragments(rows: Sequence[Row], start: int, last: int) -> int | None:
    """Index of the next row where nothing but rests of labels and spanning heads stand before it."""
    body = list(rows[start : last + 1])
    for index in range(last + 1, min(len(rows), last + 2 + FRAGMENT_LINES)):
        if _is_apart(rows, index - 1, index):
            return None
        if rows[index].is_tabular:
            return index
        if not _is_fragment(rows[index], [*body, *rows[index + 1 : index + 2]]):
            return None
    return None


def _rest_of_numbers(rows: Sequence[Row], last: int) -> int | None:
    """Index of a line of nothing but numbers so near below the last row that they may be the rest of its own."""
    reach = rows[last].line.baseline + REST * max(rows[last].line.size, 1.0)
    for index in range(last + 1, len(rows)):
        if rows[index].line.baseline > reach:
            return None
        if rows[index].values == len(rows[index].fields):
            return index
    return None


def _is_fragment(row: Row, body: Sequence[Row]) -> bool:
    """Whether a line may belong to the table ``body``: of its size, and short of the values or well inside."""
    if not _is_same_size(row, body[0]):
        return False
    if len(row.fields) > 1 or row.values:
        return True
    edge = min(other.first_value for other in body)
    return row.line.right <= edge or row.line.left > min(other.line.left for other in body) + INSIDE * row.line.size


def _is_tail(rows: Sequence[Row], start: int, index: int) -> bool:
    """Whether the line behind the last row is the rest of its label or of its heads."""
    distance = rows[index].line.baseline - rows[index - 1].line.baseline
    return distance <= TAIL * max(rows[index].line.size, 1.0) and _is_fragment(rows[index], rows[start:index])


def _first_row(rows: Sequence[Row], start: int, stop: int, floor: int) -> int:
    """Index of the first line of a table: the lines of a header above its first row belong to it.

    The topmost is one with several fields or well inside the table; a heading is neither.
    """
    first = start
    left = min(row.line.left for row in rows[start:stop])
    for index in range(start - 1, max(floor, start - 1 - HEADER_LINES) - 1, -1):
        row = rows[index]
        if _is_apart(rows, index, index + 1) or not _is_same_size(row, rows[start]):
            break
        if len(row.fields) > 1 or row.line.left > left + INSIDE * row.line.size:
            first = index
    return first


def _is_same_size(row: Row, other: Row) -> bool:
    return abs(row.line.size - other.line.size) <= SAME_SIZE * other.line.size


def _is_apart(rows: Sequence[Row], above: int, below: int) -> bool:
    distance = rows[below].line.baseline - rows[above].line.baseline
    return distance > FAR * max(rows[below].line.size, 1.0)
