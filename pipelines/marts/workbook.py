"""An Excel workbook of one agency or one region, for those who work in a spreadsheet."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.marts.dictionary import Relation, relations
from schemas import vocabulary

ROWS_OF_A_SHEET = 1_000_000
BATCH = 2_000


class UnknownSubjectError(LookupError):
    """No agency of this name, or none in this region; the message offers names that come near."""


def export_workbook(warehouse: Path, path: Path, *, agency: str | None = None, region: str | None = None) -> int:
    """Write one workbook and return how many rows it holds.

    ``agency`` is a whole name or an identifier; ``region`` a division code, whose trailing zeros
    take its lower regions in. Exactly one of them is given. Raises ``UnknownSubjectError``.
    """
    if (agency is None) == (region is None):
        raise ValueError("give an agency or a region, one of them")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        chosen = _by_agency(connection, agency) if agency is not None else _by_region(connection, region or "")
        connection.register("chosen", pl.DataFrame({"agency_id": chosen}, schema={"agency_id": pl.String}).to_arrow())
        described = {relation.name: relation for relation in relations(connection)}
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(path), options) as book:
            return sum(_sheet(book, connection, row, described) for row in _sheets())


def _sheets() -> list[dict[str, str]]:
    listed = list(vocabulary.rows("workbook"))
    return listed[-1:] + listed[:-1]


def _by_agency(connection: duckdb.DuckDBPyConnection, agency: str) -> list[str]:
    exact = connection.execute(
        "SELECT agency_id FROM dim_agency WHERE agency_name = $1 OR agency_id = $1 ORDER BY 1", [agency]
    ).fetchall()
    if exact:
        return [row[0] for row in exact]
    near = connection.execute(
        "SELECT agency_name FROM dim_agency ORDER BY jaro_winkler_similarity(agency_name, $1) DESC LIMIT 5", [agency]
    ).fetchall()
    raise UnknownSubjectError(f"no agency {agency}; near: {', '.join(row[0] for row in near)}")


def _by_region(connection: duckdb.DuckDBPyConnection, region: str) -> list[str]:
    prefix = region
    while len(prefix) > 2 and prefix.endswith("00"):
        prefix = prefix[:-2]
    found = connection.execute(
        "SELECT agency_id FROM dim_agency WHERE starts_with(region_code, ?) ORDER BY 1", [prefix]
    ).fetchall()
    if not found:
        raise UnknownSubjectError(f"no agency in region {region}")
    return [row[0] for row in found]


def _sheet(
    book: xlsxwriter.Workbook,
    connection: duckdb.DuckDBPyConnection,
    row: dict[str, str],
    described: dict[str, Relation],
) -> int:
    sheet = book.add_worksheet(row["zh"])
    if not row["mart"]:
        return _notes(book, sheet)
    columns = described[row["mart"]].columns
    _head(book, sheet, [(column.zh, column.name) for column in columns])
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    rows = connection.execute(
        f'FROM "{row["mart"]}" SEMI JOIN chosen USING (agency_id) '
        f"ORDER BY agency_name, report_year LIMIT {ROWS_OF_A_SHEET}"
    )
    number = 1
    while batch := rows.fetchmany(BATCH):
        for values in batch:
            number += 1
            _write_row(sheet, number, values, day)
    sheet.autofilter(1, 0, number, len(columns) - 1)
    return number - 1


def _notes(book: xlsxwriter.Workbook, sheet: Worksheet) -> int:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 70)
    for number, (zh, en) in enumerate(vocabulary.settings("workbook")["notes"]):
        sheet.write_string(number, 0, zh, wrapped)
        sheet.write_string(number, 1, en, wrapped)
    return 0


def _head(book: xlsxwriter.Workbook, sheet: Worksheet, names: list[tuple[str, str]]) -> None:
    zh_format = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"})
    code_format = book.add_format({"italic": True, "font_color": "#5B6673"})
    sheet.set_column(0, len(names) - 1, 16)
    sheet.freeze_panes(2, 0)
    for number, (zh, _) in enumerate(names):
        sheet.write_string(0, number, zh, zh_format)
    for number, (_, code) in enumerate(names):
        sheet.write_string(1, number, code, code_format)


def _write_row(sheet: Worksheet, number: int, values: tuple[Any, ...], day: Format) -> None:
    for column, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value)
        elif isinstance(value, datetime):
            sheet.write_string(number, column, value.isoformat(sep=" ", timespec="seconds"))
        elif isinstance(value, date):
            sheet.write_datetime(number, column, value, day)
        elif isinstance(value, str):
            sheet.write_string(number, column, value[:32_767])
        else:
            sheet.write_number(number, column, value)
