"""What a DOCX keeps beside its text: names of elements, on/off properties, styles and list definitions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from pipelines.readers.document import Role
from pipelines.readers.list_numbers import LEVELS, Level, ListNumbers
from pipelines.readers.office_package import parse_xml

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PREFIXES = {
    WORD[1:-1]: "",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
}
VALUE = f"{WORD}val"
_ON = frozenset({"1", "true", "on"})
_OFF = frozenset({"0", "false", "off", "none"})
_BODY_LEVEL = 9
_TABLE_STYLE, _STYLE_END = b'<w:style w:type="table"', b"</w:style>"
_DEEPEST_STYLE = 20
_MOST_LEVEL_NUMBER = 9999
_LARGEST_NUMBER = 1_000_000
_SEPARATORS = {"nothing": "", "space": " ", "tab": " "}


class Numbered(NamedTuple):
    """Membership of a paragraph in a list; ``level`` is null where the list's style link decides."""

    instance: str
    level: int | None


class Style(NamedTuple):
    """A style with what it inherits: role, list and whether its text is hidden."""

    role: Role = "text"
    numbered: Numbered | None = None
    hidden: bool = False


@lru_cache(maxsize=4096)
def name_of(tag: object) -> str:
    """Short name of an element: ``p`` for Word's own, ``mc:Choice``, ``m:t``, else ``-name``."""
    if not isinstance(tag, str):
        return ""
    namespace, _, local = tag[1:].rpartition("}")
    return _PREFIXES.get(namespace, "-") + local


