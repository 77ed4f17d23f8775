"""What many tests share: the sample reports, ingested once a session by the real command."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import settings

from pipelines.cli import main

ROOT = Path(__file__).parent.parent
SCANS = frozenset(
    {"wupu/office/scan.png", "wupu/formats/fax.tif", "wupu/formats/photograph.jpg", "wupu/formats/copier.pdf"}
)
"""Samples that wait in quarantine until text recognition is installed."""
PARTLY_SCANNED = "wupu/formats/mixed.pdf"
"""A sample of which one page is a picture: read without recognition, but for that page."""
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


class Sample:
    """The published sample warehouse and what the command printed."""

    def __init__(self, warehouse: Path, printed: str) -> None:
        self.warehouse = warehouse
        self.printed = printed


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """``gongkai ingest`` over ``data/raw`` into a folder of its own, as on a fresh machine: without recognition."""
    folder = tmp_path_factory.mktemp("sample")
    warehouse = folder / "gongkai.duckdb"
    os.environ.pop("DAGSTER_HOME", None)
    arguments = ["ingest", "--raw", str(ROOT / "data" / "raw"), "--warehouse", str(warehouse), "--jobs", "2"]
    os.environ["GONGKAI_OCR"] = "off"
    result = CliRunner().invoke(main, arguments)
    del os.environ["GONGKAI_OCR"]
    os.environ.pop("DAGSTER_HOME", None)
    assert result.exit_code == 0, result.output
    return Sample(warehouse, result.output)
