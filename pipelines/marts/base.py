"""Builds the private tables beneath the marts: the facts of current reports, turned once from long to wide.

The marts are views, as the contract says. A view straight over 240 million fact rows would pivot
and join them again at every question; these tables do it once a night, so that a question reads
one row a report (or six). They hold nothing that the facts do not hold, but for zeros that the
form's identities prove, and each of these is marked. Private: nothing outside may rely on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from string import Template

import duckdb
import polars as pl

from schemas import vocabulary

SQL = Path(__file__).parent / "sql"
REPORTS_PER_SLICE = 250_000
KNOWN = "IN (1, 2)"
DERIVED = 8
TOTAL = "total"
OTHER_DETAILS = ("other_no_clarification", "other_fee_unpaid", "other_reason")
DISPOSITION_GROUPS = ("granted", "partially_granted", "denied", "unavailable", "not_processed", "other_handling")


def template(path: str) -> Template:
    """A statement of ``sql/``, to be filled with column lists that the vocabulary yields."""
    return Template((SQL / path).read_text(encoding="utf-8"))


def items() -> tuple[str, ...]:
    """The item codes of the applications matrix, in form order."""
    return vocabulary.codes("application_item", "item_code")


def items_of(group_code: str) -> tuple[str, ...]:
    """The item codes of one group."""
    return tuple(row["item_code"] for row in vocabulary.rows("application_item") if row["group_code"] == group_code)


def dispositions() -> tuple[str, ...]:
    """The items that say how a request ended: each request counts in one of them."""
    return tuple(item for group in DISPOSITION_GROUPS for item in items_of(group))


def applicants() -> tuple[str, ...]:
    """The six kinds of applicant, without the total column."""
    return tuple(code for code in vocabulary.codes("applicant", "applicant_code") if code != TOTAL)


def build(connection: duckdb.DuckDBPyConnection, turned: Iterable[pl.DataFrame] = ()) -> None:
    """Create ``_application_wide`` and ``_report_wide`` slice by slice, then what is told of years without a report.

    ``turned`` may hold the applications matrix of reports turned already: ``report_id`` and one
    column ``item/applicant`` a cell, packed as in ``cells.sql``. Other reports are turned from the facts.
    """
    tables = {"_application_wide": _application_wide, "_report_wide": _report_wide}
    with beside(connection, len(tables)) as cursors, ThreadPoolExecutor(len(tables)) as threads:
        done = 0
        jobs: list[Future[None]] = []
        for cells in _cells_of_current(connection, turned):
            wait(jobs)
            jobs = [
                threads.submit(_add, cursor, cells, done, select(verb(table, done)))
                for cursor, (table, select) in zip(cursors, tables.items(), strict=True)
            ]
            done += cells.height
        wait(jobs)
    for name in ("quarantine_agency", "coverage"):
        connection.execute(template(f"base/{name}.sql").substitute())


def wait(jobs: Iterable[Future[None]]) -> None:
    """Wait for all of them; raises what one of them raised."""
    for job in jobs:
        job.result()


def verb(table: str, done: int) -> str:
    """How the rows of a slice come into a table: the first ones make it."""
    return f"INSERT INTO {table}" if done else f"CREATE OR REPLACE TABLE {table} AS"


@contextmanager
def beside(connection: duckdb.DuckDBPyConnection, number: int) -> Iterator[list[duckdb.DuckDBPyConnection]]:
    """Cursors for so many tables to be made side by side, each in one thread and one transaction.

    Two threads at one table write wide rows into collections of their own and copy these: twice the
    work, no sooner done. And each statement in a transaction of its own would wait for the disk.
    """
    usual = connection.execute("SELECT current_setting('threads')").fetchall()[0][0]
    connection.execute("SET threads = 1")
    cursors = [connection.cursor() for _ in range(number)]
    try:
        for cursor in cursors:
            cursor.begin()
        yield cursors
        for cursor in cursors:
            cursor.commit()
    finally:
        for cursor in cursors:
            cursor.close()
        connection.execute(f"SET threads = {usual}")


def _cells_of_current(connection: duckdb.DuckDBPyConnection, turned: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The applications matrix of the current reports, packed, one slice after the other; at least one slice."""
    rest = connection.execute("SELECT report_id FROM dim_report WHERE is_current").pl()
    slices = 0
    for frame in _slices(turned):
        cells = frame.join(rest, on="report_id", how="semi")
        rest = rest.join(cells, on="report_id", how="anti")
        yield cells
        slices += 1
    for some in rest.iter_slices(REPORTS_PER_SLICE) if slices else [rest]:
        if some.height or not slices:
            yield _turned(connection, some)


