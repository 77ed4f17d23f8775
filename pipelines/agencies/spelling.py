"""The spelling of names before they are read, and the patterns of ``agency.toml``, compiled once."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

import opencc

from pipelines.agencies.regions import depends_on_places, gazetteer
from schemas.vocabulary import settings

FIRST_IDEOGRAPH = 0x2E80


@cache
def pattern(*path: str) -> re.Pattern[str]:
    """The pattern at this path of ``agency.toml``."""
    found: Any = settings("agency")
    for step in path:
        found = found[step]
    return re.compile(found)


@lru_cache(maxsize=256)
def compiled(expression: str) -> re.Pattern[str]:
    """A pattern given as text."""
    return re.compile(expression)


@depends_on_places
@lru_cache(maxsize=1 << 15)
def _simplified(character: str) -> str:
    if ord(character) < FIRST_IDEOGRAPH or character in gazetteer().characters:
        return character
    return str(_converter().convert(character))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(name: str) -> str:
    """Half width, simplified (characters of place names stay), without marks, spaces and remarks in brackets."""
    text = unicodedata.normalize("NFKC", name)
    text = "".join(map(_simplified, text))
    bare = pattern("fold", "brackets").sub("", text)
    text = bare if len(bare) > 1 else text
    text = pattern("fold", "marks").sub("", text)
    text = pattern("fold", "starts").sub("", text)
    return pattern("fold", "ends").sub("", text) or text
