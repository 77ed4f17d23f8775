"""A small PDF writer: text in a Chinese font that every viewer has, no font embedded, nothing drawn but rules.

For many files: a PDF of this kind is made in a millisecond, is a few kilobytes long and needs no
font on the machine. ``office.pdf`` makes the heavier kind with an embedded font.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable
from itertools import groupby

from benchmarks.printer.pages import HEIGHT, WIDTH, Look, Page, Text, lay_out
from benchmarks.printer.paper import Paper

Runs = Callable[[str], Iterable[tuple[bool, str]]]
_DESCENDANT = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 6 0 R"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>"
)
_DESCRIPTOR = (
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
    b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
)
_FONTS = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>",
    _DESCENDANT,
    _DESCRIPTOR,
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
)
_ESCAPED = re.compile(r"([()\\])")


def latin_runs(text: str) -> Iterable[tuple[bool, str]]:
    """Runs of Latin and of other characters."""
    return [(latin, "".join(run)) for latin, run in groupby(text, key=str.isascii)]


def hexadecimal(text: str) -> str:
    """``text`` as the font's codes."""
    return text.encode("utf-16-be").hex()


def _shown(run: str, *, latin: bool, size: float) -> str:
    if latin:
        escaped = _ESCAPED.sub(r"\\\1", run)
        return f"/L {size} Tf ({escaped}) Tj"
    return f"/C {size} Tf <{hexadecimal(run)}> Tj"


def _line(text: Text, runs: Runs) -> str:
    shown = " ".join(_shown(run, latin=latin, size=text.size) for latin, run in runs(text.text))
    return f"BT {text.x:.2f} {HEIGHT - text.y:.2f} Td {shown} ET"


def content(page: Page, runs: Runs = latin_runs) -> str:
    """The drawing of one page."""
    rules = [f"{r.x0:.1f} {HEIGHT - r.y0:.1f} m {r.x1:.1f} {HEIGHT - r.y1:.1f} l S" for r in page.rules]
    return "\n".join(["0.5 w", *rules, *(_line(text, runs) for text in page.texts)])


def assemble(contents: list[str]) -> bytes:
    """A PDF of the given pages."""
    first = 8
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
    ]
    objects += [b"<< /Font << /C 4 0 R /L 7 0 R >> >>", *_FONTS]
    for number, drawn in enumerate(contents):
        stream = zlib.compress(drawn.encode("latin-1"), 1)
        box = f"/MediaBox [0 0 {WIDTH:.0f} {HEIGHT:.0f}] /Resources 3 0 R /Contents {first + 2 * number + 1} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} >>".encode())
        head = f"<< /Length {len(stream)} /Filter /FlateDecode >>\nstream\n".encode()
        objects.append(head + stream + b"\nendstream")
    return _with_index(objects)


def _with_index(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe4\xbd\xa0\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def plain_pdf(paper: Paper, look: Look | None = None) -> bytes:
    """``paper`` as a PDF without embedded fonts."""
    return assemble([content(page) for page in lay_out(paper, look)])
