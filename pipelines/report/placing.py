"""Assigns the values of a row to the columns: by place where the source tells it, else by exact count, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.report.columns import SUBTOTAL, Columns
from pipelines.report.rows import Field, Row
from pipelines.report.runs import Run

Placed = dict[str, Field]


def place_values(run: Run, columns: Columns | None, trusted: str | None) -> Placed | None:
    """Column code to cell, or nothing where the values cannot be assigned.

    ``trusted`` is how far the places in a text table may be believed (see ``rows_agree_with_heads``).
    """
    if columns is None or run.is_shared:
        return None
    if run.row is None and any([_is_word(value) for value in run.values]):
        return None
    placed = _by_place(run, columns, trusted)
    if placed is None and _may_count(run, columns):
        placed = _by_count(run, columns, trusted)
    if placed is not None:
        placed.pop(SUBTOTAL, None)
    return placed


def _is_word(value: Field) -> bool:
    """Whether a line among values is rather the rest of something else: words without a figure in them."""
    text = value.cell.text
    return value.reading.kind == "text" and len(text) > _LONGEST_SIGN and not any(map(str.isdigit, text))


_LONGEST_SIGN = 2


def _may_count(run: Run, columns: Columns) -> bool:
    """Whether the count may decide: in a grid whose columns are known only where it has no others for figures.

    There it helps a row whose label spans one column more or less than it should.
    """
    if run.row is None or not run.row.kind == columns.kind == "grid" or columns.places is None:
        return True
    first, size = columns.places[0][0], len(columns.places)
    side_by_side = [place for place, _ in columns.places] == list(range(first, first + size))
    readable = all([value.reading.kind in {"figure", "blank"} for value in run.values])
    return side_by_side and columns.width == first + size and readable


def _by_place(run: Run, columns: Columns, trusted: str | None) -> Placed | None:
    if run.row is None or columns.places is None or columns.kind != run.row.kind:
        return None
    if run.row.kind == "grid" or (run.row.kind == "rows" and trusted == "places"):
        return (
            None
            if _lost_or_doubled(run.row, columns)
            else _under_heads(_within(run.values, columns.beside), columns.places)
        )
    return None


def _lost_or_doubled(row: Row, columns: Columns) -> bool:
    """Whether a row of a grid ends where it must have a cell less than its heads, or beside other columns one more."""
    if row.kind != "grid":
        return False
    return row.width < columns.edge or (columns.beside is not None and row.width != columns.width)


def _within(values: Sequence[Field], beside: int | None) -> Sequence[Field]:
    """The values without those in columns beside the form's own."""
    return values if beside is None else [value for value in values if value.cell.column < beside]


def _under_heads(values: Sequence[Field], places: Sequence[tuple[int, str]]) -> Placed | None:
    """Each head has exactly one cell under it; what stands elsewhere must be empty."""
    if len(values) == len(places) and all(
        [
            value.cell.column == place and value.cell.column_span == 1
            for value, (place, _) in zip(values, places, strict=True)
        ]
    ):
        return {code: value for (_, code), value in zip(places, values, strict=True)}
    by_place = {value.cell.column: value for value in values if value.cell.column_span == 1}
    under = {place for place, _ in places}
    if not under <= set(by_place):
        return None
    if any(not value.is_empty for value in values if value.cell.column not in under):
        return None
    return {code: by_place[place] for place, code in places}


def _by_count(run: Run, columns: Columns, trusted: str | None) -> Placed | None:
    """As many printed values as columns, without a gap."""
    spanning = run.row is not None and run.row.kind == "grid" and any(v.cell.column_span > 1 for v in run.values)
    if columns.order is None or spanning:
        return None
    printed = run.printed
    if len(printed) == len(columns.order) and run.contiguous:
        return dict(zip(columns.order, printed, strict=True))
    if trusted == "count" and len(run.values) == len(columns.order):
        return dict(zip(columns.order, run.values, strict=True))
    if trusted == "filled" and _ends_with_figure(run.values[: len(columns.order)]):
        return dict(zip(columns.order, run.values, strict=False))
    return None


def _ends_with_figure(values: Sequence[Field]) -> bool:
    """Whether the last cell is printed, or none is: a row that lost one and was filled up ends with an empty cell."""
    return not values[-1].is_empty or all(value.is_empty for value in values)


def rows_agree_with_heads(
    runs: Sequence[Run], codes: Sequence[str | None], columns: Mapping[int, Columns]
) -> str | None:
    """Whether every row of a text table agrees with its heads, so that empty cells can be believed.

    ``places``: each row has its label left of the first head and a cell under every head, in a
    table of one width. ``count``: each row has exactly as many cells behind its label as there
    are columns, also where one cell stands on each line, and one row is whole from end to end.
    ``filled``: each has these cells, then empty ones up to one width. Else nothing: one row that
    differs makes all places doubtful.
    """
    rows = [
        run for run, code in zip(runs, codes, strict=True) if code and run.row is not None and run.row.kind == "rows"
    ]
    heads = columns.get(0)
    if heads is None:
        return None
    if not rows:
        lines = [run for run, code in zip(runs, codes, strict=True) if code and run.row is None]
        return "count" if lines_agree(lines, [len(heads.order or ())] * len(lines)) else None
    places = heads.places if heads.kind == "rows" and _one_width(rows) else None
    if places is not None and all(_under_heads(run.values, places) is not None for run in rows):
        return "places"
    width = len(heads.order or ())
    if all(len(run.values) == width for run in rows) and any(_is_whole(run.values) for run in rows):
        return "count"
    return "filled" if _are_filled_up(rows, width) else None


def _is_whole(values: Sequence[Field]) -> bool:
    """Whether a figure stands in all cells of a row, or in its first and its last: then no cell is filled up."""
    return bool(values) and not (values[0].is_empty or values[-1].is_empty)


def _are_filled_up(rows: Sequence[Run], width: int) -> bool:
    """Whether empty cells bring all rows to one width, the fewer the more label cells a row has."""
    if not width or not _one_width(rows) or len({run.own_labels for run in rows}) == 1:
        return False
    return all(
        [len(run.values) >= width and all([value.is_empty for value in run.values[width:]]) for run in rows]
    ) and any(_is_whole(run.values[:width]) for run in rows)


def lines_agree(runs: Sequence[Run], sizes: Sequence[int]) -> bool:
    """Whether every row of a table with one cell a line has as many as its heads, so that empty ones are cells.

    Behind the last row anything may follow.
    """
    counts = [len(run.values) for run in runs]
    full = any(len(run.printed) == size > 1 for run, size in zip(runs, sizes, strict=True))
    return full and counts[:-1] == list(sizes[:-1]) and counts[-1] >= sizes[-1]


def _one_width(rows: Sequence[Run]) -> bool:
    return len({run.row.width for run in rows if run.row is not None}) == 1
