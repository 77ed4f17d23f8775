"""Metrics as data: ``metrics.toml`` gives the dictionary's rows and the SQL of ``_metric``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from pipelines.marts.base import beside, template, wait
from schemas import vocabulary
from schemas.quality import MetricDictionary

Z_95 = 1.959963984540054
COMPUTED_PER_REPORT = "report"
_NAME = re.compile(r"(?<![\w.])(previous\.)?([a-z][a-z0-9_]*)\b")


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: a numerator over a denominator, and where it holds."""

    code: str
    label_zh: str
    label_en: str
    numerator: str
    denominator: str
    kind: str
    level: str
    scope: str
    forms: str
    min_n: int
    breaks: str

    @property
    def is_proportion(self) -> bool:
        """Whether the numerator is a part of the denominator, so that an interval makes sense."""
        return self.kind == "proportion"

    def columns(self) -> tuple[str, ...]:
        """The columns that the formula names, each once."""
        text = f"{self.numerator} {self.denominator}"
        return tuple(dict.fromkeys(match.group(2) for match in _NAME.finditer(text)))


def metrics() -> tuple[Metric, ...]:
    """Every metric of ``metrics.toml``, in its order."""
    listed: list[dict[str, Any]] = vocabulary.settings("metrics")["metric"]
    return tuple(Metric(**row) for row in listed)


def report_metrics() -> tuple[Metric, ...]:
    """The metrics that one report yields."""
    return tuple(metric for metric in metrics() if metric.level == COMPUTED_PER_REPORT)


def metric_dictionary_frame() -> pl.DataFrame:
    """The rows of ``metric_dictionary``, one a metric, exactly as its schema has them."""
    listed = [
        {
            "metric_code": metric.code,
            "label_zh": metric.label_zh,
            "label_en": metric.label_en,
            "numerator": metric.numerator,
            "denominator": metric.denominator,
            "scope": metric.scope,
            "forms": metric.forms,
            "min_n": metric.min_n,
            "breaks": metric.breaks or None,
        }
        for metric in metrics()
    ]
    return pl.DataFrame(listed, schema=MetricDictionary.polars_schema())


def build_metrics(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``_metric`` over ``_report_wide``: one row a report and metric."""
    connection.execute(template("base/metric_table.sql").substitute())
    halves = (report_metrics()[::2], report_metrics()[1::2])
    with beside(connection, len(halves)) as cursors, ThreadPoolExecutor(len(halves)) as threads:
        wait([threads.submit(_add, cursor, half) for cursor, half in zip(cursors, halves, strict=True)])


def _add(cursor: duckdb.DuckDBPyConnection, some: Iterable[Metric]) -> None:
    """Put the rows of some metrics into ``_metric``."""
    cursor.execute(template("base/pair.sql").substitute())
    for metric in some:
        cursor.execute(_insert(metric))
    cursor.execute("DROP TABLE _pair")


def rate_column(metric: Metric, row: str) -> str:
    """The metric as a column over one alias of ``_report_wide``; null where it says nothing."""
    numerator, denominator = (qualified(text, row) for text in (metric.numerator, metric.denominator))
    possible = f"({denominator}) > 0" + (f" AND ({numerator}) <= ({denominator})" if metric.is_proportion else "")
    return f"CASE WHEN {possible} THEN ({numerator}) / CAST({denominator} AS DOUBLE) END AS {metric.code}"


def qualified(formula: str, row: str) -> str:
    """A formula with each column bound to a table alias, ``previous.`` to the alias ``p``."""
    return _NAME.sub(lambda match: f"{'p' if match.group(1) else row}.{match.group(2)}", formula)


def _insert(metric: Metric) -> str:
    return template("base/metric.sql").substitute(
        code=metric.code,
        numerator=qualified(metric.numerator, "r"),
        denominator=qualified(metric.denominator, "r"),
        forms=_quoted(metric.forms),
        scopes=_quoted(metric.scope),
        is_proportion=str(metric.is_proportion).lower(),
        base=1 if metric.kind == "growth" else 0,
        min_n=metric.min_n,
        comparable=_comparable(metric),
    )


def _comparable(metric: Metric) -> str:
    if metric.kind == "growth":
        return "false"
    later_years = ", ".join(pair.split("/")[1] for pair in metric.breaks.split())
    return f"v.report_year NOT IN ({later_years})" if later_years else "true"


def _quoted(words: str) -> str:
    return ", ".join(f"'{word}'" for word in words.split())
