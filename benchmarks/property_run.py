"""Thousands of random reports printed, damaged and read back: how many cells came back wrong, or not at all.

    python -m benchmarks.property_run [--cases 20] [--seed 0] [--layout NAME] [--damage NAME] [--show 5] [--jobs 2]

Prints, for each layout and damage, the cases, those with a wrong cell, those with a missing cell
(undamaged print must have none), and the first failures with the seed that makes them again.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from multiprocessing import get_context
from typing import Any, NamedTuple

from benchmarks.printer import cases
from benchmarks.printer.style import Style


class Outcome(NamedTuple):
    """What one case gave."""

    layout: str
    damage: str | None
    seed: int
    wrong: int
    missing: int
    different: int
    example: str


def read_case(case: cases.Case) -> tuple[Any | None, str]:
    """The report, or nothing and the reason."""
    from pipelines.readers import read_document  # noqa: PLC0415 - the workers' import
    from pipelines.readers.errors import Quarantined  # noqa: PLC0415
    from pipelines.report import read_report  # noqa: PLC0415

    try:
        return read_report(read_document(case.data, case.name), case.name), ""
    except Quarantined as refused:
        return None, str(refused)


def run_one(layout: str, damage: str | None, seed: int) -> Outcome:
    """Make, read and judge one case; a crash counts as one wrong cell with its traceback's last line."""
    case = cases.random_case(seed, layout, damage)
    try:
        report, reason = read_case(case)
    except Exception as error:  # noqa: BLE001 - a crash is what this looks for
        return Outcome(layout, damage, seed, 1, 0, 0, f"CRASH {type(error).__name__}: {error}")
    verdict = cases.judge(case, report)
    if damage and verdict.wrong and run_one(layout, None, seed).wrong:
        return Outcome(layout, damage, seed, 0, 0, 0, "wrong without any damage already")
    first = next(iter((verdict.wrong or verdict.missing or verdict.different).items()), reason)
    sizes = (len(verdict.wrong), len(verdict.missing), len(verdict.different))
    return Outcome(layout, damage, seed, *sizes, example=f"{first} {reason}"[:300])


def simplest_style(one: Outcome) -> Style:
    """The style of a failing case with every switch set back that the failure does not need."""
    _, style = cases.random_truth(one.seed, one.layout)
    for name, default in vars_of(Style()).items():
        simpler = replace(style, **{name: default})
        if simpler == style:
            continue
        verdict = cases.judge(*_read_again(one, simpler))
        if bool(verdict.wrong) == bool(one.wrong) and any(verdict):
            style = simpler
    return style


def vars_of(style: Style) -> dict[str, Any]:
    """The switches of a style."""
    return {f.name: getattr(style, f.name) for f in fields(style)}


def _read_again(one: Outcome, style: Style) -> tuple[cases.Case, Any]:
    case = cases.random_case(one.seed, one.layout, one.damage, style)
    return case, read_case(case)[0]


def explained(one: Outcome) -> tuple[str, str]:
    """What a failing case needs to fail: the switches that matter and the tables hit; and some of its cells."""
    if one.example.startswith("CRASH"):
        return one.example, ""
    style = simplest_style(one)
    case, report = _read_again(one, style)
    verdict = cases.judge(case, report)
    odd = {k: v for k, v in vars_of(style).items() if v != vars_of(Style())[k]}
    cells = verdict.wrong or verdict.missing or verdict.different
    what = "wrong" if verdict.wrong else "missing" if verdict.missing else "different"
    tables = sorted({key[0] for key in cells})
    signature = f"{one.damage or 'undamaged'}: {what} in {'+'.join(tables)}, needs {odd}"
    return signature, "\n".join(f"        {cell}" for cell in list(cells.items())[:3])


def classes(bad: list[Outcome], show: int) -> Iterator[str]:
    """The failures by what they need, one example each."""
    seen: dict[str, list[str]] = {}
    for one in bad:
        signature, cells = explained(one)
        seen.setdefault(signature, []).append(
            f"{one.layout} seed {one.seed} ({one.wrong}/{one.missing}/{one.different})\n{cells}"
        )
    for signature, examples in sorted(seen.items(), key=lambda item: -len(item[1]))[:show]:
        yield f"  {len(examples)} x {signature}"
        yield f"      {examples[0]}"


def run_many(job: tuple[str, str | None, range]) -> list[Outcome]:
    """All seeds of one layout and damage."""
    layout, damage, seeds = job
    return [run_one(layout, damage, seed) for seed in seeds]


def jobs(options: argparse.Namespace) -> Iterator[tuple[str, str | None, range]]:
    """Every layout and damage that the options ask for."""
    for layout in (*cases.TEXTS, *cases.WEB, *cases.OFFICE, *cases.SHAPED):
        for damage in (None,) if layout in cases.OFFICE else (None, *cases.DAMAGES):
            if options.layout and not layout.startswith(options.layout):
                continue
            if options.damage and options.damage != (damage or "none"):
                continue
            yield layout, damage, range(options.seed, options.seed + options.cases)


def summary(outcomes: Iterable[Outcome], show: int) -> Iterator[str]:
    """One line a layout and damage that has something to say, then totals and examples."""
    outcomes = list(outcomes)
    tally: dict[tuple[str, str | None], Counter[str]] = {}
    for one in outcomes:
        counts = tally.setdefault((one.layout, one.damage), Counter())
        counts.update(cases=1, wrong=one.wrong > 0, missing=one.missing > 0, different=one.different > 0)
    for (layout, damage), counts in tally.items():
        if counts["wrong"] or (damage is None and (counts["missing"] or counts["different"])):
            parts = " ".join(f"{name} {counts[name]}" for name in ("cases", "wrong", "missing", "different"))
            yield f"{layout:24} {damage or 'undamaged':18} {parts}"
    bad = [o for o in outcomes if o.wrong] + [o for o in outcomes if not o.damage and (o.missing or o.different)]
    yield f"cases {len(outcomes)}, with a wrong number {sum(o.wrong > 0 for o in outcomes)}"
    intact = [o for o in outcomes if o.damage is None]
    yield f"undamaged {len(intact)}, complete {sum(not (o.wrong or o.missing or o.different) for o in intact)}"
    if show:
        yield from classes(bad[:200], show)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20, help="cases for each layout and damage")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--layout", default="", help="only layouts whose name begins with this")
    parser.add_argument("--damage", default="", help="only this damage; none for undamaged")
    parser.add_argument("--show", type=int, default=20, help="how many classes of failures to explain")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    started = time.perf_counter()
    todo = list(jobs(options))
    random.Random(0).shuffle(todo)
    if options.jobs > 1:
        with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
            results = list(pool.map(run_many, todo))
    else:
        results = [run_many(job) for job in todo]
    for line in summary(
        sorted((o for r in results for o in r), key=lambda o: (o.layout, o.damage or "")), options.show
    ):
        print(line)
    print(f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
