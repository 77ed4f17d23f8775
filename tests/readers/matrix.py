"""A table of the shape of the applications matrix: three label columns with merges, seven of numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from pipelines.readers.document import Document, Table
from pipelines.readers.errors import Quarantined

OUTCOMES = frozenset({"document", "unreadable", "too_large", "encrypted", "unsupported_format"})

APPLICANTS = ("商业\n企业", "科研\n机构", "社会公益组织", "法律服务机构", "其他")
GROUPS = (("（三）不予公开", 8), ("（四）无法提供", 3), ("（五）不予处理", 5), ("（六）其他处理", 3))


class Spot(NamedTuple):
    """One cell: text, row, column, and how many of each it takes."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


def matrix() -> list[Spot]:
    """Three header rows, then 25 rows of seven numbers, no two rows alike, some cells empty."""
    spots = [
        Spot("（本列数据的勾稽关系）", 0, 0, 3, 3),
        Spot("申请人情况", 0, 3, 1, 7),
        Spot("自然人", 1, 3, 2),
        Spot("法人或其他组织", 1, 4, 1, 5),
        Spot("总计", 1, 9, 2),
    ]
    spots += [Spot(name, 2, 4 + place) for place, name in enumerate(APPLICANTS)]
    spots += [Spot("一、本年新收", 3, 0, 1, 3), Spot("二、上年结转", 4, 0, 1, 3), Spot("三、本年度办理结果", 5, 0, 22)]
    spots += [Spot("（一）予以公开", 5, 1, 1, 2), Spot("（二）部分公开", 6, 1, 1, 2)]
    row = 7
    for group, size in GROUPS:
        spots.append(Spot(group, row, 1, size))
        spots += [Spot(f"{item + 1}.{group[3:]}的第{item + 1}种情形", row + item, 2) for item in range(size)]
        row += size
    spots += [Spot("（七）总计", row, 1, 1, 2), Spot("四、结转下年度", row + 1, 0, 1, 3)]
    for number in range(3, row + 2):
        spots += [Spot(value(number, column), number, 3 + column) for column in range(7)]
    return sorted(spots, key=lambda spot: (spot.row, spot.column))


def value(row: int, column: int) -> str:
    """What stands in a number cell: every ninth is empty."""
    number = row * 7 + column
    return "" if number % 9 == 0 else str(number * 13 % 1000)


HEIGHT = max(spot.row for spot in matrix()) + 1
WIDTH = 10


def spots_of(table: Table) -> list[Spot]:
    """What a reader made of a table, in the same terms."""
    return [
        Spot(cell.text, number, cell.column, cell.row_span, cell.column_span)
        for number, row in enumerate(table.rows)
        for cell in row
    ]


def tables_of(document: Document) -> list[Table]:
    """The document's tables."""
    return [block for block in document.blocks if isinstance(block, Table)]


def texts_of(document: Document) -> list[str]:
    """The document's paragraphs that are not running."""
    return [block.text for block in document.blocks if not isinstance(block, Table) and block.role != "running"]


def outcome(read: Callable[[bytes], Document], data: bytes) -> str:
    """``document``, or the reason for quarantine; whatever else is raised fails the test."""
    try:
        return type(read(data)).__name__.lower()
    except Quarantined as refusal:
        return refusal.reason_code


def damaged(data: bytes, seed: int) -> bytes:
    """The bytes with some changed, some repeated or left out, or the end cut off."""
    rng = random.Random(seed)
    changed = bytearray(data)
    for _ in range(rng.randint(1, 20)):
        changed[rng.randrange(len(changed))] = rng.choice((0, 1, 0x7F, 0xFF, rng.randrange(256)))
    if rng.random() < 0.3:
        begin, size = rng.randrange(len(changed)), rng.randint(1, 600)
        changed[begin : begin + size] = changed[begin : begin + size] * rng.choice((0, 2))
    return bytes(changed[: rng.randint(1, len(changed))] if rng.random() < 0.2 else changed)
