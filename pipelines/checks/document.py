"""The document itself: its form, its dates, its sections, what its text leaves open, and who may make rules."""

from __future__ import annotations

from typing import cast

import polars as pl

from pipelines.checks.corpus import MEASURES, Slice, known
from pipelines.checks.findings import (
    LANGUAGES,
    as_findings,
    cell_labels,
    figure,
    labelled_figures,
    phrase,
    places_with_figures,
    wording,
)
from schemas.vocabulary import settings

EXPECT = settings("expect")
SECTIONS = tuple(range(1, 7))


def find(part: Slice) -> list[pl.DataFrame]:
    """Findings of every rule of this module."""
    reports = part.reports
    sections = _sections(part)
    return [
        _form_mismatch(reports),
        _published_too_early(reports),
        _late_publication(reports),
        _regulation_power(reports),
        _missing_section(reports, sections),
        _empty_section(sections),
        _fee_statement_missing(reports, sections),
        _placeholder_text(reports, sections),
    ]


def _sections(part: Slice) -> pl.DataFrame:
    """The sections that the document has: a row without heading and text is none."""
    present = pl.col("heading").is_not_null() | pl.col("body").is_not_null()
    return part.sections.filter(present).select("report_id", "section_no", "heading", "body").collect()


def _form_mismatch(reports: pl.DataFrame) -> pl.DataFrame:
    """The edition of the form that the report uses against the one due for its year."""
    due = pl.lit(None, dtype=pl.String)
    for edition, first_year in sorted(EXPECT["forms"].items()):
        due = pl.when(pl.col("report_year") >= first_year).then(pl.lit(edition)).otherwise(due)
    earliest = min(EXPECT["forms"])
    failing = reports.with_columns(due.fill_null(earliest).alias("expected")).filter(
        pl.col("form_version") != pl.col("expected")
    )
    return as_findings(
        failing.with_columns(
            pl.col("form_version").alias("actual"),
            pl.col("report_year").alias("year"),
            pl.lit("form_version").alias("cell"),
        ),
        "form_mismatch",
    )


def _published_too_early(reports: pl.DataFrame) -> pl.DataFrame:
    """A report on a year cannot be published before that year is over."""
    last_day = pl.date(pl.col("report_year"), 12, 31)
    return as_findings(_dated(reports, last_day, pl.col("published_on") <= last_day), "published_too_early")


def _late_publication(reports: pl.DataFrame) -> pl.DataFrame:
    """Later than article 49 allows; bodies that it does not name have no legal date."""
    due = pl.lit(None, dtype=pl.Date)
    for legal in EXPECT["legal_date"]:
        date = pl.date(pl.col("report_year") + 1, legal["month"], legal["day"])
        due = pl.when(pl.col("agency_kind").is_in(legal["kinds"])).then(date).otherwise(due)
    townships = pl.col("admin_level") == "township"
    late = (pl.col("published_on") > due) & ~townships.fill_null(value=False)
    return as_findings(_dated(reports, due, late), "late_publication")


def _dated(reports: pl.DataFrame, expected: pl.Expr, fails: pl.Expr) -> pl.DataFrame:
    """The failing reports with the two dates as text."""
    return reports.filter(fails).with_columns(
        expected.cast(pl.String).alias("expected"),
        pl.col("published_on").cast(pl.String).alias("actual"),
        pl.lit("published_on").alias("cell"),
    )


def _regulation_power(reports: pl.DataFrame) -> pl.DataFrame:
    """规章 that are not zero in a body without the power to make them; an unknown level is no finding."""
    powers = EXPECT["regulation_power"]
    category = powers["category"]
    cells = [f"{one}/{measure}" for one, measure in MEASURES if one == category]
    level, kind = pl.col("admin_level"), pl.col("agency_kind")
    may = pl.lit(value=False)
    for name in ("national", "provincial", "municipal"):
        may = may | ((level == name) & kind.is_in(powers[name]))
    powerless = kind.is_in(powers["never"]) | (level.is_not_null() & ~may)
    positive = pl.any_horizontal([(known(cell) > 0).fill_null(value=False) for cell in cells])
    failing = reports.filter(powerless & positive)
    labels = {language: {cell: cell_labels(language)[cell] for cell in cells} for language in LANGUAGES}
    places = places_with_figures(cells)
    return as_findings(
        failing.with_columns(
            pl.lit("fact_proactive_disclosure").alias("fact_table"),
            places.alias("places"),
            places.list.join(" ").alias("cell"),
            pl.lit("0").alias("expected"),
            figure(pl.max_horizontal([known(cell) for cell in cells])).alias("actual"),
            *(
                labelled_figures(failing, labels[language], language).alias(f"details_{language}")
                for language in LANGUAGES
            ),
        ),
        "regulation_power",
    )


