"""What a rule gives: rows of figures, made into findings with their messages in both languages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from string import Formatter
from typing import NamedTuple, cast

import polars as pl

from pipelines.checks.corpus import APPLICANTS, CHANNELS, FACTS
from schemas.quality import DqIssue
from schemas.vocabulary import rows, settings

LANGUAGES = ("zh", "en")
FINDING: dict[str, pl.DataType | type[pl.DataType]] = {
    "report_id": pl.String,
    "rule_code": pl.String,
    "fact_table": pl.String,
    "cell": pl.String,
    "key": pl.String,
    "places": pl.List(pl.String()),
    "locator": pl.String,
    "expected": pl.String,
    "actual": pl.String,
    "message_zh": pl.String,
    "message_en": pl.String,
    "hint": pl.String,
}
"""Columns of a finding. ``places`` are the cells whose locators it carries; ``key`` tells two findings
of one rule on one cell of one report apart (the other year, the other file)."""
IDENTIFIER_LENGTH = 24
LARGEST_WHOLE = 1e15


@cache
def rule(rule_code: str) -> Mapping[str, str]:
    """The rule's row of ``rules.csv``; an unknown code is a bug and raises ``KeyError``."""
    return {row["rule_code"]: row for row in rows("rules")}[rule_code]


def wording(name: str, language: str) -> str:
    """One phrase of ``expect.toml`` in a language."""
    return cast("str", settings("expect")["wording"][name][language])


