"""Whether a report names two agencies: title against opening sentence, page head and signature."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.agencies.identity import organ_root
from pipelines.agencies.names import AgencyName, parse_name
from pipelines.agencies.spelling import pattern

GOVERNMENTS = frozenset({"government", "government_office"})
PUBLISHER = "named_publisher"
OTHERS = ("named_opening", PUBLISHER, "named_signature")


def agency_conflicts(evidence: pl.DataFrame) -> pl.DataFrame:
    """report_id, field, expected (the title's agency), actual (the other) and locator, one a report.

    A government beside its office is no conflict, nor is a portal that a government or its office
    runs, nor who keeps a portal named as a page's source: only bodies of their own that cannot be
    the same count.
    """
    schema = dict.fromkeys(("report_id", "field", "expected", "actual", "locator"), pl.String)
    named = evidence.filter(pl.col("kind").is_in(["named_title", *OTHERS]))
    titles = named.filter(pl.col("kind") == "named_title").select("report_id", pl.col("value").alias("title"))
    pairs = (
        named.filter(pl.col("kind") != "named_title")
        .join(titles, on="report_id")
        .filter(pl.col("value") != pl.col("title"))
    )
    return pl.DataFrame(list(_conflicts(pairs)), schema=schema, orient="row").unique(
        "report_id", keep="first", maintain_order=True
    )


def _conflicts(pairs: pl.DataFrame) -> Iterator[tuple[str, str, str, str, str]]:
    columns = ("report_id", "kind", "title", "value", "locator")
    for report_id, kind, title, value, locator in pairs.select(columns).sort(columns).iter_rows():
        if kind == PUBLISHER and pattern("publisher", "keepers").search(value):
            continue
        if are_two_bodies(parse_name(title), parse_name(value)):
            yield report_id, kind.removeprefix("named_"), title, value, locator


def are_two_bodies(one: AgencyName, other: AgencyName) -> bool:
    """Whether two names cannot be the same body, nor a government and the office that publishes for it."""
    if one.kind in GOVERNMENTS and other.kind in GOVERNMENTS:
        return _apart(one, other)
    if one.kind in GOVERNMENTS or other.kind in GOVERNMENTS or "other" in {one.kind, other.kind}:
        return False
    first, second = _root(one), _root(other)
    if one.township and other.township and one.township != other.township:
        return True
    if one.township or other.township:
        return bool(one.township) != bool(other.township) and bool(second if one.township else first)
    if first and second and first != second and not _part(first, second):
        return True
    return first == second and _apart(one, other)


def _root(name: AgencyName) -> str:
    """The organ under its oldest name, a zone in it spelled one way."""
    organ = organ_root(name.organ)
    for zone in ("high_tech", "economic"):
        organ = pattern("zone", zone).sub(zone, organ)
    return organ


def _apart(one: AgencyName, other: AgencyName) -> bool:
    """Whether both places are known and neither lies in the other."""
    return bool(one.places and other.places) and not any(
        a.within(b) or b.within(a) for a in one.places for b in other.places
    )


def _part(first: str, second: str) -> bool:
    """Short and long forms of one organ: every character of the shorter stands in the longer in order."""
    short, long = sorted((first, second), key=len)
    rest = iter(long)
    return all(character in rest for character in short)
