"""Which reports there are: versions, agencies, scope, and which of several files of one report is current."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from pipelines.agencies.resolve import AgencyResolution, resolve_agencies
from pipelines.agencies.said import agency_conflicts
from pipelines.agencies.scope import text_cues
from pipelines.facts import OBSERVATION_SCHEMA
from pipelines.parts import scan_table
from pipelines.settings import Settings
from pipelines.state import State
from schemas.dimensions import DimReport

CUES = 600
MOST_VERSIONS = 1 << 31
FORMAT_ORDER = ("html", "docx", "xlsx", "text", "xls", "doc", "wps", "pdf", "image")


class Reports(NamedTuple):
    """``dim_report``, the agencies behind it, and what the parser and the manifest noticed."""

    reports: pl.DataFrame
    resolution: AgencyResolution
    observations: pl.DataFrame


def build_reports(settings: Settings, state: State, manifest: pl.DataFrame) -> Reports:
    """Resolve agencies over all versions and choose the current one of each agency, year and scope."""
    versions = state.versions
    parsed = scan_table(settings, versions, "parsed").collect()
    joined = versions.join(parsed, on="report_id").sort("source_path", "version")
    evidence = scan_table(settings, versions, "evidence").collect()
    resolution = resolve_agencies(_with_scope_cues(settings, versions, joined), evidence, manifest)
    named = joined.join(resolution.assignments, on="report_id", how="left")
    stated = manifest.select(
        "source_path",
        pl.col("source_url").alias("stated_url"),
        pl.col("published_on").alias("stated_published"),
    )
    named = named.join(stated, on="source_path", how="left").with_columns(
        pl.coalesce("stated_url", "source_url").alias("source_url"),
        pl.coalesce("stated_published", "published_on").alias("published_on"),
    )
    reports = choose_current(named).select(list(DimReport.polars_schema()))
    observations = scan_table(settings, versions, "observation").collect()
    conflicts = [_conflicts(resolution.conflicts), _conflicts(agency_conflicts(evidence))]
    return Reports(reports, resolution, pl.concat([observations, *conflicts]))


def _with_scope_cues(settings: Settings, versions: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """What the choice of scope needs besides the name: rules in force, and how section 1 begins."""
    regulation = (
        scan_table(settings, versions, "fact_proactive_disclosure")
        .filter(pl.col("category_code") == "regulation", pl.col("measure_code").is_in(["in_force", "total_disclosed"]))
        .group_by("report_id")
        .agg(pl.col("value").max().alias("regulation_in_force"))
        .collect()
    )
    cues = (
        scan_table(settings, versions, "report_section")
        .filter(pl.col("section_no") == 1)
        .select("report_id", pl.col("body").str.slice(0, CUES).alias("scope_cues"))
        .filter(pl.col("scope_cues").str.contains(text_cues()))
        .collect()
    )
    named = joined.select("report_id", "source_path", "agency_name_printed", "title")
    return named.join(regulation, on="report_id", how="left").join(cues, on="report_id", how="left")


def choose_current(reports: pl.DataFrame) -> pl.DataFrame:
    """Mark one report of each agency, year and scope as current and say why the others are not.

    A newer version of a file takes the place of the older; one whose bytes came back stands again.
    Of several files the one that is still
    in the raw folder, was read most completely and stands in the format that loses least is chosen.
    """
    place = pl.col("in_raw").cast(pl.Int64) * MOST_VERSIONS + pl.col("version")
    newest = place == place.max().over("source_path")
    order = {name: place for place, name in enumerate(FORMAT_ORDER)}
    ranked = (
        reports.with_columns(
            newest.alias("newest"), pl.col("source_format").replace_strict(order).alias("format_place")
        )
        .sort(
            "newest",
            "in_raw",
            "cells_known",
            "format_place",
            "source_path",
            descending=[True, True, True, False, False],
        )
        .with_columns(
            pl.int_range(pl.len()).over("agency_id", "report_year", "report_scope").alias("place"),
            pl.col("source_path").first().over("agency_id", "report_year", "report_scope").alias("chosen_path"),
            pl.col("cells_known").first().over("agency_id", "report_year", "report_scope").alias("chosen_known"),
            pl.col("version").filter("newest").first().over("source_path").alias("last_version"),
            pl.len().over("agency_id", "report_year", "report_scope").alias("files"),
        )
    )
    current = pl.col("newest") & (pl.col("place") == 0)
    read = pl.format("{} of {} cells read", "cells_known", "cells_in_form")
    reason = (
        pl.when(~pl.col("newest"))
        .then(pl.format("version {} of this file took its place", "last_version"))
        .when(pl.col("place") > 0)
        .then(pl.format("{} stands for this report: {} cells read there, {} here", "chosen_path", "chosen_known", read))
        .when(pl.col("files") > 1)
        .then(pl.format("chosen of {} files or versions: {}", "files", read))
        .otherwise(None)
    )
    return ranked.with_columns(current.alias("is_current"), reason.alias("currency_reason")).sort(
        "source_path", "version"
    )


def _conflicts(conflicts: pl.DataFrame) -> pl.DataFrame:
    """Contradictions of names, by the manifest or within the document, as observations of ``agency_conflict``."""
    return conflicts.select(
        "report_id",
        pl.lit("agency_conflict").alias("rule_code"),
        pl.lit(None, dtype=pl.String).alias("fact_table"),
        pl.col("field").alias("cell"),
        "locator",
        "expected",
        "actual",
    ).select(list(OBSERVATION_SCHEMA))
