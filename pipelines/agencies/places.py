"""Which place a report's agency is of: the name's own candidates, then the document's evidence.

Everything here looks at one report alone, so that an answer never depends on other files. Evidence
comes in groups, strongest first: manifest, text, site code, credit code, address, folder. A group
that contradicts the answer, or is divided in itself, makes the place null.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from pipelines.agencies.chains import place_chain
from pipelines.agencies.names import AgencyName
from pipelines.agencies.regions import Division, depends_on_places, gazetteer, unlisted
from pipelines.agencies.spelling import fold
from schemas.vocabulary import settings

GROUPS = {
    "manifest": "manifest",
    "text": "text",
    "government": "text",
    "publisher": "text",
    "site_code": "site_code",
    "site_name": "site_code",
    "police_code": "site_code",
    "credit_code": "credit_code",
    "index_number": "credit_code",
    "address": "address",
    "folder": "folder",
}
"""Kind of evidence → group."""
ORDER = ("text", "site_code", "credit_code", "address", "folder")
CONTRADICTING = frozenset({"site_code", "site_name", "credit_code"})
"""Kinds that make a place null though the name alone tells it."""
PUBLISHED = {"address": "text", "folder": "text"}
"""Groups → the contract's ``region_evidence``."""
PORTAL = frozenset({"site_code", "credit_code"})
CODE_SLICE = {
    "site_code": (0, 6),
    "police_code": (0, 6),
    "credit_code": (2, 8),
    "index_number": (0, 6),
    "manifest": (0, 6),
}


class Clue(NamedTuple):
    """One piece of evidence that names divisions."""

    kind: str
    value: str
    locator: str
    places: tuple[Division, ...]

    def allows(self, place: Division) -> bool:
        """Whether the place is, holds or lies in one of the clue's divisions."""
        return any(place.within(mine) or mine.within(place) for mine in self.places)


@dataclass(frozen=True, slots=True)
class Place:
    """The answer for one report."""

    division: Division | None
    evidence: str | None
    detail: str
    identity: Division | None
    """The place that enters the agency's identity: told even where a conflict keeps the region silent."""
    apart: str = ""
    """Where no place does: the division of the portal, so that bodies of one name stay two."""


@depends_on_places
@lru_cache(maxsize=1 << 16)
def clue_places(kind: str, value: str) -> tuple[Division, ...]:
    """The divisions that a piece of evidence names; empty where it names none that is known.

    The code of a manifest holds even where no list has it: a division may be younger than the lists.
    """
    if kind in CODE_SLICE:
        start, end = CODE_SLICE[kind]
        listed = gazetteer().by_code.get(value[start:end], ())
        return listed if listed or kind != "manifest" else (unlisted(value[start:end]),)
    text = fold(value)
    if kind in ("text", "government"):
        return _ending(text)
    return place_chain(text).places if text else ()


def _ending(text: str) -> tuple[Division, ...]:
    for start in range(len(text) - 1):
        chain = place_chain(text[start:])
        if chain.names and start + chain.length == len(text):
            return chain.places
    return ()


def find_place(name: AgencyName, clues: list[Clue]) -> Place:
    """The place of one report's agency."""
    place = _find(name, clues)
    if place.identity is not None or name.national:
        return place
    portals = sorted({division.key for clue in clues if clue.kind in PORTAL for division in clue.places})
    return replace(place, apart="@" + portals[0]) if portals else place


def _find(name: AgencyName, clues: list[Clue]) -> Place:
    if manifest := [clue for clue in clues if clue.kind == "manifest" and clue.places]:
        return _stated(name, manifest)
    if name.national:
        return Place(None, None, "national body", None)
    if name.places:
        return _named(name, name.places, clues)
    if name.township:
        counties = tuple(county for county, _ in gazetteer().townships.get(name.township, ()))
        return _bare_township(name, counties, clues)
    return _open(name, clues)


def _stated(name: AgencyName, manifest: list[Clue]) -> Place:
    """The manifest wins; the name's own place stays the agency's identity where the two agree."""
    clue = manifest[0]
    fitting = [place for place in name.places if clue.allows(place)]
    own = fitting[0] if len(fitting) == 1 else clue.places[0]
    stated = own if own in clue.places else clue.places[0]
    contradiction = "" if fitting or not name.places else "; the name says another place"
    return Place(stated, "manifest", _say("", manifest) + contradiction, own)


def _named(name: AgencyName, candidates: tuple[Division, ...], clues: list[Clue]) -> Place:
    """The name holds a place: one division or several of that name."""
    if len(candidates) > 1:
        return _among(candidates, clues)
    place = candidates[0]
    if name.township is not None and not _fits_township(place):
        inner = _open(name, [clue for clue in clues if clue.allows(place)])
        told = inner.division is not None and inner.division.within(place)
        return inner if told else Place(None, None, f"{place.name}: its county is not told", place)
    against = [clue for clue in clues if clue.kind in CONTRADICTING and not clue.allows(place)]
    if against:
        return Place(None, None, _say(f"name says {place.code}, contradicted by", against), place)
    if not name.chain:
        beside = [clue for clue in clues if clue.kind == "text"]
        return Place(place, "text", _say("printed before the name", beside), place)
    evidence = "text" if len(name.chain) > 1 else "gazetteer"
    return Place(place, evidence, f"{''.join(name.chain)} is {place.code}", place)


