"""Damaged files of every format through readers and report core: crashes, hangs, memory, and wrong numbers.

    python -m benchmarks.fuzz [--files 2000] [--seed 0] [--jobs 2] [--format NAME] [--seconds 20]
    python -m benchmarks.fuzz --seed 0 --only 1234

A wrong number is a cell that is ``reported`` with a figure that neither of the files it was made of
has in that cell, beyond the cells whose own bytes the damage hit. Each case is told by seed and number.
DOC and RTF need LibreOffice to make their undamaged files, PDF a Chinese font; without, they are left out.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.fuzz_mutations import Mutant, mutate
from benchmarks.printer import cases, office
from benchmarks.printer.paper import compose
from benchmarks.printer.style import Style

Facts = dict[Any, float]
TEXTS = (
    "tab_rectangular", "tab_pages", "pipe", "markdown", "csv", "one_cell_a_line", "single_spaces", "aligned_middle",
)  # fmt: skip
PAGES = ("html_clean", "html_word", "html_chrome", "html_nested", "html_unclosed")
WEIGHTS = {"text": 25, "html": 25, "docx": 12, "xlsx": 9, "xls": 5, "doc": 8, "rtf": 5, "pdf": 4, "mhtml": 3, "zip": 4}
PACKED = frozenset({"docx", "xlsx", "zip"})
BINARY = frozenset({"xls"})
"""Formats that store figures in binary."""
PAPERS = 4


class Base(NamedTuple):
    """An undamaged file and the figures read from it."""

    format: str
    name: str
    data: bytes
    facts: Facts


class Outcome(NamedTuple):
    """What became of one damaged file; ``wrong`` lists cells with figures of neither source."""

    number: int
    format: str
    result: str
    wrong: int
    detail: str
    seconds: float


def read_facts(data: bytes, name: str) -> tuple[str, Facts]:
    """``report`` or the reason of the quarantine, and the figures reported."""
    from pipelines.readers.errors import Quarantined  # noqa: PLC0415 - the workers' import

    try:
        return "report", {key: value for one in _reports(data, name) for key, value in _figures(one).items()}
    except Quarantined as refused:
        return refused.reason_code, {}


def _reports(data: bytes, name: str) -> Iterator[Any]:
    from pipelines.readers import read_document  # noqa: PLC0415
    from pipelines.readers.archive import members  # noqa: PLC0415
    from pipelines.readers.detect import detect  # noqa: PLC0415
    from pipelines.readers.errors import Quarantined  # noqa: PLC0415
    from pipelines.report import read_report  # noqa: PLC0415

    if detect(data, name) != "archive":
        yield read_report(read_document(data, name), name)
        return
    for path, content in members(data, name):
        if isinstance(content, Quarantined):
            raise content
        yield read_report(read_document(content, path), path)


def _figures(report: Any) -> Facts:
    return {key: value.value for key, value in cases.cells_of(report).items() if value.status == "reported"}


def printed(seed: int, only: str) -> Iterator[tuple[str, str, bytes]]:
    """One paper in every format, or in the one asked for: format, file name and bytes."""
    for layout in (*TEXTS, *PAGES):
        case = cases.random_case(seed, layout, style=Style())
        yield "html" if layout in PAGES else "text", case.name, case.data
    rng = random.Random(seed)
    truth, _ = cases.random_truth(seed, "html_clean")
    paper = compose(truth, Style(), cases.write(truth, rng, "bracketed"), rng)
    page = cases.print_layout(paper, "html_clean")
    yield "mhtml", "a.mht", _saved(page)
    yield "zip", "a.zip", office.zipped([("报告.html", page.encode())])
    yield "docx", "a.docx", office.docx(paper)
    yield "xlsx", "a.xlsx", office.xlsx(paper)
    yield "xls", "a.xls", office.xls(paper)
    font = office.find_font()
    if font is not None:
        yield "pdf", "a.pdf", office.pdf(paper, font)
    if only in {"", "doc", "rtf"}:
        yield from _converted(office.docx(paper))


def _saved(page: str) -> bytes:
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message.make_related()
    message.add_related(page.encode(), "text", "html", cte="quoted-printable", params={"charset": "utf-8"})
    return bytes(message)


def _converted(docx: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The same as DOC and RTF, where LibreOffice is installed."""
    program = shutil.which("soffice")
    if program is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "a.docx"
        source.write_bytes(docx)
        for ending in ("doc", "rtf"):
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = [program, profile, "--headless", "--convert-to", ending, "--outdir", folder, str(source)]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            yield ending, f"a.{ending}", (Path(folder) / f"a.{ending}").read_bytes()


def bases(only: str) -> list[Base]:
    """All undamaged files; each must be read as a report."""
    found = []
    for seed in range(PAPERS):
        for kind, name, data in printed(seed, only):
            if only in {"", kind}:
                result, facts = read_facts(data, name)
                found.append(Base(kind, name, data, facts))
                if result != "report":
                    print(f"the undamaged {name} of paper {seed} ({kind}) gives {result}")
    return found


def make_case(all_bases: list[Base], seed: int, number: int) -> tuple[Base, Base, Mutant]:
    """Case ``number`` of a run: the file, a second one of its format, and the damage."""
    rng = random.Random(f"{seed} {number}")
    kinds = sorted({base.format for base in all_bases})
    kind = rng.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]
    one, other = (rng.choice([base for base in all_bases if base.format == kind]) for _ in range(2))
    return one, other, mutate(one.data, other.data, rng, packed=kind in PACKED)


