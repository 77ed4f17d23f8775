from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers.document import Document, Paragraph, Table
from pipelines.readers.errors import Quarantined
from pipelines.readers.html import read, source_to_document
from pipelines.readers.limits import Limits

PROSE = "本机关认真落实各项要求，全年收到各类申请若干件，均在期限内办结，没有积压。"
ROWS = "".join(f"<tr><td>第{row}项</td><td>{row}</td><td>{row * 7}</td><td>0</td></tr>" for row in range(1, 9))


def page(body: str, head: str = "") -> Document:
    return source_to_document(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>")


def texts(document: Document, role: str | None = None) -> list[str]:
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    return [block.text for block in paragraphs if role is None or block.role == role]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def grid(table: Table) -> list[list[tuple[str, int, int, int]]]:
    return [[(cell.text, cell.column, cell.column_span, cell.row_span) for cell in row] for row in table.rows]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_spans_give_every_cell_its_column():
    document = page(
        "<table><tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>丙</td><td>丁</td></tr>"
        "<tr><td>1</td><td>2</td><td>3</td></tr></table>"
    )
    assert grid(tables(document)[0]) == [
        [("甲", 0, 1, 2), ("乙", 1, 2, 1)],
        [("丙", 1, 1, 1), ("丁", 2, 1, 1)],
        [("1", 0, 1, 1), ("2", 1, 1, 1), ("3", 2, 1, 1)],
    ]
    assert tables(document)[0].rows[1][1].locator == "table 1 row 2 column 3"


def test_span_bombs_cost_nothing():
    bomb = "<td colspan=99999999 rowspan=99999999>x</td>" * 50
    document = page(f"<table><tr>{bomb}</tr><tr><td>1</td></tr></table>")
    (table,) = tables(document)
    assert [cell.row_span for cell in table.rows[0]] == [2] * 50
    assert max(cell.column_span for cell in table.rows[0]) <= Limits().columns


def test_a_colspan_wider_than_the_table_ends_with_it():
    document = page("<table><tr><td colspan=100>头</td></tr><tr><td>甲</td><td>1</td></tr></table>")
    assert grid(tables(document)[0])[0] == [("头", 0, 2, 1)]


def test_rowspan_zero_reaches_to_the_end_of_its_group():
    document = page(
        "<table><tbody><tr><td rowspan=0>甲</td><td>1</td></tr><tr><td>2</td></tr></tbody>"
        "<tbody><tr><td>3</td><td>4</td></tr></tbody></table>"
    )
    assert grid(tables(document)[0]) == [
        [("甲", 0, 1, 2), ("1", 1, 1, 1)],
        [("2", 1, 1, 1)],
        [("3", 0, 1, 1), ("4", 1, 1, 1)],
    ]


def test_unclosed_cells_groups_out_of_order_and_captions():
    document = page(
        "<table><caption>表名</caption><tfoot><tr><td>合计<td>3</tfoot><tbody><tr><td>甲<td>1<tr><td>乙<td>2</tbody>"
        "<thead><tr><th>项<th>数</thead></table>"
    )
    assert texts(document) == ["表名"]
    assert rows(tables(document)[0]) == [["项", "数"], ["甲", "1"], ["乙", "2"], ["合计", "3"]]


def test_a_layout_table_dissolves_into_what_it_holds_in_order():
    inner = f"<table>{ROWS}</table>"
    document = page(
        f"<table><tr><td><a href=/>导航</a></td><td><p>标题</p><p>{PROSE}</p>{inner}<p>落款</p></td></tr></table>"
    )
    kinds = [block.text if isinstance(block, Paragraph) else "TABLE" for block in document.blocks]
    assert kinds == ["导航", "标题", PROSE, "TABLE", "落款"]
    assert rows(tables(document)[0])[2] == ["第3项", "3", "21", "0"]


def test_a_page_in_one_long_cell_dissolves():
    document = page(f"<table><tr><td>目录</td><td>{f'<p>{PROSE}</p>' * 20}</td></tr></table>")
    assert not tables(document)
    assert texts(document).count(PROSE) == 20


def test_a_data_table_keeps_its_shape_when_one_cell_holds_a_table():
    document = page(
        f"<table>{ROWS}<tr><td>附</td><td><table><tr><td>x<td>y</table></td><td>1</td><td>2</td></tr></table>"
    )
    (table,) = tables(document)
    assert rows(table)[-1] == ["附", "x y", "1", "2"]


def test_a_report_printed_as_one_table_is_parted_at_its_long_texts():
    document = page(
        f"<table><tr><td colspan=4>{PROSE * 5}</td></tr>{ROWS}<tr><td colspan=4>{PROSE * 5}</td></tr>{ROWS}</table>"
    )
    first, second = tables(document)
    assert texts(document) == [PROSE * 5, PROSE * 5]
    assert first.locator == second.locator == "table 1"
    assert second.rows[0][0].locator == "table 1 row 11 column 1"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p class=MsoNormal><span lang=EN-US>1</span><span>2</span><o:p></o:p></p>", "12"),
        ("<p>1</p><p>2</p>", "1\n2"),
        ("1<br>2", "1\n2"),
        ("结<br/>果<br/>维", "结\n果\n维"),
        ("&nbsp;", ""),
        ("\n   5\n  ", "5"),
        ("12<sup>1</sup>", "12^1"),
        ("12<sup></sup>", "12"),
        ("<s>12</s>15", "~12~15"),
        ("<span style='text-decoration: line-through'>12</span>15", "~12~15"),
        ("<del>12</del><ins>15</ins>", "15"),
        ("<input value='3'>", "3"),
        ("<input type=hidden value='3'>4", "4"),
        ("<textarea> 7 </textarea>", "7"),
        ("<span style='display:none'>9</span>3", "3"),
        ("<span hidden>9</span>3", "3"),
        ("<span style='&#100;isplay:&#110;one'>9</span>3", "3"),
        ("<span style='DISPLAY : NONE'>9</span>3", "3"),
        ("<span style='mso-hide:all'>9</span>3", "3"),
        ("<!-- 9 -->3<!--[if gte mso 9]><b>9</b><![endif]-->", "3"),
        ("<![if !supportEmptyParas]>3<![endif]>", "3"),
        ("<script>document.write(9)</script>3", "3"),
        ("3<svg style='vertical-align:super'><text>9</text></svg>", "3"),
        ("1<xd>2</xd>", "1\n2"),
        ("<span style='display:block'>1</span><span style='display:block'>2</span>", "1\n2"),
        ("<div>1</div>2", "1\n2"),
        ("1\x002", "1\ufffd2"),
        ("&#49;&#x32;", "12"),
        ("<st1:chmetcnv unitname='件'>3件</st1:chmetcnv>", "3件"),
        ("<ruby>政<rp>(</rp><rt>zhèng</rt><rp>)</rp></ruby>", "政"),
    ],
)
def test_the_text_of_a_cell_is_what_is_shown(cell, text):
    document = page(f"<table><tr><td>甲</td><td>{cell}</td></tr></table>")
    assert rows(tables(document)[0]) == [["甲", text]]