def _own_text(name: AgencyName, clues: list[Clue]) -> Division | None:
    """The one place printed right before the name in the document, as good as one in the name."""
    printed = {place.key: place for clue in clues if clue.kind == "text" for place in clue.places}
    fitting = [place for place in printed.values() if _fits(name, place)]
    return fitting[0] if len(fitting) == 1 else None


def _bare_township(name: AgencyName, counties: tuple[Division, ...], clues: list[Clue]) -> Place:
    """A township name alone tells no place, not even one that only one county has: other evidence must agree."""
    own = _own_text(name, clues)
    if own is not None and own not in counties:
        return _named(name, (own,), clues)
    if not counties:
        return _open(name, clues)
    if len(counties) > 1:
        return _among(counties, clues)
    only = counties[0]
    against = [clue for clue in clues if not clue.allows(only)]
    if against:
        return Place(None, None, _say(f"only {only.code} has {name.township}, contradicted by", against), None)
    agreeing = [clue for group in ORDER for clue in clues if GROUPS[clue.kind] == group]
    if not agreeing:
        return Place(None, None, f"only {only.code} has {name.township}, nothing in the document agrees", only)
    group = GROUPS[agreeing[0].kind]
    return Place(only, PUBLISHED.get(group, group), _say("", agreeing), only)


def _among(candidates: tuple[Division, ...], clues: list[Clue]) -> Place:
    """The strongest group that leaves one candidate decides, unless another group contradicts it."""
    codes = ", ".join(sorted(place.code for place in candidates)[:6])
    chosen: Division | None = None
    decided_by: list[Clue] = []
    for group in ORDER:
        mine = [clue for clue in clues if GROUPS[clue.kind] == group]
        telling = [clue for clue in mine if not all(clue.allows(place) for place in candidates)]
        if not telling:
            continue
        kept = [place for place in candidates if all(clue.allows(place) for clue in telling)]
        if chosen is None:
            if not kept:
                return Place(None, None, _say(f"one of {codes}; divided or elsewhere", telling), None)
            if len(kept) == 1:
                chosen, decided_by = kept[0], telling
        elif chosen not in kept:
            return Place(None, None, _say(f"one of {codes}; conflict", [*decided_by, *telling]), None)
    if chosen is None:
        return Place(None, None, f"one of {codes}; nothing tells which", None)
    group = GROUPS[decided_by[0].kind]
    return Place(chosen, PUBLISHED.get(group, group), _say(f"one of {codes}", decided_by), chosen)


def _open(name: AgencyName, clues: list[Clue]) -> Place:
    """The name tells no place that the gazetteer knows: evidence that fits the kind of body may."""
    chosen: Division | None = None
    decided_by: list[Clue] = []
    for group in ORDER:
        mine = [clue for clue in clues if GROUPS[clue.kind] == group and _may_decide(name, clue)]
        fitting = {place.key: place for clue in mine for place in clue.places if _fits(name, place)}
        if len(fitting) > 1:
            return Place(None, None, _say("several places", mine), None)
        if chosen is None and fitting:
            chosen, decided_by = next(iter(fitting.values())), mine
        elif chosen is not None and any(not clue.allows(chosen) for clue in mine):
            return Place(None, None, _say("conflict", [*decided_by, *mine]), None)
    if chosen is None:
        return Place(None, None, "no place in the name, and nothing in the document tells it", None)
    group = GROUPS[decided_by[0].kind]
    return Place(chosen, PUBLISHED.get(group, group), _say("", decided_by), chosen)


def _may_decide(name: AgencyName, clue: Clue) -> bool:
    """A portal or another body's place is the agency's only where the name says of what kind its place is."""
    return clue.kind in ("text", "credit_code", "folder") or name.generic is not None or name.township is not None


def _fits(name: AgencyName, place: Division) -> bool:
    """Whether a body of such a name can belong to this place."""
    if name.chain and not name.places:
        return False
    if name.township is not None:
        return _fits_township(place)
    if name.generic is not None:
        return place.name.endswith(tuple(settings("agency")["generic"]["fits"].get(name.generic, ())))
    return place.level != "zone"


def _fits_township(place: Division) -> bool:
    """Townships lie in counties, and in the few prefectures that have none."""
    return place.level in ("county", "zone") or place.code in settings("agency")["places"]["without_counties"]


def _say(head: str, clues: list[Clue]) -> str:
    listed = "; ".join(
        f"{clue.kind} {clue.value} → {'/'.join(sorted({p.code for p in clue.places}))} ({clue.locator})"
        for clue in clues[:4]
    )
    return f"{head}: {listed}" if head else listed
