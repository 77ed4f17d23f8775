"""Finds the columns of the applications matrix: their order, and where the source tells it, their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.report.heads import Head, Shape, remembered, rows_to_shape, shape_to_heads, shape_to_parts
from pipelines.report.labels import APPLICANTS, lookup
from pipelines.report.rows import UNIT_COLUMN, Row
from schemas.vocabulary import settings

SUBTOTAL = "subtotal"
_LEAST_HEADS: int = settings("forms")["evidence"]["least_applicant_heads"]
_OF_LEGAL_PERSONS = APPLICANTS[1:-1]
_LEAVES = frozenset({*APPLICANTS, SUBTOTAL})
_CORNERS = frozenset({"corner", "corner_note", UNIT_COLUMN})
_NATURAL, *_, _TOTAL = APPLICANTS
_TOTAL_FIRST = (_TOTAL, *APPLICANTS[:-1])
_GROUP = "legal_persons"
_ALL = "applicants"
_SEQUENCES = tuple(
    (*first, *rest)
    for first in ((_ALL,), ())
    for rest in (
        (_NATURAL, _GROUP, _TOTAL, *_OF_LEGAL_PERSONS),
        (_TOTAL, _NATURAL, _GROUP, *_OF_LEGAL_PERSONS),
        (_NATURAL, _GROUP, *_OF_LEGAL_PERSONS, _TOTAL),
    )
)
"""How the form's heads come one after the other: row by row, or column by column."""


class Columns(NamedTuple):
    """What the heads of one table tell.

    ``order``: the columns from left to right as reading the heads tells it, or nothing.
    ``places``: each column's left edge and code, from left to right, or nothing.
    """

    order: tuple[str, ...] | None
    places: tuple[tuple[int, str], ...] | None
    kind: str
    width: int
    edge: int
    """Where the last head of one column ends: a row of a grid that ends before has lost a cell."""
    beside: int | None = None
    """Where columns begin, right of the form's own, whose heads (备注, 上年数) are not the form's."""


def heads_to_columns(rows: Sequence[Row]) -> Columns | None:
    """The columns that the head rows of one table name, or nothing where they name none.

    A column order of the source's own is kept. A single damaged head is settled only where all
    others stand in the form's order (国办公开办函〔2021〕30号, section 3).
    """
    return _shape_to_columns(rows_to_shape(rows)) if rows else None


@remembered
def _shape_to_columns(shape: Shape) -> Columns | None:
    heads = [head for head in shape_to_heads(shape, lookup("applicant")) if head.code not in _CORNERS]
    if not any(head.code in _LEAVES for head in heads):
        return None
    kind = next((row.kind for row in shape if row.kind != "line"), "line")
    width = max(row.width for row in shape)
    places = None if kind == "line" else _places(heads, spans=kind == "grid")
    by_place = tuple(code for _, code in places) if places else None
    if kind == "grid":
        order = by_place or _order(heads)
    elif kind == "aligned":
        order = _aligned_order(_order(heads), by_place)
    else:
        order = None if _rows_run_together(heads) else _order(heads) or _order_of_parts(shape)
    edge = max((head.right for head in heads if head.right - head.left == 1), default=0)
    return Columns(order, places, kind, width, edge, _beside(heads, places) if kind == "grid" else None)


def _beside(heads: Sequence[Head], places: Sequence[tuple[int, str]] | None) -> int | None:
    """The left edge of the heads right of all seven columns, where none of them is the form's."""
    if places is None or {code for _, code in places} < set(APPLICANTS):
        return None
    last = max(place for place, _ in places)
    right = [head for head in heads if head.left > last]
    if any(head.code is not None or any(other.code and other.over(head.left) for other in heads) for head in right):
        return None
    return min((head.left for head in right), default=None)


def _order_of_parts(shape: Shape) -> tuple[str, ...] | None:
    """The form's own order, where 自然人, 法人或其他组织 and 总计 stand in a line and the rest in columns below it."""
    codes = tuple(head.code for head in shape_to_parts(shape, lookup("applicant")) if head.code not in _CORNERS)
    return APPLICANTS if codes in _SEQUENCES else None


