"""The profiles that people of the city hand in, under pseudonyms."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from data.synthetic.content import Content, Foreign, Phrases, Role
from data.synthetic.draw import chance, pick, some, weighted
from data.synthetic.notation import date_text, list_text
from data.synthetic.people import Person

__all__ = ["PROFILE_COLUMNS", "draw_profiles"]

PROFILE_COLUMNS = (
    "档案编号",
    "求职岗位",
    "经历摘要",
    "能力",
    "专业",
    "学历",
    "技能等级",
    "从业年限",
    "所在地",
    "意向地点",
    "引才方式",
    "时间投入",
    "可到岗月份",
    "最低月薪",
    "可到岗日期",
    "最近确认日期",
    "资格证书",
    "语言",
    "数据性质",
)
"""Columns of the office's template."""
_TRUTH_COLUMNS = (
    "profile_id",
    "role",
    "occupation",
    "wanted_role",
    "industry",
    "education",
    "skill_level",
    "experience_years",
    "place_code",
    "willing_codes",
    "pay_floor",
    "text_language",
    "time_share",
    "months",
)
_FOREIGN_SHARE = {"en": 0.3, "ru": 0.12}
_LANGUAGE_NAMES = {"en": "英语", "ru": "俄语"}


def draw_profiles(
    content: Content, people: Sequence[Person], *, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write one profile for each person.

    Parameters
    ----------
    content
        Roles and phrases.
    people
        True people.
    rng
        Chooses wording.

    Returns
    -------
    tuple
        The profiles as strings in the template's columns, and what is true of each, in the same order.
    """
    ids = [f"P{place + 1:06d}" for place in range(len(people))]
    rows = [_profile(rng, content, person) for person in people]
    cells = pd.DataFrame([row[0] for row in rows], columns=list(PROFILE_COLUMNS), dtype=object)
    truth = pd.DataFrame([row[1] for row in rows], columns=list(_TRUTH_COLUMNS))
    truth = truth.assign(profile_id=ids, pay_floor=truth["pay_floor"].astype("Int64"))
    return cells.assign(档案编号=ids), truth


def _profile(
    rng: np.random.Generator, content: Content, person: Person
) -> tuple[dict[str, str], dict[str, Any]]:
    """Fill in cells and truth of one profile."""
    foreign = _foreign(rng, content, person)
    title = pick(rng, person.wanted.titles)
    languages = list(person.languages)
    if foreign is None:
        summary, skills = _summary(rng, content, person), _skills(rng, content, person)
    else:
        title, skills = foreign.title, list_text(rng, some(rng, foreign.skills, len(foreign.skills)))
        summary = " ".join(some(rng, foreign.sentences, int(rng.integers(2, 4))))
        languages = list(dict.fromkeys([*languages, _LANGUAGE_NAMES[foreign.language]]))
    cells = {
        "求职岗位": title,
        "经历摘要": summary,
        "能力": skills,
        "专业": "、".join(person.majors),
        "学历": _education_text(rng, person),
        "技能等级": "" if person.level is None else str(person.level),
        "从业年限": _years_text(rng, person.years),
        "所在地": person.place_text,
        "意向地点": _willing_text(rng, person, content.phrases),
        "引才方式": "、".join(person.engagement),
        "时间投入": person.presence.share_text,
        "可到岗月份": person.presence.months_text,
        "最低月薪": _floor_text(rng, person.pay_floor),
        "可到岗日期": date_text(person.available_on, "iso"),
        "最近确认日期": date_text(person.active_on, "iso"),
        "资格证书": "、".join(person.licences),
        "语言": "、".join(languages),
        "数据性质": "合成数据",
    }
    return cells, _truth(person, foreign)


def _truth(person: Person, foreign: Foreign | None) -> dict[str, Any]:
    """State what is true of one person."""
    return {
        "role": person.role.id,
        "occupation": person.role.code,
        "wanted_role": person.wanted.id,
        "industry": person.role.home,
        "education": str(person.education),
        "skill_level": str(person.level) if person.level else "",
        "experience_years": person.years,
        "place_code": person.place_code,
        "willing_codes": "|".join(person.willing) or "100000",
        "pay_floor": person.pay_floor,
        "text_language": foreign.language if foreign else "zh",
        "time_share": person.presence.share,
        "months": "|".join(map(str, person.presence.months)),
    }


def _foreign(rng: np.random.Generator, content: Content, person: Person) -> Foreign | None:
    """Another language for a few people who look for the work they do."""
    if person.wanted is not person.role or not person.years:
        return None
    for form in content.foreign:
        if form.role == person.role.id and chance(rng, _FOREIGN_SHARE[form.language]):
            return form
    return None


def _summary(rng: np.random.Generator, content: Content, person: Person) -> str:
    """Write a lead, middle sentences and mostly a closing one."""
    phrases, role = content.phrases, person.role
    deeds = some(rng, role.deeds, 3)
    skill, skill2 = some(rng, role.skills, 2)
    where, where2 = some(rng, _workplaces(rng, content, role), 2)
    words = {
        "title": pick(rng, role.titles),
        "years": str(person.years),
        "where": where,
        "where2": where2,
        "major": "".join(person.majors),
        "skill": skill,
        "skill2": skill2,
        "duty": pick(rng, role.duties),
        **{f"deed{place}": deed for place, deed in enumerate(deeds, start=1)},
    }
    text = "".join(form.format(**words) for form in _forms(rng, person, phrases))
    return text + _closing(rng, person, phrases)


def _forms(rng: np.random.Generator, person: Person, phrases: Phrases) -> list[str]:
    """Choose a lead that fits the person, and middle sentences that repeat nothing."""
    if person.years == 0:
        return [pick(rng, phrases.fresh_leads if person.majors else phrases.trainee_leads)]
    leads = (*phrases.leads, *phrases.shop_leads) if person.role.on_the_floor else phrases.leads
    forms, used = [pick(rng, leads)], set[str]()
    for form in some(rng, phrases.middles, int(rng.integers(2, 5))):
        fields = {name for _, name, _, _ in Formatter().parse(form) if name}
        if not fields & used:
            forms.append(form)
            used |= fields
    return forms[:3]


def _workplaces(rng: np.random.Generator, content: Content, role: Role) -> Sequence[str]:
    """Where people of the role work: by one of its lines of business, else by industry."""
    if role.lines:
        return content.workplaces[pick(rng, role.lines)]
    return content.industries[weighted(rng, role.industries)].workplaces


def _closing(rng: np.random.Generator, person: Person, phrases: Phrases) -> str:
    """Say what the person hopes for."""
    if person.wanted is not person.role:
        words = {"title": pick(rng, person.wanted.titles), "skill": pick(rng, person.wanted.skills)}
        return pick(rng, phrases.change_closings).format(**words)
    closings = (*phrases.closings, *phrases.shop_closings) if person.role.on_the_floor else phrases.closings
    return pick(rng, closings) if chance(rng, 0.55) else ""


def _skills(rng: np.random.Generator, content: Content, person: Person) -> str:
    """Name some skills of the role, and now and then one of a role near it."""
    skills = some(rng, person.role.skills, int(rng.integers(3, 8)))
    if person.wanted is not person.role:
        skills += some(rng, person.wanted.skills, int(rng.integers(1, 3)))
    elif chance(rng, 0.3):
        skills += some(rng, content.roles[pick(rng, person.role.near)].skills, 1)
    return list_text(rng, list(dict.fromkeys(skills)))


def _education_text(rng: np.random.Generator, person: Person) -> str:
    """Education as people write it."""
    forms = {
        "高中/中专": ("高中", "中专", "技校", "职高"),
        "大专": ("大专", "专科", "高职"),
        "本科": ("本科", "大学本科"),
        "硕士": ("硕士", "硕士研究生"),
    }
    return pick(rng, forms.get(person.education, (str(person.education),)))


def _years_text(rng: np.random.Generator, years: int) -> str:
    """Write years of work, with or without a unit."""
    if years == 0:
        return pick(rng, ("0", "应届"))
    return weighted(rng, {f"{years}": 0.6, f"{years}年": 0.4})


def _willing_text(rng: np.random.Generator, person: Person, phrases: Phrases) -> str:
    """Write counties by name, or anywhere."""
    if not person.willing:
        return pick(rng, ("不限", "全国", "全国均可"))
    return "、".join(phrases.county_names[code] for code in person.willing)


def _floor_text(rng: np.random.Generator, floor: int | None) -> str:
    """Least pay with or without a unit; empty when none is set."""
    if floor is None:
        return ""
    form = weighted(rng, {"{0}": 0.7, "{0}元": 0.15, "{1:g}k": 0.1, "{0}以上": 0.05})
    return form.format(floor, floor / 1000)
