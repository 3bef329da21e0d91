"""The postings that employers and agencies write about the true vacancies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from data.records import Outcome
from data.synthetic.content import Content, Phrases
from data.synthetic.draw import chance, pick, some, weighted
from data.synthetic.needs import Need
from data.synthetic.notation import Stated, date_text, experience_text, heads_text, list_text, pay_text
from data.synthetic.wording import (
    LAYOUTS,
    benefits_text,
    duties_text,
    requirement_lines,
    reworded,
    title_text,
)

__all__ = ["POSTING_COLUMNS", "draw_postings"]

POSTING_COLUMNS = (
    "信息编号",
    "岗位名称",
    "用人单位",
    "所属行业",
    "工作地点",
    "薪酬",
    "学历要求",
    "技能等级要求",
    "工作经验",
    "需求人数",
    "能力要求",
    "岗位职责",
    "专业要求",
    "资格证书",
    "语言要求",
    "引才方式",
    "时间投入",
    "工作月份",
    "发布日期",
    "到岗日期",
    "有效期至",
    "关闭日期",
    "招聘结果",
    "数据性质",
)
"""Columns of the office's template."""
_TRUTH_COLUMNS = (
    "posting_id",
    "vacancy_id",
    "relation",
    "role",
    "occupation",
    "industry",
    "employer",
    "place_code",
    "posted_on",
    "pay_low",
    "pay_high",
    "heads",
    "education",
    "skill_level",
    "years_low",
    "years_high",
    "clause",
    "time_share",
    "months",
)
_COPIED_SHARE = 0.10
_REPOSTED_SHARE = 0.13
_SHORTEST_REPOSTED = 50
_UNREPORTED_SHARE = 0.05
_COPIES = {"repeat": 0.33, "reworded": 0.33, "agency": 0.34}


@dataclass(frozen=True, slots=True)
class _Advert:
    """What stands in one advertisement, days apart."""

    relation: str
    """Relation to the vacancy's first posting."""
    title: str
    employer: str
    place: str
    industry: str
    opening: str
    """What the employer says of itself first; empty for most."""
    text: str
    """岗位职责 as laid out, opening included."""
    duties: tuple[str, ...]
    requirements: tuple[str, ...]
    skills: str
    pay: Stated
    experience: Stated
    heads: Stated
    education: str
    level: str
    majors: str
    languages: str
    start: str


@dataclass(frozen=True, slots=True)
class _Run:
    """When one advertisement stood and how it ended."""

    posted_on: dt.date
    closed_on: dt.date | None
    outcome: Outcome


