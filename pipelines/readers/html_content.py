"""Which lines of a page are the report and which are what the site puts around it.

Nothing is lost here: a wrong guess only gives a line another role. The content is the smallest
container that holds all sentences and all tables of data; where that is the whole page,
everything is text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache

from pipelines.readers.html_idioms import CHROME, CONTENT
from pipelines.readers.html_table import Grid, Line
from schemas.vocabulary import settings

_SENTENCE = re.compile(r"[\u3002\uff1b!?\uff01\uff1f][\"\u201d\u300d)\uff09]?$|\u3002")
_SHORTEST_SENTENCE = 15
_LONG_LINE = 120
_DATA_CELLS = 20
_DATA_WORDS = 24
"""Characters besides figures from which on a table of many cells holds data."""
_FIGURES = 3
"""Cells with nothing but a number from which on a small table may be a part of the report."""
_LONGEST_FOOT = 200
_TITLE_PARTS = re.compile(r"\s*[-_|–—\u4e28\uff5c]+\s*")
_SHORTEST_TITLE = 6
_LONGEST_TITLE = 200
_MOST_NAVIGATION = 150


class Containers:
    """The containers of a page as a tree of numbers, in document order."""

    def __init__(self, parents: Sequence[int], flags: Sequence[int]) -> None:
        self.parents = parents
        self.flags = flags
        self.last = list(range(len(parents)))
        """For each container the last one inside it."""
        for number in range(len(parents) - 1, 0, -1):
            parent = parents[number]
            self.last[parent] = max(self.last[parent], self.last[number])

    def holds(self, outer: int, inner: int) -> bool:
        """Whether ``inner`` is ``outer`` or stands in it."""
        return outer <= inner <= self.last[outer]

    def common(self, numbers: Iterable[int]) -> int:
        """Smallest container that holds all of them; the page where there are none."""
        ordered = sorted(numbers)
        if not ordered:
            return 0
        found = ordered[0]
        while not self.holds(found, ordered[-1]):
            found = self.parents[found]
        return found

    def flagged(self, number: int, flag: int, below: int = -1) -> int | None:
        """The nearest container with ``flag`` at or around ``number``, inside ``below``."""
        while number > below and number >= 0:
            if self.flags[number] & flag:
                return number
            number = self.parents[number]
        return None


def signals_of(items: Sequence[Line | Grid]) -> list[int]:
    """Places in ``items`` of the sentences and tables of data, which the report has and navigation has not."""
    return [number for number, item in enumerate(items) if _is_signal(item)]


def content_of(signals: Sequence[Line | Grid], containers: Containers) -> int:
    """Number of the container that is the report's body, told by the sentences and tables of data."""
    elements = [item.element for item in signals]
    outside = [element for element in elements if containers.flagged(element, CHROME) is None]
    grids = [item.element for item in signals if isinstance(item, Grid)]
    found = containers.common([*(outside or elements), *grids])
    named = containers.flagged(found, CONTENT)
    return found if named is None else named


def _is_signal(item: Line | Grid) -> bool:
    if isinstance(item, Grid):
        return _is_data(item)
    length = len(item.text)
    if item.linked * 2 > length or item.raw:
        return item.raw
    return length >= _SHORTEST_SENTENCE and (length >= _LONG_LINE or _SENTENCE.search(item.text) is not None)


def _is_data(grid: Grid) -> bool:
    """Whether a table has many cells and words in them, as a calendar has not."""
    if sum(map(len, grid.rows)) < _DATA_CELLS:
        return False
    words = 0
    for row in grid.rows:
        words += sum([len(cell.text) for cell in row if not cell.text.isdigit()])
        if words >= _DATA_WORDS:
            return True
    return False


def with_roles(
    items: Sequence[Line | Grid],
    signals: Sequence[int],
    containers: Containers,
    content: int,
    titles: Sequence[str],
) -> list[Line | Grid]:
    """Items with ``chrome`` and ``title`` set; long lists of links outside the content are cut short."""
    names = _title_names(titles)
    keeping = _kept_chrome(items, signals, containers, content)
    foot = _foot_begins(items, signals)
    result: list[Line | Grid] = []
    navigation = 0
    for number, item in enumerate(items):
        if isinstance(item, Grid):
            result.extend([item] if containers.holds(content, item.element) else _outside_grid(item))
            continue
        line = _with_role(item, number >= foot or item.element in keeping, names)
        navigation += line.role == "chrome" and line.linked * 2 > len(line.text)
        if navigation <= _MOST_NAVIGATION or line.role != "chrome" or line.linked * 2 <= len(line.text):
            result.append(line)
    return result


def _foot_begins(items: Sequence[Line | Grid], signals: Sequence[int]) -> int:
    """Number of the first item behind the last sentence or table that only a page's foot has."""
    last = signals[-1] if signals else len(items)
    foot = _foot()
    for number in range(last + 1, len(items)):
        item = items[number]
        if isinstance(item, Line) and len(item.text) <= _LONGEST_FOOT and foot.search(item.text):
            return number
    return len(items)


@cache
def _foot() -> re.Pattern[str]:
    return re.compile("|".join(settings("web_pages")["foot"]))


def _kept_chrome(
    items: Sequence[Line | Grid], signals: Sequence[int], containers: Containers, content: int
) -> set[int]:
    """Containers whose lines are chrome: those outside the content, and named chrome inside without sentences."""
    elements = {item.element for item in items}
    speaking = sorted({items[number].element for number in signals})
    chrome = set()
    for element in elements:
        if not containers.holds(content, element):
            chrome.add(element)
            continue
        named = containers.flagged(element, CHROME, content)
        if named is not None:
            next_speaking = bisect_left(speaking, named)
            if next_speaking == len(speaking) or not containers.holds(named, speaking[next_speaking]):
                chrome.add(element)
    return chrome


def _with_role(line: Line, is_chrome: bool, names: frozenset[str]) -> Line:
    if names and len(line.text) <= _LONGEST_TITLE and _folded(line.text) in names:
        return line._replace(role="title")
    if is_chrome and line.role == "text":
        return line._replace(role="chrome", text=line.apart or line.text)
    return line


def _title_names(titles: Sequence[str]) -> frozenset[str]:
    """What the page's title may look like on the page: whole, or without the site's name."""
    names = {_folded(part) for title in titles for part in (title, *_TITLE_PARTS.split(" ".join(title.split())))}
    return frozenset(name for name in names if len(name) >= _SHORTEST_TITLE)


def _folded(text: str) -> str:
    return "".join(text.split())


def _outside_grid(grid: Grid) -> list[Line | Grid]:
    """A small table outside the content (publisher, date, index number) as one line a row."""
    cells = [cell.text for row in grid.rows for cell in row]
    if len(cells) >= _DATA_CELLS or sum(text.isdigit() for text in cells) >= _FIGURES:
        return [grid]
    return [
        Line(" ".join(cell.text.replace("\n", "") for cell in row if cell.text), grid.element, role="chrome")
        for row in grid.rows
        if any(cell.text for cell in row)
    ]
