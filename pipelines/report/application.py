"""Section 3: the applications matrix, items × applicants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import fsum

from pipelines.report.cells import Key, field_to_value, merge, missing
from pipelines.report.columns import Columns, heads_to_columns
from pipelines.report.foreign import strong_heads, strong_items, without_foreign
from pipelines.report.labels import APPLICANTS, lookup
from pipelines.report.matching import match_items
from pipelines.report.model import UnknownLabel, Value
from pipelines.report.parted import doubt_parted
from pipelines.report.placing import Placed, place_values, rows_agree_with_heads
from pipelines.report.rows import Field, Row
from pipelines.report.runs import Run, rows_to_runs
from pipelines.report.text import fold

_GLUED = re.compile(r"(\D+?)(\d+)")


@dataclass(slots=True)
class Matrix:
    """The cells found, and the rows whose values could not be assigned."""

    cells: dict[Key, Value] = field(default_factory=dict)
    mismatched: dict[str, str] = field(default_factory=dict)
    """Item code to the locator of a row that was left out."""
    rows_found: bool = False
    unknown: list[UnknownLabel] = field(default_factory=list)
    """Texts that stood before values where a label of the form should stand."""
    blanks_are_cells: bool = False
    """Whether one cell stands on each line and every row has all, so that empty lines are cells."""


def read_application(rows: Sequence[Row]) -> Matrix:
    """All cells of the matrix that the rows of section 3 give.

    A row whose values cannot be assigned to the columns is ``missing`` in all columns
    (never shifted, never padded) and named in ``mismatched``.
    """
    heads, body = _heads_and_body(without_foreign(rows))
    matrix = Matrix(rows_found=bool(body))
    columns = _columns_by_table(heads, body)
    runs = rows_to_runs(body, strong_items(), lookup("item"))
    matches = match_items(runs)
    codes = [match.code for match in matches]
    doubt_parted(runs, [code is not None for code in codes])
    _read_glued(body, matrix)
    trusted = rows_agree_with_heads(runs, codes, columns)
    matrix.blanks_are_cells = trusted == "count" and all(run.row is None for run in runs)
    for run, match in zip(runs, matches, strict=True):
        if match.code is not None:
            _add_row(matrix, match.code, place_values(run, _columns_of(run, columns), trusted), run)
        if run.labels and not match.exact:
            label = run.labels[-1].cell
            matrix.unknown.append(UnknownLabel("item", label.text, label.locator))
    _leave_out_moved(matrix, [code for code in codes if code is not None])
    return matrix


def _leave_out_moved(matrix: Matrix, codes: Sequence[str]) -> None:
    """Leaves out rows that may have lost a figure and been filled up at their end.

    Such a row ends with an empty total, and the figure before it could be the total of those before
    (3 0 0 0 0 3 and nothing), in a table whose other totals are the sums of their rows.
    """
    moved = [code for code in codes if _may_be_moved(matrix, code)]
    if not moved:
        return
    rows = [[matrix.cells[key] for key in cells_of_item(code)] for code in codes]
    whole = [[value.value or 0.0 for value in row] for row in rows if all(value.status == "reported" for value in row)]
    if not any(row[-1] for row in whole) or any(fsum(row[:-1]) != row[-1] for row in whole):
        return
    for code in moved:
        locator = matrix.cells[code, _TOTAL].locator
        matrix.cells.update(dict.fromkeys(cells_of_item(code), missing(locator)))
        matrix.mismatched[code] = locator or ""


def _may_be_moved(matrix: Matrix, code: str) -> bool:
    total = matrix.cells[code, _TOTAL]
    if total.status != "blank" or total.raw:
        return False
    *before, last = [matrix.cells[code, applicant].value or 0.0 for applicant in APPLICANTS[:-1]]
    return 0 < last >= fsum(before)


_TOTAL = APPLICANTS[-1]


def _add_row(matrix: Matrix, code: str, placed: Placed | None, run: Run) -> None:
    if placed is None:
        found = dict.fromkeys(cells_of_item(code), missing(run.locator))
        matrix.mismatched[code] = run.locator
    else:
        found = {key: field_to_value(placed[key[1]]) for key in cells_of_item(code)}
    if merge(matrix.cells, found):
        matrix.mismatched[code] = run.locator


@cache
def cells_of_item(code: str) -> tuple[Key, ...]:
    """The cells of one row of the matrix, in form order."""
    return tuple((code, applicant) for applicant in APPLICANTS)


def _heads_and_body(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The head rows of each table, and the rows with items; a head that is repeated on a later page is left out."""
    heads: list[Row] = []
    body: list[Row] = []
    begun = False
    for row in rows:
        named = _names_item(row)
        begun = begun or named or bool(body)
        if named or not _is_head(row, begun=begun):
            if not body:
                body += _wrapped_label(heads, row)
            body.append(row)
        elif not body or _part(row) != _part(body[-1]):
            heads.append(row)
    return heads, body


