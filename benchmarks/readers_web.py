"""Web pages as sites serve them, read back: cells right and wrong per dialect, then speed and memory of the reader.

    python -m benchmarks.readers_web [--cases 20] [--seed 0] [--dialect NAME] [--show 3]

Each dialect rewrites a printed page in a way that browsers show alike; the truth is the printer's.
"""

from __future__ import annotations

import argparse
import gc
import io
import random
import re
import resource
import time
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

from benchmarks.printer import cases
from benchmarks.printer.style import Style
from pipelines.readers import read_document
from pipelines.readers.archive import members
from pipelines.readers.errors import Quarantined
from pipelines.readers.html import read
from pipelines.report import read_report
from pipelines.report.model import Report
from pipelines.workers import COLLECT_AFTER

_CELL = re.compile(r"(<td[^>]*>)([^<]*)(</td>)")
_VALUE = re.compile(r"(<td>)(\d[\d.]*)(</td>)")
_LABEL = re.compile(r"(<t[dh][^>]*>)([^<\d&;]{2,6})(</t[dh]>)")
_BODY = re.compile(r"(<body>)(.*)(</body>)", re.DOTALL)
_TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
_CALENDAR = "<table>" + "".join(
    "<tr>" + "".join(f"<td>{week * 7 + day}</td>" for day in range(1, 8)) + "</tr>" for week in range(4)
)
_SIDE = "".join(
    f"<li><a href='/a{n}.html'>关于做好第{n}批工作的通知</a><span>2024-01-{n:02}</span></li>" for n in range(10, 29)
)
_FOOT = (
    "<div class=ft><p>主办单位：某某市人民政府 承办：某某市大数据中心</p>"
    "<p>网站标识码：0000000000 备案号：0000000</p></div>"
)


def characters(page: str) -> str:
    """Every character of a cell in a span of its own, as some editors leave them."""
    return _CELL.sub(lambda m: m[1] + "".join(f"<span lang=EN-US>{c}</span>" for c in m[2]) + m[3], page)


def fields(page: str) -> str:
    """Figures as values of input fields."""
    return _VALUE.sub(r"\1<input type='text' readonly value='\2'>\3", page)


def boxed_values(page: str) -> str:
    """Each figure in a table of one cell."""
    return _VALUE.sub(r"\1<table><tr><td>\2</td></tr></table>\3", page)


def vertical(page: str) -> str:
    """Short labels set one character a line."""
    return _LABEL.sub(lambda m: m[1] + "<br/>".join(m[2]) + m[3], page)


def soft_breaks(page: str) -> str:
    """Source lines broken inside words, as Word wraps its export."""
    return re.sub(r"([\u4e00-\u9fff]{7})(?=[\u4e00-\u9fff])", r"\1\n  ", page)


def one_column(page: str) -> str:
    """The page in the rows of a layout table of one column."""
    rows = re.sub(r"(<(?:p|h\d)[ >].*?</(?:p|h\d)>|<table.*?</table>)", r"<tr><td>\1</td></tr>", page, flags=re.DOTALL)
    return _BODY.sub(r"\1<table width=900>\2</table>\3", rows)


def hidden_copy(page: str) -> str:
    """A copy for telephones with other figures, hidden by the style sheet."""
    copy = re.sub(r"(<td>)\d+", r"\g<1>777", "".join(_TABLE.findall(page)))
    style = "<style>.m{display:none}@media(max-width:600px){.m{display:block}.pc{display:none}}</style>"
    page = _BODY.sub(lambda m: f"{m[1]}<div class=pc>{m[2]}</div><div class=m>{copy}</div>{m[3]}", page)
    return page.replace("</head>", f"{style}</head>")


def portal(page: str) -> str:
    """Calendar, list of notices, small tables and a foot around a report that has no named container."""
    before = f"<div id=w><div class=l>{_CALENDAR}</table><ul>{_SIDE}</ul></div><div class=r><div class=tit></div>"
    return _BODY.sub(lambda m: f"{m[1]}{before}{m[2]}</div></div><ul>{_SIDE}</ul>{_FOOT}{m[3]}", page)


def sections_apart(page: str) -> str:
    """Each paragraph, heading and table in a box of its own."""
    page = re.sub(r"(<(?:p|h\d)[ >].*?</(?:p|h\d)>)", r"<div class=item>\1</div>", page, flags=re.DOTALL)
    page = _TABLE.sub(lambda m: f"<div class=tb style='overflow:auto'>{m[0]}</div>", page)
    return _BODY.sub(lambda m: f"{m[1]}{m[2]}{_FOOT}{m[3]}", page)


