"""What kind of document a title names: its last noun decides."""

from __future__ import annotations

import re

_NOUNS = {
    "指导意见": "guiding_opinions",
    "实施意见": "guiding_opinions",
    "意见": "guiding_opinions",
    "工作要点": "work_points",
    "要点": "work_points",
    "行动计划": "action_plan",
    "计划": "action_plan",
    "规划": "action_plan",
    "纲要": "action_plan",
    "方案": "action_plan",
    "安排": "action_plan",
    "规定": "rule",
    "办法": "rule",
    "细则": "rule",
    "制度": "rule",
    "条例": "rule",
    "规则": "rule",
    "准则": "rule",
    "规范": "rule",
    "规程": "rule",
    "章程": "rule",
    "通知": "notice",
    "通告": "notice",
    "公告": "notice",
    "通报": "notice",
    "公示": "notice",
    "函": "notice",
}
#: Titles that end in these name papers that promise nothing.
_OTHER = re.compile(
    r"(?:纪要|总结|报告|名单|讲话|批复|请示|决定|决议|汇编|新闻|简报|述职|汇报|发言|致辞|讲稿|提纲|体会|记录|情况|说明"
    r"|解读|议程|日程|议案|提案|答复|倡议|倡议书|公约|公报|协议|协议书|合同|承诺书|责任书|事迹|综述|答记者问"
    r"|(?:反馈|审查|审核|评审|处理|鉴定|考察|推荐)意见)$"
)
_TAIL = re.compile(r"(?:[（(〔\[][^（）()〔〕\[\]]{1,30}[）)〕\]]|[》”\"』」】*_\s])+$")
#: The kinds that can become a plan.
PLANS = frozenset({"guiding_opinions", "work_points", "action_plan"})


def kind_of(title: str) -> str | None:
    """guiding_opinions, work_points, action_plan, rule or notice; ``None`` when the title names none.

    （试行）, （征求意见稿） and closing marks after the noun do not count.
    """
    title = _TAIL.sub("", title.strip())
    if _OTHER.search(title):
        return None
    for length in (4, 2, 1):
        if title[-length:] in _NOUNS:
            return _NOUNS[title[-length:]]
    # 工作要点及分工, 行动计划2024年版: the noun that stands last decides.
    best = max(
        ((title.rfind(noun), kind) for noun, kind in _NOUNS.items() if len(noun) > 1), default=(-1, "")
    )
    return best[1] if best[0] >= max(0, len(title) - 12) and best[0] >= 0 else None


def ends_in_noun(title: str) -> bool:
    """Whether a line ends like a title."""
    title = _TAIL.sub("", title.strip())
    return any(title[-length:] in _NOUNS for length in (4, 2)) or bool(_OTHER.search(title))


def promises_nothing(title: str) -> bool:
    """Minutes, summaries, reports and the like."""
    return _OTHER.search(_TAIL.sub("", title.strip())) is not None
