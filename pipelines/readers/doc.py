"""DOC and WPS (the binary Word format), read with olefile alone: stories, tables and list numbers.

What this reader declines (Word before 1997, other programs' files) goes to LibreOffice where that
is installed.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import olefile

from pipelines.readers import office_fallback
from pipelines.readers.document import Document, Role
from pipelines.readers.errors import Quarantined
from pipelines.readers.list_numbers import label_before
from pipelines.readers.word_binary import DeclinedError, WordFile, open_word
from pipelines.readers.word_blocks import Blocks, Grid, Text, running
from pipelines.readers.word_boxes import text_boxes
from pipelines.readers.word_lists import BinaryLists, read_binary_lists
from pipelines.readers.word_rows import DEEPEST_TABLE, Nesting, row_shape

_DAMAGED = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error, RecursionError)
_WORKS = ("MatOST", "CONTENTS")
"""Streams of Microsoft Works, whose documents have the same extension as WPS Office's."""
_LARGEST_STREAM = 64 * 1024 * 1024

_IN_TABLE, _ROW_END, _DEPTH, _INNER_CELL, _INNER_ROW_END = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_LIST, _LIST_LEVEL, _OUTLINE = 0x460B, 0x260A, 0x2640
_HEADINGS, _TITLE, _CONTENTS = range(1, 10), 62, range(19, 28)
_BODY_LEVEL = 9
_MOST_LISTS = 0x7FF

_ENDS = re.compile("[\r\x07\x0c]")
_FIELD_MARKS = re.compile("[\x13\x14\x15]")
_SIGNS = str.maketrans({
    "\0": None, "\x01": None, "\x02": None, "\x03": None, "\x04": None, "\x05": None, "\x08": None,
    "\x0b": "\n", "\x0e": "\n", "\x13": None, "\x14": None, "\x15": None, "\x1e": "-", "\x1f": None,
})  # fmt: skip
_ANCHOR = re.compile("\x08")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Facts(NamedTuple):
    """What the reader needs of a paragraph's properties."""

    depth: int
    ends_cell: bool
    ends_row: bool
    list_instance: int
    list_level: int | None
    role: Role
    stored: bytes


def read(data: bytes, source_format: Literal["doc", "wps"] = "doc") -> Document:
    """The document in a binary Word file.

    Raises ``Quarantined``: ``encrypted``, ``unreadable``, ``too_large``, or ``unsupported_format``
    where this reader declines and LibreOffice is not installed.
    """
    try:
        streams = _streams(data)
        word = open_word(streams["WordDocument"], (streams["0Table"], streams["1Table"]), streams["Data"])
        return _document(word, source_format)
    except DeclinedError as reason:
        return office_fallback.read(data, source_format, str(reason))
    except _DAMAGED as error:
        raise Quarantined("unreadable", f"damaged Word file ({error}); open and save the file again") from error


def _streams(data: bytes) -> dict[str, bytes]:
    names = ("WordDocument", "0Table", "1Table", "Data")
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        if container.exists("EncryptedPackage"):
            raise Quarantined("encrypted", "the document has a password; remove it and save again")
        if not container.exists("WordDocument"):
            if any(container.exists(name) for name in _WORKS):
                raise DeclinedError("a document of Microsoft Works")
            raise Quarantined("unreadable", "an OLE container without a Word document; save the file as DOCX")
        for name in names:
            if container.exists(name) and container.get_size(name) > _LARGEST_STREAM:
                raise Quarantined("too_large", f"{name} holds more than {_LARGEST_STREAM} bytes; split the document")
        return {name: container.openstream(name).read() if container.exists(name) else b"" for name in names}


def _document(word: WordFile, source_format: Literal["doc", "wps"]) -> Document:
    text = _without_instructions(word.text)
    anchored, loose = text_boxes(word)
    reader = _Reader(word, text, read_binary_lists(word), anchored)
    blocks = Blocks()
    blocks.extend(reader.items(word.stories["main"]))
    for part in loose:
        blocks.extend(reader.items(part))
    main = word.stories["main"]
    return Document(
        source_format=source_format,
        blocks=(
            *running(reader.items(word.stories["header"]), "header or footer paragraph"),
            *blocks.blocks,
            *running(reader.items(word.stories["footnote"]), "footnote"),
            *running(reader.items(word.stories["endnote"]), "endnote"),
        ),
        pictures=text.count("\x01", main.start, main.stop),
    )


