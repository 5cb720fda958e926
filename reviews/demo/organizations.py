"""About sixty organizations: the Party committee and its branches, commission, union, League, departments."""

from __future__ import annotations

from datetime import date
from typing import Any

from branches.models import Organization

S, K = Organization.System, Organization.Kind

#: code, name, the laboratory or department it is based in, number of members
BRANCHES = [
    ("P01", "激光技术党支部", "A11", 16),
    ("P02", "微波器件党支部", "A12", 18),
    ("P03", "集成器件党支部", "A13", 21),
    ("P04", "光电材料党支部", "A14", 22),
    ("P05", "传感技术党支部", "A15", 15),
    ("P06", "封装工艺党支部", "A16", 17),
    ("P07", "低维物理党支部", "A17", 14),
    ("P08", "超晶格理论党支部", "A18", 12),
    ("P09", "宽禁带器件党支部", "A19", 19),
    ("P10", "硅基光子党支部", "A20", 16),
    ("P11", "红外探测党支部", "A21", 13),
    ("P12", "机关第一党支部", "A01", 17),
    ("P13", "机关第二党支部", "A04", 15),
    ("P14", "工程技术党支部", "A06", 14),
    ("P15", "图书信息党支部", "A05", 6),
    ("P16", "离退休党支部", "", 18),
]
#: branches of the postgraduates, below their general branch
POSTGRADUATES = [
    ("P2001", "研究生第一党支部", 22),
    ("P2002", "研究生第二党支部", 20),
    ("P2003", "研究生第三党支部", 18),
]
#: branch, its Party groups
GROUPS = {"P01": 3, "P02": 2, "P03": 2, "P04": 2}
DEPARTMENTS = [
    ("A01", "党委办公室"),
    ("A02", "科研管理处"),
    ("A03", "人事处"),
    ("A04", "财务处"),
    ("A05", "图书信息中心"),
    ("A06", "工程技术中心"),
    ("A07", "纪委办公室"),
]
LABORATORIES = [
    ("A11", "激光技术研究室"),
    ("A12", "微波器件研究室"),
    ("A13", "集成器件研究室"),
    ("A14", "光电材料研究室"),
    ("A15", "传感技术研究室"),
    ("A16", "封装工艺研究室"),
    ("A17", "低维物理研究室"),
    ("A18", "超晶格理论研究室"),
    ("A19", "宽禁带器件研究室"),
    ("A20", "硅基光子研究室"),
    ("A21", "红外探测研究室"),
]
UNION_GROUPS = [
    ("U01", "激光与微波工会小组"),
    ("U02", "集成与封装工会小组"),
    ("U03", "材料与物理工会小组"),
    ("U04", "光子与探测工会小组"),
    ("U05", "机关工会小组"),
    ("U06", "支撑部门工会小组"),
]
LEAGUE_BRANCHES = [("L01", "科研第一团支部"), ("L02", "科研第二团支部"), ("L03", "研究生团支部")]
STUDY_GROUPS = [("L11", "青年理论学习第一小组"), ("L12", "青年理论学习第二小组")]

Organizations = dict[str, Organization]


def make(begun: date) -> Organizations:
    """Every organization by its code."""
    made: Organizations = {}

    def add(code: str, name: str, system: str, kind: str, parent: str = "", **values: Any) -> None:
        node = Organization(
            code=code,
            name=name,
            system=system,
            kind=kind,
            founded_on=values.pop("founded_on", begun),
            **values,
        )
        if parent:
            made[parent].refresh_from_db()
            made[code] = Organization.objects.add_child(made[parent], instance=node)
        else:
            made[code] = Organization.objects.add_root(instance=node)

    add("A", "清岚半导体研究所", S.ADMINISTRATION, K.INSTITUTE, short_name="研究所")
    for code, name in DEPARTMENTS:
        add(code, name, S.ADMINISTRATION, K.DEPARTMENT, "A")
    for code, name in LABORATORIES:
        add(code, name, S.ADMINISTRATION, K.LABORATORY, "A")
    add("P", "中共清岚半导体研究所委员会", S.PARTY, K.PARTY_COMMITTEE, short_name="所党委")
    for code, name, seat, _members in BRANCHES:
        add(code, name, S.PARTY, K.BRANCH, "P", based_in=made.get(seat))
        for number in range(1, GROUPS.get(code, 0) + 1):
            add(f"{code}-{number}", f"{name}第{'一二三'[number - 1]}党小组", S.PARTY, K.GROUP, code)
    add("P20", "研究生党总支", S.PARTY, K.GENERAL_BRANCH, "P")
    for code, name, _members in POSTGRADUATES:
        add(code, name, S.PARTY, K.BRANCH, "P20")
    add(
        "P30",
        "秉真突击队功能型党支部",
        S.PARTY,
        K.BRANCH,
        "P",
        functional=True,
        founded_on=date(begun.year + 2, 3, 1),
    )
    add("C", "中共清岚半导体研究所纪律检查委员会", S.COMMISSION, K.COMMISSION, short_name="所纪委")
    add("U", "清岚半导体研究所工会", S.UNION, K.UNION, short_name="所工会")
    for code, name in UNION_GROUPS:
        add(code, name, S.UNION, K.UNION_GROUP, "U")
    add("L", "共青团清岚半导体研究所委员会", S.LEAGUE, K.LEAGUE_COMMITTEE, short_name="所团委")
    for code, name in LEAGUE_BRANCHES:
        add(code, name, S.LEAGUE, K.LEAGUE_BRANCH, "L")
    for code, name in STUDY_GROUPS:
        add(code, name, S.LEAGUE, K.STUDY_GROUP, "L")
    for node in made.values():
        node.refresh_from_db()
    return made
