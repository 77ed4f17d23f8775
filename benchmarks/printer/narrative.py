"""The prose of a report: every sentence written for this project, figures taken from the truth.

A text is put together from pools of sentences, so that two reports seldom read alike.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.printer.style import plain_number
from benchmarks.printer.truth import Truth

SELF_NAMES = {
    "government": ("全市", "本级政府", "市政府"),
    "county": ("全县", "县政府"),
    "government_office": ("本办公室", "我办"),
    "department": ("我局", "本机关", "本局"),
    "township": ("我镇", "镇政府", "本镇"),
    "subdistrict": ("街道", "我街道", "办事处"),
}

OPENING = (
    "本报告按照《中华人民共和国政府信息公开条例》第五十条的要求编写，所列数据的统计期限为{year}年1月1日至{year}年12月31日。如对报告内容有疑问，请与{agency}联系。",
    "现将{agency}{year}年政府信息公开工作情况公布如下，数据统计时间自{year}年1月1日起，至{year}年12月31日止。",
    "依照政府信息公开条例的规定，{agency}编制了{year}年度报告。报告由六个部分组成，可在门户网站查阅和下载。",
)
GENERAL = (
    "{year}年，{me}把公开工作摆进年度重点任务，年初列清单，季度看进度，年底对账销号，做到谁产生、谁审核、谁公开。",
    "一年来，{me}围绕群众办事中最常问的问题整理公开内容，让政策找得到、看得懂、用得上。",
    "{year}年，{me}坚持公开为常态、不公开为例外，对照目录逐栏核对，补齐了多处长期空缺的栏目。",
    "{me}在{year}年继续推进公开工作与业务工作同部署、同落实，遇到拿不准的事项先会商再答复。",
    "按照年初确定的工作要点，{me}明确了每个栏目的责任科室和更新周期，公开工作总体平稳有序。",
)
PROACTIVE = (
    "全年通过门户网站和公开专栏发布各类信息{published}条，其中多数为办事指南、工作动态和资金使用情况。",
    "年内共主动公开信息{published}条，公示栏、村组广播和手机推送同步使用，方便不上网的群众了解。",
    "围绕惠民资金、工程建设、招考录用等内容，全年更新信息{published}条，没有出现逾期未更新的栏目。",
)
APPLICATION = (
    "全年新收到政府信息公开申请{new}件，上年结转{carried}件，均在法定期限内办理，结转下年度{forward}件。",
    "{year}年新收申请{new}件，加上年结转的{carried}件，已办结{handled}件，其余{forward}件按程序继续办理。",
)
APPLICATION_GRANTED = (
    "在已办结的申请中，予以公开{granted}件，部分公开{partial}件。",
    "答复结果为予以公开的{granted}件，部分公开的{partial}件，其余依法作出相应处理。",
)
APPLICATION_NONE = (
    "本年度没有收到政府信息公开申请，也没有上年结转的申请。",
    "{year}年未收到公民、法人或者其他组织提出的政府信息公开申请。",
)
MANAGEMENT = (
    "制作公文时同步标注公开属性，审核、发布、归档各环节留有记录，发现内容变动及时更正。",
    "清理了一批过期的办事指南，对仍然有效的文件逐件注明文号和施行日期。",
    "发布前由承办人、科室负责人和分管领导逐级把关，涉及个人信息的内容作遮挡处理。",
)
PLATFORM = (
    "对网站专栏作了一次整理，合并重复栏目，并在首页增设检索入口，页面打开速度有所改善。",
    "政务服务大厅设置查询终端和纸质资料架，由值班人员帮助老年群众查找所需内容。",
    "保持网站和新媒体账号同步更新，定期检查错链和错别字，发现问题当天处理。",
)
SUPERVISION = (
    "年内召开专题会议{meetings}次，组织业务培训，参加人员{trained}人次，未发生因公开工作受到责任追究的情形。",
    "把公开工作列入科室年度考核，全年抽查{meetings}次，对抽查中指出的问题逐项整改，培训干部{trained}人次。",
    "由专人收集群众意见，全年开展检查{meetings}次，培训{trained}人次，社会评议结果良好。",
)
PROBLEMS = (
    "一是个别科室发布信息不够及时，月末集中上传的情况仍有发生；二是政策解读多为文字稿，图表和问答较少。",
    "主要问题是经办人员变动较快，新手对公开范围把握不准；栏目之间内容有交叉，群众查找不便。",
    "从全年情况看，公开内容偏重工作动态，群众关心的办理结果和资金去向还讲得不够细。",
    "目前还存在两点不足：一些老文件没有完成数字化，答复文书的说理部分偏于简单。",
)
IMPROVEMENTS = (
    "下一步，将把更新时限写进岗位职责，按月通报；为新到岗人员安排跟班学习，遇到疑难申请集体研究。",
    "今后将增加图表、短视频等解读方式，对群众来电中反复出现的问题整理成问答公布。",
    "针对这些问题，计划在上半年完成栏目合并和旧文件扫描，下半年组织一次公开质量互查。",
    "接下来将继续完善答复文书的格式，明确告知依据和救济途径，减少因表述不清引起的争议。",
)
FEE = (
    "{year}年度没有收取政府信息公开信息处理费。",
    "依据信息处理费管理的有关规定，本年度发出收费通知0件，收取信息处理费0元。",
    "本年度未向申请人收取信息处理费，也没有其他需要报告的事项。",
)
SUBHEADS = ("主动公开", "依申请公开", "政府信息管理", "平台建设", "监督保障")


def _application(rng: random.Random, truth: Truth, figures: dict[str, object]) -> str:
    cells = truth.application
    needed = ("new_received", "carried_in", "carried_forward", "total_handled", "granted", "partially_granted")
    if any(cells[code, "total"] is None for code in needed):
        return "对收到的申请均按规定登记、审查和答复，办理情况见第三部分的表格。"
    if not cells["new_received", "total"] and not cells["carried_in", "total"]:
        return rng.choice(APPLICATION_NONE).format(**figures)
    return rng.choice(APPLICATION).format(**figures) + rng.choice(APPLICATION_GRANTED).format(**figures)


def _figures(rng: random.Random, truth: Truth) -> dict[str, object]:
    def total(code: str) -> str:
        return plain_number(truth.application[code, "total"] or 0)

    return {
        "agency": truth.agency,
        "year": truth.year,
        "me": rng.choice(SELF_NAMES.get(truth.kind, ("本机关",))),
        "published": truth.facts.get("published", 120),
        "meetings": truth.facts.get("meetings", 2),
        "trained": truth.facts.get("trained", 30),
        "new": total("new_received"),
        "carried": total("carried_in"),
        "forward": total("carried_forward"),
        "handled": total("total_handled"),
        "granted": total("granted"),
        "partial": total("partially_granted"),
    }


def _section_one(parts: Sequence[str], how: str) -> list[str]:
    """Five parts, numbered （一）…, 一、… as some offices do inside section one, or not at all."""
    if how == "plain":
        return list(parts)
    mark = "（{}）" if how == "bracketed" else "{}、"
    return [
        f"{mark.format(number)}{head}情况。{part}"
        for number, head, part in zip("一二三四五", SUBHEADS, parts, strict=True)
    ]


def write(truth: Truth, rng: random.Random, how: str = "bracketed") -> dict[int, list[str]]:
    """The paragraphs of each section; 0 holds what stands before section 1."""
    figures = _figures(rng, truth)
    parts = (
        rng.choice(PROACTIVE).format(**figures),
        _application(rng, truth, figures),
        rng.choice(MANAGEMENT),
        rng.choice(PLATFORM),
        rng.choice(SUPERVISION).format(**figures),
    )
    fee = rng.choice(FEE[:2] if truth.year >= 2021 else FEE).format(**figures)
    return {
        0: [rng.choice(OPENING).format(**figures)],
        1: [rng.choice(GENERAL).format(**figures), *_section_one(parts, how)],
        5: [rng.choice(PROBLEMS), rng.choice(IMPROVEMENTS)],
        6: [fee if truth.year >= 2021 or rng.random() < 0.3 else "本年度无其他需要报告的事项。"],
    }
