"""Figures that people corrected, put in their cells: in the warehouse, and in what the checks and marts look at."""

from __future__ import annotations

import duckdb
import polars as pl

from pipelines import warehouse
from pipelines.checks.corpus import FACTS
from pipelines.checks.notes import read_corrections, reports_named
from pipelines.checks.reviews import CORRECTIONS_FILE, apply_corrections
from pipelines.parts import scan_table
from pipelines.reports import Reports
from pipelines.settings import Settings
from pipelines.state import State


def correct(settings: Settings, state: State, connection: duckdb.DuckDBPyConnection, built: Reports) -> list[str]:
    """Put the figures of corrections.csv in their cells, and keep those cells for the checks.

    Returns what could not be used.
    """
    notes = read_corrections(settings.raw_dir / CORRECTIONS_FILE)
    reports, agencies = built.reports, built.resolution.agencies
    named = reports_named(notes.rows, reports, agencies)["report_id"].drop_nulls().unique()
    facts = {
        table: scan_table(settings, state.versions, table).filter(pl.col("report_id").is_in(named.implode())).collect()
        for table in FACTS
    }
    corrected = apply_corrections(facts, reports, agencies, notes.rows)
    for table, frame in corrected.facts.items():
        changed = frame.filter(pl.col("value_status") == "corrected")
        changed.write_parquet(settings.state_dir / f"corrected_{table}.parquet")
        if not changed.is_empty():
            warehouse.update_cells(connection, table, changed)
    return [*notes.problems, *corrected.problems]


def corrected_cells(settings: Settings, table: str) -> pl.DataFrame:
    """The cells of a fact table whose figure a person corrected, as stage_facts kept them."""
    return pl.read_parquet(settings.state_dir / f"corrected_{table}.parquet")


def facts_as_corrected(settings: Settings, versions: pl.DataFrame, table: str) -> pl.LazyFrame:
    """One fact table of these versions, with the figures that people put in the place of what was read."""
    facts = scan_table(settings, versions, table)
    corrected = corrected_cells(settings, table).join(versions, on="report_id", how="semi")
    if corrected.is_empty():
        return facts
    kept = facts.join(corrected.lazy(), on=list(warehouse.BY_NAME[table].key()), how="anti")
    return pl.concat([kept, corrected.lazy()])
