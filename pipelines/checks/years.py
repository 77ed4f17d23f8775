"""Between the years of one agency and scope: what is carried over, in force, copied or far from the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import polars as pl

from pipelines.checks.corpus import (
    APPLICANTS,
    CELLS,
    MEASURES,
    REPORTS_AT_ONCE,
    TABLE_OF,
    Corpus,
    addend,
    current_series,
    known,
)
from pipelines.checks.findings import (
    LANGUAGES,
    as_findings,
    cell_labels,
    column_labels,
    figure,
    phrase,
    wording,
)
from schemas.vocabulary import rows, settings

EXPECT: dict[str, Any] = settings("expect")
SERIES = ["agency_id", "report_scope"]
BEFORE = "_before"
ALL_CELLS = tuple(TABLE_OF)
UNITS = {f"{row['category_code']}/{row['measure_code']}": row["unit"] for row in rows("proactive_measure")}
SMALLEST_DIFFERENCE = 1e-6


class Pairs(NamedTuple):
    """Reports and, row by row, those of the year before."""

    now: pl.DataFrame
    before: pl.DataFrame


def find(corpus: Corpus) -> list[pl.DataFrame]:
    """Findings of every rule of this module."""
    return [
        *(_impossible(some) for some in corpus.reports.iter_slices(REPORTS_AT_ONCE)),
        *(one for reports in current_series(corpus) for one in _of_series(reports)),
    ]


def _of_series(reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What each report says beside those of its agency on other years."""
    unit_slips = _unit_suspect(reports)
    yield unit_slips
    yield _far_from_other_years(reports, unit_slips)
    pairs = pairs_of_years(reports)
    yield _carryover_continuity(pairs)
    for category in _categories("in_force"):
        yield _in_force_continuity(pairs, category)
    for category in _categories("prior_year_items"):
        yield _prior_items_continuity(pairs, category)
    yield _prior_year_copy(pairs)


def pairs_of_years(reports: pl.DataFrame) -> Pairs:
    """Reports whose agency and scope also have a report on the year before, and those."""
    index = reports.select(*SERIES, "report_year").with_row_index("row")
    earlier = index.with_columns(pl.col("report_year") + 1).rename({"row": "row_before"})
    found = index.join(earlier, on=[*SERIES, "report_year"]).sort("row")
    return Pairs(reports[found["row"]], reports[found["row_before"]])


def _categories(measure: str) -> list[str]:
    return [category for category, one in MEASURES if one == measure]


def _side_by_side(pairs: Pairs, cells: Sequence[str]) -> pl.DataFrame:
    """The reports with the named cells of the year before beside their own."""
    earlier = pairs.before.select(pl.col(cell).alias(cell + BEFORE) for cell in cells)
    years = pairs.before.select(
        pl.col("report_year").alias("previous_year"),
        pl.col("report_year").cast(pl.String).alias("key"),
        pl.col("form_version").alias("form_before"),
    )
    return pl.concat([pairs.now, earlier, years], how="horizontal").with_columns(pl.col("report_year").alias("year"))


def _carryover_continuity(pairs: Pairs) -> pl.DataFrame:
    """What a year carries in is what the year before carried forward, in every column that both years give."""
    forward = [f"carried_forward/{applicant}" for applicant in APPLICANTS]
    beside = _side_by_side(pairs, forward)
    differs = {a: _differs(f"carried_in/{a}", f"carried_forward/{a}{BEFORE}") for a in APPLICANTS}
    failing = beside.filter(pl.any_horizontal(list(differs.values())))
    places = pl.concat_list([pl.when(test).then(pl.lit(f"carried_in/{a}")) for a, test in differs.items()])
    said = []
    for language in LANGUAGES:
        labels = column_labels(language)
        for name, cell, ending in (("expected", "carried_forward", BEFORE), ("actual", "carried_in", "")):
            parts = [
                pl.when(test).then(pl.concat_str(pl.lit(f"{labels[a]} "), figure(pl.col(f"{cell}/{a}{ending}"))))
                for a, test in differs.items()
            ]
            joined = pl.concat_str(parts, separator=wording("separator", language), ignore_nulls=True)
            said.append(joined.alias(f"{name}_{language}"))
    found = failing.with_columns(
        *said,
        *(_coded(name, ending, differs) for name, ending in (("expected", BEFORE), ("actual", ""))),
        pl.lit("fact_application").alias("fact_table"),
        places.list.drop_nulls().alias("places"),
    ).with_columns(pl.col("places").list.join(" ").alias("cell"))
    return as_findings(found, "carryover_continuity")


