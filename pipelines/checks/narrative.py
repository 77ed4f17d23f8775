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
    figure, in the table's unit (amounts in 万元), and that reading comes first in ``cells``. ``reason`` is a code of
    ``claims.toml``.
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
    formulas = _formulas(numbered)
    compared = _compare(numbered, formulas, _cell_values(numbered, formulas, application, proactive, review))
    judged = numbered.join(compared, on="claim", how="left").with_columns(verdict=_verdict())
    judged = judged.with_columns(reason=_reason())
    told = _second_thoughts(judged).with_columns(cells=pl.coalesce("closest_first", "cells")).sort("claim")
    return told.select(pl.col(name).cast(kind) for name, kind in NarrativeClaim.polars_schema().items())


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


def _formulas(numbered: pl.DataFrame) -> dict[int, list[list[str]]]:
    """The readings of every distinct ``cells`` text that is compared, each reading a list of cells."""
    distinct = numbered.filter(pl.col("mode") != "never").select("formula", "cells").unique("formula")
    return {formula: [reading.split("+") for reading in cells.split("|")] for formula, cells in distinct.iter_rows()}


def _cell_values(
    numbered: pl.DataFrame,
    formulas: dict[int, list[list[str]]],
    application: Facts,
    proactive: Facts,
    review: Facts,
) -> pl.DataFrame:
    """One row a report, one column a cell: its figure, NaN where it is not reported, null where the form has none."""
    cells = sorted({cell for readings in formulas.values() for reading in readings for cell in reading})
    tables = (
        ("application", application, "item_code", "applicant_code"),
        ("proactive", proactive, "category_code", "measure_code"),
        ("review", review, "channel_code", "outcome_code"),
    )
    wide = numbered.select("report_id", "report").unique("report_id")
    for table, facts, row, column in tables:
        wanted = [cell.split("/") for cell in cells if cell.startswith(f"{table}/")]
        found = _wide(facts, wide, row, column, wanted) if wanted else None
        wide = wide if found is None else wide.join(found, on="report_id", how="left")
    absent = [cell for cell in cells if cell not in wide.columns]
    return wide.drop("report_id").with_columns(pl.lit(None, pl.Float64).alias(cell) for cell in absent)


def _wide(facts: Facts, reports: pl.DataFrame, row: str, column: str, wanted: list[list[str]]) -> pl.DataFrame:
    """The wanted cells of one fact table as columns named table/row/column, for the given reports."""
    usable = pl.col("value_status").cast(pl.String).is_in(USABLE) & pl.col("value").is_not_null()
    figure = pl.when(usable).then(pl.col("value").cast(pl.Float64)).otherwise(float("nan"))
    return (
        facts.lazy()
        .filter(
            pl.col(row).cast(pl.String).is_in({names[1] for names in wanted}),
            pl.col(column).cast(pl.String).is_in({names[2] for names in wanted}),
        )
        .join(reports.lazy().select("report_id"), on="report_id", how="semi")
        .group_by("report_id")
        .agg(
            figure.filter((pl.col(row) == names[1]) & (pl.col(column) == names[2])).first().alias("/".join(names))
            for names in wanted
        )
        .collect()
    )


def _compare(numbered: pl.DataFrame, formulas: dict[int, list[list[str]]], values: pl.DataFrame) -> pl.DataFrame:
    """Claim with what ``_closest`` tells of its readings."""
    parts = [
        part.join(
            values.select("report", *{cell for reading in formulas[key] for cell in reading}), on="report"
        ).select("claim", *_closest(formulas[key]))
        for (key,), part in numbered.filter(pl.col("mode") != "never")
        .select("claim", "report", "formula", "value", "unit", "reason")
        .partition_by("formula", as_dict=True)
        .items()
    ]
    schema = {"claim": pl.UInt32, "expected": pl.Float64, "closest_first": pl.String}
    schema |= {"fits": pl.Boolean, "unknown": pl.Boolean}
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _closest(readings: list[list[str]]) -> tuple[pl.Expr, ...]:
    """The closest known total of the readings, all readings with that one first, whether one fits, whether one is NaN.

    A reading with a cell that the form does not have (null) is left aside; NaN is a cell that is not reported.
    """
    totals = [pl.sum_horizontal(*(pl.col(cell) for cell in reading), ignore_nulls=False) for reading in readings]
    known = [total.fill_nan(None) for total in totals]
    distances = [(total - pl.col("value")).abs() for total in known]
    nearest = pl.min_horizontal(distances)
    closest = pl.coalesce(
        pl.when(distance == nearest).then(total) for distance, total in zip(distances, known, strict=True)
    )
    closest_first = pl.coalesce(
        pl.when(distance == nearest).then(pl.lit(_with_first(readings, reading)))
        for distance, reading in zip(distances, readings, strict=True)
    )
    fits = pl.any_horizontal(
        (distance <= _tolerance(total) + 1e-9).fill_null(value=False)
        for distance, total in zip(distances, known, strict=True)
    )
    unknown = pl.any_horizontal(total.is_nan().fill_null(value=False) for total in totals)
    return (
        closest.alias("expected"),
        closest_first.alias("closest_first"),
        fits.alias("fits"),
        unknown.alias("unknown"),
    )


def _with_first(readings: list[list[str]], first: list[str]) -> str:
    """The readings as one text again, one of them moved to the front."""
    return "|".join("+".join(reading) for reading in [first, *(other for other in readings if other != first)])


def _tolerance(total: pl.Expr) -> pl.Expr:
    """Counts fit exactly, amounts as far as both sides are rounded, rounded figures within a tenth."""
    amount = pl.col("unit") == settings("claims")["units"]["amount"]
    return (
        pl.when(pl.col("reason") == "rounded")
        .then(total.abs() * ROUNDED_TOLERANCE)
        .when(amount)
        .then(pl.max_horizontal(total.abs() * RELATIVE_TOLERANCE, pl.lit(AMOUNT_TOLERANCE)))
        .otherwise(pl.lit(0.0))
    )


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
    # A part or a narrower scope explains a smaller figure; nothing explains a larger one in a body's own report.
    larger = (pl.col("value") > pl.col("expected")) & (pl.col("report_scope") == "own")
    explained = ~pl.col("confirmed_words").list.contains(_words()) & ~larger.fill_null(value=False)
    office = pl.col("smaller") & pl.col("cells").str.starts_with(SECTION_3)
    reconsidered = (
        judged.filter(contradicts)
        .join(_confirmed(judged), on=["report_id", "claim_code"], how="left")
        .join(_smaller_requests(judged), on="report_id", how="left")
        .with_columns(
            reason=pl.when(explained)
            .then(pl.lit("another_statement_agrees"))
            .when(office)
            .then(pl.lit("likely_office_alone"))
            .otherwise("reason"),
            verdict=pl.when(explained | office).then(pl.lit("not_comparable")).otherwise("verdict"),
        )
    )
    return pl.concat([judged.filter(~contradicts), reconsidered.select(judged.columns)])


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
