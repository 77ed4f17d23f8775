"""Each question of the cookbook against an answer worked out by hand from ``build_warehouse``."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from pipelines.marts.cookbook import question, questions
from tests.marts.build_warehouse import Spec, build

Warehouse = duckdb.DuckDBPyConnection

# name of the question → the columns looked at, and every row in order.
ANSWERS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    # 2023, 30 or more handled: finance denies 25 of 50, the government (with its bodies) 20 of 90.
    "refusals": (
        "agency_name, denied, handled, denial_rate, main_reason_en",
        [
            ("丙县财政局", 25, 50, 0.5, "Denied: internal affairs"),
            ("丙县人民政府", 20, 90, 0.222, "Denied: records of a process under way"),
        ],
    ),
    "courts": ("city, is_after_reform, corrected, decided, corrected_share", [("乙市", False, 0, 2, 0.0)]),
    "reconsideration": ("agency_name", []),
    "not_reported": ("agency_name, coverage_status", [("丙县东溪镇人民政府", "not_reported")]),
    "late": (
        "agency_name, report_year, due_on, days_late",
        [
            ("丙县财政局", 2021, date(2022, 1, 31), 20),
            ("丙县人民政府", 2023, date(2024, 3, 31), 2),
        ],
    ),
    "contradictions": (
        "rule_code, findings, reports, open, explained",
        [
            ("application_balance", 1, 1, 1, 0),
            ("unreadable_value", 1, 1, 0, 1),
            ("carryover_continuity", 1, 1, 1, 0),
            ("late_publication", 1, 1, 1, 0),
        ],
    ),
    "worst_reports": (
        "agency_name, report_year, error_count, warning_count",
        [("丙县财政局", 2023, 2, 0), ("丙县财政局", 2022, 0, 1)],
    ),
    # 丙县. 2022: finance 30 and education and sport 8, the township 0; 2023: the township is silent.
    "county_change": (
        "report_year, report_scope, reports, new_received, granted, denied, total_handled, coverage",
        [
            (2020, "own", 1, 40, 30, 0, 36, 1.0),
            (2021, "own", 3, 41, 25, 8, 41, 1.0),
            (2022, "consolidated", 1, 60, 40, 0, 50, None),
            (2022, "own", 3, 38, 41, 0, 41, 1.0),
            (2023, "consolidated", 1, 90, 50, 20, 90, None),
            (2023, "own", 3, 80, 46, 29, 76, 0.75),
        ],
    ),
    "copies": ("agency_name", []),
    "dispositions": (
        "report_year, disposition, requests",
        [
            *[(2020, code, n) for code, n in (("granted", 30), ("other_handled", 6))],
            *[(2020, code, 0) for code in ("denied", "not_processed", "partially_granted", "unavailable")],
            *[(2021, code, n) for code, n in (("granted", 28), ("denied", 8), ("other_handled", 4))],
            *[(2021, code, n) for code, n in (("partially_granted", 4), ("not_processed", 0), ("unavailable", 0))],
            *[(2022, code, n) for code, n in (("granted", 41), ("denied", 0), ("not_processed", 0))],
            *[(2022, code, 0) for code in ("other_handled", "partially_granted", "unavailable")],
            # Granted: government 12, finance 25, education and sport 9, tax 7, 丁县 finance 7.
            *[(2023, code, n) for code, n in (("granted", 60), ("denied", 29), ("other_handled", 5))],
            *[(2023, code, n) for code, n in (("not_processed", 1), ("partially_granted", 0), ("unavailable", 0))],
        ],
    ),
    "carryover": (
        "agency_name, report_year, previous_carried_forward, carried_in, difference",
        [("丙县财政局", 2022, 4, 3, -1)],
    ),
    "backlog": (
        "agency_name, report_year, carried_forward, on_hand, pending_share, year_before",
        [
            ("丙县人民政府", 2022, 10, 60, 0.167, None),
            ("丙县人民政府", 2023, 10, 100, 0.1, 0.167),
            ("丙县财政局", 2020, 4, 40, 0.1, None),
            ("丙县财政局", 2021, 4, 40, 0.1, 0.1),
        ],
    ),
    "disclosure_by_level": (
        "admin_level, report_year, granted, handled, disclosure_rate",
        [
            ("county", 2020, 30, 36, 0.833),
            ("county", 2021, 32, 44, 0.727),
            ("county", 2022, 41, 41, 1.0),
            ("county", 2023, 60, 95, 0.632),
            ("township", 2022, 0, 0, None),
        ],
    ),
    "zero_reports": (
        "report_year, agency_kind, reports, without_requests",
        [
            (2020, "department", 1, 0),
            (2021, "department", 4, 1),
            (2022, "township", 1, 1),
            (2022, "department", 2, 0),
            (2023, "department", 3, 0),
            (2023, "government", 1, 0),
            (2023, "vertical_agency", 1, 0),
        ],
    ),
    "own_and_consolidated": (
        "region_name, report_year, consolidated, own_sum, own_reports, difference",
        [("丙县", 2023, 90, 80, 3, 10), ("丙县", 2022, 60, 38, 3, 22)],
    ),
    "revisions": ("agency_name, cell, previous_value, value, change", [("丙县财政局", "granted/total", 34, 33, -1)]),
    "text_against_table": ("agency_name, report_year, stated, in_the_table", [("丙县财政局", 2023, 52, 50)]),
    "growth": (
        "agency_name, report_year, year_before, requests, growth",
        [
            ("丙县财政局", 2023, 30, 50, 0.667),
            ("丙县人民政府", 2023, 60, 90, 0.5),
            ("丙县财政局", 2021, 40, 36, -0.1),
            ("丙县财政局", 2022, 36, 30, -0.167),
        ],
    ),
}


def asked(warehouse: Warehouse, name: str, columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a question's answer, in its order."""
    frame = warehouse.execute(question(name).sql).pl()
    return frame.select(column.strip() for column in columns.split(",")).rows()


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_by_hand(warehouse: Warehouse, name: str) -> None:
    columns, expected = ANSWERS[name]
    assert asked(warehouse, name, columns) == expected


