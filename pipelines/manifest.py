"""``manifest.csv``, which people who collect reports by script may lay into any folder of the raw folder.

It wins over the document. Paths in it are relative to its own folder, or to the raw folder where
only that names a file; a row that cannot be read is named, never dropped in silence.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import polars as pl

from schemas.dimensions import REPORT_SCOPES

FILE_NAME = "manifest.csv"
SCHEMA: dict[str, pl.DataType] = {
    "source_path": pl.String(),
    "source_url": pl.String(),
    "agency_name": pl.String(),
    "region_code": pl.String(),
    "parent_agency": pl.String(),
    "report_scope": pl.String(),
    "published_on": pl.Date(),
}
MOST_BYTES = 256 * 1024 * 1024
REGION_CODE = re.compile(r"[1-9]\d{5}")
DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?(?:\s.*)?")


class Problem(NamedTuple):
    """One row or value that was not used; ``line`` counts from 1 with the header."""

    manifest: str
    line: int
    detail: str


class Manifests(NamedTuple):
    """All usable rows, one a source path, and what was wrong with the others."""

    rows: pl.DataFrame
    problems: tuple[Problem, ...]


def read_manifests(raw_dir: Path) -> Manifests:
    """Every ``manifest.csv`` under the folder; where two name one file, the deeper one holds.

    ``rows`` has the columns of ``SCHEMA``, ``source_path`` relative to ``raw_dir``.
    """
    found: dict[str, dict[str, object]] = {}
    problems: list[Problem] = []
    paths = sorted(raw_dir.rglob(FILE_NAME), key=lambda path: (len(path.parts), str(path)))
    for path in paths:
        if path.is_file():
            found |= {str(row["source_path"]): row for row in _read(path, raw_dir, problems)}
    frame = pl.DataFrame(list(found.values()), schema=SCHEMA).sort("source_path")
    return Manifests(frame, tuple(problems))


def _read(path: Path, raw_dir: Path, problems: list[Problem]) -> list[dict[str, object]]:
    name = path.relative_to(raw_dir).as_posix()
    text = _text(path, name, problems)
    reader = csv.DictReader(io.StringIO(text, newline=""), dialect=_dialect(text))
    reader.fieldnames = [(field or "").strip().lower() for field in reader.fieldnames or ()]
    if "source_path" not in reader.fieldnames:
        problems.append(Problem(name, 1, "no column source_path"))
        return []
    return [
        {**row, "source_path": _resolved(raw_dir, path.parent, str(row["source_path"]))}
        for row in _usable(reader, name, problems)
    ]


def _usable(reader: csv.DictReader[str], name: str, problems: list[Problem]) -> Iterator[dict[str, object]]:
    try:
        for row in reader:
            if usable := _row(row, Problem(name, reader.line_num, ""), problems):
                yield usable
    except csv.Error as error:
        problems.append(Problem(name, reader.line_num, f"not CSV from here on: {error}"))


def _text(path: Path, name: str, problems: list[Problem]) -> str:
    with path.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        problems.append(Problem(name, 0, f"larger than {MOST_BYTES} bytes; not read"))
        return ""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    problems.append(Problem(name, 0, "neither UTF-8 nor GB18030; unreadable characters replaced"))
    return content.decode("utf-8-sig", errors="replace")


def _dialect(text: str) -> type[csv.Dialect]:
    head = text[: text.find("\n")] if "\n" in text else text

    class Found(csv.excel):
        delimiter = max(",;\t", key=head.count)

    return Found


def _row(row: dict[str, str | None], at: Problem, problems: list[Problem]) -> dict[str, object] | None:
    values = {key: (row.get(key) or "").strip() or None for key in SCHEMA}
    path = _inside(values["source_path"])
    if path is None:
        problems.append(at._replace(detail=f"source_path {values['source_path']!r} is empty or leaves the folder"))
        return None
    region, scope = values["region_code"], values["report_scope"]
    if region is not None and not REGION_CODE.fullmatch(region[:6]):
        problems.append(at._replace(detail=f"region_code {region!r} is no code of six digits; ignored"))
        region = None
    if scope is not None and scope not in REPORT_SCOPES:
        problems.append(at._replace(detail=f"report_scope {scope!r} is none of {', '.join(REPORT_SCOPES)}; ignored"))
        scope = None
    day = _day(values["published_on"])
    if values["published_on"] is not None and day is None:
        problems.append(at._replace(detail=f"published_on {values['published_on']!r} is no date; ignored"))
    code = None if region is None else region[:6]
    return {**values, "source_path": path, "region_code": code, "report_scope": scope, "published_on": day}


def _inside(written: str | None) -> str | None:
    """The path as written, with ``/``; null where it is empty or climbs out of the folder."""
    if written is None:
        return None
    path = PurePosixPath(written.replace("\\", "/"))
    return None if path.is_absolute() or ".." in path.parts or not path.parts else path.as_posix()


def _resolved(raw_dir: Path, folder: Path, path: str) -> str:
    """Relative to the raw folder; a member of an archive exists where its archive does."""
    beside, below = folder / path, raw_dir / path
    file = path.split("!/", 1)[0]
    if not (folder / file).exists() and (raw_dir / file).exists():
        return below.relative_to(raw_dir).as_posix()
    return beside.relative_to(raw_dir).as_posix()


def _day(written: str | None) -> date | None:
    match = DAY.fullmatch(written or "")
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None
