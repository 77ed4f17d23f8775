"""What the values of a workbook do not tell: which cells are ruled, which hold an error, how far sheets reach.

XLSX parts are read as XML, binary workbooks as their stream of BIFF records. Nothing is evaluated.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import olefile
from lxml import etree

from pipelines.readers.errors import Quarantined
from pipelines.readers.office_package import Package, Relation

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW, _CELL, _VALUE, _RESULT_OF = f"{_SHEET}row", f"{_SHEET}c", f"{_SHEET}v", f"{_SHEET}f"
_SIDES = ("left", "right", "top", "bottom")
_TEXTS = "xl/sharedstrings.xml"
_MOST_SHEETS = 200
_MOST_COLUMNS = 16_384
_TRUE = frozenset({"1", "true"})
_MOST_DIGITS = 12
_LIST_NAME, _LONGEST_NAME = b"sst", 64
_COUNTS = re.compile(rb"""ount\s*=\s*["']\s*([0-9]+)""")

_BOF = 0x0809
_EOF = 0x000A
_BOUNDSHEET = 0x0085
_FILEPASS = 0x002F
_XF = 0x00E0
_MULBLANK = 0x00BE
_MULRK = 0x00BD
_BLANK = 0x0201
_ROW_SETTINGS, _COLUMN_SETTINGS = 0x0208, 0x007D
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 0x01
_BOOLERR = 0x0205
_FORMULA = 0x0006
_STRINGS = 0x00FC
_SMALLEST_STRING = 3
_DIMENSIONS = frozenset({0x0000, 0x0200})
"""Kinds of the record that states a sheet's size."""
_SHORT_SIZE, _LONG_SIZE = 10, 14
_LARGEST_STATED = 4_000_000
_SINGLE = frozenset({_BLANK, _BOOLERR, _FORMULA, 0x00FD, 0x0203, 0x027E, 0x0204, 0x00D6})
_BIFF8_XF = 20
_LINES = 0xFFFF
_ERROR_NAMES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


@dataclass(slots=True)
class Marks:
    """One sheet: cells by (row, column) from 0."""

    ruled: set[tuple[int, int]] = field(default_factory=set)
    """Cells with a border on at least one side."""
    unread: dict[tuple[int, int], str] = field(default_factory=dict)
    """What stands in cells that hold an error, or a formula whose result was never stored."""
    rows: int = 0
    columns: int = 0
    cells: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    """Rows and columns that are not shown."""


def marks_of_package(package: Package) -> list[Marks]:
    """The marks of each sheet of an XLSX in the workbook's order; chart sheets have none.

    Every part that holds values is read here once, so that its true size is known before another
    library opens it. Raises ``Quarantined``.
    """
    main = package.main_part()
    relations = package.relations(main)
    workbook = package.parse(main)
    ruled: frozenset[str] = frozenset()
    for relation in relations.values():
        if relation.kind == "styles":
            ruled = _ruled_formats(package.parse(relation.target))
    for name in package.names:
        if name.lower() == _TEXTS:
            _check_counts(package.read(name) or b"", name)
    sheets = [] if workbook is None else list(workbook.iter(f"{_SHEET}sheet"))
    if len(sheets) > _MOST_SHEETS:
        raise Quarantined("too_large", f"{len(sheets)} sheets, at most {_MOST_SHEETS} are read")
    return [_marks_of_part(package, relations.get(sheet.get(_RELATION_ID, "")), ruled) for sheet in sheets]


def _check_counts(content: bytes, name: str) -> None:
    """Refuse a list of texts that states more of them than it has bytes: a reader would reserve memory for all."""
    for tag in _lists_of_texts(content):
        stated = _COUNTS.findall(tag)
        if any(len(count) > _MOST_DIGITS or int(count) > len(content) for count in stated):
            raise Quarantined("unreadable", f"{name} states an impossible number of texts; save the file again")


def _lists_of_texts(content: bytes) -> Iterator[bytes]:
    """The tags in whose first bytes the name of the list of texts stands, whatever prefix it has."""
    at = content.find(_LIST_NAME)
    while at >= 0:
        before = max(0, at + len(_LIST_NAME) - _LONGEST_NAME)
        begin = content.rfind(b"<", max(0, before - 1), at) + 1
        end = content.find(b"<", at)
        end = len(content) if end < 0 else end
        if begin or not before:
            yield content[begin:end].partition(b">")[0]
        at = content.find(_LIST_NAME, end)


