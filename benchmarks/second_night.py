"""Two nights over one sample that was put right in between: what ``revision`` and ``mart_revision`` hold then.

One night alone knows one version of each file, so the sample warehouse has no revision to show.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.printer.style import Style
from benchmarks.samples import single, text_sample, with_more
from pipelines import stages
from pipelines.ingest import utc_now
from pipelines.lock import run_lock
from pipelines.settings import Settings

AGENCY = "青峦县信访局"


def two_nights(folder: Path) -> Path:
    """The warehouse after a report was read, changed on its site by two requests, and read again."""
    settings = Settings(folder / "raw", folder / "house" / "gongkai.duckdb", 1, settle_seconds=0.0)
    truth = single(AGENCY, "department", 9, 2024)
    for night, more in enumerate((2, 0), 1):
        sample = text_sample("report", with_more(truth, more), "tab_rectangular", Style(), 1)
        settings.raw_dir.mkdir(parents=True, exist_ok=True)
        (settings.raw_dir / sample.path).write_bytes(sample.data)
        _night(settings, f"night-{night}")
    return settings.warehouse


def _night(settings: Settings, run_id: str) -> None:
    with run_lock(settings.state_dir):
        started = utc_now()
        stages.stage_raw(settings)
        stages.stage_documents(settings)
        stages.stage_facts(settings)
        stages.stage_checks(settings)
        stages.stage_warehouse(settings, run_id, started)
