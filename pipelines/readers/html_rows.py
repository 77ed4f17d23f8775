"""Rows and cells of a table in the order in which a browser shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from pipelines.readers.html_tags import Part

_ORDER = {"thead": 0, "tfoot": 2}
_PARTS = ("tbody", "thead", "tfoot", "caption")
_ROWS = ("tr",)
_CELLS = ("td", "th")


class TableRows(NamedTuple):
    """Captions, and groups of rows of cells; each row is looked up when it is asked for."""

    captions: list[LexborNode]
    groups: list[Iterable[Iterable[LexborNode]]]


def table_rows(table: LexborNode, overrides: Mapping[int, Part]) -> TableRows | None:
    """Rows of a ``table`` element, or of elements that are styled as one; nothing where there are none."""
    return _element_rows(table) if table.tag == "table" else _styled_rows(table, overrides)


def _element_rows(table: LexborNode) -> TableRows | None:
    captions = []
    groups = []
    for child in _children(table, _PARTS):
        if child.tag == "caption":
            captions.append(child)
        else:
            groups.append((_ORDER.get(child.tag or "", 1), child))
    groups.sort(key=lambda group: group[0])
    return TableRows(captions, [_rows(group) for _, group in groups]) if groups or captions else None


def _rows(group: LexborNode) -> Iterator[Iterator[LexborNode]]:
    return (_children(row, _CELLS) for row in _children(group, _ROWS))


def _children(node: LexborNode, tags: tuple[str, ...]) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        if child.tag in tags:
            yield child
        child = child.next


def _styled_rows(table: LexborNode, overrides: Mapping[int, Part]) -> TableRows | None:
    rows = []
    for row in _below(table, Part.ROW, overrides):
        cells = list(_below(row, Part.CELL, overrides))
        if not cells:
            return None
        rows.append(cells)
    return TableRows([], [rows]) if rows else None


def _below(node: LexborNode, part: Part, overrides: Mapping[int, Part]) -> Iterator[LexborNode]:
    """Children with this part, also those in a group between."""
    for child in node.iter():
        kind = overrides.get(child.mem_id)
        if kind == part:
            yield child
        elif kind == Part.GROUP:
            yield from (inner for inner in child.iter() if overrides.get(inner.mem_id) == part)
