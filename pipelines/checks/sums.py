"""Identities within one report: the balance, the dispositions, the applicants, the outcomes, the bounds.

A sum is judged only where its total and all its addends are known (a blank addend counts as
zero) and at least one addend is a number.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.checks.corpus import APPLICANTS, CHANNELS, ITEMS, TABLE_OF, Slice, addend, known
from pipelines.checks.findings import (
    LANGUAGES,
    Check,
    cell_labels,
    column_labels,
    figure,
    labelled_figures,
    places_with_figures,
    run,
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
DOCUMENTS = ("regulation", "normative_document")


def find(part: Slice) -> list[pl.DataFrame]:
    """Findings of every rule of this module."""
    columns = [check(applicant) for check in (_application_balance, _disposition_sum) for applicant in APPLICANTS]
    rows_and_bounds = [
        *(_applicant_sum(item) for item in ITEMS),
        *(_review_sum(channel) for channel in CHANNELS),
        *(check(category) for check in (_in_force_bound, _disclosed_bound) for category in DOCUMENTS),
    ]
    return [
        *run(_with_unprinted_totals_unknown(part.reports), columns),
        *run(part.reports, rows_and_bounds),
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


def _application_balance(applicant: str) -> Check:
    """``new_received + carried_in = total_handled + carried_forward`` in one applicant column.

    ``total_handled`` is a total and has to be a number; the other three are addends, and of the
    two on the left one has to be a number. In the total column ``new_received`` is itself the
    total of a row and has to be a number.
    """
    new, carried, handled, forward = cells = [f"{i}/{applicant}" for i in (*INTAKE, "total_handled", "carried_forward")]
    left, right = addend(new) + addend(carried), known(handled) + addend(forward)
    speaks = _any_number([new] if applicant == "total" else [new, carried])

    def say(failing: pl.DataFrame) -> pl.DataFrame:
        return failing.with_columns(
            hints(failing, pairs_in_column(cells, (1, 1, -1, -1)), left - right),
            figure(left).alias("expected"),
            figure(right).alias("actual"),
            *(figure(addend(c)).alias(n) for n, c in zip(("new", "carried", "handled", "forward"), cells, strict=True)),
            *_named(applicant, "column"),
            *_at(handled),
            pl.lit(cells).alias("places"),
        )

    return Check("application_balance", speaks & _differs(left, right), say)


def _disposition_sum(applicant: str) -> Check:
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
    fails = expected.is_not_null() & known(total).is_not_null() & ~fits.fill_null(value=False)
    signs = (*[1] * (len(plain) + len(details)), -1)

    def say(failing: pl.DataFrame) -> pl.DataFrame:
        return failing.with_columns(
            hints(failing, pairs_in_column([*plain, *details, total], signs), expected - known(total)),
            figure(expected).alias("expected"),
            figure(known(total)).alias("actual"),
            *_named(applicant, "column"),
            *_addends_said(failing, [*plain, *details, single], 0),
            *_at(total),
            pl.concat_list(pl.lit(total), places_with_figures([*plain, *details, single])).alias("places"),
        )

    return Check("disposition_sum", _any_number([*plain, *details, single]) & fails, say)


def _applicant_sum(item: str) -> Check:
    """The six applicants against the total of one row."""
    return _row_sum("applicant_sum", item, SIX)


def _review_sum(channel: str) -> Check:
    """The four outcomes against the total of one channel."""
    return _row_sum("review_sum", channel, FOUR)


def _row_sum(rule_code: str, row: str, columns: Sequence[str]) -> Check:
    """A row's cells against its total."""
    cells, total = [f"{row}/{column}" for column in columns], f"{row}/total"
    expected = _total(cells)

    def say(failing: pl.DataFrame) -> pl.DataFrame:
        return failing.with_columns(
            hints(failing, pairs_in_row(cells, total), expected - known(total)),
            figure(expected).alias("expected"),
            figure(known(total)).alias("actual"),
            *(pl.lit(cell_labels(language)[row]).alias(f"row_{language}") for language in LANGUAGES),
            *_addends_said(failing, cells, 1),
            *_at(total),
            pl.concat_list(pl.lit(total), places_with_figures(cells)).alias("places"),
        )

    return Check(rule_code, _any_number(cells) & _differs(expected, known(total)), say)


def _in_force_bound(category: str) -> Check:
    """Documents in force at the year's end are at least those issued in it and not repealed."""
    issued, repealed, in_force = cells = [f"{category}/{measure}" for measure in ("issued", "repealed", "in_force")]
    least = addend(issued) - addend(repealed)

    def say(failing: pl.DataFrame) -> pl.DataFrame:
        return failing.with_columns(
            figure(addend(issued)).alias("issued"),
            figure(addend(repealed)).alias("repealed"),
            figure(least).alias("expected"),
            figure(known(in_force)).alias("actual"),
            *_category(category),
            *_at(in_force),
            pl.lit(cells).alias("places"),
        )

    return Check("in_force_bound", known(in_force) < least, say)


def _disclosed_bound(category: str) -> Check:
    """What is disclosed in all is at least what was newly disclosed."""
    new, in_all = f"{category}/newly_disclosed", f"{category}/total_disclosed"

    def say(failing: pl.DataFrame) -> pl.DataFrame:
        return failing.with_columns(
            figure(known(new)).alias("expected"),
            figure(known(in_all)).alias("actual"),
            *_category(category),
            *_at(in_all),
            pl.lit([new, in_all]).alias("places"),
        )

    return Check("disclosed_bound", known(in_all) < known(new), say)


def _category(category: str) -> list[pl.Expr]:
    """What the category of section 2 is called."""
    return [pl.lit(cell_labels(language)[category]).alias(f"category_{language}") for language in LANGUAGES]


def _at(cell: str) -> list[pl.Expr]:
    """Table and cell that a finding concerns."""
    return [pl.lit(TABLE_OF[cell]).alias("fact_table"), pl.lit(cell).alias("cell")]
