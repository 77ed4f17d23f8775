"""What was found, what could not be read, what changed, and the runs."""

from __future__ import annotations

import polars as pl

from schemas.table import Table, column
from schemas.vocabulary import codes

SEVERITIES = ("error", "warning", "info")


class DqIssue(Table):
    """One finding."""

    issue_id: str = column("问题标识（随报告、规则、单元格固定）", "Stable for one report content, rule and cell")
    report_id: str = column("报告标识", "Report", to="dim_report.report_id")
    rule_code: str = column("规则代码", "Rule", of=codes("rules", "rule_code"))
    severity: str = column("严重程度", "Severity", of=SEVERITIES)
    fact_table: str = column("所在事实表", "Fact table it concerns", null=True)
    cell: str = column("单元格或栏", "Cell or column, as item_code/applicant_code", null=True)
    locator: str = column("出处位置", "Where it stands in the source", null=True)
    expected: str = column("应为", "What the rule expects", null=True)
    actual: str = column("实为", "What stands there", null=True)
    message_zh: str = column("说明（中文）", "Message in Chinese")
    message_en: str = column("说明（英文）", "Message in English")
    hint: str = column("线索（从不自动采用）", "A hint for the auditor, never applied", null=True)
    review_verdict: str = column("人工复核结论", "A person's verdict", null=True, of=("confirmed", "explained"))
    review_note: str = column("复核说明", "A person's note", null=True)
    reviewed_by: str = column("复核人", "Who reviewed it", null=True)
    reviewed_on: str = column("复核日期", "When it was reviewed, as written", null=True)

    class Config:
        name = "dq_issue"
        title = "质量问题：一条发现"
        description = "One finding"
        unique = ["issue_id"]


class Quarantine(Table):
    """One file that gave no report."""

    source_path: str = column("来源路径", "Path within the raw folder")
    source_sha256: str = column(
        "来源文件 SHA-256", "SHA-256 of the bytes, null where they could not be read", null=True
    )
    reason_code: str = column("原因", "Reason", of=codes("quarantine_reason", "reason_code"))
    detail: str = column("详情与补救办法", "Detail and remedy", null=True)
    seen_at: pl.Datetime = column("发现时间（UTC）", "When it was seen, UTC")

    class Config:
        name = "quarantine"
        title = "隔离区：未能成为报告的文件"
        description = "One file that gave no report"
        unique = ["source_path"]


class Revision(Table):
    """One figure that changed between two versions of one report file."""

    report_id: str = column("新版报告", "The newer version", to="dim_report.report_id")
    previous_report_id: str = column("旧版报告", "The older version", to="dim_report.report_id")
    fact_table: str = column("事实表", "Fact table")
    cell: str = column("单元格", "Cell, as item_code/applicant_code")
    previous_value: pl.Float64 = column("旧值", "Older figure", null=True)
    value: pl.Float64 = column("新值", "Newer figure", null=True)
    previous_status: str = column("旧状态", "Older status", null=True)
    value_status: str = column("新状态", "Newer status", null=True)

    class Config:
        name = "revision"
        title = "修订：同一报告两个版本之间变动的数字"
        description = "One figure that changed between two versions of a report"
        unique = ["report_id", "previous_report_id", "fact_table", "cell"]


class IngestRun(Table):
    """One run."""

    run_id: str = column("批次标识", "Run")
    started_at: pl.Datetime = column("开始时间（UTC）", "Start, UTC")
    finished_at: pl.Datetime = column("结束时间（UTC）", "End, UTC")
    files_seen: pl.Int64 = column("文件数", "Files and archive members seen")
    files_new: pl.Int64 = column("新增", "New")
    files_changed: pl.Int64 = column("变更", "Changed")
    files_unchanged: pl.Int64 = column("未变", "Unchanged")
    files_removed: pl.Int64 = column("移除", "Removed")
    files_renamed: pl.Int64 = column("改名", "Renamed: known content at a new path")
    files_waiting: pl.Int64 = column("仍在写入而留待下次", "Still being written, left for the next run")
    files_parsed: pl.Int64 = column("本次解析", "Parsed in this run")
    reports_loaded: pl.Int64 = column("报告数", "Reports in the warehouse")
    files_quarantined: pl.Int64 = column("隔离文件数", "Files in quarantine")
    code_version: str = column("程序与词表版本", "Version of code and vocabulary")

    class Config:
        name = "ingest_run"
        title = "入库批次"
        description = "One run of the job"
        unique = ["run_id"]


class MetricDictionary(Table):
    """One metric."""

    metric_code: str = column("指标代码", "Metric")
    label_zh: str = column("中文名称", "Chinese name")
    label_en: str = column("英文名称", "English name")
    numerator: str = column("分子", "Numerator")
    denominator: str = column("分母", "Denominator", null=True)
    scope: str = column("适用口径", "Report scopes it holds for")
    forms: str = column("适用表式", "Editions of the form it holds for")
    min_n: pl.Int32 = column("排名所需最小样本", "Least denominator for a rank", null=True)
    breaks: str = column("断点", "Years between which it must not be compared", null=True)

    class Config:
        name = "metric_dictionary"
        title = "指标词典"
        description = "One metric: its formula and its limits"
        unique = ["metric_code"]
