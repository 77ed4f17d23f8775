"""Prints a paper as plain text, in each layout in which such text is met.

Every layout is a function ``Paper -> str``; ``LAYOUTS`` names them. A layout is either exact
(whatever the style, each cell can be told) or needs a sign in empty cells: ``NEEDS_SIGN``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from benchmarks.printer.canvas import draw_grid, draw_rows
from benchmarks.printer.paper import Grid, Paper

Layout = Callable[[Paper], str]


def _flat(text: str, joint: str = "") -> str:
    return text.replace("\n", joint)


def rectangle(grid: Grid) -> list[list[str]]:
    """Every grid position as a field; positions that a span covers are empty."""
    table = [[""] * grid.width for _ in grid.rows]
    for fields, row in zip(table, grid.rows, strict=True):
        for cell in row:
            fields[cell.column] = _flat(cell.text)
    return table


def _wrap_text(text: str, size: int = 46) -> str:
    return "\n".join(text[start : start + size] for start in range(0, len(text), size))


def _assemble(paper: Paper, table: Callable[[Grid], list[str]], *, gap: str = "\n\n", wrap: bool = False) -> str:
    """Lines and tables in order, blocks separated by ``gap``."""
    parts = []
    for block in paper.blocks:
        if isinstance(block, Grid):
            parts.append("\n".join(table(block)))
        else:
            parts.append(_wrap_text(block.text) if wrap and block.kind == "text" else block.text)
    return gap.join(parts) + "\n"


def tab_rectangular(paper: Paper) -> str:
    """One line a row, every grid position a field between tabs."""
    return _assemble(paper, lambda grid: ["\t".join(fields) for fields in rectangle(grid)])


def _held_columns(grid: Grid) -> list[list[int]]:
    """For each row the columns that a cell of an earlier row still covers, once a cell."""
    held: list[list[int]] = [[] for _ in grid.rows]
    for number, row in enumerate(grid.rows):
        for cell in row:
            for below in range(number + 1, number + cell.rows):
                held[below].append(cell.column)
    return held


def tab_starts(paper: Paper) -> str:
    """One line a row, only the cells that begin there, as a browser copies a table."""
    return _assemble(paper, lambda grid: ["\t".join(_flat(c.text, " ") for c in row) for row in grid.rows])


def tab_held(paper: Paper) -> str:
    """One line a row, one empty field where a cell from above still reaches, as Word copies a table."""

    def lines(grid: Grid) -> Iterator[str]:
        for row, held in zip(grid.rows, _held_columns(grid), strict=True):
            fields = [(c.column, _flat(c.text)) for c in row] + [(column, "") for column in held]
            yield "\t".join(text for _, text in sorted(fields, key=lambda f: f[0]))

    return _assemble(paper, lambda grid: list(lines(grid)))


def tab_ragged(paper: Paper) -> str:
    """Label columns of another depth in every row, and empty fields behind: copied and mended by hand."""
    rng = random.Random(paper.title + str(paper.style.heading))

    def lines(grid: Grid) -> Iterator[str]:
        for row, held in zip(grid.rows, _held_columns(grid), strict=True):
            before = sum(column < row[0].column for column in held)
            behind = rng.choice((0, 0, 0, 1, 2))
            yield "\t" * rng.randint(0, before) + "\t".join(_flat(c.text) for c in row) + "\t" * behind

    return _assemble(paper, lambda grid: list(lines(grid)))


def tab_torn(paper: Paper) -> str:
    """A tab table with blank lines torn into it, as where a page ended."""
    rng = random.Random(paper.title)

    def lines(grid: Grid) -> Iterator[str]:
        for fields in rectangle(grid):
            if rng.random() < 0.08:
                yield ""
            yield "\t".join(fields)

    return _assemble(paper, lambda grid: list(lines(grid)))


def pipe(paper: Paper) -> str:
    """Fields between pipes, no pipe at the ends."""
    return _assemble(paper, lambda grid: [" | ".join(fields) for fields in rectangle(grid)])


def pipe_closed(paper: Paper) -> str:
    """Fields between pipes, pipes at both ends."""
    return _assemble(paper, lambda grid: [f"| {' | '.join(fields)} |" for fields in rectangle(grid)])


def markdown(paper: Paper) -> str:
    """Markdown: headings with signs, a rule below the first row of each table."""
    parts = []
    for block in paper.blocks:
        if isinstance(block, Grid):
            lines = [f"| {' | '.join(fields)} |" for fields in rectangle(block)]
            parts.append("\n".join([lines[0], "|" + " --- |" * block.width, *lines[1:]]))
        else:
            sign = {"title": "# ", "heading": "## "}.get(block.kind, "")
            parts.append(sign + _flat(block.text))
    return "\n\n".join(parts) + "\n"


def csv_text(paper: Paper) -> str:
    """Comma-separated: a paragraph is a line of one field, quoted where it needs it."""

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text

    lines = []
    for block in paper.blocks:
        if isinstance(block, Grid):
            lines += [",".join(quoted(field) for field in fields) for fields in rectangle(block)]
        else:
            lines.append(quoted(_flat(block.text)))
    return "\n".join(lines) + "\n"


def _cell_lines(grid: Grid) -> list[str]:
    return [line for row in grid.rows for cell in row if cell.text for line in cell.text.split("\n")]


def one_cell_a_line(paper: Paper) -> str:
    """Each cell on its own line, nothing between."""
    return _assemble(paper, _cell_lines, gap="\n")


def one_cell_blank_lines(paper: Paper) -> str:
    """Each cell on its own line, with a trailing blank and an empty line between."""
    return _assemble(paper, lambda grid: [line + " \n" for line in _cell_lines(grid)])


def one_cell_tabbed(paper: Paper) -> str:
    """Each cell on its own line behind a tab, rows parted by blank lines, empty cells as lines of a tab."""

    def lines(grid: Grid) -> list[str]:
        rows = []
        for row, held in zip(grid.rows, _held_columns(grid), strict=True):
            cells = [(c.column, _flat(c.text)) for c in row] + [(column, "") for column in held]
            rows.append("\n".join("\t" + text for _, text in sorted(cells, key=lambda f: f[0])) + "\n")
        return rows

    return _assemble(paper, lines, gap="\n")


def _joined(row: tuple[str, ...], size: int) -> str:
    """Labels, wrapped after ``size`` characters, and the values behind, by single blanks."""
    return " ".join(part if len(part) <= size else _wrap_text(part, size) for part in row)


def single_spaces(paper: Paper) -> str:
    """Label and values on one line by single blanks, long labels wrapped before their values."""
    return _assemble(paper, lambda g: [_joined(tuple(_flat(c.text) for c in row if c.text), 20) for row in g.rows])


def single_spaces_long(paper: Paper) -> str:
    """Label and values on one line by single blanks, never wrapped."""
    return _assemble(paper, lambda g: [" ".join(_flat(c.text) for c in row if c.text) for row in g.rows])


def _aligned(**options: object) -> Layout:
    def layout(paper: Paper) -> str:
        return _assemble(paper, lambda grid: draw_grid(grid, **options), gap="\n\n", wrap=True)  # type: ignore[arg-type]

    return layout


def aligned_pages(paper: Paper) -> str:
    """Aligned columns; pages end between two rows, with a page number and the next page's form feed."""

    def lines(grid: Grid) -> list[str]:
        out: list[str] = []
        page = 1
        for row in draw_rows(grid):
            if len(out) > 34 * page:
                out += ["", " " * 30 + f"- {page} -", "", "\f"]
                page += 1
            out += row
        return out

    return _assemble(paper, lines, wrap=True)


