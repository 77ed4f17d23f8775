"""Parents: who an agency answers to, told by its kind and place."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.agencies.identity import agency_key
from pipelines.agencies.names import LEVELS, AgencyName
from pipelines.agencies.regions import Division, gazetteer
from schemas.vocabulary import settings

PLACE_ABOVE = "place above"


class Parent(NamedTuple):
    """An upper agency: its key, name, and what is known of it."""

    key: str
    name: AgencyName
    place: Division | None
    evidence: str


def parent_of(name: AgencyName, place: Division | None) -> Parent | None:
    """The agency above; null where its place is not known or nothing stands above it.

    Departments, offices, zones and townships answer to the government of their place, a sub-bureau
    to its bureau, a vertical agency to its system, a government to that of the place above.
    """
    if name.system is not None:
        return _system(name, place)
    if name.national or place is None or (name.kind == "other" and name.township is None):
        return None
    if name.bureau is not None and len(name.bureau_place) == 1:
        return _bureau(name, name.bureau_place[0])
    if name.kind == "government" and name.township is None:
        above = _above(place)
        return None if above is None else _government(above, PLACE_ABOVE)
    if name.township is not None and name.kind not in ("township", "subdistrict"):
        kind = (
            "subdistrict" if name.township.endswith(settings("agency")["township"]["subdistrict_kind"]) else "township"
        )
        return _parent(
            AgencyName(
                place.name + name.township, (place.name,), (place,), township=name.township, kind=kind, level="township"
            ),
            place,
            "township in the name",
        )
    return _government(place, "county of the township" if name.township else "government of the place")


def government_of(place: Division) -> AgencyName:
    """The government of a place, by its name of today."""
    words = settings("agency")["hierarchy"]
    office = place.name.endswith(tuple(words["office_kinds"]))
    organ = words["office"] if office else words["government"]
    return AgencyName(
        place.name + organ, (place.name,), (place,), organ=organ, kind="government", level=LEVELS.get(place.level)
    )


def _above(place: Division) -> Division | None:
    return gazetteer().by_key.get(place.lineage[1]) if len(place.lineage) > 1 else None


def _government(place: Division, evidence: str) -> Parent | None:
    holder: Division | None = place
    while holder is not None and holder.level == "zone":
        holder = _above(holder)
    return None if holder is None or not holder.name else _parent(government_of(holder), holder, evidence)


def _parent(name: AgencyName, place: Division | None, evidence: str) -> Parent:
    return Parent(agency_key(name, place), name, place, evidence)


def _bureau(name: AgencyName, city: Division) -> Parent:
    organ = name.bureau or ""
    above = AgencyName(
        city.name + organ, (city.name,), (city,), organ=organ, kind="department", level=LEVELS.get(city.level)
    )
    return _parent(above, city, "bureau in the name")


def _system(name: AgencyName, place: Division | None) -> Parent:
    """The same organ of the place above where the system has one at every level, else its national body."""
    above = _above(place) if place is not None and name.system in settings("agency")["hierarchy"]["ladders"] else None
    system = next(one for one in settings("agency")["vertical"] if one["system"] == name.system)
    if above is not None and name.organ == system.get("organ"):
        prefix = system["prefix"] if system["prefix"].isalpha() else ""
        upper = AgencyName(
            prefix + above.name + name.organ,
            (above.name,),
            (above,),
            organ=name.organ,
            kind="vertical_agency",
            level=LEVELS.get(above.level),
            system=name.system,
        )
        return _parent(upper, above, "vertical system")
    national = AgencyName(system["upper"], organ=system["upper"], kind="department", level="national", national=True)
    return _parent(national, None, "vertical system")


def stated_parent(name: AgencyName, child: Division | None) -> Parent:
    """The parent that a manifest names; a name that several places bear is the one that holds the child."""
    places = name.places
    if len(places) > 1 and child is not None:
        places = tuple(place for place in places if child.within(place))
    if not places and child is not None and name.generic is not None and not name.national:
        kinds = tuple(settings("agency")["generic"]["fits"].get(name.generic, ()))
        above = (found for key in child.lineage if (found := gazetteer().by_key.get(key)))
        places = tuple(place for place in above if place.name.endswith(kinds))[:1]
    place = places[0] if len(places) == 1 else None
    return _parent(name, place, "manifest")


def earlier_bodies(parent: Parent | None, child: Division | None) -> list[tuple[Parent, int]]:
    """Governments that a moved division's government answered to before, each with its last year."""
    if parent is None or child is None or parent.evidence != PLACE_ABOVE:
        return []
    moves = ((gazetteer().by_key[key], year) for key, year in child.moves)
    return [(_parent(government_of(place), place, PLACE_ABOVE), year) for place, year in moves]
