"""Workbooks: values as they print, spans from merges, a sheet cut into paragraphs and tables."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Border, Side

from pipelines.readers import sheets
from pipelines.readers.document import Document, Paragraph, Table
from pipelines.readers.errors import Quarantined
from pipelines.readers.sheet_blocks import column_letters
from tests.readers.matrix import OUTCOMES, damaged, matrix, outcome, spots_of, tables_of, texts_of
from tests.readers.word_package import zipped

RULED = Border(*(Side(style="thin") for _ in range(4)))


def number(text: str) -> float | str:
    return float(text) if text.isdigit() else text


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_sheet(*rows: tuple[Any, ...], merges: tuple[str, ...] = (), ruled: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表二"
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    for row in sheet[ruled] if ruled else ():
        for cell in row:
            cell.border = RULED
    return saved(book)


def xlsx_matrix(top: int = 4) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "年度报告"
    sheet["A3"] = "三、收到和处理申请情况"
    for spot in matrix():
        row, column = spot.row + top, spot.column + 1
        sheet.cell(row, column, number(spot.text) if spot.text else None)
        if spot.rows > 1 or spot.columns > 1:
            sheet.merge_cells(None, row, column, row + spot.rows - 1, column + spot.columns - 1)
    sheet.cell(top + 28, 1, "四、复议诉讼情况")
    return saved(book)


def xls_matrix() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表三")
    sheet.write(0, 0, "年度报告")
    for spot in matrix():
        row, column = spot.row + 2, spot.column
        last = row + spot.rows - 1, column + spot.columns - 1
        if last != (row, column):
            sheet.write_merge(row, last[0], column, last[1], spot.text)
        elif spot.text:
            sheet.write(row, column, number(spot.text))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_merged_matrix_from_xlsx_between_its_headings() -> None:
    document = sheets.read(xlsx_matrix())
    assert document.source_format == "xlsx"
    assert [spots_of(table) for table in tables_of(document)] == [matrix()]
    assert texts_of(document) == ["年度报告", "三、收到和处理申请情况", "四、复议诉讼情况"]
    assert [type(block) for block in document.blocks] == [Paragraph, Paragraph, Table, Paragraph]


def test_merged_matrix_from_xls() -> None:
    document = sheets.read(xls_matrix())
    assert document.source_format == "xls"
    assert [spots_of(table) for table in tables_of(document)] == [matrix()]


def test_locators_name_sheet_and_cell() -> None:
    document = sheets.read(xlsx_sheet(("甲", "乙"), ("丙", 7)))
    (table,) = tables_of(document)
    assert [cell.locator for cell in table.rows[1]] == ["sheet 表二 A2", "sheet 表二 B2"]
    assert [column_letters(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (0.5, "0.5"),
        (-3, "-3"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (0.0000001, "0.0000001"),
        (12345.6789, "12345.6789"),
        (True, "TRUE"),
        (" 无 ", "无"),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, tzinfo=UTC).replace(tzinfo=None), "2024-01-31"),
        (datetime(2024, 1, 31, 8, 30, tzinfo=UTC).replace(tzinfo=None), "2024-01-31T08:30:00"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_values_as_text(value: Any, text: str) -> None:
    assert sheets.text_of(value) == text


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_lose_nothing(value: int) -> None:
    assert sheets.text_of(float(value)) == str(value)


def test_hidden_and_chart_sheets_are_left_out() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_sheet(("甲", 1))))
    book.create_sheet("草稿").append(("乙", 2))
    book["草稿"].sheet_state = "hidden"
    book.create_sheet("深藏").append(("丙", 3))
    book["深藏"].sheet_state = "veryHidden"
    book.create_chartsheet("图")
    book.create_sheet("表三").append(("丁", 4))
    tables = tables_of(sheets.read(saved(book)))
    assert [[cell.text for cell in table.rows[0]] for table in tables] == [["甲", "1"], ["丁", "4"]]


def test_hidden_rows_and_columns_are_left_out() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("项目", "旧数", "数量"), ("甲", 90, 1), ("乙", 91, 92), ("乙", 93, 2), ("丙", 94, 3)):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = sheet.row_dimensions[3].hidden = True
    (table,) = tables_of(sheets.read(saved(book)))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["项目", "", "数量"], ["甲", "", "1"], ["乙", "", "2"], ["丙", "", "3"],
    ]  # fmt: skip
    assert table.rows[2][2].locator == "sheet Sheet C4"


def test_hidden_rows_and_columns_of_a_binary_workbook() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, values in enumerate((("项目", "旧数", "数量"), ("甲", 90, 1), ("乙", 91, 92), ("乙", 93, 2))):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    sheet.col(1).hidden = sheet.row(2).hidden = True
    out = io.BytesIO()
    book.save(out)
    (table,) = tables_of(sheets.read(out.getvalue()))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["项目", "", "数量"], ["甲", "", "1"], ["乙", "", "2"],
    ]  # fmt: skip


def test_tables_beside_each_other_are_tables_of_their_own() -> None:
    rows = (("甲表", "数", None, "乙表", "数"), ("规章", 1, None, "许可", 3), ("文件", 2, None, "处罚", 4))
    rows += ((None, None, None, "强制", 5),)
    first, second = tables_of(sheets.read(xlsx_sheet(*rows)))
    assert [[cell.text for cell in row] for row in first.rows] == [["甲表", "数"], ["规章", "1"], ["文件", "2"]]
    assert [[cell.text for cell in row] for row in second.rows] == [
        ["乙表", "数"], ["许可", "3"], ["处罚", "4"], ["强制", "5"],
    ]  # fmt: skip
    (whole,) = tables_of(sheets.read(xlsx_sheet(("组", "项目", None, "数", "率"), ("甲", "子", None, 1, 2))))
    assert len(whole.rows[0]) == len(("组", "项目", "", "数", "率"))


def test_errors_and_formulas_without_result_are_not_legible() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_sheet(("甲", 1))))
    book.active["C1"] = "=B1*2"
    book.active["D1"] = "#DIV/0!"
    book.active["E1"] = 5
    (table,) = tables_of(sheets.read(saved(book)))
    assert [(cell.text, cell.legible) for cell in table.rows[0]] == [
        ("甲", True),
        ("1", True),
        ("=B1*2", False),
        ("#DIV/0!", False),
        ("5", True),
    ]


def test_bands_of_one_table_stay_in_it_and_headings_do_not() -> None:
    rows = (
        ("二、主动公开情况",),
        ("第一项",),
        ("信息内容", "制发", "废止", "有效"),
        ("规章", 1, 2, 3),
        ("第五项",),
        ("信息内容", "决定数量"),
        ("行政许可", 4),
        ("三、申请情况",),
        ("项目", "甲", "乙", "丙"),
        ("新收", 5, 6, 7),
    )
    merges = ("A1:D1", "A2:D2", "A5:D5", "B6:D6", "B7:D7", "A8:D8")
    document = sheets.read(xlsx_sheet(*rows, merges=merges))
    assert texts_of(document) == ["二、主动公开情况", "三、申请情况"]
    first, second = tables_of(document)
    assert [row[0].text for row in first.rows] == ["第一项", "信息内容", "规章", "第五项", "信息内容", "行政许可"]
    assert first.rows[5][1].column_span == 3
    assert len(second.rows) == 2


def test_rules_keep_a_row_of_blank_values_in_its_table() -> None:
    rows = (("表",), ("项目", "甲", "乙"), ("新收", 1, 2), ("结转",), ("说明：无",))
    document = sheets.read(xlsx_sheet(*rows, ruled="A2:C4"))
    (table,) = tables_of(document)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["项目", "甲", "乙"],
        ["新收", "1", "2"],
        ["结转", "", ""],
    ]
    assert texts_of(document) == ["表", "说明：无"]


def test_rules_in_xls_count_the_same() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    ruled = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin")
    sheet.write(0, 0, "标题")
    for row, values in enumerate((("项目", "甲", "乙"), ("新收", 1, 2), ("结转", "", ""))):
        for column, one in enumerate(values):
            sheet.write(row + 1, column, one, ruled)
    out = io.BytesIO()
    book.save(out)
    document = sheets.read(out.getvalue())
    assert [[cell.text for cell in row] for row in tables_of(document)[0].rows][-1] == ["结转", "", ""]
    assert texts_of(document) == ["标题"]


def refused(data: bytes) -> str:
    with pytest.raises(Quarantined) as caught:
        sheets.read(data)
    assert caught.value.detail
    return caught.value.reason_code


def test_what_cannot_be_read_says_so() -> None:
    assert refused(b"PK\x03\x04") == "unreadable"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)) == "unreadable"
    assert refused(xls_matrix()[:3000]) in {"unreadable", "unsupported_format"}
    assert refused(zipped({"xl/workbook.bin": "x", "_rels/.rels": "x"})) == "unsupported_format"


def test_sheets_that_reach_too_far_are_refused_before_they_fill_the_memory() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 2
    assert refused(saved(book)) == "too_large"


def test_a_cell_may_not_hide_its_place_in_the_row_of_another() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_sheet(("甲", 1), ("乙", 2)))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = files["xl/worksheets/sheet1.xml"]
    assert 'r="B2"' in sheet
    files["xl/worksheets/sheet1.xml"] = sheet.replace('r="B2"', 'r="XFD1048576"')
    assert refused(zipped(files)) == "too_large"


def parts_with_shared_texts() -> dict[str, str]:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["项目", "甲"])
    sheet.write_rich_string(1, 0, "新", book.add_format({"bold": True}), "收", "数")
    sheet.write(1, 1, 5)
    book.close()
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_texts_of_several_formats_are_whole() -> None:
    (table,) = tables_of(sheets.read(zipped(parts_with_shared_texts())))
    assert [[cell.text for cell in row] for row in table.rows] == [["项目", "甲"], ["新收数", "5"]]


def test_stated_counts_of_texts_reserve_no_memory() -> None:
    files = parts_with_shared_texts()
    for name in ("count", "uniqueCount"):
        texts = re.sub(rf'\b{name}="\d+"', f'{name}="99999999999"', files["xl/sharedStrings.xml"])
        assert refused(zipped({**files, "xl/sharedStrings.xml": texts})) == "unreadable"


def test_a_second_part_of_the_same_name_is_refused() -> None:
    files = parts_with_shared_texts()
    assert refused(zipped({**files, "xl/SHAREDstrings.xml": "<sst/>"})) == "unreadable"


def test_stated_size_of_a_binary_sheet_reserves_no_memory() -> None:
    data = xls_matrix()
    place = data.index(b"\x00\x02\x0e\x00")
    assert refused(data[: place + 12] + b"\x00\xff" + data[place + 14 :]) == "unreadable"


def test_passwords() -> None:
    assert refused(xls_with_password()) == "encrypted"


def xls_with_password() -> bytes:
    """The workbook with the record of a password put in place of its country record."""
    data = xls_matrix()
    place = data.index(b"\x42\x00\x02\x00")
    return data[:place] + b"\x2f\x00\x02\x00" + data[place + 4 :]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["xlsx", "xls"]))
def test_damaged_bytes_give_a_document_or_a_reason(seed: int, kind: str) -> None:
    assert outcome(sheets.read, damaged(WHOLE[kind], seed)) in OUTCOMES


WHOLE = {"xlsx": xlsx_matrix(), "xls": xls_matrix()}


def test_whole_files_are_documents() -> None:
    assert all(isinstance(sheets.read(data), Document) for data in WHOLE.values())