def _coded(name: str, ending: str, differs: dict[str, pl.Expr]) -> pl.Expr:
    """The differing figures in the order of the finding's cells, separated by spaces."""
    row = "carried_forward" if ending else "carried_in"
    parts = [pl.when(test).then(figure(pl.col(f"{row}/{a}{ending}"))) for a, test in differs.items()]
    return pl.concat_str(parts, separator=" ", ignore_nulls=True).alias(name)


def _differs(cell: str, other: str) -> pl.Expr:
    """Both cells are numbers, and not the same."""
    return ((known(cell) - known(other)).abs() > SMALLEST_DIFFERENCE).fill_null(value=False)


def _in_force_continuity(pairs: Pairs, category: str) -> pl.DataFrame:
    """Documents in force are those of the year before, plus issued, minus repealed; both years in the 2021 form."""
    issued, repealed, in_force = (f"{category}/{measure}" for measure in ("issued", "repealed", "in_force"))
    beside = _side_by_side(pairs, [in_force])
    expected = known(in_force + BEFORE) + addend(issued) - addend(repealed)
    both = (pl.col("form_version") == "2021") & (pl.col("form_before") == "2021")
    failing = beside.filter(both & ((expected - known(in_force)).abs() > SMALLEST_DIFFERENCE))
    return as_findings(
        failing.with_columns(
            figure(known(in_force + BEFORE)).alias("before"),
            figure(addend(issued)).alias("issued"),
            figure(addend(repealed)).alias("repealed"),
            figure(expected).alias("expected"),
            figure(known(in_force)).alias("actual"),
            *_of_category(category, in_force, [issued, repealed, in_force]),
        ),
        "in_force_continuity",
    )


def _prior_items_continuity(pairs: Pairs, category: str) -> pl.DataFrame:
    """The items that a year starts from are those of the year before and its change; both years in the 2019 form."""
    start, change = f"{category}/prior_year_items", f"{category}/change"
    beside = _side_by_side(pairs, [start, change])
    expected = known(start + BEFORE) + addend(change + BEFORE)
    both = (pl.col("form_version") == "2019") & (pl.col("form_before") == "2019")
    failing = beside.filter(both & ((expected - known(start)).abs() > SMALLEST_DIFFERENCE))
    return as_findings(
        failing.with_columns(
            figure(known(start + BEFORE)).alias("before"),
            figure(addend(change + BEFORE)).alias("change"),
            figure(expected).alias("expected"),
            figure(known(start)).alias("actual"),
            *_of_category(category, start, [start]),
        ),
        "prior_items_continuity",
    )


def _of_category(category: str, cell: str, places: list[str]) -> list[pl.Expr]:
    return [
        *(pl.lit(cell_labels(language)[category]).alias(f"category_{language}") for language in LANGUAGES),
        pl.lit("fact_proactive_disclosure").alias("fact_table"),
        pl.lit(cell).alias("cell"),
        pl.lit(places).alias("places"),
    ]


def _prior_year_copy(pairs: Pairs) -> pl.DataFrame:
    """Every figure is last year's: all cells alike in figure and blank, enough of them not zero, one form."""
    beside = _side_by_side(pairs, ALL_CELLS)
    same = pl.all_horizontal([pl.col(cell).eq_missing(pl.col(cell + BEFORE)) for cell in ALL_CELLS])
    not_zero = pl.sum_horizontal([pl.col(cell).fill_nan(0.0) != 0 for cell in ALL_CELLS])
    one_form = pl.col("form_version") == pl.col("form_before")
    enough = not_zero >= EXPECT["prior_year_copy"]["not_zero"]
    copied = beside.filter(same & one_form & enough).with_columns(not_zero.cast(pl.String).alias("actual"))
    return as_findings(copied, "prior_year_copy")


def _compared_cells() -> list[str]:
    """The cells that are compared with other years."""
    rules = EXPECT["implausible"]
    section_two = [
        cell for cell in CELLS["fact_proactive_disclosure"] if cell.split("/")[1] not in rules["signed_measures"]
    ]
    return [*section_two, *rules["application"], *rules["review"]]


def _by_cell(reports: pl.DataFrame, cells: Sequence[str]) -> pl.DataFrame:
    """One row a report and cell that is a number."""
    return (
        reports.lazy()
        .select("report_id", *SERIES, "report_year", *(known(cell).alias(cell) for cell in cells))
        .unpivot(on=cells, index=["report_id", *SERIES, "report_year"], variable_name="cell", value_name="value")
        .drop_nulls("value")
        .collect()
    )


def _with_median_of_others(figures: pl.DataFrame) -> pl.DataFrame:
    """Each figure with the median and number of those of the agency's other years."""
    key = [*SERIES, "cell"]
    others = figures.select(*key, pl.col("report_year").alias("other_year"), pl.col("value").alias("other"))
    return (
        figures.join(others, on=key)
        .filter(pl.col("report_year") != pl.col("other_year"))
        .group_by("report_id", "cell", "value")
        .agg(pl.col("other").median().alias("median"), pl.len().alias("years"))
    )


