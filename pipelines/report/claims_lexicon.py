"""Words and numbers of a sentence: ``schemas/vocabulary/claims.toml`` compiled into one expression.

A sentence becomes a list of tokens; everything that is in no word list is left out, and the text
between two tokens can be looked at through their positions. Knows nothing of what a claim is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from operator import attrgetter
from typing import Any, NamedTuple

from schemas.vocabulary import VocabularyError, settings


class Token(NamedTuple):
    """A known word or a number in a sentence, at ``start`` to ``end``.

    ``kind`` is the word list's name or one of ``case``, ``money``, ``share``, ``year``, ``month``,
    ``counted`` (a number of something else), ``strong``, ``weak`` (punctuation). ``meaning`` is the
    code that the word stands for, the printed unit of a number, or empty. ``flag`` of a number is
    ``rounded``, ``split`` or empty.
    """

    kind: str
    meaning: str
    start: int
    end: int
    value: float = 0.0
    flag: str = ""


@cache
def vocabulary() -> dict[str, Any]:
    """The content of ``claims.toml``."""
    return settings("claims")


@cache
def punctuation() -> str:
    """Every mark that ends a clause, a list item or a sentence."""
    marks = vocabulary()["marks"]
    return str(marks["strong"] + marks["weak"] + marks["end"])


def expand(word: str) -> Iterator[str]:
    """Every spelling of a word with choices: ``a{b|c|}`` gives ``ab``, ``ac``, ``a``."""
    parts = re.split(r"\{([^}]*)\}", word)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return ("".join(choice) for choice in product(*choices))


@cache
def words() -> dict[str, tuple[str, str]]:
    """Each spelling with its kind and meaning. Raises VocabularyError where two kinds claim one spelling."""
    found: dict[str, tuple[str, str]] = {}
    for key, entries in vocabulary()["words"].items():
        kind, _, meaning = key.partition(".")
        for spelling in (spelling for entry in entries for spelling in expand(entry)):
            if found.setdefault(spelling, (kind, meaning)) != (kind, meaning):
                raise VocabularyError(f"claims.toml: {spelling} stands under {key} and {found[spelling]}")
    found.pop("", None)
    marks = vocabulary()["marks"]
    found.update(dict.fromkeys(marks["strong"], ("strong", "")))
    found.update(dict.fromkeys(marks["weak"], ("weak", "")))
    return found


def words_to_pattern(spellings: Iterable[str]) -> str:
    """One expression for many words that takes the longest at each place (a tree, common beginnings once)."""
    tree: dict[str, Any] = {}
    for spelling in spellings:
        node = tree
        for character in spelling:
            node = node.setdefault(character, {})
        node[""] = {}
    return _tree_to_pattern(tree)


def _tree_to_pattern(tree: dict[str, Any]) -> str:
    ends = "" in tree
    branches = [re.escape(character) + _tree_to_pattern(node) for character, node in tree.items() if character]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return f"{body}?" if ends else body


def _any_of(spellings: Iterable[str]) -> str:
    return "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))


@cache
def _unit_kinds() -> dict[str, str]:
    units = vocabulary()["units"]
    kinds = dict.fromkeys(units["case"], "case")
    kinds |= dict.fromkeys(units["money"], "money")
    kinds |= dict.fromkeys(units["share"], "share")
    return kinds | {units["year"]: "year", units["month"]: "month"}


@cache
def word_pattern() -> re.Pattern[str]:
    """The expression that finds the next known word or mark."""
    return re.compile(words_to_pattern(words()))


@cache
def number_pattern() -> re.Pattern[str]:
    """The expression that finds the next number.

    Groups: figure, decimals, vague, scale, vague, unit, vague behind it; or numeral, vague, unit.
    """
    number = vocabulary()["number"]
    after, unit, scale = _any_of(number["vague_after"]), _any_of(_unit_kinds()), "".join(number["scale"])
    comma = re.escape("".join(number["thousands"]))
    before_what = f"{_any_of(number['zero_before'])}|[{re.escape(punctuation())}]|$"
    return re.compile(
        rf"(\d{{1,3}}(?:[{comma}]\d{{3}})+(?!\d)|\d{{1,15}})(\.\d{{1,9}})?"
        rf"({after})?([{scale}])?({after})?({unit})?({_any_of(number['vague_behind'])})?"
        rf"|([{numerals()}]{{1,12}})(?:({after})?({unit})|(?={before_what}))"
    )


@cache
def numerals() -> str:
    """Every character of a Chinese numeral, the two zeros first."""
    number = vocabulary()["number"]
    return str(number["digits"] + "".join(number["tens"]) + "".join(number["scale"]))


def chinese_to_number(text: str) -> float | None:
    """The value of a Chinese numeral (``一百零五`` 105, ``二〇`` 20, ``零`` 0); null where it is malformed."""
    number = vocabulary()["number"]
    digits, tens, scale = number["digits"], number["tens"], number["scale"]
    if all(character in digits for character in text):
        return float("".join(str(_digit(character)) for character in text))
    total = part = 0
    digit: int | None = None
    for character in text:
        if character in digits:
            digit = _digit(character)
        elif character in tens:
            part += (1 if digit is None else digit) * tens[character]
            digit = None
        else:
            total = (total + part + (digit or 0)) * scale[character]
            part, digit = 0, None
    return float(total + part + (digit or 0)) or None


def _digit(character: str) -> int:
    """Place in 零〇一二两三…: the two zeros and the two twos share a value."""
    return (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9)[vocabulary()["number"]["digits"].index(character)]


def tokenise(sentence: str) -> list[Token]:
    """The known words and numbers of a sentence without blanks, in order, none overlapping."""
    known = words()
    found = []
    for match in word_pattern().finditer(sentence):
        kind, meaning = known[match[0]]
        start, end = match.span()
        found.append(Token(kind, meaning, start, end, 0.0, ""))
    numbers = [token for match in number_pattern().finditer(sentence) if (token := _number(match)) is not None]
    return _merge(found, numbers) if numbers else [token for token in found if token.kind != "harmless"]


def _merge(found: list[Token], numbers: list[Token]) -> list[Token]:
    """Words and numbers by place; of two that overlap the earlier stays, and the word where both begin together."""
    tokens: list[Token] = []
    reached = 0
    for token in sorted(found + numbers, key=_start):
        if token.start >= reached:
            reached = token.end
            if token.kind != "harmless":
                tokens.append(token)
    return tokens


_start = attrgetter("start")  # a stable sort: words come before numbers of the same place


def _number(match: re.Match[str]) -> Token | None:
    """A number's token; null where the numeral is malformed or stands for no figure."""
    if match[8] is not None:
        return _numeral(match)
    figure, decimals, vague, scale, vague_too, unit, behind = match.groups("")[:7]
    kind = _unit_kinds().get(unit, "counted")
    value = float(re.sub(r"\D", "", figure) + decimals)
    if scale and kind == "money":
        unit = scale + unit
    elif scale:
        value *= vocabulary()["number"]["scale"][scale]
    if not unit and _stands_bare(match):
        kind = "case"
    start, text = match.start(), match.string
    coarse = decimals and kind == "case"
    flag = "rounded" if vague or vague_too or behind or coarse or text.endswith(_vague_before(), 0, start) else ""
    if start > 1 and text[start - 1] == " " and text[start - 2].isdigit():
        flag = "split"
    return Token(kind, unit, start, match.end(), value, flag)


def _numeral(match: re.Match[str]) -> Token | None:
    """A Chinese numeral's token: with a unit, or bare behind 为, or 零 alone."""
    text, unit = match[8], match[10] or ""
    behind_word = match.string.endswith(tuple(vocabulary()["number"]["behind_bare"]), 0, match.start())
    if not unit and not behind_word and text != vocabulary()["number"]["digits"][0]:
        return None
    value = chinese_to_number(text)
    if value is None:
        return None
    kind = _unit_kinds()[unit] if unit else "case"
    return Token(kind, unit, match.start(), match.end(), value, "rounded" if match[9] else "")


@cache
def _vague_before() -> tuple[str, ...]:
    return tuple(vocabulary()["number"]["vague_before"])


def _stands_bare(match: re.Match[str]) -> bool:
    """Whether a number without a unit may be a count: behind 为 and before the end of its clause."""
    text = match.string
    following = text[match.end() : match.end() + 1]
    behind_word = text.endswith(tuple(vocabulary()["number"]["behind_bare"]), 0, match.start())
    return behind_word and (not following or following in punctuation())
