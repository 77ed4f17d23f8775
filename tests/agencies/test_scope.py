"""Own, consolidated or unknown."""

from __future__ import annotations

import pytest

from pipelines.agencies.names import parse_name
from pipelines.agencies.scope import report_scope


@pytest.mark.parametrize(
    ("name", "title", "rules", "cues", "scope"),
    [
        ("淮安市人民政府", "淮安市人民政府2024年政府信息公开工作年度报告", 0.0, "", "consolidated"),
        ("东安区", "东安区2021年政府信息公开工作年度报告", None, "全区共受理申请12件", "consolidated"),
        ("淮安市人民政府", "淮安市人民政府（本级）2024年政府信息公开工作年度报告", 0.0, "", "own"),
        ("淮安市人民政府", "淮安市人民政府年度报告", 0.0, "本报告仅反映市政府本级数据", "own"),
        ("淮安市人民政府", "淮安市人民政府年度报告", 0.0, "综合各部门、各县区报告，仅含本级", "unknown"),
        ("东安区人民政府办公室", "东安区人民政府办公室2021年政府信息公开工作年度报告", 0.0, "", "own"),
        ("东安区人民政府办公室", "东安区人民政府办公室报告", 0.0, "本报告涵盖全区各部门", "unknown"),
        ("上海市人民政府办公厅", "上海市人民政府办公厅报告", 13.0, "", "unknown"),
        ("新密市教育局", "新密市教育局2021年政府信息公开工作年度报告", 0.0, "全市教育系统", "own"),
        ("白泉镇", "2021年白泉镇政府信息公开工作年度报告", 0.0, "", "own"),
        ("海关总署（本级机关）", "海关总署（本级机关）2020年政府信息公开工作年度报告", 5.0, "", "own"),
        ("南京海关", "南京海关（关区）2020年政府信息公开工作年度报告", 0.0, "", "consolidated"),
        ("全国海关", "全国海关2020年政府信息公开工作年度报告", 0.0, "", "consolidated"),
        ("大同市气象部门", "大同市气象部门2023年政府信息公开工作年度报告", 0.0, "", "consolidated"),
        ("东安区水务局", "东安区水务局关于部门2023年政府信息公开工作的报告", 0.0, "", "own"),
        ("教育部", "教育部2022年政府信息公开工作年度报告", 40.0, None, "own"),
    ],
)
def test_scope(name: str, title: str, rules: float | None, cues: str | None, scope: str) -> None:
    assert report_scope(parse_name(name), title, rules, cues) == scope
