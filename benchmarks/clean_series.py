"""Generated reports without a fault: several years of many bodies in both editions of the form.

Every identity of the form and every continuity between years holds, texts differ from year to
year, dates are in time. Faults are planted in these (``planted_faults.py``), and the checks must
find nothing in them as they are.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import polars as pl

from pipelines.checks.corpus import APPLICANTS, CELLS, CHANNELS, FACTS, OUTCOMES
from schemas.dimensions import AgencyHierarchy, DimAgency, DimReport
from schemas.facts import FactApplication, FactProactiveDisclosure, FactReviewLitigation, NarrativeClaim, ReportSection
from schemas.vocabulary import rows

YEARS = (2019, 2020, 2021, 2022, 2023, 2024)
SIX = APPLICANTS[:-1]
DISPOSITIONS = tuple(
    row["item_code"]
    for row in rows("application_item")
    if row["group_code"] not in {"intake", "total", "carried_forward", "other_handling"}
)
OTHER = {"2021": ("other_no_clarification", "other_fee_unpaid", "other_reason"), "2019": ("other_handling",)}
FORM_ITEMS = {
    form: [row["item_code"] for row in rows("application_item") if form in row["forms"].split()]
    for form in ("2019", "2021")
}
FORM_MEASURES = {
    form: [
        f"{row['category_code']}/{row['measure_code']}"
        for row in rows("proactive_measure")
        if form in row["forms"].split()
    ]
    for form in ("2019", "2021")
}
UNITS = {f"{row['category_code']}/{row['measure_code']}": row["unit"] for row in rows("proactive_measure")}
SUBJECTS = (
    "办公室",
    "各科室",
    "信息中心",
    "政务服务窗口",
    "法制机构",
    "档案部门",
    "宣传岗位",
    "督查岗位",
    "值班岗位",
    "联络员",
)
ACTIONS = ("整理", "核对", "更新", "公布", "汇编", "解读", "清理", "补录", "审查", "归档")
OBJECTS = (
    "办事指南",
    "预算说明",
    "会议材料",
    "规划文本",
    "统计资料",
    "招考公告",
    "救助名单",
    "工程进度",
    "应急预案",
    "价格目录",
)
MANNERS = ("按月", "逐项", "及时", "分批", "集中", "提前", "在线", "公开栏内", "会同村居", "依照目录")

Cells = dict[str, tuple[float | None, str]]


@dataclass(frozen=True)
class Agency:
    """One body: what its row in ``dim_agency`` says, and how large it is."""

    agency_id: str
    kind: str
    level: str
    size: int
    parent: str | None = None


@dataclass
class Draft:
    """One report that can still be changed; cells are value and status, by ``item_code/applicant_code``."""

    agency: Agency
    year: int
    form: str
    path: str
    scope: str = "own"
    published_on: date | None = None
    title: str = ""
    cells: Cells = field(default_factory=dict)
    sections: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    claims: list[dict[str, object]] = field(default_factory=list)
    observations: list[dict[str, object]] = field(default_factory=list)
    is_current: bool = True
    in_raw: bool = True
    version: int = 1

    @property
    def report_id(self) -> str:
        """Path and version stand in for the content's hash."""
        return f"{self.path}@{self.version}"


@dataclass
class World:
    """Bodies and their reports."""

    agencies: list[Agency]
    drafts: list[Draft]

    def tables(self) -> dict[str, pl.DataFrame]:
        """The frames that ``find_issues`` takes."""
        return {
            "dim_report": pl.DataFrame([_report_row(d) for d in self.drafts], schema=DimReport.polars_schema()),
            "dim_agency": pl.DataFrame([_agency_row(a) for a in self.agencies], schema=DimAgency.polars_schema()),
            "agency_hierarchy": _hierarchy(self.agencies),
            **{table: _facts(table, self.drafts) for table in FACTS},
            "report_section": _sections(self.drafts),
            "narrative_claim": _claims(self.drafts),
            "observation": _observations(self.drafts),
        }


