"""Who reports: names that look like words of a title, and days of which several are printed."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from pipelines.readers.errors import Quarantined
from pipelines.readers.html import read
from pipelines.report.identity import find_identity
from pipelines.report.names import agency_of_title
from pipelines.report.published import find_published
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
        ("东泽海关关区2023年政府信息公开年报", "东泽海关"),
        ("河道总署（本级机关）2023年政府信息公开工作年度报告", "河道总署"),
        ("丰禾县气象部门2023年政府信息公开工作年度报告", "丰禾县气象部门"),
    ],
)
def test_the_agency_that_a_title_names(title: str, expected: str | None) -> None:
    assert agency_of_title(squeeze(title)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["打印", "丰禾县水务局2023年政府信息公开工作年度报告"], "丰禾县水务局"),
        (["正文", "2023年丰禾县水务局政府信息公开工作", "年度报告"], "丰禾县水务局"),
        (["找信息 | 长者专区 | ENGLISH", "2023年丰禾县水务局政府信息公开工作年度报告"], "丰禾县水务局"),
        (["返回顶部", "丰禾县水务局2023年政府信息公开工作年度报告"], "丰禾县水务局"),
        (["登录 注册", "无障碍浏览", "水务局2023年政府信息公开工作年度报告"], "水务局"),
        (["设为首页", "加入收藏", "柳河镇2023年政府信息公开工作年度报告"], "柳河镇"),
        (["柳河街道", "柳河街道办事处2023年政府信息公开工作年度报告"], "柳河街道办事处"),
        (["丰禾县人民政府", "柳河镇人民政府2023年政府信息公开工作年度报告"], "柳河镇人民政府"),
        (["丰禾县", "水务局2023年政府信息公开工作年度报告"], "丰禾县水务局"),
        (["丰禾县住房和城乡", "建设局2023年政府信息公开工作年度报告"], "丰禾县住房和城乡建设局"),
        (["国家税务总局", "丰禾县税务局2023年政府信息公开工作年度报告"], "国家税务总局丰禾县税务局"),
        (["国家统计局丰禾", "调查队2023年政府信息公开工作年度报告"], "国家统计局丰禾调查队"),
        (["丰禾县人民政府", "办公室2023年政府信息公开工作年度报告"], "丰禾县人民政府办公室"),
    ],
)
def test_a_line_above_the_title_belongs_to_it_only_as_a_part_of_the_name(lines: list[str], expected: str) -> None:
    page = "".join(f"<p>{line}</p>" for line in [*lines, "本报告所列数据的统计期限自2023年1月1日至2023年12月31日。"])
    assert read_identity(page, "agency_name") == expected


TITLE = "<h1>政府信息公开工作年度报告</h1>"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"{TITLE}<p>发布时间：2024-01-19</p><p>2023年，我局落实各项要求。</p>", 2023),
        (f"{TITLE}<p>根据2019年5月15日起施行的条例和2021年新修订的格式，现公布2023年度报告。</p>", 2023),
        (f"{TITLE}<p>（2023年度）</p><p>2024年1月15日</p>", 2023),
        ("<p>本报告所列数据的统计时限为2023年1月1日至2023年12月31日。</p>", 2023),
        ("<p>本报告所列数据的统计周期为2023年1月1日至12月31日。</p>", 2023),
        ("<p>所列统计数据时间范围为2023年1月1日至2023年12月31日。</p>", 2023),
        ("<p>本报告数据的时间期限为2023年1月1日至12月31日。</p>", 2023),
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
        ("", "<p>如有疑问，请与大同市水务局联系（电话：0000）。</p>", "大同市水务局"),
        ("", "<p>如有疑问，请与东泽市向阳区水务局办公室联系。</p>", "东泽市向阳区水务局"),
        ("", "<p>如有疑问，可向东泽市向阳镇人民政府反映。</p>", "东泽市向阳镇人民政府"),
        ("", "<p>如有疑问，请同时与丰禾县水务局联系。</p>", "丰禾县水务局"),
        ("", "<p>如有疑问，请与丰禾县水务局信息中心联系。</p>", "丰禾县水务局"),
        ("", "<p>如有疑问，请联系：丰禾县水务局局党政办公室，地址：柳河路1号。</p>", "丰禾县水务局"),
        ("", "<p>如有疑问，请与丰禾县水务局局办公室联系。</p>", "丰禾县水务局"),
        ("", "<p>如有疑问，请与柳河乡党政办联系（地址：丰禾县柳河乡）。</p>", "柳河乡"),
        ("", "<p>如有疑问，请与柳河镇党政综合办联系。</p>", "柳河镇"),
        ("", "<p>如有疑问，请联系河道总署办公厅政务公开处，地址：柳河路1号。</p>", "河道总署"),
        ("", "<p>如有疑问，请与丰禾省人民政府办公厅联系。</p>", "丰禾省人民政府办公厅"),
        ("", "<p>如有疑问，请与丰禾县水务局综合科联系（地址：柳河路1号）。</p>", "丰禾县水务局"),
        ("", "<p>如有疑问，请与丰禾经济开发区综合办公室联系。</p>", "丰禾经济开发区"),
        ("", "<p>如有疑问，请与丰禾县水务局政府信息公开领导小组办公室联系。</p>", "丰禾县水务局"),
        ("", "<p>如有疑问，请联系：丰禾县水务局办公室（地址：柳河路1号）。</p>", "丰禾县水务局"),
        ("", "<p>如有疑问，请联系：丰禾县柳河乡信息公开领导小组办公室，邮编：000000。</p>", "丰禾县柳河乡"),
        ("", "<p>如有疑问，请联系0000-0000000。</p>", None),
        ("", "<p>本报告根据有关要求，由丰禾县水务局编制，全文共六个部分。</p>", "丰禾县水务局"),
        ("", "<p>本报告由丰禾县柳河镇人民政府综合信息室（党政办公室）负责编制。</p>", "丰禾县柳河镇人民政府"),
        ("", "<p>本报告由丰禾县水务局结合统计数据编制。</p>", "丰禾县水务局"),
        ("", "<p>本报告由各单位分别编制。</p>", None),
        ("", "<p>现向社会公布2023年丰禾县水务局政府信息公开工作年度报告。</p>", "丰禾县水务局"),
        ("", "<p>现将将乐县水务局2023年政府信息公开工作年度报告公布如下。</p>", "将乐县水务局"),
        ("", "<p>现公布丰禾县水务局（以下简称我局）2023年信息公开年度报告。</p>", "丰禾县水务局"),
        ("", "<p>现向社会公布2023年度本局信息公开工作报告。</p>", None),
        ("", "<p>现向社会公布2023年度本局信息公开工作报告。请与丰禾县水务局联系（电话：0000）。</p>", "丰禾县水务局"),
        ("", "<p>结合2023年度我局政府信息公开工作情况编制。</p>", None),
        ("", "<p>特向社会公布2023年度本机关政府信息公开工作年度报告。</p>", None),
        ("", "<p>按照有关规定，丰禾县柳河街道特编制2023年政府信息公开年度报告。</p>", "丰禾县柳河街道"),
        (
            "",
            "<p>本报告依据条例要求，结合丰禾县水务局（以下简称县局）政府信息公开工作统计数据撰写。</p>",
            "丰禾县水务局",
        ),
        ("", "<p>结合2023年丰禾县人民政府办公室政府信息公开工作实际编制。</p>", "丰禾县人民政府办公室"),
        ("", "<p>结合开发区管委会信息公开工作情况编制。请与丰禾经济开发区综合办公室联系。</p>", "丰禾经济开发区"),
        ("", "<p>现公布丰禾县水政大队2023年信息公开年报。有疑问请与丰禾县水政大队一中队联系。</p>", "丰禾县水政大队"),
        (
            "",
            "<p>编制了《柳河镇2023年政府信息公开年报》。有疑问请与丰禾县柳河镇人民政府联系。</p>",
            "丰禾县柳河镇人民政府",
        ),
        ("", "<p>资禾市同城化工作局2023年政府信息公开工作年度报告是根据条例编制的。</p>", "资禾市同城化工作局"),
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
