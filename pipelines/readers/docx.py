"""DOCX (and DOCM, whose macros are never run): ``document.xml`` as paragraphs and grids.

Tracked changes count as accepted, text boxes are read once, hidden text is left out, numbers that
a list prints stand before their paragraph. Headers, footers and notes have the role ``running``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.readers.document import Block, Document, Paragraph, Role
from pipelines.readers.docx_properties import (
    RELATION_ID,
    WORD,
    is_on,
    name_of,
    number_of,
    read_lists,
    read_styles,
    value_of,
)
from pipelines.readers.docx_text import Story, chosen_alternative, paragraph_line
from pipelines.readers.errors import Quarantined
from pipelines.readers.office_package import Package, Relation, open_package
from pipelines.readers.word_grid import Merge, Slot, grid_table

_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_COLUMN_WIDTH = 1000
"""Width of a grid column where the file states none."""
_MOST_COLUMNS = 2_000
_NOTE_MARKS = frozenset({"separator", "continuationSeparator", "continuationNotice"})


@dataclass(slots=True)
class _Text:
    text: str
    role: Role


@dataclass(slots=True)
class _Piece:
    """One stored cell before its text is final."""

    content: list[_Text | _Grid]
    left: int
    right: int
    merge: Merge

    def texts(self) -> Iterator[str]:
        """The cell's paragraphs, an inner table's rows as lines."""
        for item in self.content:
            if isinstance(item, _Text):
                yield item.text.strip()
            else:
                yield from ("\t".join(" ".join(piece.texts()) for piece in row) for row in item.rows)

    def text(self) -> str:
        return "\n".join(filter(None, self.texts())).strip()


@dataclass(slots=True)
class _Grid:
    rows: list[list[_Piece]]

    def pieces(self) -> Iterator[_Piece]:
        for row in self.rows:
            yield from (piece for piece in row if piece.merge != "continue")

    def size(self) -> int:
        return sum(1 for _ in self.pieces())


@dataclass(slots=True)
class _Blocks:
    """Numbers the blocks in reading order."""

    blocks: list[Block] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0

    def add(self, item: _Text | _Grid) -> None:
        if isinstance(item, _Text):
            self._add_text(item)
        elif _is_layout(item):
            for piece in item.pieces():
                for inner in piece.content:
                    self.add(inner)
        else:
            self.tables += 1
            rows = [[Slot(piece.text(), piece.left, piece.right, piece.merge) for piece in row] for row in item.rows]
            self.blocks.append(grid_table(rows, f"table {self.tables}"))

    def _add_text(self, item: _Text) -> None:
        self.paragraphs += 1
        text = item.text.strip()
        if text:
            self.blocks.append(Paragraph(text, f"paragraph {self.paragraphs}", item.role))


def read(data: bytes) -> Document:
    """The document in a DOCX or DOCM package.

    Raises ``Quarantined``: ``encrypted``, ``unreadable`` (no package, broken XML) or ``too_large``.
    """
    package = open_package(data)
    main = package.main_part()
    root = package.parse(main)
    body = None if root is None else root.find(f"{WORD}body")
    if root is None or body is None:
        raise Quarantined("unreadable", f"{main} holds no Word document; open and save the file again")
    relations = package.relations(main)
    story = _story(package, relations)
    blocks = _Blocks()
    for item in _items(body, story):
        blocks.add(item)
    headers = _running(package, relations, root, story, "header")
    footers = _running(package, relations, root, story, "footer")
    notes = [*_notes(package, relations, story, "footnote"), *_notes(package, relations, story, "endnote")]
    return Document(
        source_format="docx",
        blocks=(*headers, *blocks.blocks, *notes, *footers),
        pictures=story.pictures,
        notes=tuple(dict.fromkeys(story.notes)),
    )


def _story(package: Package, relations: dict[str, Relation]) -> Story:
    parts = {relation.kind: relation.target for relation in relations.values()}
    styles = read_styles(package.parse(parts.get("styles", "")))
    return Story(styles, read_lists(package.parse(parts.get("numbering", ""))))


def _items(parent: etree._Element, story: Story) -> Iterator[_Text | _Grid]:
    """Paragraphs and tables of a body, cell or text box; text boxes follow the paragraph that anchors them."""
    carried = ""
    for element in _unwrapped(parent):
        name = name_of(element.tag)
        if name == "p":
            line = paragraph_line(element, story)
            if line.joins_next:
                carried += line.text
            else:
                yield _Text(carried + line.text, line.role)
                carried = ""
            for box in line.boxes:
                yield from _items(box, story)
        elif name == "tbl":
            yield _grid(element, story)
        elif name == "altChunk":
            story.notes.append("an embedded document (altChunk) was not read")
    if carried:
        yield _Text(carried, "text")


def _unwrapped(parent: etree._Element) -> Iterator[etree._Element]:
    """Children, with content controls and accepted insertions opened."""
    for child in parent:
        name = name_of(child.tag)
        if name in _WRAPPERS:
            yield from _unwrapped(child)
        elif name == "mc:AlternateContent":
            chosen = chosen_alternative(child)
            if chosen is not None:
                yield from _unwrapped(chosen)
        else:
            yield child


def _grid(table: etree._Element, story: Story) -> _Grid:
    widths = _widths(table)
    rows = []
    for row in _unwrapped(table):
        if name_of(row.tag) == "tr":
            properties = row.find(f"{WORD}trPr")
            gone = properties is not None and (properties.find(f"{WORD}del") is not None or is_on(properties, "hidden"))
            if not gone:
                rows.append(_row(row, widths, story))
    return _Grid(rows)


def _widths(table: etree._Element) -> list[int]:
    """Widths of the grid's columns in twips; empty where the file does not state all of them."""
    grid = table.find(f"{WORD}tblGrid")
    widths = [] if grid is None else [number_of(column.get(f"{WORD}w")) for column in grid.findall(f"{WORD}gridCol")]
    return widths if all(width > 0 for width in widths) else []


