"""Habits of web pages, as data: names of containers, decoration, links to documents."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from pipelines.readers.html_tags import words

CHROME = 1
"""The element is named or tagged as page head, navigation or foot."""
CONTENT = 2
"""The element is named as the body of an article."""

_CHROME_TAGS = frozenset({"header", "footer", "nav", "aside"})
_CHROME_NAMES = words(
    "nav navbar menu crumb crumbs breadcrumb breadcrumbs footer foot bottom sidebar share bdshare bshare toolbar"
    " pagination pager friendlink friendlinks links copyright search topbar header head login banner recommend related"
    " position location dqwz wzdh qrcode weixin print"
)
_CONTENT_NAMES = ("zoom", "ucap", "trs", "vsb", "articlecontent", "article_content", "article-content", "newscontent")
_WORDS = re.compile(r"[\s_\-.:]+|(?<=[a-z])(?=[A-Z])")
_PARTS_OF_ADDRESS = re.compile(r"[/\\?&=#;\s]+")
_DOCUMENT = re.compile(r"\.(?:docx?|wps|pdf|xlsx?|et|ofd|rtf|pptx?|zip|rar|7z|ceb|tiff?)$", re.IGNORECASE)
_DECORATION = re.compile(
    r"icon|logo|\bico|btn|button|arrow|share|qrcode|erweima|ewm|weixin|wechat|banner|spacer|blank|filetype|\.ico|\.svg"
    r"|fujian|data:image/(?:gif|svg)|beian|ghs\.png|conac|jubao|jiucuo|dzjg",
    re.IGNORECASE,
)
_SMALL = 60
"""Pixels below which a picture shows no table."""


@lru_cache(maxsize=4096)
def element_flags(tag: str, names: str) -> int:
    """``CHROME`` and ``CONTENT`` of an element with this id and class."""
    words = {word.lower() for word in _WORDS.split(names)}
    flags = CHROME if tag in _CHROME_TAGS or words & _CHROME_NAMES else 0
    lowered = names.lower()
    if tag == "article" or any(lowered.startswith(name) or f" {name}" in lowered for name in _CONTENT_NAMES):
        flags |= CONTENT
    return flags


def is_decoration(source: str, width: str | None, height: str | None) -> bool:
    """Whether a picture is an icon, a logo or the like and cannot hold a table."""
    return any(_pixels(size) < _SMALL for size in (width, height)) or bool(_DECORATION.search(source))


def _pixels(size: str | None) -> int:
    match = re.match(r"\s*(\d{1,6})(?:px)?\s*$", size or "")
    return int(match[1]) if match else _SMALL


def linked_document(href: str, text: str = "") -> str | None:
    """Name of the document that a link leads to, with the link's text in front, or nothing."""
    shown = " ".join(text.split())[:200]
    if any(_DOCUMENT.search(word) for word in shown.split()):
        return shown
    names = [part for part in _PARTS_OF_ADDRESS.split(unquote(href[:2000])) if _DOCUMENT.search(part)]
    if not names:
        return None
    name = names[-1][-200:]
    return f"{shown} ({name})" if shown and shown != name else name
