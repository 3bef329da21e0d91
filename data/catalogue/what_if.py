"""What would the index be if …: the same rating code on altered inputs, with intervals.

A what-if answers what the *index* would say, not what employers and people would do, with one exception: the
effect of better pay on the days to fill is estimated from the city's own vacancies, and its own uncertainty
is part of the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from data.catalogue.city import RatedCity, rate_city
from data.catalogue.frames import active_profiles, read_spells
from data.catalogue.hedonic import add_net_pay
from data.catalogue.pay_effect import pay_effect
from data.catalogue.period import Period
from data.catalogue.rating import RatedCell
from data.catalogue.references import References
from data.catalogue.spells import CAP_DAYS, FILL_DAYS, add_timing
from data.catalogue.supply import Supply
from data.catalogue.survey import SurveyShare
from data.catalogue.uncertainty import Z80
from data.errors import InputError, RefusedError, UnknownName
from data.records import Education, Record, SkillLevel

__all__ = ["Scenario", "Situation", "WhatIf", "what_if"]

MAX_RAISE = 1.0
EQUAL_SKILL = {
    Education.SECONDARY: SkillLevel.INTERMEDIATE,
    Education.COLLEGE: SkillLevel.SENIOR,
    Education.BACHELOR: SkillLevel.TECHNICIAN,
}


class Scenario(StrEnum):
    """What is altered."""

    SUPPLY = "增加合格人才"
    """So many more active seekers of the occupation."""
    PAY = "提高薪酬"
    """Pay of the cell's vacancies raised by a share."""
    SKILL = "以技能等级替代学历"
    """Seekers below the stated schooling count when their skill level equals it."""


class Situation(Record):
    """The index in one situation."""

    S: float | None
    """紧缺指数, one decimal; empty for X."""
    S_lo: float | None
    """Lower end of its 80 % interval."""
    S_hi: float | None
    """Upper end of its 80 % interval."""
    star: int | None
    """星级; empty for X."""
    scores: dict[str, float]
    """分指标得分."""
    supply: float
    """Active seekers of the cell, one decimal."""
    poor_pay: bool
    """Whether the pay rule holds (成因 P)."""


class WhatIf(Record):
    """Before and after."""

    occ_code: str
    """Occupation."""
    key_industry: str | None
    """Key industry."""
    scenario: Scenario
    """What was altered."""
    amount: float
    """How much: seekers, or share of pay; for a skill level the seekers who count in addition."""
    before: Situation
    """As it is."""
    after: Situation
    """As it would be."""
    after_range: tuple[float, float] | None
    """Range of the index after, over the 80 % interval of the estimated effect; empty where nothing is
    estimated."""
    note: str
    """What the answer rests on, in Chinese."""


@dataclass(frozen=True)
class _Inputs:
    """Tables of one nature, ready to be rated."""

    spells: pd.DataFrame
    supply: Supply
    period: Period
    seed: int
    references: References | None
    survey: tuple[SurveyShare, ...]

    def rated(self, key: tuple[str, str | None]) -> RatedCell:
        return _cell_of(self.city(), key)

    def city(self) -> RatedCity:
        return rate_city(
            self.spells,
            self.supply,
            period=self.period,
            seed=self.seed,
            frozen=self.references,
            survey=self.survey,
        )