def test_paragraphs_and_broken_lines_are_blocks_of_their_own():
    document = page("<h1>题</h1>散<p>一<br>二</p><div>三<div>四</div>五</div><ul><li>六<li>七</ul>")
    assert texts(document) == ["题", "散", "一", "二", "三", "四", "五", "六", "七"]
    assert document.blocks[0].role == "heading"
    assert document.blocks[3].locator == "paragraph 4"


def test_soft_breaks_vanish_between_ideographs_and_stay_between_digits():
    assert texts(page("<p>收到\n   申请1\n2件\n，办结</p>")) == ["收到申请1 2件，办结"]


def test_an_article_that_fades_in_is_read_and_a_note_that_does_is_not():
    style = "visibility: hidden; opacity: 0;"
    document = read(
        f"<div style='{style}'><p>甲</p><table><tr><td>乙</td></tr></table></div><p style='{style}'>丙</p>".encode()
    )
    assert "乙" in str(document.blocks)
    assert "丙" not in str(document.blocks)


def test_nothing_hidden_scripted_or_commented_is_read():
    document = page(
        "<div style='display:none'>甲</div><p hidden>乙</p><p class=gone>丙</p><p class='gone back'>丁</p>"
        "<script>var t='<table><tr><td>1</td></tr></table>'</script><noscript>戊</noscript><template>己</template>"
        "<select><option>庚</select><textarea style='visibility:hidden'>辛</textarea><p>见</p>",
        "<style>@media print{p{display:none}} .gone{display:none} .back{display:block}</style>",
    )
    assert texts(document) == ["丁", "见"]


