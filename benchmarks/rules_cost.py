"""Time and peak memory of all rules over many reports.

    python -m benchmarks.rules_cost [reports] [--eager]

The reports are those of ``clean_series`` under new names, their texts made different and as long
as real ones. They are written to Parquet first, by another process, so that what is measured is
reading the facts and running the rules. ``--eager`` has the frames loaded before.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.clean_series import YEARS, clean_world
from pipelines.checks import find_issues

AGENCIES = 400
TEXT_COPIES = 6
OF_AGENCIES = ("agency_id", "parent_agency_id")


def write(folder: Path, reports: int) -> None:
    """Tables of some ``reports`` reports, one file a copy of the generated world."""
    tables = clean_world(AGENCIES, seed=7).tables()
    for copy in range(-(-reports // (AGENCIES * len(YEARS)))):
        for name, frame in tables.items():
            target = folder / name
            target.mkdir(exist_ok=True)
            _renamed(frame, name, copy).write_parquet(target / f"{copy:04}.parquet")


def _renamed(frame: pl.DataFrame, name: str, copy: int) -> pl.DataFrame:
    """The frame with names of its own and, for the texts, words of its own."""
    identifiers = [c for c in ("report_id", "source_path", *OF_AGENCIES) if c in frame.columns]
    renamed = frame.with_columns((pl.lit(f"{copy:04}-") + pl.col(c)).alias(c) for c in identifiers)
    if name != "report_section":
        return renamed
    word = "".join(chr(0x4E00 + 97 * int(digit)) for digit in f"{copy:03}")
    longer = [pl.col("body").str.replace_all("。", f"{word}{chr(0x5000 + n)}。") for n in range(TEXT_COPIES)]
    return renamed.with_columns(
        pl.when(pl.col("section_no").is_in([1, 5])).then(pl.concat_str(longer)).otherwise("body").alias("body")
    )


def measure(folder: Path, *, eager: bool) -> None:
    """Run all rules and print what they took."""
    tables: dict[str, pl.DataFrame | pl.LazyFrame] = {
        part.name: pl.scan_parquet(part / "*.parquet") for part in sorted(folder.iterdir())
    }
    if eager:
        tables = {name: frame.lazy().collect() for name, frame in tables.items()}
    rows = sum(frame.lazy().select(pl.len()).collect().item() for name, frame in tables.items() if "fact" in name)
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    started = time.perf_counter()
    issues = find_issues(tables)
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{rows:,} facts: {took:.1f} s, peak {peak:.2f} GB (before the rules {loaded:.2f}), {issues.height} findings")


def main() -> None:
    """Write in one process, measure in another."""
    if sys.argv[1] == "measure":
        measure(Path(sys.argv[2]), eager=sys.argv[3:] == ["--eager"])
        return
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), int(sys.argv[1]))
        subprocess.run([sys.executable, "-m", "benchmarks.rules_cost", "measure", folder, *sys.argv[2:]], check=True)


if __name__ == "__main__":
    main()
