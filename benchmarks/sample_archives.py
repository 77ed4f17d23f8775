"""Archives that no library of the standard distribution writes: 7z through libarchive, RAR by hand, stored only."""

from __future__ import annotations

import struct
import zlib
from importlib import import_module
from typing import Any


def libarchive() -> Any:
    """The binding of libarchive; null where the system's library is not installed, however that shows."""
    try:
        return import_module("libarchive")
    except (ImportError, OSError, AttributeError, TypeError):
        return None


def seven_zip(members: dict[str, bytes]) -> bytes | None:
    """A 7z archive whose members carry no time; null without libarchive."""
    library = libarchive()
    if library is None:
        return None
    parts: list[bytes] = []

    def keep(block: bytes) -> int:
        parts.append(bytes(block))
        return len(block)

    with library.custom_writer(keep, "7zip") as archive:
        for name, data in members.items():
            archive.add_file_from_memory(name, len(data), data, mtime=0)
    return b"".join(parts)


def rar(name: str, content: bytes, *, locked: bool = False) -> bytes:
    """A RAR 4 archive of one stored file, after the format's public description; nothing is compressed."""
    raw = name.encode()
    fields = struct.pack(
        "<IIBIIBBHI", len(content), len(content), 2, zlib.crc32(content), 0x58000000, 20, 0x30, len(raw), 0x20
    )
    flags = 0x8000 | (0x04 if locked else 0)
    return (
        b"Rar!\x1a\x07\x00"
        + _rar_block(0x73, 0, bytes(6))
        + _rar_block(0x74, flags, fields + raw)
        + content
        + _rar_block(0x7B, 0x4000, b"")
    )


def _rar_block(kind: int, flags: int, rest: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head
