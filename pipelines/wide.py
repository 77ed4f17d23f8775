"""The cells of a part side by side: one row a report, one column a cell of the form.

Checks and marts look at reports, the parts hold cells; turning twenty million rows by joins and groups
is most of what both would cost. Parquet keeps codes as numbers beside a list of the texts that
they stand for: read so, a cell's place is told without touching a text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.checks.corpus import CELLS, FACTS, TABLE_OF
from pipelines.parts import reports_stored, unwanted_reports
from pipelines.settings import Settings

STATUSES = ("", "reported", "corrected", "blank", "missing", "unreadable")
"""A status is known by its place here; the first stands for a cell that the report's form has not."""
REPORTED, CORRECTED, BLANK = 1, 2, 3
UNREADABLE, IMPOSSIBLE = 5, 6
"""The last is a number that can be no count: negative, with decimals, or too large."""
LARGEST_COUNT = 1e15
TURNED_AHEAD = 2
"""Parts that are turned while the one before is used."""
CODED = ("report_id", "value_status")

Places = npt.NDArray[np.int32]


class Wide(NamedTuple):
    """One fact table of some reports: ``values`` and ``statuses`` have one row a cell and one column a report."""

    table: str
    values: npt.NDArray[np.float64]
    statuses: npt.NDArray[np.uint8]

    def figures(self) -> npt.NDArray[np.float64]:
        """The number that stands in each cell, NaN where it is blank."""
        return np.where(self.statuses == BLANK, np.nan, self.values)

    def unknown(self) -> npt.NDArray[np.bool_]:
        """Whether neither a number nor a blank stands there."""
        return (self.statuses < REPORTED) | (self.statuses > BLANK)

    def packed(self) -> list[pl.Series]:
        """By cell: count * 8 + status in one whole number, as the marts have it; null where the form has it not."""
        number = (self.statuses == REPORTED) | (self.statuses == CORRECTED)
        values = np.where(number, self.values, 0.0)
        possible = (values >= 0) & (values <= LARGEST_COUNT) & (values == np.trunc(values))
        counts = np.where(possible, values, 0.0).astype(np.int64)
        packed = np.where(possible, counts * 8 + self.statuses, IMPOSSIBLE)
        return [
            pl.Series(cell, pa.array(packed[row], mask=self.statuses[row] == 0), dtype=pl.Int64)
            for row, cell in enumerate(CELLS[self.table])
        ]


def figures_of_parts(
    settings: Settings, versions: pl.DataFrame, corrected: Mapping[str, pl.DataFrame], order: pl.Series
) -> pl.DataFrame:
    """``report_id`` and the figures of every cell of the three tables, as the checks have them.

    One row a report in the given order of identifiers, so that nobody has to copy it into another.
    ``corrected`` holds by table the cells, in the columns of its facts, that stand otherwise than the part has them.
    """
    places = {report: place for place, report in enumerate(order)}
    values = {cell: np.zeros(len(places)) for cell in TABLE_OF}
    unknown = {cell: np.ones(len(places), dtype=np.bool_) for cell in TABLE_OF}
    for reports, tables in _turned_ahead(_kept(settings, versions), corrected):
        here = np.array([places[report] for report in reports], dtype=np.int64)
        for wide in tables:
            for cell, figures, gaps in zip(CELLS[wide.table], wide.figures(), wide.unknown(), strict=True):
                values[cell][here], unknown[cell][here] = figures, gaps
    figures = (
        pl.Series(cell, pa.array(values.pop(cell), mask=unknown.pop(cell)), dtype=pl.Float64) for cell in TABLE_OF
    )
    return pl.DataFrame([pl.Series("report_id", order, dtype=pl.String), *figures])


