"""A corpus: identifiers that depend on one report alone, tables that hold to their schemas."""

from __future__ import annotations

import random

import polars as pl
import pytest

from pipelines.agencies.resolve import AgencyResolution, resolve_agencies
from schemas.dimensions import AgencyHierarchy, DimAgency

REPORTS = [
    ("新密市新华路办事处", 2019, []),
    ("新密市新华路街道办事处", 2020, []),
    ("郑州市新密市新华路街道", 2021, []),
    ("东安区人民政府办公室", 2020, [("site_code", "2310020001")]),
    ("东安区政府办", 2021, []),
    ("东安区人民政府", 2021, []),
    ("白泉镇", 2019, [("site_code", "3309020001")]),
    ("白泉镇人民政府", 2020, [("text", "定海区")]),
    ("白泉镇", 2021, [("site_code", "2204220001")]),
    ("白泉镇", 2022, []),
    ("荷花路街道办事处", 2023, [("committee", "区")]),
    ("洪泽县教育局", 2019, []),
    ("洪泽区教育局", 2022, []),
    ("国家税务总局洪泽区税务局", 2022, []),
    ("郑州市生态环境局新密分局", 2022, []),
    ("市教育局", 2022, [("site_code", "3208000001")]),
    ("东莞市虎门镇人民政府", 2022, []),
    ("海关总署", 2022, []),
    ("公主岭市人民政府", 2022, []),
    ("教育局", 2022, [("site_code", "2310020001")]),
    ("教育局", 2022, [("site_code", "3208130001")]),
    ("教育局", 2021, [("site_code", "3208290002")]),
]


