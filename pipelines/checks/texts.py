"""The narrative: figures that contradict the tables, and text taken over from the year before."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.checks.corpus import Corpus, current_reports
from pipelines.checks.findings import as_findings, figure
from schemas.vocabulary import settings

EXPECT: dict[str, Any] = settings("expect")
SERIES = ["agency_id", "report_scope"]
TABLE_NAMES = {
    "application": "fact_application",
    "proactive": "fact_proactive_disclosure",
    "review": "fact_review_litigation",
}
CELL = "(?:application|proactive|review)/[a-z_]+/[a-z_]+"
BATCH = 10_000


def find(corpus: Corpus) -> list[pl.DataFrame]:
    """Findings of every rule of this module."""
    return [_narrative_mismatch(corpus.claims), _boilerplate_text(corpus)]


def _narrative_mismatch(claims: pl.LazyFrame) -> pl.DataFrame:
    """A figure of the text that contradicts the cells it speaks of; the sentence is quoted, shortened.

    A finding stands at the cells of the first reading, the likeliest; the claim keeps the others.
    """
    longest = EXPECT["shown"]["sentence_characters"]
    sentence = pl.col("sentence").str.replace_all(r"\s+", " ").str.strip_chars()
    cut = pl.when(sentence.str.len_chars() > longest).then(pl.concat_str(sentence.str.slice(0, longest), pl.lit("…")))
    first_reading = pl.col("cells").str.split("|").list.get(0, null_on_oob=True)
    cells = first_reading.str.extract_all(CELL).list.eval(pl.element().str.replace("^[a-z]+/", ""))
    table = first_reading.str.extract("^([a-z]+)/").replace_strict(TABLE_NAMES, default=None, return_dtype=pl.String)
    found = (
        claims.filter(pl.col("verdict") == "contradicts")
        .select(
            "report_id",
            table.alias("fact_table"),
            cells.alias("places"),
            cells.list.head(EXPECT["shown"]["cells"]).list.join(" ").alias("cell"),
            figure(pl.col("value")).alias("actual"),
            figure(pl.col("expected")).alias("expected"),
            cut.otherwise(sentence).alias("sentence"),
            figure(pl.col("value")).alias("key"),
        )
        .collect()
    )
    return as_findings(found, "narrative_mismatch")


def _boilerplate_text(corpus: Corpus) -> pl.DataFrame:
    """The narrative is the one of the year before, clause by clause, figures left out.

    Clauses that several agencies share are common phrases and count on neither side; a text with
    little of its own is not compared.
    """
    rules = EXPECT["boilerplate"]
    reports = current_reports(corpus).select("report_id", *SERIES, "report_year").with_row_index("row")
    clauses = _own_clauses(_clauses(corpus, reports), reports)
    lengths = clauses.group_by("row").agg(pl.col("length").sum().alias("total"))
    earlier = reports.select(*SERIES, pl.col("report_year") + 1, pl.col("row").alias("row_before"))
    pairs = (
        reports.join(earlier, on=[*SERIES, "report_year"])
        .join(lengths, on="row")
        .join(lengths.rename({"row": "row_before", "total": "total_before"}), on="row_before")
        .filter(pl.min_horizontal("total", "total_before") >= rules["own_characters"])
    )
    shared = (
        clauses.join(pairs.select("row", "row_before"), on="row")
        .join(clauses, left_on=["row_before", "clause"], right_on=["row", "clause"], how="semi")
        .group_by("row")
        .agg(pl.col("length").sum().alias("shared"))
    )
    alike = 2 * pl.col("shared") / (pl.col("total") + pl.col("total_before"))
    found = (
        pairs.join(shared, on="row")
        .filter(alike >= rules["alike"])
        .select(
            "report_id",
            pl.lit("report_section").alias("fact_table"),
            pl.lit("body").alias("cell"),
            (pl.col("report_year") - 1).cast(pl.String).alias("key"),
            (alike * 100).round(0).cast(pl.Int64).cast(pl.String).alias("actual"),
            pl.col("report_year").alias("year"),
            (pl.col("report_year") - 1).alias("previous_year"),
        )
    )
    return as_findings(found, "boilerplate_text")


def _clauses(corpus: Corpus, reports: pl.DataFrame) -> pl.DataFrame:
    """Distinct clauses of each report as hash and length; in batches, so that the texts never stand in memory twice."""
    rules = EXPECT["boilerplate"]
    clause = pl.col("body").str.replace_all(rules["ignored"], "").str.extract_all(rules["clause"])
    rows = reports.select("report_id", "row").lazy()
    texts = corpus.sections.drop_nulls("body").join(rows, on="report_id").select("row", "body").collect()
    parts = [
        texts.slice(start, BATCH)
        .lazy()
        .select("row", clause.alias("clause"))
        .explode("clause", empty_as_null=False)
        .select("row", pl.col("clause").hash(), pl.col("clause").str.len_chars().cast(pl.UInt16).alias("length"))
        .collect()
        for start in range(0, texts.height, BATCH)
    ]
    empty = pl.DataFrame(schema={"row": pl.UInt32, "clause": pl.UInt64, "length": pl.UInt16})
    return pl.concat([empty, *parts]).unique(["row", "clause"])


def _own_clauses(clauses: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """The clauses without those that several agencies use."""
    agencies = reports.select("row", pl.col("agency_id").rank("dense").alias("agency"))
    common = (
        clauses.join(agencies, on="row")
        .group_by("clause")
        .agg(pl.col("agency").n_unique().alias("agencies"))
        .filter(pl.col("agencies") >= EXPECT["boilerplate"]["common_agencies"])
    )
    return clauses.join(common, on="clause", how="anti").with_columns(pl.col("length").cast(pl.Int64))
