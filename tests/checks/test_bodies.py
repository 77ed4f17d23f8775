from __future__ import annotations

import copy

from benchmarks.clean_series import Agency, World
from pipelines.checks import find_issues
from tests.checks.drafts import change, only, report, rules

COUNTY = Agency("county", "government", "county", 0)
BUREAU = Agency("bureau", "department", "county", 0, parent="county")
TOWN = Agency("town", "township", "township", 0, parent="county")
TAX = Agency("tax", "vertical_agency", "county", 0, parent="county")
SILENT = Agency("silent", "department", "county", 0, parent="county")


def _cases(agency: Agency, number: int, scope: str = "own"):
    draft = report(agency=agency, reconsideration__upheld=number, reconsideration__total=number)
    draft.scope = scope
    return draft


def _found(*drafts, agencies=(COUNTY, BUREAU, TOWN, TAX, SILENT)):
    return find_issues(World(list(agencies), list(drafts)).tables())


def test_less_than_the_subordinates_add_up_to():
    found = _found(_cases(COUNTY, 4, "consolidated"), _cases(BUREAU, 3), _cases(TOWN, 2))
    row = only(found, "rollup_mismatch")
    assert row["report_id"] == "county-2023.html@1"
    assert (row["expected"], row["actual"]) == ("5 5", "4 4")
    assert "2 个下级机关" in row["message_zh"]
    assert "silent" in row["message_zh"]


def test_more_than_the_subordinates_is_right():
    assert _found(_cases(COUNTY, 5, "consolidated"), _cases(BUREAU, 3), _cases(TOWN, 2)).is_empty()


def test_vertical_agencies_and_own_reports_are_left_out():
    assert _found(_cases(COUNTY, 3, "consolidated"), _cases(BUREAU, 3), _cases(TAX, 9)).is_empty()
    assert _found(_cases(COUNTY, 1, "own"), _cases(BUREAU, 3)).is_empty()


def test_section_two_is_not_summed():
    county, bureau = _cases(COUNTY, 0, "consolidated"), _cases(BUREAU, 0)
    change(bureau, administrative_penalty__decisions=50)
    assert _found(county, bureau).is_empty()


def test_of_a_subordinates_two_reports_only_the_wider_counts():
    wide = _cases(TOWN, 3, "consolidated")
    wide.path = "wide.html"
    assert _found(_cases(COUNTY, 3, "consolidated"), _cases(TOWN, 3), wide).is_empty()


def test_the_same_report_filed_by_an_office_is_not_added_to_itself():
    assert _found(_cases(COUNTY, 5, "consolidated"), _cases(BUREAU, 5), _cases(TOWN, 2)).is_empty()


def _second_file(draft, **cells):
    other = copy.deepcopy(draft)
    other.path, other.is_current = "copy.docx", False
    return change(other, **cells)


def test_another_file_with_other_figures_is_said_on_both():
    first = _cases(BUREAU, 3)
    second = _second_file(first, reconsideration__upheld=2, reconsideration__total=2)
    found = _found(first, second)
    assert found["rule_code"].to_list() == ["duplicate_report"] * 2
    assert found["report_id"].to_list() == ["bureau-2023.html@1", "copy.docx@1"]
    assert "copy.docx" in found["message_zh"][0]
    assert "行政复议 · 结果维持 此处 3、另处 2" in found["message_zh"][0]
    assert "有 2 处数字不同" in found["message_zh"][0]
    assert found["expected"].to_list() == ["2 2", "3 3"]
    assert found["actual"].to_list() == ["3 3", "2 2"]


def test_the_same_figures_in_another_file_are_no_finding():
    first = _cases(BUREAU, 3)
    assert _found(first, _second_file(first)).is_empty()
    assert _found(first, _second_file(first, reconsideration__corrected=None)).is_empty()


def test_versions_and_vanished_files_are_no_second_file():
    first = _cases(BUREAU, 3)
    gone = _second_file(first, reconsideration__upheld=2, reconsideration__total=2)
    gone.in_raw = False
    assert _found(first, gone).is_empty()
    newer = copy.deepcopy(first)
    change(newer, reconsideration__upheld=2, reconsideration__total=2)
    newer.version, first.is_current = 2, False
    assert _found(first, newer).is_empty()


def test_other_scopes_and_years_are_other_reports():
    own, wide = _cases(BUREAU, 3), _cases(BUREAU, 5, "consolidated")
    wide.path = "wide.html"
    assert rules(own, wide) == []
