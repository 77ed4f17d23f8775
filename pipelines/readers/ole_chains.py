"""Whether the sector chains of an OLE container end: a damaged table may lead a reader round for ever."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.readers.errors import Quarantined


def refuse_loops(*tables: Sequence[int]) -> None:
    """Raise ``Quarantined("unreadable")`` if a chain of sectors comes back to itself in one of the tables."""
    if any(_has_loop(table) for table in tables):
        raise Quarantined("unreadable", "damaged Office container (its sectors form a loop); fetch the file again")


def _has_loop(following: Sequence[int]) -> bool:
    """``following[n]`` is the sector behind ``n``; numbers beyond the table end a chain."""
    walk_of = [0] * len(following)
    for start in range(len(following)):
        at = start
        while at < len(following) and not walk_of[at]:
            walk_of[at] = start + 1
            at = following[at]
        if at < len(following) and walk_of[at] == start + 1:
            return True
    return False