def _turned_ahead(
    parts: Iterable[tuple[Path, list[str]]], corrected: Mapping[str, pl.DataFrame]
) -> Iterator[tuple[list[str], list[Wide]]]:
    """The reports of each part with its three tables, some turned while one is used."""

    def turned(folder: Path, reports: list[str]) -> tuple[list[str], list[Wide]]:
        return reports, [turn(folder, table, reports, corrected.get(table)) for table in FACTS]

    with ThreadPoolExecutor(TURNED_AHEAD) as threads:
        ahead: deque[Future[tuple[list[str], list[Wide]]]] = deque()
        for folder, reports in parts:
            ahead.append(threads.submit(turned, folder, reports))
            if len(ahead) > TURNED_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def counts_of_parts(
    settings: Settings, versions: pl.DataFrame, corrected: pl.DataFrame | None
) -> Iterator[pl.DataFrame]:
    """A frame a part: ``report_id`` and every cell of the applications matrix, packed as the marts have it."""
    for folder, reports in _kept(settings, versions):
        columns = turn(folder, "fact_application", reports, corrected).packed()
        yield pl.DataFrame([pl.Series("report_id", reports, dtype=pl.String), *columns])


def _kept(settings: Settings, versions: pl.DataFrame) -> Iterator[tuple[Path, list[str]]]:
    for part, unwanted in unwanted_reports(settings, versions).items():
        stored = reports_stored(settings.parts_dir / part)
        yield settings.parts_dir / part, stored.filter(~stored.is_in(unwanted.implode())).to_list()


def turn(folder: Path, table: str, reports: Sequence[str], corrected: pl.DataFrame | None = None) -> Wide:
    """One fact table of a part, turned for the reports, which give the order of columns."""
    cells = CELLS[table]
    wide = Wide(
        table, np.full((len(cells), len(reports)), np.nan), np.zeros((len(cells), len(reports)), dtype=np.uint8)
    )
    row, column = FACTS[table]
    names = [*CODED, row, column]
    stored = pq.read_table(folder / f"{table}.parquet", columns=[*names, "value"], read_dictionary=names)
    order = {report: place for place, report in enumerate(reports)}
    _put(wide, stored, order)
    if corrected is not None and not corrected.is_empty():
        mine = corrected.filter(pl.col("report_id").is_in(list(order))).select(*names, "value")
        _put(wide, mine.with_columns(pl.col(names).cast(pl.Categorical)).to_arrow(), order)
    return wide


def _put(wide: Wide, facts: pa.Table, order: Mapping[str, int]) -> None:
    """Put every row of the facts that speaks of one of the reports in its place."""
    row, column = FACTS[wide.table]
    rows, columns = (list(dict.fromkeys(cell.split("/")[end] for cell in CELLS[wide.table])) for end in (0, 1))
    starts = np.full(len(rows) * len(columns), -1, dtype=np.int32)
    for slot, cell in enumerate(CELLS[wide.table]):
        first, second = cell.split("/")
        starts[rows.index(first) * len(columns) + columns.index(second)] = slot * len(order)
    for batch in facts.to_batches():
        report = _places(batch["report_id"], order)
        above, beside = _places(batch[row], rows), _places(batch[column], columns)
        start = starts[above * len(columns) + beside]
        place: Places = start + report
        value = batch["value"].to_numpy(zero_copy_only=False)
        status = _places(batch["value_status"], STATUSES).astype(np.uint8)
        status[(status < BLANK) & np.isnan(value)] = UNREADABLE
        mine = np.minimum.reduce((report, above, beside, start)) >= 0  # a pair that is no cell has no place
        wide.values.reshape(-1)[place[mine]] = value[mine]
        wide.statuses.reshape(-1)[place[mine]] = status[mine]


def _places(texts: pa.DictionaryArray, order: Iterable[str]) -> Places:
    """Of each text its place in an order; -1 for one that has no place in it."""
    places = {text: place for place, text in enumerate(order)}
    known = np.array([places.get(text, -1) for text in texts.dictionary.to_pylist()], dtype=np.int32)
    found: Places = known[texts.indices.to_numpy()] if len(known) else np.empty(0, dtype=np.int32)
    return found
