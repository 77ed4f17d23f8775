"""Folds labels before they are compared, and reads the figure in a cell. No form is known here."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

import cn2an
import opencc

from schemas.vocabulary import settings

LONGEST_CELL = 160
"""Texts longer than this are prose, never a label or a figure."""

_WORDS = settings("values")
_FOLDING: dict[str, str] = _WORDS["folding"]
_BLANKS = frozenset(_WORDS["blank"])
_UNITS: dict[str, str] = _WORDS["unit_codes"]
_SPACES = re.compile(r"[\s\u200b-\u200f\ufeff\u00ad\u3164]+")
_QUOTES = re.compile(_FOLDING["quotes"])
_ARTICLE = re.compile(_FOLDING["article"])
_ORDINAL = re.compile(_FOLDING["ordinal"])
_SPACED_ORDINAL = re.compile(_FOLDING["spaced_ordinal"])
_BRACKETS = re.compile(_FOLDING["brackets"])
_PUNCTUATION = re.compile(_FOLDING["punctuation"])
_OTHER_SCRIPT = re.compile(_FOLDING["other_script"])
_NUMBER = re.compile(
    r"(?P<sign>[+\-]?)(?P<whole>0|[1-9]\d{0,14}|[1-9]\d{0,2}(?:,\d{3}){1,4})(?P<part>\.\d{1,6})?"
    rf"(?P<unit>{'|'.join(sorted(_WORDS['units'], key=len, reverse=True))})?"
)
_NUMERALS = re.compile(rf"[{_WORDS['numeral_characters']}]{{1,12}}")
_UNIT_ONLY = frozenset(_WORDS["units"])
_SPELLING: tuple[str, str] = tuple(_WORDS["spelling"])
_VERTICAL = frozenset(_FOLDING["vertical"])
_INNER_SPACE = re.compile(r"\d\s+[\d.,]")
_HAN = re.compile(r"[\u3400-\u9fff]")

CellKind = Literal["figure", "blank", "text", "prose"]


class Reading(NamedTuple):
    """What one cell's text is: a figure, a blank, a short text with its folded key, or prose."""

    kind: CellKind
    value: float | None
    """The figure; nothing for any other kind."""
    unit: str | None
    key: str
    is_label: bool
    """Whether the text may be a label: it holds a Han character and is no figure."""


_PROSE = Reading("prose", None, None, "", is_label=False)


def read_text(text: str) -> Reading:
    """Classify one text; short ones are remembered."""
    return _read_short(text) if len(text) <= LONGEST_CELL else _PROSE


@lru_cache(maxsize=60_000)
def _read_short(text: str) -> Reading:
    plain = squeeze(text)
    if plain in _BLANKS:
        return Reading("blank", None, None, "", is_label=False)
    figure = _figure(plain) if len(plain) <= _LONGEST_FIGURE else None
    if figure is not None and not _is_set_apart(text):
        return Reading("figure", figure[0], figure[1], "", is_label=False)
    key = fold(text)
    return Reading("text", None, None, key, is_label=_HAN.search(plain) is not None)


_LONGEST_FIGURE = 40


def _is_set_apart(text: str) -> bool:
    """Whether digits stand apart, over lines or raised, so that they are no one number; a unit may stand below them."""
    _, *below = text.strip().split("\n")
    if any(any(map(str.isnumeric, line)) for line in below) or _INNER_SPACE.search(unicodedata.normalize("NFKC", text)):
        return True
    return not text.isascii() and any(unicodedata.category(character) == "No" for character in text)


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional to simplified characters, for matching only."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_simplifier().convert(text))
    return text


def _plain(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=60_000)
def fold(text: str) -> str:
    """The text without what varies in print: width, spaces, quotes, ordinals, remarks in brackets, punctuation.

    Nor does the same in another script beside it count, as bilingual forms have it.
    """
    plain = squeeze(_SPACED_ORDINAL.sub("", text)) if _SPACED_ORDINAL.search(text) else squeeze(text)
    plain = _QUOTES.sub("", plain).replace(*_SPELLING)
    if not text.isascii() and _HAN.search(plain):
        plain = _OTHER_SCRIPT.sub("", plain)
    plain = _ARTICLE.sub(_FOLDING["article_key"], plain)
    for _ in range(2):
        plain = _ORDINAL.sub("", plain, count=1)
    bare = _BRACKETS.sub("", plain)
    return _PUNCTUATION.sub("", bare) or _PUNCTUATION.sub("", plain)