def in_form(page: str) -> str:
    """A server form around everything, hidden fields between rows, comments in cells."""
    hidden = "<input type=hidden name=__VIEWSTATE value='3 4 5'>"
    page = page.replace("</tr>", f"</tr>{hidden}<!-- 9 -->").replace("<td>", "<td><!-- 8 -->")
    return _BODY.sub(lambda m: f"{m[1]}<form>{hidden}{m[2]}</form>{m[3]}", page)


def declared_wrong(page: str) -> bytes:
    """GB18030 declared as UTF-8."""
    return page.encode("gb18030")


def bare(page: str) -> str:
    """The body alone, without any page around it."""
    return _BODY.search(page)[2]  # type: ignore[index]


def spaced_table(page: str) -> str:
    """Rows without cells around a table, and a column of no width behind it, as sheets are exported."""
    page = re.sub(r"(<table[^>]*>\s*<tbody>)", r"\1<tr height=0></tr>", page)
    return page.replace("</tr>", "<td></td></tr>").replace("</tbody>", "<tr></tr></tbody>")


def saved(page: str) -> bytes:
    """An MHTML file."""
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message.make_related()
    message.add_related(page.encode("gb18030"), "text", "html", cte="quoted-printable", params={"charset": "gb2312"})
    return bytes(message)


def zipped(page: str) -> bytes:
    """A saved page with its pictures in an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("报告/index.html", page)
        container.writestr("报告/index_files/a.js", "var a = 1;")
        container.writestr("报告/index_files/i.gif", b"GIF89a....")
    return buffer.getvalue()


DIALECTS: dict[str, Callable[[str], str | bytes]] = {
    one.__name__: one
    for one in (
        characters, fields, boxed_values, vertical, soft_breaks, one_column, hidden_copy, portal, sections_apart,
        in_form, declared_wrong, bare, spaced_table, saved, zipped,
    )
}  # fmt: skip


def read_case(data: bytes, name: str) -> tuple[Report | None, str]:
    """The report of a file or of the one member of an archive, or nothing and the reason."""
    try:
        if data.startswith(b"PK"):
            ((name, content),) = members(data, name)
            if isinstance(content, Quarantined):
                raise content
            data = content
        return read_report(read_document(data, name), name), ""
    except Quarantined as refused:
        return None, str(refused)


def judge(dialect: str, count: int, seed: int, show: int) -> str:
    """One line on a dialect: cases, those with a wrong, a missing, a different cell; then examples."""
    tally = [0, 0, 0]
    examples: list[str] = []
    for number in range(seed, seed + count):
        plain = cases.random_case(number, "html_clean", style=Style())
        data = DIALECTS[dialect](plain.data.decode())
        report, reason = read_case(data if isinstance(data, bytes) else data.encode(), "case.html")
        verdict = cases.judge(plain, report)
        for index, part in enumerate(verdict):
            tally[index] += bool(part)
            if part and len(examples) < show:
                examples.append(
                    f"\n    seed {number} {verdict._fields[index]} {len(part)} {reason} {next(iter(part.items()))}"
                )
    return f"{dialect:16} cases {count} wrong {tally[0]} missing {tally[1]} different {tally[2]}{''.join(examples)}"


def speed(pages: list[bytes]) -> str:
    """Documents a second of processor time, of the reader alone and with the report core, as in a worker."""
    for data in pages:
        read(data)
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 50, 100)
    started = time.process_time()
    documents = [read(data) for data in pages]
    reading = time.process_time() - started
    for document in documents:
        read_report(document, "case.html")
    whole = time.process_time() - started
    size = sum(map(len, pages)) // len(pages)
    rates = [len(pages) / seconds for seconds in (reading, whole)]
    return f"{size:7} bytes a page, {rates[0]:6.0f} documents/s read, {rates[1]:6.0f} with the report core"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dialect", default="")
    parser.add_argument("--show", type=int, default=3)
    options = parser.parse_args()
    for dialect in DIALECTS:
        if options.dialect in {"", dialect}:
            print(judge(dialect, options.cases, options.seed, options.show))
    for layout in ("html_clean", "html_word", "html_chrome"):
        pages = [cases.random_case(n, layout, style=Style()).data for n in range(60)]
        print(f"{layout:16} {speed(pages)}")
    padding = random.Random(0).randbytes(9000).hex()
    big = [page.replace(b"</body>", f"<!--{padding}--></body>".encode()) for page in pages]
    print(f"{'with comments':16} {speed(big)}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
