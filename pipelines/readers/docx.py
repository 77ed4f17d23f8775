"""DOCX (and DOCM, whose macros are never run): ``document.xml`` as paragraphs and grids.

Tracked changes count as accepted, text boxes are read once, hidden text is left out, numbers that
a list prints stand before their paragraph. Headers, footers and notes have the role ``running``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from lxml import etree

from pipelines.readers.document import Document, Paragraph
from pipelines.readers.docx_properties import (
    RELATION_ID,
    VALUE,
    WORD,
    Lists,
    child_of,
    is_on,
    name_of,
    number_of,
    read_styles,
    values_of,
)
from pipelines.readers.docx_text import Story, chosen_alternative, paragraph_line
from pipelines.readers.errors import Quarantined
from pipelines.readers.office_package import Package, Relation, open_package
from pipelines.readers.word_blocks import Blocks, Grid, Piece, Text, running
from pipelines.readers.word_grid import EDGE_TOLERANCE, Merge

_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_CELL, _WIDTH, _TYPE = f"{WORD}tc", f"{WORD}w", f"{WORD}type"
_SPANS = frozenset({"gridSpan", "hMerge", "vMerge", "cellDel"})
_COLUMN_WIDTH = 1000
"""Width of a grid column where the file states none."""
_MOST_COLUMNS = 2_000
_NOTE_MARKS = frozenset({"separator", "continuationSeparator", "continuationNotice"})


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
    blocks = Blocks()
    blocks.extend(_items(body, story))
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
    styles = read_styles(package.read(parts.get("styles", "")))
    return Story(styles, Lists(package.parse(parts.get("numbering", ""))))


def _items(parent: etree._Element, story: Story) -> Iterator[Text | Grid]:
    """Paragraphs and tables of a body, cell or text box; text boxes follow the paragraph that anchors them."""
    carried = ""
    for element in _unwrapped(parent):
        name = name_of(element.tag)
        if name == "p":
            line = paragraph_line(element, story)
            if line.joins_next:
                carried += line.text
            else:
                yield Text(carried + line.text, line.role)
                carried = ""
            for box in line.boxes:
                yield from _items(box, story)
        elif name == "tbl":
            yield _grid(element, story)
        elif name == "altChunk":
            story.notes.append("an embedded document (altChunk) was not read")
    if carried:
        yield Text(carried, "text")


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


class _Row(NamedTuple):
    """A row's cells, the grid column behind its last one, and the width in twips that each cell states."""

    pieces: list[Piece]
    end: int
    widths: list[int]


def _grid(table: etree._Element, story: Story) -> Grid:
    """A table as its grid places it; where the rows count different columns, the cells' widths must tell."""
    edges = _edges(table)
    rows = []
    for row in _unwrapped(table):
        if name_of(row.tag) == "tr":
            properties = child_of(row, "trPr")
            if child_of(properties, "del") is None and not is_on(properties, "hidden"):
                rows.append(_row(row, values_of(properties), edges, story))
    is_even = len({row.end for row in rows if len(row.pieces) > 1}) <= 1
    return Grid([row.pieces for row in rows]) if is_even else _placed_by_widths(rows)


def _placed_by_widths(rows: list[_Row]) -> Grid:
    """A table without usable spans: cells lie as wide as they say, if all rows end at the same place."""
    lines = [[0, *accumulate(row.widths)] for row in rows]
    ends = [line[-1] for line, row in zip(lines, rows, strict=True) if len(row.pieces) > 1]
    is_stated = all(len(row.widths) == len(row.pieces) and all(width > 0 for width in row.widths) for row in rows)
    if not is_stated or max(ends) - min(ends) > EDGE_TOLERANCE:
        return Grid([row.pieces for row in rows], has_edges=False)
    for line, row in zip(lines, rows, strict=True):
        for number, piece in enumerate(row.pieces):
            piece.left, piece.right = line[number], line[number + 1]
    return Grid([row.pieces for row in rows])


def _edges(table: etree._Element) -> list[int]:
    """Positions of the grid's lines in twips; only the first where the file does not state all widths."""
    columns = child_of(table, "tblGrid")
    widths = (
        [] if columns is None else [number_of(one.get(f"{WORD}w")) for one in columns.iterchildren(f"{WORD}gridCol")]
    )
    return [0, *accumulate(widths)] if all(width > 0 for width in widths) else [0]


def _row(row: etree._Element, properties: dict[str, str], edges: list[int], story: Story) -> _Row:
    column = _span(properties, "gridBefore", 0)
    pieces: list[Piece] = []
    widths: list[int] = []
    for cell in _unwrapped(row):
        if cell.tag != _CELL:
            continue
        settings, width = _cell_settings(child_of(cell, "tcPr"))
        left, column = column, column + (_span(settings, "gridSpan", 1) if "gridSpan" in settings else 1)
        if "cellDel" in settings:
            continue
        right = _edge(column, edges)
        content = list(_items(cell, story))
        if pieces and "hMerge" in settings and settings["hMerge"] in {"", "continue"}:
            pieces[-1].right = right
        else:
            merge: Merge = _merge(settings) if "vMerge" in settings else "none"
            pieces.append(Piece(content, _edge(left, edges), right, merge))
        widths.append(width)
    return _Row(pieces, column + _span(properties, "gridAfter", 0), [] if "gridBefore" in properties else widths)


def _cell_settings(stated: etree._Element | None) -> tuple[dict[str, str], int]:
    """Span and merges of a cell, and its width in twips: 0 where it states none, or a share of the table."""
    settings: dict[str, str] = {}
    width: int | None = None
    for one in () if stated is None else stated:
        name = name_of(one.tag)
        if name in _SPANS:
            settings[name] = one.get(VALUE, "")
        elif name == "tcW" and width is None:
            width = number_of(one.get(_WIDTH)) if one.get(_TYPE) == "dxa" else 0
    return settings, width or 0


def _span(settings: dict[str, str], name: str, default: int) -> int:
    return min(max(number_of(settings[name], default), default), _MOST_COLUMNS) if name in settings else default


def _edge(column: int, edges: list[int]) -> int:
    """Position of a grid line in twips; lines that the file does not state follow at even distances."""
    return edges[column] if column < len(edges) else edges[-1] + _COLUMN_WIDTH * (column - len(edges) + 1)


def _merge(settings: dict[str, str]) -> Merge:
    return "start" if settings["vMerge"] == "restart" else "continue"


def _running(
    package: Package, relations: dict[str, Relation], root: etree._Element, story: Story, kind: str
) -> list[Paragraph]:
    """Text of the headers or footers that the document's sections use, each text once."""
    used = dict.fromkeys(element.get(RELATION_ID, "") for element in root.iter(f"{WORD}{kind}Reference"))
    parts = [package.parse(relations[identifier].target) for identifier in used if identifier in relations]
    items = [item for part in parts if part is not None for item in _items(part, story)]
    return running(items, f"{kind} paragraph")


def _notes(package: Package, relations: dict[str, Relation], story: Story, kind: str) -> list[Paragraph]:
    """Footnotes or endnotes, apart from the text that they explain."""
    targets = [relation.target for relation in relations.values() if relation.kind == f"{kind}s"]
    part = package.parse(targets[0]) if targets else None
    notes = () if part is None else part.iter(f"{WORD}{kind}")
    items = [item for note in notes if note.get(f"{WORD}type") not in _NOTE_MARKS for item in _items(note, story)]
    return running(items, kind)
