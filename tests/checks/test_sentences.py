"""Sentences of ``sentences.csv`` against the tables of one report: which contradict them, and which must not.

The report, a body's own or a county's: 17 new requests (16 of persons, 1 of an enterprise), 1 carried in,
16 handled, 2 carried forward; 3 reconsiderations and 2 court cases; 3 documents issued, 1 repealed, 25 in
force; 140 licences, 36 penalties, 2 coercive measures, fees of 6.5 万元.
"""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from pipelines.checks.corpus import CELLS
from pipelines.checks.narrative import judge_claims
from pipelines.report.claims import find_claims
from pipelines.report.model import Section
from tests.checks.test_narrative import facts

APPLICATION = {
    "new_received": (16, 1),
    "carried_in": (1, 0),
    "granted": (5, 1),
    "partially_granted": (2, 0),
    "denied_process_information": (1, 0),
    "unavailable_not_held": (4, 0),
    "not_processed_petition": (1, 0),
    "not_processed_repeated": (1, 0),
    "other_reason": (1, 0),
    "total_handled": (15, 1),
    "carried_forward": (2, 0),
}
REVIEW = {"reconsideration": (2, 1, 3), "litigation_direct": (0, 1, 1), "litigation_after_reconsideration": (1, 0, 1)}
PROACTIVE = {
    "normative_document": {"issued": 3, "repealed": 1, "in_force": 25},
    "administrative_license": {"decisions": 140},
    "administrative_penalty": {"decisions": 36},
    "administrative_coercion": {"decisions": 2},
    "administrative_fee": {"amount": 6.5},
}
OPENINGS = {
    "own": ("我局认真办理政府信息公开申请。", "全年新收到政府信息公开申请17件。"),
    "consolidated": ("全县认真办理政府信息公开申请。", "本报告由县政府汇总各部门情况编制。"),
}
"""What may stand before a sentence, by the report's scope; each sentence is judged behind both."""

with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as stream:
    SENTENCES = list(csv.DictReader(stream))


def cells() -> dict[str, float | None]:
    """Every cell of the form, zero where the report says nothing else."""
    names = {"fact_application": "application", "fact_proactive_disclosure": "proactive"}
    every: dict[str, float | None] = {
        f"{names.get(table, 'review')}/{cell}": 0.0 for table, own in CELLS.items() for cell in own
    }
    for item, (persons, enterprises) in APPLICATION.items():
        every[f"application/{item}/natural_person"] = persons
        every[f"application/{item}/commercial_enterprise"] = enterprises
        every[f"application/{item}/total"] = persons + enterprises
    for category, measures in PROACTIVE.items():
        every |= {f"proactive/{category}/{measure}": value for measure, value in measures.items()}
    for channel, outcomes in REVIEW.items():
        every |= {
            f"review/{channel}/{outcome}": value
            for outcome, value in zip(("upheld", "corrected", "total"), outcomes, strict=True)
        }
    return every


@pytest.fixture(scope="module")
def contradictions() -> set[str]:
    """The sentences that are held to contradict the tables, behind either opening."""
    lines = []
    for number, row in enumerate(SENTENCES):
        for opening in OPENINGS[row["scope"]]:
            section = Section(1, "", opening + row["sentence"], "")
            for place, claim in enumerate(find_claims([section], 2023, "2021")):
                lines.append({"report_id": f"{number} {opening}", "claim_no": place, **claim._asdict()})
    frame = pl.DataFrame(lines, schema_overrides={"reason": pl.String, "unit": pl.String}, infer_schema_length=None)
    ids = frame["report_id"].unique().to_list()
    reports = pl.DataFrame({"report_id": ids, "report_scope": [row_of(one)["scope"] for one in ids]})
    tables = [pl.concat(parts) for parts in zip(*(facts(cells(), one, {}) for one in ids), strict=True)]
    judged = judge_claims(frame, *tables, reports).filter(pl.col("verdict") == "contradicts")
    return {row_of(one)["sentence"] for one in judged["report_id"]}


def row_of(report: str) -> dict[str, str]:
    """The line of the sentence that a report was made of."""
    return SENTENCES[int(report.partition(" ")[0])]


def test_what_agrees_or_speaks_of_something_else_is_no_contradiction(contradictions: set[str]) -> None:
    assert contradictions & {row["sentence"] for row in SENTENCES if row["contradicts"] == "no"} == set()


def test_what_contradicts_is_seen(contradictions: set[str]) -> None:
    assert {row["sentence"] for row in SENTENCES if row["contradicts"] == "yes"} - contradictions == set()
