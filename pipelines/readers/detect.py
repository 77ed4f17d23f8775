"""Which kind of file these bytes are, by content; the name only breaks ties.

A ``.doc`` may be a web page, a ``.txt`` a PDF: extensions are not believed. What is no document
that can be read leaves as ``Quarantined`` here, with the name of its type and the remedy.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Literal

import olefile

from pipelines.readers.detect_text import text_kind
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import LIMITS, Limits
from pipelines.readers.ole_chains import refuse_loops

Kind = Literal["text", "html", "mhtml", "docx", "doc", "wps", "rtf", "xlsx", "xls", "pdf", "image", "archive"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SIGNATURES: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"II*\x00", "image"),
    (0, b"MM\x00*", "image"),
    (0, b"GIF87a", "image"),
    (0, b"GIF89a", "image"),
    (8, b"WEBPVP8", "image"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"\x1f\x8b\x08", "archive"),
    (0, b"BZh", "archive"),
    (0, b"\xfd7zXZ\x00", "archive"),
    (257, b"ustar", "archive"),
)
ARCHIVE_SIGNATURES = (
    *((0, signature) for signature in _ZIP),
    *((offset, signature) for offset, signature, kind in _SIGNATURES if kind == "archive"),
)
"""Where an archive shows itself; a ZIP may still be an Office document."""
_FOREIGN = (
    (0, b"MZ", "a Windows program"),
    (0, b"\x7fELF", "a Linux program"),
    (0, b"\xca\xfe\xba\xbe", "a Java class"),
    (0, b"%!PS", "PostScript"),
    (0, b"8BPS", "a Photoshop picture"),
    (0, b"AT&TFORM", "DjVu"),
    (0, b"Founder CEB", "Founder CEB"),
    (0, b"CAJ", "CAJ"),
    (0, b"KDH ", "CAJ"),
    (0, b"HN\x00\x00", "CAJ"),
    (0, b"ID3", "sound"),
    (0, b"fLaC", "sound"),
    (0, b"OggS", "sound"),
    (0, b"FLV", "video"),
    (4, b"ftyp", "video"),
    (8, b"AVI LIST", "video"),
    (8, b"WAVEfmt", "sound"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video"),
    (0, b"CWS", "Flash"),
    (0, b"FWS", "Flash"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (4, b"Standard ACE DB", "an Access database"),
    (4, b"Standard Jet DB", "an Access database"),
    (8, b"DUCK", "a DuckDB database"),
    (0, b"PAR1", "Parquet"),
    (0, b"\x4c\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (0, b"ITSF", "a CHM help book"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
    (0, b"\xdb\xa5\x2d\x00", "Word 2"),
)
_PARTS: tuple[tuple[str, Kind], ...] = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsx"),
)
_MAIN_PARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"wordprocessingml.document.main", "docx"),
    (b"wordprocessingml.template.main", "docx"),
    (b"ms-word.document.macroenabled.main", "docx"),
    (b"ms-word.template.macroenabledtemplate.main", "docx"),
    (b"spreadsheetml.sheet.main", "xlsx"),
    (b"spreadsheetml.template.main", "xlsx"),
    (b"ms-excel.sheet.macroenabled.main", "xlsx"),
    (b"ms-excel.sheet.binary.macroenabled.main", "xlsx"),
)
_FOREIGN_PARTS = (
    ("ppt/presentation.xml", "PowerPoint"),
    ("OFD.xml", "OFD"),
    ("AndroidManifest.xml", "an Android program"),
    ("META-INF/MANIFEST.MF", "a Java program"),
    ("visio/document.xml", "Visio"),
)
_FOREIGN_MIMETYPES = (
    (b"application/epub", "EPUB"),
    (b"application/vnd.oasis.opendocument", "OpenDocument"),
)
_OLE_STREAMS: tuple[tuple[str, Kind], ...] = (("worddocument", "doc"), ("workbook", "xls"), ("book", "xls"))
_FOREIGN_STREAMS = (
    ("powerpoint document", "PowerPoint"),
    ("visiodocument", "Visio"),
    ("__properties_version1.0", "an Outlook message"),
    ("matost", "Microsoft Works"),
    ("contents", "an unknown Office container"),
)
_ENCRYPTED_STREAMS = ("encryptedpackage", "encryptioninfo")
_WPS_SUFFIXES = (".wps", ".wpt")
_REMEDY = "save the report as DOCX, PDF or a web page and put that into the raw folder"


def detect(data: bytes, name: str, limits: Limits = LIMITS) -> Kind:
    """Kind of the file; ``name`` is its path or file name.

    Raises ``Quarantined`` with ``unreadable`` (empty, noise, damaged container),
    ``unsupported_format``, ``encrypted``, ``not_a_report`` (program text, data) or ``too_large``.
    """
    if len(data) > limits.file_bytes:
        raise Quarantined("too_large", f"{len(data)} bytes, the bound is {limits.file_bytes}; split or shrink the file")
    if not data.strip(b"\x00 \t\r\n"):
        raise Quarantined("unreadable", "the file is empty; fetch it again")
    if data.startswith(_OLE):
        return _ole_kind(data, name)
    if data.startswith(_ZIP):
        return _zip_kind(data)
    return _signed_kind(data) or text_kind(data, name, limits)


def unsupported(what: str, remedy: str = _REMEDY) -> Quarantined:
    """The error for a file of a known kind that no reader reads."""
    return Quarantined("unsupported_format", f"this is {what}, which is not read here; {remedy}")


def _signed_kind(data: bytes) -> Kind | None:
    """Kind by the signature in the first bytes."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if head.startswith(b"%PDF-") or (b"%PDF-" in head and b"endobj" in data):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    for offset, signature, kind in _SIGNATURES:
        if data.startswith(signature, offset):
            return kind
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return "image"
    for offset, signature, what in _FOREIGN:
        if data.startswith(signature, offset) and not _reads_as_text(data):
            raise unsupported(what)
    return None


