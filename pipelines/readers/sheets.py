"""XLSX, XLS and ET: the visible sheets as paragraphs and grids, values by python-calamine.

How a sheet is cut into paragraphs and tables is ``sheet_blocks``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import olefile
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined
from pipelines.readers.office_package import Package, open_package
from pipelines.readers.sheet_blocks import Area, Place, blocks_of_area
from pipelines.readers.sheet_marks import Marks, marks_of_package, marks_of_records

LARGEST_AREA = 250_000
"""Most cells, empty ones included, of the area that a sheet uses."""
MOST_MERGED = 500_000
"""Most cells that the merges of a sheet may cover, counted with repetition."""
_MIDNIGHT = time(0)
_PLAIN = 17
"""Longest whole number in Python's own writing, ``.0`` included, that has no more than 15 digits."""

Value = str | float | bool | date | time | datetime | timedelta
Corner = tuple[int, int]
_ONE = 1, 1


def read(data: bytes) -> Document:
    """The document in a workbook; ``source_format`` is ``xls`` for the binary kind (XLS, ET), else ``xlsx``.

    Raises ``Quarantined``: ``encrypted``, ``unreadable``, ``too_large``, ``unsupported_format``.
    """
    is_binary = data[:8] == olefile.MAGIC
    pictures = 0
    if is_binary:
        marks = marks_of_records(data)
    else:
        package = open_package(data)
        _require_spreadsheet(package)
        marks = marks_of_package(package)
        pictures = sum(1 for name in package.names if name.startswith("xl/media/"))
    for place, one in enumerate(marks, start=1):
        if one.rows * one.columns > LARGEST_AREA:
            raise Quarantined("too_large", f"sheet {place} uses {one.rows} rows and {one.columns} columns; cut it down")
    blocks = tuple(block for area in _areas(data, marks) for block in blocks_of_area(area))
    return Document("xls" if is_binary else "xlsx", blocks, pictures=pictures)


def text_of(value: Value) -> str:
    """A cell's value as text: 2.0 is ``2``, never an exponent, dates in ISO form.

    Numbers keep the 15 digits that spreadsheets work with.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        written = repr(value)
        if written.endswith(".0") and len(written) <= _PLAIN:
            return written[:-2]
        return format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, datetime) and value.time() == _MIDNIGHT:
        return value.date().isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()


def _require_spreadsheet(package: Package) -> None:
    if "xl/workbook.bin" in package.names or "content.xml" in package.names:
        raise Quarantined("unsupported_format", "a spreadsheet in XLSB or ODS form; save it as XLSX")
    # The values are read by a library that knows parts by these names alone: what is checked must be what it reads.
    names = [name.lower() for name in package.archive.namelist()]
    if len(set(names)) < len(names) or package.main_part().lower() != "xl/workbook.xml":
        raise Quarantined("unreadable", "the workbook's parts have unusual or repeated names; save it as XLSX again")


def _areas(data: bytes, marks: Sequence[Marks]) -> Iterator[Area]:
    """The used areas of the visible sheets."""
    workbook = _opened(data)
    for place, (meta, one) in enumerate(zip(workbook.sheets_metadata, marks, strict=False)):
        if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet and one.cells:
            yield _area(_sheet(workbook, place), one)


def _opened(data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise Quarantined("encrypted", "the workbook has a password; remove it and save again") from error
    except CalamineError as error:
        raise Quarantined("unreadable", f"damaged workbook ({error}); open and save the file again") from error
    except BaseException as error:
        raise _panic(error) from error


def _sheet(workbook: CalamineWorkbook, place: int) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_index(place)
    except CalamineError as error:
        raise Quarantined("unreadable", f"damaged sheet {place + 1} ({error}); save the file again") from error
    except BaseException as error:
        raise _panic(error) from error


def _panic(error: BaseException) -> BaseException:
    """A panic of the Rust library, which is no ``Exception``, is a damaged file; anything else stays what it is."""
    if type(error).__name__ == "PanicException":
        return Quarantined("unreadable", f"damaged workbook ({error}); open and save the file again")
    return error


def _area(sheet: CalamineSheet, marks: Marks) -> Area:
    values: list[list[Value]] = sheet.to_python(skip_empty_area=False)
    height, width = len(values), max(map(len, values), default=0)
    spans, covered = _merges(sheet.merged_cell_ranges or [], height, width)
    ruled, unread_at = marks.ruled, marks.unread
    shown = ruled | unread_at.keys() | spans.keys()
    places: dict[int, list[Place]] = {}
    hidden = marks.hidden_columns
    for row, cells in enumerate(values):
        if row in marks.hidden_rows:
            continue
        here: list[Place] = []
        for column, value in enumerate(cells):
            corner = row, column
            if corner in covered or (value == "" and corner not in shown):
                continue
            text = value.strip() if type(value) is str else text_of(value)
            unread = None if text else unread_at.get(corner)
            rows, columns = spans.get(corner, _ONE)
            if column in hidden and hidden.issuperset(range(column, column + columns)):
                continue
            here.append(Place(column, unread or text, columns, rows, corner in ruled, not unread))
        if here:
            places[row] = here
    has_rules = any(place.ruled for row in places.values() for place in row)
    return Area(sheet.name, places, covered, height, has_rules, frozenset(marks.hidden_rows))


def _merges(
    ranges: Sequence[tuple[Corner, Corner]], height: int, width: int
) -> tuple[dict[Corner, tuple[int, int]], frozenset[Corner]]:
    """Rows and columns of each merge by its first cell, and the cells hidden, within the used area."""
    spans: dict[Corner, tuple[int, int]] = {}
    covered: set[Corner] = set()
    budget = MOST_MERGED
    for (top, left), (bottom, right) in ranges:
        rows, columns = min(bottom, height - 1) - top + 1, min(right, width - 1) - left + 1
        if rows <= 0 or columns <= 0 or (top, left) in covered:
            continue
        budget -= rows * columns
        if budget < 0:
            raise Quarantined("too_large", f"merges cover more than {MOST_MERGED} cells; undo some")
        spans[top, left] = rows, columns
        covered.update((row, column) for row in range(top, top + rows) for column in range(left, left + columns))
        covered.discard((top, left))
    return spans, frozenset(covered)
