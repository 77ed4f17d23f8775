"""Walks a page's tree in reading order and writes down its lines, tables, links and pictures.

The walk is a loop, not a recursion, so that nesting costs no stack; only a table in a table's
cell recurses, to a bound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from pipelines.readers.document import Role, new
from pipelines.readers.errors import Quarantined
from pipelines.readers.html_idioms import element_flags, is_decoration, linked_document
from pipelines.readers.html_rows import table_rows
from pipelines.readers.html_table import Grid, Line, RawCell, groups_to_items, items_to_cell
from pipelines.readers.html_tags import PARTS, UNSEEN, Part, part_of, words
from pipelines.readers.limits import Limits

_DEEPEST_TABLE = 20
_SPACES = re.compile(r"[ \t\r\n\f]+")
_IDEOGRAPH = "[\u3001-\u303f\u3400-\u9fff\uff01-\uff0f\uff1a-\uff1f]"
_SOFT_BREAK = re.compile(rf"(?<={_IDEOGRAPH})[ \t\r\f]*\n[ \t\r\n\f]*(?={_IDEOGRAPH})")
_INNER_TAB = re.compile(r"\S *\t[ \t]*\S")
_NO_FIELD = words("hidden submit button image checkbox radio password reset file")
_INLINE = Part.INLINE
_BLOCK = Part.BLOCK
_BLOCKS = frozenset({Part.BLOCK, Part.CONTAINER, Part.HEADING, Part.LINES, Part.TABLE, Part.GROUP, Part.ROW, Part.CELL})
_WRAPPERS = words("span font b strong i em u p o:p")
_ALL_UNSEEN = ", ".join(sorted(UNSEEN))
_SIGNS = {Part.RAISED: "^", Part.STRUCK: "~"}
_SPAN = re.compile(r"\s*\+?(\d{1,6})")
_LONGEST_APART = 300
"""Characters up to which a line's parts are also kept apart, as a page head shows them."""
_LONGEST_SPAN = 1000
"""Browsers read no larger ``colspan``; a larger ``rowspan`` reaches the end of any table here."""


class Found(NamedTuple):
    """A thing the page holds besides text, and the container where it stands."""

    element: int
    text: str


_Open = tuple[LexborNode, Part, int, bool]
"""An element whose content is being walked; its part; the container and the line mode to go back to behind it."""


