"""What a person reads after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from pipelines import warehouse
from pipelines.readers import recognition
from pipelines.settings import Settings

if TYPE_CHECKING:
    import dagster as dg


def summary_text(settings: Settings) -> str:
    """The published warehouse in some lines: files, reports, findings, quarantine, where to look next."""
    copy = settings.state_dir / "summary.duckdb"
    with (
        warehouse.reading(settings.warehouse, copy) as file,
        duckdb.connect(str(file), read_only=True) as connection,
    ):
        run = connection.execute("SELECT * FROM ingest_run ORDER BY started_at DESC LIMIT 1").pl().row(0, named=True)
        reports = connection.execute(
            "SELECT count(*), count(*) FILTER (is_current), count(DISTINCT agency_id), "
            "min(report_year), max(report_year) FROM dim_report"
        ).fetchall()[0]
        facts = connection.execute("SELECT count(*) FROM fact_application").fetchall()[0][0]
        issues = dict(connection.execute("SELECT severity, count(*) FROM dq_issue GROUP BY 1").fetchall())
        held = connection.execute(
            "SELECT reason_code, count(*), min(source_path), arg_min(detail, source_path) FROM quarantine "
            "WHERE NOT contains(coalesce(detail, ''), $remedy) GROUP BY 1 ORDER BY 2 DESC, 1",
            {"remedy": recognition.REMEDY},
        ).fetchall()
        scans = connection.execute(
            "SELECT count(*), min(source_path) FROM quarantine WHERE contains(detail, $remedy)",
            {"remedy": recognition.REMEDY},
        ).fetchall()[0]
    seconds = (run["finished_at"] - run["started_at"]).total_seconds()
    files = (
        f"files      {run['files_seen']} seen: {run['files_new']} new, {run['files_changed']} changed, "
        f"{run['files_unchanged']} unchanged, {run['files_removed']} removed, {run['files_renamed']} renamed, "
        f"{run['files_waiting']} still being written; {run['files_parsed']} read, "
        f"all loaded and checked after {seconds:.1f} s"
    )
    agencies = (
        f"reports    {reports[0]} ({reports[1]} current) of {reports[2]} agencies, years {reports[3]} to {reports[4]}; "
        f"{facts} cells of the applications matrix"
    )
    lines = [
        files,
        agencies,
        "findings   " + ", ".join(f"{issues.get(name, 0)} {name}" for name in ("error", "warning", "info")),
        f"quarantine {run['files_quarantined']} files that gave no report",
    ]
    lines += [f"  {reason}: {count}, e.g. {path} ({(detail or '')[:140]})" for reason, count, path, detail in held]
    if scans[0]:
        lines.append(f"  unsupported_format: {scans[0]} scans, e.g. {scans[1]}; {recognition.REMEDY}")
    problems = warehouse.read_index(settings.warehouse).get("problems", [])
    lines += [f"problem    {problem}" for problem in problems[:_MOST_PROBLEMS]]
    lines.append(f"published  {settings.warehouse}")
    return "\n".join(lines)


_MOST_PROBLEMS = 10


def failure_text(result: dg.ExecuteInProcessResult) -> str:
    """Why a run failed, in the words of the error itself."""
    lines = ["the run failed; the published warehouse, if there is one, is as it was"]
    for event in result.all_events:
        if event.is_failure and event.event_specific_data is not None:
            error = getattr(event.event_specific_data, "error", None)
            while error is not None and error.cause is not None:
                error = error.cause
            if error is not None:
                lines.append(f"{event.step_key or 'run'}: {error.message.strip()}")
    return "\n".join(dict.fromkeys(lines))
