"""The one model that every reader yields: paragraphs and tables in reading order.

Nothing here knows a statutory form, and nothing behind it knows a file format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

new = tuple.__new__
"""Makes a named tuple at half the cost of its own constructor: ``new(Cell, (text, locator, 0, 1, 1, True))``.

For the few places that make one for every cell of a country's reports.
"""

SourceFormat = Literal["text", "html", "docx", "doc", "wps", "pdf", "xlsx", "xls", "image"]
Role = Literal["text", "heading", "title", "chrome", "running"]
TableKind = Literal["grid", "aligned", "rows"]


class Cell(NamedTuple):
    """One printed cell.

    In a ``grid`` table ``column`` is the number (from 0) of the column where the cell
    starts and the spans count columns and rows. In an ``aligned`` table ``column`` is
    the left edge and ``column_span`` the width, in the units of the page. In a ``rows``
    table ``column`` is only the order within the row.
    """

    text: str
    locator: str
    column: int
    column_span: int = 1
    row_span: int = 1
    legible: bool = True
    """False where recognition was not sure of the text: it is kept, never read as a number."""


class Paragraph(NamedTuple):
    """One paragraph or line outside tables.

    ``role``: ``title`` and ``heading`` where the source's own markup says so; ``chrome``
    is what the site puts around the report (page head, navigation, foot); ``running`` a
    page header, footer or page number.
    """

    text: str
    locator: str
    role: Role = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; each cell stands in the row where it begins, spans not expanded.

    ``grid``: columns come from the source's own structure (HTML, Word, sheets, ruled pages).
    ``aligned``: columns are only horizontal positions. ``rows``: only order counts.
    """

    rows: tuple[tuple[Cell, ...], ...]
    kind: TableKind
    locator: str


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader made of one file."""

    source_format: SourceFormat
    blocks: tuple[Block, ...]
    title: str | None = None
    """The title that the container states (HTML ``<title>``), not the report's own."""
    metadata: tuple[tuple[str, str], ...] = ()
    """Name and value of what the page says about itself (``ArticleTitle``, ``PubDate`` …)."""
    attachments: tuple[str, ...] = ()
    """Names of documents that the page links to, in order."""
    pictures: int = 0
    """Pictures in the body of the report, which may hold what was not read."""
    notes: tuple[str, ...] = ()
    """What the reader could not read, with its place."""
    ends_open: bool = False
    """True where the source may have been cut off: its very last text may be half a number."""
