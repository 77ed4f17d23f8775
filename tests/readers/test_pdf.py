from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import fpdf
import pypdfium2
import pytest
from fpdf.drawing import Transform

from pipelines.readers import pdf, recognition
from pipelines.readers.document import Cell, Document, Paragraph, Table
from pipelines.readers.errors import Quarantined
from pipelines.readers.printed_page import is_number, is_value

FIXTURES = Path(__file__).parent / "fixtures"
VALUES = json.loads((FIXTURES / "report_values.json").read_text(encoding="utf-8"))


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def printed(draw: Callable[[fpdf.FPDF], None], pages: int = 1) -> bytes:
    document = fpdf.FPDF(unit="pt", format="A4")
    document.set_auto_page_break(auto=False)
    for _ in range(pages):
        document.add_page()
        document.set_font("helvetica", size=10)
        draw(document)
    return bytes(document.output())


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def paragraphs(document: Document, role: str = "text") -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph) and block.role == role]


def cells(document: Document) -> Iterator[Cell]:
    return (cell for table in tables(document) for row in table.rows for cell in row)


def value_rows(document: Document) -> list[list[str]]:
    """The values that end each row, from the rows that have any."""
    rows = []
    for table in tables(document):
        for row in table.rows:
            found = [text for cell in row if (text := cell.text.replace("\n", "")) and is_value(text)]
            if found:
                rows.append(found)
    return rows


def grid(document: fpdf.FPDF, columns: list[float], rows: list[float]) -> None:
    for x in columns:
        document.line(x, rows[0], x, rows[-1])
    for y in rows:
        document.line(columns[0], y, columns[-1], y)


def numbers(document: fpdf.FPDF, columns: list[float], rows: list[float]) -> None:
    for i, y in enumerate(rows[:-1]):
        for j, x in enumerate(columns[:-1]):
            document.text(x + 10, y + 15, str(100 * i + j))


COLUMNS, ROWS = [100.0, 200.0, 300.0, 400.0], [100.0, 120.0, 140.0, 160.0]
NINE = [["0", "1", "2"], ["100", "101", "102"], ["200", "201", "202"]]


@pytest.mark.parametrize("name", ["report_ruled.pdf", "report_repeated_head.pdf"])
def test_ruled_report_gives_every_value_in_its_row(name: str) -> None:
    document = pdf.read(fixture(name))
    assert document.source_format == "pdf"
    assert {table.kind for table in tables(document)} == {"grid"}
    assert value_rows(document) == VALUES
    assert all(cell.legible for cell in cells(document))


def test_unruled_report_gives_every_value_in_its_row() -> None:
    document = pdf.read(fixture("report_unruled.pdf"))
    assert {table.kind for table in tables(document)} == {"aligned"}
    assert [row for row in value_rows(document) if len(row) == 7] == [row for row in VALUES if len(row) == 7]


def test_values_of_unruled_rows_stand_under_one_another() -> None:
    matrix = max(tables(pdf.read(fixture("report_unruled.pdf"))), key=lambda table: len(table.rows))
    rows = [[cell for cell in row if is_value(cell.text)] for row in matrix.rows]
    middles = [[cell.column + cell.column_span / 2 for cell in row] for row in rows if len(row) == 7]
    assert len(middles) > 10
    assert all(max(column) - min(column) < 4 for column in zip(*middles, strict=True))


def test_columns_have_the_same_number_on_every_page() -> None:
    matrix = [table for table in tables(pdf.read(fixture("report_ruled.pdf"))) if len(table.rows[-1]) > 6]
    ends = {(row[-1].column, row[-1].column_span) for table in matrix for row in table.rows if len(row) == 8}
    assert len(ends) == 1


def test_page_numbers_are_running_and_apart_from_the_text() -> None:
    document = pdf.read(fixture("report_ruled.pdf"))
    running = paragraphs(document, "running")
    assert [re.sub(r"\D", "", text) for text in running] == [str(n) for n in range(1, len(running) + 1)]
    assert len(running) > 1


