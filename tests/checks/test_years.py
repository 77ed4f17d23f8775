from __future__ import annotations

import pytest

from benchmarks.clean_series import Agency
from tests.checks.drafts import change, issues, only, report, rules

BOTH = ("natural_person", "total")


def _carried(year: int, carried: float | None, forward: float | None, **cells):
    """A year that carries in and forward and is consistent in itself."""
    handled = (carried or 0) - (forward or 0) + 9
    figures = (("new_received", 9), ("carried_in", carried), ("granted", handled), ("total_handled", handled))
    given = {f"{item}__{who}": n for item, n in (*figures, ("carried_forward", forward)) for who in BOTH}
    return report(year, **{**given, **cells})


@pytest.mark.parametrize(("before", "now"), [(2019, 2020), (2020, 2021), (2022, 2023)])
def test_carry_over_across_years_and_forms(before, now):
    assert rules(_carried(before, 0, 4), _carried(now, 4, 0)) == []
    row = only(issues(_carried(before, 0, 4), _carried(now, 3, 0)), "carryover_continuity")
    assert row["report_id"].endswith(f"{now}.html@1")
    assert (row["expected"], row["actual"]) == ("4 4", "3 3")
    assert row["cell"] == "carried_in/natural_person carried_in/total"
    assert "自然人 4、总计 4" in row["message_zh"]
    assert "Natural person 3; Total 3" in row["message_en"]


def test_carry_over_needs_figures_on_both_sides_and_neighbouring_years():
    assert rules(_carried(2021, 0, None), _carried(2022, 3, 0)) == []
    assert rules(_carried(2021, 0, 4), _carried(2023, 3, 0)) == []


def test_carry_over_compares_one_scope_and_current_reports():
    before, now = _carried(2021, 0, 4), _carried(2022, 3, 0)
    now.scope = "consolidated"
    assert rules(before, now) == []
    now.scope, before.is_current = "own", False
    assert rules(before, now) == []


def test_documents_in_force_carry_over_in_the_new_form_only():
    before = report(2021, normative_document__in_force=10)
    good = report(2022, normative_document__issued=3, normative_document__repealed=1, normative_document__in_force=12)
    assert rules(before, good) == []
    row = only(issues(before, change(good, normative_document__in_force=13)), "in_force_continuity")
    assert (row["expected"], row["actual"], row["cell"]) == ("12", "13", "normative_document/in_force")
    assert rules(report(2020), report(2021, normative_document__in_force=13)) == []


def test_items_carry_over_in_the_old_form():
    before = report(2019, administrative_penalty__prior_year_items=100, administrative_penalty__change=-4)
    assert rules(before, report(2020, administrative_penalty__prior_year_items=96)) == []
    row = only(issues(before, report(2020, administrative_penalty__prior_year_items=100)), "prior_items_continuity")
    assert (row["expected"], row["actual"]) == ("96", "100")


FIVE = {f"administrative_{name}__decisions": n for name, n in (("license", 7), ("penalty", 3), ("coercion", 2))}


def test_every_figure_of_the_year_before():
    cells = {**FIVE, "administrative_fee__amount": 2.5, "normative_document__in_force": 4}
    row = only(issues(report(2022, **cells), report(2023, **cells)), "prior_year_copy")
    assert row["actual"] == "5"
    assert rules(report(2022, **cells), report(2023, **{**cells, "administrative_fee__amount": 2.6})) == []
    assert rules(report(2022, **FIVE), report(2023, **FIVE)) == []


def _series(*values: float, cell: str = "administrative_penalty__decisions", first: int = 2019):
    return [report(first + place, **{cell: value}) for place, value in enumerate(values)]


def test_far_from_the_other_years_needs_three_of_them_a_ratio_and_a_difference():
    row = only(issues(*_series(100, 110, 90, 700)), "implausible_value")
    assert (row["expected"], row["actual"], row["cell"]) == ("100", "700", "administrative_penalty/decisions")
    assert rules(*_series(100, 110, 700)) == []
    assert rules(*_series(100, 110, 90, 480)) == []
    assert rules(*_series(2, 3, 2, 25)) == []
    assert rules(*_series(100, 110, 90, 10)) == ["implausible_value"]


def test_other_bodies_do_not_count_as_other_years():
    strangers = [
        report(2019 + n, agency=Agency(f"a{n}", "department", "county", 0), administrative_penalty__decisions=v)
        for n, v in enumerate((100, 110, 90, 700))
    ]
    assert rules(*strangers) == []


def test_negative_and_fractional_counts():
    assert rules(report(administrative_coercion__decisions=-1)) == ["implausible_value"]
    assert rules(report(administrative_license__decisions=1.5)) == ["implausible_value"]
    assert rules(report(administrative_fee__amount=1.5)) == []
    assert rules(report(2020, administrative_penalty__change=-3)) == []
    assert rules(report(2020, centralized_procurement__total_amount=3.25)) == []


def test_a_fee_in_yuan_is_a_slip_of_the_unit_and_said_once():
    years = _series(12.5, 13, 125_000, 12, cell="administrative_fee__amount", first=2021)
    row = only(issues(*years), "unit_suspect")
    assert (row["expected"], row["actual"]) == ("12.5", "125000")
    assert "10000 倍" in row["message_zh"]
    two = _series(12.5, 125_000, cell="administrative_fee__amount", first=2021)
    assert only(issues(*two), "unit_suspect")["actual"] == "125000"
    assert rules(*_series(12.5, 250, cell="administrative_fee__amount", first=2021)) == []
    assert rules(*_series(0, 125_000, cell="administrative_fee__amount", first=2021)) == []
