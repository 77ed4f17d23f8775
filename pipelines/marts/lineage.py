"""Which columns of the contract's tables a column of a mart comes from, where its name tells it."""

from __future__ import annotations

from functools import cache

from pipelines.marts.dictionary import Relation
from pipelines.marts.metrics import metrics
from schemas import TABLES, vocabulary

Source = tuple[str, str]
APPLICATION: Source = ("fact_application", "value")
REVIEW: Source = ("fact_review_litigation", "value")
PROACTIVE: Source = ("fact_proactive_disclosure", "value")
GROUPS = ("denied", "unavailable", "not_processed", "other_handled")
FINDINGS = {
    "severity": ("error_count", "warning_count", "info_count", "severity"),
    "rule_code": ("rule_codes", "rule_code", "findings", "open_findings"),
    "review_verdict": ("confirmed", "explained", "explained_count"),
}
FACTS = {
    "mart_application": "fact_application",
    "mart_disposition": "fact_application",
    "mart_denial_reason": "fact_application",
    "mart_dispute": "fact_review_litigation",
    "mart_revision": "revision",
}


def lineage(relation: Relation) -> dict[str, tuple[Source, ...]]:
    """The sources of each column of one mart; a column whose sources its name does not tell is left out."""
    found = {column.name: _sources(relation.name, column.name) for column in relation.columns}
    return {name: sources for name, sources in found.items() if sources}


def _sources(mart: str, column: str) -> tuple[Source, ...]:
    fact = FACTS.get(mart)
    if fact is not None and column in _columns(fact) and column != "report_id":
        return ((fact, column),)
    return _named().get(column.removesuffix("_known_share").removeprefix("previous_"), ())


@cache
def _named() -> dict[str, tuple[Source, ...]]:
    """The sources that a column's name tells, whatever the mart."""
    found: dict[str, tuple[Source, ...]] = {}
    for table in ("dim_agency", "dim_report"):
        found |= {column: ((table, column),) for column in _columns(table)}
    found |= {column: (("dq_issue", source),) for source, columns in FINDINGS.items() for column in columns}
    found |= dict.fromkeys((*vocabulary.codes("application_item", "item_code"), *GROUPS), (APPLICATION,))
    found |= {f"new_received_{code}": (APPLICATION,) for code in vocabulary.codes("applicant", "applicant_code")}
    found |= {
        f"{channel}_{outcome}": (REVIEW,)
        for channel in vocabulary.codes("review_channel", "channel_code")
        for outcome in vocabulary.codes("review_outcome", "outcome_code")
    }
    found |= {
        f"{row['category_code']}_{row['measure_code']}": (PROACTIVE,) for row in vocabulary.rows("proactive_measure")
    }
    for metric in metrics():
        sources = (source for column in metric.columns() for source in found.get(column, ()))
        found[metric.code] = tuple(dict.fromkeys(sources))
    return found


@cache
def _columns(table: str) -> frozenset[str]:
    (model,) = (model for model in TABLES if model.table_name() == table)
    return frozenset(model.polars_schema())
