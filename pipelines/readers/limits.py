"""What one file may cost: every bound that a reader keeps against hostile or broken input."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file; beyond them the file is ``too_large`` or the part is left out with a note."""

    file_bytes: int = 200 * MEBIBYTE
    """Size of a file on disk."""
    text_bytes: int = 32 * MEBIBYTE
    """Size of a text, web page or MIME message: reports are below one megabyte."""
    members: int = 2000
    """Members of one archive, those of archives inside it included."""
    member_bytes: int = 200 * MEBIBYTE
    """Size of one unpacked member."""
    total_bytes: int = 1024 * MEBIBYTE
    """Size of all unpacked members of one archive."""
    ratio: int = 200
    """How many times its packed size a member may grow to, once it is over one megabyte."""
    depth: int = 2
    """Archives in archives: 1 is the file itself, 2 one archive inside it."""
    nodes: int = 500_000
    """Elements and texts of one web page."""
    area: int = 5_000_000
    """Rows times columns of one table of a web page."""
    columns: int = 100
    """Columns that one cell may span."""


LIMITS = Limits()
