from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import fpdf
import pypdfium2
import pytest

from pipelines.readers import pdf
from pipelines.readers.document import Document, Paragraph, Table

FIXTURES = Path(__file__).parent / "fixtures"
COLUMNS, ROWS = (100.0, 200.0, 300.0), (100.0, 120.0, 140.0)
Draw = Callable[[fpdf.FPDF], None]


def printed(draw: Draw) -> bytes:
    document = fpdf.FPDF(unit="pt", format="A4")
    document.add_page()
    document.set_font("helvetica", size=10)
    draw(document)
    return bytes(document.output())


def grid(document: fpdf.FPDF) -> None:
    for x in COLUMNS:
        document.line(x, ROWS[0], x, ROWS[-1])
    for y in ROWS:
        document.line(COLUMNS[0], y, COLUMNS[-1], y)


def ruled(draw: Draw) -> bytes:
    def with_rules(document: fpdf.FPDF) -> None:
        grid(document)
        draw(document)

    return printed(with_rules)


def rows_of(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row] for block in document.blocks if isinstance(block, Table) for row in block.rows]


def first_cell(draw: Draw) -> str:
    rows = rows_of(pdf.read(ruled(draw)))
    assert [len(row) for row in rows] == [2, 2]
    return rows[0][0]


def struck_by_line(document: fpdf.FPDF, left: float, right: float, y: float) -> None:
    document.set_line_width(0.5)
    document.line(left, y, right, y)


def struck_by_rectangle(document: fpdf.FPDF, left: float, right: float, y: float) -> None:
    document.rect(left, y - 0.4, right - left, 0.8, style="F")


def struck_twice(document: fpdf.FPDF, left: float, right: float, y: float) -> None:
    for shift in (-0.7, 0.7):
        struck_by_line(document, left, right, y + shift)


def struck_in_pieces(document: fpdf.FPDF, left: float, right: float, y: float) -> None:
    middle = left + document.get_string_width("1")
    struck_by_rectangle(document, left, middle, y)
    struck_by_rectangle(document, middle, right, y)


STRIKES = [struck_by_line, struck_by_rectangle, struck_twice, struck_in_pieces]
Strike = Callable[[fpdf.FPDF, float, float, float], None]


def struck_beside(
    struck: str, kept: str, strike: Strike = struck_by_line, *, x: float = 110.0, up: float = 2.9
) -> Draw:
    """A text struck through at a height above its line, and another right behind it."""

    def draw(document: fpdf.FPDF) -> None:
        end = x + document.get_string_width(struck)
        document.text(x, 113, struck)
        document.text(end, 113, kept)
        strike(document, x, end, 113 - up)

    return draw


def test_tracked_changes_that_a_word_processor_prints() -> None:
    document = pdf.read((FIXTURES / "tracked_changes.pdf").read_bytes())
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        "The bureau received ~15~16 requests in the year."
    ]
    assert rows_of(document) == [
        ["kept", "17", "203"],
        ["changed", "~1~2", "~118~120"],
        ["in part", "5~12~", "~1~20"],
        ["deleted", "~77~", "8"],
        ["inserted", "42", "11"],
        ["by hand", "~31~2", "~31~2"],
        ["underlined", "312", "64"],
        ["word ~old~new", "6", "7"],
    ]


@pytest.mark.parametrize("strike", STRIKES)
def test_a_struck_figure_does_not_grow_together_with_the_one_beside(strike: Strike) -> None:
    assert first_cell(struck_beside("17", "36", strike)) == "~17~36"
    assert first_cell(struck_beside("17", "", strike)) == "~17~"


def test_a_strike_may_go_on_over_a_blank() -> None:
    assert first_cell(struck_beside("1704 ", "")) == "~1704~"


def test_a_struck_text_as_wide_as_its_cell_does_not_part_it() -> None:
    wide = "7" * 17
    assert first_cell(struck_beside(wide, "", x=102.5)) == f"~{wide}~"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_strike_on_a_turned_page(degrees: int) -> None:
    document = pypdfium2.PdfDocument(ruled(struck_beside("17", "36")))
    document[0].set_rotation(degrees)
    out = io.BytesIO()
    document.save(out)
    assert rows_of(pdf.read(out.getvalue()))[0][0] == "~17~36"


@pytest.mark.parametrize("up", [-1.2, 0.0, 8.5])
def test_a_line_below_or_above_the_figures_strikes_nothing(up: float) -> None:
    assert first_cell(struck_beside("17", "36", up=up)) == "1736"


def test_a_longer_line_strikes_nothing() -> None:
    def draw(document: fpdf.FPDF) -> None:
        document.text(130, 113, "36")
        struck_by_line(document, 112, 180, 110)

    assert first_cell(draw) == "36"


def test_white_strikes_nothing() -> None:
    def draw(document: fpdf.FPDF) -> None:
        document.set_draw_color(255)
        struck_beside("17", "36")(document)

    assert first_cell(draw) == "1736"


@pytest.mark.parametrize("reach", [0.0, 0.5])
def test_a_rule_of_the_table_that_runs_through_text_strikes_nothing(reach: float) -> None:
    def draw(document: fpdf.FPDF) -> None:
        for left, right in ((100, 200), (200, 300)):
            document.rect(left - reach, 119.5, right - left + 2 * reach, 1, style="F")
        document.text(102, 124.5, "7" * 17)
        document.text(203, 124.5, "8" * 17)

    texts = [text for row in rows_of(pdf.read(ruled(draw))) for text in row]
    assert texts == ["", "", "7" * 17, "8" * 17]


def test_a_side_of_a_lone_cell_that_runs_through_text_strikes_nothing() -> None:
    def draw(document: fpdf.FPDF) -> None:
        document.rect(100, 100, 60, 20)
        document.rect(100, 120, 60, 20)
        document.text(102, 124.5, "7" * 10)

    assert rows_of(pdf.read(printed(draw))) == [[""], ["7" * 10]]


def test_a_struck_number_that_has_outgrown_its_cell_is_legible_in_none() -> None:
    def draw(document: fpdf.FPDF) -> None:
        grid(document)
        struck_beside("1704", "36", x=175.5)(document)

    (table,) = (block for block in pdf.read(printed(draw)).blocks if isinstance(block, Table))
    assert [cell.legible for cell in table.rows[0]] == [False, False]


def test_struck_figures_in_rows_without_rules_keep_their_column() -> None:
    def draw(document: fpdf.FPDF) -> None:
        for line in range(4):
            y = 113 + 20 * line
            document.text(60, y, f"label {line}")
            for column in range(1, 4):
                document.text(60 + 70 * column, y, str(10 * line + column))
        struck_beside("5", "4", x=340)(document)
        document.text(410, 113, "6")

    rows = rows_of(pdf.read(printed(draw)))
    assert rows[0] == ["label 0", "1", "2", "3", "~5~4", "6"]
    assert rows[3] == ["label 3", "31", "32", "33"]
