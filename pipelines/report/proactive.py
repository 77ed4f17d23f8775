"""Section 2: what was disclosed unasked, category × measure under each item of article 20."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from pipelines.report.application import glued_label
from pipelines.report.cells import Key, field_to_value, merge, missing, one_of
from pipelines.report.heads import Head, HeadRow, Shape, remembered, rows_to_shape, shape_to_heads
from pipelines.report.labels import lookup, measures, nearest
from pipelines.report.model import UnknownLabel, Value
from pipelines.report.placing import lines_agree
from pipelines.report.rows import UNIT_COLUMN, Field, Row
from pipelines.report.runs import Run, rows_to_runs
from pipelines.report.text import fold, read_text, stated_unit
from schemas.vocabulary import settings

FORMS = tuple(settings("forms")["form"])
_MOST_PIECES = 3


@dataclass(slots=True)
class Proactive:
    """Cells by category and measure; ``measures_seen`` are the column heads that were found."""

    cells: dict[Key, Value] = field(default_factory=dict)
    mismatched: dict[str, str] = field(default_factory=dict)
    measures_seen: list[str] = field(default_factory=list)
    rows_found: bool = False
    unknown: list[UnknownLabel] = field(default_factory=list)
    width: int = 0
    """The widest row of a text table."""
    blanks_are_cells: bool = False
    """Whether empty cells are told where one cell stands on each line."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The measures that one head row names, from left to right, with its cells and the stated units.

    A head that is printed over several columns, repeated or with empty cells behind it, is one
    head as wide as all of them; ``columns`` is how many columns the row's heads have together.
    ``beside`` are heads that are none of the form's (序号, 备注, 上年数), whose columns are left out.
    """

    codes: tuple[str, ...]
    cells: tuple[Head, ...]
    units: tuple[str | None, ...]
    row: HeadRow | None
    """The one row that prints them all, where there is one."""
    columns: int
    beside: tuple[Head, ...] = ()


def read_proactive(rows: Sequence[Row], *, blanks_are_cells: bool = False) -> Proactive:
    """All cells of section 2; columns come from the head row above each category.

    ``blanks_are_cells``: where one cell stands on each line, section 3 shows that empty lines are cells.
    """
    found = Proactive(
        rows_found=bool(rows), width=max((_printed_width(row) for row in rows if row.kind == "rows"), default=0)
    )
    heads: Heads | None = None
    known: list[tuple[str, Heads, Run]] = []
    for run, own_heads in _runs_with_heads(rows):
        heads = own_heads or heads
        if own_heads:
            found.measures_seen += own_heads.codes
        category = _category(run, heads)
        if category is not None and heads is not None:
            known.append((category, heads, run))
        if run.labels and (category is None or not any(_is_category(label) for label in run.labels)):
            label = run.labels[-1].cell
            found.unknown.append(UnknownLabel("category", label.text, label.locator))
    lines = [(run, heads.columns) for _, heads, run in known if run.row is None]
    found.blanks_are_cells = blanks_are_cells and lines_agree([run for run, _ in lines], [size for _, size in lines])
    for category, heads, run in known:
        _add_row(found, category, heads, run)
    _read_glued(rows, found)
    return found


def _printed_width(row: Row) -> int:
    """Columns up to the last one in which something is printed."""
    for item in reversed(row.fields):
        if item.cell.text or not item.cell.legible:
            return item.cell.column + 1
    return 0


def form_of(measures_seen: Sequence[str]) -> str | None:
    """The edition whose measures the heads name, or nothing where they name both or neither."""
    votes = dict.fromkeys(FORMS, 0)
    for measure in measures_seen:
        owners = [form for form in FORMS if any(measure in codes for codes in measures(form).values())]
        if len(owners) == 1:
            votes[owners[0]] += 1
    best = max(votes, key=lambda form: votes[form])
    others = [count for form, count in votes.items() if form != best]
    return best if votes[best] > 0 and votes[best] > 2 * max(others) else None


def _runs_with_heads(rows: Sequence[Row]) -> Iterator[tuple[Run, Heads | None]]:
    """Runs in order; with the first run behind a head row, that head."""
    pending: list[Row] = []
    block: list[Row] = []
    wrapped = _wrapped_heads(rows)
    for position, row in enumerate(rows):
        if position in wrapped or _is_head(row):
            if block:
                yield from _block_runs(block, pending)
                pending, block = [], []
            pending.append(row)
        else:
            block.append(row)
    yield from _block_runs(block, pending)


def _wrapped_heads(rows: Sequence[Row]) -> frozenset[int]:
    """Lines that are a head word only together with their neighbours."""
    found: set[int] = set()
    for start, row in enumerate(rows):
        if row.kind != "line" or not row.fields[0].is_label:
            continue
        for size in range(2, _MOST_PIECES + 1):
            lines = rows[start : start + size]
            if len(lines) < size or any(line.kind != "line" or not line.fields[0].is_label for line in lines):
                break
            if fold("".join(line.text for line in lines)) in _signs_of_head():
                found.update(range(start, start + size))
    return frozenset(found)


def _is_head(row: Row) -> bool:
    words, named = _signs_of_head(), False
    for item in row.fields:
        if item.reading.kind == "figure":
            return False
        named = named or item.reading.key in words
    return named


@cache
def _signs_of_head() -> frozenset[str]:
    """The wordings of measures and of the items of article 20."""
    return frozenset([*_measures(), *lookup("article")])


def _block_runs(block: Sequence[Row], pending: Sequence[Row]) -> Iterator[tuple[Run, Heads | None]]:
    heads = _heads(rows_to_shape(pending))
    for run in rows_to_runs(block, lookup("category"), lookup("category")):
        yield run, heads
        heads = None


@cache
def _measures() -> frozenset[str]:
    return frozenset(key for key, code in lookup("measure").items() if key and code not in _BESIDE_MEASURES)


@remembered
def _heads(shape: Shape) -> Heads | None:
    """The head that several rows or one row print; an unknown head between known ones is settled by order."""
    cells = [head for head in shape_to_heads(shape, _head_words()) if head.code not in _BESIDE_MEASURES]
    settled = [
        head._replace(code=code)
        for code, head in zip(_settled([head.code for head in cells], cells), cells, strict=True)
    ]
    named = [head for head in settled if head.code]
    if not named or (len(named) < len(settled) and not _is_whole_block(named)):
        return None
    tabular = [
        row for row in shape if row.size > 1 and any(read_text(text).key in _measures() for text, _, _ in row.labels)
    ]
    row = tabular[-1] if len(tabular) == 1 else None
    merged = _merged(_as_wide(settled, row))
    known = tuple(head for head in merged if head.code)
    units = tuple(stated_unit(head.text) for head in known)
    beside = tuple(head for head in merged if not head.code)
    return Heads(tuple(str(head.code) for head in known), known, units, row, len(settled), beside)


def _is_whole_block(named: Sequence[Head]) -> bool:
    """Whether the heads are all that one block of a form has, so that none of them is among the unknown ones."""
    codes = tuple(dict.fromkeys(str(head.code) for head in named))
    return any(codes == block for form in FORMS for block in measures(form).values())


def _as_wide(heads: Sequence[Head], row: HeadRow | None) -> list[Head]:
    """In a text table a head reaches over the empty cells behind it."""
    if row is None or row.kind != "rows":
        return list(heads)
    edges = [head.left for head in heads[1:]] + [row.width]
    return [head._replace(right=edge) for head, edge in zip(heads, edges, strict=True)]


def _merged(heads: Sequence[Head]) -> list[Head]:
    """Neighbouring heads of one code are one."""
    found: list[Head] = []
    for head in heads:
        if found and head.code and found[-1].code == head.code:
            found[-1] = found[-1]._replace(right=head.right)
        else:
            found.append(head)
    return found


@cache
def _head_words() -> Mapping[str, str]:
    """Everything that may stand in a head row of section 2."""
    beside = dict.fromkeys([*lookup("article"), *lookup("table_title")], _BESIDE)
    return {**beside, **lookup("measure")}


_BESIDE = "beside"
_BESIDE_MEASURES = frozenset({_BESIDE, "content", UNIT_COLUMN})


def _settled(codes: list[str | None], cells: Sequence[Head]) -> list[str | None]:
    if None not in codes:
        return codes
    known = {code for code in codes if code}
    owners = [
        measured
        for form in FORMS
        for measured in dict.fromkeys(measures(form).values())
        if known <= set(measured) and len(measured) == len(codes)
    ]
    candidates = sorted({code for measured in owners for code in measured} - known)
    rivals = [code for code in dict.fromkeys(lookup("measure").values()) if code not in candidates]
    return [
        code or nearest(fold(head.text), "measure", candidates, rivals) for code, head in zip(codes, cells, strict=True)
    ]


def _is_category(item: Field) -> bool:
    return item.reading.key in lookup("category")


def _category(run: Run, heads: Heads | None) -> str | None:
    """The category that the run's label names, its pieces joined where it is wrapped."""
    pieces = [label.cell.text for label in run.labels][-_MOST_PIECES:]
    known = lookup("category")
    for size in range(1, len(pieces) + 1):
        code = known.get(fold("".join(pieces[-size:])))
        if code is not None:
            return code
    if heads is None or not pieces:
        return None
    candidates = [
        category for form in FORMS for category, codes in measures(form).items() if set(codes) & set(heads.codes)
    ]
    return nearest(fold(pieces[-1]), "category", list(dict.fromkeys(candidates)), ())


