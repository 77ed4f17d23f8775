"""What the report core makes of a document: identity, sections, cells, and what was noticed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

ValueStatus = Literal["reported", "corrected", "blank", "missing", "unreadable"]


class Value(NamedTuple):
    """One cell of the form as the document gives it; ``value`` is null unless ``reported``."""

    value: float | None
    raw: str | None
    status: ValueStatus
    locator: str | None
    unit: str | None = None


class Section(NamedTuple):
    """One of the six sections; ``body`` leaves the statutory tables out."""

    section_no: int
    heading: str
    body: str
    locator: str


class Observation(NamedTuple):
    """Something noticed while reading, which becomes a finding (``dq_issue``)."""

    rule_code: str
    fact_table: str | None = None
    cell: str | None = None
    locator: str | None = None
    expected: str | None = None
    actual: str | None = None


class Evidence(NamedTuple):
    """Something in the document that speaks of who reports or where, e.g. ``site_code`` 2310020001."""

    kind: str
    value: str
    locator: str


class Claim(NamedTuple):
    """One figure stated in the text.

    ``cells`` holds the readings that the wording allows, separated by ``|``; each is a sum of
    cells, joined by ``+``, a cell being ``table/row/column`` with the table one of
    ``application``, ``proactive``, ``review``. Empty where no cell can be meant.
    ``reason`` says why the figure is not comparable, and is null where it is.
    """

    section_no: int
    claim_code: str
    value: float
    unit: str | None
    sentence: str
    cells: str
    reason: str | None


class UnknownLabel(NamedTuple):
    """A text that stood where a label of the form should stand."""

    scope: str
    text: str
    locator: str


class Identity(NamedTuple):
    """Who reports on which year, as the document says it."""

    title: str | None
    agency_name: str
    report_year: int
    published_on: date | None
    site_code: str | None
    source_url: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """One report. The three tables hold every cell of the report's form, in form order."""

    source_format: str
    identity: Identity
    form_version: str
    sections: tuple[Section, ...]
    application: dict[tuple[str, str], Value]
    proactive: dict[tuple[str, str], Value]
    review: dict[tuple[str, str], Value]
    observations: tuple[Observation, ...]
    evidence: tuple[Evidence, ...]
    claims: tuple[Claim, ...]
    unknown_labels: tuple[UnknownLabel, ...] = ()

    @property
    def tables(self) -> tuple[dict[tuple[str, str], Value], ...]:
        """The cells of the three tables, in the form's order."""
        return self.proactive, self.application, self.review

    @property
    def parse_status(self) -> str:
        """``complete`` when no cell is missing."""
        is_partial = any([cell.status == "missing" for table in self.tables for cell in table.values()])
        return "partial" if is_partial else "complete"
