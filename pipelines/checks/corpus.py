"""All reports side by side: one row a report, one column a cell of the form.

Every rule reads this frame, so that twenty million facts are turned around once. A cell is

- a number where the document (or a person's correction) gives one,
- ``NaN`` where it is printed blank,
- null where it is missing, unreadable or not part of the report's form.

Null spreads through arithmetic, so a sum with an unknown part is unknown and no rule speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from schemas.vocabulary import codes, rows

Frame = pl.DataFrame | pl.LazyFrame

ITEMS = codes("application_item", "item_code")
APPLICANTS = codes("applicant", "applicant_code")
CHANNELS = codes("review_channel", "channel_code")
OUTCOMES = codes("review_outcome", "outcome_code")
MEASURES = tuple((row["category_code"], row["measure_code"]) for row in rows("proactive_measure"))

FACTS: dict[str, tuple[str, str]] = {
    "fact_application": ("item_code", "applicant_code"),
    "fact_proactive_disclosure": ("category_code", "measure_code"),
    "fact_review_litigation": ("channel_code", "outcome_code"),
}
"""The three fact tables and the two codes that name a cell."""

CELLS: dict[str, tuple[str, ...]] = {
    "fact_application": tuple(f"{item}/{applicant}" for item in ITEMS for applicant in APPLICANTS),
    "fact_proactive_disclosure": tuple(f"{category}/{measure}" for category, measure in MEASURES),
    "fact_review_litigation": tuple(f"{channel}/{outcome}" for channel in CHANNELS for outcome in OUTCOMES),
}
"""The cells of both editions of the form, in form order."""

TABLE_OF: dict[str, str] = {cell: table for table, cells in CELLS.items() for cell in cells}

REPORT_COLUMNS = (
    "report_id",
    "agency_id",
    "report_year",
    "report_scope",
    "form_version",
    "title",
    "source_path",
    "published_on",
    "version",
    "is_current",
    "in_raw",
)
REPORTS_AT_ONCE = 50_000
"""Reports that are looked at together where they need not all be: this bounds the memory."""
AGENCY_COLUMNS = ("agency_id", "agency_name", "admin_level", "agency_kind", "parent_agency_id")


@dataclass(frozen=True, slots=True)
class Corpus:
    """What rules between reports look at.

    ``reports`` has one row a report with its agency's columns beside it, then one Float64
    column a cell (see the module's text). ``once`` says of each whether it is current and the only
    such one of its agency, year and scope: only those can be compared without choosing. The other
    tables are those of the contract.
    """

    reports: pl.DataFrame
    once: pl.Series
    agencies: pl.DataFrame
    hierarchy: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Slice:
    """Some whole reports, as rules within a report look at them: their rows of :class:`Corpus` and the long tables."""

    reports: pl.DataFrame
    facts: Mapping[str, pl.LazyFrame]
    sections: pl.LazyFrame
    claims: pl.LazyFrame
    observations: pl.LazyFrame


def build_corpus(tables: Mapping[str, Frame]) -> Corpus:
    """Turn the contract's tables into a :class:`Corpus`; the keys are their names, frames may be lazy.

    Where the cells of all reports stand side by side already (``report_id`` and a column a cell,
    see the module's text), they are the frame ``figures``.
    """
    lazy = {name: frame.lazy() for name, frame in tables.items()}
    agencies = lazy["dim_agency"].select(AGENCY_COLUMNS).collect()
    reports = (
        lazy["dim_report"]
        .select(REPORT_COLUMNS)
        .join(agencies.lazy(), on="agency_id", how="left", maintain_order="left")
        .collect()
    )
    return Corpus(_with_cells(reports, lazy), _once(reports), agencies, lazy["agency_hierarchy"].collect())


def slice_of(corpus: Corpus, tables: Mapping[str, Frame]) -> Slice:
    """The reports of ``dim_report`` in the tables, with the facts, texts and claims that these hold of them."""
    lazy = {name: frame.lazy() for name, frame in tables.items()}
    mine = lazy["dim_report"].select("report_id").collect()
    return Slice(
        reports=corpus.reports.join(mine, on="report_id", how="semi", maintain_order="left"),
        facts={table: lazy[table] for table in FACTS},
        sections=lazy["report_section"],
        claims=lazy["narrative_claim"],
        observations=lazy["observation"],
    )


def _with_cells(reports: pl.DataFrame, tables: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    if "figures" in tables:
        cells = tables["figures"].collect()
        if cells["report_id"].equals(reports["report_id"]):
            return reports.hstack(cells.drop("report_id"))
        return reports.join(cells, on="report_id", how="left", maintain_order="left")
    index = reports.select("report_id").with_row_index("row")
    return reports.with_columns(column for table in FACTS for column in _cell_columns(table, tables[table], index))


def known(cell: str) -> pl.Expr:
    """The cell where it is a number, else null: blank is not a number."""
    return pl.col(cell).fill_nan(None)


def addend(cell: str) -> pl.Expr:
    """The cell as a part of a sum: blank counts as zero, unknown stays unknown."""
    return pl.col(cell).fill_nan(0.0)


def current_reports(corpus: Corpus, cells: Sequence[str], chosen: pl.Expr | None = None) -> pl.DataFrame:
    """The reports that can be compared, those that are ``chosen`` by their columns.

    Of their cells only those that are asked for, since all are too many to copy; see :func:`current_series`.
    """
    others = [name for name in corpus.reports.columns if name not in TABLE_OF]
    wanted = corpus.once if chosen is None else corpus.once & corpus.reports.select(chosen.alias("chosen"))["chosen"]
    return corpus.reports.select(*others, *cells).filter(wanted)


def current_series(corpus: Corpus) -> Iterator[pl.DataFrame]:
    """The reports that can be compared with all their cells, the reports of some agencies at a time."""
    for some in in_groups(corpus.reports["agency_id"], int(corpus.once.sum())):
        yield corpus.reports.filter(corpus.once & some)


def in_groups(keys: pl.Series, reports: int) -> Iterator[pl.Series]:
    """Masks that part so many reports into groups small enough for the memory; what has one key stays together."""
    groups = reports // REPORTS_AT_ONCE + 1
    group = keys.hash() % groups
    for number in range(groups):
        yield group == number


def _once(reports: pl.DataFrame) -> pl.Series:
    """Of each report whether it is current, and the only such one of its agency, scope and year."""
    key = ["agency_id", "report_scope", "report_year"]
    once = (pl.col("is_current").sum().over(key) == 1) & pl.col("is_current")
    return reports.select(*key, "is_current").select(once.alias("once"))["once"]


def _cell_columns(table: str, facts: pl.LazyFrame, index: pl.DataFrame) -> list[pl.Series]:
    """One Float64 column a cell of the table, in the order of the index."""
    cells, height = CELLS[table], index.height
    slots = {cell: slot for slot, cell in enumerate(cells)}
    placed = _placed(table, facts, index, slots)
    dense = pl.Series("value", [None], dtype=pl.Float64).new_from_index(0, height * len(cells))
    if placed.height:
        dense = dense.scatter(placed["slot"].cast(pl.UInt64) * height + placed["row"], placed["value"])
    return [dense.slice(slot * height, height).alias(cell) for cell, slot in slots.items()]


def _placed(table: str, facts: pl.LazyFrame, index: pl.DataFrame, slots: Mapping[str, int]) -> pl.DataFrame:
    """Row of the report, slot of the cell and what stands there, for the cells that are numbers or blank."""
    first, second = FACTS[table]
    places = pl.DataFrame(
        {
            first: [cell.split("/")[0] for cell in slots],
            second: [cell.split("/")[1] for cell in slots],
            "slot": pl.Series(list(slots.values()), dtype=pl.UInt32),
        }
    )
    blank = pl.col("value_status") == "blank"
    number = pl.col("value_status").is_in(["reported", "corrected"])
    return (
        facts.filter(blank | number)
        .join(index.lazy(), on="report_id")
        .join(places.lazy(), on=[first, second])
        .select("row", "slot", pl.when(blank).then(float("nan")).otherwise("value").alias("value"))
        .collect()
    )
