"""The printer of reports: truths obey the form, templates print what the printers print, samples are reproducible."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import samples
from benchmarks.country import Task, printed
from benchmarks.country_bodies import count_bodies, prefecture_bodies
from benchmarks.printer import form as f
from benchmarks.printer.damage import DAMAGES
from benchmarks.printer.html_layouts import PAGES
from benchmarks.printer.narrative import write
from benchmarks.printer.paper import compose
from benchmarks.printer.style import Style
from benchmarks.printer.templates import filling, print_filled, template
from benchmarks.printer.text_layouts import LAYOUTS
from benchmarks.printer.truth import PARTS, Profile, Truth, consistent, series, summed

RAW = Path(__file__).parents[2] / "data/raw"
BUSY = Profile("青峦县水务局", "department", "own", 40, documents=12, decisions=90, fees=3.25, host="青峦县人民政府")
OWN_DICE = {"tab_ragged", "tab_torn"}
"""Layouts that tear by the title, which a template does not know."""


def identities_hold(truth: Truth) -> bool:
    cells = truth.application
    codes = f.DISPOSITIONS_2021 if truth.form == "2021" else f.DISPOSITIONS_2019
    columns = all(
        cells["new_received", a] + cells["carried_in", a] == cells["total_handled", a] + cells["carried_forward", a]
        and sum(cells[code, a] for code in codes) == cells["total_handled", a]
        for a in f.APPLICANTS
    )
    rows = all(sum(cells[item.code, a] for a in PARTS) == cells[item.code, "total"] for item in f.items(truth.form))
    review = truth.review
    return (
        columns and rows and all(sum(review[c, o] for o in f.OUTCOMES[:-1]) == review[c, "total"] for c in f.CHANNELS)
    )


@pytest.mark.parametrize("busyness", [0, 3, 900])
def test_years_obey_the_form_and_follow_each_other(busyness: float) -> None:
    profile = replace(BUSY, busyness=busyness)
    years = list(series(random.Random(1), profile, range(2019, 2025)))
    assert all(identities_hold(truth) for truth in years)
    for before, after in pairwise(years):
        for applicant in f.APPLICANTS:
            carried = after.application["carried_in", applicant]
            assert carried == before.application["carried_forward", applicant]


def test_a_sum_obeys_the_form_too() -> None:
    parts = [consistent(random.Random(seed), BUSY, 2022) for seed in range(4)]
    whole = summed(parts[0], parts[1:])
    assert identities_hold(whole)
    assert whole.application["granted", "total"] == sum(part.application["granted", "total"] for part in parts)


@pytest.mark.parametrize("layout", [*sorted(set(LAYOUTS) - OWN_DICE), *(f"html_{name}" for name in PAGES)])
@pytest.mark.parametrize("form", ["2019", "2021", "hybrid"])
def test_a_template_prints_what_the_printer_prints(layout: str, form: str) -> None:
    year = 2020 if form == "2019" else 2022
    truth = consistent(random.Random(2), BUSY, year, form=form)
    prose = write(truth, random.Random(3))
    paper = compose(truth, Style(), prose, random.Random(0))
    direct = PAGES[layout[5:]](paper) if layout.startswith("html_") else LAYOUTS[layout](paper)
    filled = filling(truth, Style(), prose, mirrored=layout == "html_mirror")
    by_template = print_filled(template(layout, year, form, Style()), filled).decode()
    if layout.startswith("aligned"):
        direct, by_template = ("".join(text.split()) for text in (direct, by_template))
    assert by_template == direct


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_damage_is_done_and_is_the_same_for_the_same_seed(damage: str) -> None:
    truth = consistent(random.Random(4), BUSY, 2022)
    text = LAYOUTS["tab_starts"](compose(truth, Style(), write(truth, random.Random(5)), random.Random(0)))
    damaged = [DAMAGES[damage](text, random.Random(seed)) for seed in range(20)]
    assert any(one != text for one in damaged)
    assert damaged == [DAMAGES[damage](text, random.Random(seed)) for seed in range(20)]


def test_the_samples_are_what_their_builder_makes() -> None:
    for sample in samples.all_samples(None):
        if "!/" not in sample.path:
            assert (RAW / sample.path).read_bytes() == sample.data, sample.path


def test_a_prefecture_is_the_same_every_time(tmp_path: Path) -> None:
    task = Task("320300", 60, 7, "text,web", (2021, 2022), tmp_path, None)
    first = [(one.path, one.data) for one in printed(task)]
    assert first == [(one.path, one.data) for one in printed(task)]
    assert len({path for path, _ in first}) == len(first)
    assert count_bodies("320300") == sum(1 for _ in prefecture_bodies("320300", 7))
