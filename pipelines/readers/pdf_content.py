"""PDF page → printed page: upright glyphs and rules, and what tells a scan from a page with text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2.raw as pdfium

from pipelines.readers.document import new
from pipelines.readers.page_turn import Area, Turn
from pipelines.readers.pdf_rules import Drawing, page_drawing
from pipelines.readers.pdf_strikes import strikes_marked
from pipelines.readers.pdf_text import SLANTED, page_text
from pipelines.readers.printed_page import PrintedPage, Rule


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page as printed, and what tells a scan.

    ``pictures`` holds left, top, right and bottom of each picture, upright. ``hidden_share`` (0 to 1)
    is the part of the characters that is drawn invisibly. ``complete`` is false where the page draws
    too much to look for rules. ``resolution`` is that of the finest picture, in dots an
    inch, as far as recognition can use it. ``turn`` counts the right angles by which the text runs
    clockwise from upright in the file, None without text.
    """

    page: PrintedPage
    pictures: tuple[Area, ...]
    hidden_share: float
    complete: bool
    resolution: float
    turn: int | None

    @property
    def picture_share(self) -> float:
        """The part of the page that pictures cover, 0 to 1."""
        area = max(self.page.width * self.page.height, 1.0)
        covered = sum(max(0.0, right - left) * max(0.0, bottom - top) for left, top, right, bottom in self.pictures)
        return min(1.0, covered / area)


def page_content(page: pdfium.FPDF_PAGE, number: int) -> PageContent:
    """Read one loaded page; ``number`` counts from 1.

    The page is turned so that most of its text is upright. Raises ``too_large`` where it holds more
    text than any report.
    """
    left, bottom, right, top = _visible_box(page)
    drawing = page_drawing(page)
    written = page_text(page, number, (left, top), has_hidden=drawing.has_hidden_text)
    turn = Turn(_reading_direction(written.quarters), right - left, top - bottom)
    shown = written.within(turn.width, turn.height)
    glyphs, asides = turn.text(shown)
    horizontal, vertical = turn.rules(*_rules(drawing, left, top)) if drawing.complete else ((), ())
    glyphs, horizontal = strikes_marked(glyphs, horizontal, vertical)
    printed = PrintedPage(number, *turn.size, glyphs, horizontal, vertical, asides)
    return PageContent(
        printed,
        _pictures(drawing, turn, left, top),
        sum(shown.hidden) / max(len(shown.glyphs), 1),
        drawing.complete,
        drawing.resolution,
        turn.quarters if written.glyphs else None,
    )


def _visible_box(page: pdfium.FPDF_PAGE) -> tuple[float, float, float, float]:
    rectangle = pdfium.FS_RECTF()
    if pdfium.FPDF_GetPageBoundingBox(page, rectangle):
        return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
    return 0.0, 0.0, pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)


def _reading_direction(quarters: Sequence[int]) -> int:
    counted = Counter(quarters)
    del counted[SLANTED]
    return counted.most_common(1)[0][0] if counted else 0


def _rules(drawing: Drawing, page_left: float, page_top: float) -> tuple[list[Rule], list[Rule]]:
    """Rules that lie and rules that stand, from the top left corner of the page in the file."""
    return (
        [new(Rule, (page_top - at, start - page_left, end - page_left)) for at, start, end in drawing.horizontal],
        [new(Rule, (at - page_left, page_top - end, page_top - start)) for at, start, end in drawing.vertical],
    )


def _pictures(drawing: Drawing, turn: Turn, page_left: float, page_top: float) -> tuple[Area, ...]:
    """The pictures as far as they lie on the page."""
    width, height = turn.size
    placed = [
        turn.area(left - page_left, page_top - top, right - page_left, page_top - bottom)
        for left, bottom, right, top in drawing.pictures
    ]
    return tuple(
        (max(0.0, left), max(0.0, top), min(width, right), min(height, bottom)) for left, top, right, bottom in placed
    )
