"""Documents a second and peak memory of the readers for Word, RTF and spreadsheets.

Every format runs in a process of its own, on whole reports that are printed here (DOC: saved ones
from the tests). Seconds are those of the processor, so that other work on the machine counts less.

    python -m benchmarks.readers_office [--seconds 3] [--formats docx xlsx]
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from benchmarks.printer import office
from benchmarks.printer.cases import random_case
from benchmarks.printer.paper import Cell, Grid, Paper
from pipelines.readers.document import Document, Table

FIXTURES = Path(__file__).parents[1] / "tests" / "readers" / "fixtures"
READERS = {"docx": "docx", "doc": "doc", "rtf": "rtf", "xlsx": "sheets", "xls": "sheets"}
TARGETS = {"docx": 120, "doc": 100, "xlsx": 300}
PAPERS = 8
COLUMN = 900
CONTINUED = r"\clvmrg"


def papers() -> list[Paper]:
    """Whole reports, each in its own style."""
    return [random_case(number, "tab_rectangular").paper for number in range(PAPERS)]


def rtf(paper: Paper) -> bytes:
    """The report with its tables' edges stated and its merges spelled by flags."""
    body = "".join(
        _rtf_table(block) if isinstance(block, Grid) else rf"\pard {_escaped(block.text)}\par{chr(10)}"
        for block in paper.blocks
    )
    return (r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 x;}}" + body + "}").encode("ascii")


def _rtf_table(grid: Grid) -> str:
    continued: dict[tuple[int, int], Cell] = {}
    lines = []
    for number, row in enumerate(grid.rows):
        here = {cell.column: (cell, r"\clvmgf" if cell.rows > 1 else "") for cell in row}
        for cell in row:
            continued.update({(number + down, cell.column): cell for down in range(1, cell.rows)})
        for (line, column), cell in continued.items():
            if line == number:
                here[column] = (cell, CONTINUED)
        definition = "".join(
            rf"{flag}\cellx{(column + cell.columns) * COLUMN}" for column, (cell, flag) in sorted(here.items())
        )
        texts = "".join(
            rf"\pard\intbl {_escaped('' if flag == CONTINUED else cell.text)}\cell"
            for _, (cell, flag) in sorted(here.items())
        )
        lines.append(rf"\trowd\trleft0{definition}{texts}\row")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    units = text.encode("utf-16-le")
    numbers = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return "".join(r"\line " if number == ord("\n") else rf"\u{number}?" for number in numbers)


def documents(name: str) -> list[bytes]:
    """The documents of one format."""
    printers: dict[str, Callable[[Paper], bytes]] = {
        "docx": office.docx,
        "rtf": rtf,
        "xlsx": office.xlsx,
        "xls": office.xls,
    }
    if name == "doc":
        return [path.read_bytes() for path in sorted(FIXTURES.glob("report*.doc"))]
    return [printers[name](paper) for paper in papers()]


def measure(name: str, seconds: float) -> str:
    """One line: size, cells, documents a second of one core, peak memory before and after."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        files = pool.submit(documents, name).result()
    read: Callable[[bytes], Document] = import_module(f"pipelines.readers.{READERS[name]}").read
    cells = [
        sum(len(row) for block in read(data).blocks if isinstance(block, Table) for row in block.rows) for data in files
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    count, begun = 0, time.process_time()
    while time.process_time() - begun < seconds:
        read(files[count % len(files)])
        count += 1
    rate = count / (time.process_time() - begun)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = sum(map(len, files)) // len(files) // 1024
    target = f", target {TARGETS[name]}" if name in TARGETS else ""
    return (
        f"{name:5} {rate:7.0f} documents/s{target}; {size} KiB and {sum(cells) // len(cells)} cells each; "
        f"peak {after} MiB, {after - before} MiB of it while reading"
    )


def main() -> None:
    """Measure each format in its own process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--formats", nargs="*", default=list(READERS), choices=list(READERS))
    parser.add_argument("--here", action="store_true", help="measure in this process")
    options = parser.parse_args()
    for name in options.formats:
        if options.here:
            print(measure(name, options.seconds), flush=True)
        else:
            command = [sys.executable, "-m", "benchmarks.readers_office", "--here", "--formats", name]
            subprocess.run([*command, "--seconds", str(options.seconds)], check=True)


if __name__ == "__main__":
    main()
