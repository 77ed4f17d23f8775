"""The rules of the core, each on a document made by hand: every cell has a number of its own, so a shift shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from pipelines.readers.document import Block, Cell, Document, Paragraph, Table, TableKind
from pipelines.readers.errors import Quarantined
from pipelines.readers.text import text_to_document
from pipelines.report import read_report
from pipelines.report.labels import APPLICANTS, items
from pipelines.report.model import Report, Value
from schemas.vocabulary import rows as vocabulary

LABELS = {row["item_code"]: row["label_zh"] for row in vocabulary("application_item")}
HEADS = dict(
    zip(
        APPLICANTS,
        ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"],
        strict=True,
    )
)
DOCUMENTS = {"regulation", "normative_document"}
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
TITLE = "云泽市水务局2022年政府信息公开工作年度报告"
SECTIONS = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]
Printed = list[list[str]]

SECTION_TWO_2021: Printed = [
    ["第二十条第（一）项"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "1", "2", "3"],
    ["行政规范性文件", "4", "5", "6"],
    ["第二十条第（五）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政许可", "7"],
    ["第二十条第（六）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政处罚", "8"],
    ["行政强制", "9"],
    ["第二十条第（八）项"],
    ["信息内容", "本年收费金额（单位：万元）"],
    ["行政事业性收费", "10.5"],
]
SECTION_TWO_2019: Printed = [
    ["第二十条第（一）项"],
    ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
    ["规章", "1", "2", "3"],
    ["规范性文件", "4", "5", "6"],
    ["第二十条第（五）项"],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
    ["行政许可", "7", "+1036", "8"],
    ["其他对外管理服务事项", "9", "增2", "10"],
    ["第二十条第（六）项"],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
    ["行政处罚", "11", "减3", "12"],
    ["行政强制", "13", "-4", "14"],
    ["第二十条第（八）项"],
    ["信息内容", "上一年项目数量", "本年增/减"],
    ["行政事业性收费", "15", "0"],
    ["第二十条第（九）项"],
    ["信息内容", "采购项目数量", "采购总金额"],
    ["政府集中采购", "16", "251000元"],
]


def number(item: str, applicant: str, form: str = "2021") -> int:
    """A number that no other cell of the matrix has."""
    return 100 + 10 * items(form).index(item) + APPLICANTS.index(applicant)


def matrix(form: str = "2021", order: Sequence[str] = APPLICANTS) -> Printed:
    heads = [["", *(HEADS[code] for code in order)]]
    return heads + [[LABELS[code], *(str(number(code, one, form)) for one in order)] for code in items(form)]


def review() -> Printed:
    return [
        ["行政复议", "未经复议直接起诉", "复议后起诉"],
        OUTCOMES * 3,
        [str(900 + place) for place in range(15)],
    ]


def table(printed: Printed, name: str, kind: TableKind = "rows") -> Table:
    rows = tuple(
        tuple(Cell(text, f"{name} row {number} column {column}", column) for column, text in enumerate(texts))
        for number, texts in enumerate(printed, 1)
    )
    return Table(rows, kind, name)


def grid(rows: Sequence[Sequence[tuple[str, int, int]]], name: str = "matrix") -> Table:
    """A grid whose cells are text, column and width."""
    made = tuple(
        tuple(Cell(text, f"{name} row {number} column {column}", column, width) for text, column, width in row)
        for number, row in enumerate(rows, 1)
    )
    return Table(made, "grid", name)


def lines(*texts: str, start: int = 0) -> list[Block]:
    return [Paragraph(text, f"line {number}") for number, text in enumerate(texts, start + 1)]


def document(  # noqa: PLR0913 - each part of a report by name
    two: Printed | None = None,
    three: Printed | Table | None = None,
    four: Printed | Table | None = None,
    *,
    title: str = TITLE,
    one: Sequence[str] = ("全年工作平稳。",),
    closing: Sequence[str] = (),
    metadata: tuple[tuple[str, str], ...] = (),
) -> Document:
    second = table(SECTION_TWO_2021 if two is None else two, "two")
    third = three if isinstance(three, Table) else table(matrix() if three is None else three, "three")
    fourth = four if isinstance(four, Table) else table(review() if four is None else four, "four")
    blocks = [
        *lines(title, SECTIONS[0], *one, SECTIONS[1]),
        second,
        *lines(SECTIONS[2], start=20),
        third,
        *lines(SECTIONS[3], start=30),
        fourth,
        *lines(SECTIONS[4], "人手不足。", SECTIONS[5], "无。", *closing, start=40),
    ]
    printed = tuple(block for block in blocks if not isinstance(block, Table) or block.rows)
    return Document("text", printed, metadata=metadata)


def read(found: Document, path: str = "report.txt") -> Report:
    return read_report(found, path)


def row_of(report: Report, item: str) -> list[float | None]:
    return [report.application[item, applicant].value for applicant in APPLICANTS]


def expected(item: str, form: str = "2021") -> list[int]:
    return [number(item, applicant, form) for applicant in APPLICANTS]


def statuses(report: Report, item: str) -> set[str]:
    return {report.application[item, applicant].status for applicant in APPLICANTS}


def rules(report: Report) -> list[str]:
    return [one.rule_code for one in report.observations]


def all_right(report: Report, form: str = "2021") -> bool:
    return all(row_of(report, item) == expected(item, form) for item in items(form))


# The whole form


def test_a_report_of_2021_has_200_cells() -> None:
    report = read(document())
    assert (len(report.application), len(report.proactive), len(report.review)) == (175, 10, 15)
    assert (report.form_version, report.parse_status, rules(report)) == ("2021", "complete", [])
    assert all_right(report)
    assert [value.value for value in report.review.values()] == list(range(900, 915))


def test_a_report_of_2019_has_198_cells() -> None:
    report = read(document(SECTION_TWO_2019, matrix("2019")))
    assert (len(report.application), len(report.proactive), len(report.review)) == (161, 22, 15)
    assert report.form_version == "2019"
    assert all_right(report, "2019")


def test_cells_come_in_the_order_of_the_form() -> None:
    rows = matrix()
    report = read(document(three=[rows[0], *reversed(rows[1:])]))
    assert list(report.application) == [(item, one) for item in items("2021") for one in APPLICANTS]


def test_a_hybrid_has_the_single_row_besides_its_own() -> None:
    head, *rows = matrix("2019")
    report = read(document(three=[head, *rows]))
    assert report.form_version == "2021"
    assert len(report.application) == 182
    assert row_of(report, "other_handling") == expected("other_handling", "2019")
    assert statuses(report, "other_fee_unpaid") == {"missing"}
    assert rules(report).count("table_mixed_forms") == 1


def test_the_form_is_told_by_section_two_not_by_the_year() -> None:
    report = read(document(SECTION_TWO_2019, matrix("2019"), title=TITLE.replace("2022", "2021")))
    assert (report.form_version, report.identity.report_year) == ("2019", 2021)


# Columns of the matrix


def headed(order: Sequence[str], group: tuple[int, int] | None, first: int = 1) -> list[list[tuple[str, int, int]]]:
    """Two head rows in a grid: 自然人, 总计 and the group in the first, its kinds in the second."""
    outer = [(HEADS[code], first + place, 1) for place, code in enumerate(order) if code in {APPLICANTS[0], "total"}]
    inner = [(HEADS[code], first + place, 1) for place, code in enumerate(order) if code in APPLICANTS[1:-1]]
    if group is not None:
        outer.append(("法人或其他组织", group[0], group[1]))
    return [sorted(outer, key=lambda cell: cell[1]), inner]


def grid_matrix(heads: list[list[tuple[str, int, int]]], order: Sequence[str], first: int = 1) -> Table:
    body = [
        [(LABELS[item], 0, first), *((str(number(item, code)), first + n, 1) for n, code in enumerate(order))]
        for item in items("2021")
    ]
    return grid([*heads, *body])


def test_columns_in_another_order_follow_their_heads() -> None:
    order = [APPLICANTS[-1], *reversed(APPLICANTS[1:-1]), APPLICANTS[0]]
    assert all_right(read(document(three=grid_matrix(headed(order, (2, 5)), order))))


def test_a_column_of_two_that_no_cell_parts_is_one() -> None:
    """So stand tables on a sheet whose columns another table cut."""
    wide = [[(text, 2 * place, 2 * width) for text, place, width in row] for row in headed(APPLICANTS, (2, 5))]
    body = [[(LABELS[i], 0, 2), *((str(v), 2 + 2 * n, 2) for n, v in enumerate(expected(i)))] for i in items("2021")]
    assert all_right(read(document(three=grid([*wide, *body]))))
    body[4] = [*body[4][:3], *body[4][4:]]
    report = read(document(three=grid([*wide, *body])))
    assert statuses(report, items("2021")[4]) == {"missing"}


def test_a_table_on_columns_that_another_table_cuts() -> None:
    """The whole report is one grid of thirty columns; those of section 3 are cut by section 4's, and the reverse."""

    def rows_of(found: Table, places: Sequence[int]) -> list[list[tuple[str, int, int]]]:
        return [
            [(c.text, places[c.column], places[c.column + c.column_span] - places[c.column]) for c in row]
            for row in found.rows
        ]

    matrix_places, review_places = [0, 9, 12, 15, 18, 21, 24, 27, 30], [*range(0, 30, 2), 30]
    whole = [[(SECTIONS[2], 0, 30)], *rows_of(grid_matrix(headed(APPLICANTS, (2, 5)), APPLICANTS), matrix_places)]
    whole += [[(SECTIONS[3], 0, 30)], [("行政复议", 0, 10), ("未经复议直接起诉", 10, 10), ("复议后起诉", 20, 10)]]
    whole += [[(text, place, 2) for text, place in zip(line, review_places, strict=False)] for line in review()[1:]]
    report = read(document(three=grid(whole), four=[]))
    assert all_right(report)
    assert [value.value for value in report.review.values()] == list(range(900, 915))


