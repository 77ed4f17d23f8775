"""The agencies that a report names in its title, opening sentence, page head and signature, for comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.readers.document import Document
from pipelines.report.model import Evidence
from pipelines.report.names import agency_of_title, is_agency
from pipelines.report.rows import Row
from pipelines.report.text import squeeze
from schemas.vocabulary import settings

_AGENCY = settings("identity")["agency"]
_OPENING_ROWS = 40
_CLOSING_ROWS = 30
_LONGEST = 600


def find_names(document: Document, rows: Sequence[Row], title: str | None, first: int) -> tuple[Evidence, ...]:
    """Evidence of kinds ``named_title``, ``named_opening``, ``named_publisher`` and ``named_signature``.

    ``first`` is the place of the first section's heading: the opening sentence stands before it.
    """
    found = [
        *_of_title(title),
        *_of_opening(rows[: min(first, _OPENING_ROWS)]),
        *_of_page_head(document, rows),
        *_of_signature(rows),
    ]
    return tuple(found)


def _of_title(title: str | None) -> Iterator[Evidence]:
    name = agency_of_title(squeeze(title)) if title else None
    if name:
        yield Evidence("named_title", name, "title")


def _of_opening(rows: Sequence[Row]) -> Iterator[Evidence]:
    for row in rows:
        if row.role == "chrome" or row.kind != "line":
            continue
        if not any(sign in row.fields[0].cell.text for sign in _AGENCY["preface_signs"]):
            continue
        plain = squeeze(row.fields[0].cell.text[:_LONGEST])
        for name in [name for wording in _AGENCY["preface"] for name in re.findall(wording, plain)]:
            if is_agency(name):
                yield Evidence("named_opening", name, row.fields[0].cell.locator)
                return


def _of_page_head(document: Document, rows: Sequence[Row]) -> Iterator[Evidence]:
    for name, value in document.metadata:
        if name in _AGENCY["publisher_names"] and is_agency(squeeze(value)):
            yield Evidence("named_publisher", squeeze(value), f"metadata {name}")
            return
    for row in rows[:_OPENING_ROWS]:
        text = row.text[:_LONGEST]
        if ":" not in text and "：" not in text:
            continue
        for name in re.findall(_AGENCY["publisher"], squeeze(text)):
            if is_agency(name):
                yield Evidence("named_publisher", name, row.fields[0].cell.locator)
                return


def _of_signature(rows: Sequence[Row]) -> Iterator[Evidence]:
    for row in reversed(rows[-_CLOSING_ROWS:]):
        text = squeeze(row.fields[0].cell.text) if row.kind == "line" and row.role == "text" else ""
        if 0 < len(text) <= _AGENCY["signature_longest"] and is_agency(text):
            yield Evidence("named_signature", text, row.fields[0].cell.locator)
            return
