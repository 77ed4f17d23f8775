"""Lines → paragraphs: a line that reaches the right margin goes on in the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipelines.readers.document import Block, Paragraph, Table
from pipelines.readers.printed_page import FIRST_WIDE, Line

FULL = 1.6
"""A line that ends within this many ems of the margin is full."""

INDENT = 1.2
"""A line that begins this many ems inside the margin begins a paragraph."""

LEADING = 2.6
"""Lines of one paragraph stand at most this many ems apart."""

SAME_SIZE = 0.12
LARGER = 1.15
"""Titles are this many times larger than the text."""

CENTRED = 0.03
"""A line is centred when its middle is off the page's by less than this share of the width."""

SENTENCE_ENDS = "\u3002.!?\uff01\uff1f:\uff1a"
"""A full line that ends so ends its paragraph: no heading is ever drawn into the text before it."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Where the text of a page begins and ends, the size of its text, and the page's width."""

    left: float
    right: float
    size: float
    width: float

    @classmethod
    def of(cls, lines: Sequence[Line], width: float) -> Margins:
        """Margins as the lines of a page show them."""
        if not lines:
            return cls(0.0, width, 1.0, width)
        return cls(
            min(line.left for line in lines),
            max(line.right for line in lines),
            median(line.size for line in lines),
            width,
        )

    def is_centred(self, line: Line) -> bool:
        """Whether a line stands in the middle of the page."""
        return abs((line.left + line.right) / 2 - self.width / 2) <= CENTRED * self.width


@dataclass(frozen=True, slots=True)
class _Open:
    line: Line
    margins: Margins


class ParagraphFlow:
    """Takes the lines and tables of a document in order and gives its blocks."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._texts: list[str] = []
        self._locator = ""
        self._last: _Open | None = None

    def add_line(self, line: Line, locator: str, margins: Margins) -> None:
        """One line of text; it goes on with the open paragraph or begins one."""
        if self._last is None or not _goes_on(self._last, line, margins, same_page=self._is_same_page(locator)):
            self._close()
            self._locator = locator
        self._texts.append(line.text)
        self._last = _Open(line, margins)

    def add_table(self, table: Table) -> None:
        """A table ends the open paragraph."""
        self._close()
        self._blocks.append(table)

    def add_running(self, text: str, locator: str) -> None:
        """A page head or foot ends no paragraph."""
        self._blocks.append(Paragraph(text, locator, "running"))

    def finished(self) -> tuple[Block, ...]:
        """All blocks."""
        self._close()
        return tuple(self._blocks)

    def _is_same_page(self, locator: str) -> bool:
        return locator.rpartition(" line ")[0] == self._locator.rpartition(" line ")[0]

    def _close(self) -> None:
        if self._texts:
            self._blocks.append(Paragraph(_lines_joined(self._texts), self._locator))
        self._texts, self._last = [], None


def _goes_on(before: _Open, line: Line, margins: Margins, *, same_page: bool) -> bool:
    last, size = before.line, max(before.line.size, 1.0)
    if abs(line.size - last.size) > SAME_SIZE * size:
        return False
    if same_page and not 0 < line.baseline - last.baseline <= LEADING * size:
        return False
    if same_page and _is_title(last, margins) and _is_title(line, margins):
        return True
    is_full = last.right >= before.margins.right - FULL * size and last.glyphs[-1].text[-1] not in SENTENCE_ENDS
    return is_full and line.left <= margins.left + INDENT * size


def _is_title(line: Line, margins: Margins) -> bool:
    return line.size >= LARGER * margins.size and margins.is_centred(line)


def _lines_joined(texts: Sequence[str]) -> str:
    parts = [texts[0]]
    for before, after in pairwise(texts):
        needs_space = ord(before[-1]) < FIRST_WIDE and ord(after[0]) < FIRST_WIDE and before[-1].isalnum()
        parts.append(" " if needs_space and not (before[-1].isdigit() and after[0].isdigit()) else "")
        parts.append(after)
    return "".join(parts)
