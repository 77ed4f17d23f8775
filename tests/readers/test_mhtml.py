from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers import read_document
from pipelines.readers.document import Document, Paragraph, Table
from pipelines.readers.errors import Quarantined
from pipelines.readers.mhtml import read

ROWS = "".join(f"<tr><td>第{row}项</td><td>{row}</td><td>{row * 7}</td></tr>" for row in range(1, 9))
PAGE = f"<html><head><title>题</title></head><body><p>某局说明。</p><table>{ROWS}</table></body></html>"


def saved(page: str, charset: str = "utf-8", encoding: str = "quoted-printable") -> bytes:
    """The page with a frame and a picture, as browsers save it."""
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "http://example.test/art_1.html"
    message["Subject"] = "=?utf-8?Q?=E9=A2=98?="
    message["MIME-Version"] = "1.0"
    message.make_related()
    message.add_related(page.encode(charset), "text", "html", cte=encoding, params={"charset": charset})
    message.add_related(b"<html><body><p>frame</p></body></html>", "text", "html", cte=encoding)
    message.add_related(b"\x89PNG....", "image", "png")
    return bytes(message)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gb18030"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_the_main_page_is_read_and_its_address_kept(charset, encoding):
    document = read_document(saved(PAGE, charset, encoding), "a.mht")
    assert document.source_format == "html"
    assert texts(document) == ["某局说明。"]
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert [cell.text for cell in table.rows[2]] == ["第3项", "3", "21"]
    assert ("Snapshot-Content-Location", "http://example.test/art_1.html") in document.metadata


def test_the_part_that_start_names_is_the_page():
    data = (
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"; start="<two@x>"\n\n'
        b"--b\nContent-Type: text/html\nContent-ID: <one@x>\n\n<p>one</p>\n"
        b"--b\nContent-Type: text/html\nContent-ID: <two@x>\n\n<p>two</p>\n--b--\n"
    )
    assert texts(read(data)) == ["two"]


def test_a_message_without_a_page_is_unreadable():
    with pytest.raises(Quarantined) as caught:
        read(
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
            b"--b\nContent-Type: image/png\n\nx\n--b--"
        )
    assert caught.value.reason_code == "unreadable"


def test_parts_in_parts_without_end_cost_no_stack():
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    with pytest.raises(Quarantined):
        read(b"MIME-Version: 1.0\n" + head.encode())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 255), st.integers(0, 3000))
def test_any_damage_gives_a_document_or_a_reason(place, byte, length):
    data = bytearray(saved(PAGE))
    data[place % len(data)] = byte
    try:
        outcome = len(read(bytes(data[: len(data) - length])).blocks)
    except Quarantined as refused:
        outcome = len(refused.detail)
    assert outcome >= 0
