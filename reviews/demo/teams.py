"""Vanguard posts with their reviews, assault teams with members and milestones."""

from __future__ import annotations

from datetime import date, timedelta

from branches.models import AssaultTeam, Milestone, Person, PostReview, TeamMember, VanguardPost
from reviews.demo.clock import Clock
from reviews.demo.organizations import Organizations
from reviews.demo.people import People

Status = VanguardPost.Status

#: branch, holder (place in it or name), challenge, commitment, status, days since begin, days to the end
POSTS: list[tuple[str, str | int, str, str, str, int, int]] = [
    (
        "P04",
        "孙怀瑾",
        "低翘曲外延工艺窗口",
        "每炉次次日公开记录，年内给出可重复的工艺窗口",
        "renewed",
        520,
        190,
    ),
    ("P04", "叶知秋", "原位应力监测", "一年内带出两名测试骨干", Status.APPROVED, 170, 195),
    ("P04", "顾南星", "缓冲层结构设计", "三个月给出两套可比方案", Status.APPROVED, 345, 20),
    ("P01", "赵启航", "高亮度腔面钝化", "镀膜良率提高十个百分点", Status.APPROVED, 235, 130),
    ("P01", "郑知行", "测试平台自动化", "整机测试从三天压到一天", Status.APPROVED, 340, 25),
    ("P02", 5, "毫米波功放匹配网络", "把调试轮次减半", Status.APPROVED, 120, 245),
    ("P03", "许嘉树", "三维集成热管理", "给出可复用的热仿真流程", Status.APPROVED, 200, 165),
    ("P03", 7, "晶圆键合对准", "对准误差压到一微米以内", Status.APPROVED, 372, -7),
    ("P05", 4, "微型陀螺零偏稳定性", "每周公开一次测试曲线", Status.APPROVED, 90, 275),
    ("P06", 6, "气密封装漏率", "失效样品两天内给出初判", Status.APPROVED, 60, 305),
    ("P09", 7, "栅介质可靠性", "形成一份加速寿命试验规范", "renewed", 600, 130),
    ("P10", 5, "硅光耦合封装", "单通道耦合损耗降到一分贝", Status.APPLIED, -3, 362),
    ("P11", 4, "焦平面暗电流", "打通低温测试平台", Status.APPLIED, -5, 360),
    ("P12", 6, "采购流程压缩", "小额采购两天办结", Status.REFUSED, 80, 285),
    ("P07", 5, "低温输运测量", "开放机时每周不少于一天", Status.WITHDRAWN, 500, -140),
]
#: name, kind, branch, captain, named after, in how many days from today: begun, flag (None: not yet)
TEAMS = [
    (
        "砺石突击队",
        "team",
        "P04",
        "孙怀瑾",
        "沈砺石",
        -150,
        -62,
        "大尺寸外延片的翘曲与缺陷密度制约后道良率。任务是在现有炉台上给出可重复的低翘曲工艺窗口。",
        "温场设计、缓冲层结构、原位监测三条线并行，每两周一次节点会，党小组会同日召开。",
        "完成14炉次对照，翘曲由62微米降到38微米；形成工艺记录规范一份，已被封装工艺支部采用。",
        "交付首批6片；缺陷密度再降一半，交微波器件支部验证。",
    ),
    (
        "秉真突击队",
        "team",
        "P02",
        "宋望舒",
        "顾秉真",
        -200,
        -95,
        "毫米波前端芯片长期依赖外部流片，调试周期长。任务是完成自主版图并一次流片成功。",
        "版图、工艺、测试三组合署办公，问题当日登记、次日答复。",
        "方案评审通过，版图设计完成九成，工艺菜单冻结。",
        "完成首次流片，指标复测达到任务书要求。",
    ),
    (
        "望岳攻坚小组",
        "group",
        "P03",
        "许嘉树",
        "",
        -70,
        None,
        "三维集成的热管理缺少统一流程，各课题重复试错。",
        "统一热仿真模型，搭建公共测试结构。",
        "立项论证通过，测试结构版图完成初稿。",
        "任务分解到人，年内给出首轮对比数据。",
    ),
]
#: team, phase, milestone, days from today it is due, days from today it was done (None: not yet)
MILESTONES = [
    ("砺石突击队", "define", "任务书", -120, -122),
    ("砺石突击队", "define", "温场仿真", -60, -58),
    ("砺石突击队", "deliver", "外延片首批", 5, None),
    ("砺石突击队", "output", "均匀性达标", 100, None),
    ("秉真突击队", "define", "方案评审", -110, -112),
    ("秉真突击队", "deliver", "流片", -4, None),
    ("秉真突击队", "output", "指标复测", 80, None),
    ("望岳攻坚小组", "define", "立项论证", -30, -31),
    ("望岳攻坚小组", "define", "任务分解", 6, None),
    ("望岳攻坚小组", "deliver", "首轮数据", 120, None),
]
DUTIES = ["工艺", "仿真", "测试", "版图", "可靠性", "数据"]


