"""The changes an employer can make to its own requirements, each with its cost and a note on fairness.

Costs are on a scale of our own, on which 1 is one level of education: a judgement, not a measurement.

========================================  ====
one level of 学历                          1.0
one level of 技能等级                       1.5
30 days later                             0.5
a licence or a language less              2.0
any month of the year                     1.5
half the working time less                1.5
25 % more pay                             1.5
a form of engagement more                 1.0 (退休返聘) to 4.0 (技术入股)
========================================  ====

Nothing here adds a requirement, touches a condition that a person set, or drops a licence that the law may
require.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from data.records import Education, Engagement, Record, SkillLevel
from matching.rules.licences import is_required_by_law
from matching.rules.places import AT_A_DISTANCE
from matching.rules.qualifications import EQUIVALENT, language_names

__all__ = ["Change", "possible_changes"]

_LEVELS_DOWN = 2
_COST_OF_EDUCATION, _COST_OF_SKILL_LEVEL = 1.0, 1.5
_COST_OF_LICENCE = _COST_OF_LANGUAGE = 2.0
_COST_OF_MONTHS = 1.5
_DELAYS, _COST_OF_A_DELAY = (30, 60, 90), 0.5
_SHARES, _COST_OF_ALL_THE_TIME = (0.8, 0.6, 0.5, 0.4, 0.2), 3.0
_MOST_RAISE, _PAY_STEP = 0.5, 100
_COST_OF_A_RAISE, _COST_OF_DOUBLE_PAY = 0.5, 4.0
_FORMS = {
    Engagement.RETIRED: 1.0,
    Engagement.ADVISORY: 1.5,
    Engagement.SERVICE: 1.5,
    Engagement.PART_TIME: 2.0,
    Engagement.SEASONAL: 2.0,
    Engagement.PROJECT: 2.0,
    Engagement.JOINT_RESEARCH: 2.5,
    Engagement.TRANSFER: 2.5,
    Engagement.SECONDMENT: 3.0,
    Engagement.FULL_TIME: 3.0,
    Engagement.CHALLENGE: 3.5,
    Engagement.EQUITY: 4.0,
}
_NOTES = {
    Engagement.RETIRED: "只看引才方式，不看年龄",
    Engagement.FULL_TIME: "用工成本上升；只接受全职的人也能入围",
    Engagement.PART_TIME: "有照护责任或另有工作的人也能入围；须征得其所在单位同意",
    Engagement.SECONDMENT: "须由派出单位同意",
}
_NOTE_OF_FORMS = "不便迁居或另有工作的人也能入围；报酬与成果归属须事先约定"


class Change(Record):
    """One requirement of the employer, relaxed."""

    rule: str
    """Name of the rule that it relaxes."""
    values: dict[str, Any]
    """New values of the vacancy's fields."""
    cost: float
    """What it costs the employer, on the scale of :mod:`matching.relaxation.changes`."""
    step: bool
    """True for the smallest step of its kind."""
    sentence: str
    """The change in Chinese."""
    note: str
    """Whom it opens the work to, and what to mind."""


def possible_changes(
    vacancy: Mapping[str, Any], *, forms: Collection[str] = (), floors: Sequence[float] = ()
) -> list[Change]:
    """List what an employer could change.

    Parameters
    ----------
    vacancy
        Row of the vacancy; it stays as it is.
    forms
        Forms of engagement that anybody accepts; others are not proposed.
    floors
        Lowest pays, yuan a month, to which the upper end could be raised.

    Returns
    -------
    list of Change
        The cheapest first; empty for a vacancy that requires nothing.

    Examples
    --------
    >>> [change.sentence for change in possible_changes({"education": "本科"})]
    ['学历要求由本科放宽为大专', '学历要求由本科放宽为高中/中专']
    """
    changes = [
        *_education(vacancy.get("education")),
        *_skill_level(vacancy.get("skill_level")),
        *_licences(vacancy.get("licences") or ()),
        *_languages(vacancy.get("languages") or ()),
        *_start(vacancy.get("start_by")),
        *_pay(vacancy.get("salary_high"), floors),
        *_engagement(vacancy.get("engagement") or (), forms),
        *_time_share(vacancy.get("time_share")),
        *_months(vacancy.get("months") or ()),
    ]
    return sorted(changes, key=lambda change: change.cost)


