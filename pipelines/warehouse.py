"""One DuckDB file, built beside the published one, verified, and put in its place in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.ingest import utc_now
from pipelines.state import fsync_folder, replace_text
from schemas import TABLES, Table
from schemas.vocabulary import rows

MEMORY = "3GB"
BY_NAME: dict[str, type[Table]] = {table.table_name(): table for table in TABLES}


class VerificationError(RuntimeError):
    """The new warehouse is not as a healthy one; the published one stays. The message says what is wrong."""


@contextmanager
def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with bounded memory that spills beside the file."""
    config: dict[str, Any] = {"memory_limit": MEMORY, "preserve_insertion_order": False}
    if not read_only:
        config["temp_directory"] = str(path.with_suffix(".spill"))
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    try:
        yield connection
    finally:
        connection.close()
        if not read_only:
            shutil.rmtree(path.with_suffix(".spill"), ignore_errors=True)


def create_tables(path: Path) -> None:
    """A new file with every table of the contract, empty, and its comments."""
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with connect(path) as connection:
        for table in TABLES:
            connection.execute(table.ddl())
            for statement in table.comments():
                connection.execute(statement)


def load_frame(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> int:
    """Validate a frame and load it.

    Raises:
        pandera.errors.SchemaErrors: the frame is not of the table's schema.

    """
    checked = BY_NAME[table].validate(frame, lazy=True)
    connection.register("incoming", checked.to_arrow())
    connection.execute(f'INSERT INTO "{table}" SELECT * FROM incoming')  # noqa: S608 - a table of the contract
    connection.unregister("incoming")
    return checked.height


def load_parts(
    connection: duckdb.DuckDBPyConnection, table: str, files: Sequence[Path], stale: Mapping[Path, pl.DataFrame]
) -> None:
    """Load Parquet parts of one table; ``stale`` gives the reports to keep for parts that hold others too."""
    columns = ", ".join(f'"{name}"' for name in BY_NAME[table].polars_schema())
    whole = [str(file) for file in files if file not in stale]
    if whole:
        connection.execute(f'INSERT INTO "{table}" SELECT {columns} FROM read_parquet(?)', [whole])  # noqa: S608
    for file, kept in stale.items():
        connection.register("kept", kept.to_arrow())
        connection.execute(
            f'INSERT INTO "{table}" SELECT {columns} FROM read_parquet(?) SEMI JOIN kept USING (report_id)',  # noqa: S608
            [str(file)],
        )
        connection.unregister("kept")


def dimension_frames() -> dict[str, pl.DataFrame]:
    """The dimensions that are the form itself, from the vocabulary."""
    measures = [
        {
            **row,
            "label_zh": f"{row['category_zh']} {row['measure_zh']}",
            "label_en": f"{row['category_en']}: {row['measure_en']}",
        }
        for row in rows("proactive_measure")
    ]
    sources: dict[str, Sequence[Mapping[str, str]]] = {
        "dim_application_item": rows("application_item"),
        "dim_applicant": rows("applicant"),
        "dim_review_channel": rows("review_channel"),
        "dim_review_outcome": rows("review_outcome"),
        "dim_proactive_measure": measures,
    }
    return {
        table: pl.DataFrame(list(source)).select(list(BY_NAME[table].polars_schema())).cast(
            {"sort_order": pl.Int32}
        )
        for table, source in sources.items()
    }


def duplicate_keys(connection: duckdb.DuckDBPyConnection, table: type[Table]) -> int:
    """How many rows repeat the key of another row; keys are proved, not declared."""
    key = ", ".join(f'"{column}"' for column in table.key())
    query = f'SELECT count(*) - count(DISTINCT ({key})) FROM "{table.table_name()}"'  # noqa: S608
    return _number(connection, query)


def dangling_rows(connection: duckdb.DuckDBPyConnection, table: type[Table]) -> dict[str, int]:
    """Rows whose reference leads nowhere, by column."""
    found = {}
    for column in table.columns_described():
        if column["references"]:
            parent, parent_column = column["references"].split(".")
            found[column["name"]] = _number(
                connection,
                f'SELECT count(*) FROM "{table.table_name()}" AS child ANTI JOIN "{parent}" AS parent '  # noqa: S608
                f'ON child."{column["name"]}" = parent."{parent_column}" WHERE child."{column["name"]}" IS NOT NULL',
            )
    return found


def table_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of every table of the contract."""
    return {name: _number(connection, f'SELECT count(*) FROM "{name}"') for name in BY_NAME}  # noqa: S608


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def publish(built: Path, target: Path, about: Mapping[str, Any]) -> None:
    """Put a built file in the place of the published one; readers keep the file they have open.

    A write-ahead log left beside the published file by a killed writer would be replayed into
    the new one: it is deleted first. ``about`` is written to ``index.json`` beside it.
    """
    with built.open("rb") as stream:
        os.fsync(stream.fileno())
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    built.replace(target)
    fsync_folder(target.parent)
    index = {"warehouse": target.name, "sha256": digest, "bytes": target.stat().st_size, **about}
    index["published_at"] = utc_now().isoformat(timespec="seconds") + "Z"
    replace_text(index_path(target), json.dumps(index, ensure_ascii=False, indent=2) + "\n")


def index_path(target: Path) -> Path:
    """``index.json`` beside the warehouse; a warehouse of another name has an index of that name."""
    return target.with_name("index.json" if target.stem == "gongkai" else f"{target.stem}.index.json")


def read_index(target: Path) -> dict[str, Any]:
    """What was published last, or nothing."""
    path = index_path(target)
    if not path.exists() or not target.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
