"""The job over the sample reports: every cell, the planted findings, the quarantine, and where each value stands."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import duckdb
import pytest

from benchmarks.sample_archives import libarchive
from pipelines.readers.encoding import decode
from schemas import TABLES
from tests.conftest import PARTLY_SCANNED, ROOT, SCANS, Sample

FACTS = {
    "application": ("fact_application", "item_code", "applicant_code"),
    "proactive": ("fact_proactive_disclosure", "category_code", "measure_code"),
    "review": ("fact_review_litigation", "channel_code", "outcome_code"),
}
NEEDS_LIBARCHIVE = frozenset({"wupu/thrice/packed.7z", "wupu/thrice/packed.rar"})


def waiting() -> frozenset[str]:
    """Samples that cannot be read for lack of something that is not installed here."""
    return SCANS if libarchive() else SCANS | NEEDS_LIBARCHIVE


def listed(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def house(sample: Sample) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(sample.warehouse), read_only=True)


def test_every_cell_of_every_sample_is_right(house: duckdb.DuckDBPyConnection) -> None:
    found = {}
    for table, (name, row, column) in FACTS.items():
        query = (
            f"SELECT source_path, {row}, {column}, value, value_status FROM {name} JOIN dim_report USING (report_id)"
        )
        for path, *key, value, status in house.execute(query).fetchall():
            found[path, table, *key] = (value, status)
    wrong = []
    for row in listed("samples_truth.csv"):
        value = float(row["value"]) if row["value"] else None
        got = found.get((row["path"], row["table"], row["row"], row["column"]))
        if row["path"].partition("!/")[0] in waiting() or (got is not None and got[1] == "corrected"):
            continue
        if row["path"] == PARTLY_SCANNED and got == (None, "missing"):
            continue
        if got != (value, row["status"]):
            wrong.append((row, got))
    assert not wrong


def test_a_correction_is_used_and_the_printed_text_stays(house: duckdb.DuckDBPyConnection) -> None:
    rows = house.execute(
        "SELECT source_path, item_code, applicant_code, value, value_raw FROM fact_application "
        "JOIN dim_report USING (report_id) WHERE value_status = 'corrected'"
    ).fetchall()
    assert rows == [("wupu/faults/blank_totals.txt", "new_received", "total", 16.0, "")]


def test_a_verdict_stands_beside_its_finding(house: duckdb.DuckDBPyConnection) -> None:
    said = house.execute("SELECT rule_code, review_verdict FROM dq_issue WHERE review_verdict IS NOT NULL").fetchall()
    assert sorted(said) == [("applicant_sum", "confirmed"), ("carryover_continuity", "explained")]


def test_the_planted_faults_are_found(house: duckdb.DuckDBPyConnection) -> None:
    made = set(
        house.execute("SELECT source_path, rule_code FROM dq_issue JOIN dim_report USING (report_id)").fetchall()
    )
    planted = {(row["path"], row["rule_code"]) for row in listed("samples_findings.csv")}
    assert planted - made == set()


def test_what_gives_no_report_says_why(house: duckdb.DuckDBPyConnection, sample: Sample) -> None:
    held = dict(house.execute("SELECT source_path, reason_code FROM quarantine").fetchall())
    told = {row["path"]: row["reason_code"] for row in listed("samples_quarantine.csv")}
    assert held == told | dict.fromkeys(waiting(), "unsupported_format")
    assert not house.execute("SELECT source_path FROM quarantine WHERE coalesce(detail, '') = ''").fetchall()
    details = dict(house.execute("SELECT source_path, detail FROM quarantine").fetchall())
    assert all("make ocr" in details[path] for path in SCANS)
    assert f"{len(SCANS)} scans" in sample.printed
    assert "make ocr" in sample.printed


def test_every_table_has_its_rows_and_every_key_is_unique(house: duckdb.DuckDBPyConnection) -> None:
    empty = {"revision"}
    for table in TABLES:
        name, key = table.table_name(), ", ".join(table.key())
        rows, keys = house.execute(f"SELECT count(*), count(DISTINCT ({key})) FROM {name}").fetchall()[0]
        assert rows == keys, name
        assert rows > 0 or name in empty, name


@pytest.mark.parametrize("path", ["yunze/government/2022.txt", "yunze/planning/2022.txt"])
def test_a_locator_leads_to_the_printed_value(house: duckdb.DuckDBPyConnection, path: str) -> None:
    data = (ROOT / "data" / "raw" / path).read_bytes()
    lines = decode(data, None).splitlines()
    rows = house.execute(
        "SELECT value_raw, locator FROM fact_application JOIN dim_report USING (report_id) "
        "WHERE source_path = ? AND value_status = 'reported'",
        [path],
    ).fetchall()
    assert len(rows) > 100
    for raw, locator in rows:
        match = re.fullmatch(r"line (\d+)(?: field (\d+))?", locator)
        assert match is not None, locator
        assert raw in lines[int(match[1]) - 1]


def test_each_form_has_all_its_cells(house: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT form_version, count(*) AS cells, bool_or(rule_code IS NOT NULL) AS mixed
        FROM fact_application JOIN dim_report USING (report_id)
        LEFT JOIN (SELECT DISTINCT report_id, rule_code FROM dq_issue WHERE rule_code = 'table_mixed_forms')
          USING (report_id)
        GROUP BY report_id, form_version
    """
    allowed = {("2021", 175, False), ("2019", 161, False), ("2021", 182, True)}
    assert set(house.execute(query).fetchall()) <= allowed
