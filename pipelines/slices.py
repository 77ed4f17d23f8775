"""The tables that the checks look at, some whole reports after the other, so that memory is bounded."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl

from pipelines import warehouse
from pipelines.checks.corpus import FACTS, REPORTS_AT_ONCE
from pipelines.checks.narrative import judge_claims
from pipelines.corrected import facts_as_corrected
from pipelines.parts import scan_table, slices_of
from pipelines.settings import Settings


def slices_for_checks(
    settings: Settings, connection: duckdb.DuckDBPyConnection, versions: pl.DataFrame, reports: pl.DataFrame
) -> Iterator[dict[str, pl.DataFrame | pl.LazyFrame]]:
    """By slice the contract's long tables and their part of ``reports`` (``dim_report``).

    The claims of a slice are judged, and added to the warehouse, when it is asked for.
    """
    observations = pl.scan_parquet(settings.state_dir / "observations.parquet")
    for some in slices_of(versions, REPORTS_AT_ONCE):
        mine = reports.join(some, on="report_id", how="semi", maintain_order="left")
        facts = {name: facts_as_corrected(settings, some, name) for name in FACTS}
        application, proactive, review = (facts[name] for name in FACTS)
        claims = judge_claims(scan_table(settings, some, "claim").collect(), application, proactive, review, mine)
        warehouse.add_frame(connection, "narrative_claim", claims)
        yield {
            **facts,
            "dim_report": mine,
            "report_section": scan_table(settings, some, "report_section"),
            "observation": observations.join(mine.lazy(), on="report_id", how="semi"),
            "narrative_claim": claims,
        }