def _figure(plain: str) -> tuple[float, str | None] | None:
    match = _NUMBER.fullmatch(plain)
    if match:
        value = float(match["whole"].replace(",", "") + (match["part"] or ""))
        return (-value if match["sign"] == "-" else value), _UNITS.get(match["unit"] or "")
    trimmed = plain
    for unit in _UNIT_ONLY:
        if plain.endswith(unit) and len(plain) > len(unit):
            trimmed = plain.removesuffix(unit)
            break
    numeral = _numeral(trimmed) if _NUMERALS.fullmatch(trimmed) else None
    return None if numeral is None else (numeral, None)


def _numeral(text: str) -> float | None:
    if text in _WORDS["zero"]:
        return 0.0
    try:
        return float(cn2an.cn2an(text.replace(*_WORDS["zero"][::-1]), "strict"))
    except ValueError:
        return None


def read_signed(text: str) -> Reading:
    """Like ``read_text`` for the column 本年增/减, where a word may stand for the sign."""
    reading = read_text(text)
    if reading.kind != "text":
        return reading
    plain = _plain(text)
    for word, sign in _WORDS["sign_words"].items():
        if plain.startswith(word):
            rest = read_text(plain.removeprefix(word))
            if rest.kind == "figure" and rest.value is not None:
                return rest._replace(value=sign * rest.value)
    return reading


def is_vertical(text: str) -> bool:
    """Whether the text is one character of the label that stands upright beside the rows of section 3."""
    plain = text.strip()
    return len(plain) <= 1 and plain in _VERTICAL


def is_unit(text: str) -> bool:
    """Whether the text is nothing but a unit such as 件, as in a column of units."""
    return text.strip() in _UNIT_ONLY


def is_ordinal(text: str) -> bool:
    """Whether the text is nothing but an ordinal such as 一、 or （三）."""
    return _ORDINAL.sub("", _plain(text), count=1) == ""


def is_numbered(text: str) -> bool:
    """Whether the text begins with an ordinal such as 一、 or （三）."""
    return _begins_with_ordinal(text[:12])


@lru_cache(maxsize=8192)
def _begins_with_ordinal(text: str) -> bool:
    return _ORDINAL.match(_plain(text)) is not None


def squeeze(text: str) -> str:
    """The text in one width, simplified and without spaces: what patterns of titles and dates are matched on."""
    return _squeeze_short(text) if len(text) <= LONGEST_CELL else simplify(_plain(text))


@lru_cache(maxsize=8192)
def _squeeze_short(text: str) -> str:
    return simplify(_plain(text))


def ordinal_of(text: str) -> tuple[int, int]:
    """Level and number of the ordinal that a text begins with: 一、 is level 1, （一） or 1. is 2, none is 0."""
    return _ordinal(text[:12])


_ORDINAL_LEVELS = tuple(re.compile(pattern) for pattern in _WORDS["ordinal_levels"])


@lru_cache(maxsize=8192)
def _ordinal(text: str) -> tuple[int, int]:
    plain = _plain(text)
    for level, pattern in enumerate(_ORDINAL_LEVELS, 1):
        match = pattern.match(plain)
        if match:
            return level, int(match[1]) if match[1].isdigit() else int(_numeral(match[1]) or 0)
    return 0, 0


def one_width(text: str) -> str:
    """The text in one width and simplified, each run of spaces one space: what dates are matched on."""
    return simplify(_SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip())


def stated_unit(text: str) -> str | None:
    """The unit of money that a head states, such as （单位：万元）."""
    match = re.search(_WORDS["unit_statement"], squeeze(text))
    return _UNITS[match[1]] if match else None