def test_the_total_may_stand_first() -> None:
    order = [APPLICANTS[-1], *APPLICANTS[:-1]]
    assert all_right(read(document(three=grid_matrix(headed(order, (3, 5)), order))))


def test_a_damaged_head_beside_a_total_that_stands_first_is_not_settled() -> None:
    order = [APPLICANTS[-1], *APPLICANTS[:-1]]
    heads = headed(order, (3, 5))
    heads[0][1] = ("然人", 2, 1)
    report = read(document(three=grid_matrix(heads, order)))
    assert {value.status for value in report.application.values()} == {"missing"}


def test_one_damaged_head_in_the_order_of_the_form_is_settled() -> None:
    heads = headed(APPLICANTS, (2, 5))
    heads[1][0] = ("商企业", 2, 1)
    assert all_right(read(document(three=grid_matrix(heads, APPLICANTS))))


def unruled(rows: Sequence[Sequence[tuple[str, int]]]) -> Table:
    """Rows of a page without rules: text and left edge, ten units a character."""
    made = tuple(
        tuple(Cell(text, f"line {number}", left, 10 * len(text)) for text, left in row)
        for number, row in enumerate(rows, 1)
    )
    return Table(made, "aligned", "unruled")


def unruled_matrix() -> list[list[tuple[str, int]]]:
    places = [500 + 60 * n for n in range(7)]
    heads = [list(zip(HEADS.values(), places, strict=True))]
    return heads + [[(LABELS[i], 0), *zip(map(str, expected(i)), places, strict=True)] for i in items("2021")]


