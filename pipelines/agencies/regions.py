"""The gazetteer: divisions by name and by code, through renames.

``schemas/vocabulary/region.md`` states where the data come from. A division is followed through
its renames: its ``key`` is the oldest code and name known, which a later rename does not change,
and its ``code`` is the one of today. What the lists lack, people may state (``stated.py``).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Protocol, TypeVar

from schemas.vocabulary import FOLDER, rows, settings

Row = dict[str, str]


class Division(NamedTuple):
    """One place, through all its names. ``lineage``: its own key, then its ancestors'."""

    key: str
    code: str
    name: str
    level: str
    lineage: tuple[str, ...]
    province: str
    city: str | None
    county: str | None
    ended: int | None = None
    """The last year in which the lists have it, where it was merged into another."""
    moves: tuple[tuple[str, int], ...] = ()
    """Keys of parents that it had before, each with its last year."""

    @property
    def region_code(self) -> str:
        """The code of GB/T 2260; a development zone has none and takes that of its prefecture."""
        return self.code if self.level != "zone" else self.code[:4] + "00"

    def within(self, other: Division) -> bool:
        """Whether this is the other place or a part of it."""
        return other.key in self.lineage

    def was_within(self, other: Division) -> bool:
        """Whether it is or was a part of the other place."""
        return self.within(other) or any(key == other.key for key, _ in self.moves)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Lookups; every value holds all divisions that answer to the name or code."""

    by_name: dict[str, tuple[Division, ...]]
    """Full names and the short forms of autonomous divisions, zones left out."""
    by_stem: dict[str, tuple[Division, ...]]
    """Names without their kind (新密), two characters or more."""
    by_code: dict[str, tuple[Division, ...]]
    """Codes of today and of old."""
    by_key: dict[str, Division]
    townships: dict[str, tuple[tuple[Division, str], ...]]
    """Township name → the counties that have or had it, with the oldest name known there."""
    beginnings: frozenset[str]
    """The first two characters of every name and stem."""
    characters: frozenset[str]
    """Every character of any name: none of them is taken for a traditional one."""

    def township_in(self, name: str, place: Division) -> str | None:
        """The oldest name known of a township of this county, null where it has none of that name."""
        return next((root for county, root in self.townships.get(name, ()) if county.key == place.key), None)


class Cached(Protocol):
    """A function that remembers its answers."""

    def cache_clear(self) -> None:
        """Forget them."""


C = TypeVar("C", bound=Cached)
_DEPENDENT: list[Cached] = []
_IN_USE: list[Gazetteer] = []


def depends_on_places(function: C) -> C:
    """A function whose answers hold only as long as the gazetteer stays the same."""
    _DEPENDENT.append(function)
    return function


def gazetteer() -> Gazetteer:
    """The gazetteer in use, read once (about 0.15 s)."""
    if not _IN_USE:
        _IN_USE.append(_read(()))
    return _IN_USE[0]


@contextmanager
def with_divisions(stated: Sequence[tuple[str, str]]) -> Iterator[None]:
    """Within it the gazetteer also holds these divisions: code and name, with every upper one known."""
    if not stated:
        yield
        return
    before = gazetteer()
    _use(_read(stated))
    try:
        yield
    finally:
        _use(before)


def _use(places: Gazetteer) -> None:
    _IN_USE[:] = [places]
    for function in _DEPENDENT:
        function.cache_clear()


def level_of(code: str) -> str:
    """The level that the form of a division code tells."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def upper_codes(code: str) -> tuple[str, ...]:
    """The codes that may stand above a code, the nearest first; a county may lie in its province directly."""
    return tuple(upper for upper in dict.fromkeys((code[:4] + "00", code[:2] + "0000")) if upper != code)


def unlisted(code: str) -> Division:
    """A division that is stated by a code that no list has: its upper ones are known, its name is not."""
    uppers = (place for upper in upper_codes(code) for place in gazetteer().by_code.get(upper, ()))
    return _division({"code": code, "name": "", "level": level_of(code)}, code, next(uppers, None))


def _as_row(code: str, name: str, known: set[str]) -> Row:
    parent = next((upper for upper in upper_codes(code) if upper in known), "")
    blank = dict.fromkeys(("valid_from", "valid_to", "successor", "change"), "")
    return {"code": code, "name": name, "level": level_of(code), "parent": parent, **blank}


def _read(stated: Sequence[tuple[str, str]]) -> Gazetteer:
    listed = list(rows("region"))
    known = {row["code"] for row in listed} | {code for code, _ in stated}
    listed += [_as_row(code, name, known) for code, name in stated]
    table = {row["code"] + row["name"]: row for row in listed}
    divisions = _divisions(table)
    by_name, by_stem = _names(table, divisions)
    by_code: dict[str, dict[str, Division]] = defaultdict(dict)
    for identity, row in table.items():
        by_code[row["code"]][divisions[identity].key] = divisions[identity]
    codes = {code: tuple(found.values()) for code, found in by_code.items()}
    townships = _townships(codes)
    characters = frozenset("".join(by_name)) | frozenset("".join(townships))
    beginnings = frozenset(name[:2] for name in (*by_name, *by_stem))
    by_key = {division.key: division for division in divisions.values()}
    return Gazetteer(by_name, by_stem, codes, by_key, townships, beginnings, characters)


