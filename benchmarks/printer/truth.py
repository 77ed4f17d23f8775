"""What a report says: agency, year, form and every cell, invented.

``consistent`` and ``series`` obey the identities of the form and the carry-over from year to
year; ``arbitrary`` obeys nothing, so that no two cells can be taken for each other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from benchmarks.printer import form as f

Cells = dict[tuple[str, str], float | None]
PARTS = f.APPLICANTS[:-1]


@dataclass(frozen=True, slots=True)
class Truth:
    """One report. ``None`` is a cell that stands there empty; ``form`` is 2019, 2021 or hybrid."""

    agency: str
    year: int
    form: str
    application: Cells
    proactive: Cells
    review: Cells
    published_on: date
    site_code: str
    host: str = ""
    """The government that owns the site, usually another body."""
    scope: str = "own"
    kind: str = "department"
    facts: Mapping[str, int] = field(default_factory=dict)
    """Figures that only the text states."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What stays the same for one agency over the years."""

    agency: str
    kind: str
    scope: str
    busyness: float
    """Requests a year, roughly; 0 for a township where nobody ever asks."""
    rulemaker: bool = False
    documents: int = 0
    decisions: int = 0
    fees: float = 0.0
    site_code: str = ""
    host: str = ""


def form_of_year(year: int) -> str:
    """The edition in force for the report year."""
    return "2019" if year < 2021 else "2021"


def _around(rng: random.Random, mean: float) -> int:
    return max(0, round(rng.gauss(mean, mean * 0.25 + 0.4))) if mean else 0


def _spread(rng: random.Random, total: int, weights: Sequence[float]) -> list[int]:
    """``total`` things dropped on places of the given weights; fast for large totals."""
    counts = [0] * len(weights)
    rest = total
    if total > 200:
        scale = sum(weights)
        counts = [int(total * w / scale) for w in weights]
        rest = total - sum(counts)
    for place in rng.choices(range(len(weights)), weights, k=rest) if rest else ():
        counts[place] += 1
    return counts


_APPLICANT_WEIGHTS = (80.0, 10, 1, 1, 4, 4)
_DISPOSITION_WEIGHTS = (38.0, 9, 0.3, 1, 0.2, 3, 3, 3, 1, 4, 18, 4, 2, 6, 2, 0.3, 0.6, 0.8, 2, 0.1, 1.7)


def _application(rng: random.Random, profile: Profile, form: str, carried_in: Sequence[int]) -> Cells:
    codes = f.DISPOSITIONS_2021 if form == "2021" else f.DISPOSITIONS_2019
    weights = _DISPOSITION_WEIGHTS[: len(codes)]
    handled = _around(rng, profile.busyness)
    forward = _spread(rng, _around(rng, profile.busyness * 0.06), _APPLICANT_WEIGHTS)
    cells: Cells = {}
    for place, (applicant, finished) in enumerate(zip(PARTS, _spread(rng, handled, _APPLICANT_WEIGHTS), strict=True)):
        finished_at_least = max(finished, carried_in[place] - forward[place])
        cells["new_received", applicant] = finished_at_least + forward[place] - carried_in[place]
        cells["carried_in", applicant] = carried_in[place]
        for code, count in zip(codes, _spread(rng, finished_at_least, weights), strict=True):
            cells[code, applicant] = count
        cells["total_handled", applicant] = finished_at_least
        cells["carried_forward", applicant] = forward[place]
    for item in f.items(form):
        cells[item.code, "total"] = sum(cells[item.code, a] or 0 for a in PARTS)
    return {cell: cells[cell] for cell in f.application_cells(form)}


def _proactive(rng: random.Random, profile: Profile, form: str, before: Cells | None) -> Cells:
    def stock(category: str, size: int) -> tuple[int, int, int]:
        issued, repealed = _around(rng, size / 9), _around(rng, size / 25)
        held = None if before is None else before.get((category, "in_force"))
        return issued, repealed, max(0, int(held) + issued - repealed if held is not None else size + issued)

    rules = stock("regulation", 12 if profile.rulemaker else 0)
    documents = stock("normative_document", profile.documents)
    decisions = [_around(rng, profile.decisions * share) for share in (1.0, 0.35, 0.04)]
    fee = round(profile.fees * rng.uniform(0.8, 1.2), rng.choice((0, 2, 4))) if profile.fees else 0
    if form != "2019":
        values = [*_bounded(rules), *_bounded(documents), *decisions, fee]
    else:
        prior = [_prior(before, c, _around(rng, profile.decisions / 40)) for c in _ITEM_CATEGORIES]
        moved = [rng.choice((0, 0, 1, -2, 5)) if p > 2 else 0 for p in prior]
        values = [
            *(rules[0], rules[0], rules[2], documents[0], documents[0], documents[2]),
            *(prior[0], moved[0], decisions[0], prior[1], moved[1], _around(rng, profile.decisions / 10)),
            *(prior[2], moved[2], decisions[1], prior[3], moved[3], decisions[2], prior[4], moved[4]),
            *(_around(rng, profile.documents / 3), round(profile.fees * 1.7, 2)),
        ]
    return dict(zip(f.proactive_cells(form), values, strict=True))