def test_a_number_whose_rest_stands_on_the_next_line_is_not_believed() -> None:
    rows = unruled_matrix()
    longest = max(len(str(value)) for item in items("2021") for value in expected(item))
    place = next(n for n, item in enumerate(items("2021"), 1) if len(str(expected(item)[-1])) == longest)
    item = items("2021")[place - 1]
    rows.insert(place + 1, [("6", 500 + 60 * 6)])
    report = read(document(three=unruled(rows)))
    assert [report.application[item, code].status for code in APPLICANTS] == ["reported"] * 6 + ["unreadable"]
    others = [other for other in items("2021") if other != item]
    assert all(row_of(report, other) == expected(other) for other in others)


def test_the_rest_of_a_row_on_the_next_page_is_not_lost() -> None:
    whole = grid_matrix(headed(APPLICANTS, (2, 5)), APPLICANTS)
    upper = grid([[(c.text, c.column, c.column_span) for c in row] for row in whole.rows[:9]])
    lower = [[(c.text, c.column, c.column_span) for c in row] for row in whole.rows[9:]]
    rest = [("", 0, 1), *[("", n, 1) for n in range(1, 7)], ("6", 7, 1)]
    found = document(three=upper)
    at = found.blocks.index(upper) + 1
    torn = replace(found, blocks=(*found.blocks[:at], grid([rest, *lower], "next page"), *found.blocks[at:]))
    report = read(torn)
    last = items("2021")[6]
    assert [report.application[last, code].status for code in APPLICANTS] == ["reported"] * 6 + ["unreadable"]


def test_a_subtotal_is_no_applicant() -> None:
    rows = [["", *list(HEADS.values())[:-1], "小计", "总计"]]
    rows += [[LABELS[i], *map(str, expected(i)[:-1]), "5555", str(expected(i)[-1])] for i in items("2021")]
    printed = [[(text, column, 1) for column, text in enumerate(row)] for row in rows]
    assert all_right(read(document(three=grid(printed))))


def test_a_column_of_units_is_no_value() -> None:
    rows = [["", "单位", *HEADS.values()], *([LABELS[i], "件", *map(str, expected(i))] for i in items("2021"))]
    assert all_right(read(document(three=rows)))
    printed = [[(text, column, 1) for column, text in enumerate(row)] for row in rows]
    assert all_right(read(document(three=grid(printed))))


def test_heads_that_moved_give_no_columns_of_their_own() -> None:
    """The head 法人或其他组织 was lost, so 总计 stands where 商业企业 has its figures: it is not read there."""
    heads = headed(["natural_person", "total", *APPLICANTS[1:-1]], None)
    report = read(document(three=grid_matrix(heads, APPLICANTS)))
    assert all(row_of(report, i) == expected(i) or statuses(report, i) == {"missing"} for i in items("2021"))


def test_an_unknown_eighth_column_is_not_counted_away() -> None:
    rows = [[*row, "x"] for row in matrix()]
    rows[0][-1] = "备注"
    rows[3] = rows[3][:3] + rows[3][4:]
    printed = [[(text, column, 1) for column, text in enumerate(row)] for row in rows]
    report = read(document(three=grid(printed)))
    assert statuses(report, "granted") == {"missing"}


def test_without_heads_no_row_is_read() -> None:
    report = read(document(three=matrix()[1:]))
    assert {value.status for value in report.application.values()} == {"missing"}
    assert rules(report) == ["row_width_mismatch"]


def test_a_table_that_goes_on_without_heads_keeps_the_columns() -> None:
    rows = [[(text, column, 1) for column, text in enumerate(row)] for row in matrix()]
    found = document(three=grid(rows[:10]))
    place = found.blocks.index(next(b for b in found.blocks if isinstance(b, Table) and b.locator == "matrix")) + 1
    blocks = (*found.blocks[:place], grid(rows[10:], "matrix goes on"), *found.blocks[place:])
    assert all_right(read(Document("html", blocks)))