def test_wrapped_lines_make_one_paragraph() -> None:
    longest = max(paragraphs(pdf.read(fixture("report_ruled.pdf"))), key=len)
    assert len(longest) > 50
    assert "\n" not in longest


def test_locators_name_page_table_row_and_column() -> None:
    document = pdf.read(fixture("report_ruled.pdf"))
    assert all(re.fullmatch(r"page \d+ table \d+ row \d+ column \d+", cell.locator) for cell in cells(document))
    assert len({cell.locator for cell in cells(document)}) == sum(1 for _ in cells(document))
    lines = [block.locator for block in document.blocks if isinstance(block, Paragraph)]
    assert all(re.fullmatch(r"page \d+ line \d+", locator) for locator in lines)


def test_unmapped_characters_are_not_legible() -> None:
    data = fixture("report_ruled.pdf").replace(b"/ToUnicode", b"/ToUnicodX")
    labels = [cell for cell in cells(pdf.read(data)) if cell.text and not is_value(cell.text)]
    assert labels
    assert not any(cell.legible for cell in labels if "\ufffd" in cell.text)


def test_cells_without_a_rule_between_them_are_merged() -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document, COLUMNS, [120.0, 140.0, 160.0])
        document.rect(100, 100, 300, 20)
        document.text(220, 115, "7")
        numbers(document, COLUMNS, [120.0, 140.0, 160.0])

    (table,) = tables(pdf.read(printed(draw)))
    assert [(c.text, c.column, c.column_span, c.row_span) for c in table.rows[0]] == [("7", 0, 3, 1)]
    assert texts(table)[1:] == [["0", "1", "2"], ["100", "101", "102"]]


def test_cells_are_merged_downwards() -> None:
    def draw(document: fpdf.FPDF) -> None:
        for x in COLUMNS:
            document.line(x, 100, x, 160)
        for y in ROWS:
            document.line(200 if y in (120.0, 140.0) else 100, y, 400, y)
        document.text(110, 135, "9")
        numbers(document, COLUMNS[1:], ROWS)

    (table,) = tables(pdf.read(printed(draw)))
    assert table.rows[0][0] == Cell("9", "page 1 table 1 row 1 column 1", 0, 1, 3)
    assert [cell.column for cell in table.rows[1]] == [1, 2]


def thin_rectangles(document: fpdf.FPDF) -> None:
    for x in COLUMNS:
        document.rect(x, 100, 0.6, 60, style="F")
    for y in ROWS:
        document.rect(100, y, 300, 0.6, style="F")


def dashed(document: fpdf.FPDF) -> None:
    document.set_dash_pattern(dash=3, gap=2)
    grid(document, COLUMNS, ROWS)


def drawn_dashes(document: fpdf.FPDF) -> None:
    for y in ROWS:
        for x in range(100, 400, 4):
            document.line(x, y, x + 2.5, y)
    for x in COLUMNS:
        document.line(x, 100, x, 160)


def double(document: fpdf.FPDF) -> None:
    for shift in (0.0, 1.8):
        grid(document, [x + shift for x in COLUMNS], [y + shift for y in ROWS])


def cell_by_cell(document: fpdf.FPDF) -> None:
    for y in ROWS[:-1]:
        for x in COLUMNS[:-1]:
            document.rect(x + 0.7, y + 0.7, 98.6, 18.6)


def askew(document: fpdf.FPDF) -> None:
    for x in COLUMNS:
        document.line(x, 100, x + 0.4, 160)
    for i, y in enumerate(ROWS):
        document.line(100 - i, y + 0.8, 400 + i, y)


def open_sides(document: fpdf.FPDF) -> None:
    for x in COLUMNS[1:-1]:
        document.line(x, 100, x, 160)
    for y in ROWS:
        document.line(100, y, 400, y)


