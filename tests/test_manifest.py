"""``manifest.csv``: paths, encodings, and rows that cannot be used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.manifest import SCHEMA, read_manifests

HEADER = "source_path,source_url,agency_name,region_code,parent_agency,report_scope,published_on\n"


def write(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    write(tmp_path / "manifest.csv", HEADER + "a.html,,新密市教育局,410183,新密市,own,2022-01-29\n", encoding)
    found = read_manifests(tmp_path)
    assert found.problems == ()
    assert found.rows.rows(named=True) == [
        {
            "source_path": "a.html",
            "source_url": None,
            "agency_name": "新密市教育局",
            "region_code": "410183",
            "parent_agency": "新密市",
            "report_scope": "own",
            "published_on": date(2022, 1, 29),
        }
    ]


def test_paths_are_relative_to_the_manifests_folder_or_to_the_raw_folder(tmp_path: Path) -> None:
    (tmp_path / "x" / "y").mkdir(parents=True)
    for name in ("x/y/a.html", "x/y/b.zip", "x/c.html"):
        (tmp_path / name).touch()
    write(tmp_path / "x" / "manifest.csv", "source_path,agency_name\ny\\a.html,甲\ny/b.zip!/m.html,乙\nx/c.html,丙\n")
    found = read_manifests(tmp_path)
    assert found.rows["source_path"].to_list() == ["x/c.html", "x/y/a.html", "x/y/b.zip!/m.html"]


def test_the_deeper_manifest_holds(tmp_path: Path) -> None:
    write(tmp_path / "manifest.csv", "source_path,agency_name\nx/a.html,甲\n")
    write(tmp_path / "x" / "manifest.csv", "source_path,agency_name\na.html,乙\n")
    assert read_manifests(tmp_path).rows["agency_name"].to_list() == ["乙"]


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    rows = [
        ",,甲,,,,",
        "../a.html,,甲,,,,",
        "/a.html,,甲,,,,",
        "a.html,,甲,41,,everything,yesterday",
    ]
    write(tmp_path / "manifest.csv", HEADER + "\n".join(rows))
    found = read_manifests(tmp_path)
    assert [problem.line for problem in found.problems] == [2, 3, 4, 5, 5, 5]
    (row,) = found.rows.rows(named=True)
    assert (row["agency_name"], row["region_code"], row["report_scope"], row["published_on"]) == (
        "甲",
        None,
        None,
        None,
    )


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"name,other\na,b\n", b"\xff\xfe\x00", b'source_path\n"a'])
def test_damaged_manifests_do_not_stop_the_night(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.csv").write_bytes(content)
    assert read_manifests(tmp_path).rows.schema == SCHEMA


def test_none(tmp_path: Path) -> None:
    found = read_manifests(tmp_path)
    assert found.rows.is_empty()
    assert found.rows.schema == SCHEMA
