"""Every row of every mart against a second computation in plain Python, on the corpus made by hand.

The corpus has blanks, a hybrid form, two scopes of one body, a merged agency, a replaced version and
a quarantined year (``build_warehouse``). ``test_random`` gives the columns of one report, counted
again without SQL; here the marts are counted from them.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import duckdb
import pytest

from schemas import vocabulary
from tests.marts.build_warehouse import AGENCIES, ISSUES, REPORTS, SIX, Spec, matrix, proactive, review
from tests.marts.test_random import DENIED, ENDS, column, known, proved, total_column, total_of

Warehouse = duckdb.DuckDBPyConnection
Row = dict[str, Any]
CURRENT = [spec for spec in REPORTS if spec.current]
KINDS = {row[0]: row[5] for row in AGENCIES}
CHANNELS = vocabulary.codes("review_channel", "channel_code")
OUTCOMES = vocabulary.codes("review_outcome", "outcome_code")
DETAILS = ("other_no_clarification", "other_fee_unpaid", "other_reason")
GROUPS = {
    group: tuple(item for item in ENDS if item.startswith(group))
    for group in ("denied", "unavailable", "not_processed")
}
QUARANTINED = ("fin2", 2022)
ENDED = {"edu": 2021, "sport": 2021}


def rows(warehouse: Warehouse, mart: str, *key: str) -> dict[Any, Row]:
    """The rows of a mart by their key, which is proved unique."""
    found = warehouse.execute(f"FROM {mart}").pl().to_dicts()
    by_key = {tuple(row[name] for name in key): row for row in found}
    assert len(by_key) == len(found), mart
    return by_key


def told(row: Row, expected: Row) -> None:
    """The row says what is expected, column by column."""
    assert {name: row[name] for name in expected} == {
        name: pytest.approx(value) if isinstance(value, float) else value for name, value in expected.items()
    }


def shown(spec: Spec, items: tuple[str, ...]) -> list[str]:
    """The items of a report's form; the one row （六） of a hybrid gives way where its details are printed."""
    held = {row["item_code"] for row in matrix(spec)}
    printed = column(spec, "total")
    gives_way = any(item in printed and printed[item][0] is not None for item in DETAILS)
    return [item for item in items if item in held and not (item == "other_handling" and gives_way)]


def figures(spec: Spec) -> dict[str, int | None]:
    """The totals of a report with its groups."""
    totals = total_column(spec)
    sums = {group: total_of(totals, members) for group, members in GROUPS.items()}
    details = [totals.get(item) for item in DETAILS]
    other = None if any(part is None for part in details) else sum(part or 0 for part in details)
    return totals | sums | {"other_handled": totals.get("other_handling") if other is None else other}


def before(spec: Spec) -> Spec | None:
    """The current report of the year before, of the same body and scope."""
    wanted = (spec.agency_id, spec.year - 1, spec.scope)
    return next((one for one in CURRENT if (one.agency_id, one.year, one.scope) == wanted), None)


def share(part: int | None, whole: int | None) -> float | None:
    """A part of a whole, null where either is unknown or says nothing."""
    return None if part is None or not whole or part > whole else part / whole


