"""The checks: every rule of ``rules.csv`` over the facts of all reports, and what people said of the findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pipelines.checks import bodies, cells, copies, document, sums, texts, years
from pipelines.checks.corpus import Frame, build_corpus, slice_of
from pipelines.checks.findings import FINDING, as_issues
from pipelines.checks.notes import read_corrections, read_reviews
from pipelines.checks.reviews import apply_corrections, attach_reviews

__all__ = ["apply_corrections", "attach_reviews", "find_in_slices", "find_issues", "read_corrections", "read_reviews"]

WITHIN = (sums, cells, document, texts)
BETWEEN = (years, bodies)


def find_issues(tables: Mapping[str, Frame]) -> pl.DataFrame:
    """Every finding, as a frame of ``schemas.quality.DqIssue``.

    ``tables`` holds the contract's tables by name (``dim_report``, ``dim_agency``,
    ``agency_hierarchy``, the three facts, ``report_section``, ``narrative_claim``) with every
    version of every report, and ``observation`` (``report_id``, ``rule_code``, ``fact_table``,
    ``cell``, ``locator``, ``expected``, ``actual``): what the parser noticed. It may hold ``figures``
    (see ``build_corpus``). Frames may be lazy. Rules within a report look at every version, rules
    between reports at current ones.
    """
    return find_in_slices(tables, [tables])


def find_in_slices(whole: Mapping[str, Frame], slices: Iterable[Mapping[str, Frame]]) -> pl.DataFrame:
    """As ``find_issues``, with the long tables given in slices of whole reports, so that memory is bounded by one.

    ``whole`` holds reports, agencies, hierarchy and ``figures`` of all; a slice its own ``dim_report``
    and the other tables. What is left of a slice when the next one is asked for are findings and hashes.
    """
    corpus = build_corpus(whole)
    compared = copies.paired(corpus)
    found, sentences, facts = [pl.DataFrame(schema=FINDING)], [], []
    for tables in slices:
        part = slice_of(corpus, tables)
        found += [finding for module in WITHIN for finding in module.find(part)]
        sentences.append(copies.sentences_of(part, compared))
        facts.append(part.facts)
    found += [finding for module in BETWEEN for finding in module.find(corpus)]
    del whole, corpus  # the largest frame; what follows looks at findings alone
    return as_issues(pl.concat([*found, copies.find(compared, sentences)]), facts)
