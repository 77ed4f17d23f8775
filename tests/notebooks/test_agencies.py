from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import duckdb
import pytest

from tests.marts.build_warehouse import build

pytest.importorskip("marimo")
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "agencies.py"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus as a file."""
    target = tmp_path_factory.mktemp("notebook") / "gongkai.duckdb"
    build(target).close()
    return target


def test_the_notebook_answers_with_chart_table_and_sql(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_WAREHOUSE", str(warehouse))
    spec = spec_from_file_location("agencies_notebook", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    _, defined = module.app.run()
    answer = defined["answer"]
    assert {row["agency_name"] for row in answer.to_dicts()} >= {"丙县财政局", "丙县人民政府"}
    finance = answer.filter(answer["agency_name"] == "丙县财政局")
    assert finance.filter(finance["report_year"] == 2023)["value"].to_list() == [0.5]
    assert "FROM mart_metric" in defined["statement"]
    defined["connection"].close()
    connection = duckdb.connect(str(warehouse), read_only=True)
    assert connection.execute(defined["statement"]).pl().equals(answer)
    connection.close()
    assert defined["chart"].to_dict()["layer"]


@pytest.mark.parametrize("is_there", [True, False])
def test_the_notebook_runs_as_a_script(warehouse: Path, tmp_path: Path, is_there: bool) -> None:
    path = warehouse if is_there else tmp_path / "none.duckdb"
    finished = subprocess.run(
        [sys.executable, str(NOTEBOOK)],
        env=os.environ | {"GONGKAI_WAREHOUSE": str(path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
