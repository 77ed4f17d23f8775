"""The split-number suspicion: one number printed as two neighbouring digits.

A hint stands on the finding of a sum that fails, where exactly one pair of neighbouring
one-digit cells, read as one number, makes the sum right. It is never applied.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from pipelines.checks.corpus import APPLICANTS, known
from pipelines.checks.findings import LANGUAGES, cell_labels, figure, phrase

LARGEST_DIGIT = 9


class Pair(NamedTuple):
    """Two neighbouring cells, and whether reading them as one number makes the sum right."""

    first: str
    second: str
    fits: pl.Expr


def joined_in_row(cells: Sequence[str], total: str) -> pl.Expr:
    """The hint for a row: two neighbours among its addends, or the last addend and the total, were one number."""
    gap = pl.sum_horizontal([known(cell).fill_null(0.0) for cell in cells]) - known(total)
    pairs = [Pair(first, second, gap + 9 * known(first) == 0) for first, second in itertools.pairwise(cells)]
    pairs.append(Pair(cells[-1], total, gap - 11 * known(cells[-1]) == 0))
    return _hint(pairs)


def joined_in_column(cells: Sequence[str], signs: Sequence[int], gap: pl.Expr) -> pl.Expr:
    """The hint for a column: one of its cells and its neighbour in the same row were one number.

    ``gap`` is what the signed cells add up to and should be zero.
    """
    pairs = []
    for cell, sign in zip(cells, signs, strict=True):
        item, applicant = cell.split("/")
        place = APPLICANTS.index(applicant)
        if place + 1 < len(APPLICANTS):
            right = f"{item}/{APPLICANTS[place + 1]}"
            pairs.append(Pair(cell, right, gap + sign * (9 * known(cell) + known(right)) == 0))
        if place > 0:
            left = f"{item}/{APPLICANTS[place - 1]}"
            pairs.append(Pair(left, cell, gap + sign * 10 * known(left) == 0))
    return _hint(pairs)


def _is_digit(cell: str, least: int) -> pl.Expr:
    value = known(cell)
    return (value >= least) & (value <= LARGEST_DIGIT) & (value == value.round(0))


def _hint(pairs: Sequence[Pair]) -> pl.Expr:
    """The column ``hint``: the text of the only pair that fits, null where none or several do."""
    fits = [(_is_digit(p.first, 1) & _is_digit(p.second, 0) & p.fits).fill_null(value=False) for p in pairs]
    texts = [pl.when(fit).then(_text(pair)) for fit, pair in zip(fits, pairs, strict=True)]
    return pl.when(pl.sum_horizontal(fits) == 1).then(pl.coalesce(texts)).alias("hint")


def _text(pair: Pair) -> pl.Expr:
    said = []
    for language in LANGUAGES:
        labels = cell_labels(language)
        figures = {
            "first": pl.lit(labels[pair.first]),
            "second": pl.lit(labels[pair.second]),
            "a": figure(pl.col(pair.first)),
            "b": figure(pl.col(pair.second)),
        }
        said.append(phrase("split_number", figures, language))
    return pl.concat_str(said, separator=" | ")
