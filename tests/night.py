"""A raw folder of small reports and the job's stages run on it, without worker processes."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import ingest, stages
from pipelines.ingest import utc_now
from pipelines.lock import run_lock
from pipelines.settings import Settings
from pipelines.state import State, load_state

BASE = Path(__file__).parent.parent / "data/raw/yunze/lanxi/water/2021.txt"
LICENCES = "行政许可\t159"
OF_TIME = {"first_seen_at", "loaded_at", "seen_at", "version", "currency_reason"}


def report_text(department: str = "水务局", licences: int = 159) -> str:
    """A whole report of a department with one figure of one's choice."""
    return BASE.read_text(encoding="utf-8").replace("水务局", department).replace(LICENCES, f"行政许可\t{licences}")


class Night:
    """A raw folder, a warehouse, and nights over them."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "raw"
        self.raw.mkdir(parents=True)
        self.settings = Settings(self.raw, folder / "house" / "gongkai.duckdb", 1, settle_seconds=0.0)
        self.told: dict[str, Any] = {}

    def put(self, path: str, content: str | bytes, age: float = 60.0) -> Path:
        """Write a file of some age in seconds."""
        file = self.raw / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        moment = time.time() - age
        os.utime(file, (moment, moment))
        return file

    def read(self, **changes: Any) -> dict[str, Any]:
        """The first two stages; what the documents stage tells."""
        settings = replace(self.settings, **changes)
        stages.stage_raw(settings)
        return stages.stage_documents(settings)

    def run(self, **changes: Any) -> stages.Published:
        """One night."""
        settings = replace(self.settings, **changes)
        with run_lock(settings.state_dir):
            started = utc_now()
            self.told = self.read(**changes)
            loaded = stages.stage_facts(settings)
            assert loaded.broken == {}
            stages.stage_checks(settings)
            return stages.stage_warehouse(settings, f"run-{time.time_ns()}", started)

    @property
    def state(self) -> State:
        return load_state(self.settings.state_dir)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the published warehouse."""
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def one(self, query: str) -> Any:
        """The one value of the published warehouse that a query gives."""
        [(value,)] = self.ask(query)
        return value

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table and mart, without what tells the time, in a fixed order."""
        return contents(self.settings.warehouse)


def contents(
    warehouse: Path, *, without: frozenset[str] = frozenset({"ingest_run"})
) -> dict[str, list[tuple[Any, ...]]]:
    """Every table and view of a warehouse, sorted, without columns that tell the time."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
        found = {}
        for name in sorted(set(names) - without):
            columns = [column for column in connection.table(name).columns if column not in OF_TIME]
            listed = ", ".join(f'"{column}"' for column in columns)
            found[name] = connection.execute(f'SELECT {listed} FROM "{name}" ORDER BY ALL').fetchall()
        return found


@pytest.fixture
def whole_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """Nothing yet; files are read in a thread of this process."""
    monkeypatch.setattr(ingest, "executor_maker", lambda _jobs, _bytes: lambda: ThreadPoolExecutor(1))
    return Night(tmp_path)


@pytest.fixture
def night(whole_night: Night, monkeypatch: pytest.MonkeyPatch) -> Night:
    """The same without marts, which take half of a small night's time."""
    monkeypatch.setattr(stages, "create_marts", lambda _connection, _turned: None)
    monkeypatch.setattr(stages, "MARTS", ())
    return whole_night
