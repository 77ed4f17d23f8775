"""Builds the samples of ``data/raw`` anew, and what reading them must give.

    python -m benchmarks.samples [--raw data/raw] [--tests tests]

Deterministic but for what LibreOffice saves and two PDFs with pictures: those are kept as they are
once they are there (delete one to have it made anew). What needs a font (``fonts-wqy-zenhei``) or the
system's libarchive is kept too where that is not installed. Writes ``samples_truth.csv`` (every cell),
``samples_findings.csv`` (findings that must be made) and ``samples_quarantine.csv`` (files that are no
report) for the tests.
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from benchmarks.printer import office
from benchmarks.printer.html_layouts import PAGES, encode_page
from benchmarks.printer.narrative import write
from benchmarks.printer.pages import Look
from benchmarks.printer.paper import Expected, Paper, compose, expected
from benchmarks.printer.style import Style, plain_number
from benchmarks.printer.text_layouts import LAYOUTS, NEEDS_SIGN, encode
from benchmarks.printer.truth import Profile, Truth, consistent, series, summed
from benchmarks.sample_archives import rar, seven_zip
from benchmarks.sample_faults import FAULTS, Cells
from benchmarks.sample_formats import FORMATS
from benchmarks.sample_others import OTHERS
from benchmarks.sample_plan import MEMBERS, QINGLUAN, REGIONS, SINGLES, WUPU, WUPU_BODIES, Member

SEED = 20260131
PACKED = "report.txt"


class Sample(NamedTuple):
    """One report: where it stands, its bytes, its cells, and the rules that must find something in it."""

    path: str
    data: bytes
    cells: Cells
    findings: tuple[str, ...] = ()
    truth: Truth | None = None


def _histories() -> dict[str, dict[int, Truth]]:
    """Every agency's reports by year; a government's report sums its members' of the year."""
    histories: dict[str, dict[int, Truth]] = {}
    for member in MEMBERS:
        rng = random.Random(f"{SEED} {member.profile.agency}")
        own = {truth.year: truth for truth in series(rng, member.profile, member.years)}
        for year, truth in own.items():
            parts = [histories[name][year] for name in member.members if year in histories[name]]
            own[year] = summed(truth, parts) if member.members else truth
        histories[member.profile.agency] = _broken_carryover(own)
    return histories


def _broken_carryover(years: dict[int, Truth]) -> dict[int, Truth]:
    """One agency loses five requests between 2022 and 2023, as real ones do."""
    truth = years.get(2023)
    if truth is None or "自然资源" not in truth.agency:
        return years
    cells = dict(truth.application)
    for applicant in ("natural_person", "total"):
        cells["carried_in", applicant] = (cells["carried_in", applicant] or 0) + 5
        cells["total_handled", applicant] = (cells["total_handled", applicant] or 0) + 5
        cells["granted", applicant] = (cells["granted", applicant] or 0) + 5
    return years | {2023: replace(truth, application=cells)}


def _paper(truth: Truth, style: Style, source: str = "") -> Paper:
    rng = random.Random(f"{SEED} {truth.agency} {truth.year} prose")
    return compose(truth, style, write(truth, rng, style.section_one), rng, source=source)


HABITS = (
    Style(),
    Style(
        group_number="(三)",
        item_number="1. ",
        partial_note="(区分处理的,只计这一情形,不计其他情形)",
        article="第二十条 第(一)项",
    ),
    Style(first_number="一、 ", heading=1, blank="", section_one="own_numbers", other_organization="其他组织"),
    Style(title=1, heading=2, caption=True, total="合计", safety="危及三安全一稳定", welfare="公益组织"),
    Style(title=2, number="thousands", item_number="1、", law="其他法律、行政法规禁止公开", in_force="现行有效件"),
    Style(title=7, heading=3, number="full", forward="结转下一年度继续办理", merged="repeated"),
    Style(title=4, number="unit", fee="本年收费金额(单位: 万元)", broken="\n", section_one="plain"),
)
COLUMN_HABITS = (
    Style(subtotal=True),
    Style(order="total_first"),
    Style(order="shuffled"),
    Style(subtotal=True, order="reversed"),
)
ENCODING_TURNS = ("utf-8", "utf-8", "gb18030", "utf-8-sig", "utf-8", "utf-16")
CHARSET_TURNS = ("utf-8", "declared_gbk", "utf-8", "wrong", "undeclared_gbk", "bom")


