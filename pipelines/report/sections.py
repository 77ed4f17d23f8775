"""The six sections: headings told by their wording and order, never by their number (条例 art. 50)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import NamedTuple

from pipelines.report.model import Section
from pipelines.report.rows import Row, TableName
from pipelines.report.text import fold, is_numbered, ordinal_of
from schemas.vocabulary import settings

_LONGEST_HEADING = 45
_LEAST_SIMILARITY = 0.8
_HEADING_END = re.compile(r"[。:：\s]")


class Heading(NamedTuple):
    """A section's heading by position in the rows; ``rest`` is text behind it on its line.

    ``weight`` is how much speaks for it: its own number (二、 before section 2), another number of
    the first level, none, or the number of a paragraph inside a section.
    """

    position: int
    section_no: int
    text: str
    rest: str
    weight: int


@cache
def _patterns() -> tuple[tuple[int, re.Pattern[str], str], ...]:
    return tuple(
        (int(section["section_no"]), re.compile(section["full"]), fold(section["similar"]))
        for section in settings("sections")["section"]
    )


def find_headings(rows: Sequence[Row]) -> tuple[Heading, ...]:
    """The headings of the report's sections in order, at most one a section.

    Of the wordings that stand several times (a heading repeated above its table, a paragraph of
    section 1 with the title of section 2) those count that keep the order and have most for them.
    """
    candidates = _candidates(rows, unnumbered=False) or _candidates(rows, unnumbered=True)
    return _with_numbered(rows, _best_in_order(_without_contents(candidates)))


def _candidates(rows: Sequence[Row], *, unnumbered: bool) -> list[Heading]:
    """Lines that may be headings; rows of a table only with a number, or ``unnumbered`` where no other are there."""
    looked = (_candidate(n, row, unnumbered=unnumbered) for n, row in enumerate(rows) if _one_text(row))
    return [found for found in looked if found is not None]


def _without_contents(candidates: Sequence[Heading]) -> list[Heading]:
    """The headings without those of a table of contents: line behind line, and most of them told again later."""
    start = 0
    for end in range(1, len(candidates) + 1):
        if end < len(candidates) and _is_next_line(candidates[end - 1], candidates[end]):
            continue
        listed = {heading.section_no for heading in candidates[start:end]}
        again = {heading.section_no for heading in candidates[end:]}
        if len(listed & again) >= _LEAST_LISTED:
            return [*candidates[:start], *_without_contents(candidates[end:])]
        start = end
    return list(candidates)


def _is_next_line(heading: Heading, following: Heading) -> bool:
    return following.position == heading.position + 1 and following.section_no > heading.section_no


_LEAST_LISTED = 4


def _with_numbered(rows: Sequence[Row], told: tuple[Heading, ...]) -> tuple[Heading, ...]:
    """Where a section is lacking, the one short line between its neighbours that bears its number is its heading."""
    places = {heading.section_no: heading.position for heading in told}
    found = list(told)
    for section_no, _, _ in _patterns():
        if section_no in places or not places:
            continue
        start = max((place for number, place in places.items() if number < section_no), default=-1)
        end = min((place for number, place in places.items() if number > section_no), default=len(rows))
        lines = [n for n in range(start + 1, end) if _bears_number(rows[n], section_no)]
        if len(lines) == 1:
            text = rows[lines[0]].text.strip()
            found.append(Heading(lines[0], section_no, text, "", _OTHER_NUMBER))
    return tuple(sorted(found))


def _bears_number(row: Row, section_no: int) -> bool:
    if row.kind != "line" or row.role in {"chrome", "running"} or len(row.fields[0].cell.text) > _LONGEST_HEADING:
        return False
    return ordinal_of(row.fields[0].cell.text) == (1, section_no)


def _one_text(row: Row) -> bool:
    """Whether the row may hold one text alone, a quick look."""
    fields = row.fields
    return len(fields) == 1 or not (fields[0].cell.text and fields[1].cell.text)


def _candidate(position: int, row: Row, *, unnumbered: bool) -> Heading | None:
    if row.role in {"chrome", "running"}:
        return None
    printed = [item for item in row.fields if item.cell.text] if len(row.fields) > 1 else row.fields
    if len(printed) != 1 or printed[0].reading.kind in {"figure", "blank"}:
        return None
    text = printed[0].cell.text.strip()
    if row.kind != "line" and not unnumbered and not is_numbered(text):
        return None
    found = _heading_in(text) if len(text) <= _LONGEST_HEADING else _opening_heading(text)
    return None if found is None else Heading(position, *found)


@lru_cache(maxsize=8192)
def _heading_in(text: str) -> tuple[int, str, str, int] | None:
    """Section, heading, text behind it and weight of a short line that is or begins with a heading."""
    bare = text.rstrip("。:：;； ")
    section_no = _section_of(bare)
    if section_no is not None and not _says_more(bare):
        return section_no, bare, "", _weight(text, section_no, "")
    return _opening_heading(text)


def _says_more(bare: str) -> bool:
    """Whether a short text stands behind a whole heading and its colon (五、存在的主要问题：更新慢)."""
    front, mark, _ = bare.replace("：", ":").partition(":")
    return bool(mark) and is_numbered(front) and _is_whole(fold(front))


def _is_whole(key: str) -> bool:
    return any(pattern.search(key) for _, pattern, _ in _patterns())


def _opening_heading(text: str) -> tuple[int, str, str, int] | None:
    """A numbered heading that its text follows on the same line."""
    if not is_numbered(text):
        return None
    match = _HEADING_END.search(text[: _LONGEST_HEADING + 1], 3)
    section_no = _section_of(text[: match.start()]) if match else None
    if match is None or section_no is None:
        return None
    rest = text[match.end() :].strip()
    return section_no, text[: match.start()], rest, _weight(text, section_no, rest)


def _weight(text: str, section_no: int, rest: str) -> int:
    level, number = ordinal_of(text)
    if level == 1:
        weight = _OWN_NUMBER if number == section_no else _OTHER_NUMBER
    else:
        weight = _NO_NUMBER if level == 0 else _INNER_NUMBER
    return weight - 1 if rest else weight


_OWN_NUMBER, _OTHER_NUMBER, _NO_NUMBER, _INNER_NUMBER = 10, 8, 7, 3


def _section_of(text: str) -> int | None:
    key = fold(text)
    if not 3 <= len(key) <= _LONGEST_HEADING:
        return None
    return _section_of_key(key, numbered=is_numbered(text))


@cache
def _section_of_key(key: str, *, numbered: bool) -> int | None:
    for section_no, pattern, _ in _patterns():
        if pattern.search(key):
            return section_no
    if not numbered:
        return None
    scores = sorted((SequenceMatcher(None, key, wording).ratio(), section_no) for section_no, _, wording in _patterns())
    return scores[-1][1] if scores[-1][0] >= _LEAST_SIMILARITY else None


def _best_in_order(candidates: Sequence[Heading]) -> tuple[Heading, ...]:
    """The run of headings with rising section numbers that has most for it; of equal runs the earliest."""
    best: list[tuple[int, list[Heading]]] = []
    for heading in candidates:
        before = max((run for run in best if run[1][-1].section_no < heading.section_no), key=_sum, default=(0, []))
        best.append((before[0] + heading.weight, [*before[1], heading]))
    return tuple(max(best, key=_sum, default=(0, []))[1])


def _sum(run: tuple[int, list[Heading]]) -> int:
    return run[0]


def rows_to_sections(
    rows: Sequence[Row], headings: Sequence[Heading], in_tables: frozenset[int]
) -> tuple[Section, ...]:
    """The text of each section, without the rows of the statutory tables (``in_tables``)."""
    found: list[Section] = []
    if not headings:
        return ()
    ends = [*(heading.position for heading in headings[1:]), len(rows)]
    for heading, end in zip(headings, ends, strict=True):
        lines = [heading.rest] if heading.rest else []
        lines += [
            row.text
            for position, row in enumerate(rows[heading.position + 1 : end], heading.position + 1)
            if position not in in_tables and row.role not in {"chrome", "running"}
        ]
        locator = rows[heading.position].fields[0].cell.locator
        found.append(Section(heading.section_no, heading.text, "\n".join(lines), locator))
    return tuple(found)


def tables_in_place(tables: Mapping[TableName, list[int]], headings: Sequence[Heading]) -> dict[TableName, list[int]]:
    """The rows of each statutory table without those in a section of text, where its own section has some.

    An agency's own table in section 1, 5 or 6 (figures of several years) may bear the form's labels.
    """
    found: dict[TableName, list[int]] = {}
    for name, positions in tables.items():
        section = {position: _section_at(position, headings) for position in positions}
        own = _SECTION_OF_TABLE[name] in section.values()
        found[name] = [position for position in positions if not own or section[position] not in _SECTIONS_OF_TEXT]
    return found


def _section_at(position: int, headings: Sequence[Heading]) -> int:
    return max((heading.section_no for heading in headings if heading.position <= position), default=0)


_SECTION_OF_TABLE: dict[TableName, int] = {"proactive": 2, "application": 3, "review": 4}
_SECTIONS_OF_TEXT = frozenset({1, 5, 6})
