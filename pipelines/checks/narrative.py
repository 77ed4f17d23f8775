"""Text against tables: holds the stated figures against the cells they may speak of.

A claim carries its readings (alternatives of sums of cells) and, where its words leave doubt, a
reason. It contradicts the tables only if nothing is left to doubt: every reading's cells are
reported, none of them gives the figure, and no other statement of the report explains it.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from schemas.facts import NarrativeClaim
from schemas.vocabulary import settings

Facts = pl.DataFrame | pl.LazyFrame

USABLE = ("reported", "corrected")
AMOUNT_TOLERANCE = 0.01  # 万元: tables and texts round to two decimals
RELATIVE_TOLERANCE = 0.005
ROUNDED_TOLERANCE = 0.1
SECTION_2 = "proactive/"
SECTION_3 = "application/"
SMALLER_FIGURES = 2  # so many kinds of request figures below the table hint at the office alone


def judge_claims(
    claims: pl.DataFrame,
    application: Facts,
    proactive: Facts,
    review: Facts,
    reports: pl.DataFrame,
) -> pl.DataFrame:
    """Each claim with what the tables hold and the verdict, as the table ``narrative_claim``.

    ``claims`` has report_id, claim_no, section_no, claim_code, value, unit, sentence, cells, reason;
    the others are the fact tables, collected or not, and ``dim_report``. ``expected`` is the reading closest to the
    figure, in the table's unit (amounts in 万元). ``reason`` is a code of ``claims.toml``.
    """
    if claims.is_empty():
        return NarrativeClaim.empty()
    scopes = reports.select("report_id", "report_scope").unique("report_id").with_row_index("report")
    numbered = (
        claims.drop("expected", "verdict", strict=False)
        .with_row_index("claim")
        .join(scopes, on="report_id", how="left")
        .join(claims.select("cells").unique().with_row_index("formula"), on="cells", how="left")
        .with_columns(mode=_mode())
    )
    wanted = _wanted_cells(numbered)
    cells = wanted.select("cell").unique().with_row_index("cell_no")
    wanted = wanted.join(cells, on="cell").drop("cell")
    readings = _readings(numbered, wanted, _cell_values(numbered, cells, application, proactive, review))
    judged = numbered.join(_closest(numbered, readings), on="claim", how="left").with_columns(verdict=_verdict())
    judged = judged.with_columns(reason=_reason())
    schema = NarrativeClaim.polars_schema()
    return _second_thoughts(judged).sort("claim").select(pl.col(name).cast(kind) for name, kind in schema.items())


@cache
def _soft_reasons() -> list[str]:
    return [row["code"] for row in settings("claims")["reasons"] if row["soft"]]


def _mode() -> pl.Expr:
    """``full``: may agree or contradict; ``confirm``: may only agree; ``never``."""
    scope, reason, cells = pl.col("report_scope"), pl.col("reason"), pl.col("cells")
    consolidated = (scope == "consolidated").fill_null(value=False)
    uneven = consolidated & cells.str.starts_with(SECTION_2)
    plain = pl.when(uneven).then(pl.lit("confirm")).otherwise(pl.lit("full"))
    return (
        pl.when(cells.fill_null("") == "")
        .then(pl.lit("never"))
        .when(reason.is_null())
        .then(plain)
        .when((reason == "office_alone") & consolidated)
        .then(pl.lit("never"))
        .when((reason == "office_alone") & (scope == "own"))
        .then(pl.lit("full"))
        .when((reason == "own_body") & ~consolidated)
        .then(pl.lit("full"))
        .when((reason == "whole_area") & consolidated & ~uneven)
        .then(pl.lit("full"))
        .when(reason.is_in(_soft_reasons()))
        .then(pl.lit("confirm"))
        .otherwise(pl.lit("never"))
    )


def _wanted_cells(numbered: pl.DataFrame) -> pl.DataFrame:
    """Every distinct ``cells`` text taken apart: formula, place of the reading, its number of addends, cell."""
    return (
        numbered.filter(pl.col("mode") != "never")
        .unique("formula")
        .select("formula", reading=pl.col("cells").str.split("|"))
        .with_columns(place=pl.int_ranges(pl.col("reading").list.len()))
        .explode("reading", "place")
        .select("formula", "place", cell=pl.col("reading").str.split("+"))
        .with_columns(addends=pl.col("cell").list.len())
        .explode("cell")
    )


def _cell_values(
    numbered: pl.DataFrame, cells: pl.DataFrame, application: Facts, proactive: Facts, review: Facts
) -> pl.DataFrame:
    """The cells that any claim speaks of, of the reports that have claims: report, cell_no, value."""
    parts = pl.col("cell").str.split("/").list
    named = cells.with_columns(table=parts.get(0), row=parts.get(1), column=parts.get(2)).lazy()
    reports = numbered.select("report_id", "report").unique("report_id").lazy()
    tables = (
        ("application", application, "item_code", "applicant_code"),
        ("proactive", proactive, "category_code", "measure_code"),
        ("review", review, "channel_code", "outcome_code"),
    )
    usable = pl.col("value_status").cast(pl.String).is_in(USABLE)
    found = [
        facts.lazy()
        .select(
            "report_id",
            pl.col(row).cast(pl.String).alias("row"),
            pl.col(column).cast(pl.String).alias("column"),
            value=pl.when(usable).then(pl.col("value").cast(pl.Float64)),
        )
        .join(named.filter(pl.col("table") == table), on=["row", "column"])
        .join(reports, on="report_id")
        .select("report", "cell_no", "value")
        for table, facts, row, column in tables
    ]
    return pl.concat(found).collect()


def _readings(numbered: pl.DataFrame, wanted: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Claim by reading that the report's form has: ``total`` of its cells, null where one is not reported."""
    spoken = numbered.filter(pl.col("mode") != "never").select("claim", "report", "formula")
    return (
        spoken.select("report", "formula")
        .unique()
        .join(wanted, on="formula")
        .join(values, on=["report", "cell_no"])
        .group_by("report", "formula", "place")
        .agg(complete=pl.col("value").count() == pl.col("addends").first(), total=pl.col("value").sum())
        .with_columns(total=pl.when("complete").then("total"))
        .join(spoken, on=["report", "formula"])
        .select("claim", "place", "total")
    )


