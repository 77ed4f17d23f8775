"""Seven years of a country as parsed parts, multiplied from a smaller state, and what publishing them takes.

    python -m benchmarks.scale --state DIR/gongkai.state --times 12 --out OTHER/gongkai.duckdb [--queries]

Every copy stands for other counties: reports, paths, agencies' names and codes of sites are those of
another place, the figures and texts stay. Nothing is parsed; facts, checks, marts and publication
run as in a night.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from benchmarks.country_bodies import _counties, _names
from pipelines import stages
from pipelines.facts import SCHEMAS
from pipelines.ingest import utc_now
from pipelines.marts.cookbook import questions
from pipelines.parts import unwanted_reports
from pipelines.raw import FILE_SCHEMA, Inventory, write_inventory
from pipelines.settings import Settings
from pipelines.state import OUTCOMES, State, load_state, replace_text, save_state
from pipelines.versions import Counts

COPIED = r"^\d\d-"
"""How the names of copied parts begin."""


class Copy(NamedTuple):
    """One copy: its number, the paths of the source's reports, and the county that stands in the place of each."""

    number: int
    paths: dict[str, str]
    places: dict[str, str]

    def path(self, path: str) -> str:
        """Where a report's file would stand."""
        prefecture, _, rest = path.partition("/")
        county, _, name = rest.partition("/")
        return f"{prefecture}/{self.places.get(county, county)}/{county}-{name}"

    def identifier(self) -> pl.Expr:
        """The identifier of a report in this copy."""
        return (pl.lit(f"{self.number:02}") + pl.col("report_id").str.slice(2)).alias("report_id")


def multiply(source: Path, target: Settings, times: int) -> State:
    """Write ``times`` copies of a state's parts and the state that points to them.

    Raises:
        ValueError: there is no such state, or it holds copies already, whose places would be taken twice.

    """
    state = load_state(source)
    if state.versions.is_empty() or state.versions["part"].str.contains(COPIED).any():
        wrong = "holds no reports" if state.versions.is_empty() else "was multiplied already"
        raise ValueError(
            f"{source} {wrong}; name the .state folder that `gongkai ingest` of a country left beside its warehouse "
            "and that no run of this benchmark has written to"
        )
    paths = dict(state.versions.select("report_id", "source_path").iter_rows())
    target.parts_dir.mkdir(parents=True, exist_ok=True)
    origin = Settings(target.raw_dir, source.with_name(source.stem + ".duckdb"), 1)
    versions = []
    for number in range(times):
        copy = Copy(number, paths, _elsewhere(number))
        for part, unwanted in unwanted_reports(origin, state.versions).items():
            _copy_part(source / "parts" / part, target.parts_dir / f"{number:02}-{part}", unwanted, copy)
        versions.append(
            state.versions.with_columns(
                copy.identifier(),
                pl.Series("source_path", [copy.path(path) for path in state.versions["source_path"]]),
                (pl.lit(f"{number:02}-") + pl.col("part")).alias("part"),
            )
        )
    empty = {"files": pl.DataFrame(schema=FILE_SCHEMA), "outcomes": pl.DataFrame(schema=OUTCOMES)}
    return save_state(target.state_dir, State(0, versions=pl.concat(versions), notes=state.notes, **empty))


def _elsewhere(copy: int) -> dict[str, str]:
    """Each county's code and that of the county that stands in its place in a copy."""
    codes = [row["code"] for row in _counties()]
    shift = copy * (len(codes) // 13)
    return {code: codes[(number + shift) % len(codes)] for number, code in enumerate(codes)}


def _copy_part(folder: Path, target: Path, unwanted: pl.Series, copy: Copy) -> None:
    target.mkdir()
    for table in SCHEMAS:
        frame = pl.read_parquet(folder / f"{table}.parquet").filter(~pl.col("report_id").is_in(unwanted.implode()))
        if table in {"parsed", "evidence"}:
            frame = _told_elsewhere(frame, table, copy)
        frame.with_columns(copy.identifier()).write_parquet(
            target / f"{table}.parquet", compression="zstd", statistics=False
        )


def _told_elsewhere(frame: pl.DataFrame, table: str, copy: Copy) -> pl.DataFrame:
    """Names and codes of the report's county replaced by those of the other."""
    columns = ("agency_name_printed", "title", "site_code") if table == "parsed" else ("value",)
    names = _names()
    told: dict[str, list[str | None]] = {column: [] for column in columns}
    for report_id, *values in frame.select("report_id", *columns).iter_rows():
        code = copy.paths[report_id].split("/")[1]
        other = copy.places.get(code, code)
        name, there = names.get(code, code), names.get(other, other)
        for column, value in zip(columns, values, strict=True):
            told[column].append(value and value.replace(name, there).replace(code, other))
    return frame.with_columns(pl.Series(column, values, dtype=pl.String) for column, values in told.items())


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do something and print its wall and processor seconds and the peak memory so far."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    result = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall, peak = time.perf_counter() - start, after.ru_maxrss / 2**20
    print(f"{name:<12} {wall:8.1f} s wall {spent:8.1f} s processor, peak {peak:5.2f} GB", flush=True)
    return result


def publish(settings: Settings, state: State) -> None:
    """Facts, checks, warehouse and marts of a state."""
    nothing = Inventory(state.files, (), (), (), ())
    write_inventory(nothing, settings.state_dir / "inventory.parquet")
    counts = Counts(state.versions.height, state.versions.height, 0, 0, 0, 0, 0, 0)
    replace_text(settings.state_dir / "counts.json", json.dumps(asdict(counts)))
    timed("facts", lambda: stages.stage_facts(settings))
    timed("checks", lambda: stages.stage_checks(settings))
    timed("warehouse", lambda: stages.stage_warehouse(settings, f"scale-{time.time_ns()}", utc_now()))
    timed("marts", lambda: stages.stage_marts(settings))


def ask(warehouse: Path) -> None:
    """Every question of the cookbook, with its time."""
    with duckdb.connect(str(warehouse), read_only=True, config={"memory_limit": "4GB"}) as connection:
        for question in questions():
            timed(question.name[:12], lambda sql=question.sql: connection.execute(sql).fetchall())


def main() -> None:
    """Multiply, publish, ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", type=Path, required=True, help="state folder of an ingested country")
    parser.add_argument("--times", type=int, default=12)
    parser.add_argument("--out", type=Path, required=True, help="warehouse file to make")
    parser.add_argument("--queries", action="store_true")
    options = parser.parse_args()
    settings = Settings(options.out.parent, options.out, 2, accept_fewer=True)
    state = timed("generate", lambda: multiply(options.state, settings, options.times))
    print(f"{state.versions.height} reports")
    publish(settings, state)
    print(f"{options.out.stat().st_size / 2**30:.2f} GB")
    if options.queries:
        ask(options.out)


if __name__ == "__main__":
    main()
