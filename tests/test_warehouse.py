"""The published file: proved keys and references, parts loaded without what is not wanted, replaced in one step."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest
from pandera.errors import SchemaErrors

from pipelines import warehouse
from pipelines.expectations import broken_tables
from schemas import TABLES
from schemas.facts import FactReviewLitigation, ReportSection
from schemas.quality import IngestRun


@pytest.fixture
def built(tmp_path: Path) -> Path:
    file = tmp_path / "next.duckdb"
    warehouse.create_tables(file)
    return file


def review_rows(*reports: str) -> pl.DataFrame:
    rows = [
        (report, "reconsideration", outcome, 1.0, "1", "reported", "line 1")
        for report in reports
        for outcome in ("upheld", "total")
    ]
    return pl.DataFrame(rows, schema=FactReviewLitigation.polars_schema(), orient="row")


def test_every_table_is_there_with_comments(built: Path) -> None:
    with warehouse.connect(built) as connection:
        found = connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall()
        columns = connection.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
        ).fetchall()
    assert {name for name, _ in found} == {table.table_name() for table in TABLES}
    assert all(comment for _, comment in found)
    assert columns == [(0,)]


def test_a_frame_of_another_schema_is_refused(built: Path) -> None:
    with warehouse.connect(built) as connection, pytest.raises(SchemaErrors):
        warehouse.load_frame(connection, "quarantine", pl.DataFrame({"source_path": ["a"]}))
    bad = review_rows("r1").with_columns(pl.lit("upside_down").alias("outcome_code"))
    with warehouse.connect(built) as connection, pytest.raises(SchemaErrors):
        warehouse.load_frame(connection, "fact_review_litigation", bad)


def test_loading_again_takes_the_place_of_what_was_there(built: Path) -> None:
    with warehouse.connect(built) as connection:
        for _ in range(2):
            assert warehouse.load_frame(connection, "fact_review_litigation", review_rows("r1")) == 2
        assert warehouse.table_counts(connection)["fact_review_litigation"] == 2


@pytest.mark.parametrize("twice", [True, False])
def test_repeated_keys_are_found(built: Path, *, twice: bool) -> None:
    sections = pl.DataFrame(
        [("r1", 1, "a", "b"), ("r1", 1 if twice else 2, "a", "b")], schema=ReportSection.polars_schema(), orient="row"
    )
    rows = pl.concat([review_rows("r1", "r2"), review_rows("r2").head(twice)])
    with warehouse.connect(built) as connection:
        for table, frame in (("fact_review_litigation", rows), ("report_section", sections)):
            connection.register("incoming", frame.to_arrow())
            connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")
            assert bool(warehouse.duplicate_keys(connection, warehouse.BY_NAME[table])) is twice


def test_references_that_lead_nowhere_are_told(built: Path) -> None:
    with warehouse.connect(built) as connection:
        for table, frame in warehouse.dimension_frames().items():
            warehouse.load_frame(connection, table, frame)
        warehouse.load_frame(connection, "fact_review_litigation", review_rows("r1"))
        told = broken_tables(connection, ("fact_review_litigation", "ingest_run"))
    assert told == {"fact_review_litigation": ["1 values of fact_review_litigation.report_id lead nowhere"]}


def test_parts_are_loaded_without_what_is_not_wanted(built: Path, tmp_path: Path) -> None:
    unwanted = {}
    for part, reports, without in (("a", ("r1", "r2"), ()), ("b", ("r1", "r3"), ("r1",)), ("c", ("r2", "r4"), ("r2",))):
        folder = tmp_path / part
        folder.mkdir()
        review_rows(*reports).write_parquet(folder / "fact_review_litigation.parquet")
        unwanted[folder] = pl.Series("report_id", without, dtype=pl.String)
    with warehouse.connect(built) as connection:
        warehouse.load_parts(connection, "fact_review_litigation", unwanted)
        found = connection.execute("SELECT report_id, count(*) FROM fact_review_litigation GROUP BY 1 ORDER BY 1")
        assert found.fetchall() == [("r1", 2), ("r2", 2), ("r3", 2), ("r4", 2)]


def test_publishing_replaces_in_one_step_and_says_so(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "house" / "gongkai.duckdb"
    target.parent.mkdir()
    Path(f"{target}.wal").write_bytes(b"stale")
    warehouse.publish(built, target, {"run_id": "r"})
    assert not built.exists()
    assert not Path(f"{target}.wal").exists()
    index = warehouse.read_index(target)
    assert (index["run_id"], index["bytes"]) == ("r", target.stat().st_size)
    with duckdb.connect(str(target), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM ingest_run").fetchall() == [(0,)]
    assert IngestRun.no_rows().is_empty()


def test_an_index_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    target = tmp_path / "other.duckdb"
    target.touch()
    warehouse.index_path(target).write_text("{")
    assert warehouse.index_path(target).name == "other.index.json"
    assert warehouse.read_index(target) == {}


def test_a_look_sees_changes_and_logs_beside(tmp_path: Path) -> None:
    file = tmp_path / "a.duckdb"
    assert warehouse.look_at(file) is None
    file.write_bytes(b"1")
    first = warehouse.look_at(file)
    file.write_bytes(b"12")
    assert warehouse.look_at(file) != first
    Path(f"{file}.wal").touch()
    assert warehouse.look_at(file) is None
