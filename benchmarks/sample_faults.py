"""The faults of real life that some samples carry: each edits a printed text and what reading it must give."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.printer.form import APPLICANTS
from benchmarks.printer.paper import Expected

Cells = dict[tuple[str, str, str], Expected]
Fault = Callable[[str, Cells], tuple[str, Cells]]


def _row(cells: Cells, table: str, row: str, due: Expected) -> Cells:
    return {key: due if key[:2] == (table, row) else value for key, value in cells.items()}


def _edit_line(text: str, label: str, edit: Callable[[str], str]) -> str:
    lines = text.split("\n")
    place = next(n for n, line in enumerate(lines) if label in line and "\t" in line)
    lines[place] = edit(lines[place])
    return "\n".join(lines)


def lacking_values(text: str, cells: Cells) -> tuple[str, Cells]:
    """Two rows hold one value too few for the seven applicants."""
    for label, row in (("属于四类过程性信息", "denied_process_information"), ("重复申请", "not_processed_repeated")):
        text = _edit_line(text, label, lambda line: line.rstrip("\t").rpartition("\t")[0])
        cells = _row(cells, "application", row, Expected(None, "missing"))
    return text, cells


def glued_row(text: str, cells: Cells) -> tuple[str, Cells]:
    """规章 and its three values stand together without a separator."""
    text = _edit_line(text, "规章\t", lambda line: line.replace("\t", ""))
    return text, _row(cells, "proactive", "regulation", Expected(None, "unreadable"))


def zero_total(text: str, cells: Cells) -> tuple[str, Cells]:
    """A total of 0 beside 10 and 1: printed so, and to be read so."""
    text = _edit_line(text, "予以公开", lambda line: line.rsplit("\t", 7)[0] + "\t10\t1\t0\t0\t0\t0\t0")
    for applicant, value in zip(APPLICANTS, (10, 1, 0, 0, 0, 0, 0), strict=True):
        cells = cells | {("application", "granted", applicant): Expected(value, "reported")}
    return text, cells


def blank_totals(text: str, cells: Cells) -> tuple[str, Cells]:
    """The column of totals left empty."""
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if "本年新收政府信息公开申请数量" in line and "\t" in line)
    end = next(n for n, line in enumerate(lines) if "结转下年度继续办理" in line and "\t" in line)
    for number in range(start, end + 1):
        lines[number] = lines[number].rpartition("\t")[0] + "\t"
    blank = Expected(None, "blank")
    kept = {key: blank if key[0] == "application" and key[2] == "total" else due for key, due in cells.items()}
    return "\n".join(lines), kept


def letter_digit(text: str, cells: Cells) -> tuple[str, Cells]:
    """A letter O where a zero is meant: unreadable, never a number."""
    text = _edit_line(text, "要求提供公开出版物", lambda line: line.rpartition("\t")[0] + "\tO")
    return text, cells | {("application", "not_processed_publication", "total"): Expected(None, "unreadable")}


def placeholder(text: str, cells: Cells) -> tuple[str, Cells]:
    """A gap of the template that nobody filled in."""
    gap = "截至年底，累计公开信息  条，解读政策XX条。"
    return text.replace("二、主动公开政府信息情况", gap + "\n\n二、主动公开政府信息情况", 1), cells


def other_figure(text: str, cells: Cells) -> tuple[str, Cells]:
    """The text states another number of new requests than the table."""
    return text.replace(
        "二、主动公开政府信息情况", "本年共新收到政府信息公开申请97件。\n\n二、主动公开政府信息情况", 1
    ), cells


def broken_label(text: str, cells: Cells) -> tuple[str, Cells]:
    """Two labels with lost characters that only their place among the others tells."""
    return text.replace("其他法律行政法规禁止公开", "其他法律行政止公开").replace("本年废止件数", "本年度止件数"), cells


def empty_problems(text: str, cells: Cells) -> tuple[str, Cells]:
    """Section 5 says nothing."""
    head, mark, rest = text.partition("五、存在的主要问题及改进情况")
    return head + mark + "\n\n无\n\n六、" + rest.partition("六、")[2], cells


def other_year(text: str, cells: Cells) -> tuple[str, Cells]:
    """The reporting period of the year before, left in from last year's text."""
    return text.replace("2023年1月1日", "2022年1月1日").replace("2023年12月31日", "2022年12月31日"), cells


def no_review(text: str, cells: Cells) -> tuple[str, Cells]:
    """Section 4 with a sentence in place of its table."""
    head, mark, rest = text.partition("四、政府信息公开行政复议、行政诉讼情况")
    text = head + mark + "\n\n详见附表。\n\n五、" + rest.partition("五、")[2]
    return text, {key: Expected(None, "missing") if key[0] == "review" else due for key, due in cells.items()}


FAULTS: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "lacking_values": (lacking_values, ("row_width_mismatch",)),
    "glued_row": (glued_row, ("unreadable_value",)),
    "zero_total": (zero_total, ("applicant_sum",)),
    "blank_totals": (blank_totals, ()),
    "letter_digit": (letter_digit, ("unreadable_value",)),
    "placeholder": (placeholder, ("placeholder_text",)),
    "other_figure": (other_figure, ("narrative_mismatch",)),
    "broken_label": (broken_label, ()),
    "empty_problems": (empty_problems, ("empty_section",)),
    "other_year": (other_year, ("year_conflict",)),
    "no_review": (no_review, ("missing_table",)),
}
"""Each fault with the rules that must find it."""
