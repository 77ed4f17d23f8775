"""What a document says of who reports and where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.readers.document import Cell, Document, Paragraph, Table
from pipelines.report.evidence import find_evidence


def document(*texts: str, metadata: tuple[tuple[str, str], ...] = ()) -> Document:
    blocks = tuple(Paragraph(text, f"line {number}") for number, text in enumerate(texts, 1))
    return Document("text", blocks, metadata=metadata)


def kinds(found: Document, title: str | None = None, name: str = "保健路街道办事处") -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for item in find_evidence(found, title, name):
        grouped.setdefault(item.kind, []).append(item.value)
    return grouped


def test_codes_of_the_page_foot() -> None:
    foot = "网站标识码：2310020001 黑ICP备17009162号", "黑公网安备 23100202000021号"
    assert kinds(document(*foot)) == {
        "site_code": ["2310020001"],
        "police_code": ["23100202000021"],
        "icp_province": ["黑"],
    }


def test_national_sites_and_codes_that_are_too_long() -> None:
    assert kinds(document("网站标识码bm12000007"))["site_code"] == ["bm12000007"]
    assert "site_code" not in kinds(document("网站标识码：23100200012"))


def test_index_numbers() -> None:
    assert kinds(document("索引号：11230103MB1A2B3C4D/2022-0001"))["credit_code"] == ["11230103MB1A2B3C4D"]
    assert kinds(document("索 引 号：620702081/2022-00012"))["index_number"] == ["620702081/2022-00012"]


def test_an_index_number_in_a_small_table_at_the_head() -> None:
    cells = tuple(
        Cell(text, "row 1", column)
        for column, text in enumerate(("索引号", "11230103MB1A2B3C4D/2022", "发布机构:", "甲局"))
    )
    found = Document("html", (Table((cells,), "grid", "table 1"),))
    assert kinds(found)["credit_code"] == ["11230103MB1A2B3C4D"]


def test_places_before_the_agency_s_own_name() -> None:
    found = document("现将哈尔滨市南岗区保健路街道办事处2020年的情况公布如下")
    assert kinds(found)["text"] == ["现将哈尔滨市南岗区"]
    assert kinds(document("保健路街道办事处"), title="南岗区保健路街道办事处报告")["text"] == ["南岗区"]


def test_the_kind_of_place_may_be_the_name_s_first_character() -> None:
    assert kinds(document("淮安市教育局负责解释"), name="市教育局")["text"] == ["淮安市"]


def test_governments_in_preface_and_foot_but_not_deep_in_the_body() -> None:
    body = ["本街道公开信息。"] * 30
    body[1] = "请登录南岗区人民政府网站查阅"
    body[15] = "赴江东区人民政府学习"
    assert kinds(document(*body))["government"] == ["请登录南岗区"]


def test_whose_reports_a_preface_says_are_summed_up() -> None:
    preface = "本报告由县政府办公室综合各乡(镇)、县政府各组成部门及直属机构政府信息公开年度报告编制。"
    assert kinds(document(preface))["covers"] == ["综合各乡(镇)、县政府各组成部门及直属机构政府信息公开年度报告"]
    assert "covers" not in kinds(document("本报告由县水务局综合各项数据编制。"))


def test_contact_lines() -> None:
    found = kinds(document("地址：南岗区保健路1号，邮编：150080，联系电话：0451-86660000"))
    assert found["address"] == ["南岗区保健路1号"]
    assert found["postcode"] == ["150080"]
    assert found["phone"] == ["0451"]


def test_what_the_page_says_of_itself() -> None:
    page = document(
        "甲", metadata=(("SiteIDCode", "2310020001"), ("SiteName", "东安区人民政府"), ("ContentSource", "区政府办"))
    )
    found = kinds(page)
    assert (found["site_code"], found["site_name"], found["publisher"]) == (
        ["2310020001"],
        ["东安区人民政府"],
        ["区政府办"],
    )


def test_committees_are_kept_as_the_kind_of_place_only() -> None:
    assert kinds(document("在区委、区政府的领导下"))["committee"] == ["区"]


def test_each_piece_once_with_its_place() -> None:
    found = find_evidence(document("甲", "网站标识码：2310020001", "网站标识码：2310020001"), None, "甲局")
    assert [(item.kind, item.locator) for item in found] == [("site_code", "line 2")]


@given(
    st.lists(st.text(alphabet="网站标识码：:2310索引号/人民政府南岗区地址 \n", max_size=40), max_size=12),
    st.text(max_size=8),
)
def test_any_document(texts: list[str], name: str) -> None:
    for item in find_evidence(document(*texts), None, name):
        assert item.kind
        assert item.value
        assert item.locator
