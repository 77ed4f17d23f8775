"""Printed pages → blocks in reading order: tables, paragraphs, and what runs along every page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipelines.readers.aligned_table import aligned_table, find_tables, line_to_row
from pipelines.readers.document import Block, Table
from pipelines.readers.grid_table import glyphs_in_grid, grid_table
from pipelines.readers.paragraph_flow import Margins, ParagraphFlow
from pipelines.readers.printed_page import Glyph, Line, PrintedPage, glyphs_to_lines
from pipelines.readers.ruled_grid import SNAP, Grid, rules_to_grids, shared_columns

EDGE_SHARE = 0.12
"""Running heads stand in this share of the page at its top or bottom."""

APART = 1.8
"""A running head keeps this many ems from the text."""

TELLING = 8
"""A page with fewer lines outside tables does not show its margins."""

DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(r"[-‐-―−－_·.\s]+\d{1,3}[-‐-―−－_·.\s]+|\d{1,3}\s*/\s*\d{1,3}")


class NumberedLine(NamedTuple):
    """A line outside ruled tables; ``number`` counts the lines of its page from 1."""

    number: int
    line: Line


@dataclass(frozen=True, slots=True)
class Layout:
    """A page parted into ruled tables and the lines outside them, both from top to bottom."""

    page: PrintedPage
    grids: tuple[tuple[Grid, tuple[Glyph, ...]], ...]
    lines: tuple[NumberedLine, ...]


def pages_to_blocks(pages: Sequence[PrintedPage]) -> tuple[Block, ...]:
    """All blocks of a document. A paragraph that goes on over a page break is one block."""
    layouts = [page_layout(page) for page in pages]
    running = running_lines(layouts)
    layouts = _with_shared_columns(layouts, running)
    common = _margins(layouts, running)
    flow = ParagraphFlow()
    for layout, heads in zip(layouts, running, strict=True):
        for aside in layout.page.asides:
            flow.add_running(aside, f"page {layout.page.number}")
        for part in _parts(layout, heads, common, flow):
            flow.add_table(part)
    return flow.finished()


def page_layout(page: PrintedPage) -> Layout:
    """Find the ruled tables of a page and the lines around them."""
    rest: Sequence[Glyph] = page.glyphs
    grids = []
    for grid in rules_to_grids(page.horizontal, page.vertical):
        inside, rest = glyphs_in_grid(grid, rest)
        grids.append((grid, tuple(inside)))
    lines = tuple(NumberedLine(number, line) for number, line in enumerate(glyphs_to_lines(rest), start=1))
    return Layout(page, tuple(grids), lines)


def running_lines(layouts: Sequence[Layout]) -> list[frozenset[int]]:
    """For each page the numbers of its lines that are page heads, feet or page numbers.

    A line is one where it stands apart at the edge of the page and is either written as a page number
    or, but for its digits, the same on another page at the same height.
    """
    outer = [[entry for entry in layout.lines if _is_outer(layout, entry.line)] for layout in layouts]
    counted = Counter(_head_key(entry.line) for lines in outer for entry in lines)
    return [
        frozenset(
            entry.number
            for entry in lines
            if counted[_head_key(entry.line)] > 1 or PAGE_NUMBER.fullmatch(f" {entry.line.text} ".replace("  ", " "))
        )
        for lines in outer
    ]


def _head_key(line: Line) -> tuple[str, int]:
    return DIGITS.sub("#", line.text), round(line.baseline / 6)


def _is_outer(layout: Layout, line: Line) -> bool:
    reach = EDGE_SHARE * layout.page.height
    if not (line.baseline < reach or line.baseline > layout.page.height - reach):
        return False
    others = [entry.line.baseline for entry in layout.lines if entry.line is not line]
    edges = [edge for grid, _ in layout.grids for edge in (grid.rows[0], grid.rows[-1])]
    between = any(grid.rows[0] < line.baseline < grid.rows[-1] for grid, _ in layout.grids)
    apart = all(abs(line.baseline - other) >= APART * line.size for other in others)
    return not between and apart and all(abs(line.baseline - edge) >= line.size / 2 for edge in edges)


def _with_shared_columns(layouts: Sequence[Layout], running: Sequence[frozenset[int]]) -> list[Layout]:
    """Layouts in which a table that goes on over pages has the same columns on each."""
    shared = list(layouts)
    chain: list[int] = []
    for index in range(len(shared)):
        if not (chain and _goes_on(shared[index - 1 : index + 1], running[index - 1 : index + 1])):
            _share(shared, chain)
            chain = []
        chain.append(index)
        if len(shared[index].grids) > 1:
            _share(shared, chain)
            chain = [index]
    _share(shared, chain)
    return shared


def _share(layouts: list[Layout], chain: Sequence[int]) -> None:
    """Put the last table of the first page and the first tables of the others on the same columns."""
    if len(chain) < 2:  # one page has nothing to share
        return
    places = [(index, -1 if index == chain[0] else 0) for index in chain]
    grids = shared_columns([layouts[index].grids[place][0] for index, place in places])
    for (index, place), grid in zip(places, grids, strict=True):
        own = list(layouts[index].grids)
        own[place] = (grid, own[place][1])
        layouts[index] = replace(layouts[index], grids=tuple(own))


def _goes_on(pair: Sequence[Layout], running: Sequence[frozenset[int]]) -> bool:
    """Whether the last table of a page and the first of the next have the same sides and no text between."""
    above, below = pair
    if not above.grids or not below.grids:
        return False
    last, first = above.grids[-1][0], below.grids[0][0]
    sides = zip((last.columns[0], last.columns[-1]), (first.columns[0], first.columns[-1]), strict=True)
    after = [e for e in above.lines if e.number not in running[0] and e.line.baseline > last.rows[-1]]
    before = [e for e in below.lines if e.number not in running[1] and e.line.baseline < first.rows[0]]
    return all(abs(one - other) <= SNAP for one, other in sides) and not after and not before


def _margins(layouts: Sequence[Layout], running: Sequence[frozenset[int]]) -> Margins:
    """The margins of all pages together, for pages with too few lines to show their own."""
    lines = [
        entry.line
        for layout, heads in zip(layouts, running, strict=True)
        for entry in layout.lines
        if entry.number not in heads
    ]
    return Margins.of(lines, max((layout.page.width for layout in layouts), default=0.0))


def _parts(layout: Layout, heads: frozenset[int], common: Margins, flow: ParagraphFlow) -> Iterator[Table]:
    """Feed the lines of a page to the flow, and yield its tables where they stand."""
    body = [entry for entry in layout.lines if entry.number not in heads]
    for entry in layout.lines:
        if entry.number in heads:
            flow.add_running(entry.line.text, f"page {layout.page.number} line {entry.number}")
    margins = Margins.of([entry.line for entry in body], layout.page.width) if len(body) >= TELLING else common
    count = 0
    for grid, glyphs in layout.grids:
        above = [entry for entry in body if entry.line.baseline < grid.rows[0]]
        body = body[len(above) :]
        for table in _loose_parts(above, layout.page.number, count, margins, flow):
            count += 1
            yield table
        count += 1
        yield grid_table(grid, glyphs, f"page {layout.page.number} table {count}")
    yield from _loose_parts(body, layout.page.number, count, margins, flow)


def _loose_parts(
    lines: Sequence[NumberedLine], page: int, count: int, margins: Margins, flow: ParagraphFlow
) -> Iterator[Table]:
    """Lines outside ruled tables: feed the text to the flow, yield tables without rules."""
    rows = [line_to_row(entry.line) for entry in lines]
    done = 0
    for number, found in enumerate(find_tables(rows), start=count + 1):
        _feed(lines[done : found.start], page, margins, flow)
        yield aligned_table(rows[found.start : found.stop], f"page {page} table {number}")
        done = found.stop
    _feed(lines[done:], page, margins, flow)


def _feed(lines: Sequence[NumberedLine], page: int, margins: Margins, flow: ParagraphFlow) -> None:
    for entry in lines:
        flow.add_line(entry.line, f"page {page} line {entry.number}", margins)
