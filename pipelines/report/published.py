"""When a report was published: the days that its page head, foot, metadata, link or signature print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from pipelines.readers.document import Document
from pipelines.report.names import pattern
from pipelines.report.rows import Row
from pipelines.report.text import one_width
from schemas.vocabulary import settings

_IDENTITY = settings("identity")
_YEAR, _PUBLISHED, _SITE = _IDENTITY["year"], _IDENTITY["published"], _IDENTITY["site"]
_HEAD_ROWS = 60
_TAIL_ROWS = 60
_FOOT_ROWS = 12
_LONGEST_PARAGRAPH = 3000


def find_published(document: Document, rows: Sequence[Row], first: int, source_path: str) -> date | None:
    """The date of publication: page head, page foot, metadata, link, signature, in this order."""
    around = [*rows[: min(first + 1, _HEAD_ROWS)], *(row for row in rows if row.role == "chrome")]
    foot = [row for row in rows[-_FOOT_ROWS:] if row.kind == "line"]
    made = [*_PUBLISHED["labels"][1:], _PUBLISHED["begins"]]
    for places, labels in ((around, _PUBLISHED["labels"][:1]), (foot, _PUBLISHED["labels"][:1]), (around, made)):
        for row in places:
            found = _labelled_date(row, labels)
            if found is not None:
                return found
    for name, value in document.metadata:
        if name in _PUBLISHED["metadata"] and (found := _date_in(one_width(value))) is not None:
            return found
    link = pattern(_PUBLISHED["path"]).search(source_url(document) or source_path)
    if link and (found := _date(link.groups())) is not None:
        return found
    return _signature_date(rows)


def _labelled_date(row: Row, labels: Sequence[str]) -> date | None:
    text = row.text
    if len(text) > _LONGEST_PARAGRAPH or not pattern(_PUBLISHED["sign"]).search(text):
        return None
    plain = one_width(text)
    for label in labels:
        match = pattern(label + _PUBLISHED["date"]).search(plain)
        if match and not plain[match.end() :].strip().startswith(tuple(_PUBLISHED["goes_on"])):
            return _date(match.groups())
    return None


def _signature_date(rows: Sequence[Row]) -> date | None:
    for row in reversed(rows[-_TAIL_ROWS:]):
        text = row.text
        if row.role == "text" and len(text) <= _PUBLISHED["signature_longest"]:
            ends, found = _date_at_end(text)
            if ends:
                return found
    return None


@lru_cache(maxsize=8192)
def _date_at_end(text: str) -> tuple[bool, date | None]:
    """Whether a short line ends in a date, and that date where the calendar has it."""
    plain = pattern(_PUBLISHED["signature_edges"]).sub("", one_width(text))
    match = pattern(_PUBLISHED["date"] + "$").search(plain)
    if match:
        ends_period = plain[: match.start()].strip().endswith(tuple(_PUBLISHED["goes_on"]))
        return not ends_period, None if ends_period else _date(match.groups())
    match = pattern(_PUBLISHED["chinese_date"] + "$").search(plain)
    return match is not None, _chinese_date(match) if match else None


def _date_in(plain: str) -> date | None:
    match = pattern(_PUBLISHED["date"]).search(plain)
    return _date(match.groups()) if match else None


def _date(parts: Sequence[str | None]) -> date | None:
    try:
        year, month, day = (int(part or "") for part in parts[:3])
        return date(year, month, day)
    except ValueError:
        return None


def _chinese_date(match: re.Match[str]) -> date | None:
    digits = dict(zip(_YEAR["chinese_digits"], _YEAR["chinese_values"], strict=True))
    return _date([str(2000 + 10 * digits[match[1]] + digits[match[2]]), str(_count(match[3])), str(_count(match[4]))])


def _count(numeral: str) -> int:
    """A numeral of one to three characters with 十, such as 二十三."""
    digits: dict[str, int] = dict(zip(_YEAR["chinese_digits"], _YEAR["chinese_values"], strict=True))
    ten: str = settings("values")["ten"]
    tens, found, ones = numeral.rpartition(ten)
    if not found:
        return digits.get(ones, 0)
    return 10 * (digits.get(tens, 0) or 1) + (digits.get(ones, 0) if ones else 0)


def source_url(document: Document) -> str | None:
    """The page's own address, where it states it."""
    return next((value for name, value in document.metadata if name in _SITE["url_metadata"] and value), None)
