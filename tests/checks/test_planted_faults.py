from __future__ import annotations

import random
from collections.abc import Iterator

import polars as pl
import pytest

from benchmarks.clean_series import Draft, World, clean_world
from benchmarks.planted_faults import FAULTS, Fault, add
from pipelines.checks import find_issues
from schemas.quality import DqIssue
from schemas.vocabulary import codes


@pytest.fixture(scope="module")
def clean() -> pl.DataFrame:
    return find_issues(clean_world(200, seed=11).tables())


@pytest.fixture(scope="module")
def broken() -> tuple[dict[str, Draft], pl.DataFrame]:
    """One world with every fault, each in a body of its own."""
    world = clean_world(160, seed=5)
    places = dict(_places(world))
    return places, find_issues(world.tables())


def _places(world: World) -> Iterator[tuple[str, Draft]]:
    rng = random.Random(3)
    taken: set[str] = set()
    for fault in FAULTS:
        able = [
            d
            for d in world.drafts
            if fault.can(d)
            and d.agency.agency_id not in taken
            and (d.agency.parent is None or fault.rule_code == "rollup_mismatch")
        ]
        draft = rng.choice(able)
        taken.add(draft.agency.agency_id)
        fault.plant(draft, world)
        yield fault.name, draft


def test_two_hundred_clean_series_give_no_finding(clean):
    assert clean.select("report_id", "rule_code", "cell", "message_en").rows() == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule_code}: {fault.name}")
def test_a_planted_fault_is_found_where_it_is(fault: Fault, broken):
    places, found = broken
    draft = places[fault.name]
    fired = set(found.filter(pl.col("report_id") == draft.report_id)["rule_code"])
    assert fault.rule_code in fired
    assert fired <= {fault.rule_code, *fault.consequences}


def test_nothing_is_found_in_bodies_without_a_fault(broken):
    places, found = broken
    touched = {d.report_id for d in places.values()} | {f"copy/{d.report_id}" for d in places.values()}
    assert found.filter(~pl.col("report_id").is_in(touched)).is_empty()


def test_every_rule_has_a_planted_fault():
    assert {fault.rule_code for fault in FAULTS} == set(codes("rules", "rule_code"))


def test_findings_are_rows_of_the_contract(broken):
    DqIssue.validate(broken[1])


def test_messages_are_filled_and_hold_the_figures(broken):
    for row in broken[1].iter_rows(named=True):
        for language in ("zh", "en"):
            assert "{" not in row[f"message_{language}"]
            assert "null" not in row[f"message_{language}"]
    sums = broken[1].filter(pl.col("rule_code").is_in(["applicant_sum", "disposition_sum", "review_sum"]))
    for row in sums.iter_rows(named=True):
        assert row["expected"] in row["message_zh"]
        assert row["actual"] in row["message_en"]


def test_findings_on_cells_carry_their_places(broken):
    located = broken[1].filter(pl.col("rule_code").is_in(["application_balance", "disposition_sum", "review_sum"]))
    assert located["locator"].null_count() == 0
    assert located.height > 3


def test_identifiers_do_not_depend_on_what_else_is_found():
    world = clean_world(6, seed=2)
    add(world.drafts[0], "reconsideration/total", 1)
    alone = find_issues(world.tables())
    for draft in world.drafts[6:]:
        add(draft, "reconsideration/total", 1)
    together = find_issues(world.tables())
    assert together.height > alone.height
    assert set(alone["issue_id"]) <= set(together["issue_id"])


def test_lazy_frames_give_the_same_findings():
    world = clean_world(6, seed=2)
    add(world.drafts[0], "reconsideration/total", 1)
    tables = world.tables()
    assert find_issues({name: frame.lazy() for name, frame in tables.items()}).equals(find_issues(tables))


def test_no_reports_no_findings():
    assert find_issues({name: frame.head(0) for name, frame in clean_world(2, seed=1).tables().items()}).is_empty()
