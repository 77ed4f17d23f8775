"""Identities within one report: the balance, the dispositions, the applicants, the outcomes, the bounds.

A sum is judged only where its total and all its addends are known (a blank addend counts as
zero) and at least one addend is a number.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.checks.corpus import APPLICANTS, CHANNELS, ITEMS, TABLE_OF, Corpus, addend, known
from pipelines.checks.findings import (
    LANGUAGES,
    as_findings,
    cell_labels,
    column_labels,
    figure,
    labelled_figures,
    places_with_figures,
)
from pipelines.checks.hints import hints, pairs_in_column, pairs_in_row
from schemas.vocabulary import rows

SMALLEST_DIFFERENCE = 1e-6
SIX = APPLICANTS[:-1]
FOUR = ("upheld", "corrected", "other_result", "pending")
INTAKE = ("new_received", "carried_in")
DISPOSITION_GROUPS = ("granted", "partially_granted", "denied", "unavailable", "not_processed")
DISPOSITIONS = tuple(row["item_code"] for row in rows("application_item") if row["group_code"] in DISPOSITION_GROUPS)
OTHER_DETAILS = ("other_no_clarification", "other_fee_unpaid", "other_reason")
OTHER_SINGLE = "other_handling"


def find(corpus: Corpus) -> list[pl.DataFrame]:
    """Findings of every rule of this module."""
    reports = _with_unprinted_totals_unknown(corpus.reports)
    return [
        *(_application_balance(reports, applicant) for applicant in APPLICANTS),
        *(_disposition_sum(reports, applicant) for applicant in APPLICANTS),
        *(_applicant_sum(corpus.reports, item) for item in ITEMS),
        *(_review_sum(corpus.reports, channel) for channel in CHANNELS),
        *(_in_force_bound(corpus.reports, category) for category in ("regulation", "normative_document")),
        *(_disclosed_bound(corpus.reports, category) for category in ("regulation", "normative_document")),
    ]


def _with_unprinted_totals_unknown(reports: pl.DataFrame) -> pl.DataFrame:
    """A blank total beside applicants that are not zero is a total left unprinted, so it is no zero in its column."""
    return reports.with_columns(
        pl.when(
            pl.col(f"{item}/total").is_nan()
            & pl.any_horizontal([pl.col(f"{item}/{one}").fill_nan(0.0) != 0 for one in SIX])
        )
        .then(None)
        .otherwise(pl.col(f"{item}/total"))
        .alias(f"{item}/total")
        for item in ITEMS
    )


def _any_number(cells: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal([known(cell).is_not_null() for cell in cells])


def _total(cells: Sequence[str]) -> pl.Expr:
    """The sum of addends, null where one is unknown."""
    return pl.sum_horizontal([addend(cell) for cell in cells], ignore_nulls=False)


def _differs(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return (left - right).abs() > SMALLEST_DIFFERENCE


def _named(code: str, name: str) -> list[pl.Expr]:
    """The column's name in both languages, as columns of the frame."""
    return [pl.lit(column_labels(language)[code]).alias(f"{name}_{language}") for language in LANGUAGES]


def _addends_said(failing: pl.DataFrame, cells: Sequence[str], part: int) -> list[pl.Series]:
    """What the addends hold, in both languages, called by their row (part 0) or their column (part 1)."""
    said = []
    for language, names in ((one, {**cell_labels(one), **column_labels(one)}) for one in LANGUAGES):
        labels = {cell: names[cell.split("/")[part]] for cell in cells}
        said.append(labelled_figures(failing, labels, language).alias(f"addends_{language}"))
    return said


def _application_balance(reports: pl.DataFrame, applicant: str) -> pl.DataFrame:
    """``new_received + carried_in = total_handled + carried_forward`` in one applicant column.

    ``total_handled`` is a total and has to be a number; the other three are addends, and of the
    two on the left one has to be a number. In the total column ``new_received`` is itself the
    total of a row and has to be a number.
    """
    new, carried, handled, forward = (f"{item}/{applicant}" for item in (*INTAKE, "total_handled", "carried_forward"))
    left, right = addend(new) + addend(carried), known(handled) + addend(forward)
    speaks = _any_number([new] if applicant == "total" else [new, carried])
    failing = reports.filter(speaks & _differs(left, right))
    if failing.is_empty():
        return as_findings(failing, "application_balance")
    pairs = pairs_in_column([new, carried, handled, forward], (1, 1, -1, -1))
    found = failing.with_columns(
        hints(failing, pairs, left - right),
        figure(left).alias("expected"),
        figure(right).alias("actual"),
        *(
            figure(addend(cell)).alias(name)
            for name, cell in (("new", new), ("carried", carried), ("handled", handled), ("forward", forward))
        ),
        *_named(applicant, "column"),
        pl.lit("fact_application").alias("fact_table"),
        pl.lit(handled).alias("cell"),
        pl.lit([new, carried, handled, forward]).alias("places"),
    )
    return as_findings(found, "application_balance")


