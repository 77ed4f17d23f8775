"""Single reports for the checks' tests: everything zero and rightly so, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from benchmarks.clean_series import FORM_ITEMS, FORM_MEASURES, Agency, Draft, World
from pipelines.checks import find_issues
from pipelines.checks.corpus import APPLICANTS, CHANNELS, OUTCOMES

OFFICE = Agency("office", "department", "county", 0)
PROSE = "各科室逐项核对办事指南。"


def report(year: int = 2023, agency: Agency = OFFICE, form: str | None = None, **cells: float | str | None) -> Draft:
    """A report of zeros with some cells set: ``granted__total=3`` a number, ``None`` blank, else the status."""
    used = form or ("2021" if year >= 2021 else "2019")
    names = [f"{item}/{applicant}" for item in FORM_ITEMS[used] for applicant in APPLICANTS]
    names += [*FORM_MEASURES[used], *(f"{channel}/{outcome}" for channel in CHANNELS for outcome in OUTCOMES)]
    draft = Draft(
        agency=agency,
        year=year,
        form=used,
        path=f"{agency.agency_id}-{year}.html",
        title=f"{year}年政府信息公开工作年度报告",
        cells=dict.fromkeys(names, (0.0, "reported")),
        sections={
            1: ("一、总体情况", PROSE),
            2: ("二、主动公开政府信息情况", ""),
            3: ("三、收到和处理政府信息公开申请情况", ""),
            4: ("四、政府信息公开行政复议、行政诉讼情况", ""),
            5: ("五、存在的主要问题及改进情况", PROSE),
            6: ("六、其他需要报告的事项", "没有收取信息处理费。"),
        },
    )
    return change(draft, **cells)


def change(draft: Draft, **cells: float | str | None) -> Draft:
    """Set cells of a report, written as in :func:`report`."""
    for name, given in cells.items():
        cell = name.replace("__", "/")
        if given is None:
            draft.cells[cell] = (None, "blank")
        elif isinstance(given, str):
            draft.cells[cell] = (None, given)
        else:
            draft.cells[cell] = (float(given), "reported")
    return draft


def issues(*drafts: Draft) -> pl.DataFrame:
    """What the checks find in these reports."""
    agencies = list({draft.agency.agency_id: draft.agency for draft in drafts}.values())
    return find_issues(World(agencies, list(drafts)).tables())


def rules(*drafts: Draft) -> list[str]:
    """The rules that speak, sorted, once a finding."""
    return sorted(issues(*drafts)["rule_code"])


def rules_each(drafts: Sequence[Draft]) -> list[list[str]]:
    """The rules that speak of each report, all judged in one run; the reports become those of unrelated bodies."""
    for number, draft in enumerate(drafts):
        draft.agency = replace(draft.agency, agency_id=f"body-{number}")
        draft.path = f"report-{number}.html"
    found = issues(*drafts)
    spoken: dict[str, list[str]] = {draft.report_id: [] for draft in drafts}
    for report_id, rule_code in found.select("report_id", "rule_code").iter_rows():
        spoken[report_id].append(rule_code)
    return list(spoken.values())


def only(found: pl.DataFrame, rule_code: str) -> dict[str, str]:
    """The single finding, which is of this rule."""
    assert found["rule_code"].to_list() == [rule_code]
    return found.row(0, named=True)
