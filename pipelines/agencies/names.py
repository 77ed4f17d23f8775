"""A printed name → what it says: place chain, organ, kind and level, and the spelling that identifies it.

Everything that a name can contain is data (``schemas/vocabulary/agency.toml``); places are those
of the gazetteer. Nothing is guessed: a place that several divisions answer to stays several.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import opencc

from pipelines.agencies.regions import Division, gazetteer
from schemas.vocabulary import settings

LEVELS = {"province": "provincial", "prefecture": "municipal", "county": "county"}
LONGEST_PLACE = 15
FIRST_IDEOGRAPH = 0x2E80


@dataclass(frozen=True, slots=True)
class AgencyName:
    """What a name says."""

    text: str
    """The name as read: half width, simplified, without spaces and remarks in brackets."""
    chain: tuple[str, ...] = ()
    """The place names at its head, as printed, outermost first."""
    places: tuple[Division, ...] = ()
    """The divisions that the chain can mean; empty where it has none or the gazetteer knows none."""
    generic: str | None = None
    """The kind of place where only that is said (市 in 市教育局)."""
    township: str | None = None
    """Township or subdistrict, as the gazetteer writes it."""
    organ: str = ""
    """The organ in its full form; empty for a township's own government."""
    kind: str = "other"
    level: str | None = None
    system: str | None = None
    """The vertical system, e.g. ``tax``."""
    bureau: str | None = None
    """The bureau that a sub-bureau belongs to."""
    bureau_place: tuple[Division, ...] = ()
    national: bool = False

    @property
    def levelled(self) -> bool:
        """Whether a body of this kind is of the level of its place (customs, zones and sub-bureaux are not)."""
        if self.national or self.township is not None or self.bureau is not None or self.kind == "development_zone":
            return False
        return self.system is None or self.system not in _unlevelled()

    @property
    def canonical(self) -> str:
        """The one spelling of this name, its place as printed."""
        place = "".join(self.chain) or self.generic or ""
        return place + (self.township or "") + self.organ


@cache
def _unlevelled() -> frozenset[str]:
    return frozenset(one["system"] for one in settings("agency")["vertical"] if one.get("level_unknown"))


@cache
def _pattern(*path: str) -> re.Pattern[str]:
    found: Any = settings("agency")
    for step in path:
        found = found[step]
    return re.compile(found)


@lru_cache(maxsize=1 << 15)
def _simplified(character: str) -> str:
    if ord(character) < FIRST_IDEOGRAPH or character in gazetteer().characters:
        return character
    return str(_converter().convert(character))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(name: str) -> str:
    """Half width, simplified (characters of place names stay), without marks, spaces and remarks in brackets."""
    text = unicodedata.normalize("NFKC", name)
    text = "".join(map(_simplified, text))
    bare = _pattern("fold", "brackets").sub("", text)
    text = bare if len(bare) > 1 else text
    text = _pattern("fold", "marks").sub("", text)
    text = _pattern("fold", "starts").sub("", text)
    return _pattern("fold", "ends").sub("", text) or text


@lru_cache(maxsize=1 << 18)
def parse_name(name: str) -> AgencyName:
    """What a printed agency name says; never fails: an unknown name is an organ of kind ``other``."""
    text = fold(name)
    national = settings("agency")["national"]["aliases"].get(text, text)
    if national in settings("agency")["national"]["organs"]:
        return AgencyName(text=text, organ=national, kind="department", level="national", national=True)
    for parse in (_vertical, _placed, _national, _generic, _placeless):
        found = parse(national if parse is _national else text)
        if found is not None:
            return found
    return AgencyName(text=text, organ=text)


# --- place chains


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
            places = _inside(named, within) if named else ()
            if not places:
                continue
            rest = _longest(text, end, places)
            if not full and rest.length == end:
                continue
            found = Chain((text[start:end], *rest.names), rest.places, rest.length, rest.stems + (not full))
            if (found.length, -found.stems) > (best.length, -best.stems):
                best = found
    return best


