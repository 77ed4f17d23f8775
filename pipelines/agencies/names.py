"""A printed name → what it says: place chain, organ, kind and level, and the spelling that identifies it.

Everything that a name can contain is data (``schemas/vocabulary/agency.toml``); places are those
of the gazetteer. Nothing is guessed: a place that several divisions answer to stays several.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from pipelines.agencies.chains import Chain, inside, likeliest, place_chain, stem_chain
from pipelines.agencies.regions import Division, depends_on_places, gazetteer
from pipelines.agencies.spelling import compiled, fold, pattern
from schemas.vocabulary import settings

LEVELS = {"province": "provincial", "prefecture": "municipal", "county": "county"}


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


@depends_on_places
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


# --- the ways to read a name


def _vertical(text: str) -> AgencyName | None:
    for system in settings("agency")["vertical"]:
        if not compiled(system["pattern"]).search(text):
            continue
        prefix = compiled(system["prefix"]).match(text)
        if prefix is None and not system.get("prefix_optional"):
            continue
        rest = text[prefix.end() :] if prefix else text
        chain = _vertical_chain(rest, system["pattern"])
        organ = rest[chain.length :]
        if compiled(system["pattern"]).search(organ):
            level = None if system.get("level_unknown") else _level(chain.places)
            base = AgencyName(text, chain.names, chain.places, organ=organ, kind="vertical_agency", level=level)
            return _with_generic(replace(base, system=system["system"]))
    return None


def _vertical_chain(rest: str, organ: str) -> Chain:
    """The chain before a vertical organ, whose last place may lack its kind (国家统计局新密调查队)."""
    chain = place_chain(rest)
    if chain.names and compiled("^(?:" + organ + ")").match(rest[chain.length :]):
        return chain
    longer = stem_chain(rest, chain)
    if longer.length == chain.length or (chain.names and not compiled(organ).match(rest[longer.length :])):
        return chain
    return replace(longer, places=likeliest(longer.places, rest[longer.length :]))


def _with_generic(name: AgencyName) -> AgencyName:
    match = None if name.places else pattern("generic", "pattern").match(name.organ)
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
    if chain.names and pattern("township", "bare").match(text[chain.length :]):
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
    longer = stem_chain(text, chain)
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
    if match := pattern("township", "subdistrict").match(rest):
        return subdistrict(match["name"])
    if match := pattern("township", "township").match(rest):
        return str(match["name"])
    match = pattern("township", "street").match(rest)
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
    rest = pattern("government", "prefix").sub("", rest)
    return _township(base, rest) or _institution(base, rest) or _department(base, rest)


def _government(base: AgencyName, rest: str) -> AgencyName | None:
    words = settings("agency")["government"]
    if pattern("government", "government").match(rest):
        return replace(base, organ=words["canonical"], kind="government")
    if pattern("government", "office").match(rest):
        return replace(base, organ=words["office_canonical"], kind="government_office")
    if pattern("government", "prefecture_office").match(rest):
        return replace(base, organ=words["prefecture_office_canonical"], kind="government")
    if pattern("government", "prefecture_office_room").match(rest):
        return replace(base, organ=words["office_canonical"], kind="government_office")
    return None


def _township(base: AgencyName, rest: str) -> AgencyName | None:
    word = _township_word(rest)
    street = pattern("township", "street").match(rest) is not None
    known = word is not None and bool(base.places) and _township_known(rest, base.places)
    if word is not None and (known or not (street or pattern("township", "never").match(word))):
        is_subdistrict = street or pattern("township", "subdistrict").match(rest) is not None
        return _of_township(base, word, "", "subdistrict" if is_subdistrict else "township")
    if match := pattern("township", "office").match(rest):
        return _of_township(
            base, match["name"], settings("agency")["government"]["office_canonical"], "government_office"
        )
    match = pattern("township", "within").match(rest)
    if match and _township_known(match["name"], base.places):
        return _of_township(base, match["name"], match["organ"], "department")
    return None


def _of_township(base: AgencyName, word: str, organ: str, kind: str) -> AgencyName:
    """One of several counties, or the county within a city, is told by the township that only it has."""
    return replace(
        base, places=_counties_of(base.places, word), township=word, organ=organ, kind=kind, level="township"
    )


def _counties_of(places: tuple[Division, ...], township: str) -> tuple[Division, ...]:
    if len(places) == 1 and places[0].level in ("province", "prefecture"):
        counties = tuple(county for county, _ in gazetteer().townships.get(township, ()) if county.within(places[0]))
        return counties or places
    with_it = tuple(place for place in places if gazetteer().township_in(township, place))
    return with_it if len(with_it) == 1 else places


def _zone(text: str, chain: Chain) -> AgencyName | None:
    """Development zones; the place before them may lack its kind (盐城经济技术开发区, 安徽舒城经济开发区)."""
    rest = text[chain.length :]
    if not rest or not _is_zone(rest):
        return None
    longer = stem_chain(text, chain)
    outer = likeliest(longer.places, "")
    if longer.length > chain.length and _is_zone(text[longer.length :]) and all(p.level != "county" for p in outer):
        chain, rest = replace(longer, places=outer), text[longer.length :]
    inner = stem_chain(text, chain) if chain.places and all(p.level == "province" for p in chain.places) else chain
    if inner.length > chain.length and _is_zone(text[inner.length :]):
        chain, rest = replace(inner, places=likeliest(inner.places, "")), text[inner.length :]
    organ = pattern("zone", "short").sub("", rest)
    for short, full in settings("agency")["zone"]["aliases"].items():
        if organ.endswith(short) and not organ.endswith(full):
            organ = organ.removesuffix(short) + full
    organ += settings("agency")["zone"]["canonical"]
    return _with_generic(AgencyName(text, chain.names, chain.places, organ=organ, kind="development_zone"))


def _is_zone(rest: str) -> bool:
    if pattern("zone", "not_committee").search(rest):
        return False
    return bool(pattern("zone", "pattern").search(rest) or pattern("zone", "committee").match(rest))


def _institution(base: AgencyName, rest: str) -> AgencyName | None:
    if pattern("institution", "other").search(rest):
        return replace(base, organ=rest, kind="other")
    if pattern("institution", "pattern").search(rest):
        return replace(base, organ=rest, kind="public_institution")
    return None


def _department(base: AgencyName, rest: str) -> AgencyName:
    organ = settings("agency")["department"]["aliases"].get(rest, rest)
    if branch := _sub_bureau(base, organ):
        return branch
    kind = "department" if pattern("department", "pattern").search(organ) else "other"
    level = base.level
    if kind == "department" and level is None and pattern("department", "provincial").match(organ):
        level = "provincial"
    return replace(base, organ=organ, kind=kind, level=level)


def _sub_bureau(base: AgencyName, organ: str) -> AgencyName | None:
    """郑州市生态环境局新密分局 belongs to the city's bureau and serves the district, if the city has it."""
    words = settings("agency")["department"]
    match = pattern("department", "sub_bureau").match(organ)
    bureau = match["bureau"] if match else None
    if match is None:
        match = pattern("department", "sub_bureau_reversed").match(organ)
        bureau = match["bureau"] + words["bureau"] if match else None
    if match is None or bureau is None:
        return None
    bureau = words["aliases"].get(bureau, bureau)
    names = gazetteer()
    word = match["place"]
    served = inside(names.by_name.get(word, names.by_stem.get(word, ())), base.places or None) if base.places else ()
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
    if not pattern("national", "pattern").match(text):
        return None
    return AgencyName(text, organ=text, kind="department", level="national", national=True)


def _generic(text: str) -> AgencyName | None:
    """市人民政府办公室, 县教育局: no place, only its kind."""
    match = pattern("generic", "pattern").match(text)
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
        match = pattern("government", "unknown_place").match(text)
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
    government = _government(base, rest) if rest else None
    found = government or _township(base, rest) or _institution(base, rest) or _department(base, rest)
    return None if found.kind == "other" else found
