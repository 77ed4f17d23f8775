"""The narrative: figures that contradict the tables."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.checks.corpus import Slice
from pipelines.checks.findings import as_findings, figure
from schemas.vocabulary import settings

EXPECT: dict[str, Any] = settings("expect")
TABLE_NAMES = {
    "application": "fact_application",
    "proactive": "fact_proactive_disclosure",
    "review": "fact_review_litigation",
}
CELL = "(?:application|proactive|review)/[a-z_]+/[a-z_]+"


def find(part: Slice) -> list[pl.DataFrame]:
    """Findings of every rule of this module."""
    return [_narrative_mismatch(part.claims)]


def _narrative_mismatch(claims: pl.LazyFrame) -> pl.DataFrame:
    """A figure of the text that contradicts the cells it speaks of; the sentence is quoted, shortened.

    A finding stands at the cells of the first reading, the one that ``expected`` is of; the claim keeps the others.
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
