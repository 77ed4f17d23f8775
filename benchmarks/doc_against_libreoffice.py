"""Proves the DOC and RTF readers against LibreOffice's own conversion and against what was printed.

Prints reports and tables with random merges as DOCX, has LibreOffice save them as DOC and RTF, reads
those with our readers and compares every cell (text, column, spans) with the print and with our DOCX
reader's view of LibreOffice's conversion back. Needs libreoffice-writer-nogui and the extra `test`.

    python -m benchmarks.doc_against_libreoffice [--files 40] [--seed 1] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.printer import office
from benchmarks.printer.cases import random_case
from benchmarks.printer.paper import Cell as Printed
from benchmarks.printer.paper import Grid, Line, Paper
from pipelines.readers import doc, docx, office_fallback, rtf
from pipelines.readers.document import Document, Paragraph, Table

TARGETS: dict[str, tuple[str, Callable[[bytes], Document]]] = {
    "doc": ("doc:MS Word 97", doc.read),
    "rtf": ("rtf:Rich Text Format", rtf.read),
}
LONG = "本机关全面贯彻落实公开要求，完善制度，规范程序，回应关切，"
Cells = list[list[tuple[str, int, int, int]]]


def random_grid(rng: random.Random) -> Grid:
    """A table with merged rectangles, long and empty texts, and labels of several paragraphs."""
    height, width = rng.randint(3, 14), rng.randint(3, 12)
    free = {(row, column) for row in range(height) for column in range(width)}
    rows: list[list[Printed]] = [[] for _ in range(height)]
    for row in range(height):
        for column in range(width):
            if (row, column) not in free:
                continue
            rows_down, columns = (rng.randint(1, 4), rng.randint(1, 4)) if rng.random() < 0.25 else (1, 1)
            while columns > 1 and not _fits(free, row, column, rows_down, columns):
                columns -= 1
            while rows_down > 1 and not _fits(free, row, column, rows_down, columns):
                rows_down -= 1
            free -= {(row + down, column + across) for down in range(rows_down) for across in range(columns)}
            rows[row].append(Printed(_random_text(rng, f"{row}·{column}"), column, columns, rows_down))
    return Grid("application", tuple(map(tuple, rows)), width, 1)


def _fits(free: set[tuple[int, int]], row: int, column: int, rows: int, columns: int) -> bool:
    return all((row + down, column + across) in free for down in range(rows) for across in range(columns))


def _random_text(rng: random.Random, place: str) -> str:
    kind = rng.random()
    if kind < 0.15:
        return ""
    if kind < 0.25:
        return LONG * rng.randint(2, 9) + place
    return f"（{place}）商业\n企业" if kind < 0.4 else str(rng.randint(0, 30_000))


def papers(count: int, seed: int) -> Iterator[Paper]:
    """Half whole reports in random styles, half tables with random merges between long paragraphs."""
    for number in range(count):
        paper = random_case(seed * 10_000 + number, "tab_rectangular").paper
        if number % 2:
            rng = random.Random(f"{seed} {number}")
            grids = [random_grid(rng) for _ in range(3)]
            blocks = [block for grid in grids for block in (Line("text", LONG * 30), grid)]
            paper = Paper(paper.truth, paper.style, (*blocks, Line("text", LONG)))
        yield paper


def printed_cells(grid: Grid) -> Cells:
    """Text, column and spans of each cell, row by row."""
    return [[(_folded(cell.text), cell.column, cell.columns, cell.rows) for cell in row] for row in grid.rows]


def read_cells(document: Document) -> list[Cells]:
    """The same of each table that was read."""
    return [
        [[(_folded(cell.text), cell.column, cell.column_span, cell.row_span) for cell in row] for row in block.rows]
        for block in document.blocks
        if isinstance(block, Table)
    ]


def _folded(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def paragraphs(document: Document) -> list[str]:
    """Texts of the report's own paragraphs."""
    return [block.text for block in document.blocks if isinstance(block, Paragraph) and block.role != "running"]


def squeezed(grid: Cells) -> Cells:
    """The grid without columns at whose edge no cell begins: merges over whole columns leave none."""
    edges = sorted({column for row in grid for _, column, _, _ in row})
    place = {edge: number for number, edge in enumerate(edges)}
    end = len(edges)
    return [
        [
            (text, place[column], next((place[e] for e in edges if e >= column + span), end) - place[column], rows)
            for text, column, span, rows in row
        ]
        for row in grid
    ]


def main() -> None:
    """Print one line a format: files, tables, cells, and what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the files here")
    options = parser.parse_args()
    printed = {str(number): paper for number, paper in enumerate(papers(options.files, options.seed))}
    sources = {name: office.docx(paper) for name, paper in printed.items()}
    for suffix, (target, read) in TARGETS.items():
        files = office_fallback.convert(sources, "docx", target)
        back = office_fallback.convert(files, suffix)
        if options.keep:
            for name, data in files.items():
                options.keep.joinpath(f"{name}.{suffix}").write_bytes(data)
        compare(suffix, printed, files, back, read)


def compare(
    suffix: str,
    printed: dict[str, Paper],
    files: dict[str, bytes],
    back: dict[str, bytes],
    read: Callable[[bytes], Document],
) -> None:
    """Compare all files of one format."""
    tables = cells = 0
    against_print, against_office, against_text = [], [], []
    for name, data in files.items():
        document, converted = read(data), docx.read(back[name])
        truth = [squeezed(printed_cells(block)) for block in printed[name].blocks if isinstance(block, Grid)]
        ours = read_cells(document)
        tables += len(truth)
        cells += sum(len(row) for grid in truth for row in grid)
        against_print += [name] * (list(map(squeezed, ours)) != truth)
        against_office += [name] * (ours != read_cells(converted))
        against_text += [name] * (paragraphs(document) != paragraphs(converted))
    print(
        f"{suffix}: {len(files)} of {len(printed)} files, {tables} tables, {cells} cells; "
        f"tables unlike the print: {against_print}, unlike LibreOffice: {against_office}; "
        f"paragraphs unlike LibreOffice: {against_text}"
    )


if __name__ == "__main__":
    main()
