"""Flattens a document into rows of fields, whatever printed them, and tells which statutory table each belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pipelines.readers.document import Cell, Document, Paragraph, Role, new
from pipelines.report.labels import lookup
from pipelines.report.text import Reading, fold, read_text
from schemas.vocabulary import rows as vocabulary_rows

RowKind = Literal["grid", "aligned", "rows", "line"]
TableName = Literal["proactive", "application", "review"]
TABLE_NAMES: tuple[TableName, ...] = ("proactive", "application", "review")


class Field(NamedTuple):
    """One printed cell or one line, with what its text is."""

    cell: Cell
    reading: Reading

    @property
    def is_label(self) -> bool:
        """Whether it may be a label."""
        return self.reading.is_label

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is printed."""
        return not self.cell.text and self.cell.legible


class Row(NamedTuple):
    """One row of a table, or one line (``kind`` line) outside tables."""

    fields: tuple[Field, ...]
    kind: RowKind
    table_no: int
    role: Role = "text"

    @property
    def width(self) -> int:
        """The number of columns up to the last field's right edge."""
        last = self.fields[-1].cell
        return last.column + last.column_span

    @property
    def text(self) -> str:
        """The row as one text."""
        if len(self.fields) == 1:
            return self.fields[0].cell.text
        return " ".join([field.cell.text for field in self.fields if field.cell.text])


def document_to_rows(document: Document) -> list[Row]:
    """All rows and lines in reading order; table rows that are empty are left out."""
    found: list[Row] = []
    table_no = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            text = block.text.strip()
            if text:
                found.append(_spaced_labels(block) or _paragraph_row(block, text))
            continue
        table_no += 1
        kind = block.kind
        for cells in block.rows:
            if cells:
                fields = tuple([new(Field, (cell, read_text(cell.text))) for cell in cells])
                found.append(Row(fields, kind, table_no))
    return _join_vertical(found)


def display_width(text: str) -> int:
    """Columns that a text takes in print where a Chinese character takes two; long texts are not measured."""
    if text.isascii():
        return len(text)
    return _wide(text) if len(text) <= _LONGEST_LABEL_LINE else 2 * len(text)


@lru_cache(maxsize=8192)
def _wide(text: str) -> int:
    return len(text) + sum(character > _LAST_NARROW for character in text)


_LAST_NARROW = "\u10ff"
_WIDE_SPACE = "\u3000"


def _paragraph_row(block: Paragraph, text: str) -> Row:
    indent = 0
    if len(text) != len(block.text):
        before = block.text[: len(block.text) - len(block.text.lstrip())]
        indent = len(before) + before.count(_WIDE_SPACE)
    cell = Cell(text, block.locator, indent, display_width(text))
    return Row((Field(cell, read_text(block.text)),), "line", 0, block.role)


def _spaced_labels(block: Paragraph) -> Row | None:
    """A line of nothing but known labels, parted by single spaces, is a row of heads."""
    if len(block.text) > _LONGEST_LABEL_LINE * 2:
        return None
    words = block.text.split()
    if len(words) < _LEAST_LABELS or block.role not in {"text", "heading"}:
        return None
    for scopes in (("applicant",), ("outcome", "channel"), ("measure",)):
        labels = _known_labels(words, scopes)
        if len(labels) >= _LEAST_LABELS:
            cells = [Cell(label, block.locator, number) for number, label in enumerate(labels)]
            return Row(tuple(Field(cell, read_text(cell.text)) for cell in cells), "rows", 0, block.role)
    return None


def _known_labels(words: Sequence[str], scopes: Sequence[str]) -> list[str]:
    """The labels that the words make, some of several words; nothing where a word is left over."""
    found: list[str] = []
    position = 0
    while position < len(words):
        for size in (3, 2, 1):
            label = " ".join(words[position : position + size])
            if any(read_text(label).key in lookup(scope) for scope in scopes):
                found.append(label)
                position += size
                break
        else:
            return []
    return found


