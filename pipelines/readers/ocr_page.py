"""Picture of a page → printed page. Import only with the extra ``ocr``.

A cell of a ruled table is cut out by its rules and its ink, never by what a detector finds, so that
no value is missed and none is given to another cell. Every value is recognised twice, from two
cuttings; it is legible only where both agree, both are certain, and the ink fits the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.readers.ink import (
    Ink,
    Spot,
    hull,
    ink_spots,
    is_bar,
    is_box,
    lean,
    may_be_number,
    parted,
    spots_to_lines,
)
from pipelines.readers.ocr import Reading, find_text, recognize
from pipelines.readers.picture_rules import find_rules, ink_of, rule_ink, upright
from pipelines.readers.printed_page import FIRST_WIDE, Glyph, PrintedPage, Rule, is_number, is_value
from pipelines.readers.ruled_grid import Grid, rules_to_grids

Picture = npt.NDArray[np.uint8]

CERTAIN = 0.95
"""Confidence that every character of a value needs in one reading."""

LIKELY = 0.8
"""The same in the other reading, which has to agree."""

READABLE = 0.6
"""Confidence that the characters of a label need."""

LOOSE = 1.2
"""Height of a character for the gaps of a line outside ruled tables, as a share of the line's area: blanks
behind full-width marks part no sentence."""

SHORT = 2
"""Characters of a text that may have been a number, whatever it was read as."""

FIGURES = 0.25
"""Share of figures in a text that holds a value."""

SMALL = 36
"""Lines with fewer pixels from top to bottom are enlarged before they are recognised."""

STROKES = frozenset("/1|lI\\")
"""What a single stroke is read as."""

SLASH, UPRIGHT = 0.27, 0.12
"""A stroke that leans by this share of its height is a slash; by less than the other, upright."""

TALLEST_ONE = 1.5
"""A stroke more than this many characters high is the rest of a rule."""

SENSE = 0.75
"""Average confidence below which a page may stand on its side or its head."""

LONGER, MANY = 4, 12
"""Characters of a text, or else number of short texts, that tell the sense of a page."""

UNREAD = "\ufffd"
DASH = "—"
INSET = 1.2
"""Points inside a cell's rules where ink may be a rest of the rule."""


class Piece(NamedTuple):
    """A line of ink to be recognised, in pixels; ``touches`` where it runs into a rule of its cell."""

    spots: tuple[Spot, ...]
    area: Spot
    touches: bool
    in_cell: bool


@dataclass(frozen=True)
class _Page:
    """The upright grey picture without the rules of its tables, its ink, and a point in pixels.

    ``rules`` is 255 where a rule was taken out.
    """

    picture: Picture
    ink: Ink
    rules: Picture
    unit: float

    @property
    def paper(self) -> int:
        """The grey of the paper."""
        return int(np.percentile(self.picture[::4, ::4], 90))


def recognized_page(picture: Picture, number: int, width: float) -> PrintedPage:
    """Read a grey picture of a page that is ``width`` points wide.

    A page that makes no sense as it stands is tried on its sides and upside down.
    """
    unit = picture.shape[1] / width
    page, sense = _attempt(picture, number, unit)
    for quarters in (1, 3, 2) if sense < SENSE else ():
        other, other_sense = _attempt(np.ascontiguousarray(np.rot90(picture, quarters)), number, unit)
        if other_sense > sense:
            page, sense = other, other_sense
        if sense >= SENSE:
            break
    return page


def _attempt(picture: Picture, number: int, unit: float) -> tuple[PrintedPage, float]:
    """The page as it stands, and how sure recognition is of its longer texts: 1 where it has none."""
    straight = upright(picture)
    ink = ink_of(straight)
    rules = find_rules(ink)
    horizontal, vertical = (_in_points(each, unit) for each in (rules.horizontal, rules.vertical))
    grids = rules_to_grids(horizontal, vertical)
    page = _without_rules(straight, ink, rule_ink(rules, grids, unit), unit)
    pieces = [piece for grid in grids for piece in _cell_pieces(page, grid)]
    pieces.extend(_loose_pieces(page, grids))
    readings = recognize([_sharpened(_cut_out(page, piece, 0.18)) for piece in pieces])
    glyphs = tuple(_recognized(page, pieces, readings))
    height, width = (side / unit for side in picture.shape)
    return PrintedPage(number, width, height, glyphs, horizontal, vertical), _sense(readings)


