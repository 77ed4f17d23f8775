from __future__ import annotations

import random

from benchmarks.clean_series import Agency, _sentences
from tests.checks.drafts import OFFICE, issues, only, report, rules

CLAIM = {
    "section_no": 1,
    "claim_code": "received",
    "value": 41.0,
    "expected": 17.0,
    "sentence": "全年共收到政府信息公开申请41件。",
    "cells": "application/new_received/total|application/new_received/total+application/carried_in/total",
}


def _claiming(**columns):
    draft = report()
    draft.claims.append({**CLAIM, **columns})
    return draft


def test_a_contradiction_quotes_the_sentence_and_both_figures():
    row = only(issues(_claiming(verdict="contradicts")), "narrative_mismatch")
    assert (row["expected"], row["actual"]) == ("17", "41")
    assert row["fact_table"] == "fact_application"
    assert row["cell"] == "new_received/total"
    assert "收到政府信息公开申请41件" in row["message_zh"]
    assert row["locator"].startswith("cell")


def test_a_long_sentence_is_shortened():
    row = only(issues(_claiming(verdict="contradicts", sentence="甲" * 500)), "narrative_mismatch")
    assert len(row["message_zh"]) < 160


def test_other_verdicts_are_no_finding():
    assert rules(_claiming(verdict="agrees")) == []
    assert rules(_claiming(verdict="not_comparable")) == []


def _written(year: int, text: str, agency: Agency = OFFICE):
    draft = report(year, agency=agency)
    draft.sections[1] = ("一、总体情况", text.replace("YEAR", str(year)))
    return draft


def _text(seed: int, sentences: int = 20) -> str:
    return "YEAR年，" + _sentences(random.Random(seed), sentences)


def test_last_years_text_with_another_year_in_it():
    row = only(issues(_written(2022, _text(1)), _written(2023, _text(1))), "boilerplate_text")
    assert row["severity"] == "info"
    assert int(row["actual"]) >= 90


def test_other_text_and_short_text_are_not_boilerplate():
    assert rules(_written(2022, _text(1)), _written(2023, _text(2))) == []
    assert rules(_written(2022, _text(1, 3)), _written(2023, _text(1, 3))) == []


def test_phrases_that_many_bodies_share_do_not_count():
    drafts = [
        _written(year, _text(1), Agency(f"a{n}", "department", "county", 0)) for n in range(4) for year in (2022, 2023)
    ]
    assert rules(*drafts) == []