def _ruled_formats(root: etree._Element | None) -> frozenset[str]:
    """Indexes of the cell formats that draw a line on some side."""
    borders = None if root is None else root.find(f"{_SHEET}borders")
    formats = None if root is None else root.find(f"{_SHEET}cellXfs")
    if borders is None or formats is None:
        return frozenset()
    lines = [any(_draws(border.find(_SHEET + side)) for side in _SIDES) for border in borders]
    ruled = {str(place) for place, drawn in enumerate(lines) if drawn}
    return frozenset(str(place) for place, one in enumerate(formats) if one.get("borderId") in ruled)


def _draws(side: etree._Element | None) -> bool:
    return side is not None and side.get("style", "none") != "none"


def _marks_of_part(package: Package, relation: Relation | None, ruled: frozenset[str]) -> Marks:
    marks = Marks()
    root = package.parse(relation.target) if relation is not None and relation.kind == "worksheet" else None
    if root is None:
        return marks
    has_formulas = next(root.iter(_RESULT_OF), None) is not None
    for columns in root.iterfind(f"{_SHEET}cols/{_SHEET}col"):
        if columns.get("hidden") in _TRUE:
            _hide_columns(marks, _number(columns.get("min"), 1) - 1, _number(columns.get("max"), 0) - 1)
    row_number = -1
    for row in root.iter(_ROW):
        row_number = _number(row.get("r"), row_number + 2) - 1
        if row.get("hidden") in _TRUE:
            marks.hidden_rows.add(row_number)
        _mark_row(marks, row, row_number, ruled, has_formulas=has_formulas)
    return marks


def _hide_columns(marks: Marks, first: int, last: int) -> None:
    marks.hidden_columns.update(range(first, min(last, _MOST_COLUMNS) + 1))


def _mark_row(marks: Marks, row: etree._Element, row_number: int, ruled: frozenset[str], *, has_formulas: bool) -> None:
    """Note the cells of one row; where no cell of the sheet has a formula, only those that hold an error are opened."""
    column = -1
    for cell in row.iter(_CELL):
        get = cell.get
        reference = get("r", "")
        place = _place(reference) or _place_in_order(reference, row_number, column + 1)
        column = place[1]
        if get("s", "0") in ruled:
            marks.ruled.add(place)
        if len(cell):
            _reach(marks, place)
            if has_formulas or get("t") == "e":
                _note_unread(marks, cell, place)


def _note_unread(marks: Marks, cell: etree._Element, place: tuple[int, int]) -> None:
    texts = {child.tag: child.text or "" for child in cell}
    text, kind = texts.get(_VALUE, ""), cell.get("t")
    if kind == "e":
        marks.unread[place] = text or "#ERROR"
    elif _RESULT_OF in texts and not text and kind != "str":
        marks.unread[place] = f"={texts[_RESULT_OF]}"


def _reach(marks: Marks, place: tuple[int, int]) -> None:
    row, column = place
    if row >= marks.rows:
        marks.rows = row + 1
    if column >= marks.columns:
        marks.columns = column + 1
    marks.cells += 1


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else default


