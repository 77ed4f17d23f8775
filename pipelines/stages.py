"""The seven stages as plain functions on a run's settings; Dagster only calls them (``assets.py``)."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from pandera.errors import SchemaErrors

from pipelines import warehouse
from pipelines.checks import find_issues
from pipelines.checks.narrative import judge_claims
from pipelines.checks.notes import read_corrections, read_reviews
from pipelines.checks.reviews import CORRECTIONS_FILE, REVIEWS_FILE, apply_corrections, attach_reviews
from pipelines.expectations import broken_tables, reports_in_raw, verify
from pipelines.ingest import Counts, Progress, inventory_of, read_documents, scan_table, utc_now
from pipelines.manifest import read_manifests
from pipelines.marts.metrics import metric_dictionary_frame
from pipelines.marts.views import MARTS, create_marts
from pipelines.raw import read_inventory, write_inventory
from pipelines.reports import build_reports
from pipelines.revisions import find_revisions
from pipelines.settings import Settings
from pipelines.state import State, load_state, replace_text
from pipelines.version import code_version
from schemas.quality import IngestRun, Quarantine

FACTS = ("fact_application", "fact_proactive_disclosure", "fact_review_litigation")
PARTED = (*FACTS, "report_section")


def stage_raw(settings: Settings) -> dict[str, Any]:
    """List the raw folder and compare it with the last run."""
    inventory = inventory_of(settings, load_state(settings.state_dir))
    write_inventory(inventory, settings.state_dir / "inventory.parquet")
    return {
        "files": inventory.files.height,
        "bytes": int(inventory.files["size"].sum()),
        "to_read": len(inventory.to_read),
        "removed": len(inventory.removed),
        "waiting": len(inventory.waiting),
    }


def stage_documents(settings: Settings, progress: Progress | None = None) -> dict[str, Any]:
    """Read what is new or changed into parts; what gives no report is in the outcomes with its reason."""
    state = load_state(settings.state_dir)
    inventory = read_inventory(settings.state_dir / "inventory.parquet")
    state, counts = read_documents(settings, state, inventory, progress)
    replace_text(settings.state_dir / "counts.json", json.dumps(asdict(counts)))
    reasons = state.outcomes.filter(pl.col("reason_code").is_not_null())["reason_code"].value_counts(sort=True)
    formats = scan_table(settings, state.versions, "parsed").group_by("source_format").len().collect()
    return {
        **asdict(counts),
        "reports": state.versions.height,
        "quarantined": dict(reasons.iter_rows()),
        "formats": dict(formats.sort("source_format").iter_rows()),
    }


def fingerprint(settings: Settings, state: State) -> str:
    """What the published warehouse depends on: parsed results, code, and the files people keep beside the reports."""
    digest = hashlib.sha256(f"{state.generation} {code_version()}".encode())
    for name in ("manifest.csv", CORRECTIONS_FILE, REVIEWS_FILE):
        for file in sorted(settings.raw_dir.rglob(name)):
            digest.update(str(file).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def is_published(settings: Settings) -> bool:
    """Whether the published warehouse already holds what a rebuild would give."""
    index = warehouse.read_index(settings.warehouse)
    return bool(index) and index.get("fingerprint") == fingerprint(settings, load_state(settings.state_dir))


def stage_facts(settings: Settings) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Build the next warehouse file: reports, agencies, facts, sections, quarantine.

    Returns rows by table, and by table what is wrong with it (schema, keys, references).
    Nothing is built where the published file already holds all of it.
    """
    if is_published(settings):
        return dict(warehouse.read_index(settings.warehouse)["tables"]), {}
    state = load_state(settings.state_dir)
    manifest = read_manifests(settings.raw_dir)
    built = build_reports(settings, state, manifest.rows)
    target = settings.next_warehouse
    warehouse.create_tables(target)
    with warehouse.connect(target) as connection:
        frames = {
            "dim_report": built.reports,
            "dim_agency": built.resolution.agencies,
            "agency_hierarchy": built.resolution.hierarchy,
            **warehouse.dimension_frames(),
            "quarantine": _quarantine(state),
            "metric_dictionary": metric_dictionary_frame(),
        }
        problems: dict[str, list[str]] = {}
        for table, frame in frames.items():
            try:
                warehouse.load_frame(connection, table, frame)
            except SchemaErrors as error:
                problems[table] = [str(error.failure_cases)]
        files, stale = _part_files(settings, state)
        for table in PARTED:
            paths = [folder / f"{table}.parquet" for folder in files]
            kept = {folder / f"{table}.parquet": ids for folder, ids in stale.items()}
            warehouse.load_parts(connection, table, paths, kept)
        _correct(settings, connection, built.reports, built.resolution.agencies)
        warehouse.load_frame(connection, "revision", find_revisions(connection))
        counts = warehouse.table_counts(connection)
        for table, found in broken_tables(connection).items():
            problems.setdefault(table, []).extend(found)
    built.observations.write_parquet(settings.state_dir / "observations.parquet")
    return counts, problems


