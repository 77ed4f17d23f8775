"""Stated figures against the tables: when a figure agrees, contradicts, or cannot be compared."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.checks.narrative import judge_claims
from schemas.facts import FactApplication, FactProactiveDisclosure, FactReviewLitigation, NarrativeClaim

NEW = "application/new_received/total"
CARRIED = "application/carried_in/total"
HANDLED = "application/total_handled/total"
RECEIVED = f"{NEW}|{NEW}+{CARRIED}"
DIRECT, AFTER = "review/litigation_direct/total", "review/litigation_after_reconsideration/total"
FEE = "proactive/administrative_fee/amount"
ISSUED = "proactive/normative_document/issued"
CELLS = {NEW: 90.0, CARRIED: 12.0, HANDLED: 100.0, DIRECT: 4.0, AFTER: 3.0, FEE: 25.1, ISSUED: 8.0}


def claim(code: str, value: float, cells: str, reason: str | None = None, **others: str) -> dict:
    line = {"claim_code": code, "value": value, "cells": cells, "reason": reason, "sentence": "s", "unit": "件"}
    return line | others


def facts(cells: dict[str, float | None], report: str, status: dict[str, str]) -> list[pl.DataFrame]:
    tables = (
        (FactApplication, "application", "item_code", "applicant_code"),
        (FactProactiveDisclosure, "proactive", "category_code", "measure_code"),
        (FactReviewLitigation, "review", "channel_code", "outcome_code"),
    )
    frames = []
    for model, table, row, column in tables:
        lines = [
            {
                "report_id": report,
                row: cell.split("/")[1],
                column: cell.split("/")[2],
                "value": value,
                "value_status": status.get(cell, "reported"),
            }
            for cell, value in cells.items()
            if cell.startswith(table)
        ]
        schema = model.polars_schema()
        frames.append(pl.DataFrame(lines, schema={name: schema[name] for name in (*(lines[0] if lines else schema),)}))
    return frames


def judged(
    *claims: dict,
    scope: str = "own",
    cells: dict[str, float | None] | None = None,
    status: dict[str, str] | None = None,
) -> pl.DataFrame:
    frame = pl.DataFrame(
        [{"report_id": "r", "claim_no": place, "section_no": 1, **line} for place, line in enumerate(claims, 1)],
        schema_overrides={"reason": pl.String, "unit": pl.String},
    )
    reports = pl.DataFrame({"report_id": ["r"], "report_scope": [scope]})
    found = judge_claims(frame, *facts(CELLS if cells is None else cells, "r", status or {}), reports)
    NarrativeClaim.validate(found)
    return found


def verdict(*claims: dict, **where: object) -> tuple[str, str | None, float | None]:
    line = judged(*claims, **where).row(0, named=True)  # type: ignore[arg-type]
    return line["verdict"], line["reason"], line["expected"]


@pytest.mark.parametrize("value", [90, 102])
def test_received_may_be_new_or_new_and_carried_in(value: float) -> None:
    assert verdict(claim("received", value, RECEIVED)) == ("agrees", None, value)


def test_a_figure_that_no_reading_gives_contradicts_and_shows_the_closest() -> None:
    assert verdict(claim("received", 100, RECEIVED)) == ("contradicts", None, 102.0)


def test_litigation_of_both_channels_is_their_sum() -> None:
    assert verdict(claim("litigation", 7, f"{DIRECT}+{AFTER}")) == ("agrees", None, 7.0)


@pytest.mark.parametrize("status", ["blank", "missing", "unreadable"])
def test_a_cell_that_is_not_reported_settles_nothing(status: str) -> None:
    cells = CELLS | {CARRIED: None}
    assert verdict(claim("received", 120, RECEIVED), cells=cells, status={CARRIED: status})[:2] == (
        "not_comparable",
        "cell_not_reported",
    )
    assert verdict(claim("received", 90, RECEIVED), cells=cells, status={CARRIED: status})[0] == "agrees"


def test_a_reading_whose_cells_the_form_does_not_have_is_left_aside() -> None:
    cells = f"{HANDLED}|application/other_handling/total"
    assert verdict(claim("handled", 12, cells)) == ("contradicts", None, 100.0)


def test_a_corrected_cell_counts() -> None:
    assert verdict(claim("handled", 100, HANDLED), status={HANDLED: "corrected"})[0] == "agrees"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("own", ("contradicts", "office_alone")),
        ("unknown", ("not_comparable", "office_alone")),
        ("consolidated", ("not_comparable", "office_alone")),
    ],
)
def test_the_office_alone_is_compared_in_its_own_report_only(scope: str, expected: tuple[str, str]) -> None:
    assert verdict(claim("received", 17, RECEIVED, "office_alone"), scope=scope)[:2] == expected


@pytest.mark.parametrize(("scope", "expected"), [("own", "not_comparable"), ("consolidated", "contradicts")])
def test_the_whole_area_is_compared_in_a_consolidated_report_only(scope: str, expected: str) -> None:
    assert verdict(claim("received", 17, RECEIVED, "whole_area"), scope=scope)[0] == expected


@pytest.mark.parametrize("reason", ["other_year", "cumulative", "share", "change", "planned", "split_number"])
def test_figures_of_another_kind_are_never_compared(reason: str) -> None:
    assert verdict(claim("received", 90, RECEIVED, reason)) == ("not_comparable", reason, None)


def test_a_doubtful_wording_may_confirm_but_not_contradict() -> None:
    assert verdict(claim("received", 90, RECEIVED, "wording"))[0] == "agrees"
    assert verdict(claim("received", 11, RECEIVED, "wording"))[:2] == ("not_comparable", "wording")


def test_a_rounded_figure_agrees_within_a_tenth() -> None:
    assert verdict(claim("received", 84, RECEIVED, "rounded"))[0] == "agrees"
    assert verdict(claim("received", 60, RECEIVED, "rounded"))[:2] == ("not_comparable", "rounded")


@pytest.mark.parametrize(("value", "expected"), [(25.1, "agrees"), (25.105, "agrees"), (251000.0, "contradicts")])
def test_amounts_agree_as_far_as_they_are_rounded(value: float, expected: str) -> None:
    assert verdict(claim("administrative_fee_amount", value, FEE, unit="万元"))[0] == expected


def test_section_2_of_a_consolidated_report_is_never_contradicted() -> None:
    line = claim("normative_document_issue", 120, ISSUED)
    assert verdict(line)[0] == "contradicts"
    assert verdict(line, scope="consolidated")[:2] == ("not_comparable", "consolidated_section_2")


def test_a_second_figure_beside_one_that_agrees_is_of_another_scope() -> None:
    other = claim("received", 40, RECEIVED, sentence="线上收到40件")
    found = judged(claim("received", 90, RECEIVED, sentence="共收到90件"), other)
    assert found["verdict"].to_list() == ["agrees", "not_comparable"]
    assert found["reason"].to_list() == [None, "another_statement_agrees"]


def test_the_same_words_with_another_figure_still_contradict() -> None:
    found = judged(
        claim("received", 90, RECEIVED, sentence="共收到90件"),
        claim("received", 99, RECEIVED, sentence="共收到99件"),
    )
    assert found["verdict"].to_list() == ["agrees", "contradicts"]


def test_smaller_figures_throughout_a_consolidated_report_are_likely_the_office() -> None:
    lines = (claim("received", 17, RECEIVED), claim("handled", 16, HANDLED))
    assert judged(*lines, scope="consolidated")["reason"].to_list() == ["likely_office_alone"] * 2
    assert judged(*lines, scope="own")["verdict"].to_list() == ["contradicts"] * 2
    assert judged(lines[0], scope="consolidated")["verdict"].to_list() == ["contradicts"]


def test_a_claim_without_cells_or_without_its_report_is_not_comparable() -> None:
    assert verdict(claim("received_by_channel", 8, "", "channel_subset"))[:2] == ("not_comparable", "channel_subset")
    assert verdict(claim("received", 8, RECEIVED), cells={ISSUED: 8.0})[:2] == ("not_comparable", "cell_not_reported")


def test_no_claims_give_an_empty_table() -> None:
    empty = NarrativeClaim.empty().drop("expected", "verdict")
    reports = pl.DataFrame(schema={"report_id": pl.String, "report_scope": pl.String})
    found = judge_claims(
        empty, FactApplication.empty(), FactProactiveDisclosure.empty().lazy(), FactReviewLitigation.empty(), reports
    )
    assert found.schema == NarrativeClaim.empty().schema
