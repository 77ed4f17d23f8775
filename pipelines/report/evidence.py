"""What one document says of who reports and where: codes, addresses, places beside the agency's name.

Only collected here, with its place in the source; ``pipelines.agencies.resolve`` decides. Kinds:
``site_code``, ``police_code``, ``credit_code``, ``index_number``, ``publisher``, ``address``,
``postcode``, ``phone``, ``icp_province``, ``domain``, ``site_name``, ``text`` (a place printed
before the agency's name), ``government`` (one named in title, preface, page head or foot), ``covers``
(whose reports are summed up in this one) and ``committee`` (区委, 县委: the kind of place only, which decides nothing).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Any

from pipelines.readers.document import Block, Document, Paragraph
from pipelines.report.model import Evidence
from schemas.vocabulary import settings

MOST_OCCURRENCES = 20


class Frame:
    """Pieces of text in one string, and where each stands in the source."""

    def __init__(self, pieces: list[tuple[str, str]]) -> None:
        """Pieces are text and locator, in reading order."""
        self.text = "\n".join([text for text, _ in pieces])
        self._pieces = pieces
        self._starts = list(accumulate([len(text) + 1 for text, _ in pieces[:-1]], initial=0))

    def locator(self, position: int) -> str:
        """The place in the source of a position in ``text``."""
        return self._pieces[bisect_right(self._starts, position) - 1][1]


def find_evidence(document: Document, title: str | None, agency_name: str) -> tuple[Evidence, ...]:
    """All evidence of one document, each kind and value once, in the order of the kinds above.

    ``title`` is the report's own, ``agency_name`` the name as printed.
    """
    frame = _around(document, title)
    found = [
        *_metadata(document),
        *_by_pattern(frame),
        *_governments(frame),
        *_before_name(document, title, agency_name),
        *_committees(frame),
    ]
    first: dict[tuple[str, str], Evidence] = {}
    for item in found:
        first.setdefault((item.kind, item.value), item)
    return tuple(first.values())


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = settings("agency")["evidence"]
    return words


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    words = _words()
    return tuple((kind, re.compile(its), tuple(words["needs"][kind])) for kind, its in words["patterns"].items())


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_words()[name])


def _around(document: Document, title: str | None) -> Frame:
    return Frame([*_titles(title), *_fragments(document.blocks)])


def _titles(title: str | None) -> list[tuple[str, str]]:
    return [] if title is None else [(title, "title")]


def _fragments(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    """Chrome wherever it stands, and the first and last blocks; of tables only small ones."""
    words = _words()
    head, tail, longest = words["head_blocks"], len(blocks) - words["tail_blocks"], words["longest_fragment"]
    for number, block in enumerate(blocks):
        if number >= head and number < tail:
            if block.__class__ is Paragraph and block.role == "chrome":
                yield block.text[:longest], block.locator
        elif isinstance(block, Paragraph):
            yield block.text[:longest], block.locator
        elif len(block.rows) <= words["small_table_rows"]:
            for row in block.rows:
                if row:
                    yield " ".join(cell.text for cell in row)[:longest], row[0].locator


def _metadata(document: Document) -> Iterator[Evidence]:
    kinds = _words()["metadata"]
    for name, value in document.metadata:
        kind = kinds.get(name.lower())
        if kind and value.strip():
            yield Evidence(kind, value.strip(), f"meta {name}")


def _by_pattern(frame: Frame) -> Iterator[Evidence]:
    text = frame.text
    for kind, pattern, needs in _patterns():
        if any(literal in text for literal in needs):
            for match in pattern.finditer(text):
                yield Evidence(kind, match["value"], frame.locator(match.start("value")))


def _governments(frame: Frame) -> Iterator[Evidence]:
    for place, position in _places_before(frame.text, _words()["government"]):
        yield Evidence("government", place, frame.locator(position))


def _places_before(text: str, needle: str, *, inside: bool = False) -> Iterator[tuple[str, int]]:
    """The words ending in a kind of place right before each ``needle``, with where they begin.

    ``inside``: the needle's first character is that kind of place (淮安市 before and in 市教育局).
    """
    window, kinds = _words()["place_window"], _words()["place_kinds"]
    position = text.find(needle)
    for _ in range(MOST_OCCURRENCES):
        if position < 0:
            return
        end = position + inside
        if end and text[end - 1] in kinds:
            match = _pattern("place_end").search(text, max(0, end - window), end)
            if match:
                yield match[0], match.start()
        position = text.find(needle, position + len(needle))


def _before_name(document: Document, title: str | None, agency_name: str) -> Iterator[Evidence]:
    """哈尔滨市南岗区 before 保健路街道办事处, wherever the document names its agency."""
    needle = _pattern("village_end").sub("", "".join(agency_name.split()))
    if len(needle) < 2:
        return
    paragraphs = [(block.text, block.locator) for block in document.blocks if isinstance(block, Paragraph)]
    frame = Frame(_titles(title) + paragraphs)
    for place, position in _places_before(frame.text, needle, inside=needle[0] in _words()["place_kinds"]):
        yield Evidence("text", place, frame.locator(position))


def _committees(frame: Frame) -> Iterator[Evidence]:
    for match in _pattern("committee").finditer(frame.text):
        yield Evidence("committee", match["value"], frame.locator(match.start("value")))
