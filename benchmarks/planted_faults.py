"""Breaks one thing at a time in clean reports and counts what the checks find: recall and false alarms per rule.

    python -m benchmarks.planted_faults [agencies] [faults per rule]

A fault is planted in one report of a body that no other fault touches. A finding is a false
alarm when it is of another rule than the planted one and its unavoidable consequences
(a copied year cannot also carry over rightly), or on a body without a fault.
"""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from benchmarks.clean_series import DISPOSITIONS, OTHER, Draft, World, clean_world
from pipelines.checks import find_issues
from pipelines.checks.corpus import APPLICANTS, CELLS
from schemas.vocabulary import codes

LAST, FIRST_OF_2021 = 2024, 2021
APPLICATION, PROACTIVE, REVIEW = "fact_application", "fact_proactive_disclosure", "fact_review_litigation"
Plant = Callable[[Draft, World], None]


class Fault(NamedTuple):
    """One way to break a report: the rule that has to speak, what breaks it, where it can be broken."""

    rule_code: str
    name: str
    plant: Plant
    can: Callable[[Draft], bool]
    consequences: frozenset[str] = frozenset()


class Score(NamedTuple):
    """What the checks made of one fault."""

    fault: Fault
    planted: int
    found: int
    false: list[tuple[str, str]]
    reports: int


def value(draft: Draft, cell: str) -> float:
    """The cell as a number, zero where it is none."""
    return draft.cells.get(cell, (0.0, ""))[0] or 0.0


def put(draft: Draft, cell: str, number: float) -> None:
    """Print a number in a cell."""
    draft.cells[cell] = (number, "reported")


def add(draft: Draft, cell: str, number: float) -> None:
    """Print a number that is so much larger."""
    put(draft, cell, value(draft, cell) + number)


def lose(draft: Draft, cells: list[str]) -> None:
    """Take cells out of the document."""
    for cell in cells:
        draft.cells[cell] = (None, "missing")


def observed(rule_code: str, **columns: str) -> Plant:
    """The parser noticed something."""

    def plant(draft: Draft, _: World) -> None:
        draft.observations.append({"rule_code": rule_code, **columns})

    return plant


def _balance(draft: Draft, _: World) -> None:
    for applicant in ("natural_person", "total"):
        add(draft, f"new_received/{applicant}", 7)


def _dispositions(draft: Draft, _: World) -> None:
    for applicant in ("natural_person", "total"):
        add(draft, f"unavailable_not_held/{applicant}", 1)


def _applicants(draft: Draft, _: World) -> None:
    lost = next(item for item in DISPOSITIONS[1:] if value(draft, f"{item}/natural_person"))
    add(draft, f"{lost}/natural_person", -1)
    add(draft, f"{DISPOSITIONS[0]}/natural_person", 1)


def _outcomes(draft: Draft, _: World) -> None:
    add(draft, "reconsideration/total", 1)


def _table_gone(draft: Draft, world: World) -> None:
    lose(draft, list(CELLS[REVIEW]))
    observed("missing_table", fact_table=REVIEW)(draft, world)


def _row_gone(draft: Draft, _: World) -> None:
    lose(draft, [f"granted/{applicant}" for applicant in APPLICANTS])


def _column_gone(draft: Draft, _: World) -> None:
    lose(draft, [cell for cell in draft.cells if cell.endswith("/research_institution")])


def _letter(draft: Draft, _: World) -> None:
    draft.cells["administrative_penalty/decisions"] = (None, "unreadable")


def _many_penalties(draft: Draft, _: World) -> None:
    put(draft, "administrative_penalty/decisions", value(draft, "administrative_penalty/decisions") * 12)


def _negative(draft: Draft, _: World) -> None:
    put(draft, "administrative_coercion/decisions", -3)


def _fraction(draft: Draft, _: World) -> None:
    put(draft, "administrative_license/decisions", 12.5)


