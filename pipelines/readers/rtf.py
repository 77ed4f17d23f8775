"""RTF, often under the name ``.doc``: paragraphs and tables from the stream of ``rtf_words``.

List numbers stand in the file as text; tables state their edges cell by cell; nothing embedded is opened.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipelines.readers.document import Document, Paragraph, Role
from pipelines.readers.errors import Quarantined
from pipelines.readers.rtf_words import STORIES, Event, events
from pipelines.readers.word_blocks import Blocks, Grid, Text, running
from pipelines.readers.word_grid import Merge
from pipelines.readers.word_heights import APART
from pipelines.readers.word_rows import DEEPEST_TABLE, Nesting, RowShape

_MOST_CELLS = 200
_LARGEST_EDGE = 1_000_000
_BODY_LEVEL = 9
_ROW_ENDS = frozenset({"row", "nestrow"})
_CELL_ENDS = frozenset({"cell", "nestcell"})
_PARAGRAPH_ENDS = frozenset({"par", "sect", "page", "column"})
_DOWN: dict[str, Merge] = {"clvmgf": "start", "clvmrg": "continue"}
_ACROSS = {"clmgf": 1, "clmrg": 2}


@dataclass(slots=True)
class _Row:
    """Edges of the present row, from ``trowd`` on."""

    left: int = 0
    edges: list[int] = field(default_factory=list)
    across: list[int] = field(default_factory=list)
    down: list[Merge] = field(default_factory=list)
    next_across: int = 0
    next_down: Merge = "none"

    def end_cell(self, edge: int) -> None:
        """``cellx``: the right edge of a cell whose merges were stated before."""
        self.edges.append(edge)
        self.across.append(self.next_across)
        self.down.append(self.next_down)
        self.next_across, self.next_down = 0, "none"

    def shape(self) -> RowShape:
        """The row's edges; not known where they run backwards or none are stated."""
        left = min(self.left, *self.edges) if self.edges else 0
        edges = [left, *self.edges]
        is_known = len(edges) > 1 and edges == sorted(edges) and len(edges) <= _MOST_CELLS
        return RowShape(edges, list(self.across), list(self.down), is_known=is_known)


@dataclass(slots=True)
class _Format:
    """What a paragraph's words say of it; groups inherit it and give it back."""

    in_table: bool = False
    depth: int = 0
    style: int = 0
    outline: int = _BODY_LEVEL

    def table_depth(self) -> int:
        """How deep in tables the paragraph stands."""
        return min(max(self.depth, 1), DEEPEST_TABLE) if self.in_table else 0


