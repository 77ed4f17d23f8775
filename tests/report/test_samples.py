"""The samples in data/raw read back cell by cell, and the files among them that are no report."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from benchmarks.printer.cases import cells_of, same_number
from pipelines.readers import read_document
from pipelines.readers.errors import Quarantined
from pipelines.report import read_report

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data/raw"
Cells = dict[tuple[str, str, str], tuple[float | None, str]]


@cache
def truth() -> dict[str, Cells]:
    reports: dict[str, Cells] = {}
    with (ROOT / "tests/samples_truth.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            key = (row["table"], row["row"], row["column"])
            value = float(row["value"]) if row["value"] else None
            reports.setdefault(row["path"], {})[key] = (value, row["status"])
    return reports


def quarantined() -> list[tuple[str, str]]:
    with (ROOT / "tests/samples_quarantine.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["path"], row["reason_code"]) for row in csv.DictReader(stream)]


PLAIN = sorted(path for path in truth() if "!/" not in path and not path.endswith(".png"))


@pytest.mark.parametrize("path", PLAIN)
def test_every_cell_of_a_sample_is_read_right(path: str) -> None:
    read = cells_of(read_report(read_document((RAW / path).read_bytes(), path), path))
    due = truth()[path]
    assert read.keys() == due.keys()
    wrong = {
        key: (due[key], value.value, value.status, value.raw)
        for key, value in read.items()
        if due[key][1] != "corrected"  # by a person, in the warehouse
        and (value.status != due[key][1] or not same_number(value.value, due[key][0]))
    }
    assert wrong == {}


@pytest.mark.parametrize(("path", "reason"), quarantined())
def test_a_file_that_is_no_report_says_why(path: str, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        read_report(read_document((RAW / path).read_bytes(), path), path)
    assert caught.value.reason_code == reason