def _wide_series(reports: pl.DataFrame, cells: Sequence[str]) -> pl.DataFrame:
    """The figures of those agencies and cells whose years are many and differ much; cell by cell, for memory."""
    rules = EXPECT["implausible"]
    series = reports.select(*SERIES, "report_id", "report_year", series=pl.struct(SERIES).rank("dense"))
    least, most = pl.col("value").min().over("series"), pl.col("value").max().over("series")
    wide = (pl.len().over("series") > rules["other_years"]) & (most - least >= rules["difference"])
    found = [
        series.with_columns(reports[cell].fill_nan(None).alias("value"), pl.lit(cell).alias("cell"))
        .drop_nulls("value")
        .filter(wide)
        for cell in cells
    ]
    return pl.concat(found)


def _far_from_other_years(reports: pl.DataFrame, unit_slips: pl.DataFrame) -> pl.DataFrame:
    """Figures far outside the agency's other years; a fee that looks like a slip of the unit is not said twice."""
    rules = EXPECT["implausible"]
    found = _with_median_of_others(_wide_series(reports, _compared_cells())).filter(
        (pl.col("years") >= rules["other_years"])
        & ((pl.col("value") - pl.col("median")).abs() >= rules["difference"])
        & (
            (pl.col("value") > rules["ratio_above"] * pl.col("median"))
            | (pl.col("value") < rules["ratio_below"] * pl.col("median"))
        )
    )
    said = found.join(unit_slips, on=["report_id", "cell"], how="anti").with_columns(
        figure(pl.col("median")).alias("expected"), figure(pl.col("value")).alias("actual")
    )
    reasons = {"years": pl.col("years"), "expected": pl.col("expected")}
    return as_findings(
        _at_cell(said).with_columns(
            phrase("far_from_others", reasons, language).alias(f"reason_{language}") for language in LANGUAGES
        ),
        "implausible_value",
    )


def _impossible(reports: pl.DataFrame) -> pl.DataFrame:
    """Negative figures where nothing can be negative, and counts with decimals."""
    rules = EXPECT["implausible"]
    signed = [cell for cell in ALL_CELLS if cell.split("/")[1] in rules["signed_measures"]]
    decimal = [cell for cell, unit in UNITS.items() if unit in rules["decimal_units"]]
    value = pl.col("value")
    negative = (value < 0) & ~pl.col("cell").is_in(signed)
    fractional = (value != value.round(0)) & ~pl.col("cell").is_in(decimal)
    odd = {cell: (known(cell) < 0) | (known(cell) != known(cell).round(0)) for cell in ALL_CELLS}
    found = reports.select(test.any().alias(cell) for cell, test in odd.items())
    suspects = [column.name for column in found if column.any()]
    if not suspects:
        return as_findings(found.clear(), "implausible_value")
    figures = _by_cell(reports.filter(pl.any_horizontal([odd[cell] for cell in suspects])), suspects)
    said = _at_cell(figures.filter(negative | fractional)).with_columns(
        figure(pl.col("value")).alias("actual"),
        *(
            pl.when(negative)
            .then(pl.lit(wording("negative", language)))
            .otherwise(pl.lit(wording("fractional", language)))
            .alias(f"reason_{language}")
            for language in LANGUAGES
        ),
    )
    return as_findings(said, "implausible_value")


def _unit_suspect(reports: pl.DataFrame) -> pl.DataFrame:
    """A fee some 10,000 times the median of the agency's other years that charged any."""
    rules = EXPECT["unit_suspect"]
    charged = _by_cell(reports, [rules["cell"]]).filter(pl.col("value") > 0)
    ratio = pl.col("value") / pl.col("median")
    found = _with_median_of_others(charged).filter(ratio.is_between(rules["ratio_least"], rules["ratio_most"]))
    return as_findings(
        _at_cell(found).with_columns(
            figure(pl.col("median")).alias("expected"),
            figure(pl.col("value")).alias("actual"),
            figure(ratio.round(0)).alias("ratio"),
        ),
        "unit_suspect",
    )


def _at_cell(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that findings on one cell share."""
    return frame.with_columns(
        pl.col("cell").replace_strict(TABLE_OF, return_dtype=pl.String).alias("fact_table"),
        pl.concat_list("cell").alias("places"),
        *(
            pl.col("cell")
            .replace_strict(dict(cell_labels(language)), return_dtype=pl.String)
            .alias(f"label_{language}")
            for language in LANGUAGES
        ),
    )