def _inside(places: tuple[Division, ...], within: tuple[Division, ...] | None) -> tuple[Division, ...]:
    if within is None:
        return places
    return tuple(p for p in places if any(p.was_within(outer) and p.key != outer.key for outer in within))


def _stem_chain(text: str, within: Chain) -> Chain:
    """One more place without its kind (新密 in 新密调查队), the longest."""
    outer = within.places if within.names else None
    for end in range(min(len(text), within.length + LONGEST_PLACE), within.length + 1, -1):
        word = text[within.length : end]
        if places := _inside(gazetteer().by_stem.get(word, ()), outer):
            return Chain((*within.names, word), places, end, within.stems + 1)
    return within


# --- the ways to read a name


def _vertical(text: str) -> AgencyName | None:
    for system in settings("agency")["vertical"]:
        if not _compiled(system["pattern"]).search(text):
            continue
        prefix = _compiled(system["prefix"]).match(text)
        if prefix is None and not system.get("prefix_optional"):
            continue
        rest = text[prefix.end() :] if prefix else text
        chain = _vertical_chain(rest, system["pattern"])
        organ = rest[chain.length :]
        if _compiled(system["pattern"]).search(organ):
            level = None if system.get("level_unknown") else _level(chain.places)
            base = AgencyName(text, chain.names, chain.places, organ=organ, kind="vertical_agency", level=level)
            return _with_generic(replace(base, system=system["system"]))
    return None


def _vertical_chain(rest: str, pattern: str) -> Chain:
    """The chain before a vertical organ, whose last place may lack its kind (国家统计局新密调查队)."""
    chain = place_chain(rest)
    if chain.names and _compiled("^(?:" + pattern + ")").match(rest[chain.length :]):
        return chain
    longer = _stem_chain(rest, chain)
    if longer.length == chain.length or (chain.names and not _compiled(pattern).match(rest[longer.length :])):
        return chain
    return replace(longer, places=_likeliest(longer.places, rest[longer.length :]))


def _likeliest(places: tuple[Division, ...], organ: str) -> tuple[Division, ...]:
    """淮安 is the city rather than its district; 吉林, province and city, stays both unless the organ tells."""
    provinces = tuple(place for place in places if place.level == "province")
    prefectures = tuple(place for place in places if place.level == "prefecture")
    if provinces and prefectures:
        return provinces if _pattern("stems", "provincial_organ").search(organ) else places
    return provinces or prefectures or places


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _with_generic(name: AgencyName) -> AgencyName:
    match = None if name.places else _pattern("generic", "pattern").match(name.organ)
    if match is None:
        return name
    level = settings("agency")["generic"]["levels"].get(match["place"])
    organ = name.organ[match.end() :]
    return replace(name, generic=match["place"], organ=organ, level=level if name.level is None else name.level)


def _level(places: tuple[Division, ...]) -> str | None:
    levels = {LEVELS.get(place.level) for place in places}
    return levels.pop() if len(levels) == 1 else None


def _placed(text: str) -> AgencyName | None:
    chain = place_chain(text)
    if chain.names and _pattern("township", "bare").match(text[chain.length :]):
        chain = _without_last(text, chain)
    if found := _stem_before_township(text, chain) or _zone(text, chain):
        return found
    if not chain.names:
        return None
    return _read_organ(text, chain)


def _without_last(text: str, chain: Chain) -> Chain:
    """青县镇: the last place belongs to the township's name."""
    length = chain.length - len(chain.names[-1])
    outer = place_chain(text[:length])
    return outer if outer.length == length else Chain()


def _stem_before_township(text: str, chain: Chain) -> AgencyName | None:
    """定海白泉镇: a county without its kind, where the gazetteer has the township there."""
    longer = _stem_chain(text, chain)
    rest = _township_word(text[longer.length :]) if longer.length > chain.length else None
    if rest is None:
        return None
    places = tuple(place for place in longer.places if gazetteer().township_in(rest, place))
    if not places or _township_known(text[chain.length :], chain.places):
        return None
    return _read_organ(text, replace(longer, places=places))


