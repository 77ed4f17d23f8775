"""Which item of the form the labels of a run mean: exact wording first, then the order of the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from pipelines.report.labels import item_order, lookup, nearest
from pipelines.report.rows import WEAK_ITEMS, Field
from pipelines.report.runs import Run
from pipelines.report.text import fold, is_numbered, is_ordinal, is_vertical

_MOST_PIECES = 8
_FIRST_OTHER = "not_processed_petition"


class Reading(NamedTuple):
    """One way to read a label: its folded text, and how many pieces behind the values it takes."""

    key: str
    behind: int


class Match(NamedTuple):
    """The item that a label means, and whether its wording is one of the vocabulary's."""

    code: str | None
    exact: bool


def match_items(runs: Sequence[Run]) -> list[Match]:
    """The item of each run, or nothing where its label means none or could mean several."""
    codes: list[str | None] = []
    last = taken = 0
    for position, run in enumerate(runs):
        again = position > 0 and _is_printed_twice(runs[position - 1], run)
        found = (codes[-1], 0) if again and codes[-1] else _exact(run, last, taken)
        codes.append(found[0] if found else None)
        taken = found[1] if found else 0
        last = item_order()[found[0]] if found else last
    exact = list(codes)
    for position, run in enumerate(runs):
        if codes[position] is None:
            codes[position] = _in_order(run, codes, position)
    return [Match(code, code is not None and code == told) for code, told in zip(codes, exact, strict=True)]


def _is_printed_twice(before: Run, run: Run) -> bool:
    """A line of values under the same last piece of a label as the line before belongs to that label again."""
    if not (before.labels and run.labels) or before.labels[-1].cell.text != run.labels[-1].cell.text:
        return False
    if before.row is None or run.row is None or run.row.kind == "grid" or len(run.labels) != run.own_labels:
        return False
    own = [label.cell.text for label in before.labels[len(before.labels) - before.own_labels :]]
    return bool(own) and own == [label.cell.text for label in run.labels]


def pieces(labels: Sequence[Field]) -> list[str]:
    """The printed pieces of a label, without group labels, lone ordinals and characters of a vertical label."""
    words = [word for label in labels for word in _words(label.cell.text)]
    return [word for word in words if fold(word) not in lookup("group") and not _is_loose(word)]


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    """A label cell as it is, or parted behind the group labels and ordinals that stand in front of the item.

    A lone character behind a label is a rest of it.
    """
    words = _SEPARATION.sub(" ", text).split()
    cut = sum(1 for _ in takewhile(lambda word: fold(word) in lookup("group") or _is_loose(word), words[:-1]))
    return (*words[:cut], " ".join(words[cut:])) if cut else (text,)


_SEPARATION = re.compile(r"[:\uff1a\u2014-]+|(?<=[^\d\s(\uff08])(?=\d{1,2}[.\uff0e\u3001])")
"""A colon or dash, and the place before the number of an item."""


@lru_cache(maxsize=4096)
def _is_loose(text: str) -> bool:
    return is_vertical(text) or is_ordinal(text)


def _readings(run: Run, taken: int = 0) -> Iterator[Reading]:
    """What the label may be: its last pieces joined, then with the first pieces that follow.

    ``taken`` pieces at its beginning are the end of the label before. A group label is the row's
    own only where nothing else stands there.
    """
    before, after = pieces(run.labels)[taken:], _going_on(pieces(run.after))
    for size in range(1, min(_MOST_PIECES, len(before)) + 1):
        yield Reading(fold("".join(before[-size:])), 0)
    if not before and run.labels:
        yield Reading(run.labels[-1].reading.key, 0)
    if run.row is not None and run.row.kind == "grid":
        return
    for size in range(1, min(_MOST_PIECES, len(before)) + 1):
        for more in range(1, min(_MOST_PIECES, len(after)) + 1):
            yield Reading(fold("".join(before[-size:] + after[:more])), more)


def _going_on(after: Sequence[str]) -> list[str]:
    """The pieces up to one with an ordinal, which begins another label."""
    return list(takewhile(lambda piece: not is_numbered(piece), after))


def _exact(run: Run, last: int, taken: int) -> tuple[str, int] | None:
    known = lookup("item")
    straight = known.get(run.labels[-1].reading.key) if run.labels and run.own_labels else None
    if straight is not None and (
        straight not in WEAK_ITEMS or (is_numbered(run.labels[-1].cell.text) and _fits(straight, last))
    ):
        return straight, 0
    for reading in _readings(run, taken):
        code = known.get(reading.key)
        if code is not None and (code not in WEAK_ITEMS or _fits(code, last)):
            return code, reading.behind
    return None


def _fits(code: str, last: int) -> bool:
    """其他, 总计 and 其他处理 stand in several places: they count only behind the rows before them."""
    order = item_order()
    if code == "total_handled":
        return last >= order["granted"]
    return order[_FIRST_OTHER] <= last < order["total_handled"]


def _in_order(run: Run, codes: Sequence[str | None], position: int) -> str | None:
    """An unknown label between two known neighbours, similar enough and without a rival, is that row."""
    order = item_order()
    before = max((order[code] for code in codes[:position] if code), default=0)
    following = [order[code] for code in codes[position + 1 :] if code]
    behind = min(following, default=len(order) + 1)
    taken = {code for code in codes if code}
    candidates = [code for code, rank in order.items() if before < rank < behind and code not in taken]
    if not candidates or not run.labels:
        return None
    rivals = [code for code in order if code not in candidates]
    for reading in _readings(run):
        found = nearest(reading.key, "item", candidates, rivals)
        if found is not None:
            return found
    return None
