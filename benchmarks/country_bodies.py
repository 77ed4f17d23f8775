"""The bodies of the generated country: governments, offices, departments and townships of real places.

Places come from the gazetteer of the vocabulary, so that recognising them can be measured; every
figure is invented. Bodies come prefecture by prefecture, lower bodies before those that sum them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from benchmarks.printer.truth import Profile
from schemas.vocabulary import rows

DEPARTMENTS = (
    ("发展和改革局", 3, 20), ("教育局", 4, 60), ("科学技术局", 1, 3), ("工业和信息化局", 1, 5), ("公安局", 20, 30_000),
    ("民政局", 3, 200), ("司法局", 3, 30), ("财政局", 4, 40), ("人力资源和社会保障局", 6, 300), ("自然资源局", 40, 900),
    ("生态环境局", 8, 400), ("住房和城乡建设局", 35, 700), ("交通运输局", 5, 1200), ("水务局", 3, 120),
    ("农业农村局", 5, 220), ("商务局", 1, 20), ("文化和旅游局", 2, 90), ("卫生健康委员会", 6, 800),
    ("退役军人事务局", 2, 10), ("应急管理局", 3, 150), ("审计局", 1, 2), ("市场监督管理局", 14, 5000), ("统计局", 1, 4),
    ("医疗保障局", 2, 80), ("城市管理局", 12, 2600), ("林业局", 2, 60), ("信访局", 2, 0), ("行政审批服务局", 2, 9000),
    ("机关事务管理局", 1, 0), ("体育局", 0, 5), ("乡村振兴局", 1, 0), ("粮食和物资储备局", 1, 4),
    ("地方金融监督管理局", 1, 2), ("民族宗教事务局", 0, 3), ("人民防空办公室", 1, 20), ("招商局", 1, 0),
    ("气象局", 0, 15), ("税务局", 3, 7000), ("园林绿化局", 2, 50), ("大数据管理局", 1, 0),
)  # fmt: skip
"""Name, requests a year in an average county, decisions a year."""


class Body(NamedTuple):
    """One agency of the country."""

    profile: Profile
    folder: str
    unit: str
    """The place whose government sums it: six digits."""
    sums: bool = False
    """Whether its reports sum the bodies of its place."""


@cache
def prefectures() -> tuple[str, ...]:
    """Codes of all prefectures that have counties, in order."""
    return tuple(dict.fromkeys(row["parent"] for row in _counties()))


@cache
def _counties() -> tuple[dict[str, str], ...]:
    return tuple(row for row in rows("region") if row["level"] == "county" and not row["valid_to"])


@cache
def _names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in rows("region")}


@cache
def _townships() -> dict[str, list[str]]:
    by_county: dict[str, list[str]] = {}
    for row in rows("township"):
        if not row["valid_to"]:
            by_county.setdefault(row["county"], []).append(row["name"])
    return by_county


class _Place(NamedTuple):
    code: str
    name: str
    size: float
    site: str


def _organs(place: _Place, rng: random.Random, *, kind: str, folder: str) -> Iterator[Body]:
    """The departments, the office and, last, the government of a place."""
    host = f"{place.name}人民政府"
    for name, busyness, decisions in DEPARTMENTS:
        scale = place.size * rng.uniform(0.3, 1.8)
        fees = round(rng.expovariate(0.02), 2) if rng.random() < 0.25 else 0.0
        yield Body(
            Profile(
                place.name + name, "department", "own", busyness * scale, documents=round(rng.expovariate(0.15)),
                decisions=round(decisions * scale), fees=fees, site_code=place.site, host=host,
            ),
            folder, place.code,
        )  # fmt: skip
    office = Profile(
        f"{host}办公室", "government_office", "own", 15 * place.size, documents=30, site_code=place.site, host=host
    )
    yield Body(office, folder, place.code)
    government = Profile(
        host, kind, "own", 5 * place.size, kind == "government", round(60 * place.size), 4000, 300.0, place.site, host
    )
    yield Body(government, folder, place.code, sums=True)


def county_bodies(code: str, prefecture: str, rng: random.Random) -> Iterator[Body]:
    """All bodies of one county, its government last."""
    chain = _names().get(prefecture, "") if rng.random() < 0.6 else ""
    place = _Place(code, chain + _names()[code], rng.lognormvariate(0, 0.7), f"{code}0001")
    folder = f"{prefecture}/{code}"
    for name in _townships().get(code, ()):
        street = name.endswith("街道")
        full = name + ("办事处" if street else "人民政府")
        busyness = rng.choice((0.0,) * 7 + (0.4, 1.0, 4.0))
        host = f"{place.name}人民政府"
        kind = "subdistrict" if street else "township"
        yield Body(Profile(place.name + full, kind, "own", busyness, site_code=place.site, host=host), folder, code)
    yield from _organs(place, rng, kind="county", folder=folder)


def count_bodies(code: str) -> int:
    """How many bodies ``prefecture_bodies`` gives."""
    counties = [row["code"] for row in _counties() if row["parent"] == code]
    places = len(counties) + (not code.endswith("0000"))
    return places * (len(DEPARTMENTS) + 2) + sum(len(_townships().get(county, ())) for county in counties)


def prefecture_bodies(code: str, seed: int) -> Iterator[Body]:
    """All bodies of a prefecture and its counties; the prefecture's own government comes last."""
    rng = random.Random(f"{seed} {code}")
    for row in _counties():
        if row["parent"] == code:
            yield from county_bodies(row["code"], code, rng)
    place = _Place(code, _names().get(code, "直辖"), 6 * rng.lognormvariate(0, 0.5), f"{code}0001")
    if not code.endswith("0000"):
        yield from _organs(place, rng, kind="government", folder=f"{code}/{code}")