def _township_known(rest: str, places: tuple[Division, ...]) -> bool:
    """Whether one of the places has this township; without places, whether any county has."""
    word = _township_word(rest)
    if word is None or not places:
        return word in gazetteer().townships
    return any(gazetteer().township_in(word, place) for place in places)


def _township_word(rest: str) -> str | None:
    if match := _pattern("township", "subdistrict").match(rest):
        return subdistrict(match["name"])
    if match := _pattern("township", "township").match(rest):
        return str(match["name"])
    match = _pattern("township", "street").match(rest)
    return subdistrict(match["area"] or match["name"]) if match else None


def subdistrict(name: str) -> str:
    """新华路 → 新华路街道; 黄村地区 stays."""
    words = settings("agency")["township"]
    return name if name.endswith(words["area"]) else name + words["subdistrict_kind"]


def _read_organ(text: str, chain: Chain) -> AgencyName:
    """What stands behind a place chain."""
    base = AgencyName(text, chain.names, chain.places, level=_level(chain.places))
    rest = text[chain.length :]
    if government := _government(base, rest):
        return government
    rest = _pattern("government", "prefix").sub("", rest)
    return _township(base, rest) or _institution(base, rest) or _department(base, rest)


def _government(base: AgencyName, rest: str) -> AgencyName | None:
    words = settings("agency")["government"]
    if _pattern("government", "government").match(rest):
        return replace(base, organ=words["canonical"], kind="government")
    if _pattern("government", "office").match(rest):
        return replace(base, organ=words["office_canonical"], kind="government_office")
    if _pattern("government", "prefecture_office").match(rest):
        return replace(base, organ=words["prefecture_office_canonical"], kind="government")
    if _pattern("government", "prefecture_office_room").match(rest):
        return replace(base, organ=words["office_canonical"], kind="government_office")
    return None


def _township(base: AgencyName, rest: str) -> AgencyName | None:
    word = _township_word(rest)
    street = _pattern("township", "street").match(rest) is not None
    known = word is not None and bool(base.places) and _township_known(rest, base.places)
    if word is not None and (known or not (street or _pattern("township", "never").match(word))):
        is_subdistrict = street or _pattern("township", "subdistrict").match(rest) is not None
        return _of_township(base, word, "", "subdistrict" if is_subdistrict else "township")
    if match := _pattern("township", "office").match(rest):
        return _of_township(
            base, match["name"], settings("agency")["government"]["office_canonical"], "government_office"
        )
    match = _pattern("township", "within").match(rest)
    if match and _township_known(match["name"], base.places):
        return _of_township(base, match["name"], match["organ"], "department")
    return None


def _of_township(base: AgencyName, word: str, organ: str, kind: str) -> AgencyName:
    """A county that is one of several is told by the township, where only one of them has it."""
    places = base.places
    if len(places) > 1:
        with_it = tuple(place for place in places if gazetteer().township_in(word, place))
        places = with_it if len(with_it) == 1 else places
    return replace(base, places=places, township=word, organ=organ, kind=kind, level="township")


def _zone(text: str, chain: Chain) -> AgencyName | None:
    """Development zones; the place before them may lack its kind (盐城经济技术开发区)."""
    rest = text[chain.length :]
    if not rest or not _is_zone(rest):
        return None
    longer = _stem_chain(text, chain)
    outer = _likeliest(longer.places, "")
    if longer.length > chain.length and _is_zone(text[longer.length :]) and all(p.level != "county" for p in outer):
        chain, rest = replace(longer, places=outer), text[longer.length :]
    organ = _pattern("zone", "short").sub("", rest)
    for short, full in settings("agency")["zone"]["aliases"].items():
        if organ.endswith(short) and not organ.endswith(full):
            organ = organ.removesuffix(short) + full
    organ += settings("agency")["zone"]["canonical"]
    return _with_generic(AgencyName(text, chain.names, chain.places, organ=organ, kind="development_zone"))