def frames(which: list[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    reports = pl.DataFrame(
        [(f"r{i}", f"{i}.html", REPORTS[i][0], f"{REPORTS[i][0]}{REPORTS[i][1]}年报告", REPORTS[i][1]) for i in which],
        schema=["report_id", "source_path", "agency_name_printed", "title", "report_year"],
        orient="row",
    )
    evidence = pl.DataFrame(
        [(f"r{i}", kind, value, "p1") for i in which for kind, value in REPORTS[i][2]],
        schema={"report_id": pl.String, "kind": pl.String, "value": pl.String, "locator": pl.String},
        orient="row",
    )
    return reports, evidence


def resolved(which: list[int]) -> AgencyResolution:
    return resolve_agencies(*frames(which))


def ids(which: list[int]) -> dict[str, str]:
    return dict(resolved(which).assignments.select("report_id", "agency_id").iter_rows())


@pytest.fixture(scope="module")
def everything() -> AgencyResolution:
    return resolved(list(range(len(REPORTS))))


def agency(found: AgencyResolution, number: int) -> dict[str, object]:
    identifier = found.assignments.filter(pl.col("report_id") == f"r{number}")["agency_id"][0]
    return found.agencies.row(by_predicate=pl.col("agency_id") == identifier, named=True)


def test_tables_hold_to_their_schemas(everything: AgencyResolution) -> None:
    DimAgency.validate(everything.agencies)
    AgencyHierarchy.validate(everything.hierarchy)
    assert everything.agencies["agency_id"].is_unique().all()
    known = set(everything.agencies["agency_id"])
    assert set(everything.agencies["parent_agency_id"].drop_nulls()) <= known
    assert set(everything.hierarchy["parent_agency_id"]) | set(everything.hierarchy["agency_id"]) <= known


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_files_changes_nothing(everything: AgencyResolution, seed: int) -> None:
    order = list(range(len(REPORTS)))
    random.Random(seed).shuffle(order)
    shuffled = resolved(order)
    assert shuffled.agencies.equals(everything.agencies)
    assert shuffled.hierarchy.equals(everything.hierarchy)
    assert dict(shuffled.assignments.select("report_id", "agency_id").iter_rows()) == ids(list(range(len(REPORTS))))


def test_halves_give_the_identifiers_of_the_whole() -> None:
    order = list(range(len(REPORTS)))
    random.Random(7).shuffle(order)
    middle = len(order) // 2
    assert ids(order[:middle]) | ids(order[middle:]) == ids(order)


def test_one_agency_through_years_and_spellings() -> None:
    found = ids(list(range(len(REPORTS))))
    assert found["r0"] == found["r1"] == found["r2"]
    assert found["r3"] == found["r4"] != found["r5"]
    assert found["r6"] == found["r7"]
    assert len({found["r6"], found["r8"], found["r9"]}) == 3
    assert found["r11"] == found["r12"]
    assert found["r19"] != found["r20"] == found["r21"]


def test_places_and_what_told_them(everything: AgencyResolution) -> None:
    assert agency(everything, 0)["region_code"] == "410183"
    assert agency(everything, 3)["region_code"] == "231002"
    assert (agency(everything, 6)["region_code"], agency(everything, 6)["region_evidence"]) == ("330902", "text")
    assert agency(everything, 9)["region_code"] is None
    assert "nothing tells which" in str(agency(everything, 10)["evidence_detail"])
    assert (agency(everything, 15)["region_code"], agency(everything, 15)["admin_level"]) == ("320800", "municipal")
    assert (agency(everything, 16)["city"], agency(everything, 16)["county"]) == ("东莞市", None)


def parents(found: AgencyResolution, number: int) -> list[str]:
    names = dict(found.agencies.select("agency_id", "agency_name").iter_rows())
    above = dict(found.agencies.select("agency_id", "parent_agency_id").iter_rows())
    at = above[str(agency(found, number)["agency_id"])]
    chain = []
    while at is not None:
        chain.append(names[at])
        at = above[at]
    return chain


@pytest.mark.parametrize(
    ("number", "chain"),
    [
        (0, ["新密市人民政府", "郑州市人民政府", "河南省人民政府"]),
        (4, ["东安区人民政府", "牡丹江市人民政府", "黑龙江省人民政府"]),
        (6, ["定海区人民政府", "舟山市人民政府", "浙江省人民政府"]),
        (9, []),
        (13, ["国家税务总局淮安市税务局", "国家税务总局江苏省税务局", "国家税务总局"]),
        (14, ["郑州市生态环境局", "郑州市人民政府", "河南省人民政府"]),
        (16, ["东莞市人民政府", "广东省人民政府"]),
        (17, []),
    ],
)
def test_parents(everything: AgencyResolution, number: int, chain: list[str]) -> None:
    assert parents(everything, number) == chain


def test_a_moved_county_answered_to_another_city_before(everything: AgencyResolution) -> None:
    names = dict(everything.agencies.select("agency_id", "agency_name").iter_rows())
    mine = everything.hierarchy.filter(pl.col("agency_id") == agency(everything, 18)["agency_id"])
    found = {(names[row[1]], row[2], row[3]) for row in mine.iter_rows()}
    assert found == {("四平市人民政府", None, 2019), ("长春市人民政府", 2020, None)}


def manifest(**values: object) -> pl.DataFrame:
    columns = ("source_path", "source_url", "agency_name", "region_code", "parent_agency", "report_scope")
    return pl.DataFrame([{column: values.get(column) for column in columns}], schema=dict.fromkeys(columns, pl.String))


def test_the_manifest_wins_and_its_contradictions_are_found() -> None:
    reports, evidence = frames([3])
    stated = manifest(
        source_path="3.html",
        agency_name="定海区教育局",
        region_code="330902",
        parent_agency="定海区",
        report_scope="unknown",
    )
    found = resolve_agencies(reports, evidence, stated)
    row = agency(found, 3)
    assert (row["agency_name"], row["region_code"], row["region_evidence"]) == ("定海区教育局", "330902", "manifest")
    assert found.assignments["report_scope"].to_list() == ["unknown"]
    assert parents(found, 3) == ["定海区人民政府", "舟山市人民政府", "浙江省人民政府"]
    assert found.conflicts.select("field", "expected", "actual").rows() == [
        ("agency_name", "定海区教育局", "东安区人民政府办公室"),
        ("region_code", "330902", "231002"),
    ]


def test_a_manifest_that_agrees_changes_no_identifier() -> None:
    reports, evidence = frames([0])
    stated = manifest(source_path="0.html", agency_name="新密市新华路街道办事处", region_code="410183")
    found = resolve_agencies(reports, evidence, stated)
    assert found.assignments["agency_id"][0] == ids([0])["r0"]
    assert found.conflicts.is_empty()


def test_two_agencies_that_call_each_other_parent_have_none() -> None:
    reports, evidence = frames([3, 5])
    stated = pl.concat(
        [
            manifest(source_path="3.html", parent_agency="东安区人民政府"),
            manifest(source_path="5.html", parent_agency="东安区人民政府办公室"),
        ]
    )
    found = resolve_agencies(reports, evidence, stated)
    assert parents(found, 3) == []
    assert parents(found, 5) == []


def test_no_reports_give_empty_tables() -> None:
    found = resolved([])
    DimAgency.validate(found.agencies)
    AgencyHierarchy.validate(found.hierarchy)
    assert found.agencies.is_empty()


def test_a_preface_that_sums_up_other_bodies_makes_the_scope_of_an_office_unknown() -> None:
    reports, _ = frames([4, 13])
    schema = {"report_id": pl.String, "kind": pl.String, "value": pl.String, "locator": pl.String}
    sums_up = [(report, "covers", "综合各乡镇、区政府各部门年度报告", "p1") for report in reports["report_id"]]
    found = resolve_agencies(reports, pl.DataFrame(sums_up, schema=schema, orient="row"))
    assert dict(found.assignments.select("report_id", "report_scope").iter_rows()) == {"r4": "unknown", "r13": "own"}
