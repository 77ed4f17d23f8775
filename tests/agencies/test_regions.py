"""The gazetteer: codes of today and of old, renames, mergers, parents."""

from __future__ import annotations

from pipelines.agencies.regions import gazetteer, short_forms, stem


def only(name: str):
    (division,) = gazetteer().by_name[name]
    return division


def test_every_division_but_provinces_has_a_parent() -> None:
    orphans = [d.name for d in gazetteer().by_key.values() if d.level != "province" and len(d.lineage) < 2]
    assert orphans == []


def test_size_is_that_of_the_country() -> None:
    divisions = [d for d in gazetteer().by_key.values() if d.ended is None]
    assert sum(d.level == "province" for d in divisions) == 34
    assert 333 <= sum(d.level == "prefecture" for d in divisions) <= 338
    assert 2840 <= sum(d.level == "county" for d in divisions) <= 2870
    assert len(gazetteer().townships) > 25_000


def test_a_renamed_division_is_one_under_both_names_and_codes() -> None:
    assert only("洪泽县") == only("洪泽区")
    assert gazetteer().by_code["320829"] == gazetteer().by_code["320813"]
    assert only("洪泽县").code == "320813"


def test_a_merged_division_ends_and_stays_itself() -> None:
    assert only("下城区").ended == 2020
    assert only("下城区") != only("拱墅区")


def test_a_moved_county_knows_where_it_was() -> None:
    county = only("公主岭市")
    assert (county.city, county.code) == ("长春市", "220184")
    assert county.was_within(only("四平市"))
    assert not county.within(only("四平市"))


def test_a_code_given_to_another_division_names_both() -> None:
    assert {d.name for d in gazetteer().by_code["232701"]} == {"加格达奇区", "漠河市"}


def test_municipalities_stand_as_city_too() -> None:
    division = gazetteer().by_code["110101"][0]
    assert (division.province, division.city, division.county) == ("北京市", "北京市", "东城区")


def test_a_county_directly_below_its_province_has_no_city() -> None:
    assert (only("仙桃市").province, only("仙桃市").city) == ("湖北省", None)


def test_zones_have_no_code_of_their_own() -> None:
    (zone,) = gazetteer().by_code["320576"]
    assert (zone.level, zone.region_code, zone.county) == ("zone", "320500", None)


def test_short_forms() -> None:
    assert short_forms("恩施土家族苗族自治州") == ("恩施土家族苗族自治州", "恩施州")
    assert short_forms("新密市") == ("新密市",)
    assert stem("巴音郭楞蒙古自治州") == "巴音郭楞"


def test_an_upgraded_township_keeps_its_oldest_name() -> None:
    county = gazetteer().by_code["130123"][0]
    assert gazetteer().township_in("南牛镇", county) == gazetteer().township_in("南牛乡", county) == "南牛乡"
