"""Every rule on documents: the job over ``tests/corpus/rules`` finds what each report earns, and nothing else.

``tests/corpus/findings.csv`` lists all findings of all reports, with the reason of each.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import ingest, stages
from schemas.vocabulary import codes
from tests.night import Night

CORPUS = Path(__file__).parents[1] / "corpus"
REPORTS = CORPUS / "rules"
RULES = codes("rules", "rule_code")
COLUMNS = ("path", "rule_code", "cell", "expected", "actual")
NO_REPORTS = {"manifest.csv"}
Finding = tuple[str, ...]

with (CORPUS / "findings.csv").open(encoding="utf-8", newline="") as stream:
    EARNED = list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """One night over all reports of the rules, without marts and without recognition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGKAI_OCR", "off")
        patch.setattr(ingest, "executor_maker", lambda _jobs, _bytes: lambda: ThreadPoolExecutor(1))
        patch.setattr(stages, "create_marts", lambda _connection, _turned: None)
        patch.setattr(stages, "MARTS", ())
        one = Night(tmp_path_factory.mktemp("rules"))
        one.settings = replace(one.settings, raw_dir=REPORTS)
        one.run()
        yield one


@pytest.fixture(scope="module")
def found(night: Night) -> set[Finding]:
    """Path, rule, cell and figures of every finding."""
    rows = night.ask(
        "SELECT source_path, rule_code, coalesce(cell, ''), coalesce(expected, ''), coalesce(actual, '') "
        "FROM dq_issue JOIN dim_report USING (report_id)"
    )
    assert len(rows) == len(set(rows))
    return set(rows)


@pytest.mark.parametrize("rule", RULES)
def test_reports_have_the_findings_that_they_earn_and_no_other(rule: str, found: set[Finding]) -> None:
    earned = {tuple(row[name] for name in COLUMNS) for row in EARNED if row["path"].startswith(f"{rule}/")}
    assert {finding for finding in found if finding[0].startswith(f"{rule}/")} == earned


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_reports_that_fail_and_reports_that_pass(rule: str) -> None:
    failing, passing = cases(rule, "failing"), cases(rule, "passing")
    earned = {row["path"] for row in EARNED if row["rule_code"] == rule}
    assert failing
    assert passing
    assert [case for case in failing if not any(path.startswith(case) for path in earned)] == []
    assert [path for path in earned if path.startswith(f"{rule}/passing/")] == []


def cases(rule: str, side: str) -> list[str]:
    """The cases of a side: a file, or the folder of files that the rule compares."""
    folder = REPORTS / rule / side
    return [f"{rule}/{side}/{case.name}" for case in sorted(folder.iterdir())] if folder.is_dir() else []


def test_every_file_belongs_to_a_rule_and_is_read(night: Night) -> None:
    files = {path.relative_to(REPORTS).as_posix() for path in REPORTS.rglob("*") if path.is_file()} - NO_REPORTS
    read = {path.partition("!/")[0] for (path,) in night.ask("SELECT source_path FROM dim_report")}
    assert read == files
    assert {path.partition("/")[0] for path in files} == set(RULES)
    assert night.ask("SELECT source_path, reason_code FROM quarantine") == []


def test_a_report_passes_only_where_all_its_cells_were_read(night: Night) -> None:
    """Nothing is found in what was not read, so an unread table would pass every rule."""
    unexplained = night.ask(
        "SELECT source_path FROM dim_report WHERE parse_status <> 'complete' AND report_id NOT IN (SELECT report_id "
        "FROM dq_issue WHERE rule_code IN ('missing_table', 'missing_cell', 'row_width_mismatch', 'table_mixed_forms'))"
    )
    assert unexplained == []


def test_reports_of_two_cases_are_of_two_agencies(night: Night) -> None:
    """Rules between reports must see one case at a time."""
    rows = night.ask("SELECT agency_id, source_path FROM dim_report")
    places: dict[str, set[str]] = {}
    for agency, path in rows:
        rule, side, case = path.split("/")[:3]
        places.setdefault(agency, set()).add(f"{rule}/{side}/{case}")
    assert {agency: sorted(shared) for agency, shared in places.items() if len(shared) > 1} == {}


def test_every_finding_says_why() -> None:
    assert [row for row in EARNED if not row["why"].strip()] == []
