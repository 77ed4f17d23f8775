"""The sentence: raw files → documents → statutory tables → facts → checks → warehouse → marts."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from pipelines import stages
from pipelines.ingest import utc_now
from pipelines.progress import report_progress
from pipelines.resources import Run
from pipelines.runs import TREND, Trend
from schemas import TABLES, Table
from schemas.vocabulary import rows

OWNERS = ["team:gongkai"]
FACT_TABLES = (
    "dim_report",
    "dim_agency",
    "agency_hierarchy",
    "fact_application",
    "fact_proactive_disclosure",
    "fact_review_litigation",
    "report_section",
    "quarantine",
    "revision",
)
CHECK_TABLES = ("narrative_claim", "dq_issue")
BY_NAME: dict[str, type[Table]] = {table.table_name(): table for table in TABLES}
RULE_GROUPS = tuple(dict.fromkeys(row["rule_group"] for row in rows("rules")))
TRENDS = {
    "reports_in_raw": "Reports in the raw folder beside the median of the last runs.",
    "known_share": "Share of cells that could be read beside the median of the last runs.",
    "errors_a_report": "Findings of severity error a report beside the median of the last runs.",
    "quarantine_share": "Share of files that gave no report beside the median of the last runs.",
}
AGAIN = dg.RetryPolicy(max_retries=1, delay=10)
"""For stages that depend on disks and folders of others; what was read before a failure is not read again."""


def table_schema(table: type[Table]) -> dg.TableSchema:
    """The columns of a table as Dagster shows them."""
    columns = [
        dg.TableColumn(
            c["name"],
            c["type"],
            description=f"{c['zh']} | {c['en']}",
            constraints=dg.TableColumnConstraints(nullable=c["nullable"], unique=table.key() == (c["name"],)),
        )
        for c in table.columns_described()
    ]
    return dg.TableSchema(columns=columns)


def table_spec(name: str, group: str, deps: list[str]) -> dg.AssetSpec:
    """A table of the contract as an asset."""
    table = BY_NAME[name]
    return dg.AssetSpec(
        name,
        group_name=group,
        deps=deps,
        description=" | ".join(table.label()),
        kinds={"duckdb", "polars"},
        owners=OWNERS,
        metadata={"dagster/column_schema": table_schema(table), "dagster/relation_identifier": name},
    )


@dg.asset(group_name="raw", kinds={"file"}, owners=OWNERS, retry_policy=AGAIN)
def raw_files(run: Run) -> dg.MaterializeResult[None]:
    """原始文件清单。Every file of the raw folder, compared with the last run."""
    return dg.MaterializeResult(metadata=stages.stage_raw(run.settings))


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            "documents",
            group_name="documents",
            deps=["raw_files"],
            kinds={"python"},
            owners=OWNERS,
            description="文档：段落与表格。What the readers make of new and changed files, whatever their format.",
        ),
        dg.AssetSpec(
            "statutory_tables",
            group_name="tables",
            deps=["documents"],
            kinds={"python", "parquet"},
            owners=OWNERS,
            description="法定三表的单元格。The labelled cells of the three tables, six sections and identity, "
            "in Parquet parts by content.",
        ),
    ],
    retry_policy=AGAIN,
)
def documents_and_tables(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult[None]]:
    """Read in worker processes: a file is read once and only its cells leave the worker."""
    told = stages.stage_documents(run.settings, report_progress)
    for reason, path, detail in told["examples"]:
        context.log.info(
            "quarantined reason=%s files=%s e.g. %s (%s)", reason, told["quarantined"][reason], path, detail
        )
    counted = ("seen", "new", "changed", "unchanged", "removed", "renamed", "waiting", "parsed")
    yield dg.MaterializeResult(
        asset_key="documents",
        metadata={**{name: told[name] for name in counted}, "formats": dg.MetadataValue.json(told["formats"])},
    )
    yield dg.MaterializeResult(
        asset_key="statutory_tables",
        metadata={
            "dagster/row_count": told["reports"],
            "quarantined": sum(told["quarantined"].values()),
            "quarantine_reasons": dg.MetadataValue.json(told["quarantined"]),
        },
    )


@dg.multi_asset(
    specs=[table_spec(name, "facts", ["statutory_tables"]) for name in FACT_TABLES],
    check_specs=[
        dg.AssetCheckSpec("schema_and_keys", asset=name, blocking=True, description="Types, codes, keys, references.")
        for name in FACT_TABLES
    ],
)
def facts(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult[None]]:
    """Typed facts of all reports, loaded into the next warehouse file."""
    loaded = stages.stage_facts(run.settings)
    _tell(context, loaded.problems)
    for name in FACT_TABLES:
        found = loaded.broken.get(name, [])
        metadata: dict[str, Any] = {"dagster/row_count": loaded.rows[name]}
        if name == "dim_report":
            metadata["notes_not_used"] = len(loaded.problems)
            metadata["problems"] = dg.MetadataValue.md(stages.problem_lines(loaded.problems))
        yield dg.MaterializeResult(asset_key=name, metadata=metadata, check_results=[_schema_check(name, found)])


def _schema_check(name: str, found: list[str]) -> dg.AssetCheckResult:
    told = "; ".join(found) or "none"
    return dg.AssetCheckResult(
        asset_key=name, passed=not found, check_name="schema_and_keys", description=told, metadata={"problems": told}
    )


def _tell(context: dg.AssetExecutionContext, problems: list[str]) -> None:
    """What could not be used of manifests, corrections and reviews, in the run's log."""
    for problem in problems:
        context.log.warning(problem)


