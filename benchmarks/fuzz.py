"""Damaged files of every format through readers and report core: crashes, hangs, memory, and wrong numbers.

    python -m benchmarks.fuzz [--files 2000] [--seed 0] [--jobs 2] [--format NAME] [--seconds 20]
    python -m benchmarks.fuzz --seed 0 --only 1234 5678

A cell differs when it is ``reported`` with a figure that none of the files it was made of has in that
cell. It is touched where the damage lies in the cell's own stretch of the file: its label, its figure or
what parts them (``fuzz_touch``); every other one is a wrong number. Each case is told by seed and number.
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

from benchmarks.fuzz_mutations import Mutant, member_of, mutate, repacked_with
from benchmarks.fuzz_touch import Key, Touch
from benchmarks.printer import cases, office
from benchmarks.printer.paper import compose
from benchmarks.printer.style import Style

Facts = dict[Key, float]
TEXTS = (
    "tab_rectangular", "tab_pages", "pipe", "markdown", "csv", "one_cell_a_line", "single_spaces", "aligned_middle",
)  # fmt: skip
PAGES = ("html_clean", "html_word", "html_chrome", "html_nested", "html_unclosed")
WEIGHTS = {"text": 25, "html": 25, "docx": 12, "xlsx": 9, "xls": 5, "doc": 8, "rtf": 5, "pdf": 4, "mhtml": 3, "zip": 4}
PACKED = frozenset({"docx", "xlsx", "zip"})
PAPERS = 4
JUDGING_SECONDS = 300.0


class Base(NamedTuple):
    """An undamaged file and the figures read from it."""

    format: str
    name: str
    data: bytes
    facts: Facts


class Outcome(NamedTuple):
    """What became of one damaged file: how many cells differ where the damage touched them, and elsewhere."""

    number: int
    format: str
    result: str
    touched: int
    wrong: int
    detail: str
    seconds: float


def read_facts(data: bytes, name: str) -> tuple[str, Facts]:
    """``report`` or the reason of the quarantine, and the figures reported."""
    result, cells = read_cells(data, name)
    return result, {key: cell.value for key, cell in cells.items()}


def read_cells(data: bytes, name: str) -> tuple[str, dict[Key, Any]]:
    """``report`` or the reason of the quarantine, and the cells reported."""
    from pipelines.readers.errors import Quarantined  # noqa: PLC0415 - the workers' import

    try:
        return "report", {key: cell for one in _reports(data, name) for key, cell in _reported(one).items()}
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


def _reported(report: Any) -> dict[Key, Any]:
    return {key: value for key, value in cases.cells_of(report).items() if value.status == "reported"}


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


def differing(one: Base, other: Base, mutant: Mutant, facts: Facts) -> list[Key]:
    """Cells whose figure is none of the sources'."""
    sources = (one, other) if mutant.mixed else (one,)
    return [key for key, value in facts.items() if value not in [source.facts.get(key) for source in sources]]


def touch_of(name: str, mutant: Mutant) -> Touch:
    """Where the damage of one file touched it; a damaged member is looked at by itself."""
    member = mutant.member
    if member is None:
        return Touch(mutant.data, mutant.spots, lambda data: read_cells(data, name)[1])

    def read_packed(inner: bytes) -> dict[Key, Any]:
        return read_cells(repacked_with(mutant.data, lambda parts: parts.update({member: inner})), name)[1]

    return Touch(member_of(mutant.data, member), mutant.spots, read_packed)


def judge(one: Base, other: Base, mutant: Mutant, facts: Facts) -> tuple[list[str], list[str]]:
    """The cells that differ: those that the damage touched, and the wrong ones."""
    keys = differing(one, other, mutant, facts)
    touch = touch_of(one.name, mutant) if keys else None
    touched: list[str] = []
    wrong: list[str] = []
    for key in keys:
        line = f"{'/'.join(key)} {one.facts.get(key)} became {facts[key]}"
        (touched if touch is not None and touch.touches(key) else wrong).append(line)
    return touched, wrong


def run_case(all_bases: list[Base], seed: int, number: int) -> Outcome:
    """Damage and read one file; every cell that differs counts as wrong until ``judge`` has looked at it."""
    one, other, mutant = make_case(all_bases, seed, number)
    started = time.perf_counter()
    wrong, detail = 0, mutant.what
    try:
        result, facts = read_facts(mutant.data, one.name)
        wrong = len(differing(one, other, mutant, facts))
    except MemoryError:
        result = "MEMORY"
    except Exception:  # noqa: BLE001 - a crash is what this looks for
        result, detail = "CRASH", f"{mutant.what}: {traceback.format_exc()[-600:]}"
    return Outcome(number, one.format, result, 0, wrong, detail, time.perf_counter() - started)


