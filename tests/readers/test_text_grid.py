"""Tables drawn in text with rules of dashes: cells and spans from the places of the signs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.readers.document import Document, Table
from pipelines.readers.text import text_to_document

DRAWN = """
+--------+------+------+
| 项目   | 数量        |
|        +------+------+
|        | 甲   | 乙   |
+--------+------+------+
| 很长的 | 12   |      |
| 一项   |      |      |
+========+======+======+
"""


def shapes(document: Document) -> list[list[tuple[str, int, int, int]]]:
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert table.kind == "grid"
    return [[(cell.text, cell.column, cell.column_span, cell.row_span) for cell in row] for row in table.rows]


EXPECTED = [
    [("项目", 0, 1, 2), ("数量", 1, 2, 1)],
    [("甲", 1, 1, 1), ("乙", 2, 1, 1)],
    [("很长的\n一项", 0, 1, 1), ("12", 1, 1, 1), ("", 2, 1, 1)],
]


def test_cells_and_spans() -> None:
    assert shapes(text_to_document(DRAWN)) == EXPECTED


def test_signs_for_drawing_boxes() -> None:
    boxes = DRAWN.translate(str.maketrans("+-=|", "┼─═│")).replace("┼", "┌", 1)
    assert shapes(text_to_document(boxes)) == EXPECTED


def test_every_character_counted_as_one() -> None:
    narrow = "+----+--+\n| 项 | 3|\n+----+--+\n"
    assert shapes(text_to_document(narrow)) == [[("项", 0, 1, 1), ("3", 1, 1, 1)]]


def test_locators_name_the_line() -> None:
    table = next(block for block in text_to_document(DRAWN).blocks if isinstance(block, Table))
    assert [row[0].locator for row in table.rows] == ["line 3 field 1", "line 5 field 1", "line 7 field 1"]


@pytest.mark.parametrize(
    "line",
    ["| 很长的 | 12  |      |", "| 很长的   12   |      |  |", "| 很长的 x 12   |      ", "+--------+-------------+"],
)
def test_signs_that_do_not_stand_under_each_other_draw_no_grid(line: str) -> None:
    lines = DRAWN.split("\n")
    lines[6] = line
    kinds = [block.kind for block in text_to_document("\n".join(lines)).blocks if isinstance(block, Table)]
    assert "grid" not in kinds


@given(st.text(st.sampled_from("+-=| \n中1┼─│"), max_size=200))
def test_any_drawing_is_read_whole_or_as_lines(text: str) -> None:
    for block in text_to_document(text).blocks:
        if isinstance(block, Table) and block.kind == "grid":
            places = [
                (n + down, cell.column + right)
                for n, row in enumerate(block.rows)
                for cell in row
                for down in range(cell.row_span)
                for right in range(cell.column_span)
            ]
            assert len(places) == len(set(places))


def test_a_pipe_that_ends_every_row_is_no_cell_also_where_not_every_row_begins_with_one() -> None:
    text = "项目 | 甲 | 乙 |\n一项 | 1 | |\n| 二项 | 2 | 3 |\n"
    table = next(block for block in text_to_document(text).blocks if isinstance(block, Table))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["项目", "甲", "乙"],
        ["一项", "1", ""],
        ["", "二项", "2", "3"],
    ]
