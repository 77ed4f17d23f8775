"""Ink of a recognised page as pieces: what stands in an area, in which lines, and what its shape says.

Pieces are connected spots of ink. They are the witness against which recognised texts are held: a cell
is empty only where there is no ink, and a number has no fewer figures than there are spots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

SPECK = 1.5
"""Points; smaller spots are dirt unless they stand between figures."""

BAR = 1.6
"""A spot this many times as wide as high is a dash."""

BAND = 1.25
"""Spots above one another within this many character heights are one line of text."""

EDGE = 10
"""The edge of a spot is this fraction of its height."""

DRAWN = 0.88
"""Share of an edge that is ink where a line is drawn along it; a nought has ends that are round."""

GAP = 0.8
"""A gap of this many line heights parts a line in two."""


STROKE = 0.12
"""Share of its height by which the ink of a straight stroke strays from a line."""


class Spot(NamedTuple):
    """One connected piece of ink, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Ink:
    """All spots of a page, one row each (left, top, right, bottom); ``unit`` is a point in pixels.

    ``mask`` is 255 where there is ink.
    """

    mask: npt.NDArray[np.uint8]
    spots: npt.NDArray[np.int32]
    unit: float
    character: float
    """Height of a character in pixels, as most of the page's spots show it."""

    def within(self, left: float, top: float, right: float, bottom: float) -> list[Spot]:
        """Spots whose middle lies in an area."""
        x, y = (self.spots[:, 0] + self.spots[:, 2]) / 2, (self.spots[:, 1] + self.spots[:, 3]) / 2
        chosen = self.spots[(x >= left) & (x < right) & (y >= top) & (y < bottom)]
        return [Spot(*(int(value) for value in row)) for row in chosen]

    def is_text(self, spot: Spot) -> bool:
        """Whether a spot is too large to be dirt."""
        return max(spot.width, spot.height) >= SPECK * self.unit


def ink_spots(mask: npt.NDArray[np.uint8], unit: float) -> Ink:
    """The spots of a mask that is 255 where there is ink; lone pixels are left out."""
    _, _, statistics, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    rows = statistics[1:]
    rows = rows[rows[:, cv2.CC_STAT_AREA] > 1]
    left, top, width, height = (rows[:, column].astype(np.int32) for column in range(4))
    spots = np.stack([left, top, left + width, top + height], axis=1)
    larger = np.maximum(width, height)
    usual = larger[(larger > 4 * unit) & (larger < 22 * unit)]
    character = float(np.percentile(usual, 70)) if len(usual) else 10 * unit
    return Ink(mask, spots, unit, character)


def spots_to_lines(spots: Sequence[Spot], character: float) -> list[list[Spot]]:
    """Spots as lines of text from top to bottom, each from left to right."""
    lines: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: spot.top):
        if lines and _shares_line(lines[-1], spot, character):
            lines[-1].append(spot)
        else:
            lines.append([spot])
    return [sorted(line) for line in lines]


def _shares_line(line: Sequence[Spot], spot: Spot, character: float) -> bool:
    top, bottom = min(other.top for other in line), max(other.bottom for other in line)
    overlap = min(bottom, spot.bottom) - max(top, spot.top)
    return overlap > 0.3 * min(spot.height, bottom - top) or max(bottom, spot.bottom) - top <= BAND * character


def parted(line: Sequence[Spot], character: float) -> list[list[Spot]]:
    """A line cut at its wide gaps, as between the values of a row without rules."""
    parts: list[list[Spot]] = []
    reach = 0
    for spot in line:
        if parts and spot.left - reach <= GAP * character:
            parts[-1].append(spot)
        else:
            parts.append([spot])
        reach = max(reach, spot.right) if len(parts[-1]) > 1 else spot.right
    return parts


def hull(spots: Sequence[Spot]) -> Spot:
    """The area that spots take together."""
    return Spot(
        min(spot.left for spot in spots),
        min(spot.top for spot in spots),
        max(spot.right for spot in spots),
        max(spot.bottom for spot in spots),
    )


def is_bar(spots: Sequence[Spot], character: float) -> bool:
    """Whether all that stands there is a dash."""
    return all(spot.width >= BAR * spot.height and spot.height <= 0.3 * character for spot in spots)


def lean(mask: npt.NDArray[np.uint8], spot: Spot) -> float:
    """How far a stroke leans to the right on its way up, as a share of its height; 0 for what is no stroke.

    A slash leans by a third and more, a figure one does not.
    """
    down, across = np.nonzero(mask[spot.top : spot.bottom, spot.left : spot.right])
    if spot.height < 2 or len(down) < spot.height:  # no direction
        return 0.0
    slope, start = np.polyfit(down, across, 1)
    strays = float(np.std(across - slope * down - start))
    return -float(slope) if strays <= STROKE * spot.height else 0.0


def is_box(mask: npt.NDArray[np.uint8], spot: Spot) -> bool:
    """Whether all four sides of a spot are drawn: an empty box, as stands for what a font lacks, is no nought."""
    ink = mask[spot.top : spot.bottom, spot.left : spot.right] > 0
    deep = max(1, spot.height // EDGE)
    sides = (ink[:deep].any(axis=0), ink[-deep:].any(axis=0), ink[:, :deep].any(axis=1), ink[:, -deep:].any(axis=1))
    return all(float(side.mean()) >= DRAWN for side in sides)


def may_be_number(text: str, spots: Sequence[Spot]) -> bool:
    """Whether the spots can be the figures of a number: none is left over, width and gaps fit."""
    area = hull(spots)
    figures = sum(character.isdecimal() for character in text)
    tall = [spot for spot in spots if spot.height >= 0.55 * area.height]
    width = area.width / max(1, area.height)
    gaps = [after.left - before.right for before, after in pairwise(sorted(tall))]
    is_close = all(gap <= 0.75 * area.height for gap in gaps)
    return is_close and len(tall) <= figures and 0.2 * figures <= width <= 0.9 * len(text) + 0.5
