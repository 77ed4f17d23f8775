"""RTF, written by hand and by an office program."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers import rtf
from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined
from tests.readers.matrix import HEIGHT, OUTCOMES, WIDTH, damaged, matrix, outcome, spots_of, tables_of, texts_of

HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}"
    r"{\f1\fnil\fcharset0 Arial;}{\f2\fcharset136 Ming;}}"
)
FIXTURE = (Path(__file__).parent / "fixtures" / "stories.rtf").read_bytes()


def read(body: str) -> Document:
    return rtf.read(f"{HEAD}{body}}}".encode("latin-1"))


def escaped(text: str) -> str:
    """Text as \\u escapes with a question mark to stand in, line breaks as paragraphs."""
    units = text.encode("utf-16-le")
    numbers = [int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)]
    return "".join(r"\par " if number == ord("\n") else rf"\u{number}?" for number in numbers)


def printed_matrix() -> str:
    """The matrix with every merge spelled by flags: all ten cells stand in each row."""
    begins = {(spot.row, spot.column): spot for spot in matrix()}
    owner = {
        (spot.row + down, spot.column + across): spot
        for spot in matrix()
        for down in range(spot.rows)
        for across in range(spot.columns)
    }
    rows = []
    for row in range(HEIGHT):
        definition, content = r"\trowd\trleft0", ""
        for column in range(WIDTH):
            spot = owner[row, column]
            if spot.rows > 1:
                definition += r"\clvmgf" if row == spot.row else r"\clvmrg"
            if spot.columns > 1:
                definition += r"\clmgf" if column == spot.column else r"\clmrg"
            definition += rf"\cellx{(column + 1) * 900}"
            text = escaped(spot.text) if (row, column) in begins else ""
            content += rf"\pard\intbl {text}\cell"
        rows.append(f"{definition}{content}\\row\n")
    return "".join(rows)


def test_matrix_with_merge_flags() -> None:
    document = read(rf"\pard {escaped('标题')}\par {printed_matrix()}\pard {escaped('完')}\par")
    assert [spots_of(table) for table in tables_of(document)] == [matrix()]
    assert texts_of(document) == ["标题", "完"]
    assert document.source_format == "doc"


def test_edges_make_the_columns_where_no_flags_do() -> None:
    rows = (
        r"\trowd\cellx2000\cellx3000\pard\intbl A\cell B\cell\row"
        r"\trowd\cellx1000\cellx2010\cellx3000\pard\intbl 1\cell 2\cell 3\cell\row\pard\par"
    )
    (table,) = tables_of(read(rows))
    assert [[(c.text, c.column, c.column_span) for c in row] for row in table.rows] == [
        [("A", 0, 2), ("B", 2, 1)],
        [("1", 0, 1), ("2", 1, 1), ("3", 2, 1)],
    ]


def test_row_definition_may_stand_behind_the_cells() -> None:
    (table,) = tables_of(read(r"\pard\intbl 1\cell 2\cell\trowd\cellx900\cellx1800\row\pard\par"))
    assert [cell.text for cell in table.rows[0]] == ["1", "2"]
    assert table.kind == "grid"


def test_row_without_definition_keeps_only_the_order() -> None:
    (table,) = tables_of(read(r"\trowd\cellx900\pard\intbl 1\cell 2\cell\row\pard\par"))
    assert table.kind == "rows"


def test_tables_in_cells() -> None:
    inner = (
        r"\pard\intbl\itap2 1\nestcell 2\nestcell{\*\nesttableprops\trowd\cellx400\cellx800\nestrow}"
        r"{\nonesttables\par}"
    )
    body = rf"\trowd\cellx9\cellx99\cellx999 \pard\intbl a\cell {inner}\pard\intbl\cell\pard\intbl c\cell\row\pard\par"
    (table,) = tables_of(read(body))
    assert [cell.text for cell in table.rows[0]] == ["a", "1\t2", "c"]


def test_character_sets_of_fonts_and_page() -> None:
    document = read(r"\pard\f0 \'b9\'ab\'bf\'aa\f1 \'ba\'c5 2024\f2 \'a4\'bd\par")
    assert texts_of(document) == ["公开号 2024公"]


def test_second_byte_may_be_an_escaped_sign() -> None:
    data = HEAD.encode() + b"\\pard\\f0 " + "乗".encode("gb18030").replace(b"\\", b"\\\\") + b"\\par}"
    assert texts_of(rtf.read(data)) == ["乗"]


def test_unicode_escapes_skip_what_stands_in_for_them() -> None:
    body = r"\pard\uc2 \u20844\'b9\'ab\u24320\'bf\'aa{\uc0 \u20449}\u-10187 ??\u-9137 ??\uc1\u24687?.\par"
    assert texts_of(read(body)) == ["公开信\U0001d44f息."]


def test_signs_and_breaks() -> None:
    assert texts_of(read(r"\pard a\tab b\line c\~d\_e\-f\ldblquote g\rdblquote\{\}\\\par")) == [
        "a\tb\nc\xa0d-ef“g”{}\\"
    ]


def test_hidden_deleted_and_instructions_are_left_out() -> None:
    body = (
        r"\pard a{\v b}{\deleted c}{\field{\*\fldinst HYPERLINK x}{\fldrslt d}}{\*\unknown e}"
        r"{\info{\title f}}{\v g\v0 h}i\par"
    )
    assert texts_of(read(body)) == ["adhi"]


def test_struck_and_raised_figures_do_not_grow_together_with_those_beside() -> None:
    body = (
        r"\pard {\strike 77}36\par {\striked1 77\striked0 36}\par 36{\super 1}{\super \chftn}\par "
        r"36\sub\u49?\nosupersub 2\par \super\plain 36\par"
    )
    assert texts_of(read(body)) == ["~77~36", "~77~36", "36^1", "36^12", "36"]


def test_figures_at_different_heights_do_not_grow_together() -> None:
    body = (
        r"\pard 5{\up6 2}\par {\dn6 5}2\par 5\up 2\up0 3\par 5{\super\up6 2}\par 5{\up6 \u50?}\par "
        r"5{\up6\v 9}{\up6 2}\par"
    )
    assert texts_of(read(body)) == ["5^2", "5^2", "5^2^3", "5^2", "5^2", "5^2"]
    body = r"\pard {\up6 5}{\up6 2}\par 5{\up3 2}\par {\up6 5\par}2\par 5\up6 {\plain 2}\par 5{\up6 }2\par"
    assert texts_of(read(body)) == ["52", "52", "5", "2", "52", "52"]


def test_list_numbers_are_text() -> None:
    assert texts_of(read(r"\pard{\listtext 1.\tab}{\*\pn\pnlvlbody}x\par")) == ["1.\tx"]


def test_headers_notes_and_pictures() -> None:
    document = read(
        r"{\header\pard h\par}\pard a{\footnote\pard n}b{\*\shppict{\pict\pngblip 00ff}}{\nonshppict{\pict 00}}\par"
    )
    assert [(block.text, block.role) for block in document.blocks] == [
        ("ab", "text"),
        ("h", "running"),
        ("n", "running"),
    ]
    assert document.pictures == 1


def test_headings_by_style_and_outline() -> None:
    styles = r"{\stylesheet{\s1 heading 1;}{\s2 Title;}{\s3 toc 1;}{\*\cs4 strong;}}"
    body = styles + r"\pard\s1 a\par\pard\s2 b\par\pard\s3 c\par\pard\outlinelevel1 d\par\pard e\par"
    assert [block.role for block in read(body).blocks] == ["heading", "title", "chrome", "heading", "text"]


def test_binary_data_is_jumped_over() -> None:
    data = HEAD.encode() + b"\\pard a{\\pict\\bin4 }{\\\\}b\\par}"
    assert texts_of(rtf.read(data)) == ["ab"]


def test_fixture_of_an_office_program() -> None:
    document = rtf.read(FIXTURE)
    texts = [text.replace("\t", "") for text in texts_of(document)]
    assert texts[:4] == [
        "云岭市溪口区水务局2023年政府信息公开工作年度报告",
        "一、总体情况",
        "（一）主动公开",
        "（二）依申请",
    ]
    first, second = tables_of(document)
    assert [(c.text.replace("\t", ""), c.row_span) for c in first.rows[0]] == [("组", 2), ("1.项", 1), ("1", 1)]
    assert [[c.text for c in row] for row in second.rows] == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_bounds() -> None:
    with pytest.raises(Quarantined, match="unreadable"):
        rtf.read(b"{\\rtf1" + b"{" * 100_000)
    with pytest.raises(Quarantined, match="unreadable"):
        rtf.read(b"no rtf")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.booleans())
def test_damaged_bytes_give_a_document_or_a_reason(seed: int, whole: bool) -> None:
    assert outcome(rtf.read, damaged(FIXTURE if whole else MATRIX, seed)) in OUTCOMES


MATRIX = f"{HEAD}{printed_matrix()}}}".encode("latin-1")
