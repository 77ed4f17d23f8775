from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.clean_series import World
from pipelines.checks import apply_corrections, attach_reviews, find_issues, read_corrections, read_reviews
from pipelines.checks.corpus import FACTS
from schemas.facts import FactApplication, FactReviewLitigation
from schemas.quality import DqIssue
from tests.checks.drafts import OFFICE, report

HEAD = "source_path,agency_name,report_year,fact_table,cell,value,note,corrected_by,corrected_on\n"
REVIEW_HEAD = "source_path,agency_name,report_year,rule_code,cell,verdict,note,reviewed_by,reviewed_on\n"


@pytest.fixture
def tables():
    """One report whose review total is wrong in one channel, and one whose two totals are."""
    wrong = report(2023, reconsideration__total=1)
    worse = report(2022, reconsideration__total=1, litigation_direct__total=2)
    return World([OFFICE], [wrong, worse]).tables()


def _corrected(tmp_path, tables, text: str, encoding: str = "utf-8"):
    path = tmp_path / "corrections.csv"
    path.write_bytes((HEAD + text).encode(encoding))
    notes = read_corrections(path)
    facts = {name: tables[name] for name in FACTS}
    return notes, apply_corrections(facts, tables["dim_report"], tables["dim_agency"], notes.rows)


def _cell(frame: pl.DataFrame, report_id: str, first: str, second: str) -> dict[str, object]:
    return frame.filter((pl.col("report_id") == report_id) & (pl.nth(1) == first) & (pl.nth(2) == second)).row(
        0, named=True
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_correction_replaces_the_value_and_keeps_the_printed_text(tmp_path, tables, encoding):
    line = "office-2023.html,,,fact_review_litigation,reconsideration/total,0,核对原件,张三,2025-02-01\n"
    notes, done = _corrected(tmp_path, tables, line, encoding)
    assert notes.problems == ()
    assert (done.cells, done.problems) == (1, ())
    cell = _cell(done.facts["fact_review_litigation"], "office-2023.html@1", "reconsideration", "total")
    assert (cell["value"], cell["value_raw"], cell["value_status"]) == (0.0, "1", "corrected")
    FactReviewLitigation.validate(done.facts["fact_review_litigation"])
    assert find_issues({**tables, **done.facts})["report_id"].unique().to_list() == ["office-2022.html@1"]


def test_a_correction_by_agency_and_year_of_a_cell_that_was_not_there(tmp_path, tables):
    facts = tables["fact_application"].with_columns(
        pl.when(pl.col("item_code") == "granted").then(None).otherwise("value").alias("value"),
        pl.when(pl.col("item_code") == "granted")
        .then(pl.lit("missing"))
        .otherwise("value_status")
        .alias("value_status"),
    )
    _, done = _corrected(tmp_path, {**tables, "fact_application": facts}, ',office,2023年,,granted/total,"1,204",,,\n')
    cell = _cell(done.facts["fact_application"], "office-2023.html@1", "granted", "total")
    assert (cell["value"], cell["value_status"]) == (1204.0, "corrected")
    FactApplication.validate(done.facts["fact_application"])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("nowhere.html,,,,granted/total,1,,,\n", "no such report"),
        ("office-2023.html,,,,granted/everybody,1,,,\n", "no such cell"),
        ("office-2023.html,,,fact_application,reconsideration/total,1,,,\n", "no such cell"),
        ("office-2023.html,,,,granted/total,约3,,,\n", "no number"),
        ("office-2023.html,,,,granted/total,nan,,,\n", "no number"),
        ("office-2023.html,,,,granted/total,,,,\n", "no number"),
        ("office-2023.html,,,,regulation/newly_made,1,,,\n", "form has no such cell"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_line(tmp_path, tables, line, problem):
    _, done = _corrected(tmp_path, tables, line)
    assert done.cells == 0
    assert len(done.problems) == 1
    assert problem in done.problems[0]
    assert "line 2" in done.problems[0]


def test_an_agency_with_two_reports_on_the_year_needs_a_path(tmp_path):
    own, wide = report(2023), report(2023)
    wide.scope, wide.path = "consolidated", "wide.html"
    tables = World([OFFICE], [own, wide]).tables()
    _, done = _corrected(tmp_path, tables, ",office,2023,,granted/total,1,,,\n")
    assert done.cells == 0
    assert "several reports" in done.problems[0]


def _reviewed(tmp_path, tables, text: str):
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEW_HEAD + text, encoding="gb18030")
    notes = read_reviews(path)
    assert notes.problems == ()
    return attach_reviews(find_issues(tables), tables["dim_report"], tables["dim_agency"], notes.rows)


def test_a_verdict_stands_beside_its_finding_and_removes_nothing(tmp_path, tables):
    text = "office-2022.html,,,review_sum,litigation_direct/total,explained,一并起诉,李四,2025/3/1\n"
    done = _reviewed(tmp_path, tables, text)
    assert done.problems == ()
    assert done.issues.height == 3
    DqIssue.validate(done.issues)
    said = done.issues.drop_nulls("review_verdict").row(0, named=True)
    assert (said["cell"], said["review_verdict"], said["review_note"]) == (
        "litigation_direct/total",
        "explained",
        "一并起诉",
    )
    assert (said["reviewed_by"], said["reviewed_on"]) == ("李四", "2025/3/1")


def test_a_verdict_on_a_rule_covers_its_findings_and_one_on_a_cell_goes_before(tmp_path, tables):
    text = ",office,2022,review_sum,reconsideration/total,confirmed,,,\n,office,2022,review_sum,,已说明,,,\n"
    issues = _reviewed(tmp_path, tables, text).issues.filter(pl.col("report_id") == "office-2022.html@1")
    verdicts = dict(issues.select("cell", "review_verdict").iter_rows())
    assert verdicts == {"reconsideration/total": "confirmed", "litigation_direct/total": "explained"}


def test_verdicts_outlive_a_new_version_of_the_file(tmp_path):
    line = "office-2023.html,,,review_sum,reconsideration/total,confirmed,,,\n"
    newer = report(2023, reconsideration__total=4)
    newer.version = 2
    done = _reviewed(tmp_path, World([OFFICE], [newer]).tables(), line)
    assert done.issues["review_verdict"].to_list() == ["confirmed"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("office-2023.html,,,no_such_rule,,confirmed,,,\n", "unknown rule_code"),
        ("office-2023.html,,,review_sum,,maybe,,,\n", "neither confirmed nor explained"),
        ("office-2023.html,,,disposition_sum,,confirmed,,,\n", "no such finding"),
        ("gone.html,,,review_sum,,confirmed,,,\n", "no such report"),
    ],
)
def test_reviews_that_fit_nothing_are_said(tmp_path, tables, line, problem):
    done = _reviewed(tmp_path, tables, line)
    assert [problem in said for said in done.problems] == [True]
    assert done.issues["review_verdict"].null_count() == done.issues.height


def test_no_file_and_other_headings(tmp_path):
    assert read_reviews(tmp_path / "reviews.csv").rows.is_empty()
    path = tmp_path / "reviews.csv"
    path.write_text("机关名称;年度;规则;结论\noffice;2023;review_sum;属实\n", encoding="utf-8-sig")
    notes = read_reviews(path)
    assert "no column" in notes.problems[0]
    assert notes.rows.select("agency_name", "report_year", "rule_code", "verdict").row(0) == (
        "office",
        "2023",
        "review_sum",
        "属实",
    )


UNTOUCHED = World([OFFICE], [report(2023)]).tables()


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_the_reader_fail(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("notes") / "corrections.csv"
    path.write_bytes(content)
    notes = read_corrections(path)
    facts = {name: UNTOUCHED[name] for name in FACTS}
    apply_corrections(facts, UNTOUCHED["dim_report"], UNTOUCHED["dim_agency"], notes.rows)
