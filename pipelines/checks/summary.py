"""What a run found, in two small tables: counts by group of rules, and the reports that need a person first."""

from __future__ import annotations

import polars as pl

from schemas.quality import SEVERITIES
from schemas.vocabulary import codes, rows

GROUPS = codes("rules", "rule_group")


def counts_by_group(issues: pl.DataFrame) -> pl.DataFrame:
    """One row a group of rules and severity, also where nothing was found: ``findings``, ``reports``, ``explained``.

    ``explained`` are findings that a person has explained; they stay counted.
    """
    groups = {row["rule_code"]: row["rule_group"] for row in rows("rules")}
    every = pl.DataFrame({"rule_group": GROUPS}).join(pl.DataFrame({"severity": SEVERITIES}), how="cross")
    found = (
        issues.with_columns(pl.col("rule_code").replace_strict(groups, return_dtype=pl.String).alias("rule_group"))
        .group_by("rule_group", "severity")
        .agg(
            pl.len().alias("findings"),
            pl.col("report_id").n_unique().alias("reports"),
            (pl.col("review_verdict") == "explained").sum().alias("explained"),
        )
    )
    return every.join(found, on=["rule_group", "severity"], how="left", maintain_order="left").fill_null(0)


def worst_reports(issues: pl.DataFrame, dim_report: pl.DataFrame, count: int = 10) -> pl.DataFrame:
    """The current reports with most errors, then warnings, that nobody has explained, with the link to their source."""
    open_issues = issues.filter((pl.col("review_verdict") != "explained").fill_null(value=True))
    severities = [(pl.col("severity") == name).sum().alias(f"{name}s") for name in SEVERITIES]
    counted = open_issues.group_by("report_id").agg(*severities, pl.col("rule_code").unique().sort().str.join(", "))
    named = dim_report.filter("is_current").select("report_id", "report_year", "title", "source_path", "source_url")
    return (
        named.join(counted, on="report_id")
        .sort("errors", "warnings", "infos", "report_id", descending=[True, True, True, False])
        .head(count)
        .rename({"rule_code": "rules"})
    )