def what_if(
    vacancies: pd.DataFrame,
    profiles: pd.DataFrame,
    *,
    occupation: str,
    industry: str | None,
    scenario: Scenario,
    amount: float = 0.0,
    as_of: dt.date,
    rng: np.random.Generator,
    synthetic: bool = False,
    references: References | None = None,
    survey: Sequence[SurveyShare] = (),
) -> WhatIf:
    """Rate a cell as it is and as it would be.

    Parameters
    ----------
    vacancies, profiles
        Tables of the catalogue; profiles need ``education`` and ``skill_level`` for a skill level in place of
        schooling. They are not changed.
    occupation, industry
        The cell; no industry means outside the region's list.
    scenario
        What to alter.
    amount
        Seekers to add (1 or more), or share by which pay rises (over 0, up to 1); not used for a skill level.
    as_of
        Last day.
    rng
        Source of the draws; both situations use the same.
    synthetic
        Nature of the data.
    references
        Frozen reference values; without them those of the city as it is are kept for both situations.
    survey
        Published shares of 招聘困难, of the same nature.

    Returns
    -------
    WhatIf
        Both situations are measured against the same reference values.

    Raises
    ------
    UnknownName
        When there is no such cell.
    InputError
        When the amount is out of range or a column is missing.
    RefusedError
        When the data do not tell what pay does.
    """
    period = Period(as_of)
    people = active_profiles(profiles, period)
    spells = add_timing(read_spells(vacancies, period).frame, period)
    usable = spells[
        (spells["synthetic"] == synthetic)
        & ~spells["employer_is_agency"]
        & (spells["opened_on"] >= period.start)
        & spells["occupation_code"].notna()
        & (spells["employer"] != "")
    ].reset_index(drop=True)
    key = (occupation, industry)
    supply = Supply.from_profiles(people, synthetic=synthetic)
    seed = int(rng.integers(2**63))
    given = _Inputs(usable, supply, period, seed, references, tuple(survey))
    city = given.city()
    now = replace(given, references=city.reference.basis)
    before = _cell_of(city, key)
    if scenario is Scenario.SUPPLY:
        return _with_supply(now, before, amount)
    if scenario is Scenario.PAY:
        return _with_pay(now, before, amount)
    return _with_skill(now, before, profiles, synthetic=synthetic)


def _cell_of(city: RatedCity, key: tuple[str, str | None]) -> RatedCell:
    for rated in city.separate:
        if rated.key == key:
            return rated
    raise UnknownName(
        "unknown_cell",
        f"没有职业 {key[0]} 在 {key[1] or '其他产业'} 的需求",
        hint="用 yingcai catalogue show shortage 查看职业编码与重点产业",
    )


def _with_supply(now: _Inputs, before: RatedCell, amount: float) -> WhatIf:
    if amount < 1:
        raise InputError("amount_out_of_range", f"增加人数 {amount:g} 不能用", hint="给出1以上的整数")
    after = _with_seekers(now, before, int(amount))
    note = f"求职者按需求份额分摊到各产业，本单元增加{after.supply - before.supply:.0f}人；招聘结果不变。"
    return _answer(before, after, Scenario.SUPPLY, float(int(amount)), None, note)


def _with_seekers(now: _Inputs, before: RatedCell, more: int) -> RatedCell:
    code = before.cell.occ_code
    counts = {**now.supply.by_occupation, code: max(now.supply.by_occupation.get(code, 0) + more, 0)}
    return replace(now, supply=Supply(counts, now.supply.other)).rated(before.key)


def _with_pay(now: _Inputs, before: RatedCell, amount: float) -> WhatIf:
    if not 0 < amount <= MAX_RAISE:
        raise InputError(
            "amount_out_of_range", f"提薪幅度 {amount:g} 不能用", hint="给出0到1之间的比例，如0.1"
        )
    effect = pay_effect(add_net_pay(now.spells, now.period))
    middle, *ends = (
        replace(
            now, spells=_paying_more(now.spells, before.key, amount, effect.elasticity + shift * effect.error)
        ).rated(before.key)
        for shift in (0.0, -Z80, Z80)
    )
    indices = sorted(round(rated.measured.index or 0.0, 1) for rated in ends)
    note = (
        f"全市同一职业内薪酬每高1%，招满所需天数变化{effect.elasticity:+.2f}%"
        f"（标准误{effect.error:.2f}）；只按此改变已招满与在招的天数，未招满的不改判。薪酬水平本身不计入指数。"
    )
    return _answer(before, middle, Scenario.PAY, amount, (indices[0], indices[-1]), note)