def test_a_page_built_by_script_has_no_blocks():
    assert page("<div id=app></div><script>load()</script>").blocks == ()


def test_frames_are_not_followed():
    assert source_to_document("<html><frameset cols=*><frame src=a.html></frameset></html>").blocks == ()


def test_the_site_around_the_report_is_chrome():
    document = page(
        f"<div class=header><a href=/>首页</a></div><div class=crumbs>位置：<a href=/>首页</a></div>"
        f"<div class=main><div class=t>某局2023年工作报告</div>"
        f"<div><span>时间：2024-01-20</span><span>来源：某局</span></div>"
        f"<div class=c><p>{PROSE}</p><table>{ROWS}</table><p>某局</p></div></div>"
        f"<div>主办单位：某县政府</div>",
        "<title>某局2023年工作报告-某县网站</title>",
    )
    assert texts(document, "title") == ["某局2023年工作报告"]
    assert texts(document, "text") == [PROSE, "某局"]
    assert texts(document, "chrome") == ["首页", "位置： 首页", "时间：2024-01-20 来源：某局", "主办单位：某县政府"]
    assert document.title == "某局2023年工作报告-某县网站"


def test_a_table_outside_the_guessed_content_is_still_a_table():
    document = page(f"<div><p>{PROSE}</p><p>{PROSE}</p></div><div class=footer><table>{ROWS}</table></div>")
    assert len(tables(document)) == 1
    assert texts(document, "chrome") == []


def test_the_foot_ends_the_article_and_a_calendar_is_no_data():
    calendar = "".join(f"<tr>{''.join(f'<td>{day}</td>' for day in range(7))}</tr>" for _ in range(4))
    document = page(
        f"<div><table>{calendar}</table><p>热点</p></div><div><div><p>{PROSE}</p></div><div><table>{ROWS}</table></div>"
        "<div><p>某局</p></div><div><p>主办单位：某县政府</p></div><div>地址：某路1号</div></div>"
    )
    assert texts(document, "text") == [PROSE, "某局"]
    assert texts(document, "chrome")[-3:] == ["热点", "主办单位：某县政府", "地址：某路1号"]
    assert len(tables(document)) == 2


def test_a_small_table_beside_the_content_is_chrome_row_by_row():
    document = page(
        f"<div><table><tr><td>索引号</td><td>A-1</td></tr><tr><td>发布机构</td><td>某局</td></tr></table></div>"
        f"<div><p>{PROSE}</p><table>{ROWS}</table></div>"
    )
    assert texts(document, "chrome") == ["索引号 A-1", "发布机构 某局"]


def test_long_navigation_is_cut_short_and_plain_text_is_not():
    links = "".join(f"<li><a href=/{number}>栏目{number}</a></li>" for number in range(1000))
    document = page(f"<ul>{links}</ul><div><p>{PROSE}</p><table>{ROWS}</table></div><div>网站标识码：1234567890</div>")
    assert len(document.blocks) < 200
    assert "网站标识码：1234567890" in texts(document, "chrome")


def test_what_the_page_says_about_itself():
    document = source_to_document(
        "<!-- saved from url=(0023)http://example.test/a.htm --><html><head>"
        "<meta name=PubDate content='2024-01-20'><meta property='og:title' content=题><meta name=empty content=''>"
        "<link rel=canonical href='http://example.test/b.htm'></head><body>x</body></html>"
    )
    assert document.metadata == (
        ("PubDate", "2024-01-20"),
        ("og:title", "题"),
        ("canonical", "http://example.test/b.htm"),
        ("saved_from", "http://example.test/a.htm"),
    )


def test_what_the_page_says_in_its_body_counts_unless_it_is_not_shown():
    document = page(
        "<svg><title>图标</title></svg><noscript><meta name=a content=1></noscript>"
        f"<div><meta name=ArticleTitle content=题><p>{PROSE}<meta name=b content=2></p></div><title>名</title>"
    )
    assert document.title == "名"
    assert document.metadata == (("ArticleTitle", "题"), ("b", "2"))


def test_a_style_sheet_hides_wherever_it_stands_and_however_it_is_written():
    document = page(
        "<p class=a>甲</p><p class=b>乙</p><div><Style>.b{display:none}</Style></div>",
        "<STYLE>.a{display:none}</STYLE>",
    )
    assert document.blocks == ()


