"""Findings do not depend on how many reports are looked at together."""

from __future__ import annotations

import random

import polars as pl
import pytest

from benchmarks.clean_series import clean_world
from benchmarks.planted_faults import FAULTS
from pipelines.checks import copies, corpus, find_in_slices, find_issues, years
from pipelines.parts import slices_of

LONG = ("dim_report", "fact_application", "fact_proactive_disclosure", "fact_review_litigation", "report_section")


@pytest.fixture
def tables() -> dict[str, pl.DataFrame]:
    """A world with faults of every rule."""
    world, rng = clean_world(60, seed=5), random.Random(3)
    for fault in FAULTS:
        fault.plant(rng.choice([draft for draft in world.drafts if fault.can(draft)]), world)
    return world.tables()


def sliced(tables: dict[str, pl.DataFrame], number: int) -> list[dict[str, pl.DataFrame]]:
    reports = tables["dim_report"]["report_id"].sort()
    groups = [reports.gather_every(number, start).implode() for start in range(number)]
    names = (*LONG, "narrative_claim", "observation")
    return [{name: tables[name].filter(pl.col("report_id").is_in(mine)) for name in names} for mine in groups]


def test_slices_give_what_the_whole_gives(tables: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = find_issues(tables)
    assert whole["rule_code"].n_unique() > 20
    for module in (corpus, years, copies):
        monkeypatch.setattr(module, "REPORTS_AT_ONCE", 50)
    assert find_in_slices(tables, sliced(tables, 3)).equals(whole)


def test_a_slice_holds_whole_parts() -> None:
    parts = ["a", "a", "b", "c", "c", "c"]
    versions = pl.DataFrame({"report_id": list("uvwxyz"), "part": parts})
    found = [some["part"].unique().sort().to_list() for some in slices_of(versions, 3)]
    assert found == [["a", "b"], ["c"]]
    assert list(slices_of(versions.clear(), 3)) == []
