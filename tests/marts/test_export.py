from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import frictionless
import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines.marts.export import export_all
from pipelines.marts.workbook import UnknownSubjectError, export_workbook
from schemas import TABLES, vocabulary
from tests.marts.build_warehouse import build


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus as a file."""
    target = tmp_path_factory.mktemp("warehouse") / "gongkai.duckdb"
    build(target).close()
    return target


@pytest.fixture(scope="module")
def folder(path: Path) -> Path:
    """An export of it, written twice: the second takes the place of the first."""
    target = path.parent / "export"
    for _ in range(2):
        export_all(path, target)
    return target


def test_every_table_is_given_as_parquet_with_its_meaning(path: Path, folder: Path) -> None:
    connection = duckdb.connect(str(path), read_only=True)
    for table in TABLES:
        name = table.table_name()
        file = pq.ParquetFile(folder / "parquet" / f"{name}.parquet")
        assert file.metadata.num_rows == len(connection.table(name))
        described = json.loads(file.metadata.metadata[b"columns"])
        assert list(described) == [column["name"] for column in table.columns_described()]
        assert file.metadata.metadata[b"title_zh"].decode() == table.label()[0]
    connection.close()


def test_marts_are_given_as_csv_that_excel_opens(folder: Path) -> None:
    content = (folder / "csv" / "mart_report.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfreport_id,")
    with (folder / "csv" / "mart_report.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 16
    by_report = {row["report_id"]: row for row in rows}
    assert by_report["fin23"]["agency_name"] == "丙县财政局"
    assert by_report["fin23"]["litigation_after_reconsideration_total"] == ""


def test_private_tables_stay_private(folder: Path) -> None:
    assert [file.name for file in folder.rglob("_*")] == []


def test_the_data_package_is_valid(folder: Path) -> None:
    report = frictionless.Package(str(folder / "datapackage.json"))
    checked = report.validate(limit_errors=5)
    assert checked.valid, checked.flatten(["name", "type", "note"])
    assert {resource.path for resource in report.resources} == {
        str(file.relative_to(folder)) for file in folder.rglob("*.*") if file.name != "datapackage.json"
    }


def test_an_empty_warehouse_gives_a_valid_package(tmp_path: Path) -> None:
    build(tmp_path / "empty.duckdb", reports=[]).close()
    export_all(tmp_path / "empty.duckdb", tmp_path / "export")
    checked = frictionless.Package(str(tmp_path / "export" / "datapackage.json")).validate(limit_errors=5)
    assert checked.valid, checked.flatten(["name", "type", "note"])


def test_statistics_and_findings(folder: Path) -> None:
    statistics = json.loads((folder / "statistics.json").read_text(encoding="utf-8"))
    assert statistics["reports"] == {"all": 16}
    assert statistics["reports_by_scope"] == {"consolidated": 2, "own": 13, "unknown": 1}
    issues = json.loads((folder / "issues.json").read_text(encoding="utf-8"))
    assert [issue["issue_id"] for issue in issues] == ["i5", "i3", "i1", "i2", "i4"]
    assert issues[0]["is_current"] is False


def test_the_dictionary_has_every_public_column_in_both_languages(path: Path, folder: Path) -> None:
    with (folder / "dictionary.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    connection = duckdb.connect(str(path), read_only=True)
    expected = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND NOT starts_with(table_name, '_')"
    ).fetchall()
    connection.close()
    assert sorted((row["table"], row["column"]) for row in rows) == sorted(expected)
    assert [row for row in rows if not row["zh"] or not row["en"]] == []


def test_a_big_mart_is_given_as_parquet_only(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.marts.export.ROWS_OF_A_SHEET", 100)
    written = export_all(path, tmp_path / "export")
    assert "csv/mart_application.csv" not in written
    assert "csv/mart_report.csv" in written
    assert written["parquet/mart_application.parquet"] > 100


def test_a_workbook_of_one_agency(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "finance.xlsx"
    export_workbook(path, target, agency="丙县财政局")
    book = openpyxl.load_workbook(target, read_only=True)
    assert set(book.sheetnames) == {row["zh"] for row in vocabulary.rows("workbook")}
    rows = list(book["报告"].iter_rows(values_only=True))
    assert rows[1][:3] == ("report_id", "agency_id", "agency_name")
    assert [row[0] for row in rows[2:]] == ["fin20", "fin21", "fin22v2", "fin23"]
    column = rows[1].index("litigation_after_reconsideration_total")
    assert rows[-1][column] is None


def test_a_workbook_of_a_region_takes_its_lower_regions_in(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "city.xlsx"
    export_workbook(path, target, region="990100")
    rows = list(openpyxl.load_workbook(target, read_only=True)["报告"].iter_rows(values_only=True, min_row=3))
    assert {row[0] for row in rows} >= {"fin23", "fin2_23", "tr23"}


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    source = tmp_path / "odd.duckdb"
    connection = build(source)
    connection.execute("UPDATE _report_wide SET title = '=1+1' WHERE report_id = 'fin23'")
    connection.close()
    export_workbook(source, tmp_path / "odd.xlsx", agency="fin")
    rows = list(openpyxl.load_workbook(tmp_path / "odd.xlsx")["报告"].iter_rows())
    cells = {cell.value: cell.data_type for row in rows for cell in row if cell.value == "=1+1"}
    assert cells == {"=1+1": "s"}


def test_an_unknown_agency_is_refused_with_names_that_come_near(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownSubjectError, match="丙县财政局"):
        export_workbook(path, tmp_path / "none.xlsx", agency="丙县财政")
    with pytest.raises(UnknownSubjectError):
        export_workbook(path, tmp_path / "none.xlsx", region="110000")
