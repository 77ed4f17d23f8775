"""Web pages: what is shown, in reading order, with the report told from the site around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipelines.readers.document import Block, Cell, Document, Paragraph, Table, new
from pipelines.readers.encoding import REPLACEMENT, decode
from pipelines.readers.html_content import Containers, content_of, signals_of, with_roles
from pipelines.readers.html_flow import Walker
from pipelines.readers.html_idioms import CHROME
from pipelines.readers.html_pinyin import without_pinyin
from pipelines.readers.html_table import Grid, Line
from pipelines.readers.html_tree import head_of, metadata_of, source_to_tree, title_of
from pipelines.readers.limits import LIMITS, Limits

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})|<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w-]{2,20})",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"<(?:body|p|div|br)\b", re.IGNORECASE)
_DAMAGE = 3 * REPLACEMENT
"""A run of broken bytes may have swallowed whole cells, so that a row holds another row's values."""
_DAMAGED = re.compile(REPLACEMENT + "{3,}")
_TITLE_NAMES = frozenset({"articletitle", "og:title", "title", "dc.title"})
_COLUMNS = re.compile(r"\S(?:\t|[ \u3000]{2,})\S|[|\uff5c\u2502].*[|\uff5c\u2502]")


def read(data: bytes, charset: str | None = None) -> Document:
    """Read one web page of any encoding; ``charset`` is what its transport states, if anything.

    Raises ``Quarantined``: ``unreadable`` where the bytes are no text, ``too_large`` beyond the bounds.
    """
    declared = _DECLARED.search(data[:4096])
    name = (declared[1] or declared[2]).decode("ascii", "replace") if declared else charset
    return source_to_document(decode(data, name))


def source_to_document(source: str, limits: Limits = LIMITS) -> Document:
    """Read a page's decoded source."""
    tree, overrides = source_to_tree(_with_damage_shown(source))
    walker = Walker(overrides, limits)
    body = tree.body
    items = walker.flow(body, lines=not _PLAIN.search(source)) if body is not None else []
    statements = [*head_of(tree), *walker.statements]
    title, metadata = title_of(statements), metadata_of(statements, source)
    containers = Containers(walker.parents, walker.flags)
    signals = signals_of(items)
    content = content_of([items[number] for number in signals], containers)
    titles = [title or "", *(value for key, value in metadata if key.lower() in _TITLE_NAMES)]
    placed = without_pinyin(with_roles(items, signals, containers, content, titles))
    return Document(
        "html",
        tuple(_numbered(placed)),
        title=title,
        metadata=metadata,
        attachments=tuple(
            dict.fromkeys(found.text for found in walker.links if _is_ours(containers, found.element, content))
        ),
        pictures=sum(containers.holds(content, found.element) for found in walker.pictures),
        ends_open=_ends_open(source),
    )


def _with_damage_shown(source: str) -> str:
    """Broken bytes as text: a run of them ends a tag that it stands in and is a cell of the row that it stands in."""
    source = source.replace("\x00", REPLACEMENT)
    return _DAMAGED.sub(f"'\"><td>{_DAMAGE}", source) if REPLACEMENT in source else source


def _is_ours(containers: Containers, element: int, content: int) -> bool:
    """Whether a link belongs to the report: it stands in its body, or at least not in the page's head or foot."""
    return containers.holds(content, element) or containers.flagged(element, CHROME) is None


def _ends_open(source: str) -> bool:
    """Whether the source stops inside a text, not behind a tag: its last number may be cut."""
    rest = source[source.rfind(">") + 1 :]
    return bool(rest.strip()) and "<" not in rest


def _numbered(items: Sequence[Line | Grid]) -> Iterator[Block]:
    """Blocks with their locators: paragraphs and tables, each counted from 1 down the page."""
    tables = paragraphs = 0
    columns: list[tuple[str, str]] = []
    for item in items:
        if isinstance(item, Line):
            paragraphs += bool(item.text)
            locator = f"paragraph {paragraphs}"
            if item.raw or (item.role == "text" and _COLUMNS.search(item.text)):
                columns.append((item.text, locator))
                continue
        if columns:
            yield from _columns_to_blocks(columns)
            columns = []
        if isinstance(item, Line):
            yield Paragraph(item.text, locator, item.role)
        else:
            tables += not item.continues
            yield _grid_to_table(item, f"table {tables}")
    if columns:
        yield from _columns_to_blocks(columns)


def _columns_to_blocks(lines: Sequence[tuple[str, str]]) -> Sequence[Block]:
    """Lines that the source sets in columns by tabs, bars or blanks, read as a text file's are."""
    from pipelines.readers.text import lines_to_blocks  # noqa: PLC0415 - few pages have such lines

    return lines_to_blocks(lines)


def _grid_to_table(grid: Grid, locator: str) -> Table:
    is_damaged = _DAMAGE in "".join([cell.text for row in grid.rows for cell in row])
    rows = []
    for number, row in enumerate(grid.rows, grid.first_row + 1):
        place = f"{locator} row {number} column "
        is_legible = not (is_damaged and any(_DAMAGE in cell.text for cell in row))
        rows.append(
            tuple(
                [
                    new(Cell, (text, place + _ordinal(column), column, column_span, row_span, is_legible))
                    for text, column, column_span, row_span in row
                ]
            )
        )
    return Table(tuple(rows), "grid", locator)


@lru_cache(maxsize=1000)
def _ordinal(column: int) -> str:
    """The number of a column, counted from 1; writing it anew would cost more than the rest of a cell."""
    return str(column + 1)
