"""Which code and vocabulary made a result: what decides whether a file is read again."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_PARSER = ("pipelines/readers", "pipelines/report", "pipelines/parse.py", "pipelines/facts.py", "schemas/vocabulary")
_NOT_PARSER = ("rules.csv", "metrics.toml", "expect.toml", "mart_columns.csv")
_LABELS = "labels.csv"


@cache
def code_version() -> str:
    """Version of all code and vocabulary, 12 hexadecimal digits."""
    return _digest([file for folder in ("pipelines", "schemas") for file in _files(_ROOT / folder)])


@cache
def parser_version() -> str:
    """Version of what turns bytes into facts, without the list of labels (see ``label_lines``)."""
    files = [file for part in _PARSER for file in _files(_ROOT / part)]
    return _digest([file for file in files if file.name not in {*_NOT_PARSER, _LABELS}])


@cache
def label_lines() -> tuple[str, ...]:
    """The lines of the list of labels; a line that is only added can affect only what was not read completely."""
    return tuple(sorted((_ROOT / "schemas/vocabulary" / _LABELS).read_text(encoding="utf-8").splitlines()))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    kinds = {".py", ".csv", ".toml", ".sql", ".parquet", ".gz"}
    return sorted(file for file in path.rglob("*") if file.suffix in kinds and "__pycache__" not in file.parts)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(_ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
