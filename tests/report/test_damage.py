"""Damaged and doubtful files: a figure is read where the file shows it, or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.fuzz_touch import Touch
from benchmarks.printer import cases
from benchmarks.printer.style import Style
from pipelines.readers import read_document
from pipelines.readers.errors import Quarantined
from pipelines.report import read_report
from pipelines.report.model import Report

Change = Callable[[str], str]


def printed(layout: str, *, form: str = "2021", blank: str = "/") -> cases.Case:
    """A case of the form, every cell with a figure of its own."""
    seed = next(n for n in range(100) if cases.random_truth(n, layout)[0].form == form)
    return cases.random_case(seed, layout, style=Style(blank=blank))


def read(text: str, name: str) -> Report:
    return read_report(read_document(text.encode(), name), name)


def wrong_after(case: cases.Case, change: Change) -> tuple[Report, dict[cases.Key, Any]]:
    """The report of the changed text, and the cells that are reported with another figure than was printed."""
    before = case.data.decode()
    after = change(before)
    assert after != before
    report = read(after, case.name)
    return report, cases.judge(case, report).wrong


def test_a_label_that_fell_out_of_a_grid_names_no_row_of_it() -> None:
    def change(text: str) -> str:
        text = text.replace("<tr><td>5.属于三类内部事务信息</td>", "<try<td>5.属于三类内部事务信息</td>")
        return text.replace('<td colspan="3">一、本年新收政府信息公开申请数量</td>', "<td></td>")

    report, wrong = wrong_after(printed("html_clean"), change)
    assert wrong == {}
    assert report.application["denied_internal_affairs", "total"].status == "missing"


def test_the_rest_of_a_damaged_label_is_not_the_upright_label() -> None:
    case = printed("html_clean", form="2019")
    _, wrong = wrong_after(case, lambda text: text.replace("（六）其他处理", "（六）其他  理"))
    assert {key for key in wrong if key[1] == "other_reason"} == set()


def test_a_quote_alone_on_its_line_is_no_value() -> None:
    case = printed("one_cell_a_line")

    def change(text: str) -> str:
        label = next(line for line in text.split("\n") if "稳定" in line)
        first = text.partition(f"{label}\n")[2].partition("\n")[0]
        return text.replace(f"{label}\n{first}\n", f"{label}\n”\n")

    report, wrong = wrong_after(case, change)
    assert wrong == {}
    assert report.application["denied_safety_stability", "total"].status == "missing"


@pytest.mark.parametrize("share", [0.02, 0.15, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_no_break_lines_that_only_part_the_rows_are_no_cells(seed: int, share: float) -> None:
    """The source prints nothing for an empty cell: what is parted by lines of spaces must not be filled with them."""
    rng = random.Random(seed)
    case = cases.random_case(seed, "one_cell_a_line", style=Style(blank="/"))
    lines = [line for line in case.data.decode().split("\n") if line != "/"]
    text = "\n".join(line + "\n\xa0" if rng.random() < share else line for line in lines)
    assert cases.judge(case, read(text, case.name)).wrong == {}


@pytest.mark.parametrize("layout", ["html_clean", "tab_rectangular", "one_cell_a_line", "markdown"])
def test_two_reports_in_one_file_are_refused(layout: str) -> None:
    one, two = (cases.random_case(seed, layout, style=Style(blank="/")).data.decode() for seed in (1, 3))
    joined = one.replace("</body></html>", "") + two if layout == "html_clean" else f"{one}\n{two}"
    with pytest.raises(Quarantined, match="several reports") as refused:
        read(joined, "case.html" if layout == "html_clean" else "case.txt")
    assert refused.value.reason_code == "not_a_report"


def test_one_report_printed_twice_is_one_report() -> None:
    case = printed("tab_rectangular")
    text = case.data.decode()
    report = read(f"{text}\n{text}", case.name)
    assert cases.judge(case, report).wrong == {}
    assert report.parse_status == "complete"


def test_the_title_of_another_report_behind_the_tables_is_a_link() -> None:
    case = printed("tab_rectangular")
    text = case.data.decode() + "\n青峦县水务局2019年政府信息公开工作年度报告\n"
    assert cases.judge(case, read(text, case.name)).missing == {}


def touches(text: str, damaged: str, spot: tuple[int, int], key: cases.Key) -> bool:
    def figures(data: bytes) -> dict[cases.Key, Any]:
        cells = cases.cells_of(read(data.decode("utf-8", "replace"), "case.txt"))
        return {one: cell for one, cell in cells.items() if cell.status == "reported"}

    assert damaged != text
    return Touch(damaged.encode(), [spot], figures).touches(key)


def test_damage_touches_the_cells_between_the_row_before_and_the_figure() -> None:
    text = printed("tab_rectangular").data.decode()
    label = "2.其他法律行政法规禁止公开"
    at = len(text[: text.index(label)].encode())
    damaged = text.replace(label, label[:-1] + "x")
    spot = (at + len(label.encode()) - 3, at + len(label.encode()) - 2)
    row = ("application", "denied_prohibited_by_law", "natural_person")
    assert touches(text, damaged, spot, row)
    assert not touches(text, damaged, spot, ("application", "denied_third_party_rights", "total"))
    assert not touches(text, damaged, spot, ("application", "granted", "natural_person"))
