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
from pipelines.readers.page_turn import Area
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

PICTURE_GLYPHS = 30
"""A picture with this many characters printed over it is a background."""

MAXIMUM_RECOGNIZED = 60
"""Pages whose pictures are recognised at most."""

END_MARK = b"%%EOF"
END_WINDOW = 2048


@dataclass(slots=True)
class _Reading:
    """What was gathered from the pages so far."""

    pages: list[PrintedPage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pictures: int = 0
    unread: int = 0
    recognized: int = 0

    def leave(self, content: PageContent, note: str) -> None:
        """Keep a page without what its pictures say."""
        self.notes.append(note)
        self.pictures += max(1, len(_unread_pictures(content)))
        self.unread += 1
        self.pages.append(content.page)


def read(data: bytes) -> Document:
    """Read a PDF.

    Raises ``encrypted`` (a password is needed), ``unreadable`` (no PDF, or no page loads), ``too_large``
    and, for a file of nothing but scans without the extra ``ocr``, ``unsupported_format``.
    """
    with _opened(data) as document:
        reading = _read_pages(document)
    if reading.unread and not any(_says_something(page) for page in reading.pages):
        raise Quarantined("unsupported_format", f"{reading.unread} scanned pages; {recognition.REMEDY}")
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
    if not content.complete:
        reading.notes.append(f"page {number} draws too many lines; its tables are read without rules")
    areas = () if _is_scan(content) else _unread_pictures(content)
    if not _is_scan(content) and not areas:
        reading.pages.append(content.page)
        return 0.0
    if not recognition.is_installed():
        reading.leave(content, f"page {number} holds pictures that were not read; {recognition.REMEDY}")
        return 0.0
    if reading.recognized >= MAXIMUM_RECOGNIZED:
        reading.leave(content, f"page {number}: only {MAXIMUM_RECOGNIZED} pages with pictures are recognised")
        return 0.0
    start = time.monotonic()
    reading.recognized += 1
    reading.pages.append(_recognized(page, content, areas))
    return time.monotonic() - start


def _recognized(page: pdfium.FPDF_PAGE, content: PageContent, areas: tuple[Area, ...]) -> PrintedPage:
    from pipelines.readers import pdf_scan  # noqa: PLC0415 # needs the extra, and is heavy

    if areas:
        return pdf_scan.with_pictures_read(page, content, areas)
    return pdf_scan.recognized_scan(page, content)


def _says_something(page: PrintedPage) -> bool:
    return sum(glyph.legible for glyph in page.glyphs) >= SCAN_GLYPHS


def _is_scan(content: PageContent) -> bool:
    visible = len(content.page.glyphs) * (1.0 - content.hidden_share)
    return content.picture_share >= SCAN_SHARE and visible < SCAN_GLYPHS


def _unread_pictures(content: PageContent) -> tuple[Area, ...]:
    """Pictures that are large enough for a table and have no text printed over them."""
    page = content.page
    return tuple(
        area
        for area in content.pictures
        if (area[2] - area[0]) * (area[3] - area[1]) >= PICTURE_SHARE * page.width * page.height
        and sum(area[0] < glyph.left < area[2] and area[1] < glyph.top < area[3] for glyph in page.glyphs)
        < PICTURE_GLYPHS
    )
