"""The runs so far: one row a run in ``ingest_run``, and measures of each published one to compare the next with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import polars as pl

from pipelines.ingest import utc_now
from pipelines.settings import Settings
from pipelines.state import State, replace_file, replace_text
from pipelines.version import code_version
from pipelines.versions import Counts, count_changes
from schemas.quality import IngestRun
from schemas.vocabulary import settings as vocabulary_settings

TREND: Mapping[str, Any] = vocabulary_settings("health")["trend"]
PUBLISHED_FILES = "published_files.parquet"
PARSED_IN_VAIN = "parsed_since_publication"
MEASURES: dict[str, Any] = {
    "run_id": pl.String,
    "reports_in_raw": pl.Int64,
    "known_share": pl.Float64,
    "errors": pl.Int64,
    "quarantined": pl.Int64,
}
_MEASURE = """
    SELECT (SELECT count(*) FROM dim_report WHERE in_raw),
           ?,
           (SELECT count(*) FROM dq_issue SEMI JOIN (FROM dim_report WHERE in_raw) USING (report_id)
            WHERE severity = 'error'),
           (SELECT count(*) FROM quarantine)
"""


class Trend(NamedTuple):
    """One measure of this run beside the median of the last ones; ``passed`` is true where too few are known."""

    name: str
    passed: bool
    value: float
    median: float | None


def earlier_runs(settings: Settings) -> pl.DataFrame:
    """The rows of ``ingest_run`` so far."""
    path = settings.state_dir / "runs.parquet"
    return pl.read_parquet(path) if path.exists() else IngestRun.no_rows()


def since_publication(settings: Settings, before: State, now: State, counts: Counts) -> Counts:
    """The counts of a run beside what was published last: the files of runs that published nothing count in the next.

    ``before`` is the state that this run found, ``counts`` how it differs from that.
    """
    path = settings.state_dir / PUBLISHED_FILES
    if path.exists():
        known = pl.read_parquet(path)
    else:
        known = before.outcomes if settings.warehouse.exists() else before.outcomes.clear()
    parsed = counts.parsed + _parsed_in_vain(settings)
    replace_text(settings.state_dir / PARSED_IN_VAIN, str(parsed))
    return count_changes(known, now.outcomes, waiting=counts.waiting, parsed=parsed)


def _parsed_in_vain(settings: Settings) -> int:
    path = settings.state_dir / PARSED_IN_VAIN
    return int(path.read_text()) if path.exists() else 0


def keep_published_files(settings: Settings, state: State) -> None:
    """Remember the files of what was published just now."""
    files = state.outcomes.select("source_path", "sha256")
    replace_file(settings.state_dir / PUBLISHED_FILES, files.write_parquet)
    replace_text(settings.state_dir / PARSED_IN_VAIN, "0")


def run_row(state: State, counts: Counts, run_id: str, started_at: datetime) -> pl.DataFrame:
    """The row of this run in ``ingest_run``."""
    row = {
        "run_id": run_id,
        "started_at": started_at,
        "finished_at": utc_now(),
        "files_seen": counts.seen,
        "files_new": counts.new,
        "files_changed": counts.changed,
        "files_unchanged": counts.unchanged,
        "files_removed": counts.removed,
        "files_renamed": counts.renamed,
        "files_waiting": counts.waiting,
        "files_parsed": counts.parsed,
        "reports_loaded": state.versions.height,
        "files_quarantined": state.outcomes["reason_code"].drop_nulls().len(),
        "code_version": code_version(),
    }
    return pl.DataFrame([row], schema=IngestRun.polars_schema())


def keep_runs(settings: Settings, runs: pl.DataFrame, measures: pl.DataFrame) -> None:
    """Keep the runs and measures for the next run."""
    replace_file(settings.state_dir / "runs.parquet", runs.write_parquet)
    replace_file(settings.state_dir / "measures.parquet", measures.write_parquet)


def measured(
    settings: Settings, connection: duckdb.DuckDBPyConnection, run_id: str, known_share: float
) -> pl.DataFrame:
    """The measures of the last runs, this one (the connection's warehouse) at the end."""
    path = settings.state_dir / "measures.parquet"
    before = pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=MEASURES)
    row = connection.execute(_MEASURE, [known_share]).fetchone() or ()
    this = pl.DataFrame([(run_id, *row)], schema=MEASURES, orient="row")
    return pl.concat([before.filter(pl.col("run_id") != run_id).tail(TREND["runs"]), this])


def trends(measures: pl.DataFrame) -> Iterator[Trend]:
    """The last row beside the median of those before."""
    share = pl.col("quarantined") / (pl.col("quarantined") + pl.col("reports_in_raw")).clip(1)
    wide = measures.with_columns(
        (pl.col("errors") / pl.col("reports_in_raw").clip(1)).alias("errors_a_report"), share.alias("quarantine_share")
    )
    reports, known = TREND["least_reports"], TREND["known_share_fall"]
    few = int(wide["errors"].last()) < TREND["errors_from"]  # type: ignore[arg-type]
    rules: dict[str, Callable[[float, float], bool]] = {
        "reports_in_raw": lambda now, usual: reports * usual <= now <= TREND["most_reports"] * usual,
        "known_share": lambda now, usual: now >= usual - known,
        "errors_a_report": lambda now, usual: few or now <= usual * TREND["most_errors_a_report"],
        "quarantine_share": lambda now, usual: now <= usual + TREND["quarantine_share_rise"],
    }
    enough = wide.height > TREND["least_runs"]
    for name, holds in rules.items():
        now = float(wide[name].last())  # type: ignore[arg-type]
        usual = float(wide[name].head(wide.height - 1).median()) if enough else None  # type: ignore[arg-type]
        yield Trend(name, usual is None or bool(holds(now, usual)), now, usual)
