from __future__ import annotations

import io
import random
import struct
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pipelines.readers import image, recognition
from pipelines.readers.document import Cell, Document, Table
from pipelines.readers.errors import Quarantined
from pipelines.readers.picture_size import picture_sizes
from pipelines.readers.printed_page import is_number

EDGES = [100, 340, 580, 820, 1060]
TEXTS = [["0", "12", "3001", "96171.6"], ["/", "", "-", "7"], ["447228", "10", "1", "68"]]


def sheet(rows: list[list[str]] = TEXTS, size: int = 34) -> Image.Image:
    """A page with a small ruled table of figures, at 150 dots an inch."""
    page = Image.new("L", (1240, 700), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size)
    bottom = 100 + 80 * len(rows)
    for x in EDGES:
        pen.line((x, 100, x, bottom), fill=20, width=2)
    for number in range(len(rows) + 1):
        pen.line((EDGES[0], 100 + 80 * number, EDGES[-1], 100 + 80 * number), fill=20, width=2)
    for number, row in enumerate(rows):
        for left, text in zip(EDGES, row, strict=False):
            pen.text((left + 90, 140 + 80 * number), text, fill=20, font=font, anchor="lm")
    return page


def packed(page: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    out = io.BytesIO()
    page.save(out, kind, **how)
    return out.getvalue()


def grids(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table) and block.kind == "grid"]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def wrong(due: str, cell: Cell) -> bool:
    """Whether a cell gives a number that is not printed there."""
    return cell.legible and is_number(cell.text) and cell.text != due


def reason(data: bytes) -> Quarantined:
    with pytest.raises(Quarantined) as caught:
        image.read(data)
    return caught.value


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
def test_the_size_is_read_from_the_head(kind: str) -> None:
    assert picture_sizes(packed(sheet(), kind)) == [(1240, 700)]


def test_the_size_of_a_lossless_webp_is_read_from_the_head() -> None:
    assert picture_sizes(packed(sheet().convert("RGB"), "WEBP", lossless=True)) == [(1240, 700)]


def test_every_page_of_a_tiff_has_its_size() -> None:
    data = packed(sheet(), "TIFF", save_all=True, append_images=[Image.new("1", (20, 30))])
    assert picture_sizes(data) == [(1240, 700), (20, 30)]


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"RIFF0000WEBPVP8 ", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00", b"II*\x00\xff\xff\xff\xff"],
)
def test_what_is_no_picture_is_unreadable(data: bytes) -> None:
    assert reason(data).reason_code == "unreadable"


def test_a_picture_that_unpacks_to_too_much_is_refused_before() -> None:
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 100_000, 100_000)
    error = reason(head + bytes(100))
    assert error.reason_code == "too_large"
    assert "100000 x 100000" in error.detail


def test_without_the_extra_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "is_installed", lambda: False)
    error = reason(packed(sheet()))
    assert error.reason_code == "unsupported_format"
    assert "gongkai[ocr]" in error.detail


@pytest.mark.ocr
def test_a_damaged_picture_is_unreadable() -> None:
    data = packed(sheet())
    assert reason(data[:40] + bytes(len(data) - 40)).reason_code == "unreadable"


@pytest.mark.ocr
def test_a_ruled_table_is_read_cell_by_cell() -> None:
    (table,) = grids(image.read(packed(sheet())))
    assert texts(table)[0] == TEXTS[0]
    assert texts(table)[2] == TEXTS[2]
    assert all(cell.legible for row in table.rows for cell in row)
    assert table.rows[1][0].text == "/"
    assert table.rows[1][1].text == ""
    assert not is_number(table.rows[1][2].text)
    assert table.rows[2][1].locator == "page 1 table 1 row 3 column 2"


@pytest.mark.ocr
@pytest.mark.parametrize("degrees", [-2.0, 1.1])
def test_a_page_scanned_askew_is_turned_back(degrees: float) -> None:
    turned = sheet().rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    (table,) = grids(image.read(packed(turned, "JPEG", quality=60)))
    assert texts(table)[0] == TEXTS[0]


@pytest.mark.ocr
def test_noise_makes_cells_illegible_at_worst() -> None:
    page = sheet().filter(ImageFilter.GaussianBlur(1.6))
    grain = Image.frombytes("L", page.size, random.Random(1).randbytes(page.width * page.height))
    document = image.read(packed(Image.blend(page, grain, 0.3), "JPEG", quality=30))
    for table in grids(document):
        for due, row in zip(TEXTS, table.rows, strict=False):
            assert not any(wrong(text, cell) for text, cell in zip(due, row, strict=False))


@pytest.mark.ocr
def test_ink_that_is_no_text_is_not_blank() -> None:
    page = sheet()
    ImageDraw.Draw(page).ellipse((400, 195, 520, 245), outline=20, width=3)
    (table,) = grids(image.read(packed(page)))
    cell = table.rows[1][1]
    assert cell.text
    assert not cell.legible


@pytest.mark.ocr
def test_a_figure_that_runs_into_a_rule_is_not_legible() -> None:
    page = sheet([["", "", "", ""], *TEXTS[1:]])
    ImageDraw.Draw(page).text((342, 140), "5188", fill=20, font=ImageFont.load_default(34), anchor="rm")
    (table,) = grids(image.read(packed(page)))
    assert not any(cell.legible and is_number(cell.text) for cell in table.rows[0])


@pytest.mark.ocr
def test_every_page_of_a_tiff_is_read() -> None:
    other = sheet([["5", "6", "7", "8"], ["9", "10", "11", "12"]])
    data = packed(sheet(), "TIFF", save_all=True, append_images=[other], compression="tiff_lzw")
    found = grids(image.read(data))
    assert [table.locator for table in found] == ["page 1 table 1", "page 2 table 1"]
    assert texts(found[1])[1] == ["9", "10", "11", "12"]


@pytest.mark.ocr
@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP"])
def test_other_pictures_are_read_too(kind: str) -> None:
    (table,) = grids(image.read(packed(sheet(TEXTS[:2]), kind)))
    assert texts(table)[0] == TEXTS[0]


@pytest.mark.ocr
def test_what_is_transparent_is_paper() -> None:
    page = sheet()
    clear = Image.new("RGBA", page.size, (0, 0, 0, 0))
    clear.putalpha(page.point(lambda grey: 255 - grey))
    (table,) = grids(image.read(packed(clear)))
    assert texts(table)[0] == TEXTS[0]