# Rows of the matrix


def test_six_values_for_seven_columns_lose_the_row_alone() -> None:
    rows = matrix()
    del rows[2][4]
    report = read(document(three=rows))
    assert statuses(report, "carried_in") == {"missing"}
    assert row_of(report, "granted") == expected("granted")
    assert rules(report) == ["row_width_mismatch"]


def test_a_lost_cell_in_a_grid_loses_the_row_alone() -> None:
    rows = [[(text, column, 1) for column, text in enumerate(row)] for row in matrix()]
    rows[5] = [(text, column, 1) for column, text in enumerate([row[0] for row in rows[5]][:4] + matrix()[5][5:])]
    report = read(document(three=grid(rows)))
    assert statuses(report, items("2021")[4]) == {"missing"}
    assert row_of(report, items("2021")[5]) == expected(items("2021")[5])


def test_eight_values_for_seven_columns_lose_the_row() -> None:
    rows = matrix()
    rows[1].insert(3, rows[1][3])
    assert statuses(read(document(three=rows)), "new_received") == {"missing"}


def test_an_empty_cell_in_its_place_is_blank() -> None:
    rows = matrix()
    rows[1][4] = ""
    printed = [[(text, column, 1) for column, text in enumerate(row)] for row in rows]
    report = read(document(three=grid(printed)))
    assert report.application["new_received", APPLICANTS[3]].status == "blank"
    assert report.application["new_received", APPLICANTS[4]].value == number("new_received", APPLICANTS[4])


def test_rows_of_text_whose_inner_cells_are_empty_are_whole_where_one_is_from_end_to_end() -> None:
    rows = [*matrix()[:1], *([row[0], row[1], "", "", "", "", "", row[7]] for row in matrix()[1:])]
    rows[2][1] = ""
    report = with_text(2, "\n".join(" | ".join(row) + " |" for row in rows), three=[])
    first, second, *_ = items("2021")
    assert row_of(report, first) == [expected(first)[0], *[None] * 5, expected(first)[6]]
    assert row_of(report, second) == [*[None] * 6, expected(second)[6]]
    assert report.application[second, APPLICANTS[0]].status == "blank"
    assert "row_width_mismatch" not in rules(report)


def padded(lost: str | None = None) -> Report:
    """The matrix as text in which empty cells fill up what merged labels leave; ``lost``: a row that lost a figure."""
    heads = [["", "申请人情况"], ["自然人", "法人或其他组织", "总计"], list(HEADS.values())[1:-1]]
    rows = [row + [""] * (10 - len(row)) for row in heads]
    for place, (code, row) in enumerate(zip(items("2021"), matrix()[1:], strict=True)):
        labels = (
            ["三、本年度办理结果", row[0]] if place == 2 else ["（三）不予公开", row[0]] if place == 4 else [row[0]]
        )
        figures = [row[1], "", "", "", "", row[6], row[7]]
        cells = [*labels, *(figures[1:] if code == lost else figures)]
        rows.append(cells + [""] * (10 - len(cells)))
    return with_text(2, "\n".join(" | ".join(row) + " |" for row in rows), three=[])


def with_text(section: int, text: str, **tables: Printed) -> Report:
    """The report with a text under the heading of a section (the first is 0); ``tables`` as for ``document``."""
    found = document(**tables)
    at = next(
        n for n, block in enumerate(found.blocks) if isinstance(block, Paragraph) and block.text == SECTIONS[section]
    )
    blocks = (*found.blocks[: at + 1], *text_to_document(text).blocks, *found.blocks[at + 1 :])
    return read(replace(found, blocks=blocks))


def test_rows_of_text_filled_up_behind_their_figures_as_merged_labels_leave_them() -> None:
    report = padded()
    for item in items("2021"):
        first, *_, other, total = expected(item)
        assert row_of(report, item) == [first, None, None, None, None, other, total]
    assert "row_width_mismatch" not in rules(report)


def test_a_row_of_text_that_lost_a_figure_and_was_filled_up_is_not_believed() -> None:
    report = padded("granted")
    assert statuses(report, "granted") == {"missing"}
    assert row_of(report, "carried_in")[0] == expected("carried_in")[0]


def test_a_label_that_holds_the_first_figure_of_its_row_names_no_row() -> None:
    lines = ["第二十条第（六）项", "信息内容\t上一年项目数量\t本年增/减\t处理决定数量\t"]
    lines += ["行政处罚867\t/\t7\t\t", "行政强制\t53\t0\t1054"]
    cells = with_text(1, "\n".join(lines), two=[]).proactive
    codes = ("prior_year_items", "change", "decisions")
    assert not any(cells["administrative_penalty", code].value for code in codes)
    assert [cells["administrative_coercion", code].value for code in codes] == [53, 0, 1054]


