"""Who reports: names that look like words of a title, and days of which several are printed."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from pipelines.readers.errors import Quarantined
from pipelines.readers.html import read
from pipelines.report.identity import find_identity, find_published
from pipelines.report.names import agency_of_title
from pipelines.report.rows import document_to_rows
from pipelines.report.text import squeeze

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
    ("title", "expected"),
    [
        ("丰禾县柳河乡人民政府2022年信息公开年度报告", "丰禾县柳河乡人民政府"),
        ("丰禾县柳河镇人民政府信息公开2023年度报告", "丰禾县柳河镇人民政府"),
        ("附件2：丰禾县财政局2022年政府信息公开工作年度报告", "丰禾县财政局"),
        ("1.丰禾县财政局2022年政府信息公开工作年度报告", "丰禾县财政局"),
        ("丰财字〔2023〕1号 丰禾县财政局2022年政府信息公开工作年度报告", "丰禾县财政局"),
        ("2024年1月 丰禾县司法局2023年政府信息公开工作年度报告", "丰禾县司法局"),
        ("发布时间：2024年1月12日 丰禾县司法局2023年政府信息公开工作年度报告", None),
        ("丰禾县自然资源局（县林业局）2023年政府信息公开工作年度报告", "丰禾县自然资源局(县林业局)"),
        ("丰禾县人民政府（本级）2022年政府信息公开工作年度报告", "丰禾县人民政府"),
        ("丰禾县2023年度政府信息公开工作年度报告（县水利局）", "县水利局"),
        ("丰禾县2023年度政府信息公开工作年度报告（汇总）", "丰禾县"),
        ("丰禾县人社局 | 2023年政府信息公开工作年度报告", "丰禾县人社局"),
        ("丰禾县财政局2022年政府信息公开及政务公开工作年度报告", "丰禾县财政局"),
        ("中国人民银行丰禾县支行2020年政府信息公开工作年度报告", "中国人民银行丰禾县支行"),
        ("丰禾县科协2023年政府信息公开工作年度报告", "丰禾县科协"),
    ],
)
def test_the_agency_that_a_title_names(title: str, expected: str | None) -> None:
    assert agency_of_title(squeeze(title)) == expected


TITLE = "<h1>政府信息公开工作年度报告</h1>"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"{TITLE}<p>发布时间：2024-01-19</p><p>2023年，我局落实各项要求。</p>", 2023),
        (f"{TITLE}<p>根据2019年5月15日起施行的条例和2021年新修订的格式，现公布2023年度报告。</p>", 2023),
        (f"{TITLE}<p>（2023年度）</p><p>2024年1月15日</p>", 2023),
        (f"{TITLE}<p>发布时间：2024-01-19</p><p>本机关落实各项要求。</p>", None),
    ],
)
def test_the_year_of_a_report_whose_title_names_none(page: str, expected: int | None) -> None:
    assert read_identity(f"<p>丰禾县水务局</p>{page}", "report_year") == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("", "<p>如有疑问，请与丰禾县水务局办公室联系（电话：0000）。</p>", "丰禾县水务局"),
        ("", "<p>如有疑问，请与丰禾县人民政府办公室政务公开股联系。</p>", "丰禾县人民政府办公室"),
        ("", "<p>如有疑问，请与丰禾县柳河镇人民政府党政办公室联系。</p>", "丰禾县柳河镇人民政府"),
        ("", "<p>来源：丰禾县人民政府网 发布机构：丰禾县水务局</p>", "丰禾县水务局"),
        ("", "<table><tr><td>发布机构</td><td>丰禾县水务局</td></tr></table>", "丰禾县水务局"),
        ("<title>丰禾县水务局2023年政府信息公开工作年度报告_丰禾县政府网</title>", "", "丰禾县水务局"),
        ("<title>丰禾县政府信息公开工作年度报告</title>", "", None),
        ("", "<p>首页 &gt; 政务公开 &gt; 丰禾县水务局 &gt; 政府信息公开年报</p>", "丰禾县水务局"),
        ("", "<p>首页 &gt; 丰禾县水务局 &gt; 丰禾县教育局</p>", None),
    ],
)
def test_the_agency_of_a_report_whose_title_names_none(head: str, body: str, expected: str | None) -> None:
    page = f"<html><head>{head}</head><body>{body}<h1>2023年政府信息公开工作年度报告</h1></body></html>"
    assert read_identity(page, "agency_name") == expected


def read_identity(page: str, name: str) -> object:
    """One thing that the page tells of the report, or nothing where the report is refused."""
    document = read(page.encode())
    rows = document_to_rows(document)
    try:
        return getattr(find_identity(document, rows, len(rows), "a.html")[0], name)
    except Quarantined:
        return None


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
