"""Members of agencies → the tables ``dim_agency`` and ``agency_hierarchy``."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, NamedTuple

import polars as pl

from pipelines.agencies.hierarchy import Parent, earlier_bodies, parent_of
from pipelines.agencies.identity import agency_id
from pipelines.agencies.names import LEVELS, AgencyName
from pipelines.agencies.places import Place
from pipelines.agencies.regions import Division
from pipelines.agencies.spelling import pattern
from schemas.dimensions import AgencyHierarchy, DimAgency

MANIFEST = "manifest"
NOT_REPORTING = "upper body, no report of its own"
LONGEST_CHAIN = 12


class Member(NamedTuple):
    """One report's agency."""

    report_id: str
    agency_id: str
    printed: str
    name: AgencyName
    place: Place
    scope: str
    parent: Parent | None


def agency_frames(members: list[Member]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``dim_agency`` (reporting agencies and the upper bodies they lead to) and ``agency_hierarchy``."""
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        groups[member.agency_id].append(member)
    rows: dict[str, dict[str, Any]] = {}
    links: list[dict[str, Any]] = []
    parents: dict[str, Parent] = {}
    for identifier in sorted(groups):
        rows[identifier], parent = _reporting(identifier, groups[identifier])
        if parent is not None:
            parents[identifier] = parent
    _add_upper_bodies(rows, parents)
    _break_cycles(parents)
    for identifier, parent in sorted(parents.items()):
        rows[identifier]["parent_agency_id"] = agency_id(parent.key)
        links += _links(identifier, rows[identifier].pop("_division"), parent)
    for row in rows.values():
        row.pop("_division", None)
    agencies = pl.DataFrame([rows[key] for key in sorted(rows)], schema=DimAgency.polars_schema())
    return agencies, pl.DataFrame(links, schema=AgencyHierarchy.polars_schema())


def _reporting(identifier: str, members: list[Member]) -> tuple[dict[str, Any], Parent | None]:
    spellings = Counter(_tidy(member.printed) for member in members)
    shown = max(members, key=lambda member: _prominence(spellings, member))
    division, evidence, detail = _place(members)
    parent = max(
        (m.parent for m in members if m.parent), key=lambda one: (one.evidence == MANIFEST, one.key), default=None
    )
    row = _row((identifier, _tidy(shown.printed), shown.name), (division, evidence, detail))
    row["_division"] = shown.place.identity
    return row, None if parent is None or agency_id(parent.key) == identifier else parent


def _prominence(spellings: Counter[str], member: Member) -> tuple[int, int, str]:
    """The most frequent spelling is shown, of several the longest."""
    name = _tidy(member.printed)
    return (spellings[name], len(name), name)


def _tidy(name: str) -> str:
    return "".join(name.split())


def _place(members: list[Member]) -> tuple[Division | None, str | None, str]:
    """The place that the reports of one agency agree on; two places give null."""
    told = {member.place.division.key: member for member in members if member.place.division is not None}
    manifest = {key: member for key, member in told.items() if member.place.evidence == MANIFEST}
    details = " | ".join(sorted({member.place.detail for member in members})[:5])
    chosen = manifest or told
    if len(chosen) != 1:
        return None, None, f"reports disagree: {details}" if chosen else details
    member = next(iter(chosen.values()))
    strongest = min((m.place for m in members if m.place.division == member.place.division), key=_rank)
    return member.place.division, strongest.evidence, details


def _rank(place: Place) -> int:
    return ("manifest", "text", "site_code", "credit_code", "gazetteer").index(place.evidence or "gazetteer")


def _row(body: tuple[str, str, AgencyName], where: tuple[Division | None, str | None, str]) -> dict[str, Any]:
    """Body: identifier, shown name, parsed name. Where: division, ``region_evidence``, ``evidence_detail``."""
    identifier, shown, name = body
    division, evidence, detail = where
    return {
        "agency_id": identifier,
        "agency_name": shown,
        "region_code": None if division is None else division.region_code,
        "region_evidence": evidence,
        "evidence_detail": detail,
        "province": None if division is None else division.province or None,
        "city": None if division is None else division.city or None,
        "county": None if division is None else division.county or None,
        "admin_level": agency_level(name, division),
        "agency_kind": name.kind,
        "parent_agency_id": None,
    }


def agency_level(name: AgencyName, division: Division | None) -> str | None:
    """The name's level, else that of the place where the kind of body is of its place's level; none in a zone."""
    if name.township is None and not name.national and pattern("zone", "bureau").match(name.organ):
        return None
    if name.level is not None or division is None or not name.levelled:
        return name.level
    return LEVELS.get(division.level)


def _add_upper_bodies(rows: dict[str, dict[str, Any]], parents: dict[str, Parent]) -> None:
    """A row for each parent that does not report itself, up to the top."""
    waiting = list(parents.values())
    for identifier, parent in parents.items():
        waiting += [body for body, _ in earlier_bodies(parent, rows[identifier]["_division"])]
    while waiting:
        parent = waiting.pop()
        identifier = agency_id(parent.key)
        if identifier in rows:
            continue
        evidence = None if parent.place is None else "gazetteer"
        stated = parent.evidence == MANIFEST and parent.name.system is None
        shown = parent.name.canonical if stated else parent.name.text
        rows[identifier] = _row((identifier, shown, parent.name), (parent.place, evidence, NOT_REPORTING))
        rows[identifier]["_division"] = parent.place
        above = parent_of(parent.name, parent.place)
        if above is not None and above.key != parent.key:
            parents[identifier] = above
            waiting.append(above)
        waiting += [body for body, _ in earlier_bodies(above, parent.place)]


def _break_cycles(parents: dict[str, Parent]) -> None:
    """A manifest may say that two agencies are each other's parent: neither is believed."""
    for start in sorted(parents):
        seen, at = [start], agency_id(parents[start].key) if start in parents else start
        while at in parents and at not in seen and len(seen) < LONGEST_CHAIN:
            seen.append(at)
            at = agency_id(parents[at].key)
        if at == start:
            for one in seen:
                parents.pop(one, None)


def _links(identifier: str, division: Division | None, parent: Parent) -> list[dict[str, Any]]:
    """One row a parent; a division that was moved answered to another government before."""
    own = {"agency_id": identifier, "valid_to_year": None if division is None else division.ended}
    since: int | None = None
    found = []
    for earlier, until in earlier_bodies(parent, division):
        then = {"parent_agency_id": agency_id(earlier.key), "valid_from_year": since, "valid_to_year": until}
        found.append({**own, **then, "evidence": parent.evidence})
        since = until + 1
    found.append(
        {**own, "parent_agency_id": agency_id(parent.key), "valid_from_year": since, "evidence": parent.evidence}
    )
    return found