_LEAST_LABELS = 2


def _join_vertical(found: list[Row]) -> list[Row]:
    """A label printed one character a line becomes one line again."""
    labels, openings = _vertical_labels()
    if not any([row.kind == "line" and row.fields[0].cell.text in openings for row in found]):
        return found
    joined: list[Row] = []
    position = 0
    while position < len(found):
        if found[position].kind != "line" or found[position].fields[0].cell.text not in openings:
            joined.append(found[position])
            position += 1
            continue
        run = _single_characters(found, position)
        label = next((size for size in range(len(run), 2, -1) if "".join(run[:size]) in labels), 0)
        if label:
            first = found[position].fields[0].cell
            text = "".join(run[:label])
            joined.append(Row((Field(first._replace(text=text), read_text(text)),), "line", 0))
            position += label
        else:
            joined.append(found[position])
            position += 1
    return joined


def _single_characters(found: Sequence[Row], position: int) -> list[str]:
    characters = []
    for row in found[position : position + 12]:
        text = row.fields[0].cell.text.strip()
        if row.kind != "line" or len(text) != 1:
            break
        characters.append(text)
    return characters


@cache
def _vertical_labels() -> tuple[frozenset[str], frozenset[str]]:
    """The labels that may be printed so, and the characters that they begin with."""
    texts = {row["text"] for row in vocabulary_rows("labels")}
    texts |= {key for scope in ("group", "outcome", "applicant", "channel") for key in lookup(scope)}
    return frozenset(texts), frozenset(text[0] for text in texts if text)


UNIT_COLUMN = "unit_column"
"""The head 单位, which any of the tables may have."""
WEAK_ITEMS = frozenset({"other_reason", "total_handled", "other_handling"})
STRONG_APPLICANTS = frozenset(
    {
        "natural_person",
        "commercial_enterprise",
        "research_institution",
        "public_welfare_organization",
        "legal_service_institution",
        "applicants",
        "legal_persons",
    }
)


@cache
def _marks_of() -> Mapping[str, frozenset[str]]:
    """Which statutory tables each wording speaks for."""
    found: dict[str, set[str]] = {}

    def add(mark: str, keys: Iterable[str]) -> None:
        for key in keys:
            found.setdefault(key, set()).add(mark)

    add("proactive", [key for key, code in lookup("measure").items() if code != UNIT_COLUMN])
    add("proactive", lookup("article"))
    strong = {*STRONG_APPLICANTS, "corner_note"}
    add("application", [key for key, code in lookup("applicant").items() if code in strong])
    add("application", [key for key, code in lookup("item").items() if code not in WEAK_ITEMS])
    add("review", [key for key, code in lookup("outcome").items() if code != "total"])
    add("review", [key for key, code in lookup("channel").items() if code.startswith("litigation_")])
    add("channel", [key for key, code in lookup("channel").items() if not code.startswith("litigation_")])
    found.pop("", None)
    return {key: frozenset(marks) for key, marks in found.items()}


_NO_MARKS: frozenset[str] = frozenset()


def _marks(row: Row) -> frozenset[str]:
    """Which statutory tables the labels of a row speak for."""
    known = _marks_of()
    told = [known[field.reading.key] for field in row.fields if field.reading.key in known]
    return told[0].union(*told[1:]) if told else _NO_MARKS


def rows_by_table(found: Sequence[Row], headings: frozenset[int]) -> dict[TableName, list[int]]:
    """The rows of each statutory table by position in ``found``.

    A table begins at a row whose labels are its own and ends at the next table's, at a section
    heading (``headings``: positions) or at prose.
    """
    tables: dict[TableName, list[int]] = {"proactive": [], "application": [], "review": []}
    marks = _all_marks(found)
    state: TableName | None = None
    for position, row in enumerate(found):
        if row.role in _AROUND or (row.kind == "line" and _is_in_other_script(row)):
            continue
        named = _named(marks, position) if marks[position] else None
        if named is not None:
            state = named
        elif state is not None and _leaves(row, position, headings):
            state = None
        if state is not None:
            tables[state].append(position)
    return tables


