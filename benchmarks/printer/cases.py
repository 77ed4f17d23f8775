"""One printed report with what reading it must give, and the verdict on what a reader gave."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from benchmarks.printer import damage as d
from benchmarks.printer import office
from benchmarks.printer.html_layouts import PAGES
from benchmarks.printer.narrative import write
from benchmarks.printer.pages import Look
from benchmarks.printer.paper import Expected, Paper, compose, expected
from benchmarks.printer.plain_pdf import plain_pdf
from benchmarks.printer.reshape import RESHAPES
from benchmarks.printer.style import Style, random_style
from benchmarks.printer.text_layouts import LAYOUTS, NEEDS_SIGN
from benchmarks.printer.truth import Truth, arbitrary

Key = tuple[str, str, str]
TEXTS = tuple(LAYOUTS)
WEB = tuple(f"html_{name}" for name in PAGES)
BYTE_DAMAGES = ("cut_bytes",)
DAMAGES = (*d.DAMAGES, *BYTE_DAMAGES)
OFFICE: dict[str, tuple[str, Callable[[Paper], bytes]]] = {
    "docx": ("docx", office.docx),
    "xlsx": ("xlsx", office.xlsx),
    "xlsx_sheets": ("xlsx", lambda paper: office.xlsx(paper, sheets=True, numbers=False)),
    "xls": ("xls", office.xls),
    "pdf_ruled": ("pdf", lambda paper: plain_pdf(paper, Look(size=8.0))),
    "pdf_heads": ("pdf", lambda paper: plain_pdf(paper, Look(size=8.0, repeat_head=True))),
    "pdf_torn": ("pdf", lambda paper: plain_pdf(paper, Look(size=8.0, torn=True, numbers="第 {} 页"))),
    "pdf_unruled": ("pdf", lambda paper: plain_pdf(paper, Look(size=8.0, ruled="none"))),
}
"""Extension and printer of each office form."""
SHAPED = tuple(
    f"{layout}~{shape}"
    for layout in ("tab_starts", "tab_rectangular", "one_cell_tabbed", "pipe", "html_clean", "html_word")
    for shape in RESHAPES
)
"""Layouts of papers in another shape than the form's own."""
FREE_COLUMNS = frozenset(
    {
        *WEB,
        *(n for n in OFFICE if not n.startswith("pdf_un")),
        "tab_rectangular",
        "tab_pages",
        "tab_pages_bare",
        "pipe",
        "pipe_closed",
        "markdown",
    }
)
"""Layouts in which the columns may stand in another order: their header cells tell which is which."""


class Case(NamedTuple):
    """One file and its truth."""

    name: str
    data: bytes
    paper: Paper
    expected: dict[Key, Expected]


class Verdict(NamedTuple):
    """Cells read as another number, cells not read, cells read with another status or unit."""

    wrong: dict[Key, Any]
    missing: dict[Key, Any]
    different: dict[Key, Any]


def printable(style: Style, layout: str) -> Style:
    """The style with signs in empty cells where the layout needs them."""
    layout = layout.removeprefix("html_")
    if (layout in NEEDS_SIGN or layout == "pre") and not style.blank:
        style = replace(style, blank="/")
    if layout in NEEDS_SIGN and style.number == "spaced":
        style = replace(style, number="plain")
    if layout.startswith("pdf"):
        # Wider figures would break over two lines in the narrow columns, which is another test.
        style = replace(style, number="plain" if style.number not in _NARROW else style.number)
        style = replace(style, blank=style.blank or "/") if layout == "pdf_unruled" else style
    return style


_NARROW = ("plain", "chinese", "chinese_zero")


def print_layout(paper: Paper, layout: str) -> str:
    """``paper`` in a layout of ``TEXTS`` or ``WEB``."""
    return PAGES[layout.removeprefix("html_")](paper) if layout in WEB else LAYOUTS[layout](paper)


def make_case(truth: Truth, style: Style, layout: str, rng: random.Random, damage: str | None = None) -> Case:
    """Print one truth, damage it if told to; ``layout~shape`` prints it in another shape."""
    layout, _, shape = layout.partition("~")
    style = printable(style, layout)
    paper = compose(truth, style, write(truth, rng, style.section_one), rng)
    if shape:
        paper = RESHAPES[shape](paper)
    if layout in OFFICE:
        extension, printer = OFFICE[layout]
        return Case(f"case.{extension}", printer(paper), paper, expected(truth, style))
    text = print_layout(paper, layout)
    if damage in d.DAMAGES:
        text = d.DAMAGES[damage](text, rng)
    data = text.encode()
    if damage == "cut_bytes":
        data = d.cut_bytes(data, rng)
    extension = "html" if layout in WEB else "csv" if layout == "csv" else "txt"
    return Case(f"case.{extension}", data, paper, expected(truth, style))


def random_truth(seed: int, layout: str) -> tuple[Truth, Style]:
    """What case ``seed`` of a layout prints, and how."""
    rng = random.Random(f"{seed} {layout}")
    truth = arbitrary(rng, rng.choice(("2021", "2021", "2019", "hybrid")), blanks=rng.choice((0, 0.1)))
    return truth, random_style(rng, quirks=rng.choice((0.0, 0.15, 0.5)), columns=layout in FREE_COLUMNS)


def random_case(seed: int, layout: str, damage: str | None = None, style: Style | None = None) -> Case:
    """A case that its seed tells wholly; ``style`` prints the same truth in another style."""
    truth, own = random_truth(seed, layout)
    return make_case(truth, style or own, layout, random.Random(f"{seed} {layout}"), damage)


def cells_of(report: Any) -> dict[Key, Any]:
    """Every cell of a report by (table, row, column)."""
    tables: dict[str, Mapping[tuple[str, str], Any]] = {
        "application": report.application,
        "proactive": report.proactive,
        "review": report.review,
    }
    return {(table, *cell): value for table, cells in tables.items() for cell, value in cells.items()}


def same_number(left: float | None, right: float | None) -> bool:
    """Equal up to the rounding of a division."""
    return left == right or (left is not None and right is not None and abs(left - right) <= 1e-9 * abs(right) + 1e-12)


def judge(case: Case, report: Any | None) -> Verdict:
    """Compare a report (``None``: quarantined) with the truth of a case.

    A number where the truth has another, or none, is wrong.
    """
    read = {} if report is None else cells_of(report)
    wrong, missing, different = {}, {}, {}
    for key in case.expected.keys() | read.keys():
        due = case.expected.get(key, Expected(None, "absent"))
        got = read.get(key)
        if got is None or got.status in ("missing", "unreadable"):
            if due.status not in ("missing", "absent"):
                missing[key] = (due.value, got and got.raw)
        elif got.status == "reported" and not same_number(got.value, due.value):
            wrong[key] = (due.value, got.value, got.raw, got.locator)
        elif got.status != due.status or (due.unit and got.unit != due.unit):
            different[key] = (due, got)
    return Verdict(wrong, missing, different)
