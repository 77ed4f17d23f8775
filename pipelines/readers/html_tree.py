"""A web page's source as a tree of what is shown: no scripts, nothing hidden, nesting bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from pipelines.readers.errors import Quarantined
from pipelines.readers.html_tags import PARTS, UNSEEN, Part, words

DEEPEST = 10_000
"""Elements in elements; the parser's time grows with the square of it."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_LARGE = 100_000
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_MOST_ATTRIBUTES = 20_000
_NO_NESTING = words("p li td th tr dt dd option br img input meta link hr col area base wbr")
_SELECTOR = re.compile(
    r"[^\s,:>+~()]{1,80}(?:\s+[^\s,:>+~()]{1,80})?(?:\s*,\s*[^\s,:>+~()]{1,80}(?:\s+[^\s,:>+~()]{1,80})?){0,9}"
)
"""Selectors of one or two names, up to ten of them: longer chains cost a power of the page's depth."""
_BRACE = re.compile(r"[{}]")
_DISPLAY = re.compile(r"(?:^|;)\s*(?:display\s*:\s*([\w-]+)|visibility\s*:\s*(hidden|collapse))", re.IGNORECASE)
_HIDDEN_BY_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE
)
_FADING = re.compile(r"\s*visibility\s*:\s*hidden\s*;\s*opacity\s*:\s*0\s*;?\s*$", re.IGNORECASE)
_TABLE_TAGS = words("table thead tbody tfoot tr td th caption a img input br")
_ROLES = {
    "table": Part.TABLE,
    "grid": Part.TABLE,
    "rowgroup": Part.GROUP,
    "row": Part.ROW,
    "cell": Part.CELL,
    "gridcell": Part.CELL,
    "columnheader": Part.CELL,
    "rowheader": Part.CELL,
}
_DISPLAYS = {
    "table": Part.TABLE,
    "inline-table": Part.TABLE,
    "table-row-group": Part.GROUP,
    "table-header-group": Part.GROUP,
    "table-footer-group": Part.GROUP,
    "table-row": Part.ROW,
    "table-cell": Part.CELL,
    "block": Part.CONTAINER,
    "flex": Part.CONTAINER,
    "grid": Part.CONTAINER,
    "list-item": Part.BLOCK,
}
_STYLES = (
    (re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE), Part.STRUCK),
    (re.compile(r"vertical-align\s*:\s*su(?:per|b)\b", re.IGNORECASE), Part.RAISED),
    (re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE), Part.LINES),
    (re.compile(r"display\s*:\s*([\w-]+)", re.IGNORECASE), None),
)
_STYLE_WORDS = ("display", "visibility", "mso-hide", "through", "vertical", "white-space")
"""One of them stands in every style that hides an element or makes it something else than its tag says."""
_BLOCKS = (Part.BLOCK, Part.CONTAINER)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)")
_MOST_SELECTORS = 60
_LONGEST_STYLE = 200_000


Styled = tuple[LexborNode, dict[str, str | None]]
"""An element and its attributes."""


def source_to_tree(source: str) -> tuple[LexborHTMLParser, dict[int, Part]]:
    """Parse a page, drop what its styles hide, and say which elements are not what their tag says.

    The second is by memory address. Raises ``Quarantined("too_large")`` where elements nest deeper
    than any page's do.
    """
    _refuse_deep_nesting(source)
    _refuse_crowded_tags(source)
    tree = LexborHTMLParser(source)
    styled = _styled(tree)
    overrides = _overrides(styled)
    style = "\n".join([node.text() for node, _ in styled if node.tag == "style"])
    _drop_hidden(tree, styled, style[:_LONGEST_STYLE])
    return tree, overrides


def _styled(tree: LexborHTMLParser) -> list[Styled]:
    """Style sheets, and elements whose style, role or ``hidden`` may matter: of a Word export's, which styles all, few.

    Only words of the source are searched for, where none is written in character references.
    """
    source = tree.raw_html.lower()
    has_references = b"&" in source and b"&#" in source
    words = [word for word in _STYLE_WORDS if has_references or word.encode() in source]
    selectors = ("style", "[hidden]", "[role]", *[f'[style*="{word}" i]' for word in words])
    return [(node, node.attributes) for node in tree.css(", ".join(selectors))]


def _refuse_deep_nesting(source: str) -> None:
    if source.count("<") <= DEEPEST:
        return
    depth = 0
    for match in _TAG.finditer(source):
        if match[2].lower() in _NO_NESTING:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > DEEPEST:
            raise Quarantined("too_large", f"elements nest deeper than {DEEPEST}; save the report as a plain page")


