from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.readers.encoding import REPLACEMENT, decode
from pipelines.readers.errors import Quarantined

SIMPLIFIED = 3 * (
    "一、总体情况\n2023年，本机关共收到申请12件，均已按期答复。\n自然人\t3\t合计\t15\n　　第一季度办结率为百分之百。\n"
)
TRADITIONAL = 3 * (
    "一、總體情況\n2023年，本機關共收到申請12件，均已按期答覆。\n自然人\t3\t合計\t15\n第一季辦結率為百分之百。\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "big5", "iso-8859-1", "no-such-charset", "base64"])
def test_every_encoding_is_told_by_its_bytes_whatever_is_declared(encoding, declared):
    assert decode(SIMPLIFIED.encode(encoding), declared) == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["big5", "gbk"])
@pytest.mark.parametrize("declared", [None, "gb2312", "big5"])
def test_traditional_text_is_told_apart_in_big5_and_gbk(encoding, declared):
    assert decode(TRADITIONAL.encode(encoding), declared) == TRADITIONAL


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_text_cut_inside_a_character_keeps_all_before_it_and_shows_the_cut(encoding):
    text = decode(SIMPLIFIED[:40].encode(encoding) + "件".encode(encoding)[:1])
    assert text == SIMPLIFIED[:40] + REPLACEMENT


def test_a_broken_byte_is_shown_where_it_stands():
    data = SIMPLIFIED.encode()
    place = data.index(b"12")
    text = decode(data[:place] + b"\xff" + data[place:])
    assert text == SIMPLIFIED.replace("12", REPLACEMENT + "12", 1)


def test_a_short_line_of_gb18030_is_enough():
    assert decode("自然人\t3".encode("gb18030")) == "自然人\t3"


def test_an_empty_file_is_an_empty_text():
    assert decode(b"") == ""


def test_noise_is_unreadable():
    noise = random.Random(7).randbytes(4000)
    with pytest.raises(Quarantined) as caught:
        decode(noise)
    assert caught.value.reason_code == "unreadable"


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gbk", "big5", "utf-16"]))
def test_any_bytes_give_text_or_unreadable(data, declared):
    try:
        outcome = decode(data, declared)
    except Quarantined as refused:
        outcome = refused.reason_code
    assert isinstance(outcome, str)


@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from(["utf-8", "gb18030"]))
def test_one_changed_byte_never_changes_a_digit_elsewhere(place, byte, encoding):
    data = bytearray(SIMPLIFIED.encode(encoding))
    data[place % len(data)] = byte
    lines = decode(bytes(data)).split("\n")
    wrong = [line for line, right in zip(lines, SIMPLIFIED.split("\n"), strict=False) if line != right]
    assert len(wrong) <= 1 or len(lines) != SIMPLIFIED.count("\n") + 1
