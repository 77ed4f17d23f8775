from __future__ import annotations

from benchmarks.clean_series import World
from pipelines.checks import find_issues
from pipelines.checks.summary import counts_by_group, worst_reports
from schemas.vocabulary import codes
from tests.checks.drafts import OFFICE, report


def test_the_worst_reports_come_first_and_clean_ones_not_at_all():
    clean, bad = report(2021), report(2022, reconsideration__total=1)
    worse = report(2023, reconsideration__total=1, litigation_direct__total=1)
    tables = World([OFFICE], [clean, bad, worse]).tables()
    issues = find_issues(tables)
    worst = worst_reports(issues, tables["dim_report"])
    assert worst["source_path"].to_list() == ["office-2023.html", "office-2022.html"]
    assert worst["errors"].to_list() == [2, 1]
    assert worst["rules"].to_list() == ["review_sum", "review_sum"]


def test_counts_cover_every_group_and_severity():
    tables = World([OFFICE], [report(2023, reconsideration__total=1)]).tables()
    counts = counts_by_group(find_issues(tables))
    assert counts.height == 3 * len(codes("rules", "rule_group"))
    assert counts.filter(counts["findings"] > 0).rows() == [("sums", "error", 1, 1, 0)]


def test_explained_findings_are_counted_but_no_longer_worst():
    tables = World([OFFICE], [report(2023, reconsideration__total=1)]).tables()
    issues = find_issues(tables).with_columns(review_verdict=None)
    issues = issues.with_columns(
        issues["rule_code"].replace_strict({"review_sum": "explained"}).alias("review_verdict")
    )
    assert worst_reports(issues, tables["dim_report"]).is_empty()
    assert counts_by_group(issues)["explained"].sum() == 1
