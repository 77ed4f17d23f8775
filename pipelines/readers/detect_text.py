"""Which kind of text these bytes are: plain text, web page, MIME message, or no document at all."""

from __future__ import annotations

import json
import re
from typing import Literal

from pipelines.readers.encoding import decode
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import Limits

_HEAD = 65536
_PROLOG = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*", re.DOTALL)
_HTML_START = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|table|tbody|tr|td|div|p|meta|title|script|style|link|base|center|span|font|br|hr"
    r"|h[1-6]|section|article|main|header|nav|ul|ol|dl|form|a|b|strong|img|!\[if)\b",
    re.IGNORECASE,
)
_HTML_INSIDE = re.compile(r"<(?:html|body|table|div|p)\b[^>]*>", re.IGNORECASE)
_HTML_ENDS = re.compile(r"</(?:table|tr|p|div|html)\s*>", re.IGNORECASE)
_FOREIGN_XML = (
    ("<w:worddocument", "Word XML of 2003"),
    ("<pkg:package", "flat Word XML"),
    ("urn:schemas-microsoft-com:office:spreadsheet", "an Excel XML sheet of 2003"),
    ("urn:oasis:names:tc:opendocument", "flat OpenDocument"),
    ("<svg", "a vector picture"),
)
_MIME_HEADERS = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_MIME_BODY = re.compile(r"^content-type:\s*(?:multipart/|message/|text/html)", re.IGNORECASE | re.MULTILINE)
_SCRIPT_START = re.compile(
    r"\s*(?>/\*.*?\*/\s*|//[^\n]*\n\s*)*+"
    r"(?:(?:var|let|const|function|import|export|async|define|require|window|document|module)\b[^\n]*[=({;]"
    r"|[!;+]?\(?function\b|[\"']use strict|\$\(|[\w.$]+\(\s*[\[{\"']|#!/|@charset|@import|@media"
    r"|[.#]?[\w.#:\s,*>-]+\{[^{}]*[\w-]+\s*:[^{}]*\})",
    re.DOTALL,
)
_CODE_LINE = re.compile(r"[;{}]\s*$|^\s*(?://|/\*|\*/|#include\b|import\s|from\s\w+\simport|def\s|class\s)")
_CODE_SIGNS = (";", "{", "}", "//", "/*", "*/", "#include", "import", "def", "class")
"""Without one of these no line is code."""
_CODE_SHARE = 0.5


def text_kind(data: bytes, name: str, limits: Limits) -> Literal["text", "html", "mhtml"]:
    """Kind of a text; ``name`` is not believed, it only leads messages.

    Raises ``Quarantined``: ``unreadable`` for noise, ``not_a_report`` for programs and data,
    ``unsupported_format`` for Office XML, ``too_large``.
    """
    if len(data) > limits.text_bytes:
        raise Quarantined("too_large", f"{len(data)} bytes of text, the bound is {limits.text_bytes}")
    text = decode(data)
    if _is_mime(text):
        return "mhtml"
    if _is_page(text):
        return "html"
    _refuse_program(text, name)
    return "text"


def _is_mime(text: str) -> bool:
    head = text[:8192].replace("\r\n", "\n").lstrip()
    return bool(_MIME_HEADERS.match(head) and _MIME_BODY.search(head))


def _is_page(text: str) -> bool:
    head = text[:_HEAD]
    start = _start_of_markup(head)
    if _HTML_START.match(head, start):
        return True
    if head.startswith("<", start):
        _refuse_xml(head, start)
        return bool(_HTML_INSIDE.search(head))
    return len(_HTML_ENDS.findall(text)) > 1 and not is_program(text)


def _start_of_markup(head: str) -> int:
    match = _PROLOG.match(head)
    return match.end() if match else 0


def _refuse_xml(head: str, start: int) -> None:
    lowered = head.lower()
    for sign, what in _FOREIGN_XML:
        if sign in lowered:
            raise Quarantined("unsupported_format", f"this is {what}, which is not read here; save it as DOCX or PDF")
    if lowered.startswith("<?xml") and not _HTML_INSIDE.search(head, start):
        raise Quarantined("not_a_report", "the file is XML data")


def _refuse_program(text: str, name: str) -> None:
    if text.lstrip()[:1] in ("{", "[") and _is_json(text):
        raise Quarantined("not_a_report", f"{name} is JSON data")
    if is_program(text):
        raise Quarantined("not_a_report", f"{name} is program or style text")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def is_program(text: str) -> bool:
    """Whether a text is a script or style sheet: it begins as one, or most of its lines end as code does."""
    if _SCRIPT_START.match(text[:4096]):
        return True
    head = text[:_HEAD]
    if not any(sign in head for sign in _CODE_SIGNS):
        return False
    lines = [line for line in head.splitlines() if line.strip()]
    code = sum(bool(_CODE_LINE.search(line)) for line in lines)
    return len(lines) > 1 and code >= _CODE_SHARE * len(lines)
