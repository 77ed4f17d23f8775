"""Reports → typed frames, one a table: the columns that leave a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.facts import FactApplication, FactProactiveDisclosure, FactReviewLitigation, ReportSection

if TYPE_CHECKING:  # a night without new files needs no parser
    from pipelines.report.model import Report, Value

PARSED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "report_id": pl.String,
    "report_year": pl.Int32,
    "form_version": pl.String,
    "title": pl.String,
    "agency_name_printed": pl.String,
    "source_format": pl.String,
    "source_url": pl.String,
    "published_on": pl.Date,
    "site_code": pl.String,
    "parse_status": pl.String,
    "cells_known": pl.Int32,
    "cells_in_form": pl.Int32,
}
OBSERVATION_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(
    ("report_id", "rule_code", "fact_table", "cell", "locator", "expected", "actual"), pl.String
)
EVIDENCE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(
    ("report_id", "kind", "value", "locator"), pl.String
)
CLAIM_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "report_id": pl.String,
    "claim_no": pl.Int32,
    "section_no": pl.Int32,
    "claim_code": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "sentence": pl.String,
    "cells": pl.String,
    "reason": pl.String,
}
UNKNOWN_LABEL_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(
    ("report_id", "scope", "text", "locator"), pl.String
)

SCHEMAS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "parsed": PARSED_SCHEMA,
    "fact_application": dict(FactApplication.polars_schema()),
    "fact_proactive_disclosure": dict(FactProactiveDisclosure.polars_schema()),
    "fact_review_litigation": dict(FactReviewLitigation.polars_schema()),
    "report_section": dict(ReportSection.polars_schema()),
    "claim": CLAIM_SCHEMA,
    "observation": OBSERVATION_SCHEMA,
    "evidence": EVIDENCE_SCHEMA,
    "unknown_label": UNKNOWN_LABEL_SCHEMA,
}
"""The tables of one part: what parsing alone tells."""


Columns = dict[str, list[list[object]]]
"""The columns of each table of :data:`SCHEMAS`, growing report by report, so that no report has to be kept."""


def empty_columns() -> Columns:
    """Columns of every table, without a row."""
    return {name: [[] for _ in schema] for name, schema in SCHEMAS.items()}


def add_report(columns: Columns, report_id: str, report: Report) -> None:
    """Put the rows of one report behind those that are there."""
    _add_parsed(columns["parsed"], report_id, report)
    _add_cells(columns["fact_application"], report_id, report.application)
    _add_proactive(columns["fact_proactive_disclosure"], report_id, report.proactive)
    _add_cells(columns["fact_review_litigation"], report_id, report.review)
    for section in report.sections:
        _add(columns["report_section"], (report_id, *section[:3]))
    for number, claim in enumerate(report.claims, 1):
        _add(columns["claim"], (report_id, number, *claim))
    for observation in report.observations:
        _add(columns["observation"], (report_id, *observation))
    for evidence in report.evidence:
        _add(columns["evidence"], (report_id, *evidence))
    for label in report.unknown_labels:
        _add(columns["unknown_label"], (report_id, *label))


def columns_to_frames(columns: Columns) -> dict[str, pl.DataFrame]:
    """Typed frames of :data:`SCHEMAS`; raises as polars does where a value has no place in its column."""
    return {
        name: pl.DataFrame(dict(zip(schema, columns[name], strict=True)), schema=schema)
        for name, schema in SCHEMAS.items()
    }


def _add(columns: list[list[object]], row: tuple[object, ...]) -> None:
    for column, value in zip(columns, row, strict=True):
        column.append(value)


def _add_parsed(columns: list[list[object]], report_id: str, report: Report) -> None:
    statuses = [cell.status for table in report.tables for cell in table.values()]
    identity = report.identity
    row = (
        report_id,
        identity.report_year,
        report.form_version,
        identity.title,
        identity.agency_name,
        report.source_format,
        identity.source_url,
        identity.published_on,
        identity.site_code,
        report.parse_status,
        statuses.count("reported") + statuses.count("blank"),
        len(statuses),
    )
    _add(columns, row)


def _add_cells(columns: list[list[object]], report_id: str, cells: dict[tuple[str, str], Value]) -> list[object]:
    """Fill the seven columns that all three tables have; returns the units, which only section 2 keeps."""
    if not cells:
        return []
    ids, rows, heads, *of_value = columns
    ids.extend([report_id] * len(cells))
    for column, keys in zip((rows, heads), zip(*cells, strict=True), strict=True):
        column.extend(keys)
    *parts, units = zip(*cells.values(), strict=True)
    for column, part in zip(of_value, parts, strict=True):
        column.extend(part)
    return list(units)


def _add_proactive(columns: list[list[object]], report_id: str, cells: dict[tuple[str, str], Value]) -> None:
    ids, rows, heads, values, units, raws, statuses, locators = columns
    units.extend(_add_cells([ids, rows, heads, values, raws, statuses, locators], report_id, cells))
