"""Generates the reports of a country, or of a part of it: deterministic by seed, a thousand and more a second.

    python -m benchmarks.country --reports 10000 --out DIR [--seed 1] [--mix text,web|all] [--years 2019-2025]
                                 [--jobs 2] [--truth DIR]

Layout: ``prefecture/county/year/number.ext``. Nobody counts the formats of all offices, so the
shares below are assumptions: ``SHARES`` for the kinds of files, ``LAYOUTS_OF`` for the layouts
within them, ``DEFECTS`` for what is wrong with a file. Places are real, figures invented.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import accumulate, islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from benchmarks.country_bodies import Body, count_bodies, prefecture_bodies, prefectures
from benchmarks.printer import damage as d
from benchmarks.printer.narrative import write
from benchmarks.printer.paper import expected
from benchmarks.printer.style import Style
from benchmarks.printer.templates import Template, filling, print_filled, template
from benchmarks.printer.text_layouts import NEEDS_SIGN
from benchmarks.printer.truth import Truth, series, summed

SHARES: dict[str, dict[str, float]] = {
    "text,web": {"text": 0.40, "web": 0.60},
    "all": {"text": 0.20, "web": 0.50, "docx": 0.18, "pdf": 0.10, "xlsx": 0.02},
}
"""Kinds of files. Scans and old binary Word files are left out: making them is slower than reading them."""
LAYOUTS_OF: dict[str, dict[str, float]] = {
    "text": {
        "tab_starts": 30, "tab_held": 15, "tab_rectangular": 10, "tab_ragged": 8, "tab_torn": 4, "tab_pages_bare": 3,
        "one_cell_a_line": 8, "one_cell_blank_lines": 6, "one_cell_tabbed": 5, "single_spaces": 3, "aligned_middle": 3,
        "aligned_last": 2, "pipe": 1, "markdown": 1, "csv": 1,
    },
    "web": {
        "html_chrome": 35, "html_clean": 20, "html_word": 15, "html_padded": 8, "html_nested": 5, "html_div_soup": 5,
        "html_cut": 4, "html_breaks": 4, "html_one_table": 2, "html_expanded": 1, "html_mirror": 1,
    },
    "docx": {"docx": 1}, "pdf": {"pdf": 1}, "xlsx": {"xlsx": 1},
}  # fmt: skip
DEFECTS: dict[str, float] = {
    "typo": 0.6,
    "empty_cell": 0.5,
    "drop_cell": 0.4,
    "glue_label": 0.2,
    "letter_for_digit": 0.3,
}
"""Per cent of the text and web files that carry each; two in a hundred together."""
NOTICES = 0.01
"""Share of files beside the reports that are no report."""
STYLES = (
    Style(),
    Style(item_number="1. ", group_number="(三)", partial_note="(区分处理的,只计这一情形,不计其他情形)", blank=""),
    Style(title=1, heading=1, other_organization="其他组织", first_number="一、 "),
    Style(title=2, in_force="现行有效件", law="其他法律、行政法规禁止公开", welfare="公益组织"),
    Style(title=3, heading=3, caption=True, total="合计", forward="结转下一年度继续办理", merged="repeated"),
    Style(section_one="own_numbers", article="第二十条 第(一)项", safety='危及"三安全一稳定"', signature=False),
)
ENCODINGS = {"text": ("utf-8",) * 17 + ("gb18030", "gb18030", "utf-8-sig"), "web": ("utf-8",) * 4 + ("gb18030",)}
NOTICE = (
    "{place}关于做好近期重点工作的通知\n\n各有关单位：\n\n请按照分工抓紧落实年度任务，每月底报送进展，"
    "遇到困难及时沟通。办公室将组织抽查，结果在全系统通报。\n\n{place}\n{year}年3月4日\n"
)


class Task(NamedTuple):
    """One prefecture's share of the work."""

    prefecture: str
    reports: int
    seed: int
    mix: str
    years: tuple[int, ...]
    out: Path
    truth: Path | None


class Printed(NamedTuple):
    """One file: where, what, and for the truth its style and defect."""

    path: str
    data: bytes
    truth: Truth
    style: Style
    layout: str
    defect: str


