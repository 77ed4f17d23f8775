"""Section 4: reconsideration and litigation, channel × outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import fsum

from pipelines.report.cells import Key, field_to_value, merge, missing
from pipelines.report.heads import Head, Shape, remembered, rows_to_shape, shape_to_heads
from pipelines.report.labels import CHANNELS, OUTCOMES, lookup
from pipelines.report.model import Value
from pipelines.report.parted import doubt_parted
from pipelines.report.rows import Field, Row
from pipelines.report.runs import Run, rows_to_runs
from schemas.vocabulary import settings

_LEAST_HEADS: int = settings("forms")["evidence"]["least_outcome_heads"]
CANONICAL: tuple[Key, ...] = tuple((channel, outcome) for channel in CHANNELS for outcome in OUTCOMES)


@dataclass(slots=True)
class Review:
    """Cells by channel and outcome; ``mismatched`` is the place of values that found no column."""

    cells: dict[Key, Value] = field(default_factory=dict)
    mismatched: str | None = None
    rows_found: bool = False


def read_review(rows: Sequence[Row], *, blanks_are_cells: bool = False) -> Review:
    """The 15 cells of section 4, from one row of 15, a row a channel, or a table a channel.

    ``blanks_are_cells``: where one cell stands on each line, section 3 shows that empty lines are cells.
    """
    found = Review(rows_found=bool(rows))
    heads: Shape = ()
    runs = _runs(rows)
    doubt_parted([run for _, run in runs], [bool(run_heads or run.labels) for run_heads, run in runs])
    unplaced: list[Run] = []
    tables: set[int] = set()
    for run_heads, run in runs:
        heads = rows_to_shape(run_heads) or heads
        alone = len(runs) == 1 and len(run.labels) == run.own_labels
        doubtful = run.row is None and len(run.printed) < len(run.values) and not blanks_are_cells
        placed = None if doubtful else _place(run, heads, alone=alone)
        if placed is None:
            unplaced.append(run)
            continue
        tables.add(_table_of(run))
        if merge(found.cells, {key: field_to_value(value) for key, value in placed.items()}):
            found.mismatched = run.locator
    if len(found.cells) == len(CANONICAL):  # an agency's own table beside it (years, offices) is none of the form's
        unplaced = [run for run in unplaced if _table_of(run) in tables]
    if unplaced:
        found.mismatched = found.mismatched or unplaced[0].locator
    if not found.cells and found.mismatched is None:
        found.cells.update({key: field_to_value(value) for key, value in (_empty_cells(rows) or {}).items()})
    if found.rows_found:
        for key in CANONICAL:
            found.cells.setdefault(key, missing(found.mismatched))
    return found


def _table_of(run: Run) -> int:
    """The number of the grid that holds the run; everything else is one."""
    return run.row.table_no if run.row is not None and run.row.kind == "grid" else 0


def _runs(rows: Sequence[Row]) -> list[tuple[list[Row], Run]]:
    """Each run of values with the head rows right before it."""
    found: list[tuple[list[Row], Run]] = []
    heads: list[Row] = []
    body: list[Row] = []
    for row in rows:
        if _is_head(row) and not (body and len(row.fields) == 1 and row.fields[0].is_empty):
            if body:
                found += _with_heads(heads, body)
                heads, body = [], []
            heads.append(row)
        else:
            body.append(row)
    return found + _with_heads(heads, body)


def _with_heads(heads: list[Row], body: Sequence[Row]) -> list[tuple[list[Row], Run]]:
    runs = [run for run in rows_to_runs(body, lookup("channel"), lookup("channel")) if _may_hold_values(run)]
    return [(heads if number == 0 else [], run) for number, run in enumerate(runs)]


def _empty_cells(rows: Sequence[Row]) -> dict[Key, Field] | None:
    """The one row of empty cells of a grid, each under its head, where nothing at all is printed below the heads."""
    empty = [row for row in rows if row.kind == "grid" and all(item.is_empty for item in row.fields)]
    heads = _heads(rows_to_shape([row for row in rows if row not in empty]))
    return _under_heads(Run([], list(empty[0].fields), empty[0]), heads) if len(empty) == 1 else None


def _may_hold_values(run: Run) -> bool:
    """Rows of figures, or rows of empty cells as wide as the form."""
    return any(not value.reading.is_label for value in run.printed) or len(run.values) >= len(OUTCOMES)


def _is_head(row: Row) -> bool:
    if any([item.reading.kind == "figure" for item in row.fields]):
        return False
    known = [item for item in row.fields if item.reading.key in _head_words()]
    if len(known) == 1 and known[0].reading.key in lookup("channel") and len(row.fields) > len(OUTCOMES):
        return False
    return bool(known) or all(item.is_label for item in row.fields if not item.is_empty)


@remembered
def _heads(shape: Shape) -> list[Head]:
    return _once(shape_to_heads(shape, _head_words()), shape)


def _once(heads: Sequence[Head], shape: Shape) -> list[Head]:
    """Without the heads of a text table that are printed again in the row below, as a cell over two rows may be."""
    widths = {number: row.width for number, row in enumerate(shape) if row.kind == "rows" and row.size > 1}
    in_rows = {number for number, width in widths.items() if widths.get(number - 1) == width}
    below = {(head.row, head.left, head.code) for head in heads if head.row in in_rows}
    return [head for head in heads if (head.row + 1, head.left, head.code) not in below]


@cache
def _head_words() -> Mapping[str, str]:
    return {**lookup("channel"), **lookup("outcome")}


def _place(run: Run, shape: Shape, *, alone: bool) -> dict[Key, Field] | None:
    """Each cell to its value, or nothing; a row that is ``alone`` may have a label (数量) that says nothing."""
    if run.is_shared:
        return None
    heads = _heads(shape)
    outcomes = [head.code for head in heads if head.code in OUTCOMES]
    channel = lookup("channel").get(run.labels[-1].reading.key) if run.labels else None
    if channel in CHANNELS and len(dict.fromkeys(outcomes)) == len(OUTCOMES):
        return _one_channel(run, channel, tuple(dict.fromkeys(outcomes)))
    if run.row is not None and run.row.kind == "grid":
        return _under_heads(run, heads)
    return None if run.labels and not alone else _by_count(run, heads, shape)


def _by_count(run: Run, heads: Sequence[Head], shape: Shape) -> dict[Key, Field] | None:
    order = _order(heads)
    if order is None:
        return None
    if len(run.printed) == len(order) and run.contiguous:
        return dict(zip(order, run.printed, strict=True))
    if (run.row is None or run.row.kind != "aligned") and len(run.values) == len(order):
        width = max((row.size for row in shape), default=0)
        ends_printed = not run.values[0].is_empty and not run.values[-1].is_empty
        if (len(order) == width or ends_printed) and not _may_be_moved(run.values):
            return dict(zip(order, run.values, strict=True))
    return None


def _may_be_moved(values: Sequence[Field]) -> bool:
    """Whether a row may have lost one figure and been filled up at its end: its sums do not hold as they stand.

    Where the loss is in one channel, those before it add up as they stand and those behind it one place on.
    """
    size = len(OUTCOMES)
    if not values[-1].is_empty:
        return False
    if not all([_stands(values[start : start + size]) for start in range(0, len(values) - size, size)]):
        return True
    if not values[-2].reading.value:
        return False
    figures = [value.reading.value or 0.0 for value in values]
    moved = [0.0, *figures]
    starts = range(0, len(figures), size)
    return any(
        all(_adds_up(figures[start : start + size]) for start in starts if start < lost)
        and all(_adds_up(moved[start : start + size]) for start in starts if start > lost)
        and fsum(figures[lost : lost + size - 2]) <= figures[lost + size - 2]
        for lost in starts
    )


def _stands(channel: Sequence[Field]) -> bool:
    """Whether a channel's outcomes add up to its total, or no total is printed that says otherwise."""
    total = channel[-1].reading.value
    return total is None or fsum([value.reading.value or 0.0 for value in channel[:-1]]) == total


