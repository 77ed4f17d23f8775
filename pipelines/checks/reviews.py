"""What people found, kept through every run: corrections of cells, verdicts on findings.

Both speak of a report by its path, or by agency and year, and of a cell by its code, so they
stay attached when files are read again, and to later versions of a file.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from pipelines.checks.corpus import FACTS, TABLE_OF
from pipelines.checks.notes import LINE, reports_named, unnamed
from schemas.vocabulary import codes, settings

CORRECTIONS_FILE = "corrections.csv"
REVIEWS_FILE = "reviews.csv"


class Corrected(NamedTuple):
    """The three fact tables with corrections in them, how many cells were corrected, what could not be used."""

    facts: dict[str, pl.DataFrame]
    cells: int
    problems: tuple[str, ...]


class Reviewed(NamedTuple):
    """The findings with verdicts beside them, and what could not be used."""

    issues: pl.DataFrame
    problems: tuple[str, ...]


def apply_corrections(
    facts: Mapping[str, pl.DataFrame], dim_report: pl.DataFrame, dim_agency: pl.DataFrame, corrections: pl.DataFrame
) -> Corrected:
    """Put corrected figures in their cells: ``value`` is replaced, ``value_raw`` stays, the status is ``corrected``.

    ``facts`` holds the three fact tables by name; ``corrections`` are rows of
    :func:`pipelines.checks.notes.read_corrections`. The last row on a cell wins.
    """
    named = reports_named(corrections, dim_report, dim_agency)
    problems = unnamed(named, CORRECTIONS_FILE)
    usable = _with_figures(named.drop_nulls("report_id"), problems)
    changed: dict[str, pl.DataFrame] = {}
    cells = 0
    for table in FACTS:
        mine = usable.filter(pl.col("fact_table") == table)
        changed[table], count = _corrected(facts[table], table, mine, problems)
        cells += count
    return Corrected(changed, cells, tuple(dict.fromkeys(problems)))


def attach_reviews(
    issues: pl.DataFrame, dim_report: pl.DataFrame, dim_agency: pl.DataFrame, reviews: pl.DataFrame
) -> Reviewed:
    """Put verdicts beside the findings they speak of; a review without a cell speaks of all findings of its rule.

    No finding is ever removed. ``reviews`` are rows of :func:`pipelines.checks.notes.read_reviews`;
    the last row on a finding wins, one on its cell before one on its rule.
    """
    named = reports_named(reviews, dim_report, dim_agency)
    problems = unnamed(named, REVIEWS_FILE)
    usable = _with_verdicts(named.drop_nulls("report_id"), problems)
    bare = issues.drop("review_verdict", "review_note", "reviewed_by", "reviewed_on")
    said = pl.concat([_matched(bare, usable, with_cell=True), _matched(bare, usable, with_cell=False)])
    last = said.unique("issue_id", keep="first", maintain_order=True).select(
        "issue_id", "review_verdict", "review_note", "reviewed_by", "reviewed_on"
    )
    stale = usable.join(said.select("number").unique(), on="number", how="anti").unique("number", maintain_order=True)
    problems += [f"{REVIEWS_FILE}, line {line}: no such finding in this run" for line in stale[LINE]]
    joined = bare.join(last, on="issue_id", how="left", maintain_order="left")
    return Reviewed(joined.select(issues.columns), tuple(dict.fromkeys(problems)))


def _matched(issues: pl.DataFrame, reviews: pl.DataFrame, *, with_cell: bool) -> pl.DataFrame:
    """Findings and the reviews of their cell, or of their rule as a whole; the latest review first."""
    mine = reviews.filter(pl.col("cell").is_not_null() == with_cell)
    key = ["report_id", "rule_code", "cell"] if with_cell else ["report_id", "rule_code"]
    return (
        issues.select("issue_id", "report_id", "rule_code", "cell")
        .join(mine if with_cell else mine.drop("cell"), on=key)
        .sort("number", descending=True)
        .select("issue_id", "number", "verdict", "note", "reviewed_by", "reviewed_on")
        .rename({"verdict": "review_verdict", "note": "review_note"})
    )


def _with_verdicts(named: pl.DataFrame, problems: list[str]) -> pl.DataFrame:
    """The reviews whose rule and verdict are known, the verdict as its code."""
    verdicts = {alias: code for code, aliases in settings("expect")["reviews"]["verdicts"].items() for alias in aliases}
    coded = named.with_columns(
        pl.col("verdict").str.to_lowercase().replace_strict(verdicts, default=None, return_dtype=pl.String),
        pl.col("rule_code").is_in(codes("rules", "rule_code")).fill_null(value=False).alias("rule_known"),
    )
    for row in coded.unique("number", maintain_order=True).iter_rows(named=True):
        if not row["rule_known"]:
            problems.append(f"{REVIEWS_FILE}, line {row[LINE]}: unknown rule_code")
        elif row["verdict"] is None:
            problems.append(f"{REVIEWS_FILE}, line {row[LINE]}: verdict is neither confirmed nor explained")
    return coded.filter(pl.col("rule_known") & pl.col("verdict").is_not_null())


def _with_figures(named: pl.DataFrame, problems: list[str]) -> pl.DataFrame:
    """The corrections that name a cell and a figure; the table may be left out where the cell tells it."""
    rows = []
    for row in named.iter_rows(named=True):
        figure = _figure(row["value"])
        table = TABLE_OF.get(row["cell"] or "")
        if table is None or row["fact_table"] not in {None, table}:
            problems.append(f"{CORRECTIONS_FILE}, line {row[LINE]}: no such cell in the form")
        elif figure is None:
            problems.append(f"{CORRECTIONS_FILE}, line {row[LINE]}: the value is no number")
        else:
            rows.append((row[LINE], row["report_id"], table, row["cell"], figure))
    schema = {LINE: pl.Int64, "report_id": pl.String, "fact_table": pl.String, "cell": pl.String, "figure": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").unique(
        ["report_id", "cell"], keep="last", maintain_order=True
    )


def _figure(text: str | None) -> float | None:
    """A plain number, with thousands separators or full-width digits; nothing else is understood."""
    try:
        value = float(unicodedata.normalize("NFKC", text or "").replace(",", "").replace("_", "x"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _corrected(facts: pl.DataFrame, table: str, mine: pl.DataFrame, problems: list[str]) -> tuple[pl.DataFrame, int]:
    """One fact table with its corrections, and how many cells they changed."""
    first, second = FACTS[table]
    if mine.is_empty():
        return facts, 0
    parts = mine.with_columns(
        pl.col("cell").str.split("/").list.get(0).alias(first), pl.col("cell").str.split("/").list.get(1).alias(second)
    ).select(LINE, "report_id", first, second, "figure")
    key = ["report_id", first, second]
    lost = parts.join(facts, on=key, how="anti")
    problems += [f"{CORRECTIONS_FILE}, line {line}: the report's form has no such cell" for line in lost[LINE].unique()]
    joined = facts.join(parts.drop(LINE), on=key, how="left", maintain_order="left")
    is_corrected = pl.col("figure").is_not_null()
    corrected = joined.with_columns(
        pl.coalesce("figure", "value").alias("value"),
        pl.when(is_corrected).then(pl.lit("corrected")).otherwise("value_status").alias("value_status"),
    )
    return corrected.select(facts.columns), parts.height - lost.height
