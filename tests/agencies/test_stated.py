"""``regions.csv``: divisions that the lists lack, and codes that a manifest states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from pipelines.agencies.names import parse_name
from pipelines.agencies.places import clue_places
from pipelines.agencies.regions import gazetteer, level_of, unlisted, upper_codes, with_divisions
from pipelines.agencies.resolve import AgencyResolution, resolve_agencies
from pipelines.agencies.stated import Stated, stated_divisions, unlisted_codes
from pipelines.checks.notes import read_regions
from pipelines.manifest import SCHEMA

INVENTED = (("990000", "示例省"), ("990100", "云泽市"), ("990121", "岚溪县"))


@pytest.fixture
def invented() -> Iterator[None]:
    """The invented places, in use."""
    with with_divisions(INVENTED):
        yield


def stated(*rows: tuple[str, str]) -> Stated:
    return stated_divisions(
        pl.DataFrame(
            [(line, *row) for line, row in enumerate(rows, 2)],
            schema={"line": pl.Int64, "region_code": pl.String, "name": pl.String},
            orient="row",
        )
    )


def resolved(agency: str, region_code: str | None = None, parent: str | None = None) -> AgencyResolution:
    reports = pl.DataFrame(
        {"report_id": ["r"], "source_path": ["a.html"], "agency_name_printed": [agency], "title": [agency]}
    )
    evidence = pl.DataFrame(schema=dict.fromkeys(("report_id", "kind", "value", "locator"), pl.String))
    row = {"source_path": "a.html", "region_code": region_code, "parent_agency": parent}
    return resolve_agencies(reports, evidence, pl.DataFrame([row], schema=SCHEMA))


def body(resolution: AgencyResolution) -> dict[str, object]:
    (agency_id,) = resolution.assignments["agency_id"]
    return resolution.agencies.row(by_predicate=pl.col("agency_id") == agency_id, named=True)


def test_rows_are_read_in_any_spelling_of_their_heading(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_bytes("区划代码;名称\n990000;示例省\n".encode("gb18030"))
    notes = read_regions(tmp_path / "regions.csv")
    assert stated_divisions(notes.rows) == Stated((("990000", "示例省"),), ())
    assert read_regions(tmp_path / "none.csv").rows.is_empty()


def test_upper_divisions_come_first_whatever_the_order_of_the_lines() -> None:
    assert stated(*reversed(INVENTED)) == Stated(INVENTED, ())


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("9901", "云泽市"), "no code of six digits"),
        (("990100", "Yunze"), "no name of a place"),
        (("990100", ""), "no name of a place"),
        (("990121", "岚溪县"), "state 990100 or 990000 as well"),
        (("410183", "新市"), "the lists have 410183 as 新密市"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: tuple[str, str], told: str) -> None:
    found = stated(row)
    assert found.divisions == ()
    assert told in found.problems[0]
    assert "line 2" in found.problems[0]


def test_a_code_that_is_stated_twice_keeps_its_first_name() -> None:
    found = stated(("990000", "示例省"), ("990000", "样板省"))
    assert found.divisions == (("990000", "示例省"),)
    assert "line 3" in found.problems[0]


@pytest.mark.usefixtures("invented")
def test_a_stated_place_is_known_like_any_other() -> None:
    found = body(resolved("岚溪县水务局"))
    assert [found[key] for key in ("region_code", "province", "city", "county", "admin_level")] == [
        "990121",
        "示例省",
        "云泽市",
        "岚溪县",
        "county",
    ]
    assert found["region_evidence"] == "gazetteer"
    names = resolved("岚溪县水务局").agencies["agency_name"].to_list()
    assert {"岚溪县人民政府", "云泽市人民政府", "示例省人民政府"} < set(names)


def test_what_was_concluded_is_forgotten_with_the_places() -> None:
    assert parse_name("云泽市教育局").places == ()
    with with_divisions(INVENTED):
        assert [place.code for place in parse_name("云泽市教育局").places] == ["990100"]
        assert clue_places("site_code", "9901000001")
    assert parse_name("云泽市教育局").places == ()
    assert clue_places("site_code", "9901000001") == ()


def test_a_stated_place_changes_nothing_of_the_others() -> None:
    before = gazetteer()
    with with_divisions(INVENTED):
        within = gazetteer()
        assert {name: within.by_name[name] for name in before.by_name} == before.by_name
        assert within.townships == before.townships
    assert gazetteer() is before


def test_a_new_district_of_a_city_that_is_known() -> None:
    with with_divisions((("410198", "新郑新区"),)):
        found = body(resolved("新郑新区财政局"))
    assert [found[key] for key in ("region_code", "province", "city", "county")] == [
        "410198",
        "河南省",
        "郑州市",
        "新郑新区",
    ]


def test_a_code_of_the_manifest_that_no_list_has_holds_as_stated() -> None:
    found = body(resolved("天湖新区财政局", "410198"))
    assert [found[key] for key in ("region_code", "region_evidence", "province", "city", "county")] == [
        "410198",
        "manifest",
        "河南省",
        "郑州市",
        None,
    ]
    assert body(resolved("天湖新区财政局"))["region_code"] is None


@pytest.mark.parametrize("agency", ["天湖新区财政局", "天湖新区人民政府", "石桥镇人民政府", "市教育局", "某某"])
@pytest.mark.parametrize("code", ["410198", "419900", "990101", "990000"])
@pytest.mark.parametrize("parent", [None, "市人民政府", "省教育厅"])
def test_no_nameless_place_makes_a_body(agency: str, code: str, parent: str | None) -> None:
    resolution = resolved(agency, code, parent)
    assert body(resolution)["region_code"] == code
    shown = resolution.agencies.filter(~pl.col("agency_name").is_in([agency, parent or ""]))
    assert [name for name in shown["agency_name"] if len(name) < 6] == []


def test_codes_that_no_list_has_are_told() -> None:
    manifest = pl.DataFrame({"region_code": ["410183", None, "990121", "990121"]})
    assert [line[:18] for line in unlisted_codes(manifest)] == ["region_code 990121"]
    with with_divisions(INVENTED):
        assert unlisted_codes(manifest) == []


def test_levels_and_upper_codes() -> None:
    assert [level_of(code) for code in ("990000", "990100", "990121")] == ["province", "prefecture", "county"]
    assert [upper_codes(code) for code in ("990000", "990100", "990121")] == [
        (),
        ("990000",),
        ("990100", "990000"),
    ]
    assert unlisted("410198").within(gazetteer().by_code["410100"][0])