def _turned(connection: duckdb.DuckDBPyConnection, reports: pl.DataFrame) -> pl.DataFrame:
    """The cells of some reports, from the facts."""
    connection.register("_wanted", reports.to_arrow())
    cells = connection.execute(template("base/cells.sql").substitute(packed=_packed(), cells=_cells())).pl()
    connection.unregister("_wanted")
    return reports.join(cells, on="report_id", how="left")


def _slices(turned: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The frames put together until a slice is full."""
    held: list[pl.DataFrame] = []
    for frame in turned:
        held.append(frame)
        if sum(one.height for one in held) >= REPORTS_PER_SLICE:
            yield pl.concat(held)
            held = []
    if held:
        yield pl.concat(held)


def _add(cursor: duckdb.DuckDBPyConnection, cells: pl.DataFrame, done: int, statement: str) -> None:
    """Put one slice of the current reports, numbered from ``done``, into a table."""
    cursor.register("_cells", cells.to_arrow())
    cursor.execute(template("base/slice.sql").substitute(offset=done, due_on=_due_on()))
    cursor.execute(statement)
    cursor.execute("DROP TABLE _slice")
    cursor.unregister("_cells")


def _due_on() -> str:
    """The legal date by kind of agency, as the checks have it; bodies that the law does not name have none."""
    branches = []
    for legal in vocabulary.settings("expect")["legal_date"]:
        kinds = ", ".join(f"'{kind}'" for kind in legal["kinds"])
        date = f"make_date(r.report_year + 1, {legal['month']}, {legal['day']})"
        branches.append(f"WHEN a.agency_kind IN ({kinds}) THEN {date}")
    return " ".join(branches)


def _listed(parts: list[str]) -> str:
    return ",\n    ".join(parts)


def _packed() -> str:
    return _listed([f"max(packed) FILTER (item_code = '{item}') AS {item}" for item in items()])


def _cells() -> str:
    """Every item and applicant as a column, of facts already grouped by applicant."""
    return _listed(
        [
            f"max({item}) FILTER (applicant_code = '{applicant}') AS {_cell(item, applicant)}"
            for item in items()
            for applicant in (*applicants(), TOTAL)
        ]
    )


def _cell(item: str, applicant: str) -> str:
    return f'"{item}/{applicant}"'


def _value(item: str, applicant: str) -> str:
    cell = _cell(item, applicant)
    return f"CASE WHEN ({cell} & 7) {KNOWN} THEN {cell} >> 3 END"


def _decoded() -> str:
    """One query an applicant: counts and how they stand, where the report has the applicant's column."""
    queries = []
    for applicant in applicants():
        counts = [f"{_value(item, applicant)} AS v_{item}" for item in items()]
        statuses = [f"CAST({_cell(item, applicant)} & 7 AS UTINYINT) AS s_{item}" for item in items()]
        there = ", ".join(_cell(item, applicant) for item in items())
        queries.append(
            f"SELECT report_id, '{applicant}' AS applicant_code, {_listed(counts + statuses)} "  # noqa: S608 - codes
            f"FROM _cells WHERE coalesce({there}) IS NOT NULL"
        )
    return "\n  UNION ALL\n  ".join(queries)


def _known_sum() -> str:
    return " + ".join(f"coalesce(v_{item}, 0)" for item in dispositions())


def _doubtful() -> str:
    """Whether a disposition is printed and yet no count: then the column proves nothing."""
    return " OR ".join(f"coalesce(s_{item} IN (5, 6), false)" for item in dispositions())


def _proof(item: str) -> str | None:
    """When the identities prove a cell that is not known to be zero; null for the two rows of intake.

    Idle: nothing received and nothing carried in, so nothing was handled or left. Exhausted: the
    known dispositions already make up the total, so a blank beside them can only be zero.
    """
    if item in items_of("intake"):
        return None
    unknown = f"v_{item} IS NULL AND "
    if item in dispositions():
        return unknown + f"(is_idle AND s_{item} IN (3, 4) OR is_exhausted AND s_{item} = 3)"
    return unknown + f"is_idle AND s_{item} IN (3, 4)"


def _derived() -> str:
    columns = []
    for item in items():
        proof = _proof(item)
        value, status = f"v_{item}", f"s_{item}"
        if proof is not None:
            value = f"CASE WHEN {proof} THEN 0 ELSE v_{item} END"
            status = f"CAST(CASE WHEN {proof} THEN s_{item} + {DERIVED} ELSE s_{item} END AS UTINYINT)"
        columns += [f"{value} AS v_{item}", f"{status} AS s_{item}"]
    return _listed(columns)


def _application_wide(into: str) -> str:
    return template("base/application_wide.sql").substitute(
        into=into, decoded=_decoded(), known_sum=_known_sum(), doubtful=_doubtful(), derived=_derived()
    )


def _totals() -> str:
    """The total column; where it is blank or missing and all six applicants are printed, their sum."""
    columns = []
    for item in items():
        status = f"({_cell(item, TOTAL)} & 7)"
        printed = " AND ".join(f"({_cell(item, applicant)} & 7) {KNOWN}" for applicant in applicants())
        summed = f"{status} IN (3, 4) AND {printed}"
        parts = " + ".join(f"({_cell(item, applicant)} >> 3)" for applicant in applicants())
        columns.append(f"CASE WHEN {summed} THEN {parts} ELSE {_value(item, TOTAL)} END AS v_{item}")
        columns.append(f"CAST(CASE WHEN {summed} THEN {status} + {DERIVED} ELSE {status} END AS UTINYINT) AS s_{item}")
    columns += [f"{_value('new_received', applicant)} AS {_received(applicant)}" for applicant in applicants()]
    return _listed(columns)


def _received(applicant: str) -> str:
    return f"new_received_{applicant}"


def _figures() -> str:
    columns = [f"d.v_{item} AS {item}" for item in items() if item not in DISPOSITION_GROUPS[:2]]
    columns += [f"d.v_{item} AS {item}" for item in DISPOSITION_GROUPS[:2]]
    columns += [
        f"{' + '.join(f'd.v_{item}' for item in items_of(group))} AS {group}"
        for group in ("denied", "unavailable", "not_processed")
    ]
    details = " + ".join(f"d.v_{item}" for item in OTHER_DETAILS)
    columns.append(f"coalesce({details}, d.v_other_handling) AS other_handled")
    columns += [f"d.{_received(applicant)}" for applicant in applicants()]
    columns += [f"d.s_{item} AS s_{item}" for item in items()]
    return _listed(columns)


def _review() -> str:
    cells = [
        (channel, outcome)
        for channel in vocabulary.codes("review_channel", "channel_code")
        for outcome in vocabulary.codes("review_outcome", "outcome_code")
    ]
    return _listed(
        [
            f"max(value) FILTER (channel_code = '{channel}' AND outcome_code = '{outcome}') AS {channel}_{outcome}"
            for channel, outcome in cells
        ]
    )


def _proactive() -> str:
    columns = []
    for row in vocabulary.rows("proactive_measure"):
        category, measure = row["category_code"], row["measure_code"]
        figure = "amount" if row["unit"] == "wan_yuan" else "changed" if measure == "change" else "counted"
        cell = f"category_code = '{category}' AND measure_code = '{measure}'"
        columns.append(f"max({figure}) FILTER ({cell}) AS {category}_{measure}")
    return _listed(columns)


def _report_wide(into: str) -> str:
    derived = " + ".join(f"coalesce(d.s_{item} > 7, false)::INTEGER" for item in items())
    known = " + ".join(f"(d.v_{item} IS NOT NULL)::INTEGER" for item in items())
    expected = " + ".join(f"(d.s_{item} IS NOT NULL)::INTEGER" for item in items())
    return template("base/report_wide.sql").substitute(
        into=into,
        totals=_totals(),
        known_sum=_known_sum(),
        doubtful=_doubtful(),
        derived=_derived(),
        received=_listed([_received(applicant) for applicant in applicants()]),
        review=_review(),
        proactive=_proactive(),
        figures=_figures(),
        derived_count=derived,
        known_count=known,
        cell_count=f"nullif({expected}, 0)",
    )