@dg.multi_asset(
    specs=[
        table_spec("narrative_claim", "checks", ["report_section", "fact_application"]),
        table_spec("dq_issue", "checks", [*FACT_TABLES[:7], "narrative_claim"]),
    ],
    check_specs=[
        dg.AssetCheckSpec(f"rules_{group}", asset="dq_issue", description=f"Findings of the rules of group {group}.")
        for group in RULE_GROUPS
    ],
)
def findings(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult[None]]:
    """Every rule over every report, and the figures of the text beside those of the tables."""
    checked = stages.stage_checks(run.settings)
    _tell(context, checked.problems)
    yield dg.MaterializeResult(asset_key="narrative_claim", metadata={"dagster/row_count": checked.claims})
    by_severity: dict[str, int] = dict(checked.issues["severity"].value_counts().iter_rows())
    yield dg.MaterializeResult(
        asset_key="dq_issue",
        metadata={
            "dagster/row_count": checked.issues.height,
            **{severity: by_severity.get(severity, 0) for severity in ("error", "warning", "info")},
            "reviews_not_used": len(checked.problems),
            "worst_reports": dg.MetadataValue.md(checked.worst),
        },
        check_results=list(_rule_checks(checked.issues)),
    )


def _rule_checks(issues: pl.DataFrame) -> Iterator[dg.AssetCheckResult]:
    """One non-blocking check a rule group, with its findings counted."""
    group_of = {row["rule_code"]: row["rule_group"] for row in rows("rules")}
    counted = issues.group_by("rule_code", "severity").len()
    for group in RULE_GROUPS:
        mine = counted.filter(pl.col("rule_code").replace_strict(group_of) == group)
        errors = int(mine.filter(pl.col("severity") == "error")["len"].sum())
        metadata: dict[str, Any] = {"findings": int(mine["len"].sum()), "errors": errors}
        metadata |= {f"rule_{code}": count for code, _, count in mine.sort("rule_code").iter_rows()}
        yield dg.AssetCheckResult(
            asset_key="dq_issue",
            check_name=f"rules_{group}",
            passed=errors == 0,
            severity=dg.AssetCheckSeverity.WARN,
            metadata=metadata,
        )


@dg.asset(
    group_name="warehouse",
    deps=[*FACT_TABLES, *CHECK_TABLES],
    kinds={"duckdb"},
    owners=OWNERS,
    check_specs=[dg.AssetCheckSpec(name, asset="warehouse", description=text) for name, text in TRENDS.items()],
)
def warehouse(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult[None]]:
    """已发布的数据仓库。The published DuckDB file: verified, then put in its place in one step."""
    about, trends = stages.stage_warehouse(run.settings, context.run.run_id, run.started_at)
    yield dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(run.settings.warehouse)),
            "bytes": run.settings.warehouse.stat().st_size,
            "fingerprint": about["fingerprint"],
            "reports_in_raw": about["reports_in_raw"],
            "seconds": (utc_now() - run.started_at).total_seconds(),
            **{trend.name: trend.value for trend in trends},
            **{f"rows_{name}": count for name, count in about["tables"].items()},
        },
        check_results=[_trend_check(trend) for trend in trends],
    )


def _trend_check(trend: Trend) -> dg.AssetCheckResult:
    usual = f"fewer than {TREND['least_runs']} runs to compare with" if trend.median is None else f"{trend.median:g}"
    return dg.AssetCheckResult(
        check_name=trend.name,
        passed=trend.passed,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{trend.value:g}; usual: {usual}",
        metadata={"value": trend.value, "median_of_last_runs": usual},
    )


@dg.asset(group_name="marts", deps=["warehouse"], kinds={"duckdb"}, owners=OWNERS)
def marts(run: Run) -> dg.MaterializeResult[None]:
    """分析视图。The views for analysis, with the rows each holds."""
    return dg.MaterializeResult(metadata=stages.stage_marts(run.settings))


@dg.asset(group_name="marts", deps=["marts"], kinds={"parquet", "csv"}, owners=OWNERS)
def files(run: Run) -> dg.MaterializeResult[None]:
    """数据文件。Parquet, CSV and a data package for those without SQL, beside the warehouse."""
    folder = dg.MetadataValue.path(str(stages.folder_beside(run.settings, "export")))
    return dg.MaterializeResult(
        metadata={"path": folder, "rows": dg.MetadataValue.json(stages.stage_files(run.settings))}
    )


@dg.asset(group_name="marts", deps=["marts"], kinds={"html"}, owners=OWNERS)
def site(run: Run) -> dg.MaterializeResult[None]:
    """静态网站。Pictures, regions and agencies as pages that open without a server."""
    made = stages.stage_site(run.settings)
    preview = dg.MetadataValue.md(made.pop("preview_markdown"))
    path = dg.MetadataValue.path(str(stages.folder_beside(run.settings, "site") / "index.html"))
    return dg.MaterializeResult(metadata={"path": path, "preview": preview, **made})
