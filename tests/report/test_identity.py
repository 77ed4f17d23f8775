"""Who reports: names that look like words of a title, and days of which several are printed."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from pipelines.readers.html import read
from pipelines.report.identity import find_published
from pipelines.report.names import agency_of_title
from pipelines.report.rows import document_to_rows

REGIONS = Path(__file__).parents[2] / "schemas" / "vocabulary" / "region.csv"
WORDINGS = (
    "{name}2023年政府信息公开工作年度报告",
    "2023年{name}政府信息公开工作年度报告",
    "{name}关于2023年度政府信息公开工作情况的报告",
    "关于{name}2023年度政府信息公开工作的报告",
    "2023年度政府信息公开工作年度报告({name})",
)


@pytest.mark.parametrize("wording", WORDINGS)
def test_a_title_names_every_place_of_the_country_whole(wording: str) -> None:
    with REGIONS.open(encoding="utf-8") as file:
        places = {row["name"] for row in csv.DictReader(file)}
    organs = [place + organ for place in places for organ in ("人民政府", "水务局", "政务服务中心")]
    told = {name: agency_of_title(wording.format(name=name)) for name in organs}
    assert {name: found for name, found in told.items() if found != name} == {}


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>生成日期：2024-01-08</p><p>发布日期：2024-01-12</p>", date(2024, 1, 12)),
        ("<p>成文日期：2024-01-08</p>", date(2024, 1, 8)),
        ("<p>（2024年1月9日）</p>", date(2024, 1, 9)),
        ("<p>（2024.1.9）</p>", date(2024, 1, 9)),
        ("<p>2024年1月9日印发</p>", date(2024, 1, 9)),
        ("<p>数据自2023年1月1日至2023年12月31日</p>", None),
    ],
)
def test_the_day_of_publication(page: str, expected: date | None) -> None:
    document = read(f"<html><body>{page}</body></html>".encode())
    rows = document_to_rows(document)
    assert find_published(document, rows, len(rows), "a.html") == expected
