"""Hard rules: what an employer requires and a person sets, judged before anything is ranked.

Every rule is one plain function of a requirement and an offer. The same function explains a single pair
and filters a whole pool: a pool keeps each rule's values factorised, so that the function runs once for
every distinct value and never differs between paths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.normalise.divisions import is_within
from data.records import Education, Engagement, SkillLevel
from data.reference import division_names

__all__ = ["RULES", "Judgement", "Rule", "RuleColumns", "Verdict", "judge_pair"]

_EQUIVALENT = {
    Education.SECONDARY: SkillLevel.INTERMEDIATE,
    Education.COLLEGE: SkillLevel.SENIOR,
    Education.BACHELOR: SkillLevel.TECHNICIAN,
}
"""技能等级 that stands for an education: 中级工 for 中专, 高级工 for 大专, 技师 for 本科."""

_AT_A_DISTANCE = {
    Engagement.ADVISORY,
    Engagement.PROJECT,
    Engagement.TRANSFER,
    Engagement.SERVICE,
    Engagement.JOINT_RESEARCH,
    Engagement.EQUITY,
    Engagement.CHALLENGE,
}
"""Forms of engagement for which nobody has to move."""


class Verdict(StrEnum):
    """Outcome of one rule for one pair."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    """The requirement is met."""
    FAIL = "fail"
    """The requirement is not met: the pair is excluded."""
    UNKNOWN = "unknown"
    """Nobody said: shown, and neutral."""


class Judgement(NamedTuple):
    """A verdict with its reason in Chinese."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Rule:
    """One hard rule."""

    name: str
    """Stable identifier."""
    label: str
    """Name in Chinese."""
    vacancy_fields: tuple[str, ...]
    """Fields of the vacancy that it reads."""
    profile_fields: tuple[str, ...]
    """Fields of the profile that it reads."""
    judge: Callable[[tuple[Any, ...], tuple[Any, ...]], Judgement | None]
    """Judges one pair of field values; None where the vacancy or the person requires nothing."""


def _education(required: tuple[Any, ...], offered: tuple[Any, ...]) -> Judgement | None:
    if required[0] is None:
        return None
    wanted = Education(required[0])
    if wanted is Education.ANY:
        return Judgement(Verdict.PASS, "学历不限")
    ask = f"要求{wanted}或同等技能等级"
    education = Education(offered[0]) if offered[0] else None
    level = SkillLevel(offered[1]) if offered[1] else None
    if education is not None and education.rank >= wanted.rank:
        return Judgement(Verdict.PASS, f"{ask}，学历为{education}")
    equivalent = _EQUIVALENT.get(wanted) if wanted.rank >= Education.SECONDARY.rank else SkillLevel.JUNIOR
    if level is not None and equivalent is not None and level.rank >= equivalent.rank:
        return Judgement(Verdict.PASS, f"{ask}，{level}视同达到")
    if education is None:
        return Judgement(Verdict.UNKNOWN, f"{ask}，档案未登记学历")
    return Judgement(
        Verdict.FAIL, f"{ask}，学历为{education}" + (f"、{level}" if level else "，未登记技能等级")
    )


def _skill_level(required: tuple[Any, ...], offered: tuple[Any, ...]) -> Judgement | None:
    if required[0] is None:
        return None
    wanted = SkillLevel(required[0])
    if offered[0] is None:
        return Judgement(Verdict.UNKNOWN, f"要求{wanted}，档案未登记技能等级")
    level = SkillLevel(offered[0])
    verdict = Verdict.PASS if level.rank >= wanted.rank else Verdict.FAIL
    return Judgement(verdict, f"要求{wanted}，技能等级为{level}")


def _licences(required: tuple[Any, ...], offered: tuple[Any, ...]) -> Judgement | None:
    if not required[0]:
        return None
    ask = "、".join(required[0])
    if not offered[0]:
        return Judgement(Verdict.UNKNOWN, f"要求持有{ask}，档案未登记证书")
    missing = [name for name in required[0] if not any(name in held or held in name for held in offered[0])]
    if missing:
        return Judgement(Verdict.FAIL, f"要求持有{ask}，未登记{'、'.join(missing)}")
    return Judgement(Verdict.PASS, f"持有{ask}")


def _place(required: tuple[Any, ...], offered: tuple[Any, ...]) -> Judgement | None:
    code, forms = required
    if set(forms) & _AT_A_DISTANCE & set(offered[2]):
        return Judgement(Verdict.PASS, "引才方式不要求到岗地居住")
    if code is None:
        return Judgement(Verdict.UNKNOWN, "工作地点未写明")
    names = division_names()
    where = names.get(code, code)
    home, willing = offered[0], offered[1]
    if any(is_within(code, place) for place in willing):
        return Judgement(Verdict.PASS, f"愿意到{where}工作")
    if home is not None and (is_within(code, home) or is_within(home, code) or home[:4] == code[:4]):
        return Judgement(Verdict.PASS, f"工作地点{where}，现居{names.get(home, home)}")
    if willing:
        return Judgement(Verdict.FAIL, f"工作地点{where}，不在意向地点内")
    return Judgement(Verdict.UNKNOWN, f"工作地点{where}，未登记是否愿意前往")


