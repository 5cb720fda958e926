"""The sentences of the annual report: the one place where its wording stands.

The report is an official document of the institute and is written in Chinese for every reader. A sentence
names a figure as ``{key}``; the figure's phrase (``12次``) is put in when the text is shown or exported, so a
page can make each of them a link. What only people know is asked for as ``〔待补：…〕``, never invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from branches.models import Organization
from reviews.figures.annual import Figure, gap
from reviews.figures.annual_records import Held, Kind, YearRecords

TOKEN = re.compile(r"\{([A-Za-z0-9_-]+)\}")
BRACKETS = "〔〕"
GAP = re.compile(r"〔待补：[^〔〕]*〕")
PARTS = re.compile(f"({GAP.pattern}|{{[A-Za-z0-9_-]+}})")

LIFE, WORK, PROBLEMS, CARRIED, NEXT = "life", "work", "problems", "carried", "next"
#: Chapters in the order of the report. The first is called otherwise outside the Party.
CHAPTERS = {
    LIFE: "一、组织生活",
    WORK: "二、行动计划落实",
    PROBLEMS: "三、存在的问题",
    CARRIED: "四、上年结转事项",
    NEXT: "五、下年打算",
}
LIFE_ELSEWHERE = "一、主要活动"

RESULTS_SHOWN = 6  # activities whose result is quoted
DONE_SHOWN = 5  # completed items named
#: Groups of kinds in the order of the report, each with the words its sentence begins with.
GROUPS = {
    "meetings": "",
    "life": "",
    "study": "学习教育方面，",
    "work": "融入中心工作方面，",
    "other": "此外，",
}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a draft. ``key`` stays the same from one generation to the next."""

    key: str
    chapter: str
    text: str


def chapter_title(chapter: str, organization: Organization) -> str:
    """The heading of a chapter, with its number."""
    if chapter == LIFE and organization.system != Organization.System.PARTY:
        return LIFE_ELSEWHERE
    return CHAPTERS[chapter]


def report_title(organization: Organization, year: int) -> str:
    return f"{organization.name}{year}年度述职报告"


def write(records: YearRecords, figures: Sequence[Figure]) -> list[Paragraph]:
    """The paragraphs of a draft, in order. A paragraph without anything to say is left out."""
    by_key = {figure.key: figure for figure in figures}
    parts = [
        Paragraph("life-held", LIFE, _held(records, by_key)),
        Paragraph("life-agenda", LIFE, _agenda(by_key)),
        Paragraph("work-ledger", WORK, _ledger(records, by_key)),
        Paragraph("work-measures", WORK, _measures(records, by_key)),
        Paragraph("work-fronts", WORK, _fronts(by_key)),
        Paragraph("work-results", WORK, _results(records)),
        Paragraph("problems", PROBLEMS, _problems(by_key)),
        Paragraph("carried", CARRIED, _carried(by_key)),
        Paragraph("next", NEXT, _next(records, by_key)),
    ]
    return [part for part in parts if part.text]


def fill(text: str, figures: Mapping[str, Figure]) -> str:
    """``text`` with each figure in place. A figure that is gone is asked for."""
    return TOKEN.sub(lambda found: _phrase(found[1], figures), text)


def split(text: str) -> Iterator[tuple[str, str]]:
    """``("text", words)``, ``("figure", key)`` and ``("gap", mark)`` in order, for a page that links them."""
    for part in PARTS.split(text):
        token = TOKEN.fullmatch(part)
        if token:
            yield "figure", token[1]
        elif part:
            yield ("gap" if GAP.fullmatch(part) else "text"), part


def length(text: str) -> int:
    """Characters as a Chinese report counts them: everything but white space."""
    return len("".join(text.split()))


def _phrase(key: str, figures: Mapping[str, Figure]) -> str:
    return figures[key].phrase if key in figures else gap("已不统计的数")


def _plain(text: str) -> str:
    """Words from a record: braces would be taken for a figure, line ends for a paragraph."""
    return " ".join(text.replace("{", "｛").replace("}", "｝").split()).rstrip("。；;.")


def _verb(name: str) -> str:
    if name.endswith(("会", "会议", "大会", "例会")):
        return "召开"
    return "讲授" if name.endswith("课") else "开展"


def _listed(kinds: Sequence[Kind]) -> str:
    """``召开支部党员大会4次、支委会12次，讲授党课3次``."""
    by_verb: dict[str, list[str]] = {}
    for kind in kinds:
        by_verb.setdefault(_verb(kind.name), []).append(f"{_plain(kind.name)}{{kind-{kind.code}}}")
    return "，".join(verb + "、".join(parts) for verb, parts in by_verb.items())


def _held(records: YearRecords, figures: Mapping[str, Figure]) -> str:
    sentences: list[str] = []
    for group, lead in GROUPS.items():
        found = [kind for kind in records.kinds if kind.group == group]
        if found:
            sentences.append(f"{lead}{'' if sentences else '全年'}{_listed(found)}。")
    if not sentences:
        return "全年活动" + gap("本年度没有核定的活动记录") + "。"
    tail = "各项活动合计{activities}，平均到会率{attendance}"
    if figures["joint"].value:
        tail += "，其中与其他组织联合开展{joint}"
    tail += "。"
    if figures["waiting"].value:
        tail += "另有{waiting}已报送、尚待核定，未计入。"
    return "".join(sentences) + tail