def clean_world(agencies: int, seed: int) -> World:
    """Series of ``agencies`` bodies over :data:`YEARS`.

    Townships, departments, prefecture governments, and county governments whose consolidated
    reports sum their subordinates; a third of the bodies print blanks for zeros.
    """
    rng = random.Random(seed)
    world = World([], [])
    while len(world.agencies) < agencies:
        number = len(world.agencies)
        if rng.random() < 0.1 and agencies - number >= 6:
            _add_county(world, number, rng)
        else:
            kind, level = rng.choice(
                [
                    ("township", "township"),
                    ("subdistrict", "township"),
                    ("department", "county"),
                    ("department", "municipal"),
                    ("government_office", "municipal"),
                    ("government", "municipal"),
                    ("vertical_agency", "county"),
                ]
            )
            agency = Agency(f"agency-{seed}-{number}", kind, level, rng.choice([0, 1, 4, 20, 150, 900]))
            world.agencies.append(agency)
            world.drafts += series(agency, rng)
    return world


def series(agency: Agency, rng: random.Random, scope: str = "own") -> list[Draft]:
    """One body's reports, one a year."""
    blanks = rng.random() < 0.3
    state = _Stock(agency, rng)
    drafts: list[Draft] = []
    for year in YEARS:
        form = "2019" if year < 2021 else "2021"
        cells = {
            **_application(agency.size, form, state, rng),
            **_proactive(form, state, rng),
            **_review(state, rng),
        }
        printed = _printed(cells, blanks=blanks)
        if drafts and drafts[-1].cells == printed:  # the same year twice is no clean series, however small the body
            put_apart = cells["administrative_license/decisions"] + 1
            printed["administrative_license/decisions"] = (put_apart, "reported")
        drafts.append(_draft(agency, year, scope, printed, rng))
    return drafts


