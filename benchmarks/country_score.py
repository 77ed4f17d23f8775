"""Reads a generated country and compares every cell with its truth, layout by layout.

    python -m benchmarks.country_score --raw DIR --truth DIR [--sample 2000]

For each layout: files, files with a wrong number, cells not read that stand there, files refused,
names and years read otherwise, milliseconds a file. Damaged files are counted by their defect.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.printer.cases import cells_of, same_number
from pipelines.readers import read_document
from pipelines.readers.errors import Quarantined
from pipelines.report import read_report

COUNTS = ("files", "wrong files", "wrong cells", "unread cells", "refused", "other name", "other year", "ms")


def score_file(raw: Path, path: str, truth: pl.DataFrame) -> tuple[Counter[str], str]:
    """The counts of one file, and an example of what went wrong."""
    counts: Counter[str] = Counter(files=1)
    started = time.perf_counter()
    try:
        report = read_report(read_document((raw / path).read_bytes(), path), path)
    except Quarantined as refused:
        return counts + Counter({"refused": 1}), f"{path}: {refused}"
    counts["ms"] = round((time.perf_counter() - started) * 1000)
    example = ""
    cells = cells_of(report)
    for row in truth.iter_rows(named=True):
        problem = _compare(cells.get((row["table"], row["row"], row["column"])), row)
        counts[problem] += bool(problem)
        if problem == "wrong cells":
            example = f"{path}: {row['row']}/{row['column']} is {row['value']}"
    counts["wrong files"] = counts["wrong cells"] > 0
    counts["other name"] = report.identity.agency_name != truth["agency"][0]
    counts["other year"] = report.identity.report_year != int(truth["year"][0])
    return counts, example or (f"{path}: {report.identity}" if counts["other name"] or counts["other year"] else "")


def _compare(read: Any, row: dict[str, Any]) -> str:
    if read is None or read.status in ("missing", "unreadable"):
        return "unread cells" if row["status"] != "missing" else ""
    return "wrong cells" if read.status == "reported" and not same_number(read.value, row["value"]) else ""


def score(raw: Path, truth: Path, sample: int) -> Iterator[str]:
    """One line a layout and defect, then examples."""
    frame = pl.read_parquet(truth / "*.parquet")
    files = frame.partition_by("path", maintain_order=True)
    chosen = random.Random(0).sample(files, min(sample, len(files)))
    tally: dict[str, Counter[str]] = {}
    examples = []
    for one in chosen:
        counts, example = score_file(raw, one["path"][0], one)
        name = " ".join((one["layout"][0], one["defect"][0])).strip()
        tally.setdefault(name, Counter()).update(counts)
        examples += [example] if example else []
    yield f"{'layout':34}" + "".join(f"{name:>13}" for name in COUNTS)
    for name, counts in sorted(tally.items()):
        yield f"{name:34}" + "".join(f"{counts[column]:>13}" for column in COUNTS)
    yield from examples[:20]


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=2000)
    options = parser.parse_args()
    for line in score(options.raw, options.truth, options.sample):
        print(line)


if __name__ == "__main__":
    main()
