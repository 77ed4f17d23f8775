from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from pipelines.readers import READERS, read_document
from pipelines.readers.detect import detect
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import Limits
from pipelines.readers.ole_chains import refuse_loops

REPORT = "某某局2023年工作报告\n\n一、情况\n自然人\t3\t0\n合计\t3\t0\n"
PAGE = f"<!DOCTYPE html><html><head><title>x</title></head><body><p>{REPORT}</p></body></html>"


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        for name, data in parts.items():
            container.writestr(name, data)
    return buffer.getvalue()


def reason(data: bytes, name: str, limits: Limits | None = None) -> str:
    with pytest.raises(Quarantined) as caught:
        detect(data, name, limits or Limits())
    assert caught.value.detail
    return caught.value.reason_code


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (REPORT.encode(), "text"),
        (REPORT.encode("gb18030"), "text"),
        (REPORT.encode("utf-16"), "text"),
        ("项目,自然人,合计\n甲,1,1\n".encode(), "text"),
        (("|a|b|\n|---|---|\n|甲<br>乙|3|\n" * 3).encode(), "text"),
        (PAGE.encode(), "html"),
        (PAGE.encode("utf-16"), "html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --> " + PAGE.encode(), "html"),
        ("<table><tr><td>甲</td></tr></table>".encode(), "html"),
        (f"{REPORT}<table><tr><td>甲</td></tr></table>".encode(), "html"),
        (b"<custom-page><div>text</div></custom-page>", "html"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=x\r\n\r\n--x--", "mhtml"),
        (b"From: <Saved by Blink>\nSubject: x\nContent-Type: multipart/related\n\n", "mhtml"),
        (b"{\\rtf1\\ansi hello}", "rtf"),
        (b"%PDF-1.7\n...", "pdf"),
        (b"\r\n%PDF-1.4\n...", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xff\xd8\xff\xe0....", "image"),
        (b"II*\x00....", "image"),
        (zipped(**{"word/document.xml": b"<w/>"}), "docx"),
        (zipped(**{"xl/workbook.xml": b"<w/>"}), "xlsx"),
        (zipped(**{"[Content_Types].xml": b"...wordprocessingml.document.main+xml", "word/d.xml": b"."}), "docx"),
        (zipped(**{"2023/report.html": b"<html>"}), "archive"),
        (b"7z\xbc\xaf\x27\x1c....", "archive"),
        (b"Rar!\x1a\x07\x00....", "archive"),
        (b"\x1f\x8b\x08....", "archive"),
    ],
)
@pytest.mark.parametrize("name", ["a.doc", "a.txt", "a.html", "a.pdf", "a", "目录/报告.wps"])
def test_content_tells_the_kind_and_the_name_does_not(data, kind, name):
    assert detect(data, name) == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unreadable"),
        (b" \r\n\t\n", "unreadable"),
        (bytes(5000), "unreadable"),
        (random.Random(1).randbytes(3000), "unreadable"),
        (b"PK\x03\x04 cut off", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "unreadable"),
        (zipped(**{"ppt/presentation.xml": b"."}), "unsupported_format"),
        (zipped(**{"OFD.xml": b".", "Doc_0/Document.xml": b"."}), "unsupported_format"),
        (zipped(mimetype=b"application/epub+zip"), "unsupported_format"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "unsupported_format"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "unsupported_format"),
        (b"\x00\x00\x00\x18ftypmp42", "unsupported_format"),
        (b"<?xml version='1.0'?><?mso-application?><w:wordDocument/>", "unsupported_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "unsupported_format"),
        (b"<?xml version='1.0'?><rss><item>1</item></rss>", "not_a_report"),
        (b'{"code": 0, "rows": [{"content": "<p>x</p>"}]}', "not_a_report"),
        (b'var report = "<table><tr><td>1</td></tr></table>";\n', "not_a_report"),
        (b"/* menu */\nfunction open(a) {\n  return a;\n}\n", "not_a_report"),
        (b"(function(){var a=1;})();", "not_a_report"),
        (b"body{margin:0}.a .b{color:#333;font:12px/1.5 x}", "not_a_report"),
        (b'callback({"a": "b", "c": ["</p>", "</p>"]})', "not_a_report"),
    ],
)
@pytest.mark.parametrize("name", ["report.doc", "report.html", "report.txt"])
def test_what_is_no_document_says_why(data, code, name):
    assert reason(data, name) == code


def test_only_the_name_tells_wps_from_word():
    data = (Path(__file__).parent / "fixtures" / "report.doc").read_bytes()
    assert detect(data, "a.doc") == detect(data, "a.txt") == "doc"
    assert detect(data, "目录/a.WPS") == "wps"


def test_a_binary_sheet_of_any_name_is_a_sheet():
    buffer = io.BytesIO()
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, 1)
    book.save(buffer)
    assert detect(buffer.getvalue(), "a.et") == detect(buffer.getvalue(), "a.wps") == "xls"


def test_a_file_over_the_bound_is_too_large():
    assert reason(REPORT.encode(), "a.txt", Limits(file_bytes=10)) == "too_large"
    assert reason(REPORT.encode(), "a.txt", Limits(text_bytes=10)) == "too_large"


def test_text_that_begins_with_the_letters_of_a_program_is_text():
    assert detect("MZ镇2023年报告\n".encode(), "a.txt") == "text"


def test_an_archive_is_no_document():
    with pytest.raises(Quarantined) as caught:
        read_document(zipped(**{"a.txt": REPORT.encode()}), "a.zip")
    assert caught.value.reason_code == "unsupported_format"


def test_every_kind_but_an_archive_has_a_reader():
    assert {"text", "html", "mhtml", "docx", "doc", "wps", "rtf", "xlsx", "xls", "pdf", "image"} == set(READERS)


def test_sectors_that_form_a_loop_are_refused():
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    refuse_loops([1, 2, end, free], [1, 2, 9, 1])
    for table in ([0], [1, 2, 0], [end, 2, 3, 2]):
        with pytest.raises(Quarantined):
            refuse_loops([end], table)


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind_or_a_reason(data):
    try:
        outcome = detect(data, "x.bin")
    except Quarantined as refused:
        outcome = refused.reason_code
    assert outcome
