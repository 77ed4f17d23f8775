from __future__ import annotations

import math
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.marts.metrics import metric_dictionary_frame, metrics, report_metrics
from schemas.quality import MetricDictionary
from tests.marts.build_warehouse import AGENCIES, Spec, build

Warehouse = duckdb.DuckDBPyConnection


def metric(warehouse: Warehouse, report_id: str, code: str) -> dict[str, Any]:
    """One metric of one report."""
    sql = f"SELECT * FROM mart_metric WHERE report_id = '{report_id}' AND metric_code = '{code}'"
    (row,) = warehouse.execute(sql).pl().to_dicts()
    return row


def test_the_dictionary_is_exactly_its_schema() -> None:
    frame = metric_dictionary_frame()
    MetricDictionary.validate(frame)
    assert frame["metric_code"].is_unique().all()


def test_every_formula_names_columns_that_exist(warehouse: Warehouse) -> None:
    report, region = (set(warehouse.table(mart).columns) for mart in ("mart_report", "mart_region_year"))
    for item in metrics():
        known = {"report": report, "region": region, "none": report | {"residents"}}[item.level]
        assert set(item.columns()) <= known, item.code


@pytest.mark.parametrize(
    ("report_id", "code", "value"),
    [
        ("gov23c", "disclosure_rate", 50 / 90),
        ("fin20", "disclosure_rate_real", 30 / 30),
        ("fin21", "denial_rate", 8 / 36),
        ("fin21", "other_rate", 4 / 36),
        ("fin20", "other_rate", 6 / 36),
        ("gov23c", "denied_process_information_share", 15 / 20),
        ("es23", "petition_share", 1 / 10),
        ("gov23c", "pending_share", 10 / 100),
        ("fin23", "correction_rate", 4 / 10),
        ("fin23", "loss_rate", 0 / 2),
        ("fin23", "dispute_rate", (10 + 3) / 50),
        ("fin23", "request_growth", 50 / 30 - 1),
        ("es23", "natural_person_share", 1.0),
    ],
)
def test_values_by_hand(warehouse: Warehouse, report_id: str, code: str, value: float) -> None:
    assert metric(warehouse, report_id, code)["value"] == pytest.approx(value)


def test_a_zero_denominator_gives_null(warehouse: Warehouse) -> None:
    assert metric(warehouse, "sport21", "disclosure_rate")["value"] is None


def test_the_interval_is_wilson_s(warehouse: Warehouse) -> None:
    row = metric(warehouse, "gov23c", "disclosure_rate")
    share, n, z = 50 / 90, 90, 1.959963984540054
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    assert (row["wilson_low"], row["wilson_high"]) == (pytest.approx(middle - half), pytest.approx(middle + half))


def test_a_ratio_has_no_interval(warehouse: Warehouse) -> None:
    row = metric(warehouse, "fin23", "dispute_rate")
    assert (row["wilson_low"], row["wilson_high"]) == (None, None)


def test_a_share_above_one_is_a_contradiction_without_a_value() -> None:
    spec = Spec("x", "fin", 2023, counts={"new_received": 2, "granted": 9}, cells={("total_handled", "total"): 2})
    warehouse = build(reports=[spec])
    assert metric(warehouse, "x", "disclosure_rate")["value"] is None
    assert warehouse.execute("SELECT disclosure_rate FROM mart_agency_year").fetchone() == (None,)


def test_ranks_start_at_the_least_denominator_and_stay_among_peers() -> None:
    departments = [row[0] for row in AGENCIES if row[5] == "department" and row[4] == "county"]
    granted = dict(zip(departments, (30, 15, 27, 3, 29), strict=False))
    specs = [
        Spec(
            f"r_{agency}",
            agency,
            2023,
            counts={"new_received": 30, "granted": count, "unavailable_not_held": 30 - count},
        )
        for agency, count in granted.items()
        if agency != "edusport"
    ]
    specs += [Spec("few", "edusport", 2023, counts={"new_received": 29, "granted": 29})]
    specs += [Spec("gov", "gov", 2023, counts={"new_received": 99, "granted": 99})]
    frame = build(reports=specs).sql("FROM mart_metric WHERE metric_code = 'disclosure_rate'").pl()
    placed = {row["report_id"]: (row["rank"], row["peers"], row["percentile"]) for row in frame.to_dicts()}
    assert placed["few"] == (None, None, None)
    assert placed["gov"] == (1, 1, None)
    ranked = frame.filter(pl.col("rank").is_not_null() & (pl.col("agency_kind") == "department")).sort("rank")
    assert ranked["value"].to_list() == sorted(ranked["value"].to_list(), reverse=True)
    assert ranked["rank"].to_list() == [1, 2, 3, 4]
    assert ranked["percentile"].to_list() == pytest.approx([1, 2 / 3, 1 / 3, 0])


def test_unknown_scope_is_never_ranked(warehouse: Warehouse) -> None:
    assert metric(warehouse, "tr23", "disclosure_rate")["rank"] is None


def test_the_year_before_stops_at_a_break_and_at_another_scope() -> None:
    outcome = {("reconsideration", "corrected"): 1, ("reconsideration", "upheld"): 3}
    specs = [
        Spec(f"fin{year}", "fin", year, counts={"new_received": 50, "granted": 50}, review=outcome)
        for year in (2022, 2023, 2024)
    ]
    specs += [Spec("gov22", "gov", 2022, "consolidated", counts={"new_received": 9, "granted": 9})]
    specs += [Spec("gov23", "gov", 2023, "own", counts={"new_received": 9, "granted": 9})]
    warehouse = build(reports=specs)
    assert metric(warehouse, "fin2023", "correction_rate")["previous_value"] == 0.25
    assert metric(warehouse, "fin2024", "correction_rate")["previous_value"] is None
    assert metric(warehouse, "fin2024", "disclosure_rate")["previous_value"] == 1.0
    assert metric(warehouse, "gov23", "disclosure_rate")["previous_value"] is None


def test_regions_add_before_dividing(warehouse: Warehouse) -> None:
    sql = """SELECT numerator, denominator, value FROM mart_region_metric
      WHERE region_code = '990101' AND report_year = 2023 AND metric_code = 'disclosure_rate'"""
    # Own reports of 丙县: government 12 of 16, finance 25 of 50, education and sport 9 of 10.
    assert warehouse.execute(sql).fetchall() == [(46.0, 76.0, 46 / 76)]


def test_metrics_of_reports_are_in_the_mart(warehouse: Warehouse) -> None:
    found = {code for (code,) in warehouse.execute("SELECT DISTINCT metric_code FROM mart_metric").fetchall()}
    assert found == {item.code for item in report_metrics()}
