"""Pictures on a PDF page → what recognition reads in them. Import only with the extra ``ocr``."""

from __future__ import annotations

import ctypes

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium

from pipelines.readers.ocr_page import recognized_page
from pipelines.readers.page_turn import Area
from pipelines.readers.pdf_content import PageContent
from pipelines.readers.printed_page import Glyph, PrintedPage, Rule

POINTS_AN_INCH = 72.0
LONGEST = 4200
"""Pixels of the longer side of a rendered page at most."""

Picture = npt.NDArray[np.uint8]


def recognized_scan(page: pdfium.FPDF_PAGE, content: PageContent) -> PrintedPage:
    """A page that is nothing but a picture, as its hidden text stands or else as a viewer shows it."""
    picture = _rendered(page, content)
    sideways = (picture.shape[1] > picture.shape[0]) != (content.page.width > content.page.height)
    width = content.page.height if sideways else content.page.width
    return recognized_page(picture, content.page.number, width)


def with_pictures_read(page: pdfium.FPDF_PAGE, content: PageContent, areas: tuple[Area, ...]) -> PrintedPage:
    """A page with text, together with what its pictures say."""
    printed = content.page
    picture = _rendered(page, content)
    unit = picture.shape[1] / printed.width
    for area in areas:
        left, top, right, bottom = (int(edge * unit) for edge in area)
        part = recognized_page(picture[top:bottom, left:right], printed.number, (right - left) / unit)
        printed = _laid_over(printed, part, area[0], area[1])
    return printed


def _rendered(page: pdfium.FPDF_PAGE, content: PageContent) -> Picture:
    """The page in grey, turned so that its text is upright."""
    wide, high = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = min(content.resolution / POINTS_AN_INCH, LONGEST / max(wide, high, 1.0))
    width, height = max(1, round(wide * scale)), max(1, round(high * scale))
    picture = np.full((height, width), 255, dtype=np.uint8)
    buffer = picture.ctypes.data_as(ctypes.c_void_p)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, buffer, width)
    if bitmap:
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        pdfium.FPDFBitmap_Destroy(bitmap)
    shown = pdfium.FPDFPage_GetRotation(page)
    quarters = 0 if content.turn is None else (content.turn + shown) % 4
    return np.ascontiguousarray(np.rot90(picture, quarters))


def _laid_over(page: PrintedPage, part: PrintedPage, across: float, down: float) -> PrintedPage:
    """The page with the glyphs and rules of a recognised part at its place; printed text wins."""
    own = [((glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2) for glyph in page.glyphs if glyph.legible]
    moved = [_moved(glyph, across, down) for glyph in part.glyphs]
    added = [glyph for glyph in moved if not any(_holds(glyph, point) for point in own)]
    return PrintedPage(
        page.number,
        page.width,
        page.height,
        (*page.glyphs, *added),
        (*page.horizontal, *(Rule(r.at + down, r.start + across, r.end + across) for r in part.horizontal)),
        (*page.vertical, *(Rule(r.at + across, r.start + down, r.end + down) for r in part.vertical)),
        page.asides,
    )


def _moved(glyph: Glyph, across: float, down: float) -> Glyph:
    return glyph._replace(
        left=glyph.left + across,
        right=glyph.right + across,
        top=glyph.top + down,
        bottom=glyph.bottom + down,
        baseline=glyph.baseline + down,
    )


def _holds(glyph: Glyph, point: tuple[float, float]) -> bool:
    return glyph.left <= point[0] <= glyph.right and glyph.top <= point[1] <= glyph.bottom