def _quarantine(state: State) -> pl.DataFrame:
    held = state.outcomes.filter(pl.col("reason_code").is_not_null())
    return held.select(
        "source_path", pl.col("sha256").alias("source_sha256"), "reason_code", "detail", "seen_at"
    ).select(list(Quarantine.polars_schema()))


def _part_files(settings: Settings, state: State) -> tuple[list[Path], dict[Path, pl.DataFrame]]:
    """All part folders, and the reports to keep of those that hold others too."""
    folders, stale = [], {}
    for part, live in state.versions.group_by("part").len().sort("part").iter_rows():
        folder = settings.parts_dir / part
        folders.append(folder)
        stored = pl.scan_parquet(folder / "parsed.parquet").select(pl.len()).collect().item()
        if stored > live:
            stale[folder] = state.versions.filter(pl.col("part") == part).select("report_id")
    return folders, stale


def _correct(settings: Settings, connection: Any, reports: pl.DataFrame, agencies: pl.DataFrame) -> None:
    """Put the figures of corrections.csv in their cells."""
    notes = read_corrections(settings.raw_dir / CORRECTIONS_FILE)
    if notes.rows.is_empty():
        return
    facts = {table: connection.execute(f'SELECT * FROM "{table}"').pl() for table in FACTS}  # noqa: S608
    corrected = apply_corrections(facts, reports, agencies, notes.rows)
    for table, frame in corrected.facts.items():
        changed = frame.filter(pl.col("value_status") == "corrected")
        key = ", ".join(warehouse.BY_NAME[table].key())
        connection.register("changed", changed.to_arrow())
        connection.execute(
            f'UPDATE "{table}" SET value = changed.value, value_status = changed.value_status '  # noqa: S608
            f"FROM changed WHERE ({_of(table, key)}) = ({_of('changed', key)})"
        )
        connection.unregister("changed")


def _of(table: str, key: str) -> str:
    return ", ".join(f'"{table}".{column.strip()}' for column in key.split(","))


def stage_checks(settings: Settings) -> tuple[pl.DataFrame, int, str]:
    """Judge what the text claims and apply every rule; both go into the next warehouse.

    Returns ``dq_issue``, the number of claims, and the ten worst reports as markdown.
    """
    if is_published(settings):
        with warehouse.connect(settings.warehouse, read_only=True) as connection:
            issues = connection.execute("SELECT * FROM dq_issue").pl()
            return issues, warehouse.table_counts(connection)["narrative_claim"], worst_reports(connection)
    state = load_state(settings.state_dir)
    with warehouse.connect(settings.next_warehouse) as connection:
        tables: dict[str, pl.DataFrame | pl.LazyFrame] = {
            name: connection.execute(f'SELECT * FROM "{name}"').pl()  # noqa: S608
            for name in ("dim_report", "dim_agency", "agency_hierarchy")
        }
        has_corrections = (settings.raw_dir / CORRECTIONS_FILE).exists()
        for name in PARTED:
            tables[name] = (
                connection.execute(f'SELECT * FROM "{name}"').pl()  # noqa: S608
                if has_corrections and name in FACTS
                else scan_table(settings, state.versions, name)
            )
        tables["observation"] = pl.read_parquet(settings.state_dir / "observations.parquet")
        claims = judge_claims(
            scan_table(settings, state.versions, "claim").collect(),
            *(tables[name].lazy() for name in FACTS),
            tables["dim_report"],
        )
        tables["narrative_claim"] = claims
        warehouse.load_frame(connection, "narrative_claim", claims)
        issues = find_issues(tables)
        reviews = read_reviews(settings.raw_dir / REVIEWS_FILE)
        reports, agencies = tables["dim_report"], tables["dim_agency"]
        if not reviews.rows.is_empty() and isinstance(reports, pl.DataFrame) and isinstance(agencies, pl.DataFrame):
            issues = attach_reviews(issues, reports, agencies, reviews.rows).issues
        warehouse.load_frame(connection, "dq_issue", issues)
        return issues, claims.height, worst_reports(connection)