def in_twips(document: fpdf.FPDF) -> None:
    document.set_line_width(10)
    with document.transform(Transform.scaling(0.05)):
        for y in ROWS[:-1]:
            for x in COLUMNS[:-1]:
                document.rect(x * 20, y * 20, 2000, 400)


STYLES = [thin_rectangles, dashed, drawn_dashes, double, cell_by_cell, askew, open_sides, in_twips]


@pytest.mark.parametrize("rules", STYLES)
def test_rules_are_found_however_they_are_drawn(rules: Callable[[fpdf.FPDF], None]) -> None:
    def draw(document: fpdf.FPDF) -> None:
        rules(document)
        document.set_dash_pattern()
        numbers(document, COLUMNS, ROWS)

    (table,) = tables(pdf.read(printed(draw)))
    assert table.kind == "grid"
    assert texts(table) == NINE


def test_white_rules_part_nothing() -> None:
    def draw(document: fpdf.FPDF) -> None:
        document.set_draw_color(255)
        grid(document, COLUMNS, ROWS)
        numbers(document, COLUMNS, ROWS)

    assert {table.kind for table in tables(pdf.read(printed(draw)))} == {"aligned"}


def test_a_frame_around_text_is_no_table() -> None:
    def draw(document: fpdf.FPDF) -> None:
        document.rect(50, 50, 400, 200)
        document.text(60, 100, "plain words in a frame")

    document = pdf.read(printed(draw))
    assert not tables(document)
    assert paragraphs(document) == ["plain words in a frame"]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_reads_the_same(degrees: int) -> None:
    document = pypdfium2.PdfDocument(fixture("report_ruled.pdf"))
    for page in document:
        page.set_rotation(degrees)
    out = io.BytesIO()
    document.save(out)
    assert value_rows(pdf.read(out.getvalue())) == VALUES


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_table_drawn_sideways_reads_the_same(degrees: int) -> None:
    def draw(document: fpdf.FPDF) -> None:
        with document.rotation(degrees, x=300, y=400):
            grid(document, COLUMNS, ROWS)
            numbers(document, COLUMNS, ROWS)

    (table,) = tables(pdf.read(printed(draw)))
    assert texts(table) == NINE


def test_a_slanted_watermark_is_in_no_cell() -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document, COLUMNS, ROWS)
        numbers(document, COLUMNS, ROWS)
        with document.rotation(35, x=250, y=130):
            document.text(200, 130, "2024 2024 2024")

    document = pdf.read(printed(draw))
    assert texts(tables(document)[0]) == NINE
    assert any("2024" in text for text in paragraphs(document, "running"))


def test_text_drawn_twice_counts_once() -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document, COLUMNS, ROWS)
        for shift in (0.0, 0.3):
            document.text(110 + shift, 115, "1100")

    assert texts(tables(pdf.read(printed(draw)))[0])[0][0] == "1100"


def test_numbers_printed_over_one_another_are_not_legible() -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document, COLUMNS, ROWS)
        document.text(110, 115, "3")
        document.text(110.4, 115, "8")

    (table,) = tables(pdf.read(printed(draw)))
    assert not table.rows[0][0].legible


def test_a_number_over_a_rule_is_legible_in_no_cell() -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document, COLUMNS, ROWS)
        document.text(185, 115, "123456")
        document.text(310, 115, "7")

    first = tables(pdf.read(printed(draw)))[0].rows[0]
    assert [cell.legible for cell in first] == [False, False, True]


@pytest.mark.parametrize("left", [380.0, 80.0])
def test_a_number_over_a_side_of_the_table_is_not_legible(left: float) -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document, COLUMNS, ROWS)
        document.text(left, 115, "9400006")
        document.text(210, 115, "7")
        document.text(410, 135, "1")

    rows = tables(pdf.read(printed(draw)))[0].rows
    assert [cell.legible for cell in rows[0]] == [left > 200, True, left < 200]
    assert all(cell.legible for cell in rows[1])


