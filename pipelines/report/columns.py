"""Finds the columns of the applications matrix: their order, and where the source tells it, their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.report.labels import APPLICANTS, lookup, nearest
from pipelines.report.rows import Field, Row
from schemas.vocabulary import settings

SUBTOTAL = "subtotal"
_LEAST_HEADS: int = settings("forms")["evidence"]["least_applicant_heads"]
_OF_LEGAL_PERSONS = APPLICANTS[1:-1]
_TOP = frozenset({"natural_person", "legal_persons", "total", SUBTOTAL})


class Columns(NamedTuple):
    """Column codes from left to right, and for a grid or aligned table their left edges."""

    order: tuple[str, ...]
    places: tuple[int, ...] | None
    kind: str | None
    width: int | None


def head_code(field: Field) -> str | None:
    """The applicant (or ``applicants``, ``legal_persons``, ``subtotal``, ``corner``) that a head cell names."""
    return lookup("applicant").get(field.reading.key) if field.reading.key else None


def heads_to_columns(rows: Sequence[Row]) -> Columns | None:
    """The columns that the head rows of one table name, or nothing where they cannot be told.

    A column order of the source's own is kept; an incomplete head counts only where what it
    names stands in the form's order (国办公开办函〔2021〕30号, section 3).
    """
    heads = [(row, field, code) for row in rows for field in row.fields if (code := _code(field)) is not None]
    order = _order([code for _, _, code in heads])
    if order is None:
        return None
    places = _places(heads, order)
    row = heads[0][0]
    return Columns(order, places, row.kind, max(row.width for row, _, _ in heads))


def _code(field: Field) -> str | None:
    code = head_code(field)
    if code is None and field.is_label:
        code = nearest(field.reading.key, "applicant", _OF_LEGAL_PERSONS[:-1], ())
    return None if code in {"corner", "corner_note"} else code


def _order(codes: Sequence[str]) -> tuple[str, ...] | None:
    top = _top_level(codes)
    below = [
        code for code in dict.fromkeys(codes) if code in _OF_LEGAL_PERSONS or (code == SUBTOTAL and _inside(codes))
    ]
    found: list[str] = []
    for code in top:
        found += below if code == "legal_persons" else [code]
    if "legal_persons" not in top:
        found = [code for code in dict.fromkeys(codes) if code in APPLICANTS or code == SUBTOTAL]
    return _believed(found)


def _top_level(codes: Sequence[str]) -> list[str]:
    """自然人, 法人或其他组织 and 总计 in their order; a 总计 beside 申请人情况 stands behind what that covers."""
    top = [code for code in dict.fromkeys(codes) if code in _TOP and not (code == SUBTOTAL and _inside(codes))]
    if "applicants" in codes and "total" in top:
        total, over = codes.index("total"), codes.index("applicants")
        if over < total and all(codes.index(code) > total for code in top if code != "total"):
            top = [*(code for code in top if code != "total"), "total"]
    return top


def _inside(codes: Sequence[str]) -> bool:
    """Whether a 小计 stands among the columns of 法人或其他组织."""
    if SUBTOTAL not in codes:
        return False
    place = codes.index(SUBTOTAL)
    neighbours = (*codes[max(0, place - 1) : place], *codes[place + 1 : place + 2])
    return any(code in _OF_LEGAL_PERSONS for code in neighbours)


def _believed(found: Sequence[str]) -> tuple[str, ...] | None:
    known = [code for code in found if code != SUBTOTAL]
    if set(known) == set(APPLICANTS):
        return tuple(found)
    in_order = known == [code for code in APPLICANTS if code in known]
    if in_order and len(known) >= _LEAST_HEADS and SUBTOTAL not in found:
        return APPLICANTS
    return None


def _places(heads: Iterable[tuple[Row, Field, str]], order: tuple[str, ...]) -> tuple[int, ...] | None:
    """The left edge of each column, where every column has one head and they stand in this order."""
    edges: dict[str, int] = {}
    for row, field, code in heads:
        if (row.kind != "line" and field.cell.column_span == 1) or row.kind == "aligned":
            edges.setdefault(code, field.cell.column)
    if any(code not in edges for code in order):
        return None
    places = tuple(edges[code] for code in order)
    return places if list(places) == sorted(set(places)) else None
