"""DOCX: what Word prints is what the reader gives."""

from __future__ import annotations

import io
import random
import zipfile

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers import docx
from pipelines.readers.document import Document, Paragraph
from pipelines.readers.errors import Quarantined
from pipelines.readers.list_numbers import number_in_format
from tests.readers.matrix import HEIGHT, OUTCOMES, WIDTH, damaged, matrix, outcome, spots_of, tables_of, texts_of
from tests.readers.word_package import docx_package, p, r, tbl, tc, tr, zipped

LEVELS = "".join(
    f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:suff w:val="nothing"/>'
    f'<w:lvlText w:val="{template}"/></w:lvl>'
    for level, (kind, template) in enumerate(
        [("chineseCounting", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")]
    )
)
NUMBERING = (
    f'<w:abstractNum w:abstractNumId="5">{LEVELS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="5"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>'
)


def listed(instance: int, level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{instance}"/></w:numPr>'


def read_body(body: str, **parts: str) -> Document:
    return docx.read(docx_package(body, **parts))


def printed_matrix() -> bytes:
    document = python_docx.Document()
    document.add_heading("年度报告", 0)
    document.add_heading("三、收到和处理申请情况", 1)
    table = document.add_table(HEIGHT, WIDTH)
    places = [row.cells for row in table.rows]
    for spot in matrix():
        last = places[spot.row + spot.rows - 1][spot.column + spot.columns - 1]
        places[spot.row][spot.column].merge(last).text = spot.text
    document.add_paragraph("以上为全部情况。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_merged_matrix_gives_every_cell_once_where_it_begins() -> None:
    document = docx.read(printed_matrix())
    assert [spots_of(table) for table in tables_of(document)] == [matrix()]
    assert [block.role for block in document.blocks if isinstance(block, Paragraph)] == ["title", "heading", "text"]
    assert tables_of(document)[0].rows[3][1].locator == "table 1 row 4 column 4"


def test_continued_cells_are_not_repeated_even_where_they_hold_text() -> None:
    start, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    (table,) = tables_of(read_body(tbl(tr(tc("组", start), "1"), tr(tc("不印", go_on), "2"), tr(tc("", go_on), "3"))))
    assert [[(c.text, c.row_span) for c in row] for row in table.rows] == [
        [("组", 3), ("1", 1)],
        [("2", 1)],
        [("3", 1)],
    ]


def test_merge_that_continues_nothing_stands_for_itself() -> None:
    (table,) = tables_of(read_body(tbl(tr("a", "b"), tr(tc("c", "<w:vMerge/>"), "d"))))
    assert [[c.text for c in row] for row in table.rows] == [["a", "b"], ["c", "d"]]


def test_rows_that_begin_and_end_within_the_grid() -> None:
    shifted = tr("b", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>')
    (table,) = tables_of(read_body(tbl(tr("1", "2", "3"), shifted)))
    assert [(c.text, c.column) for c in table.rows[1]] == [("b", 1)]


def test_edges_a_hair_apart_are_one_column() -> None:
    wide = '<w:gridSpan w:val="2"/>'
    rows = tr(tc("甲", wide), "乙"), tr("1", tc("2", wide))
    (table,) = tables_of(read_body(tbl(*rows, widths=(2000, 15, 2000))))
    assert [[(c.text, c.column, c.column_span) for c in row] for row in table.rows] == [
        [("甲", 0, 1), ("乙", 1, 1)],
        [("1", 0, 1), ("2", 1, 1)],
    ]


def test_edges_that_were_dragged_in_each_row_by_itself_are_one_column() -> None:
    two, three = ('<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="3"/>')
    rows = tr("甲", tc("乙", three), tc("丙", two)), tr(tc("1", two), tc("2", two), tc("3", two))
    rows += (tr(tc("4", three), tc("5", two), "6"),)
    (table,) = tables_of(read_body(tbl(*rows, widths=(1000, 90, 90, 900, 90, 900))))
    assert [[c.column for c in row] for row in table.rows] == [[0, 1, 2]] * 3


def sized(text: str, width: int) -> str:
    return tc(text, f'<w:tcW w:w="{width}" w:type="dxa"/>')


def test_rows_that_count_different_columns_lie_as_wide_as_their_cells() -> None:
    rows = tr(sized("人", 1000), sized("组织", 2010), sized("总计", 990)), tr(*(sized(text, 1000) for text in "1234"))
    (table,) = tables_of(read_body(tbl(*rows)))
    assert [(c.text, c.column, c.column_span) for c in table.rows[0]] == [("人", 0, 1), ("组织", 1, 2), ("总计", 3, 1)]


def test_rows_that_count_different_columns_and_state_no_widths_have_only_an_order() -> None:
    (table,) = tables_of(read_body(tbl(tr("人", "组织", "总计"), tr("1", "2", "3", "4"), tr("注"))))
    assert table.kind == "rows"
    (table,) = tables_of(read_body(tbl(tr("注"), tr("1", "2", "3", "4"))))
    assert table.kind == "grid"


def test_old_horizontal_merge_widens_the_first_cell() -> None:
    rows = tr(tc("宽", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), "3"), tr("1", "2", "3")
    (table,) = tables_of(read_body(tbl(*rows)))
    assert [(c.text, c.column, c.column_span) for c in table.rows[0]] == [("宽", 0, 2), ("3", 2, 1)]


def test_paragraphs_of_a_cell_are_lines() -> None:
    (table,) = tables_of(read_body(tbl(tr(tc(p("商业") + p("") + p("企业")), "1"))))
    assert table.rows[0][0].text == "商业\n企业"


def test_list_numbers_stand_before_headings_and_labels() -> None:
    body = (
        p("总体情况", properties=listed(1, 0))
        + p("公开", properties=listed(1, 1))
        + p("申请", properties=listed(1, 1))
        + p("数据", properties=listed(1, 0))
        + p("又从一起", properties=listed(1, 1))
        + tbl(tr(tc(p("项目", properties=listed(1, 2))), "5"), tr(tc(p("项目", properties=listed(1, 2))), "6"))
        + p("另起", properties=listed(2, 0))
        + p("不编号", properties=listed(0, 0))
    )
    document = read_body(body, numbering=NUMBERING)
    assert texts_of(document) == [
        "一、总体情况",
        "（一）公开",
        "（二）申请",
        "二、数据",
        "（一）又从一起",
        "四、另起",
        "不编号",
    ]
    assert [row[0].text for row in tables_of(document)[0].rows] == ["1.项目", "2.项目"]


def test_list_number_that_hangs_on_a_style() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 1"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    document = read_body(p("情况", properties='<w:pStyle w:val="h"/>') * 2, numbering=NUMBERING, styles=styles)
    assert [(b.text, b.role) for b in document.blocks] == [("一、情况", "heading"), ("二、情况", "heading")]


def test_a_figure_does_not_grow_together_with_its_list_number() -> None:
    (table,) = tables_of(read_body(tbl(tr(tc(p("5", properties=listed(1, 2))), "6")), numbering=NUMBERING))
    assert table.rows[0][0].text == "1. 5"


@pytest.mark.parametrize(
    ("number", "kind", "printed"),
    [
        (12, "chineseCounting", "十二"),
        (20, "japaneseCounting", "二十"),
        (105, "chineseCountingThousand", "一百零五"),
        (2010, "chineseCountingThousand", "二千零一十"),
        (10, "ideographDigital", "一〇"),
        (3, "ideographTraditional", "丙"),
        (11, "decimalEnclosedCircle", "⑪"),
        (21, "decimalEnclosedCircle", "21"),
        (4, "upperRoman", "IV"),
        (7, "decimalZero", "07"),
        (5, "unheardOf", "5"),
    ],
)
def test_number_formats(number: int, kind: str, printed: str) -> None:
    assert number_in_format(number, kind) == printed


def test_accepted_changes_count_and_hidden_text_does_not() -> None:
    body = p(
        "保留",
        f"<w:ins>{r('新增')}</w:ins>",
        "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>",
        f"<w:moveFrom>{r('移走')}</w:moveFrom>",
        f"<w:moveTo>{r('移来')}</w:moveTo>",
        r("隐藏", "<w:vanish/>"),
        r("显示", '<w:vanish w:val="0"/>'),
    )
    assert texts_of(read_body(body)) == ["保留新增移来显示"]


def test_struck_and_raised_figures_do_not_grow_together_with_those_beside() -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    body = p(r("77", "<w:strike/>"), r("36")) + p(r("77", "<w:dstrike/>"), "36") + p("36", r("1", raised))
    body += p("36", f'<w:r><w:rPr>{raised}</w:rPr><w:footnoteReference w:id="2"/></w:r>')
    body += p(r("36", '<w:strike w:val="0"/><w:vertAlign w:val="baseline"/>'))
    assert texts_of(read_body(body)) == ["~77~36", "~77~36", "36^1", "36", "36"]


def test_figures_at_different_heights_do_not_grow_together() -> None:
    up, less, down = (f'<w:position w:val="{height}"/>' for height in (6, 3, -6))
    raised = '<w:vertAlign w:val="superscript"/>'
    body = p("5", r("2", up)) + p(r("5", up), "2") + p("5", r("2", down)) + p("5", r("", up), r("2", up))
    body += p("5", r("2", up + raised)) + p(r("5", "<w:strike/>"), r("2", up))
    assert texts_of(read_body(body)) == ["5^2", "5^2", "5^2", "5^2", "5^2", "~5~2"]
    body = p(r("5", up), r("2", up)) + p("5", r("2", less)) + p("公开5", r("件", up), "2") + p("5", r("", up), "2")
    body += p("5") + p(r("2", up)) + p("5", r("9", up + "<w:vanish/>"), "2")
    assert texts_of(read_body(body)) == ["52", "52", "公开5件2", "52", "5", "2", "52"]


def test_deleted_paragraph_end_joins_and_deleted_row_goes() -> None:
    body = (
        p("前半", properties="<w:rPr><w:del/></w:rPr>")
        + p("后半")
        + tbl(tr("1", "2"), tr("3", "4", properties="<w:del/>"))
    )
    document = read_body(body)
    assert texts_of(document) == ["前半后半"]
    assert len(tables_of(document)[0].rows) == 1


def test_fields_give_their_result_only() -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText>HYPERLINK x</w:instrText></w:r>"
    body = p("见", mark("begin"), code, r("码"), mark("separate"), "结果", mark("end"), "。")
    assert texts_of(read_body(body)) == ["见结果。"]


def test_signs_that_are_elements() -> None:
    inner = "<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:softHyphen/><w:noBreakHyphen/>"
    symbol = '<w:sym w:font="Symbol" w:char="F032"/>'
    assert texts_of(read_body(p(f"<w:r>{inner}{symbol}</w:r>"))) == ["a\tb\nc-2"]


def text_box(content: str) -> str:
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{content}'
        f"</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{content}"
        "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_text_boxes_are_read_once_and_in_place() -> None:
    document = read_body(p("前", text_box(p("框") + tbl(tr("1", "2"), tr("3", "4")))) + p("后"))
    assert texts_of(document) == ["前", "框", "后"]
    assert len(tables_of(document)) == 1


def test_text_box_in_a_cell_joins_the_cell() -> None:
    (table,) = tables_of(read_body(tbl(tr(tc(p("甲", text_box(p("乙")))), "1"))))
    assert table.rows[0][0].text == "甲\n乙"


def test_layout_table_dissolves_and_inner_tables_come_out() -> None:
    inner = tbl(tr("1", "2"), tr("3", "4"))
    outer = tbl(tr(tc(p("标题"))), tr(tc(inner + p("中间") + inner)), tr(tc(p("结尾"))))
    document = read_body(outer)
    assert [type(block).__name__ for block in document.blocks] == [
        "Paragraph",
        "Table",
        "Paragraph",
        "Table",
        "Paragraph",
    ]
    assert [table.locator for table in tables_of(document)] == ["table 1", "table 2"]


def test_table_of_one_cell_is_no_table() -> None:
    document = read_body(tbl(tr(tc(p("甲") + p("乙")))))
    assert texts_of(document) == ["甲", "乙"]
    assert not tables_of(document)


def test_inner_table_of_a_data_table_is_text_of_its_cell() -> None:
    (table,) = tables_of(read_body(tbl(tr("a", "b", "c"), tr("d", tc(tbl(tr("1", "2")) + p("")), "f"))))
    assert table.rows[1][1].text == "1\t2"


def test_content_controls_are_opened_at_every_level() -> None:
    def sdt(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    body = sdt(p("段", sdt(r("内")))) + tbl(sdt(tr(sdt(tc("1")), "2")))
    document = read_body(body)
    assert texts_of(document) == ["段内"]
    assert [cell.text for cell in tables_of(document)[0].rows[0]] == ["1", "2"]


def test_headers_footers_and_notes_are_running() -> None:
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rheader1"/>'
        '<w:footerReference w:type="default" r:id="rfooter1"/></w:sectPr>'
    )
    notes = f'<w:footnote w:type="separator">{p("线")}</w:footnote><w:footnote>{p("注")}</w:footnote>'
    document = read_body(p("正文") + section, header1=p("眉"), footer1=p("— 1 —"), footnotes=notes)
    assert [(b.text, b.role) for b in document.blocks] == [
        ("眉", "running"),
        ("正文", "text"),
        ("注", "running"),
        ("— 1 —", "running"),
    ]


def test_contents_are_chrome() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="toc 1"/></w:style>'
    document = read_body(p("一、总体情况1", properties='<w:pStyle w:val="c"/>'), styles=styles)
    assert [block.role for block in document.blocks] == ["chrome"]


def test_pinyin_above_characters_is_left_out() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{r('gōng')}</w:rt><w:rubyBase>{r('公')}</w:rubyBase></w:ruby></w:r>"
    assert texts_of(read_body(p(ruby, "开"))) == ["公开"]


def test_pictures_are_counted_and_embedded_documents_noted() -> None:
    picture = '<w:r><w:drawing><pic:pic><a:blip r:embed="x"/></pic:pic></w:drawing></w:r>'
    document = read_body(p("图", picture) + '<w:altChunk r:id="y"/>')
    assert document.pictures == 1
    assert "altChunk" in document.notes[0]


def test_strict_namespaces() -> None:
    with zipfile.ZipFile(io.BytesIO(docx_package(p("严格")))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    old = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    files["word/document.xml"] = files["word/document.xml"].replace(old, strict)
    assert texts_of(docx.read(zipped(files))) == ["严格"]


def refused(data: bytes) -> str:
    with pytest.raises(Quarantined) as caught:
        docx.read(data)
    assert caught.value.detail
    return caught.value.reason_code


def test_what_cannot_be_read_says_so() -> None:
    whole = printed_matrix()
    assert refused(b"PK\x03\x04 no package") == "unreadable"
    assert refused(whole[: len(whole) // 2]) == "unreadable"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "encrypted"
    assert refused(docx_package("<w:p>")) == "unreadable"


def test_entities_and_bombs_are_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(docx_package(p("x")))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    bomb = {**files, "word/document.xml": files["word/document.xml"] + " " * 20_000_000}
    assert refused(zipped(bomb)) == "too_large"
    evil = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + files["word/document.xml"].replace(
        ">x<", ">&e;<"
    )
    assert refused(zipped({**files, "word/document.xml": evil})) == "unreadable"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_damaged_bytes_give_a_document_or_a_reason(seed: int) -> None:
    assert outcome(docx.read, damaged(WHOLE, seed)) in OUTCOMES


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_damaged_xml_gives_a_document_or_a_reason(seed: int) -> None:
    rng = random.Random(seed)
    name = rng.choice(["word/document.xml", "word/numbering.xml", "word/styles.xml", "_rels/.rels"])
    text = PARTS[name]
    for _ in range(rng.randint(1, 6)):
        begin = rng.randrange(len(text))
        end = min(len(text), begin + rng.randint(0, 12))
        text = text[:begin] + rng.choice(["", "9", "-1", "w:", "<w:p/>", "9" * 11, text[begin:end] * 2]) + text[end:]
    assert outcome(docx.read, zipped({**PARTS, name: text})) in OUTCOMES


WHOLE = printed_matrix()
with zipfile.ZipFile(io.BytesIO(WHOLE)) as _archive:
    PARTS = {name: _archive.read(name).decode() for name in _archive.namelist() if name.endswith((".xml", ".rels"))}
