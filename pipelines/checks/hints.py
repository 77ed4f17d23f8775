"""The split-number suspicion: one number printed as two neighbouring digits.

A hint stands on the finding of a sum that fails, where exactly one pair of neighbouring
one-digit cells, read as one number, makes the sum right. It is never applied.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from pipelines.checks.corpus import APPLICANTS
from pipelines.checks.findings import LANGUAGES, cell_labels, wording

DIGITS = frozenset(float(digit) for digit in range(10))


class Pair(NamedTuple):
    """Two neighbouring cells, and by how much of each the gap changes when they are read as one number."""

    first: str
    second: str
    of_first: int
    of_second: int


def pairs_in_row(cells: Sequence[str], total: str) -> list[Pair]:
    """Neighbours in a row whose gap is addends minus total: two addends, or the last addend and the total."""
    inner = [Pair(first, second, 9, 0) for first, second in itertools.pairwise(cells)]
    return [*inner, Pair(cells[-1], total, -11, 0)]


def pairs_in_column(cells: Sequence[str], signs: Sequence[int]) -> list[Pair]:
    """Each cell of a column with its neighbours in its row; the gap is the sum of the signed cells."""
    return [pair for cell, sign in zip(cells, signs, strict=True) for pair in _neighbours(cell, sign)]


def _neighbours(cell: str, sign: int) -> Iterator[Pair]:
    item, applicant = cell.split("/")
    place = APPLICANTS.index(applicant)
    if place + 1 < len(APPLICANTS):
        yield Pair(cell, f"{item}/{APPLICANTS[place + 1]}", 9 * sign, sign)
    if place > 0:
        yield Pair(f"{item}/{APPLICANTS[place - 1]}", cell, 10 * sign, 0)


def hints(failing: pl.DataFrame, pairs: Sequence[Pair], gap: pl.Expr) -> pl.Series:
    """The column ``hint`` of failing rows: the text of the only pair that fits, null where none or several do."""
    gaps = failing.select(gap.alias("gap"))["gap"]
    cells = list(dict.fromkeys(cell for pair in pairs for cell in pair[:2]))
    figures = failing.select(cells).iter_rows(named=True)
    texts = [_hint(pairs, row, off) for row, off in zip(figures, gaps, strict=True)]
    return pl.Series("hint", texts, dtype=pl.String)


def _hint(pairs: Sequence[Pair], figures: dict[str, float | None], gap: float) -> str | None:
    fitting = [pair for pair in pairs if _fits(pair, figures[pair.first], figures[pair.second], gap)]
    if len(fitting) != 1:
        return None
    return " | ".join(_text(fitting[0], figures, language) for language in LANGUAGES)


def _fits(pair: Pair, first: float | None, second: float | None, gap: float) -> bool:
    if first is None or second is None or first not in DIGITS or second not in DIGITS or not first:
        return False
    return gap + pair.of_first * first + pair.of_second * second == 0


def _text(pair: Pair, figures: dict[str, float | None], language: str) -> str:
    labels = cell_labels(language)
    return wording("split_number", language).format(
        first=labels[pair.first],
        second=labels[pair.second],
        a=f"{figures[pair.first]:.0f}",
        b=f"{figures[pair.second]:.0f}",
    )