def text_sample(path: str, truth: Truth, layout: str, style: Style, turn: int) -> Sample:
    """A report printed as plain text; the turn decides encoding and source line."""
    if layout in NEEDS_SIGN and not style.blank:
        style = replace(style, blank="—")
    day = truth.published_on
    source = f"{day:%Y-%m-%d} 来源：{truth.agency}" if turn % 3 == 0 else ""
    text = LAYOUTS[layout](_paper(truth, style, source))
    data = encode(text, ENCODING_TURNS[turn % len(ENCODING_TURNS)])
    return Sample(f"{path}.{'csv' if layout == 'csv' else 'txt'}", data, expected(truth, style), truth=truth)


def _web_sample(path: str, truth: Truth, page: str, style: Style, turn: int) -> Sample:
    if page == "chrome" and turn % 2:
        style = replace(style, signature=False)
    text = PAGES[page](_paper(truth, style))
    charset = "utf-8" if page in ("mirror", "word") else CHARSET_TURNS[turn % len(CHARSET_TURNS)]
    return Sample(f"{path}.html", encode_page(text, charset), expected(truth, style), truth=truth)


def _layouts() -> Iterator[str]:
    """Text layouts and pages in turn, each of them at least once before any comes again."""
    texts, pages = list(LAYOUTS), [f"html_{name}" for name in PAGES]
    while True:
        for number, text in enumerate(texts):
            yield text
            if number < len(pages):
                yield pages[number]


def _printed(path: str, truth: Truth, layout: str, turn: int) -> Sample:
    style = HABITS[turn % len(HABITS)]
    if layout.startswith("html_"):
        style = COLUMN_HABITS[turn % 4] if turn % 5 == 4 else style
        return _web_sample(path, truth, layout.removeprefix("html_"), style, turn)
    return text_sample(path, truth, layout, style, turn)


def series_samples(layouts: Iterator[str]) -> Iterator[Sample]:
    """Yunze and Lanxi, four or five years in a row."""
    turn = 0
    for member in MEMBERS:
        for year, truth in _histories()[member.profile.agency].items():
            sample = _printed(f"{member.folder}/{year}", truth, next(layouts), turn)
            broken = year == 2023 and member.folder == "yunze/planning"
            yield sample._replace(findings=("carryover_continuity",) if broken else ())
            turn += 1


def single(agency: str, kind: str, busyness: float, year: int = 2023, form: str = "") -> Truth:
    """One year of a body of Qingluan or Wupu."""
    wupu = agency.startswith("梧浦")
    rng = random.Random(f"{SEED} {agency} {year}")
    profile = Profile(
        agency,
        kind,
        "own",
        busyness,
        documents=round(busyness / 4),
        decisions=round(busyness * 9),
        fees=busyness / 3 if busyness > 4 else 0,
        site_code="9902230001" if wupu else "9902220003",
        host=WUPU if wupu else QINGLUAN,
    )
    return consistent(rng, profile, year, form=form)


def single_samples(layouts: Iterator[str]) -> Iterator[Sample]:
    """Qingluan's bodies, one year each, in the layouts that are left."""
    for turn, (name, agency, kind, busyness) in enumerate(SINGLES):
        year = (2023, 2020, 2022)[turn % 3]
        form = "hybrid" if year == 2022 and turn % 2 else ""
        sample = _printed(
            f"qingluan/{name}_{year}", single(agency, kind, busyness, year, form), next(layouts), turn + 3
        )
        yield sample._replace(findings=("table_mixed_forms",) if form else ())


def fault_samples() -> Iterator[Sample]:
    """One fault a file."""
    for turn, (name, (fault, findings)) in enumerate(FAULTS.items()):
        agency, busyness = WUPU_BODIES[turn]
        truth = single(agency, "department", busyness, 2024 if name != "other_year" else 2023)
        rng = random.Random(f"{SEED} {name}")
        prose = write(truth, rng)
        prose[0] = [f"本报告所列数据的统计期限为{truth.year}年1月1日至{truth.year}年12月31日。"]
        text = LAYOUTS["tab_rectangular"](compose(truth, Style(), prose, rng))
        text, cells = fault(text, expected(truth, Style()))
        yield Sample(f"wupu/faults/{name}.txt", text.encode(), cells, findings, truth)


def _office_plans() -> dict[str, tuple[str, Callable[[Paper, Path | None], bytes | None]]]:
    """Name and file of each office sample; those that need a font give nothing without one."""

    def with_font(make: Callable[[Paper, Path], bytes]) -> Callable[[Paper, Path | None], bytes | None]:
        return lambda paper, font: make(paper, font) if font else None

    scan = office.Scan(dpi=150, rotation=0.4)
    return {
        "report.docx": ("docx", lambda paper, _: office.docx(paper)),
        "workbook.xlsx": ("xlsx", lambda paper, _: office.xlsx(paper)),
        "three_sheets.xlsx": ("xlsx", lambda paper, _: office.xlsx(paper, sheets=True, numbers=False)),
        "workbook.xls": ("xls", lambda paper, _: office.xls(paper)),
        "ruled.pdf": ("pdf", with_font(lambda paper, font: office.pdf(paper, font, Look(repeat_head=True)))),
        "torn.pdf": ("pdf", with_font(lambda paper, font: office.pdf(paper, font, Look(torn=True, size=10)))),
        "unruled.pdf": ("pdf", with_font(lambda paper, font: office.pdf(paper, font, Look(ruled="none", size=8)))),
        "scan.png": ("image", with_font(lambda paper, font: office.png(office.pictures(paper, font, scan)))),
    }