def worst_reports(connection: duckdb.DuckDBPyConnection) -> str:
    """The ten current reports with most findings, as a markdown table with their sources."""
    found = connection.execute(
        """
        SELECT a.agency_name, r.report_year, count(*) FILTER (severity = 'error') AS errors,
               count(*) FILTER (severity = 'warning') AS warnings, coalesce(r.source_url, r.source_path) AS source
        FROM dq_issue JOIN dim_report AS r USING (report_id) JOIN dim_agency AS a USING (agency_id)
        WHERE r.is_current GROUP BY ALL ORDER BY errors DESC, warnings DESC, source LIMIT 10
        """
    ).fetchall()
    lines = ["| agency | year | errors | warnings | source |", "|---|---|---|---|---|"]
    return "\n".join(lines + ["| " + " | ".join(str(part) for part in row) + " |" for row in found])


def stage_warehouse(settings: Settings, run_id: str, started_at: datetime) -> dict[str, Any]:
    """Add the run, make the marts, verify, publish. Returns what ``index.json`` says.

    Raises:
        VerificationError: the new file is not as a healthy one; the published one stays.

    """
    state = load_state(settings.state_dir)
    built = settings.next_warehouse
    unchanged = is_published(settings)
    if unchanged:
        built.parent.mkdir(parents=True, exist_ok=True)
        built.with_name(built.name + ".wal").unlink(missing_ok=True)
        shutil.copyfile(settings.warehouse, built)
    counts = Counts(**json.loads((settings.state_dir / "counts.json").read_text(encoding="utf-8")))
    runs = pl.concat([_earlier_runs(settings), _run_row(state, counts, run_id, started_at)])
    with warehouse.connect(built) as connection:
        connection.execute("DELETE FROM ingest_run")
        warehouse.load_frame(connection, "ingest_run", runs)
        if not unchanged:
            create_marts(connection)
        rows = verify(connection, warehouse.read_index(settings.warehouse))
        in_raw = reports_in_raw(connection)
    about = {
        "run_id": run_id,
        "fingerprint": fingerprint(settings, state),
        "generation": state.generation,
        "code_version": code_version(),
        "files_seen": counts.seen,
        "reports_in_raw": in_raw,
        "tables": rows,
    }
    runs.write_parquet(settings.state_dir / "runs.parquet")
    warehouse.publish(built, settings.warehouse, about)
    return about


def _earlier_runs(settings: Settings) -> pl.DataFrame:
    path = settings.state_dir / "runs.parquet"
    return pl.read_parquet(path) if path.exists() else IngestRun.no_rows()


def _run_row(state: State, counts: Counts, run_id: str, started_at: datetime) -> pl.DataFrame:
    row: Mapping[str, Any] = {
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


def stage_marts(settings: Settings) -> dict[str, Any]:
    """Rows of every mart of the published warehouse."""
    with warehouse.connect(settings.warehouse, read_only=True) as connection:
        return {
            mart: connection.execute(f'SELECT count(*) FROM "{mart}"').fetchall()[0][0]  # noqa: S608
            for mart in MARTS
        }
