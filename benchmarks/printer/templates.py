"""Prints many reports of one layout and style: composed once with marks for what changes, then only filled in.

A truth whose figures are 1000000, 1000001, … and whose names are words that occur nowhere else is
printed by the ordinary printers; what is between the marks never changes. A filled template equals
the same report printed cell by cell (a test compares them), but for the padding of aligned columns.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from benchmarks.printer import form as f
from benchmarks.printer import office, plain_pdf
from benchmarks.printer.html_layouts import PAGES
from benchmarks.printer.narrative import write
from benchmarks.printer.pages import MARGIN, Look, lay_out
from benchmarks.printer.paper import Paper, compose
from benchmarks.printer.style import Style, number_text, plain_number
from benchmarks.printer.text_layouts import LAYOUTS, traditional
from benchmarks.printer.truth import Truth

MARKED_DAY = date(1987, 6, 5)
_MARKS = re.compile(r"\+?1000[0-3]\d\d|AGENCYNAME|HOSTNAME|SITECODE|PROSE\d\d|1987-06-05|1987年6月5日")
FIRST = 1_000_000


class Slots(NamedTuple):
    """The printed pieces, with the places of figures and of texts in them."""

    pieces: tuple[str, ...]
    figures: tuple[tuple[int, int], ...]
    texts: tuple[tuple[int, str], ...]


class Filling(NamedTuple):
    """What one report puts in: its figures in form order as printed, and its texts by mark."""

    figures: list[str]
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """One or more texts with slots, and the kind of file that they make."""

    kind: str
    parts: tuple[Slots, ...]
    width: int = 0
    """Least width of a figure: aligned columns keep their places."""
    archive: bytes = b""
    part_name: str = ""


def split(printed: str) -> Slots:
    """Find the marks."""
    pieces: list[str] = []
    figures, texts = [], []
    at = 0
    for mark in _MARKS.finditer(printed):
        pieces += [printed[at : mark.start()], ""]
        word = mark.group()
        if word.lstrip("+").startswith("1000"):
            figures.append((len(pieces) - 1, int(word) - FIRST))
        else:
            texts.append((len(pieces) - 1, word))
        at = mark.end()
    return Slots((*pieces, printed[at:]), tuple(figures), tuple(texts))


def fill(slots: Slots, filling: Filling, width: int = 0) -> str:
    """The text with everything put in."""
    pieces = list(slots.pieces)
    if width:
        for place, number in slots.figures:
            pieces[place] = filling.figures[number].center(width)
    else:
        for place, number in slots.figures:
            pieces[place] = filling.figures[number]
    for place, word in slots.texts:
        pieces[place] = filling.texts[word]
    return "".join(pieces)


def form_cells(form: str) -> list[tuple[str, str, str]]:
    """Every cell that ``form`` prints, in the order of the marks."""
    tables = (
        ("application", f.application_cells(form)),
        ("proactive", f.proactive_cells(form)),
        ("review", f.review_cells()),
    )
    return [(table, *cell) for table, cells in tables for cell in cells]


def marked_truth(year: int, form: str) -> Truth:
    """A truth that holds nothing but marks."""
    values = dict(zip(form_cells(form), range(FIRST, FIRST + 400), strict=False))

    def table(name: str) -> dict[tuple[str, str], float | None]:
        return {(row, column): value for (of, row, column), value in values.items() if of == name}

    return Truth(
        "AGENCYNAME",
        year,
        form,
        table("application"),
        table("proactive"),
        table("review"),
        MARKED_DAY,
        site_code="SITECODE",
        host="HOSTNAME",
    )


_PROSE_SIZES = {0: 1, 1: 6, 5: 2, 6: 1}


def _marked_prose() -> dict[int, list[str]]:
    return {section: [f"PROSE{section}{n}" for n in range(size)] for section, size in _PROSE_SIZES.items()}


def _fixed_prose(year: int, variant: int) -> dict[int, list[str]]:
    """Prose without names and figures of the report, for layouts whose lines are broken beforehand."""
    rng = random.Random(variant)
    truth = marked_truth(year, "2021")
    truth.application["granted", "total"] = None
    return {n: paragraphs for n, paragraphs in write(truth, rng).items() if n}


def marked_paper(year: int, form: str, style: Style, prose: dict[int, list[str]]) -> Paper:
    """The paper that a template is cut from."""
    return compose(marked_truth(year, form), style, prose, random.Random(0))


@lru_cache(maxsize=4096)
def template(kind: str, year: int, form: str, style: Style, variant: int = 0) -> Template:
    """The template of one layout (``tab_starts``, ``html_chrome``, ``docx``, ``xlsx``, ``pdf``)."""
    if kind == "pdf":
        return _pdf_template(year, form, style, variant)
    paper = marked_paper(year, form, style, _marked_prose())
    if kind in LAYOUTS:
        width = 7 if kind.startswith("aligned") else 0
        return Template("text", (split(LAYOUTS[kind](paper)),), width)
    if kind.startswith("html_"):
        return Template("html", (split(PAGES[kind.removeprefix("html_")](paper)),))
    if kind == "docx":
        return _archive_template("docx", office.docx(paper), "word/document.xml")
    return _archive_template("xlsx", office.xlsx(paper, numbers=False), "xl/worksheets/sheet1.xml")


def _archive_template(kind: str, data: bytes, name: str) -> Template:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return Template(kind, (split(archive.read(name).decode()),), archive=data, part_name=name)


def _mark_runs(text: str) -> list[tuple[bool, str]]:
    """Latin runs, with each text mark a run of its own in the Chinese font."""
    runs: list[tuple[bool, str]] = []
    for word in re.split(r"(AGENCYNAME)", text):
        runs += [(False, word)] if word == "AGENCYNAME" else plain_pdf.latin_runs(word)
    return runs


_TWO_LINES = 7
"""The title with the agency on a line of its own, which has room for any name."""
LOOKS = (Look(), Look(repeat_head=True), Look(torn=True, numbers="— {} —"), Look(ruled="none"))


def _pdf_template(year: int, form: str, style: Style, variant: int) -> Template:
    look = replace(LOOKS[variant % len(LOOKS)], size=8.0)
    paper = marked_paper(year, form, replace(style, signature=False, title=_TWO_LINES), _fixed_prose(year, variant))
    pages = lay_out(paper, look)
    for page in pages:
        page.texts = [t._replace(x=MARGIN) if "AGENCYNAME" in t.text else t for t in page.texts]
    agency = plain_pdf.hexadecimal("AGENCYNAME")
    drawn = [plain_pdf.content(page, _mark_runs).replace(agency, "AGENCYNAME") for page in pages]
    parts = tuple(split(page) for page in drawn)
    return Template("pdf", parts, width=7)


def print_filled(made: Template, filling: Filling) -> bytes:
    """The file's bytes (text and pages in UTF-8)."""
    if made.kind == "pdf":
        agency = {"AGENCYNAME": plain_pdf.hexadecimal(filling.texts["AGENCYNAME"])}
        pdf_filling = Filling(filling.figures, filling.texts | agency)
        return plain_pdf.assemble([fill(part, pdf_filling, made.width) for part in made.parts])
    text = fill(made.parts[0], filling, made.width)
    return _rezipped(made, text.encode()) if made.archive else text.encode()