def _aligned_order(read: tuple[str, ...] | None, by_place: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Places on a page are less sure than a grid: an order of the source's own counts only where both ways agree."""
    if by_place == APPLICANTS or (by_place is None and read == APPLICANTS):
        return APPLICANTS
    return read if read == by_place else None


def _places(heads: Sequence[Head], *, spans: bool) -> tuple[tuple[int, str], ...] | None:
    """Left edge and code of each column, where every column has one head of its own."""
    leaves = [head for head in heads if head.code in _LEAVES and _is_leaf(head, heads)]
    named = {head.code for head in leaves}
    if len(named) != len(leaves) or len({head.left for head in leaves}) != len(leaves):
        return None
    if spans and not _inside_group(heads, leaves):
        return None
    if named >= set(APPLICANTS):
        return tuple(sorted((head.left, str(head.code)) for head in leaves))
    return _places_with_one_unknown(heads, leaves)


def _inside_group(heads: Sequence[Head], leaves: Sequence[Head]) -> bool:
    """The kinds of 法人或其他组织 stand side by side, and where it spans columns under it, no others do.

    Without that span a head may be lost and the others moved: only the orders that are in use count.
    """
    in_order = [head.code not in {_NATURAL, _TOTAL} for head in sorted(leaves, key=lambda head: head.left)]
    inner = [place for place, inside in enumerate(in_order) if inside]
    if inner and inner[-1] - inner[0] + 1 != len(inner):
        return False
    spanning = [head for head in heads if head.right - head.left > 1]
    groups = [head for head in spanning if head.code == _GROUP]
    if not groups and not any(head.code is None and _covers_kinds(head, leaves) for head in spanning):
        named = tuple(head.code for head in sorted(leaves, key=lambda head: head.left) if head.code != SUBTOTAL)
        return len(named) < len(APPLICANTS) or named in {APPLICANTS, _TOTAL_FIRST}
    return all(_covers_kinds(group, leaves) for group in groups)


def _covers_kinds(head: Head, leaves: Sequence[Head]) -> bool:
    """Whether the kinds of 法人或其他组织 stand under the head, and nothing else does."""
    return all(head.over(leaf.left) == (leaf.code not in {_NATURAL, _TOTAL}) for leaf in leaves)


def _is_leaf(head: Head, heads: Sequence[Head]) -> bool:
    """A head with no other known head under it."""
    return not any(other.row > head.row and other.code in _LEAVES and head.over(other.left) for other in heads)


def _places_with_one_unknown(heads: Sequence[Head], leaves: Sequence[Head]) -> tuple[tuple[int, str], ...] | None:
    """Six known columns in the form's order and one damaged head where the seventh must be."""
    lost = [code for code in APPLICANTS if code not in {head.code for head in leaves}]
    edge = min(head.left for head in leaves)
    unknown = [
        head for head in heads if head.code is None and head.left >= edge and not any(head.over(n.left) for n in leaves)
    ]
    if len(lost) != 1 or len(unknown) != 1 or any(head.code == SUBTOTAL for head in leaves):
        return None
    placed = sorted([*((head.left, str(head.code)) for head in leaves), (unknown[0].left, lost[0])])
    return tuple(placed) if tuple(code for _, code in placed) == APPLICANTS else None


def _order(heads: Sequence[Head]) -> tuple[str, ...] | None:
    """The order that reading the heads one after the other tells."""
    codes = [head.code for head in heads]
    if any(_matches(codes, sequence) for sequence in _SEQUENCES) and not _total_is_first(heads):
        return APPLICANTS
    if None in codes:
        return None
    named = [code for code in codes if code is not None]
    top = [code for code in dict.fromkeys(named) if code in {_NATURAL, _GROUP, _TOTAL}]
    below = [code for code in dict.fromkeys(named) if code in {*_OF_LEGAL_PERSONS, SUBTOTAL}]
    found = [code for name in top for code in (below if name == _GROUP else [name])]
    return tuple(found) if sorted(set(found) - {SUBTOTAL}) == sorted(APPLICANTS) else None


def _matches(codes: Sequence[str | None], sequence: Sequence[str]) -> bool:
    """The heads are the form's own: at most one is lost or damaged, and 总计 still tells where it stands."""
    if _TOTAL in sequence[:2]:
        return tuple(codes) == tuple(sequence)
    if len(codes) == len(sequence):
        return sum(code != other for code, other in zip(codes, sequence, strict=True)) <= 1 and all(
            code is None or code == other for code, other in zip(codes, sequence, strict=True)
        )
    if len(codes) == len(sequence) - 1 and None not in codes and _TOTAL in codes:
        return any(list(codes) == [*sequence[:n], *sequence[n + 1 :]] for n in range(len(sequence)))
    return False


def _rows_run_together(heads: Sequence[Head]) -> bool:
    """Whether 申请人情况, 总计 and 自然人 follow in one row: two rows have become one, and 总计 may stand anywhere."""
    row = {head.code: head.row for head in heads}
    return _ALL in row and row[_ALL] == row.get(_TOTAL) == row.get(_NATURAL) and _total_is_first(heads)


def _total_is_first(heads: Sequence[Head]) -> bool:
    """总计 before 自然人 in one row, and not beside 申请人情况, is a column order of the source's own."""
    rows = {head.code: head.row for head in heads}
    places = {head.code: number for number, head in enumerate(heads)}
    if _TOTAL not in places or _NATURAL not in places or places[_TOTAL] > places[_NATURAL]:
        return False
    return rows[_TOTAL] == rows[_NATURAL]
