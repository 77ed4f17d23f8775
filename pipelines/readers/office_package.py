"""The ZIP package of DOCX and XLSX: bounded reading of its parts, nothing followed outside.

Knows the container only; what the parts mean is the readers' business.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from typing import NamedTuple

import olefile
from lxml import etree

from pipelines.readers.errors import Quarantined

LARGEST_PART = 32 * 1024 * 1024
LARGEST_PACKAGE = 256 * 1024 * 1024
MOST_MEMBERS = 5_000
LARGEST_RATIO = 200
RATIO_FREE = 8 * 1024 * 1024
"""A part up to this size may be packed as tightly as it likes: plain tables reach a ratio of 100."""

_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class Relation(NamedTuple):
    """One internal relation of a part: the last word of its type, and the part it points to."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Package:
    """An opened package; parts are read on demand."""

    archive: zipfile.ZipFile
    names: frozenset[str]

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, strict namespaces made transitional; null where it does not exist.

        Raises ``Quarantined`` (``unreadable``, ``too_large``).
        """
        if name not in self.names:
            return None
        try:
            with self.archive.open(name) as stream:
                content = stream.read(LARGEST_PART + 1)
        except _DAMAGED as error:
            raise Quarantined("unreadable", f"{name}: {error}; open and save the file again") from error
        if len(content) > LARGEST_PART:
            raise Quarantined("too_large", f"{name} holds more than {LARGEST_PART} bytes; split the document")
        return _transitional(content)

    def parse(self, name: str) -> etree._Element | None:
        """The root element of an XML part; null where the part does not exist."""
        content = self.read(name)
        return None if content is None else parse_xml(content, name)

    def relations(self, part: str) -> dict[str, Relation]:
        """The internal relations of a part by id; external ones are left out, never followed."""
        folder, name = posixpath.split(part)
        root = self.parse(posixpath.join(folder, "_rels", f"{name}.rels"))
        if root is None:
            return {}
        return {
            element.get("Id", ""): Relation(
                element.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))[1:],
            )
            for element in root.iter(_RELATION)
            if element.get("TargetMode") != "External"
        }

    def main_part(self) -> str:
        """Name of the part that the package opens with; raises ``Quarantined`` where there is none."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target in self.names:
                return relation.target
        raise Quarantined("unreadable", "the package names no main document; open and save the file again")


def open_package(data: bytes) -> Package:
    """The package in ``data``, its directory checked against the bounds; raises ``Quarantined``."""
    if data[:8] == olefile.MAGIC:
        raise Quarantined("encrypted", "an OLE container instead of a ZIP package; remove the password and save again")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED as error:
        raise Quarantined("unreadable", f"no readable ZIP package ({error}); open and save the file again") from error
    members = archive.infolist()
    _check_bounds(members)
    if any(member.flag_bits & 1 for member in members):
        raise Quarantined("encrypted", "the package's members are encrypted; remove the password")
    return Package(archive, frozenset(member.filename for member in members))


def parse_xml(content: bytes, name: str) -> etree._Element:
    """The root of an XML part: no document type, no entities, no network, depth bounded by libxml2."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Quarantined("unreadable", f"{name}: {error}; open and save the file again") from error
    if root.getroottree().docinfo.doctype:
        raise Quarantined("unreadable", f"{name} declares a document type, which office packages never do")
    return root


def _check_bounds(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise Quarantined("too_large", f"{len(members)} members in the package, at most {MOST_MEMBERS} are read")
    if sum(member.file_size for member in members) > LARGEST_PACKAGE:
        raise Quarantined("too_large", f"the package unpacks to more than {LARGEST_PACKAGE} bytes; shrink its pictures")
    for member in members:
        if member.file_size > max(RATIO_FREE, member.compress_size * LARGEST_RATIO):
            raise Quarantined("too_large", f"{member.filename} is packed more than {LARGEST_RATIO} times")


def _transitional(content: bytes) -> bytes:
    if b"http://purl.oclc.org/ooxml" in content:
        for strict, transitional in _STRICT:
            content = content.replace(strict, transitional)
    return content
