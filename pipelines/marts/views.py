"""Creates the marts: views over the private tables, each with a comment on itself and its columns."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import polars as pl

from pipelines.marts.base import (
    DERIVED,
    KNOWN,
    OTHER_DETAILS,
    SQL,
    applicants,
    build,
    dispositions,
    items,
    items_of,
    template,
)
from pipelines.marts.columns import describe
from pipelines.marts.metrics import COMPUTED_PER_REPORT, Z_95, build_metrics, metrics, rate_column
from schemas import vocabulary

MARTS = tuple(path.stem for path in sorted((SQL / "views").glob("*.sql")))
PLACE = (
    "report_id, agency_id, agency_name, region_code, province, city, county, admin_level, agency_kind, "
    "report_year, report_scope, form_version"
)
REGION_FIGURES = (
    *("new_received", "carried_in", "granted", "partially_granted", "denied", "unavailable", "not_processed"),
    *("other_handled", "total_handled", "carried_forward", "reconsideration_total", "reconsideration_corrected"),
    *("litigation_direct_total", "litigation_direct_corrected", "litigation_after_reconsideration_total"),
    *("litigation_after_reconsideration_corrected",),
)


def create_marts(connection: duckdb.DuckDBPyConnection, turned: Iterable[pl.DataFrame] = ()) -> None:
    """Build the private tables and the ``mart_`` views over them, with their comments.

    The connection holds the contract's tables, loaded. Made again, the result is the same. For
    ``turned`` see ``base.build``.
    """
    build(connection, turned)
    build_metrics(connection)
    fills = _fills()
    connection.begin()  # one transaction: each of its hundreds of statements would wait for the disk
    for mart in MARTS:
        connection.execute(template(f"views/{mart}.sql").substitute(fills.get(mart, {})))
    describe(connection, MARTS)
    connection.commit()


def _fills() -> dict[str, dict[str, str]]:
    return {
        "mart_application": {"branches": _union([_application_branch(item) for item in _summable()])},
        "mart_application_wide": {
            "columns": ", ".join(f"v_{item} AS {item}" for item in _summable()),
            "known": " + ".join(f"(v_{item} IS NOT NULL)::INTEGER" for item in _summable()),
            "cells": f"({' + '.join(f'(s_{item} IS NOT NULL)::INTEGER' for item in _summable())})",
            "derived": " + ".join(f"coalesce(s_{item} > 7, false)::INTEGER" for item in _summable()),
        },
        "mart_report": {"statuses": ", ".join(f"s_{item}" for item in items())},
        "mart_agency_year": {
            "rates": _columns([rate_column(metric, "r") for metric in metrics() if _is_agency_rate(metric.code)])
        },
        "mart_region_year": {
            "figures": _columns([_region_figure(figure) for figure in REGION_FIGURES]),
            "rates": _columns([rate_column(metric, "z") for metric in metrics() if metric.level == "region"]),
        },
        "mart_disposition": {"branches": _union([_disposition_branch(item) for item in dispositions()])},
        "mart_denial_reason": {"branches": _union([_denial_branch(item) for item in items_of("denied")])},
        "mart_dispute": {
            "branches": _union([_dispute_branch(row) for row in vocabulary.rows("review_channel")]),
        },
        "mart_metric": {"z": str(Z_95)},
        "mart_region_metric": {"z": str(Z_95)},
    }


def _is_agency_rate(code: str) -> bool:
    found = next(metric for metric in metrics() if metric.code == code)
    return found.level == COMPUTED_PER_REPORT and not code.startswith("denied_")


def _summable() -> tuple[str, ...]:
    return tuple(item for item in items() if item != "total_handled")


def _union(branches: list[str]) -> str:
    return "\nUNION ALL\n".join(branches)


def _columns(parts: list[str]) -> str:
    return ",\n  ".join(parts)


def _region_figure(figure: str) -> str:
    return f"CAST(sum({figure}) AS BIGINT) AS {figure}, count({figure}) / count(*)::DOUBLE AS {figure}_known_share"


def _labels(item: str) -> str:
    row = next(row for row in vocabulary.rows("application_item") if row["item_code"] == item)
    return (
        f"'{item}' AS item_code, '{row['group_code']}' AS group_code, "
        f"{_text(row['label_zh'])} AS item_zh, {_text(row['label_en'])} AS item_en"
    )


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _applicant_label(language: str) -> str:
    rows = [row for row in vocabulary.rows("applicant") if row["applicant_code"] in applicants()]
    cases = " ".join(f"WHEN '{row['applicant_code']}' THEN {_text(row[f'label_{language}'])}" for row in rows)
    return f"CASE applicant_code {cases} END AS applicant_{language}"


def _status(item: str) -> str:
    return (
        f"CASE s_{item} & 7 WHEN 2 THEN 'corrected' WHEN 3 THEN 'blank' WHEN 4 THEN 'missing' "
        f"WHEN 5 THEN 'unreadable' ELSE 'reported' END AS value_status, s_{item} >= {DERIVED} AS is_derived"
    )


def _in_form(item: str) -> str:
    """Rows of the report's form; the one row （六） of a hybrid gives way where its details are printed."""
    if item != "other_handling":
        return f"s_{item} IS NOT NULL"
    printed = " OR ".join(f"coalesce(s_{detail} {KNOWN}, false)" for detail in OTHER_DETAILS)
    return f"s_{item} IS NOT NULL AND NOT ({printed})"


def _application_branch(item: str) -> str:
    return template("branches/application.sql").substitute(
        place=PLACE,
        labels=_labels(item),
        applicant_zh=_applicant_label("zh"),
        applicant_en=_applicant_label("en"),
        item=item,
        status=_status(item),
        in_form=_in_form(item),
    )


def _disposition_branch(item: str) -> str:
    return template("branches/disposition.sql").substitute(
        place=PLACE, labels=_labels(item), value=item, status=_status(item), in_form=_in_form(item)
    )


def _denial_branch(item: str) -> str:
    return template("branches/denial.sql").substitute(
        place=PLACE, labels=_labels(item), value=item, status=_status(item), in_form=_in_form(item)
    )


def _dispute_branch(row: dict[str, str]) -> str:
    return template("branches/dispute.sql").substitute(
        place=PLACE,
        channel=row["channel_code"],
        channel_zh=_text(row["label_zh"]),
        channel_en=_text(row["label_en"]),
    )
