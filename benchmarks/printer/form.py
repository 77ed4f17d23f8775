"""The two editions of the form as a printer needs them: codes in order, and the words printed for each.

The words are written here a second time on purpose: a printer that took them from the
vocabulary could not find a fault in the vocabulary.
"""

from __future__ import annotations

from typing import NamedTuple

APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_organization",
    "legal_service_institution",
    "other_organization",
    "total",
)
OUTCOMES = ("upheld", "corrected", "other_result", "pending", "total")
CHANNELS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")


class Item(NamedTuple):
    """One row of the applications matrix: its group ("" for rows without one) and place in the group."""

    code: str
    group: str
    ordinal: int
    word: str


ITEMS_HEAD = (
    Item("new_received", "intake", 1, "本年新收政府信息公开申请数量"),
    Item("carried_in", "intake", 2, "上年结转政府信息公开申请数量"),
    Item("granted", "", 1, "予以公开"),
    Item("partially_granted", "", 2, "部分公开"),
    Item("denied_state_secret", "denied", 1, "属于国家秘密"),
    Item("denied_prohibited_by_law", "denied", 2, "其他法律行政法规禁止公开"),
    Item("denied_safety_stability", "denied", 3, "危及“三安全一稳定”"),
    Item("denied_third_party_rights", "denied", 4, "保护第三方合法权益"),
    Item("denied_internal_affairs", "denied", 5, "属于三类内部事务信息"),
    Item("denied_process_information", "denied", 6, "属于四类过程性信息"),
    Item("denied_enforcement_case_file", "denied", 7, "属于行政执法案卷"),
    Item("denied_administrative_inquiry", "denied", 8, "属于行政查询事项"),
    Item("unavailable_not_held", "unavailable", 1, "本机关不掌握相关政府信息"),
    Item("unavailable_needs_creation", "unavailable", 2, "没有现成信息需要另行制作"),
    Item("unavailable_still_unclear", "unavailable", 3, "补正后申请内容仍不明确"),
    Item("not_processed_petition", "not_processed", 1, "信访举报投诉类申请"),
    Item("not_processed_repeated", "not_processed", 2, "重复申请"),
    Item("not_processed_publication", "not_processed", 3, "要求提供公开出版物"),
    Item("not_processed_excessive", "not_processed", 4, "无正当理由大量反复申请"),
    Item("not_processed_reconfirmation", "not_processed", 5, "要求行政机关确认或重新出具已获取信息"),
)
ITEMS_OTHER = (
    Item(
        "other_no_clarification", "other_handling", 1, "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"
    ),
    Item(
        "other_fee_unpaid",
        "other_handling",
        2,
        "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    ),
    Item("other_reason", "other_handling", 3, "其他"),
)
ITEM_OTHER_ONE_ROW = Item("other_handling", "", 6, "其他处理")
ITEMS_TAIL = (
    Item("total_handled", "", 7, "总计"),
    Item("carried_forward", "intake", 4, "结转下年度继续办理"),
)
GROUPS = {
    "denied": (3, "不予公开"),
    "unavailable": (4, "无法提供"),
    "not_processed": (5, "不予处理"),
    "other_handling": (6, "其他处理"),
}
DISPOSITIONS_2021 = tuple(i.code for i in ITEMS_HEAD[2:] + ITEMS_OTHER)
DISPOSITIONS_2019 = (*(i.code for i in ITEMS_HEAD[2:]), "other_handling")


def items(form: str) -> tuple[Item, ...]:
    """The rows that a report in ``form`` (``2019``, ``2021`` or ``hybrid``) prints, in order."""
    other = ITEMS_OTHER if form == "2021" else (ITEM_OTHER_ONE_ROW,)
    return (*ITEMS_HEAD, *other, *ITEMS_TAIL)


class Block(NamedTuple):
    """One part of section 2: its item of article 20, its measures, and its categories."""

    article: str
    measures: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]


_PRIOR = (("prior_year_items", "上一年项目数量"), ("change", "本年增/减"))
_DECISIONS = ("decisions", "处理决定数量")
_DECISIONS_2021 = (("decisions", "本年处理决定数量"),)
BLOCKS_2021 = (
    Block(
        "一",
        (("issued", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")),
        (("regulation", "规章"), ("normative_document", "行政规范性文件")),
    ),
    Block("五", _DECISIONS_2021, (("administrative_license", "行政许可"),)),
    Block("六", _DECISIONS_2021, (("administrative_penalty", "行政处罚"), ("administrative_coercion", "行政强制"))),
    Block("八", (("amount", "本年收费金额（单位：万元）"),), (("administrative_fee", "行政事业性收费"),)),
)
BLOCKS_2019 = (
    Block(
        "一",
        (
            ("newly_made", "本年新制作数量"),
            ("newly_disclosed", "本年新公开数量"),
            ("total_disclosed", "对外公开总数量"),
        ),
        (("regulation", "规章"), ("normative_document", "规范性文件")),
    ),
    Block(
        "五",
        (*_PRIOR, _DECISIONS),
        (("administrative_license", "行政许可"), ("other_external_service", "其他对外管理服务事项")),
    ),
    Block(
        "六", (*_PRIOR, _DECISIONS), (("administrative_penalty", "行政处罚"), ("administrative_coercion", "行政强制"))
    ),
    Block("八", _PRIOR, (("administrative_fee", "行政事业性收费"),)),
    Block(
        "九",
        (("project_count", "采购项目数量"), ("total_amount", "采购总金额")),
        (("centralized_procurement", "政府集中采购"),),
    ),
)


def blocks(form: str) -> tuple[Block, ...]:
    """The parts of section 2 in ``form``."""
    return BLOCKS_2019 if form == "2019" else BLOCKS_2021


def proactive_cells(form: str) -> tuple[tuple[str, str], ...]:
    """Every (category, measure) of section 2, in form order."""
    return tuple((c, m) for block in blocks(form) for c, _ in block.categories for m, _ in block.measures)


def application_cells(form: str) -> tuple[tuple[str, str], ...]:
    """Every (item, applicant) that ``form`` prints, in form order."""
    return tuple((item.code, applicant) for item in items(form) for applicant in APPLICANTS)


def review_cells() -> tuple[tuple[str, str], ...]:
    """Every (channel, outcome), in form order."""
    return tuple((channel, outcome) for channel in CHANNELS for outcome in OUTCOMES)


HEADINGS = {
    1: ("总体情况", "总体概况"),
    2: ("主动公开政府信息情况", "主动公开政府信息的情况"),
    3: (
        "收到和处理政府信息公开申请情况",
        "收到和处理政府信息公开申请的情况",
        "行政机关收到和处理政府信息公开申请情况",
        "行政机关收到和处理政府信息公开申请的情况",
        "依申请公开政府信息情况",
    ),
    4: (
        "政府信息公开行政复议、行政诉讼情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼的情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "政府信息公开行政复议及行政诉讼情况",
        "政府信息公开行政复议行政诉讼情况",
    ),
    5: (
        "存在的主要问题及改进情况",
        "政府信息公开工作存在的主要问题及改进情况",
        "存在问题及改进措施",
        "政府信息公开工作存在的主要问题及改进措施",
    ),
    6: ("其他需要报告的事项", "其他需要报告事项", "其他报告的事项"),
}
TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开年度报告",
    "{agency} {year} 年政府信息公开工作年度报告",
    "{agency}{year}年政务信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作报告",
    "{agency}\n{year}年政府信息公开工作年度报告",
    "{agency}政府信息公开工作{year}年年度报告",
)
