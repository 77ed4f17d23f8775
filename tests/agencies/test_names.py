"""Names of agencies, against a table written by hand: right, or silent where a person could not tell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.agencies.catalog import agency_level
from pipelines.agencies.identity import agency_id, agency_key
from pipelines.agencies.names import parse_name
from pipelines.agencies.places import find_place
from pipelines.agencies.spelling import fold

HERE = Path(__file__).parent


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


NAMES = table("names.csv")


def told(printed: str) -> tuple[str, str, str]:
    name = parse_name(printed)
    division = find_place(name, []).division
    place = "" if division is None else " ".join(filter(None, (division.province, division.city, division.county)))
    return place, name.kind, agency_level(name, division) or ""


def identifier(printed: str) -> str:
    name = parse_name(printed)
    return agency_id(agency_key(name, find_place(name, []).identity))


def test_table_is_large_enough() -> None:
    assert len({row["name"] for row in NAMES}) >= 300


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row["name"])
def test_place_kind_and_level(row: dict[str, str]) -> None:
    assert told(row["name"]) == (row["place"], row["kind"], row["level"])


@pytest.mark.parametrize("row", table("same.csv"), ids=lambda row: f"{row['one']}-{row['other']}")
def test_spellings_renames_and_different_bodies(row: dict[str, str]) -> None:
    assert (identifier(row["one"]) == identifier(row["other"])) == (row["same"] == "yes")


@given(st.text(alphabet="省市县区镇乡街道办事处人民政府局委员会分局南岗朝阳鼓楼新华路 （）a1\n", max_size=24))
def test_any_text_is_read(text: str) -> None:
    name = parse_name(text)
    assert name.kind
    assert agency_key(name, find_place(name, []).identity)


@given(st.sampled_from([row["name"] for row in NAMES]), st.integers(0, 20))
def test_spaces_change_nothing(name: str, position: int) -> None:
    spaced = name[:position] + " \u3000" + name[position:]
    assert parse_name(spaced) == parse_name(name)


def test_traditional_characters_are_read_but_place_names_keep_theirs() -> None:
    assert fold("乾安縣人民政府") == "乾安县人民政府"