def _disposition_sum(reports: pl.DataFrame, applicant: str) -> pl.DataFrame:
    """The dispositions against ``total_handled`` in one applicant column.

    Other handling is what is reported of it: its three rows, or the single row; where a report
    prints both, either may make the sum right.
    """
    total = f"total_handled/{applicant}"
    plain = [f"{item}/{applicant}" for item in DISPOSITIONS]
    details = [f"{item}/{applicant}" for item in OTHER_DETAILS]
    single = f"{OTHER_SINGLE}/{applicant}"
    by_rows, by_single = _total([*plain, *details]), _total([*plain, single])
    fits = ~_differs(by_rows, known(total)) | ~_differs(by_single, known(total))
    expected = pl.coalesce(by_rows, by_single)
    addends = [*plain, *details, single]
    failing = reports.filter(
        _any_number(addends) & expected.is_not_null() & known(total).is_not_null() & ~fits.fill_null(value=False)
    )
    if failing.is_empty():
        return as_findings(failing, "disposition_sum")
    pairs = pairs_in_column([*plain, *details, total], (*[1] * (len(plain) + len(details)), -1))
    found = failing.with_columns(
        hints(failing, pairs, expected - known(total)),
        figure(expected).alias("expected"),
        figure(known(total)).alias("actual"),
        *_named(applicant, "column"),
        *_addends_said(failing, addends, 0),
        pl.lit("fact_application").alias("fact_table"),
        pl.lit(total).alias("cell"),
        pl.concat_list(pl.lit(total), places_with_figures(addends)).alias("places"),
    )
    return as_findings(found, "disposition_sum")


def _applicant_sum(reports: pl.DataFrame, item: str) -> pl.DataFrame:
    """The six applicants against the total of one row."""
    cells = [f"{item}/{one}" for one in SIX]
    names = [pl.lit(cell_labels(language)[item]).alias(f"row_{language}") for language in LANGUAGES]
    return _row_sum(reports, "applicant_sum", cells, f"{item}/total", names)


def _review_sum(reports: pl.DataFrame, channel: str) -> pl.DataFrame:
    """The four outcomes against the total of one channel."""
    cells = [f"{channel}/{one}" for one in FOUR]
    names = [pl.lit(cell_labels(language)[channel]).alias(f"row_{language}") for language in LANGUAGES]
    return _row_sum(reports, "review_sum", cells, f"{channel}/total", names)


def _row_sum(
    reports: pl.DataFrame, rule_code: str, cells: Sequence[str], total: str, names: Sequence[pl.Expr]
) -> pl.DataFrame:
    """A row's cells against its total."""
    expected = _total(cells)
    failing = reports.filter(_any_number(cells) & _differs(expected, known(total)))
    if failing.is_empty():
        return as_findings(failing, rule_code)
    found = failing.with_columns(
        hints(failing, pairs_in_row(cells, total), expected - known(total)),
        figure(expected).alias("expected"),
        figure(known(total)).alias("actual"),
        *names,
        *_addends_said(failing, cells, 1),
        pl.lit(TABLE_OF[total]).alias("fact_table"),
        pl.lit(total).alias("cell"),
        pl.concat_list(pl.lit(total), places_with_figures(cells)).alias("places"),
    )
    return as_findings(found, rule_code)


def _in_force_bound(reports: pl.DataFrame, category: str) -> pl.DataFrame:
    """Documents in force at the year's end are at least those issued in it and not repealed."""
    issued, repealed, in_force = (f"{category}/{measure}" for measure in ("issued", "repealed", "in_force"))
    least = addend(issued) - addend(repealed)
    failing = reports.filter(known(in_force) < least).with_columns(
        figure(addend(issued)).alias("issued"),
        figure(addend(repealed)).alias("repealed"),
        figure(least).alias("expected"),
        figure(known(in_force)).alias("actual"),
        *_category(category, in_force, [issued, repealed, in_force]),
    )
    return as_findings(failing, "in_force_bound")


def _disclosed_bound(reports: pl.DataFrame, category: str) -> pl.DataFrame:
    """What is disclosed in all is at least what was newly disclosed."""
    new, in_all = f"{category}/newly_disclosed", f"{category}/total_disclosed"
    failing = reports.filter(known(in_all) < known(new)).with_columns(
        figure(known(new)).alias("expected"),
        figure(known(in_all)).alias("actual"),
        *_category(category, in_all, [new, in_all]),
    )
    return as_findings(failing, "disclosed_bound")


def _category(category: str, cell: str, places: list[str]) -> list[pl.Expr]:
    """The columns that findings on one category of section 2 share."""
    return [
        *(pl.lit(cell_labels(language)[category]).alias(f"category_{language}") for language in LANGUAGES),
        pl.lit("fact_proactive_disclosure").alias("fact_table"),
        pl.lit(cell).alias("cell"),
        pl.lit(places).alias("places"),
    ]
