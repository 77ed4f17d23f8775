from __future__ import annotations

import pytest

from tests.checks.drafts import issues, only, report, rules

ONE_REQUEST = {
    f"{item}__{who}": 1 for item in ("new_received", "granted", "total_handled") for who in ("natural_person", "total")
}


def test_zeros_and_a_consistent_request_are_clean():
    assert rules(report()) == []
    assert rules(report(**ONE_REQUEST)) == []


def test_balance_names_the_four_figures():
    cells = {
        f"{item}__{who}": n
        for item, n in (
            ("new_received", 5),
            ("carried_in", 2),
            ("granted", 4),
            ("total_handled", 4),
            ("carried_forward", 1),
        )
        for who in ("natural_person", "total")
    }
    found = issues(report(**cells))
    assert found["rule_code"].to_list() == ["application_balance", "application_balance"]
    row = found.filter(found["cell"] == "total_handled/total").row(0, named=True)
    assert (row["expected"], row["actual"], row["severity"]) == ("7", "5", "error")
    for figure in ("新收 5", "结转 2", "总计 4", "下年 1"):
        assert figure in row["message_zh"]
    assert row["locator"].count("cell") == 4


@pytest.mark.parametrize("total", [None, "missing", "unreadable"])
def test_a_total_that_is_no_number_is_no_contradiction(total):
    draft = report(**{**ONE_REQUEST, "total_handled__natural_person": total, "total_handled__total": total})
    assert not {"disposition_sum", "application_balance", "applicant_sum"} & set(rules(draft))


def test_blank_addends_are_zero_but_all_blank_says_nothing():
    blank = {f"{item}__natural_person": None for item in ("carried_in", "carried_forward")}
    assert rules(report(**ONE_REQUEST, **blank)) == []
    assert rules(report(**{**ONE_REQUEST, "granted__natural_person": 2}, **blank)) == [
        "applicant_sum",
        "disposition_sum",
    ]
    names = [cell.split("/")[0] for cell in report().cells if cell.endswith("/commercial_enterprise")]
    gone = {f"{name}__commercial_enterprise": None for name in names if name != "total_handled"}
    draft = report(
        **gone, total_handled__commercial_enterprise=1, total_handled__total=1, granted__total=1, new_received__total=1
    )
    assert "disposition_sum" not in rules(draft)
    assert "application_balance" not in rules(draft)


def test_a_missing_addend_leaves_the_sum_open():
    draft = report(**{**ONE_REQUEST, "granted__natural_person": "missing"})
    assert rules(draft) == ["missing_cell"]


def test_a_total_left_unprinted_beside_its_applicants_is_not_zero_in_the_total_column():
    draft = report(**{**ONE_REQUEST, "granted__total": None})
    assert rules(draft) == []


def test_a_zero_total_beside_filled_applicants_is_an_error():
    found = issues(
        report(
            new_received__natural_person=10,
            new_received__commercial_enterprise=1,
            carried_forward__natural_person=10,
            carried_forward__commercial_enterprise=1,
            carried_forward__total=11,
        )
    )
    sums = found.filter(found["rule_code"] == "applicant_sum").row(0, named=True)
    assert (sums["cell"], sums["expected"], sums["actual"]) == ("new_received/total", "11", "0")
    assert "自然人 10、商业企业 1" in sums["message_zh"]


def test_the_single_row_of_other_handling_counts_in_the_old_form():
    cells = {
        f"{item}__{who}": 2
        for item in ("new_received", "other_handling", "total_handled")
        for who in ("natural_person", "total")
    }
    assert rules(report(2020, **cells)) == []
    assert (
        rules(report(2020, **{**cells, "other_handling__total": 3, "other_handling__natural_person": 3}))
        == ["disposition_sum"] * 2
    )


def _hybrid(single: int):
    draft = report(
        2023,
        new_received__natural_person=2,
        new_received__total=2,
        total_handled__natural_person=2,
        total_handled__total=2,
    )
    for cell in list(draft.cells):
        item, who = cell.split("/")
        if item in {"other_no_clarification", "other_fee_unpaid", "other_reason"}:
            draft.cells[cell] = (None, "missing")
            draft.cells[f"other_handling/{who}"] = (
                float(single) if who in {"natural_person", "total"} else 0.0,
                "reported",
            )
    draft.observations.append(
        {
            "rule_code": "table_mixed_forms",
            "fact_table": "fact_application",
            "cell": "other_handling",
            "expected": "2021",
        }
    )
    return draft


def test_a_hybrid_uses_the_single_row_and_lacks_no_cell():
    assert rules(_hybrid(2)) == ["table_mixed_forms"]
    assert rules(_hybrid(1)) == ["disposition_sum", "disposition_sum", "table_mixed_forms"]


def test_outcomes_against_their_total():
    row = only(
        issues(report(litigation_direct__upheld=3, litigation_direct__pending=1, litigation_direct__total=5)),
        "review_sum",
    )
    assert (row["fact_table"], row["cell"], row["expected"], row["actual"]) == (
        "fact_review_litigation",
        "litigation_direct/total",
        "4",
        "5",
    )


def test_in_force_is_at_least_what_was_issued_and_not_repealed():
    row = only(
        issues(report(normative_document__issued=7, normative_document__repealed=2, normative_document__in_force=4)),
        "in_force_bound",
    )
    assert (row["expected"], row["actual"]) == ("5", "4")
    assert (
        rules(report(normative_document__issued=7, normative_document__repealed=2, normative_document__in_force=5))
        == []
    )


def test_disclosed_in_all_is_at_least_newly_disclosed():
    assert rules(report(2020, normative_document__newly_disclosed=3, normative_document__total_disclosed=2)) == [
        "disclosed_bound"
    ]
    assert rules(report(2020, normative_document__newly_disclosed=3, normative_document__total_disclosed=3)) == []


def test_two_neighbouring_digits_that_were_one_number_are_hinted_at():
    cells = {
        f"{item}__{who}": n
        for item in ("new_received", "granted", "total_handled")
        for who, n in (("natural_person", 12), ("total", 12))
    }
    split = {"granted__natural_person": 1, "granted__commercial_enterprise": 2}
    found = issues(report(**{**cells, **split}))
    row = found.filter(found["rule_code"] == "applicant_sum").row(0, named=True)
    assert "合读为 12" in row["hint"]
    assert "one number, 12" in row["hint"]
    assert row["actual"] == "12"
    column = found.filter((found["rule_code"] == "disposition_sum") & (found["cell"] == "total_handled/natural_person"))
    assert "合读为 12" in column["hint"][0]


def test_no_hint_where_joining_explains_nothing_or_two_pairs_fit():
    assert only(issues(report(reconsideration__upheld=3, reconsideration__total=7)), "review_sum")["hint"] is None
    two = report(
        reconsideration__upheld=1,
        reconsideration__corrected=1,
        reconsideration__other_result=1,
        reconsideration__total=12,
    )
    assert only(issues(two), "review_sum")["hint"] is None
