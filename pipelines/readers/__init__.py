"""Readers: one module a format, each making the same ``Document``; which one reads is told by content.

Every reader is a module with ``read(data) -> Document`` and is imported when its first file comes,
so a missing optional library costs only its own format.
"""

from __future__ import annotations

from importlib import import_module

from pipelines.readers.detect import Kind, detect, unsupported
from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import LIMITS, Limits

__all__ = ["READERS", "read_document", "read_kind"]

READERS: dict[Kind, tuple[str, dict[str, str]]] = {
    "text": ("pipelines.readers.text", {}),
    "html": ("pipelines.readers.html", {}),
    "mhtml": ("pipelines.readers.mhtml", {}),
    "docx": ("pipelines.readers.docx", {}),
    "doc": ("pipelines.readers.doc", {"source_format": "doc"}),
    "wps": ("pipelines.readers.doc", {"source_format": "wps"}),
    "rtf": ("pipelines.readers.rtf", {}),
    "xlsx": ("pipelines.readers.sheets", {}),
    "xls": ("pipelines.readers.sheets", {}),
    "pdf": ("pipelines.readers.pdf", {}),
    "image": ("pipelines.readers.image", {}),
}
"""Kind of file → module and what its ``read`` is told besides the bytes."""


def read_document(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Read one file; ``name`` is its path, of which only the extension is looked at, and only in ties.

    Raises ``Quarantined`` for everything that gives no document. An archive is no document:
    ``pipelines.readers.archive.members`` opens it.
    """
    return read_kind(data, detect(data, name, limits))


def read_kind(data: bytes, kind: Kind) -> Document:
    """Read bytes whose kind is known; raises as ``read_document`` does."""
    if kind == "archive":
        raise unsupported("an archive inside archives", "unpack it into the raw folder")
    module, told = READERS[kind]
    document = import_module(module).read(data, **told)
    if not isinstance(document, Document):
        raise Quarantined("parser_error", f"{module} gave no document")
    return document
