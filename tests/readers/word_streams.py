"""Builds the streams of binary Word files by hand, for what no program at hand writes."""

from __future__ import annotations

import struct
from typing import NamedTuple

from pipelines.readers.word_binary import WordFile, open_word

_TEXT_AT = 4096
_PAGE = 512


class Part(NamedTuple):
    """One paragraph with its mark: properties, marked characters (begin, end, properties), how it is stored."""

    text: str
    properties: bytes = b""
    marked: tuple[tuple[int, int, bytes], ...] = ()
    compressed: bool = False


def sprm(code: int, operand: bytes | int) -> bytes:
    """One change of formatting; a number is stored in one byte."""
    content = bytes([operand]) if isinstance(operand, int) else operand
    return struct.pack("<H", code) + content


IN_TABLE = sprm(0x2416, 1)
ROW_END = IN_TABLE + sprm(0x2417, 1)
DELETED = sprm(0x0800, 1)
HIDDEN = sprm(0x083C, 1)


def row_definition(edges: list[int], flags: list[int]) -> bytes:
    """The definition of a row's cells."""
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    content = bytes([len(flags)]) + struct.pack(f"<{len(edges)}h", *edges) + cells
    return struct.pack("<HH", 0xD608, len(content) + 1) + content


def table_row(*cells: str, edges: list[int], flags: list[int] | None = None, more: bytes = b"") -> list[Part]:
    """The paragraphs of one row and of its end."""
    definition = row_definition(edges, flags or [0] * len(cells))
    return [*(Part(f"{cell}\x07", IN_TABLE) for cell in cells), Part("\x07", ROW_END + definition + more)]


def header(flags: int = 0x0200, version: int = 0x00C1) -> bytearray:
    """An empty file header."""
    content = bytearray(_TEXT_AT)
    struct.pack_into("<HH6xH", content, 0, 0xA5EC, version, flags)
    return content


def word_file(parts: list[Part], data: bytes = b"", counts: tuple[int, ...] = ()) -> WordFile:
    """An opened file of these paragraphs, each a piece of its own, stored in reverse order as fast saves do."""
    stored = bytearray()
    places: dict[int, int] = {}
    for number in reversed(range(len(parts))):
        places[number] = _TEXT_AT + len(stored)
        part = parts[number]
        stored += part.text.encode("cp1252") if part.compressed else part.text.encode("utf-16-le", "surrogatepass")
    document = header() + stored + bytes(-len(stored) % _PAGE)
    runs = sorted((places[number], number) for number in places)
    paragraph_pages = _pages(document, [(at, at + _size(parts[n]), _papx(parts[n])) for at, n in runs], 13)
    marked = [
        (at + begin * _width(parts[n]), at + end * _width(parts[n]), bytes([len(stored)]) + stored)
        for at, n in runs
        for begin, end, stored in parts[n].marked
    ]
    character_pages = _pages(document, marked, 1)
    total = sum(len(part.text) for part in parts)
    struct.pack_into(f"<{len(counts) or 1}i", document, 76, *(counts or (total,)))
    tables = b""
    for index, content in ((12, character_pages), (13, paragraph_pages), (33, _pieces(parts, places))):
        struct.pack_into("<II", document, 154 + 8 * index, len(tables), len(content))
        tables += content
    return open_word(bytes(document), (b"", tables), data)


def _width(part: Part) -> int:
    return 1 if part.compressed else 2


def _size(part: Part) -> int:
    return len(part.text) * _width(part)


def _papx(part: Part) -> bytes:
    content = b"\0\0" + part.properties
    content += b"\0" * (len(content) % 2)
    return bytes([0, len(content) // 2]) + content


def _pages(document: bytearray, runs: list[tuple[int, int, bytes]], width: int) -> bytes:
    """One page a run, appended to the document; the list of pages for the table stream."""
    bounds, numbers = b"", b""
    for begin, end, content in runs:
        page = bytearray(_PAGE)
        struct.pack_into("<II", page, 0, begin, end)
        place = (8 + width + 1) // 2 * 2
        page[8] = place // 2
        page[place : place + len(content)] = content
        page[-1] = 1
        numbers += struct.pack("<I", len(document) // _PAGE)
        bounds += struct.pack("<I", begin)
        document += page
    return bounds + struct.pack("<I", runs[-1][1] if runs else 0) + numbers


def _pieces(parts: list[Part], places: dict[int, int]) -> bytes:
    bounds, descriptors = struct.pack("<I", 0), b""
    position = 0
    for number, part in enumerate(parts):
        position += len(part.text)
        bounds += struct.pack("<I", position)
        offset = places[number] * 2 | 0x4000_0000 if part.compressed else places[number]
        descriptors += struct.pack("<HIH", 0, offset, 0)
    return b"\x02" + struct.pack("<I", len(bounds + descriptors)) + bounds + descriptors