def judged(all_bases: list[Base], seed: int, outcome: Outcome) -> Outcome:
    """The outcome with its differing cells parted into touched and wrong ones; others stay as they are."""
    if not outcome.wrong:
        return outcome
    one, other, mutant = make_case(all_bases, seed, outcome.number)
    touched, wrong = judge(one, other, mutant, read_facts(mutant.data, one.name)[1])
    detail = f"{mutant.what}: {'; '.join((wrong or touched)[:3])}"
    return outcome._replace(touched=len(touched), wrong=len(wrong), detail=detail)


def work(channel: Connection, all_bases: list[Base], seed: int, megabytes: int) -> None:
    """A worker: answers each number with its outcome, and each outcome with its verdict, until it is told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))
    while (asked := channel.recv()) is not None:
        known = isinstance(asked, Outcome)
        channel.send(judged(all_bases, seed, asked) if known else run_case(all_bases, seed, asked))
    channel.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


class Runner(threading.Thread):
    """Feeds one worker process, kills it when a file takes too long, and starts another."""

    def __init__(self, all_bases: list[Base], options: argparse.Namespace, numbers: Iterator[int]) -> None:
        super().__init__()
        self.outcomes: list[Outcome] = []
        self.peak = 0
        self._bases, self._options, self._numbers = all_bases, options, numbers
        self._channel, self._process = self._launched()
        self._asked_at, self._end = 0.0, ""

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
            outcome = self._asked(number, self._options.seconds + (60 if not self.outcomes else 0))
            if outcome is not None and outcome.wrong:
                outcome = self._asked(outcome, JUDGING_SECONDS) or outcome
            self.outcomes.append(outcome or self._lost(number))
        self._channel.send(None)
        self.peak = self._channel.recv()
        self._process.join()

    def _asked(self, question: int | Outcome, seconds: float) -> Outcome | None:
        """The worker's answer; nothing where it gave none, and then another worker is there."""
        self._asked_at, self._end = time.perf_counter(), "HANG"
        try:
            self._channel.send(question)
            if self._channel.poll(seconds):
                outcome: Outcome = self._channel.recv()
                return outcome
        except (EOFError, OSError):
            self._end = "KILLED"
        self._process.kill()
        self._process.join()
        self._channel, self._process = self._launched()
        return None

    def _lost(self, number: int) -> Outcome:
        one, _, mutant = make_case(self._bases, self._options.seed, number)
        return Outcome(number, one.format, self._end, 0, 0, mutant.what, time.perf_counter() - self._asked_at)


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
    ends = ("CRASH", "HANG", "KILLED", "MEMORY")
    counts = [f"{name} {sum(one.result == name for one in outcomes)}" for name in ends]
    yield f"files {len(outcomes)}: " + ", ".join(counts)
    touched, wrong = [one for one in outcomes if one.touched], [one for one in outcomes if one.wrong]
    yield (
        f"figures that differ where the damage touched them: {sum(one.touched for one in touched)} in {len(touched)}"
        f" files; wrong numbers elsewhere: {sum(one.wrong for one in wrong)} in {len(wrong)} files"
    )
    for one in sorted(outcomes):
        if one.wrong or one.result.isupper():
            yield f"  case {one.number} {one.format} {one.result} wrong {one.wrong}: {one.detail}"


def show_cases(all_bases: list[Base], seed: int, numbers: list[int]) -> None:
    """Run given cases here; each one's undamaged and damaged file are kept in the temporary folder."""
    folder = Path(tempfile.gettempdir()) / f"fuzz_{seed}"
    folder.mkdir(exist_ok=True)
    for number in numbers:
        one, _, mutant = make_case(all_bases, seed, number)
        (folder / f"{number}_{one.name}").write_bytes(mutant.data)
        (folder / f"{number}_undamaged_{one.name}").write_bytes(one.data)
        print(folder / f"{number}_{one.name}", judged(all_bases, seed, run_case(all_bases, seed, number)))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--format", default="", choices=["", *WEIGHTS])
    parser.add_argument("--seconds", type=float, default=20, help="after which a worker is killed")
    parser.add_argument("--megabytes", type=int, default=2000, help="address space of a worker")
    parser.add_argument("--only", type=int, nargs="+", help="run these cases here, and write their files to a folder")
    options = parser.parse_args()
    all_bases = bases(options.format)
    if options.only:
        show_cases(all_bases, options.seed, options.only)
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
