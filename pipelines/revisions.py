"""Figures that changed between two versions of one report file."""

from __future__ import annotations

import duckdb
import polars as pl

from pipelines.warehouse import number
from schemas.quality import Revision

_CELLS = {
    "fact_application": "item_code || '/' || applicant_code",
    "fact_proactive_disclosure": "category_code || '/' || measure_code",
    "fact_review_litigation": "channel_code || '/' || outcome_code",
}
_PAIRS = """
    SELECT newer.report_id, older.report_id AS previous_report_id
    FROM dim_report AS newer
    JOIN dim_report AS older ON older.source_path = newer.source_path AND older.version = newer.version - 1
"""


def find_revisions(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row a cell whose figure or status differs from the version before, over the loaded facts."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE pairs AS {_PAIRS}")
    if number(connection, "SELECT count(*) FROM pairs") == 0:
        return Revision.no_rows()
    found = [connection.execute(_query(table, cell)).pl() for table, cell in _CELLS.items()]
    return pl.concat(found).select(list(Revision.polars_schema()))


def _query(table: str, cell: str) -> str:
    side = (
        "SELECT report_id, {cell} AS cell, value, value_status FROM {table} "
        "WHERE report_id IN (SELECT {key} FROM pairs)"
    )
    newer = side.format(cell=cell, table=table, key="report_id")
    older = side.format(cell=cell, table=table, key="previous_report_id")
    return f"""
        WITH newer AS ({newer}), older AS ({older}),
        sides AS (
            SELECT pairs.report_id, previous_report_id, newer.cell, newer.value, newer.value_status,
                   NULL::DOUBLE AS previous_value, NULL::VARCHAR AS previous_status
            FROM pairs JOIN newer USING (report_id)
            UNION ALL
            SELECT pairs.report_id, previous_report_id, older.cell, NULL, NULL, older.value, older.value_status
            FROM pairs JOIN older ON older.report_id = pairs.previous_report_id
        )
        SELECT report_id, previous_report_id, '{table}' AS fact_table, cell,
               max(previous_value) AS previous_value, max(value) AS value,
               max(previous_status) AS previous_status, max(value_status) AS value_status
        FROM sides GROUP BY ALL
        HAVING max(value) IS DISTINCT FROM max(previous_value)
            OR max(value_status) IS DISTINCT FROM max(previous_status)
    """  # noqa: S608 - names of the contract
