"""PDF page → printed page: upright glyphs and rules, and what tells a scan from a page with text."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby, pairwise
from operator import attrgetter
from struct import Struct
from typing import NamedTuple

import pypdfium2.raw as pdfium

from pipelines.readers import pdf_calls as calls
from pipelines.readers.errors import Quarantined
from pipelines.readers.pdf_rules import INVISIBLE_TEXT, Drawing, page_drawing
from pipelines.readers.printed_page import FIRST_WIDE, Glyph, PrintedPage, Rule

MAXIMUM_CHARACTERS = 60_000
"""Characters on one page; a dense page of a report has 2,000."""

QUARTER = math.pi / 2
SLANT = 0.06
"""Text turned by more than this (radians) from a right angle is a watermark."""

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
_BOX_AND_ORIGIN = Struct("4f2d").unpack_from
"""A box (left, top, right, bottom) and behind it the two numbers of an origin."""
_quarter_of = attrgetter("quarter")

Area = tuple[float, float, float, float]
"""Left, top, right and bottom in points from the top left of the upright page."""


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


class _Character(NamedTuple):
    """One character in the page's own coordinates; ``quarter`` counts right angles, -1 is slanted."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    origin_x: float
    origin_y: float
    quarter: int
    visible: bool


_new_character: Callable[[tuple[object, ...]], _Character] = partial(tuple.__new__, _Character)
_new_glyph: Callable[[tuple[object, ...]], Glyph] = partial(tuple.__new__, Glyph)
"""Made straight from their fields: a page has thousands, and the constructor of a named tuple is Python code."""


@dataclass(frozen=True, slots=True)
class _Placement:
    """The map from the page's own coordinates to upright ones, downwards from the top left."""

    box: tuple[float, float, float, float]
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        left, bottom, right, top = self.box
        return (top - bottom, right - left) if self.turn % 2 else (right - left, top - bottom)

    def rectangle(self, left: float, bottom: float, right: float, top: float) -> Area:
        """Left, top, right and bottom, upright."""
        box_left, box_bottom, box_right, box_top = self.box
        if self.turn == 0:
            return left - box_left, box_top - top, right - box_left, box_top - bottom
        if self.turn == 1:
            return box_top - top, box_right - right, box_top - bottom, box_right - left
        if self.turn == 2:  # upside down
            return box_right - right, bottom - box_bottom, box_right - left, top - box_bottom
        return bottom - box_bottom, left - box_left, top - box_bottom, right - box_left


def page_content(page: pdfium.FPDF_PAGE, number: int) -> PageContent:
    """Read one loaded page; ``number`` counts from 1.

    The page is turned so that most of its text is upright. Raises ``too_large`` where it holds more
    text than any report.
    """
    box = _visible_box(page)
    drawing = page_drawing(page)
    characters = _characters(page, number, has_hidden=drawing.has_hidden_text)
    placement = _Placement(box, _reading_direction(characters))
    shown = _inside(characters, box)
    glyphs, asides = _upright(shown, placement)
    horizontal, vertical = _rules(drawing, placement) if drawing.complete else ((), ())
    width, height = placement.size
    printed = PrintedPage(number, width, height, tuple(glyphs), horizontal, vertical, asides)
    hidden = sum(1 for character in shown if not character.visible)
    share = hidden / max(len(shown), 1)
    turn = placement.turn if characters else None
    return PageContent(printed, _pictures(drawing, placement), share, drawing.complete, drawing.resolution, turn)


def _inside(characters: Sequence[_Character], box: tuple[float, float, float, float]) -> list[_Character]:
    """The characters whose middle lies on the page as it is shown; a figure that its edge cuts cannot be read."""
    low_x, low_y, high_x, high_y = (2 * edge for edge in box)
    shown = [
        low_x <= character[1] + character[3] <= high_x and low_y <= character[2] + character[4] <= high_y
        for character in characters
    ]
    if all(shown):
        return list(characters)
    kept = list(characters)
    for before, (first, second) in enumerate(pairwise(characters)):
        if shown[before] != shown[before + 1] and _are_one_figure(first, second):
            cut = before if shown[before] else before + 1
            kept[cut] = kept[cut]._replace(text=UNMAPPED)
    return [character for character, is_shown in zip(kept, shown, strict=True) if is_shown]


def _are_one_figure(first: _Character, second: _Character) -> bool:
    """Whether two characters of a figure stand side by side, however the page is turned."""
    if not all(character.text.isdecimal() or character.text in FIGURE_SIGNS for character in (first, second)):
        return False
    near = SIDE_BY_SIDE * max(first[3] - first[1], first[4] - first[2])
    apart = max(second[1] - first[3], first[1] - second[3], second[2] - first[4], first[2] - second[4])
    return apart <= near


def _visible_box(page: pdfium.FPDF_PAGE) -> tuple[float, float, float, float]:
    rectangle = pdfium.FS_RECTF()
    if pdfium.FPDF_GetPageBoundingBox(page, rectangle):
        return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
    return 0.0, 0.0, pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)


