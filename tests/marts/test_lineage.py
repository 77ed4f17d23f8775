from __future__ import annotations

import duckdb

from pipelines.marts.dictionary import relations
from pipelines.marts.lineage import lineage
from schemas import TABLES


def test_every_source_is_a_column_of_the_contract(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = {(table.table_name(), name) for table in TABLES for name in table.polars_schema()}
    for relation in relations(warehouse):
        if relation.is_mart:
            for sources in lineage(relation).values():
                assert set(sources) <= columns


def test_figures_lead_to_the_facts(warehouse: duckdb.DuckDBPyConnection) -> None:
    by_name = {relation.name: lineage(relation) for relation in relations(warehouse) if relation.is_mart}
    assert by_name["mart_report"]["denied"] == (("fact_application", "value"),)
    assert by_name["mart_report"]["reconsideration_total"] == (("fact_review_litigation", "value"),)
    assert by_name["mart_application"]["value_status"] == (("fact_application", "value_status"),)
    assert by_name["mart_agency_year"]["dispute_rate"] == (
        ("fact_review_litigation", "value"),
        ("fact_application", "value"),
    )
    assert by_name["mart_region_year"]["granted_known_share"] == (("fact_application", "value"),)
    assert by_name["mart_quality"]["findings"] == (("dq_issue", "rule_code"),)
