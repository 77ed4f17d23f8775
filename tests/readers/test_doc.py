"""Binary Word files: fixtures saved by an office program, and streams built by hand for the rest."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers import doc, docx, office_fallback
from pipelines.readers.document import Document, Paragraph
from pipelines.readers.errors import Quarantined
from pipelines.readers.word_binary import DeclinedError, open_word, properties_of
from tests.readers.matrix import OUTCOMES, damaged, outcome, tables_of, texts_of
from tests.readers.word_package import docx_package, p
from tests.readers.word_streams import (
    DELETED,
    HIDDEN,
    IN_TABLE,
    Part,
    header,
    row_definition,
    sprm,
    table_row,
    word_file,
)

FIXTURES = Path(__file__).parent / "fixtures"
NO_EDGE = [0, 1000, 2000, 3000]


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def folded(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def cells_of(document: Document) -> list[Any]:
    return [
        [[[folded(c.text), c.column, c.column_span, c.row_span] for c in row] for row in table.rows]
        for table in tables_of(document)
    ]


def built(*parts: Part | list[Part], **options: Any) -> Document:
    flat = [part for one in parts for part in (one if isinstance(one, list) else [one])]
    return doc._document(word_file([*flat, Part("\r")], **options), "doc")


def shapes(document: Document) -> list[list[list[tuple[str, int, int, int]]]]:
    return [
        [[(c.text, c.column, c.column_span, c.row_span) for c in row] for row in table.rows]
        for table in tables_of(document)
    ]


@pytest.mark.parametrize("name", ["report", "report_2", "merged", "merged_long"])
def test_every_printed_cell_and_paragraph(name: str) -> None:
    expected = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    document = doc.read(fixture(f"{name}.doc"))
    assert cells_of(document) == expected["tables"]
    assert [text.strip() for text in expected["paragraphs"] if text.strip()] == texts_of(document)


def test_wps_is_the_same_format() -> None:
    data = fixture("report.doc")
    document = doc.read(data, "wps")
    assert document.source_format == "wps"
    assert document.blocks == doc.read(data).blocks


def test_stories_lists_changes_fields_and_boxes() -> None:
    document = doc.read(fixture("stories.doc"))
    assert texts_of(document) == [
        "云岭市溪口区水务局2023年政府信息公开工作年度报告",
        "一、总体情况",
        "（一）主动公开",
        "（二）依申请",
        "二、第二",
        "框内文字",
        "（一）又一",
        "保留新增末尾",
        "看链接了",
        "三、第三",
        "一、重新",
        "外",
        "尾",
        "落款",
    ]
    running = [block.text for block in document.blocks if isinstance(block, Paragraph) and block.role == "running"]
    assert running == ["页眉", "— 1 —", "脚注"]
    roles = {block.text: block.role for block in document.blocks if isinstance(block, Paragraph)}
    assert roles["一、总体情况"] == "heading"
    assert roles["云岭市溪口区水务局2023年政府信息公开工作年度报告"] == "title"


def test_layout_table_dissolves_and_inner_table_of_data_is_text() -> None:
    first, second = tables_of(doc.read(fixture("stories.doc")))
    assert [(c.text, c.row_span) for c in first.rows[0]] == [("组", 2), ("1.项", 1), ("1", 1)]
    assert first.rows[2][1].text == "里1\t里2\n里3\t里4"
    assert [[c.text for c in row] for row in second.rows] == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_pieces_out_of_order_and_of_both_widths() -> None:
    document = built(Part("年报\r"), Part("Report 2024\r", compressed=True), Part("“完”\r"))
    assert texts_of(document) == ["年报", "Report 2024", "“完”"]


def test_characters_beyond_the_basic_plane_do_not_shift_the_rest() -> None:
    document = built(Part("\ud842\udfb7祥\r"), Part("后\r"))
    assert texts_of(document) == ["𠮷祥", "后"]


@pytest.mark.parametrize("compressed", [False, True])
def test_a_block_of_zeros_is_damage_and_joins_no_figure(compressed: bool) -> None:
    document = built(Part("60\0\0\0\r", compressed=compressed))
    assert texts_of(document) == ["60\ufffd\ufffd\ufffd"]


@pytest.mark.parametrize("flags", [[1, 2, 0], [2, 1, 0], [3, 1, 0]])
def test_both_spellings_of_a_horizontal_merge(flags: list[int]) -> None:
    merged = table_row("宽", "", "3", edges=NO_EDGE, flags=flags)
    plain = table_row("1", "2", "3", edges=NO_EDGE)
    assert shapes(built(merged, plain))[0][0] == [("宽", 0, 2, 1), ("3", 2, 1, 1)]


def test_two_horizontal_merges_side_by_side() -> None:
    edges = [0, 1000, 2000, 3000, 4000]
    merged = table_row("甲", "", "乙", "", edges=edges, flags=[1, 2, 1, 2])
    plain = table_row("1", "2", "3", "4", edges=edges)
    assert shapes(built(merged, plain))[0][0] == [("甲", 0, 2, 1), ("乙", 2, 2, 1)]


def test_merges_stated_after_the_definition() -> None:
    across = sprm(0x5624, bytes([0, 2]))
    start, go_on = sprm(0xD62B, bytes([2, 2, 3])), sprm(0xD62B, bytes([2, 2, 1]))
    rows = (
        table_row("a", "", "c", edges=NO_EDGE, more=across + start),
        table_row("1", "2", "", edges=NO_EDGE, more=go_on),
    )
    assert shapes(built(*rows)) == [[[("a", 0, 2, 1), ("c", 2, 1, 2)], [("1", 0, 1, 1), ("2", 1, 1, 1)]]]


def test_vertical_merge_flags_and_wide_cells() -> None:
    rows = (
        table_row("组", "宽", edges=[0, 1000, 3000], flags=[0x60, 0]),
        table_row("", "1", "2", edges=NO_EDGE, flags=[0x20, 0, 0]),
    )
    assert shapes(built(*rows)) == [[[("组", 0, 1, 2), ("宽", 1, 2, 1)], [("1", 1, 1, 1), ("2", 2, 1, 1)]]]


def test_width_changed_after_the_definition_moves_the_edges() -> None:
    wider = sprm(0x7623, struct.pack("<BBh", 0, 1, 2000))
    rows = table_row("a", "b", edges=[0, 1000, 2000], more=wider), table_row("1", "2", "3", edges=NO_EDGE)
    assert shapes(built(*rows))[0][0] == [("a", 0, 2, 1), ("b", 2, 1, 1)]


def test_a_row_whose_definition_does_not_fit_leaves_only_the_order() -> None:
    rows = table_row("1", "2", "3", edges=[0, 1000, 2000], flags=[0, 0]), table_row("4", "5", edges=[0, 1000, 2000])
    (table,) = tables_of(built(*rows))
    assert table.kind == "rows"
    assert [[(c.text, c.column) for c in row] for row in table.rows] == [
        [("1", 0), ("2", 1), ("3", 2)],
        [("4", 0), ("5", 1)],
    ]


def test_cells_of_several_paragraphs() -> None:
    first = [Part("商业\r", IN_TABLE), *table_row("企业", "1", edges=[0, 1000, 2000])]
    assert shapes(built(first))[0][0][0][0] == "商业\n企业"


def test_properties_kept_in_the_data_stream() -> None:
    stored = row_definition([0, 1000, 2000], [0, 0])
    data = b"pad!" + struct.pack("<H", len(stored)) + stored
    end = Part("\x07", IN_TABLE + sprm(0x2417, 1) + sprm(0x6646, struct.pack("<I", 4)))
    document = built(Part("a\x07", IN_TABLE), Part("b\x07", IN_TABLE), end, data=data)
    assert shapes(document) == [[[("a", 0, 1, 1), ("b", 1, 1, 1)]]]


def test_deleted_and_hidden_text_is_left_out_and_cells_keep_their_marks() -> None:
    document = built(
        Part("留删藏\r", marked=((1, 2, DELETED), (2, 3, HIDDEN))),
        Part("前\r", marked=((1, 2, DELETED),)),
        Part("后\r"),
        [Part("8\x07", IN_TABLE, marked=((0, 2, DELETED),)), *table_row("9", edges=[0, 1000, 2000], flags=[0, 0])],
    )
    assert texts_of(document) == ["留", "前后"]
    assert shapes(document) == [[[("", 0, 1, 1), ("9", 1, 1, 1)]]]


def test_struck_and_raised_figures_do_not_grow_together_with_those_beside() -> None:
    struck, twice = sprm(0x0837, 1), sprm(0x2A53, 1)
    raised, lowered, level = sprm(0x2A48, 1), sprm(0x2A48, 2), sprm(0x2A48, 0)
    document = built(
        Part("7736\r", marked=((0, 2, struck),)),
        Part("7736\r", marked=((0, 1, twice), (1, 2, level))),
        Part("361\r", marked=((2, 3, raised),)),
        Part("件12\r", marked=((0, 2, lowered), (2, 3, level))),
    )
    assert texts_of(document) == ["~~36", "~736", "36¹", "件₁2"]


def test_figures_at_different_heights_do_not_grow_together() -> None:
    up, less, down, level = (sprm(0x4845, struct.pack("<h", height)) for height in (6, 3, -6, 0))
    document = built(
        Part("52\r", marked=((1, 2, up),)),
        Part("52\r", marked=((0, 1, up),), compressed=True),
        Part("52\r", marked=((1, 2, down),)),
        Part("5723\r", marked=((1, 2, DELETED), (2, 3, up), (3, 4, level))),
    )
    assert texts_of(document) == ["5²", "5₂", "5₂", "5²³"]
    document = built(
        Part("52\r", marked=((0, 2, up),)),
        Part("52\r", marked=((0, 1, up), (1, 2, up))),
        Part("52\r", marked=((1, 2, less),)),
        Part("公开5件2\r", marked=((3, 4, up),)),
        Part("5\r", marked=((0, 2, up),)),
        Part("2\r"),
        Part("592\r", marked=((1, 2, up + HIDDEN),)),
    )
    assert texts_of(document) == ["52", "52", "52", "公开5件2", "5", "2", "52"]


def test_symbols_stand_as_their_own_sign() -> None:
    symbol = sprm(0x6A09, struct.pack("<HH", 0, 0x25A1))
    assert texts_of(built(Part("(有\r", marked=((0, 1, symbol),)))) == ["□有"]


def test_fields_nested_and_unfinished() -> None:
    document = built(
        Part("见\x13 A \x13 B \x14b\x15 \x14果\x15。\r"), Part("只有码\x13 C \x15完\r"), Part("头\x14尾\r")
    )
    assert texts_of(document) == ["见果。", "只有码完", "头尾"]


def test_story_counts_part_notes_from_the_body() -> None:
    document = built(Part("正文\r"), Part("脚注\r"), counts=(3, 4))
    assert [(block.text, block.role) for block in document.blocks] == [("正文", "text"), ("脚注", "running")]


def test_special_signs() -> None:
    assert texts_of(built(Part("a\tb\x0bc\x1ed\x1fe\x01\x08f\r"))) == ["a\tb\nc-def"]


def test_properties_end_where_they_are_damaged() -> None:
    assert [one.code for one in properties_of(IN_TABLE + b"\x08")] == [0x2416]
    assert list(properties_of(b"\x08\xd6")) == []


def refused(data: bytes) -> Quarantined:
    with pytest.raises(Quarantined) as caught:
        doc.read(data)
    return caught.value


def patched(at: int, content: bytes) -> bytes:
    data = bytearray(fixture("stories.doc"))
    place = data.index(b"\xec\xa5") + at
    data[place : place + len(content)] = content
    return bytes(data)


def test_password() -> None:
    assert refused(patched(11, b"\x13")).reason_code == "encrypted"


def test_without_an_office_program_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_fallback, "program", lambda: None)
    refusal = refused(patched(2, b"\x65\x00"))
    assert refusal.reason_code == "unsupported_format"
    assert "libreoffice-writer-nogui" in refusal.detail


def test_what_is_declined_goes_to_the_office_program(monkeypatch: pytest.MonkeyPatch) -> None:
    converted = docx_package(p("转换"))
    monkeypatch.setattr(office_fallback, "program", lambda: "office")
    monkeypatch.setattr(office_fallback, "convert", lambda files: dict.fromkeys(files, converted))
    document = doc.read(patched(2, b"\x65\x00"), "wps")
    assert document.source_format == "wps"
    assert document.blocks == docx.read(converted).blocks
    assert "LibreOffice" in document.notes[0]
    monkeypatch.setattr(office_fallback, "convert", lambda _: {})
    assert refused(patched(2, b"\x65\x00")).reason_code == "unreadable"


def test_other_versions_are_declined() -> None:
    with pytest.raises(DeclinedError):
        open_word(bytes(header(version=0x65)), (b"", b""), b"")
    with pytest.raises(DeclinedError):
        open_word(b"\xdc\xa5" + bytes(300), (b"", b""), b"")
    with pytest.raises(Quarantined, match="unreadable"):
        open_word(b"short", (b"", b""), b"")


def test_damage_is_unreadable() -> None:
    assert refused(fixture("stories.doc")[:9000]).reason_code == "unreadable"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)).reason_code == "unreadable"


@pytest.mark.skipif(office_fallback.program() is None, reason="LibreOffice is not installed")
def test_the_office_program_converts_a_batch() -> None:
    converted = office_fallback.convert({"a": fixture("stories.doc"), "b": fixture("merged_long.doc")})
    assert cells_of(docx.read(converted["b"])) == cells_of(doc.read(fixture("merged_long.doc")))


def test_an_office_program_that_does_not_start_makes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(office_fallback, "program", lambda: str(tmp_path / "missing"))
    assert office_fallback.convert({"a": b"x"}) == {}
    monkeypatch.setattr(office_fallback, "program", lambda: "/bin/true")
    monkeypatch.setattr(office_fallback, "MEMORY", -7)
    assert office_fallback.convert({"a": b"x"}) == {}


def test_an_office_program_that_hangs_ends_with_its_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "office"
    program.write_text("#!/bin/sh\nsleep 60 &\nsleep 60\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setattr(office_fallback, "program", lambda: str(program))
    monkeypatch.setattr(office_fallback, "SECONDS_TO_START", 0)
    monkeypatch.setattr(office_fallback, "SECONDS_A_FILE", 1)
    assert office_fallback.convert({"a": b"x"}) == {}


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["stories.doc", "merged_long.doc"]))
def test_damaged_bytes_give_a_document_or_a_reason(seed: int, name: str) -> None:
    data = damaged(fixture(name), seed)
    assert outcome(without_office, data) in OUTCOMES


def without_office(data: bytes) -> Document:
    """Read with our own reader alone: damage may make a file look like an older version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office_fallback, "program", lambda: None)
        return doc.read(data)
