"""Which cells a claim may speak of: readings of ``claims.toml`` spelled out as the ``cells`` of a Claim."""

from __future__ import annotations

from functools import cache

from pipelines.report.claims_lexicon import vocabulary
from schemas.vocabulary import codes, rows

ORGANIZATIONS = "organizations"
SINGLE_ROWS = {"other_single": "other_handling"}  # a row that bears the name of its group
CHANNELS = {
    "reconsideration": ("reconsideration",),
    "litigation": ("litigation_direct", "litigation_after_reconsideration"),
    "litigation_direct": ("litigation_direct",),
    "litigation_after": ("litigation_after_reconsideration",),
}


@cache
def group_items(form_version: str) -> dict[str, tuple[str, ...]]:
    """The rows of each group of section 3, in the given form."""
    groups: dict[str, tuple[str, ...]] = {}
    for row in rows("application_item"):
        if form_version in row["forms"].split():
            groups[row["group_code"]] = (*groups.get(row["group_code"], ()), row["item_code"])
    return groups


@cache
def application_cells(reading: str, applicant: str, form_version: str) -> str:
    """The cells of a reading (a key of ``readings``, else one row's code) in one applicant's column."""
    alternatives = vocabulary()["readings"].get(reading, [reading])
    columns = (
        tuple(code for code in codes("applicant", "applicant_code") if code not in {"total", "natural_person"})
        if applicant == ORGANIZATIONS
        else (applicant,)
    )
    groups = group_items(form_version)
    form = {item for items in groups.values() for item in items} | set(SINGLE_ROWS.values())
    sums = []
    for alternative in alternatives:
        items = [item for part in alternative.split("+") for item in groups.get(part, (SINGLE_ROWS.get(part, part),))]
        if form.issuperset(items):
            sums.append("+".join(f"application/{item}/{column}" for item in items for column in columns))
    return "|".join(dict.fromkeys(sums))


@cache
def review_cells(channels: tuple[str, ...], outcome: str) -> str:
    """The sum over the named channels of one outcome of section 4."""
    return "+".join(f"review/{code}/{outcome}" for channel in channels for code in CHANNELS[channel])


@cache
def proactive_cells(categories: tuple[str, ...], measure: str, form_version: str) -> str:
    """The cells of a measure of section 2, summed over the categories; empty where the form has none."""
    return "|".join(
        "+".join(f"proactive/{category}/{code}" for category in categories)
        for code in vocabulary()["measures"][form_version][measure]
    )
