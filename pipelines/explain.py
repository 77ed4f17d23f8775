"""Shows a person how a file was read, and which labels the vocabulary lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipelines.ingest import scan_table
from pipelines.readers import read_document
from pipelines.readers.detect import detect
from pipelines.readers.document import Document, Paragraph
from pipelines.readers.errors import Quarantined
from pipelines.report import read_report
from pipelines.report.model import Report, Value
from pipelines.settings import Settings
from pipelines.state import load_state

_LONGEST = 60


def explain_file(path: Path, member: str | None = None) -> Iterator[str]:
    """Lines that show document → tables → cells → what was noticed, each with its place in the source."""
    try:
        data = _bytes(path, member)
        if member is None and detect(data, path.name) == "archive":
            yield from _member_lines(data, path)
            return
        document = read_document(data, member or path.name)
        yield from _document_lines(document)
        yield from _report_lines(read_report(document, member or path.name))
    except Quarantined as error:
        yield f"quarantine: {error.reason_code}"
        yield f"  {error.detail}"


def _member_lines(data: bytes, path: Path) -> Iterator[str]:
    from pipelines.readers.archive import members  # noqa: PLC0415

    yield f"archive: {path.name}; name one member with --member"
    for name, content in members(data, path.name):
        yield f"  {name}  {content if isinstance(content, Quarantined) else f'{len(content)} bytes'}"


def _bytes(path: Path, member: str | None) -> bytes:
    data = path.read_bytes()
    if member is None:
        return data
    from pipelines.readers.archive import members  # noqa: PLC0415

    for name, content in members(data, path.name):
        if name == member:
            if isinstance(content, Quarantined):
                raise content
            return content
    raise Quarantined("unreadable", f"{path} has no member {member}")


def _document_lines(document: Document) -> Iterator[str]:
    yield f"document: {document.source_format}, {len(document.blocks)} blocks"
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield f"  {block.locator} [{block.role}] {_short(block.text)}"
        else:
            width = max((len(row) for row in block.rows), default=0)
            yield f"  {block.locator} table ({block.kind}), {len(block.rows)} rows of up to {width} cells"
    for note in document.notes:
        yield f"  note: {note}"


def _report_lines(report: Report) -> Iterator[str]:
    identity = report.identity
    yield f"report: {identity.agency_name}, {identity.report_year}, form {report.form_version}, {report.parse_status}"
    yield f"  title {identity.title}; published {identity.published_on}; site {identity.site_code}"
    for section in report.sections:
        yield f"  section {section.section_no} at {section.locator}: {section.heading} ({len(section.body)} characters)"
    for name, cells in (
        ("section 2", report.proactive),
        ("section 3", report.application),
        ("section 4", report.review),
    ):
        yield f"{name}: {len(cells)} cells"
        yield from (_cell_line(key, value) for key, value in cells.items())
    for observation in report.observations:
        yield f"noticed: {observation.rule_code} {observation.cell or ''} at {observation.locator or 'no place'}"
    for label in report.unknown_labels:
        yield f"unknown label: {label.text} at {label.locator}"
    for claim in report.claims:
        yield f"claim: {claim.claim_code} {claim.value:g} ({claim.reason or claim.cells}): {_short(claim.sentence)}"
    for evidence in report.evidence:
        yield f"evidence: {evidence.kind} {evidence.value} at {evidence.locator}"


def _cell_line(key: tuple[str, str], value: Value) -> str:
    figure = "" if value.value is None else f"{value.value:g}"
    unit = f" {value.unit}" if value.unit else ""
    return f"  {'/'.join(key)}: {value.status} {figure}{unit} <- {value.raw!r} at {value.locator or 'no place'}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"


def unknown_labels(settings: Settings, most: int) -> Iterator[str]:
    """Lines for labels.csv by how often the text was met, each with one place where it stands."""
    state = load_state(settings.state_dir)
    found = (
        scan_table(settings, state.versions, "unknown_label")
        .join(state.versions.lazy().select("report_id", "source_path"), on="report_id")
        .group_by("scope", "text")
        .agg(pl.len().alias("count"), pl.format("{} {}", "source_path", "locator").sort().first().alias("seen_in"))
        .sort("count", "scope", "text", descending=[True, False, False])
        .head(most)
        .collect()
    )
    yield "# scope,code,text,seen_in  (fill in the code; the count stands behind #)"
    for scope, text, count, seen_in in found.iter_rows():
        yield f'{scope},,"{text}","{seen_in}"  # {count}'