def _closest(numbered: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """Claim with its closest reading as ``expected``, whether it ``fits``, and whether any reading is ``unknown``."""
    return (
        readings.join(numbered.select("claim", "value", "unit", "reason"), on="claim")
        .with_columns(distance=(pl.col("total") - pl.col("value")).abs())
        .with_columns(fits=_fits())
        .sort("claim", "distance", "place", nulls_last=True)
        .group_by("claim", maintain_order=True)
        .agg(
            expected=pl.col("total").first(),
            fits=pl.col("fits").fill_null(value=False).any(),
            unknown=pl.col("total").is_null().any(),
        )
    )


def _fits() -> pl.Expr:
    """Counts fit exactly, amounts as far as both sides are rounded, rounded figures within a tenth."""
    amount = pl.col("unit") == settings("claims")["units"]["amount"]
    size = pl.col("total").abs()
    tolerance = (
        pl.when(pl.col("reason") == "rounded")
        .then(size * ROUNDED_TOLERANCE)
        .when(amount)
        .then(pl.max_horizontal(size * RELATIVE_TOLERANCE, pl.lit(AMOUNT_TOLERANCE)))
        .otherwise(pl.lit(0.0))
    )
    return pl.col("distance") <= tolerance + 1e-9


def _verdict() -> pl.Expr:
    settled = (pl.col("mode") == "full") & pl.col("expected").is_not_null() & ~pl.col("unknown")
    return (
        pl.when(pl.col("fits").fill_null(value=False))
        .then(pl.lit("agrees"))
        .when(settled.fill_null(value=False))
        .then(pl.lit("contradicts"))
        .otherwise(pl.lit("not_comparable"))
    )


def _reason() -> pl.Expr:
    """Why a figure is not comparable; what qualified it where it was compared all the same."""
    open_question = (pl.col("verdict") == "not_comparable") & pl.col("mode").is_in(["full", "confirm"])
    return (
        pl.when(open_question & (pl.col("expected").is_null() | pl.col("unknown")))
        .then(pl.lit("cell_not_reported"))
        .when(open_question & pl.col("reason").is_null())
        .then(pl.lit("consolidated_section_2"))
        .otherwise(pl.col("reason"))
    )


def _second_thoughts(judged: pl.DataFrame) -> pl.DataFrame:
    """Takes back contradictions that the report's other statements explain as figures of another scope."""
    contradicts = pl.col("verdict") == "contradicts"
    marked = (
        judged.join(_confirmed(judged), on=["report_id", "claim_code"], how="left")
        .join(_smaller_requests(judged), on="report_id", how="left")
        .with_columns(words=_words())
        .with_columns(
            explained=contradicts & ~pl.col("confirmed_words").list.contains(pl.col("words")),
            office=contradicts & pl.col("smaller") & pl.col("cells").str.starts_with(SECTION_3),
        )
    )
    return marked.with_columns(
        verdict=pl.when(pl.col("explained") | pl.col("office")).then(pl.lit("not_comparable")).otherwise("verdict"),
        reason=pl.when("explained")
        .then(pl.lit("another_statement_agrees"))
        .when("office")
        .then(pl.lit("likely_office_alone"))
        .otherwise("reason"),
    )


def _words() -> pl.Expr:
    """A sentence without its figures."""
    return pl.col("sentence").str.replace_all(r"\d", "")


def _confirmed(judged: pl.DataFrame) -> pl.DataFrame:
    """Report and claim code that the tables confirm somewhere, with the words of it, where one is contradicted too."""
    key = ["report_id", "claim_code"]
    contradicted = judged.filter(pl.col("verdict") == "contradicts").select(key).unique()
    agreeing = judged.filter(pl.col("verdict") == "agrees").join(contradicted, on=key, how="semi")
    return agreeing.group_by(key).agg(confirmed_words=_words().unique())


def _smaller_requests(judged: pl.DataFrame) -> pl.DataFrame:
    """Reports not of one body alone whose request figures all stay below the table: report_id, ``smaller``."""
    requests = judged.filter(
        pl.col("cells").str.starts_with(SECTION_3)
        & (pl.col("value") > 0)
        & pl.col("verdict").is_in(["agrees", "contradicts"])
        & (pl.col("report_scope").fill_null("unknown") != "own")
    )
    below = (pl.col("verdict") == "contradicts") & (pl.col("value") < pl.col("expected"))
    return requests.group_by("report_id").agg(
        smaller=below.all() & (pl.col("claim_code").n_unique() >= SMALLER_FIGURES)
    )
