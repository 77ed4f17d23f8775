"""Rules drawn through the middle of glyphs: a strike-through, as tracked changes print what was deleted.

A deleted figure stands right beside the inserted one, and both would read as one number. A rule of a
table may run through text as well, where a row is too low; it is told by its ends.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from pipelines.readers.document import new
from pipelines.readers.printed_page import STRUCK, Glyph, Rule

MIDDLE = 0.25
"""A strike keeps this share of a glyph's height from its top and bottom."""

LOWEST, HIGHEST = 0.1, 0.6
"""Ems above the baseline between which a strike lies; what lies lower underlines, what lies higher tops."""

SAME = 0.5
"""Points between the heights of two pieces of one strike."""

TOUCHING = 1.0
"""Points between two pieces of one line, and between the end of a table's rule and the one that crosses it."""

BLANK = 0.6
"""Ems by which a strike may go on over a blank that was struck with the text."""

PART = 0.3
"""Share of its width by which an outer glyph may stick out of its strike."""

WIDEST = 1.5
"""Times its height that a character is wide at most; a larger box is damaged."""

COVERED = 0.5
"""Share of a strike along which glyphs stand at least."""

REACH = 7.0
"""Points above a baseline within which the strikes of figures and of text lie; titles are larger."""

MAXIMUM_PAIRS = 1_000_000
"""With more pairs of a glyph and a rule a page is a drawing, and no strike is looked for."""

_height_of, _baseline_of = itemgetter(0), itemgetter(5)
"""Of a rule, and of a glyph."""


class _Stretch(NamedTuple):
    """Pieces of one horizontal line that touch, by their numbers."""

    at: float
    start: float
    end: float
    pieces: tuple[int, ...]


def strikes_marked(
    glyphs: tuple[Glyph, ...], horizontal: tuple[Rule, ...], vertical: Sequence[Rule]
) -> tuple[tuple[Glyph, ...], tuple[Rule, ...]]:
    """Glyphs of an upright page with marks around what is struck through, and the rules that strike nothing."""
    crossed = _crossed(glyphs, horizontal)
    if not crossed or len(crossed) * len(horizontal) > MAXIMUM_PAIRS:
        return glyphs, horizontal
    marked, kept = list(glyphs), dict(enumerate(horizontal))
    for stretch in _stretches(horizontal):
        struck = _struck(stretch, glyphs, crossed)
        if struck and not _is_bounded(stretch, vertical):
            _mark(marked, struck)
            for piece in stretch.pieces:
                del kept[piece]
    return tuple(marked), tuple(kept.values())


def _crossed(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> list[int]:
    """Numbers of the glyphs that a rule may strike; on nearly every page there are none."""
    heights = sorted(set(map(_height_of, rules)))
    near: dict[float, list[float]] = {}
    for baseline in set(map(_baseline_of, glyphs)) if heights else ():
        first = bisect_left(heights, baseline - REACH)
        if first < len(heights) and heights[first] < baseline:
            near[baseline] = heights[first : bisect_left(heights, baseline, first)]
    if not near:
        return []
    spans: dict[float, list[Rule]] = {at: [] for within in near.values() for at in within}
    for rule in rules:
        if rule[0] in spans:
            spans[rule[0]].append(rule)
    if len(glyphs) * max(sum([len(spans[at]) for at in within]) for within in near.values()) > MAXIMUM_PAIRS:
        return []
    return [
        place
        for place, glyph in enumerate(glyphs)
        if glyph[5] in near and any(_is_pierced(glyph, at) and _spans(spans[at], glyph) for at in near[glyph[5]])
    ]


def _spans(rules: Sequence[Rule], glyph: Glyph) -> bool:
    """Whether one of some rules reaches over the middle of a glyph."""
    middle = (glyph[1] + glyph[3]) / 2
    return any(start < middle < end for _, start, end in rules)


def _stretches(rules: Sequence[Rule]) -> list[_Stretch]:
    """Rules put together where they go on from one another at the same height."""
    lines: list[list[int]] = []
    for place in sorted(range(len(rules)), key=rules.__getitem__):
        if lines and rules[place].at - rules[lines[-1][0]].at <= SAME:
            lines[-1].append(place)
        else:
            lines.append([place])
    return [stretch for line in lines for stretch in _end_to_end(rules, line)]


def _end_to_end(rules: Sequence[Rule], line: Sequence[int]) -> list[_Stretch]:
    found: list[_Stretch] = []
    for start, end, place in sorted((rules[place].start, rules[place].end, place) for place in line):
        before = found[-1] if found else None
        if before is not None and start <= before.end + TOUCHING:
            found[-1] = before._replace(end=max(before.end, end), pieces=(*before.pieces, place))
        else:
            found.append(_Stretch(rules[place].at, start, end, (place,)))
    return found


def _struck(stretch: _Stretch, glyphs: Sequence[Glyph], crossed: Sequence[int]) -> list[int]:
    """Numbers of the glyphs that a line strikes, from left to right; none where it begins or ends elsewhere."""
    at, start, end, _ = stretch
    line = [new(Rule, (at, start, end))]
    struck = [place for place in crossed if _is_pierced(glyphs[place], at) and _spans(line, glyphs[place])]
    if not struck:
        return []
    struck.sort(key=lambda place: glyphs[place].left)
    first, last = glyphs[struck[0]], glyphs[struck[-1]]
    begins = -BLANK * first.size <= start - first.left <= PART * (first.right - first.left)
    ends = -BLANK * last.size <= last.right - end <= PART * (last.right - last.left)
    length = sum(glyphs[place].right - glyphs[place].left for place in struck)
    return struck if begins and ends and length >= COVERED * (end - start) else []


def _is_pierced(glyph: Glyph, at: float) -> bool:
    """Whether this is the height at which one legible character is struck through."""
    text, left, top, right, bottom, baseline, size, legible = glyph
    if not LOWEST * size <= baseline - at <= HIGHEST * size:
        return False
    height = bottom - top
    is_middle = top + MIDDLE * height <= at <= bottom - MIDDLE * height
    return is_middle and right - left <= WIDEST * height and legible and len(text) == 1


def _is_bounded(stretch: _Stretch, vertical: Sequence[Rule]) -> bool:
    """Whether both ends of a line meet upright rules, as those of a cell's side do."""
    return all(
        any(
            abs(x - end) <= TOUCHING and top - TOUCHING <= stretch.at <= bottom + TOUCHING
            for x, top, bottom in vertical
        )
        for end in (stretch.start, stretch.end)
    )


def _mark(glyphs: list[Glyph], struck: Sequence[int]) -> None:
    """Put a mark before and behind the struck glyphs; a strike may be of two lines."""
    first, last = struck[0], struck[-1]
    if not glyphs[first].text.startswith(STRUCK):
        glyphs[first] = glyphs[first]._replace(text=STRUCK + glyphs[first].text)
    if not glyphs[last].text.endswith(STRUCK):
        glyphs[last] = glyphs[last]._replace(text=glyphs[last].text + STRUCK)
