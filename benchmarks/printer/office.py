"""Prints a paper as an office file or a picture: DOCX, XLSX, XLS, PDF, scan, ZIP.

The libraries are imported where they are used, so that text and pages print without them.
"""
# ruff: noqa: PLC0415 - the libraries are heavy and optional

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.printer.pages import HEIGHT, WIDTH, Look, Page, lay_out
from benchmarks.printer.paper import Cell, Grid, Paper

FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
_TIMESTAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def find_font() -> Path | None:
    """A font with Chinese characters, where one of the usual Debian packages is installed."""
    return next((Path(name) for name in FONTS if Path(name).exists()), None)


def docx(paper: Paper) -> bytes:
    """A Word document with merged cells."""
    import docx as python_docx

    document = python_docx.Document()
    document.core_properties.created = document.core_properties.modified = EPOCH.replace(tzinfo=None)
    for block in paper.blocks:
        if isinstance(block, Grid):
            _docx_table(document, block)
        elif block.kind in ("title", "heading"):
            document.add_heading(block.text, 0 if block.kind == "title" else 1)
        else:
            document.add_paragraph(block.text)
    out = io.BytesIO()
    document.save(out)
    return stable_zip(out.getvalue())


def _docx_table(document: Any, grid: Grid) -> None:
    table = document.add_table(len(grid.rows), grid.width, style="Table Grid")
    places = [list(row.cells) for row in table.rows]
    for number, row in enumerate(grid.rows):
        for cell in row:
            place = places[number][cell.column]
            if cell.rows > 1 or cell.columns > 1:
                last = places[number + cell.rows - 1][cell.column + cell.columns - 1]
                place = place.merge(last)
            place.text = cell.text


def stable_zip(data: bytes) -> bytes:
    """The same archive with one fixed date in every entry, so that equal content gives equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _TIMESTAMP.sub(b"2020-01-01T00:00:00Z", part)
            target.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


class _OldName(zipfile.ZipInfo):
    """An entry whose name is written in GB18030 without the UTF-8 flag, as old Chinese archivers do."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zipped(members: Iterable[tuple[str, bytes]], encoding: str = "utf-8") -> bytes:
    """An archive; with ``encoding`` ``gb18030`` its names are what old Chinese archivers write."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members:
            kind = zipfile.ZipInfo if encoding == "utf-8" else _OldName
            info = kind(name, (2020, 1, 1, 0, 0, 0))
            target.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _sheet_cells(paper: Paper, *, sheets: bool) -> list[tuple[str, list[tuple[int, int, Cell]]]]:
    """Sheets of (row, column, cell): one with everything, or one a statutory table."""
    result: list[tuple[str, list[tuple[int, int, Cell]]]] = [("年度报告", [])]
    names = {"proactive": "主动公开", "application": "依申请公开", "review": "复议诉讼"}
    top = 0
    for block in paper.blocks:
        if isinstance(block, Grid):
            if sheets:
                result.append((names[block.name], []))
            cells, start = result[-1][1] if sheets else result[0][1], 0 if sheets else top
            cells += [(start + n, cell.column, cell) for n, row in enumerate(block.rows) for cell in row]
            top += 0 if sheets else len(block.rows)
        else:
            result[0][1].append((top, 0, Cell(block.text, 0)))
            top += 1
    return result


def _typed(cell: Cell) -> float | str:
    """A plain number as the sheet's number, anything else as text."""
    text = cell.text
    if cell.key and text.replace(".", "", 1).isdecimal() and text.isascii():
        return float(text)
    return text


