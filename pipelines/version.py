"""Which code, vocabulary and libraries made a result: what decides whether a file is read again."""

from __future__ import annotations

import ctypes.util
import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.readers.office_fallback import program
from pipelines.readers.recognition import is_installed

_ROOT = Path(__file__).parent.parent
PARSER_CODE = ("pipelines/readers", "pipelines/report", "pipelines/parse.py", "pipelines/facts.py", "schemas/facts.py")
PARSER_VOCABULARY = (
    *("agency.toml", "claims.toml", "forms.toml", "identity.toml", "list_numbering.toml", "sections.toml"),
    *("values.toml", "web_pages.toml", "applicant.csv", "application_item.csv", "proactive_measure.csv"),
    *("review_channel.csv", "review_outcome.csv"),
)
"""What the code above reads, without the list of labels (a test compares)."""
PARSER_LIBRARIES = (
    *("charset-normalizer", "cn2an", "lxml", "olefile", "opencc", "pypdfium2", "python-calamine", "selectolax"),
    *("rapidocr", "libarchive-c"),
)
LABELS = "labels.csv"


@cache
def code_version() -> str:
    """Version of all code and vocabulary, 12 hexadecimal digits."""
    return _digest([file for folder in ("pipelines", "schemas") for file in _files(_ROOT / folder)])


@cache
def parser_version() -> str:
    """Version of what turns bytes into facts, without the list of labels (see ``label_lines``)."""
    files = [file for part in PARSER_CODE for file in _files(_ROOT / part)]
    files += [_ROOT / "schemas/vocabulary" / name for name in PARSER_VOCABULARY]
    return _digest(files, *(f"{name} {_installed(name)}" for name in PARSER_LIBRARIES))


@cache
def label_lines() -> tuple[str, ...]:
    """The lines of the list of labels; a line that is only added can affect only what was not read completely."""
    return tuple(sorted((_ROOT / "schemas/vocabulary" / LABELS).read_text(encoding="utf-8").splitlines()))


@cache
def abilities() -> tuple[str, ...]:
    """What is installed here beside the code and lets more files be read; one more affects only what was not read."""
    found = {
        "text recognition": is_installed(),
        "office": program() is not None,
        "archives": ctypes.util.find_library("archive") is not None,
    }
    return tuple(name for name, there in found.items() if there)


@cache
def reading_version() -> str:
    """Everything that one reading of a file depends on, 8 hexadecimal digits."""
    return hashlib.sha256("\n".join((parser_version(), *label_lines(), *abilities())).encode()).hexdigest()[:8]


def _installed(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    kinds = {".py", ".csv", ".toml", ".sql", ".css", ".js", ".parquet", ".gz"}
    return sorted(file for file in path.rglob("*") if file.suffix in kinds and "__pycache__" not in file.parts)


def _digest(files: list[Path], *more: str) -> str:
    digest = hashlib.sha256("\n".join(more).encode())
    for file in files:
        digest.update(str(file.relative_to(_ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
