"""A random truth printed in any layout and read back: the same cells; damaged: never another number."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.printer import cases
from benchmarks.printer.html_layouts import CHARSETS, EMPTY_PAGES, clean, encode_page
from benchmarks.printer.narrative import write
from benchmarks.printer.paper import Paper, compose
from benchmarks.printer.style import OPTIONS, TABLE_ONLY, Style
from benchmarks.printer.text_layouts import ENCODINGS, encode, tab_rectangular
from benchmarks.printer.truth import arbitrary
from pipelines.readers import read_document
from pipelines.readers.errors import Quarantined
from pipelines.report import read_report

QUIET = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    max_examples=5,
    phases=(Phase.generate,),
)
# No shrinking: benchmarks.property_run names the switch of a style that a failure needs.
MAY_BE_MISSING = ("unit_column", "pdf_unruled")
"""Shapes and forms of which a reader may say that it cannot tell the columns."""
SEEDS = st.integers(0, 10**6)


@st.composite
def styles(draw: Any, columns: bool = False) -> Style:
    """A style that leaves the form's own printing in few switches, so that a failure names its switch."""
    names = [name for name in OPTIONS if columns or name not in TABLE_ONLY]
    changed = draw(st.lists(st.sampled_from(names), max_size=6, unique=True))
    return Style(**{name: draw(st.sampled_from(OPTIONS[name])) for name in changed})


def read(case: cases.Case) -> Any | None:
    try:
        return read_report(read_document(case.data, case.name), case.name)
    except Quarantined:
        return None


def paper_of(seed: int, form: str = "2021") -> Paper:
    rng = random.Random(seed)
    truth = arbitrary(rng, form)
    return compose(truth, Style(), write(truth, rng), rng)


@pytest.mark.parametrize("layout", cases.TEXTS + cases.WEB)
@pytest.mark.parametrize("form", ["2019", "2021", "hybrid"])
def test_every_cell_comes_back(layout: str, form: str) -> None:
    @QUIET
    @given(SEEDS, styles(columns=layout in cases.FREE_COLUMNS))
    def check(seed: int, style: Style) -> None:
        rng = random.Random(seed)
        case = cases.make_case(arbitrary(rng, form), style, layout, rng)
        report = read(case)
        assert report is not None
        verdict = cases.judge(case, report)
        assert verdict == ({}, {}, {})
        assert report.form_version == ("2019" if form == "2019" else "2021")
        assert report.identity.report_year == case.paper.truth.year

    check()


@pytest.mark.parametrize("layout", cases.SHAPED)
def test_another_shape_gives_no_other_number(layout: str) -> None:
    @settings(QUIET, max_examples=2)
    @given(SEEDS)
    def check(seed: int) -> None:
        case = cases.random_case(seed, layout)
        verdict = cases.judge(case, read(case))
        assert verdict.wrong == {}
        if not layout.endswith(MAY_BE_MISSING):
            assert verdict == ({}, {}, {})

    check()


@pytest.mark.parametrize("layout", list(cases.OFFICE))
def test_every_cell_of_an_office_file_comes_back(layout: str) -> None:
    @settings(QUIET, max_examples=4)
    @given(SEEDS)
    def check(seed: int) -> None:
        case = cases.random_case(seed, layout)
        verdict = cases.judge(case, read(case))
        assert verdict.wrong == {}
        if layout not in MAY_BE_MISSING:
            assert verdict == ({}, {}, {})

    check()


@pytest.mark.parametrize("layout", cases.TEXTS + cases.WEB)
@pytest.mark.parametrize("damage", cases.DAMAGES)
def test_damage_gives_no_other_number(layout: str, damage: str) -> None:
    @settings(QUIET, max_examples=2)
    @given(SEEDS)
    def check(seed: int) -> None:
        case = cases.random_case(seed, layout, damage)
        assert cases.judge(case, read(case)).wrong == {}

    check()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_reads_alike(encoding: str) -> None:
    paper = paper_of(5)
    case = cases.Case(
        "case.txt", encode(tab_rectangular(paper), encoding), paper, cases.expected(paper.truth, paper.style)
    )
    assert cases.judge(case, read(case)) == ({}, {}, {})


@pytest.mark.parametrize("charset", CHARSETS)
def test_every_charset_reads_alike(charset: str) -> None:
    paper = paper_of(6, "2019")
    case = cases.Case("case.html", encode_page(clean(paper), charset), paper, cases.expected(paper.truth, paper.style))
    assert cases.judge(case, read(case)) == ({}, {}, {})


@pytest.mark.parametrize("page", list(EMPTY_PAGES))
def test_a_page_without_its_tables_is_said_to_have_none(page: str) -> None:
    data = EMPTY_PAGES[page](paper_of(7)).encode()
    with pytest.raises(Quarantined) as caught:
        read_report(read_document(data, "page.html"), "page.html")
    assert caught.value.reason_code == "no_tables"