def _education(stated: str | None) -> Iterator[Change]:
    wanted = Education(stated or Education.ANY)
    lower = list(Education)[: wanted.rank][::-1]
    for down, level in enumerate(lower[:_LEVELS_DOWN], start=1):
        equivalent = EQUIVALENT.get(level)
        yield Change(
            rule="education",
            values={"education": str(level)},
            cost=_COST_OF_EDUCATION * down,
            step=down == 1,
            sentence=f"学历要求由{wanted}放宽为{level}",
            note=f"{equivalent}视同达到，技能劳动者也能入围" if equivalent else "不再以学历把人挡在门外",
        )


def _skill_level(stated: str | None) -> Iterator[Change]:
    if stated is None:
        return
    wanted = SkillLevel(stated)
    lower: list[SkillLevel | None] = [*list(SkillLevel)[: wanted.rank - 1][::-1], None]
    for down, level in enumerate(lower[:_LEVELS_DOWN], start=1):
        yield Change(
            rule="skill_level",
            values={"skill_level": str(level) if level else None},
            cost=_COST_OF_SKILL_LEVEL * down,
            step=down == 1,
            sentence=f"技能等级要求由{wanted}放宽为{level}" if level else f"不再要求技能等级{wanted}",
            note="尚未取得等级的人可入职后培训评价；先核实岗位的安全要求",
        )


def _licences(stated: Sequence[str]) -> Iterator[Change]:
    for name in stated:
        if not is_required_by_law(name):
            yield Change(
                rule="licences",
                values={"licences": tuple(other for other in stated if other != name)},
                cost=_COST_OF_LICENCE,
                step=True,
                sentence=f"不再要求持有{name}",
                note="未列为准入类资格，仍请核实法律法规是否要求持证；能力可由考核代替证书",
            )


def _languages(stated: Sequence[str]) -> Iterator[Change]:
    for code in stated:
        yield Change(
            rule="languages",
            values={"languages": tuple(other for other in stated if other != code)},
            cost=_COST_OF_LANGUAGE,
            step=True,
            sentence=f"不再要求{language_names((code,))}",
            note="先核实岗位是否真用到这门语言；可由翻译或培训补足",
        )


def _start(stated: dt.date | None) -> Iterator[Change]:
    if stated is None:
        return
    for days in _DELAYS:
        later = stated + dt.timedelta(days)
        yield Change(
            rule="start",
            values={"start_by": later},
            cost=_COST_OF_A_DELAY * days / _DELAYS[0],
            step=days == _DELAYS[0],
            sentence=f"到岗期限由{stated}推迟到{later}",
            note="在职、须办理离职或安家的人也能入围",
        )


def _pay(stated: float | None, floors: Sequence[float]) -> Iterator[Change]:
    """Raise the upper end to round sums that meet some floors, by half as much again at most."""
    sums = {math.ceil(floor / _PAY_STEP) * _PAY_STEP for floor in floors}
    for high in sorted(sums):
        if stated and stated < high <= stated * (1 + _MOST_RAISE):
            raised = high / stated - 1
            yield Change(
                rule="pay_floor",
                values={"salary_high": float(high)},
                cost=round(_COST_OF_A_RAISE + _COST_OF_DOUBLE_PAY * raised, 2),
                step=False,
                sentence=f"月薪上限由{stated:.0f}元提高到{high}元（增加{raised:.1%}）",
                note="用工成本上升；同岗位在职人员的薪酬应一并平衡",
            )


def _engagement(stated: Sequence[str], forms: Collection[str]) -> Iterator[Change]:
    for form, cost in _FORMS.items():
        if stated and form in forms and form not in stated:
            away = "（不要求到岗地居住）" if form in AT_A_DISTANCE else ""
            yield Change(
                rule="engagement",
                values={"engagement": (*stated, str(form))},
                cost=cost,
                step=False,
                sentence=f"增加引才方式“{form}”{away}",
                note=_NOTES.get(form, _NOTE_OF_FORMS),
            )


def _time_share(stated: float | None) -> Iterator[Change]:
    smaller = [share for share in _SHARES if stated is not None and share < stated]
    for place, share in enumerate(smaller):
        yield Change(
            rule="time_share",
            values={"time_share": share},
            cost=round(_COST_OF_ALL_THE_TIME * ((stated or 0) - share), 2),
            step=place == 0,
            sentence=f"投入时间要求由{stated:.0%}降到{share:.0%}",
            note="有照护责任、另有工作或已退休的人也能入围",
        )


def _months(stated: Sequence[int]) -> Iterator[Change]:
    if stated:
        yield Change(
            rule="season",
            values={"months": ()},
            cost=_COST_OF_MONTHS,
            step=False,
            sentence="不限定在岗月份，由双方商定",
            note="候鸟人才与季节性务工的人也能入围",
        )
