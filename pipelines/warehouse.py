"""One DuckDB file, built beside the published one, verified, and put in its place in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from pipelines.ingest import utc_now
from pipelines.state import fsync_folder, replace_text
from schemas import TABLES, Table
from schemas.vocabulary import rows

MEMORY = "2GB"
OLDEST_READER = "v1.3.0"
"""The first version of DuckDB that can open the file: older ones know no texts packed as ``dict_fsst``."""
BITS = 62
BY_NAME: dict[str, type[Table]] = {table.table_name(): table for table in TABLES}


class VerificationError(RuntimeError):
    """The new warehouse is not as a healthy one; the published one stays. The message says what is wrong."""


@contextmanager
def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with bounded memory that spills beside the file.

    What was written is in the file itself at the end: closing alone would say nothing where the
    disk is full, and leave the rest in a log beside it.
    """
    config: dict[str, Any] = {"memory_limit": MEMORY, "preserve_insertion_order": False}
    if not read_only:
        config["temp_directory"] = str(path.with_suffix(".spill"))
        config["storage_compatibility_version"] = OLDEST_READER
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    try:
        yield connection
        if not read_only:
            connection.execute("CHECKPOINT")
    finally:
        connection.close()
        if not read_only:
            shutil.rmtree(path.with_suffix(".spill"), ignore_errors=True)


def create_tables(path: Path) -> None:
    """A new file with every table of the contract, empty, and its comments."""
    for leftover in (path, _log_of(path)):
        leftover.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with connect(path) as connection:
        connection.begin()  # one transaction: each of its own would wait for the disk
        for table in TABLES:
            connection.execute(table.ddl())
            for statement in table.comments():
                connection.execute(statement)
        connection.commit()


