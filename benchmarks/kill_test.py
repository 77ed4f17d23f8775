"""Kills the job at random moments, takes its disk and its raw folder away, and looks at what is left.

    python -m benchmarks.kill_test [--rounds 100] [--seed 1] [--reports 60] [--work DIR] [--finish-every 10]

Each round changes the raw folder, starts a run in a process group of its own, and kills the whole group
with SIGKILL after a random time; now and then all memory of earlier runs is deleted first, so that whole
runs are hit as well. A reader opens the published file again and again and counts what does not fit
together. Every tenth round the run may finish and its warehouse is compared with a rebuild from nothing.
Then: disk full and read-only target (both on a small tmpfs, for root only), raw folder gone, files
replaced while they are read. Ends with 1 if anything was ever wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parent.parent
OF_TIME = {"first_seen_at", "loaded_at", "seen_at", "version", "currency_reason"}
WITHIN = (
    *("application_balance", "disposition_sum", "applicant_sum", "review_sum", "missing_table", "missing_cell"),
    *("unreadable_value", "row_width_mismatch", "missing_section", "empty_section", "fee_statement_missing"),
)
"""Rules that look at one report only: the others also see reports whose files are gone."""
WHOLE = """
    SELECT (SELECT count(*) FROM dim_report)
         = (SELECT reports_loaded FROM ingest_run ORDER BY started_at DESC, finished_at DESC LIMIT 1)
       AND (SELECT count(*) FROM fact_review_litigation) = 15 * (SELECT count(*) FROM dim_report)
       AND (SELECT count(*) FROM mart_report) <= (SELECT count(*) FROM dim_report)
       AND NOT EXISTS (FROM fact_application ANTI JOIN dim_report USING (report_id))
"""


def night(raw: Path, warehouse: Path) -> None:
    """One run, as the job does it; called in a process of its own."""
    from pipelines import stages  # noqa: PLC0415 - the parent needs none of it
    from pipelines.ingest import utc_now  # noqa: PLC0415
    from pipelines.lock import run_lock  # noqa: PLC0415
    from pipelines.settings import Settings  # noqa: PLC0415

    settings = Settings(raw, warehouse, 1, settle_seconds=0.2, accept_fewer=True)
    with run_lock(settings.state_dir):
        started = utc_now()
        stages.stage_raw(settings)
        stages.stage_documents(settings)
        loaded = stages.stage_facts(settings)
        if loaded.broken:
            raise SystemExit(str(loaded.broken))
        stages.stage_checks(settings)
        stages.stage_warehouse(settings, f"run-{time.time_ns()}", started)


class Tried:
    """A raw folder, its warehouse, and what was seen."""

    def __init__(self, work: Path, seed: int, reports: int) -> None:
        self.raw, self.warehouse = work / "raw", work / "house" / "gongkai.duckdb"
        self.work, self.rng, self.seen = work, random.Random(seed), Counter[str]()
        self.shelf = work / "shelf"
        command = ["-m", "benchmarks.country", "--reports", str(reports), "--out", str(self.shelf), "--seed", str(seed)]
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        self.files = sorted(path for path in self.shelf.rglob("*") if path.is_file())
        self.raw.mkdir()
        for file in self.files[: len(self.files) // 2]:
            self.place(file)

    def place(self, file: Path, name: str | None = None) -> None:
        """Copy a file of the shelf into the raw folder in one step."""
        target = self.raw / (name or str(file.relative_to(self.shelf)))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target.with_name(".coming"))
        target.with_name(".coming").replace(target)

    def change(self) -> None:
        """Add, replace, remove and rename some files."""
        present = sorted(path for path in self.raw.rglob("*") if path.is_file())
        for _ in range(self.rng.randint(1, 4)):
            self.place(self.rng.choice(self.files))
            victim = self.rng.choice(present)
            if not victim.exists():
                continue
            deed = self.rng.randrange(4)
            if deed == 0 and len(present) > len(self.files) // 3:
                victim.unlink()
            elif deed == 1:
                victim.rename(victim.with_name(f"moved{self.rng.randrange(99)}-{victim.name}"))
            else:
                self.place(self.rng.choice(self.files), str(victim.relative_to(self.raw)))

    def start(self, warehouse: Path | None = None) -> subprocess.Popen[bytes]:
        """A run in a process group of its own."""
        command = [
            sys.executable,
            "-m",
            "benchmarks.kill_test",
            "--night",
            str(self.raw),
            str(warehouse or self.warehouse),
        ]
        with (self.work / "night.log").open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)

    def look(self, *, after: str) -> None:
        """Open the published file and count whether it is whole."""
        if not self.warehouse.exists():
            return
        try:
            with duckdb.connect(str(self.warehouse), read_only=True) as connection:
                whole = connection.execute(WHOLE).fetchall() == [(True,)]
        except duckdb.Error as error:
            self.seen[f"WRONG {after}: {type(error).__name__} {str(error)[:80]}"] += 1
            return
        self.seen[f"{after}: whole" if whole else f"WRONG {after}: halves"] += 1

    @contextmanager
    def read_by_others(self) -> Iterator[None]:
        """A reader that opens the file again and again meanwhile."""
        stop = threading.Event()

        def poll() -> None:
            while not stop.wait(0.03):
                self.look(after="reader")

        thread = threading.Thread(target=poll)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def kill(self, longest: float) -> None:
        """One run, killed at a random moment."""
        if self.rng.random() < 0.3:
            shutil.rmtree(self.warehouse.with_name("gongkai.state"), ignore_errors=True)
        with self.read_by_others():
            process = self.start()
            time.sleep(self.rng.uniform(0.2, longest))
            finished = process.poll() is not None
            os.killpg(process.pid, signal.SIGKILL) if not finished else None
            process.wait()
        if finished and process.returncode:
            self.seen["WRONG run: failed"] += 1
        self.seen["finished before its kill" if finished else "killed"] += 1
        self.look(after="after kill")

    def finish(self, *, why: str) -> float:
        """A run to its end, then a rebuild from nothing; both must say the same. Returns the run's seconds."""
        start = time.perf_counter()
        if self.start().wait():
            self.seen[f"WRONG {why}: the next run failed"] += 1
        seconds = time.perf_counter() - start
        again = self.work / "again" / "gongkai.duckdb"
        shutil.rmtree(again.parent, ignore_errors=True)
        self.start(again).wait()
        differ = [name for name, rows in contents(again).items() if contents(self.warehouse)[name] != rows]
        self.seen[f"WRONG {why}: differs from a rebuild in {differ}" if differ else f"{why}: equals a rebuild"] += 1
        return seconds


