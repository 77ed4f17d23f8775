"""What a new warehouse must be like before it takes the place of the published one (``health.toml``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from pipelines import warehouse
from pipelines.warehouse import VerificationError
from schemas import TABLES
from schemas.vocabulary import settings

HEALTH = settings("health")


def verify(connection: duckdb.DuckDBPyConnection, published: Mapping[str, Any]) -> dict[str, int]:
    """Rows by table of a warehouse that may be published.

    Raises:
        VerificationError: keys repeat, references dangle, or the run is not a healthy one
            beside the last published (``index.json``).

    """
    counts = warehouse.table_counts(connection)
    problems = [problem for found in broken_tables(connection).values() for problem in found]
    problems += _health(connection, counts, published)
    if problems:
        raise VerificationError("the new warehouse is not published: " + "; ".join(problems))
    return counts


def broken_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """By table: keys that repeat and references that lead nowhere."""
    found: dict[str, list[str]] = {}
    for table in TABLES:
        name = table.table_name()
        repeated = warehouse.duplicate_keys(connection, table)
        if repeated:
            found.setdefault(name, []).append(f"{repeated} rows of {name} repeat a key")
        for column, dangling in warehouse.dangling_rows(connection, table).items():
            if dangling:
                found.setdefault(name, []).append(f"{dangling} rows of {name} have a {column} that leads nowhere")
    return found


def _health(
    connection: duckdb.DuckDBPyConnection, counts: Mapping[str, int], published: Mapping[str, Any]
) -> Iterator[str]:
    before = int(published.get("reports_in_raw", 0))
    now = reports_in_raw(connection)
    if before >= HEALTH["from_reports"] and now < before * HEALTH["least_share_of_last_reports"]:
        yield (
            f"{now} reports in the raw folder, {before} when it was last published; look whether the folder is "
            "complete, or delete index.json to publish all the same"
        )
    failed = _scalar(connection, "SELECT count(*) FROM quarantine WHERE reason_code = 'parser_error'")
    files = counts["dim_report"] + counts["quarantine"]
    if files >= HEALTH["from_reports"] and failed > files * HEALTH["most_parser_errors"]:
        yield f"the parser failed on {failed} of {files} files; see quarantine.detail in the last run's log"
    yield from _runaway_rules(connection)
    yield from _fill_rate(connection, counts)


def reports_in_raw(connection: duckdb.DuckDBPyConnection) -> int:
    """Reports whose file is still in the raw folder."""
    return _scalar(connection, "SELECT count(*) FROM dim_report WHERE in_raw")


def _runaway_rules(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    current = _scalar(connection, "SELECT count(*) FROM dim_report WHERE is_current")
    if current < HEALTH["error_rule_from_reports"]:
        return
    fired = connection.execute(
        "SELECT rule_code, count(DISTINCT report_id) FROM dq_issue WHERE severity = 'error' GROUP BY rule_code"
    ).fetchall()
    for rule_code, reports in fired:
        if reports > current * HEALTH["most_reports_with_one_error"]:
            yield f"the rule {rule_code} fires on {reports} of {current} reports"


def _fill_rate(connection: duckdb.DuckDBPyConnection, counts: Mapping[str, int]) -> Iterator[str]:
    if counts["dim_report"] < HEALTH["from_reports"]:
        return
    known = _scalar(
        connection,
        "SELECT count(*) FILTER (value_status IN ('reported', 'corrected', 'blank')) FROM fact_application",
    )
    if known < counts["fact_application"] * HEALTH["least_known_cells"]:
        yield f"only {known} of {counts['fact_application']} cells of the applications matrix could be read"


def _scalar(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0
