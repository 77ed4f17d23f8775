"""Files among the samples that are no report, or none that can be read, each with its reason."""

from __future__ import annotations

import random
from typing import Final

from benchmarks.printer.html_layouts import EMPTY_PAGES
from benchmarks.printer.narrative import write
from benchmarks.printer.office import docx
from benchmarks.printer.paper import compose
from benchmarks.printer.style import Style
from benchmarks.printer.text_layouts import tab_rectangular
from benchmarks.printer.truth import Profile, Truth, consistent
from benchmarks.sample_formats import locked_pdf, packed_too_tightly

_NOTICE: Final = """青峦县关于开展政务公开业务培训的通知

各乡镇人民政府、县直各单位：

为提高公开工作水平，定于本月下旬在县委党校举办业务培训班，请各单位选派一名经办人员参加，参训名单于三日内报送。培训期间食宿统一安排，往返交通自理。

青峦县人民政府办公室
2023年5月8日
"""
_GUIDE: Final = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>青峦县政府信息公开指南</title></head><body>
<h1>青峦县政府信息公开指南</h1><p>申请人可以当面、信函或者网上提出申请，受理时间为工作日上午八时半至十二时。</p>
<table><tr><th>受理机构</th><th>电话</th><th>地址</th></tr><tr><td>县政府办公室</td><td>0000-8600012</td><td>迎宾路1号</td></tr></table>
</body></html>
"""
_OLD_FORM: Final = """青峦县水利局2016年政府信息公开工作年度报告

一、概述

2016年，我局按照县里的安排做好信息公开工作，及时更新网站栏目。

政府信息公开情况统计表

指标	单位	数量
一、主动公开情况
（一）主动公开政府信息数	条	132
1.政府网站公开政府信息数	条	120
2.政务微博公开政府信息数	条	12
二、回应解读情况
（一）回应公众关注热点或重大舆情数	次	3
三、依申请公开情况
（一）收到申请数	件	4
1.当面申请数	件	1
2.网络申请数	件	3
（二）申请办结数	件	4
（三）申请答复数	件	4
1.同意公开答复数	件	3
2.申请信息不存在数	件	1
四、行政复议数量	件	0
五、行政诉讼数量	件	0
六、举报投诉数量	件	0
七、依申请公开信息收取的费用	万元	0
八、机构建设和保障经费情况
（一）从事政府信息公开工作人员数	人	2

二、存在问题

人手不足，栏目更新有时不及时。
"""


def _truth(agency: str) -> Truth:
    return consistent(random.Random(agency), Profile(agency, "department", "own", 4, host="青峦县人民政府"), 2023)


def _page(name: str) -> bytes:
    truth = _truth("青峦县商务局")
    return EMPTY_PAGES[name](compose(truth, Style(), write(truth, random.Random(1)), random.Random(1))).encode()


def _nameless() -> bytes:
    """A whole report from which nothing tells who reports."""
    truth, rng = _truth("某单位"), random.Random(2)
    prose = write(truth, rng) | {0: ["本报告按规定编写。"]}
    text = tab_rectangular(compose(truth, Style(signature=False), prose, rng))
    return text.replace("某单位", "").encode()


def _yearless() -> bytes:
    """A whole report from which nothing tells the year."""
    truth, rng = _truth("青峦县粮食局"), random.Random(3)
    prose = {number: ["本部分情况良好，按规定办理。"] for number in range(1, 7)}
    text = tab_rectangular(compose(truth, Style(signature=False), prose, rng))
    return text.replace(f"{truth.year}年", "").encode()


def _torn_docx() -> bytes:
    """The first third of a Word file."""
    truth, rng = _truth("青峦县气象局"), random.Random(4)
    data = docx(compose(truth, Style(), write(truth, rng), rng))
    return data[: len(data) // 3]


OTHERS: tuple[tuple[str, bytes, str], ...] = (
    ("others/notice.txt", _NOTICE.encode("gb18030"), "not_a_report"),
    ("others/guide.html", _GUIDE.encode(), "not_a_report"),
    ("others/old_form_2016.txt", _OLD_FORM.encode(), "unsupported_form"),
    ("others/attachment_only.html", _page("attachment_only"), "no_tables"),
    ("others/pictures.html", _page("pictures"), "no_tables"),
    ("others/script_only.html", _page("script_only"), "no_tables"),
    ("others/nameless.txt", _nameless(), "no_agency"),
    ("others/yearless.txt", _yearless(), "no_year"),
    ("others/torn.docx", _torn_docx(), "unreadable"),
    ("others/locked.pdf", locked_pdf(), "encrypted"),
    ("others/packed_too_tightly.docx", packed_too_tightly(), "too_large"),
    ("others/noise.bin", random.Random(5).randbytes(3000), "unreadable"),
    ("others/player.exe", b"MZ" + bytes(500), "unsupported_format"),
)
"""Path, bytes, reason."""
