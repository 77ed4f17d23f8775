"""A corpus's reports → agencies: identifiers, places, scope, parents, and contradictions of the manifest.

Each report is resolved by itself (``identity``, ``places``); the corpus only decides how an agency
is shown. Therefore the order of files, or half of them, changes no identifier.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from pipelines.agencies.catalog import Member, agency_frames
from pipelines.agencies.hierarchy import Parent, parent_of, stated_parent
from pipelines.agencies.identity import agency_id, agency_key, organ_root
from pipelines.agencies.names import AgencyName, parse_name
from pipelines.agencies.places import GROUPS, Clue, Place, clue_places, find_place
from pipelines.agencies.regions import depends_on_places
from pipelines.agencies.scope import report_scope

CONFLICT_SCHEMA = {
    "report_id": pl.String(),
    "field": pl.String(),
    "expected": pl.String(),
    "actual": pl.String(),
    "locator": pl.String(),
}
COVERS = "covers"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AgencyResolution:
    """What ``resolve_agencies`` finds.

    ``assignments``: report_id, agency_id, report_scope. ``agencies`` and ``hierarchy``: the tables
    ``dim_agency`` and ``agency_hierarchy``. ``conflicts``: report_id, field, expected (the
    manifest), actual (the document), locator.
    """

    assignments: pl.DataFrame
    agencies: pl.DataFrame
    hierarchy: pl.DataFrame
    conflicts: pl.DataFrame


class Body(NamedTuple):
    """What a printed name and the document's clues tell of an agency."""

    agency_id: str
    name: AgencyName
    place: Place
    parent: Parent | None


class Conflict(NamedTuple):
    """The manifest and the document disagree."""

    report_id: str
    field: str
    expected: str
    actual: str
    locator: str


def resolve_agencies(
    reports: pl.DataFrame, evidence: pl.DataFrame, manifest: pl.DataFrame | None = None
) -> AgencyResolution:
    """Who reports, for a whole corpus.

    ``reports`` needs report_id, source_path, agency_name_printed, title; regulation_in_force and
    scope_cues where known. ``evidence`` has report_id, kind, value, locator. ``manifest`` is that
    of ``pipelines.manifest``.
    """
    clues = _clues(evidence)
    covers = dict(evidence.filter(pl.col("kind") == COVERS).select("report_id", "value").iter_rows())
    stated = {} if manifest is None else {row["source_path"]: row for row in manifest.iter_rows(named=True)}
    members: list[Member] = []
    conflicts: list[Conflict] = []
    for row in reports.iter_rows(named=True):
        entry = stated.get(row["source_path"], {})
        mine = clues.get(row["report_id"], []) + _folder_clues(row["source_path"])
        members.append(_member(row, entry, mine, covers.get(row["report_id"], "")))
        if entry:
            conflicts += _contradictions(row, entry, mine)
    agencies, hierarchy = agency_frames(members)
    assignments = pl.DataFrame(
        [(member.report_id, member.agency_id, member.scope) for member in members],
        schema={"report_id": pl.String(), "agency_id": pl.String(), "report_scope": pl.String()},
        orient="row",
    )
    return AgencyResolution(
        assignments, agencies, hierarchy, pl.DataFrame(conflicts, schema=CONFLICT_SCHEMA, orient="row")
    )


def _clues(evidence: pl.DataFrame) -> dict[str, list[Clue]]:
    """Evidence that names a known division, by report, in a fixed order."""
    found: dict[str, list[Clue]] = defaultdict(list)
    usable = evidence.filter(pl.col("kind").is_in(list(GROUPS))).select("report_id", "kind", "value", "locator")
    for report_id, kind, value, locator in usable.sort("kind", "value").iter_rows():
        if places := clue_places(kind, value):
            found[report_id].append(Clue(kind, value, locator, places))
    return found


def _folder_clues(source_path: str) -> list[Clue]:
    """Folders and archives named after a place, and the file's own name."""
    return list(_path_clues(source_path.rpartition("/")[0]))


@depends_on_places
@lru_cache(maxsize=1 << 16)
def _path_clues(folder: str) -> tuple[Clue, ...]:
    parts = [part for part in folder.replace("!", "").split("/") if part]
    named = [Clue("folder", part, "path", places) for part in parts if (places := clue_places("folder", part))]
    return tuple(named)


def _member(row: Row, entry: Row, clues: list[Clue], covers: str) -> Member:
    printed = entry.get("agency_name") or row["agency_name_printed"]
    if code := entry.get("region_code"):
        clues = [Clue("manifest", code, "manifest", clue_places("manifest", code)), *clues]
    body = _body(printed, tuple(clues))
    parent = body.parent
    if stated := entry.get("parent_agency"):
        parent = stated_parent(parse_name(stated), body.place.division or body.place.identity)
    scope = entry.get("report_scope") or report_scope(
        body.name, row.get("title"), row.get("regulation_in_force"), covers + (row.get("scope_cues") or "")
    )
    return Member(row["report_id"], body.agency_id, printed, body.name, body.place, scope, parent)


@depends_on_places
@lru_cache(maxsize=1 << 16)
def _body(printed: str, clues: tuple[Clue, ...]) -> Body:
    """Whose report it is; remembered, since an agency's years look alike."""
    name = parse_name(printed)
    place = find_place(name, list(clues))
    key = agency_key(name, place.identity, place.apart)
    return Body(agency_id(key), name, place, parent_of(name, place.identity))


def _contradictions(row: Row, entry: Row, clues: list[Clue]) -> list[Conflict]:
    """Where the manifest names another agency or place than the document."""
    document = parse_name(row["agency_name_printed"])
    found = []
    if (stated := entry.get("agency_name")) and not _same_body(parse_name(stated), document):
        found.append(Conflict(row["report_id"], "agency_name", stated, row["agency_name_printed"], "title"))
    if code := entry.get("region_code"):
        mine = Clue("manifest", code, "manifest", clue_places("manifest", code))
        told = find_place(document, clues)
        if mine.places and told.division is not None and not mine.allows(told.division):
            locator = next((clue.locator for clue in clues if told.division in clue.places), "title")
            found.append(Conflict(row["report_id"], "region_code", code, told.division.region_code, locator))
    return found


def _same_body(one: AgencyName, other: AgencyName) -> bool:
    if organ_root(one.organ) != organ_root(other.organ) or one.township != other.township:
        return False
    if not one.places or not other.places:
        return True
    return any(a.within(b) or b.within(a) for a in one.places for b in other.places)