def table_rows(rows: Sequence[Row], positions: Iterable[int]) -> list[Row]:
    """The rows of one statutory table; in a grid, what all of its cells span together is one column.

    So stand tables on a sheet, or in one table of Word, whose columns another table cuts. No cell
    begins or ends at an edge that is left out. The parts of a table on several pages, which are
    equally wide, keep the same columns.
    """
    found = [rows[position] for position in positions]
    grids = [row for row in found if row.kind == "grid"]
    widths: dict[int, int] = {}
    for row in grids:
        widths[row.table_no] = max(widths.get(row.table_no, 0), row.width)
    edges: dict[int, set[int]] = {}
    for row in grids:
        used = edges.setdefault(widths[row.table_no], {0})
        used.update([field.cell.column for field in row.fields])
        used.update([field.cell.column + field.cell.column_span for field in row.fields])
    if all(max(used) < len(used) for used in edges.values()):
        return found
    places = {width: {edge: place for place, edge in enumerate(sorted(used))} for width, used in edges.items()}
    return [_narrowed(row, places[widths[row.table_no]]) if row.kind == "grid" else row for row in found]


def _narrowed(row: Row, places: Mapping[int, int]) -> Row:
    fields = []
    for cell, reading in row.fields:
        left = places[cell.column]
        width = places[cell.column + cell.column_span] - left
        fields.append(Field(cell._replace(column=left, column_span=width), reading))
    return row._replace(fields=tuple(fields))


_AROUND = frozenset({"running", "chrome"})


def _is_in_other_script(row: Row) -> bool:
    """Whether a line says in another script what the label beside it says, as bilingual forms have it."""
    text, reading = row.fields[0].cell.text, row.fields[0].reading
    if reading.kind != "text" or reading.is_label or any(map(str.isnumeric, text)):
        return False
    return sum(map(str.isalpha, text)) >= _LEAST_WORD


_LEAST_WORD = 4
"""Letters that are no figure misread, such as O or l, nor a sign of an empty cell, such as N/A."""


def _all_marks(found: Sequence[Row]) -> list[frozenset[str]]:
    """Which statutory tables each row speaks for."""
    known = _marks_of()
    return [
        _marks(row)
        if row.kind != "line"
        else known.get(row.fields[0].reading.key, _NO_MARKS)
        or (_NO_MARKS if len(row.fields[0].cell.text) > _HALF_A_LABEL else _broken_outcome(found, position))
        for position, row in enumerate(found)
    ]


def _broken_outcome(found: Sequence[Row], position: int) -> frozenset[str]:
    """An outcome printed on two lines, such as 结果 and 维持, speaks for section 4."""
    halves = [row.fields[0].cell.text for row in found[position : position + 2] if row.kind == "line"]
    if len(halves) < 2 or max(map(len, halves)) > _HALF_A_LABEL:
        return _NO_MARKS
    return _REVIEW if lookup("outcome").get(fold(halves[0] + halves[1]), "total") != "total" else _NO_MARKS


_HALF_A_LABEL = 3
_REVIEW = frozenset({"review"})


def _named(marks: Sequence[frozenset[str]], position: int) -> TableName | None:
    for name in TABLE_NAMES:
        if name in marks[position]:
            return name
    if "channel" in marks[position] and any("review" in later for later in marks[position + 1 : position + 1 + _AHEAD]):
        return "review"
    return None


_AHEAD = 6
_LONGEST_LABEL_LINE = 60


def _leaves(row: Row, position: int, headings: frozenset[int]) -> bool:
    if position in headings:
        return True
    if row.kind != "line":
        return False
    text = row.fields[0].cell.text
    return row.fields[0].reading.kind == "prose" or len(text) > _LONGEST_LABEL_LINE
