"""Two names in one report: when they are two bodies, and when they are one."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.agencies.names import parse_name
from pipelines.agencies.said import agency_conflicts, are_two_bodies


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("云泽市教育局", "云泽市民政局"),
        ("柳桥镇人民政府", "松垭镇人民政府"),
        ("岚溪县松垭镇人民政府", "岚溪县财政局"),
        ("新密市新华路办事处", "新密市财政局"),
        ("淮安市人民政府", "盐城市人民政府办公室"),
        ("云泽高新区教育局", "云泽经济开发区教育局"),
        ("云泽高新区教育局", "云泽高新技术产业开发区财政局"),
    ],
)
def test_two_bodies_in_one_report_are_a_conflict(one: str, other: str) -> None:
    assert are_two_bodies(parse_name(one), parse_name(other))
    assert are_two_bodies(parse_name(other), parse_name(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("白泉镇", "白泉镇人民政府"),
        ("南岗区保健路街道办事处", "保健路街道办事处"),
        ("云泽市人力资源和社会保障局", "云泽市人社局"),
        ("云泽市教育局", "云泽市人民政府"),
        ("云泽市人民政府", "云泽市人民政府办公室"),
        ("洪泽县人民政府", "淮安市洪泽区人民政府"),
        ("洪泽区人民政府办公室", "淮安市人民政府"),
        ("市人民政府", "淮安市人民政府"),
        ("市发展和改革委员会", "云泽市发展改革委"),
        ("东湖高新区教育局", "武汉东湖新技术开发区教育局"),
        ("淄博高新区市场监管局", "淄博高新技术产业开发区市场监督管理局"),
        ("云泽经开区财政局", "云泽经济技术开发区财政局"),
    ],
)
def test_spellings_of_one_body_and_its_government_are_no_conflict(one: str, other: str) -> None:
    assert not are_two_bodies(parse_name(one), parse_name(other))


def test_a_conflict_names_both_and_the_place() -> None:
    evidence = pl.DataFrame(
        [
            ("a", "named_title", "云泽市教育局", "title"),
            ("a", "named_signature", "云泽市民政局", "line 90"),
            ("b", "named_title", "云泽市教育局", "title"),
            ("b", "named_signature", "教育局", "line 90"),
            ("c", "named_title", "云泽市教育局", "title"),
            ("c", "named_publisher", "云泽市融媒体中心", "line 2"),
        ],
        schema=["report_id", "kind", "value", "locator"],
        orient="row",
    )
    assert agency_conflicts(evidence).rows() == [("a", "signature", "云泽市教育局", "云泽市民政局", "line 90")]
