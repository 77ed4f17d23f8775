"""How one office prints: which wording, which numbering, which digits, which sign for an empty cell."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from typing import Any

OPTIONS: dict[str, tuple[Any, ...]] = {
    "group_number": ("（三）", "(三)", "（3）", "(三) ", "三、", ""),
    "item_number": ("1.", "1. ", "1．", "1、", ""),
    "first_number": ("一、", "一、 ", "一 ", ""),
    "side_label": ("三、本年度办理结果", "三、 本年度办理结果", "本年度办理结果"),
    "partial_note": ("（区分处理的，只计这一情形，不计其他情形）", "(区分处理的,只计这一情形,不计其他情形)", ""),
    "corner": (
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        "(本列数据的勾稽关系为: 第一项加第二项之和, 等于第三项加第四项之和)",
        "",
    ),
    "law": ("其他法律行政法规禁止公开", "其他法律、行政法规禁止公开", "其他法律行政法规禁止公开的"),
    "safety": ("危及“三安全一稳定”", '危及"三安全一稳定"', "危及三安全一稳定", "危及「三安全一稳定」"),
    "unclarified": (
        "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请",
        "逾期不补正",
    ),
    "unpaid": (
        "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "申请人逾期未按收费通知要求缴纳费用，行政机关不再处理其政府信息公开申请",
        "逾期不缴费",
    ),
    "forward": ("结转下年度继续办理", "结转下一年度继续办理", "结转下一年继续办理"),
    "total": ("总计", "合计"),
    "welfare": ("社会公益组织", "公益组织"),
    "other_organization": ("其他", "其他组织"),
    "persons": ("法人或其他组织", "法人及其他组织"),
    "article": ("第二十条第（一）项", "第二十条 第(一)项", "第二十条第一项", "第二十条第(一)项"),
    "in_force": ("现行有效件数", "现行有效件"),
    "fee": ("本年收费金额（单位：万元）", "本年收费金额(单位: 万元)", "本年收费金额（万元）"),
    "change": ("本年增/减", "本年增／减", "本年增减"),
    "broken": ("", "\n", " "),
    "caption": (False, True),
    "number": ("plain", "full", "thousands", "thousands_full", "unit", "spaced", "chinese_zero", "chinese"),
    "blank": ("/", "-", "—", "——", "无", "／", "\\", "－", ""),
    "heading": (0, 1, 2, 3, 4),
    "heading_number": ("一、", "一、 ", "一．", "一 、", ""),
    "title": (0, 1, 2, 3, 4, 5, 6, 7, 8),
    "procurement_unit": (None, "yuan", "wan_yuan", "yuan_in_cell", "wan_yuan_in_cell"),
    "merged": ("once", "repeated"),
    "subtotal": (False, True),
    "order": ("form", "total_first", "reversed", "shuffled"),
    "section_one": ("bracketed", "own_numbers", "plain"),
    "signature": (True, False),
}


@dataclass(frozen=True, slots=True)
class Style:
    """One choice of every switch in ``OPTIONS``; the defaults are the form's own printing."""

    group_number: str = "（三）"
    item_number: str = "1."
    first_number: str = "一、"
    side_label: str = "三、本年度办理结果"
    partial_note: str = "（区分处理的，只计这一情形，不计其他情形）"
    corner: str = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    law: str = "其他法律行政法规禁止公开"
    safety: str = "危及“三安全一稳定”"
    unclarified: str = "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"
    unpaid: str = "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
    forward: str = "结转下年度继续办理"
    total: str = "总计"
    welfare: str = "社会公益组织"
    other_organization: str = "其他"
    persons: str = "法人或其他组织"
    article: str = "第二十条第（一）项"
    in_force: str = "现行有效件数"
    fee: str = "本年收费金额（单位：万元）"
    change: str = "本年增/减"
    broken: str = ""
    caption: bool = False
    number: str = "plain"
    blank: str = "/"
    heading: int = 0
    heading_number: str = "一、"
    title: int = 0
    procurement_unit: str | None = None
    merged: str = "once"
    subtotal: bool = False
    order: str = "form"
    section_one: str = "bracketed"
    signature: bool = True


TABLE_ONLY = ("subtotal", "order")
"""Switches that change the columns themselves."""


def random_style(rng: random.Random, *, quirks: float = 0.35, columns: bool = False) -> Style:
    """A style in which each switch leaves the form's own printing with probability ``quirks``.

    ``columns`` allows a subtotal column and another column order.
    """
    chosen = {
        f.name: rng.choice(OPTIONS[f.name])
        for f in fields(Style)
        if (columns or f.name not in TABLE_ONLY) and rng.random() < quirks
    }
    return Style(**chosen)


_CHINESE = "零一二三四五六七八九"
_FULL = str.maketrans("0123456789.-+", "０１２３４５６７８９．－＋")


def plain_number(value: float) -> str:
    """``1234``, ``0.0035``: no exponent, no trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


def number_text(value: float, how: str, unit: str = "") -> str:
    """``value`` as an office with the habit ``how`` prints it."""
    text = plain_number(value)
    if how.startswith("thousands"):
        whole, _, rest = text.partition(".")
        text = f"{int(whole):,}" + (f".{rest}" if rest else "")
        return text if how == "thousands" else text.replace(",", "，")
    if how.startswith("chinese"):
        return _chinese(value, text, how)
    return {"full": text.translate(_FULL), "unit": text + unit, "spaced": f" {text} "}.get(how, text)


def _chinese(value: float, text: str, how: str) -> str:
    if value not in range(10) or (how == "chinese_zero" and value):
        return text
    return _CHINESE[int(value)]
