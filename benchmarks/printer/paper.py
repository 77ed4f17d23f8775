"""A truth and a style composed to a paper: lines and grids of cells with spans, before any file format."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.printer import form as f
from benchmarks.printer.style import Style, number_text
from benchmarks.printer.truth import Truth

ORDINALS = "一二三四五六七八九十"
_UNITS = {"amount": "万元", "issued": "件", "in_force": "件", "repealed": "件", "change": "项", "project_count": "个"}


class Cell(NamedTuple):
    """One printed cell; ``key`` names the fact in it (table, row, column), empty for labels."""

    text: str
    column: int
    columns: int = 1
    rows: int = 1
    key: tuple[str, str, str] | tuple[()] = ()
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: rows of cells where they begin, its width, and how many rows are its head."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    width: int
    head: int


class Line(NamedTuple):
    """One paragraph: ``title``, ``source``, ``heading``, ``text`` or ``signature``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is printed, in order."""

    truth: Truth
    style: Style
    blocks: tuple[Line | Grid, ...]

    @property
    def title(self) -> str:
        """The report's title as printed."""
        return next(b.text for b in self.blocks if isinstance(b, Line) and b.kind == "title")


class Printer(NamedTuple):
    """Turns facts into printed values."""

    truth: Truth
    style: Style

    def cell(self, table: str, row: str, column: str, at: int, columns: int = 1) -> Cell:
        """The cell of one fact at grid column ``at``."""
        cells = getattr(self.truth, table)
        value = cells[row, column]
        if value is None:
            return Cell(self.style.blank, at, columns, 1, (table, row, column), blank=True)
        return Cell(self._number(table, column, value), at, columns, 1, (table, row, column))

    def _number(self, table: str, column: str, value: float) -> str:
        style = self.style
        if column == "total_amount" and style.procurement_unit in ("yuan_in_cell", "wan_yuan_in_cell"):
            return number_text(value, "plain") + ("元" if style.procurement_unit == "yuan_in_cell" else "万元")
        unit = _UNITS.get(column, "件" if table != "proactive" else "")
        if column == "total_amount" and style.number in ("unit", "chinese", "chinese_zero"):
            return number_text(value, "plain")
        if column == "change" and value > 0 and style.number == "plain" and style.change != "本年增减":
            return "+" + number_text(value, "plain")
        return number_text(value, style.number, unit)