def _refuse_crowded_tags(source: str) -> None:
    """The parser compares every attribute of a tag with every other."""
    if len(source) < _LARGE:
        return
    if any(tag[0].count("=") + tag[0].count(" ") > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(source)):
        raise Quarantined("too_large", f"a tag has over {_MOST_ATTRIBUTES} attributes; save the report as a plain page")


def _drop_hidden(tree: LexborHTMLParser, styled: list[Styled], style: str) -> None:
    nodes = [
        node
        for node, attributes in styled
        if "hidden" in attributes or _HIDDEN_BY_STYLE.search(attributes.get("style") or "")
        if not _fades_in(node, attributes)
    ]
    nodes += _hidden_by_rules(tree, style)
    root = tree.root
    for node in nodes:
        if node.tag not in {"html", "body"} and node != root:
            node.remove()


def _fades_in(node: LexborNode, attributes: Mapping[str, str | None]) -> bool:
    """Whether a script shows the element when the page is loaded, as it does with an article that WeChat saved."""
    return _FADING.match(attributes.get("style") or "") is not None and node.css_first("table") is not None


def _hidden_by_rules(tree: LexborHTMLParser, style: str) -> list[LexborNode]:
    """Elements that the page's own style sheet hides and no other of its rules shows again."""
    if "none" not in style and "hidden" not in style:
        return []
    hide, show = _rules_of_display(style)
    shown = {node.mem_id for selector in show for node in _select(tree, selector)}
    return [
        node
        for selector in hide
        for node in _select(tree, selector)
        if node.mem_id not in shown and not _DISPLAY.search(node.attributes.get("style") or "")
    ]


def _rules_of_display(style: str) -> tuple[list[str], list[str]]:
    hide: list[str] = []
    show: list[str] = []
    for selector, declarations in _rules(style):
        match = _DISPLAY.search(declarations)
        if match and _SELECTOR.fullmatch(selector) and len(hide) + len(show) < _MOST_SELECTORS:
            (hide if match[2] or match[1].lower() == "none" else show).append(selector.strip())
    return hide, show


def _rules(style: str) -> Iterator[tuple[str, str]]:
    """Selector and declarations of each plain rule; what stands in ``@media`` and the like counts for others."""
    first, *commented = style.replace("<!--", "").replace("-->", "").split("/*")
    plain = first + "".join(part.partition("*/")[2] for part in commented)
    depth = begin = 0
    selector = ""
    for match in _BRACE.finditer(plain):
        text = plain[begin : match.start()]
        begin = match.end()
        if match[0] == "{":
            selector = text.rpartition(";")[2].strip() if depth == 0 else "@"
            depth += 1
        else:
            if depth == 1 and selector and not selector.startswith("@"):
                yield selector, text
            depth = max(0, depth - 1)


def _select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):
        return []


def _overrides(styled: list[Styled]) -> dict[int, Part]:
    """Elements whose own style or role makes them something else than their tag says, by memory address."""
    overrides = {}
    for node, attributes in styled:
        part = _styled_part(node.tag or "", attributes.get("style") or "", attributes.get("role") or "")
        if part is not None:
            overrides[node.mem_id] = part
    return overrides


def _styled_part(tag: str, style: str, role: str) -> Part | None:
    if tag in _TABLE_TAGS or tag in UNSEEN:
        return None
    if role in _ROLES:
        return _ROLES[role]
    own = PARTS.get(tag, Part.INLINE)
    for pattern, styled in _STYLES:
        match = pattern.search(style)
        part = _DISPLAYS.get(match[1].lower()) if match and styled is None else styled
        if match and not (own != Part.INLINE and part in _BLOCKS) and not (own == Part.INLINE and part == Part.LINES):
            return part
    return None


def head_of(tree: LexborHTMLParser) -> list[LexborNode]:
    """What stands in the page's head."""
    return list(tree.head.iter()) if tree.head is not None else []


def metadata_of(statements: Sequence[LexborNode], source: str) -> tuple[tuple[str, str], ...]:
    """Names and values that the page states about itself, in order; empty ones left out."""
    pairs = []
    canonical = None
    for node in statements:
        attributes = node.attributes if node.tag in {"meta", "link"} else {}
        if node.tag == "link":
            canonical = canonical or (attributes.get("href") if attributes.get("rel") == "canonical" else None)
            continue
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        value = (attributes.get("content") or "").strip()
        if name and value:
            pairs.append((name.strip(), value))
    if canonical:
        pairs.append(("canonical", canonical))
    saved = _SAVED_FROM.search(source[:2048])
    if saved:
        pairs.append(("saved_from", saved[1]))
    return tuple(pairs)


def title_of(statements: Sequence[LexborNode]) -> str | None:
    """The page's ``<title>``."""
    text = next((node.text() for node in statements if node.tag == "title"), "")
    return " ".join(text.split()) or None
