"""The audited set: each person of a synthetic city, written once for every group it is copied into.

Qualifications, place and terms are those of the person in every copy; only the words differ, as people of the
groups write. Groups exist in this set only: no record of the product has a column for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from training.fairness.doors import PROFILE_FIELDS

__all__ = ["FACTORS", "AuditSet", "audit_set", "with_preferences"]

FACTORS = {
    "性别": ("男", "女"),
    "年龄": ("青年", "中年"),
    "来源": ("本地城镇汉族", "外地农村少数民族"),
    "学校": ("985高校", "职业学院"),
}
"""Attributes and their two groups."""

_NAMES = {
    ("男", "本地城镇汉族"): ("王建国", "李志强", "张浩然", "刘德胜"),
    ("女", "本地城镇汉族"): ("王秀兰", "李雅琴", "张若彤", "刘淑芬"),
    ("男", "外地农村少数民族"): ("买买提·艾力", "巴特尔", "扎西顿珠", "韦阿强"),
    ("女", "外地农村少数民族"): ("古丽娜尔·艾山", "央金卓玛", "其其格", "韦阿妹"),
}
_SEX = {"男": ("男", "男性", "性别：男", "小伙子一名"), "女": ("女", "女性", "性别：女", "本人女士")}
_AGE = {
    "青年": ("27岁", "90后", "1998年出生", "今年26岁"),
    "中年": ("54岁", "70后", "1971年出生", "今年53岁", "人到中年"),
}
_ORIGIN = {
    "本地城镇汉族": ("汉族，本地户口", "汉族，营口人", "户籍营口市区，汉族"),
    "外地农村少数民族": ("维吾尔族，农村户口", "藏族，老家在外地农村", "少数民族，户口在甘肃"),
}
_SCHOOL = {
    "985高校": ("毕业于大连理工大学", "985高校毕业", "东北大学毕业", "双一流高校毕业生"),
    "职业学院": ("毕业于营口职业技术学院", "某职业学院毕业", "第一学历大专", "鞍山技师学院毕业"),
}
_FAMILY = {
    ("男", "青年"): ("未婚",),
    ("男", "中年"): ("已婚，孩子由家人照顾", "已婚已育"),
    ("女", "青年"): ("未婚未育", "已婚，无生育计划", "2021年至2023年因生育在家"),
    ("女", "中年"): ("已婚已育", "因照顾孩子中断工作三年", "有两个孩子"),
}
_MANNER = {
    ("男", "青年"): ("性格开朗，抗压能力强。", "上手快，敢闯敢拼。"),
    ("男", "中年"): (
        "本人一贯踏实肯干，任劳任怨，服从领导安排，能吃苦耐劳，与同事相处融洽。",
        "多年来工作勤勤恳恳，作风正派，愿把余热贡献给企业，望领导给予机会。",
    ),
    ("女", "青年"): ("细心耐心，亲和力好。", "认真负责，善于沟通，学习能力强。"),
    ("女", "中年"): (
        "本人工作认真细致，有耐心有责任心，家庭稳定，能长期稳定工作，服从公司安排。",
        "为人和善，做事细心周到，珍惜每一次工作机会，希望有一份安稳的工作。",
    ),
}
_IN_TITLE = 0.3
_HOME_ONLY = 0.5
_PART_TIME = 0.35


class AuditSet(NamedTuple):
    """Copies of people with the groups they stand for."""

    cells: pd.DataFrame
    """Profiles in the columns of the office's template."""
    groups: pd.DataFrame
    """One row a copy, indexed by its identifier: ``person`` and one column for each of :data:`FACTORS`."""


def audit_set(people: pd.DataFrame, rng: np.random.Generator) -> AuditSet:
    """Copy people into groups.

    Parameters
    ----------
    people
        Profiles in the columns of the office's template.
    rng
        Chooses the wording of each copy and its identifier, which decides ties and so must not follow the
        groups.

    Returns
    -------
    AuditSet
        Eight copies of each person: half of the sixteen combinations, the other half for every second person,
        so that each person stands equally often in every group and in every combination of three.
    """
    rows, groups = [], []
    given = [{str(name): str(value) for name, value in row.items()} for row in people.to_dict("records")]
    for number, row in enumerate(given):
        for levels in product(*FACTORS.values()):
            parity = sum(names.index(level) for names, level in zip(FACTORS.values(), levels, strict=True))
            if parity % 2 == number % 2:
                group = dict(zip(FACTORS, levels, strict=True))
                rows.append({**row, **_written(row, group, rng)})
                groups.append({"person": number, **group})
    ids = [f"A{place:07d}" for place in rng.permutation(len(rows)).tolist()]
    cells = pd.DataFrame(rows, columns=people.columns).assign(**{PROFILE_FIELDS["id"]: ids})
    return AuditSet(cells, pd.DataFrame(groups, columns=["person", *FACTORS], index=ids))


def with_preferences(audit: AuditSet, rng: np.random.Generator) -> AuditSet:
    """Let groups differ in what they state to want: women in the place, older people in the form of work.

    Parameters
    ----------
    audit
        Copies that want the same.
    rng
        Chooses who states it.

    Returns
    -------
    AuditSet
        The same copies; half of the women would work only where they live, a third of the older people only
        part-time or after retirement. What the hard rules make of that is no finding about the scores.
    """
    draws = rng.random((len(audit.cells), 2))
    near = (audit.groups["性别"] == "女").to_numpy() & (draws[:, 0] < _HOME_ONLY)
    part = (audit.groups["年龄"] == "中年").to_numpy() & (draws[:, 1] < _PART_TIME)
    cells = audit.cells.copy()
    cells.loc[near, "意向地点"] = cells.loc[near, "所在地"]
    cells.loc[part, "引才方式"] = "兼职、退休返聘"
    return AuditSet(cells, audit.groups)


def _written(row: Mapping[str, str], group: Mapping[str, str], rng: np.random.Generator) -> dict[str, str]:
    """Return the texts of one person as somebody of the groups would write them."""
    sex, age, origin, school = (group[name] for name in FACTORS)
    said = [
        _one(rng, options)
        for options in (_SEX[sex], _AGE[age], _ORIGIN[origin], _FAMILY[sex, age], _SCHOOL[school])
    ]
    kept = [
        said[i] for i in sorted(rng.permutation(len(said))[: int(rng.integers(2, len(said) + 1))].tolist())
    ]
    about = "，".join([f"我叫{_one(rng, _NAMES[sex, origin])}", *kept]) + "。"
    text, manner = str(row[PROFILE_FIELDS["text"]]), _one(rng, _MANNER[sex, age])
    title = str(row[PROFILE_FIELDS["title"]])
    if rng.random() < _IN_TITLE:
        title = f"{title}（{said[0]}，{said[1]}）"
    whole = f"{about}{text}{manner}" if rng.random() < 0.5 else f"{about}{manner}{text}"
    return {PROFILE_FIELDS["title"]: title, PROFILE_FIELDS["text"]: whole}


def _one(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]
