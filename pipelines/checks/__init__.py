"""The checks: every rule of ``rules.csv`` over the facts of all reports, and what people said of the findings."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipelines.checks import bodies, cells, document, sums, texts, years
from pipelines.checks.corpus import Frame, build_corpus
from pipelines.checks.findings import FINDING, as_issues
from pipelines.checks.notes import read_corrections, read_reviews
from pipelines.checks.reviews import apply_corrections, attach_reviews

__all__ = ["apply_corrections", "attach_reviews", "find_issues", "read_corrections", "read_reviews"]

MODULES = (sums, cells, document, years, bodies, texts)


def find_issues(tables: Mapping[str, Frame]) -> pl.DataFrame:
    """Every finding, as a frame of ``schemas.quality.DqIssue``.

    ``tables`` holds the contract's tables by name (``dim_report``, ``dim_agency``,
    ``agency_hierarchy``, the three facts, ``report_section``, ``narrative_claim``) with every
    version of every report, and ``observation`` (``report_id``, ``rule_code``, ``fact_table``,
    ``cell``, ``locator``, ``expected``, ``actual``): what the parser noticed. It may hold ``figures``
    (see ``build_corpus``). Frames may be lazy. Rules within a report look at every version, rules
    between reports at current ones.
    """
    corpus = build_corpus(tables)
    found = [finding for module in MODULES for finding in module.find(corpus)]
    return as_issues(pl.concat([pl.DataFrame(schema=FINDING), *found]), corpus.facts)
