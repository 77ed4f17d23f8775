"""Words and numbers of a sentence: ``schemas/vocabulary/claims.toml`` compiled into one expression.

A sentence becomes a list of tokens; everything that is in no word list is left out, and the text
between two tokens can be looked at through their positions. Knows nothing of what a claim is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
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
def scanner() -> re.Pattern[str]:
    """The expression that finds the next word or number."""
    number = vocabulary()["number"]
    numerals = number["digits"] + "".join(number["tens"]) + "".join(number["scale"])
    after = _any_of(number["vague_after"])
    scale = "".join(number["scale"])
    unit = _any_of(_unit_kinds())
    bare = "|".join(f"(?<={re.escape(word)})" for word in number["behind_bare"])
    edge = f"[{re.escape(punctuation())}]|$"
    return re.compile(
        rf"(?P<before>{_any_of(number['vague_before'])})?"
        r"(?P<gap>(?<=\d ))?(?<![\d.])(?P<digits>\d{1,3}(?:[,，]\d{3})+(?!\d)|\d{1,15})(?P<decimals>\.\d{1,9})?"
        rf"(?P<vague>{after})?(?P<scale>[{scale}])?(?P<vague2>{after})?"
        rf"(?P<unit>{unit})?(?P<behind>{_any_of(number['vague_behind'])})?"
        rf"|(?P<chinese>[{numerals}]{{1,12}})(?P<cvague>{after})?(?P<cunit>{unit})"
        rf"|(?P<zero>{number['digits'][0]})(?={_any_of(number['zero_before'])}|{edge})"
        rf"|(?P<bare>(?:{bare})[{numerals}]{{1,12}})(?={edge})"
        rf"|(?P<word>{words_to_pattern(words())})"
    )


def chinese_to_number(text: str) -> float | None:
    """The value of a Chinese numeral of up to 亿 (``一百零五`` 105, ``二〇`` 20), null where it is malformed."""
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
    place = vocabulary()["number"]["digits"].index(character)
    return (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9)[place]


def tokenise(sentence: str) -> list[Token]:
    """The known words and numbers of a sentence without blanks, in order."""
    known = words()
    tokens = []
    for match in scanner().finditer(sentence):
        word = match["word"]
        if word is None:
            token = _number(match)
            if token is not None:
                tokens.append(token)
        else:
            kind, meaning = known[word]
            if kind != "harmless":
                tokens.append(Token(kind, meaning, match.start(), match.end()))
    return tokens


def _number(match: re.Match[str]) -> Token | None:
    """A number's token; null where the numeral is malformed."""
    unit = match["unit"] or match["cunit"] or ""
    kind = _unit_kinds().get(unit, "counted")
    if match["digits"] is None:
        text = match["chinese"] or match["bare"] or match["zero"]
        value = chinese_to_number(text) if set(text) - set(vocabulary()["number"]["digits"][:2]) else 0.0
        if value is None:
            return None
        kind = kind if match["chinese"] else "case"
        return Token(kind, unit, match.start(), match.end(), value, "rounded" if match["cvague"] else "")
    value = float(re.sub("[,，]", "", match["digits"]) + (match["decimals"] or ""))
    if match["scale"] and kind == "money":
        unit = match["scale"] + unit
    elif match["scale"]:
        value *= vocabulary()["number"]["scale"][match["scale"]]
    if not unit and _stands_bare(match):
        kind = "case"
    return Token(kind, unit, match.start(), match.end(), value, _number_flag(match, kind))


def _number_flag(match: re.Match[str], kind: str) -> str:
    if match["gap"] is not None:
        return "split"
    vague = match["before"] or match["vague"] or match["vague2"] or match["behind"]
    coarse = (match["decimals"] and match["scale"] and kind != "money") or (kind == "case" and match["decimals"])
    return "rounded" if vague or coarse else ""


def _stands_bare(match: re.Match[str]) -> bool:
    """Whether a number without a unit may be a count: behind 为 and before the end of its clause."""
    text, number = match.string, vocabulary()["number"]
    behind = text[max(0, match.start() - 1) : match.start()] in number["behind_bare"]
    following = text[match.end() : match.end() + 1]
    return behind and (not following or following in punctuation())
