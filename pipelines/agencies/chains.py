"""Chains of places at the head of a text: 江苏省淮安市洪泽区, 河南新密市, 新密 before 调查队."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.agencies.regions import Division, gazetteer
from pipelines.agencies.spelling import pattern

LONGEST_PLACE = 15


@dataclass(frozen=True, slots=True)
class Chain:
    """The longest chain of places at the head of a text."""

    names: tuple[str, ...] = ()
    places: tuple[Division, ...] = ()
    length: int = 0
    stems: int = 0
    """How many of the names are without their kind (河南新密市: one)."""


def place_chain(text: str) -> Chain:
    """The longest chain of ever smaller places that the text begins with; its last place has its full name."""
    return _longest(text, 0, None)


def _longest(text: str, start: int, within: tuple[Division, ...] | None) -> Chain:
    best = Chain(places=within or (), length=start)
    known = gazetteer()
    if text[start : start + 2] not in known.beginnings:
        return best
    for full, names in ((True, known.by_name), (False, known.by_stem)):
        for end in range(min(len(text), start + LONGEST_PLACE), start + 1, -1):
            named = names.get(text[start:end])
            places = inside(named, within) if named else ()
            if not places:
                continue
            rest = _longest(text, end, places)
            if not full and rest.length == end:
                continue
            found = Chain((text[start:end], *rest.names), rest.places, rest.length, rest.stems + (not full))
            if (found.length, -found.stems) > (best.length, -best.stems):
                best = found
    return best


def inside(places: tuple[Division, ...], within: tuple[Division, ...] | None) -> tuple[Division, ...]:
    """Those places that are, or once were, a part of one of the outer ones."""
    if within is None:
        return places
    return tuple(p for p in places if any(p.was_within(outer) and p.key != outer.key for outer in within))


def stem_chain(text: str, within: Chain) -> Chain:
    """One more place without its kind (新密 in 新密调查队), the longest."""
    outer = within.places if within.names else None
    for end in range(min(len(text), within.length + LONGEST_PLACE), within.length + 1, -1):
        word = text[within.length : end]
        if places := inside(gazetteer().by_stem.get(word, ()), outer):
            return Chain((*within.names, word), places, end, within.stems + 1)
    return within


def likeliest(places: tuple[Division, ...], organ: str) -> tuple[Division, ...]:
    """淮安 is the city rather than its district; 吉林, province and city, stays both unless the organ tells."""
    provinces = tuple(place for place in places if place.level == "province")
    prefectures = tuple(place for place in places if place.level == "prefecture")
    if provinces and prefectures:
        return provinces if pattern("stems", "provincial_organ").search(organ) else places
    return provinces or prefectures or places