def _sense(readings: Sequence[Reading]) -> float:
    """The average confidence of texts of some length, which is low where a page stands on its head."""
    longer = [reading.average for reading in readings if len(reading.text) >= LONGER] or [
        reading.average for reading in readings[: len(readings) if len(readings) >= MANY else 0]
    ]
    return sum(longer) / len(longer) if longer else 1.0


def _without_rules(picture: Picture, ink: Picture, rules: Picture, unit: float) -> _Page:
    spots = ink_spots(np.asarray(cv2.subtract(ink, rules), dtype=np.uint8), unit)
    clean = picture.copy()
    clean[rules > 0] = int(np.percentile(picture[::4, ::4], 90))
    return _Page(clean, spots, rules, unit)


def _in_points(rules: Sequence[Rule], unit: float) -> tuple[Rule, ...]:
    return tuple(Rule(rule.at / unit, rule.start / unit, rule.end / unit) for rule in rules)


def _cell_pieces(page: _Page, grid: Grid) -> Iterator[Piece]:
    inset = INSET * page.unit
    for box in grid.boxes:
        left, top, right, bottom = (edge * page.unit for edge in grid.edges_of(box))
        inner = page.ink.within(left + inset, top + inset, right - inset, bottom - inset)
        for line in spots_to_lines([spot for spot in inner if page.ink.is_text(spot)], page.ink.character):
            for part in parted(line, page.ink.character):
                area = hull(part)
                yield Piece(tuple(part), area, _touches(page, area), in_cell=True)


def _touches(page: _Page, area: Spot) -> bool:
    """Whether ink runs into the ink of a rule: what was taken out with the rule may belong to the text."""
    around = page.rules[max(0, area.top - 1) : area.bottom + 1, max(0, area.left - 1) : area.right + 1]
    return bool(around.any())


def _loose_pieces(page: _Page, grids: Sequence[Grid]) -> Iterator[Piece]:
    """Lines of text outside the ruled tables, as a detector finds them, cut at wide gaps."""
    for top, bottom in _bands_outside(page, grids):
        for found in find_text(page.picture[top:bottom]):
            area = found._replace(top=found.top + top, bottom=found.bottom + top)
            spots = [spot for spot in page.ink.within(*area) if page.ink.is_text(spot)]
            for part in parted(sorted(spots), LOOSE * (area.bottom - area.top)):
                yield Piece(tuple(part), hull(part), touches=False, in_cell=False)


def _bands_outside(page: _Page, grids: Sequence[Grid]) -> list[tuple[int, int]]:
    """Top and bottom of the stretches of the page between its ruled tables that have ink."""
    bands = []
    top = 0
    height, width = page.picture.shape
    for grid in [*grids, None]:
        bottom = height if grid is None else int(grid.rows[0] * page.unit)
        spots = page.ink.within(0, top, width, bottom) if bottom - top > page.ink.character / 2 else []
        text = [spot for spot in spots if page.ink.is_text(spot)]
        if text:
            area, margin = hull(text), int(page.ink.character)
            bands.append((max(top, area.top - margin), min(bottom, area.bottom + margin)))
        top = max(top, int(grid.rows[-1] * page.unit)) if grid else top
    return bands


def _recognized(page: _Page, pieces: Sequence[Piece], readings: Sequence[Reading]) -> list[Glyph]:
    again = [index for index, reading in enumerate(readings) if _needs_second_look(reading)]
    second = recognize([_enlarged(_cut_out(page, pieces[index], 0.32)) for index in again])
    confirmed = dict(zip(again, second, strict=True))
    return [
        _glyph(page, piece, reading, confirmed.get(index))
        for index, (piece, reading) in enumerate(zip(pieces, readings, strict=True))
    ]