def test_a_link_is_named_by_what_is_shown_of_it():
    link = "<a href='/f/1.pdf'><svg><title>图标</title></svg>年度<b>报告</b><script>var a</script></a>"
    assert page(f"<p>{PROSE}{link}</p>").attachments == ("年度报告 (1.pdf)",)


def test_a_cell_from_above_is_gone_round_in_every_row_that_it_covers():
    document = page(
        "<table><tr><td rowspan=3>甲</td><td>1</td><td rowspan=2 colspan=2>乙</td></tr><tr><td>2</td><td>3</td></tr>"
        "<tr><td>4</td><td>5</td></tr><tr><td>6</td><td>7</td></tr></table>"
    )
    assert [[cell[1] for cell in row] for row in grid(tables(document)[0])] == [[0, 1, 2], [1, 4], [1, 2], [0, 1]]


def test_attachments_are_named_and_pages_are_none():
    document = page(
        "<a href='/f/P020240120.docx'>报告全文</a><a href='x.aspx?id=1'>附件.pdf</a><a href='/a/b.html'>别的</a>"
        "<a href='/d.jsp?name=%E8%A1%A8.xls&v=1'></a><iframe src='/v.html?file=/u/%E6%8A%A5.pdf'></iframe>"
    )
    assert document.attachments == ("报告全文 (P020240120.docx)", "附件.pdf", "表.xls", "报.pdf")


def test_pictures_of_the_body_are_counted_and_icons_are_not():
    document = page(
        f"<div class=header><img src=/banner1.jpg></div><div><p>{PROSE}</p><img src='/W02024.jpg'>"
        "<img src='/W02025.png' width=600><img src=/images/icon_doc.gif><img src=x.png width=16 height=16></div>"
    )
    assert document.pictures == 2


def test_pinyin_in_brackets_is_taken_out_where_it_is_systematic():
    syllable = "政(zhèng)府(fǔ)信(xìn)息(xī)"
    document = page(f"<p>{syllable * 6}</p><table><tr><td>自(zì)然(rán)人(rén)</td><td>3</td></tr></table>")
    assert texts(document) == ["政府信息" * 6]
    assert rows(tables(document)[0]) == [["自然人", "3"]]
    assert texts(page("<p>规章(guī)</p>")) == ["规章(guī)"]


def test_tables_made_of_styled_elements_are_tables():
    row = (
        "<div style='display: table-row'><div style='display:table-cell'>{}</div>"
        "<span style='display:table-cell'>{}</span></div>"
    )
    by_style = f"<div style='display:table'>{''.join(row.format(name, n) for n, name in enumerate('甲乙丙'))}</div>"
    by_role = (
        "<div role=table><div role=rowgroup><div role=row><span role=rowheader>甲</span><span role=cell>1</span></div>"
        "</div></div>"
    )
    first, second = tables(page(by_style + by_role))
    assert rows(first) == [["甲", "0"], ["乙", "1"], ["丙", "2"]]
    assert rows(second) == [["甲", "1"]]


def test_preformatted_text_is_read_by_its_lines():
    document = page("<pre>\n项目\t自然人\t合计\n甲\t1\t2\n</pre>")
    assert [rows(table) for table in tables(document)] == [[["项目", "自然人", "合计"], ["甲", "1", "2"]]]


def test_lines_with_tabs_between_breaks_are_rows():
    document = page("<p>项目\t自然人\t合计<br>甲\t1\t2<br>说明文字</p>")
    assert [rows(table) for table in tables(document)] == [[["项目", "自然人", "合计"], ["甲", "1", "2"]]]
    assert texts(document) == ["说明文字"]


def test_a_fragment_in_plain_text_keeps_its_lines():
    document = source_to_document(f"标题\n\n第一行\n第二行\n<table>{ROWS}</table>\n完")
    assert texts(document) == ["标题", "第一行", "第二行", "完"]
    assert len(tables(document)) == 1


@pytest.mark.parametrize(
    ("end", "is_open"), [("<td>12", True), ("<td>12</td>", False), ("<td>12</t", False), ("</table>\n", False)]
)
def test_a_page_cut_inside_a_text_is_open(end, is_open):
    assert source_to_document(f"<table><tr><td>甲</td>{end}").ends_open is is_open


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "big5", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_wrong_declared_charset_does_no_harm(declared, encoding):
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    source = f"<html><head>{meta}</head><body><p>{PROSE}</p>"
    assert texts(read(source.encode(encoding))) == [PROSE]