def judge(one: Base, other: Base, mutant: Mutant, facts: Facts) -> list[str]:
    """Cells whose figure neither source has, if they are more than the damage excuses."""
    odd = [
        f"{'/'.join(key)} {one.facts.get(key)} became {value}"
        for key, value in facts.items()
        if value not in (one.facts.get(key), other.facts.get(key))
    ]
    excused = max(mutant.excused, mutant.hits) if one.format in BINARY else mutant.excused
    return odd if len(odd) > excused else []


def run_case(all_bases: list[Base], seed: int, number: int) -> Outcome:
    """Damage, read and judge one file."""
    one, other, mutant = make_case(all_bases, seed, number)
    started = time.perf_counter()
    try:
        result, facts = read_facts(mutant.data, one.name)
        wrong = judge(one, other, mutant, facts)
        detail = f"{mutant.what}: {'; '.join(wrong[:3])}" if wrong else ""
    except MemoryError:
        result, wrong, detail = "MEMORY", [], mutant.what
    except Exception:  # noqa: BLE001 - a crash is what this looks for
        result, wrong, detail = "CRASH", [], f"{mutant.what}: {traceback.format_exc()[-600:]}"
    return Outcome(number, one.format, result, len(wrong), detail, time.perf_counter() - started)


def work(channel: Connection, all_bases: list[Base], seed: int, megabytes: int) -> None:
    """A worker: answers each number with its outcome until it is told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))
    while (number := channel.recv()) is not None:
        channel.send(run_case(all_bases, seed, number))
    channel.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


class Runner(threading.Thread):
    """Feeds one worker process, kills it when a file takes too long, and starts another."""

    def __init__(self, all_bases: list[Base], options: argparse.Namespace, numbers: Iterator[int]) -> None:
        super().__init__()
        self.outcomes: list[Outcome] = []
        self.peak = 0
        self._bases, self._options, self._numbers = all_bases, options, numbers
        self._channel, self._process = self._launched()

    def _launched(self) -> tuple[Connection, Any]:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        arguments = (theirs, self._bases, self._options.seed, self._options.megabytes)
        process = context.Process(target=work, args=arguments, daemon=True)
        process.start()
        theirs.close()
        return ours, process

    def run(self) -> None:
        """Until no number is left."""
        for number in self._numbers:
            self.outcomes.append(self._asked(number))
        self._channel.send(None)
        self.peak = self._channel.recv()
        self._process.join()

    def _asked(self, number: int) -> Outcome:
        started = time.perf_counter()
        try:
            self._channel.send(number)
            if self._channel.poll(self._options.seconds + (60 if not self.outcomes else 0)):
                outcome: Outcome = self._channel.recv()
                return outcome
            result = "HANG"
        except (EOFError, OSError):
            result = "KILLED"
        self._process.kill()
        self._process.join()
        self._channel, self._process = self._launched()
        one, _, mutant = make_case(self._bases, self._options.seed, number)
        return Outcome(number, one.format, result, 0, mutant.what, time.perf_counter() - started)


class Numbers:
    """Numbers handed out to several threads."""

    def __init__(self, count: int) -> None:
        self._left = iter(range(count))
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        with self._lock:
            return next(self._left)


def summary(outcomes: list[Outcome]) -> Iterator[str]:
    """A line a format, then what must not be."""
    for kind in sorted({one.format for one in outcomes}):
        ours = [one for one in outcomes if one.format == kind]
        results = Counter(one.result for one in ours)
        slowest = max(one.seconds for one in ours)
        listed = ", ".join(f"{name} {count}" for name, count in results.most_common())
        yield f"{kind:6} {len(ours):6} files, slowest {slowest:5.2f} s: {listed}"
    bad = [one for one in outcomes if one.wrong or one.result.isupper()]
    yield (
        f"files {len(outcomes)}: "
        + ", ".join(
            f"{name} {sum(one.result == name for one in outcomes)}" for name in ("CRASH", "HANG", "KILLED", "MEMORY")
        )
        + f", with wrong numbers {sum(one.wrong > 0 for one in outcomes)}"
    )
    for one in bad[:40]:
        yield f"  case {one.number} {one.format} {one.result} wrong {one.wrong}: {one.detail}"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--format", default="", choices=["", *WEIGHTS])
    parser.add_argument("--seconds", type=float, default=20, help="after which a worker is killed")
    parser.add_argument("--megabytes", type=int, default=2000, help="address space of a worker")
    parser.add_argument("--only", type=int, help="run this one case here, and write its file to the temporary folder")
    options = parser.parse_args()
    all_bases = bases(options.format)
    if options.only is not None:
        one, _, mutant = make_case(all_bases, options.seed, options.only)
        path = Path(tempfile.gettempdir()) / f"fuzz_{options.seed}_{options.only}_{one.name}"
        path.write_bytes(mutant.data)
        print(path, run_case(all_bases, options.seed, options.only))
        return
    started = time.perf_counter()
    numbers = iter(Numbers(options.files))
    runners = [Runner(all_bases, options, numbers) for _ in range(options.jobs)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    for line in summary([one for runner in runners for one in runner.outcomes]):
        print(line)
    print(f"{time.perf_counter() - started:.0f} s, peak {max(runner.peak for runner in runners)} MB a worker")


if __name__ == "__main__":
    main()