def draw_postings(
    content: Content, needs: Sequence[Need], *, end: dt.date, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the postings of every vacancy.

    Parameters
    ----------
    content
        Phrases.
    needs
        True vacancies.
    end
        Last day of the history; nothing is posted or closed after it.
    rng
        Chooses wording, copies and reposts.

    Returns
    -------
    tuple
        The postings as strings in the template's columns, and what is true of each posting, in the
        same order: vacancy, relation (``original``, ``repost``, ``repeat``, ``reworded``, ``agency``)
        and the values that its texts state.
    """
    rows = [row for need in needs for row in _adverts_of(content, need, end, rng)]
    rows.sort(key=lambda row: row[0])
    numbers = [f"HC{posted_on:%Y%m}{place + 1:05d}" for place, (posted_on, _, _) in enumerate(rows)]
    cells = pd.DataFrame([row[1] for row in rows], columns=list(POSTING_COLUMNS), dtype=object)
    truth = pd.DataFrame([row[2] for row in rows], columns=list(_TRUTH_COLUMNS))
    truth = truth.assign(posting_id=numbers, heads=truth["heads"].astype("Int64"))
    return cells.assign(信息编号=numbers), truth


def _adverts_of(
    content: Content, need: Need, end: dt.date, rng: np.random.Generator
) -> list[tuple[dt.date, dict[str, str], dict[str, Any]]]:
    """Day, cells and truth of each posting of one vacancy."""
    phrases = content.phrases
    first = _compose(rng, need, phrases)
    runs = _runs(rng, need, end)
    pairs = [(first, runs[0])]
    pairs += [(_repost(rng, need, first, phrases), run) for run in runs[1:]]
    if chance(rng, _COPIED_SHARE):
        copy, lag = _copy(rng, need, first, phrases), int(rng.integers(0, 15))
        last = min(runs[0].closed_on or end, end)
        day = min(runs[0].posted_on + dt.timedelta(days=lag), last)
        pairs.append((copy, replace(runs[0], posted_on=day)))
    return [(run.posted_on, *_row(rng, need, advert, run)) for advert, run in pairs]


def _runs(rng: np.random.Generator, need: Need, end: dt.date) -> list[_Run]:
    """One run, or two where the employer let the posting lapse and posted again."""
    spell = need.spell
    whole = _Run(spell.opened_on, spell.closed_on, spell.outcome)
    days = spell.days_open(end)
    if days < _SHORTEST_REPOSTED or not chance(rng, _REPOSTED_SHARE):
        return [whole]
    lapsed_on = spell.opened_on + dt.timedelta(days=int(rng.integers(30, days - 15)))
    again_on = lapsed_on + dt.timedelta(days=int(rng.integers(1, 15)))
    return [_Run(spell.opened_on, lapsed_on, Outcome.UNFILLED), replace(whole, posted_on=again_on)]


def _compose(rng: np.random.Generator, need: Need, phrases: Phrases) -> _Advert:
    """Write the first advertisement of a vacancy."""
    role, house, ask = need.role, need.house, need.ask
    employer = house.employer
    place = employer.places[min(int(rng.exponential(0.7)), len(employer.places) - 1)]
    opening = ""
    if house.opens:
        words = {"short": employer.short, "place": place, "industry": need.industry}
        opening = pick(rng, phrases.openings).format(products=employer.products, **words)
    kept = sorted(some(rng, range(len(role.duties)), int(rng.integers(3, len(role.duties) + 1))))
    duties = tuple(role.duties[duty] for duty in kept)
    requirements = tuple(requirement_lines(rng, role, phrases)) + ((need.clause,) if need.clause else ())
    layout = house.layout if not need.clause or house.layout != "brief" else "inline"
    return _Advert(
        relation="original",
        title=title_text(rng, need, phrases),
        employer=employer.name,
        place=place,
        industry=_industry_text(rng, need),
        opening=opening,
        text=duties_text(
            duties, requirements, layout=layout, benefits=benefits_text(rng, need), opening=opening
        ),
        duties=duties,
        requirements=requirements,
        skills=_skills_text(rng, need, phrases),
        pay=pay_text(rng, need.pay, daily=role.kind == "operator"),
        experience=experience_text(rng, ask.years),
        heads=heads_text(rng, need.heads),
        education="" if chance(rng, 0.04) else pick(rng, phrases.education[ask.education]),
        level="" if ask.level is None else pick(rng, phrases.skill_levels[ask.level]),
        majors=_majors_text(rng, need),
        languages=_languages_text(rng, need),
        start=_start_text(rng, need),
    )


def _rewrite(rng: np.random.Generator, need: Need, advert: _Advert, phrases: Phrases) -> _Advert:
    """Put the vacancy in other words, another layout and another notation."""
    layouts = LAYOUTS[:-1]
    duties = tuple(reworded(rng, advert.duties, phrases))
    benefits = benefits_text(rng, need)
    text = duties_text(duties, advert.requirements, layout=pick(rng, layouts), benefits=benefits)
    pay = advert.pay
    if pay.low is not None:
        pay = pay_text(rng, need.pay, daily=need.role.kind == "operator")
    return replace(
        advert,
        title=title_text(rng, need, phrases),
        place=pick(rng, need.house.employer.places),
        text=text,
        duties=duties,
        skills=_skills_text(rng, need, phrases),
        pay=pay,
        experience=experience_text(rng, need.ask.years),
    )


def _repost(rng: np.random.Generator, need: Need, advert: _Advert, phrases: Phrases) -> _Advert:
    """Try again, for the places that are left."""
    left = max(1, round(need.heads * (0.4 + 0.6 * rng.random())))
    again = _rewrite(rng, need, advert, phrases) if chance(rng, 0.3) else advert
    return replace(again, relation="repost", heads=heads_text(rng, left))


def _copy(rng: np.random.Generator, need: Need, advert: _Advert, phrases: Phrases) -> _Advert:
    """Post the same places a second time: repeated, reworded, or through an agency."""
    relation = weighted(rng, _COPIES)
    if relation == "repeat":
        return replace(advert, relation=relation)
    if relation == "reworded":
        return replace(_rewrite(rng, need, advert, phrases), relation=relation)
    body = advert if chance(rng, 0.5) else _rewrite(rng, need, advert, phrases)
    employer = need.house.employer
    words = {"employer": employer.name, "place": body.place, "short": need.industry}
    opening = pick(rng, phrases.agency_openings).format(**words)
    text = body.text.removeprefix(advert.opening).lstrip("\n")
    return replace(body, relation=relation, employer=pick(rng, phrases.agencies), text=f"{opening}\n{text}")


def _row(
    rng: np.random.Generator, need: Need, advert: _Advert, run: _Run
) -> tuple[dict[str, str], dict[str, Any]]:
    """Fill in cells and truth of one posting; the first column is numbered later."""
    style = need.house.date_style
    reported = run.closed_on is None or not chance(rng, _UNREPORTED_SHARE)
    cells = {
        "岗位名称": advert.title,
        "用人单位": advert.employer,
        "所属行业": advert.industry,
        "工作地点": advert.place,
        "薪酬": advert.pay.text,
        "学历要求": advert.education,
        "技能等级要求": advert.level,
        "工作经验": advert.experience.text,
        "需求人数": advert.heads.text,
        "能力要求": advert.skills,
        "岗位职责": advert.text,
        "专业要求": advert.majors,
        "资格证书": "、".join(need.ask.licences),
        "语言要求": advert.languages,
        "引才方式": "、".join(need.ask.engagement),
        "时间投入": need.ask.presence.share_text,
        "工作月份": need.ask.presence.months_text,
        "发布日期": date_text(run.posted_on, style),
        "到岗日期": advert.start,
        "有效期至": date_text(max(need.spell.valid_until, run.posted_on), style),
        "关闭日期": date_text(run.closed_on, style) if reported else "",
        "招聘结果": str(run.outcome) if reported else "",
        "数据性质": "合成数据",
    }
    return cells, _truth(need, advert, run)


def _truth(need: Need, advert: _Advert, run: _Run) -> dict[str, Any]:
    """State what is true of one posting."""
    return {
        "vacancy_id": need.vacancy_id,
        "relation": advert.relation,
        "role": need.role.id,
        "occupation": need.role.code,
        "industry": need.industry,
        "employer": need.house.employer.name,
        "place_code": need.house.employer.district,
        "posted_on": run.posted_on.isoformat(),
        "pay_low": advert.pay.low,
        "pay_high": advert.pay.high,
        "heads": advert.heads.low,
        "education": str(need.ask.education) if advert.education else "",
        "skill_level": str(need.ask.level) if need.ask.level else "",
        "years_low": advert.experience.low,
        "years_high": advert.experience.high,
        "clause": need.clause,
        "time_share": need.ask.presence.share,
        "months": "|".join(map(str, need.ask.presence.months)),
    }


def _start_text(rng: np.random.Generator, need: Need) -> str:
    """Day on which the work should start; empty in many postings."""
    day = need.spell.opened_on + dt.timedelta(days=int(rng.integers(7, 75)))
    return weighted(rng, {date_text(day, need.house.date_style): 0.5, "": 0.4, "尽快到岗": 0.1})


def _industry_text(rng: np.random.Generator, need: Need) -> str:
    """Industry as an office clerk would have it, or the employer."""
    employer = need.house.employer
    return weighted(rng, {employer.gb_name: 0.7, employer.industry: 0.3})


def _skills_text(rng: np.random.Generator, need: Need, phrases: Phrases) -> str:
    """Name some of the role's skills, now and then with a soft one."""
    skills = some(rng, need.role.skills, int(rng.integers(4, 9)))
    if chance(rng, 0.12):
        skills.append(pick(rng, phrases.soft_skills))
    return list_text(rng, skills)


def _majors_text(rng: np.random.Generator, need: Need) -> str:
    """Name some of the fitting majors; empty or 不限 in many postings."""
    majors = some(rng, need.role.majors, int(rng.integers(1, 4)))
    form = weighted(rng, {"{}": 0.55, "{}等相关专业": 0.15, "不限": 0.12, "": 0.18})
    return form.format("、".join(majors)) if majors else ""


def _languages_text(rng: np.random.Generator, need: Need) -> str:
    """Name languages with or without a level."""
    forms = ("{}", "{}（能读写邮件）", "{}良好", "{}四级以上")
    fitting = {name: forms if name == "英语" else forms[:-1] for name in need.ask.languages}
    return "、".join(pick(rng, usable).format(name) for name, usable in fitting.items())
