"""The site's data for the browser: small script files, each loaded only when somebody asks for it.

Scripts and not JSON, since a page opened from disk may load a script but not fetch a file. A shard
holds the agencies of one bucket; a place holds the names of one province for the search.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import duckdb
import polars as pl

from pipelines.site.charts import labels
from schemas import vocabulary

SQL = Path(__file__).parent / "sql"
AGENCIES_OF_A_BUCKET = 24
REPORTS_OF_A_QUERY = 20_000
ROWS_OF_A_FETCH = 500
GROUPS_OF_ROWS = ("denied", "unavailable", "not_processed", "other_handling")


class Place(NamedTuple):
    """One agency as the search and the region pages list it."""

    agency_id: str
    name: str
    shard: str
    region_code: str | None
    province: str | None
    city: str | None
    county: str | None
    admin_level: str | None
    agency_kind: str
    reports: int
    first_year: int
    last_year: int


def places(connection: duckdb.DuckDBPyConnection) -> list[Place]:
    """Every agency that has a report, ordered by shard, region and name."""
    query = (SQL / "places.sql").read_text(encoding="utf-8")
    return [Place(*row) for row in connection.execute(query).fetchall()]


def bucket_count(agencies: int) -> int:
    """How many buckets so many agencies fill."""
    return max(1, -(-agencies // AGENCIES_OF_A_BUCKET))


def bucket_of(agency_id: str, buckets: int) -> int:
    """The bucket of an agency, the same in every build of the same size."""
    return crc32(agency_id.encode()) % buckets


def write_places(listed: list[Place], folder: Path, buckets: int) -> list[tuple[str, str | None, int]]:
    """Write one file a province and return shard, name and number of agencies of each."""
    target = folder / "data" / "place"
    target.mkdir(parents=True)
    shards = []
    for shard, members in groupby(listed, key=lambda place: place.shard):
        group = list(members)
        rows = [
            [
                place.agency_id,
                bucket_of(place.agency_id, buckets),
                place.name,
                " ".join(dict.fromkeys(part for part in (place.province, place.city, place.county) if part)),
                place.agency_kind,
                place.first_year,
                place.last_year,
            ]
            for place in group
        ]
        write_script(
            target / f"{shard}.js", f"place/{shard}", json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        )
        shards.append((shard, next((place.province for place in group if place.province), None), len(group)))
    return shards


def write_agencies(connection: duckdb.DuckDBPyConnection, listed: list[Place], folder: Path, buckets: int) -> None:
    """Write one file a bucket, some ten thousand reports a query, so that memory stays flat."""
    target = folder / "data" / "agency"
    target.mkdir(parents=True)
    query = (SQL / "agencies.sql").read_text(encoding="utf-8")
    members: dict[int, list[str]] = {}
    for place in listed:
        members.setdefault(bucket_of(place.agency_id, buckets), []).append(place.agency_id)
    step = max(1, buckets * REPORTS_OF_A_QUERY // max(1, sum(place.reports for place in listed)))
    for first in range(0, buckets, step):
        chosen = [(agency, b) for b in range(first, first + step) for agency in members.get(b, ())]
        frame = pl.DataFrame(chosen, schema={"agency_id": pl.String, "bucket": pl.Int32}, orient="row")
        connection.register("chosen", frame.to_arrow())
        for bucket, rows in groupby(_fetched(connection.execute(query)), key=lambda row: row[0]):
            pages = ",\n".join(f"{json.dumps(agency)}:{page}" for _, agency, page in rows)
            write_script(target / f"{bucket}.js", f"agency/{bucket}", "{" + pages + "}")


def write_vocabulary(folder: Path) -> None:
    """Write the names of codes, rows and columns that the pages of agencies show."""
    named: dict[str, dict[str, list[str]]] = {}
    for (kind, code), row in labels().items():
        named.setdefault(kind, {})[code] = [row["zh"], row["en"], row["colour"]]
    content: dict[str, Any] = {
        "labels": named,
        "texts": vocabulary.settings("site")["texts"],
        "items": [[*row, _group(row[0])] for row in _axis("application_item", "item_code", forms=True)],
        "applicants": _axis("applicant", "applicant_code"),
        "channels": _axis("review_channel", "channel_code"),
        "outcomes": _axis("review_outcome", "outcome_code"),
        "measures": [
            [
                row["category_code"],
                row["measure_code"],
                f"{row['category_zh']} · {row['measure_zh']}",
                f"{row['category_en']}: {row['measure_en']}",
                row["forms"],
                int(row["sort_order"]),
                row["unit"],
            ]
            for row in vocabulary.rows("proactive_measure")
        ],
    }
    write_script(folder / "data" / "vocabulary.js", "vocabulary", json.dumps(content, ensure_ascii=False))


def write_script(path: Path, key: str, content: str) -> None:
    """One data file: a call that hands its content over."""
    safe = content.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    path.write_text(f"gongkai({json.dumps(key)},{safe});\n", encoding="utf-8")


def _axis(name: str, column: str, *, forms: bool = False) -> list[list[Any]]:
    return [
        [row[column], row["label_zh"], row["label_en"], int(row["sort_order"]), row["forms"] if forms else ""]
        for row in vocabulary.rows(name)
    ]


def _group(item: str) -> str:
    """The group of a row that has several, for the line above it."""
    (code,) = (row["group_code"] for row in vocabulary.rows("application_item") if row["item_code"] == item)
    return {"other_handling": "other_handled"}.get(code, code) if code in GROUPS_OF_ROWS else ""


def _fetched(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, str, str]]:
    while batch := cursor.fetchmany(ROWS_OF_A_FETCH):
        yield from batch
