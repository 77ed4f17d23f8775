"""Divisions that people state in ``regions.csv``: what is younger than the lists, or in none of them.

They add to the gazetteer and change nothing in it: a code that the lists have keeps its name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

from pipelines.agencies.regions import gazetteer, level_of, upper_codes
from schemas.vocabulary import settings

REGIONS_FILE = "regions.csv"


class Stated(NamedTuple):
    """Usable divisions as code and name, upper ones first; and what was wrong with the other rows."""

    divisions: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]


def stated_divisions(rows: pl.DataFrame) -> Stated:
    """The rows of ``regions.csv`` (``line``, ``region_code``, ``name``) that can be added to the gazetteer."""
    usable: dict[str, str] = {}
    problems: list[str] = []
    ordered = sorted(rows.iter_rows(named=True), key=lambda row: _upper_first(row["region_code"] or ""))
    for row in ordered:
        code, name = row["region_code"] or "", "".join((row["name"] or "").split())
        wrong = _wrong(code, name, usable)
        if wrong is None:
            usable[code] = name
        else:
            problems.append(f"{REGIONS_FILE}, line {row['line']}: {wrong}; not used")
    return Stated(tuple(usable.items()), tuple(sorted(problems)))


def unlisted_codes(manifest: pl.DataFrame) -> list[str]:
    """What to say of the manifest's codes that neither the lists nor ``regions.csv`` have."""
    codes = manifest["region_code"].drop_nulls().unique().sort()
    return [
        f"region_code {code} of the manifest stands in no list; used as stated, {REGIONS_FILE} can name it"
        for code in codes
        if code not in gazetteer().by_code
    ]


def _upper_first(code: str) -> tuple[int, str]:
    return (("province", "prefecture", "county").index(level_of(code)), code)


def _wrong(code: str, name: str, stated: dict[str, str]) -> str | None:
    """Why a row cannot be used; null where it can."""
    words = settings("region")["stated"]
    if not re.fullmatch(words["code"], code):
        return f"region_code {code!r} is no code of six digits"
    if not re.fullmatch(words["name"], name):
        return f"{name!r} is no name of a place"
    if code in stated:
        return f"{code} is stated twice"
    if listed := gazetteer().by_code.get(code):
        return f"the lists have {code} as {listed[0].name}"
    uppers = upper_codes(code)
    if uppers and not any(upper in stated or upper in gazetteer().by_code for upper in uppers):
        return f"nothing above {code} is known; state {' or '.join(uppers)} as well"
    return None
