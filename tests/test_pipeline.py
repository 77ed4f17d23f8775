"""The Dagster job, loaded as the code location gives it, on a small folder."""

from __future__ import annotations

import json
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines import arrivals, ingest
from pipelines.lock import run_lock
from pipelines.settings import Settings
from schemas import TABLES
from tests.night import report_text

GROUPS = {"raw", "documents", "tables", "facts", "checks", "warehouse", "marts"}


class Job:
    """A raw folder, a warehouse, and the job over them."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.warehouse = folder / "raw", folder / "house" / "gongkai.duckdb"
        self.raw.mkdir()
        self.instance = dg.DagsterInstance.ephemeral()

    def run(self) -> dg.ExecuteInProcessResult:
        from pipelines.definitions import defs  # noqa: PLC0415 - one test looks at the warnings of loading it

        config = {"raw_dir": str(self.raw), "warehouse": str(self.warehouse), "jobs": 1}
        return defs.resolve_job_def("nightly_ingestion").execute_in_process(
            instance=self.instance,
            raise_on_error=False,
            run_config={
                "resources": {"run": {"config": config}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    made = Job(tmp_path_factory.mktemp("job"))
    for number, department in enumerate(("水务局", "民政局", "教育局")):
        (made.raw / f"{number}.txt").write_text(report_text(department), encoding="utf-8")
    (made.raw / "none.txt").write_text("no report", encoding="utf-8")
    (made.raw / "corrections.csv").write_text("source_path,cell,value\nnowhere.txt,new_received/total,1\n")
    return made


@pytest.fixture(scope="module")
def result(job: Job) -> dg.ExecuteInProcessResult:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "executor_maker", lambda _jobs, _bytes: lambda: ThreadPoolExecutor(1))
        return job.run()


def metadata(result: dg.ExecuteInProcessResult, key: str) -> dict[str, Any]:
    [event] = [event for event in result.get_asset_materialization_events() if event.asset_key == dg.AssetKey(key)]
    return {name: entry.value for name, entry in event.materialization.metadata.items()}


def test_definitions_load_without_a_warning() -> None:
    import importlib  # noqa: PLC0415

    from pipelines import assets, definitions  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        importlib.reload(assets)
        importlib.reload(definitions)
    [schedule] = definitions.defs.schedules or ()
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert schedule.execution_timezone == "Asia/Shanghai"


def test_every_table_is_an_asset_and_the_groups_are_the_seven_stages() -> None:
    from pipelines.definitions import defs  # noqa: PLC0415

    graph = defs.resolve_asset_graph()
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert groups == GROUPS
    names = {key.path[-1] for key in graph.get_all_asset_keys()}
    listed = {
        table.table_name() for table in TABLES if not table.table_name().startswith(("dim_", "metric_", "ingest_"))
    }
    assert listed | {"dim_report", "dim_agency"} <= names
    policies = [graph.get(key).freshness_policy_or_from_metadata for key in graph.get_all_asset_keys()]
    assert all(policies)


def test_the_job_publishes(result: dg.ExecuteInProcessResult, job: Job) -> None:
    assert result.success
    with duckdb.connect(str(job.warehouse), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM fact_application").fetchall() == [(3 * 175,)]
        [(run_id,)] = connection.execute("SELECT run_id FROM ingest_run").fetchall()
    assert run_id == result.run_id
    assert (job.warehouse.parent / "site" / "index.html").exists()
    assert (job.warehouse.parent / "export" / "datapackage.json").exists()


def test_the_numbers_worth_plotting_are_there(result: dg.ExecuteInProcessResult) -> None:
    documents = metadata(result, "documents")
    assert (documents["seen"], documents["new"], documents["parsed"]) == (4, 4, 4)
    assert metadata(result, "statutory_tables")["quarantine_reasons"] == {"not_a_report": 1}
    facts = metadata(result, "fact_application")
    assert facts["dagster/row_count"] == 3 * 175
    published = metadata(result, "warehouse")
    assert published["known_share"] == 1.0
    assert published["rows_dim_report"] == 3
    assert published["seconds"] > 0


def test_notes_that_could_not_be_used_are_in_the_metadata_and_the_log(result: dg.ExecuteInProcessResult) -> None:
    told = metadata(result, "dim_report")
    assert told["notes_not_used"] >= 1
    assert "no such report" in told["problems"]


def test_checks_report(result: dg.ExecuteInProcessResult) -> None:
    checks = {(check.asset_key.path[-1], check.check_name): check for check in result.get_asset_check_evaluations()}
    assert checks["dim_report", "schema_and_keys"].passed
    assert {name for asset, name in checks if asset == "warehouse"} == {
        *("reports_in_raw", "known_share", "errors_a_report", "quarantine_share"),
    }
    assert sum(name.startswith("rules_") for _, name in checks) >= 4


def test_a_second_run_at_once_fails_with_the_first_ones_process(job: Job) -> None:
    with run_lock(Settings(job.raw, job.warehouse, 1).state_dir):
        refused = job.run()
    assert not refused.success
    assert "another run holds" in str(refused.all_events)


def test_the_sensor_waits_until_files_have_settled(tmp_path: Path) -> None:
    assert arrivals.look(tmp_path, None).due is None
    (tmp_path / "a.txt").write_text("a")
    first = arrivals.look(tmp_path, None)
    assert first.due is None
    (tmp_path / "b.txt").write_text("b")
    second = arrivals.look(tmp_path, first.remember)
    assert (second.due, second.reason) == (None, "files are arriving")
    third = arrivals.look(tmp_path, second.remember)
    assert third.due
    fourth = arrivals.look(tmp_path, third.remember)
    assert (fourth.due, fourth.reason) == (None, "nothing new")
    gone = arrivals.look(tmp_path / "gone", fourth.remember)
    assert "not there" in gone.reason
    assert arrivals.look(tmp_path, gone.remember).due is None, "a look at an empty folder is no reason to run"
    assert json.loads(fourth.remember)["asked"] == third.due


def test_the_sensor_asks_for_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.definitions import defs, raw_folder_sensor  # noqa: PLC0415

    monkeypatch.setenv("GONGKAI_RAW_DIR", str(tmp_path))
    (tmp_path / "a.txt").write_text("a")
    cursor = arrivals.look(tmp_path, None).remember
    with dg.build_sensor_context(definitions=defs, cursor=cursor) as context:
        told = raw_folder_sensor(context)
    assert isinstance(told, dg.SensorResult)
    assert len(told.run_requests or ()) == 1
