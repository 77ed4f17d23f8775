"""Other shapes that offices give the form's tables: a paper made into a paper, before it is printed in a layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from benchmarks.printer.paper import Cell, Grid, Line, Paper

Reshape = Callable[[Paper], Paper]


def _with_grids(paper: Paper, name: str, change: Callable[[Grid], list[Grid]]) -> Paper:
    blocks: list[Line | Grid] = []
    for block in paper.blocks:
        blocks += change(block) if isinstance(block, Grid) and block.name == name else [block]
    return replace(paper, blocks=tuple(blocks))


def _rows(grid: Grid, rows: list[list[Cell]], width: int | None = None, head: int | None = None) -> list[Grid]:
    shaped = tuple(tuple(row) for row in rows)
    return [replace(grid, rows=shaped, width=width or grid.width, head=grid.head if head is None else head)]


def joined_labels(paper: Paper) -> Paper:
    """Group and item in one cell (（三）不予公开 1.属于国家秘密), no side label: one label column."""

    def change(grid: Grid) -> list[Grid]:
        group, left, rows = "", 0, []
        for number, row in enumerate(grid.rows):
            labels = [c for c in row if c.column < 3]
            if number < grid.head:
                rows.append([c._replace(columns=max(1, c.columns - 2)) if c.column < 3 else _left(c) for c in row])
                continue
            words = [c for c in labels if not (c.column == 0 and c.rows > 1)]
            if words and words[0].rows > 1:
                group, left = words[0].text, words[0].rows
            word = (group + " " + words[-1].text) if left else words[-1].text
            left = max(0, left - 1)
            rows.append([Cell(word, 0), *(_left(c) for c in row if c.column >= 3)])
        return _rows(grid, rows, grid.width - 2)

    return _with_grids(paper, "application", change)


def _left(cell: Cell) -> Cell:
    return cell._replace(column=cell.column - 2)


def group_rows(paper: Paper) -> Paper:
    """A group stands on a row of its own across the table, its items below it."""

    def change(grid: Grid) -> list[Grid]:
        rows: list[list[Cell]] = []
        for number, row in enumerate(grid.rows):
            if number < grid.head:
                rows.append(list(row))
                continue
            values = [c for c in row if c.column >= 3]
            labels = [c for c in row if c.column < 3]
            rows += [[c._replace(column=0, columns=grid.width, rows=1)] for c in labels if c.rows > 1]
            rows.append([labels[-1]._replace(column=0, columns=3, rows=1), *values])
        return _rows(grid, rows)

    return _with_grids(paper, "application", change)


def without_side_label(paper: Paper) -> Paper:
    """三、本年度办理结果 is not printed."""

    def change(grid: Grid) -> list[Grid]:
        first = next(c for row in grid.rows[grid.head :] for c in row if c.column == 0 and c.rows > 1)
        rows = [[c._replace(text="") if c is first else c for c in row] for row in grid.rows]
        return _rows(grid, rows)

    return _with_grids(paper, "application", change)


def review_by_rows(paper: Paper) -> Paper:
    """Section 4 with one row a channel and five columns."""

    def change(grid: Grid) -> list[Grid]:
        values = [c for c in grid.rows[-1] if c.key]
        heads = [c.text for c in grid.rows[grid.head - 2] if c.column < 5]
        rows = [[Cell("", 0), *(Cell(text, at) for at, text in enumerate(heads, 1))]]
        for number, name in enumerate(("行政复议", "未经复议直接起诉", "复议后起诉")):
            five = values[number * 5 : number * 5 + 5]
            rows.append([Cell(name, 0), *(c._replace(column=at) for at, c in enumerate(five, 1))])
        return _rows(grid, rows, 6, 1)

    return _with_grids(paper, "review", change)


def separate_articles(paper: Paper) -> Paper:
    """Section 2 as one small table an item of article 20."""

    def change(grid: Grid) -> list[Grid]:
        grids: list[list[tuple[Cell, ...]]] = []
        for row in grid.rows:
            if not grids or "第二十条" in row[0].text:
                grids.append([])
            grids[-1].append(row)
        return [replace(grid, rows=tuple(rows)) for rows in grids]

    return _with_grids(paper, "proactive", change)


def vertical_heads(paper: Paper) -> Paper:
    """Column heads one character a line."""

    def change(grid: Grid) -> list[Grid]:
        def upright(cell: Cell) -> Cell:
            return cell._replace(text="\n".join(cell.text.replace("\n", ""))) if cell.columns == 1 else cell

        rows = [[upright(c) if n < grid.head else c for c in row] for n, row in enumerate(grid.rows)]
        return _rows(grid, rows)

    return _with_grids(_with_grids(paper, "application", change), "review", change)


def unit_column(paper: Paper) -> Paper:
    """A column of units (件) between labels and values of section 3."""

    def change(grid: Grid) -> list[Grid]:
        rows: list[list[Cell]] = []
        top = grid.head - 3
        for number, row in enumerate(grid.rows):
            if number < top:
                rows.append([row[0]._replace(columns=grid.width + 1)])
                continue
            labels = [c for c in row if c.column < 3]
            moved = [c._replace(column=c.column + 1) for c in row if c.column >= 3]
            unit = [Cell("单位", 3, 1, 3)] if number == top else [] if number < grid.head else [Cell("件", 3)]
            rows.append([*labels, *unit, *moved])
        return _rows(grid, rows, grid.width + 1)

    return _with_grids(paper, "application", change)


def swapped_rows(paper: Paper) -> Paper:
    """Two rows of one group change places: labels and values together."""

    def change(grid: Grid) -> list[Grid]:
        rows = [list(row) for row in grid.rows]
        at = next(n for n, row in enumerate(rows) if any(c.key[1:2] == ("not_processed_petition",) for c in row)) + 1
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
        return _rows(grid, rows)

    return _with_grids(paper, "application", change)


RESHAPES: dict[str, Reshape] = {
    "joined_labels": joined_labels,
    "group_rows": group_rows,
    "without_side_label": without_side_label,
    "review_by_rows": review_by_rows,
    "separate_articles": separate_articles,
    "vertical_heads": vertical_heads,
    "unit_column": unit_column,
    "swapped_rows": swapped_rows,
}