def _width(draft: Draft, world: World) -> None:
    _row_gone(draft, world)
    observed("row_width_mismatch", fact_table=APPLICATION, cell="granted", expected="7", actual="6")(draft, world)


def _mixed(draft: Draft, world: World) -> None:
    for applicant in APPLICANTS:
        put(draft, f"other_handling/{applicant}", sum(value(draft, f"{i}/{applicant}") for i in OTHER["2021"]))
        lose(draft, [f"{item}/{applicant}" for item in OTHER["2021"]])
    observed("table_mixed_forms", fact_table=APPLICATION, expected="2021", actual="2019")(draft, world)


def _old_form(draft: Draft, _: World) -> None:
    for applicant in APPLICANTS:
        put(draft, f"other_handling/{applicant}", sum(value(draft, f"{i}/{applicant}") for i in OTHER["2021"]))
        for item in OTHER["2021"]:
            del draft.cells[f"{item}/{applicant}"]
    draft.form = "2019"


def _carry(draft: Draft, _: World) -> None:
    for applicant in ("natural_person", "total"):
        add(draft, f"carried_in/{applicant}", 3)
        add(draft, f"new_received/{applicant}", -3)


def _in_force(draft: Draft, _: World) -> None:
    add(draft, "normative_document/in_force", 5)


def _prior_items(draft: Draft, _: World) -> None:
    add(draft, "administrative_license/prior_year_items", 4)


def _claim(draft: Draft, _: World) -> None:
    claim = {"section_no": 1, "claim_code": "received", "value": 41.0, "sentence": "全年收到申请41件。"}
    cells = "application/new_received/total|application/new_received/total+application/carried_in/total"
    draft.claims.append({**claim, "cells": cells, "expected": 17.0, "verdict": "contradicts"})


def _rollup(draft: Draft, _: World) -> None:
    for cell in CELLS[REVIEW][:5]:
        put(draft, cell, 0)


def _duplicate(draft: Draft, world: World) -> None:
    other = copy.deepcopy(draft)
    other.path, other.is_current = f"copy/{draft.path}", False
    for outcome in ("upheld", "total"):
        add(other, f"reconsideration/{outcome}", 1)
    world.drafts.append(other)


def _rules_made(draft: Draft, _: World) -> None:
    put(draft, "regulation/issued", 1)
    put(draft, "regulation/in_force", 1)


def _issued_above(draft: Draft, _: World) -> None:
    least = value(draft, "normative_document/in_force") + value(draft, "normative_document/repealed")
    put(draft, "normative_document/issued", least + 2)


def _disclosed_above(draft: Draft, _: World) -> None:
    put(draft, "normative_document/newly_disclosed", value(draft, "normative_document/total_disclosed") + 2)


def _yuan(draft: Draft, _: World) -> None:
    put(draft, "administrative_fee/amount", value(draft, "administrative_fee/amount") * 10_000)


def _published(month: int, years_later: int) -> Plant:
    def plant(draft: Draft, _: World) -> None:
        draft.published_on = date(draft.year + years_later, month, 20)

    return plant


def _no_section(draft: Draft, _: World) -> None:
    del draft.sections[5]


def _section(number: int, body: str) -> Plant:
    def plant(draft: Draft, _: World) -> None:
        heading, _body = draft.sections[number]
        draft.sections[number] = (heading, body)

    return plant


def _gap(text: str) -> Plant:
    def plant(draft: Draft, _: World) -> None:
        heading, body = draft.sections[1]
        draft.sections[1] = (heading, f"{body}{text}")

    return plant


def _year_before(draft: Draft, world: World) -> Draft:
    return next(one for one in world.drafts if one.agency is draft.agency and one.year == draft.year - 1)


def _copied_figures(draft: Draft, world: World) -> None:
    draft.cells = dict(_year_before(draft, world).cells)


