"""Files for those without SQL: Parquet, CSV, a data package, statistics, findings, the dictionary.

Everything is written into a new folder beside the target and then put in its place, so that a
reader never sees half of it.
"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipelines.marts.base import template
from pipelines.marts.dictionary import Relation, dictionary_rows, frictionless_schema, relations

ROWS_OF_A_SHEET = 1_048_575
BYTE_ORDER_MARK = "\ufeff"
ORDER = (
    *("region_level", "region_code", "agency_name", "agency_id", "report_year", "report_scope", "report_id"),
    *("item_code", "applicant_code", "channel_code", "rule_code", "metric_code", "fact_table", "cell"),
)


def export_all(warehouse: Path, folder: Path) -> dict[str, int]:
    """Write every file of the export into a folder, in place of what is there.

    Returns the rows of each file, by its path within the folder. A mart of more rows than a sheet
    of Excel holds is given as Parquet only.
    """
    building = folder.with_name(folder.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        # A file of millions of rows is written as they come: kept in order they would all wait in memory.
        connection.execute("SET preserve_insertion_order = false")
        found = relations(connection)
        written = _tables(connection, found, building)
        written |= _statistics(connection, building)
    written |= _dictionary(found, building)
    _write_json(building / "datapackage.json", data_package(found, written))
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)
    return written


def data_package(found: tuple[Relation, ...], written: dict[str, int]) -> dict[str, Any]:
    """The Frictionless descriptor of an export: CSV as tables with schemas, the rest as plain files."""
    by_name = {relation.name: relation for relation in found}
    return {
        "name": "gongkai",
        "title": "gongkai",
        "description": "Figures of China's yearly disclosure reports; null is unknown, never zero",
        "profile": "data-package",
        "resources": [_resource(path, by_name.get(Path(path).stem)) for path in written],
    }


def _resource(path: str, relation: Relation | None) -> dict[str, Any]:
    kind = Path(path).suffix.removeprefix(".")
    resource: dict[str, Any] = {
        "name": path.replace("/", "-").replace(".", "-").replace("_", "-").lower(),
        "path": path,
    }
    if relation is not None:
        resource |= {"title": relation.zh, "description": relation.en}
    if kind == "csv":
        resource |= {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8-sig"}
        if relation is not None:
            resource["schema"] = frictionless_schema(relation)
        return resource
    media = {"parquet": "application/vnd.apache.parquet", "json": "application/json"}
    return resource | {"type": "file", "format": kind, "mediatype": media[kind]}


def _tables(connection: duckdb.DuckDBPyConnection, found: tuple[Relation, ...], folder: Path) -> dict[str, int]:
    written = {}
    for kind in ("parquet", "csv"):
        (folder / kind).mkdir()
    for relation in found:
        rows = len(connection.table(relation.name))
        connection.execute(_parquet(relation, folder / "parquet" / f"{relation.name}.parquet"))
        written[f"parquet/{relation.name}.parquet"] = rows
        if relation.is_mart and rows <= ROWS_OF_A_SHEET:
            _write_csv(connection, relation, folder / "csv" / f"{relation.name}.csv", rows)
            written[f"csv/{relation.name}.csv"] = rows
    return written


def _parquet(relation: Relation, path: Path) -> str:
    columns = {column.name: {"zh": column.zh, "en": column.en} for column in relation.columns}
    metadata = f"title_zh: {_text(relation.zh)}, title_en: {_text(relation.en)}, columns: {_text(_json(columns))}"
    return (
        f'COPY (FROM "{relation.name}") TO {_text(str(path))} '
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{metadata}}})"
    )


def _write_csv(connection: duckdb.DuckDBPyConnection, relation: Relation, path: Path, rows: int) -> None:
    names = [column.name for column in relation.columns]
    head = BYTE_ORDER_MARK + ",".join(names) + "\n"
    if rows == 0:
        path.write_text(head, encoding="utf-8")
        return
    order = ", ".join(f'"{name}"' for name in ORDER if name in names)
    connection.execute(
        f'COPY (FROM "{relation.name}" ORDER BY {order}) TO {_text(str(path))} '
        f"(FORMAT csv, HEADER false, PREFIX {_text(head)}, SUFFIX '\n')"
    )


def _statistics(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    counted: dict[str, dict[str, int]] = {}
    for subject, code, number in connection.execute(template("export/statistics.sql").substitute()).fetchall():
        counted.setdefault(subject, {})[code] = number
    run = connection.execute("FROM ingest_run ORDER BY finished_at DESC LIMIT 1").pl().to_dicts()
    _write_json(folder / "statistics.json", counted | {"last_run": run[0] if run else None})
    connection.execute(template("export/issues.sql").substitute(target=_text(str(folder / "issues.json"))))
    return {"statistics.json": len(counted), "issues.json": len(connection.table("dq_issue"))}


def _dictionary(found: tuple[Relation, ...], folder: Path) -> dict[str, int]:
    rows = dictionary_rows(found)
    with (folder / "dictionary.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return {"dictionary.csv": len(rows)}


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
