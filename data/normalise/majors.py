"""Majors as stated: 机械类, 化工化学相关, 过控, 机械、自动化等相关专业; classes with their codes.

::

    majors := term (、|,|;|/|或|blank term)* [等相关专业]
    term   := major | short form (过控, 港航) | class [类|相关|相近]
    class  := name of a class of the ministry's catalogues, or of the field as people call it (化工, 机电)

A word that is a major and a class, such as 自动化, is the major, unless 类 or 相关 follows it. Three majors
with 、 in their names (土木、水利与交通工程 …) are read as the list they look like.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from data.normalise.terms import major_parts
from data.reference.tables import majors

__all__ = ["MajorTerm", "parse_majors"]

_OPENING = re.compile("^专业[:要求]*")
_LIST_END = re.compile(
    "等?(?:优先|毕业|均可|即可)*$|等(?:其他)?(?:相关|相近|类似|对口)*(?:专业|学科|方向|背景)*(?:优先|毕业|均可|即可)*$"
)
_CLASS_END = re.compile("(?:专业)?(?:大?类|(?:相关|相近|类似|对口)+)(?:专业|学科|方向|背景)*$")
_END = re.compile("(?:专业|学科|方向|背景)+$")
_ANY = re.compile("(?:专业)?不限(?:专业)?|相关|其他|专业|所学|")
_SHORT = {
    "过控": "过程装备与控制工程",
    "港航": "港口航道与海岸工程",
    "机自": "机械设计制造及其自动化",
    "机械自动化": "机械设计制造及其自动化",
    "机制": "机械设计制造及其自动化",
    "材控": "材料成型及控制工程",
    "测控": "测控技术与仪器",
    "热动": "能源与动力工程",
    "热能": "能源与动力工程",
    "无机非": "无机非金属材料工程",
    "高分子": "高分子材料与工程",
    "电气自动化": "电气工程及其自动化",
    "计科": "计算机科学与技术",
    "软工": "软件工程",
    "国贸": "国际经济与贸易",
    "人力": "人力资源管理",
    "给排水": "给排水科学与工程",
    "暖通": "建筑环境与能源应用工程",
    "化工工艺": "化学工程与工艺",
    "机电一体化": "机电一体化技术",
    "信管": "信息管理与信息系统",
}
_FIELDS = {
    "化工": ("化工与制药类", "化工技术类"),
    "制药": ("化工与制药类", "药学类"),
    "化工化学": ("化工与制药类", "化工技术类", "化学类"),
    "机电": ("机电设备类",),
    "机械设计": ("机械设计制造类", "机械类"),
    "机械制造": ("机械设计制造类", "机械类"),
    "电子": ("电子信息类",),
    "电力": ("电力技术类", "电气类"),
    "会计": ("财务会计类",),
    "财会": ("财务会计类",),
    "财务": ("财务会计类",),
    "经济": ("经济学类",),
    "金融": ("金融学类", "金融类"),
    "法律": ("法学类", "法律实务类"),
    "物流": ("物流管理与工程类", "物流类"),
    "管理": ("工商管理类", "管理科学与工程类"),
    "市场营销": ("工商管理类",),
    "环境": ("环境科学与工程类", "环境保护类"),
    "环保": ("环境科学与工程类", "环境保护类"),
    "安全": ("安全科学与工程类", "安全类"),
    "建筑": ("建筑类", "建筑设计类", "土建施工类"),
    "土建": ("土木类", "土建施工类"),
    "能源": ("能源动力类",),
    "船舶": ("海洋工程类", "船舶与海洋工程装备类"),
    "航海": ("交通运输类", "水上运输类"),
    "冶金": ("材料类", "黑色金属材料类", "有色金属材料类"),
    "食品": ("食品科学与工程类", "食品类"),
    "外语": ("外国语言文学类", "语言类"),
    "英语": ("外国语言文学类", "语言类"),
    "中文": ("中国语言文学类",),
    "医学": ("临床医学类", "医学技术类"),
    "医药": ("药学类",),
}


class MajorTerm(NamedTuple):
    """One major or class of majors that a cell names."""

    name: str
    """The major, by its official name where a short form was written; a class without 类 and 相关."""
    class_codes: tuple[str, ...] = ()
    """Codes of the class, one for each catalogue that has it; empty for a single major."""


def parse_majors(text: str) -> tuple[MajorTerm, ...]:
    """Return the majors and classes of majors that a cell names.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    tuple of MajorTerm
        In the order given, each once; a class that no catalogue has keeps its words and no code; empty for
        an empty cell and for 专业不限.

    Examples
    --------
    >>> [(term.name, term.class_codes[:1]) for term in parse_majors("过控、机械相关")]
    [('过程装备与控制工程', ()), ('机械', ('0802',))]
    """
    parts = (_LIST_END.sub("", _OPENING.sub("", part), count=1) for part in major_parts(text))
    terms = (_term(part) for part in parts if not _ANY.fullmatch(_END.sub("", part)))
    return tuple(dict.fromkeys(terms))


def _term(part: str) -> MajorTerm:
    """Return what one part of a list means."""
    base = _CLASS_END.sub("", part)
    if base != part and base:
        return MajorTerm(base, _class_codes(base))
    plain = _END.sub("", part)
    name = _SHORT.get(plain, plain)
    return MajorTerm(name) if name in _majors() else MajorTerm(name, _class_codes(name))


def _class_codes(name: str) -> tuple[str, ...]:
    names = _FIELDS.get(name, (f"{name}类", f"{name}学类"))
    return tuple(code for each in names for code in _classes().get(each, ()))


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    """Return the codes of each class, undergraduate catalogue first."""
    table = majors()
    found: dict[str, set[str]] = defaultdict(set)
    for code, name in zip(table["class_code"], table["class_name"], strict=True):
        found[name].add(code)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


@cache
def _majors() -> frozenset[str]:
    return frozenset(majors()["name"])
