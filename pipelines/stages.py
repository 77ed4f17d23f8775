"""The seven stages as plain functions on a run's settings; Dagster only calls them (``assets.py``)."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl
from pandera.errors import SchemaErrors

from pipelines import warehouse
from pipelines.agencies.regions import with_divisions
from pipelines.agencies.stated import REGIONS_FILE, stated_divisions, unlisted_codes
from pipelines.checks import find_in_slices
from pipelines.checks.corpus import FACTS
from pipelines.checks.notes import read_regions, read_reviews
from pipelines.checks.reviews import REVIEWS_FILE, attach_reviews
from pipelines.corrected import correct, corrected_cells
from pipelines.expectations import broken_tables, count_cells, refuse_incomplete, reports_in_raw, verify
from pipelines.ingest import Progress, inventory_of, read_documents
from pipelines.manifest import Manifests, read_manifests
from pipelines.marts.export import export_all
from pipelines.marts.metrics import metric_dictionary_frame
from pipelines.marts.views import MARTS, create_marts
from pipelines.parts import scan_table, unwanted_reports
from pipelines.raw import RawFolderError, read_inventory, write_inventory
from pipelines.reports import Reports, build_reports
from pipelines.revisions import find_revisions
from pipelines.runs import (
    Trend,
    earlier_runs,
    keep_published_files,
    keep_runs,
    measured,
    run_row,
    since_publication,
    trends,
)
from pipelines.settings import Settings
from pipelines.site.build import SiteResult, build_site
from pipelines.slices import slices_for_checks
from pipelines.state import State, load_state, replace_text
from pipelines.version import code_version
from pipelines.versions import Counts
from pipelines.wide import counts_of_parts, figures_of_parts
from schemas.facts import NarrativeClaim
from schemas.quality import Quarantine

PARTED = (*FACTS, "report_section")
FIRST_BUILT = ("dim_report", "dim_agency", "agency_hierarchy", *PARTED, "quarantine", "revision")
LAST_BUILT = ("narrative_claim", "dq_issue", "ingest_run")
MOST_PROBLEMS = 200


class Loaded(NamedTuple):
    """Rows by table; by table what is wrong with it; and what could not be used of the files people keep."""

    rows: dict[str, int]
    broken: dict[str, list[str]]
    problems: list[str]


class Checked(NamedTuple):
    """``dq_issue``, the number of claims, the ten worst reports as markdown, reviews that could not be used."""

    issues: pl.DataFrame
    claims: int
    worst: str
    problems: list[str]


class Published(NamedTuple):
    """What ``index.json`` says, and this run beside the last ten."""

    about: dict[str, Any]
    trends: list[Trend]


def stage_raw(settings: Settings) -> dict[str, Any]:
    """List the raw folder and compare it with the last run."""
    warehouse.refuse_unwritable(settings.warehouse)
    inventory = inventory_of(settings, load_state(settings.state_dir))
    write_inventory(inventory, settings.state_dir / "inventory.parquet")
    return {
        "files": inventory.files.height,
        "bytes": int(inventory.files["size"].sum()),
        "to_read": len(inventory.to_read),
        "removed": len(inventory.removed),
        "waiting": len(inventory.waiting),
        "manifests_and_notes": len(inventory.notes),
    }


def stage_documents(settings: Settings, progress: Progress | None = None) -> dict[str, Any]:
    """Read what is new or changed into parts; what gives no report is in the outcomes with its reason."""
    before = load_state(settings.state_dir)
    inventory = read_inventory(settings.state_dir / "inventory.parquet")
    state, counts = read_documents(settings, before, inventory, progress)
    _keep(settings, "counts", asdict(since_publication(settings, before, state, counts)))
    held = state.outcomes.filter(pl.col("reason_code").is_not_null())
    formats = scan_table(settings, state.versions, "parsed").group_by("source_format").len().collect()
    return {
        **asdict(counts),
        "reports": state.versions.height,
        "quarantined": dict(held["reason_code"].value_counts(sort=True).iter_rows()),
        "examples": [
            *held.unique("reason_code").select("reason_code", "source_path", "detail").sort("reason_code").rows()
        ],
        "formats": dict(formats.sort("source_format").iter_rows()),
    }


def _keep(settings: Settings, name: str, content: Any) -> None:
    """Keep something for a later stage."""
    replace_text(settings.state_dir / f"{name}.json", json.dumps(content, ensure_ascii=False))


def _kept(settings: Settings, name: str, otherwise: Any) -> Any:
    path = settings.state_dir / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else otherwise


def fingerprint(settings: Settings, state: State) -> str:
    """What the published warehouse depends on: parsed results, code, and the files people keep beside the reports.

    Raises:
        RawFolderError: one of those files went since the folder was listed.

    """
    return hashlib.sha256(f"{state.content()} {code_version()} {notes_digest(settings)}".encode()).hexdigest()[:16]


def notes_digest(settings: Settings) -> str:
    """A hash of the files people keep beside the reports; raises as :func:`fingerprint` does."""
    digest = hashlib.sha256()
    for path in read_inventory(settings.state_dir / "inventory.parquet").notes:
        digest.update(path.encode())
        file = settings.raw_dir / path
        if not file.is_file():
            raise RawFolderError(f"{file} went while the run went on; see whether the folder is there, and run again")
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_published(settings: Settings, content: str) -> bool:
    """Whether the published warehouse, untouched since, holds what a rebuild gives: it has this ``fingerprint``."""
    index = warehouse.read_index(settings.warehouse)
    look = warehouse.look_at(settings.warehouse)
    same = look is not None and _kept(settings, "published", None) == list(look)
    return same and index.get("fingerprint") == content


def stage_facts(settings: Settings) -> Loaded:
    """Build the next warehouse file: reports, agencies, facts, sections, quarantine.

    Where the published file already holds all of it, the next one begins as its copy.
    """
    state = load_state(settings.state_dir)
    content = fingerprint(settings, state)
    unchanged = is_published(settings, content)
    _keep(settings, "next", {"unchanged": unchanged, "fingerprint": content})
    if unchanged:
        _copy_published(settings)
        index = warehouse.read_index(settings.warehouse)
        return Loaded(dict(index["tables"]), {}, list(index.get("problems", [])))
    manifests = read_manifests(settings.raw_dir)
    warehouse.create_tables(settings.next_warehouse)
    with warehouse.connect(settings.next_warehouse) as connection:
        with ThreadPoolExecutor(1) as beside:  # loading leaves Python free to tell the agencies
            loading = beside.submit(_load_parts, connection.cursor(), settings, state)
            built, problems = _build_reports(settings, state, manifests)
            loading.result()
        broken = _load_frames(connection, state, built)
        problems += correct(settings, state, connection, built)
        warehouse.load_frame(connection, "revision", find_revisions(connection))
        for table, found in broken_tables(connection, FIRST_BUILT).items():
            broken.setdefault(table, []).extend(found)
        rows = warehouse.table_counts(connection)
    built.observations.write_parquet(settings.state_dir / "observations.parquet")
    _keep(settings, "problems", problems)
    return Loaded(rows, broken, problems)


def _build_reports(settings: Settings, state: State, manifests: Manifests) -> tuple[Reports, list[str]]:
    """All reports and their agencies, and what could not be used of manifests and ``regions.csv``."""
    notes = read_regions(settings.raw_dir / REGIONS_FILE)
    stated = stated_divisions(notes.rows)
    problems = [f"{problem.manifest}, line {problem.line}: {problem.detail}" for problem in manifests.problems]
    with with_divisions(stated.divisions):
        problems += [*notes.problems, *stated.problems, *unlisted_codes(manifests.rows)]
        return build_reports(settings, state, manifests.rows), problems


def _copy_published(settings: Settings) -> None:
    built = settings.next_warehouse
    built.with_name(built.name + ".wal").unlink(missing_ok=True)
    shutil.copyfile(settings.warehouse, built)


def _load_parts(connection: duckdb.DuckDBPyConnection, settings: Settings, state: State) -> None:
    """Load the tables that parsing alone fills."""
    unwanted = {settings.parts_dir / part: ids for part, ids in unwanted_reports(settings, state.versions).items()}
    with warehouse.texts_repeat(connection):
        for table in FACTS:
            warehouse.load_parts(connection, table, unwanted)
    warehouse.load_parts(connection, "report_section", unwanted)


def _load_frames(connection: duckdb.DuckDBPyConnection, state: State, built: Reports) -> dict[str, list[str]]:
    """Load every other table that is known before the checks; returns what does not fit its schema."""
    frames = {
        "dim_report": built.reports,
        "dim_agency": built.resolution.agencies,
        "agency_hierarchy": built.resolution.hierarchy,
        **warehouse.dimension_frames(),
        "quarantine": _quarantine(state),
        "metric_dictionary": metric_dictionary_frame(),
    }
    broken: dict[str, list[str]] = {}
    for table, frame in frames.items():
        try:
            warehouse.load_frame(connection, table, frame)
        except SchemaErrors as error:
            broken[table] = [str(error.failure_cases)]
    return broken


def _quarantine(state: State) -> pl.DataFrame:
    held = state.outcomes.filter(pl.col("reason_code").is_not_null())
    renamed = held.select("source_path", pl.col("sha256").alias("source_sha256"), "reason_code", "detail", "seen_at")
    return renamed.select(list(Quarantine.polars_schema()))


def stage_checks(settings: Settings) -> Checked:
    """Judge what the text claims and apply every rule; both go into the next warehouse."""
    with warehouse.connect(settings.next_warehouse) as connection:
        if _kept(settings, "next", {})["unchanged"]:
            issues = connection.execute("SELECT * FROM dq_issue").pl()
            rows = warehouse.table_counts(connection)
            return Checked(issues, rows["narrative_claim"], worst_reports(connection), [])
        state = load_state(settings.state_dir)
        bodies = {
            name: connection.execute(f'SELECT * FROM "{name}"').pl()  # noqa: S608
            for name in ("dim_report", "dim_agency", "agency_hierarchy")
        }
        corrected = {name: corrected_cells(settings, name) for name in FACTS}
        warehouse.load_frame(connection, "narrative_claim", NarrativeClaim.no_rows())
        slices = slices_for_checks(settings, connection, state.versions, bodies["dim_report"])
        order = bodies["dim_report"]["report_id"]
        # The figures have no name here, so that the checks can let go of them.
        found = find_in_slices(
            {**bodies, "figures": figures_of_parts(settings, state.versions, corrected, order)}, slices
        )
        issues, problems = _reviewed(settings, found, bodies)
        warehouse.load_frame(connection, "dq_issue", issues)
        _keep(settings, "problems", [*_kept(settings, "problems", []), *problems])
        claims = warehouse.number(connection, "SELECT count(*) FROM narrative_claim")
        return Checked(issues, claims, worst_reports(connection), problems)


def _reviewed(
    settings: Settings, issues: pl.DataFrame, bodies: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, list[str]]:
    """The findings with what people said of them, and what could not be used."""
    reviews = read_reviews(settings.raw_dir / REVIEWS_FILE)
    reviewed = attach_reviews(issues, bodies["dim_report"], bodies["dim_agency"], reviews.rows)
    return reviewed.issues, [*reviews.problems, *reviewed.problems]


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


def stage_warehouse(settings: Settings, run_id: str, started_at: datetime) -> Published:
    """Add the run, make the marts, verify, publish.

    Raises:
        VerificationError: the new file is not as a healthy one; the published one stays.
        RawFolderError: there is no next warehouse to publish.

    """
    if not settings.next_warehouse.exists():
        raise RawFolderError("no new warehouse was built; run the whole job `nightly_ingestion`")
    state = load_state(settings.state_dir)
    notes_digest(settings)  # corrections that went meanwhile must not be missing from what is published
    unchanged = _kept(settings, "next", {})["unchanged"]
    counts = Counts(**_kept(settings, "counts", {}))
    runs = pl.concat([earlier_runs(settings), run_row(state, counts, run_id, started_at)]).unique("run_id", keep="last")
    runs = runs.sort("started_at", "run_id")
    before = {} if settings.accept_fewer else warehouse.read_index(settings.warehouse)
    with warehouse.connect(settings.next_warehouse) as connection:
        warehouse.load_frame(connection, "ingest_run", runs)
        if not unchanged:
            corrected = corrected_cells(settings, "fact_application")
            with warehouse.texts_repeat(connection):
                create_marts(connection, counts_of_parts(settings, state.versions, corrected))
        cells = count_cells(connection)
        verify(connection, before, ("ingest_run",) if unchanged else LAST_BUILT, cells)
        measures = measured(settings, connection, run_id, cells.share())
        about = _about(settings, state, counts, connection) | {"run_id": run_id}
    about["problems"] = (before.get("problems", []) if unchanged else _kept(settings, "problems", []))[:MOST_PROBLEMS]
    refuse_incomplete(settings.next_warehouse, about["tables"], MARTS)
    warehouse.publish(settings.next_warehouse, settings.warehouse, about)
    _keep(settings, "published", warehouse.look_at(settings.warehouse))
    keep_runs(settings, runs, measures)
    keep_published_files(settings, state)
    return Published(about, list(trends(measures)))


def _about(settings: Settings, state: State, counts: Counts, connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return {
        "fingerprint": _kept(settings, "next", {})["fingerprint"],
        "generation": state.generation,
        "code_version": code_version(),
        "files_seen": counts.seen,
        "reports_in_raw": reports_in_raw(connection),
        "tables": warehouse.table_counts(connection),
    }


def stage_marts(settings: Settings) -> dict[str, int]:
    """Rows of every mart of the published warehouse, counted once for one content."""

    def count(source: Path, _folder: Path) -> dict[str, int]:
        with warehouse.connect(source, read_only=True) as connection:
            return {mart: warehouse.number(connection, f'SELECT count(*) FROM "{mart}"') for mart in MARTS}  # noqa: S608

    return _once(settings, "marts", settings.warehouse, count)


def _published(settings: Settings) -> Any:
    return warehouse.reading(settings.warehouse, settings.state_dir / "copy.duckdb")


def stage_files(settings: Settings) -> dict[str, int]:
    """Write the files for those without SQL beside the warehouse, unless they are those of this content already."""
    return _once(settings, "export", folder_beside(settings, "export"), export_all)


def stage_site(settings: Settings) -> dict[str, Any]:
    """Write the static site beside the warehouse, unless it is that of this content already."""

    def build(source: Path, folder: Path) -> dict[str, Any]:
        made: SiteResult = build_site(source, folder)
        return made._asdict()

    return _once(settings, "site", folder_beside(settings, "site"), build)


def folder_beside(settings: Settings, name: str) -> Path:
    """A folder beside the warehouse; that of a warehouse of another name has its name before it."""
    stem = settings.warehouse.stem
    return settings.warehouse.with_name(name if stem == "gongkai" else f"{stem}.{name}")


def _once(settings: Settings, name: str, target: Path, make: Callable[[Path, Path], dict[str, Any]]) -> dict[str, Any]:
    """What making something of the published file tells; it is not made again while the content is the same."""
    content = warehouse.read_index(settings.warehouse).get("fingerprint")
    kept = _kept(settings, name, {})
    if target.exists() and kept.get("fingerprint") == content:
        return dict(kept["made"])
    with _published(settings) as source:
        made = make(source, target)
    _keep(settings, name, {"fingerprint": content, "made": made})
    return made


def problem_lines(problems: Sequence[str]) -> str:
    """Problems as a markdown list."""
    return "\n".join(f"- {problem}" for problem in problems) or "none"
