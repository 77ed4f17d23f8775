"""Whether damage to a file touched a cell: where its figure stands in the damaged bytes, and what lies before it.

A figure is found by changing every text that could be it, one at a time, until the cell changes with it.
The cell's stretch reaches from the last figure of the row before, over its own label and the separators, to
its figure. Damage inside the stretch touched the cell: what is read there is what the damaged file shows.
So did damage to a byte that is the cell's or its row's alone, and to the compressed page of a PDF that
draws the figure.
Where the figure cannot be found otherwise, nothing touched it, as far as can be told.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Key = tuple[str, str, str]
Cells = Mapping[Key, Any]
Spot = tuple[int, int]
"""First byte and end of bytes that are not the undamaged file's; both are the same where bytes are missing."""

MOST_TRIES = 400
_FIRST_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(rb"\d+")
_BESIDE = 40
_BLOCK = 512
_SHOWS_TEXT = re.compile(rb"\bBT\b.*?\bT[jJ]\b", re.DOTALL)
_NUMBERS = "Workbook".encode("utf-16-le")
"""The stream of an XLS container, whose figures are numbers."""


class Place(NamedTuple):
    """Where a figure stands, and the bytes that say another figure there."""

    start: int
    end: int
    other: bytes


class Touch:
    """One damaged file; ``read`` gives the reported cells of bytes like ``data``."""

    def __init__(self, data: bytes, spots: Sequence[Spot], read: Callable[[bytes], Cells]) -> None:
        self._data, self._spots, self._read = data, tuple(spots), read
        self._cells = read(data)
        self._found: dict[Key, Place | None] = {}

    def touches(self, key: Key) -> bool:
        """Whether the damage lies between the row before the cell and the end of its figure."""
        if any(self._is_own_byte(key, place) for spot in self._spots for place in range(*spot)[:_BESIDE]):
            return True
        figure = self._find(key, self._spots[0][0] if self._spots else 0)
        if figure is None:
            return any(_is_in_page(self._data, spot) for spot in self._spots)
        start = self._end_of_row_before(key, figure)
        return any(begin <= figure.end and end >= start for begin, end in self._spots)

    def _is_own_byte(self, key: Key, place: int) -> bool:
        """Whether a damaged byte is the cell's or its row's alone, as the number of a label is."""
        changed = self._read(self._data[:place] + bytes((self._data[place] ^ 0x80,)) + self._data[place + 1 :])
        moved = {other for other, cell in self._cells.items() if changed.get(other) != cell}
        return key in moved and all(_row_of(other) == _row_of(key) for other in moved)

    def _end_of_row_before(self, key: Key, figure: Place) -> int:
        """Where the last figure of another row ends before this one; the beginning of the file before the first."""
        keys = list(self._cells)
        for other in reversed(keys[: keys.index(key)]):
            if _row_of(other) == _row_of(key):
                continue
            place = self._find(other, figure.start)
            if place is not None and place.end <= figure.start:
                return place.end
        return 0

    def _find(self, key: Key, near: int) -> Place | None:
        if key not in self._found:
            self._found[key] = next(self._places(key, near), None)
        return self._found[key]

    def _places(self, key: Key, near: int) -> Iterator[Place]:
        cell = self._cells[key]
        candidates = sorted(_candidates(self._data, cell), key=lambda place: abs(place.start - near))
        for place in (*candidates[:MOST_TRIES], *_figures_beside(self._data, self._spots)):
            changed = self._read(self._data[: place.start] + place.other + self._data[place.end :]).get(key)
            if changed is not None and changed.value != cell.value:
                yield place


def _row_of(key: Key) -> tuple[str, ...]:
    """The row that a cell is printed in; section 4 is one row."""
    return key[:1] if key[0] == "review" else key[:2]


def _candidates(data: bytes, cell: Any) -> Iterator[Place]:
    """Every place of the file that may say the cell's figure, as text or as a number of an XLS sheet."""
    raw = str(cell.raw or "")
    digit = _FIRST_DIGIT.search(raw)
    if digit is not None:
        other = raw[: digit.start()] + _other_digit(digit[0]) + raw[digit.end() :]
        for encoding, unit in (("utf-8", 1), ("utf-16-le", 2)):
            yield from _occurrences(data, raw.encode(encoding), other.encode(encoding), unit)
    if _NUMBERS in data and float(cell.value).is_integer() and abs(cell.value) < 1 << 28:
        number = int(cell.value)
        yield from _occurrences(data, struct.pack("<i", number << 2 | 2), struct.pack("<i", number + 1 << 2 | 2), 0)
        yield from _occurrences(data, struct.pack("<d", number), struct.pack("<d", number + 1), 0)


def _other_digit(digit: str) -> str:
    return str(int(digit) % 9 + 1)


def _occurrences(data: bytes, text: bytes, other: bytes, unit: int) -> Iterator[Place]:
    """Places of a text that is no part of a longer figure; ``unit`` is the bytes of a digit, none for numbers."""
    start = data.find(text)
    while start >= 0:
        end = start + len(text)
        around = (data[max(0, start - unit) : start], data[end : end + unit]) if unit else ()
        if not any(side[:1].isdigit() for side in around):
            yield Place(start, end, other)
        start = data.find(text, start + 1)


def _figures_beside(data: bytes, spots: Sequence[Spot]) -> Iterator[Place]:
    """The figures at both ends of each damage, which may have become one with something else."""
    for begin, end in spots:
        for edge in dict.fromkeys((end, begin)):
            before = list(_FIGURE.finditer(data, max(0, edge - _BESIDE), edge))[-1:]
            behind = list(_FIGURE.finditer(data, edge, edge + _BESIDE))[:1]
            for found in (*behind, *before):
                last = found.end() - 1
                yield Place(last, last + 1, _other_digit(chr(data[last])).encode())


def _is_in_page(data: bytes, spot: Spot) -> bool:
    """Whether the damage lies in a compressed page of a PDF: every byte of it stands for what is drawn behind it."""
    start = data.rfind(b"stream", 0, spot[0])
    if not data.startswith(b"%PDF") or data.rfind(b"endstream", 0, spot[0]) + len(b"end") >= start:
        return False
    packed = data[start + len(b"stream") :].lstrip(b"\r\n")
    unpacked, unpacking = b"", zlib.decompressobj()
    try:
        for at in range(0, len(packed), _BLOCK):
            unpacked += unpacking.decompress(packed[at : at + _BLOCK])
    except zlib.error:
        pass  # where it ends is of no matter
    return _SHOWS_TEXT.search(unpacked) is not None