def _copied_text(draft: Draft, world: World) -> None:
    before = _year_before(draft, world)
    for number in (1, 5):
        heading, body = before.sections[number]
        draft.sections[number] = (heading, (body or "").replace(str(before.year), str(draft.year)))


def _last(draft: Draft) -> bool:
    return draft.year == LAST and draft.scope == "own"


def _last_with(cell: str, least: float = 1) -> Callable[[Draft], bool]:
    return lambda draft: _last(draft) and value(draft, cell) >= least


def _several_dispositions(draft: Draft) -> bool:
    return _last(draft) and any(value(draft, f"{item}/natural_person") for item in DISPOSITIONS[1:])


def _in_year(year: int) -> Callable[[Draft], bool]:
    return lambda draft: draft.year == year and draft.scope == "own"


def _with_legal_date(draft: Draft) -> bool:
    return _last(draft) and draft.agency.kind in {"department", "government", "government_office", "vertical_agency"}


def _enough_figures(draft: Draft) -> bool:
    return _last(draft) and draft.agency.size >= 4


def _carries(draft: Draft) -> bool:
    """Whether both years print what they carry, so that the break can be seen."""
    return _last_with("new_received/natural_person", 30)(draft) and value(draft, "carried_in/natural_person") > 0


def _prints_cases(draft: Draft) -> bool:
    return _last(draft) and all(draft.cells[f"reconsideration/{end}"][1] == "reported" for end in ("upheld", "total"))


def _county_with_cases(draft: Draft) -> bool:
    return draft.year == LAST and draft.scope == "consolidated" and value(draft, "reconsideration/total") > 4


JUMP = frozenset({"implausible_value"})
CARRIED = frozenset({"carryover_continuity", "in_force_continuity"})
LETTERED = "administrative_penalty/decisions"

ANOTHER_YEAR = observed("year_conflict", expected="2024", actual="2023")
ANOTHER_AGENCY = observed("agency_conflict", expected="甲", actual="乙")

FAULTS = (
    Fault("application_balance", "new requests +7", _balance, _last),
    Fault("disposition_sum", "one disposition +1", _dispositions, _last_with("total_handled/natural_person")),
    Fault("applicant_sum", "one request in another row", _applicants, _several_dispositions),
    Fault("review_sum", "total +1", _outcomes, _last_with("reconsideration/total")),
    Fault("missing_table", "no table in section 4", _table_gone, _last),
    Fault("missing_cell", "one row gone", _row_gone, _last),
    Fault("missing_cell", "one column gone", _column_gone, _last),
    Fault("unreadable_value", "a letter for a digit", _letter, _last),
    Fault("implausible_value", "penalties × 12", _many_penalties, _last_with(LETTERED, 20)),
    Fault("implausible_value", "a negative count", _negative, _last),
    Fault("implausible_value", "half a licence", _fraction, _last),
    Fault("year_conflict", "another year in the text", ANOTHER_YEAR, _last),
    Fault("agency_conflict", "another agency in the text", ANOTHER_AGENCY, _last),
    Fault("row_width_mismatch", "six values for seven columns", _width, _last),
    Fault("table_mixed_forms", "one row for （六）", _mixed, _last),
    Fault("form_mismatch", "2024 in the form of 2019", _old_form, _last),
    Fault("carryover_continuity", "carried in +3", _carry, _carries),
    Fault("in_force_continuity", "in force +5", _in_force, _last),
    Fault("prior_items_continuity", "items +4", _prior_items, _in_year(2020)),
    Fault("narrative_mismatch", "another figure in the text", _claim, _last),
    Fault("rollup_mismatch", "no cases in the sum", _rollup, _county_with_cases),
    Fault("duplicate_report", "a second file", _duplicate, _prints_cases),
    Fault("regulation_power", "a rule made", _rules_made, lambda d: _last(d) and d.agency.kind == "township"),
    Fault("in_force_bound", "more issued than in force", _issued_above, _in_year(FIRST_OF_2021), JUMP),
    Fault("disclosed_bound", "more new than in all", _disclosed_above, _in_year(2020)),
    Fault("unit_suspect", "yuan for 10,000 yuan", _yuan, _last_with("administrative_fee/amount", 0.01)),
    Fault("published_too_early", "in December", _published(12, 0), _last),
    Fault("late_publication", "in July", _published(7, 1), _with_legal_date),
    Fault("missing_section", "no section 5", _no_section, _last),
    Fault("empty_section", "section 5: 无", _section(5, "无。"), _last),
    Fault("empty_section", "section 1 without text", _section(1, ""), _last),
    Fault("fee_statement_missing", "section 6: nothing else", _section(6, "没有其他需要报告的事项。"), _last),
    Fault("prior_year_copy", "all figures of 2023", _copied_figures, _enough_figures, CARRIED),
    Fault("boilerplate_text", "all text of 2023", _copied_text, _last),
    Fault("placeholder_text", "公开信息  条", _gap("全年公开信息  条，"), _last),
    Fault("placeholder_text", "XX", _gap("受理XX件，"), _last),
    Fault("placeholder_text", "（文字描述）", _gap("（文字描述）"), _last),
)


