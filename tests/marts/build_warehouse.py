"""A small warehouse made by hand: the contract's tables, loaded as the pipeline loads them.

Two counties of one invented city. It holds what goes wrong in real life: blanks for zeros, a 2021
report with the one row （六）, a body with an own and a consolidated report of one year, two
agencies merged into one, a year whose file was quarantined, and a report that was replaced.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.marts.metrics import metric_dictionary_frame
from pipelines.marts.views import create_marts
from schemas import TABLES, vocabulary

SEEN = datetime(2024, 5, 1, tzinfo=UTC).replace(tzinfo=None)
SIX = tuple(code for code in vocabulary.codes("applicant", "applicant_code") if code != "total")
OTHER_ROWS = ("other_no_clarification", "other_fee_unpaid", "other_reason")
NOT_DISPOSED = ("new_received", "carried_in", "total_handled", "carried_forward")


@dataclass
class Spec:
    """One report: what differs from all zeros. A cell is (item, applicant) → number or status."""

    report_id: str
    agency_id: str
    year: int
    scope: str = "own"
    form: str = "2021"
    counts: dict[str, int] = field(default_factory=dict)
    cells: dict[tuple[str, str], float | str] = field(default_factory=dict)
    review: dict[tuple[str, str], float | str] = field(default_factory=dict)
    proactive: dict[tuple[str, str], float | str] = field(default_factory=dict)
    published: date | None = None
    version: int = 1
    current: bool = True
    path: str | None = None
    hybrid: bool = False


AGENCY_COLUMNS = ("agency_id", "agency_name", "region_code", "county", "admin_level", "agency_kind")
AGENCIES = [
    ("gov", "丙县人民政府", "990101", "丙县", "county", "government"),
    ("office", "丙县人民政府办公室", "990101", "丙县", "county", "government_office"),
    ("fin", "丙县财政局", "990101", "丙县", "county", "department"),
    ("edu", "丙县教育局", "990101", "丙县", "county", "department"),
    ("sport", "丙县体育局", "990101", "丙县", "county", "department"),
    ("edusport", "丙县教育体育局", "990101", "丙县", "county", "department"),
    ("town", "丙县东溪镇人民政府", "990101", "丙县", "township", "township"),
    ("tax", "国家税务总局丙县税务局", "990101", "丙县", "county", "vertical_agency"),
    ("fin2", "丁县财政局", "990102", "丁县", "county", "department"),
    ("transport", "乙市交通运输局", "990100", None, "municipal", "department"),
]

REPORTS = [
    # The county government speaks for all of its county, and for itself.
    Spec("gov23c", "gov", 2023, "consolidated", counts={"new_received": 90, "carried_in": 10, "granted": 50,
         "denied_state_secret": 5, "denied_process_information": 15, "unavailable_not_held": 20, "carried_forward": 10},
         review={("reconsideration", "upheld"): 3, ("reconsideration", "corrected"): 2},
         published=date(2024, 3, 20)),
    Spec("gov23o", "gov", 2023, counts={"new_received": 20, "granted": 12, "denied_process_information": 4,
         "carried_forward": 4}, published=date(2024, 4, 2)),
    Spec("gov22c", "gov", 2022, "consolidated", counts={"new_received": 60, "granted": 40,
         "unavailable_not_held": 10, "carried_forward": 10}, published=date(2023, 3, 1)),
    # Finance bureau: the old form, a replaced report, blanks for zeros.
    Spec("fin20", "fin", 2020, form="2019", counts={"new_received": 40, "granted": 30, "other_handling": 6,
         "carried_forward": 4}, proactive={("normative_document", "newly_made"): 3}, published=date(2021, 1, 20)),
    Spec("fin21", "fin", 2021, counts={"new_received": 36, "carried_in": 4, "granted": 20, "partially_granted": 4,
         "denied_third_party_rights": 8, "other_reason": 4, "carried_forward": 4}, published=date(2022, 2, 20)),
    Spec("fin22v1", "fin", 2022, counts={"new_received": 30, "carried_in": 4, "granted": 34},
         current=False, path="fin/2022.html", published=date(2023, 1, 20)),
    Spec("fin22v2", "fin", 2022, counts={"new_received": 30, "carried_in": 3, "granted": 33},
         version=2, path="fin/2022.html", published=date(2023, 1, 20)),
    Spec("fin23", "fin", 2023, counts={"new_received": 50, "granted": 25, "denied_internal_affairs": 25},
         cells={("denied_state_secret", "natural_person"): "blank", ("denied_state_secret", "total"): "blank",
                ("unavailable_not_held", "natural_person"): "unreadable", ("unavailable_not_held", "total"): "blank",
                ("carried_in", "total"): "blank"},
         review={("reconsideration", "corrected"): 4, ("reconsideration", "upheld"): 6,
                 ("litigation_direct", "upheld"): 2, ("litigation_direct", "pending"): 1,
                 ("litigation_after_reconsideration", "total"): "blank"}),
    # Education and sport were merged in 2022.
    Spec("edu21", "edu", 2021, counts={"new_received": 5, "granted": 5}),
    Spec("sport21", "sport", 2021),
    Spec("es22", "edusport", 2022, counts={"new_received": 8, "granted": 8}),
    Spec("es23", "edusport", 2023, counts={"new_received": 10, "granted": 9, "not_processed_petition": 1},
         cells={("new_received", "total"): "blank", ("granted", "other_organization"): -1}),
    # A township that received nothing and left every disposition blank; next year it reported nothing.
    Spec("town22", "town", 2022, cells={(item, applicant): "blank"
         for item in vocabulary.codes("application_item", "item_code")
         if item not in ("new_received", "carried_in", "other_handling") for applicant in (*SIX, "total")}),
    Spec("tax23", "tax", 2023, counts={"new_received": 7, "granted": 7}),
    # The other county: a 2021 report with one row （六）; 2022 is in quarantine.
    Spec("fin2_21", "fin2", 2021, counts={"new_received": 3, "granted": 3}),
    Spec("fin2_23", "fin2", 2023, hybrid=True, counts={"new_received": 12, "granted": 7, "other_handling": 5}),
    Spec("tr23", "transport", 2023, "unknown", counts={"new_received": 100, "granted": 100}),
]  # fmt: skip

ISSUES = [
    ("i1", "fin23", "application_balance", "error", "new_received/total", None),
    ("i2", "fin23", "unreadable_value", "error", "unavailable_not_held/natural_person", "explained"),
    ("i3", "fin22v2", "carryover_continuity", "warning", "carried_in/total", None),
    ("i4", "gov23o", "late_publication", "info", None, None),
    ("i5", "fin22v1", "prior_year_copy", "warning", None, None),
    ("i6", "copy22", "prior_year_copy", "warning", None, None),
    ("i7", "copy23", "boilerplate_text", "info", None, None),
]


def matrix(spec: Spec) -> list[dict[str, object]]:
    """The application facts of one report: counts stand with natural persons and in the total column."""
    rows = []
    for item in _items(spec):
        for applicant in (*SIX, "total"):
            count = spec.counts.get(item, 0) if applicant in ("natural_person", "total") else 0
            if item == "total_handled" and applicant in ("natural_person", "total"):
                count = sum(value for code, value in spec.counts.items() if code not in NOT_DISPOSED)
            cell: float | str = spec.cells.get((item, applicant), count)
            if spec.hybrid and item in OTHER_ROWS:
                cell = "missing"
            rows.append({"report_id": spec.report_id, "item_code": item, "applicant_code": applicant, **_cell(cell)})
    return rows


def _items(spec: Spec) -> list[str]:
    forms = {row["item_code"]: row["forms"] for row in vocabulary.rows("application_item")}
    listed = [item for item, editions in forms.items() if spec.form in editions]
    return [*listed, "other_handling"] if spec.hybrid else listed


def _cell(cell: float | str) -> dict[str, object]:
    if isinstance(cell, str):
        return {"value": None, "value_raw": None, "value_status": cell, "locator": "table 2"}
    return {"value": float(cell), "value_raw": str(cell), "value_status": "reported", "locator": "table 2"}


def review(spec: Spec) -> list[dict[str, object]]:
    """The review facts of one report; a total is the sum of its outcomes unless it is given."""
    rows = []
    for channel in vocabulary.codes("review_channel", "channel_code"):
        outcomes = vocabulary.codes("review_outcome", "outcome_code")
        found = {code: spec.review.get((channel, code), 0) for code in outcomes}
        if ("total" not in found) or (channel, "total") not in spec.review:
            found["total"] = sum(value for value in found.values() if not isinstance(value, str))
        rows += [
            {"report_id": spec.report_id, "channel_code": channel, "outcome_code": code, **_cell(found[code])}
            for code in outcomes
        ]
    return rows


def proactive(spec: Spec) -> list[dict[str, object]]:
    """The section 2 facts of one report."""
    return [
        {
            "report_id": spec.report_id,
            "category_code": row["category_code"],
            "measure_code": row["measure_code"],
            "unit": row["unit"],
            **_cell(spec.proactive.get((row["category_code"], row["measure_code"]), 0)),
        }
        for row in vocabulary.rows("proactive_measure")
        if spec.form in row["forms"]
    ]


def dim_report(spec: Spec) -> dict[str, object]:
    """The report's row."""
    return {
        "report_id": spec.report_id,
        "agency_id": spec.agency_id,
        "report_year": spec.year,
        "report_scope": spec.scope,
        "form_version": spec.form,
        "source_path": spec.path or f"{spec.agency_id}/{spec.year}{spec.scope}.txt",
        "source_sha256": spec.report_id * 2,
        "source_format": "text",
        "published_on": spec.published,
        "parse_status": "complete",
        "version": spec.version,
        "is_current": spec.current,
        "in_raw": True,
        "first_seen_at": SEEN,
        "loaded_at": SEEN,
    }


