from __future__ import annotations

import gzip
import io
import struct
import sys
import tarfile
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.sample_archives import libarchive, rar, seven_zip
from pipelines.readers.archive import members
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import Limits

TEXT = "某局2023年工作报告\n".encode()
PAGE = b"<html><body><p>x</p></body></html>"


def zipped(
    files: dict[str, bytes], encoding: str = "utf-8", *, flags: int = 0, method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A ZIP whose names are stored in ``encoding``, the UTF-8 flag set only where zipfile sets it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as container:
        for name, data in files.items():
            info = zipfile.ZipInfo(name if encoding == "utf-8" else name.encode(encoding).decode("cp437"))
            info.compress_type = method
            container.writestr(info, data)
    data = bytearray(buffer.getvalue())
    if encoding != "utf-8":
        data = bytearray(_stored_names(files, encoding))
    if flags:
        _set_flags(data, flags)
    return bytes(data)


def _stored_names(files: dict[str, bytes], encoding: str) -> bytes:
    """Local headers and directory written by hand, since zipfile would flag the names as UTF-8."""
    body, directory = b"", b""
    for name, content in files.items():
        raw = name.encode(encoding)
        common = struct.pack(
            "<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(content), len(content), len(content), len(raw), 0
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\x03\x04" + common + raw + content
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _set_flags(data: bytearray, flags: int) -> None:
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + offset] |= flags
            place = data.find(signature, place + 1)


def listed(data: bytes, name: str = "a.zip", limits: Limits | None = None) -> dict[str, bytes | str]:
    found = members(data, name, limits or Limits())
    return {path: content.reason_code if isinstance(content, Quarantined) else content for path, content in found}


def refused(data: bytes, name: str = "a.zip", limits: Limits | None = None) -> str:
    with pytest.raises(Quarantined) as caught:
        list(members(data, name, limits or Limits()))
    return caught.value.reason_code


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_names_are_read_in_the_encoding_they_are_stored_in(encoding):
    assert listed(zipped({"报告/某局2023年.txt": TEXT}, encoding)) == {"报告/某局2023年.txt": TEXT}


def test_utf8_names_without_the_flag_are_utf8():
    assert listed(_stored_names({"报告.txt": TEXT}, "utf-8")) == {"报告.txt": TEXT}


def test_archives_in_archives_are_opened_to_the_bound():
    innermost = zipped({"深.txt": TEXT})
    inner = zipped({"内.txt": TEXT, "最内.zip": innermost})
    assert listed(zipped({"外.zip": inner, "b.txt": TEXT})) == {
        "外.zip!/内.txt": TEXT,
        "外.zip!/最内.zip": "too_large",
        "b.txt": TEXT,
    }


def test_an_office_document_inside_is_a_document():
    docx = zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<Types/>"})
    assert listed(zipped({"a.docx": docx})) == {"a.docx": docx}


def test_a_damaged_inner_archive_costs_only_itself():
    inner = zipped({"a.txt": TEXT})
    assert listed(zipped({"a.zip": inner[:-30], "b.txt": TEXT})) == {"a.zip": inner[:-30], "b.txt": TEXT}
    assert listed(zipped({"a.gz": gzip.compress(TEXT)[:-9], "b.txt": TEXT})) == {"a.gz": "unreadable", "b.txt": TEXT}


def test_locked_members_are_encrypted_each():
    assert listed(zipped({"a.txt": TEXT, "b.txt": TEXT}, flags=1)) == {"a.txt": "encrypted", "b.txt": "encrypted"}


def test_paths_out_of_the_archive_are_refused_and_named_inside_it():
    data = zipped({"../../etc/a.txt": TEXT, "/b.txt": TEXT, "C:/c.txt": TEXT, "ok/./d.txt": TEXT, "..\\e.txt": TEXT})
    assert listed(data) == {
        "etc/a.txt": "unreadable",
        "b.txt": "unreadable",
        "C:/c.txt": "unreadable",
        "ok/d.txt": TEXT,
        "e.txt": "unreadable",
    }


def test_links_are_left_out():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        container.writestr(link, "/etc/passwd")
    assert listed(buffer.getvalue()) == {}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as container:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        container.addfile(link)
    assert listed(buffer.getvalue(), "a.tar") == {}


def test_what_systems_leave_behind_is_left_out():
    names = ("__MACOSX/._a.txt", ".DS_Store", "b/Thumbs.db", "~$a.doc", "desktop.ini", "c/.hidden")
    assert listed(zipped({**dict.fromkeys(names, TEXT), "a.txt": TEXT})) == {"a.txt": TEXT}


def test_a_saved_page_comes_without_its_style_and_small_pictures():
    scan = b"\x89PNG" + bytes(20_000)
    data = zipped(
        {
            "p/index.html": PAGE,
            "p/style.css": b"a{}",
            "p/js/a.js": b"a()",
            "p/icon.png": b"\x89PNG",
            "p/scan.png": scan,
            "p/index_files/frame.html": PAGE,
            "q/icon.png": b"\x89PNG",
            "q/a.js": b"a()",
        },
        method=zipfile.ZIP_STORED,
    )
    assert set(listed(data)) == {"p/index.html", "p/scan.png", "q/icon.png", "q/a.js"}


def test_bombs_are_too_large():
    assert listed(zipped({"a.txt": bytes(5 << 20)})) == {"a.txt": "too_large"}
    assert listed(gzip.compress(bytes(9 << 20)), "a.gz") == {"a": "too_large"}
    assert listed(zipped({"a.txt": TEXT * 99}), limits=Limits(member_bytes=1000)) == {"a.txt": "too_large"}
    found = listed(zipped({f"{n}.txt": TEXT for n in range(10)}), limits=Limits(total_bytes=len(TEXT) * 3))
    assert list(found.values()).count("too_large") == 7


def test_a_size_that_lies_is_not_believed():
    data = bytearray(zipped({"a.txt": bytes(3 << 20)}))
    place = data.find(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    assert listed(bytes(data)) in ({"a.txt": "unreadable"}, {"a.txt": "too_large"})


def test_too_many_members_are_refused():
    crowd = zipped({f"{n}.txt": b"" for n in range(30)})
    assert refused(crowd, limits=Limits(members=20)) == "too_large"
    assert refused(crowd, limits=Limits(members=2)) == "too_large"


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_in_every_packing(mode):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as container:
        info = tarfile.TarInfo("目录/报告.txt")
        info.size = len(TEXT)
        container.addfile(info, io.BytesIO(TEXT))
    assert listed(buffer.getvalue(), "a.tar.gz") == {"目录/报告.txt": TEXT}


def test_a_packed_single_file_has_the_name_before_its_ending():
    assert listed(gzip.compress(TEXT), "dir/报告.txt.gz") == {"报告.txt": TEXT}


def test_seven_zip():
    data = seven_zip({"目录/报告.txt": TEXT, "b.txt": b"abc"})
    if data is None:
        pytest.skip("libarchive is not installed")
    assert listed(data, "a.7z") == {"目录/报告.txt": TEXT, "b.txt": b"abc"}
    assert refused(data[:40], "a.7z") == "unreadable"


def test_rar_and_locked_rar():
    if libarchive() is None:
        pytest.skip("libarchive is not installed")
    assert listed(rar("dir\\report.txt", TEXT), "a.rar") == {"dir/report.txt": TEXT}
    assert listed(rar("report.txt", TEXT, locked=True), "a.rar") == {"report.txt": "encrypted"}


def test_without_the_system_library_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "libarchive", None)
    with pytest.raises(Quarantined) as caught:
        list(members(b"Rar!\x1a\x07\x00....", "a.rar"))
    assert caught.value.reason_code == "unsupported_format"
    assert "libarchive13" in caught.value.detail


SAMPLE = zipped({"a.txt": TEXT, "b/c.txt": TEXT * 30})


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=4), st.integers(0, len(SAMPLE))
)
def test_any_damage_gives_members_or_a_reason(changes, length):
    data = bytearray(SAMPLE)
    for place, byte in changes:
        data[place] = byte
    try:
        outcome = len(listed(bytes(data[:length])))
    except Quarantined as error:
        outcome = len(error.detail)
    assert outcome >= 0
