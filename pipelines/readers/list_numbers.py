"""Numbers of list items that a word processor prints but does not store as text.

The signs come from ``schemas/vocabulary/list_numbering.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.vocabulary import settings

LEVELS = 9
_PLACEHOLDER = re.compile("%([1-9])")
_ROMAN_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN_SIGNS = ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i")
_LONGEST_TEMPLATE = 100
_LARGEST = 9999


class Level(NamedTuple):
    """How one level of a list prints: ``template`` holds ``%1`` to ``%9`` for the levels' numbers.

    ``restart_after`` is the level (from 1) whose use starts this one again: null for any higher
    level, 0 for never.
    """

    template: str
    number_format: str = "decimal"
    start: int = 1
    separator: str = " "
    restart_after: int | None = None
    legal: bool = False


@dataclass(slots=True)
class ListNumbers:
    """Counts the items of all lists of one document, in reading order."""

    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def label(
        self, counter: str, instance: str, level: int, levels: Sequence[Level], restarts: Mapping[int, int]
    ) -> str:
        """The printed number of the next item, with its separator; empty for bullets and unknown levels.

        ``counter`` names the list whose numbers run on, ``instance`` the use of it that may begin
        anew, at the numbers of ``restarts`` by level.
        """
        if not 0 <= level < min(LEVELS, len(levels)):
            return ""
        counts = self._counts.setdefault(counter, [None] * LEVELS)
        if instance not in self._begun:
            self._begun.add(instance)
            for restarted in restarts:
                counts[restarted] = None
        _count(counts, level, levels, restarts)
        return _printed(counts, levels[level], levels)


def number_in_format(number: int, number_format: str) -> str:
    """The number as the format prints it; decimal where the format or the number has no signs of its own."""
    if not 0 < number <= _LARGEST:
        return str(number)
    signs = settings("list_numbering")
    if number_format in signs["counting"]:
        return _counting(number, signs["counting"][number_format])
    if number_format in signs["digital"]:
        return "".join(signs["digital"][number_format][int(digit)] for digit in str(number))
    if number_format in signs["sequence"]:
        return signs["sequence"][number_format][number - 1 : number] or str(number)
    writer = _WRITERS.get(number_format, str)
    return writer(number)


def label_before(label: str, text: str) -> str:
    """The item's text behind its number; a figure never grows together with the number before it."""
    if label and text[:1].isdigit() and not label[-1].isspace():
        return f"{label} {text}"
    return label + text


def format_of_code(code: int) -> str:
    """Name of the number format that binary Word files and RTF give as a number."""
    return str(settings("list_numbering")["code"].get(str(code), "decimal"))


def _count(counts: list[int | None], level: int, levels: Sequence[Level], restarts: Mapping[int, int]) -> None:
    for upper in range(level):
        if counts[upper] is None:
            counts[upper] = restarts.get(upper, levels[upper].start)
    present = counts[level]
    counts[level] = restarts.get(level, levels[level].start) if present is None else present + 1
    for lower in range(level + 1, len(levels)):
        restart_after = levels[lower].restart_after
        if restart_after is None or level < restart_after:
            counts[lower] = None


def _printed(counts: Sequence[int | None], level: Level, levels: Sequence[Level]) -> str:
    if level.number_format == "bullet" or not level.template:
        return ""

    def number(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        count = counts[place]
        if count is None or place >= len(levels):
            return ""
        number_format = "decimal" if level.legal else levels[place].number_format
        return "" if number_format in {"none", "bullet"} else number_in_format(count, number_format)

    return _PLACEHOLDER.sub(number, level.template[:_LONGEST_TEMPLATE]) + level.separator


def _counting(number: int, signs: str) -> str:
    """Number from 1 to 9999 with signs for ten, hundred and thousand; twelve is ten-two, not one-ten-two."""
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(written)
            continue
        if gap:
            written, gap = written + signs[0], False
        unit = signs[9 + place] if place else ""
        written += unit if digit == 1 and place == 1 and not written else signs[digit] + unit
    return written


def _roman(number: int) -> str:
    written = ""
    for value, sign in zip(_ROMAN_VALUES, _ROMAN_SIGNS, strict=True):
        times, number = divmod(number, value)
        written += sign * times
    return written


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimalZero": "{:02d}".format,
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