def _pick(rng: random.Random, weights: dict[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


class Habit(NamedTuple):
    """How one agency prints, year after year."""

    kind: str
    layout: str
    style: Style
    encoding: str
    variant: int


def habit(agency: str, seed: int, mix: str) -> Habit:
    """An agency keeps its format, layout and wording."""
    rng = random.Random(f"{seed} {agency} habit")
    kind = _pick(rng, SHARES[mix])
    layout, style = _pick(rng, LAYOUTS_OF[kind]), rng.choice(STYLES)
    if layout in NEEDS_SIGN and not style.blank:
        style = STYLES[0]
    return Habit(kind, layout, style, rng.choice(ENCODINGS.get(kind, ("utf-8",))), rng.randrange(12))


def _defect(rng: random.Random, kind: str) -> str:
    if kind not in ("text", "web") or rng.random() * 100 >= sum(DEFECTS.values()):
        return ""
    return _pick(rng, DEFECTS)


def print_report(truth: Truth, how: Habit, rng: random.Random) -> tuple[bytes, str]:
    """The file's bytes and its defect."""
    made: Template = template(how.layout, truth.year, truth.form, how.style, how.variant if how.kind == "pdf" else 0)
    prose = write(truth, rng, how.style.section_one)
    data = print_filled(made, filling(truth, how.style, prose, mirrored=how.layout == "html_mirror"))
    defect = _defect(rng, how.kind)
    if defect:
        data = d.DAMAGES[defect](data.decode(), rng).encode()
    if how.encoding != "utf-8" and how.layout not in ("html_mirror", "html_word"):
        text = data.decode()
        data = text.replace('charset="utf-8"', 'charset="gb2312"', 1).encode(how.encoding, errors="replace")
    return data, defect


EXTENSIONS = {"web": "html", "docx": "docx", "pdf": "pdf", "xlsx": "xlsx"}


def _histories(task: Task) -> Iterator[tuple[Body, int, Truth]]:
    """Bodies with their number and their reports; who sums a place has seen all its bodies before."""
    members: dict[str, dict[int, list[Truth]]] = {}
    for number, body in enumerate(prefecture_bodies(task.prefecture, task.seed)):
        rng = random.Random(f"{task.seed} {body.profile.agency}")
        for truth in series(rng, body.profile, task.years):
            parts = members.setdefault(body.unit, {}).setdefault(truth.year, [])
            whole = summed(truth, parts) if body.sums else truth
            if body.sums and body.unit != task.prefecture:
                members.setdefault(task.prefecture, {}).setdefault(truth.year, []).append(whole)
            parts.append(truth)
            yield body, number, whole


def printed(task: Task) -> Iterator[Printed]:
    """Every file of a prefecture, in order, up to its share."""
    for body, number, truth in islice(_histories(task), task.reports):
        how = habit(body.profile.agency, task.seed, task.mix)
        rng = random.Random(f"{task.seed} {body.profile.agency} {truth.year} text")
        data, defect = print_report(truth, how, rng)
        extension = EXTENSIONS.get(how.kind, "csv" if how.layout == "csv" else "txt")
        yield Printed(
            f"{body.folder}/{truth.year}/{number:05d}.{extension}", data, truth, how.style, how.layout, defect
        )
        if rng.random() < NOTICES:
            notice = NOTICE.format(place=body.profile.host, year=truth.year).encode()
            yield Printed(f"{body.folder}/{truth.year}/{number:05d}_notice.txt", notice, truth, how.style, "", "notice")


def generate(task: Task) -> int:
    """Write one prefecture; the number of files."""
    count, folders = 0, set()
    rows: list[tuple[str, ...]] = []
    for one in printed(task):
        target = task.out / one.path
        if target.parent not in folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.add(target.parent)
        target.write_bytes(one.data)
        count += 1
        if task.truth and one.layout:
            head = (one.path, one.truth.agency, str(one.truth.year), one.layout, one.defect)
            rows += [(*head, *key, due.value, due.status) for key, due in expected(one.truth, one.style).items()]  # type: ignore[misc]
    if task.truth:
        _write_truth(task.truth / f"{task.prefecture}.parquet", rows)
    return count


TRUTH_COLUMNS = ("path", "agency", "year", "layout", "defect", "table", "row", "column", "value", "status")


def _write_truth(path: Path, rows: list[tuple[str, ...]]) -> None:
    import polars as pl  # noqa: PLC0415 - only where the truth is asked for

    schema = {name: pl.Float64 if name == "value" else pl.String for name in TRUTH_COLUMNS}
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path)


def tasks(options: argparse.Namespace) -> list[Task]:
    """Prefectures in a shuffled order until there are enough reports."""
    years = _years(options.years)
    order = list(prefectures())
    random.Random(options.seed).shuffle(order)
    sizes = [len(years) * count_bodies(code) for code in order]
    made = []
    for code, size, total in zip(order, sizes, accumulate(sizes), strict=True):
        wanted = min(size, options.reports - (total - size))
        if wanted <= 0:
            break
        made.append(Task(code, wanted, options.seed, options.mix, years, options.out, options.truth))
    return made


def _years(text: str) -> tuple[int, ...]:
    first, _, last = text.partition("-")
    return tuple(range(int(first), int(last or first) + 1))


def main() -> None:
    """Generate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mix", choices=list(SHARES), default="text,web")
    parser.add_argument("--years", default="2019-2025")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--truth", type=Path, help="folder for Parquet files with every cell, one a prefecture")
    options = parser.parse_args()
    work = tasks(options)
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        files = sum(pool.map(generate, work))
    print(f"{sum(task.reports for task in work)} reports in {files} files, {len(work)} prefectures")


if __name__ == "__main__":
    main()