class _Stock:
    """What one year hands to the next."""

    def __init__(self, agency: Agency, rng: random.Random) -> None:
        makes_rules = agency.kind == "government" and agency.level == "municipal"
        self.forward = {one: _around(agency.size * 0.02, rng) for one in SIX}
        self.in_force = {
            "regulation": rng.randint(2, 20) if makes_rules else 0,
            "normative_document": rng.randint(0, 60),
        }
        self.makes_rules = makes_rules
        self.items = {c: rng.randint(0, 300) for c in ("license", "service", "penalty", "coercion", "fee")}
        self.decisions = {c: agency.size * rng.randint(0, 9) for c in ("license", "service", "penalty", "coercion")}
        self.cases = {cell: rng.randint(0, agency.size // 40 + 1) for cell in CELLS["fact_review_litigation"]}
        self.fee = rng.choice([0.0, rng.uniform(1, 400)])


def _around(level: float, rng: random.Random) -> int:
    return round(level * rng.uniform(0.7, 1.35))


def _application(size: int, form: str, state: _Stock, rng: random.Random) -> dict[str, float]:
    cells = {f"{item}/{applicant}": 0.0 for item in FORM_ITEMS[form] for applicant in APPLICANTS}
    rows_used = (*DISPOSITIONS, *OTHER[form])
    for applicant, share in zip(SIX, (0.8, 0.12, 0.01, 0.02, 0.03, 0.02), strict=True):
        new, carried = _around(size * share, rng), state.forward[applicant]
        forward = min(new, _around(size * share * 0.1, rng))
        handled = new + carried - forward
        state.forward[applicant] = forward
        for item, value in (("new_received", new), ("carried_in", carried), ("total_handled", handled)):
            cells[f"{item}/{applicant}"] = value
        cells[f"carried_forward/{applicant}"] = forward
        for item in rng.choices(rows_used, k=handled):
            cells[f"{item}/{applicant}"] += 1
    for item in FORM_ITEMS[form]:
        cells[f"{item}/total"] = sum(cells[f"{item}/{applicant}"] for applicant in SIX)
    return cells


def _proactive(form: str, state: _Stock, rng: random.Random) -> dict[str, float]:
    return _proactive_2021(state, rng) if form == "2021" else _proactive_2019(state, rng)


def _proactive_2021(state: _Stock, rng: random.Random) -> dict[str, float]:
    cells: dict[str, float] = {}
    for category, stock in state.in_force.items():
        issued = rng.randint(0, 4) if category == "normative_document" or state.makes_rules else 0
        repealed = rng.randint(0, min(3, stock))
        state.in_force[category] = stock + issued - repealed
        cells |= {
            f"{category}/issued": issued,
            f"{category}/repealed": repealed,
            f"{category}/in_force": state.in_force[category],
        }
    for name in ("license", "penalty", "coercion"):
        cells[f"administrative_{name}/decisions"] = _around(state.decisions[name], rng)
    cells["administrative_fee/amount"] = round(state.fee * rng.uniform(0.7, 1.3), 4)
    return cells


def _proactive_2019(state: _Stock, rng: random.Random) -> dict[str, float]:
    cells: dict[str, float] = {}
    for category in ("regulation", "normative_document"):
        made = rng.randint(0, 6) if category == "normative_document" or state.makes_rules else 0
        cells |= {f"{category}/newly_made": made, f"{category}/newly_disclosed": made}
        cells[f"{category}/total_disclosed"] = made + state.in_force[category]
    names = {
        "license": "administrative_license",
        "service": "other_external_service",
        "penalty": "administrative_penalty",
    }
    names |= {"coercion": "administrative_coercion", "fee": "administrative_fee"}
    for name, category in names.items():
        change = rng.randint(-min(5, state.items[name]), 8)
        cells |= {f"{category}/prior_year_items": state.items[name], f"{category}/change": change}
        state.items[name] += change
    for name in ("license", "service", "penalty", "coercion"):
        cells[f"{names[name]}/decisions"] = _around(state.decisions[name], rng)
    return cells | {"centralized_procurement/project_count": 3, "centralized_procurement/total_amount": 25.1}


def _review(state: _Stock, rng: random.Random) -> dict[str, float]:
    cells = {}
    for channel in CHANNELS:
        for outcome in OUTCOMES[:-1]:
            cells[f"{channel}/{outcome}"] = float(_around(state.cases[f"{channel}/{outcome}"], rng))
        cells[f"{channel}/total"] = sum(cells[f"{channel}/{outcome}"] for outcome in OUTCOMES[:-1])
    return cells


def _printed(cells: dict[str, float], *, blanks: bool) -> Cells:
    """How the figures are printed: some bodies leave zeros blank."""
    return {
        cell: (None, "blank") if blanks and value == 0 else (float(value), "reported") for cell, value in cells.items()
    }


def _draft(agency: Agency, year: int, scope: str, cells: Cells, rng: random.Random) -> Draft:
    form = "2019" if year < 2021 else "2021"
    last_month = 3 if agency.kind == "government" else 1
    return Draft(
        agency=agency,
        year=year,
        form=form,
        path=f"{agency.agency_id}/{year}-{scope}.html",
        scope=scope,
        published_on=rng.choice([None, date(year + 1, last_month, rng.randint(4, 31))]),
        title=f"示例机关{year}年政府信息公开工作年度报告",
        cells=cells,
        sections=_texts(year, rng),
    )


def _sentences(rng: random.Random, count: int) -> str:
    return "".join(
        f"{rng.choice(SUBJECTS)}{rng.choice(MANNERS)}{rng.choice(ACTIONS)}{rng.choice(OBJECTS)}和{rng.choice(OBJECTS)}。"
        for _ in range(count)
    )


def _texts(year: int, rng: random.Random) -> dict[int, tuple[str | None, str | None]]:
    return {
        1: ("一、总体情况", f"{year}年，" + _sentences(rng, 12)),
        2: ("二、主动公开政府信息情况", ""),
        3: ("三、收到和处理政府信息公开申请情况", ""),
        4: ("四、政府信息公开行政复议、行政诉讼情况", ""),
        5: ("五、存在的主要问题及改进情况", "不足之处在于" + _sentences(rng, 6)),
        6: ("六、其他需要报告的事项", f"{year}年没有收取信息处理费。"),
    }


def _add_county(world: World, number: int, rng: random.Random) -> None:
    """A county government whose consolidated report sums its subordinates' reports, and those."""
    county = Agency(f"county-{number}", "government", "county", 60)
    children = [
        Agency(f"county-{number}-{i}", kind, level, rng.choice([1, 20, 60]), county.agency_id)
        for i, (kind, level) in enumerate(
            [
                ("department", "county"),
                ("department", "county"),
                ("township", "township"),
                ("vertical_agency", "county"),
            ]
        )
    ]
    world.agencies += [county, *children]
    own = series(county, rng)
    below = [series(child, rng) for child in children]
    world.drafts += [draft for one in below for draft in one]
    summed = [one for one, child in zip(below, children, strict=True) if child.kind != "vertical_agency"]
    for place, draft in enumerate(own):
        parts = [draft, *(one[place] for one in summed)]
        section_two = {c: v for c, v in draft.cells.items() if c in UNITS}
        totals = {c: float(sum(p.cells[c][0] or 0 for p in parts)) for c in draft.cells if c not in UNITS}
        draft.cells = {**_printed(totals, blanks=False), **section_two}
        draft.scope = "consolidated"
        world.drafts.append(draft)


def _report_row(draft: Draft) -> dict[str, object]:
    seen = datetime(2025, 5, 1, tzinfo=UTC).replace(tzinfo=None)
    return {
        "report_id": draft.report_id,
        "agency_id": draft.agency.agency_id,
        "report_year": draft.year,
        "report_scope": draft.scope,
        "form_version": draft.form,
        "title": draft.title,
        "source_path": draft.path,
        "source_sha256": draft.report_id,
        "source_format": "html",
        "published_on": draft.published_on,
        "parse_status": "complete",
        "version": draft.version,
        "is_current": draft.is_current,
        "in_raw": draft.in_raw,
        "first_seen_at": seen,
        "loaded_at": seen,
    }


def _agency_row(agency: Agency) -> dict[str, object]:
    return {
        "agency_id": agency.agency_id,
        "agency_name": agency.agency_id,
        "admin_level": agency.level,
        "agency_kind": agency.kind,
        "parent_agency_id": agency.parent,
    }


def _hierarchy(agencies: Iterable[Agency]) -> pl.DataFrame:
    found = [
        {"agency_id": a.agency_id, "parent_agency_id": a.parent, "evidence": "manifest"} for a in agencies if a.parent
    ]
    return pl.DataFrame(found, schema=AgencyHierarchy.polars_schema())


def _facts(table: str, drafts: Sequence[Draft]) -> pl.DataFrame:
    first, second = FACTS[table]
    mine = set(CELLS[table])
    columns: dict[str, list[object]] = {
        name: [] for name in ("report_id", first, second, "value", "value_raw", "value_status", "locator", "unit")
    }
    for draft in drafts:
        for place, (cell, (value, status)) in enumerate(draft.cells.items()):
            if cell not in mine:
                continue
            row, column = cell.split("/")
            raw = {"reported": f"{value:g}" if value is not None else "", "unreadable": "O"}.get(status)
            given = (draft.report_id, row, column, value, raw, status, f"cell {place}", UNITS.get(cell))
            for name, item in zip(columns, given, strict=True):
                columns[name].append(item)
    schema = {
        "fact_application": FactApplication,
        "fact_proactive_disclosure": FactProactiveDisclosure,
        "fact_review_litigation": FactReviewLitigation,
    }[table].polars_schema()
    return pl.DataFrame({name: columns[name] for name in schema}, schema=schema)


def _sections(drafts: Sequence[Draft]) -> pl.DataFrame:
    found = [
        {"report_id": d.report_id, "section_no": number, "heading": heading, "body": body}
        for d in drafts
        for number, (heading, body) in d.sections.items()
    ]
    return pl.DataFrame(found, schema=ReportSection.polars_schema())


def _claims(drafts: Sequence[Draft]) -> pl.DataFrame:
    found = [
        {"report_id": d.report_id, "claim_no": number, **claim}
        for d in drafts
        for number, claim in enumerate(d.claims, start=1)
    ]
    return pl.DataFrame(found, schema=NarrativeClaim.polars_schema())


def _observations(drafts: Sequence[Draft]) -> pl.DataFrame:
    schema = dict.fromkeys(("report_id", "rule_code", "fact_table", "cell", "locator", "expected", "actual"), pl.String)
    found = [{"report_id": d.report_id, **seen} for d in drafts for seen in d.observations]
    return pl.DataFrame(found, schema=schema)