def test_who_asks_by_hand(warehouse: Warehouse) -> None:
    rows = asked(warehouse, "who_asks", "report_year, applicant_code, requests")
    assert [row for row in rows if row[2]] == [
        (2020, "natural_person", 40),
        (2021, "natural_person", 44),
        (2022, "natural_person", 38),
        (2023, "natural_person", 99),
    ]


def test_denial_reasons_by_hand(warehouse: Warehouse) -> None:
    rows = asked(warehouse, "denial_reasons", "report_year, item_code, denials, share")
    assert [row for row in rows if row[2]] == [
        (2021, "denied_third_party_rights", 8, 1.0),
        (2023, "denied_internal_affairs", 25, 0.862),
        (2023, "denied_process_information", 4, 0.138),
    ]


def test_companies_and_people_by_hand(warehouse: Warehouse) -> None:
    # 2023, own, natural persons: granted 60 of 95 known dispositions, denied 29.
    rows = asked(warehouse, "companies_and_people", "applicant_code, handled, granted_share, denied_share")
    assert rows[0] == ("natural_person", 95, 0.632, 0.305)
    assert {row[1:] for row in rows[1:]} == {(0, None, None)}


def test_blank_cells_by_hand(warehouse: Warehouse) -> None:
    rows = asked(warehouse, "blank_cells", "item_code, cells, blank, missing, unreadable, derived")
    by_item = {row[0]: row[1:] for row in rows}
    # Total column of 16 current reports: blank in finance 2023 and in the township's 2022.
    assert by_item["denied_state_secret"] == (16, 2, 0, 0, 2)
    assert by_item["unavailable_not_held"] == (16, 2, 0, 0, 2)
    # One report in the old form has no such row; the hybrid lacks it.
    assert by_item["other_reason"] == (15, 1, 1, 0, 1)


def test_the_reform_by_hand(warehouse: Warehouse) -> None:
    rows = asked(warehouse, "reform", "report_year, channel_code, decided, corrected")
    assert [row for row in rows if row[2]] == [
        (2023, "litigation_direct", 2, 0),
        (2023, "reconsideration", 10, 4),
    ]


def test_copies_and_corrections_are_found() -> None:
    outcome = {("reconsideration", "corrected"): 12, ("reconsideration", "upheld"): 18}
    warehouse = build(
        reports=[
            Spec("copy22", "town", 2022, counts={"new_received": 50, "granted": 50}),
            Spec("copy23", "town", 2023, counts={"new_received": 50, "granted": 50}, review=outcome),
        ]
    )
    assert asked(warehouse, "copies", "agency_name, years, report_years") == [("丙县东溪镇人民政府", 2, "2022 2023")]
    assert asked(warehouse, "reconsideration", "agency_name, corrected, decided, correction_rate, rank, peers") == [
        ("丙县东溪镇人民政府", 12, 30, 0.4, 1, 1)
    ]


def test_every_question_is_asked_in_both_languages_and_answered_briefly(warehouse: Warehouse) -> None:
    listed = questions()
    assert len(listed) >= 20
    assert len({found.name for found in listed}) == len(listed)
    for found in listed:
        assert found.zh.endswith("？"), found.name
        assert found.en.endswith("?"), found.name
        assert found.note_zh, found.name
        assert found.note_en, found.name
        assert len(warehouse.execute(found.sql).fetchall()) <= 200, found.name


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(LookupError):
        question("nothing")


def test_a_report_in_two_files_shows_both() -> None:
    warehouse = build(
        reports=[
            Spec("page", "fin", 2023, counts={"new_received": 5, "granted": 5}, path="fin/page.html"),
            Spec("word", "fin", 2023, counts={"new_received": 7, "granted": 7}, path="fin/word.docx", current=False),
        ]
    )
    warehouse.execute(
        """INSERT INTO dq_issue BY NAME SELECT report_id || '!' AS issue_id, report_id,
             'duplicate_report' AS rule_code, 'info' AS severity, 'zh' AS message_zh, 'en' AS message_en,
             '2' AS actual FROM dim_report"""
    )
    assert asked(warehouse, "duplicates", "source_path, is_current, figures_that_differ") == [
        ("fin/page.html", True, "2"),
        ("fin/word.docx", False, "2"),
    ]