def xlsx(paper: Paper, *, sheets: bool = False, numbers: bool = True) -> bytes:
    """A workbook with merged cells; ``sheets``: one a table; ``numbers``: values as numbers, not as text."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in _sheet_cells(paper, sheets=sheets):
        sheet = book.create_sheet(name)
        for row, column, cell in cells:
            sheet.cell(row + 1, column + 1, _typed(cell) if numbers else cell.text)
            if cell.rows > 1 or cell.columns > 1:
                sheet.merge_cells(None, row + 1, column + 1, row + cell.rows, column + cell.columns)
    book.properties.created = book.properties.modified = EPOCH.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return stable_zip(out.getvalue())


def xls(paper: Paper, *, sheets: bool = False, numbers: bool = True) -> bytes:
    """The same as an old binary workbook."""
    import xlwt

    book = xlwt.Workbook()
    for name, cells in _sheet_cells(paper, sheets=sheets):
        sheet = book.add_sheet(name)
        for row, column, cell in cells:
            value = _typed(cell) if numbers else cell.text
            if cell.rows > 1 or cell.columns > 1:
                sheet.write_merge(row, row + cell.rows - 1, column, column + cell.columns - 1, value)
            else:
                sheet.write(row, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _runs(text: str) -> list[tuple[bool, str]]:
    """Runs of Latin and of other characters: offices print figures in another font, and some fonts lack them."""
    return [(latin, "".join(run)) for latin, run in groupby(text, key=str.isascii)]


def pdf(paper: Paper, font: Path, look: Look | None = None) -> bytes:
    """A PDF with a text layer."""
    import fpdf

    document = fpdf.FPDF(unit="pt", format="A4")
    document.set_auto_page_break(auto=False)
    document.set_creation_date(EPOCH)
    document.add_font("chinese", "", str(font))
    document.set_line_width(0.5)
    document.set_title(paper.title.replace("\n", ""))
    for page in lay_out(paper, look):
        document.add_page()
        for rule in page.rules:
            document.line(*rule)
        for text in page.texts:
            x = text.x
            for latin, run in _runs(text.text):
                document.set_font("helvetica" if latin else "chinese", "", text.size)
                document.text(x, text.y, run)
                x += document.get_string_width(run)
    return bytes(document.output())


def _picture(page: Page, font: Path, dpi: int) -> Any:
    from PIL import Image, ImageDraw, ImageFont

    scale = dpi / 72
    image = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), 255)
    draw = ImageDraw.Draw(image)
    for rule in page.rules:
        draw.line([value * scale for value in rule], fill=30, width=max(1, round(0.6 * scale)))
    for text in page.texts:
        x = text.x * scale
        for latin, run in _runs(text.text):
            size = round(text.size * scale)
            face = ImageFont.load_default(size) if latin else ImageFont.truetype(str(font), size)
            draw.text((x, text.y * scale), run, fill=20, font=face, anchor="ls")
            x += face.getlength(run)
    return image


def _scanned(image: Any, rng: random.Random, rotation: float, noise: float) -> Any:
    from PIL import Image, ImageFilter

    if rotation:
        image = image.rotate(rotation, Image.Resampling.BICUBIC, fillcolor=255)
    if noise:
        grain = Image.frombytes("L", image.size, rng.randbytes(image.width * image.height))
        image = Image.blend(image.filter(ImageFilter.GaussianBlur(0.4)), grain, noise)
    return image


class Scan(NamedTuple):
    """How a page is scanned: resolution, degrees of rotation, share of grain (0 to 1)."""

    dpi: int = 200
    rotation: float = 0.0
    noise: float = 0.0


def pictures(paper: Paper, font: Path, scan: Scan = Scan(), look: Look | None = None) -> list[Any]:  # noqa: B008 - frozen
    """The pages as grey pictures (Pillow), as a scanner gives them."""
    rng = random.Random(paper.title)
    return [_scanned(_picture(page, font, scan.dpi), rng, scan.rotation, scan.noise) for page in lay_out(paper, look)]


def png(images: list[Any]) -> bytes:
    """All pages, one below the other, as one PNG."""
    from PIL import Image

    sheet = Image.new("L", (images[0].width, sum(i.height for i in images)), 255)
    top = 0
    for image in images:
        sheet.paste(image, (0, top))
        top += image.height
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def scanned_pdf(images: list[Any], dpi: int = 200) -> bytes:
    """The pages as a PDF without text."""
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=dpi)
    return out.getvalue()
