"""Nights after nights: the warehouse is what a rebuild would give, and stays whole whatever happens."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import parts, stages
from pipelines.expectations import HEALTH
from pipelines.lock import AlreadyRunningError, UnwritableError, run_lock
from pipelines.raw import RawFolderError
from pipelines.warehouse import VerificationError, index_path, publish
from tests.night import Night, night, report_text, whole_night

__all__ = ["night", "whole_night"]

DEPARTMENTS = ("水务局", "民政局", "教育局", "司法局")


def fill(night: Night) -> None:
    for number, department in enumerate(DEPARTMENTS):
        night.put(f"{number}.txt", report_text(department, licences=10 + number))
    night.put("none.txt", "no report")


def corrections(value: int) -> str:
    return f"source_path,cell,value\n0.txt,administrative_license/decisions,{value}\n"


def test_an_unchanged_night_adds_its_run_and_nothing_else(whole_night: Night) -> None:
    night = whole_night
    fill(night)
    first = night.run().about
    before = night.contents()
    second = night.run().about
    assert night.told["parsed"] == 0
    assert night.contents() == before
    assert second["fingerprint"] == first["fingerprint"]
    runs = night.ask(
        "SELECT files_new, files_unchanged, files_parsed, reports_loaded FROM ingest_run ORDER BY started_at"
    )
    assert runs == [(5, 0, 5, 4), (0, 5, 0, 4)]


def test_nights_of_change_give_what_a_rebuild_gives(
    whole_night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = whole_night
    monkeypatch.setattr(parts, "SMALL_PART", 0)
    fill(night)
    night.run()
    (night.raw / "1.txt").rename(night.raw / "moved.txt")
    night.put("new.txt", report_text("财政局"))
    night.put("none.txt", report_text("审计局"), age=30)
    night.run()
    night.put("new.txt", "no report", age=20)
    night.put("new.txt", report_text("财政局"), age=60)
    night.run()
    rebuilt = Night(tmp_path / "again")
    shutil.rmtree(rebuilt.raw)
    shutil.copytree(night.raw, rebuilt.raw)
    rebuilt.run()
    ours, theirs = night.contents(), rebuilt.contents()
    assert {name: rows for name, rows in ours.items() if rows != theirs[name]} == {}


def test_the_same_parts_give_the_same_file_again(whole_night: Night) -> None:
    night = whole_night
    fill(night)
    night.run()
    night.put("0.txt", report_text(licences=99), age=30)
    (night.raw / "1.txt").unlink()
    night.run()
    before = night.contents()
    index_path(night.settings.warehouse).unlink()
    night.settings.warehouse.unlink()
    night.run()
    assert night.told["parsed"] == 0
    assert night.contents() == before


def test_a_changed_file_gives_a_version_and_revisions(night: Night) -> None:
    fill(night)
    night.run()
    night.put("0.txt", report_text(licences=77), age=30)
    night.run()
    assert night.ask("SELECT cell, previous_value, value FROM revision") == [
        ("administrative_license/decisions", 10.0, 77.0)
    ]
    rows = night.ask("SELECT version, is_current, in_raw FROM dim_report WHERE source_path = '0.txt' ORDER BY version")
    assert rows == [(1, False, False), (2, True, True)]
    night.put("0.txt", report_text(licences=10), age=20)
    night.run()
    rows = night.ask("SELECT version, is_current, in_raw FROM dim_report WHERE source_path = '0.txt' ORDER BY version")
    assert rows == [(1, True, True), (2, False, False)]


def test_a_removed_file_is_out_of_raw_and_still_current(night: Night) -> None:
    fill(night)
    night.run()
    (night.raw / "0.txt").unlink()
    night.run()
    assert night.ask("SELECT is_current, in_raw FROM dim_report WHERE source_path = '0.txt'") == [(True, False)]
    assert night.one("SELECT files_removed FROM ingest_run ORDER BY started_at DESC LIMIT 1") == 1


@pytest.mark.parametrize(
    ("name", "content", "query"),
    [
        ("corrections.csv", corrections(4242), "SELECT count(*) FROM fact_proactive_disclosure WHERE value = 4242"),
        (
            "manifest.csv",
            "source_path,source_url\n0.txt,https://www.example.gov.cn/1\n",
            "SELECT count(*) FROM dim_report WHERE source_url = 'https://www.example.gov.cn/1'",
        ),
        (
            "regions.csv",
            "region_code,name\n990000,示例省\n990021,岚溪县\n",
            "SELECT count(DISTINCT province) FROM dim_agency WHERE region_code = '990021'",
        ),
    ],
)
def test_what_people_keep_beside_the_reports_alone_makes_a_new_warehouse(
    night: Night, name: str, content: str, query: str
) -> None:
    fill(night)
    night.run()
    assert night.one(query) == 0
    night.put(name, content)
    night.run()
    assert night.told["parsed"] == 0
    assert night.one(query) == 1
    (night.raw / name).unlink()
    night.run()
    assert night.one(query) == 0


def test_a_correction_is_what_the_rules_see_and_leaves_the_print(night: Night) -> None:
    fill(night)
    night.put("corrections.csv", "source_path,cell,value\n0.txt,new_received/total,12\n")
    night.run()
    cell = night.ask(
        "SELECT value, value_raw, value_status FROM fact_application JOIN dim_report USING (report_id) "
        "WHERE source_path = '0.txt' AND item_code = 'new_received' AND applicant_code = 'total'"
    )
    assert cell == [(12.0, "11", "corrected")]
    found = night.ask(
        "SELECT DISTINCT source_path FROM dq_issue JOIN dim_report USING (report_id) WHERE rule_code = 'applicant_sum'"
    )
    assert found == [("0.txt",)]
    assert night.one("SELECT count(*) FROM fact_application") == 4 * 175


def test_what_cannot_be_used_of_notes_is_told_and_stays_told(night: Night) -> None:
    fill(night)
    night.put("manifest.csv", "source_path,region_code\n0.txt,123\n")
    night.put("corrections.csv", "source_path,cell,value\nnowhere.txt,new_received/total,1\n0.txt,no/cell,1\n")
    night.put("reviews.csv", "source_path,rule_code,verdict\n0.txt,no_such_rule,confirmed\n")
    night.put("regions.csv", "region_code,name\n410183,岚溪县\n")
    for _ in range(2):
        problems = " ".join(night.run().about["problems"])
        for told in ("regions.csv, line 2", "region_code '123'", "no such report", "no such cell", "unknown rule_code"):
            assert told in problems


def test_a_second_run_is_refused_at_once_with_the_first_ones_process(night: Night) -> None:
    told = rf"process {os.getpid()}, started 20\d\d-"
    with run_lock(night.settings.state_dir), pytest.raises(AlreadyRunningError, match=told):
        night.run()
    fill(night)
    night.run()


def test_a_lock_left_by_a_killed_run_stops_nothing(night: Night) -> None:
    fill(night)
    night.settings.state_dir.mkdir(parents=True)
    (night.settings.state_dir / "lock").write_text(json.dumps({"pid": 1, "started_at": "long ago"}))
    night.run()


def test_readers_keep_what_they_opened_and_new_ones_see_the_new(night: Night) -> None:
    fill(night)
    night.run()
    reader = duckdb.connect(str(night.settings.warehouse), read_only=True)
    night.put("new.txt", report_text("财政局"))
    night.run()
    assert reader.execute("SELECT count(*) FROM dim_report").fetchall() == [(4,)]
    reader.close()
    assert night.one("SELECT count(*) FROM dim_report") == 5


def test_a_stale_log_beside_the_warehouse_is_not_replayed(night: Night) -> None:
    fill(night)
    night.run()
    target = night.settings.warehouse
    child = os.fork()
    if child == 0:
        connection = duckdb.connect(str(target))
        connection.execute("SET checkpoint_threshold = '1TB'")
        connection.execute("INSERT INTO quarantine BY NAME SELECT * FROM quarantine")
        os._exit(0)
    os.waitpid(child, 0)
    assert Path(f"{target}.wal").exists()
    night.run()
    assert not Path(f"{target}.wal").exists()
    assert night.one("SELECT count(*) FROM quarantine") == 1


def test_what_somebody_wrote_into_the_published_file_is_gone_the_next_night(night: Night) -> None:
    fill(night)
    night.run()
    with duckdb.connect(str(night.settings.warehouse)) as connection:
        connection.execute("DELETE FROM fact_application")
    night.run()
    assert night.one("SELECT count(*) FROM fact_application") == 4 * 175


def test_marts_are_read_from_a_copy_while_somebody_has_the_file_open_for_writing(
    whole_night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = whole_night
    fill(night)
    night.run()
    real = duckdb.connect

    def held(path: str, **options: object) -> duckdb.DuckDBPyConnection:
        if path == str(night.settings.warehouse):
            raise duckdb.IOException("Could not set lock on file")
        return real(path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(duckdb, "connect", held)
    for _ in range(2):
        assert stages.stage_marts(night.settings)["mart_report"] == 4
    assert not (night.settings.state_dir / "copy.duckdb").exists()


def test_a_vanished_folder_fails_and_leaves_everything(night: Night) -> None:
    fill(night)
    night.run()
    before = night.contents()
    shutil.move(night.raw, night.raw.with_name("elsewhere"))
    with pytest.raises(RawFolderError):
        night.run()
    assert night.contents() == before
    shutil.move(night.raw.with_name("elsewhere"), night.raw)
    night.run()
    assert night.told["parsed"] == 0


def test_notes_that_go_with_their_folder_during_a_night_are_not_taken_for_none(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(night)
    night.put("corrections.csv", corrections(4242))
    night.run()
    before = night.contents()
    night.put("0.txt", report_text(licences=50), age=30)
    real = stages.stage_checks

    def gone(*arguments: Any) -> Any:
        (night.raw / "corrections.csv").unlink()
        return real(*arguments)

    monkeypatch.setattr(stages, "stage_checks", gone)
    with pytest.raises(RawFolderError, match="went while the run went on"):
        night.run()
    assert night.contents() == before


def test_a_target_that_cannot_be_published_fails_before_the_work(night: Night) -> None:
    night.settings.warehouse.mkdir(parents=True)
    with pytest.raises(VerificationError, match="is a folder"):
        night.run()
    night.settings.warehouse.rmdir()
    shutil.rmtree(night.settings.state_dir)
    night.settings.state_dir.write_text("")
    with pytest.raises(UnwritableError, match="make it writable"):
        night.run()


@pytest.mark.parametrize("where", ["stage_facts", "create_marts", "publish"])
def test_a_night_that_breaks_anywhere_leaves_the_warehouse_and_the_next_one_finishes(
    whole_night: Night, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    night = whole_night
    fill(night)
    night.run()
    before = night.contents()
    night.put("0.txt", report_text(licences=50), age=30)

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(f"pipelines.{'warehouse' if where == 'publish' else 'stages'}.{where}", broken)
        with pytest.raises(OSError, match="No space left"):
            night.run()
    assert night.contents() == before
    night.run()
    assert night.told["parsed"] == 0
    assert night.one("SELECT value FROM fact_proactive_disclosure WHERE value = 50") == 50


@pytest.mark.parametrize("published_before", [True, False])
def test_the_files_of_a_night_that_published_nothing_count_in_the_next(
    night: Night, monkeypatch: pytest.MonkeyPatch, *, published_before: bool
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if published_before:
        night.put("0.txt", report_text("水务局"))
        night.run()
    night.put("1.txt", report_text("财政局"))
    for number in range(2):
        with monkeypatch.context() as patch:
            patch.setattr("pipelines.warehouse.publish", broken)
            with pytest.raises(OSError, match="No space left"):
                night.run()
        night.put(f"more{number}.txt", report_text(f"第{number}局"), age=30)
    night.run()
    told = "SELECT (files_new, files_unchanged, files_parsed) FROM ingest_run ORDER BY started_at DESC LIMIT 1"
    assert night.one(told) == (3, int(published_before), 3)
    night.put("last.txt", report_text("审计局"), age=20)
    night.run()
    assert night.one(told) == (1, 3 + int(published_before), 1)


def test_a_file_that_the_disk_does_not_hold_whole_is_not_published(
    whole_night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = whole_night
    fill(night)
    night.run()
    before = night.contents()
    night.put("0.txt", report_text(licences=50), age=30)
    built = night.settings.next_warehouse
    real = stages.measured

    def lost(*arguments: Any) -> Any:
        found = real(*arguments)
        arguments[1].execute("DROP VIEW mart_report")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(stages, "measured", lost)
        with pytest.raises(VerificationError, match=r"not written whole \(mart_report\)"):
            night.run()
    Path(f"{built}.wal").write_bytes(b"rest")
    with pytest.raises(VerificationError, match="not written whole"):
        publish(built, night.settings.warehouse, {})
    assert night.contents() == before
    night.run()
    assert night.one("SELECT count(*) FROM mart_report") == 4


def test_half_of_the_reports_gone_is_not_published(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HEALTH, "from_reports", 4)
    fill(night)
    night.run()
    before = night.contents()
    for name in ("0.txt", "1.txt", "2.txt"):
        night.put(name, "the site shows an error page", age=30)
    with pytest.raises(VerificationError, match="1 reports in the raw folder, 4 when it was last published"):
        night.run()
    assert night.contents() == before
    night.run(accept_fewer=True)
    assert night.one("SELECT count(*) FROM quarantine") == 4


def wrong_sums(night: Night) -> None:
    for number, department in enumerate(DEPARTMENTS):
        night.put(f"{number}.txt", report_text(department).replace("0\t0\t11", "0\t0\t99"), age=30)


@pytest.mark.parametrize(
    ("bound", "reason"),
    [
        ({"least_known_cells": 1.01}, "only 700 of 700 cells of the applications matrix could be read"),
        ({"error_rule_from_reports": 4}, "the rule applicant_sum fires on 4 of 4 reports"),
        ({"most_parser_errors": -1.0}, "the parser failed on 0 of 5 files"),
    ],
)
def test_a_sick_run_is_not_published(
    night: Night, monkeypatch: pytest.MonkeyPatch, bound: dict[str, float], reason: str
) -> None:
    fill(night)
    night.run()
    before = night.contents()
    wrong_sums(night)
    for name, value in {"from_reports": 4, **bound}.items():
        monkeypatch.setitem(HEALTH, name, value)  # type: ignore[misc]
    with pytest.raises(VerificationError, match=reason):
        night.run()
    assert night.contents() == before


def test_the_index_says_what_was_published(night: Night) -> None:
    fill(night)
    night.run()
    index = json.loads(index_path(night.settings.warehouse).read_text(encoding="utf-8"))
    assert index["tables"]["dim_report"] == 4
    assert index["bytes"] == night.settings.warehouse.stat().st_size
    assert len(index["sha256"]) == 64
    assert index["reports_in_raw"] == 4


def test_runs_are_compared_with_the_last_ten(night: Night) -> None:
    fill(night)
    for _ in range(3):
        assert all(trend.passed and trend.median is None for trend in night.run().trends)
    for number in range(3):
        night.put(f"{number}.txt", "no report", age=30)
    trends = {trend.name: trend for trend in night.run().trends}
    assert not trends["reports_in_raw"].passed
    assert not trends["quarantine_share"].passed
    assert trends["known_share"].passed
    assert (trends["reports_in_raw"].value, trends["reports_in_raw"].median) == (1, 4)