def test_a_figure_more_than_heads_is_no_repeated_one_where_a_head_is_lost() -> None:
    rows = ["信息内容 本年废止件数 现行有效件数", "规章 307 0 0", "行政规范性文件 275 0 0"]
    text = "\n\n".join("\n".join(f"\t{cell}" for cell in row.split()) for row in rows)
    cells = with_text(1, text, two=[]).proactive
    assert not any(value.value for (category, _), value in cells.items() if category in DOCUMENTS)


@pytest.mark.parametrize(("lost", "is_read"), [(None, True), (3, False)])
def test_a_row_of_disputes_that_ends_with_an_empty_cell_is_believed_where_its_sums_hold(
    lost: int | None, is_read: bool
) -> None:
    figures = ["11", "5", "0", "46", "62", "25", "0", "3", "0", "28", "0", "1", "0", "0", ""]
    row = [*figures[:lost], *figures[lost + 1 :], ""] if lost else figures
    heads = [["行政复议", *[""] * 4, "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4], OUTCOMES * 3]
    review = with_text(3, "\n".join("\t".join(cells) for cells in (*heads, row)), four=[]).review
    assert [value.value is not None for value in review.values()] == [is_read] * 14 + [False]


def test_a_row_printed_twice_counts_once_and_with_other_figures_not_at_all() -> None:
    rows = matrix()
    assert all_right(read(document(three=[*rows, list(rows[5])])))
    other = [*rows[5][:-1], "777"]
    assert "missing" in statuses(read(document(three=[*rows, other])), items("2021")[4])


def test_rows_may_come_in_any_order() -> None:
    head, *rows = matrix()
    strong = [row for row in rows if row[0] not in {LABELS["other_reason"], LABELS["total_handled"]}]
    assert row_of(read(document(three=[head, *reversed(strong)])), "granted") == expected("granted")


@pytest.mark.parametrize(
    ("printed", "meant"),
    [("上年结转政府信息公开数量", "carried_in"), ("危及三安全一稳定", "denied_safety_stability")],
)
def test_a_wording_of_the_vocabulary(printed: str, meant: str) -> None:
    rows = [[printed, *row[1:]] if row[0] == LABELS[meant] else row for row in matrix()]
    report = read(document(three=rows))
    assert row_of(report, meant) == expected(meant)
    assert not report.unknown_labels


@pytest.mark.parametrize("printed", ["本年（2022）处理决定数量", "本年处理绝对数量"])
def test_a_head_of_section_two_in_other_words(printed: str) -> None:
    rows = [[text.replace("本年处理决定数量", printed) for text in row] for row in SECTION_TWO_2021]
    found = read(document(rows)).proactive
    assert [found[name, "decisions"].value for name in ("administrative_license", "administrative_penalty")] == [7, 8]


def test_a_head_of_section_two_that_lost_its_last_character() -> None:
    rows = [[text.replace("本年增/减", "本年增/") for text in row] for row in SECTION_TWO_2019]
    report, whole = (read(document(two, matrix("2019"))) for two in (rows, SECTION_TWO_2019))
    assert [value.value for value in report.proactive.values()] == [value.value for value in whole.proactive.values()]


def test_a_damaged_label_between_known_neighbours_is_settled() -> None:
    rows = matrix()
    rows[6][0] = "2.其他法律行政止公开"
    report = read(document(three=rows))
    assert all_right(report)
    assert [label.text for label in report.unknown_labels] == ["2.其他法律行政止公开"]


def test_an_unlike_label_is_nothing() -> None:
    rows = matrix()
    rows[6][0] = "投资完成情况"
    assert statuses(read(document(three=rows)), "denied_prohibited_by_law") == {"missing"}


def test_the_last_line_of_a_wrapped_label_twice_is_no_other_row() -> None:
    kept = items("2021")
    rows = matrix()
    wrapped = kept.index("not_processed_reconfirmation") + 1
    own, following = rows[wrapped], rows[wrapped + 1]
    split = [["5.要求行政机关确认或重新"], ["出具已获取信息", *own[1:]], ["出具已获取信息", *map(str, range(7))]]
    again = [["1.申请人无正当理由逾期不"], ["补正、行政机关不再处理其"], ["政府信息公开申请", *following[1:]]]
    report = read(document(three=[*rows[:wrapped], *split, *again, *rows[wrapped + 2 :]]))
    assert row_of(report, "other_no_clarification") == expected("other_no_clarification")
    assert "missing" in statuses(report, "not_processed_reconfirmation")


def test_a_fragment_does_not_take_the_next_row_s_name() -> None:
    rows = matrix()
    wrapped = items("2021").index("not_processed_reconfirmation") + 1
    torn = [
        ["出具已获取信息", *rows[wrapped][1:]],
        ["1.申请人无正当理由逾期不"],
        ["补正、行政机关不再处理其政府信息公开申请", *rows[wrapped + 1][1:]],
    ]
    report = read(document(three=[*rows[:wrapped], *torn, *rows[wrapped + 2 :]]))
    assert row_of(report, "other_no_clarification") == expected("other_no_clarification")


def test_one_cell_a_line() -> None:
    found = document()
    blocks: list[Block] = []
    for block in found.blocks:
        if isinstance(block, Paragraph):
            blocks.append(block)
        else:
            cells = [cell for row in block.rows for cell in row if cell.text]
            blocks += [Paragraph(cell.text, cell.locator) for cell in cells]
    report = read(Document("text", tuple(blocks)))
    assert report.parse_status == "complete"
    assert all_right(report)


def test_a_label_glued_to_its_figures_is_unreadable() -> None:
    rows = [row if row[0] != "规章" else ["规章000"] for row in SECTION_TWO_2021]
    report = read(document(rows))
    cells = [report.proactive["regulation", measure] for measure in ("issued", "repealed", "in_force")]
    assert {(cell.value, cell.raw, cell.status) for cell in cells} == {(None, "规章000", "unreadable")}


# Figures


@pytest.mark.parametrize(
    ("printed", "value", "status"),
    [
        ("３，０２１", 3021, "reported"),
        ("5,857,420", 5857420, "reported"),
        ("3件", 3, "reported"),
        ("零", 0, "reported"),
        ("十二", 12, "reported"),
        ("/", None, "blank"),
        ("——", None, "blank"),
        ("无", None, "blank"),
        ("無", None, "blank"),
        ("O", None, "unreadable"),
        ("420   31", None, "unreadable"),
        ("01", None, "unreadable"),
        ("1,23", None, "unreadable"),
    ],
)
def test_how_a_cell_is_read(printed: str, value: float | None, status: str) -> None:
    rows = matrix()
    rows[3][2] = printed
    cell = read(document(three=rows)).application["granted", APPLICANTS[1]]
    assert (cell.value, cell.raw, cell.status) == (value, printed, status)


def test_signs_of_a_change() -> None:
    found = read(document(SECTION_TWO_2019, matrix("2019"))).proactive
    changes = {category: value.value for (category, measure), value in found.items() if measure == "change"}
    assert changes == {
        "administrative_license": 1036,
        "other_external_service": 2,
        "administrative_penalty": -3,
        "administrative_coercion": -4,
        "administrative_fee": 0,
    }


def test_signs_of_a_change_with_one_cell_a_line() -> None:
    found = document(SECTION_TWO_2019, matrix("2019"))
    blocks: list[Block] = []
    for block in found.blocks:
        whole = isinstance(block, Table) and block.locator == "two"
        cells = [cell for row in block.rows for cell in row if cell.text] if isinstance(block, Table) and whole else []
        blocks += [Paragraph(cell.text, cell.locator) for cell in cells] if whole else [block]
    report = read(Document("text", tuple(blocks)))
    assert [value.value for value in report.proactive.values()] == [
        value.value for value in read(found).proactive.values()
    ]


def amount(head: str, printed: str) -> Value:
    rows = [*SECTION_TWO_2019[:-2], ["信息内容", "采购项目数量", head], ["政府集中采购", "16", printed]]
    return read(document(rows, matrix("2019"))).proactive["centralized_procurement", "total_amount"]


@pytest.mark.parametrize(
    ("head", "printed", "value", "unit"),
    [
        ("采购总金额", "251000元", 25.1, "wan_yuan"),
        ("采购总金额（单位：元）", "251000", 25.1, "wan_yuan"),
        ("採購總金額（單位：元）", "251000", 25.1, "wan_yuan"),
        ("采购总金额（万元）", "25.1", 25.1, "wan_yuan"),
        ("采购总金额", "251000", 251000, None),
    ],
)
def test_units_of_procurement(head: str, printed: str, value: float, unit: str | None) -> None:
    found = amount(head, printed)
    assert found.value == pytest.approx(value)
    assert found.unit == unit


def test_the_last_figure_of_a_text_that_may_be_cut_off_is_not_believed() -> None:
    found = document()
    last = next(n for n, b in enumerate(found.blocks) if isinstance(b, Table) and b.locator == "four")
    report = read(Document("text", found.blocks[: last + 1], ends_open=True))
    last_cell = report.review["litigation_after_reconsideration", "total"]
    assert (last_cell.value, last_cell.raw, last_cell.status) == (None, "914", "unreadable")
    assert report.review["litigation_after_reconsideration", "pending"].value == 913


# Section 2 and section 4


def test_a_merged_cell_repeated_counts_once_only_where_its_figures_agree() -> None:
    same = [row if row[0] != "行政许可" else ["行政许可", "7", "7", "7"] for row in SECTION_TWO_2021]
    assert read(document(same)).proactive["administrative_license", "decisions"].value == 7
    other = [row if row[0] != "行政许可" else ["行政许可", "7", "8", "7"] for row in SECTION_TWO_2021]
    report = read(document(other))
    assert "row_width_mismatch" in rules(report)


def test_two_values_under_three_measures_are_missing() -> None:
    rows = [row if row[0] != "规章" else ["规章", "1", "3"] for row in SECTION_TWO_2021]
    report = read(document(rows))
    assert {report.proactive["regulation", m].status for m in ("issued", "repealed", "in_force")} == {"missing"}


def test_a_channel_in_each_row() -> None:
    rows = [["", *OUTCOMES]]
    rows += [[name, *(str(900 + 5 * n + place) for place in range(5))]
             for n, name in enumerate(["行政复议", "未经复议直接起诉", "复议后起诉"])]  # fmt: skip
    assert [value.value for value in read(document(four=rows)).review.values()] == list(range(900, 915))


def test_a_table_a_channel_whose_heading_names_it_in_brackets() -> None:
    found = document(four=[])
    tables: list[Block] = []
    for place, name in enumerate(["行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"]):
        tables += lines(name, start=32 + place)
        tables.append(table([OUTCOMES, [str(900 + 5 * place + n) for n in range(5)]], f"four {place}"))
    at = next(n for n, block in enumerate(found.blocks) if isinstance(block, Paragraph) and block.text == SECTIONS[3])
    whole = replace(found, blocks=(*found.blocks[: at + 1], *tables, *found.blocks[at + 1 :]))
    assert [value.value for value in read(whole).review.values()] == list(range(900, 915))


def test_fourteen_figures_in_section_four_are_missing() -> None:
    rows = review()
    del rows[2][7]
    report = read(document(four=rows))
    assert {value.status for value in report.review.values()} == {"missing"}


def test_an_empty_field_among_fifteen_is_blank() -> None:
    rows = review()
    rows[2][5] = ""
    found = read(document(four=rows)).review
    assert [value.value for value in found.values()] == [900 + n if n != 5 else None for n in range(15)]


def test_a_table_that_is_not_there_is_said_once() -> None:
    report = read(document(four=[]))
    assert rules(report) == ["missing_table"]
    assert {value.status for value in report.review.values()} == {"missing"}


def test_a_table_that_is_not_there_may_stand_on_a_page_that_was_not_read() -> None:
    left = replace(document(four=[]), notes=("page 2 holds pictures that were not read",), pictures=1)
    actual = [found.actual for found in read(left).observations]
    assert actual == ["page 2 holds pictures that were not read; pictures: 1, which may hold the tables"]


# Sections


def test_sections_are_told_by_title_and_order() -> None:
    found = document()
    texts = {
        SECTIONS[1]: "三、主动公开政府信息的情况",
        SECTIONS[3]: "因政府信息公开工作被申请行政复议、提起行政诉讼的情况",
    }
    blocks = tuple(
        Paragraph(texts.get(block.text, block.text), block.locator) if isinstance(block, Paragraph) else block
        for block in found.blocks
    )
    sections = read(Document("text", blocks)).sections
    assert [section.section_no for section in sections] == [1, 2, 3, 4, 5, 6]
    assert sections[4].body == "人手不足。"


def test_section_one_with_numbers_of_its_own() -> None:
    inner = [
        "一、主动公开情况",
        "公布文件3件。",
        "二、依申请公开情况",
        "办理申请2件。",
        "三、监督保障情况",
        "开会1次。",
    ]
    sections = read(document(one=inner)).sections
    assert [section.section_no for section in sections] == [1, 2, 3, 4, 5, 6]
    assert sections[0].body.splitlines() == inner


def test_tables_are_no_part_of_the_body() -> None:
    assert [section.body for section in read(document()).sections[1:4]] == ["", "", ""]


# Identity


@pytest.mark.parametrize(
    ("title", "year"),
    [
        (TITLE, 2022),
        ("云泽市水务局二〇二一年政府信息公开工作年度报告", 2021),
        ("2020年云泽市水务局政府信息公开年度报告", 2020),
        ("云泽市水务局政府信息公开工作年度报告（2023年度）", 2023),
    ],
)
def test_the_year_of_the_title(title: str, year: int) -> None:
    report = read(document(title=title))
    assert (report.identity.report_year, report.identity.agency_name) == (year, "云泽市水务局")


def test_the_period_tells_the_year_where_the_title_has_none() -> None:
    found = document(
        title="云泽市水务局政府信息公开工作年度报告",
        one=["所列数据的统计期限自2021年1月1日起至2021年12月31日止。"],
    )
    assert read(found).identity.report_year == 2021


def test_the_years_of_a_menu_printed_beside_the_title() -> None:
    title = "2023年度 云泽市水务局2024年政府信息公开 2022年度 工作年度报告"
    assert read(document(title=title)).identity.report_year == 2024


def test_the_title_that_a_browser_prints_at_the_head_of_the_page() -> None:
    found = document(title="当前位置：首页 > 政务公开 > 政府信息公开年报", one=("2024年度", "2023年度"))
    head = Paragraph(f"1/24/26, 3:28 PM {TITLE}", "page 1 line 1", "running")
    identity = read(replace(found, blocks=(head, *found.blocks))).identity
    assert (identity.title, identity.report_year, identity.agency_name) == (TITLE, 2022, "云泽市水务局")


def test_title_and_period_of_two_years() -> None:
    report = read(document(one=["本报告数据的统计期限为2021年1月1日至2021年12月31日。"]))
    assert report.identity.report_year == 2022
    assert rules(report) == ["year_conflict"]


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("发布时间：2023-01-28", date(2023, 1, 28)),
        ("发布日期：2023年1月8日 来源：云泽市水务局", date(2023, 1, 8)),
        ("生成日期:２０２３/０１/２８", date(2023, 1, 28)),
    ],
)
def test_the_date_in_the_page_head(line: str, published: date) -> None:
    found = document()
    blocks = (*found.blocks[:1], Paragraph(line, "line 2"), *found.blocks[1:])
    assert read(Document("text", blocks)).identity.published_on == published


