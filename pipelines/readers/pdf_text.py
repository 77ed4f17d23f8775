"""PDF page → its characters as glyphs, in the order of the file and with the page as the file has it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, pairwise
from struct import Struct

import pypdfium2.raw as pdfium

from pipelines.readers import pdf_calls as calls
from pipelines.readers.document import new
from pipelines.readers.errors import Quarantined
from pipelines.readers.pdf_rules import INVISIBLE_TEXT
from pipelines.readers.printed_page import FIRST_WIDE, Glyph

MAXIMUM_CHARACTERS = 60_000
"""Characters on one page; a dense page of a report has 2,000."""

QUARTER = math.pi / 2
SLANT = 0.06
"""Text turned by more than this (radians) from a right angle is a watermark."""

SLANTED = -1

BEARING = 0.4
"""Points by which a box may begin beside the origin of its upright character."""

SIDE_BY_SIDE = 0.3
"""Characters of one figure are apart by less than this share of their size."""

FIGURE_SIGNS = frozenset(".,")

FIRST_IDEOGRAPH = chr(FIRST_WIDE)
UNMAPPED = "\ufffd"
LINE_SEPARATORS_AND_CONTROLS = ("Cc", "Cf", "Zs", "Zl", "Zp")
UNTOLD = ("Co", "Cn", "Cs")
"""Categories of characters that say nothing outside their font."""

_X_AT, _Y_AT = 16, 24
_BOX, _BOX_AND_ORIGIN = Struct("4f").unpack_from, Struct("4f2d").unpack_from
"""A box (left, top, right, bottom) and behind it the two numbers of an origin."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The characters of a page; lengths in points from its top left corner, however the text is turned.

    ``quarters`` counts for each the right angles by which it is turned, SLANTED for any other angle.
    The baseline of what is turned sideways is measured from the left. ``hidden`` tells which are drawn
    invisibly, and is empty where none is.
    """

    glyphs: Sequence[Glyph]
    quarters: Sequence[int]
    hidden: Sequence[bool]

    def within(self, width: float, height: float) -> PageText:
        """The characters whose middle lies on the page; a figure that its edge cuts cannot be read."""
        far_right, far_down = 2 * width, 2 * height
        shown = [
            0 <= glyph[1] + glyph[3] <= far_right and 0 <= glyph[2] + glyph[4] <= far_down for glyph in self.glyphs
        ]
        if all(shown):
            return self
        kept = list(self.glyphs)
        for before, (first, second) in enumerate(pairwise(self.glyphs)):
            if shown[before] != shown[before + 1] and _are_one_figure(first, second):
                cut = before if shown[before] else before + 1
                kept[cut] = kept[cut]._replace(text=UNMAPPED, legible=False)
        return PageText(
            list(compress(kept, shown)), list(compress(self.quarters, shown)), list(compress(self.hidden, shown))
        )


def _are_one_figure(first: Glyph, second: Glyph) -> bool:
    """Whether two characters of a figure stand side by side, however the page is turned."""
    if not all(glyph.text.isdecimal() or glyph.text in FIGURE_SIGNS for glyph in (first, second)):
        return False
    near = SIDE_BY_SIDE * max(first.right - first.left, first.bottom - first.top)
    across = max(second.left - first.right, first.left - second.right)
    return max(across, second.top - first.bottom, first.top - second.bottom) <= near


def page_text(page: pdfium.FPDF_PAGE, number: int, corner: tuple[float, float], *, has_hidden: bool) -> PageText:
    """The characters of a loaded page, whose top left corner has these coordinates in the file.

    Raises ``too_large`` where the page holds more text than any report.
    """
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return PageText((), (), ())
    try:
        count = pdfium.FPDFText_CountChars(text_page)
        if count > MAXIMUM_CHARACTERS:
            raise Quarantined("too_large", f"page {number} holds {count} characters; split the file")
        return _read_characters(calls.address_of(text_page), count, corner, has_hidden=has_hidden)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _read_characters(text_page: int, count: int, corner: tuple[float, float], *, has_hidden: bool) -> PageText:
    glyphs: list[Glyph] = []
    quarters: list[int] = []
    hidden: list[bool] = []
    page_left, page_top = corner
    buffer = calls.Buffer()
    content, box_at = buffer.content, buffer.at
    get_unicode, get_box = calls.get_unicode, calls.get_loose_box
    quarter, baseline, line_top, line_bottom = SLANTED, 0.0, 0.0, 0.0
    for index in range(count):
        text = _character_text(get_unicode(text_page, index))
        if not text or not get_box(text_page, index, box_at):
            continue
        if text < FIRST_IDEOGRAPH and calls.has_map_error(text_page, index) == 1:
            text = UNMAPPED
        left, top, right, bottom = _BOX(content)
        # An upright character as high and low as the one before stands on the same baseline.
        if quarter or top != line_top or bottom != line_bottom:
            quarter, x, y = _stand(text_page, index, buffer)
            baseline = x - page_left if quarter % 2 else page_top - y
            line_top, line_bottom = top, bottom
        is_hidden = has_hidden and _is_hidden(text_page, index)
        area = (left - page_left, page_top - top, right - page_left, page_top - bottom)
        size = em(text, right - left, top - bottom)
        glyphs.append(new(Glyph, (text, *area, baseline, size, text != UNMAPPED and not is_hidden)))
        quarters.append(quarter)
        if has_hidden:
            hidden.append(is_hidden)
    return PageText(glyphs, quarters, hidden)


def _stand(text_page: int, index: int, buffer: calls.Buffer) -> tuple[int, float, float]:
    """How a character is turned, and its origin; its box is in the buffer."""
    calls.get_origin(text_page, index, buffer.at + _X_AT, buffer.at + _Y_AT)
    left, top, _, bottom, x, y = _BOX_AND_ORIGIN(buffer.content)
    # Upright text begins where its box does, so that its angle need not be asked for.
    is_upright = -BEARING < x - left < BEARING and bottom <= y <= top
    return 0 if is_upright else _quarter(calls.get_angle(text_page, index)), x, y


def em(text: str, width: float, height: float) -> float:
    """The size of the font of a character, from its box."""
    if text >= FIRST_IDEOGRAPH and width > 0:
        return width
    return width * 2 if text.isdecimal() and width > 0 else height * 0.75


@lru_cache(maxsize=65536)
def _character_text(code: int) -> str:
    """The character, "" for blanks and controls, U+FFFD for what has no meaning outside its font."""
    if code == 0 or code > 0x10FFFF:  # the last code point
        return UNMAPPED
    category = unicodedata.category(chr(code))
    if category in LINE_SEPARATORS_AND_CONTROLS:
        return ""
    return UNMAPPED if category in UNTOLD else chr(code)


@lru_cache(maxsize=1024)
def _quarter(angle: float) -> int:
    quarters = angle / QUARTER
    nearest = round(quarters)
    return nearest % 4 if abs(quarters - nearest) * QUARTER <= SLANT else SLANTED


def _is_hidden(text_page: int, index: int) -> bool:
    item = calls.get_text_object(text_page, index)
    return bool(item) and calls.get_render_mode(item) == INVISIBLE_TEXT
