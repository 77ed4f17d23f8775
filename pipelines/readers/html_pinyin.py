"""Takes out the pinyin that some sites print in brackets behind every character."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.readers.html_table import Grid, Line

_TONES = (
    "\u00e0\u00e1\u00e8\u00e9\u00ec\u00ed\u00f2\u00f3\u00f9\u00fa\u00fc\u0101\u0113\u011b\u012b"
    "\u014d\u016b\u01ce\u01d0\u01d2\u01d4\u01d6\u01d8\u01da\u01dc"
)
_SYLLABLE = re.compile(rf"(?<=[\u3400-\u9fff]) ?[(\uff08][a-z{_TONES}\u0261\u0251]{{1,7}}[)\uff09]")
_TONED = re.compile(f"[{_TONES}]")
_SYSTEMATIC = 20
"""Syllables behind characters from which on they are the site's reading aid and no text of the report."""


def without_pinyin(items: Sequence[Line | Grid]) -> list[Line | Grid]:
    """The items without bracketed pinyin, if the page has it behind many characters."""
    text = "\n".join([text for item in items for text in _texts(item)])
    if text.count("(") + text.count("\uff08") < _SYSTEMATIC:
        return list(items)
    found = _SYLLABLE.findall(text)
    toned = sum(_TONED.search(syllable) is not None for syllable in found)
    if len(found) < _SYSTEMATIC or toned * 2 < len(found):
        return list(items)
    return [_stripped(item) for item in items]


def _texts(item: Line | Grid) -> list[str]:
    if isinstance(item, Line):
        return [item.text]
    return [cell.text for row in item.rows for cell in row]


def _stripped(item: Line | Grid) -> Line | Grid:
    if isinstance(item, Line):
        return item._replace(text=_SYLLABLE.sub("", item.text))
    return item._replace(rows=[[cell._replace(text=_SYLLABLE.sub("", cell.text)) for cell in row] for row in item.rows])
