"""What each HTML element means for reading order: data for the walker, not code."""

from __future__ import annotations

from enum import IntEnum


class Part(IntEnum):
    """How the walker treats an element."""

    INLINE = 0
    BLOCK = 1
    """Begins and ends a line."""
    CONTAINER = 2
    """A block that may be the page's content or its chrome."""
    HEADING = 3
    BREAK = 4
    """A line ends; the element has no content."""
    LINK = 5
    SKIP = 6
    PICTURE = 7
    FIELD = 8
    RAISED = 9
    """Superscript or subscript: a note's mark must not become a digit of the number before it."""
    STRUCK = 10
    """Struck through: shown, but not to be read as valid."""
    LINES = 11
    """Line breaks of the source count."""
    TABLE = 12
    FRAME = 13
    GROUP = 14
    ROW = 15
    CELL = 16
    """Parts of elements that are styled as a table."""
    STATEMENT = 17
    """Says something about the page: its title, a name and value, its address."""


def words(text: str) -> frozenset[str]:
    """A set of words written as one text."""
    return frozenset(text.split())


def _named(part: Part, names: str) -> dict[str, Part]:
    return dict.fromkeys(names.split(), part)


PARTS: dict[str, Part] = {
    **_named(
        Part.INLINE,
        "span font b strong i em u big small label mark ins abbr acronym cite code kbd q samp tt var dfn time data"
        " nobr wbr bdi bdo ruby rb rtc basefont output meter progress",
    ),
    **_named(
        Part.BLOCK,
        "p li dt dd address figure figcaption caption legend summary details tr tbody thead tfoot th hgroup dialog"
        " optgroup marquee rbc",
    ),
    **_named(
        Part.CONTAINER,
        "div section article main header footer nav aside ul ol dl menu dir form td center fieldset blockquote body",
    ),
    **_named(Part.HEADING, "h1 h2 h3 h4 h5 h6"),
    **_named(Part.BREAK, "br hr"),
    **_named(Part.LINK, "a"),
    **_named(
        Part.SKIP,
        "script style noscript template head base svg math canvas select option button audio video"
        " map area rt rp del xml datalist noframes param source track",
    ),
    **_named(Part.PICTURE, "img"),
    **_named(Part.FIELD, "input"),
    **_named(Part.RAISED, "sup sub"),
    **_named(Part.STRUCK, "s strike"),
    **_named(Part.LINES, "pre textarea xmp listing plaintext"),
    **_named(Part.TABLE, "table"),
    **_named(Part.FRAME, "iframe frame embed object"),
    **_named(Part.STATEMENT, "title meta link"),
}
UNSEEN = words("script style noscript template svg math canvas audio video rt rp xml")
"""Elements of which a browser shows no text."""


def part_of(tag: str) -> Part:
    """How to treat an element that is not in ``PARTS``.

    Names with a colon or hyphen (Word's ``o:p`` and smart tags, custom elements) stand inside
    lines. Anything else is a damaged tag and parts what it stands between, so that no two
    numbers ever run together.
    """
    if tag.startswith("-"):
        return Part.SKIP
    return Part.INLINE if ":" in tag or "-" in tag else Part.BLOCK