def _characters(page: pdfium.FPDF_PAGE, number: int, *, has_hidden: bool) -> list[_Character]:
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return []
    try:
        count = pdfium.FPDFText_CountChars(text_page)
        if count > MAXIMUM_CHARACTERS:
            raise Quarantined("too_large", f"page {number} holds {count} characters; split the file")
        return _read_characters(calls.address_of(text_page), count, has_hidden=has_hidden)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _read_characters(text_page: int, count: int, *, has_hidden: bool) -> list[_Character]:
    characters: list[_Character] = []
    buffer = calls.Buffer()
    content, box_at, x_at, y_at = buffer.content, buffer.at, buffer.at + _X_AT, buffer.at + _Y_AT
    get_unicode, get_box, get_origin = calls.get_unicode, calls.get_loose_box, calls.get_origin
    quarter, line_top, line_bottom = -1, 0.0, 0.0
    for index in range(count):
        text = _character_text(get_unicode(text_page, index))
        if not text or not get_box(text_page, index, box_at):
            continue
        if text < FIRST_IDEOGRAPH and calls.has_map_error(text_page, index) == 1:
            text = UNMAPPED
        left, top, right, bottom, x, y = _BOX_AND_ORIGIN(content)
        # An upright character as high and low as the one before stands on the same baseline.
        if quarter or top != line_top or bottom != line_bottom:
            get_origin(text_page, index, x_at, y_at)
            *_, x, y = _BOX_AND_ORIGIN(content)
            # Upright text begins where its box does, so that its angle need not be asked for.
            is_upright = -BEARING < x - left < BEARING and bottom <= y <= top
            quarter = 0 if is_upright else _quarter(calls.get_angle(text_page, index))
            line_top, line_bottom = top, bottom
        visible = not (has_hidden and _is_hidden(text_page, index))
        characters.append(_new_character((text, left, bottom, right, top, x, y, quarter, visible)))
    return characters


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
    return nearest % 4 if abs(quarters - nearest) * QUARTER <= SLANT else -1


def _is_hidden(text_page: int, index: int) -> bool:
    item = calls.get_text_object(text_page, index)
    return bool(item) and calls.get_render_mode(item) == INVISIBLE_TEXT


def _reading_direction(characters: Sequence[_Character]) -> int:
    counted = Counter([character.quarter for character in characters if character.quarter >= 0])
    return counted.most_common(1)[0][0] if counted else 0


def _upright(characters: Sequence[_Character], placement: _Placement) -> tuple[list[Glyph], tuple[str, ...]]:
    """Glyphs in upright coordinates, and the texts of slanted runs."""
    glyphs: list[Glyph] = []
    asides: list[str] = []
    for quarter, run in groupby(characters, key=_quarter_of):
        if quarter == placement.turn:
            glyphs.extend(_glyphs(run, placement))
        elif quarter < 0:
            asides.append("".join(character.text for character in run))
        else:
            glyphs.append(_turned_run(list(run), placement))
    return glyphs, tuple(asides)


def _glyphs(characters: Iterable[_Character], placement: _Placement) -> list[Glyph]:
    """Characters in upright coordinates."""
    glyphs = []
    box_left, _, _, box_top = placement.box
    is_turned = placement.turn != 0
    for text, left, bottom, right, top, x, y, _, visible in characters:
        area = (left - box_left, box_top - top, right - box_left, box_top - bottom)
        baseline = box_top - y
        if is_turned:
            area = placement.rectangle(left, bottom, right, top)
            baseline = placement.rectangle(x, y, x, y)[1]
        width = area[2] - area[0]
        size = width if text >= FIRST_IDEOGRAPH and width > 0 else _em(text, width, area[3] - area[1])
        glyphs.append(_new_glyph((text, *area, baseline, size, visible and text != UNMAPPED)))
    return glyphs


def _em(text: str, width: float, height: float) -> float:
    return width * 2 if text.isdecimal() and width > 0 else height * 0.75


def _turned_run(run: Sequence[_Character], placement: _Placement) -> Glyph:
    """Text that runs up or down the page (a label turned in its cell) as one glyph."""
    glyphs = _glyphs(run, placement)
    bottom = max(glyph.bottom for glyph in glyphs)
    return Glyph(
        "".join(glyph.text for glyph in glyphs),
        min(glyph.left for glyph in glyphs),
        min(glyph.top for glyph in glyphs),
        max(glyph.right for glyph in glyphs),
        bottom,
        bottom,
        max(1.0, glyphs[0].bottom - glyphs[0].top),
        all(glyph.legible for glyph in glyphs),
    )


def _rules(drawing: Drawing, placement: _Placement) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Rules in upright coordinates, horizontal and vertical."""
    if placement.turn == 0:
        left, _, _, top = placement.box
        return (
            tuple([Rule(top - at, start - left, end - left) for at, start, end in drawing.horizontal]),
            tuple([Rule(at - left, top - end, top - start) for at, start, end in drawing.vertical]),
        )
    flat = [placement.rectangle(rule.start, rule.at, rule.end, rule.at) for rule in drawing.horizontal]
    standing = [placement.rectangle(rule.at, rule.start, rule.at, rule.end) for rule in drawing.vertical]
    if placement.turn % 2:
        flat, standing = standing, flat
    return (
        tuple(Rule((top + bottom) / 2, left, right) for left, top, right, bottom in flat),
        tuple(Rule((left + right) / 2, top, bottom) for left, top, right, bottom in standing),
    )


def _pictures(drawing: Drawing, placement: _Placement) -> tuple[Area, ...]:
    """The pictures as far as they lie on the page."""
    width, height = placement.size
    placed = (placement.rectangle(*picture) for picture in drawing.pictures)
    return tuple(
        (max(0.0, left), max(0.0, top), min(width, right), min(height, bottom)) for left, top, right, bottom in placed
    )