def _kept(raw: Path | None, path: str) -> bytes | None:
    """The file as it stands among the samples; null where it does not, or where nothing was asked of them."""
    place = raw / path if raw else None
    return place.read_bytes() if place and place.exists() else None


def office_samples(font: Path | None, raw: Path | None) -> Iterator[Sample]:
    """The same kind of report as Word, sheets, PDF, picture and in an archive."""
    for turn, (name, (_, make)) in enumerate(_office_plans().items()):
        agency, busyness = WUPU_BODIES[len(FAULTS) + turn]
        truth = single(agency, "department", busyness, 2024)
        style = Style(title=turn % 3)
        data = make(_paper(truth, style), font) or _kept(raw, f"wupu/office/{name}")
        if data is not None:
            yield Sample(f"wupu/office/{name}", data, expected(truth, style), truth=truth)
    yield from _archive()
    yield from _thrice(font, raw)


def format_samples(font: Path | None, raw: Path | None) -> Iterator[Sample]:
    """One report a file in the rarer formats; those that differ from one making to the next need ``raw``."""
    for turn, (name, agency, style, make, stable) in enumerate(FORMATS):
        path = f"wupu/formats/{name}"
        truth = single(agency, "department", 10.0 + turn % 6, 2024)
        data = None if stable else _kept(raw, path)
        if data is None and (stable or raw):
            data = make(_paper(truth, style), font) or _kept(raw, path)
        if data is not None:
            yield Sample(path, data, expected(truth, style), truth=truth)


def _thrice(font: Path | None, raw: Path | None) -> Iterator[Sample]:
    """One report as page, Word file and PDF, as sites often give it, and as text packed in 7z and RAR."""
    truth, style = single("梧浦县退役军人事务局", "department", 9, 2024), Style()
    paper = _paper(truth, style)
    text = {name: LAYOUTS[layout](paper).encode() for name, layout in (("7z", "tab_starts"), ("rar", "tab_held"))}
    files = {
        "report.html": PAGES["chrome"](paper).encode(),
        "report.docx": office.docx(paper),
        "report.pdf": office.pdf(paper, font) if font else None,
        f"packed.7z!/{PACKED}": seven_zip({PACKED: text["7z"]}),
        f"packed.rar!/{PACKED}": rar(PACKED, text["rar"]),
    }
    for name, made in files.items():
        path = f"wupu/thrice/{name}"
        data = made or _kept(raw, path.partition("!/")[0])
        if data is not None:
            yield Sample(path, data, expected(truth, style), truth=truth)


def _archive() -> Iterator[Sample]:
    """An archive with old names in it: two reports and a note that is none."""
    members = []
    for turn, (agency, layout) in enumerate((("梧浦县招商局", "tab_starts"), ("梧浦县档案局", "tab_held"))):
        truth = single(agency, "department", 3, 2024)
        text = LAYOUTS[layout](_paper(truth, HABITS[turn])).encode("gb18030")
        members.append((f"{agency}2024年年报.txt", text, truth, HABITS[turn]))
    data = office.zipped([(name, text) for name, text, _, _ in members], "gb18030")
    for name, _, truth, style in members:
        yield Sample(f"wupu/office/bundle.zip!/{name}", data, expected(truth, style), truth=truth)


def _copied() -> Iterator[Sample]:
    """A bureau whose report of 2024 gives the figures of 2023 again, five weeks late."""
    first = single("青峦县文化广电和旅游局", "department", 12, 2023)
    again = replace(first, year=2024, published_on=date(2025, 3, 6))
    yield text_sample("qingluan/copied/2023", first, "tab_rectangular", HABITS[1], 1)
    copy = _web_sample("qingluan/copied/2024", again, "clean", HABITS[0], 0)
    yield copy._replace(findings=("prior_year_copy", "late_publication"))


def with_more(truth: Truth, requests: int) -> Truth:
    """The report with so many more requests of natural persons received and granted."""
    cells = dict(truth.application)
    for row in ("new_received", "granted", "total_handled"):
        for applicant in ("natural_person", "total"):
            cells[row, applicant] = (cells[row, applicant] or 0) + requests
    return replace(truth, application=cells)


