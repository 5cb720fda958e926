"""Invented names: a family name and one or two characters, drawn without repeating."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

FAMILY = list("林赵郑吴冯曹彭董沈叶顾苏程方梁许孙宋韩唐高罗陈何齐袁陆白秦江蒋余夏田范石姚谭廖邹熊金戴魏贺钟")
FIRST = list("清若启知砚云景柏望以怀书静思既南晚远初嘉一子立言明予乐安修承泽宁向予星闻溪川")
SECOND = list("溪航行秋松行舟舒宁瑾瑶姝源白秋星晴帆书晓树鸣安诚轩然岳渊衡博彦朗晖岚楠恒越")

#: These stand in the story by name: who they are is said in ``people``.
STANDING = [
    "何砚秋",
    "齐望舒",
    "陈柏舟",
    "林若溪",
    "赵启航",
    "郑知行",
    "罗景行",
    "李静姝",
    "周怀远",
    "宋望舒",
    "许嘉树",
    "孙怀瑾",
    "高云松",
    "唐以宁",
    "韩书瑶",
    "叶知秋",
    "顾南星",
    "苏晚晴",
    "吴清和",
    "袁一鸣",
]


def names(random: Random) -> Iterator[str]:
    """Names without end that repeat neither each other nor a standing one."""
    taken = set(STANDING)
    while True:
        name = random.choice(FAMILY) + random.choice(FIRST)
        if random.random() < 0.85:
            name += random.choice(SECOND)
        if name not in taken and len(set(name)) == len(name):
            taken.add(name)
            yield name
