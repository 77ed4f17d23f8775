"""The binary Word format of 1997 and later ([MS-DOC]): header, piece table, paragraph and character properties.

Gives the document's text with one character for each character position, and the properties of
each paragraph. What the paragraphs make (cells, rows, stories) is ``doc``'s business.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.readers.errors import Quarantined
from pipelines.readers.word_heights import RAISED_FIGURES, STRUCK_FIGURES, kept_apart

_MAGIC = 0xA5EC
_OLD_MAGIC = frozenset({0xA5DC, 0xA59B, 0xA59C})
_OLDEST = 0x00C1
"""Number of the format in Word 97; earlier ones have another header."""
_ENCRYPTED = 0x0100
_SECOND_TABLE = 0x0200
_PAIRS = 154
"""Offset of the header's list of (offset, size) pairs into the table stream."""
_STYLES, _CHARACTER_PAGES, _PARAGRAPH_PAGES, _CLX, LIST_DEFINITIONS, LIST_INSTANCES = 1, 12, 13, 33, 73, 74
_STORY_COUNTS = (76, 80, 84, 88, 92, 96, 100, 104)
STORY_NAMES = ("main", "footnote", "header", "macro", "comment", "endnote", "text box", "header text box")
_PAGE = 512
_MOST_CHARACTERS = 4_000_000
_MOST_RUNS = 400_000
_COMPRESSED = 0x4000_0000

_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_TABLE_DEFINITION, _TAB_CHANGES = 0xD608, 0xC615
_ELSEWHERE = frozenset({0x6645, 0x6646, 0x646B})
"""Properties too long for their page: the operand is an offset into the stream ``Data``."""
_DELETED, _HIDDEN, _SYMBOL = 0x0800, 0x083C, 0x6A09
_STRUCK, _STRUCK_TWICE, _RAISED = 0x0837, 0x2A53, 0x2A48
_TELLING = (_DELETED, _HIDDEN, _SYMBOL, _STRUCK, _STRUCK_TWICE, _RAISED)
_HEIGHT, _HEIGHT_MARK = 0x4845, b"\x45\x48"
_MARKS = tuple(code.to_bytes(2, "little") for code in _TELLING)
_SET = frozenset({0x01, 0x81})


class DeclinedError(Exception):
    """The file is of a kind that this reader does not know; another program may."""


class Property(NamedTuple):
    """One stored change of formatting: its code and the bytes of its operand."""

    code: int
    operand: bytes

    @property
    def number(self) -> int:
        """The operand as an unsigned number."""
        return int.from_bytes(self.operand[:4], "little")


class _Piece(NamedTuple):
    """A run of character positions, stored together in the stream ``WordDocument``."""

    begin: int
    end: int
    offset: int
    width: int
    properties: bytes


class _Run(NamedTuple):
    begin: int
    end: int
    style: int
    properties: bytes


@dataclass(frozen=True, slots=True)
class WordFile:
    """One opened file: its text (all stories, one character a position) and its properties."""

    text: str
    stories: dict[str, range]
    tables: bytes
    header: bytes
    data: bytes
    styles: dict[int, Style]
    _pieces: list[_Piece]
    _paragraphs: list[_Run]
    _starts: list[int] = field(default_factory=list)
    _piece_ends: list[int] = field(default_factory=list)

    def paragraph(self, position: int) -> tuple[int, bytes]:
        """Style number and stored properties of the paragraph that ends at a character position."""
        piece = self._pieces[min(bisect_right(self._piece_ends, position), len(self._pieces) - 1)]
        place = piece.offset + (position - piece.begin) * piece.width
        run = self._paragraphs[max(0, bisect_right(self._starts, place) - 1)] if self._paragraphs else None
        if run is None or not run.begin <= place < run.end:
            return 0, piece.properties
        return run.style, run.properties + piece.properties

    def pair(self, index: int) -> bytes:
        """The part of the table stream that the header's pair of that number points to."""
        return _pair(self.header, self.tables, index)

    def pair_offset(self, index: int) -> int:
        """Where that part begins in the table stream."""
        place = _PAIRS + 8 * index
        return int.from_bytes(self.header[place : place + 4], "little")

    def properties(self, stored: bytes) -> Iterator[Property]:
        """Formatting changes in order, those kept in the stream ``Data`` included."""
        for one in properties_of(stored):
            if one.code in _ELSEWHERE:
                size = int.from_bytes(self.data[one.number : one.number + 2], "little")
                yield from properties_of(self.data[one.number + 2 : one.number + 2 + size])
            else:
                yield one


