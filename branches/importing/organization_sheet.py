"""The sheet of organizations: its columns, rows that show how to fill it in, the words for kinds and roots."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from branches.importing.sheet import Column

COLUMNS = (
    Column(
        "code",
        gettext_lazy("Code"),
        ("代码", "组织代码", "编码", "code", "organization code"),
        True,
        "DZB-07",
    ),
    Column(
        "name",
        gettext_lazy("Organization name"),
        ("名称", "组织名称", "全称", "name", "organization name"),
        True,
        "光电材料党支部",
    ),
    Column("short_name", gettext_lazy("Short name"), ("简称", "short name"), example="光电材料"),
    Column("kind", gettext_lazy("Kind"), ("类别", "组织类别", "类型", "kind"), True, "党支部"),
    Column(
        "parent",
        gettext_lazy("Parent code"),
        ("上级代码", "上级组织代码", "parent code", "code above"),
        example="DW",
    ),
    Column(
        "founded_on",
        gettext_lazy("Founded on"),
        ("成立日期", "成立时间", "founded", "founded on"),
        example="2019-06-01",
    ),
    Column("functional", gettext_lazy("Functional"), ("功能型", "是否功能型", "functional"), example="否"),
    Column(
        "based_in",
        gettext_lazy("Based in (code)"),
        ("依托单位代码", "所在单位代码", "based in", "based in (code)"),
        example="YJS-03",
    ),
)
#: Rows that show how to fill the sheet in; they can be imported as they stand.
EXAMPLES = (
    ("DW", "中共某某研究所委员会", "所党委", "党委", "", "", "", ""),
    tuple(column.example for column in COLUMNS),
    ("YJS", "某某研究所", "", "研究所", "", "", "", ""),
    ("YJS-03", "光电材料研究室", "", "研究室", "YJS", "", "", ""),
)
#: Other usual names of the kinds.
KINDS = {
    "党委": "party_committee",
    "党总支": "general_branch",
    "总支": "general_branch",
    "党支部": "branch",
    "支部": "branch",
    "党小组": "group",
    "纪委": "commission",
    "工会": "union",
    "工会小组": "union_group",
    "团委": "league_committee",
    "团支部": "league_branch",
    "青年理论学习小组": "study_group",
    "研究所": "institute",
    "研究院": "institute",
    "职能部门": "department",
    "部门": "department",
    "处室": "department",
    "研究室": "laboratory",
    "实验室": "laboratory",
    "课题组": "laboratory",
}
#: The system of a root by its kind.
ROOTS = {
    "party_committee": "party",
    "general_branch": "party",
    "branch": "party",
    "commission": "commission",
    "union": "union",
    "league_committee": "league",
    "institute": "administration",
}
