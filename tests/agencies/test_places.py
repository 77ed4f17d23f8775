"""Evidence for places: strongest first; a conflict or a tie gives null."""

from __future__ import annotations

import pytest

from pipelines.agencies.names import parse_name
from pipelines.agencies.places import Clue, Place, clue_places, find_place


def found(name: str, *clues: tuple[str, str]) -> Place:
    return find_place(parse_name(name), [Clue(kind, value, "p1", clue_places(kind, value)) for kind, value in clues])


def code(place: Place) -> str | None:
    return place.division and place.division.region_code


@pytest.mark.parametrize(
    ("kind", "value", "evidence"),
    [
        ("site_code", "3309020001", "site_code"),
        ("text", "舟山市定海区", "text"),
        ("text", "根据舟山市定海区", "text"),
        ("government", "定海区", "text"),
        ("government", "浙江省", "text"),
        ("publisher", "定海区白泉镇", "text"),
        ("police_code", "33090202000021", "site_code"),
        ("credit_code", "11330902MB1234567A", "credit_code"),
        ("index_number", "330902001/2022-00012", "credit_code"),
        ("manifest", "330902", "manifest"),
        ("address", "舟山市定海区白泉镇人民路1号", "text"),
        ("folder", "定海区", "text"),
    ],
)
def test_each_kind_tells_one_of_two_townships(kind: str, value: str, evidence: str) -> None:
    place = found("白泉镇", (kind, value))
    assert (code(place), place.evidence) == ("330902", evidence)
    assert value in place.detail


@pytest.mark.parametrize(
    "clues",
    [
        [],
        [("site_code", "3309020001"), ("text", "东辽县")],
        [("text", "定海区"), ("text", "东辽县")],
        [("site_code", "3309020001"), ("credit_code", "11220422MB1234567A")],
        [("site_code", "4101830001")],
        [("site_code", "bm12345678")],
        [("text", "人民群众在全区")],
        [("site_code", "9999990001")],
    ],
    ids=lambda clues: "+".join(value for _, value in clues) or "nothing",
)
def test_nothing_or_conflict_gives_null(clues: list[tuple[str, str]]) -> None:
    place = found("白泉镇", *clues)
    assert (place.division, place.evidence) == (None, None)


def test_a_place_printed_before_the_name_is_as_good_as_one_in_it() -> None:
    assert code(found("某某新设镇", ("text", "洪泽区"))) == "320813"
    assert code(found("保健路街道办事处", ("text", "洪泽区"))) == "320813"
    assert code(found("保健路街道办事处", ("text", "洪泽区"), ("site_code", "2301030001"))) is None


def test_a_place_that_the_gazetteer_lacks_stays_unknown() -> None:
    assert code(found("富饶县教育局", ("site_code", "2310020001"))) is None
    assert code(found("富饶县平安镇", ("site_code", "2310020001"))) is None


def test_a_portal_of_the_city_tells_its_district() -> None:
    assert code(found("鼓楼区教育局", ("site_code", "3201000001"))) == "320106"


def test_a_township_that_one_county_has_needs_agreement() -> None:
    assert code(found("保健路街道办事处")) is None
    assert code(found("保健路街道办事处", ("site_code", "2301030001"))) == "230103"
    assert code(found("保健路街道办事处", ("site_code", "4101830001"))) is None


def test_a_name_that_tells_its_place_is_silenced_by_a_foreign_site_code() -> None:
    assert code(found("新密市教育局", ("site_code", "4101000001"))) == "410183"
    assert code(found("新密市教育局", ("site_code", "2310020001"))) is None
    assert found("新密市教育局", ("site_code", "2310020001")).identity == found("新密市教育局").identity


def test_an_old_code_of_a_renamed_county_is_no_conflict() -> None:
    assert code(found("洪泽区教育局", ("site_code", "3208290001"))) == "320813"


def test_the_manifest_wins() -> None:
    assert code(found("新密市教育局", ("manifest", "231002"), ("site_code", "4101830001"))) == "231002"


@pytest.mark.parametrize(
    ("name", "site", "expected"),
    [
        ("市教育局", "3208000001", "320800"),
        ("市教育局", "4101830001", "410183"),
        ("区教育局", "2310020001", "231002"),
        ("区教育局", "4101830001", None),
        ("县教育局", "2310020001", None),
        ("教育局", "2310020001", None),
    ],
)
def test_a_kind_of_place_must_fit(name: str, site: str, expected: str | None) -> None:
    assert code(found(name, ("site_code", site))) == expected


def test_a_township_below_a_city_needs_its_county() -> None:
    assert code(found("盐城市某某新街道办事处", ("site_code", "3209040001"))) == "320904"
    assert code(found("盐城市某某新街道办事处", ("site_code", "3209000001"))) is None
    assert code(found("盐城市某某新街道办事处", ("site_code", "2310020001"))) is None


def test_a_township_new_to_the_gazetteer_takes_its_portals_county() -> None:
    assert code(found("某某新设街道办事处", ("site_code", "2310020001"))) == "231002"
    assert code(found("某某新设街道办事处", ("site_code", "2310000001"))) is None


def test_national_bodies_have_no_place() -> None:
    assert found("教育部", ("site_code", "1101010001")).division is None
