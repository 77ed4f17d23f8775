"""The statutory figures, one row a cell of the form, and the text around them."""

from __future__ import annotations

import polars as pl

from schemas.dimensions import APPLICANTS, APPLICATION_ITEMS, CATEGORIES, CHANNELS, MEASURES, OUTCOMES
from schemas.table import Table, column

VALUE_STATUSES = ("reported", "corrected", "blank", "missing", "unreadable")
UNITS = ("piece", "decision", "item", "project", "wan_yuan", "yuan")
VERDICTS = ("agrees", "contradicts", "not_comparable")


class FactApplication(Table):
    """Report × item × applicant."""

    report_id: str = column("报告标识", "Report", to="dim_report.report_id")
    item_code: str = column("事项代码", "Row of the matrix", of=APPLICATION_ITEMS, to="dim_application_item.item_code")
    applicant_code: str = column("申请人代码", "Column of the matrix", of=APPLICANTS, to="dim_applicant.applicant_code")
    value: pl.Float64 = column("件数；空白或不可读为空", "Count; null where blank, missing or unreadable", null=True)
    value_raw: str = column("原文", "Text as printed", null=True)
    value_status: str = column("取值状态", "How the value stands in the source", of=VALUE_STATUSES)
    locator: str = column("出处位置", "Where it stands in the source", null=True)

    class Config:
        name = "fact_application"
        title = "收到和处理政府信息公开申请情况：报告×事项×申请人"
        description = "Section 3: report × item × applicant"
        unique = ["report_id", "item_code", "applicant_code"]


class FactProactiveDisclosure(Table):
    """Report × category × measure."""

    report_id: str = column("报告标识", "Report", to="dim_report.report_id")
    category_code: str = column("类别代码", "Category", of=CATEGORIES)
    measure_code: str = column("指标代码", "Measure", of=MEASURES)
    value: pl.Float64 = column("数值；空白或不可读为空", "Figure; null where blank, missing or unreadable", null=True)
    unit: str = column("计量单位", "Unit of the value; null where the source states none", null=True, of=UNITS)
    value_raw: str = column("原文", "Text as printed", null=True)
    value_status: str = column("取值状态", "How the value stands in the source", of=VALUE_STATUSES)
    locator: str = column("出处位置", "Where it stands in the source", null=True)

    class Config:
        name = "fact_proactive_disclosure"
        title = "主动公开政府信息情况：报告×类别×指标"
        description = "Section 2: report × category × measure"
        unique = ["report_id", "category_code", "measure_code"]


class FactReviewLitigation(Table):
    """Report × channel × outcome."""

    report_id: str = column("报告标识", "Report", to="dim_report.report_id")
    channel_code: str = column("渠道代码", "Channel", of=CHANNELS, to="dim_review_channel.channel_code")
    outcome_code: str = column("结果代码", "Outcome", of=OUTCOMES, to="dim_review_outcome.outcome_code")
    value: pl.Float64 = column("件数；空白或不可读为空", "Cases; null where blank, missing or unreadable", null=True)
    value_raw: str = column("原文", "Text as printed", null=True)
    value_status: str = column("取值状态", "How the value stands in the source", of=VALUE_STATUSES)
    locator: str = column("出处位置", "Where it stands in the source", null=True)

    class Config:
        name = "fact_review_litigation"
        title = "行政复议、行政诉讼情况：报告×渠道×结果"
        description = "Section 4: report × channel × outcome"
        unique = ["report_id", "channel_code", "outcome_code"]


class ReportSection(Table):
    """Report × section 1 to 6."""

    report_id: str = column("报告标识", "Report", to="dim_report.report_id")
    section_no: pl.Int32 = column("部分序号 1–6", "Section, 1 to 6 by the form")
    heading: str = column("标题原文", "Heading as printed", null=True)
    body: str = column("正文（不含法定表格）", "Text, without the statutory tables", null=True)

    class Config:
        name = "report_section"
        title = "报告的六个部分"
        description = "The six sections of each report"
        unique = ["report_id", "section_no"]


class NarrativeClaim(Table):
    """One figure stated in the text."""

    report_id: str = column("报告标识", "Report", to="dim_report.report_id")
    claim_no: pl.Int32 = column("在报告中的序号", "Order within the report, from 1")
    section_no: pl.Int32 = column("所在部分", "Section where it stands", null=True)
    claim_code: str = column("所述事项", "What is claimed")
    value: pl.Float64 = column("数字", "Figure", null=True)
    unit: str = column("单位原文", "Unit as printed", null=True)
    sentence: str = column("原句", "The sentence")
    cells: str = column(
        "所指单元格：多种理解以 | 分隔，最接近者在前；相加的单元格以 + 相连",
        "The cells it may speak of: | between readings, the closest first, + between cells that add up",
        null=True,
    )
    expected: pl.Float64 = column("表中对应数字", "What the tables hold", null=True)
    verdict: str = column("结论", "Verdict", of=VERDICTS)
    reason: str = column("不可比或结论的理由", "Why it is not comparable, or how it was compared", null=True)

    class Config:
        name = "narrative_claim"
        title = "正文所述数字及其与表格的比对"
        description = "One figure stated in the text, and whether the tables agree"
        unique = ["report_id", "claim_no"]
