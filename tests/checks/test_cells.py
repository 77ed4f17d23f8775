from __future__ import annotations

from pipelines.checks.corpus import APPLICANTS, CELLS
from tests.checks.drafts import change, issues, only, report, rules

REVIEW = "fact_review_litigation"


def _without(*rows: str, columns=APPLICANTS):
    return change(report(), **{f"{row}__{column}": "missing" for row in rows for column in columns})


def test_missing_rows_are_one_finding_that_names_them():
    row = only(issues(_without("granted", "not_processed_petition")), "missing_cell")
    assert (row["cell"], row["actual"]) == ("granted not_processed_petition", "14")
    assert "予以公开、信访举报投诉类申请" in row["message_zh"]


def test_a_missing_column_is_one_finding_that_names_its_cells():
    row = only(issues(_without(*_rows(), columns=["research_institution"])), "missing_cell")
    assert row["actual"] == "25"
    assert row["cell"].split(" ")[:2] == ["new_received/research_institution", "carried_in/research_institution"]


def _rows() -> list[str]:
    return list(dict.fromkeys(cell.split("/")[0] for cell in report().cells if cell.endswith("/research_institution")))


def test_a_missing_table_says_nothing_of_its_cells():
    draft = report()
    for cell in CELLS[REVIEW]:
        draft.cells[cell] = (None, "missing")
    draft.observations.append({"rule_code": "missing_table", "fact_table": REVIEW})
    row = only(issues(draft), "missing_table")
    assert row["severity"] == "error"
    assert "行政复议、行政诉讼" in row["message_zh"]


def test_rows_of_another_width_are_said_once():
    draft = _without("granted", "partially_granted")
    seen = {"rule_code": "row_width_mismatch", "fact_table": "fact_application", "locator": "line 47"}
    draft.observations.append({**seen, "cell": "granted partially_granted"})
    row = only(issues(draft), "row_width_mismatch")
    assert row["locator"] == "line 47"
    assert "予以公开、部分公开" in row["message_zh"]


def test_other_missing_rows_of_that_table_are_still_said():
    draft = _without("granted", "denied_state_secret")
    draft.observations.append({"rule_code": "row_width_mismatch", "fact_table": "fact_application", "cell": "granted"})
    found = issues(draft)
    assert found["rule_code"].to_list() == ["missing_cell", "row_width_mismatch"]
    assert found["cell"].to_list() == ["denied_state_secret", "granted"]


def test_a_width_finding_without_rows_stands_for_the_whole_table():
    draft = report()
    for cell in CELLS[REVIEW]:
        draft.cells[cell] = (None, "missing")
    draft.observations.append({"rule_code": "row_width_mismatch", "fact_table": REVIEW})
    row = only(issues(draft), "row_width_mismatch")
    assert "整张表" in row["message_zh"]


def test_each_unreadable_cell_is_a_finding_with_its_text_and_place():
    found = issues(report(granted__total="unreadable", regulation__issued="unreadable"))
    assert found["rule_code"].to_list() == ["unreadable_value"] * 2
    assert found["cell"].to_list() == ["granted/total", "regulation/issued"]
    assert found["actual"].to_list() == ["O", "O"]
    assert found["locator"].null_count() == 0


def test_blank_cells_are_no_finding():
    draft = report()
    for cell in draft.cells:
        draft.cells[cell] = (None, "blank")
    assert rules(draft) == []


def test_older_versions_keep_findings_of_their_own():
    old, new = report(reconsideration__total=1), report()
    old.version, old.is_current, new.version = 1, False, 2
    found = issues(old, new)
    assert found["report_id"].to_list() == [old.report_id]
