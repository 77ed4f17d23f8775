"""Cells that are not there, cells that are no numbers, and what the parser noticed while reading."""

from __future__ import annotations

import polars as pl

from pipelines.checks.corpus import CELLS, FACTS, Slice
from pipelines.checks.findings import LANGUAGES, as_findings, labelled, wording
from schemas.vocabulary import rows, settings

OTHER_HANDLING = [row["item_code"] for row in rows("application_item") if row["group_code"] == "other_handling"]
LONGEST_RAW = 60


def find(part: Slice) -> list[pl.DataFrame]:
    """Findings of every rule of this module."""
    observations = part.observations.collect()
    return [
        *_observed(observations),
        *(_missing_cells(part.facts[table], table, observations) for table in FACTS),
        *(_unreadable(part.facts[table], table) for table in FACTS),
    ]


def _observed(observations: pl.DataFrame) -> list[pl.DataFrame]:
    """What the parser noticed, one finding an observation, said in the rule's words."""
    tokens = pl.col("cell").str.split(" ")
    named = observations.with_columns(
        *_table_names(pl.col("fact_table")),
        *(
            labelled(tokens, language).fill_null(wording("whole_table", language)).alias(f"rows_{language}")
            for language in LANGUAGES
        ),
        pl.coalesce("cell", "expected", "actual").alias("key"),
        tokens.alias("places"),
    )
    return [
        as_findings(named.filter(pl.col("rule_code") == code), code)
        for code in named["rule_code"].unique(maintain_order=True)
    ]


def _missing_cells(facts: pl.LazyFrame, table: str, observations: pl.DataFrame) -> pl.DataFrame:
    """Cells of the form that the document lacks; rows that lack the same columns are one finding.

    Not said again are the cells of a table that is missing as a whole, the rows of a
    ``row_width_mismatch`` and the rows of （六） in a report of mixed forms.
    """
    first, second = FACTS[table]
    missing = pl.col("value_status") == "missing"
    lacking = facts.join(facts.filter(missing).select("report_id").unique(), on="report_id", how="semi")
    absent = _unexplained(lacking.select("report_id", first, second, missing.alias("missing")), table, observations)
    found = (
        absent.group_by("report_id", first)
        .agg(pl.col(second).filter("missing"), pl.col("missing").all().alias("whole"))
        .filter(pl.col(second).list.len() > 0)
        .with_columns(pl.col(first).replace_strict(_order(table), return_dtype=pl.Int32).alias("order"))
        .with_columns(
            pl.when("whole")
            .then(pl.concat_list(first))
            .otherwise(pl.col(second).list.eval(pl.lit("/") + pl.element()))
            .alias("tokens"),
            pl.when(~pl.col("whole")).then(pl.col(second).list.sort().list.join(" ")).fill_null("").alias("group"),
        )
        .explode("tokens")
        .with_columns(pl.when("whole").then(first).otherwise(pl.col(first) + pl.col("tokens")).alias("token"))
        .sort("report_id", "order", maintain_order=True)
        .group_by("report_id", "group", maintain_order=True)
        .agg(
            pl.col("token"),
            pl.when("whole").then(pl.col(second).list.len()).otherwise(1).sum().cast(pl.String).alias("actual"),
        )
        .with_columns(
            pl.col("token").list.join(" ").alias("cell"),
            pl.lit(table).alias("fact_table"),
            *_table_names(pl.lit(table)),
            *(labelled(pl.col("token"), language).alias(f"cells_{language}") for language in LANGUAGES),
        )
        .collect()
    )
    return as_findings(found, "missing_cell")


def _unexplained(cells: pl.LazyFrame, table: str, observations: pl.DataFrame) -> pl.LazyFrame:
    """The cells without those that another finding already accounts for."""
    first, second = FACTS[table]
    here = observations.lazy().filter(pl.col("fact_table") == table)
    widths = here.filter(pl.col("rule_code") == "row_width_mismatch")
    gone = here.filter(pl.col("rule_code") == "missing_table")
    whole = pl.concat([gone, widths.filter(pl.col("cell").is_null())]).select("report_id").unique()
    named = widths.select("report_id", pl.col("cell").str.split(" ").alias("token")).explode("token").unique()
    mixed = observations.lazy().filter(pl.col("rule_code") == "table_mixed_forms").select("report_id").unique()
    of_other_handling = pl.col(first).is_in(OTHER_HANDLING)
    return (
        cells.join(whole, on="report_id", how="anti")
        .join(named, left_on=["report_id", first], right_on=["report_id", "token"], how="anti")
        .with_columns((pl.col(first) + "/" + pl.col(second)).alias("token"))
        .join(named, on=["report_id", "token"], how="anti")
        .join(mixed.with_columns(pl.lit(value=True).alias("mixed")), on="report_id", how="left")
        .filter(~(of_other_handling & pl.col("mixed").fill_null(value=False)))
    )


def _order(table: str) -> dict[str, int]:
    """Place of each row of a table in the form."""
    return {code: place for place, code in enumerate(dict.fromkeys(cell.split("/")[0] for cell in CELLS[table]))}


def _table_names(table: pl.Expr) -> list[pl.Expr]:
    """The table's name in both languages."""
    names = settings("expect")["tables"]
    return [
        table.replace_strict(
            {code: text[language] for code, text in names.items()}, default=None, return_dtype=pl.String
        ).alias(f"table_{language}")
        for language in LANGUAGES
    ]


def _unreadable(facts: pl.LazyFrame, table: str) -> pl.DataFrame:
    """Cells whose text is no number, one finding each."""
    first, second = FACTS[table]
    cell = pl.col(first) + "/" + pl.col(second)
    found = (
        facts.filter(pl.col("value_status") == "unreadable")
        .select(
            "report_id",
            pl.lit(table).alias("fact_table"),
            cell.alias("cell"),
            pl.concat_list(cell).alias("places"),
            pl.col("value_raw").str.slice(0, LONGEST_RAW).alias("actual"),
            *(labelled(pl.concat_list(cell), language).alias(f"label_{language}") for language in LANGUAGES),
        )
        .collect()
    )
    return as_findings(found, "unreadable_value")
