"""The marts against a second computation: random reports, counted again in plain Python.

The second computation knows the rules only as the contract states them and shares no code with the
marts' SQL.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from schemas import vocabulary
from tests.marts.build_warehouse import AGENCIES, SIX, Spec, build, matrix, review

INTAKE = ("new_received", "carried_in")
ENDS = tuple(
    row["item_code"]
    for row in vocabulary.rows("application_item")
    if row["group_code"] not in ("intake", "total", "carried_forward")
)
DENIED = tuple(item for item in ENDS if item.startswith("denied_"))
ODD = ("blank", "missing", "unreadable", -3, 1.5)


def random_spec(source: random.Random, number: int) -> Spec:
    """One report: mostly printed zeros and counts, some cells blank, missing, illegible or impossible."""
    counts = {
        item: source.randrange(20)
        for item in (
            "granted",
            "denied_state_secret",
            "denied_internal_affairs",
            "unavailable_not_held",
            "other_reason",
        )
        if source.random() < 0.4
    }
    counts["new_received"] = sum(counts.values())
    items = [row["item_code"] for row in vocabulary.rows("application_item") if "2021" in row["forms"]]
    oddities = source.choice((0, 0, 3, 12, 60))
    cells: dict[tuple[str, str], float | str] = {
        (source.choice(items), source.choice((*SIX, "total"))): source.choice(ODD if source.random() < 0.4 else ODD[:1])
        for _ in range(oddities)
    }
    cases = {
        ("reconsideration", "corrected"): source.randrange(4),
        ("reconsideration", "upheld"): source.choice((0, 5, "blank")),
    }
    scope = source.choice(("own", "own", "consolidated"))
    agency = source.choice(AGENCIES)[0]
    return Spec(f"r{number:04d}", agency, 2021 + number % 3, scope, counts=counts, cells=cells, review=cases)


def known(row: dict[str, Any]) -> int | None:
    """A cell as a count, where it is one."""
    value = row["value"]
    return int(value) if value is not None and value >= 0 and value == int(value) else None


def column(spec: Spec, applicant: str) -> dict[str, tuple[int | None, str]]:
    """One column of a report: count and status of each item; the status ``odd`` for an impossible count."""
    return {
        row["item_code"]: (
            known(row),
            "odd" if known(row) is None and row["value"] is not None else row["value_status"],
        )
        for row in matrix(spec)
        if row["applicant_code"] == applicant
    }


def proved(cells: dict[str, tuple[int | None, str]]) -> dict[str, int | None]:
    """The counts of one column with what the form's identities prove to be zero."""
    counts = {item: count for item, (count, _) in cells.items()}
    if any(cells[item][1] in ("unreadable", "odd") for item in ENDS if item in cells):
        return counts
    told = sum(counts[item] or 0 for item in ENDS if item in cells)
    is_idle = [counts[item] for item in INTAKE] == [0, 0] and not told
    is_idle = is_idle and not counts["total_handled"] and not counts["carried_forward"]
    for item, (count, status) in cells.items():
        is_end = item in ENDS
        by_idleness = is_idle and item not in INTAKE and status in ("blank", "missing")
        if count is None and (by_idleness or (is_end and status == "blank" and counts["total_handled"] == told)):
            counts[item] = 0
    return counts


def total_column(spec: Spec) -> dict[str, int | None]:
    """The figures of a report: the printed total, or the sum of six printed applicants in its place."""
    printed = column(spec, "total")
    applicants = [column(spec, applicant) for applicant in SIX]
    for item, (count, status) in printed.items():
        six = [cells[item] for cells in applicants]
        if count is None and status in ("blank", "missing") and all(part is not None for part, _ in six):
            printed[item] = (sum(part or 0 for part, _ in six), "reported")
    return proved(printed)


def total_of(figures: dict[str, int | None], group: tuple[str, ...]) -> int | None:
    """The sum of several figures, null where one is unknown."""
    parts = [figures[item] for item in group]
    return None if any(part is None for part in parts) else sum(part or 0 for part in parts)


@pytest.fixture(scope="module")
def specs() -> list[Spec]:
    """A few hundred random reports, one a body, year and scope."""
    source = random.Random(20260131)
    listed = {(spec.agency_id, spec.year, spec.scope): spec for spec in (random_spec(source, n) for n in range(400))}
    return list(listed.values())


@pytest.fixture(scope="module")
def answers(specs: list[Spec]) -> dict[str, list[dict[str, Any]]]:
    """The marts that are counted again."""
    warehouse = build(reports=specs)
    marts = ("mart_application", "mart_report", "mart_region_year", "mart_metric")
    return {mart: warehouse.sql(f"FROM {mart}").pl().to_dicts() for mart in marts}


def test_every_cell_of_applications(specs: list[Spec], answers: dict[str, list[dict[str, Any]]]) -> None:
    expected = {
        (spec.report_id, item, applicant): count
        for spec in specs
        for applicant in SIX
        for item, count in proved(column(spec, applicant)).items()
        if item != "total_handled"
    }
    found = {
        (row["report_id"], row["item_code"], row["applicant_code"]): row["value"] for row in answers["mart_application"]
    }
    assert found == expected


def test_every_figure_of_reports(specs: list[Spec], answers: dict[str, list[dict[str, Any]]]) -> None:
    by_report = {row["report_id"]: row for row in answers["mart_report"]}
    assert len(by_report) == len(specs)
    for spec in specs:
        figures = total_column(spec)
        found = by_report[spec.report_id]
        assert {item: found[item] for item in figures} == figures, spec
        assert found["denied"] == total_of(figures, DENIED), spec
        cells = [known(row) for row in review(spec)]
        assert found["review_known_share"] == sum(cell is not None for cell in cells) / len(cells)


def test_every_region_and_year(specs: list[Spec], answers: dict[str, list[dict[str, Any]]]) -> None:
    places = {row[0]: (row[2], row[5]) for row in AGENCIES}
    for row in answers["mart_region_year"]:
        if row["report_scope"] != "own":
            continue
        prefix = {"national": "", "province": "99", "city": "9901", "county": row["region_code"]}[row["region_level"]]
        members = [
            total_column(spec)
            for spec in specs
            if spec.scope == "own"
            and spec.year == row["report_year"]
            and places[spec.agency_id][0].startswith(prefix)
            and (row["region_level"] == "national" or places[spec.agency_id][1] != "vertical_agency")
        ]
        assert row["reports"] == len(members)
        for item in ("new_received", "granted", "total_handled"):
            told = [figures[item] for figures in members if figures[item] is not None]
            assert row[item] == (sum(told) if told else None)
            assert row[f"{item}_known_share"] == len(told) / len(members)


def test_every_disclosure_rate(specs: list[Spec], answers: dict[str, list[dict[str, Any]]]) -> None:
    found = {
        row["report_id"]: row["value"] for row in answers["mart_metric"] if row["metric_code"] == "disclosure_rate"
    }
    for spec in specs:
        figures = total_column(spec)
        granted, handled = total_of(figures, ("granted", "partially_granted")), figures["total_handled"]
        says_something = granted is not None and handled is not None and handled > 0 and granted <= handled
        expected = granted / handled if says_something else None  # type: ignore[operator]
        assert found[spec.report_id] == (None if expected is None else pytest.approx(expected)), spec
