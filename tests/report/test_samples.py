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
from schemas.vocabulary import codes
from tests.conftest import PARTLY_SCANNED, ROOT, SCANS

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


PLAIN = sorted(path for path in truth() if "!/" not in path and path not in {*SCANS, PARTLY_SCANNED})
FORMATS = {"html", "docx", "doc", "wps", "xlsx", "xls", "pdf", "text"}


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


def test_the_samples_hold_every_format() -> None:
    read = {read_document((RAW / path).read_bytes(), path).source_format for path in PLAIN}
    assert read == FORMATS
    endings = {Path(path.partition("!/")[0]).suffix for path in truth()}
    assert endings >= {".rtf", ".mht", ".et", ".wps", ".doc", ".zip", ".7z", ".rar", ".png", ".jpg", ".tif"}


def test_the_samples_hold_every_reason_but_a_failure_of_the_parser() -> None:
    told = {reason for _, reason in quarantined()}
    assert told == set(codes("quarantine_reason", "reason_code")) - {"parser_error"}


@pytest.mark.ocr
def test_no_cell_of_a_scanned_page_is_read_wrong() -> None:
    data = (RAW / PARTLY_SCANNED).read_bytes()
    read = cells_of(read_report(read_document(data, PARTLY_SCANNED), PARTLY_SCANNED))
    due = truth()[PARTLY_SCANNED]
    told = {key: value for key, value in read.items() if value.value is not None}
    assert {key: value for key, value in told.items() if not same_number(value.value, due[key][0])} == {}
    assert len(told) > 0.9 * sum(value is not None for value, _ in due.values())


@pytest.mark.parametrize(("path", "reason"), quarantined())
def test_a_file_that_is_no_report_says_why(path: str, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        read_report(read_document((RAW / path).read_bytes(), path), path)
    assert caught.value.reason_code == reason