class Walker:
    """State of one walk. ``parents`` and ``flags`` describe the containers met, in document order.

    ``statements`` are the elements in which the page's body says something about the page.
    """

    def __init__(self, overrides: Mapping[int, Part], limits: Limits) -> None:
        self.parents: list[int] = [-1]
        self.flags: list[int] = [0]
        self.links: list[Found] = []
        self.pictures: list[Found] = []
        self.statements: list[LexborNode] = []
        self._overrides = overrides
        self._limits = limits
        self._element = 0
        self._nodes = 0
        self._tables = 0
        self._items: list[Line | Grid] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._in_link = 0
        self._in_heading = 0
        self._lines = False

    def flow(self, root: LexborNode, *, lines: bool = False) -> list[Line | Grid]:
        """Lines and tables below ``root``. With ``lines`` the source's line breaks are kept as such."""
        outer = self._items, self._lines
        self._items, self._lines = [], lines
        self._walk(root)
        self._flush()
        items = self._items
        self._items, self._lines = outer
        return items

    def _walk(self, root: LexborNode) -> None:
        stack: list[_Open] = []
        node = root.child
        while True:
            if node is None:
                if not stack:
                    return
                left, part, element, lines = stack.pop()
                if part is not _INLINE:
                    self._leave(part)
                    self._element, self._lines = element, lines
                node = left.next
                continue
            tag = node.tag
            if tag == "-text":
                self._text(node.text_content or "")
            elif tag is not None:
                part_or_none = self._enter(node, tag, stack)
                if part_or_none:
                    node = node.child
                    continue
            node = node.next

    def _enter(self, node: LexborNode, tag: str, stack: list[_Open]) -> bool:
        """Begin an element; false where its content is not to be walked, or was already."""
        self._count()
        part = PARTS[tag] if tag in PARTS else part_of(tag)
        if self._overrides:
            part = self._overrides.get(node.mem_id, part)
        if part is _BLOCK and self._whole_line(node):
            return False
        opened = node, part, self._element, self._lines
        if part is _INLINE:
            stack.append(opened)
            return True
        if part is Part.TABLE and self._tables < _DEEPEST_TABLE and self._table(node):
            return False
        if part in _BLOCKS:
            self._enter_block(node, part, tag)
        elif part is Part.LINK:
            self._enter_link(node)
        elif part in _SIGNS:
            self._pieces.append(_SIGNS[part])
        else:
            self._take(node, part)
            return False
        stack.append(opened)
        return True

    def _whole_line(self, node: LexborNode) -> bool:
        """Read a block that holds one text and nothing else."""
        text = None if self._lines else self._only_text(node.child)
        if text is None:
            return False
        self._flush()
        if text:
            self._linked = len(text.strip()) if self._in_link else 0
            self._end_line(text)
        return True

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            raise Quarantined("too_large", f"the page has over {self._limits.nodes} elements; save only the report")

    def _only_text(self, child: LexborNode | None) -> str | None:
        """The text of an element that holds nothing else, however wrapped, from its first child on: of most cells."""
        while child is not None:
            if child.next is not None:
                child = _only_filled(child)
                if child is None:
                    return None
            tag = child.tag
            if tag == "-text":
                return child.text_content or ""
            if tag not in _WRAPPERS or (self._overrides and child.mem_id in self._overrides):
                return None
            child = child.child
        return ""

    def _enter_block(self, node: LexborNode, part: Part, tag: str) -> None:
        self._flush()
        if part == Part.CONTAINER:
            self._open_container(node.attributes, tag)
        elif part == Part.HEADING:
            self._in_heading += 1
        elif part == Part.LINES:
            self._lines = True

    def _open_container(self, attributes: Mapping[str, str | None], tag: str) -> None:
        names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}" if attributes else ""
        self.parents.append(self._element)
        self.flags.append(element_flags(tag, names.strip()))
        self._element = len(self.parents) - 1

    def _enter_link(self, node: LexborNode) -> None:
        self._in_link += 1
        href = node.attributes.get("href")
        if href:
            text = self._only_text(node.child)
            self._link(href, _seen_text(node) if text is None else text)

    def _link(self, href: str, text: str = "") -> None:
        name = linked_document(href, text)
        if name:
            self.links.append(Found(self._element, name))

    def _leave(self, part: Part) -> None:
        if part == Part.LINK:
            self._in_link -= 1
        elif part == Part.RAISED:
            if self._pieces and self._pieces[-1] == "^":
                self._pieces.pop()
        elif part == Part.STRUCK:
            self._pieces.append("~")
        else:
            self._flush()
            self._in_heading -= part == Part.HEADING

    def _take(self, node: LexborNode, part: Part) -> None:
        """What an element without content of its own gives."""
        if part == Part.BREAK:
            self._flush(at_break=True)
        elif part == Part.FIELD:
            self._field(node)
        elif part == Part.PICTURE:
            self._picture(node)
        elif part == Part.FRAME:
            self._link(node.attributes.get("src") or node.attributes.get("data") or "")
        elif part == Part.STATEMENT:
            self.statements.append(node)

    def _field(self, node: LexborNode) -> None:
        attributes = node.attributes
        if (attributes.get("type") or "text").lower() not in _NO_FIELD and attributes.get("value"):
            self._pieces.append(f" {attributes['value']} ")

    def _picture(self, node: LexborNode) -> None:
        attributes = node.attributes
        source = attributes.get("src") or ""
        if not is_decoration(source, attributes.get("width"), attributes.get("height")):
            self.pictures.append(Found(self._element, source))

    def _text(self, text: str) -> None:
        if not self._lines:
            self._pieces.append(text)
            if self._in_link:
                self._linked += len(text.strip())
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self._pieces.append(first)
        for other in others:
            self._flush(at_break=True)
            self._pieces.append(other)

    def _flush(self, *, at_break: bool = False) -> None:
        """End a line; an empty one is kept only where the source's line breaks count."""
        if not self._pieces and not (at_break and self._lines):
            return
        text = "".join(self._pieces) if len(self._pieces) != 1 else self._pieces[0]
        apart = _shown(" ".join(self._pieces)) if len(self._pieces) > 1 and len(text) <= _LONGEST_APART else ""
        self._pieces.clear()
        self._end_line(text, apart)

    def _end_line(self, text: str, apart: str = "") -> None:
        linked, self._linked = self._linked, 0
        if self._lines:
            text = text.rstrip(" \r\n\xa0\u3000")  # not tabs, which end cells
            self._items.append(Line(text, self._element, linked, raw=True))
            return
        tabbed = "\t" in text and _INNER_TAB.search(text) is not None
        text = text.strip() if tabbed else _shown(text)
        if text:
            role: Role = "heading" if self._in_heading else "text"
            self._items.append(Line(text, self._element, linked, role, tabbed, apart))

    def _table(self, node: LexborNode) -> bool:
        """Read a table whole; false where the element has no rows and is a mere block."""
        rows = table_rows(node, self._overrides)
        if rows is None:
            return False
        self._flush()
        self._tables += 1
        for caption in rows.captions:
            self._items.extend(self.flow(caption))
        groups = [[list(map(self._cell, row)) for row in group] for group in rows.groups]
        self._items.extend(groups_to_items(groups, self._element, self._limits))
        self._tables -= 1
        return True

    def _cell(self, node: LexborNode) -> RawCell:
        self._count()
        attributes = node.attributes
        columns = _span(attributes["colspan"]) if "colspan" in attributes else 1
        rows = _span(attributes["rowspan"]) if "rowspan" in attributes else 1
        child = node.child
        if child is not None and child.next is None and child.tag == "-text":
            return new(RawCell, (_shown(child.text_content or ""), None, columns, rows))
        text = self._only_text(child)
        if text is not None:
            return new(RawCell, (_shown(text), None, columns, rows))
        outer = self._element
        self._open_container(attributes, "td")
        items = self.flow(node)
        self._element = outer
        return items_to_cell(items, columns, rows)