_ITEM_CATEGORIES = (
    "administrative_license",
    "other_external_service",
    "administrative_penalty",
    "administrative_coercion",
    "administrative_fee",
)


def _prior(before: Cells | None, category: str, else_: int) -> int:
    if before is None or before.get((category, "prior_year_items")) is None:
        return else_
    return int((before[category, "prior_year_items"] or 0) + (before[category, "change"] or 0))


def _bounded(stock: tuple[int, int, int]) -> tuple[int, int, int]:
    issued, repealed, held = stock
    return issued, repealed, max(held, issued - repealed, 0)


def _review(rng: random.Random, profile: Profile) -> Cells:
    cells: Cells = {}
    for channel, share in zip(f.CHANNELS, (0.05, 0.015, 0.01), strict=True):
        counts = _spread(rng, _around(rng, profile.busyness * share), (6.0, 2, 2, 1))
        for outcome, value in zip(f.OUTCOMES, (*counts, sum(counts)), strict=True):
            cells[channel, outcome] = value
    return cells


def consistent(rng: random.Random, profile: Profile, year: int, before: Truth | None = None, form: str = "") -> Truth:
    """One year's report of an agency, continuing ``before`` where that is given."""
    form = form or form_of_year(year)
    carried = [int((before.application.get(("carried_forward", a)) if before else 0) or 0) for a in PARTS]
    january = profile.kind not in ("government", "township", "subdistrict")
    published = date(year + 1, 1, 8) + timedelta(days=rng.randrange(22 if january else 75))
    return Truth(
        agency=profile.agency,
        year=year,
        form=form,
        application=_application(rng, profile, form, carried),
        proactive=_proactive(rng, profile, form, before.proactive if before else None),
        review=_review(rng, profile),
        published_on=published,
        site_code=profile.site_code,
        host=profile.host,
        scope=profile.scope,
        kind=profile.kind,
        facts={"published": 60 + rng.randrange(900), "meetings": rng.randrange(1, 5), "trained": rng.randrange(12, 90)},
    )


def series(
    rng: random.Random, profile: Profile, years: Sequence[int], forms: Mapping[int, str] = MappingProxyType({})
) -> Iterator[Truth]:
    """Reports of successive years with continuous carry-over and stock."""
    before: Truth | None = None
    for year in years:
        before = consistent(rng, profile, year, before, forms.get(year, ""))
        yield before


def summed(own: Truth, members: Sequence[Truth]) -> Truth:
    """A consolidated report: applications and cases of a body and its members, section 2 of the body alone."""

    def add(table: str) -> Cells:
        tables = [getattr(truth, table) for truth in (own, *members)]
        return {cell: sum(cells.get(cell) or 0 for cells in tables) for cell in tables[0]}

    return replace(own, application=add("application"), review=add("review"), scope="consolidated")


_AGENCIES = ("云泽市岚溪县水务局", "丰禾县石桥镇人民政府", "云泽市人民政府办公室", "岚溪县松垭街道办事处")
_MAGNITUDES = (0, 0, 9, 99, 999, 9_999, 99_999, 9_999_999)


def arbitrary(rng: random.Random, form: str = "2021", *, blanks: float = 0.1, zeros: bool = False) -> Truth:
    """Cells of any size without any identity between them; ``zeros`` makes the usual township of zeros."""

    def value(cell: tuple[str, str]) -> float | None:
        if rng.random() < blanks:
            return None
        number: float = 0 if zeros else rng.randint(0, rng.choice(_MAGNITUDES))
        if cell[1] in ("amount", "total_amount"):
            return round(number + rng.random() * (not zeros), rng.choice((0, 1, 2, 4)))
        return -number if cell[1] == "change" and rng.random() < 0.4 else number

    truth = consistent(rng, Profile("丰禾县水务局", "department", "own", 3), rng.randrange(2019, 2026), form=form)
    return replace(
        truth,
        agency=rng.choice(_AGENCIES),
        year=rng.randrange(2019, 2021) if form == "2019" else rng.randrange(2021, 2026),
        application={cell: value(cell) for cell in f.application_cells(form)},
        proactive={cell: value(cell) for cell in f.proactive_cells(form)},
        review={cell: value(cell) for cell in f.review_cells()},
        site_code="9901230007",
        host="岚溪县人民政府",
    )