def aligned_heads(paper: Paper) -> str:
    """Aligned columns on two pages, the header rows drawn again on the second."""

    def lines(grid: Grid) -> list[str]:
        rows = draw_rows(grid, values="last")
        if grid.name == "application":
            cut = grid.head + 13
            rows = [*rows[:cut], ["", " " * 28 + "第 2 页", "\f"], *rows[: grid.head], *rows[cut:]]
        return [line for row in rows for line in row]

    return _assemble(paper, lines, wrap=True)


def tab_pages(paper: Paper) -> str:
    """A tab table cut by pages: the page number between two rows, then the header rows again."""

    def lines(grid: Grid) -> list[str]:
        rows = ["\t".join(fields) for fields in rectangle(grid)]
        if grid.name != "application":
            return rows
        cut = grid.head + 11
        return [*rows[:cut], "", "— 3 —", "", *rows[: grid.head], *rows[cut:]]

    return _assemble(paper, lines)


def tab_pages_bare(paper: Paper) -> str:
    """A tab table cut by a page number, without a second header."""

    def lines(grid: Grid) -> list[str]:
        rows = ["\t".join(fields) for fields in rectangle(grid)]
        cut = grid.head + 9
        return rows if grid.name != "application" else [*rows[:cut], "- 4 -", *rows[cut:]]

    return _assemble(paper, lines)


LAYOUTS: dict[str, Layout] = {
    "tab_rectangular": tab_rectangular,
    "tab_starts": tab_starts,
    "tab_held": tab_held,
    "tab_ragged": tab_ragged,
    "tab_torn": tab_torn,
    "tab_pages": tab_pages,
    "tab_pages_bare": tab_pages_bare,
    "pipe": pipe,
    "pipe_closed": pipe_closed,
    "markdown": markdown,
    "csv": csv_text,
    "one_cell_a_line": one_cell_a_line,
    "one_cell_blank_lines": one_cell_blank_lines,
    "one_cell_tabbed": one_cell_tabbed,
    "single_spaces": single_spaces,
    "single_spaces_long": single_spaces_long,
    "aligned_first": _aligned(values="first"),
    "aligned_middle": _aligned(values="middle"),
    "aligned_last": _aligned(values="last"),
    "aligned_wide": _aligned(values="middle", label=44, airy=True),
    "aligned_pages": aligned_pages,
    "aligned_heads": aligned_heads,
}
NEEDS_SIGN = frozenset(
    name for name in LAYOUTS if name.startswith(("aligned", "single", "one_cell_a", "one_cell_b", "tab_ragged"))
)
"""Layouts in which an empty cell leaves no trace that a reader could count."""


def encode(text: str, encoding: str) -> bytes:
    """Bytes in ``encoding``; Big5 prints traditional characters, as the mirrors do."""
    if encoding.startswith("big5"):
        return traditional(text).encode(encoding, errors="replace")
    return text.encode(encoding)


def traditional(text: str) -> str:
    """The same text in traditional characters."""
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - only the mirrors need it

    return OpenCC("s2t")


ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "big5")