def contents(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the reports that are in the raw folder, sorted, without what tells time or history."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = {}
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
        for (name,) in sorted(names):
            if name in {"ingest_run", "revision"} or name.startswith("_") or name in {"dim_agency", "agency_hierarchy"}:
                continue
            columns = connection.table(name).columns
            kept = ", ".join(f'"{column}"' for column in columns if column not in OF_TIME | {"is_current"})
            only = "SEMI JOIN (FROM dim_report WHERE in_raw) USING (report_id)" if "report_id" in columns else ""
            within = f"WHERE rule_code IN {WITHIN}" if name == "dq_issue" else ""
            query = f'SELECT {kept} FROM "{name}" {only} {within} ORDER BY ALL'  # noqa: S608
            found[name] = connection.execute(query).fetchall()
        return found


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A tmpfs in the place of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def on_bad_disks(tried: Tried) -> None:
    """Disk full at different fills, and a target that became read-only."""
    house = tried.warehouse.parent
    shutil.rmtree(house, ignore_errors=True)
    with small_disk(house, "64m"):
        tried.finish(why="small disk")
        for free in range(0, 14_000_000, 700_000):
            tried.change()
            room = shutil.disk_usage(house).free - free
            (house / "ballast").write_bytes(b"\0" * max(0, room))
            tried.seen["disk full: run " + ("refused or failed" if tried.start().wait() else "published")] += 1
            tried.look(after="disk full")
            (house / "ballast").unlink()
        tried.finish(why="after disk full")
        subprocess.run(["mount", "-o", "remount,ro", str(house)], check=True)
        tried.change()
        tried.seen[f"read-only target: run ended with {tried.start().wait()}"] += 1
        tried.look(after="read-only")
        subprocess.run(["mount", "-o", "remount,rw", str(house)], check=True)
        tried.finish(why="after read-only")


def on_moving_ground(tried: Tried, longest: float) -> None:
    """The raw folder goes while the run goes on, and files are replaced while they are read."""
    for _ in range(5):
        tried.change()
        process = tried.start()
        time.sleep(tried.rng.uniform(0.2, longest))
        tried.raw.rename(tried.work / "away")
        tried.seen[f"raw folder gone: run ended with {process.wait()}"] += 1
        tried.look(after="raw gone")
        (tried.work / "away").rename(tried.raw)
    tried.finish(why="after raw gone")
    for _ in range(5):
        shutil.rmtree(tried.warehouse.with_name("gongkai.state"), ignore_errors=True)
        process = tried.start()
        while process.poll() is None:
            tried.change()
            time.sleep(0.02)
        tried.seen[f"files replaced: run ended with {process.returncode}"] += 1
        tried.look(after="files replaced")
    tried.finish(why="after files replaced")


def main() -> int:
    """Everything above, and what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--night", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--finish-every", type=int, default=10)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    if options.night:
        night(*options.night)
        return 0
    work = options.work or Path(tempfile.mkdtemp())
    work.mkdir(parents=True, exist_ok=True)
    tried = Tried(work, options.seed, options.reports)
    longest = tried.finish(why="first run")
    for number in range(1, options.rounds + 1):
        tried.change()
        tried.kill(longest)
        if number % options.finish_every == 0:
            longest = tried.finish(why="after kills")
            print(f"{number} rounds: {dict(tried.seen)}", flush=True)
    on_moving_ground(tried, longest)
    if os.geteuid() == 0:
        on_bad_disks(tried)
    for what, count in sorted(tried.seen.items()):
        print(f"{count:6} {what}")
    return int(any(what.startswith("WRONG") for what in tried.seen))


if __name__ == "__main__":
    sys.exit(main())
