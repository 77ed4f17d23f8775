"""The text of DOCX paragraphs as it prints: accepted changes, field results, symbols, list numbers.

Yields text and what hangs on it (text boxes, pictures); knows no tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.readers.document import Role
from pipelines.readers.docx_properties import (
    WORD,
    Lists,
    Numbered,
    Style,
    Styles,
    child_of,
    is_on,
    name_of,
    number_of,
    numbered_of,
    role_of,
    value_of,
    values_of,
)
from pipelines.readers.list_numbers import label_before
from pipelines.readers.word_heights import APART

_FLOW = frozenset(
    {"ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "sdt", "sdtContent", "dir", "bdo", "rubyBase"}
)
_DRAWN = frozenset({"drawing", "pict", "object"})
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PICTURES = frozenset({"-blip", "-imagedata", "-chart", "-relIds"})
_RUN, _TEXT, _PROPERTIES, _RUN_PROPERTIES = f"{WORD}r", f"{WORD}t", f"{WORD}pPr", f"{WORD}rPr"
_STRUCK = ("strike", "dstrike")
_TELLING = frozenset({f"{WORD}{name}" for name in ("vanish", "rStyle", "vertAlign", "position", *_STRUCK)})
"""Properties of a run that may hide it, raise it or strike it through."""
_RAISED = frozenset({"superscript", "subscript"})
_SILENT = frozenset({f"{WORD}bookmarkStart", f"{WORD}bookmarkEnd", f"{WORD}proofErr"})
"""What stands between runs and prints nothing."""
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_SYMBOL_AREA = range(0xF020, 0xF0FF)
_PLAIN_SYMBOLS = frozenset("0123456789()+,-./:;%<=>[]{|}")


@dataclass(slots=True)
class Story:
    """What is known while one part of the document is walked."""

    styles: Styles
    lists: Lists
    pictures: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One paragraph: its text with its list number, its role, and the text boxes anchored in it."""

    text: str
    role: Role
    boxes: list[etree._Element]
    joins_next: bool = False
    """The paragraph's end was deleted: its text runs on into the next paragraph."""


@dataclass(slots=True)
class _Gathered:
    parts: list[str]
    boxes: list[etree._Element]
    fields: list[bool]
    """One entry for each open field: whether its result has begun."""
    height: int = 0
    """Half points by which the last text is raised."""
    ends_in_figure: bool = False
    """Whether the last text does."""


def paragraph_line(paragraph: etree._Element, story: Story) -> Line:
    """One ``w:p`` as it prints."""
    properties = child_of(paragraph, "pPr")
    values = values_of(properties)
    style_name = values.get("pStyle") or story.styles.default
    style = story.styles.get(style_name)
    text, boxes = None if style.hidden else _plain_text(paragraph), []
    if text is None:
        gathered = _Gathered([], [], [])
        _flow(paragraph, gathered, story, hidden=style.hidden)
        text, boxes = "".join(gathered.parts), gathered.boxes
    marks = child_of(properties, "rPr") if "rPr" in values else None
    if "numPr" in values or style.numbered is not None:
        numbered = _numbered(properties, style)
        if text or not is_on(marks, "vanish"):
            text = label_before(story.lists.label(numbered, style_name), text)
    role = role_of(values.get("outlineLvl")) or style.role
    return Line(text, role, boxes, joins_next=child_of(marks, "del") is not None)


def _plain_text(paragraph: etree._Element) -> str | None:
    """The text of a paragraph of plain runs, as nearly all are; null where it holds more and has to be walked."""
    parts: list[str] = []
    for child in paragraph:
        tag = child.tag
        if tag == _RUN:
            for part in child:
                inner = part.tag
                if inner == _TEXT:
                    parts.append(part.text or "")
                elif inner != _RUN_PROPERTIES or any(one.tag in _TELLING for one in part):
                    return None
        elif tag != _PROPERTIES and tag not in _SILENT:
            return None
    return parts[0] if len(parts) == 1 else "".join(parts)


def _numbered(properties: etree._Element | None, style: Style) -> Numbered | None:
    """The paragraph's list: its own, completed by its style's."""
    numbered = numbered_of(properties)
    if numbered is None or style.numbered is None:
        return numbered or style.numbered
    instance = numbered.instance or style.numbered.instance
    level = style.numbered.level if numbered.level is None and instance == style.numbered.instance else numbered.level
    return Numbered(instance, level)


def _flow(parent: etree._Element, gathered: _Gathered, story: Story, *, hidden: bool) -> None:
    """Walk runs and what wraps them; ``w:del`` and ``w:moveFrom`` are not among the wrappers, so they stay out."""
    for child in parent:
        name = name_of(child.tag)
        if name == "r":
            _run(child, gathered, story, hidden=hidden)
        elif name in _FLOW:
            _flow(child, gathered, story, hidden=hidden)
        elif name == "mc:AlternateContent":
            chosen = chosen_alternative(child)
            if chosen is not None:
                _flow(chosen, gathered, story, hidden=hidden)
        elif name in {"m:oMath", "m:oMathPara"}:
            gathered.parts.extend(element.text or "" for element in child.iter() if name_of(element.tag) == "m:t")


