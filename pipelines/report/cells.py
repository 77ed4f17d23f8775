"""Turns printed cells into values of the form; the same for all three tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipelines.readers.document import new
from pipelines.report.model import Value, ValueStatus
from pipelines.report.rows import Field
from pipelines.report.text import CellKind, read_signed

Key = tuple[str, str]


def field_to_value(field: Field, *, signed: bool = False) -> Value:
    """One printed cell as a value; text that is no number stays as ``unreadable``."""
    (text, locator, _, _, _, legible), (kind, value, unit, _, _) = field
    text = text.strip()
    if not legible:
        return Value(None, text, "unreadable", locator)
    if signed:
        kind, value, unit, _, _ = read_signed(text)
    return new(Value, (value, text, _STATUS[kind], locator, unit))


_STATUS: dict[CellKind, ValueStatus] = {
    "figure": "reported",
    "blank": "blank",
    "text": "unreadable",
    "prose": "unreadable",
}


def missing(locator: str | None = None) -> Value:
    """A cell of the form that the document does not give."""
    return Value(None, None, "missing", locator)


def same_value(first: Value, second: Value) -> bool:
    """Whether two printings of one cell say the same."""
    return (first.value, first.status) == (second.value, second.status)


def merge(into: dict[Key, Value], found: Mapping[Key, Value]) -> list[Key]:
    """Add cells; those printed twice with different figures become missing. Returns these."""
    if into.keys().isdisjoint(found):
        into.update(found)
        return []
    conflicts = []
    for key, value in found.items():
        before = into.get(key)
        if before is None:
            into[key] = value
        elif not same_value(before, value):
            into[key] = missing(value.locator)
            conflicts.append(key)
    return conflicts


def one_of(fields: Sequence[Field]) -> Field | None:
    """The one cell that several printings of a merged cell repeat, or nothing where they differ."""
    readings = {(field.reading.kind, field.reading.value, field.cell.text.strip()) for field in fields}
    return fields[0] if len(readings) == 1 else None


def distrust(cells: Mapping[Key, Value], locator: str | None) -> Iterable[tuple[Key, Value]]:
    """The cells that stand at the very end of a source that may be cut off: their figure may be half a figure."""
    if locator is None:
        return
    for key, value in cells.items():
        if value.locator == locator and value.status == "reported":
            yield key, Value(None, value.raw, "unreadable", value.locator)