def test_the_date_of_metadata_link_and_signature() -> None:
    assert read(document(metadata=(("PubDate", "2023-01-20 10:00"),))).identity.published_on == date(2023, 1, 20)
    assert read(document(), "202301/t20230116_77.txt").identity.published_on == date(2023, 1, 16)
    assert read(document(closing=["2023年1月9日"])).identity.published_on == date(2023, 1, 9)
    assert read(document(closing=["二〇二三年一月十二日"])).identity.published_on == date(2023, 1, 12)
    assert read(document()).identity.published_on is None


BARE = "2022年政府信息公开工作年度报告"


def test_the_agency_of_contact_publisher_and_signature() -> None:
    contact = document(title=BARE, one=["如有疑问，请与云泽市水务局联系（电话：0000）。"])
    assert read(contact).identity.agency_name == "云泽市水务局"
    publisher = document(title=BARE, metadata=(("ContentSource", "云泽市水务局"),))
    assert read(publisher).identity.agency_name == "云泽市水务局"
    assert read(document(title=BARE, closing=["云泽市水务局", "2023年1月9日"])).identity.agency_name == "云泽市水务局"


def test_the_site_s_code() -> None:
    assert read(document(closing=["网站标识码：3203000001"])).identity.site_code == "3203000001"
    assert read(document(closing=["網站標識碼：bm12000007"])).identity.site_code == "bm12000007"
    assert read(document(closing=["编码 3203000001"])).identity.site_code is None