def _is_zone(rest: str) -> bool:
    if _pattern("zone", "not_committee").search(rest):
        return False
    return bool(_pattern("zone", "pattern").search(rest) or _pattern("zone", "committee").match(rest))


def _institution(base: AgencyName, rest: str) -> AgencyName | None:
    if _pattern("institution", "other").search(rest):
        return replace(base, organ=rest, kind="other")
    if _pattern("institution", "pattern").search(rest):
        return replace(base, organ=rest, kind="public_institution")
    return None


def _department(base: AgencyName, rest: str) -> AgencyName:
    organ = settings("agency")["department"]["aliases"].get(rest, rest)
    if branch := _sub_bureau(base, organ):
        return branch
    kind = "department" if _pattern("department", "pattern").search(organ) else "other"
    level = base.level
    if kind == "department" and level is None and _pattern("department", "provincial").match(organ):
        level = "provincial"
    return replace(base, organ=organ, kind=kind, level=level)


def _sub_bureau(base: AgencyName, organ: str) -> AgencyName | None:
    """郑州市生态环境局新密分局 belongs to the city's bureau and serves the district, if the city has it."""
    words = settings("agency")["department"]
    match = _pattern("department", "sub_bureau").match(organ)
    bureau = match["bureau"] if match else None
    if match is None:
        match = _pattern("department", "sub_bureau_reversed").match(organ)
        bureau = match["bureau"] + words["bureau"] if match else None
    if match is None or bureau is None:
        return None
    bureau = words["aliases"].get(bureau, bureau)
    names = gazetteer()
    word = match["place"]
    served = _inside(names.by_name.get(word, names.by_stem.get(word, ())), base.places or None) if base.places else ()
    return replace(
        base,
        organ=bureau + word + words["branch"],
        kind="department",
        places=served or base.places,
        level=_level(served) if served else None,
        bureau=bureau,
        bureau_place=base.places,
    )


def _national(text: str) -> AgencyName | None:
    if not _pattern("national", "pattern").match(text):
        return None
    return AgencyName(text, organ=text, kind="department", level="national", national=True)


def _generic(text: str) -> AgencyName | None:
    """市人民政府办公室, 县教育局: no place, only its kind."""
    match = _pattern("generic", "pattern").match(text)
    if match is None or _township_word(text) is not None:
        return None
    level = settings("agency")["generic"]["levels"].get(match["place"])
    base = AgencyName(text, generic=match["place"], level=level)
    rest = text[match.end() :]
    government = _government(base, rest)
    if government and government.kind == "government" and level == "township":
        return replace(government, kind="township")
    return government or _institution(base, rest) or _department(base, rest)


def _placeless(text: str) -> AgencyName:
    """A bare township, a place that the gazetteer lacks, or an organ without a place."""
    base = AgencyName(text)
    if not _township_known(text, ()):
        match = _pattern("government", "unknown_place").match(text)
        known = match is not None and match["stem"] in gazetteer().by_stem
        found = _unknown_place(text, match) if match and not known else None
        if found is not None:
            return found
    return (
        _township(base, text)
        or (_government(base, text) if text else None)
        or _institution(base, text)
        or _department(base, text)
    )


def _unknown_place(text: str, match: re.Match[str]) -> AgencyName | None:
    """富饶县教育局: a place that the gazetteer lacks, before an organ or township that is one."""
    level = settings("agency")["generic"]["levels"].get(match["place"])
    base = AgencyName(text, chain=(match["stem"],), level=level)
    rest = text[match.end() :]
    found = (_government(base, rest) if rest else None) or _township(base, rest) or _department(base, rest)
    return None if found.kind == "other" else found
