"""PDF → document. Pages with text are read as printed; scanned ones by recognition where it is installed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2.raw as pdfium

from pipelines.readers import recognition
from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined
from pipelines.readers.page_flow import pages_to_blocks
from pipelines.readers.pdf_content import PageContent, page_content
from pipelines.readers.printed_page import PrintedPage

MAXIMUM_PAGES = 400
MAXIMUM_SECONDS = 60.0
"""Time for pages with text; recognition has its own bound for each page."""

SCAN_SHARE = 0.5
"""A page is a scan where pictures cover this share of it and hardly any text is drawn visibly."""

SCAN_GLYPHS = 50
"""A scan may carry this many characters of its own, such as a stamped page number."""

PICTURE_SHARE = 0.08
"""A picture of this share of the page is large enough to hold a table."""

END_MARK = b"%%EOF"
END_WINDOW = 2048


@dataclass(slots=True)
class _Reading:
    """What was gathered from the pages so far."""

    pages: list[PrintedPage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pictures: int = 0
    unread_scans: int = 0


def read(data: bytes) -> Document:
    """Read a PDF.

    Raises ``encrypted`` (a password is needed), ``unreadable`` (no PDF, or no page loads), ``too_large``
    and, for a file of nothing but scans without the extra ``ocr``, ``unsupported_format``.
    """
    with _opened(data) as document:
        reading = _read_pages(document)
    if reading.unread_scans and not any(page.glyphs for page in reading.pages):
        raise Quarantined("unsupported_format", f"{reading.unread_scans} scanned pages; {recognition.REMEDY}")
    ends_open = END_MARK not in data[-END_WINDOW:]
    if ends_open:
        reading.notes.append("the file has no end mark; a part of it may be lost")
    blocks, notes = pages_to_blocks(reading.pages), tuple(reading.notes)
    return Document("pdf", blocks, pictures=reading.pictures, notes=notes, ends_open=ends_open)


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.FPDF_DOCUMENT]:
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise _refusal(pdfium.FPDF_GetLastError())
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def _refusal(error: int) -> Quarantined:
    if error in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return Quarantined("encrypted", "the PDF asks for a password; save a copy without one")
    return Quarantined("unreadable", f"no PDF that can be opened (PDFium error {error}); fetch the file again")


def _read_pages(document: pdfium.FPDF_DOCUMENT) -> _Reading:
    count = pdfium.FPDF_GetPageCount(document)
    if count > MAXIMUM_PAGES:
        raise Quarantined("too_large", f"{count} pages, at most {MAXIMUM_PAGES} are read; split the file")
    reading, deadline = _Reading(), time.monotonic() + MAXIMUM_SECONDS
    failed = 0
    for number in range(1, count + 1):
        if time.monotonic() > deadline:
            raise Quarantined("too_large", f"page {number} not reached in {MAXIMUM_SECONDS:.0f} s; split the file")
        page = pdfium.FPDF_LoadPage(document, number - 1)
        if not page:
            failed += 1
            reading.notes.append(f"page {number} cannot be loaded")
            continue
        try:
            deadline += _read_page(page, number, reading)
        finally:
            pdfium.FPDF_ClosePage(page)
    if failed == count:
        raise Quarantined("unreadable", f"none of {count} pages can be loaded; fetch the file again")
    return reading


def _read_page(page: pdfium.FPDF_PAGE, number: int, reading: _Reading) -> float:
    """Add one page to the reading; gives the seconds that recognition took."""
    content = page_content(page, number)
    reading.pictures += len(content.pictures)
    if not content.complete:
        reading.notes.append(f"page {number} draws too many lines; its tables are read without rules")
    areas = _areas_to_recognize(content)
    if not areas:
        reading.pages.append(content.page)
        return 0.0
    if not recognition.is_installed():
        reading.unread_scans += 1
        reading.notes.append(f"page {number} holds pictures that were not read; {recognition.REMEDY}")
        reading.pages.append(content.page)
        return 0.0
    return 0.0


def _areas_to_recognize(content: PageContent) -> list[tuple[float, float, float, float]]:
    """Parts of the page, in points from the top left, that are pictures and may hold text."""
    page = content.page
    visible = len(page.glyphs) * (1.0 - content.hidden_share)
    if content.picture_share >= SCAN_SHARE and visible < SCAN_GLYPHS:
        return [(0.0, 0.0, page.width, page.height)]
    return []