def child_of(parent: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that name, if any."""
    if parent is not None and len(parent):
        tag = WORD + name
        for child in parent:
            if child.tag == tag:
                return child
    return None


def value_of(parent: etree._Element | None, name: str) -> str | None:
    """The ``w:val`` of a child property; empty where the child has none, null without the child."""
    child = child_of(parent, name)
    return None if child is None else child.get(VALUE, "")


def values_of(parent: etree._Element | None) -> dict[str, str]:
    """The ``w:val`` of all child properties by name; empty for those that have none."""
    return {} if parent is None else {name_of(child.tag): child.get(VALUE, "") for child in parent}


def is_on(parent: etree._Element | None, name: str) -> bool:
    """Whether an on/off property stands and is not switched off."""
    value = value_of(parent, name)
    return value is not None and value.lower() not in _OFF


def number_of(text: str | None, default: int = 0) -> int:
    """A whole number of an attribute, or the default where it is none or absurd."""
    try:
        number = int(text or "")
    except ValueError:
        return default
    return number if abs(number) <= _LARGEST_NUMBER else default


def numbered_of(properties: etree._Element | None) -> Numbered | None:
    """The list that paragraph properties name; instance ``0`` takes a paragraph out of its style's list."""
    numbering = child_of(properties, "numPr")
    if numbering is None:
        return None
    instance, level = value_of(numbering, "numId"), value_of(numbering, "ilvl")
    return Numbered(instance or "", None if level is None else number_of(level))


@dataclass(slots=True)
class Styles:
    """Paragraph and character styles, each resolved when it is first used."""

    elements: dict[str, etree._Element] = field(default_factory=dict)
    default: str = ""
    """Id of the style that a paragraph without one has."""
    resolved: dict[str, Style] = field(default_factory=dict)

    def get(self, identifier: str) -> Style:
        """The style with what it inherits; plain text where there is none of that name."""
        style = self.resolved.get(identifier)
        if style is None:
            style = self.resolved[identifier] = _style(identifier, self.elements)
        return style


def read_styles(content: bytes | None) -> Styles:
    """The styles of ``styles.xml``; none without it."""
    styles = Styles()
    root = None if content is None else parse_xml(_without_table_styles(content), "the styles")
    for element in () if root is None else root.iter(f"{WORD}style"):
        identifier = element.get(f"{WORD}styleId", "")
        styles.elements[identifier] = element
        if element.get(f"{WORD}default") in _ON and element.get(f"{WORD}type") == "paragraph":
            styles.default = identifier
    return styles


def _without_table_styles(content: bytes) -> bytes:
    """The part without the styles of tables, often nine tenths of it and of no use here, which spares parsing them."""
    kept, begin = [], 0
    while (table := content.find(_TABLE_STYLE, begin)) >= 0 and (end := content.find(_STYLE_END, table)) >= 0:
        kept.append(content[begin:table])
        begin = end + len(_STYLE_END)
    return b"".join([*kept, content[begin:]]) if kept else content


def role_of(outline_level: str | None) -> Role | None:
    """Heading where an outline level says so, text where it says body text, null where it is silent."""
    if outline_level is None:
        return None
    return "heading" if number_of(outline_level, _BODY_LEVEL) < _BODY_LEVEL else "text"


def _style(identifier: str, elements: dict[str, etree._Element]) -> Style:
    role: Role | None = None
    instance: str | None = None
    level: int | None = None
    hidden: bool | None = None
    for element in _ancestry(identifier, elements):
        paragraph, run = element.find(f"{WORD}pPr"), element.find(f"{WORD}rPr")
        role = role or _named_role(value_of(element, "name") or "") or role_of(value_of(paragraph, "outlineLvl"))
        numbered = numbered_of(paragraph)
        if numbered is not None:
            instance = instance or numbered.instance or None
            level = numbered.level if level is None else level
        if hidden is None and value_of(run, "vanish") is not None:
            hidden = is_on(run, "vanish")
    return Style(role or "text", Numbered(instance, level) if instance else None, bool(hidden))


def _ancestry(identifier: str, elements: dict[str, etree._Element]) -> Iterable[etree._Element]:
    for _ in range(_DEEPEST_STYLE):
        element = elements.get(identifier)
        if element is None:
            return
        yield element
        identifier = value_of(element, "basedOn") or ""


def _named_role(name: str) -> Role | None:
    name = name.lower()
    if name == "title":
        return "title"
    if name.startswith("toc "):
        return "chrome"
    return "heading" if name.startswith("heading ") else None


@dataclass(slots=True)
class Lists:
    """The list definitions of one document, resolved when the first item comes, and the count of their items."""

    root: etree._Element | None = None
    """The part that holds the definitions, until they are resolved."""
    abstract: dict[str, tuple[Level, ...]] = field(default_factory=dict)
    style_levels: dict[tuple[str, str], int] = field(default_factory=dict)
    """Level by abstract list and paragraph style, for lists that hang on heading styles."""
    instances: dict[str, tuple[str, tuple[Level, ...], dict[int, int]]] = field(default_factory=dict)
    numbers: ListNumbers = field(default_factory=ListNumbers)

    def label(self, numbered: Numbered | None, style: str) -> str:
        """The printed number of a list item in reading order; empty for what is in no list."""
        if numbered is None:
            return ""
        if self.root is not None:
            _resolve(self, self.root)
            self.root = None
        known = self.instances.get(numbered.instance)
        if known is None:
            return ""
        counter, levels, restarts = known
        level = numbered.level
        if level is None:
            level = self.style_levels.get((counter, style), 0)
        return self.numbers.label(counter, numbered.instance, level, levels, restarts)


def _resolve(lists: Lists, root: etree._Element) -> None:
    """Take the definitions of ``numbering.xml`` into ``lists``."""
    links: dict[str, str] = {}
    for element in root.iter(f"{WORD}abstractNum"):
        identifier = element.get(f"{WORD}abstractNumId", "")
        lists.abstract[identifier] = _levels(element.findall(f"{WORD}lvl"))
        for level in element.findall(f"{WORD}lvl"):
            style = value_of(level, "pStyle")
            if style:
                lists.style_levels[identifier, style] = number_of(level.get(f"{WORD}ilvl"))
        link = value_of(element, "styleLink")
        if link:
            links[link] = identifier
    for element in root.iter(f"{WORD}abstractNum"):
        linked = links.get(value_of(element, "numStyleLink") or "")
        if linked:
            lists.abstract[element.get(f"{WORD}abstractNumId", "")] = lists.abstract[linked]
    for element in root.iter(f"{WORD}num"):
        _add_instance(lists, element)


def _add_instance(lists: Lists, element: etree._Element) -> None:
    counter = value_of(element, "abstractNumId") or ""
    levels = list(lists.abstract.get(counter, ()))
    restarts: dict[int, int] = {}
    for override in element.findall(f"{WORD}lvlOverride"):
        place = number_of(override.get(f"{WORD}ilvl"), LEVELS)
        redefined = override.find(f"{WORD}lvl")
        if not 0 <= place < len(levels):
            continue
        if redefined is not None:
            levels[place] = _level(redefined)
        start = value_of(override, "startOverride")
        if start is not None:
            restarts[place] = number_of(start, 1)
    lists.instances[element.get(f"{WORD}numId", "")] = counter, tuple(levels), restarts


def _levels(elements: Iterable[etree._Element]) -> tuple[Level, ...]:
    found = {number_of(element.get(f"{WORD}ilvl"), LEVELS): _level(element) for element in elements}
    return tuple(found.get(place, Level("")) for place in range(LEVELS))


def _level(element: etree._Element) -> Level:
    restart = value_of(element, "lvlRestart")
    number_format = value_of(element, "numFmt") or "decimal"
    return Level(
        template=value_of(element, "lvlText") or "",
        number_format=number_format,
        start=min(max(number_of(value_of(element, "start"), 0), 0), _MOST_LEVEL_NUMBER),
        separator=_SEPARATORS.get(value_of(element, "suff") or "tab", " "),
        restart_after=None if restart is None else number_of(restart),
        legal=is_on(element, "isLgl"),
    )