def _wrapped_label(heads: list[Row], row: Row) -> list[Row]:
    """Takes the lines off the end of the heads that are the label of the first item, or begin it before ``row``."""
    first = row.fields[0]
    behind = first.cell.text if first.is_label else ""
    for size in range(1, _MOST_LINES + 1):
        last = heads[-size:]
        if len(last) < size or last[0].kind != "line":
            break
        text = "".join(line.text for line in last)
        if (size > 1 and fold(text) in strong_items()) or (behind and _begins_item(fold(text + behind))):
            del heads[-size:]
            return last
    return []


def _begins_item(key: str) -> bool:
    return len(key) >= _LEAST_OF_LABEL and any(item.startswith(key) for item in strong_items())


_LEAST_OF_LABEL = 6
_MOST_LINES = 8


def _names_item(row: Row) -> bool:
    strong = strong_items()
    return any([item.reading.key in strong for item in row.fields])


def _is_head(row: Row, *, begun: bool) -> bool:
    """A row without figures: any before the first item, later one that names applicants."""
    heads = strong_heads()
    named = False
    for item in row.fields:
        if item.reading.kind == "figure":
            return False
        named = named or item.reading.key in heads
    return named or not begun


def _columns_by_table(heads: Sequence[Row], body: Sequence[Row]) -> dict[int, Columns]:
    """The columns that hold in each table; a table without a head of its own goes on with those before it."""
    found: dict[int, Columns] = {}
    current: Columns | None = None
    torn: list[Row] = []
    with_items = {_part(row) for row in body}
    for table in _tables_in_order(heads, body):
        mine = torn + [row for row in heads if _part(row) == table]
        if table not in with_items:
            torn = mine if table else []  # the page ended inside the head of a grid
            continue
        own = heads_to_columns(mine)
        torn = []
        if own is not None:
            current = own
        if current is not None:
            found[table] = current if own is not None else current._replace(places=_kept_places(current, table, body))
    return found


def _part(row: Row) -> int:
    """Each grid is a part of its own; everything else flows together as part 0."""
    return row.table_no if row.kind == "grid" else 0


def _tables_in_order(heads: Sequence[Row], body: Sequence[Row]) -> list[int]:
    return list(dict.fromkeys([*map(_part, heads), *map(_part, body)]))


def _kept_places(columns: Columns, table: int, body: Sequence[Row]) -> tuple[tuple[int, str], ...] | None:
    """The places of the table before hold only where this one is exactly as wide."""
    width = max((row.width for row in body if _part(row) == table), default=None)
    return columns.places if columns.kind == "grid" and width == columns.width else None


def _columns_of(run: Run, columns: dict[int, Columns]) -> Columns | None:
    return columns.get(_part(run.row) if run.row is not None else 0)


def _read_glued(body: Sequence[Row], matrix: Matrix) -> None:
    """A label and its figures printed as one word cannot be parted: the row is unreadable."""
    for row in body:
        if len(row.fields) != 1 or not row.fields[0].reading.is_label:
            continue
        found = glued_label(row.fields[0], "item")
        if found is not None:
            cell = row.fields[0].cell
            value = Value(None, cell.text, "unreadable", cell.locator)
            merge(matrix.cells, {(found, applicant): value for applicant in APPLICANTS})


def glued_label(item: Field, scope: str) -> str | None:
    """The code of a label that its figures are glued to, such as 规章000."""
    if not item.reading.key[-1:].isdecimal():
        return None
    match = _GLUED.fullmatch(item.reading.key)
    return lookup(scope).get(match[1]) if match else None
