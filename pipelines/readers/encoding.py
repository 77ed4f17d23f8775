"""Bytes to text: which encoding a text or web page is in, told by its bytes more than by what it declares.

The order is: byte order mark, UTF-16 without one, strict UTF-8, UTF-8 with damage, then GB18030
against Big5, and a detector last. Damage becomes U+FFFD, which no reader takes for a digit;
nothing is ever dropped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from pipelines.readers.errors import Quarantined

REPLACEMENT = "\ufffd"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIMPLIFIED = frozenset({"gb2312", "gbk", "gb18030", "hz"})
_TRADITIONAL = frozenset({"big5", "big5hkscs", "cp950"})
_ASCII = bytes(range(128))
_CONTROLS = bytes((*range(9), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_SAMPLE = 4000
"""Characters looked at when two encodings are compared."""
_UTF8_SHARE = 0.9
"""Of the characters beyond ASCII, how many must be right for damaged UTF-8 to be UTF-8."""
_PLAUSIBLE = 0.7
"""Share of common characters in Chinese text; text in a wrong encoding stays below a half."""
_SURE = 0.95
"""Share from which on no other encoding is tried."""
_KEPT = 1 << 20
"""Bytes up to which the last decoded file is kept, since it is asked for twice."""
_NOISE = 0.1
"""Share of characters that cannot be text, from which on a file is noise."""
_UTF16_NULS = 0.01
"""Share of NUL bytes from which on a file may be UTF-16: its line breaks and digits have one each."""


def decode(data: bytes, declared: str | None = None) -> str:
    """Text of ``data``, its broken bytes as U+FFFD.

    ``declared`` is the charset that a page states about itself; it decides only between
    encodings that the bytes allow. Raises ``Quarantined("unreadable")`` for noise.
    """
    if not data:
        return ""
    told = _unicode_again(data) if len(data) <= _KEPT else _unicode(data)
    if told:
        return told
    text = _chinese(data, declared) or _detected(data)
    if text is None or is_noise(text):
        raise _unreadable()
    return text


def _unicode(data: bytes) -> str | None:
    """Text of bytes that are Unicode whatever is declared."""
    text = _marked(data) or _utf16(data) or _utf8(data)
    if text and is_noise(text):
        raise _unreadable()
    return text


_unicode_again = lru_cache(maxsize=1)(_unicode)
"""The kind of a file is told by its text, which its reader then asks for."""


def _unreadable() -> Quarantined:
    return Quarantined("unreadable", "the bytes are text in no known encoding; ask for the file again")


def is_noise(text: str) -> bool:
    """Whether so many characters are controls or damage that this is no text."""
    sample = text[: 16 * _SAMPLE]
    encoded = sample.encode("utf-8", "replace")
    controls = len(encoded) - len(encoded.translate(None, _CONTROLS))
    bad = controls + sample.count(REPLACEMENT)
    return bad > max(2.0, len(sample) * _NOISE)


def _marked(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return text if _share_intact(text) >= _UTF8_SHARE else None
    return None


def _utf16(data: bytes) -> str | None:
    if data[:65536].count(0) <= len(data[:65536]) * _UTF16_NULS:
        return None
    sample = data[: 2 * _SAMPLE]
    score, encoding = max((plausibility(sample.decode(name, "replace")), name) for name in ("utf-16-le", "utf-16-be"))
    return data.decode(encoding, "replace") if score >= _PLAUSIBLE else None


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    return text if _share_intact(text) >= _UTF8_SHARE else None


def _share_intact(text: str) -> float:
    """Of the characters beyond ASCII, the share that is no damage."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return 1 - text.count(REPLACEMENT) / beyond if beyond else 1.0


def _chinese(data: bytes, declared: str | None) -> str | None:
    """The more plausible of GB18030 and Big5, since each decodes most of the other's bytes."""
    family = _family(declared)
    if family == "hz" and b"~{" in data:
        return data.decode("hz", "replace")
    scored = _scored_again(data) if len(data) <= _KEPT else _scored(data)
    best = max(((score + (0.05 if family in names else 0), text) for score, names, text in scored), default=None)
    return best[1] if best else None


def _scored(data: bytes) -> Sequence[tuple[float, frozenset[str], str]]:
    """Score, names and text of each of the two encodings that is plausible; one surely right stands alone."""
    found = []
    for encoding, names in (("gb18030", _SIMPLIFIED), ("big5hkscs", _TRADITIONAL)):
        text = data.decode(encoding, "replace")
        score = _score(text)
        if score >= _PLAUSIBLE:
            found.append((score, names, text))
        if score > _SURE:
            break
    return found


_scored_again = lru_cache(maxsize=1)(_scored)


def _score(text: str) -> float:
    """Plausibility of the first characters beyond ASCII."""
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return plausibility(beyond[:_SAMPLE])


def _family(declared: str | None) -> str | None:
    """Python's name of a declared charset, if there is such a charset."""
    try:
        return codecs.lookup((declared or "").strip()).name
    except (LookupError, ValueError):
        return None


def plausibility(text: str) -> float:
    """Share of characters that Chinese text is made of: ASCII, punctuation and common ideographs."""
    if not text:
        return 0.0
    return sum(map(len, _common_characters().findall(text))) / len(text)


@cache
def _common_characters() -> re.Pattern[str]:
    """Runs of ASCII text and the rows of GB2312 and Big5 that hold punctuation and everyday ideographs."""
    simplified = _rows("gb2312", (0xA1, 0xA3, *range(0xB0, 0xD8)), range(0xA1, 0xFF))
    traditional = _rows("big5", (*range(0xA1, 0xA4), *range(0xA4, 0xC7)), (*range(0x40, 0x7F), *range(0xA1, 0xFF)))
    plain = map(chr, (9, 10, 13, *range(32, 127)))
    return re.compile(f"[{re.escape(''.join({*plain, *simplified, *traditional}))}]+")


def _rows(encoding: str, leads: tuple[int, ...], trails: range | tuple[int, ...]) -> frozenset[str]:
    pairs = b"".join(bytes((lead, trail)) for lead in leads for trail in trails)
    return frozenset(pairs.decode(encoding, "ignore"))


def _detected(data: bytes) -> str | None:
    """What the detector makes of other encodings; it is slow and sees only the beginning."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - rarely needed, slow to import

    guess = from_bytes(data[:65536]).best()
    return data.decode(guess.encoding, "replace") if guess else None