# What gives no report


def reason(found: Document) -> str:
    with pytest.raises(Quarantined) as caught:
        read(found)
    return caught.value.reason_code


def test_nobody_named() -> None:
    assert reason(document(title=BARE)) == "no_agency"


def test_no_year_named() -> None:
    assert reason(document(title="云泽市水务局政府信息公开工作年度报告")) == "no_year"


def test_texts_without_tables() -> None:
    assert reason(Document("text", tuple(lines("关于召开会议的通知", "请准时参加。")))) == "not_a_report"
    assert reason(Document("text", tuple(lines(TITLE, *SECTIONS)))) == "no_tables"
    assert reason(Document("text", tuple(lines(TITLE.replace("2022", "2016"), *SECTIONS)))) == "unsupported_form"


def test_a_grid_of_outcomes_under_no_channel_names_no_cell() -> None:
    four = grid(
        [[(text, place, 1) for place, text in enumerate(row)] for row in (OUTCOMES, ["1", "2", "3", "4", "10"])]
    )
    report = read(document(four=four))
    assert {cell.status for cell in report.review.values()} == {"missing"}


def test_an_agencys_own_table_beside_a_statutory_one_takes_no_cell_from_it() -> None:
    years = [
        ["指标", "2021年", "2022年"],
        [LABELS["new_received"], "7001", "7002"],
        [LABELS["granted"], "7003", "7004"],
    ]
    whole = read(document(three=gridded(matrix())))
    beside = document(three=gridded(matrix()))
    own = gridded(years)
    blocks = [part for block in beside.blocks for part in ((block, own) if block.locator == "matrix" else (block,))]
    report = read(Document("html", tuple(blocks)))
    assert {key: cell.value for key, cell in report.application.items()} == {
        key: cell.value for key, cell in whole.application.items()
    }
    assert report.observations == ()


