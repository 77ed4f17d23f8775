"""Picture of a page → the upright picture, its ink and its ruling lines. Import only with the extra ``ocr``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.readers.printed_page import Rule
from pipelines.readers.ruled_grid import SNAP, Grid

Picture = npt.NDArray[np.uint8]

STEEPEST = 4.0
"""Degrees by which a page is turned back at most."""

STRAIGHT = 0.04
"""Degrees that are not worth turning a page for."""

SKEW_WIDTH = 1000
"""Width in pixels at which the angle of a page is measured."""

LONG = 0.15
"""Share of the page's width that a line must have to tell the angle."""

FLAT = 2.0
"""Pixels (at that width) by which a line's ink may stray from straight; text strays more."""

ACROSS = 0.03
"""A horizontal rule is at least this share of the page's width: longer than any stroke of a character."""

DOWN = 0.02
"""The same for vertical rules, of the page's width too, for heights vary with the picture."""

THICKEST = 0.005
"""Share of the page's width that a rule is thick at most."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Ruling lines of a picture, in pixels, and the ink that they are made of (255 on each mask)."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    flat: Picture
    standing: Picture


def upright(picture: Picture) -> Picture:
    """The page turned back by the small angle at which it was scanned."""
    angle = skew(picture)
    if abs(angle) < STRAIGHT:
        return picture
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    paper = int(np.percentile(picture, 90))
    return np.asarray(
        cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,)), dtype=np.uint8
    )


def skew(picture: Picture) -> float:
    """Degrees (counter-clockwise) by which the page must be turned; 0 where nothing shows it."""
    scale = min(1.0, SKEW_WIDTH / picture.shape[1])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = ink_of(np.asarray(small, dtype=np.uint8))
    slopes = [line for line in _long_lines(ink) if abs(line[0]) <= STEEPEST]
    if not slopes:
        return _skew_of_text(ink)
    angles, lengths = np.array(slopes).T
    order = np.argsort(angles)
    total = np.cumsum(lengths[order])
    return float(angles[order][np.searchsorted(total, total[-1] / 2)])


def _long_lines(ink: Picture) -> list[tuple[float, float]]:
    """Angle in degrees and length of every long line that lies nearly flat."""
    flat = _lines(ink, (ink.shape[1] // 40, 1))
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(flat, connectivity=8)
    found = []
    for index in range(1, count):
        left, top, width, height = (int(value) for value in statistics[index][:4])
        if width < LONG * ink.shape[1]:
            continue
        y, x = np.nonzero(labels[top : top + height, left : left + width] == index)
        slope, middle = np.polyfit(x, y, 1)
        if np.std(y - slope * x - middle) <= FLAT:
            found.append((float(np.degrees(np.arctan(slope))), float(width)))
    return found


def _skew_of_text(ink: Picture) -> float:
    """The angle at which the lines of text are parted most clearly."""
    coarse = _clearest(ink, np.arange(-STEEPEST, STEEPEST + 0.01, 0.4))
    return _clearest(ink, np.arange(coarse - 0.4, coarse + 0.41, 0.1))


def _clearest(ink: Picture, angles: npt.NDArray[np.float64]) -> float:
    height, width = ink.shape
    best = (0.0, 0.0)
    for angle in angles:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
        profile = cv2.warpAffine(ink, turn, (width, height)).sum(axis=1, dtype=np.float64)
        best = max(best, (float(np.square(np.diff(profile)).sum()), float(angle)))
    return best[1]


def ink_of(picture: Picture) -> Picture:
    """255 where the page is darker than its surroundings."""
    soft = cv2.GaussianBlur(picture, (3, 3), 0)
    reach = max(15, picture.shape[1] // 40) | 1
    local = cv2.adaptiveThreshold(soft, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, reach, 12)
    return np.asarray(local, dtype=np.uint8)


def find_rules(ink: Picture) -> Rules:
    """The rules of an upright page; strokes of large characters may be among them."""
    width = ink.shape[1]
    flat = _thin(_lines(ink, (max(15, int(width * ACROSS)), 1)), width)
    standing = _thin(_lines(ink, (1, max(15, int(width * DOWN)))).T, width).T
    horizontal = tuple(Rule(top + high / 2, left, left + wide) for left, top, wide, high in _boxes(flat))
    vertical = tuple(Rule(left + wide / 2, top, top + high) for left, top, wide, high in _boxes(standing))
    return Rules(horizontal, vertical, flat, standing)


def rule_ink(rules: Rules, grids: Sequence[Grid], unit: float) -> Picture:
    """255 where the ink of a rule lies at an edge of a grid; ``unit`` is a point in pixels."""
    mask = np.zeros_like(rules.flat)
    reach = int(SNAP * unit) + 1
    for grid in grids:
        left, right = (int(edge * unit) for edge in (grid.columns[0], grid.columns[-1]))
        top, bottom = (int(edge * unit) for edge in (grid.rows[0], grid.rows[-1]))
        across = slice(max(0, left - reach), right + reach)
        down = slice(max(0, top - reach), bottom + reach)
        for edge in grid.rows:
            band = slice(max(0, int(edge * unit) - reach), int(edge * unit) + reach)
            mask[band, across] |= rules.flat[band, across]
        for edge in grid.columns:
            band = slice(max(0, int(edge * unit) - reach), int(edge * unit) + reach)
            mask[down, band] |= rules.standing[down, band]
    thick = max(3, mask.shape[1] // 500) | 1
    return np.asarray(cv2.dilate(mask, np.ones((thick, thick), np.uint8)), dtype=np.uint8)


def _lines(ink: Picture, shape: tuple[int, int]) -> Picture:
    """Ink that runs straight for a while; a slant of a pixel or two is bridged first."""
    across, down = shape
    bridge = np.ones((3, 1) if down == 1 else (1, 3), np.uint8)
    long = np.ones((down, across), np.uint8)
    return np.asarray(cv2.morphologyEx(cv2.dilate(ink, bridge), cv2.MORPH_OPEN, long), dtype=np.uint8)


def _thin(mask: Picture, page_width: int) -> Picture:
    """Only the pieces that are thin enough for a flat rule; a row of characters is not."""
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask), connectivity=8)
    thickest = max(8, int(page_width * THICKEST))
    area, width, height = statistics[:, cv2.CC_STAT_AREA], statistics[:, 2], statistics[:, 3]
    keep = (area / np.maximum(width, 1) <= thickest) & (height * 6 < width) & (np.arange(count) > 0)
    return np.asarray(keep[labels] * 255, dtype=np.uint8)


def _boxes(mask: Picture) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of each connected piece of a mask."""
    _, _, statistics, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask), connectivity=8)
    return [tuple(int(value) for value in row[:4]) for row in statistics[1:]]  # type: ignore[misc]