def _adds_up(figures: Sequence[float]) -> bool:
    return fsum(figures[:-1]) == figures[-1]


def _one_channel(run: Run, channel: str, outcomes: Sequence[str]) -> dict[Key, Field] | None:
    values = run.printed if len(run.printed) == len(outcomes) and run.contiguous else run.values
    if len(values) != len(outcomes):
        return None
    return {(channel, outcome): value for outcome, value in zip(outcomes, values, strict=True)}


def _order(heads: Sequence[Head]) -> tuple[Key, ...] | None:
    """The order of the cells that the heads name; incomplete heads count only in the form's order."""
    in_order = sorted(heads, key=lambda head: head.left) if _placed(heads) else heads
    outcomes = [str(head.code) for head in in_order if head.code in OUTCOMES]
    channels = list(dict.fromkeys(str(head.code) for head in in_order if head.code in CHANNELS))
    size = len(OUTCOMES)
    groups = [outcomes[start : start + size] for start in range(0, len(outcomes), size)]
    if channels and len(groups) == len(channels) and all(set(group) == set(OUTCOMES) for group in groups):
        return tuple((channel, outcome) for channel, group in zip(channels, groups, strict=True) for outcome in group)
    in_form_order = channels == [channel for channel in CHANNELS if channel in channels]
    if in_form_order and len(outcomes) >= _LEAST_HEADS and _is_part_of(outcomes, OUTCOMES * len(CHANNELS)):
        return CANONICAL
    return None


