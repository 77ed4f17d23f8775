"""Documents set by hand as sites and offices set them: every cell, who reports, and what stands in which section."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest

from pipelines.readers import read_document
from pipelines.report import read_report
from pipelines.report.model import Report
from pipelines.report.text import simplify

CASES = sorted((Path(__file__).parents[1] / "corpus" / "documents").iterdir())
Expected = list[dict[str, str]]


def read(case: Path) -> tuple[Report, Expected]:
    """The report as read, and the lines of what a person expects of it."""
    source = next(case.glob("source.*"))
    with (case / "expected.csv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    return read_report(read_document(source.read_bytes(), source.name), source.name), expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_document_of_the_corpus(case: Path) -> None:
    report, expected = read(case)
    assert wrong_cells(report, expected) == []
    assert wrong_identity(report, expected) == []
    assert wrong_sections(report, expected) == []


def wrong_cells(report: Report, expected: Expected) -> list[str]:
    """The cells that were read as something else, and those that nobody expects."""
    tables = {"application": report.application, "proactive": report.proactive, "review": report.review}
    wanted = {
        (line["table"], line["row"], line["column"]): (float(line["value"]) if line["value"] else None, line["status"])
        for line in expected
        if line["table"] in tables
    }
    got = {(name, *key): (cell.value, cell.status) for name, cells in tables.items() for key, cell in cells.items()}
    return [
        f"{key}: {wanted.get(key)} read as {got.get(key)}" for key in wanted | got if wanted.get(key) != got.get(key)
    ]


def wrong_identity(report: Report, expected: Expected) -> list[str]:
    """What is known of the report as a whole and was read otherwise."""
    identity = report.identity
    got = {
        "agency_name": simplify(identity.agency_name),
        "report_year": identity.report_year,
        "form_version": report.form_version,
        "published_on": identity.published_on,
        "site_code": identity.site_code,
    }
    wanted = {line["row"]: line["value"] for line in expected if line["table"] == "identity"}
    return [f"{key}: {value!r} read as {got[key]!r}" for key, value in wanted.items() if str(got[key] or "") != value]


def wrong_sections(report: Report, expected: Expected) -> list[str]:
    """Headings that were not told, and sentences that did not end up in their section."""
    parts = {(str(section.section_no), "heading"): section.heading for section in report.sections}
    parts |= {(str(section.section_no), "body"): section.body for section in report.sections}
    return [
        f"{line['row']} {line['column']}: {line['value']}"
        for line in expected
        if line["table"] == "section" and bare(line["value"]) not in bare(parts.get((line["row"], line["column"]), ""))
    ]


def bare(text: str) -> str:
    """The text without spaces, in one width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