def _only_filled(child: LexborNode) -> LexborNode | None:
    """The one sibling from ``child`` on that is neither blank text nor empty nor unseen, if there is just one."""
    found: LexborNode | None = None
    at: LexborNode | None = child
    while at is not None:
        tag = at.tag
        if tag == "-text":
            is_filled = not (at.text_content or " ").isspace()
        else:
            is_filled = tag not in UNSEEN and (tag not in _WRAPPERS or at.child is not None)
        if is_filled:
            if found is not None:
                return None
            found = at
        at = at.next
    return found or child


def _seen_text(node: LexborNode) -> str:
    """The text below an element, once what is not shown is taken out of it."""
    text = node.text()
    unseen = node.css(_ALL_UNSEEN) if text.strip() else []
    for element in unseen:
        element.remove()
    return node.text() if unseen else text


def _span(text: str | None) -> int:
    """A span as browsers read it; 0 is kept, for ``rowspan=0`` means to the end of the group."""
    match = _SPAN.match(text or "")
    return min(int(match[1]), _LONGEST_SPAN) if match else 1


def _shown(text: str) -> str:
    """A line as a browser shows it: runs of blanks are one, a soft break between ideographs is none."""
    text = text.strip()
    if "  " not in text and text.isprintable():
        return text
    if "\n" in text:
        text = _SOFT_BREAK.sub("", text)
    return _SPACES.sub(" ", text).replace("\xa0", " ").strip()
