"""What changed is read, once; what did not is not; and the versions tell the story."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import ingest, parts, version
from pipelines.parse import parse_chunk
from pipelines.raw import RawFolderError
from pipelines.state import StateError
from pipelines.workers import run_chunks
from tests.night import Night, night, report_text, whole_night

__all__ = ["night", "whole_night"]

COUNTED = ("seen", "new", "changed", "unchanged", "removed", "renamed", "waiting", "parsed")


def packed(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return stream.getvalue()


def counted(told: dict[str, int]) -> dict[str, int]:
    return {name: told[name] for name in COUNTED if told[name]}


def versions(night: Night) -> list[tuple[str, int, bool]]:
    return night.state.versions.select("source_path", "version", "in_raw").rows()


def test_an_unchanged_folder_is_not_read_again(night: Night) -> None:
    night.put("a.txt", report_text())
    night.put("b.txt", "no report")
    assert counted(night.read()) == {"seen": 2, "new": 2, "parsed": 2}
    first = night.state
    assert counted(night.read()) == {"seen": 2, "unchanged": 2}
    assert night.state.equals(first)
    assert night.state.generation == first.generation


def test_a_changed_file_is_a_new_version_and_the_old_one_is_kept(night: Night) -> None:
    night.put("a.txt", report_text(licences=1))
    night.read()
    night.put("a.txt", report_text(licences=2))
    assert counted(night.read()) == {"seen": 1, "changed": 1, "parsed": 1}
    assert versions(night) == [("a.txt", 1, False), ("a.txt", 2, True)]


def test_bytes_that_come_back_are_the_version_they_were(night: Night) -> None:
    for licences in (1, 2, 1):
        night.put("a.txt", report_text(licences=licences), age=60 + licences)
        night.read()
    assert versions(night) == [("a.txt", 1, True), ("a.txt", 2, False)]


def test_a_touched_file_is_not_parsed_and_changes_nothing(night: Night) -> None:
    night.put("a.zip", packed({"x.txt": report_text()}))
    night.read()
    before = night.state
    os.utime(night.raw / "a.zip", (1, 1))
    assert counted(night.read()) == {"seen": 1, "unchanged": 1}
    assert night.state.content() == before.content()
    assert counted(night.read()) == {"seen": 1, "unchanged": 1}


def test_only_a_full_hash_sees_bytes_behind_the_same_size_and_time(night: Night) -> None:
    file = night.put("a.txt", report_text(licences=111))
    night.read()
    moment = file.stat().st_mtime_ns
    file.write_text(report_text(licences=222), encoding="utf-8")
    os.utime(file, ns=(moment, moment))
    assert counted(night.read()) == {"seen": 1, "unchanged": 1}
    assert counted(night.read(full_hash=True)) == {"seen": 1, "changed": 1, "parsed": 1}


def test_a_removed_file_leaves_its_report_marked(night: Night) -> None:
    night.put("a.txt", report_text())
    night.put("b.txt", "no report")
    night.read()
    (night.raw / "a.txt").unlink()
    (night.raw / "b.txt").unlink()
    assert counted(night.read()) == {"removed": 2}
    assert versions(night) == [("a.txt", 1, False)]
    assert night.state.outcomes.is_empty()
    assert counted(night.read()) == {}


def test_a_renamed_file_leaves_no_ghost(night: Night) -> None:
    night.put("a.txt", report_text())
    night.read()
    (night.raw / "a.txt").rename(night.raw / "b.txt")
    assert counted(night.read()) == {"seen": 1, "renamed": 1, "parsed": 1}
    assert versions(night) == [("b.txt", 1, True)]


def test_of_two_equal_files_the_one_that_goes_is_marked_as_gone(night: Night) -> None:
    night.put("a.txt", report_text())
    night.put("b.txt", report_text())
    night.read()
    (night.raw / "a.txt").unlink()
    night.read()
    assert versions(night) == [("a.txt", 1, False), ("b.txt", 1, True)]


def test_an_archive_that_loses_a_member(night: Night) -> None:
    members = {"x.txt": report_text(), "y.txt": report_text("民政局")}
    night.put("a.zip", packed(members))
    assert counted(night.read()) == {"seen": 2, "new": 2, "parsed": 2}
    night.put("a.zip", packed({"x.txt": members["x.txt"]}), age=30)
    assert counted(night.read()) == {"seen": 1, "unchanged": 1, "removed": 1, "parsed": 1}
    assert versions(night) == [("a.zip!/x.txt", 1, True), ("a.zip!/y.txt", 1, False)]


def test_members_of_one_name_are_both_kept(night: Night) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x.txt", report_text())
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x.txt", report_text("民政局"))
    night.put("a.zip", stream.getvalue())
    night.read()
    assert [path for path, _, _ in versions(night)] == ["a.zip!/x.txt", "a.zip!/x.txt#2"]


def test_a_path_that_gave_a_report_and_now_gives_none(night: Night) -> None:
    night.put("a.txt", report_text())
    night.read()
    night.put("a.txt", "no report any more", age=30)
    assert night.read()["quarantined"] == {"not_a_report": 1}
    assert versions(night) == [("a.txt", 1, False)]


def test_a_file_in_writing_keeps_its_report_and_is_forgotten_when_it_goes(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.put("a.txt", report_text())
    night.read()
    file = night.put("a.txt", "half", age=0.0)
    monkeypatch.setattr("pipelines.raw.time.sleep", lambda _seconds: file.write_text("half and more"))
    assert counted(night.read(settle_seconds=5.0)) == {"seen": 1, "unchanged": 1, "waiting": 1}
    assert versions(night) == [("a.txt", 1, True)]
    file.unlink()
    night.read()
    assert versions(night) == [("a.txt", 1, False)]


def test_a_file_that_changes_while_it_is_read_is_new_the_next_night(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = night.put("a.txt", report_text())
    real, looks = os.fstat, []

    def fstat(handle: int) -> os.stat_result:
        looks.append(handle)
        if len(looks) == 2:
            with file.open("a") as stream:
                stream.write("\n")
        return real(handle)

    monkeypatch.setattr("pipelines.parse.os.fstat", fstat)
    assert counted(night.read()) == {"waiting": 1}
    assert night.state.files.is_empty()
    assert counted(night.read()) == {"seen": 1, "new": 1, "parsed": 1}


def test_a_file_that_may_not_be_read_is_tried_again(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.put("a.txt", report_text())
    real = Path.open

    def refused(path: Path, *arguments: Any, **named: Any) -> object:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refused)
        assert night.read()["quarantined"] == {"unreadable": 1}
    assert counted(night.read()) == {"seen": 1, "changed": 1, "parsed": 1}


def test_another_parser_reads_everything_again_and_forgets_what_it_refuses(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.put("a.txt", report_text())
    night.read()
    monkeypatch.setattr(ingest, "parser_version", lambda: "another")
    monkeypatch.setattr(ingest, "reading_version", lambda: "another")
    monkeypatch.setattr("pipelines.report.read_report", lambda *_: 1 / 0)
    assert night.read()["quarantined"] == {"parser_error": 1}
    assert versions(night) == []
    assert counted(night.read()) == {"seen": 1, "unchanged": 1}


def test_a_label_that_was_added_is_tried_only_where_something_was_missing(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.put("whole.txt", report_text())
    night.put("partial.txt", report_text("民政局").replace("行政许可\t159\n", ""))
    night.put("none.txt", "no report")
    night.read()
    lines = version.label_lines()
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "label_lines", lambda: (*lines, "one more"))
        assert night.read()["parsed"] == 2
        assert night.read()["parsed"] == 0
    assert night.read()["parsed"] == 3, "a label that went may have been what was matched"


def test_what_becomes_readable_by_an_installation_is_tried_again(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.put("whole.txt", report_text())
    night.put("none.txt", "no report")
    night.read()
    monkeypatch.setattr(ingest, "abilities", lambda: ("reading minds",))
    assert night.read()["parsed"] == 1
    assert night.read()["parsed"] == 0


def test_what_a_killed_run_had_read_is_not_read_again(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        night.put(f"{number:02}.txt", report_text(licences=number))

    def killed(*arguments: object) -> object:
        yield next(run_chunks(*arguments))  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "run_chunks", killed)
        with pytest.raises(KeyboardInterrupt):
            night.read()
    assert night.state.generation == 0
    night.put("00.txt", report_text("民政局"), age=5)
    seen = []

    def watched(chunks: list[ingest.Chunk], *arguments: object) -> object:
        seen.extend(path for chunk in chunks for path in chunk.paths)
        return run_chunks(chunks, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest, "run_chunks", watched)
    assert counted(night.read()) == {"seen": 20, "new": 20, "parsed": 20}
    assert 0 < len(seen) < 20
    assert "00.txt" in seen
    assert {path.name for path in night.settings.parts_dir.iterdir()} == set(night.state.versions["part"])


@pytest.mark.parametrize("is_written", [True, False])
def test_a_part_that_a_killed_run_did_not_finish_is_no_part(night: Night, is_written: bool) -> None:
    """Killed while the last table was written, or before the folder got its name."""
    night.put("00.txt", report_text())

    def killed(self: Path, target: Path) -> Path:
        if self.name.endswith(".building"):
            raise KeyboardInterrupt
        return rename(self, target)

    rename = Path.rename
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        patch.setattr(ingest, "run_chunks", lambda chunks, *_: ((chunk, parse_chunk(chunk)) for chunk in chunks))
        with pytest.raises(KeyboardInterrupt):
            night.read()
    [left] = night.settings.parts_dir.glob(f"*.building/{ingest.OUTCOMES_FILE}")
    if not is_written:
        left.write_bytes(b"PAR1")
    assert night.read()["parsed"] == 1
    assert [path.name for path in night.settings.parts_dir.iterdir()] == night.state.versions["part"].to_list()
    assert not night.state.versions["part"].str.contains("building").any()


def test_parts_are_joined_and_leftovers_go(night: Night) -> None:
    for number in range(4):
        night.put(f"{number}.txt", report_text(licences=number))
        night.read()
    (night.settings.parts_dir / "left.building").mkdir()
    night.put("0.txt", report_text("民政局"), age=5)
    night.read()
    assert night.state.versions["part"].n_unique() == 1
    assert len(list(night.settings.parts_dir.iterdir())) == 1
    facts = parts.scan_table(night.settings, night.state.versions, "fact_review_litigation").collect()
    assert facts.group_by("report_id").len()["len"].to_list() == [15] * 5


def test_reports_read_again_are_not_there_twice(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "SMALL_PART", 0)
    for number in range(9):
        night.put(f"{number}.txt", report_text(licences=number))
    night.read()
    night.put("0.txt", report_text("民政局"), age=5)
    night.read()
    (night.raw / "1.txt").rename(night.raw / "renamed.txt")
    night.read()
    facts = parts.scan_table(night.settings, night.state.versions, "fact_review_litigation").collect()
    assert facts.group_by("report_id").len()["len"].to_list() == [15] * 10
    assert facts["report_id"].is_in(night.state.versions["report_id"].implode()).all()


def test_a_part_of_an_earlier_release_gets_the_columns_of_today(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.put("a.txt", report_text())
    night.read()
    (night.raw / "a.txt").unlink()
    night.put("b.txt", report_text("民政局"))
    [part] = [path for path in night.settings.parts_dir.iterdir() if path.is_dir()]
    file = part / "report_section.parquet"
    pl.read_parquet(file).drop("heading").with_columns(pl.lit(1).alias("old")).write_parquet(file)
    (part / "claim.parquet").unlink()
    monkeypatch.setattr(ingest, "parser_version", lambda: "another")
    night.read()
    sections = parts.scan_table(night.settings, night.state.versions, "report_section").collect()
    assert sections["heading"].null_count() == 6
    assert sections.height == 12


def test_a_folder_that_lost_most_of_its_files_is_refused(night: Night) -> None:
    files = [night.put(f"{number:02}.txt", f"no report {number}") for number in range(24)]
    night.read()
    before = night.state
    for file in files[:13]:
        file.unlink()
    with pytest.raises(RawFolderError, match="13 of the 24 files"):
        night.read()
    assert night.state.equals(before)
    assert night.read(accept_fewer=True)["removed"] == 13


def test_a_damaged_memory_is_said_and_not_taken_for_an_empty_one(night: Night) -> None:
    night.put("a.txt", report_text())
    night.read()
    [home] = (night.settings.state_dir / "generations").iterdir()
    (home / "versions.parquet").write_bytes(b"PAR1")
    with pytest.raises(StateError, match="delete it to read every file again"):
        night.read()
