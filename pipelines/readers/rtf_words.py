"""RTF as a stream of words and decoded text: escapes, fonts' character sets, destinations that hold no text.

Knows no tables; what the words mean for paragraphs and cells is ``rtf``'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pipelines.readers.errors import Quarantined

LARGEST = 64 * 1024 * 1024
DEEPEST = 500
_TOKEN = re.compile(
    r"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_WORD, _NUMBER, _HEX, _SIGN, _BRACE, _TEXT = range(1, 7)

STORIES = frozenset({
    "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "shptxt",
})  # fmt: skip
"""Destinations whose text stands apart from the text around them."""
_SILENT = frozenset({
    "colortbl", "info", "pict", "objdata", "fldinst", "nonesttables", "nonshppict", "annotation", "atnid",
    "atnauthor", "filetbl", "revtbl", "rsidtbl", "listtable", "listoverridetable", "xe", "tc", "bkmkstart", "bkmkend",
    "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "shprslt", "private", "operator", "template", "keycode",
    "sp", "do", "datafield", "userprops", "xmlnstbl", "latentstyles", "themedata", "colorschememapping", "objclass",
})  # fmt: skip
_STARRED = frozenset({"shpinst", "shppict", "ud", "nesttableprops", "shptxt", "footnote", "cs"})
"""Destinations behind the mark for ignorable ones that are read all the same."""
_SIGNS = {
    "tab": "\t", "line": "\n", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d",
    "bullet": "\u2022", "endash": "\u2013", "emdash": "\u2014", "emspace": "\u2003", "enspace": "\u2002",
}  # fmt: skip
_SWITCHES = {
    "v": "hidden", "deleted": "deleted", "strike": "struck", "striked": "struck", "super": "raised", "sub": "raised",
}  # fmt: skip
"""Words that switch a property of characters on, or off with the number 0."""
_ENDS = {"plain": ("hidden", "deleted", "struck", "raised"), "nosupersub": ("raised",)}
_RAISES = {"up": 1, "dn": -1}
"""Words that raise or lower characters by half points, six where they state none."""
_RAISED_BY = 6
_ESCAPED = {"~": "\xa0", "_": "-", "-": "", "\t": "\t"}
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_PAGES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10000: "mac_roman"}
_KNOWN_PAGES = frozenset({437, 850, 852, 866, 874, 932, 949, *range(1250, 1259)})


class Event(NamedTuple):
    """``text`` with its text; ``word`` with name and number; ``open`` and ``close`` of a destination or group.

    The number of a text tells how many half points it is raised.
    """

    kind: str
    name: str = ""
    number: int | None = None


@dataclass(slots=True)
class _State:
    """What a group inherits and gives back at its end."""

    destination: str = ""
    silent: bool = False
    hidden: bool = False
    deleted: bool = False
    struck: bool = False
    raised: bool = False
    height: int = 0
    """Half points by which characters are raised."""
    font: int | None = None
    skip: int = 1
    """How many characters stand in for a Unicode escape."""


@dataclass(slots=True)
class _Decoder:
    """Bytes that wait for their neighbours, and what the fonts say about them."""

    page: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    waiting: bytearray = field(default_factory=bytearray)
    codec: str = "cp1252"

    def add(self, content: bytes, state: _State) -> str:
        """Keep bytes; gives the text of what waited in another character set."""
        codec = self.fonts.get(state.font, self.page) if state.font is not None else self.page
        text = self.taken() if codec != self.codec else ""
        self.codec = codec
        self.waiting += content
        return text

    def taken(self) -> str:
        """The text of all bytes that wait."""
        text = self.waiting.decode(self.codec, errors="replace") if self.waiting else ""
        self.waiting.clear()
        return text


def events(data: bytes) -> Iterator[Event]:
    """The document's words and text in order, skipped destinations left out.

    Raises ``Quarantined`` (``too_large``, ``unreadable``).
    """
    if len(data) > LARGEST:
        raise Quarantined("too_large", f"more than {LARGEST} bytes of RTF; save the file as DOCX")
    yield from _Words(data.decode("latin-1")).events()


@dataclass(slots=True)
class _Words:
    source: str
    decoder: _Decoder = field(default_factory=_Decoder)
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    starred: bool = False
    """The mark for an ignorable destination stands right before."""
    begun: bool = False
    """The present group has just begun: its first word may be a destination."""
    pending: int = 0
    """Characters still to skip behind a Unicode escape."""

    def events(self) -> Iterator[Event]:
        place, match_token = 0, _TOKEN.match
        source = self.source
        while (match := match_token(source, place)) is not None and place < len(source):
            place = match.end()
            kind = match.lastindex
            if kind == _BRACE:
                yield from self._flushed()
                yield from self._brace(match[_BRACE])
            elif kind in {_WORD, _NUMBER}:
                number = int(match[_NUMBER]) if match[_NUMBER] else None
                if match[_WORD] == "bin":
                    place += max(0, number or 0)
                elif match[_WORD] == "u" and number is not None:
                    yield from self._unicode(number)
                else:
                    yield from self._word(match[_WORD], number)
            elif kind is not None:
                yield from self._characters(match, kind)
        yield from self._flushed()

    def _brace(self, sign: str) -> Iterator[Event]:
        self.pending = 0
        if sign == "{":
            self.stack.append(self.state)
            if len(self.stack) > DEEPEST:
                raise Quarantined("unreadable", f"groups nested more than {DEEPEST} deep; save the file as DOCX")
            self.state = replace(self.state)
            self.begun, self.starred = True, False
            yield Event("open")
        elif self.stack:
            closed, self.state = self.state, self.stack.pop()
            self.begun = False
            opened = closed.destination if closed.destination != self.state.destination else ""
            yield Event("close", opened)

    def _word(self, word: str, number: int | None) -> Iterator[Event]:
        if self.pending:
            self.pending -= 1
            return
        if word in _SIGNS:
            if self._is_shown():
                yield from self._flushed()
                yield Event("text", _SIGNS[word], self.state.height)
            self.begun = False
            return
        begun, self.begun = self.begun, False
        if begun and self._opens(word):
            self.state.destination = word
            yield Event("word", word, number)
            return
        if word not in {"f", "uc"}:
            yield from self._flushed()
        self._settings(word, number)
        if not self.state.silent and word not in {"f", "uc"}:
            yield Event("word", word, number)

    def _opens(self, word: str) -> bool:
        """Whether a group's first word makes it a destination; sets whether that is silent."""
        if word in _SILENT or (self.starred and word not in _STARRED):
            silent, self.state.silent = self.state.silent, True
            return word == "pict" and not silent
        return word in STORIES or word in {"stylesheet", "fonttbl", "nesttableprops", "upr", "ud"}

    def _settings(self, word: str, number: int | None) -> None:
        state = self.state
        if word == "f":
            state.font = number
        elif word == "uc":
            state.skip = max(0, min(number if number is not None else 1, 8))
        elif word in _SWITCHES:
            setattr(state, _SWITCHES[word], number != 0)
        elif word in _ENDS:
            for name in _ENDS[word]:
                setattr(state, name, False)
            state.height = 0 if word == "plain" else state.height
        elif word in _RAISES:
            state.height = _RAISES[word] * (_RAISED_BY if number is None else number)
        elif word == "ansicpg":
            self.decoder.page = _codec_of_page(number)
        elif word in {"fcharset", "cpg"} and state.destination == "fonttbl" and state.font is not None:
            codec = _CHARSETS.get(number or 0) if word == "fcharset" else _codec_of_page(number)
            if codec:
                self.decoder.fonts[state.font] = codec

    def _unicode(self, number: int) -> Iterator[Event]:
        self.begun = False
        yield from self._flushed()
        self.pending = self.state.skip
        code = number + 0x1_0000 if number < 0 else number
        if self._is_shown():
            yield self._text(chr(code) if 0 < code <= 0xFFFF else "\ufffd")

    def _characters(self, match: re.Match[str], kind: int) -> Iterator[Event]:
        if kind == _SIGN:
            yield from self._escaped(match[_SIGN])
            return
        self.begun = False
        content = bytes([int(match[_HEX], 16)]) if kind == _HEX else match[_TEXT].encode("latin-1")
        skipped = min(self.pending, len(content))
        self.pending -= skipped
        if content[skipped:] and self._is_shown():
            yield from self._bytes(content[skipped:])

    def _escaped(self, sign: str) -> Iterator[Event]:
        if sign == "*":
            self.starred = True
            return
        self.begun = False
        if self.pending:
            self.pending -= 1
        elif sign in "\r\n":
            yield from self._flushed()
            yield Event("word", "par")
        elif self._is_shown() and sign in "\\{}":
            # Either of the signs may be the second byte of a Chinese character.
            yield from self._bytes(sign.encode("latin-1"))
        elif self._is_shown():
            yield from self._flushed()
            yield Event("text", _ESCAPED.get(sign, ""), self.state.height)

    def _bytes(self, content: bytes) -> Iterator[Event]:
        before = self.decoder.add(content, self.state)
        if before:
            yield self._text(before)

    def _text(self, text: str) -> Event:
        """The text; a raised or struck figure is kept apart from the figures beside it, as on a web page."""
        state = self.state
        if not (state.struck or state.raised) or state.destination == "stylesheet" or not text.strip():
            return Event("text", text, state.height)
        return Event("text", f"~{text}~" if state.struck else f"^{text}", state.height)

    def _is_shown(self) -> bool:
        state = self.state
        return not (state.silent or state.hidden or state.deleted or state.destination in {"fonttbl", "upr"})

    def _flushed(self) -> Iterator[Event]:
        text = self.decoder.taken()
        if text:
            yield self._text(text)


def _codec_of_page(page: int | None) -> str:
    if page in _PAGES:
        return _PAGES[page]
    return f"cp{page}" if page in _KNOWN_PAGES else "cp1252"