def _add_row(found: Proactive, category: str, heads: Heads, run: Run) -> None:
    placed, clean = _place(run, heads, found, are_whole=_are_whole(heads, category))
    if not clean:
        found.mismatched[category] = run.locator
    cells = {}
    for code, unit in zip(heads.codes, heads.units, strict=True):
        value = field_to_value(placed[code], signed=code == "change") if code in placed else missing(run.locator)
        cells[category, code] = value if value.unit or unit is None else value._replace(unit=unit)
    if merge(found.cells, cells):
        found.mismatched[category] = run.locator


def _are_whole(heads: Heads, category: str) -> bool:
    """Whether the heads are all that a form has for the category."""
    return any(set(measures(form).get(category, ())) == set(heads.codes) for form in FORMS)


def _place(run: Run, heads: Heads, found: Proactive, *, are_whole: bool) -> tuple[Mapping[str, Field], bool]:
    """Measure to cell, and whether every printed value found its column."""
    if heads.beside:
        run = replace(run, values=[v for v in run.values if not any(head.over(v.cell.column) for head in heads.beside)])
    if run.is_shared:
        return {}, False
    if run.row is not None and heads.row is not None and run.row.kind == heads.row.kind == "grid":
        return _under_heads(run, heads)
    if heads.beside and not _rows_alike(run, heads):
        return {}, False  # which of the values stand beside the form is told by places alone
    if found.blanks_are_cells and run.row is None and len(run.values) == len(heads.codes) == heads.columns:
        return dict(zip(heads.codes, run.values, strict=True)), True
    return _by_count(run, heads, found.width if are_whole else None)


