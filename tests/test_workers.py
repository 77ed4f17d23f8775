"""A file that crashes, hangs or floods its worker costs itself only."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from pipelines import parse, workers
from pipelines.parse import Chunk, Outcome, parse_chunk, parse_file
from pipelines.report import read_report
from pipelines.report.model import Report
from pipelines.workers import WorkersError, chunk_size, executor_maker, run_chunks

BASE = Path(__file__).parent.parent / "data/raw/yunze/lanxi/water/2021.txt"


def report_text(department: str = "水务局") -> str:
    return BASE.read_text(encoding="utf-8").replace("水务局", department)


def deadly(chunk: Chunk) -> list[Outcome]:
    """Stands for parsing: a path named ``bad`` ends the process, as a crash in native code does."""
    Path(chunk.folder).parent.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(chunk.paths):
        chunk.marker.write_bytes(b"%d\n" % number)
        if path.startswith("bad"):
            os.kill(os.getpid(), signal.SIGKILL)
    chunk.marker.unlink()
    return [Outcome(path, path, "0", "0", None, "not_a_report", None) for path in chunk.paths]


def hanging(chunk: Chunk) -> list[Outcome]:
    """Stands for native code that never returns: the interrupt of Python's own is not heard."""
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    chunk.marker.parent.mkdir(parents=True, exist_ok=True)
    chunk.marker.write_bytes(b"0\n")
    parse.GRACE = 0.0
    with parse._bounded(0.01):
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        signal.pause()
    return []


def dying_at_once(_chunk: Chunk) -> list[Outcome]:
    os._exit(1)


def chunks(tmp_path: Path, *groups: tuple[str, ...]) -> list[Chunk]:
    return [Chunk("", group, str(tmp_path / "parts" / str(number)), 5.0) for number, group in enumerate(groups)]


def test_only_the_guilty_file_is_left_out(tmp_path: Path) -> None:
    work = chunks(tmp_path, ("a", "b", "bad", "c"), ("d", "e"))
    done = list(run_chunks(work, executor_maker(1, 8 << 30), 1, deadly))
    outcomes = {outcome.source_path: outcome.reason_code for _, found in done for outcome in found}
    guilty = {path for path, reason in outcomes.items() if reason == "parser_error"}
    assert guilty == {"bad"}
    assert set(outcomes) == {"a", "b", "c", "d", "e", *guilty}
    assert sum(len(found) for _, found in done) == len(outcomes)


def test_a_file_that_hangs_in_native_code_is_left_out(tmp_path: Path) -> None:
    [(_, [outcome])] = run_chunks(chunks(tmp_path, ("a",)), executor_maker(1, 8 << 30), 1, hanging)
    assert (outcome.source_path, outcome.reason_code) == ("a", "parser_error")


def test_workers_that_never_live_end_the_run_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST_FRUITLESS", 1)
    with pytest.raises(WorkersError, match="memory"):
        list(run_chunks(chunks(tmp_path, ("a",)), executor_maker(1, 8 << 30), 1, dying_at_once))


def test_chunks_are_neither_tiny_nor_huge() -> None:
    assert chunk_size(3, 2) == 8
    assert chunk_size(1200, 2) == 100
    assert chunk_size(10**6, 2) == 1500


def test_a_part_appears_whole_with_its_outcomes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(report_text(), encoding="utf-8")
    (tmp_path / "b.txt").write_text("no report", encoding="utf-8")
    chunk = Chunk(str(tmp_path), ("a.txt", "b.txt", "gone.txt"), str(tmp_path / "parts" / "1"), 60.0)
    outcomes = parse_chunk(chunk)
    assert [outcome.reason_code for outcome in outcomes] == [None, "not_a_report", "waiting"]
    assert [path.name for path in (tmp_path / "parts").iterdir()] == ["1"]
    assert pl.read_parquet(tmp_path / "parts/1/outcomes.parquet").height == 3
    assert pl.read_parquet(tmp_path / "parts/1/fact_application.parquet").height == 175


def test_a_file_that_takes_too_long_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow.txt").write_text(report_text(), encoding="utf-8")

    def endless(*_: object) -> Report:
        while True:
            try:
                sum(range(1000))
            except Exception:  # noqa: BLE001 - as careless libraries do
                continue

    monkeypatch.setattr("pipelines.report.read_report", endless)
    [(outcome, report)] = parse_file(tmp_path, "slow.txt", 0.2)
    assert report is None
    assert outcome.reason_code == "too_large"
    assert "0.2 seconds" in (outcome.detail or "")


def test_a_file_that_changes_while_it_is_read_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    file.write_text(report_text(), encoding="utf-8")
    real = os.fstat
    looks = []

    def fstat(handle: int) -> os.stat_result:
        looks.append(handle)
        if len(looks) == 2:
            file.write_text("half", encoding="utf-8")
        return real(handle)

    monkeypatch.setattr(os, "fstat", fstat)
    [(outcome, _)] = parse_file(tmp_path, "a.txt", 60.0)
    assert outcome.reason_code == "waiting"


def test_a_report_that_has_no_place_in_the_tables_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, department in (("a.txt", "水务局"), ("b.txt", "民政局")):
        (tmp_path / name).write_text(report_text(department), encoding="utf-8")

    def poisoned(*arguments: object) -> Report:
        report = read_report(*arguments)  # type: ignore[arg-type]
        if report.identity.agency_name.endswith("民政局"):
            object.__setattr__(report, "identity", report.identity._replace(title="\ud800", report_year=10**12))
        return report

    monkeypatch.setattr("pipelines.report.read_report", poisoned)
    outcomes = parse_chunk(Chunk(str(tmp_path), ("a.txt", "b.txt"), str(tmp_path / "parts/1"), 60.0))
    assert [outcome.reason_code for outcome in outcomes] == [None, "parser_error"]
    assert pl.read_parquet(tmp_path / "parts/1/parsed.parquet").height == 1


def test_threads_of_a_cluster_read_as_processes_do(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(report_text(), encoding="utf-8")
    chunk = Chunk(str(tmp_path), ("a.txt",), str(tmp_path / "parts/1"), 60.0)
    [(_, [outcome])] = run_chunks([chunk], lambda: ThreadPoolExecutor(1), 1)
    assert outcome.report_id is not None