def figure(value: pl.Expr) -> pl.Expr:
    """A number as people write it: no ``.0``, no needless digits; null stays null."""
    rounded = value.round(6)
    whole = (rounded == rounded.round(0)) & (rounded.abs() < LARGEST_WHOLE)
    return pl.when(whole).then(rounded.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(rounded.cast(pl.String))


@cache
def cell_labels(language: str) -> Mapping[str, str]:
    """What a cell, a row or a column code is called, by code (``item_code/applicant_code``, ``item_code`` …)."""
    label = f"label_{language}"
    applicants = {row["applicant_code"]: row[label] for row in rows("applicant")}
    outcomes = {row["outcome_code"]: row[label] for row in rows("review_outcome")}
    items = {code: text[language] for code, text in settings("expect")["item"].items()}
    channels = {row["channel_code"]: row[label] for row in rows("review_channel")}
    named = {**items, **channels}
    named |= {f"{item}/{code}": f"{text} · {applicants[code]}" for item, text in items.items() for code in APPLICANTS}
    named |= {f"{code}/{end}": f"{channels[code]} · {text}" for code in CHANNELS for end, text in outcomes.items()}
    for row in rows("proactive_measure"):
        category, measure = row[f"category_{language}"], row[f"measure_{language}"]
        named[row["category_code"]] = category
        named[f"{row['category_code']}/{row['measure_code']}"] = f"{category} · {measure}"
    return named


@cache
def column_labels(language: str) -> Mapping[str, str]:
    """Names of the columns of the applications matrix and of the review table."""
    label = f"label_{language}"
    return {row["applicant_code"]: row[label] for row in rows("applicant")} | {
        row["outcome_code"]: row[label] for row in rows("review_outcome")
    }


def labelled_figures(failing: pl.DataFrame, labels: Mapping[str, str], language: str) -> pl.Series:
    """Of each row the cells that are not zero, as label and figure in one text; ``labels`` is by cell.

    Row by row in Python, since only failing rows come here and the expression would be a hundred terms wide.
    """
    texts = failing.select(figure(pl.col(cell).fill_nan(0.0)).fill_null("0") for cell in labels)
    separator, nothing = wording("separator", language), wording("all_zero", language)
    said = [
        [f"{label} {text}" for label, text in zip(labels.values(), row, strict=True) if text != "0"]
        for row in texts.iter_rows()
    ]
    return pl.Series([separator.join(parts) or nothing for parts in said], dtype=pl.String)


def listed(texts: pl.Expr, language: str) -> pl.Expr:
    """A list of texts joined, cut where it grows too long for a message."""
    shown = settings("expect")["shown"]["cells"]
    head = texts.list.head(shown).list.join(wording("separator", language))
    more = pl.concat_str(head, pl.lit(" " + wording("more", language)))
    return pl.when(texts.list.len() > shown).then(more).otherwise(head)


def labelled(codes: pl.Expr, language: str) -> pl.Expr:
    """A list of codes of cells, rows or columns, as their names; an unknown code stays as it is."""
    names = cell_labels(language)
    return listed(codes.list.eval(pl.element().replace(list(names), list(names.values()))), language)


def places_with_figures(cells: Sequence[str]) -> pl.Expr:
    """Those of the cells that are not zero or blank: where the figures of a sum stand."""
    found = [pl.when(pl.col(cell).fill_nan(0.0) != 0).then(pl.lit(cell)) for cell in cells]
    return pl.concat_list(found).list.drop_nulls()


class Check(NamedTuple):
    """One rule on one place of a report: when it fails, and what failing rows say beside their own columns."""

    rule_code: str
    fails: pl.Expr
    say: Callable[[pl.DataFrame], pl.DataFrame]


def run(reports: pl.DataFrame, checks: Sequence[Check]) -> list[pl.DataFrame]:
    """Judge every check in one pass, then make findings of the rows that fail; an open judgement (null) is none."""
    judged = reports.select(check.fails.fill_null(value=False).alias(f"{place}") for place, check in enumerate(checks))
    return [
        as_findings(check.say(reports.filter(fails)), check.rule_code)
        for check, fails in zip(checks, judged, strict=True)
        if fails.any()
    ]


def as_findings(frame: pl.DataFrame, rule_code: str) -> pl.DataFrame:
    """Rows of figures as findings of one rule.

    The message's ``{name}`` is filled from the column ``name_zh`` or ``name_en`` where there is
    one, else from ``name``. Columns of a finding that the frame lacks are null.
    """
    if frame.is_empty():
        return pl.DataFrame(schema=FINDING)
    present = frame.columns
    messages = [
        filled(rule(rule_code)[f"message_{language}"], _columns_by_name(present, language), language).alias(
            f"message_{language}"
        )
        for language in LANGUAGES
    ]
    standard = [
        (pl.col(name) if name in present else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in FINDING.items()
        if name not in {"rule_code", "message_zh", "message_en"}
    ]
    return frame.select(*standard, pl.lit(rule_code).alias("rule_code"), *messages).select(list(FINDING))


def as_issues(findings: pl.DataFrame, facts: Sequence[Mapping[str, pl.LazyFrame]]) -> pl.DataFrame:
    """Findings as rows of ``dq_issue``: identifier, severity and locators added; one row an identifier.

    ``facts`` are the fact tables by name, in as many pieces as you like.
    """
    severities = {row["rule_code"]: row["severity"] for row in rows("rules")}
    located = _located(findings, facts)
    return (
        located.with_columns(
            _identifiers(located),
            pl.col("rule_code").replace_strict(severities, return_dtype=pl.String).alias("severity"),
            *[
                pl.lit(None, dtype=pl.String).alias(name)
                for name in ("review_verdict", "review_note", "reviewed_by", "reviewed_on")
            ],
        )
        .unique("issue_id", keep="first", maintain_order=True)
        .select(list(DqIssue.polars_schema()))
        .sort("report_id", "rule_code", "cell", "issue_id")
    )


def _columns_by_name(present: Sequence[str], language: str) -> Mapping[str, pl.Expr]:
    """Every column by its name, those of the language also without their ending."""
    named = {name: pl.col(name) for name in present}
    ending = f"_{language}"
    return named | {name.removesuffix(ending): pl.col(name) for name in present if name.endswith(ending)}


def _identifiers(findings: pl.DataFrame) -> pl.Series:
    """A hash of report, rule, table, cell and key: the same in every run, whatever else is found.

    ``report_id`` stands for one path and content, so an older version of a file keeps findings
    of its own. hashlib, since polars' own hashes change between its versions.
    """
    columns = ("report_id", "rule_code", "fact_table", "cell", "key")
    text = findings.select(pl.concat_str([pl.col(c).fill_null("") for c in columns], separator="\x1f")).to_series()
    digests = [hashlib.sha256(part.encode()).hexdigest()[:IDENTIFIER_LENGTH] for part in text]
    return pl.Series("issue_id", digests, dtype=pl.String)


def filled(template: str, figures: Mapping[str, pl.Expr], language: str) -> pl.Expr:
    """The template with its gaps filled; what is null is said to be not stated."""
    parts = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(pl.lit(literal))
        if name:
            parts.append(figures[name].cast(pl.String).fill_null(wording("nothing", language)))
    return pl.concat_str(parts)


def phrase(name: str, figures: Mapping[str, pl.Expr], language: str) -> pl.Expr:
    """One phrase of ``expect.toml`` with its gaps filled."""
    return filled(wording(name, language), figures, language)


def _located(findings: pl.DataFrame, facts: Sequence[Mapping[str, pl.LazyFrame]]) -> pl.DataFrame:
    """Fill ``locator`` from the facts of the finding's places, where the rule gave none."""
    numbered = findings.with_row_index("finding")
    wanted = (
        numbered.filter(pl.col("locator").is_null())
        .select("finding", "report_id", "fact_table", pl.col("places").list.head(settings("expect")["shown"]["cells"]))
        .explode("places")
        .drop_nulls("places")
        .with_row_index("place")
    )
    if wanted.is_empty():
        return numbered
    parts = wanted.with_columns(
        pl.col("places").str.split("/").list.get(0).alias("first"),
        pl.col("places").str.split("/").list.get(1, null_on_oob=True).alias("second"),
    )
    found = pl.concat([_locators(parts, table, piece[table]) for piece in facts for table in FACTS])
    joined = found.sort("place").group_by("finding").agg(pl.col("locator").unique(maintain_order=True).str.join("; "))
    return (
        numbered.join(joined, on="finding", how="left", maintain_order="left", suffix="_found")
        .with_columns(pl.coalesce("locator", "locator_found").alias("locator"))
        .drop("locator_found")
    )


def _locators(parts: pl.DataFrame, table: str, facts: pl.LazyFrame) -> pl.DataFrame:
    """Locators of the wanted cells of one table."""
    first, second = FACTS[table]
    mine = parts.filter(pl.col("fact_table") == table).rename({"first": first, "second": second})
    keys = ["report_id", first, second]
    near = facts.join(mine.lazy().select("report_id").unique(), on="report_id", how="semi").select(*keys, "locator")
    return mine.lazy().join(near, on=keys).select("finding", "place", "locator").drop_nulls("locator").collect()
