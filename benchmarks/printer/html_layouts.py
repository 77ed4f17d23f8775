"""Prints a paper as a web page, in each layout in which sites serve reports.

A layout is a function ``Paper -> str``; ``PAGES`` names those that hold a report, ``EMPTY_PAGES``
those whose tables a reader cannot have.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from html import escape

from benchmarks.printer.paper import Cell, Grid, Line, Paper
from benchmarks.printer.text_layouts import traditional

Page = Callable[[Paper], str]
CellPrinter = Callable[[Cell, bool], str]


def _text(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br/>")


def _spans(cell: Cell) -> str:
    columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return columns + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")


def _plain_cell(cell: Cell, head: bool) -> str:
    name = "th" if head else "td"
    return f"<{name}{_spans(cell)}>{_text(cell.text) or '&nbsp;'}</{name}>"


def _word_cell(cell: Cell, head: bool) -> str:
    weight = "font-weight:bold;" if head else ""
    inner = _text(cell.text) or "&nbsp;"
    if len(inner) > 8 and "<" not in inner and "&" not in inner:
        middle = len(inner) // 2
        inner = f"{inner[:middle]}</span><span style='{weight}font-size:10.5pt'>{inner[middle:]}"
    return (
        f"<td width={40 * cell.columns} valign=center{_spans(cell)} style='border:solid windowtext 1.0pt'>"
        f"<p class=MsoNormal align=center style='text-align:center;line-height:15.0pt'>"
        f"<span style='font-family:宋体;{weight}font-size:10.5pt'>{inner}<o:p></o:p></span></p></td>"
    )


def _paragraph_cell(cell: Cell, head: bool) -> str:
    text = f"<strong>{_text(cell.text)}</strong>" if head else f"<span>{_text(cell.text)}</span>"
    return f"<td{_spans(cell)}>\n  <p>\n    {text}\n  </p>\n</td>"


def _row(cells: Iterable[Cell], head: bool, printer: CellPrinter) -> str:
    return "<tr>" + "".join(printer(cell, head) for cell in cells) + "</tr>"


def _table(grid: Grid, printer: CellPrinter = _plain_cell, attributes: str = ' border="1"') -> str:
    rows = [_row(row, number < grid.head, printer) for number, row in enumerate(grid.rows)]
    return f"<table{attributes}><tbody>\n" + "\n".join(rows) + "\n</tbody></table>"


_TAGS = {"title": "h1", "heading": "h2", "text": "p", "source": "p", "signature": "p"}


def _line(line: Line) -> str:
    name = _TAGS[line.kind]
    return f"<{name}>{_text(line.text)}</{name}>"


def _body(paper: Paper, table: Callable[[Grid], str] = _table, line: Callable[[Line], str] = _line) -> str:
    return "\n".join(table(b) if isinstance(b, Grid) else line(b) for b in paper.blocks)


def _page(paper: Paper, body: str, head: str = '<meta charset="utf-8">') -> str:
    title = _text(paper.title.replace("\n", ""))
    return f"<!DOCTYPE html>\n<html><head>{head}<title>{title}</title></head>\n<body>\n{body}\n</body></html>\n"


def clean(paper: Paper) -> str:
    """Headings, paragraphs and three tables with spans."""
    return _page(paper, _body(paper))


def thead(paper: Paper) -> str:
    """Tables with ``thead``, ``caption`` and ``colgroup``."""

    def table(grid: Grid) -> str:
        rows = [_row(row, number < grid.head, _plain_cell) for number, row in enumerate(grid.rows)]
        head = f"<thead>{''.join(rows[: grid.head])}</thead>" if grid.head else ""
        columns = "<colgroup>" + "<col>" * grid.width + "</colgroup>"
        return f"<table>{columns}{head}<tbody>{''.join(rows[grid.head :])}</tbody></table>"

    return _page(paper, _body(paper, table))


_WORD_HEAD = (
    '<meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">'
    "<style><!-- p.MsoNormal {margin:0cm;font-size:10.5pt} @page WordSection1 {size:595.3pt 841.9pt} --></style>"
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->"
)


def word(paper: Paper) -> str:
    """As Word exports it: a paragraph and a span in every cell, a run torn in the middle of words."""

    def line(block: Line) -> str:
        style = "text-align:center" if block.kind == "title" else "text-indent:32.0pt"
        size = 22 if block.kind == "title" else 16
        return (
            f"<p class=MsoNormal style='{style}'><span lang=EN-US><o:p></o:p></span>"
            f"<span style='font-size:{size}.0pt;font-family:仿宋'>{_text(block.text)}</span></p>"
        )

    def table(grid: Grid) -> str:
        return _table(grid, _word_cell, " class=MsoNormalTable border=1 cellspacing=0 cellpadding=0")

    return _page(paper, f"<div class=WordSection1>{_body(paper, table, line)}</div>", _WORD_HEAD)


def nested(paper: Paper) -> str:
    """The whole report in a cell of a layout table, each data table in a layout table of its own."""

    def table(grid: Grid) -> str:
        inner = _table(grid, _paragraph_cell)
        return f'<table width="100%" cellpadding="0"><tr><td align="center">{inner}</td></tr></table>'

    body = (
        '<table width="980" align="center"><tr><td colspan="2">'
        "<table><tr><td>首页</td><td>机构</td><td>公开</td></tr></table>"
        '</td></tr><tr><td width="200" valign="top"><ul><li>公开指南</li><li>公开年报</li></ul></td>'
        f'<td class="content">{_body(paper, table)}</td></tr><tr><td colspan="2">网站地图 | 联系我们</td></tr></table>'
    )
    return _page(paper, body)


def _widened(grid: Grid, width: int) -> list[list[Cell]]:
    """The rows of a grid moved to ``width`` columns, the first label column taking what is new."""
    more = width - grid.width
    rows = []
    for row in grid.rows:
        moved = []
        for cell in row:
            if cell.column == 0:
                moved.append(cell._replace(columns=cell.columns + more))
            else:
                moved.append(cell._replace(column=cell.column + more))
        rows.append(moved)
    return rows


def one_table(paper: Paper) -> str:
    """The three tables as one, a heading across the full width before each part, as Word forms have it."""
    rows, width = [], 15
    for block in paper.blocks:
        if isinstance(block, Grid):
            rows += [_row(row, False, _plain_cell) for row in _widened(block, width)]
        elif block.kind in ("heading", "title"):
            rows.append(f'<tr><td colspan="{width}"><b>{_text(block.text)}</b></td></tr>')
        else:
            rows.append(f'<tr><td colspan="{width}">{_text(block.text)}</td></tr>')
    return _page(paper, '<table border="1">' + "\n".join(rows) + "</table>")


def _reaching(rows: tuple[tuple[Cell, ...], ...], cut: int) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """Rows above and below a cut; a cell that crosses it ends there and goes on, without its text, below."""
    above = [[c._replace(rows=min(c.rows, cut - n)) for c in row] for n, row in enumerate(rows[:cut])]
    going = [
        c._replace(text="", rows=n + c.rows - cut) for n, row in enumerate(rows[:cut]) for c in row if n + c.rows > cut
    ]
    below = [list(row) for row in rows[cut:]]
    below[0] = sorted([*going, *below[0]], key=lambda c: c.column)
    return above, below


def _cut_table(grid: Grid, *, repeated: bool) -> str:
    if grid.name != "application":
        return _table(grid)
    above, below = _reaching(grid.rows, grid.head + 12)
    head = [list(row) for row in grid.rows[: grid.head]] if repeated else []
    parts = [above, [*head, *below]]
    tables = ['<table border="1">' + "".join(_row(r, False, _plain_cell) for r in part) + "</table>" for part in parts]
    return "<p>&nbsp;</p>".join(tables)


def cut(paper: Paper) -> str:
    """The applications table in two, the second part without header."""
    return _page(paper, _body(paper, lambda grid: _cut_table(grid, repeated=False)))


def cut_repeated(paper: Paper) -> str:
    """The applications table in two, the header repeated."""
    return _page(paper, _body(paper, lambda grid: _cut_table(grid, repeated=True)))


def chrome(paper: Paper) -> str:
    """The page of a site: navigation, head with date, source and index number, links, foot with the owner."""
    truth, day = paper.truth, paper.truth.published_on.isoformat()
    name = _text(paper.title.replace("\n", ""))
    head = (
        f'<meta charset="utf-8"><meta name="SiteName" content="{truth.host}门户网站">'
        f'<meta name="ArticleTitle" content="{name}"><meta name="PubDate" content="{day} 09:20">'
        f'<meta name="ContentSource" content="{truth.agency}">'
        '<script>var hits = {"规章": 999, "total": "<td>77</td>"};</script>'
    )
    top = (
        f'<div class="top"><a href="/">{truth.host}</a><form><input name="q"><button>搜索</button></form></div>'
        '<ul class="nav"><li><a href="/zwgk/">政务公开</a></li><li>办事服务</li><li>互动交流</li></ul>'
        '<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/nb/">政府信息公开年报</a></div>'
        f'<table class="info"><tr><td>索引号：</td><td>{truth.site_code}/{truth.year + 1}-00012</td>'
        "<td>发布机构：</td>"
        f"<td>{truth.agency}</td></tr><tr><td>生成日期：</td><td>{day}</td><td>主题分类：</td><td>政务公开</td></tr></table>"
        f'<div class="meta">发布时间：{day} 来源：{truth.agency} 浏览次数：<span id="n">318</span></div>'
    )
    foot = (
        '<div class="share">分享到：微信 打印 关闭</div><select><option>部门网站</option></select>'
        f'<div class="footer">主办单位：{truth.host} 承办单位：{truth.host}办公室 网站标识码：{truth.site_code} '
        "备案序号：00000000号-1 地址：迎宾路1号 电话：0000-8600000</div><script>document.write('<td>88</td>');</script>"
    )
    return _page(paper, f'{top}<div class="article">{_body(paper)}</div>{foot}', head)


def breaks(paper: Paper) -> str:
    """Paragraphs parted by line breaks within one block; tables between."""
    body = _body(paper, line=lambda line: "　　" + _text(line.text) + "<br/><br/>")
    return _page(paper, f'<div id="zoom">{body}</div>')


def div_soup(paper: Paper) -> str:
    """Divisions in divisions, spans in spans, each cell with blocks inside."""

    def cell(c: Cell, _head: bool) -> str:
        return f"<td{_spans(c)}><div><div><font face='宋体'>{_text(c.text)}</font></div></div></td>"

    def line(block: Line) -> str:
        return f'<div class="p"><div><span><span style="color:#333">{_text(block.text)}</span></span></div></div>'

    return _page(paper, f"<div><div><div>{_body(paper, lambda g: _table(g, cell, ''), line)}</div></div></div>")


def unclosed(paper: Paper) -> str:
    """Old markup in capitals without closing tags."""

    def table(grid: Grid) -> str:
        rows = ["<TR>" + "".join(f"<TD{_spans(c).upper()}>{_text(c.text)}" for c in row) for row in grid.rows]
        return "<TABLE BORDER=1>" + "\n".join(rows) + "</TABLE>"

    return _page(paper, _body(paper, table, lambda line: f"<P>{_text(line.text)}"))


def padded(paper: Paper) -> str:
    """Numbers in paragraphs and spans with non-breaking blanks, and an empty paragraph behind."""

    def cell(c: Cell, _head: bool) -> str:
        return f"<td{_spans(c)}><p>&nbsp;{_text(c.text)}&#160;</p><p>&nbsp;</p></td>"

    return _page(paper, _body(paper, lambda g: _table(g, cell)))


def pre(paper: Paper) -> str:
    """Plain text with tabs in a ``pre``."""
    from benchmarks.printer.text_layouts import tab_rectangular  # noqa: PLC0415 - avoids a name used for pages

    return _page(paper, f"<pre>{escape(tab_rectangular(paper), quote=False)}</pre>")


def expanded(paper: Paper) -> str:
    """Spans undone: a merged label or value is printed again in every place that it covered."""

    def table(grid: Grid) -> str:
        places: dict[tuple[int, int], Cell] = {}
        for number, row in enumerate(grid.rows):
            for c in row:
                for down in range(c.rows):
                    places |= {(number + down, c.column + right): c for right in range(c.columns)}
        rows = [
            "<tr>"
            + "".join(f"<td>{_text(places[n, at].text) if (n, at) in places else ''}</td>" for at in range(grid.width))
            + "</tr>"
            for n in range(len(grid.rows))
        ]
        return "<table>" + "\n".join(rows) + "</table>"

    return _page(paper, _body(paper, table))


def mirror(paper: Paper) -> str:
    """The traditional-character mirror of a clean page, with pinyin in brackets behind one word."""
    return traditional(clean(paper)).replace("規章", "規章(guīzhāng)").replace("科研", "科研(kēyán)")


def attachment_only(paper: Paper) -> str:
    """The report is a file that the page links to."""
    name = _text(paper.title.replace("\n", ""))
    link = f"<p>附件：<a href='./P02.docx'>{name}.docx</a></p>"
    return _page(paper, f"<h1>{name}</h1><p>{_text(paper.truth.agency)}年度报告见附件。</p>{link}")


def pictures(paper: Paper) -> str:
    """The text is there, each table is a picture."""
    numbers = iter(range(1, 9))
    return _page(paper, _body(paper, lambda _grid: f'<p><img src="./W0{next(numbers)}.png" alt=""></p>'))


def script_only(paper: Paper) -> str:
    """A page that a script would fill: the table stands in a string, which is no document."""
    body = _table(next(b for b in paper.blocks if isinstance(b, Grid))).replace("\n", "").replace('"', '\\"')
    return _page(paper, f'<h1>{_text(paper.title)}</h1><div id="app"></div><script>var html = "{body}";</script>')


PAGES: dict[str, Page] = {
    "clean": clean,
    "thead": thead,
    "word": word,
    "nested": nested,
    "one_table": one_table,
    "cut": cut,
    "cut_repeated": cut_repeated,
    "chrome": chrome,
    "breaks": breaks,
    "div_soup": div_soup,
    "unclosed": unclosed,
    "padded": padded,
    "expanded": expanded,
    "pre": pre,
    "mirror": mirror,
}
EMPTY_PAGES: dict[str, Page] = {"attachment_only": attachment_only, "pictures": pictures, "script_only": script_only}
CHARSETS = ("utf-8", "declared_gbk", "undeclared_gbk", "wrong", "bom", "utf-16")


def encode_page(page: str, charset: str) -> bytes:
    """Bytes of a page: honestly declared, not declared, or declared as something else than it is."""
    if charset == "declared_gbk":
        return page.replace("utf-8", "gb2312", 1).encode("gb18030")
    if charset == "undeclared_gbk":
        return page.replace('<meta charset="utf-8">', "", 1).encode("gb18030")
    if charset == "wrong":
        return page.replace("utf-8", "gb2312", 1).encode()
    if charset == "bom":
        return page.encode("utf-8-sig")
    if charset == "utf-16":
        return page.encode("utf-16")
    return page.encode()


def random_page(paper: Paper, rng: random.Random) -> str:
    """One of the pages that hold a report."""
    return rng.choice(list(PAGES.values()))(paper)
