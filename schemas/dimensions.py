"""What the facts speak of: reports, agencies, and the rows and columns of the statutory form."""

from __future__ import annotations

import polars as pl

from schemas.table import Table, column
from schemas.vocabulary import codes

SOURCE_FORMATS = ("text", "html", "docx", "doc", "wps", "pdf", "xlsx", "xls", "image")
REPORT_SCOPES = ("own", "consolidated", "unknown")
ADMIN_LEVELS = ("national", "provincial", "municipal", "county", "township")
AGENCY_KINDS = (
    "government",
    "government_office",
    "department",
    "vertical_agency",
    "township",
    "subdistrict",
    "development_zone",
    "public_institution",
    "other",
)
REGION_EVIDENCE = ("manifest", "text", "site_code", "credit_code", "gazetteer")


class DimReport(Table):
    """One version of one report file."""

    report_id: str = column("报告标识", "Report identifier, stable for one source path and content")
    agency_id: str = column("机关标识", "Agency that reports", to="dim_agency.agency_id")
    report_year: pl.Int32 = column("报告年度", "Year that is reported on")
    report_scope: str = column(
        "口径：本机关、含所属部门及下级政府的汇总、不明",
        "own: the body alone; consolidated: with its departments and lower governments; unknown",
        of=REPORT_SCOPES,
    )
    form_version: str = column(
        "表式：2019（国办公开办函〔2019〕60号）或 2021（〔2021〕30号）",
        "Edition of the form: 2019 or 2021, told by section 2, then by row (6)",
        of=("2019", "2021"),
    )
    title: str = column("报告标题", "Title as printed", null=True)
    agency_name_printed: str = column("文中所称机关", "Agency as the document prints it", null=True)
    source_path: str = column("来源路径（相对原始目录）", "Path within the raw folder; archive.zip!/member for members")
    source_sha256: str = column("来源文件 SHA-256", "SHA-256 of the source's bytes")
    source_format: str = column("来源格式", "Format, told by content", of=SOURCE_FORMATS)
    source_url: str = column("来源网址", "Address it was taken from, where stated", null=True)
    published_on: pl.Date = column("公布日期", "Date of publication, where the source states it", null=True)
    site_code: str = column("网站标识码", "Identification code of the government site", null=True)
    parse_status: str = column(
        "识读状态：complete 全部单元格均已找到",
        "complete: every cell of its form was found; partial: not",
        of=("complete", "partial"),
    )
    version: pl.Int32 = column("版本号（同一路径自 1 起）", "Version of this path, from 1")
    is_current: bool = column("是否现行版本", "Whether analyses use this version")
    currency_reason: str = column(
        "现行或非现行的理由", "Why this version is current, or which report stands for it", null=True
    )
    in_raw: bool = column("来源文件是否仍在原始目录", "Whether the file is still in the raw folder")
    first_seen_at: pl.Datetime = column("首次发现时间（UTC）", "When the file was first seen, UTC")
    loaded_at: pl.Datetime = column("入库时间（UTC）", "When it was read, UTC")

    class Config:
        name = "dim_report"
        title = "年报：一份报告文件的一个版本"
        description = "One version of one report file"
        unique = ["report_id"]


class DimAgency(Table):
    """One agency."""

    agency_id: str = column("机关标识", "Agency identifier, the same in every run, year and spelling")
    agency_name: str = column("机关名称", "Name of the agency")
    region_code: str = column(
        "行政区划代码（GB/T 2260）",
        "Division code of GB/T 2260; null where nothing tells it or evidence conflicts",
        null=True,
    )
    region_evidence: str = column("区划判定依据", "What decided the division", null=True, of=REGION_EVIDENCE)
    evidence_detail: str = column("依据与冲突的详情", "The evidence found, and its conflicts", null=True)
    province: str = column("省级", "Province", null=True)
    city: str = column("地级", "Prefecture", null=True)
    county: str = column("县级", "County", null=True)
    admin_level: str = column("行政层级", "Administrative level", null=True, of=ADMIN_LEVELS)
    agency_kind: str = column("机关类别", "Kind of agency", of=AGENCY_KINDS)
    parent_agency_id: str = column("上级机关", "Parent agency", null=True, to="dim_agency.agency_id")

    class Config:
        name = "dim_agency"
        title = "机关"
        description = "One agency, the same in every year and spelling"
        unique = ["agency_id"]