def _in_two_minds() -> Iterator[Sample]:
    """One report as page and Word file, which differ in two requests."""
    truth = single("青峦县信访局", "department", 9, 2024)
    other = with_more(truth, 2)
    yield _web_sample("qingluan/twice/report", truth, "chrome", Style(), 0)
    word = office.docx(_paper(other, Style()))
    yield Sample("qingluan/twice/report.docx", word, expected(other, Style()), ("duplicate_report",), other)


def all_samples(font: Path | None, raw: Path | None = None) -> list[Sample]:
    """Every report among the samples; ``raw`` is where those stand that are kept."""
    layouts = _layouts()
    made = [*series_samples(layouts), *single_samples(layouts), *fault_samples(), *office_samples(font, raw)]
    return [*made, *format_samples(font, raw), *_copied(), *_in_two_minds()]


def _write_csv(path: Path, header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _truth_rows(samples: list[Sample]) -> Iterator[tuple[str, ...]]:
    def printed(due: Expected) -> str:
        return "" if due.value is None else plain_number(round(due.value, 8))

    for sample in sorted(samples, key=lambda s: s.path):
        for key, due in sample.cells.items():
            yield (sample.path, *key, printed(due), due.status)


def _manifest_rows(samples: list[Sample]) -> Iterator[tuple[str, ...]]:
    """What a collector's script would know of the reports of Yunze."""
    by_folder: dict[str, Member] = {member.folder: member for member in MEMBERS}
    for sample in sorted(samples, key=lambda s: s.path):
        member = by_folder.get(sample.path.rpartition("/")[0])
        if member is not None:
            scope = "consolidated" if member.members else "own"
            address = f"https://example.com/{member.folder}/{sample.path.rpartition('/')[2]}"
            yield (sample.path, address, member.profile.agency, "", member.parent, scope, "")


CORRECTIONS = """source_path,cell,value,note,corrected_by,corrected_on
wupu/faults/blank_totals.txt,new_received/total,{total},经电话核实，总计栏漏填,样例,2025-03-04
"""
REVIEWS = """source_path,rule_code,cell,verdict,note,reviewed_by,reviewed_on
wupu/faults/zero_total.txt,applicant_sum,,confirmed,原件如此，总计漏填,样例,2025-03-05
{planning},carryover_continuity,,explained,五件申请由机构调整后并入,样例,2025-03-05
"""
MANIFEST = ("source_path", "source_url", "agency_name", "region_code", "parent_agency", "report_scope", "published_on")


def _write_corrections(raw: Path, samples: list[Sample]) -> None:
    """Correct one empty total, and expect the warehouse to hold the corrected figure."""
    sample = next(s for s in samples if s.path == "wupu/faults/blank_totals.txt")
    cells = sample.truth.application if sample.truth else {}
    total = cells["new_received", "total"] or 0
    sample.cells["application", "new_received", "total"] = Expected(total, "corrected")
    (raw / "corrections.csv").write_text(CORRECTIONS.format(total=plain_number(total)), encoding="utf-8")


def build(raw: Path, tests: Path) -> None:
    """Write samples and what the tests expect of them."""
    samples = all_samples(office.find_font(), raw)
    for folder in ("yunze", "qingluan", "wupu", "others"):
        shutil.rmtree(raw / folder, ignore_errors=True)
    for path, data in [(s.path.partition("!/")[0], s.data) for s in samples] + [(p, d) for p, d, _ in OTHERS]:
        target = raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    _write_csv(raw / "manifest.csv", MANIFEST, _manifest_rows(samples))
    _write_corrections(raw, samples)
    _write_csv(raw / "regions.csv", ("region_code", "name"), iter(REGIONS))
    planning = next(s.path for s in samples if s.path.startswith("yunze/planning/2023"))
    (raw / "reviews.csv").write_text(REVIEWS.format(planning=planning), encoding="utf-8")
    _write_csv(tests / "samples_truth.csv", ("path", "table", "row", "column", "value", "status"), _truth_rows(samples))
    findings = ((s.path, rule) for s in samples for rule in s.findings)
    _write_csv(tests / "samples_findings.csv", ("path", "rule_code"), findings)
    _write_csv(tests / "samples_quarantine.csv", ("path", "reason_code"), ((p, reason) for p, _, reason in OTHERS))


def main() -> None:
    """Build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, default=Path("data/raw"))
    parser.add_argument("--tests", type=Path, default=Path("tests"))
    options = parser.parse_args()
    build(options.raw, options.tests)


if __name__ == "__main__":
    main()
