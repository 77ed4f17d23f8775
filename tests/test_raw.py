"""The inventory tells what is new, changed, gone or still being written, and follows no one astray."""

from __future__ import annotations

import os
import time
from pathlib import Path

import polars as pl
import pytest

from pipelines.raw import (
    FILE_SCHEMA,
    Inventory,
    RawFolderError,
    list_files,
    opened_as,
    read_inventory,
    take_inventory,
    write_inventory,
)

NOTHING = pl.DataFrame(schema=FILE_SCHEMA)


def put(file: Path, content: bytes = b"x", age: float = 60.0) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (time.time() - age, time.time() - age))
    return file


def paths(raw: Path) -> list[str]:
    return sorted(path for path, _, _ in list_files(raw))


def test_lists_what_may_be_a_report(tmp_path: Path) -> None:
    for name in ("a.txt", "b/c.html", "README.md", ".hidden", "~$d.docx", "b/Thumbs.db", ".git/e.txt"):
        put(tmp_path / name)
    assert paths(tmp_path) == ["a.txt", "b/c.html"]


def test_manifest_corrections_and_reviews_are_notes_and_never_reports(tmp_path: Path) -> None:
    for name in ("a.txt", "manifest.csv", "b/manifest.csv", "corrections.csv", "reviews.csv"):
        put(tmp_path / name)
    inventory = take_inventory(tmp_path, NOTHING, 0.0)
    assert inventory.to_read == ("a.txt",)
    assert inventory.notes == ("b/manifest.csv", "corrections.csv", "manifest.csv", "reviews.csv")


def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/a.txt")
    raw = tmp_path / "raw"
    put(raw / "deep/b.txt")
    (raw / "linked").symlink_to(tmp_path / "elsewhere")
    (raw / "deep/up").symlink_to(raw)
    (raw / "dangling.txt").symlink_to(tmp_path / "nowhere")
    assert paths(raw) == ["deep/b.txt", "linked/a.txt"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert paths(tmp_path) == []


def test_names_that_are_no_utf8_are_spelled_out_and_can_be_opened(tmp_path: Path) -> None:
    name = "报告.txt".encode("gb18030")
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [path] = paths(tmp_path)
    path.encode()
    assert opened_as(tmp_path, path).read_bytes() == b"x"


def test_a_raw_folder_that_is_not_there_is_said_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(RawFolderError, match="--raw"):
        list(list_files(tmp_path / "gone"))


def test_size_or_time_moved_means_read(tmp_path: Path) -> None:
    same, touched, grown = (put(tmp_path / name) for name in ("same", "touched", "grown"))
    known = take_inventory(tmp_path, NOTHING, 0.0).files
    os.utime(touched, (1, 1))
    moment = grown.stat().st_mtime_ns
    grown.write_bytes(b"xy")
    os.utime(grown, ns=(moment, moment))
    put(tmp_path / "new")
    inventory = take_inventory(tmp_path, known, 0.0)
    assert inventory.to_read == ("grown", "new", "touched")
    assert take_inventory(tmp_path, known, 0.0, full_hash=True).to_read == ("grown", "new", "same", "touched")
    same.unlink()
    assert take_inventory(tmp_path, known, 0.0).removed == ("same",)


def test_a_file_still_being_written_waits_and_stays_as_it_was_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(tmp_path / "a.txt")
    put(tmp_path / "b.part")
    known = take_inventory(tmp_path, NOTHING, 0.0).files
    put(file, b"half", age=0.0)
    monkeypatch.setattr(time, "sleep", lambda _seconds: put(file, b"half and more", age=0.0))
    inventory = take_inventory(tmp_path, known, 2.0)
    assert inventory.waiting == ("a.txt", "b.part")
    assert inventory.to_read == ()
    assert inventory.removed == ()
    assert inventory.files.equals(known)


def test_a_fresh_file_that_stands_still_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.txt", age=0.0)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    assert take_inventory(tmp_path, NOTHING, 2.0).to_read == ("a.txt",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_a_folder_that_cannot_be_listed_keeps_what_was_known_in_it(tmp_path: Path) -> None:
    put(tmp_path / "closed/a.txt")
    known = take_inventory(tmp_path, NOTHING, 0.0).files
    (tmp_path / "closed").chmod(0)
    try:
        check_closed(take_inventory(tmp_path, known, 0.0))
    finally:
        (tmp_path / "closed").chmod(0o755)


def test_a_folder_that_fails_keeps_what_was_known_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "closed/a.txt")
    known = take_inventory(tmp_path, NOTHING, 0.0).files
    real = os.scandir

    def scandir(folder: str) -> object:
        if folder.endswith("closed"):
            raise PermissionError(13, "Permission denied", folder)
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    check_closed(take_inventory(tmp_path, known, 0.0))


def check_closed(inventory: Inventory) -> None:
    assert inventory.removed == ()
    assert inventory.to_read == ("closed/",)
    assert inventory.files["file_path"].to_list() == ["closed/", "closed/a.txt"]


def test_an_inventory_is_kept_as_it_was(tmp_path: Path) -> None:
    files = pl.DataFrame([("a", 1, 2), ("b", 3, 4)], schema=FILE_SCHEMA, orient="row")
    inventory = Inventory(files, ("a",), ("gone",), ("b", "unknown"), ("manifest.csv",))
    write_inventory(inventory, tmp_path / "kept.parquet")
    kept = read_inventory(tmp_path / "kept.parquet")
    assert kept.files.equals(files)
    assert (kept.to_read, kept.removed, kept.waiting, kept.notes) == (
        inventory.to_read,
        inventory.removed,
        inventory.waiting,
        inventory.notes,
    )
    with pytest.raises(RawFolderError, match="nightly_ingestion"):
        read_inventory(tmp_path / "missing.parquet")
