"""Which sample reports stand in ``data/raw``: invented agencies of invented places, and how each is printed.

Yunze (云泽市) with its county Lanxi (岚溪县) reports four or five years in a row, so that
carry-over, roll-up and coverage can be looked at; Qingluan (青峦县) shows the layouts, Wupu
(梧浦县) the office files and the faults of real life, one a file.
"""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.printer.truth import Profile

YUNZE, LANXI, QINGLUAN, WUPU = "云泽市人民政府", "岚溪县人民政府", "青峦县人民政府", "梧浦县人民政府"


REGIONS = (
    ("990000", "示例省"),
    ("990100", "云泽市"),
    ("990121", "岚溪县"),
    ("990200", "砚川市"),
    ("990222", "青峦县"),
    ("990223", "梧浦县"),
)
"""The invented places as ``regions.csv`` states them; no real code begins with 99."""


class Member(NamedTuple):
    """One agency with its years: folder, profile, years, parent, who is summed into it."""

    folder: str
    profile: Profile
    years: tuple[int, ...]
    parent: str
    members: tuple[str, ...] = ()


def _profile(agency: str, kind: str, busyness: float, **more: object) -> Profile:
    site = {"云泽": "9901000001", "岚溪": "9901210005", "青峦": "9902220003"}[agency[:2]]
    host = {"云泽": YUNZE, "岚溪": LANXI, "青峦": QINGLUAN}[agency[:2]]
    return Profile(agency, kind, "own", busyness, site_code=site, host=host, **more)  # type: ignore[arg-type]


MEMBERS = (
    Member(
        "yunze/lanxi/office",
        _profile("岚溪县人民政府办公室", "government_office", 14, documents=9),
        (2021, 2022),
        LANXI,
    ),
    Member(
        "yunze/lanxi/water",
        _profile("岚溪县水务局", "department", 9, documents=6, decisions=140, fees=36.5),
        (2019, 2020, 2021, 2022, 2023, 2024),
        LANXI,
    ),
    Member("yunze/lanxi/shiqiao", _profile("岚溪县石桥镇人民政府", "township", 0), (2021, 2022, 2023, 2024), LANXI),
    Member("yunze/lanxi/songya", _profile("岚溪县松垭街道办事处", "subdistrict", 0), (2021, 2022, 2023, 2024), LANXI),
    Member(
        "yunze/lanxi/government",
        _profile(LANXI, "county", 55, documents=40, decisions=2600, fees=310.25),
        (2020, 2021, 2022, 2023, 2024),
        YUNZE,
        ("岚溪县人民政府办公室", "岚溪县水务局", "岚溪县石桥镇人民政府", "岚溪县松垭街道办事处"),
    ),
    Member(
        "yunze/planning",
        _profile("云泽市自然资源和规划局", "department", 420, documents=31, decisions=8800, fees=96171.6),
        (2021, 2022, 2023, 2024),
        YUNZE,
    ),
    Member(
        "yunze/office",
        _profile("云泽市人民政府办公室", "government_office", 96, documents=64),
        (2020, 2021, 2022, 2023, 2024),
        YUNZE,
    ),
    Member(
        "yunze/government",
        _profile(YUNZE, "government", 700, rulemaker=True, documents=150, decisions=1_900_000, fees=120_400.37),
        (2020, 2021, 2022, 2023, 2024),
        "",
        ("云泽市自然资源和规划局", "云泽市人民政府办公室", LANXI),
    ),
)

SINGLES = (
    ("education", "青峦县教育体育局", "department", 6),
    ("health", "青峦县卫生健康委员会", "department", 11),
    ("police", "青峦县公安局", "department", 34),
    ("housing", "青峦县住房和城乡建设局", "department", 61),
    ("market", "青峦县市场监督管理局", "department", 28),
    ("civil", "青峦县民政局", "department", 4),
    ("traffic", "青峦县交通运输局", "department", 7),
    ("farm", "青峦县农业农村局", "department", 5),
    ("audit", "青峦县审计局", "department", 1),
    ("forest", "青峦县林业局", "department", 3),
    ("justice", "青峦县司法局", "department", 2),
    ("emergency", "青峦县应急管理局", "department", 2),
    ("ecology", "青峦县生态环境分局", "department", 8),
    ("statistics", "青峦县统计局", "department", 0),
    ("zone", "青峦县经济开发区管理委员会", "department", 5),
    ("hospital", "青峦县人民医院", "department", 0),
    ("office", "青峦县人民政府办公室", "government_office", 18),
    ("baiyan", "青峦县白岩镇人民政府", "township", 0),
    ("hekou", "青峦县河口乡人民政府", "township", 0),
    ("liangting", "青峦县凉亭街道办事处", "subdistrict", 0),
    ("taxes", "青峦县税务局", "department", 3),
    ("finance", "青峦县财政局", "department", 3),
)

WUPU_BODIES = tuple(
    (f"梧浦县{name}", 10.0 + number % 6)
    for number, name in enumerate(
        [
            "教育局",
            "科学技术局",
            "公安局",
            "民政局",
            "司法局",
            "财政局",
            "商务局",
            "水务局",
            "林业局",
            "审计局",
            "统计局",
            "应急管理局",
            "医疗保障局",
            "信访局",
            "文化和旅游局",
            "交通运输局",
            "农业农村局",
            "卫生健康局",
            "城市管理局",
        ]
    )
)
"""Name and requests a year: the first for the faults, the rest for the office files."""
