"""Damages a printed report as copying, converting and mending by hand do.

Every function takes text and a random source and gives damaged text (``cut_bytes``: bytes).
What was damaged may be lost; no other number may be read for it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmarks.printer import form as f

Damage = Callable[[str, random.Random], str]
_MARKUP_CELL = re.compile(r"<t[dh][^>]*>(?:(?!<t[dh]|</t[dh]>).)*</t[dh]>", re.DOTALL | re.IGNORECASE)
_PRINTED = re.compile(r"<[^<>]*>|&nbsp;")
"""What is not printed of a cell."""
_NUMBER = re.compile(r"(?<![\d.,，（(第\-+/年月])\d[\d,.]*(?![\d.,年月日件条次人号项])")
_LABELS = tuple(
    dict.fromkeys(
        [*(i.word for form in ("2019", "2021") for i in f.items(form)), *(w for _, w in f.GROUPS.values())]
        + ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "法人或其他组织", "总计"]
        + ["结果维持", "结果纠正", "其他结果", "尚未审结", "未经复议直接起诉", "复议后起诉", "行政复议", "行政诉讼"]
        + [w for form in ("2019", "2021") for b in f.blocks(form) for _, w in (*b.measures, *b.categories)]
    )
)
_STROKES = "人大小中上下本年不公信办理申请其他结果维持纠正总合计数量项件规章处罚许可"


def _tables(text: str) -> tuple[int, int]:
    """Where the tables lie: from the first row of section 2 to the end of section 4."""
    start = text.find("信息内容")
    return max(start, 0), len(text)


def _spots(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    start, end = _tables(text)
    return list(pattern.finditer(text, start, end))


def _without(text: str, rng: random.Random, pattern: re.Pattern[str]) -> str:
    """``text`` without one of the places that ``pattern`` finds, or as it is where there is none."""
    spots = _spots(text, pattern)
    if not spots:
        return text
    spot = rng.choice(spots)
    return text[: spot.start()] + text[spot.end() :]


def _is_markup(text: str) -> bool:
    return "<td" in text.lower()


def drop_cell(text: str, rng: random.Random) -> str:
    """One cell gone with its separator."""
    if _is_markup(text):
        return _without(text, rng, _MARKUP_CELL)
    spots = _spots(text, _NUMBER)
    if not spots:
        return text
    start, end = rng.choice(spots).span()
    while start and text[start - 1] in "\t |":
        start -= 1
        if text[start] in "\t|":
            break
    return text[:start] + text[end:]


def empty_cell(text: str, rng: random.Random) -> str:
    """The digits of one cell gone, its separators left; in a page all of them, also where elements part them."""
    if not _is_markup(text):
        return _without(text, rng, _NUMBER)
    spots = [spot for spot in _spots(text, _MARKUP_CELL) if _NUMBER.fullmatch(_PRINTED.sub("", spot[0]).strip())]
    if not spots:
        return text
    spot = rng.choice(spots)
    return text[: spot.start()] + re.sub(r">[^<>]*", ">", spot[0]) + text[spot.end() :]


def duplicate_line(text: str, rng: random.Random) -> str:
    """One line (in a page: one row) twice."""
    start, end = _tables(text)
    lines = text.split("\n")
    first, last = text.count("\n", 0, start), text.count("\n", 0, end)
    at = rng.randrange(first, last + 1)
    return "\n".join([*lines[:at], lines[at], *lines[at:]])


def drop_line(text: str, rng: random.Random) -> str:
    """One line gone."""
    start, end = _tables(text)
    lines = text.split("\n")
    at = rng.randrange(text.count("\n", 0, start), text.count("\n", 0, end) + 1)
    return "\n".join([*lines[:at], *lines[at + 1 :]])


def typo(text: str, rng: random.Random) -> str:
    """One character of one label lost or taken for another."""
    spots = [text.find(label, _tables(text)[0]) for label in _LABELS]
    choices = [(at, label) for at, label in zip(spots, _LABELS, strict=True) if at >= 0]
    if not choices:
        return text
    at, label = rng.choice(choices)
    place = at + rng.randrange(len(label))
    if text[place] == "万":
        return text  # the unit 元 for 万元 would be another figure, rightly read
    return text[:place] + rng.choice(("", rng.choice(_STROKES))) + text[place + 1 :]


def merge_digits(text: str, rng: random.Random) -> str:
    """Two neighbouring numbers run together."""
    if _is_markup(text):
        pairs = re.compile(r"(?<=\d)</t[dh]>\s*<t[dh][^>]*>(?=\d)", re.IGNORECASE)
    else:
        pairs = re.compile(r"(?<=\d)(?:[ \t]*\|?[ \t]+|\n)(?=\d)")
    return _without(text, rng, pairs)


def glue_label(text: str, rng: random.Random) -> str:
    """A label and the number behind it run together, as in 规章000."""
    pairs = re.compile(r"(?<=[\u4e00-\u9fff])[ \t]+(?=\d)")
    return _without(text, rng, pairs)


def letter_for_digit(text: str, rng: random.Random) -> str:
    """A letter O or l where a digit stood."""
    spots = _spots(text, _NUMBER)
    if not spots:
        return text
    start, end = rng.choice(spots).span()
    at = rng.randrange(start, end)
    return text[:at] + rng.choice("OolI") + text[at + 1 :]


def swap_lines(text: str, rng: random.Random) -> str:
    """Two neighbouring lines change places."""
    start, end = _tables(text)
    lines = text.split("\n")
    at = rng.randrange(text.count("\n", 0, start), max(text.count("\n", 0, end), 1))
    if at + 1 < len(lines):
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return "\n".join(lines)


def cut_text(text: str, rng: random.Random) -> str:
    """Everything from some character on gone."""
    return text[: rng.randrange(len(text) // 4, len(text))]


def cut_bytes(data: bytes, rng: random.Random) -> bytes:
    """Everything from some byte on gone."""
    return data[: rng.randrange(len(data) // 4, len(data))]


def flip_bytes(data: bytes, rng: random.Random) -> bytes:
    """Some bytes changed at random; the document then says what it says, and must only not break the reader."""
    damaged = bytearray(data)
    for _ in range(rng.randint(1, 12)):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    return bytes(damaged)


DAMAGES: dict[str, Damage] = {
    "drop_cell": drop_cell,
    "empty_cell": empty_cell,
    "duplicate_line": duplicate_line,
    "drop_line": drop_line,
    "typo": typo,
    "merge_digits": merge_digits,
    "glue_label": glue_label,
    "letter_for_digit": letter_for_digit,
    "cut_text": cut_text,
}
