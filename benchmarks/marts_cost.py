"""What the marts cost: builds a random warehouse, then the marts, then asks every cookbook question.

    python -m benchmarks.marts_cost [reports] [file]

200 facts a report: 50,000 reports are 10 million facts, 1,200,000 are 240 million. The figures are
random but keep the form's identities, so that rates and ranks have something to say.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rich.console import Console

from pipelines.marts.cookbook import questions
from pipelines.marts.metrics import metric_dictionary_frame
from pipelines.marts.views import create_marts
from schemas import TABLES, vocabulary

AGENCIES_PER_COUNTY = 40
YEARS = (2019, 2020, 2021, 2022, 2023, 2024, 2025)
FILL = """
INSERT INTO dim_agency BY NAME
SELECT 'a' || lpad(a::VARCHAR, 8, '0') AS agency_id,
  'agency ' || a AS agency_name,
  (110101 + (c // 99 % 31) * 10000 + c // 3069 * 100 + c % 99)::VARCHAR AS region_code, 'text' AS region_evidence,
  'province ' || (c // 99 % 31) AS province, 'city ' || c // 99 AS city, 'county ' || c AS county,
  CASE WHEN a % 40 >= 30 THEN 'township' ELSE 'county' END AS admin_level,
  CASE a % 40 WHEN 0 THEN 'government' WHEN 1 THEN 'government_office' WHEN 2 THEN 'vertical_agency'
    ELSE CASE WHEN a % 40 >= 30 THEN 'township' ELSE 'department' END END AS agency_kind
FROM (SELECT a, a // 40 AS c FROM range({agencies}) t(a));
INSERT INTO dim_report BY NAME
SELECT md5(a.agency_id || y) AS report_id, a.agency_id, y AS report_year,
  CASE a.agency_kind WHEN 'government' THEN 'consolidated' ELSE 'own' END AS report_scope,
  CASE WHEN y < 2021 THEN '2019' ELSE '2021' END AS form_version,
  a.agency_name || '/' || y || '.html' AS source_path, md5(a.agency_id || y) AS source_sha256, 'html' AS source_format,
  make_date(y + 1, 1, 10) + (hash(a.agency_id, y) % 60)::INTEGER AS published_on, 'complete' AS parse_status,
  1 AS version, true AS is_current, true AS in_raw, now()::TIMESTAMP AS first_seen_at, now()::TIMESTAMP AS loaded_at
FROM dim_agency a, (SELECT unnest({years}) AS y);
INSERT INTO fact_application BY NAME
WITH busy AS (
  SELECT report_id, form_version, hash(report_id) % 10 < 6 AS is_busy FROM dim_report
), part AS (
  SELECT report_id, item_code, applicant_code,
    CASE WHEN is_busy AND hash(report_id, item_code, applicant_code) % 10 < 2
      THEN hash(applicant_code, report_id, item_code) % 30 ELSE 0 END AS value
  FROM busy
  JOIN dim_application_item i ON contains(i.forms, form_version)
  JOIN dim_applicant a ON a.applicant_code <> 'total'
  WHERE i.group_code NOT IN ('intake', 'total', 'carried_forward')
), every AS (
  SELECT * FROM part
  UNION ALL
  SELECT report_id, unnest(['total_handled', 'new_received', 'carried_in', 'carried_forward']), applicant_code,
    unnest([v, v, 0, 0]) FROM (
    SELECT report_id, applicant_code, sum(value) AS v FROM part GROUP BY report_id, applicant_code)
)
SELECT report_id, item_code, applicant_code, value::DOUBLE AS value, value::BIGINT::VARCHAR AS value_raw,
  'reported' AS value_status, 'table 2' AS locator FROM every
UNION ALL
SELECT report_id, item_code, 'total', sum(value)::DOUBLE, sum(value)::BIGINT::VARCHAR, 'reported', 'table 2'
FROM every GROUP BY report_id, item_code;
INSERT INTO fact_review_litigation BY NAME
WITH part AS (
  SELECT report_id, channel_code, outcome_code,
    CASE WHEN hash(report_id, channel_code, outcome_code) % 20 = 0
      THEN hash(report_id, outcome_code) % 12 ELSE 0 END AS v
  FROM dim_report, dim_review_channel, (SELECT * FROM dim_review_outcome WHERE outcome_code <> 'total')
), every AS (
  SELECT * FROM part UNION ALL
  SELECT report_id, channel_code, 'total', sum(v) FROM part GROUP BY report_id, channel_code
)
SELECT report_id, channel_code, outcome_code, v::DOUBLE AS value, v::BIGINT::VARCHAR AS value_raw,
  'reported' AS value_status, 'table 3' AS locator FROM every;
INSERT INTO fact_proactive_disclosure BY NAME
SELECT report_id, category_code, measure_code,
  (hash(report_id, category_code, measure_code) % 50)::DOUBLE AS value, unit,
  'reported' AS value_status, 'table 1' AS locator
FROM dim_report r JOIN dim_proactive_measure m ON contains(m.forms, r.form_version);
INSERT INTO dq_issue BY NAME
SELECT md5(report_id || rule) AS issue_id, report_id, rule AS rule_code, 'warning' AS severity, 'm' AS message_zh,
  'm' AS message_en
FROM dim_report, (SELECT unnest(['application_balance', 'carryover_continuity', 'prior_year_copy']) AS rule)
WHERE hash(report_id, rule) % 12 = 0;
"""


def main() -> None:
    """Print one line a step: seconds, and the file's size."""
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with TemporaryDirectory() as folder:
        path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder) / "random.duckdb"
        measure(path, reports)


def measure(path: Path, reports: int) -> None:
    """Build what is missing at a path, then time the marts and every question."""
    console = Console()
    is_new = not path.exists()
    connection = duckdb.connect(str(path))
    connection.execute("SET preserve_insertion_order = false")
    if is_new:
        started = time.perf_counter()
        fill(connection, reports)
        console.print(f"fill {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    create_marts(connection)
    connection.execute("CHECKPOINT")
    facts = connection.table("fact_application").shape[0]
    console.print(
        f"marts {time.perf_counter() - started:.1f} s, {facts:,} application facts, {path.stat().st_size / 1e6:.0f} MB"
    )
    for question in questions():
        started = time.perf_counter()
        rows = connection.execute(question.sql).fetchall()
        console.print(f"{time.perf_counter() - started:6.3f} s  {len(rows):>7,} rows  {question.name}")


def fill(connection: duckdb.DuckDBPyConnection, reports: int, years: tuple[int, ...] = YEARS) -> None:
    """The contract's tables with random figures of so many reports."""
    for table in TABLES:
        connection.execute(table.ddl())
    for name in ("application_item", "applicant", "review_channel", "review_outcome", "proactive_measure"):
        rows = [dict(row) | {"label_zh": row.get("label_zh", ""), "label_en": ""} for row in vocabulary.rows(name)]
        columns = [column for column in connection.table(f"dim_{name}").columns if column in rows[0]]
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f"INSERT INTO dim_{name} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608
            [[row[column] for column in columns] for row in rows],
        )
    connection.register("dictionary", metric_dictionary_frame().to_arrow())
    connection.execute("INSERT INTO metric_dictionary SELECT * FROM dictionary")
    for statement in FILL.format(agencies=reports // len(years), years=list(years)).split(";\n"):
        if statement.strip():
            connection.execute(statement)


if __name__ == "__main__":
    main()