def _run(run: etree._Element, gathered: _Gathered, story: Story, *, hidden: bool) -> None:
    properties = child_of(run, "rPr")
    begin = len(gathered.parts)
    if properties is not None:
        hidden = _hidden(properties, story, hidden=hidden)
    _run_content(run, gathered, story, hidden=hidden)
    text = "".join(gathered.parts[begin:])
    if not text:
        return
    before, after = _signs_around(properties) if properties is not None and text.strip() else ("", "")
    height = number_of(value_of(properties, "position"))
    if abs(height - gathered.height) >= APART and gathered.ends_in_figure and text[0].isdecimal():
        before = before or "^"
    gathered.height, gathered.ends_in_figure = height, not after and text[-1].isdecimal()
    gathered.parts[begin:begin] = before
    gathered.parts += after


def _signs_around(properties: etree._Element) -> tuple[str, str]:
    """What keeps a raised or struck figure apart from the figures beside it, as on a web page; mostly nothing."""
    if any(is_on(properties, name) for name in _STRUCK):
        return "~", "~"
    return ("^", "") if value_of(properties, "vertAlign") in _RAISED else ("", "")


def _run_content(run: etree._Element, gathered: _Gathered, story: Story, *, hidden: bool) -> None:
    for child in run:
        name = name_of(child.tag)
        if name == "fldChar":
            _field_mark(child, gathered)
        elif hidden or not all(gathered.fields):
            continue
        elif name == "t":
            gathered.parts.append(child.text or "")
        elif name in _SIGNS:
            gathered.parts.append(_SIGNS[name])
        elif name == "sym":
            gathered.parts.append(_symbol(child))
        else:
            _run_object(child, name, gathered, story)


def _run_object(child: etree._Element, name: str, gathered: _Gathered, story: Story) -> None:
    if name in _DRAWN:
        _draw(child, gathered, story)
    elif name == "ruby":
        _flow(child, gathered, story, hidden=False)
    elif name == "mc:AlternateContent":
        chosen = chosen_alternative(child)
        for inner in () if chosen is None else chosen:
            _run_object(inner, name_of(inner.tag), gathered, story)
    elif name == "t":
        gathered.parts.append(child.text or "")


def _hidden(properties: etree._Element, story: Story, *, hidden: bool) -> bool:
    if child_of(properties, "vanish") is not None:
        return is_on(properties, "vanish")
    style = value_of(properties, "rStyle")
    return hidden or (style is not None and story.styles.get(style).hidden)


def _field_mark(mark: etree._Element, gathered: _Gathered) -> None:
    kind = mark.get(f"{WORD}fldCharType")
    if kind == "begin":
        gathered.fields.append(False)
    elif gathered.fields and kind == "separate":
        gathered.fields[-1] = True
    elif gathered.fields and kind == "end":
        gathered.fields.pop()


def _symbol(element: etree._Element) -> str:
    """The character of ``w:sym``; a sign of a symbol font stays in its private area unless it is plain."""
    try:
        code = int(element.get(f"{WORD}char", ""), 16)
    except ValueError:
        return "\ufffd"
    if code in _SYMBOL_AREA and element.get(f"{WORD}font") == "Symbol":
        plain = chr(code - 0xF000)
        return plain if plain in _PLAIN_SYMBOLS else chr(code)
    return chr(code) if 0 < code <= _LAST_CHARACTER and code not in _SURROGATES else "\ufffd"


def chosen_alternative(element: etree._Element) -> etree._Element | None:
    """The branch of ``mc:AlternateContent`` that is read: the first choice, else the fallback; never both."""
    for wanted in ("mc:Choice", "mc:Fallback"):
        for branch in element:
            if name_of(branch.tag) == wanted:
                return branch
    return None


def _draw(drawing: etree._Element, gathered: _Gathered, story: Story) -> None:
    for element in _drawn(drawing):
        if name_of(element.tag) == "txbxContent":
            gathered.boxes.append(element)
        else:
            story.pictures += 1


def _drawn(parent: etree._Element) -> Iterator[etree._Element]:
    """Text boxes and pictures of a drawing, not looking into the text boxes."""
    for child in parent:
        name = name_of(child.tag)
        if name == "txbxContent" or name in _PICTURES:
            yield child
        elif name == "mc:AlternateContent":
            chosen = chosen_alternative(child)
            if chosen is not None:
                yield from _drawn(chosen)
        else:
            yield from _drawn(child)