def test_mart_application_wide(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_application_wide", "report_id", "applicant_code")
    assert set(found) == {(spec.report_id, applicant) for spec in CURRENT for applicant in SIX}
    for spec in CURRENT:
        for applicant in SIX:
            counts = {item: n for item, n in proved(column(spec, applicant)).items() if item != "total_handled"}
            row = found[spec.report_id, applicant]
            told(row, {"report_year": spec.year, "report_scope": spec.scope, "agency_id": spec.agency_id, **counts})
            lacking = [item for item in row if item in (*ENDS, "other_handling") and item not in counts]
            assert [row[item] for item in lacking] == [None] * len(lacking)
            told(row, {"known_share": sum(n is not None for n in counts.values()) / len(counts)})


def test_mart_application_is_the_wide_one_turned(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_application", "report_id", "item_code", "applicant_code")
    expected = {
        (spec.report_id, item, applicant): proved(column(spec, applicant))[item]
        for spec in CURRENT
        for applicant in SIX
        for item in column(spec, applicant)
        if item != "total_handled"
    }
    assert {key: row["value"] for key, row in found.items()} == expected


def test_mart_report(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_report", "report_id")
    assert set(found) == {(spec.report_id,) for spec in CURRENT}
    for spec in CURRENT:
        row = found[spec.report_id,]
        told(row, figures(spec))
        errors = Counter(severity for _, report, _, severity, _, _ in ISSUES if report == spec.report_id)
        told(row, {"error_count": errors["error"], "warning_count": errors["warning"], "info_count": errors["info"]})
        cases = [known(cell) for cell in review(spec)]
        told(row, {"review_known_share": sum(n is not None for n in cases) / len(cases)})
        told(row, {f"{cell['channel_code']}_{cell['outcome_code']}": known(cell) for cell in review(spec)})
        for cell in proactive(spec):
            if cell["unit"] != "wan_yuan":
                told(row, {f"{cell['category_code']}_{cell['measure_code']}": known(cell)})
        asked = {f"new_received_{one}": proved(column(spec, one))["new_received"] for one in SIX}
        told(row, asked)


def test_mart_agency_year(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_agency_year", "agency_id", "report_year", "report_scope")
    assert set(found) == {(spec.agency_id, spec.year, spec.scope) for spec in CURRENT}
    for spec in CURRENT:
        row, now, past = found[spec.agency_id, spec.year, spec.scope], figures(spec), before(spec)
        then = figures(past) if past else None
        asked, asked_before = now["new_received"], then["new_received"] if then else None
        told(
            row,
            {
                "report_id": spec.report_id,
                "new_received": asked,
                "other_handled": now["other_handled"],
                "previous_report_id": past.report_id if past else None,
                "previous_new_received": asked_before,
                "previous_total_handled": then["total_handled"] if then else None,
                "new_received_change": None if asked is None or asked_before is None else asked - asked_before,
                "denial_rate": share(now["denied"], now["total_handled"]),
                "disclosure_rate": share(total_of(now, ("granted", "partially_granted")), now["total_handled"]),
                "pending_share": share(now["carried_forward"], total_of(now, ("new_received", "carried_in"))),
            },
        )


def test_mart_disposition(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_disposition", "report_id", "item_code")
    assert set(found) == {(spec.report_id, item) for spec in CURRENT for item in shown(spec, (*ENDS, "other_handling"))}
    totals = {spec.report_id: figures(spec) for spec in CURRENT}
    for (report, item), row in found.items():
        value, handled = totals[report][item], totals[report]["total_handled"]
        told(row, {"value": value, "total_handled": handled, "share": share(value, handled)})


def test_mart_denial_reason(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_denial_reason", "report_id", "item_code")
    assert set(found) == {(spec.report_id, item) for spec in CURRENT for item in DENIED}
    totals = {spec.report_id: figures(spec) for spec in CURRENT}
    for (report, item), row in found.items():
        value, denied = totals[report][item], totals[report]["denied"]
        told(row, {"value": value, "denied": denied, "share_of_denied": share(value, denied)})


def test_mart_dispute(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_dispute", "report_id", "channel_code")
    assert set(found) == {(spec.report_id, channel) for spec in CURRENT for channel in CHANNELS}
    for spec in CURRENT:
        cells = {(cell["channel_code"], cell["outcome_code"]): known(cell) for cell in review(spec)}
        for channel in CHANNELS:
            mine = {outcome: cells[channel, outcome] for outcome in OUTCOMES}
            ended = [mine[outcome] for outcome in ("upheld", "corrected", "other_result")]
            decided = None if None in ended else sum(part or 0 for part in ended)
            known_share = sum(n is not None for n in mine.values()) / len(mine)
            rate = share(mine["corrected"], decided)
            expected = {**mine, "decided": decided, "corrected_share": rate, "known_share": known_share}
            told(found[spec.report_id, channel], expected | {"is_after_reform": spec.year >= 2024})


def test_mart_carryover(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_carryover", "report_id")
    assert set(found) == {(spec.report_id,) for spec in CURRENT}
    for spec in CURRENT:
        now, past = figures(spec), before(spec)
        left = figures(past)["carried_forward"] if past else None
        brought = now["carried_in"]
        both = left is not None and brought is not None
        told(
            found[spec.report_id,],
            {
                "previous_report_id": past.report_id if past else None,
                "previous_carried_forward": left,
                "carried_in": brought,
                "difference": brought - left if both else None,  # type: ignore[operator]
                "is_continuous": brought == left if both else None,
                "on_hand": total_of(now, ("new_received", "carried_in")),
            },
        )


def test_mart_quality(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_quality", "report_id", "rule_code")
    current = {spec.report_id for spec in CURRENT}
    mine = [(report, rule, verdict) for _, report, rule, _, _, verdict in ISSUES if report in current]
    counted = Counter((report, rule) for report, rule, _ in mine)
    explained = Counter((report, rule) for report, rule, verdict in mine if verdict == "explained")
    assert {key: (row["findings"], row["explained"], row["open_findings"]) for key, row in found.items()} == {
        key: (n, explained[key], n - explained[key]) for key, n in counted.items()
    }


def test_mart_coverage(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_coverage", "agency_id", "report_year")
    last = max(spec.year for spec in CURRENT)
    expected: dict[tuple[str, int], str] = {}
    for agency in {spec.agency_id for spec in CURRENT}:
        years = {spec.year for spec in CURRENT if spec.agency_id == agency}
        for year in range(min(years), last + 1):
            missing = "ended" if year > ENDED.get(agency, 9999) else "not_reported"
            missing = "quarantined" if (agency, year) == QUARANTINED else missing
            expected[agency, year] = "reported" if year in years else missing
    assert {key: row["coverage_status"] for key, row in found.items()} == expected
    for (agency, year), row in found.items():
        mine = [spec for spec in CURRENT if (spec.agency_id, spec.year) == (agency, year)]
        scopes = Counter(spec.scope for spec in mine)
        told(row, {"own_reports": scopes["own"], "consolidated_reports": scopes["consolidated"]})
        told(row, {"published_on": min((spec.published for spec in mine if spec.published), default=None)})


def test_mart_region_year(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_region_year", "region_code", "report_year", "report_scope")
    regions = {row[0]: row[2] for row in AGENCIES}
    own = [spec for spec in CURRENT if spec.scope == "own"]
    placed = [spec for spec in own if KINDS[spec.agency_id] != "vertical_agency"]
    expected: dict[tuple[str, int, str], list[Spec]] = {}
    for code, members in (("000000", own), ("990000", placed), ("990100", placed)):
        for spec in members:
            expected.setdefault((code, spec.year, "own"), []).append(spec)
    for spec in placed:
        if not regions[spec.agency_id].endswith("00"):
            expected.setdefault((regions[spec.agency_id], spec.year, "own"), []).append(spec)
    for spec in CURRENT:
        if spec.scope == "consolidated":
            expected[regions[spec.agency_id], spec.year, "consolidated"] = [spec]
    assert set(found) == set(expected)
    for key, members in expected.items():
        row = found[key]
        told(row, {"reports": len(members), "reporting_agencies": len({spec.agency_id for spec in members})})
        for name in ("new_received", "carried_in", "granted", "denied", "other_handled", "total_handled"):
            values = [figures(spec)[name] for spec in members]
            telling = [value for value in values if value is not None]
            told(row, {name: sum(telling) if telling else None})
            told(row, {f"{name}_known_share": len(telling) / len(values)})


def test_mart_revision(warehouse: Warehouse) -> None:
    (row,) = rows(warehouse, "mart_revision", "report_id", "cell").values()
    one, two = (
        {(cell["item_code"], cell["applicant_code"]): cell["value"] for cell in matrix(spec)}
        for spec in sorted((spec for spec in REPORTS if spec.path == "fin/2022.html"), key=lambda spec: spec.version)
    )
    assert one["granted", "total"] == 34
    told(row, {"previous_value": one["granted", "total"], "value": two["granted", "total"], "change": -1.0})
    told(row, {"agency_name": "丙县财政局", "report_year": 2022, "is_current": True, "source_path": "fin/2022.html"})


def test_legal_dates_of_both_kinds(warehouse: Warehouse) -> None:
    found = rows(warehouse, "mart_report", "report_id")
    due = {"gov23o": date(2024, 3, 31), "fin21": date(2022, 1, 31), "town22": None}
    assert {report: found[report,]["due_on"] for report in due} == due
    timeliness = {"gov23o": "late", "gov23c": "on_time", "fin21": "late", "fin23": "no_date"}
    assert {report: found[report,]["timeliness"] for report in timeliness} == timeliness
