"""List definitions of binary Word files, and the printed number of each list item."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.readers.list_numbers import LEVELS, Level, ListNumbers, format_of_code
from pipelines.readers.word_binary import LIST_DEFINITIONS, LIST_INSTANCES, WordFile

_LIST_SIZE = 28
_LEVEL_SIZE = 28
_INSTANCE_SIZE = 16
_SEPARATORS = {0: " ", 1: " ", 2: ""}
_MOST_LISTS = 2_000
_MOST_START = 9_999
_NO_STYLE = 0x0FFF


class _List(NamedTuple):
    styles: tuple[int, ...]
    levels: tuple[Level, ...]


class _Instance(NamedTuple):
    list_id: int
    levels: tuple[Level, ...]
    restarts: dict[int, int]


@dataclass(slots=True)
class BinaryLists:
    """The lists of one file; counts their items in reading order."""

    instances: list[_Instance] = field(default_factory=list)
    lists: dict[int, _List] = field(default_factory=dict)
    numbers: ListNumbers = field(default_factory=ListNumbers)

    def label(self, instance: int, level: int | None, style: int) -> str:
        """Printed number of the next item of a list instance (from 1); without a level the style's own."""
        if not 0 < instance <= len(self.instances):
            return ""
        one = self.instances[instance - 1]
        styles = self.lists[one.list_id].styles if one.list_id in self.lists else ()
        if level is None:
            level = styles.index(style) if style in styles and style != _NO_STYLE else 0
        return self.numbers.label(str(one.list_id), str(instance), level, one.levels, one.restarts)


def read_binary_lists(word: WordFile) -> BinaryLists:
    """All list definitions and their instances; none where the file has none or they are damaged."""
    lists = BinaryLists()
    try:
        lists.lists = _read_lists(word)
        lists.instances = _read_instances(word.pair(LIST_INSTANCES), lists.lists)
    except (struct.error, IndexError):
        return BinaryLists()
    return lists


def _read_lists(word: WordFile) -> dict[int, _List]:
    """Lists by id. Their levels stand behind the part of the table stream that the header names."""
    heads = word.pair(LIST_DEFINITIONS)
    count = int.from_bytes(heads[:2], "little")
    if not 0 < count <= _MOST_LISTS:
        return {}
    offset = word.pair_offset(LIST_DEFINITIONS) + 2 + count * _LIST_SIZE
    lists: dict[int, _List] = {}
    for number in range(count):
        list_id, *styles, flags = struct.unpack_from("<i4x9HB", heads, 2 + number * _LIST_SIZE)
        levels: list[Level] = []
        for _ in range(1 if flags & 1 else LEVELS):
            level, offset = _read_level(word.tables, offset)
            levels.append(level)
        lists[list_id] = _List(tuple(styles), tuple(levels))
    return lists


def _read_level(tables: bytes, offset: int) -> tuple[Level, int]:
    """One level and the offset behind it. In its template a character below 9 stands for a level's number."""
    start, code, flags, follow, character_size, paragraph_size, limit = struct.unpack_from(
        "<iBB9xB8xBBB", tables, offset
    )
    place = offset + _LEVEL_SIZE + character_size + paragraph_size
    size = struct.unpack_from("<H", tables, place)[0]
    text = tables[place + 2 : place + 2 + 2 * size].decode("utf-16-le", errors="replace")
    template = "".join(f"%{ord(sign) + 1}" if ord(sign) < LEVELS else sign for sign in text)
    level = Level(
        template=template,
        number_format=format_of_code(code),
        start=min(max(start, 0), _MOST_START),
        separator=_SEPARATORS.get(follow, " "),
        restart_after=limit if flags & 8 else None,
        legal=bool(flags & 4),
    )
    return level, place + 2 + 2 * size


def _read_instances(stored: bytes, lists: dict[int, _List]) -> list[_Instance]:
    count = min(int.from_bytes(stored[:4], "little"), _MOST_LISTS)
    place = 4 + count * _INSTANCE_SIZE
    instances: list[_Instance] = []
    for number in range(count):
        list_id, overrides = struct.unpack_from("<i8xB", stored, 4 + number * _INSTANCE_SIZE)
        levels = list(lists[list_id].levels) if list_id in lists else []
        restarts: dict[int, int] = {}
        place += 4
        for _ in range(overrides):
            start, flags = struct.unpack_from("<iI", stored, place)
            place += 8
            level = flags & 0xF
            if flags & 0x20:
                redefined, place = _read_level(stored, place)
                if level < len(levels):
                    levels[level] = redefined
            if flags & 0x10 and level < LEVELS:
                restarts[level] = min(max(start, 0), _MOST_START)
        instances.append(_Instance(list_id, tuple(levels), restarts))
    return instances
