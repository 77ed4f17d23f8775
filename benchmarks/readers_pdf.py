"""How fast PDFs with text are read on one core, beside pdfplumber's ``extract_tables`` on the same files.

Run: ``python -m benchmarks.readers_pdf [FILE …]``; without files, invented reports are printed, in a
process of their own, so that neither memory nor garbage of the printing is counted. The comparison
needs pdfplumber, which gongkai does not: ``pip install pdfplumber`` somewhere on the path.
"""

from __future__ import annotations

import io
import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.printer import office
from benchmarks.printer.narrative import write
from benchmarks.printer.pages import Look
from benchmarks.printer.paper import compose
from benchmarks.printer.style import random_style
from benchmarks.printer.truth import arbitrary
from pipelines.readers import pdf

REPORTS = 6
ROUNDS = 3
UNRULED = 3
"""One file in so many has no rules."""


def printed(seed: int) -> bytes:
    """An invented report as PDF, with rules or without."""
    font = office.find_font()
    if font is None:
        raise SystemExit("no Chinese font on this machine; name PDF files instead")
    rng = random.Random(seed)
    truth = arbitrary(rng, rng.choice(("2021", "2019")), blanks=0.1)
    paper = compose(truth, random_style(rng, quirks=0.0), write(truth, rng, "bracketed"), rng)
    return office.pdf(paper, font, Look(ruled="all" if seed % UNRULED else "none"))


def with_pdfplumber(data: bytes) -> None:
    """All tables of a file, as pdfplumber takes them."""
    import pdfplumber  # noqa: PLC0415 # only for the comparison

    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_tables()


def seconds_each(read: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    """Processor seconds a file, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for data in files:
            read(data)
        best = min(best, (time.process_time() - start) / len(files))
    return best


def compare(name: str, files: Sequence[bytes]) -> None:
    """Print what these files take, and what pdfplumber takes for them."""
    ours = seconds_each(pdf.read, files)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {ours * 1000:.0f} ms a file, {1 / ours:.1f} a second, peak {peak:.0f} MB, {len(files)} files")
    try:
        theirs = seconds_each(with_pdfplumber, files)
    except ImportError:
        print("pdfplumber is not installed: no comparison")
        return
    print(f"  pdfplumber extract_tables: {theirs * 1000:.0f} ms a file, {theirs / ours:.1f} times as long")


def main() -> None:
    """Measure the named files, or printed ones: with rules, and without, where pdfplumber finds no table."""
    if len(sys.argv) > 1:
        compare("named files", [Path(name).read_bytes() for name in sys.argv[1:]])
        return
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        files = list(pool.map(printed, range(REPORTS)))
    compare("with rules", [data for seed, data in enumerate(files) if seed % UNRULED])
    compare("without rules", files[::UNRULED])


if __name__ == "__main__":
    main()
