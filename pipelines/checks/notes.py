"""Reads the files that people keep beside the reports: ``corrections.csv``, ``reviews.csv``, ``regions.csv``.

Written in spreadsheets, so a byte-order mark, GB18030, UTF-16, semicolons, Chinese headings and
empty lines are normal. A row that cannot be used becomes a problem with its line; nothing is raised
for what stands in the file.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from schemas.vocabulary import settings

LARGEST_FILE = 16 * 2**20
LONGEST_FIELD = 4096
ENCODINGS = ("utf-8-sig", "gb18030")
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
LINE = "line"


class Notes(NamedTuple):
    """The rows of a file, all columns as text with null for empty, ``line`` beside them; and what was wrong."""

    rows: pl.DataFrame
    problems: tuple[str, ...]


def read_corrections(path: Path) -> Notes:
    """Rows of ``corrections.csv``: which cell of which report holds what instead. No file, no rows."""
    return _read(path, settings("expect")["corrections"]["columns"])


def read_reviews(path: Path) -> Notes:
    """Rows of ``reviews.csv``: what a person found about a finding. No file, no rows."""
    return _read(path, settings("expect")["reviews"]["columns"])


def read_regions(path: Path) -> Notes:
    """Rows of ``regions.csv``: divisions that the lists lack. No file, no rows."""
    return _read(path, settings("region")["stated"]["columns"])


def _read(path: Path, columns: Mapping[str, Sequence[str]]) -> Notes:
    empty = pl.DataFrame(schema={LINE: pl.Int64, **dict.fromkeys(columns, pl.String)})
    if not path.is_file():
        return Notes(empty, ())
    size = path.stat().st_size
    if size > LARGEST_FILE:
        return Notes(empty, (f"{path.name}: {size} bytes, over the bound of {LARGEST_FILE}; not read",))
    text = _decoded(path.read_bytes())
    if text is None:
        return Notes(empty, (f"{path.name}: neither UTF-8, UTF-16 nor GB18030; not read",))
    rows, problems = _parsed(text, columns, path.name)
    return Notes(pl.DataFrame(rows, schema=empty.schema, orient="row"), tuple(problems))


def _decoded(content: bytes) -> str | None:
    marked = MARKS.get(content[:2])
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return None


def _may_lack(column: str, places: Mapping[str, int]) -> bool:
    """A report is told by its path, or by agency and year; a cell's code tells its table."""
    told = settings("expect")["told_by"]
    return column in told["cell"] or any(
        column not in way and all(other in places for other in way) and column in told["either"] for way in told["ways"]
    )


def _parsed(text: str, columns: Mapping[str, Sequence[str]], name: str) -> tuple[list[list[object]], list[str]]:
    """Rows in the order of ``columns`` after their line number, and the problems."""
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[object]] = []
    problems: list[str] = []
    places: dict[str, int] | None = None
    try:
        for fields in reader:
            if not any(field.strip() for field in fields):
                continue
            if places is None:
                places = _places(fields, columns)
                missing = [column for column in columns if column not in places and not _may_lack(column, places)]
                problems += [f"{name}: no column {', '.join(missing)}"] if missing else []
                continue
            rows.append([reader.line_num, *(_field(fields, places.get(column)) for column in columns)])
    except csv.Error as error:
        problems.append(f"{name}, line {reader.line_num}: {error}; the rest was not read")
    return rows, problems


def _places(heading: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each column stands, under any of its names."""
    names = [unicodedata.normalize("NFKC", field).strip().lower() for field in heading]
    return {
        column: names.index(name)
        for column, aliases in columns.items()
        for name in aliases[::-1]
        if name.lower() in names
    }


def _field(fields: Sequence[str], place: int | None) -> str | None:
    if place is None or place >= len(fields):
        return None
    return fields[place].strip()[:LONGEST_FIELD] or None


def reports_named(rows: pl.DataFrame, dim_report: pl.DataFrame, dim_agency: pl.DataFrame) -> pl.DataFrame:
    """The rows with the ``report_id`` they speak of, one row a report; null where none is named.

    A path names every version of that file. An agency's name and a year name the current
    report, if there is only one: where a body has its own and a consolidated report, a path is
    needed (``several`` is true then).
    """
    numbered = rows.with_row_index("number").with_columns(
        pl.col("source_path").str.replace_all("\\", "/", literal=True),
        pl.col("report_year").str.extract(r"(\d{4})").cast(pl.Int32, strict=False),
    )
    by_path = numbered.join(dim_report.select("report_id", "source_path"), on="source_path")
    current = dim_report.filter("is_current").join(dim_agency.select("agency_id", "agency_name"), on="agency_id")
    by_name = (
        numbered.filter(pl.col("source_path").is_null())
        .join(current.select("report_id", "agency_name", "report_year"), on=["agency_name", "report_year"])
        .with_columns(pl.len().over("number").alias("reports"))
    )
    named = pl.concat([by_path.with_columns(pl.lit(1, dtype=pl.UInt32).alias("reports")), by_name], how="diagonal")
    found = numbered.join(named.select("number", "report_id", "reports"), on="number", how="left")
    several = (pl.col("reports") > 1).fill_null(value=False)
    return found.with_columns(pl.when(~several).then("report_id").alias("report_id"), several.alias("several")).unique(
        ["number", "report_id"], maintain_order=True
    )


def unnamed(named: pl.DataFrame, file_name: str) -> list[str]:
    """The problems of rows that name no report, or several."""
    return [
        f"{file_name}, line {row[LINE]}: "
        + ("several reports of this agency and year; give source_path" if row["several"] else "no such report")
        for row in named.filter(pl.col("report_id").is_null()).iter_rows(named=True)
    ]