def _section_names(number: pl.Expr) -> list[pl.Expr]:
    """The section's name in both languages."""
    names = {int(no): text for no, text in EXPECT["sections"].items()}
    return [
        number.replace_strict({no: text[language] for no, text in names.items()}, return_dtype=pl.String).alias(
            f"section_{language}"
        )
        for language in LANGUAGES
    ]


def _of_section(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that findings on one section share."""
    return frame.with_columns(
        pl.lit("report_section").alias("fact_table"),
        pl.col("section_no").cast(pl.String).alias("cell"),
        pl.col("section_no").alias("number"),
        *_section_names(pl.col("section_no")),
    )


def _missing_section(reports: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    """Sections of the form that the document lacks, one finding each."""
    every = reports.select("report_id").join(
        pl.DataFrame({"section_no": SECTIONS}, schema={"section_no": pl.Int32}), how="cross"
    )
    missing = every.join(sections, on=["report_id", "section_no"], how="anti")
    return as_findings(_of_section(missing), "missing_section")


def _empty_section(sections: pl.DataFrame) -> pl.DataFrame:
    """Sections that have to say something and say nothing."""
    rules = EXPECT["empty_section"]
    said = pl.col("body").fill_null("").str.replace_all(rules["ignored"], "")
    watched = sections.filter(pl.col("section_no").is_in(rules["sections"]))
    empty = watched.filter(said.str.contains(rules["says_nothing"]))
    actual = pl.col("body").fill_null("").str.strip_chars()
    shown = [
        pl.when(actual == "").then(pl.lit(wording("empty", language))).otherwise(actual).alias(f"said_{language}")
        for language in LANGUAGES
    ]
    return as_findings(_of_section(empty.with_columns(actual.alias("actual"), *shown)), "empty_section")


def _fee_statement_missing(reports: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    """Section 6 is there and silent on fees; where another section speaks of them, the hint says so."""
    rules = EXPECT["fee_statement"]
    due = reports.filter(pl.col("report_year") >= rules["from_year"]).select("report_id")
    last = sections.filter(pl.col("section_no") == rules["section"]).join(due, on="report_id", how="semi")
    silent = last.filter(~pl.col("body").fill_null("").str.contains(rules["says"]))
    elsewhere = (
        sections.join(silent, on="report_id", how="semi")
        .filter(pl.col("body").str.contains(rules["named"]))
        .group_by("report_id")
        .agg(pl.col("section_no").min().alias("said_in"))
    )
    said = pl.concat_str(
        [phrase("fee_elsewhere", {"number": pl.col("said_in")}, language) for language in LANGUAGES], separator=" | "
    )
    hinted = silent.join(elsewhere, on="report_id", how="left").with_columns(
        pl.when(pl.col("said_in").is_not_null()).then(said).alias("hint")
    )
    return as_findings(_of_section(hinted), "fee_statement_missing")


def _placeholder_text(reports: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    """Gaps of a template that nobody filled, one finding a section; the title counts as section 0."""
    patterns = cast("list[str]", EXPECT["placeholder"]["patterns"])
    any_gap = "|".join(f"(?:{pattern})" for pattern in patterns)
    title = reports.select("report_id", pl.lit(0, dtype=pl.Int32).alias("section_no"), pl.col("title").alias("text"))
    parts = [sections.select("report_id", "section_no", pl.col(name).alias("text")) for name in ("heading", "body")]
    found = pl.concat([part.filter(pl.col("text").str.contains(any_gap)) for part in (title, *parts)])
    quoted = pl.col("text").str.extract(f"(.{{0,12}}(?:{any_gap}).{{0,12}})", 1)
    found = found.unique(["report_id", "section_no"], keep="first", maintain_order=True).with_columns(
        pl.coalesce(quoted, pl.col("text").str.extract(f"({any_gap})", 1)).str.strip_chars().alias("actual")
    )
    return as_findings(_of_section(found), "placeholder_text")
