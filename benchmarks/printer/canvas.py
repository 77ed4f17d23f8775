"""Draws a grid with nothing but blanks, as a page's text comes out when its layout is kept.

A Chinese character takes two places. Labels wrap in their columns; the values of a row stand
on its first, middle or last line; a side label stands one character a line.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise
from typing import Literal

from benchmarks.printer.paper import Cell, Grid

Where = Literal["first", "middle", "last"]
GAP = 2


@cache
def _places(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def display_width(text: str) -> int:
    """Places that ``text`` takes."""
    return sum(map(_places, text))


def wrap(text: str, places: int) -> list[str]:
    """``text`` in lines of at most ``places`` places, broken at its own breaks and where it is full."""
    lines = []
    for part in text.split("\n"):
        line, used = "", 0
        for character in part:
            if used + _places(character) > places and line:
                lines.append(line)
                line, used = "", 0
            line, used = line + character, used + _places(character)
        lines.append(line)
    return lines


def _column_widths(grid: Grid, label: int) -> list[int]:
    """Label columns are as wide as told, value columns as their widest value needs."""
    widths = [6] * grid.width
    for row in grid.rows:
        for cell in row:
            if cell.key and cell.columns == 1:
                widths[cell.column] = max(widths[cell.column], display_width(cell.text))
    if grid.name == "application":
        widths[:3] = [2, 10, label]
    elif grid.name == "proactive":
        widths[:] = [18, *(max(14, w) for w in widths[1:])]
    return widths


class _Canvas:
    def __init__(self) -> None:
        self.lines: list[list[str]] = []

    def write(self, line: int, place: int, text: str) -> None:
        while len(self.lines) <= line:
            self.lines.append([])
        row = self.lines[line]
        end = place + display_width(text)
        row.extend(" " * (end - len(row)))
        for character in text:
            row[place] = character
            if _places(character) == 2:
                row[place + 1] = ""
            place += _places(character)

    def text(self) -> list[str]:
        return ["".join(row).rstrip() for row in self.lines]


def _span_width(cell: Cell, widths: list[int]) -> int:
    inside = widths[cell.column : cell.column + cell.columns]
    return sum(inside) + GAP * (len(inside) - 1)


def _heights(grid: Grid, widths: list[int]) -> list[int]:
    """Lines that each row needs; a cell over several rows lengthens its last one."""
    heights = [1] * len(grid.rows)
    spanning = []
    for number, row in enumerate(grid.rows):
        for cell in row:
            needed = len(wrap(cell.text, _span_width(cell, widths)))
            if cell.rows == 1:
                heights[number] = max(heights[number], needed)
            else:
                spanning.append((number, cell.rows, needed))
    for number, rows, needed in spanning:
        heights[number + rows - 1] += max(0, needed - sum(heights[number : number + rows]))
    return heights


def _offset(where: Where, height: int, lines: int) -> int:
    return {"first": 0, "middle": (height - lines) // 2, "last": height - lines}[where]


def draw_grid(grid: Grid, *, values: Where = "middle", label: int = 24, airy: bool = False) -> list[str]:
    """The lines of a grid; ``airy`` puts an empty line below each row."""
    return [line for lines in draw_rows(grid, values=values, label=label, airy=airy) for line in lines]


def draw_rows(grid: Grid, *, values: Where = "middle", label: int = 24, airy: bool = False) -> list[list[str]]:
    """The lines of each row, so that a page can end between two of them."""
    widths = _column_widths(grid, label)
    heights = _heights(grid, widths)
    if airy:
        heights = [h + 1 for h in heights]
    tops = [sum(heights[:n]) for n in range(len(heights) + 1)]
    lefts = [sum(widths[:n]) + GAP * n for n in range(len(widths))]
    canvas = _Canvas()
    for number, row in enumerate(grid.rows):
        for cell in row:
            lines = wrap(cell.text, _span_width(cell, widths))
            height = tops[number + cell.rows] - tops[number] - airy
            where: Where = values if cell.key else "middle"
            top = tops[number] + _offset(where, height, len(lines))
            for down, line in enumerate(lines):
                room = _span_width(cell, widths) - display_width(line)
                shift = room // 2 if cell.key or number < grid.head or cell.columns > 3 else 0
                canvas.write(top + down, lefts[cell.column] + shift, line)
    lines = canvas.text() + [""] * (tops[-1] - len(canvas.lines))
    return [lines[start:end] for start, end in pairwise(tops)]