def _rezipped(made: Template, part: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made.archive)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for info in source.infolist():
            data = part if info.filename == made.part_name else source.read(info)
            target.writestr(zipfile.ZipInfo(info.filename, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


@lru_cache(maxsize=20_000)
def _short(value: float | None, blank: str, how: str, unit: str) -> str:
    return blank if value is None else number_text(value, how, unit)


def filling(truth: Truth, style: Style, prose: dict[int, list[str]], *, mirrored: bool = False) -> Filling:
    """What ``truth`` puts into a template of its form."""
    figures = []
    for table in ("application", "proactive", "review"):
        unit = "件" if table != "proactive" else ""
        for (_, column), value in getattr(truth, table).items():
            if column in ("amount", "total_amount", "change") and value is not None:
                figures.append(("+" if column == "change" and value > 0 else "") + plain_number(value))
            else:
                figures.append(_short(value, style.blank, style.number, unit))
    day = truth.published_on
    texts = {
        "AGENCYNAME": truth.agency,
        "HOSTNAME": truth.host,
        "SITECODE": truth.site_code,
        "1987-06-05": day.isoformat(),
        "1987年6月5日": f"{day.year}年{day.month}月{day.day}日",
    }
    texts |= {f"PROSE{section}{n}": text for section, lines in prose.items() for n, text in enumerate(lines)}
    if mirrored:
        texts = {mark: traditional(text) for mark, text in texts.items()}
    return Filling(figures, texts)