def load_frame(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> int:
    """Validate a frame and put it in the table, in place of what was there.

    Raises:
        pandera.errors.SchemaErrors: the frame is not of the table's schema.

    """
    checked = BY_NAME[table].validate(frame, lazy=True)
    connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a table of the contract
    return _insert(connection, table, checked)


def add_frame(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> int:
    """Validate a frame and put it in the table beside what is there; raises as :func:`load_frame` does."""
    return _insert(connection, table, BY_NAME[table].validate(frame, lazy=True))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> int:
    with _registered(connection, "incoming", frame):
        connection.execute(f'INSERT INTO "{table}" SELECT * FROM incoming')  # noqa: S608 - a table of the contract
    return frame.height


@contextmanager
def _registered(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> Iterator[None]:
    connection.register(name, frame.to_arrow())
    try:
        yield
    finally:
        connection.unregister(name)


def load_parts(connection: duckdb.DuckDBPyConnection, table: str, unwanted: Mapping[Path, pl.Series]) -> None:
    """Load one table of all parts: folders, and the reports in each that are left out."""
    columns = ", ".join(f'"{name}"' for name in BY_NAME[table].polars_schema())
    files = {str(folder / f"{table}.parquet"): reports for folder, reports in unwanted.items()}
    whole = [file for file, reports in files.items() if reports.is_empty()]
    if whole:
        connection.execute(f'INSERT INTO "{table}" SELECT {columns} FROM read_parquet(?)', [whole])  # noqa: S608
    mixed = {file: reports for file, reports in files.items() if not reports.is_empty()}
    if mixed:
        left_out = pl.concat([pl.DataFrame({"file": file, "report_id": reports}) for file, reports in mixed.items()])
        with _registered(connection, "left_out", left_out):
            connection.execute(
                f'INSERT INTO "{table}" SELECT {columns} FROM read_parquet(?, filename = true) AS stored '  # noqa: S608
                "ANTI JOIN left_out ON stored.filename = left_out.file AND stored.report_id = left_out.report_id",
                [list(mixed)],
            )


@contextmanager
def texts_repeat(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Tables whose texts are codes, short numbers and places: to try other ways to pack them is a tenth of loading."""
    connection.execute("SET force_compression = 'dict_fsst'")
    try:
        yield
    finally:
        connection.execute("RESET force_compression")


def update_cells(connection: duckdb.DuckDBPyConnection, table: str, cells: pl.DataFrame) -> None:
    """Put the value and status of some cells of a fact table in their rows."""
    same = " AND ".join(f'"{table}"."{column}" = changed."{column}"' for column in BY_NAME[table].key())
    with _registered(connection, "changed", cells):
        connection.execute(
            f'UPDATE "{table}" SET value = changed.value, value_status = changed.value_status '  # noqa: S608
            f"FROM changed WHERE {same}"
        )


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
        table: pl.DataFrame(list(source)).select(list(BY_NAME[table].polars_schema())).cast({"sort_order": pl.Int32})
        for table, source in sources.items()
    }


def duplicate_keys(connection: duckdb.DuckDBPyConnection, table: type[Table]) -> int:
    """How many groups of rows hold a key more than once; keys are proved, not declared.

    A column of the key with a short list of codes is told by bits: ten times cheaper than to sort all keys.
    """
    short = {c["name"]: c["codes"] for c in table.columns_described() if c["codes"] and len(c["codes"]) <= BITS}
    coded = next((column for column in table.key() if column in short), None)
    if coded is None:
        group, repeats = _quoted(table.key()), "count(*) > 1"
    else:
        group = _quoted(column for column in table.key() if column != coded)
        places = ", ".join(f"'{code}'" for code in short[coded])
        repeats = f'count(*) <> bit_count(bit_or(1::BIGINT << list_position([{places}], "{coded}")))'
    found = f'SELECT 1 FROM "{table.table_name()}" GROUP BY {group} HAVING {repeats}'  # noqa: S608
    return number(connection, f"SELECT count(*) FROM ({found})")  # noqa: S608


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def dangling_rows(connection: duckdb.DuckDBPyConnection, table: type[Table]) -> dict[str, int]:
    """Values that refer to nothing, by column."""
    found = {}
    for column in table.columns_described():
        if column["references"]:
            parent, parent_column = column["references"].split(".")
            name = column["name"]
            found[name] = number(
                connection,
                f'SELECT count(*) FROM (SELECT DISTINCT "{name}" FROM "{table.table_name()}") AS child '  # noqa: S608
                f'ANTI JOIN "{parent}" AS parent ON child."{name}" = parent."{parent_column}" '
                f'WHERE child."{name}" IS NOT NULL',
            )
    return found


def table_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of every table of the contract."""
    return {name: number(connection, f'SELECT count(*) FROM "{name}"') for name in BY_NAME}  # noqa: S608


def number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query gives."""
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


class Look(NamedTuple):
    """Size, modification time and inode of a file: enough to see that somebody else changed it."""

    size: int
    mtime_ns: int
    inode: int


def look_at(file: Path) -> Look | None:
    """How a file stands now; nothing where there is none, or where a log of changes lies beside it."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return None if _log_of(file).exists() else Look(found.st_size, found.st_mtime_ns, found.st_ino)


def _log_of(file: Path) -> Path:
    return file.with_name(file.name + ".wal")


def publish(built: Path, target: Path, about: Mapping[str, Any]) -> None:
    """Put a built file in the place of the published one; readers keep the file they have open.

    A write-ahead log left beside the published file by a killed writer would be replayed into
    the new one: it is deleted first. ``about`` is written to ``index.json`` beside it.

    Raises:
        VerificationError: part of what was built is not in the file.

    """
    if _log_of(built).exists():
        raise VerificationError(f"{built} was not written whole; see whether the disk is full, and run again")
    with built.open("rb") as stream:
        os.fsync(stream.fileno())
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    _log_of(target).unlink(missing_ok=True)
    built.replace(target)
    fsync_folder(target.parent)
    index = {"warehouse": target.name, "sha256": digest, "bytes": target.stat().st_size, **about}
    index["published_at"] = utc_now().isoformat(timespec="seconds") + "Z"
    replace_text(index_path(target), json.dumps(index, ensure_ascii=False, indent=2) + "\n")


def refuse_unwritable(target: Path) -> None:
    """Find out before the work is done whether the target can be published.

    Raises:
        VerificationError: it cannot; the message says what to do.

    """
    if target.is_dir():
        raise VerificationError(f"{target} is a folder; name a file with --warehouse")
    trial = target.with_name(f".{target.name}.trial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise VerificationError(f"{target.parent} cannot be written ({error.strerror}); make it writable") from error


@contextmanager
def reading(target: Path, copy: Path) -> Iterator[Path]:
    """The published file, or where somebody has it open for writing a copy of it, to be read."""
    try:
        with connect(target, read_only=True):
            pass
    except duckdb.IOException:
        shutil.copyfile(target, copy)
        try:
            yield copy
        finally:
            copy.unlink(missing_ok=True)
    else:
        yield target


def index_path(target: Path) -> Path:
    """``index.json`` beside the warehouse; a warehouse of another name has an index of that name."""
    return target.with_name("index.json" if target.stem == "gongkai" else f"{target.stem}.index.json")


def read_index(target: Path) -> dict[str, Any]:
    """What was published last, or nothing."""
    path = index_path(target)
    if not path.exists() or not target.exists():
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return found