class Style(NamedTuple):
    """A paragraph style: the number of the built-in one it is, its parent, its stored properties."""

    built_in: int
    parent: int
    properties: bytes


def open_word(document: bytes, tables: tuple[bytes, bytes], data: bytes) -> WordFile:
    """The file whose streams these are: ``WordDocument``, (``0Table``, ``1Table``) and ``Data``.

    Raises ``DeclinedError`` for other versions, ``Quarantined`` (``encrypted``, ``unreadable``, ``too_large``).
    """
    magic = int.from_bytes(document[:2], "little")
    if magic in _OLD_MAGIC:
        raise DeclinedError("a Word file of before 1997")
    if len(document) < _PAIRS or magic != _MAGIC:
        raise Quarantined("unreadable", "the Word document does not begin as one; open and save the file again")
    version, flags = struct.unpack_from("<H6xH", document, 2)
    if flags & _ENCRYPTED:
        raise Quarantined("encrypted", "the document has a password; remove it and save again")
    if version < _OLDEST:
        raise DeclinedError(f"a Word file of before 1997 (version {version})")
    table = tables[bool(flags & _SECOND_TABLE)]
    pieces = _piece_table(_pair(document, table, _CLX))
    characters = _pages(document, _pair(document, table, _CHARACTER_PAGES), 1)
    paragraphs = sorted(_pages(document, _pair(document, table, _PARAGRAPH_PAGES), 13))
    return WordFile(
        text=_shown_text(document, pieces, characters),
        stories=_stories(document),
        tables=table,
        header=document,
        data=data,
        styles=_read_styles(_pair(document, table, _STYLES)),
        _pieces=pieces,
        _paragraphs=paragraphs,
        _starts=[run.begin for run in paragraphs],
        _piece_ends=[piece.end for piece in pieces],
    )


def properties_of(stored: bytes) -> Iterator[Property]:
    """The formatting changes of a stored list; ends where the list is damaged."""
    place = 0
    while place + 2 < len(stored):
        code = stored[place] | stored[place + 1] << 8
        place += 2
        size = _SIZES.get(code >> 13)
        if size is None:
            size, place = _variable_size(code, stored, place)
        yield Property(code, stored[place : place + size])
        place += size


def _variable_size(code: int, stored: bytes, place: int) -> tuple[int, int]:
    if code == _TABLE_DEFINITION:
        return max(0, int.from_bytes(stored[place : place + 2], "little") - 1), place + 2
    size = stored[place]
    if code == _TAB_CHANGES and size == 0xFF:
        cleared = stored[place + 1] if place + 1 < len(stored) else 0
        added = place + 2 + 4 * cleared
        return 2 + 4 * cleared + 3 * (stored[added] if added < len(stored) else 0), place + 1
    return size, place + 1


def _pair(document: bytes, table: bytes, index: int) -> bytes:
    place = _PAIRS + 8 * index
    if place + 8 > len(document):
        return b""
    offset, size = struct.unpack_from("<II", document, place)
    return table[offset : offset + size]


def _stories(document: bytes) -> dict[str, range]:
    stories, begin = {}, 0
    for name, place in zip(STORY_NAMES, _STORY_COUNTS, strict=True):
        count = max(0, int.from_bytes(document[place : place + 4], "little", signed=True))
        stories[name] = range(begin, begin + count)
        begin += count
    return stories


def _piece_table(clx: bytes) -> list[_Piece]:
    """The pieces in text order, each with the formatting changes that a fast save hung on it."""
    changes: list[bytes] = []
    place = 0
    while place + 3 <= len(clx) and clx[place] == 1:
        size = int.from_bytes(clx[place + 1 : place + 3], "little")
        changes.append(clx[place + 3 : place + 3 + size])
        place += 3 + size
    if place + 5 > len(clx) or clx[place] != 2:
        raise Quarantined("unreadable", "the file's piece table is missing; open and save the file again")
    plex = clx[place + 5 : place + 5 + int.from_bytes(clx[place + 1 : place + 5], "little")]
    count = (len(plex) - 4) // 12
    if count < 1:
        raise Quarantined("unreadable", "the file's piece table is empty; open and save the file again")
    bounds = struct.unpack_from(f"<{count + 1}I", plex)
    if bounds[0]:
        raise Quarantined("unreadable", "the file's piece table does not begin at its text; save the file again")
    return [
        _piece(bounds[number], bounds[number + 1], plex[4 * (count + 1) + 8 * number :][:8], changes)
        for number in range(count)
    ]


