"""The rarer formats among the samples: what LibreOffice saves, what browsers save, scans of every kind.

Each maker gives the file's bytes, or null where what it needs (a font, LibreOffice) is not installed.
"""

from __future__ import annotations

import io
import quopri
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import fpdf

from benchmarks.printer import office
from benchmarks.printer.html_layouts import PAGES
from benchmarks.printer.pages import Look
from benchmarks.printer.paper import Paper
from benchmarks.printer.style import Style
from benchmarks.reader_fixtures import scan, with_scanned_page
from pipelines.readers import office_fallback

Maker = Callable[[Paper, Path | None], bytes | None]

FAX: Final = office.Scan(dpi=200, rotation=-0.3)
PHOTOGRAPH: Final = office.Scan(dpi=200, rotation=0.5)
COPIER: Final = office.Scan(dpi=200)
INK: Final = 140
"""Greys below are ink on a page in black and white."""
MATRIX_PAGE: Final = 1
"""The scanned page of the mixed file: the second, with most of the matrix."""


class Format(NamedTuple):
    """One file: its name, who reports in it, how it is printed, and whether it comes out the same every time."""

    name: str
    agency: str
    style: Style
    make: Maker
    stable: bool = True


def _saved_by_office(suffix: str, target: str) -> Maker:
    def make(paper: Paper, _: Path | None) -> bytes | None:
        return office_fallback.convert({suffix: office.docx(paper)}, "docx", target).get(suffix)

    return make


def _with_font(make: Callable[[Paper, Path], bytes]) -> Maker:
    return lambda paper, font: make(paper, font) if font else None


def web_archive(paper: Paper) -> bytes:
    """A page with its style sheet as one file, as browsers save it."""
    page = quopri.encodestring(PAGES["chrome"](paper).encode())
    parts = (
        (b"text/html; charset=utf-8", b"https://example.com/zwgk/report.html", page),
        (b"text/css; charset=utf-8", b"https://example.com/zwgk/style.css", b"p { line-height: 2 }\n"),
    )
    head = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.com/zwgk/report.html\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="----sample----"\r\n\r\n'
    )
    body = b"".join(
        b"------sample----\r\nContent-Type: %b\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"Content-Location: %b\r\n\r\n%b\r\n" % part
        for part in parts
    )
    return head + body + b"------sample------\r\n"


def _page_named_doc(paper: Paper, _: Path | None) -> bytes:
    """What Word's "web page" export writes, under a name that says binary Word."""
    return PAGES["word"](paper).encode()


def _mixed(paper: Paper, font: Path) -> bytes:
    """A PDF with text of which one page was scanned."""
    data = office.pdf(paper, font, Look(ruled="all"))
    return with_scanned_page(data, scan(data, MATRIX_PAGE), MATRIX_PAGE)


def _fax(paper: Paper, font: Path) -> bytes:
    """A TIFF of several pages in black and white, packed as a facsimile is."""
    pages = [picture.point(lambda grey: 255 * (grey > INK), "1") for picture in office.pictures(paper, font, FAX)]
    return _saved(pages, "TIFF", compression="group4", dpi=(FAX.dpi, FAX.dpi))


def _photograph(paper: Paper, font: Path) -> bytes:
    """All pages in one long JPEG, as portals show it."""
    return _saved([_long(office.pictures(paper, font, PHOTOGRAPH))], "JPEG", quality=40)


def _copier(paper: Paper, font: Path) -> bytes:
    """A PDF of pictures without any text."""
    return _saved(office.pictures(paper, font, COPIER), "PDF", resolution=COPIER.dpi, quality=35)


def _long(pictures: list[Any]) -> Any:
    from PIL import Image  # noqa: PLC0415 - optional

    return Image.open(io.BytesIO(office.png(pictures)))


def _saved(pictures: list[Any], kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    more = {} if kind == "JPEG" else {"save_all": True, "append_images": pictures[1:]}
    pictures[0].save(out, kind, **more, **how)
    return out.getvalue()


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    document = fpdf.FPDF()
    document.set_creation_date(office.EPOCH)
    document.add_page()
    document.set_font("helvetica", size=12)
    document.text(20, 20, "for internal use")
    document.set_encryption(owner_password="owner", user_password="user")  # noqa: S106 - nothing is secret in it
    return bytes(document.output())


def packed_too_tightly() -> bytes:
    """A Word file whose text would be ten million spaces."""
    members = (
        ("[Content_Types].xml", b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"),
        ("word/document.xml", b" " * 10_000_000),
    )
    return office.zipped(members)


FORMATS: Final = (
    Format("word_97.doc", "梧浦县发展和改革局", Style(), _saved_by_office("doc", "doc:MS Word 97"), stable=False),
    Format(
        "writer.wps",
        "梧浦县人力资源和社会保障局",
        Style(title=1, total="合计", other_organization="其他组织"),
        _saved_by_office("doc", "doc:MS Word 97"),
        stable=False,
    ),
    Format(
        "rich_text.rtf",
        "梧浦县自然资源局",
        Style(heading=1, item_number="1. "),
        _saved_by_office("rtf", "rtf:Rich Text Format"),
        stable=False,
    ),
    Format("page_inside.doc", "梧浦县体育局", Style(heading=2), _page_named_doc),
    Format("saved_page.mht", "梧浦县住房和城乡建设局", Style(title=2), lambda paper, _: web_archive(paper)),
    Format("spreadsheet.et", "梧浦县市场监督管理局", Style(welfare="公益组织"), lambda paper, _: office.xls(paper)),
    Format("mixed.pdf", "梧浦县行政审批服务局", Style(), _with_font(_mixed), stable=False),
    Format("fax.tif", "梧浦县粮食和物资储备局", Style(), _with_font(_fax)),
    Format("photograph.jpg", "梧浦县乡村振兴局", Style(), _with_font(_photograph)),
    Format("copier.pdf", "梧浦县机关事务服务中心", Style(), _with_font(_copier), stable=False),
)
"""Files of ``wupu/formats``; those that are not stable are kept as they are once they are there."""