def tables(reports: list[Spec]) -> dict[str, list[dict[str, object]]]:
    """Every contract table's rows; the dimensions come from the vocabulary."""
    labels = {row["category_code"] + row["measure_code"]: row for row in vocabulary.rows("proactive_measure")}
    measures = [
        row
        | {"label_zh": row["category_zh"] + row["measure_zh"], "label_en": f"{row['category_en']}: {row['measure_en']}"}
        for row in labels.values()
    ]
    return {
        "dim_report": [dim_report(spec) for spec in reports],
        "dim_agency": [
            dict(zip(AGENCY_COLUMNS, row, strict=True))
            | {"region_evidence": "text", "province": "甲省", "city": "乙市"}
            for row in AGENCIES
        ],
        "agency_hierarchy": [
            {"agency_id": "fin", "parent_agency_id": "gov", "evidence": "manifest"},
            {"agency_id": "edu", "parent_agency_id": "gov", "valid_to_year": 2021, "evidence": "manifest"},
            {"agency_id": "sport", "parent_agency_id": "gov", "valid_to_year": 2021, "evidence": "manifest"},
            {"agency_id": "edusport", "parent_agency_id": "gov", "valid_from_year": 2022, "evidence": "manifest"},
        ],
        "dim_application_item": [dict(row) for row in vocabulary.rows("application_item")],
        "dim_applicant": [dict(row) for row in vocabulary.rows("applicant")],
        "dim_review_channel": [dict(row) for row in vocabulary.rows("review_channel")],
        "dim_review_outcome": [dict(row) for row in vocabulary.rows("review_outcome")],
        "dim_proactive_measure": [dict(row) for row in measures],
        "fact_application": [row for spec in reports for row in matrix(spec)],
        "fact_proactive_disclosure": [row for spec in reports for row in proactive(spec)],
        "fact_review_litigation": [row for spec in reports for row in review(spec)],
        "report_section": [
            {"report_id": "fin23", "section_no": 1, "heading": "一、总体情况", "body": "本年收到申请五十件。"}
        ],
        "narrative_claim": [
            {"report_id": "fin23", "claim_no": 1, "section_no": 1, "claim_code": "new_received", "value": 52.0,
             "sentence": "全年收到申请52件。", "cells": "application/new_received/total", "expected": 50.0,
             "verdict": "contradicts"}
        ],
        "dq_issue": [
            {"issue_id": issue, "report_id": report, "rule_code": rule, "severity": severity, "cell": cell,
             "review_verdict": verdict, "message_zh": f"{rule}：不一致", "message_en": f"{rule}: differs"}
            for issue, report, rule, severity, cell, verdict in ISSUES
            if report in {spec.report_id for spec in reports}
        ],
        "quarantine": [
            {"source_path": "丁县/丁县财政局2022年政府信息公开工作年度报告.pdf", "source_sha256": "ff",
             "reason_code": "unreadable", "detail": "damaged", "seen_at": SEEN}
        ],
        "revision": [
            {"report_id": "fin22v2", "previous_report_id": "fin22v1", "fact_table": "fact_application",
             "cell": "granted/total", "previous_value": 34.0, "value": 33.0, "previous_status": "reported",
             "value_status": "reported"}
        ],
        "ingest_run": [],
        "metric_dictionary": metric_dictionary_frame().to_dicts(),
    }  # fmt: skip


def load(connection: duckdb.DuckDBPyConnection, rows: dict[str, list[dict[str, object]]]) -> None:
    """Create and fill the contract's tables, as they are before the marts."""
    for table in TABLES:
        connection.execute(table.ddl())
        schema = table.polars_schema()
        listed = rows[table.table_name()]
        frame = pl.DataFrame([[row.get(name) for name in schema] for row in listed], schema=list(schema), orient="row",
                             infer_schema_length=None) if listed else table.empty()  # fmt: skip
        frame = frame.cast(schema)  # type: ignore[arg-type]
        connection.register("frame", frame.to_arrow())
        connection.execute(f'INSERT INTO "{table.table_name()}" SELECT * FROM frame')
        connection.unregister("frame")
        for statement in table.comments():
            connection.execute(statement)


def build(path: Path | str = ":memory:", reports: list[Spec] | None = None) -> duckdb.DuckDBPyConnection:
    """A warehouse with its marts, at a path or in memory; of other reports where they are given."""
    connection = duckdb.connect(str(path))
    load(connection, tables(REPORTS if reports is None else reports))
    create_marts(connection)
    return connection