def _piece(begin: int, end: int, descriptor: bytes, changes: list[bytes]) -> _Piece:
    offset, modifier = struct.unpack_from("<2xIH", descriptor)
    if begin > end or end > _MOST_CHARACTERS:
        raise Quarantined("unreadable", "the file's piece table is damaged; open and save the file again")
    applied = changes[modifier >> 1] if modifier & 1 and modifier >> 1 < len(changes) else b""
    if offset & _COMPRESSED:
        return _Piece(begin, end, (offset & ~_COMPRESSED) // 2, 1, applied)
    return _Piece(begin, end, offset, 2, applied)


def _pages(document: bytes, plex: bytes, width: int) -> list[_Run]:
    """Runs of formatting by stored offset; ``width`` is the size of a page's entries, 13 for paragraphs."""
    count = (len(plex) - 4) // 8
    runs: list[_Run] = []
    for number in range(max(count, 0)):
        page_number = int.from_bytes(plex[4 * (count + 1) + 4 * number :][:4], "little") & 0x3F_FFFF
        page = document[page_number * _PAGE : (page_number + 1) * _PAGE]
        if len(page) == _PAGE:
            runs.extend(_page_runs(page, width))
        if len(runs) > _MOST_RUNS:
            raise Quarantined("too_large", f"more than {_MOST_RUNS} runs of formatting; save the file as DOCX")
    return runs


def _page_runs(page: bytes, width: int) -> Iterator[_Run]:
    count = page[-1]
    first = 4 * (count + 1)
    if first + count * width > _PAGE:
        return
    bounds = struct.unpack_from(f"<{count + 1}I", page)
    for number in range(count):
        place = 2 * page[first + number * width]
        style, stored = _stored(page, place, is_paragraph=width > 1) if place else (0, b"")
        yield _Run(bounds[number], bounds[number + 1], style, stored)


def _stored(page: bytes, place: int, *, is_paragraph: bool) -> tuple[int, bytes]:
    size = page[place]
    if not is_paragraph:
        return 0, page[place + 1 : place + 1 + size]
    if size:
        begin, end = place + 1, place + 2 * size
    else:
        begin, end = place + 2, place + 2 + 2 * (page[place + 1] if place + 1 < len(page) else 0)
    content = page[begin:end]
    return int.from_bytes(content[:2], "little"), content[2:]


def _shown_text(document: bytes, pieces: list[_Piece], characters: list[_Run]) -> str:
    """All stories' text; deleted and hidden characters are NUL, symbols stand as their own sign."""
    marked = sorted(run for run in characters if _is_marked(run.properties))
    starts = [run.begin for run in marked]
    parts: list[str] = []
    for piece in pieces:
        text = _decoded(document, piece)
        if _drops(piece.properties):
            text = _dropped(text)
        first = max(0, bisect_right(starts, piece.offset) - 1)
        last = bisect_right(starts, piece.offset + len(text) * piece.width)
        parts.append(_with_marks(text, marked[first:last], piece) if first < last else text)
    text = "".join(parts)
    return kept_apart(text, _raised(pieces, characters)) if _HEIGHT_MARK in document else text


def _raised(pieces: list[_Piece], characters: list[_Run]) -> list[tuple[int, int, int]]:
    """Stretches of the text that are raised or lowered, in order: begin, end and half points upwards."""
    runs = sorted(run for run in characters if _HEIGHT_MARK in run.properties and not _drops(run.properties))
    starts = [run.begin for run in runs]
    found: list[tuple[int, int, int]] = []
    for piece in pieces:
        first = max(0, bisect_right(starts, piece.offset) - 1)
        last = bisect_right(starts, piece.offset + (piece.end - piece.begin) * piece.width)
        for run in runs[first:last]:
            begin = max(piece.begin, piece.begin + (run.begin - piece.offset) // piece.width)
            end = min(piece.end, piece.begin - (piece.offset - run.end) // piece.width)
            found += [(begin, end, _height(run.properties))] if begin < end else []
    return found


def _height(stored: bytes) -> int:
    """Half points by which a run is raised; what is lowered is below zero."""
    operands = {one.code: one.operand for one in properties_of(stored)}
    return int.from_bytes(operands.get(_HEIGHT, b""), "little", signed=True)


def _with_marks(text: str, marked: list[_Run], piece: _Piece) -> str:
    """A piece's text with the effect of the runs that touch it, which are in order of their offsets."""
    parts: list[str] = []
    done = 0
    for run in marked:
        begin = max(done, (run.begin - piece.offset) // piece.width)
        end = min(len(text), -(-(run.end - piece.offset) // piece.width))
        if begin < end:
            parts += text[done:begin], _touched(text[begin:end], run.properties)
            done = end
    return "".join([*parts, text[done:]])


def _touched(text: str, stored: bytes) -> str:
    """The characters of a run as it shows them: a struck or raised figure is no part of the number beside."""
    if _drops(stored):
        return _dropped(text)
    sign = _symbol(stored)
    if sign:
        return sign * len(text)
    values = {one.code: one.number for one in properties_of(stored)}
    if values.get(_STRUCK) in _SET or values.get(_STRUCK_TWICE) in _SET:
        return text.translate(STRUCK_FIGURES)
    return text.translate(RAISED_FIGURES.get(values.get(_RAISED, 0), {}))


def _dropped(text: str) -> str:
    """Nothing but the marks of cells and rows, which carry the table's structure also where they are hidden."""
    return "".join("\x07" if sign == "\x07" else "\0" for sign in text)


def _decoded(document: bytes, piece: _Piece) -> str:
    """One character a position: halves of characters beyond the basic plane stay apart, and a zero is damage."""
    count = piece.end - piece.begin
    raw = document[piece.offset : piece.offset + count * piece.width]
    if len(raw) != count * piece.width:
        raise Quarantined("unreadable", "the file ends before its text does; fetch it again")
    if piece.width == 1:
        return raw.decode("cp1252", errors="replace").replace("\0", "\ufffd")
    text = raw.decode("utf-16-le", errors="surrogatepass")
    text = text if len(text) == count else "".join(map(chr, struct.unpack(f"<{count}H", raw)))
    return text.replace("\0", "\ufffd")


def _is_marked(stored: bytes) -> bool:
    """Whether a run may be deleted, hidden, a symbol, struck or raised, as the codes' bytes tell."""
    return any(code in stored for code in _MARKS)


def _drops(stored: bytes) -> bool:
    """Whether characters are deleted by a tracked change or hidden; the last word on each counts."""
    state = {one.code: one.number in _SET for one in properties_of(stored) if one.code in {_DELETED, _HIDDEN}}
    return any(state.values())


def _symbol(stored: bytes) -> str:
    """The sign of a symbol font that stands for the stored character; empty where there is none."""
    for one in properties_of(stored):
        if one.code == _SYMBOL and len(one.operand) == 4:
            return chr(int.from_bytes(one.operand[2:4], "little"))
    return ""


def _read_styles(stored: bytes) -> dict[int, Style]:
    """Paragraph styles by their number in the file."""
    header = int.from_bytes(stored[:2], "little")
    if header < len(b"cstdbase"):
        return {}
    count, base = struct.unpack_from("<HH", stored.ljust(6, b"\0"), 2)
    styles: dict[int, Style] = {}
    place = 2 + header
    for number in range(count):
        size = int.from_bytes(stored[place : place + 2], "little")
        style = _style(stored[place + 2 : place + 2 + size], base)
        if style is not None:
            styles[number] = style
        place += 2 + size + size % 2
    return styles


def _style(content: bytes, base: int) -> Style | None:
    if len(content) < base + 2 or base < len(b"ten bytes!"):
        return None
    built_in, kind = struct.unpack_from("<HH", content)
    if kind & 0xF != 1:
        return None
    place = base + 2 + 2 * int.from_bytes(content[base : base + 2], "little") + 2
    size = int.from_bytes(content[place : place + 2], "little")
    return Style(built_in & 0xFFF, kind >> 4, content[place + 4 : place + 2 + max(size, 2)])