def wrapped(first: str, second: str, other: str = "5", width: float = 40.0) -> str:
    """The text of a cell of that width with two lines of figures, beside a cell with one line or more."""

    def draw(document: fpdf.FPDF) -> None:
        grid(document, [100.0, 100.0 + width, 200.0], [100.0, 140.0])
        for y, text in ((115, first), (128, second)):
            document.text(100 + (width - document.get_string_width(text)) / 2, y, text)
        for number, text in enumerate(other.split()):
            document.text(160, 115 + 13 * number, text)

    return tables(pdf.read(printed(draw)))[0].rows[0][0].text


def test_a_number_too_wide_for_its_cell_is_one_number() -> None:
    assert wrapped("123456", "78") == "12345678"


def test_figures_that_had_room_on_one_line_are_kept_apart() -> None:
    assert wrapped("1234", "56", width=60.0) == "1234\n56"
    assert wrapped("12", "3") == "12\n3"


def test_figures_beside_two_lines_of_figures_are_kept_apart() -> None:
    assert wrapped("123456", "78", other="5 6") == "123456\n78"


def test_two_full_lines_of_figures_are_kept_apart() -> None:
    assert wrapped("123456", "789012") == "123456\n789012"


def test_hidden_text_is_not_legible() -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document, COLUMNS, ROWS)
        with document.local_context(text_mode=fpdf.enums.TextMode.INVISIBLE):
            numbers(document, COLUMNS, ROWS)

    found = list(cells(pdf.read(printed(draw))))
    assert not any(cell.legible for cell in found if cell.text)


def test_text_outside_the_page_is_not_read() -> None:
    def draw(document: fpdf.FPDF) -> None:
        document.text(100, 100, "inside")
        document.text(700, 100, "outside")

    assert paragraphs(pdf.read(printed(draw))) == ["inside"]


def test_a_figure_that_the_edge_of_the_page_cuts_is_not_legible() -> None:
    edges = [400.0, 500.0, 610.0]

    def draw(document: fpdf.FPDF) -> None:
        grid(document, edges, [100, 120])
        document.text(420, 114, "17")
        document.text(578, 114, "5080354")

    whole, cut = [cell for cell in cells(pdf.read(printed(draw))) if cell.text]
    assert (whole.text, whole.legible) == ("17", True)
    assert not cut.legible
    assert not cut.text.isdecimal()


def test_form_objects_are_opened() -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document, COLUMNS, ROWS)
        numbers(document, COLUMNS, ROWS)

    source, target = pypdfium2.PdfDocument(printed(draw)), pypdfium2.PdfDocument.new()
    page = target.new_page(595, 842)
    page.insert_obj(source.page_as_xobject(0, target).as_pageobject())
    page.gen_content()
    out = io.BytesIO()
    target.save(out)
    assert texts(tables(pdf.read(out.getvalue()))[0]) == NINE


def test_heads_and_feet_that_repeat_are_running() -> None:
    def draw(document: fpdf.FPDF) -> None:
        document.text(200, 40, "yearly report of a bureau")
        for line in range(20):
            document.text(60, 120 + 20 * line, f"line {line} of page {document.page_no()}")
        document.text(280, 820, f"Page {document.page_no()} of 3")

    document = pdf.read(printed(draw, pages=3))
    assert len(paragraphs(document, "running")) == 6
    assert not any("bureau" in text for text in paragraphs(document))


def test_a_last_row_is_no_page_number() -> None:
    def draw(document: fpdf.FPDF) -> None:
        for line in range(36):
            y = 100 + 20 * line
            document.text(60, y, f"row {line}")
            document.text(200, y, "1")
            document.text(300, y, str(line))

    rows = [row for table in tables(pdf.read(printed(draw))) for row in table.rows]
    assert [row[-1].text for row in rows] == [str(line) for line in range(36)]


