"""Between bodies and between files: a consolidated report against its subordinates, one report in two files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from pipelines.checks.corpus import (
    APPLICANTS,
    CELLS,
    ITEMS,
    TABLE_OF,
    Corpus,
    current_reports,
    in_groups,
    known,
)
from pipelines.checks.findings import LANGUAGES, as_findings, cell_labels, figure, phrase, wording
from schemas.vocabulary import settings

EXPECT: dict[str, Any] = settings("expect")
SUMMED = tuple(f"{item}/{APPLICANTS[-1]}" for item in ITEMS) + CELLS["fact_review_litigation"]
"""What a consolidated report sums: the total column of the applications and the review table, not section 2."""
PREFERENCE = {"consolidated": 0, "own": 1, "unknown": 2}
LEFT_OUT = "vertical_agency"
ONE_REPORT = ["agency_id", "report_year", "report_scope"]


def find(corpus: Corpus) -> list[pl.DataFrame]:
    """Findings of every rule of this module."""
    files = [_duplicate_report(some) for some in _files_of_one_report(corpus.reports)]
    return [_rollup_mismatch(corpus), *files]


def _children(corpus: Corpus) -> pl.DataFrame:
    """Child and parent with the years that it holds for; vertical agencies left out.

    The hierarchy decides; an agency that it does not name has the parent of ``dim_agency``.
    """
    dated = corpus.hierarchy.select("agency_id", "parent_agency_id", "valid_from_year", "valid_to_year")
    undated = corpus.agencies.join(dated, on="agency_id", how="anti").select(
        "agency_id",
        "parent_agency_id",
        pl.lit(None, dtype=pl.Int32).alias("valid_from_year"),
        pl.lit(None, dtype=pl.Int32).alias("valid_to_year"),
    )
    kinds = corpus.agencies.select("agency_id", "agency_name", "agency_kind")
    return (
        pl.concat([dated, undated])
        .drop_nulls("parent_agency_id")
        .filter(pl.col("agency_id") != pl.col("parent_agency_id"))
        .join(kinds, on="agency_id")
        .filter(pl.col("agency_kind") != LEFT_OUT)
        .select(
            pl.col("agency_id").alias("child_id"),
            pl.col("agency_name").alias("child_name"),
            pl.col("parent_agency_id").alias("agency_id"),
            "valid_from_year",
            "valid_to_year",
        )
    )


def _expected_children(corpus: Corpus, reports: pl.DataFrame) -> pl.DataFrame:
    """Each consolidated report with each of its subordinate agencies in that year."""
    year = pl.col("report_year")
    return (
        reports.filter(pl.col("report_scope") == "consolidated")
        .select("report_id", "agency_id", "report_year")
        .join(_children(corpus), on="agency_id")
        .filter((year >= pl.col("valid_from_year").fill_null(0)) & (year <= pl.col("valid_to_year").fill_null(9999)))
        .unique(["report_id", "child_id"], maintain_order=True)
    )


def _one_report_each(reports: pl.DataFrame) -> pl.DataFrame:
    """Of an agency's reports on a year the widest, so that none is added to its own parts."""
    return (
        reports.select(
            pl.col("agency_id").alias("child_id"),
            "report_year",
            pl.col("report_scope").replace_strict(PREFERENCE, return_dtype=pl.Int8).alias("preference"),
            *_known(SUMMED),
        )
        .sort("preference", maintain_order=True)
        .unique(["child_id", "report_year"], keep="first", maintain_order=True)
    )


def _rollup_mismatch(corpus: Corpus) -> pl.DataFrame:
    """A consolidated report holds at least what its subordinate agencies' reports of that year add up to.

    An inequality: the body's own requests come on top, and reports that are not here only make
    the sum smaller. One finding a report and table.
    """
    expected = _expected_children(corpus, current_reports(corpus, ()))
    found = [
        _less_than_subordinates(corpus, expected.filter(some))
        for some in in_groups(expected["report_id"], expected.height)
    ]
    return as_findings(pl.concat(found), "rollup_mismatch")


def _less_than_subordinates(corpus: Corpus, expected: pl.DataFrame) -> pl.DataFrame:
    """One row a consolidated report and table that holds less than the reports of its expected subordinates."""
    above = pl.col("report_id").is_in(expected["report_id"].implode())
    consolidated = current_reports(corpus, SUMMED, above).select("report_id", *_known(SUMMED))
    below = pl.col("agency_id").is_in(expected["child_id"].implode())
    reporting = expected.join(_one_report_each(current_reports(corpus, SUMMED, below)), on=["child_id", "report_year"])
    sums = (
        _under_another_name_left_out(reporting, consolidated)
        .group_by("report_id")
        .agg(pl.len().alias("count"), *(pl.col(cell).sum().alias(f"{cell} sum") for cell in SUMMED))
    )
    beside = consolidated.join(sums, on="report_id")
    less = _differing(beside, {cell: pl.col(cell) < pl.col(f"{cell} sum") for cell in SUMMED}, " sum", "count")
    absent = expected.join(reporting, on=["report_id", "child_id"], how="anti")
    return _with_absent(_cells_together(less, ["report_id", "count"], "pair"), absent)


def _known(cells: Iterable[str]) -> Iterator[pl.Expr]:
    return (known(cell).alias(cell) for cell in cells)


def _under_another_name_left_out(reporting: pl.DataFrame, consolidated: pl.DataFrame) -> pl.DataFrame:
    """The subordinates' reports without those that are the consolidated report itself, filed by an office."""
    beside = reporting.join(consolidated, on="report_id", suffix=" above")
    same = pl.all_horizontal([pl.col(cell).eq_missing(pl.col(f"{cell} above")) for cell in SUMMED])
    return beside.filter(~same)


