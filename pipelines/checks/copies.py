"""The narrative beside that of the year before: text taken over, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import polars as pl

from pipelines.checks.corpus import REPORTS_AT_ONCE, Corpus, Slice, current_reports
from pipelines.checks.findings import as_findings
from schemas.vocabulary import settings

EXPECT: dict[str, Any] = settings("expect")
SERIES = ["agency_id", "report_scope"]
BATCH = 10_000
SENTENCES = {"row": pl.UInt32, "sentence": pl.UInt64, "length": pl.Int64}


class Paired(NamedTuple):
    """The current reports, numbered by ``row``, and the pairs of those whose agency has one on the year before."""

    reports: pl.DataFrame
    pairs: pl.DataFrame


def paired(corpus: Corpus) -> Paired:
    """Which reports are compared."""
    reports = current_reports(corpus, ()).select("report_id", *SERIES, "report_year").with_row_index("row")
    earlier = reports.select(*SERIES, pl.col("report_year") + 1, pl.col("row").alias("row_before"))
    return Paired(reports, reports.join(earlier, on=[*SERIES, "report_year"]))


def sentences_of(part: Slice, paired: Paired) -> pl.DataFrame:
    """Sentences of each report as hash and length; in batches, so that the texts never stand in memory twice."""
    rules = EXPECT["boilerplate"]
    sentence = pl.col("body").str.replace_all(rules["ignored"], "").str.split(rules["ends"])
    rows = _of_pairs(paired.reports, paired.pairs).select("report_id", "row").lazy()
    texts = part.sections.drop_nulls("body").join(rows, on="report_id").select("row", "body").collect()
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
    return pl.concat([pl.DataFrame(schema=SENTENCES), *parts])


def find(paired: Paired, sentences: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The narrative is the one of the year before, sentence by sentence, figures left out.

    Sentences that several agencies share are common phrases and count on neither side; a text
    with little of its own is not compared.
    """
    rules = EXPECT["boilerplate"]
    every = pl.concat([pl.DataFrame(schema=SENTENCES), *sentences])
    near = pl.concat(
        _compared(some, _sentences_of_pairs(paired.reports, some, every)).filter(
            pl.col("alike") >= rules["alike_with_common_phrases"]
        )
        for some in _slices(paired.pairs)
    )
    own = _own_sentences(every, _of_pairs(paired.reports, near), paired.reports)
    found = _compared(near.select(paired.pairs.columns), own).filter(
        (pl.min_horizontal("total", "total_before") >= rules["own_characters"]) & (pl.col("alike") >= rules["alike"])
    )
    return as_findings(_said_of_copies(found), "boilerplate_text")


def _slices(pairs: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Some pairs after the other, so that memory is bounded; at least one frame."""
    yield from pairs.iter_slices(REPORTS_AT_ONCE) if pairs.height else [pairs]


def _sentences_of_pairs(reports: pl.DataFrame, pairs: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """The sentences of the reports on either side; rows are numbers, so a list of yes and no tells them at once."""
    wanted = reports.select(pl.col("row").is_in(_of_pairs(reports, pairs)["row"].implode()))["row"]
    return sentences.filter(wanted.gather(sentences["row"]))


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