def _without_instructions(text: str) -> str:
    """The text with field instructions made NUL, position by position; results stay."""
    signs: list[str] = []
    done = 0
    for begin, end in sorted(_instructions(text)):
        # Cells end within no instruction: a mark that stands alone belongs to no field.
        if begin >= done and "\x07" not in text[begin:end]:
            signs += text[done:begin], "\0" * (end - begin)
            done = end
    return "".join([*signs, text[done:]])


def _instructions(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each field's instruction: up to its result, or to its end where it has none."""
    open_fields: list[int] = []
    for match in _FIELD_MARKS.finditer(text):
        place = match.start()
        if match[0] == "\x13":
            open_fields.append(place)
        elif open_fields:
            begin = open_fields.pop()
            if match[0] == "\x14":
                open_fields.append(place)
            if text[begin] == "\x13":
                yield begin, place


@dataclass(slots=True)
class _Reader:
    word: WordFile
    text: str
    lists: BinaryLists
    boxes: dict[int, list[range]]
    """Parts of the text boxes' story by the position that anchors them."""
    known: dict[tuple[int, bytes], _Facts] = field(default_factory=dict)

    def items(self, story: range) -> Iterator[Text | Grid]:
        """Paragraphs and tables of one story, in order."""
        nesting = Nesting()
        begin = story.start
        for match in _ENDS.finditer(self.text, story.start, min(story.stop, len(self.text))):
            end = match.start()
            style, stored = self.word.paragraph(end)
            facts = self._facts(style, stored)
            yield from nesting.to_depth(facts.depth)
            text = self._text(begin, end, facts, style)
            boxes = self._boxes(begin, end)
            begin = end + 1
            if not facts.depth:
                yield text
                yield from boxes
            elif facts.ends_row:
                nesting.end_row(text, row_shape(self.word.properties(facts.stored)))
            else:
                nesting.add(text, *boxes)
                if facts.ends_cell or (match[0] == "\x07" and facts.depth == 1):
                    nesting.end_cell()
        yield from nesting.to_depth(0)

    def _boxes(self, begin: int, end: int) -> list[Text | Grid]:
        """What stands in the text boxes anchored between two positions of the main story; boxes hold no boxes."""
        if not self.boxes or end > self.word.stories["main"].stop:
            return []
        places = [match.start() for match in _ANCHOR.finditer(self.text, begin, end)]
        return [item for place in places for part in self.boxes.get(place, ()) for item in self.items(part)]

    def _text(self, begin: int, end: int, facts: _Facts, style: int) -> Text:
        text = self.text[begin:end].translate(_SIGNS)
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if facts.list_instance and not facts.ends_row:
            text = label_before(self.lists.label(facts.list_instance, facts.list_level, style), text)
        return Text(text, facts.role)

    def _facts(self, style: int, stored: bytes) -> _Facts:
        facts = self.known.get((style, stored))
        if facts is None:
            facts = self.known[style, stored] = self._read_facts(style, stored)
        return facts

    def _read_facts(self, style: int, stored: bytes) -> _Facts:
        values: dict[int, int] = {}
        role: Role = "text"
        for inherited in self._ancestry(style):
            one = self.word.styles[inherited]
            role = _role(one.built_in) or role
            values.update((change.code, change.number) for change in self.word.properties(one.properties))
        own = {change.code: change.number for change in self.word.properties(stored)}
        values |= own
        if _LIST in own and _LIST_LEVEL not in own:
            values[_LIST_LEVEL] = 0
        if role == "text" and values.get(_OUTLINE, _BODY_LEVEL) < _BODY_LEVEL:
            role = "heading"
        depth = values.get(_DEPTH, 1) if values.get(_IN_TABLE) else 0
        inner = depth > 1
        return _Facts(
            depth=min(max(depth, 1), DEEPEST_TABLE) if values.get(_IN_TABLE) else 0,
            ends_cell=inner and bool(values.get(_INNER_CELL)),
            ends_row=bool(values.get(_INNER_ROW_END if inner else _ROW_END)),
            list_instance=values.get(_LIST, 0) if values.get(_LIST, 0) < _MOST_LISTS else 0,
            list_level=values.get(_LIST_LEVEL),
            role=role,
            stored=stored,
        )

    def _ancestry(self, style: int) -> list[int]:
        """The style and those it is based on, the most distant first."""
        chain: list[int] = []
        while style in self.word.styles and style not in chain:
            chain.append(style)
            style = self.word.styles[style].parent
        return chain[::-1]


def _role(built_in: int) -> Role | None:
    if built_in in _HEADINGS:
        return "heading"
    if built_in in _CONTENTS:
        return "chrome"
    return "title" if built_in == _TITLE else None