def _differing(beside: pl.DataFrame, tests: dict[str, pl.Expr], ending: str, kept: str) -> pl.DataFrame:
    """One row a report and cell whose test holds: the figure ``here`` and the one ``there``, under the ending."""
    judged = beside.select(test.fill_null(value=False).alias(cell) for cell, test in tests.items())
    found = [
        beside.filter(holds).select(
            "report_id",
            kept,
            pl.lit(holds.name).alias("cell"),
            pl.col(holds.name).alias("here"),
            pl.col(f"{holds.name}{ending}").alias("there"),
        )
        for holds in judged
        if holds.any()
    ]
    schema = {"cell": pl.String, "here": pl.Float64, "there": pl.Float64}
    empty = (
        beside.select("report_id", kept)
        .clear()
        .with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items())
    )
    return pl.concat([empty, *found])


def _with_absent(found: pl.DataFrame, absent: pl.DataFrame) -> pl.DataFrame:
    """The findings with the subordinate agencies that have no report on the year, by name."""
    shown = EXPECT["shown"]["names"]
    names = absent.group_by("report_id", maintain_order=True).agg(pl.col("child_name").sort().alias("names"))
    joined = found.join(names, on="report_id", how="left")
    said = []
    for language in LANGUAGES:
        listed = pl.col("names").list.head(shown).list.join(wording("separator", language))
        cut = pl.when(pl.col("names").list.len() > shown).then(pl.lit(" " + wording("more", language)))
        figures = {"number": pl.col("names").list.len(), "names": pl.concat_str(listed, cut.otherwise(pl.lit("")))}
        said.append(
            pl.when(pl.col("names").is_null())
            .then(pl.lit(wording("none_absent", language)))
            .otherwise(phrase("absent", figures, language))
            .alias(f"absent_{language}")
        )
    return joined.with_columns(said)


def _cells_together(differing: pl.DataFrame, key: list[str], words: str) -> pl.DataFrame:
    """Differing cells (``cell``, ``here``, ``there``) as one row a key and table, the first of them in words."""
    shown = EXPECT["shown"]["cells"]
    figures = {"expected": figure(pl.col("there")), "actual": figure(pl.col("here"))}
    said = [
        phrase(
            words,
            {**figures, "label": pl.col("cell").replace_strict(dict(cell_labels(language)), return_dtype=pl.String)},
            language,
        ).alias(f"details_{language}")
        for language in LANGUAGES
    ]
    return (
        differing.with_columns(
            pl.col("cell").replace_strict(TABLE_OF, return_dtype=pl.String).alias("fact_table"),
            *said,
            *(text.alias(name) for name, text in figures.items()),
        )
        .group_by(*key, "fact_table", maintain_order=True)
        .agg(
            pl.col("cell").alias("places"),
            pl.len().alias("differing"),
            pl.col("expected", "actual").head(shown).str.join(" "),
            *(
                pl.col(f"details_{language}").head(shown).str.join(wording("details_separator", language))
                for language in LANGUAGES
            ),
        )
        .with_columns(pl.col("places").list.head(shown).list.join(" ").alias("cell"))
    )


def _files_of_one_report(reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The newest reports of files in the raw folder where several are one report; some agencies at a time."""
    newest = pl.col("version") == pl.col("version").max().over("source_path")
    files = reports.select("report_id", *ONE_REPORT, "in_raw", newest.alias("newest")).filter("newest", "in_raw")
    several = files.filter(pl.len().over(ONE_REPORT) > 1)
    for some in in_groups(several["agency_id"], several.height):
        yield reports.join(several.filter(some), on="report_id", how="semi", maintain_order="left")


def _duplicate_report(several: pl.DataFrame) -> pl.DataFrame:
    """Two files of one agency, year and scope whose figures differ, said on each of them.

    Files are compared with the one that is current (else the first by path), by the cells that
    both give as numbers. The same report as page, Word and PDF, with the same figures, is no finding.
    """
    files = several.select("report_id", "is_current", "source_path", *ONE_REPORT).sort(
        "is_current", "source_path", descending=[True, False]
    )
    leading = files.unique(ONE_REPORT, keep="first", maintain_order=True)
    others = files.join(leading, on="report_id", how="anti")
    beside = leading.select(pl.col("report_id").alias("other_id"), *ONE_REPORT)
    pairs = others.select("report_id", *ONE_REPORT).join(beside, on=ONE_REPORT)
    both_ways = pl.concat(
        [
            pairs.select("report_id", "other_id"),
            pairs.select(pl.col("other_id").alias("report_id"), pl.col("report_id").alias("other_id")),
        ]
    )
    return as_findings(_differing_files(several, both_ways), "duplicate_report")


def _differing_files(files: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """One row a pair of files and table with other figures."""
    cells = list(TABLE_OF)
    figures = files.select("report_id", *_known(cells))
    beside = pairs.join(figures, on="report_id").join(
        figures.rename({cell: f"{cell} other" for cell in cells}), left_on="other_id", right_on="report_id"
    )
    unlike = {cell: pl.col(cell) != pl.col(f"{cell} other") for cell in cells}
    differing = _differing(beside, unlike, " other", "other_id")
    paths = files.select(
        pl.col("report_id").alias("other_id"), pl.col("source_path").alias("other"), pl.col("report_year").alias("year")
    )
    together = _cells_together(differing, ["report_id", "other_id"], "other_file")
    return together.join(paths, on="other_id").with_columns(pl.col("other").alias("key"))