def _placed(heads: Sequence[Head]) -> bool:
    """Whether the heads' left edges are places on a page (each outcome has its own)."""
    lefts = [head.left for head in heads if head.code in OUTCOMES]
    return len(set(lefts)) == len(lefts) == len(OUTCOMES) * len(CHANNELS)


def _is_part_of(part: Sequence[str], whole: Sequence[str]) -> bool:
    rest = iter(whole)
    return all(any(code == other for other in rest) for code in part)


def _under_heads(run: Run, heads: Sequence[Head]) -> dict[Key, Field] | None:
    """Each cell under its outcome, which stands under its channel; other columns beside them are left out."""
    channels = _channels(heads)
    outcomes = [head.left for head in heads if head.code in OUTCOMES]
    others = [head for head in heads if not head.code and not any(head.over(left) for left in outcomes)]
    values = [value for value in run.values if not any(head.over(value.cell.column) for head in others)]
    by_place = {value.cell.column: value for value in values if value.cell.column_span == 1}
    placed: dict[Key, Field] = {}
    for head in heads:
        if head.code not in OUTCOMES:
            continue
        over = [channel.code for channel in channels if channel.over(head.left)]
        if len(over) != 1 or head.left not in by_place:
            return None
        placed[str(over[0]), str(head.code)] = by_place[head.left]
    used = {value.cell.column for value in placed.values()}
    if any(value.cell.column not in used for value in values if not value.is_empty):
        return None
    return placed if set(placed) in _WHOLE else None


def _channels(heads: Sequence[Head]) -> list[Head]:
    """The heads of channels; 行政诉讼 over two whole sets of outcomes is the form's two channels side by side."""
    found = _as_wide([head for head in heads if head.code in CHANNELS], heads)
    whole = [head for head in heads if head.code == _LITIGATION]
    if len(whole) != 1 or any(head.code in _OF_LITIGATION for head in found):
        return found
    below = sorted((head.left, str(head.code)) for head in heads if head.code in OUTCOMES and whole[0].over(head.left))
    if [code for _, code in below] != [*OUTCOMES, *OUTCOMES]:
        return found
    left, middle, right = whole[0].left, below[len(OUTCOMES)][0], whole[0].right
    edges = zip(_OF_LITIGATION, ((left, middle), (middle, right)), strict=True)
    return found + [whole[0]._replace(code=code, left=start, right=end) for code, (start, end) in edges]


def _as_wide(channels: Sequence[Head], heads: Sequence[Head]) -> list[Head]:
    """On a sheet without merged cells a channel reaches to the next one."""
    if not channels or any(head.right - head.left > 1 for head in channels):
        return list(channels)
    in_order = sorted(channels, key=lambda head: head.left)
    edges = [head.left for head in in_order[1:]] + [max((head.right for head in heads), default=0)]
    return [head._replace(right=edge) for head, edge in zip(in_order, edges, strict=True)]


_LITIGATION, _OF_LITIGATION = "litigation", CHANNELS[1:]
_WHOLE = tuple(
    {(channel, outcome) for channel in channels for outcome in OUTCOMES}
    for channels in (CHANNELS, CHANNELS[:1], CHANNELS[1:], CHANNELS[1:2], CHANNELS[2:])
)
"""The channels that one table may hold: all, or some of them where each has a table of its own."""