def make(organizations: Organizations, people: People, clock: Clock) -> None:
    """Posts in every state with their reviews, three teams."""
    _posts(organizations, people, clock)
    _teams(organizations, people, clock)


def _holder(people: People, code: str, who: str | int) -> Person:
    return people[who] if isinstance(who, str) else people.members[code][who]


def _posts(organizations: Organizations, people: People, clock: Clock) -> None:
    office = people["齐望舒"]
    for code, who, challenge, commitment, state, since, ends_in in POSTS:
        decided = state != Status.APPLIED
        begun = clock.on - timedelta(days=since)
        post = VanguardPost.objects.create(
            holder=_holder(people, code, who),
            organization=organizations[code],
            challenge=challenge,
            commitment=commitment,
            status=Status.APPROVED if state == "renewed" else state,
            valid_from=begun,
            valid_to=clock.on + timedelta(days=ends_in),
            decided_by=office if decided else None,
            decided_on=begun if decided else None,
        )
        if state in ("renewed", Status.WITHDRAWN):
            on = begun + timedelta(days=355)
            PostReview.objects.create(
                post=post,
                year=on.year,
                result="renewed" if state == "renewed" else "withdrawn",
                note="承诺按期兑现，同意续任一年。" if state == "renewed" else "岗位任务结束，按期退出。",
                reviewed_by=office,
                reviewed_on=on,
            )


def _teams(organizations: Organizations, people: People, clock: Clock) -> None:
    teams: dict[str, AssaultTeam] = {}
    for name, kind, code, captain, after, begun, flag, *texts in TEAMS:
        since, awarded = clock.day(begun), None if flag is None else clock.day(flag)
        team = AssaultTeam.objects.create(
            name=name,
            kind=kind,
            organization=organizations[code],
            captain=people[captain],
            named_after=after,
            naming_document=_document(awarded),
            flag_awarded_on=awarded,
            starts_on=since,
            background=texts[0],
            thrust=texts[1],
            results=texts[2],
            next_goals=texts[3],
        )
        teams[name] = team
        crew = [people[captain], *[p for p in people.members[code] if p != people[captain]][:10]]
        TeamMember.objects.bulk_create(
            TeamMember(
                team=team,
                person=person,
                duty="队长" if place == 0 else DUTIES[place % len(DUTIES)],
                starts_on=clock.day(begun + (0 if place < 6 else 30)),
            )
            for place, person in enumerate(crew)
        )
    Milestone.objects.bulk_create(
        Milestone(
            team=teams[name],
            phase=phase,
            title=title,
            due_on=clock.day(due),
            done_on=None if done is None else clock.day(done),
        )
        for name, phase, title, due, done in MILESTONES
    )


def _document(awarded: date | None) -> str:
    return f"清半党字〔{awarded.year}〕6号" if awarded else ""