def gridded(printed: Printed) -> Table:
    return grid([[(text, place, 1) for place, text in enumerate(row)] for row in printed])


def test_a_row_of_a_grid_beside_other_columns_that_has_a_cell_more_is_left_out() -> None:
    printed = [[*row, "备注" if number == 0 else "见说明"] for number, row in enumerate(matrix())]
    printed[3].insert(4, "")
    report = read(document(three=gridded(printed)))
    assert [cell.status for (item, _), cell in report.application.items() if item == items("2021")[2]] == [
        "missing"
    ] * 7
    assert report.application["new_received", "total"].value == number("new_received", "total")


def test_a_short_row_of_a_grid_whose_last_cell_is_empty_may_have_lost_a_figure() -> None:
    head = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数", "", ""]
    two = gridded([head, ["规章", "1", "2", "3", "", ""], ["行政规范性文件", "4", "6", "", ""]])
    report = read(Document("html", tuple(two if block.locator == "two" else block for block in document().blocks)))
    assert report.proactive["regulation", "in_force"].value == 3
    assert report.proactive["normative_document", "repealed"].status == "missing"


def test_two_rows_of_heads_that_have_become_one_do_not_tell_where_the_total_stands() -> None:
    heads = [["", "申请人情况", "总计", "自然人", "法人或其他组织"], ["", *list(HEADS.values())[1:-1]]]
    report = read(document(three=[*heads, *matrix()[1:]]))
    assert {cell.status for cell in report.application.values()} == {"missing"}