def _rows(cells: Iterable[Iterable[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in cells)


def proactive_grid(truth: Truth, style: Style) -> Grid:
    """Section 2: a label column and three columns of measures."""
    printer, rows = Printer(truth, style), []
    if style.caption:
        rows.append([Cell("主动公开政府信息情况", 0, 4)])
    for block in f.blocks(truth.form):
        rows.append(
            [
                Cell(
                    style.article.replace("一）", block.article + "）")
                    .replace("一)", block.article + ")")
                    .replace("第一项", f"第{block.article}项"),
                    0,
                    4,
                )
            ]
        )
        spans = _measure_spans(len(block.measures))
        heads = [
            Cell(_measure_word(word, style), at, size)
            for (_, word), (at, size) in zip(block.measures, spans, strict=True)
        ]
        rows.append([Cell("信息内容", 0), *heads])
        for category, word in block.categories:
            values = [
                printer.cell("proactive", category, measure, at, size)
                for (measure, _), (at, size) in zip(block.measures, spans, strict=True)
            ]
            rows.append([Cell(word, 0), *(_repeated(values, style) if len(values) == 1 else values)])
    return Grid("proactive", _rows(rows), 4, 0)


def _measure_spans(count: int) -> tuple[tuple[int, int], ...]:
    return {1: ((1, 3),), 2: ((1, 1), (2, 2)), 3: ((1, 1), (2, 1), (3, 1))}[count]


def _measure_word(word: str, style: Style) -> str:
    if word.startswith("本年收费金额"):
        return style.fee
    if word == "采购总金额" and style.procurement_unit in ("yuan", "wan_yuan"):
        return word + ("（单位：元）" if style.procurement_unit == "yuan" else "（单位：万元）")
    return {"本年增/减": style.change, "现行有效件数": style.in_force}.get(word, word)


def _repeated(values: list[Cell], style: Style) -> list[Cell]:
    """A merged value, or the same value once in each of its columns."""
    if style.merged == "once":
        return values
    return [
        cell._replace(column=at, columns=1) for cell in values for at in range(cell.column, cell.column + cell.columns)
    ]


def applicant_order(style: Style, rng: random.Random) -> tuple[str, ...]:
    """The applicants from left to right: persons first or last, the total at either end."""
    persons = list(f.APPLICANTS[1:6])
    if style.order == "reversed":
        persons.reverse()
    elif style.order == "shuffled":
        rng.shuffle(persons)
    if style.order == "total_first":
        return ("total", f.APPLICANTS[0], *persons)
    return (f.APPLICANTS[0], *persons, "total")


_APPLICANT_WORDS = {
    "natural_person": "自然人",
    "commercial_enterprise": "商业{}企业",
    "research_institution": "科研{}机构",
    "legal_service_institution": "法律服务{}机构",
}


def _applicant_word(code: str, style: Style) -> str:
    special = {
        "total": style.total,
        "other_organization": style.other_organization,
        "public_welfare_organization": style.welfare,
    }
    return special.get(code) or _APPLICANT_WORDS[code].format(style.broken)


class Columns(NamedTuple):
    """Where each applicant's values stand, and the subtotal's column if there is one."""

    at: dict[str, int]
    subtotal: int | None
    width: int
    group: tuple[int, int]


def applicant_columns(style: Style, rng: random.Random) -> Columns:
    """Grid columns from 3 on."""
    order = applicant_order(style, rng)
    at, subtotal, column, group_start = {}, None, 3, 0
    for code in order:
        if code in f.APPLICANTS[1:6] and not group_start:
            group_start = column
        at[code] = column
        column += 1
        if (
            style.subtotal
            and code in f.APPLICANTS[1:6]
            and all(p in at for p in f.APPLICANTS[1:6])
            and subtotal is None
        ):
            subtotal, column = column, column + 1
    return Columns(at, subtotal, column, (group_start, 5 + style.subtotal))


def _column(cell: Cell) -> int:
    return cell.column


def _application_head(style: Style, columns: Columns) -> list[list[Cell]]:
    outer = ("natural_person", "total")
    second = [Cell(_applicant_word(c, style), columns.at[c], 1, 2) for c in outer]
    second.append(Cell(style.persons, *columns.group))
    third = [Cell(_applicant_word(c, style), columns.at[c]) for c in f.APPLICANTS[1:6]]
    if columns.subtotal is not None:
        third.append(Cell("小计", columns.subtotal))
    head = [
        [Cell(style.corner, 0, 3, 3), Cell("申请人情况", 3, columns.width - 3)],
        sorted(second, key=_column),
        sorted(third, key=_column),
    ]
    return [[Cell("收到和处理政府信息公开申请情况", 0, columns.width)], *head] if style.caption else head


def _group_label(number: int, word: str, style: Style) -> str:
    prefix = style.group_number.replace("三", ORDINALS[number - 1]).replace("3", str(number))
    return prefix + word


def _item_word(item: f.Item, style: Style) -> str:
    word = {
        "denied_prohibited_by_law": style.law,
        "denied_safety_stability": style.safety,
        "other_no_clarification": style.unclarified,
        "other_fee_unpaid": style.unpaid,
        "carried_forward": style.forward,
        "partially_granted": item.word + style.partial_note,
        "total_handled": style.total,
    }.get(item.code, item.word)
    if item.group == "intake":
        return style.first_number.replace("一", ORDINALS[item.ordinal - 1]) + word
    if not item.group:
        return _group_label(item.ordinal, word, style)
    return style.item_number.replace("1", str(item.ordinal)) + word


def _item_labels(items: tuple[f.Item, ...], style: Style) -> Iterator[list[Cell]]:
    """The label cells of each row, in the three label columns."""
    inside = [i for i in items if i.group != "intake"]
    sizes = {g: sum(i.group == g for i in items) for g in f.GROUPS}
    for item in items:
        word = _item_word(item, style)
        if item.group == "intake":
            yield [Cell(word, 0, 3)]
            continue
        labels = [Cell(style.side_label, 0, 1, len(inside))] if item is inside[0] else []
        if not item.group:
            labels.append(Cell(word, 1, 2))
        else:
            if item.ordinal == 1:
                labels.append(Cell(_group_label(*f.GROUPS[item.group], style), 1, 1, sizes[item.group]))
            labels.append(Cell(word, 2))
        yield labels


def _subtotal(item: f.Item, truth: Truth, style: Style) -> str:
    values = [truth.application[item.code, a] for a in f.APPLICANTS[1:6]]
    return number_text(sum(v or 0 for v in values), style.number, "件")


def application_grid(truth: Truth, style: Style, rng: random.Random) -> Grid:
    """Section 3: three label columns and seven applicants (eight with a subtotal)."""
    printer, columns = Printer(truth, style), applicant_columns(style, rng)
    rows = _application_head(style, columns)
    head = len(rows)
    items = f.items(truth.form)
    for item, labels in zip(items, _item_labels(items, style), strict=True):
        values = [printer.cell("application", item.code, a, at) for a, at in columns.at.items()]
        if columns.subtotal is not None:
            values.append(Cell(_subtotal(item, truth, style), columns.subtotal, 1, 1))
        rows.append([*labels, *sorted(values, key=_column)])
    return Grid("application", _rows(rows), columns.width, head)


def review_grid(truth: Truth, style: Style) -> Grid:
    """Section 4: one row of fifteen values."""
    printer = Printer(truth, style)
    words = {"upheld": "结果{}维持", "corrected": "结果{}纠正", "other_result": "其他{}结果", "pending": "尚未{}审结"}
    words = {code: word.format(style.broken) for code, word in words.items()} | {"total": style.total}
    second = [Cell(words[o], at, 1, 2) for at, o in enumerate(f.OUTCOMES)]
    second += [Cell("未经复议直接起诉", 5, 5), Cell("复议后起诉", 10, 5)]
    rows = [
        [Cell("行政复议", 0, 5), Cell("行政诉讼", 5, 10)],
        second,
        [Cell(words[o], start + at) for start in (5, 10) for at, o in enumerate(f.OUTCOMES)],
        [printer.cell("review", channel, outcome, at) for at, (channel, outcome) in enumerate(f.review_cells())],
    ]
    if style.caption:
        rows.insert(0, [Cell("政府信息公开行政复议、行政诉讼情况", 0, 15)])
    return Grid("review", _rows(rows), 15, len(rows) - 1)


def heading(number: int, style: Style) -> str:
    """The heading of section ``number``."""
    choices = f.HEADINGS[number]
    return style.heading_number.replace("一", ORDINALS[number - 1]) + choices[style.heading % len(choices)]


def compose(truth: Truth, style: Style, prose: dict[int, list[str]], rng: random.Random, *, source: str = "") -> Paper:
    """The whole report: title, page head line, six sections with their tables, signature."""
    blocks: list[Line | Grid] = [Line("title", f.TITLES[style.title].format(agency=truth.agency, year=truth.year))]
    if source:
        blocks.append(Line("source", source))
    blocks += [Line("text", text) for text in prose.get(0, ())]
    grids = {2: proactive_grid(truth, style), 3: application_grid(truth, style, rng), 4: review_grid(truth, style)}
    for number in range(1, 7):
        blocks.append(Line("heading", heading(number, style)))
        blocks += [Line("text", text) for text in prose.get(number, ())]
        if number in grids:
            blocks.append(grids[number])
    if style.signature:
        day = truth.published_on
        blocks += [Line("signature", truth.agency), Line("signature", f"{day.year}年{day.month}月{day.day}日")]
    return Paper(truth, style, tuple(blocks))


class Expected(NamedTuple):
    """What reading one cell must give."""

    value: float | None
    status: str
    unit: str | None = None


def expected(truth: Truth, style: Style) -> dict[tuple[str, str, str], Expected]:
    """Every cell of the report's form by (table, row, column), as a faultless reader gives it."""
    cells: dict[tuple[str, str, str], Expected] = {}
    for table in ("application", "proactive", "review"):
        for (row, column), value in getattr(truth, table).items():
            cells[table, row, column] = Expected(value, "blank" if value is None else "reported")
    if truth.form == "hybrid":
        for item in f.ITEMS_OTHER:
            for applicant in f.APPLICANTS:
                cells["application", item.code, applicant] = Expected(None, "missing")
    amount = ("proactive", "centralized_procurement", "total_amount")
    if amount in cells and cells[amount].value is not None:
        cells[amount] = _procurement(cells[amount].value or 0.0, style)
    return cells


def _procurement(value: float, style: Style) -> Expected:
    if style.procurement_unit is None:
        return Expected(value, "reported")
    scale = 10_000 if style.procurement_unit.startswith("yuan") else 1
    return Expected(value / scale, "reported", "wan_yuan")
