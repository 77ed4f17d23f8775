"""What is printed on one page: glyphs and rules, in points from the top left corner, as a person sees it.

PDF pages and recognised pictures both end here, so that tables, lines and paragraphs are made by the
same code for both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import NamedTuple

FIRST_WIDE = 0x2E80
"""From here on characters are as wide as the font is high (ideographs and their punctuation)."""

WORD_GAP = 0.2
"""A gap of this many ems between two glyphs is a space where one of them is not an ideograph."""

WIDE_GAP = 0.6
"""A gap of this many ems between two ideographs is a space."""

STRUCK = "~"
"""Stands before and behind text that is struck through, as other readers write it too."""

TOUCHING = 0.5
"""Points between glyphs that follow one another without a gap."""

OVERPRINT = 0.55
"""Share of the smaller of two glyphs that is covered where one is printed over the other."""

SAME_LEVEL = 0.8
"""Points between baselines that are one, but for rounding."""

SAME_LINE = 0.25
"""Ems between the baselines of one line whose parts are set in different fonts."""


class Glyph(NamedTuple):
    """One character (PDF) or one recognised word (picture) with its box.

    ``baseline`` is where the glyph stands, ``size`` the em; all in points, downwards from the top.
    ``legible`` is false where the text is not to be trusted.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    legible: bool = True


_left_of, _baseline_of = attrgetter("left"), attrgetter("baseline")


class Rule(NamedTuple):
    """One straight ruling line; ``at`` is its fixed coordinate, ``start`` and ``end`` its extent."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One page, upright; ``number`` counts from 1."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    asides: tuple[str, ...] = ()
    """Texts that are not part of the reading order, such as a slanted watermark."""


@dataclass(frozen=True, slots=True)
class Line:
    """Glyphs that stand on one baseline, from left to right; lengths in points from the top left."""

    glyphs: tuple[Glyph, ...]
    text: str
    """With spaces where the gaps show them."""
    left: float
    right: float
    baseline: float
    """Where most of the line stands."""
    size: float
    """The em of the line: the median of its glyphs."""


def glyphs_to_line(glyphs: Sequence[Glyph]) -> Line:
    """Glyphs that stand on one baseline, from left to right, as a line."""
    return Line(
        tuple(glyphs),
        joined(glyphs),
        glyphs[0].left,
        max([glyph.right for glyph in glyphs]),
        median([glyph.baseline for glyph in glyphs]),
        median([glyph.size for glyph in glyphs]),
    )


def joined(glyphs: Sequence[Glyph]) -> str:
    """Glyphs of one line as text, with blanks where the gaps between them show some."""
    before = glyphs[0]
    if len(glyphs) == 1:
        return before.text
    parts, end = [before.text], before.right
    for after in glyphs[1:]:
        gap = after.left - end
        if gap > TOUCHING:
            parts.append(_blanks(before, after, gap / max(before.size, after.size, 1.0)))
        parts.append(after.text)
        before, end = after, after.right
    return "".join(parts)


def _blanks(before: Glyph, after: Glyph, ems: float) -> str:
    if ord(before.text[-1]) >= FIRST_WIDE and ord(after.text[0]) >= FIRST_WIDE:
        return "" if ems < WIDE_GAP else "  "
    return "" if ems < WORD_GAP else " "


def glyphs_to_lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """Glyphs that stand on one baseline as lines, from top to bottom.

    Glyphs on the very same baseline are gathered first, so that no word is torn where a neighbouring
    column stands a little higher; then baselines that differ by no more than fonts do are one line.
    """
    lines: list[list[Glyph]] = []
    for level in _levels(glyphs):
        if lines and level[0].baseline - lines[-1][0].baseline <= SAME_LINE * min(level[0].size, lines[-1][0].size):
            lines[-1].extend(level)
        else:
            lines.append(level)
    return [glyphs_to_line(_settled(sorted(line, key=_left_of))) for line in lines]


def _settled(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Glyphs of one line, each once: what is drawn twice at nearly the same place only looks bold.

    Different glyphs that are printed over one another are not legible: nothing tells which counts.
    """
    kept = list(glyphs[:1])
    for glyph in glyphs[1:]:
        before = kept[-1]
        if glyph.left >= before.right - TOUCHING or not _printed_over(before, glyph):
            kept.append(glyph)
        elif before.text != glyph.text:
            kept[-1] = before._replace(legible=False)
            kept.append(glyph._replace(legible=False))
        elif before.legible and not glyph.legible:
            kept[-1] = glyph
    return kept


def _printed_over(one: Glyph, other: Glyph) -> bool:
    narrower = min(one.right - one.left, other.right - other.left)
    lower = min(one.bottom - one.top, other.bottom - other.top)
    across = min(one.right, other.right) - max(one.left, other.left)
    upwards = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > OVERPRINT * narrower and upwards > OVERPRINT * lower


def _levels(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    levels: list[list[Glyph]] = []
    first = float("-inf")
    for glyph in sorted(glyphs, key=_baseline_of):
        baseline = glyph.baseline
        if baseline - first <= SAME_LEVEL:
            levels[-1].append(glyph)
        else:
            levels.append([glyph])
            first = baseline
    return levels


def lines_to_text(lines: Sequence[Line]) -> str:
    """The lines of one cell as its text.

    A label that was wrapped is put together again. Lines that hold only a number are kept apart by a
    line break, for nothing here tells a wrapped number from two numbers. No lines are an empty cell.
    """
    texts = [line.text for line in lines]
    parts = texts[:1]
    for before, after in pairwise(texts):
        parts.append(_seam(before, after))
        parts.append(after)
    return "".join(parts)


def _seam(before: str, after: str) -> str:
    if is_value(before) or is_value(after):
        return "\n"
    return " " if before[-1].isascii() and after[0].isascii() and before[-1].isalnum() and after[0].isalnum() else ""


@lru_cache(maxsize=8192)
def is_number(text: str) -> bool:
    """Whether a text is written as a number: digits with signs, separators and per cent, struck or not, only."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if plain.count(STRUCK) > 1:  # a part of it is struck through
        plain = plain.replace(STRUCK, "")
    return any(character.isdecimal() for character in plain) and not plain.strip("0123456789.,+-−%")


@lru_cache(maxsize=8192)
def is_value(text: str) -> bool:
    """Whether a text is a number or a mark that stands for none, such as a dash."""
    return is_number(text) or not unicodedata.normalize("NFKC", text).strip("/\\-‐‑‒–—―−─ ")