def _engagement(required: tuple[Any, ...], offered: tuple[Any, ...]) -> Judgement | None:
    shared = [form for form in required[0] if form in offered[0]]
    if shared:
        return Judgement(Verdict.PASS, "引才方式一致：" + "、".join(shared))
    return Judgement(Verdict.FAIL, f"岗位为{'、'.join(required[0])}，本人接受{'、'.join(offered[0])}")


def _start(required: tuple[Any, ...], offered: tuple[Any, ...]) -> Judgement | None:
    if required[0] is None:
        return None
    if offered[0] is None:
        return Judgement(Verdict.UNKNOWN, f"要求{required[0]}前到岗，可到岗日期未登记")
    verdict = Verdict.PASS if offered[0] <= required[0] else Verdict.FAIL
    return Judgement(verdict, f"要求{required[0]}前到岗，{offered[0]}可到岗")


def _languages(required: tuple[Any, ...], offered: tuple[Any, ...]) -> Judgement | None:
    if not required[0]:
        return None
    ask = "、".join(required[0])
    if not offered[0]:
        return Judgement(Verdict.UNKNOWN, f"要求语言{ask}，档案未登记")
    missing = [name for name in required[0] if name not in offered[0]]
    if missing:
        return Judgement(Verdict.FAIL, f"要求语言{ask}，未登记{'、'.join(missing)}")
    return Judgement(Verdict.PASS, f"语言符合：{ask}")


def _pay_floor(required: tuple[Any, ...], offered: tuple[Any, ...]) -> Judgement | None:
    if offered[0] is None:
        return None
    best = required[1] if required[1] is not None else required[0]
    if best is None:
        return Judgement(Verdict.UNKNOWN, f"本人最低月薪{offered[0]:.0f}元，岗位未写明薪酬")
    open_ended = required[1] is None
    if best >= offered[0] or open_ended:
        return Judgement(
            Verdict.PASS,
            f"岗位月薪可达{best:.0f}元{'以上' if open_ended else ''}，不低于本人最低{offered[0]:.0f}元",
        )
    return Judgement(Verdict.FAIL, f"岗位月薪至多{best:.0f}元，低于本人最低{offered[0]:.0f}元")


RULES: tuple[Rule, ...] = (
    Rule("education", "学历或同等技能等级", ("education",), ("education", "skill_level"), _education),
    Rule("skill_level", "技能等级", ("skill_level",), ("skill_level",), _skill_level),
    Rule("licences", "资格证书", ("licences",), ("licences",), _licences),
    Rule(
        "place",
        "工作地点",
        ("place_code", "engagement"),
        ("place_code", "willing_codes", "engagement"),
        _place,
    ),
    Rule("engagement", "引才方式", ("engagement",), ("engagement",), _engagement),
    Rule("start", "到岗时间", ("start_by",), ("available_on",), _start),
    Rule("languages", "语言", ("languages",), ("languages",), _languages),
    Rule("pay_floor", "最低月薪", ("salary_low", "salary_high"), ("pay_floor",), _pay_floor),
)
"""All hard rules, in the order in which they are shown."""


class RuleColumns:
    """One pool's values for every rule, factorised."""

    def __init__(
        self, columns: Mapping[str, tuple[NDArray[np.int64], list[tuple[Any, ...]]]], size: int
    ) -> None:
        self._columns = columns
        self._size = size

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, Any]], *, vacancies: bool) -> RuleColumns:
        """Collect what each rule reads from the rows of a pool."""
        columns = {}
        for rule in RULES:
            fields = rule.vacancy_fields if vacancies else rule.profile_fields
            values = [tuple(row[field] for field in fields) for row in rows]
            codes, distinct = pd.factorize(_as_objects(values))
            columns[rule.name] = (codes, list(distinct))
        return cls(columns, len(rows))

    def failing(self, rule: Rule, row: Mapping[str, Any], *, row_is_vacancy: bool) -> NDArray[np.bool_]:
        """Return for every member of the pool whether it fails the rule with this row."""
        codes, distinct = self._columns[rule.name]
        fields = rule.vacancy_fields if row_is_vacancy else rule.profile_fields
        own = tuple(row[field] for field in fields)
        failed = [
            _fails(rule.judge(own, value) if row_is_vacancy else rule.judge(value, own)) for value in distinct
        ]
        return np.array(failed, dtype=bool)[codes] if self._size else np.zeros(0, dtype=bool)


def judge_pair(vacancy: Mapping[str, Any], profile: Mapping[str, Any]) -> list[tuple[Rule, Judgement]]:
    """Judge every rule that applies to a pair, in the order of :data:`RULES`."""
    judged = (
        (
            rule,
            rule.judge(
                tuple(vacancy[field] for field in rule.vacancy_fields),
                tuple(profile[field] for field in rule.profile_fields),
            ),
        )
        for rule in RULES
    )
    return [(rule, judgement) for rule, judgement in judged if judgement is not None]


def _fails(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.verdict is Verdict.FAIL


def _as_objects(values: list[tuple[Any, ...]]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