class AgencyHierarchy(Table):
    """One child and parent."""

    agency_id: str = column("机关标识", "Child agency", to="dim_agency.agency_id")
    parent_agency_id: str = column("上级机关标识", "Parent agency", to="dim_agency.agency_id")
    valid_from_year: pl.Int32 = column("起始年度", "First report year", null=True)
    valid_to_year: pl.Int32 = column("终止年度", "Last report year, null while it holds", null=True)
    evidence: str = column("依据", "What tells it")

    class Config:
        name = "agency_hierarchy"
        title = "机关隶属关系"
        description = "One child agency and its parent"
        unique = ["agency_id", "parent_agency_id", "valid_from_year"]


class DimApplicationItem(Table):
    """One row of the applications matrix."""

    item_code: str = column("事项代码", "Row code")
    group_code: str = column("分组代码", "Group of rows")
    label_zh: str = column("表式原文", "Form text")
    label_en: str = column("英文名称", "English name")
    sort_order: pl.Int32 = column("表中次序", "Order in the form")
    forms: str = column("适用表式", "Editions that have this row, space-separated")

    class Config:
        name = "dim_application_item"
        title = "申请处理事项：第三部分表格的一行"
        description = "One row of the applications matrix (section 3)"
        unique = ["item_code"]


class DimApplicant(Table):
    """One column of the applications matrix."""

    applicant_code: str = column("申请人代码", "Applicant code")
    label_zh: str = column("表式原文", "Form text")
    label_en: str = column("英文名称", "English name")
    sort_order: pl.Int32 = column("表中次序", "Order in the form")

    class Config:
        name = "dim_applicant"
        title = "申请人类别：第三部分表格的一列"
        description = "One column of the applications matrix (section 3)"
        unique = ["applicant_code"]


class DimReviewChannel(Table):
    """One channel of section 4."""

    channel_code: str = column("渠道代码", "Channel code")
    label_zh: str = column("表式原文", "Form text")
    label_en: str = column("英文名称", "English name")
    sort_order: pl.Int32 = column("表中次序", "Order in the form")

    class Config:
        name = "dim_review_channel"
        title = "救济渠道：第四部分"
        description = "One channel of section 4"
        unique = ["channel_code"]


class DimReviewOutcome(Table):
    """One outcome of section 4."""

    outcome_code: str = column("结果代码", "Outcome code")
    label_zh: str = column("表式原文", "Form text")
    label_en: str = column("英文名称", "English name")
    sort_order: pl.Int32 = column("表中次序", "Order in the form")

    class Config:
        name = "dim_review_outcome"
        title = "救济结果：第四部分"
        description = "One outcome of section 4"
        unique = ["outcome_code"]


class DimProactiveMeasure(Table):
    """One category and measure of section 2."""

    category_code: str = column("类别代码", "Category code")
    measure_code: str = column("指标代码", "Measure code")
    article_item: str = column("条例第二十条的项", "Item of article 20")
    unit: str = column("计量单位", "Unit")
    label_zh: str = column("表式原文", "Form text")
    label_en: str = column("英文名称", "English name")
    sort_order: pl.Int32 = column("表中次序", "Order in the form")
    forms: str = column("适用表式", "Editions that have this cell, space-separated")

    class Config:
        name = "dim_proactive_measure"
        title = "主动公开指标：第二部分的类别×指标"
        description = "One category and measure of section 2"
        unique = ["category_code", "measure_code"]


APPLICATION_ITEMS = codes("application_item", "item_code")
APPLICANTS = codes("applicant", "applicant_code")
CHANNELS = codes("review_channel", "channel_code")
OUTCOMES = codes("review_outcome", "outcome_code")
CATEGORIES = codes("proactive_measure", "category_code")
MEASURES = codes("proactive_measure", "measure_code")
