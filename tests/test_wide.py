"""Cells turned by their places in Parquet's lists say what turning the facts by joins and groups says."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.checks.corpus import CELLS, FACTS, build_corpus
from pipelines.facts import SCHEMAS
from pipelines.marts.views import MARTS, create_marts
from pipelines.settings import Settings
from pipelines.wide import counts_of_parts, figures_of_parts, turn
from tests.marts.build_warehouse import build

STATUSES = ("reported", "reported", "reported", "corrected", "blank", "missing", "unreadable")
VALUES = (0.0, 0.0, 3.0, 12.5, -1.0, 2e15, 7.0)


def drawn(table: str, report: str, rng: random.Random) -> list[dict[str, object]]:
    """A report's cells of one table, some of the form's left out, in any order."""
    row, column = FACTS[table]
    found = []
    for cell in rng.sample(CELLS[table], k=rng.randint(0, len(CELLS[table]))):
        status = rng.choice(STATUSES)
        value = rng.choice(VALUES) if status in {"reported", "corrected"} else None
        first, second = cell.split("/")
        found.append({"report_id": report, row: first, column: second, "value": value, "value_status": status})
    return found


def part(settings: Settings, name: str, facts: dict[str, list[dict[str, object]]], reports: list[str]) -> None:
    """A part with these facts."""
    folder = settings.parts_dir / name
    folder.mkdir(parents=True)
    for table in FACTS:
        frame = pl.DataFrame(facts[table], schema_overrides={"value": pl.Float64}, infer_schema_length=None)
        empty = pl.DataFrame(schema=SCHEMAS[table])
        pl.concat([empty, frame], how="diagonal_relaxed").write_parquet(folder / f"{table}.parquet")
    pl.DataFrame({"report_id": reports}).write_parquet(folder / "parsed.parquet")


@pytest.fixture
def state(tmp_path: Path) -> tuple[Settings, pl.DataFrame, dict[str, pl.DataFrame]]:
    """Settings, versions and all wanted facts of two parts, one of which holds reports nobody wants."""
    rng = random.Random(5)
    settings = Settings(tmp_path / "raw", tmp_path / "gongkai.duckdb", 1)
    wanted: dict[str, list[dict[str, object]]] = {table: [] for table in FACTS}
    versions = []
    for name, size in (("a", 7), ("b", 5)):
        reports = [f"{name}{number}" for number in range(size)]
        drawn_here = {table: [row for report in reports for row in drawn(table, report, rng)] for table in FACTS}
        part(settings, name, drawn_here, reports)
        kept = [report for report in reports if report not in {"b1", "b2"}]
        versions += [{"report_id": report, "part": name} for report in kept]
        for table, rows in drawn_here.items():
            wanted[table] += [row for row in rows if row["report_id"] in kept]
    facts = {table: pl.DataFrame(rows, infer_schema_length=None) for table, rows in wanted.items()}
    return settings, pl.DataFrame(versions), facts


def test_a_fact_that_is_no_cell_of_any_form_is_put_nowhere(tmp_path: Path) -> None:
    table = "fact_proactive_disclosure"
    rows, columns = zip(*(cell.split("/") for cell in CELLS[table]), strict=True)
    first, second = next((r, c) for r in rows for c in columns if f"{r}/{c}" not in CELLS[table])
    row, column = FACTS[table]
    fact = {"report_id": "b", row: first, column: second, "value": 99.0, "value_status": "reported"}
    settings = Settings(tmp_path / "raw", tmp_path / "gongkai.duckdb", 1)
    part(settings, "one", {name: [fact] if name == table else [] for name in FACTS}, ["a", "b"])
    assert not turn(settings.parts_dir / "one", table, ["a", "b"]).statuses.any()


def turned_by_joins(versions: pl.DataFrame, facts: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The figures as ``build_corpus`` makes them of facts alone."""
    columns = ("agency_id", "report_scope", "form_version", "title", "source_path", "published_on", "version")
    reports = versions.select("report_id", *(pl.lit("x").alias(name) for name in columns)).with_columns(
        pl.lit(2022).alias("report_year"), pl.lit(value=True).alias("is_current"), pl.lit(value=True).alias("in_raw")
    )
    names = ("agency_id", "agency_name", "admin_level", "agency_kind", "parent_agency_id")
    agencies = pl.DataFrame({name: ["x"] for name in names})
    others = {name: pl.DataFrame({"report_id": []}) for name in ("report_section", "narrative_claim", "observation")}
    tables = {"dim_report": reports, "dim_agency": agencies, "agency_hierarchy": agencies, **facts, **others}
    cells = [cell for table in FACTS for cell in CELLS[table]]
    return build_corpus(tables).reports.select("report_id", *cells)


def test_figures_are_those_of_the_facts(state: tuple[Settings, pl.DataFrame, dict[str, pl.DataFrame]]) -> None:
    settings, versions, facts = state
    assert figures_of_parts(settings, versions, {}, versions["report_id"]).equals(
        turned_by_joins(versions, facts), null_equal=True
    )


def test_a_correction_stands_in_the_place_of_the_part(
    state: tuple[Settings, pl.DataFrame, dict[str, pl.DataFrame]],
) -> None:
    settings, versions, facts = state
    cells = (
        facts["fact_application"]
        .head(9)
        .with_columns(pl.lit(4.0).alias("value"), pl.lit("corrected").alias("value_status"))
    )
    row, column = FACTS["fact_application"]
    kept = facts["fact_application"].join(cells, on=["report_id", row, column], how="anti")
    facts["fact_application"] = pl.concat([kept, cells])
    found = figures_of_parts(settings, versions, {"fact_application": cells}, versions["report_id"])
    assert found.equals(turned_by_joins(versions, facts), null_equal=True)


def test_no_parts_give_no_figures(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "raw", tmp_path / "gongkai.duckdb", 1)
    versions = pl.DataFrame(schema={"report_id": pl.String, "part": pl.String})
    found = figures_of_parts(settings, versions, {}, versions["report_id"])
    assert found.is_empty()
    assert found.columns == ["report_id", *(cell for table in FACTS for cell in CELLS[table])]


def contents(warehouse: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Every mart, sorted."""
    return {mart: warehouse.sql(f"FROM {mart} ORDER BY ALL").pl() for mart in MARTS}


@pytest.mark.parametrize("share", [1, 2, 3])
def test_marts_of_turned_cells_are_those_of_the_facts(tmp_path: Path, share: int) -> None:
    warehouse = build()
    before = contents(warehouse)
    settings = Settings(tmp_path / "raw", tmp_path / "gongkai.duckdb", 1)
    reports = warehouse.sql("SELECT report_id FROM dim_report ORDER BY 1").pl()["report_id"].to_list()
    rows = {table: warehouse.sql(f"FROM {table}").pl().to_dicts() for table in FACTS}
    versions = []
    for number in range(share):
        mine = reports[number::share]
        facts = {table: [row for row in found if row["report_id"] in mine] for table, found in rows.items()}
        part(settings, f"part{number}", facts, mine)
        versions += [{"report_id": report, "part": f"part{number}"} for report in mine]
    create_marts(warehouse, list(counts_of_parts(settings, pl.DataFrame(versions), None))[:2])
    for mart, frame in contents(warehouse).items():
        assert frame.equals(before[mart], null_equal=True), mart
