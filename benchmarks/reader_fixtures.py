"""Prints the small PDF and picture files of ``tests/readers/fixtures``, and what stands in their cells.

The reports are invented. A Chinese font is needed here, and not for the tests.
Run: ``python -m benchmarks.reader_fixtures``.
"""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pypdfium2
from PIL import Image

from benchmarks.printer import office
from benchmarks.printer.narrative import write
from benchmarks.printer.pages import Look
from benchmarks.printer.paper import Grid, Paper, compose
from benchmarks.printer.style import random_style
from benchmarks.printer.truth import arbitrary

FOLDER = Path(__file__).parents[1] / "tests" / "readers" / "fixtures"
DPI = 150
GREYS = 8
SCANNED_PAGE = 1
"""Which page is scanned: the second holds most of the matrix."""


def report(seed: int) -> Paper:
    """An invented report whose figures have up to five digits."""
    rng = random.Random(seed)
    truth = arbitrary(rng, "2021", blanks=0.1)
    return compose(truth, random_style(rng, quirks=0.0), write(truth, rng, "bracketed"), rng)


def values(paper: Paper) -> list[list[str]]:
    """Texts of the value cells, row by row; rows without values are left out."""
    grids = [block for block in paper.blocks if isinstance(block, Grid)]
    rows = [[cell.text for cell in row if cell.key] for grid in grids for row in grid.rows]
    return [row for row in rows if row]


def scan(data: bytes, page: int) -> Image.Image:
    """One page of a PDF as a grey picture with few greys, which packs small."""
    picture = pypdfium2.PdfDocument(data)[page].render(scale=DPI / 72).to_pil().convert("L")
    turned = picture.rotate(0.6, Image.Resampling.BICUBIC, fillcolor=255)
    return turned.quantize(GREYS).convert("L")


def with_scanned_page(data: bytes, picture: Image.Image, page: int) -> bytes:
    """A PDF in which one page is replaced by its picture."""
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=DPI, quality=35)
    scanned, document = pypdfium2.PdfDocument(out.getvalue()), pypdfium2.PdfDocument(data)
    mixed = pypdfium2.PdfDocument.new()
    count = len(document)
    for number in range(count):
        mixed.import_pages(*((scanned, [0]) if number == page else (document, [number])))
    packed = io.BytesIO()
    mixed.save(packed)
    return packed.getvalue()


def main() -> None:
    """Write all files."""
    font = office.find_font()
    if font is None:
        raise SystemExit("no Chinese font on this machine")
    FOLDER.mkdir(parents=True, exist_ok=True)
    paper = report(11)
    looks = {
        "report_ruled.pdf": Look(ruled="all", torn=True),
        "report_repeated_head.pdf": Look(ruled="all", repeat_head=True),
        "report_unruled.pdf": Look(ruled="none"),
    }
    for name, look in looks.items():
        (FOLDER / name).write_bytes(office.pdf(paper, font, look))
    ruled = (FOLDER / "report_ruled.pdf").read_bytes()
    picture = scan(ruled, SCANNED_PAGE)
    (FOLDER / "report_mixed.pdf").write_bytes(with_scanned_page(ruled, picture, SCANNED_PAGE))
    text = json.dumps(values(paper), ensure_ascii=False)
    (FOLDER / "report_values.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
