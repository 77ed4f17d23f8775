"""What the three Word readers gather, before it becomes blocks: paragraphs, and tables within tables.

Layout tables dissolve here, inner tables of data tables become text, and blocks get their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.readers.document import Block, Paragraph, Role
from pipelines.readers.word_grid import Merge, Slot, grid_table, ordered_table


class Text(NamedTuple):
    """One paragraph as it prints."""

    text: str
    role: Role = "text"


@dataclass(slots=True)
class Piece:
    """One stored cell: its paragraphs and inner tables, its edges in twips, its part in a vertical merge."""

    content: list[Text | Grid]
    left: int
    right: int
    merge: Merge = "none"

    def texts(self) -> Iterator[str]:
        """The cell's paragraphs, an inner table's rows as lines."""
        for item in self.content:
            if isinstance(item, Text):
                yield item.text.strip()
            else:
                yield from ("\t".join(" ".join(piece.texts()) for piece in row) for row in item.rows)

    def text(self) -> str:
        """The cell's whole text, one line a paragraph."""
        if len(self.content) == 1 and isinstance(self.content[0], Text):
            return self.content[0].text.strip()
        return "\n".join(filter(None, self.texts())).strip()


@dataclass(slots=True)
class Grid:
    """One stored table; without ``has_edges`` the columns of its cells are not known, only their order."""

    rows: list[list[Piece]]
    has_edges: bool = True

    def pieces(self) -> Iterator[Piece]:
        """The cells that begin somewhere, row by row."""
        for row in self.rows:
            yield from (piece for piece in row if piece.merge != "continue")

    def inner(self) -> Iterator[Grid]:
        """Tables that stand in the cells."""
        for piece in self.pieces():
            yield from (item for item in piece.content if isinstance(item, Grid))

    def size(self) -> int:
        """How many cells begin in the table itself."""
        return sum(1 for _ in self.pieces())


@dataclass(slots=True)
class Blocks:
    """Collects blocks in reading order and numbers them."""

    blocks: list[Block] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0

    def extend(self, items: Iterable[Text | Grid]) -> None:
        """Add paragraphs and tables, those of layout tables one by one."""
        for item in items:
            if isinstance(item, Text):
                self._add_text(item)
            elif is_layout(item):
                for piece in item.pieces():
                    self.extend(piece.content)
            else:
                self._add_table(item)

    def _add_text(self, item: Text) -> None:
        self.paragraphs += 1
        text = item.text.strip()
        if text:
            self.blocks.append(Paragraph(text, f"paragraph {self.paragraphs}", item.role))

    def _add_table(self, grid: Grid) -> None:
        self.tables += 1
        locator = f"table {self.tables}"
        if grid.has_edges:
            slots = [[Slot(piece.text(), piece.left, piece.right, piece.merge) for piece in row] for row in grid.rows]
            self.blocks.append(grid_table(slots, locator))
        else:
            self.blocks.append(ordered_table([[piece.text() for piece in row] for row in grid.rows], locator))


def is_layout(grid: Grid) -> bool:
    """Whether a table only places other things: it has one cell, or inner tables with more cells than its own.

    An inner table with one cell is a frame within a cell, no table of its own.
    """
    if grid.size() == 1:
        return True
    inner = sum(map(_inner_size, grid.inner()))
    return inner > 0 and inner > sum(1 for piece in grid.pieces() if _has_text(piece))


def running(items: Iterable[Text | Grid], place: str) -> list[Paragraph]:
    """Headers, footers or notes as paragraphs beside the report, each text once."""
    texts: dict[str, None] = {}
    for item in items:
        lines = [item.text.strip()] if isinstance(item, Text) else [piece.text() for piece in item.pieces()]
        texts.update(dict.fromkeys(filter(None, lines)))
    return [Paragraph(text, f"{place} {number}", "running") for number, text in enumerate(texts, start=1)]


def _inner_size(grid: Grid) -> int:
    """Cells of an inner table and of the tables within it; a frame of one cell counts nothing itself."""
    size = grid.size()
    return sum(map(_inner_size, grid.inner())) + (size if size > 1 else 0)


def _has_text(piece: Piece) -> bool:
    return any(isinstance(item, Text) and item.text.strip() for item in piece.content)
