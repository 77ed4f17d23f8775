"""The contract's tables, in load order; the single source of validation, DDL, comments and dictionary."""

from __future__ import annotations

from schemas.dimensions import (
    AgencyHierarchy,
    DimAgency,
    DimApplicant,
    DimApplicationItem,
    DimProactiveMeasure,
    DimReport,
    DimReviewChannel,
    DimReviewOutcome,
)
from schemas.facts import FactApplication, FactProactiveDisclosure, FactReviewLitigation, NarrativeClaim, ReportSection
from schemas.quality import DqIssue, IngestRun, MetricDictionary, Quarantine, Revision
from schemas.table import Table
from schemas.vocabulary import check_vocabulary

check_vocabulary()

TABLES: tuple[type[Table], ...] = (
    DimReport,
    DimAgency,
    AgencyHierarchy,
    DimApplicationItem,
    DimApplicant,
    DimReviewChannel,
    DimReviewOutcome,
    DimProactiveMeasure,
    FactApplication,
    FactProactiveDisclosure,
    FactReviewLitigation,
    ReportSection,
    NarrativeClaim,
    DqIssue,
    Quarantine,
    Revision,
    IngestRun,
    MetricDictionary,
)

__all__ = ["TABLES", "Table"]