def _paying_more(
    spells: pd.DataFrame, key: tuple[str, str | None], amount: float, elasticity: float
) -> pd.DataFrame:
    """Raise the pay of a cell and shorten its spells by what that does."""
    table = spells.copy()
    industry = table["key_industry"].fillna("")
    own = (table["occupation_code"] == key[0]) & (industry == (key[1] or ""))
    factor = (1 + amount) ** elasticity
    for column in ("pay", "salary_low", "salary_high"):
        table.loc[own, column] *= 1 + amount
    waiting = own & table["days"].notna() & (table["days"] < CAP_DAYS)
    table.loc[waiting, "days"] = (table.loc[waiting, "days"] * factor).clip(upper=CAP_DAYS)
    ended = own & table["filled"] & table["known90"]
    table.loc[ended, "filled90"] = table.loc[ended, "days"] <= FILL_DAYS
    return table


def _with_skill(now: _Inputs, before: RatedCell, profiles: pd.DataFrame, *, synthetic: bool) -> WhatIf:
    missing = [name for name in ("education", "skill_level") if name not in profiles.columns]
    if missing:
        raise InputError(
            "missing_columns", f"人才表缺少列：{'、'.join(missing)}", hint="由数据库视图生成该表"
        )
    bar = _stated_bar(before.cell.frame["education"])
    own = profiles[
        (profiles["occupation_code"] == before.cell.occ_code) & (profiles["synthetic"] == synthetic)
    ]
    active = own[_is_active(own, now.period)]
    schooled = active["education"].map(lambda value: _rank(value) >= bar.rank).astype(bool)
    skilled = active["skill_level"].map(lambda level: _stands_in(level, bar)).astype(bool)
    excluded = len(active) - int(schooled.sum())
    more = int((skilled & ~schooled).sum())
    strict = _with_seekers(now, before, -excluded)
    open_ = _with_seekers(now, before, more - excluded)
    note = (
        f"学历门槛取多数招聘的“{bar.value}”；按学历合格{int(schooled.sum())}人，"
        f"另有{more}人学历不足而技能等级相当。指数本身不按学历筛选求职者。"
    )
    return _answer(strict, open_, Scenario.SKILL, float(more), None, note)


def _stated_bar(stated: pd.Series[Any]) -> Education:
    """Find the schooling asked for most often; refuse a cell that asks for none."""
    known = [Education(value) for value in stated.dropna() if value]
    asked = [value for value in known if value is not Education.ANY]
    if not asked:
        raise RefusedError("no_bar", "该单元的招聘没有学历要求，无可替代", hint="换一个有学历要求的职业")
    return max(sorted(set(asked), key=lambda value: value.rank), key=asked.count)


def _is_active(people: pd.DataFrame, period: Period) -> pd.Series[bool]:
    active_on = pd.to_datetime(people["active_on"])
    return (active_on >= period.half_year) & (active_on <= period.as_of)


def _rank(value: object) -> int:
    return Education(value).rank if isinstance(value, str) and value else 0


def _stands_in(level: object, bar: Education) -> bool:
    """Whether a skill level stands in for a schooling; none does for 硕士 and 博士."""
    if not isinstance(level, str) or not level or bar.rank > Education.BACHELOR.rank:
        return False
    return SkillLevel(level).rank >= EQUAL_SKILL.get(bar, SkillLevel.APPRENTICE).rank


def _answer(
    before: RatedCell,
    after: RatedCell,
    scenario: Scenario,
    amount: float,
    after_range: tuple[float, float] | None,
    note: str,
) -> WhatIf:
    return WhatIf(
        occ_code=before.cell.occ_code,
        key_industry=before.cell.key_industry,
        scenario=scenario,
        amount=amount,
        before=_situation(before),
        after=_situation(after),
        after_range=after_range,
        note=note,
    )


def _situation(rated: RatedCell) -> Situation:
    index, half = rated.measured.index, Z80 * (rated.sd or 0.0)
    known = rated.star is not None and index is not None
    return Situation(
        S=round(index or 0.0, 1) if known else None,
        S_lo=round(max((index or 0.0) - half, 0.0), 1) if known else None,
        S_hi=round(min((index or 0.0) + half, 100.0), 1) if known else None,
        star=rated.star,
        scores={name: round(score, 1) for name, score in rated.measured.scores.items()} if known else {},
        supply=round(rated.supply, 1),
        poor_pay=rated.poor_pay,
    )