def _needs_second_look(reading: Reading) -> bool:
    """Whether a text may be a value: short, or of figures for a good part (``12`` with its unit)."""
    figures = sum(character.isdecimal() for character in reading.text)
    return len(reading.text) <= SHORT or is_value(reading.text) or figures >= FIGURES * len(reading.text)


def _cut_out(page: _Page, piece: Piece, margin: float) -> Picture:
    """The picture of a piece with some paper around it, at least as high as a character."""
    height, width = page.picture.shape
    high = max(piece.area.height, int(page.ink.character * 0.7))
    around = max(2, int(high * margin))
    middle = (piece.area.top + piece.area.bottom) // 2
    top, bottom = max(0, middle - high // 2 - around), min(height, middle + (high + 1) // 2 + around)
    left, right = max(0, piece.area.left - around), min(width, piece.area.right + around)
    return page.picture[top:bottom, left:right]


def _sharpened(picture: Picture) -> Picture:
    """A small line enlarged smoothly, any other as it is."""
    if picture.shape[0] >= SMALL:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _enlarged(picture: Picture) -> Picture:
    stretched = cv2.normalize(picture, None, 0, 255, cv2.NORM_MINMAX)  # type: ignore[call-overload]
    return np.asarray(cv2.resize(stretched, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _glyph(page: _Page, piece: Piece, first: Reading, second: Reading | None) -> Glyph:
    text, legible = _settled(page, piece, first, second)
    left, top, right, bottom = (edge / page.unit for edge in piece.area)
    high = bottom - top
    size = high * 1.05 if any(ord(character) >= FIRST_WIDE for character in text) else high * 1.4
    size = max(size, page.ink.character / page.unit * 0.5)
    return Glyph(text, left, top, right, bottom, (top + bottom) / 2 + 0.35 * size, size, legible)


def _settled(page: _Page, piece: Piece, first: Reading, second: Reading | None) -> tuple[str, bool]:
    """The text of a piece and whether it can be relied on."""
    if second is None:
        return first.text if piece.in_cell else _label(first), first.average >= READABLE
    texts = {first.text, second.text}
    if is_bar(piece.spots, page.ink.character):
        return DASH, not any(character.isdecimal() for text in texts for character in text)
    if texts <= STROKES and len(piece.spots) == 1:
        return _stroke(page, piece, first, second)
    if len(texts) > 1 or not first.text:
        return first.text or second.text or UNREAD, False
    fits = _fits(page, piece, first.text) if is_number(first.text) else not is_value(first.text)
    return first.text, fits and _agree(first, second) and not piece.touches


def _fits(page: _Page, piece: Piece, number: str) -> bool:
    """Whether the ink can be that number."""
    has_box = "0" in number and any(is_box(page.ink.mask, spot) for spot in piece.spots)
    return may_be_number(number, piece.spots) and not has_box


def _stroke(page: _Page, piece: Piece, first: Reading, second: Reading) -> tuple[str, bool]:
    """A single stroke is a slash where it leans and a one where it stands; between them it is neither."""
    leaning = lean(page.ink.mask, piece.spots[0])
    is_sure = _agree(first, second) and not piece.touches
    if leaning >= SLASH and not (is_sure and first.text == "1"):
        return "/", not piece.touches
    is_one = is_sure and first.text == "1" and leaning < UPRIGHT
    return first.text, is_one and piece.area.height <= TALLEST_ONE * page.ink.character


def _agree(first: Reading, second: Reading) -> bool:
    """Whether two readings are the same and sure enough together."""
    lower, higher = sorted((first.lowest, second.lowest))
    return first.text == second.text != "" and lower >= LIKELY and higher >= CERTAIN


def _label(reading: Reading) -> str:
    """The text with figures that are not certain taken out: text outside tables is not marked as illegible."""
    return (
        "".join(
            UNREAD if character.isdecimal() and confidence < CERTAIN else character
            for character, confidence in zip(reading.text, reading.confidences, strict=True)
        )
        or UNREAD
    )
