"""What a new warehouse must be like before it takes the place of the published one (``health.toml``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipelines import warehouse
from pipelines.warehouse import VerificationError
from schemas.vocabulary import settings

HEALTH = settings("health")


class Cells(NamedTuple):
    """Cells of the applications matrix of the reports in the raw folder: all, and those with a number or a blank."""

    all: int
    known: int

    def share(self) -> float:
        """The part that is known; 0 where there are none."""
        return self.known / self.all if self.all else 0.0


def count_cells(connection: duckdb.DuckDBPyConnection) -> Cells:
    """How many cells there are and are known: the longest look at a finished warehouse, so once for all who ask."""
    found = connection.execute(
        "SELECT count(*), count(*) FILTER (value_status IN ('reported', 'corrected', 'blank')) "
        "FROM fact_application SEMI JOIN (FROM dim_report WHERE in_raw) USING (report_id)"
    ).fetchall()[0]
    return Cells(*found)


def verify(
    connection: duckdb.DuckDBPyConnection, published: Mapping[str, Any], tables: Sequence[str], cells: Cells
) -> None:
    """Refuse a warehouse that may not be published. ``tables`` are those that were made since the last look at keys.

    Raises:
        VerificationError: keys repeat, references lead nowhere, or the run is not a healthy one
            beside the last published (``index.json``).

    """
    problems = [problem for found in broken_tables(connection, tables).values() for problem in found]
    problems += _health(connection, warehouse.table_counts(connection), published, cells)
    if problems:
        raise VerificationError("the new warehouse is not published: " + "; ".join(problems))


def refuse_incomplete(built: Path, rows: Mapping[str, int], marts: Sequence[str]) -> None:
    """Open the finished file as a reader will, and see that the disk holds what was built.

    Raises:
        VerificationError: it does not.

    """
    with warehouse.connect(built, read_only=True) as connection:
        found = {name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        lacking = sorted({*rows, *marts} - found)
        short = (
            []
            if lacking
            else [name for name, count in warehouse.table_counts(connection).items() if count != rows[name]]
        )
    if lacking or short:
        told = ", ".join([*lacking, *short])
        raise VerificationError(f"{built} was not written whole ({told}); see whether the disk is full, and run again")


def broken_tables(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, list[str]]:
    """By table: keys that repeat and references that lead nowhere."""
    found: dict[str, list[str]] = {}
    for name in names:
        table = warehouse.BY_NAME[name]
        repeated = warehouse.duplicate_keys(connection, table)
        if repeated:
            found.setdefault(name, []).append(f"{repeated} keys of {name} stand in several rows")
        for column, dangling in warehouse.dangling_rows(connection, table).items():
            if dangling:
                found.setdefault(name, []).append(f"{dangling} values of {name}.{column} lead nowhere")
    return found


def _health(
    connection: duckdb.DuckDBPyConnection, counts: Mapping[str, int], published: Mapping[str, Any], cells: Cells
) -> Iterator[str]:
    before = int(published.get("reports_in_raw", 0))
    now = reports_in_raw(connection)
    if before >= HEALTH["from_reports"] and now < before * HEALTH["least_share_of_last_reports"]:
        yield (
            f"{now} reports in the raw folder, {before} when it was last published; see whether the folder is "
            "complete, or delete index.json beside the warehouse to publish all the same"
        )
    failed = warehouse.number(connection, "SELECT count(*) FROM quarantine WHERE reason_code = 'parser_error'")
    files = now + counts["quarantine"]
    if files >= HEALTH["from_reports"] and failed > files * HEALTH["most_parser_errors"]:
        some = _some_failures(connection)
        yield f"the parser failed on {failed} of {files} files; see `gongkai explain` on one of them: {some}"
    yield from _runaway_rules(connection)
    if now >= HEALTH["from_reports"] and cells.known < cells.all * HEALTH["least_known_cells"]:
        yield f"only {cells.known} of {cells.all} cells of the applications matrix could be read"


def _some_failures(connection: duckdb.DuckDBPyConnection) -> str:
    found = connection.execute(
        "SELECT source_path FROM quarantine WHERE reason_code = 'parser_error' ORDER BY source_path LIMIT 3"
    ).fetchall()
    return ", ".join(path for (path,) in found)


def reports_in_raw(connection: duckdb.DuckDBPyConnection) -> int:
    """Reports whose file is still in the raw folder."""
    return warehouse.number(connection, "SELECT count(*) FROM dim_report WHERE in_raw")


def _runaway_rules(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    current = warehouse.number(connection, "SELECT count(*) FROM dim_report WHERE is_current")
    if current < HEALTH["error_rule_from_reports"]:
        return
    fired = connection.execute(
        "SELECT rule_code, count(DISTINCT report_id) FROM dq_issue JOIN dim_report USING (report_id) "
        "WHERE severity = 'error' AND is_current GROUP BY rule_code"
    ).fetchall()
    for rule_code, reports in fired:
        if reports > current * HEALTH["most_reports_with_one_error"]:
            yield f"the rule {rule_code} fires on {reports} of {current} reports"