def _under_heads(run: Run, heads: Heads) -> tuple[Mapping[str, Field], bool]:
    """The cell under each head; repeated printings of one merged cell count once. One odd cell loses the row."""
    placed: dict[str, Field] = {}
    used = 0
    for code, head in zip(heads.codes, heads.cells, strict=True):
        under = [value for value in run.values if head.over(value.cell.column)]
        printed = [value for value in under if not value.is_empty]
        used += len(printed)
        chosen = one_of(printed) if printed else (under[0] if under else None)
        if chosen is None or chosen.cell.column + chosen.cell.column_span > head.right:
            return {}, False
        placed[code] = chosen
    shorter = run.row is not None and heads.row is not None and run.row.width < heads.row.width
    if used != len(run.printed) or (shorter and placed[heads.codes[-1]].is_empty):
        return {}, False  # a row that ends early, and empty, may have lost a figure
    return placed, True


def _by_count(run: Run, heads: Heads, width: int | None) -> tuple[Mapping[str, Field], bool]:
    """As many printed values right behind the label as heads; places count where head row and row are alike.

    Without ``width`` a head is lost, and a figure more than heads may be the one of its column, not one repeated.
    """
    printed, size = run.printed, len(heads.codes)
    if _rows_alike(run, heads):
        placed, clean = _under_heads(run, heads)
        if clean or heads.beside:
            return placed, clean
    if len(printed) == size == heads.columns and run.contiguous and not run.values[0].is_empty:
        return dict(zip(heads.codes, printed, strict=True)), True
    if width is not None and size < len(printed) and run.contiguous:
        return _with_last_repeated(run, heads, width)
    return {}, False


def _with_last_repeated(run: Run, heads: Heads, width: int) -> tuple[Mapping[str, Field], bool]:
    """More figures than heads: the last head's cell is merged and its figure repeated, as the form has it.

    Where the repeated figures differ, one head alone in a row of the table's full width keeps the
    cell right under it, and the row is named as one whose values do not fit.
    """
    size = len(heads.codes)
    first, rest = run.printed[: size - 1], run.printed[size - 1 :]
    chosen = one_of(rest)
    full = run.row is None or run.row.kind != "rows" or _printed_width(run.row) == width
    if chosen is not None and full and not run.values[0].is_empty:
        return dict(zip(heads.codes, [*first, chosen], strict=True)), True
    if (
        size == 1
        and full
        and run.row is not None
        and heads.row is not None
        and heads.row.kind == run.row.kind == "rows"
    ):
        under = [value for value in rest if value.cell.column == heads.cells[0].left]
        if under and len(run.printed) == width - 1:
            return {heads.codes[0]: under[0]}, False
    return {}, False


def _rows_alike(run: Run, heads: Heads) -> bool:
    """Whether head row and value row of a text table have the same cells, so that their places can be believed."""
    if run.row is None or heads.row is None or not run.row.kind == heads.row.kind == "rows":
        return False
    return run.row.width == heads.row.width and run.values[0].cell.column == heads.cells[0].left


def _read_glued(rows: Sequence[Row], found: Proactive) -> None:
    """A category and its figures printed as one word cannot be parted: its cells are unreadable."""
    form = form_of(found.measures_seen)
    for row in rows:
        if form is None or len(row.fields) != 1 or not row.fields[0].is_label:
            continue
        category = glued_label(row.fields[0], "category")
        if category is not None and category in measures(form):
            cell = row.fields[0].cell
            value = Value(None, cell.text, "unreadable", cell.locator)
            merge(found.cells, {(category, code): value for code in measures(form)[category]})