def test_prose_with_numbers_is_no_table() -> None:
    def draw(document: fpdf.FPDF) -> None:
        for line in range(5):
            document.text(60, 100 + 16 * line, "In 2024 the bureau took 12 requests and answered 11 of them in time.")

    assert not tables(pdf.read(printed(draw)))


def reason(data: bytes) -> Quarantined:
    with pytest.raises(Quarantined) as caught:
        pdf.read(data)
    return caught.value


def test_a_password_is_told() -> None:
    document = fpdf.FPDF()
    document.add_page()
    document.set_encryption(owner_password="owner", user_password="user")
    error = reason(bytes(document.output()))
    assert error.reason_code == "encrypted"
    assert "password" in error.detail


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00" * 500, b"<html></html>"])
def test_what_is_no_pdf_is_unreadable(data: bytes) -> None:
    assert reason(data).reason_code == "unreadable"


def read_or_reason(data: bytes) -> Document | str:
    try:
        return pdf.read(data)
    except Quarantined as error:
        return error.reason_code


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_file_cut_off_is_marked_or_unreadable(share: float) -> None:
    data = fixture("report_ruled.pdf")
    document = read_or_reason(data[: int(len(data) * share)])
    assert document == "unreadable" or (isinstance(document, Document) and document.ends_open and document.notes)


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAXIMUM_PAGES", 2)
    assert reason(printed(lambda document: document.text(50, 50, "x"), pages=3)).reason_code == "too_large"


def test_scans_alone_ask_for_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "is_installed", lambda: False)
    document = pypdfium2.PdfDocument.new()
    document.import_pages(pypdfium2.PdfDocument(fixture("report_mixed.pdf")), [1])
    out = io.BytesIO()
    document.save(out)
    error = reason(out.getvalue())
    assert error.reason_code == "unsupported_format"
    assert "gongkai[ocr]" in error.detail


def test_a_scanned_page_among_others_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "is_installed", lambda: False)
    document = pdf.read(fixture("report_mixed.pdf"))
    assert document.pictures == 1
    assert any("page 2" in note and "gongkai[ocr]" in note for note in document.notes)
    assert paragraphs(document)


@pytest.mark.ocr
def test_a_scanned_page_among_others_is_recognised_without_a_wrong_value() -> None:
    document = pdf.read(fixture("report_mixed.pdf"))
    assert not document.notes
    matrix = [row[-7:] for table in tables(document) for row in table.rows if len(row) in {8, 9, 10}]
    due = [row for row in VALUES if len(row) == 7]
    rows = [row for row in matrix if sum(is_value(cell.text) for cell in row) == 7]
    assert len(rows) == len(due)
    pairs = [pair for texts_due, row in zip(due, rows, strict=True) for pair in zip(texts_due, row, strict=True)]
    assert any(cell.locator.startswith("page 2 ") for _, cell in pairs)
    assert not [(text, cell) for text, cell in pairs if cell.legible and is_number(cell.text) and cell.text != text]
    assert sum(cell.legible and cell.text == text for text, cell in pairs) > 0.9 * len(pairs)


def mutated(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 5, 40))):
        at = rng.randrange(len(changed))
        match rng.randrange(3):
            case 0:
                changed[at] = rng.randrange(256)
            case 1:
                del changed[at : at + rng.randrange(1, 200)]
            case _:
                start = rng.randrange(len(changed))
                changed[at:at] = changed[start : start + rng.randrange(1, 200)]
    return bytes(changed)


@pytest.mark.parametrize("seed", range(20))
def test_damaged_files_give_a_document_or_a_reason(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "is_installed", lambda: False)
    rng = random.Random(seed)
    name = rng.choice(("report_ruled.pdf", "report_unruled.pdf", "report_mixed.pdf"))
    assert read_or_reason(mutated(fixture(name), rng))
