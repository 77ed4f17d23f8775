"""The sentence: raw files → documents → statutory tables → facts → checks → warehouse → marts."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import polars as pl

from pipelines import stages
from pipelines.progress import report_progress
from pipelines.resources import Run
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
WORST = 10


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


@dg.asset(group_name="raw", kinds={"file"}, owners=OWNERS)
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
    ]
)
def documents_and_tables(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult[None]]:
    """Read in worker processes: a file is read once and only its cells leave the worker."""
    told = stages.stage_documents(run.settings, report_progress)
    quarantined: Mapping[str, int] = told["quarantined"]
    for reason, count in quarantined.items():
        context.log.info("quarantined files=%s reason=%s", count, reason)
    counted = {name: told[name] for name in ("seen", "new", "changed", "unchanged", "removed", "renamed", "parsed")}
    yield dg.MaterializeResult(
        asset_key="documents",
        metadata={**counted, "formats": dg.MetadataValue.json(told["formats"])},
    )
    yield dg.MaterializeResult(
        asset_key="statutory_tables",
        metadata={
            "dagster/row_count": told["reports"],
            "quarantined": sum(quarantined.values()),
            "quarantine_reasons": dg.MetadataValue.json(dict(quarantined)),
        },
    )


@dg.multi_asset(
    specs=[table_spec(name, "facts", ["statutory_tables"]) for name in FACT_TABLES],
    check_specs=[
        dg.AssetCheckSpec("schema_and_keys", asset=name, blocking=True, description="Types, codes, keys, references.")
        for name in FACT_TABLES
    ],
)
def facts(run: Run) -> Iterator[dg.MaterializeResult[None]]:
    """Typed facts of all reports, loaded into the next warehouse file."""
    counts, problems = stages.stage_facts(run.settings)
    for name in FACT_TABLES:
        found = problems.get(name, [])
        yield dg.MaterializeResult(
            asset_key=name,
            metadata={"dagster/row_count": counts[name]},
            check_results=[
                dg.AssetCheckResult(
                    asset_key=name, passed=not found, check_name="schema_and_keys", metadata={"problems": "; ".join(found) or "none"}
                )
            ],
        )


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
def findings(run: Run) -> Iterator[dg.MaterializeResult[None]]:
    """Every rule over every report, and the figures of the text beside those of the tables."""
    issues, claims, worst = stages.stage_checks(run.settings)
    yield dg.MaterializeResult(asset_key="narrative_claim", metadata={"dagster/row_count": claims})
    by_severity = {row[0]: row[1] for row in issues["severity"].value_counts().iter_rows()}
    yield dg.MaterializeResult(
        asset_key="dq_issue",
        metadata={
            "dagster/row_count": issues.height,
            **{severity: by_severity.get(severity, 0) for severity in ("error", "warning", "info")},
            "worst_reports": dg.MetadataValue.md(worst),
        },
        check_results=list(_rule_checks(issues)),
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


@dg.asset(group_name="warehouse", deps=[*FACT_TABLES, *CHECK_TABLES], kinds={"duckdb"}, owners=OWNERS)
def warehouse(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """已发布的数据仓库。The published DuckDB file: verified, then put in its place in one step."""
    about = stages.stage_warehouse(run.settings, context.run_id, run.started_at)
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(run.settings.warehouse)),
            "bytes": run.settings.warehouse.stat().st_size,
            "fingerprint": about["fingerprint"],
            **{f"rows_{name}": count for name, count in about["tables"].items()},
        }
    )


@dg.asset(group_name="marts", deps=["warehouse"], kinds={"duckdb"}, owners=OWNERS)
def marts(run: Run) -> dg.MaterializeResult[None]:
    """分析视图。The views for analysis, with the rows each holds."""
    return dg.MaterializeResult(metadata=stages.stage_marts(run.settings))
