"""Width and height that a picture file states, read from its head before anything is decoded."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
GIF, BMP, RIFF = b"GIF8", b"BM", b"RIFF"
TIFF_LITTLE, TIFF_BIG = b"II*\x00", b"MM\x00*"

MAXIMUM_DIRECTORIES = 200
MAXIMUM_ENTRIES = 500
_WIDTH_TAG, _HEIGHT_TAG = 256, 257
_SHORT = 3


class Size(NamedTuple):
    """Pixels across and down."""

    width: int
    height: int


def picture_sizes(data: bytes) -> list[Size]:
    """The size of every page of a PNG, JPEG, TIFF, GIF, BMP or WebP file; none where it is damaged or another."""
    sizes_of = next((sizes for mark, sizes in _SIZES.items() if data.startswith(mark)), None)
    try:
        return sizes_of(data) if sizes_of else []
    except struct.error:
        return []


def _png_sizes(data: bytes) -> list[Size]:
    return [Size(*struct.unpack_from(">II", data, 16))]


def _gif_sizes(data: bytes) -> list[Size]:
    return [Size(*struct.unpack_from("<HH", data, 6))]


def _bmp_sizes(data: bytes) -> list[Size]:
    width, height = struct.unpack_from("<ii", data, 18)
    return [Size(width, abs(height))]


def _webp_sizes(data: bytes) -> list[Size]:
    """The size in the first chunk: of the canvas, of a lossy or of a lossless picture."""
    if data[12:16] == b"VP8X":
        return [Size(1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little"))]
    if data[12:16] == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return [Size(width & 0x3FFF, height & 0x3FFF)]
    bits = int.from_bytes(data[21:25], "little")
    return [Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))] if data[12:16] == b"VP8L" else []


def _jpeg_sizes(data: bytes) -> list[Size]:
    """The size in the frame header, found by walking the segments before it."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:  # every marker begins so
        marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # frame headers
            height, width = struct.unpack_from(">HH", data, at + 5)
            return [Size(width, height)]
        at += 2 + max(2, length)
    return []


def _tiff_sizes(data: bytes) -> list[Size]:
    order = "<" if data.startswith(TIFF_LITTLE) else ">"
    sizes: list[Size] = []
    at = struct.unpack_from(f"{order}I", data, 4)[0]
    seen: set[int] = set()
    while at and at not in seen and len(sizes) < MAXIMUM_DIRECTORIES:
        seen.add(at)
        count = struct.unpack_from(f"{order}H", data, at)[0]
        tags = dict(_tiff_entry(data, at + 2 + 12 * index, order) for index in range(min(count, MAXIMUM_ENTRIES)))
        sizes.append(Size(tags.get(_WIDTH_TAG, 0), tags.get(_HEIGHT_TAG, 0)))
        at = struct.unpack_from(f"{order}I", data, at + 2 + 12 * count)[0]
    return sizes


def _tiff_entry(data: bytes, at: int, order: str) -> tuple[int, int]:
    tag, kind = struct.unpack_from(f"{order}HH", data, at)
    value = struct.unpack_from(f"{order}H" if kind == _SHORT else f"{order}I", data, at + 8)[0]
    return tag, value


_SIZES: dict[bytes, Callable[[bytes], list[Size]]] = {
    PNG: _png_sizes,
    JPEG: _jpeg_sizes,
    TIFF_LITTLE: _tiff_sizes,
    TIFF_BIG: _tiff_sizes,
    GIF: _gif_sizes,
    BMP: _bmp_sizes,
    RIFF: _webp_sizes,
}
"""How a file begins → what reads its size."""