@dataclass(slots=True)
class _Story:
    """One stream of text: the body, a header, a note, a text box."""

    name: str
    items: list[Text | Grid] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    nesting: Nesting = field(default_factory=Nesting)
    height: int = 0
    """Half points by which the last text is raised."""

    def add(self, text: str, height: int) -> None:
        """More text of the paragraph; a figure much higher or lower than the one before is none of its figures."""
        if not text:
            return
        is_apart = abs(height - self.height) >= APART
        if is_apart and text[0].isdecimal() and self.parts and self.parts[-1][-1].isdecimal():
            self.parts.append("^")
        self.parts.append(text)
        self.height = height

    def taken(self, role: Role) -> Text:
        """The paragraph that has been gathered."""
        text = "".join(self.parts)
        self.parts.clear()
        if any("\ud800" <= sign <= "\udfff" for sign in text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return Text(text, role)


@dataclass(slots=True)
class _Reader:
    stories: list[_Story] = field(default_factory=lambda: [_Story("body")])
    row: _Row = field(default_factory=_Row)
    inner_row: _Row = field(default_factory=_Row)
    inner_depth: int = 0
    """How many groups with the properties of inner rows are open."""
    format: _Format = field(default_factory=_Format)
    formats: list[_Format] = field(default_factory=list)
    style_names: dict[int, str] = field(default_factory=dict)
    in_styles: bool = False
    apart: list[Paragraph] = field(default_factory=list)
    pictures: int = 0

    def take(self, event: Event) -> None:
        """One event of the stream."""
        if event.kind == "text":
            self._text(event.name, event.number or 0)
        elif event.kind == "open":
            self.formats.append(self.format)
            self.format = replace(self.format)
        elif event.kind == "close":
            self._close(event.name)
        elif event.name in STORIES:
            self.stories.append(_Story(event.name))
            self.format = _Format()
        else:
            self._word(event.name, event.number)

    def finish(self) -> None:
        """End what the file left open."""
        while len(self.stories) > 1:
            self._end_story()
        self._end_paragraph()
        self.stories[0].items += self.stories[0].nesting.to_depth(0)

    def _text(self, text: str, height: int) -> None:
        if self.in_styles:
            name = text.strip().rstrip(";").lower()
            if name:
                self.style_names.setdefault(self.format.style, name)
        else:
            self.stories[-1].add(text, height)

    def _close(self, destination: str) -> None:
        if self.formats:
            self.format = self.formats.pop()
        if destination in STORIES and len(self.stories) > 1:
            self._end_story()
        elif destination == "nesttableprops":
            self.inner_depth = max(0, self.inner_depth - 1)
        elif destination == "stylesheet":
            self.in_styles = False

    def _word(self, word: str, number: int | None) -> None:
        if word == "stylesheet":
            self.in_styles = True
        elif self.in_styles:
            if word in {"s", "cs", "ds", "ts"}:
                self.format.style = number or 0 if word == "s" else -1
        elif word == "pict":
            self.pictures += 1
        elif word == "nesttableprops":
            self.inner_depth += 1
        elif word in _PARAGRAPH_ENDS:
            self._end_paragraph()
        elif word in _CELL_ENDS:
            self._end_cell(inner=word == "nestcell")
        elif word in _ROW_ENDS:
            self._end_row(inner=word == "nestrow")
        else:
            self._paragraph_word(word, number)
            self._row_word(word, number)

    def _paragraph_word(self, word: str, number: int | None) -> None:
        if word == "pard":
            self.format = _Format()
        elif word == "intbl":
            self.format.in_table = True
        elif word == "itap":
            self.format.depth = number or 0
            self.format.in_table = self.format.in_table or self.format.depth > 0
        elif word == "s":
            self.format.style = number or 0
        elif word == "outlinelevel":
            self.format.outline = number if number is not None else _BODY_LEVEL

    def _row_word(self, word: str, number: int | None) -> None:
        row = self.inner_row if self.inner_depth else self.row
        if word == "trowd":
            if self.inner_depth:
                self.inner_row = _Row()
            else:
                self.row = _Row()
        elif word == "trleft":
            row.left = _bounded(number)
        elif word == "cellx":
            row.end_cell(_bounded(number))
        elif word in _ACROSS:
            row.next_across = _ACROSS[word]
        elif word in _DOWN:
            row.next_down = _DOWN[word]

    def _role(self) -> Role:
        name = self.style_names.get(self.format.style, "")
        if name == "title":
            return "title"
        if name.startswith("toc "):
            return "chrome"
        return "heading" if name.startswith("heading ") or self.format.outline < _BODY_LEVEL else "text"

    def _end_paragraph(self) -> None:
        story, depth = self.stories[-1], self.format.table_depth()
        story.items += story.nesting.to_depth(depth)
        text = story.taken(self._role())
        if depth:
            story.nesting.add(text)
        else:
            story.items.append(text)

    def _end_cell(self, *, inner: bool) -> None:
        story = self.stories[-1]
        depth = max(self.format.table_depth(), 2) if inner else 1
        story.items += story.nesting.to_depth(depth)
        story.nesting.add(story.taken(self._role()))
        story.nesting.end_cell()

    def _end_row(self, *, inner: bool) -> None:
        story = self.stories[-1]
        depth = max(self.format.table_depth(), 2) if inner else 1
        story.items += story.nesting.to_depth(depth)
        story.nesting.end_row(story.taken("text"), (self.inner_row if inner else self.row).shape())

    def _end_story(self) -> None:
        self._end_paragraph()
        story = self.stories.pop()
        story.items += story.nesting.to_depth(0)
        if story.name == "shptxt":
            self._place_box(story)
        else:
            self.apart += running(story.items, f"{_plain_name(story.name)} paragraph")

    def _place_box(self, box: _Story) -> None:
        """A text box in the body stands before the paragraph that anchors it; one in a cell joins the cell."""
        outer = self.stories[-1]
        if not outer.nesting.frames:
            outer.items += box.items
        else:
            outer.nesting.add(*box.items)


def read(data: bytes) -> Document:
    """The document in an RTF file; ``source_format`` is ``doc``, the name under which it is published.

    Raises ``Quarantined``: ``unreadable``, ``too_large``.
    """
    begin = data.find(b"{\\rtf", 0, 64)
    if begin < 0:
        raise Quarantined("unreadable", "no RTF header at the beginning; open and save the file again")
    reader = _Reader()
    for event in events(data[begin:]):
        reader.take(event)
    reader.finish()
    blocks = Blocks()
    blocks.extend(reader.stories[0].items)
    return Document("doc", (*blocks.blocks, *dict.fromkeys(reader.apart)), pictures=reader.pictures)


def _bounded(number: int | None) -> int:
    return max(-_LARGEST_EDGE, min(number or 0, _LARGEST_EDGE))


def _plain_name(destination: str) -> str:
    """``header`` for ``headerl``, ``headerr`` and ``headerf``, and so on."""
    return next(name for name in ("header", "footer", "footnote") if destination.startswith(name))
