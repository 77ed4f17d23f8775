"""MIME messages that hold a saved web page: the page is read, what it was saved with is not."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from itertools import islice

from pipelines.readers import html
from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined

_MOST_PARTS = 5000
_PAGES = ("text/html", "application/xhtml+xml")
_PLACES = ("Snapshot-Content-Location", "Content-Location")


def read(data: bytes) -> Document:
    """Read the main page of an MHTML file.

    Raises ``Quarantined``: ``unreadable`` where the message holds no page, and what the HTML reader raises.
    """
    try:
        message = email.message_from_bytes(data)
        part = _main_part(message)
    except RecursionError as error:
        raise Quarantined("too_large", "parts nest too deep; save the page again as HTML") from error
    if part is None:
        raise Quarantined("unreadable", "the message holds no web page; save the page again as HTML")
    content = part.get_payload(decode=True)
    document = html.read(content if isinstance(content, bytes) else b"", part.get_content_charset())
    return replace(document, metadata=(*document.metadata, *_places(message, part)))


def _main_part(message: Message) -> Message | None:
    """The part that ``start`` names, else the first page."""
    pages = [part for part in _parts(message) if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    named = [part for part in pages if start and part.get("Content-ID") == start]
    return next(iter(named or pages), None)


def _parts(message: Message) -> Iterator[Message]:
    return islice(message.walk(), _MOST_PARTS)


def _places(message: Message, part: Message) -> Iterator[tuple[str, str]]:
    """Addresses from which the page was saved."""
    for name in _PLACES:
        value = message.get(name) or part.get(name)
        if value:
            yield name, str(value).strip()