@lru_cache(maxsize=16384)
def _place(reference: str) -> tuple[int, int] | None:
    """Row and column from 0 of a cell's own reference, which counts more than where it stands; null if it lacks one."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not 0 < len(letters) <= len("XFD") or not 0 < len(digits) <= _MOST_DIGITS:
        return None
    return int(digits) - 1, _column_of_letters(letters.upper())


def _place_in_order(reference: str, row: int, column: int) -> tuple[int, int]:
    """Where a cell without a whole reference stands: in its row, behind the cell before it or where its letters say."""
    letters = reference.rstrip("0123456789")
    return row, _column_of_letters(letters.upper()) if 0 < len(letters) <= len("XFD") else column


@lru_cache(maxsize=1024)
def _column_of_letters(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + (ord(letter) - ord("A")) % 26 + 1
    return column - 1


def marks_of_records(data: bytes) -> list[Marks]:
    """The marks of each sheet of a binary workbook in the workbook's order.

    Raises ``Quarantined``: ``encrypted``, ``unreadable``.
    """
    stream = _workbook_stream(data)
    formats: list[bool] = []
    offsets: list[int] = []
    for kind, content, _ in _records(stream, 0):
        if kind == _FILEPASS:
            raise Quarantined("encrypted", "the workbook has a password; remove it and save again")
        if kind == _XF:
            formats.append(len(content) >= _BIFF8_XF and bool(int.from_bytes(content[10:12], "little") & _LINES))
        elif kind == _BOUNDSHEET and len(content) >= 6:
            offsets.append(int.from_bytes(content[:4], "little"))
    return [_marks_of_stream(stream, offset, formats) for offset in offsets[:_MOST_SHEETS]]


def _workbook_stream(data: bytes) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            if container.exists("EncryptedPackage"):
                raise Quarantined("encrypted", "the workbook has a password; remove it and save again")
            for name in ("Workbook", "Book"):
                if container.exists(name):
                    return bytes(container.openstream(name).read())
    except (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error) as error:
        raise Quarantined("unreadable", f"damaged OLE container ({error}); open and save the file again") from error
    raise Quarantined("unsupported_format", "an OLE container without a workbook; save the file as XLSX")


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes, int]]:
    """Records of one substream with how deep they stand: 1 for its own, more for charts embedded in it.

    Raises ``Quarantined`` where a record states a size that would make a reader reserve absurd memory.
    """
    depth = 0
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        content = stream[offset + 4 : offset + 4 + size]
        offset += 4 + size
        depth += kind == _BOF
        _check_sizes(kind, content, len(stream))
        yield kind, content, depth
        depth -= kind == _EOF
        if kind == _EOF and depth <= 0:
            return


def _check_sizes(kind: int, content: bytes, available: int) -> None:
    if kind in _DIMENSIONS and len(content) in {_SHORT_SIZE, _LONG_SIZE}:
        top, bottom, left, right = struct.unpack_from("<IIHH" if len(content) == _LONG_SIZE else "<HHHH", content)
        if top > bottom or left > right or (bottom - top) * (right - left) > _LARGEST_STATED:
            raise Quarantined("unreadable", "a sheet states an impossible size; open and save the file again")
    elif kind == _STRINGS and int.from_bytes(content[4:8], "little") * _SMALLEST_STRING > available:
        raise Quarantined("unreadable", "the workbook states more texts than it has room for; save the file again")


def _marks_of_stream(stream: bytes, offset: int, formats: list[bool]) -> Marks:
    marks = Marks()
    for kind, content, depth in _records(stream, offset):
        if depth > 1 or len(content) < 6:
            continue
        if kind in _SINGLE:
            row, column, style = struct.unpack_from("<HHH", content)
            if kind != _BLANK:
                _reach(marks, (row, column))
                _note_error(marks, kind, content, (row, column))
            if style < len(formats) and formats[style]:
                marks.ruled.add((row, column))
        elif kind in {_MULBLANK, _MULRK}:
            _mark_many(marks, kind, content, formats)
        elif kind == _ROW_SETTINGS and len(content) > 12 and content[12] & _ROW_HIDDEN:
            marks.hidden_rows.add(int.from_bytes(content[:2], "little"))
        elif kind == _COLUMN_SETTINGS and len(content) > 8 and content[8] & _COLUMN_HIDDEN:
            _hide_columns(marks, *struct.unpack_from("<HH", content))
    return marks


def _mark_many(marks: Marks, kind: int, content: bytes, formats: list[bool]) -> None:
    row, column = struct.unpack_from("<HH", content)
    width = 2 if kind == _MULBLANK else 6
    for place in range(4, len(content) - 2 - width + 1, width):
        style = int.from_bytes(content[place : place + 2], "little")
        if style < len(formats) and formats[style]:
            marks.ruled.add((row, column))
        if kind == _MULRK:
            _reach(marks, (row, column))
        column += 1


def _note_error(marks: Marks, kind: int, content: bytes, place: tuple[int, int]) -> None:
    if kind == _BOOLERR and content[7:8] == b"\x01":
        marks.unread[place] = _ERROR_NAMES.get(content[6], "#ERROR")
    elif kind == _FORMULA and content[6:7] == b"\x02" and content[12:14] == b"\xff\xff":
        marks.unread[place] = _ERROR_NAMES.get(content[8], "#ERROR")
