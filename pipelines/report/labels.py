"""The form's labels, folded and looked up by scope, and alignment of labels that folding does not settle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache

from pipelines.report.text import fold
from schemas.vocabulary import VocabularyError, rows, settings

ALIGNMENT = settings("forms")["alignment"]


@cache
def lookup(scope: str) -> Mapping[str, str]:
    """Folded wording to code, for one scope of ``labels.csv``.

    Raises:
        VocabularyError: two codes share one wording in the scope.

    """
    found: dict[str, str] = {}
    for row in rows("labels"):
        if row["scope"] != scope:
            continue
        key = fold(row["text"])
        if found.setdefault(key, row["code"]) != row["code"]:
            raise VocabularyError(f"labels.csv: {row['text']} leads to {found[key]} and {row['code']} in scope {scope}")
    return found


@cache
def items(form: str) -> tuple[str, ...]:
    """Item codes of an edition, in form order."""
    return tuple(row["item_code"] for row in rows("application_item") if form in row["forms"].split())


@cache
def item_order() -> Mapping[str, int]:
    """The place of each item in the form."""
    return {row["item_code"]: int(row["sort_order"]) for row in rows("application_item")}


APPLICANTS = tuple(row["applicant_code"] for row in rows("applicant"))
CHANNELS = tuple(row["channel_code"] for row in rows("review_channel"))
OUTCOMES = tuple(row["outcome_code"] for row in rows("review_outcome"))


@cache
def measures(form: str) -> Mapping[str, tuple[str, ...]]:
    """Measures of each category of an edition, in form order."""
    found: dict[str, list[str]] = {}
    for row in sorted(rows("proactive_measure"), key=lambda row: int(row["sort_order"])):
        if form in row["forms"].split():
            found.setdefault(row["category_code"], []).append(row["measure_code"])
    order = ["prior_year_items", "change"]
    return {
        category: tuple(sorted(codes, key=lambda code: order.index(code) if code in order else len(order)))
        for category, codes in found.items()
    }


@cache
def unit_of(category: str, measure: str) -> str:
    """The unit that the form gives a cell of section 2."""
    for row in rows("proactive_measure"):
        if (row["category_code"], row["measure_code"]) == (category, measure):
            return row["unit"]
    raise VocabularyError(f"proactive_measure.csv has no {category}/{measure}")


@cache
def _wordings(scope: str, code: str) -> tuple[str, ...]:
    return tuple(key for key, found in lookup(scope).items() if found == code)


@lru_cache(maxsize=16384)
def similarity(key: str, scope: str, code: str) -> float:
    """How like the nearest wording of a code the folded text is, 0 to 1."""
    return max((SequenceMatcher(None, key, wording).ratio() for wording in _wordings(scope, code)), default=0.0)


def nearest(key: str, scope: str, candidates: Sequence[str], rivals: Sequence[str]) -> str | None:
    """The candidate that the text can only mean, or nothing.

    It must be similar enough, lead every other candidate clearly, and no rival (a label that is
    already placed elsewhere) may be nearer. A label that ends with a digit has the first figure of its row in it.
    """
    if len(key) < 2 or key[-1].isdigit():
        return None
    scores = sorted(((similarity(key, scope, code), code) for code in candidates), reverse=True)
    if not scores or scores[0][0] < ALIGNMENT["least_similarity"]:
        return None
    if len(scores) > 1 and scores[0][0] - scores[1][0] < ALIGNMENT["least_lead"] / 2:
        return None
    best = scores[0]
    if any(similarity(key, scope, code) >= best[0] for code in rivals):
        return None
    return best[1]
