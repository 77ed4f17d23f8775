"""Figures that a word processor raises or lowers by so many points: a note's mark is no part of the number before.

A height alone says nothing, for many programs state one for whole cells: only a figure that stands much
higher or lower than the figure beside it is none of its figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

APART = 4
"""Half points by which two figures differ in height that are no one number."""

_FAR = 64
"""Characters that may be dropped between two figures that are looked at."""

_FIGURES = re.compile(rf"\0{{0,{_FAR}}}[0-9]{{1,{_FAR}}}")
STRUCK_FIGURES = str.maketrans(dict.fromkeys("0123456789", "~"))
RAISED_FIGURES = {
    1: str.maketrans("0123456789", "\u2070\xb9\xb2\xb3\u2074\u2075\u2076\u2077\u2078\u2079"),
    2: str.maketrans("0123456789", "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089"),
}
"""By what the property says: above the line, below it."""


def kept_apart(text: str, raised: Sequence[tuple[int, int, int]]) -> str:
    """A text, one sign a position, in which a figure much higher or lower than the one before stands raised or lowered.

    ``raised`` holds the stretches that are, in order: begin, end and half points upwards. NUL is a dropped sign.
    """
    signs: list[str] = []
    done = 0
    for place, rise in _steps(raised):
        if abs(rise) < APART or place < done:
            continue
        before, after = text[max(0, place - _FAR) : place].rstrip("\0"), _FIGURES.match(text, place)
        if after is not None and before[-1:].isdecimal():
            signs += text[done:place], after[0].translate(RAISED_FIGURES[1 if rise > 0 else 2])
            done = after.end()
    return "".join([*signs, text[done:]])


def _steps(raised: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """Where the text goes up or down, and by how many half points."""
    last, height = 0, 0
    for begin, end, other in raised:
        if begin > last:
            yield last, -height
            height = 0
        yield begin, other - height
        last, height = end, other
    yield last, -height
