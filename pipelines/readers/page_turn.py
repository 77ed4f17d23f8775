"""A page as its file has it → the page with its text upright. All lengths from the top left corner, downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from pipelines.readers.pdf_text import SLANTED, PageText, em
from pipelines.readers.printed_page import Glyph, Rule

Area = tuple[float, float, float, float]
"""Left, top, right and bottom."""

_first = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Turn:
    """The right angles by which a page is turned back; ``width`` and ``height`` are those in the file."""

    quarters: int
    width: float
    height: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright page."""
        return (self.height, self.width) if self.quarters % 2 else (self.width, self.height)

    def area(self, left: float, top: float, right: float, bottom: float) -> Area:
        """An area, upright."""
        if self.quarters == 0:
            return left, top, right, bottom
        if self.quarters == 1:
            return top, self.width - right, bottom, self.width - left
        if self.quarters == 2:  # upside down
            return self.width - right, self.height - bottom, self.width - left, self.height - top
        return self.height - bottom, left, self.height - top, right

    def rules(self, flat: Iterable[Rule], standing: Iterable[Rule]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """Rules that lie and rules that stand, upright."""
        if self.quarters == 0:
            return tuple(flat), tuple(standing)
        lying = [self.area(start, at, end, at) for at, start, end in flat]
        upright = [self.area(at, start, at, end) for at, start, end in standing]
        if self.quarters % 2:
            lying, upright = upright, lying
        return (
            tuple(Rule((top + bottom) / 2, left, right) for left, top, right, bottom in lying),
            tuple(Rule((left + right) / 2, top, bottom) for left, top, right, bottom in upright),
        )

    def text(self, text: PageText) -> tuple[tuple[Glyph, ...], tuple[str, ...]]:
        """The glyphs of a page, upright, and the texts of slanted runs."""
        if not any(text.quarters):
            return tuple(text.glyphs), ()
        glyphs: list[Glyph] = []
        asides: list[str] = []
        for quarters, pairs in groupby(zip(text.quarters, text.glyphs, strict=True), key=_first):
            run = [self._glyph(glyph) for _, glyph in pairs]
            if quarters == self.quarters:
                glyphs.extend(run)
            elif quarters == SLANTED:
                asides.append("".join(glyph.text for glyph in run))
            else:
                glyphs.append(_turned_run(run))
        return tuple(glyphs), tuple(asides)

    def _glyph(self, glyph: Glyph) -> Glyph:
        if self.quarters == 0:
            return glyph
        text, left, top, right, bottom, baseline, _, legible = glyph
        left, top, right, bottom = self.area(left, top, right, bottom)
        if self.quarters < 3:  # measured from the side that is the lower one now
            baseline = (self.width if self.quarters == 1 else self.height) - baseline
        return Glyph(text, left, top, right, bottom, baseline, em(text, right - left, bottom - top), legible)


def _turned_run(run: Sequence[Glyph]) -> Glyph:
    """Text that runs up or down the page (a label turned in its cell) as one glyph."""
    bottom = max(glyph.bottom for glyph in run)
    return Glyph(
        "".join(glyph.text for glyph in run),
        min(glyph.left for glyph in run),
        min(glyph.top for glyph in run),
        max(glyph.right for glyph in run),
        bottom,
        bottom,
        max(1.0, run[0].bottom - run[0].top),
        all(glyph.legible for glyph in run),
    )
