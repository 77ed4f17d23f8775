from __future__ import annotations

from datetime import date, timedelta

from benchmarks.clean_series import Agency, Draft
from tests.checks.drafts import OFFICE, issues, only, report, rules, rules_each


def _body(kind: str, level: str | None) -> Agency:
    return Agency(f"{kind}-{level}", kind, level, 0)


def _published(day: date, agency: Agency = OFFICE) -> Draft:
    draft = report(agency=agency)
    draft.published_on = day
    return draft


def _with_body(number: int, body: str, year: int = 2023) -> Draft:
    draft = report(year)
    draft.sections[number] = ("标题", body)
    return draft


def test_late_is_after_the_legal_date():
    last_days = {
        _body("department", "county"): date(2024, 1, 31),
        _body("department", None): date(2024, 1, 31),
        _body("vertical_agency", "municipal"): date(2024, 1, 31),
        _body("government_office", "municipal"): date(2024, 1, 31),
        _body("government", "county"): date(2024, 3, 31),
        _body("government", "provincial"): date(2024, 3, 31),
    }
    in_time = [_published(day, agency) for agency, day in last_days.items()]
    late = [_published(day + timedelta(days=1), agency) for agency, day in last_days.items()]
    assert rules_each([*in_time, *late]) == [[]] * 6 + [["late_publication"]] * 6


def test_bodies_that_the_law_does_not_name_are_never_late():
    kinds = ["township", "subdistrict", "development_zone", "public_institution", "other"]
    assert rules_each([_published(date(2024, 9, 1), _body(kind, "township")) for kind in kinds]) == [[]] * 5


def test_a_report_cannot_come_before_its_year_is_over():
    assert rules(_published(date(2024, 1, 1))) == []
    draft = report()
    draft.published_on = date(2023, 12, 31)
    row = only(issues(draft), "published_too_early")
    assert (row["expected"], row["actual"]) == ("2023-12-31", "2023-12-31")


def test_each_year_has_its_form():
    right = [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")]
    wrong = [(2020, "2021"), (2022, "2019")]
    found = rules_each([report(year, form=form) for year, form in [*right, *wrong]])
    assert found == [[]] * 4 + [["form_mismatch"]] * 2


def test_rules_are_made_by_ministries_provinces_and_cities():
    may = [
        ("government", "municipal"),
        ("government", "provincial"),
        ("government_office", "municipal"),
        ("department", "national"),
        ("department", None),
    ]
    may_not = [
        ("department", "provincial"),
        ("department", "county"),
        ("government", "county"),
        ("vertical_agency", "municipal"),
        ("township", "township"),
        ("subdistrict", None),
    ]
    found = rules_each([report(agency=_body(*body), regulation__in_force=2) for body in [*may, *may_not]])
    assert found == [[]] * 5 + [["regulation_power"]] * 6


def test_the_finding_on_rules_holds_the_cells():
    row = only(issues(report(regulation__issued=1, regulation__in_force=3)), "regulation_power")
    assert row["cell"] == "regulation/issued regulation/in_force"
    assert "现行有效件数 3" in row["message_zh"]


def test_each_missing_section_is_named():
    draft = report()
    del draft.sections[4]
    draft.sections[2] = (None, None)
    found = issues(draft)
    assert found["rule_code"].to_list() == ["missing_section", "missing_section"]
    assert found["cell"].to_list() == ["2", "4"]


def test_sections_one_and_five_have_to_say_something():
    nothing = ["", " \n", "无", "无。", "（无）", "暂无。", "没有", "本年度无", "/", "——"]
    found = rules_each([_with_body(number, body) for number in (1, 5) for body in nothing])
    assert found == [["empty_section"]] * 20


def test_a_section_that_speaks_is_not_empty():
    bodies = ["存在问题：人员不足。", "无明显问题，但仍需加强培训。", "无纸化办公推进缓慢。"]
    assert rules_each([_with_body(5, body) for body in bodies]) == [[]] * 3


def test_silence_on_the_fee():
    silent = ["无其他需要报告的事项。", "无", ""]
    stated = ["本年度收取信息处理费0元。", "未收取任何费用", "没有依申请公开收费情况"]
    found = rules_each([_with_body(6, body) for body in [*silent, *stated]])
    assert found == [["fee_statement_missing"]] * 3 + [[]] * 3


def test_fees_are_due_from_2021_and_a_statement_elsewhere_is_hinted_at():
    assert rules(_with_body(6, "无", 2020)) == []
    assert only(issues(_with_body(6, "无")), "fee_statement_missing")["hint"] is None
    draft = _with_body(6, "无")
    draft.sections[1] = ("一、总体情况", "全年没有产生信息公开处理费。")
    assert "第 1 部分" in only(issues(draft), "fee_statement_missing")["hint"]


GAPS = [
    "全年主动公开信息  条。",
    "全年主动公开信息　　条，",
    "公开政府信息条，",
    "受理申请 件，均已答复。",
    "XX局召开会议。",
    "××街道办事处",
    "截至X月底",
    "共计  件。",
    "（文字描述）",
    "(请填写具体情况)",
    "公开信息____条",
    "20XX年以来",
    "202×年度",
]
ORDINARY = [
    "政府信息公开条例规定",
    "主动公开信息 120 条，",
    "信息 条例 条目清晰",
    "5×24小时服务",
    "网址 http://www.xx.gov.cn/xxgk/ 可查",
    "XXL 号",
    "Excel 表",
    "共3件。",
    "**一是**规范",
    "二○○八年",
    "X射线检查",
    "申请人王××不服",
    "张XX诉我局一案",
    "管径20×30厘米",
]


def test_gaps_of_a_template():
    drafts = [_with_body(1, f"各科室核对指南。{text}其后还有文字。") for text in GAPS]
    found = rules_each(drafts)
    assert dict(zip(GAPS, found, strict=True)) == {key: ["placeholder_text"] for key in GAPS}


def test_ordinary_text_has_no_gap():
    found = rules_each([_with_body(1, text) for text in ORDINARY])
    assert dict(zip(ORDINARY, found, strict=True)) == {key: [] for key in ORDINARY}


def test_a_gap_is_quoted_with_its_section():
    row = only(issues(_with_body(1, "各科室核对指南。全年主动公开信息  条。其后还有文字。")), "placeholder_text")
    assert row["cell"] == "1"
    assert "公开信息  条" in row["actual"]
    assert row["message_zh"].startswith("「总体情况」")


def test_a_gap_in_the_title():
    draft = report()
    draft.title = "XX镇2023年政府信息公开工作年度报告"
    row = only(issues(draft), "placeholder_text")
    assert row["message_zh"].startswith("「标题」")


def test_what_the_parser_noticed_gets_severity_and_words():
    draft = report()
    draft.observations += [
        {
            "rule_code": "year_conflict",
            "cell": "report_year",
            "expected": "2023",
            "actual": "2022",
            "locator": "line 1",
        },
        {"rule_code": "agency_conflict", "expected": "甲镇", "actual": "乙镇"},
    ]
    found = issues(draft)
    assert found["rule_code"].to_list() == ["agency_conflict", "year_conflict"]
    assert found["severity"].to_list() == ["warning", "warning"]
    assert "采用 2023，另见 2022" in found["message_zh"][1]