def _agenda(figures: Mapping[str, Figure]) -> str:
    if "agenda-due" not in figures:
        return ""
    if figures["agenda-due"].missing:
        return "“第一议题”学习情况" + gap("应落实“第一议题”的会议没有核定的记录") + "。"
    text = "严格落实“第一议题”制度，应落实的会议{agenda-due}，已落实{agenda-done}"
    if figures["agenda-done"].value:
        text += "，平均在材料发布后{agenda-lag}传达学习"
    return text + "。"


def _ledger(records: YearRecords, figures: Mapping[str, Figure]) -> str:
    if figures["items"].missing:
        return "牵头承担督办事项{items}，年内办结{items-done}。参与配合其他组织牵头的事项{items-joined}。"
    if not figures["items"].value:
        text = "本年度督办台账中没有由本组织牵头的事项"
        return text + ("，参与配合{items-joined}。" if figures["items-joined"].value else "。")
    text = "牵头承担督办事项{items}，年内办结{items-done}"
    if figures["items-done"].value:
        text += "；其中按原定时限办结{on-time-original}，按调整后时限办结{on-time-current}"
    text += "。"
    if figures["items-joined"].value:
        text += "参与配合其他组织牵头的事项{items-joined}。"
    done = sorted(
        (i for i in records.items if i.completed_on), key=lambda i: (i.completed_on, i.pk), reverse=True
    )
    if done:
        text += "已办结的主要有：" + "、".join(f"“{_plain(item.title)}”" for item in done[:DONE_SHOWN]) + "。"
    return text


def _measures(records: YearRecords, figures: Mapping[str, Figure]) -> str:
    if not figures["measures"].value:
        return ""
    parts = []
    for pk, name in records.measures.items():
        said = []
        if f"m{pk}-items" in figures:
            said.append(f"承担事项{{m{pk}-items}}、办结{{m{pk}-done}}")
        if f"m{pk}-held" in figures:
            said.append(f"开展活动{{m{pk}-held}}")
        if said:
            parts.append(f"“{_plain(name)}”" + "，".join(said))
    return "对照行动计划，落实举措{measures}：" + "；".join(parts) + "。"


def _fronts(figures: Mapping[str, Figure]) -> str:
    said = []
    if figures["posts"].value:
        said.append("设立攻坚先锋岗{posts}")
    if figures["teams"].value:
        said.append("组建突击队和攻坚小组{teams}")
    return f"围绕科研攻关，{'，'.join(said)}。" if said else ""


def _results(records: YearRecords) -> str:
    told = [activity for activity in records.approved if activity.result.strip()]
    told.sort(key=lambda activity: (bool(activity.measures), activity.held_on, activity.pk), reverse=True)
    parts = [_result(activity) for activity in sorted(told[:RESULTS_SHOWN], key=lambda a: (a.held_on, a.pk))]
    return "主要成效：" + "；".join(parts) + "。" if parts else ""


def _result(activity: Held) -> str:
    day = f"{activity.held_on.month}月{activity.held_on.day}日"
    return f"{day}“{_plain(activity.title)}”，{_plain(activity.result)}"


def _problems(figures: Mapping[str, Figure]) -> str:
    said = []
    if figures["red"].missing:
        said.append("牵头事项中有{red}，办理反馈和办结申请被退回{returned}")
    if figures["red"].value:
        said.append("牵头事项中有{red}曾亮红灯，最长逾期{longest}")
    if figures["returned"].value:
        said.append("办理反馈和办结申请被退回{returned}")
    if figures["activities-returned"].value:
        said.append("活动记录被退回{activities-returned}")
    if figures["short"].value:
        said.append("固定动作有{short}记录不足")
    found = (
        "；".join(said)
        if said
        else "从台账和活动记录看，本年度没有亮过红灯的事项，没有被退回的记录，固定动作没有缺项"
    )
    return f"{found}。{gap('原因和查摆出的其他问题')}。"


def _carried(figures: Mapping[str, Figure]) -> str:
    carried = figures["carried"]
    if carried.missing:
        return "上年结转事项{carried}。"
    if not carried.value:
        return "没有上年结转的未办结事项。"
    return "上年结转未办结事项{carried}，本年已办结{carried-done}。"


def _next(records: YearRecords, figures: Mapping[str, Figure]) -> str:
    text = "结转下年事项{open}。" if figures["open"].missing else "没有结转下年的未办结事项。"
    if figures["open"].value:
        text = "尚未办结的{open}事项结转下年继续办理"
        text += "，其中{open-early}在一季度前到期" if figures["open-early"].value else ""
        text += "。"
    if records.owed_kinds:
        text += f"继续落实{'、'.join(kind.name for kind in records.owed_kinds)}等固定动作。"
    return text + gap(f"{records.year + 1}年重点工作打算") + "。"