def _reads_as_text(data: bytes) -> bool:
    """Whether short letters at the beginning (``MZ``, ``ID3``) begin a text and no program."""
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data[:2048])


def _zip_kind(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            return _container_kind(container)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ValueError, struct.error, OSError) as error:
        raise Quarantined("unreadable", f"damaged ZIP container ({error}); fetch the file again") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Quarantined("encrypted", f"the container is locked ({error}); save it without a password") from error


def _container_kind(container: zipfile.ZipFile) -> Kind:
    names = set(container.namelist())
    for part, kind in _PARTS:
        if part in names:
            return kind
    for part, what in _FOREIGN_PARTS:
        if part in names:
            raise unsupported(what)
    _refuse_foreign_mimetype(_head_of(container, "mimetype", names))
    content_types = _head_of(container, "[Content_Types].xml", names).lower()
    for main_part, kind in _MAIN_PARTS:
        if main_part in content_types:
            return kind
    if content_types:
        raise unsupported("an Office container without a text or a sheet")
    return "archive"


def _head_of(container: zipfile.ZipFile, part: str, names: set[str]) -> bytes:
    """First bytes of a part, bounded, since a part may be a bomb."""
    if part not in names:
        return b""
    with container.open(part) as stream:
        return stream.read(1 << 18)


def _refuse_foreign_mimetype(mimetype: bytes) -> None:
    for prefix, what in _FOREIGN_MIMETYPES:
        if mimetype.strip().startswith(prefix):
            raise unsupported(what)


def _ole_kind(data: bytes, name: str) -> Kind:
    streams = _ole_streams(data)
    if any(stream in streams for stream in _ENCRYPTED_STREAMS):
        raise Quarantined("encrypted", "the Office file has a password; save it without one")
    for stream, kind in _OLE_STREAMS:
        if stream in streams:
            return "wps" if kind == "doc" and suffix(name) in _WPS_SUFFIXES else kind
    for stream, what in _FOREIGN_STREAMS:
        if stream in streams:
            raise unsupported(what)
    raise unsupported("an Office container without a text or a sheet")


def _ole_streams(data: bytes) -> frozenset[str]:
    """Lower-case names at the root of an OLE container."""
    try:
        with olefile.OleFileIO(data) as container:
            streams = frozenset(entry[0].lower() for entry in container.listdir(storages=True))
            container.loadminifat()
            refuse_loops(container.fat, container.minifat)
            return streams
    except (OSError, ValueError, IndexError, KeyError, TypeError, struct.error, RecursionError) as error:
        raise Quarantined("unreadable", f"damaged Office container ({error}); fetch the file again") from error


def suffix(name: str) -> str:
    """Lower-case extension of a path, with its dot."""
    return PurePosixPath(name).suffix.lower()
