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
    """The narrative is the one of the year before, sentence by sentence, figures left out.

    Sentences that several agencies share are common phrases and count on neither side; a text
    with little of its own is not compared.
    """
    rules = EXPECT["boilerplate"]
    reports = current_reports(corpus, ()).select("report_id", *SERIES, "report_year").with_row_index("row")
    earlier = reports.select(*SERIES, pl.col("report_year") + 1, pl.col("row").alias("row_before"))
    pairs = reports.join(earlier, on=[*SERIES, "report_year"])
    sentences = _sentences(corpus, _of_pairs(reports, pairs))
    near = _compared(pairs, sentences).filter(pl.col("alike") >= rules["alike_with_common_phrases"])
    own = _own_sentences(sentences, _of_pairs(reports, near), reports)
    found = _compared(near.select(pairs.columns), own).filter(
        (pl.min_horizontal("total", "total_before") >= rules["own_characters"]) & (pl.col("alike") >= rules["alike"])
    )
    return as_findings(_said_of_copies(found), "boilerplate_text")


def _of_pairs(reports: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The reports that stand on either side of a pair."""
    sides = pl.concat([pairs.select("row"), pairs.select(pl.col("row_before").alias("row"))])
    return reports.join(sides, on="row", how="semi")


def _compared(pairs: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Pairs with the characters of both texts and the part, from 0 to 1, that stands in both."""
    lengths = sentences.group_by("row").agg(pl.col("length").sum().alias("total"))
    shared = (
        sentences.join(pairs.select("row", "row_before"), on="row")
        .join(sentences, left_on=["row_before", "sentence"], right_on=["row", "sentence"], how="semi")
        .group_by("row")
        .agg(pl.col("length").sum().alias("shared"))
    )
    part = 2 * pl.col("shared") / (pl.col("total") + pl.col("total_before"))
    return (
        pairs.join(lengths, on="row")
        .join(lengths.rename({"row": "row_before", "total": "total_before"}), on="row_before")
        .join(shared, on="row")
        .with_columns(part.clip(upper_bound=1.0).alias("alike"))
    )


def _said_of_copies(found: pl.DataFrame) -> pl.DataFrame:
    """The columns of a finding on a text taken over."""
    before = pl.col("report_year") - 1
    return found.select(
        "report_id",
        pl.lit("report_section").alias("fact_table"),
        pl.lit("body").alias("cell"),
        before.cast(pl.String).alias("key"),
        (pl.col("alike") * 100).round(0).cast(pl.Int64).cast(pl.String).alias("actual"),
        pl.col("report_year").alias("year"),
        before.alias("previous_year"),
    )


def _sentences(corpus: Corpus, reports: pl.DataFrame) -> pl.DataFrame:
    """Sentences of each report as hash and length; in batches, so that the texts never stand in memory twice."""
    rules = EXPECT["boilerplate"]
    sentence = pl.col("body").str.replace_all(rules["ignored"], "").str.split(rules["ends"])
    rows = reports.select("report_id", "row").lazy()
    texts = corpus.sections.drop_nulls("body").join(rows, on="report_id").select("row", "body").collect()
    parts = [
        texts.slice(start, BATCH)
        .lazy()
        .select("row", sentence.alias("sentence"))
        .explode("sentence")
        .with_columns(pl.col("sentence").str.len_chars().cast(pl.Int64).alias("length"))
        .filter(pl.col("length") >= rules["sentence_characters"])
        .select("row", pl.col("sentence").hash(), "length")
        .collect()
        for start in range(0, texts.height, BATCH)
    ]
    empty = pl.DataFrame(schema={"row": pl.UInt32, "sentence": pl.UInt64, "length": pl.Int64})
    return pl.concat([empty, *parts])


def _own_sentences(sentences: pl.DataFrame, wanted: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """The sentences of the wanted reports without those that several agencies use."""
    mine = sentences.join(wanted, on="row", how="semi")
    agencies = reports.select("row", pl.col("agency_id").rank("dense").alias("agency"))
    common = (
        sentences.join(mine, on="sentence", how="semi")
        .join(agencies, on="row")
        .select("sentence", "agency")
        .unique()
        .group_by("sentence")
        .len()
        .filter(pl.col("len") >= EXPECT["boilerplate"]["common_agencies"])
    )
    return mine.join(common, on="sentence", how="anti")
