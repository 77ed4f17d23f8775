"""Section 4: reconsideration and litigation, channel × outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.report.cells import Key, field_to_value, merge, missing
from pipelines.report.labels import CHANNELS, OUTCOMES, lookup
from pipelines.report.model import Value
from pipelines.report.rows import Field, Row
from pipelines.report.runs import Run, rows_to_runs
from pipelines.report.text import fold
from schemas.vocabulary import settings

_LEAST_HEADS: int = settings("forms")["evidence"]["least_outcome_heads"]
CANONICAL: tuple[Key, ...] = tuple((channel, outcome) for channel in CHANNELS for outcome in OUTCOMES)


@dataclass(slots=True)
class Review:
    """Cells by channel and outcome; ``mismatched`` is the place of values that found no column."""

    cells: dict[Key, Value] = field(default_factory=dict)
    mismatched: str | None = None
    rows_found: bool = False


def read_review(rows: Sequence[Row]) -> Review:
    """The 15 cells of section 4, from one row of 15, a row a channel, or a table a channel."""
    found = Review(rows_found=bool(rows))
    heads: list[Row] = []
    for run_heads, run in _runs(rows):
        heads = run_heads or heads
        placed = _place(run, heads)
        if placed is None:
            found.mismatched = found.mismatched or run.locator
            continue
        if merge(found.cells, {key: field_to_value(value) for key, value in placed.items()}):
            found.mismatched = run.locator
    if found.rows_found:
        for key in CANONICAL:
            found.cells.setdefault(key, missing(found.mismatched))
    return found


def _runs(rows: Sequence[Row]) -> list[tuple[list[Row], Run]]:
    """Each run of values with the head rows right before it."""
    found: list[tuple[list[Row], Run]] = []
    heads: list[Row] = []
    body: list[Row] = []
    for row in rows:
        if _is_head(row):
            if body:
                found += _with_heads(heads, body)
                heads, body = [], []
            heads.append(row)
        else:
            body.append(row)
    return found + _with_heads(heads, body)


def _with_heads(heads: list[Row], body: Sequence[Row]) -> list[tuple[list[Row], Run]]:
    runs = [run for run in rows_to_runs(body, _is_channel, _is_channel) if _may_hold_values(run)]
    return [(heads if number == 0 else [], run) for number, run in enumerate(runs)]


def _may_hold_values(run: Run) -> bool:
    """Rows of figures, or rows of empty cells as wide as the form."""
    return any(not value.reading.is_label for value in run.printed) or len(run.values) >= len(OUTCOMES)


def _is_channel(item: Field) -> bool:
    return item.reading.key in lookup("channel")


def _is_head(row: Row) -> bool:
    if any(item.reading.kind == "figure" for item in row.fields):
        return False
    known = [item for item in row.fields if item.reading.key in lookup("outcome") or _is_channel(item)]
    if len(known) == 1 and _is_channel(known[0]) and len(row.fields) > len(OUTCOMES):
        return False
    return bool(known) or all(item.is_label for item in row.fields if not item.is_empty)


def _tokens(heads: Sequence[Row], scope: str) -> list[tuple[str, Field]]:
    """The codes that the head names in reading order; a wrapped head is joined with the piece behind it."""
    items = [item for row in heads for item in row.fields if item.is_label]
    found: list[tuple[str, Field]] = []
    position = 0
    while position < len(items):
        code, size = None, 1
        for length in (1, 2):
            key = fold("".join(item.cell.text for item in items[position : position + length]))
            if key in lookup(scope):
                code, size = lookup(scope)[key], length
                break
        if code is not None:
            found.append((code, items[position]))
        position += size
    return found


def _place(run: Run, heads: Sequence[Row]) -> dict[Key, Field] | None:
    if any(value.cell.row_span > 1 for value in run.values):
        return None
    channel = lookup("channel").get(run.labels[-1].reading.key) if run.labels else None
    outcomes = [code for code, _ in _tokens(heads, "outcome")]
    if channel in CHANNELS and len(dict.fromkeys(outcomes)) == len(OUTCOMES):
        return _one_channel(run, channel, tuple(dict.fromkeys(outcomes)))
    if run.row is not None and run.row.kind == "grid":
        placed = _under_heads(run, heads)
        if placed is not None:
            return placed
    order = _order(heads, outcomes)
    if order is None:
        return None
    if len(run.printed) == len(order) and run.contiguous and not run.labels:
        return dict(zip(order, run.printed, strict=True))
    if run.row is not None and run.row.kind != "aligned" and len(run.values) == len(order) == _head_width(heads):
        return dict(zip(order, run.values, strict=True))
    return None


def _one_channel(run: Run, channel: str, outcomes: Sequence[str]) -> dict[Key, Field] | None:
    values = run.printed if len(run.printed) == len(outcomes) and run.contiguous else run.values
    if len(values) != len(outcomes):
        return None
    return {(channel, outcome): value for outcome, value in zip(outcomes, values, strict=True)}


def _head_width(heads: Sequence[Row]) -> int:
    return max((len(row.fields) for row in heads), default=0)


def _order(heads: Sequence[Row], outcomes: Sequence[str]) -> tuple[Key, ...] | None:
    """The order of the cells that the head names; an incomplete head counts only in the form's order."""
    named = [code for code, _ in _tokens(heads, "channel") if code in CHANNELS]
    channels = list(dict.fromkeys(named))
    size = len(OUTCOMES)
    groups = [outcomes[start : start + size] for start in range(0, len(outcomes), size)]
    if channels and len(groups) == len(channels) and all(set(group) == set(OUTCOMES) for group in groups):
        return tuple((channel, outcome) for channel, group in zip(channels, groups, strict=True) for outcome in group)
    in_form_order = channels == [channel for channel in CHANNELS if channel in channels]
    if in_form_order and len(outcomes) >= _LEAST_HEADS and _is_part_of(outcomes, OUTCOMES * len(CHANNELS)):
        return CANONICAL
    return None


def _is_part_of(part: Sequence[str], whole: Sequence[str]) -> bool:
    rest = iter(whole)
    return all(any(code == other for other in rest) for code in part)


def _under_heads(run: Run, heads: Sequence[Row]) -> dict[Key, Field] | None:
    """Each cell under its outcome, which stands under its channel."""
    channels = [(code, item.cell) for code, item in _tokens(heads, "channel") if code in CHANNELS]
    by_place = {value.cell.column: value for value in run.values if value.cell.column_span == 1}
    placed: dict[Key, Field] = {}
    for outcome, item in _tokens(heads, "outcome"):
        over = [code for code, cell in channels if cell.column <= item.cell.column < cell.column + cell.column_span]
        if len(over) != 1 or item.cell.column not in by_place:
            return None
        placed[over[0], outcome] = by_place[item.cell.column]
    used = {value.cell.column for value in placed.values()}
    if len(placed) != len(CANONICAL) or any(v.cell.column not in used for v in run.printed):
        return None
    return placed
