"""How well scans are recognised: cells right, cells not legible, and cells WRONG, which is what matters.

Invented reports are laid out and drawn as pictures in several fonts; each is scanned at several
resolutions, turned, blurred, grained and packed as JPEG. The truth is what the text reader reads in
the same pages as a PDF with text. Run: ``python -m benchmarks.ocr_quality [--papers N] [--seed N]``.
"""

from __future__ import annotations

import argparse
import io
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.printer import office
from benchmarks.printer.narrative import write
from benchmarks.printer.pages import HEIGHT, WIDTH, Look, Page, lay_out
from benchmarks.printer.paper import Paper, compose
from benchmarks.printer.style import random_style
from benchmarks.printer.truth import arbitrary
from pipelines.readers import image, pdf
from pipelines.readers.document import Cell, Document, Table
from pipelines.readers.printed_page import is_number, is_value

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
TEXT_FONTS = ("uming.ttc", "wqy-zenhei.ttc", "NotoSerifCJK-Regular.ttc", "DroidSansFallbackFull.ttf", "simsun.ttc")
FIGURE_FONTS = ("LiberationSerif-Regular.ttf", "LiberationSans-Regular.ttf", "DejaVuSans.ttf", "DejaVuSerif.ttf")


FIGURE_SHARE = 0.82
"""The layout takes a figure to be half as wide as an ideograph; most fonts have wider ones."""


class Scan(NamedTuple):
    """How a page is scanned."""

    name: str
    dpi: int
    rotation: float = 0.0
    blur: float = 0.0
    grain: float = 0.0
    quality: int = 90


SCANS = (
    Scan("150 dpi clean", 150),
    Scan("200 dpi clean", 200),
    Scan("300 dpi clean", 300),
    Scan("150 dpi, 1 degree, grain", 150, 1.0, 0.3, 10, 60),
    Scan("200 dpi, 2 degrees, grain", 200, -2.0, 0.5, 14, 50),
    Scan("300 dpi, 1.3 degrees, grain", 300, 1.3, 0.8, 18, 50),
    Scan("200 dpi, blurred, JPEG 30", 200, 0.4, 1.0, 8, 30),
)


def fonts(names: tuple[str, ...]) -> list[Path]:
    """Which of the fonts this machine has."""
    return [path for name in names for folder in FONT_FOLDERS for path in sorted(folder.rglob(name))[:1]]


def draw(page: Page, text_font: Path, figure_font: Path, dpi: int) -> Image.Image:
    """A page as a clean grey picture."""
    scale = dpi / 72
    sheet = Image.new("L", (round(WIDTH * scale), round(HEIGHT * scale)), 255)
    pen = ImageDraw.Draw(sheet)
    for rule in page.rules:
        pen.line([value * scale for value in rule], fill=30, width=max(1, round(0.6 * scale)))
    for text in page.texts:
        x = text.x * scale
        for latin, run in office._runs(text.text):  # noqa: SLF001 # drawn as the printer draws
            size = text.size * scale * (FIGURE_SHARE if latin else 1.0)
            face = ImageFont.truetype(str(figure_font if latin else text_font), round(size))
            pen.text((x, text.y * scale), run, fill=20, font=face, anchor="ls")
            x += face.getlength(run)
    return sheet


def scanned(sheet: Image.Image, scan: Scan, rng: random.Random) -> bytes:
    """A page as a scanner gives it, as JPEG."""
    if scan.rotation:
        sheet = sheet.rotate(scan.rotation, Image.Resampling.BICUBIC, fillcolor=255)
    if scan.blur:
        sheet = sheet.filter(ImageFilter.GaussianBlur(scan.blur))
    if scan.grain:
        noise = np.random.default_rng(rng.randrange(2**32)).normal(-4, scan.grain, (sheet.height, sheet.width))
        sheet = Image.fromarray(np.clip(np.asarray(sheet) + noise, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=scan.quality, dpi=(scan.dpi, scan.dpi))
    return out.getvalue()


def paper(seed: int) -> Paper:
    """An invented report; every cell holds a number, a blank or a mark for none."""
    rng = random.Random(seed)
    truth = arbitrary(rng, rng.choice(("2021", "2019")), blanks=0.1)
    return compose(truth, random_style(rng, quirks=0.0), write(truth, rng, "bracketed"), rng)


def cells(document: Document, page: int) -> dict[tuple[int, int, int], Cell]:
    """Cells of the ruled tables of one page by table, row and place in the row, each counted from 0."""
    tables = (block for block in document.blocks if isinstance(block, Table) and block.kind == "grid")
    on_page = [table for table in tables if table.locator.startswith(f"page {page} ")]
    return {
        (number, row_number, place): cell
        for number, table in enumerate(on_page)
        for row_number, row in enumerate(table.rows)
        for place, cell in enumerate(row)
    }


def verdict(due: Cell, got: Cell | None) -> str:
    """What became of one value cell."""
    if got is None:
        return "no cell"
    if not got.legible:
        return "not legible"
    same = got.text.replace(" ", "") == due.text.replace(" ", "")
    if same or (not is_number(due.text) and not is_number(got.text) and is_value(got.text or "-")):
        return "right"
    if is_number(got.text):
        return "WRONG"
    return "LOST" if is_value(got.text or "-") else "no number"


def judged(truth: Document, page: int, read: Document) -> Iterator[tuple[str, Cell, Cell | None]]:
    """The verdict on each value cell of a page."""
    found = cells(read, 1)
    for place, due in cells(truth, page).items():
        if is_value(due.text or "-"):
            yield verdict(due, found.get(place)), due, found.get(place)


def measure(scan: Scan, seeds: Sequence[int]) -> None:
    """Draw, scan, read and count under one condition."""
    counted: Counter[str] = Counter()
    wall, processor, pages = 0.0, 0.0, 0
    for seed in seeds:
        rng = random.Random(seed)
        text_fonts, figure_fonts = fonts(TEXT_FONTS), fonts(FIGURE_FONTS)
        text_font, figure_font = rng.choice(text_fonts), rng.choice([*figure_fonts, *fonts(TEXT_FONTS[:3])])
        look = Look(size=rng.choice((9.0, 10.0)), ruled="all")
        printed = paper(seed)
        truth = pdf.read(office.pdf(printed, text_font, look))
        for number, page in enumerate(lay_out(printed, look), start=1):
            if not cells(truth, number):
                continue
            data = scanned(draw(page, text_font, figure_font, scan.dpi), scan, rng)
            start, started = time.perf_counter(), time.process_time()
            read = image.read(data)
            wall, processor = wall + time.perf_counter() - start, processor + time.process_time() - started
            pages += 1
            for outcome, due, got in judged(truth, number, read):
                counted[outcome] += 1
                if outcome in ("WRONG", "LOST", "no number"):
                    print(f"  {outcome}: {due.text!r} as {got and got.text!r}, paper {seed}, {due.locator}")
    total = max(1, sum(counted.values()))
    shares = ", ".join(f"{name} {count}" for name, count in counted.most_common())
    print(f"{scan.name}: {counted['right'] / total:.1%} right of {total} ({shares}); ", end="")
    print(f"{wall / max(pages, 1):.1f} s a page, {processor / max(pages, 1):.1f} s of processor")


def main() -> None:
    """Every condition, or those whose name holds ``--only``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    told = parser.parse_args()
    for scan in SCANS:
        if told.only in scan.name:
            measure(scan, range(told.seed, told.seed + told.papers))


if __name__ == "__main__":
    main()
