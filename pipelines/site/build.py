"""Writes the static site: pages made here, data shards for the browser, nothing from outside."""

from __future__ import annotations

import shutil
import time
from base64 import b64encode
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.site import pages
from pipelines.site.charts import charts
from pipelines.site.regions import provinces, regions, write_regions
from pipelines.site.shards import bucket_count, places, write_agencies, write_places, write_vocabulary

OVERVIEW = ("applicants", "dispositions", "denials", "funnel", "levels", "coverage")
QUALITY = ("findings", "known")
SCRIPTS = ("style.css", "language.js", "load.js", "agencies.js", "matrix.js", "agency.js")


class SiteResult(NamedTuple):
    """What was written, how heavy it is, how long it took, and a picture for the asset's metadata."""

    files: int
    bytes: int
    front_page_bytes: int
    seconds: float
    preview_markdown: str


def build_site(warehouse: Path, folder: Path) -> SiteResult:
    """Write the site into a folder, in place of what is there.

    It is made beside the target and put in its place at the end, so that a reader never sees half
    of it.
    """
    started = time.perf_counter()
    building = folder.with_name(folder.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        preview = _write(connection, building)
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    front = sum((folder / name).stat().st_size for name in ("index.html", "style.css", "language.js"))
    return SiteResult(len(sizes), sum(sizes), front, time.perf_counter() - started, preview)


def _write(connection: duckdb.DuckDBPyConnection, folder: Path) -> str:
    listed = places(connection)
    buckets = bucket_count(len(listed))
    found = regions(connection, listed)
    drawn = {chart.question.name: chart for chart in charts(connection, (*OVERVIEW, *QUALITY))}
    shards = write_places(listed, folder, buckets)
    write_agencies(connection, listed, folder, buckets)
    write_vocabulary(folder)
    write_regions(found, listed, folder, buckets)
    written = {
        "index": pages.overview(connection, tuple(drawn[name] for name in OVERVIEW), provinces(found)),
        "quality": pages.quality(connection, tuple(drawn[name] for name in QUALITY), buckets),
        "questions": pages.cookbook(connection),
        "method": pages.method(),
        "agencies": pages.search(shards),
        "agency": pages.agency(),
    }
    for name, content in written.items():
        (folder / f"{name}.html").write_text(content, encoding="utf-8")
    for name in SCRIPTS:
        shutil.copyfile(pages.ASSETS / name, folder / name)
    picture = drawn["dispositions"].svg.get("zh", "")
    return f"![]({_data_address(picture)})" if picture else ""


def _data_address(svg: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode("ascii")