@pytest.mark.parametrize("tag", ["div", "span", "b", "table", "ul><li", "font color=red", "blockquote"])
def test_deep_nesting_costs_no_stack(tag):
    assert texts(page(f"<{tag}>" * 4_000 + "底"))[-1:] == ["底"]


def test_a_row_with_a_run_of_broken_bytes_is_not_legible():
    for place in ("<td>", "<td class='", "<t"):
        broken = ROWS.replace("<td>2</td><td>14</td>", place + "\x00" * 9)
        (table,) = tables(page(f"<table>{broken}</table>"))
        assert [all(cell.legible for cell in row) for row in table.rows][:4] == [True, False, True, True]


def test_absurd_nesting_and_size_are_too_large():
    for source, limits in (("<div>" * 300_000, Limits()), ("<b></b>" * 2000, Limits(nodes=1000))):
        with pytest.raises(Quarantined) as caught:
            source_to_document(source, limits)
        assert caught.value.reason_code == "too_large"


@pytest.mark.parametrize(
    "bomb",
    [
        "<style>none" + "/*" * 50_000 + "</style>",
        "<style>none" + "@" * 100_000 + "</style>",
        "<style>" + ".a .b .c div div div{display:none}" * 50 + "</style>" + "<div class='a b c'>" * 1000,
        f"<a href='{'a' * 2000}'>x</a>" * 300,
        f"<meta name=title content='a{' ' * 15_000}b'>",
        "<p>字" + " " * 200_000 + "字",
        "<p>政" + "(a" * 50_000,
        "".join(f"<font color={n}>" for n in range(1000)) + "<p>x" * 1000,
        "<div " + " ".join(f"a{n}=1" for n in range(5000)) + ">",
        "<table>" + "<tr>" + "<td colspan=100>x" * 50 + "<tr><td>y" * 500 + "</table>",
    ],
)
def test_bombs_are_read_in_time(bomb):
    assert "完" in str(source_to_document(bomb + "</p><p>完"))


def test_tables_of_absurd_size_and_tags_of_absurd_length_are_too_large():
    for source in (
        "<table><tr>" + "<td colspan=100>x" * 5000 + "<tr><td>y" * 5000,
        "<div " + " ".join(f"a{n}=1" for n in range(30_000)) + ">",
    ):
        with pytest.raises(Quarantined) as caught:
            source_to_document(source)
        assert caught.value.reason_code == "too_large"


def test_tables_in_tables_without_end_are_still_text():
    document = page("<table><tr><td>" * 500 + "底")
    assert "底" in texts(document)


def test_entity_definitions_are_not_expanded():
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">'
        "]><html><body><p>&b;&b;</p>"
    )
    assert len(str(source_to_document(bomb).blocks)) < 300


@st.composite
def tilings(draw: st.DrawFn) -> list[list[tuple[str, int, int, int]]]:
    """A grid filled by spanned cells, row by row as they begin: text, column, column span, row span."""
    height, width = draw(st.integers(2, 8)), draw(st.integers(2, 8))
    free = [[True] * width for _ in range(height)]
    result: list[list[tuple[str, int, int, int]]] = []
    for row in range(height):
        result.append([])
        for column in range(width):
            if not free[row][column]:
                continue
            room = next((x for x in range(column, width) if not free[row][x]), width) - column
            across = draw(st.integers(1, min(3, room)))
            down = draw(st.integers(1, min(3, height - row)))
            for y in range(row, row + down):
                free[y][column : column + across] = [False] * across
            result[-1].append((str(draw(st.integers(0, 99))), column, across, down))
    return result


@settings(max_examples=200, deadline=None)
@given(tilings(), st.booleans())
def test_any_spanned_table_reads_back_as_printed(cells, is_closed):
    end = "</td>" if is_closed else ""
    body = "".join(
        "<tr>" + "".join(f"<td colspan={across} rowspan='{down}'>{text}{end}" for text, _, across, down in row)
        for row in cells
    )
    document = page(f"<table><tr><td>x<td>y{'<td>z' * 6}</tr>{body}</table>")
    assert grid(tables(document)[0])[1:] == cells


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/=\"' tdrablepsn123&;!-\n甲", max_size=300))
def test_any_markup_gives_a_document(source):
    assert source_to_document(source).source_format == "html"