def _row(row: etree._Element, widths: list[int], story: Story) -> list[_Piece]:
    properties = row.find(f"{WORD}trPr")
    column = _span(value_of(properties, "gridBefore"), 0)
    pieces: list[_Piece] = []
    for cell in _unwrapped(row):
        if name_of(cell.tag) != "tc":
            continue
        settings = cell.find(f"{WORD}tcPr")
        left, column = column, column + _span(value_of(settings, "gridSpan"), 1)
        right = _edge(column, widths)
        if settings is not None and settings.find(f"{WORD}cellDel") is not None:
            continue
        content = list(_items(cell, story))
        if pieces and value_of(settings, "hMerge") in {"", "continue"}:
            pieces[-1].right = right
        else:
            pieces.append(_Piece(content, _edge(left, widths), right, _merge(settings)))
    return pieces


def _span(text: str | None, default: int) -> int:
    return min(max(number_of(text, default), default), _MOST_COLUMNS)


def _edge(column: int, widths: list[int]) -> int:
    """Position of a grid line in twips."""
    return sum(widths[:column]) + _COLUMN_WIDTH * max(0, column - len(widths))


def _merge(settings: etree._Element | None) -> Merge:
    merge = value_of(settings, "vMerge")
    if merge is None:
        return "none"
    return "start" if merge == "restart" else "continue"


def _is_layout(grid: _Grid) -> bool:
    """Whether a table only places other things: it has one cell, or inner tables with more cells than its own.

    An inner table with one cell is a frame within a cell, no table of its own.
    """
    if grid.size() == 1:
        return True
    inner = own = 0
    for piece in grid.pieces():
        own += any(isinstance(item, _Text) and item.text.strip() for item in piece.content)
        inner += sum(_inner_size(item) for item in piece.content if isinstance(item, _Grid))
    return inner > own


def _inner_size(grid: _Grid) -> int:
    """Cells of an inner table, those of tables within it included; a frame of one cell counts nothing itself."""
    deeper = sum(_inner_size(item) for piece in grid.pieces() for item in piece.content if isinstance(item, _Grid))
    size = grid.size()
    return deeper + (size if size > 1 else 0)


def _running(
    package: Package, relations: dict[str, Relation], root: etree._Element, story: Story, kind: str
) -> list[Paragraph]:
    """Text of the headers or footers that the document's sections use, each text once."""
    used = [element.get(RELATION_ID, "") for element in root.iter(f"{WORD}{kind}Reference")]
    texts: dict[str, None] = {}
    for identifier in dict.fromkeys(used):
        relation = relations.get(identifier)
        part = package.parse(relation.target) if relation is not None else None
        texts.update(dict.fromkeys(_plain(part, story)))
    return [Paragraph(text, f"{kind} paragraph {place}", "running") for place, text in enumerate(texts, start=1)]


def _notes(package: Package, relations: dict[str, Relation], story: Story, kind: str) -> list[Paragraph]:
    """Footnotes or endnotes, apart from the text that they explain."""
    targets = [relation.target for relation in relations.values() if relation.kind == f"{kind}s"]
    part = package.parse(targets[0]) if targets else None
    notes = () if part is None else part.iter(f"{WORD}{kind}")
    texts = [text for note in notes if note.get(f"{WORD}type") not in _NOTE_MARKS for text in _plain(note, story)]
    return [Paragraph(text, f"{kind} {place}", "running") for place, text in enumerate(texts, start=1)]


def _plain(part: etree._Element | None, story: Story) -> Iterator[str]:
    for item in () if part is None else _items(part, story):
        texts = [item.text.strip()] if isinstance(item, _Text) else [piece.text() for piece in item.pieces()]
        yield from filter(None, texts)