def _divisions(table: dict[str, Row]) -> dict[str, Division]:
    """Code and name, of today or of old, → the division."""
    today = {identity: _follow(table, identity) for identity in table}
    stages: dict[str, list[str]] = defaultdict(list)
    for identity in sorted(table, key=lambda one: (table[one]["valid_to"] or "9999", one)):
        stages[today[identity]].append(identity)
    holders = {table[one]["code"]: latest for latest, its in stages.items() for one in its}
    holders |= {table[latest]["code"]: latest for latest in stages}
    built: dict[str, Division] = {}
    for level in ("province", "prefecture", "county", "zone"):
        for latest, its in stages.items():
            if table[latest]["level"] == level:
                parent = built.get(holders.get(table[latest]["parent"], ""))
                built[latest] = _division(table[latest], its[0], parent)._replace(
                    ended=_ended(table[latest]), moves=_moves(table, built, holders, its)
                )
    return {identity: built[latest] for identity, latest in today.items()}


def _follow(table: dict[str, Row], identity: str) -> str:
    for _ in range(10):
        row = table[identity]
        if row["change"] != "rename" or row["successor"] not in table:
            break
        identity = row["successor"]
    return identity


def _ended(row: Row) -> int | None:
    return int(row["valid_to"]) if row["change"] == "merge" and row["valid_to"] else None


def _moves(
    table: dict[str, Row], built: dict[str, Division], holders: dict[str, str], stages: list[str]
) -> tuple[tuple[str, int], ...]:
    """Earlier stages of a division that stood under another parent than today's."""
    now = holders.get(table[stages[-1]]["parent"])
    earlier = ((holders.get(table[one]["parent"], ""), table[one]["valid_to"]) for one in stages[:-1])
    return tuple((built[then].key, int(year)) for then, year in earlier if then in built and then != now and year)


def _division(row: Row, key: str, parent: Division | None) -> Division:
    name, level = row["name"], row["level"]
    lineage = (key, *(parent.lineage if parent else ()))
    if parent is None:
        return Division(key, row["code"], name, level, lineage, name, None, None)
    if level == "prefecture":
        return Division(key, row["code"], name, level, lineage, parent.name, name, None)
    city = parent.name if parent.level == "prefecture" or parent.code in _municipalities() else None
    county = name if level == "county" else None
    return Division(key, row["code"], name, level, lineage, parent.province, city, county)


@cache
def _municipalities() -> frozenset[str]:
    return frozenset(settings("agency")["places"]["municipalities"])


def _names(
    table: dict[str, Row], divisions: dict[str, Division]
) -> tuple[dict[str, tuple[Division, ...]], dict[str, tuple[Division, ...]]]:
    by_name: dict[str, dict[str, Division]] = defaultdict(dict)
    by_stem: dict[str, dict[str, Division]] = defaultdict(dict)
    for identity, row in table.items():
        division = divisions[identity]
        if row["level"] == "zone":
            continue
        for name in short_forms(row["name"]):
            by_name[name][division.key] = division
        if len(short := stem(row["name"])) > 1:
            by_stem[short][division.key] = division
    for alias, full in settings("agency")["places"]["aliases"].items():
        by_name[alias].update(by_name[full])
    return (
        {name: tuple(found.values()) for name, found in by_name.items()},
        {name: tuple(found.values()) for name, found in by_stem.items()},
    )


@cache
def _autonomous() -> re.Pattern[str]:
    peoples = sorted(settings("agency")["places"]["peoples"], key=len, reverse=True)
    return re.compile(settings("agency")["places"]["autonomous"].replace("PEOPLES", "|".join(peoples)))


def short_forms(name: str) -> tuple[str, ...]:
    """The full name, and 恩施州 for an autonomous 恩施土家族苗族自治州."""
    if match := _autonomous().fullmatch(name):
        return (name, match["stem"] + match["kind"])
    return (name,)


def stem(name: str) -> str:
    """A division's name without its kind (新密市 → 新密), ethnic names dropped."""
    name = short_forms(name)[-1]
    for kind in settings("agency")["places"]["kinds"]:
        if name.endswith(kind):
            return name.removesuffix(kind)
    return name


def _townships(codes: dict[str, tuple[Division, ...]]) -> dict[str, tuple[tuple[Division, str], ...]]:
    with (FOLDER / "township.csv").open(encoding="utf-8", newline="") as stream:
        lines = [line for line in csv.reader(stream) if line[0] in codes]
    roots = {(county, heir): name for county, _, name, _, _, heir in lines if heir}
    found: dict[str, list[tuple[Division, str]]] = defaultdict(list)
    for county, _, name, _, _, _ in lines:
        root = name
        for _ in range(3):
            root = roots.get((county, root), root)
        found[name].append((next(place for place in codes[county] if place.code == county), root))
    return {name: tuple(counties) for name, counties in found.items()}
