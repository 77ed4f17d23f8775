from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.marts.views import MARTS, create_marts
from tests.marts.build_warehouse import REPORTS, Spec, build, matrix, tables

CONTRACT = {
    "mart_application",
    "mart_report",
    "mart_agency_year",
    "mart_region_year",
    "mart_disposition",
    "mart_denial_reason",
    "mart_dispute",
    "mart_carryover",
    "mart_quality",
    "mart_coverage",
    "mart_revision",
}
Warehouse = duckdb.DuckDBPyConnection


def one(warehouse: Warehouse, sql: str) -> dict[str, Any]:
    """The single row of a query."""
    rows = warehouse.execute(sql).pl().to_dicts()
    assert len(rows) == 1, rows
    return rows[0]


def many(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return warehouse.execute(sql).fetchall()


def test_the_contract_s_marts_are_views(warehouse: Warehouse) -> None:
    views = {name for (name,) in many(warehouse, "SELECT view_name FROM duckdb_views() WHERE NOT internal")}
    assert views == set(MARTS)
    assert views >= CONTRACT


def test_every_table_and_column_carries_a_comment_in_both_languages(warehouse: Warehouse) -> None:
    columns = many(warehouse, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal")
    assert [row for row in columns if " | " not in (row[2] or "")] == []
    views = many(warehouse, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal")
    listed = many(warehouse, "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal")
    assert [row for row in views + listed if " | " not in (row[1] or "")] == []


def test_applications_add_up_to_the_facts_of_current_reports(warehouse: Warehouse) -> None:
    current = [spec for spec in REPORTS if spec.current]
    facts = pl.DataFrame([row for spec in current for row in matrix(spec)], infer_schema_length=None)
    expected = facts.filter(
        (pl.col("applicant_code") != "total") & (pl.col("item_code") != "total_handled") & (pl.col("value") >= 0)
    )["value"].sum()
    assert many(warehouse, "SELECT sum(value) FROM mart_application") == [(expected,)]
    wide = "+".join(f"sum({item})" for item in facts["item_code"].unique() if item != "total_handled")
    assert many(warehouse, f"SELECT {wide} FROM mart_application_wide") == [(expected,)]


def test_applications_hold_neither_the_total_row_nor_the_total_column(warehouse: Warehouse) -> None:
    sql = "SELECT count(*) FROM mart_application WHERE item_code = 'total_handled' OR applicant_code = 'total'"
    assert many(warehouse, sql) == [(0,)]


@pytest.mark.parametrize(
    ("report_id", "item_code", "expected"),
    [
        # A column in which something is illegible proves nothing.
        ("fin23", "denied_state_secret", (None, "blank", False)),
        # Text that is no number stays unknown, whatever the identity says.
        ("fin23", "unavailable_not_held", (None, "unreadable", False)),
        # Nothing received, nothing carried in.
        ("town22", "granted", (0, "blank", True)),
        ("town22", "carried_forward", (0, "blank", True)),
        ("town22", "new_received", (0, "reported", False)),
        # Details that the hybrid does not print stay unknown.
        ("fin2_23", "other_reason", (None, "missing", False)),
        ("fin2_23", "other_handling", (5, "reported", False)),
    ],
)
def test_cells_are_null_unless_known_or_proved(
    warehouse: Warehouse, report_id: str, item_code: str, expected: tuple[Any, ...]
) -> None:
    sql = f"""SELECT value, value_status, is_derived FROM mart_application
      WHERE report_id = '{report_id}' AND item_code = '{item_code}' AND applicant_code = 'natural_person'"""
    assert many(warehouse, sql) == [expected]


def test_dispositions_that_make_up_the_total_prove_a_blank_beside_them_to_be_zero(warehouse: Warehouse) -> None:
    sql = "SELECT value, value_status, is_derived FROM mart_disposition WHERE report_id = 'fin23' AND item_code = '{}'"
    # Total column of finance 2023: 25 granted and 25 denied are the 50 handled.
    assert many(warehouse, sql.format("denied_state_secret")) == [(0, "blank", True)]
    assert many(warehouse, sql.format("denied_internal_affairs")) == [(25, "reported", False)]


def test_a_negative_count_is_unknown(warehouse: Warehouse) -> None:
    sql = """SELECT value FROM mart_application
      WHERE report_id = 'es23' AND item_code = 'granted' AND applicant_code = 'other_organization'"""
    assert many(warehouse, sql) == [(None,)]


def test_derived_zeros_never_change_the_facts(warehouse: Warehouse) -> None:
    sql = "SELECT count(*) FROM fact_application WHERE value_status = 'blank' AND value IS NOT NULL"
    assert many(warehouse, sql) == [(0,)]


def test_a_blank_disposition_without_proof_stays_null_in_every_sum() -> None:
    spec = Spec("x", "fin", 2023, counts={"new_received": 10, "granted": 4},
                cells={("denied_state_secret", "natural_person"): "blank", ("denied_state_secret", "total"): "blank",
                       ("total_handled", "total"): 10, ("total_handled", "natural_person"): 10})  # fmt: skip
    warehouse = build(reports=[spec])
    row = one(warehouse, "SELECT denied, granted, is_derived, disclosure_rate, denial_rate FROM mart_agency_year")
    assert row == {"denied": None, "granted": 4, "is_derived": False, "disclosure_rate": 0.4, "denial_rate": None}
    region = one(warehouse, "SELECT denied, denied_known_share FROM mart_region_year WHERE region_level = 'county'")
    assert region == {"denied": None, "denied_known_share": 0.0}


def test_a_blank_total_is_the_sum_of_six_printed_applicants_and_marked(warehouse: Warehouse) -> None:
    row = one(warehouse, "SELECT new_received, is_derived, derived_figures FROM mart_report WHERE report_id = 'es23'")
    assert row == {"new_received": 10, "is_derived": True, "derived_figures": 1}


def test_report_totals_by_hand(warehouse: Warehouse) -> None:
    row = one(
        warehouse,
        """SELECT new_received, carried_in, granted, denied, unavailable, not_processed, other_handled, total_handled,
             carried_forward, reconsideration_total, timeliness, error_count
           FROM mart_report WHERE report_id = 'gov23c'""",
    )
    assert list(row.values()) == [90, 10, 50, 20, 20, 0, 0, 90, 10, 5, "on_time", 0]


def test_both_forms_compare_in_other_handled(warehouse: Warehouse) -> None:
    sql = "SELECT report_id, other_handled FROM mart_report WHERE report_id IN ('fin20', 'fin21', 'fin2_23') ORDER BY 1"
    assert many(warehouse, sql) == [("fin20", 6), ("fin21", 4), ("fin2_23", 5)]


def test_replaced_versions_are_in_no_mart_but_the_revisions(warehouse: Warehouse) -> None:
    for mart in ("mart_report", "mart_application", "mart_metric", "mart_quality", "mart_agency_year"):
        assert many(warehouse, f"SELECT count(*) FROM {mart} WHERE report_id = 'fin22v1'") == [(0,)]
    sql = "SELECT previous_report_id, previous_value, value, change, previous_version, version FROM mart_revision"
    assert many(warehouse, sql) == [("fin22v1", 34.0, 33.0, -1.0, 1, 2)]


def test_region_adds_own_reports_and_keeps_the_consolidated_one_apart(warehouse: Warehouse) -> None:
    # 2023 in 丙县: own = government 20 + finance 50 + education and sport 10, the tax bureau left out.
    rows = many(
        warehouse,
        """SELECT report_scope, reports, new_received, granted, denied FROM mart_region_year
           WHERE region_code = '990101' AND report_year = 2023 ORDER BY report_scope""",
    )
    assert rows == [("consolidated", 1, 90, 50, 20), ("own", 3, 80, 46, 29)]


def test_city_rolls_up_both_counties_and_leaves_unknown_scopes_out(warehouse: Warehouse) -> None:
    row = one(
        warehouse,
        """SELECT reports, new_received, expected_agencies, reported_agencies FROM mart_region_year
           WHERE region_code = '990100' AND report_year = 2023 AND report_scope = 'own'""",
    )
    # Expected: government, finance, education and sport, township (no report), 丁县 finance, the city's transport.
    assert row == {"reports": 4, "new_received": 92, "expected_agencies": 6, "reported_agencies": 5}


def test_two_consolidated_reports_of_one_region_speak_for_nobody() -> None:
    specs = [
        Spec("a", "gov", 2023, "consolidated", counts={"new_received": 1, "granted": 1}),
        Spec("b", "gov", 2023, "consolidated", counts={"new_received": 2, "granted": 2}),
    ]
    assert many(build(reports=specs), "SELECT count(*) FROM mart_region_year WHERE report_scope = 'consolidated'") == [
        (0,)
    ]


def test_coverage_tells_reported_quarantined_missing_and_merged(warehouse: Warehouse) -> None:
    rows = many(
        warehouse,
        """SELECT agency_id, report_year, coverage_status FROM mart_coverage
           WHERE coverage_status <> 'reported' ORDER BY ALL""",
    )
    assert rows == [
        ("edu", 2022, "ended"),
        ("edu", 2023, "ended"),
        ("fin2", 2022, "quarantined"),
        ("sport", 2022, "ended"),
        ("sport", 2023, "ended"),
        ("town", 2023, "not_reported"),
    ]


def test_a_quarantined_file_is_told_by_the_title_that_its_detail_quotes() -> None:
    warehouse = build()
    warehouse.execute("""UPDATE quarantine SET source_path = 'inbox/page.html', reason_code = 'no_tables',
      detail = 'no statutory table (丙县东溪镇人民政府2023年政府信息公开工作年度报告)'""")
    create_marts(warehouse)
    rows = many(
        warehouse,
        "SELECT agency_id, report_year, reason_code FROM mart_coverage WHERE coverage_status = 'quarantined'",
    )
    assert rows == [("town", 2023, "no_tables")]


def test_a_merged_agency_is_not_compared_with_its_predecessors(warehouse: Warehouse) -> None:
    row = one(
        warehouse,
        "SELECT previous_report_id, new_received_change FROM mart_agency_year WHERE report_id = 'es22'",
    )
    assert row == {"previous_report_id": None, "new_received_change": None}


def test_the_year_before_is_of_the_same_scope(warehouse: Warehouse) -> None:
    sql = """SELECT report_id, previous_new_received FROM mart_agency_year
             WHERE agency_id = 'gov' AND report_year = 2023 ORDER BY 1"""
    assert many(warehouse, sql) == [("gov23c", 60), ("gov23o", None)]


def test_carryover_compares_neighbouring_years(warehouse: Warehouse) -> None:
    rows = many(
        warehouse,
        """SELECT report_id, previous_carried_forward, carried_in, difference, is_continuous FROM mart_carryover
           WHERE previous_report_id IS NOT NULL ORDER BY 1""",
    )
    assert rows == [
        ("es23", 0, 0, 0, True),
        ("fin21", 4, 4, 0, True),
        ("fin22v2", 4, 3, -1, False),
        ("fin23", 0, 0, 0, True),
        ("gov23c", 10, 10, 0, True),
    ]


def test_dispositions_add_up_to_what_was_handled(warehouse: Warehouse) -> None:
    rows = many(
        warehouse,
        """SELECT report_id, sum(value), any_value(total_handled) FROM mart_disposition
           GROUP BY report_id HAVING sum(value) <> any_value(total_handled)""",
    )
    assert rows == []


def test_denial_reasons_by_hand(warehouse: Warehouse) -> None:
    rows = many(
        warehouse,
        """SELECT item_code, value, share_of_denied FROM mart_denial_reason
           WHERE report_id = 'gov23c' AND value > 0 ORDER BY 1""",
    )
    assert rows == [("denied_process_information", 15, 0.75), ("denied_state_secret", 5, 0.25)]


def test_disputes_by_hand(warehouse: Warehouse) -> None:
    rows = many(
        warehouse,
        """SELECT channel_code, total, decided, corrected_share, known_share, is_after_reform FROM mart_dispute
           WHERE report_id = 'fin23' ORDER BY 1""",
    )
    assert rows == [
        ("litigation_after_reconsideration", None, 0, None, 0.8, False),
        ("litigation_direct", 3, 2, 0.0, 1.0, False),
        ("reconsideration", 10, 10, 0.4, 1.0, False),
    ]


def test_quality_counts_findings_and_reviews(warehouse: Warehouse) -> None:
    rows = many(
        warehouse,
        "SELECT report_id, rule_code, findings, open_findings, explained FROM mart_quality ORDER BY 1, 2",
    )
    assert rows == [
        ("fin22v2", "carryover_continuity", 1, 1, 0),
        ("fin23", "application_balance", 1, 1, 0),
        ("fin23", "unreadable_value", 1, 0, 1),
        ("gov23o", "late_publication", 1, 1, 0),
    ]


def test_legal_dates(warehouse: Warehouse) -> None:
    sql = "SELECT report_id, due_on FROM mart_report WHERE report_id IN ('town22', 'gov23o', 'fin23') ORDER BY 1"
    assert many(warehouse, sql) == [("fin23", date(2024, 1, 31)), ("gov23o", date(2024, 3, 31)), ("town22", None)]


def test_a_government_of_unknown_level_has_until_march() -> None:
    warehouse = build()
    warehouse.execute("UPDATE dim_agency SET admin_level = NULL")
    create_marts(warehouse)
    assert many(warehouse, "SELECT DISTINCT due_on FROM mart_report WHERE report_id = 'gov23o'") == [
        (date(2024, 3, 31),)
    ]


def test_making_the_marts_again_changes_nothing() -> None:
    warehouse = build()
    before = {mart: warehouse.sql(f"FROM {mart} ORDER BY ALL").pl() for mart in MARTS}
    create_marts(warehouse)
    for mart, frame in before.items():
        assert warehouse.sql(f"FROM {mart} ORDER BY ALL").pl().equals(frame), mart


def test_an_empty_warehouse_has_marts_without_rows() -> None:
    warehouse = build(reports=[])
    for mart in MARTS:
        assert warehouse.sql(f"FROM {mart}").pl().is_empty(), mart


def test_slices_give_the_same_marts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build()
    monkeypatch.setattr("pipelines.marts.base.REPORTS_PER_SLICE", 4)
    sliced = build()
    for mart in MARTS:
        assert sliced.sql(f"FROM {mart} ORDER BY ALL").pl().equals(whole.sql(f"FROM {mart} ORDER BY ALL").pl()), mart


def test_the_corpus_obeys_the_schemas() -> None:
    assert {name for name, rows in tables(REPORTS).items() if not rows} == {"ingest_run"}