def plant(fault: Fault, world: World, count: int, seed: int) -> list[Draft]:
    """Plant the fault in reports of up to ``count`` different bodies and return the broken reports."""
    rng = random.Random(seed)
    able = [draft for draft in world.drafts if fault.can(draft) and _free(draft, fault)]
    rng.shuffle(able)
    broken = able[:count]
    for draft in broken:
        fault.plant(draft, world)
    return broken


def _free(draft: Draft, fault: Fault) -> bool:
    """Whether no consolidated report sums this one: its own faults would show there too."""
    return fault.rule_code == "rollup_mismatch" or draft.agency.parent is None


def score(fault: Fault, agencies: int, count: int, seed: int) -> Score:
    """Plant one fault in a clean world of its own and compare what is found."""
    world = clean_world(agencies, seed)
    broken = plant(fault, world, count, seed)
    issues = find_issues(world.tables())
    return Score(
        fault, len(broken), _found(fault, broken, issues), list(_false(fault, broken, issues)), len(world.drafts)
    )


def _found(fault: Fault, broken: list[Draft], issues: pl.DataFrame) -> int:
    fired = set(issues.filter(pl.col("rule_code") == fault.rule_code)["report_id"])
    return sum(draft.report_id in fired for draft in broken)


def _false(fault: Fault, broken: list[Draft], issues: pl.DataFrame) -> Iterator[tuple[str, str]]:
    touched = {draft.report_id for draft in broken} | {f"copy/{draft.report_id}" for draft in broken}
    expected = {fault.rule_code, *fault.consequences}
    for report, rule in issues.select("report_id", "rule_code").unique().iter_rows():
        if report not in touched or rule not in expected:
            yield report, rule


def main() -> None:
    """Print the table."""
    agencies, count = (int(sys.argv[1]), int(sys.argv[2])) if sys.argv[2:] else (200, 30)
    scores = [score(fault, agencies, count, seed=number) for number, fault in enumerate(FAULTS)]
    false = [rule for one in scores for _, rule in one.false]
    print(f"{'rule':24}{'fault':32}{'planted':>8}{'found':>7}")
    for one in scores:
        print(f"{one.fault.rule_code:24}{one.fault.name:32}{one.planted:8}{one.found:7}")
    reports = sum(one.reports for one in scores)
    print(f"\nfalse alarms in {reports:,} reports, by rule:")
    for rule in codes("rules", "rule_code"):
        print(f"{rule:24}{false.count(rule):8}")
    unplanted = set(codes("rules", "rule_code")) - {fault.rule_code for fault in FAULTS}
    print(f"rules without a planted fault: {sorted(unplanted) or 'none'}")


if __name__ == "__main__":
    main()
