"""The true vacancies of the city: who needs whom, how many, at what pay, from when to when."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.records import Education, Engagement, SkillLevel
from data.synthetic.content import Content, Employer, Role
from data.synthetic.demand import DemandPath
from data.synthetic.draw import chance, pick, some, weighted
from data.synthetic.presence import ALWAYS, Presence, draw_wanted_presence
from data.synthetic.spells import Spell, draw_spell

__all__ = ["Ask", "House", "Need", "draw_houses", "draw_needs", "pay_growth"]

_EDUCATIONS = (
    Education.ANY,
    Education.JUNIOR,
    Education.SECONDARY,
    Education.COLLEGE,
    Education.BACHELOR,
    Education.MASTER,
)
_LEVELS = (SkillLevel.JUNIOR, SkillLevel.INTERMEDIATE, SkillLevel.SENIOR, SkillLevel.TECHNICIAN)
_PART_FORMS = (
    Engagement.ADVISORY,
    Engagement.PROJECT,
    Engagement.RETIRED,
    Engagement.CHALLENGE,
    Engagement.JOINT_RESEARCH,
    Engagement.SEASONAL,
    Engagement.TRANSFER,
    Engagement.EQUITY,
)
_EXCLUDED_SHARE = 0.015
_REST_DAYS = 45


@dataclass(frozen=True, slots=True)
class House:
    """An employer with its habits: what it pays and how its advertisements look."""

    employer: Employer
    """Employer."""
    pay_factor: float
    """Its pay over the usual pay."""
    layout: str
    """Layout of its 岗位职责."""
    date_style: str
    """How it writes days."""
    opens: bool
    """Whether it begins with a line on itself."""
    benefits: tuple[str, ...]
    """What it promises besides pay."""
    shop_benefits: tuple[str, ...]
    """What it promises the shop floor on top."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a vacancy asks for."""

    education: Education
    """Least education."""
    level: SkillLevel | None
    """Least skill level; empty for none."""
    years: tuple[int, int | None]
    """Least and most years of experience; no upper end for most."""
    licences: tuple[str, ...]
    """Licences."""
    languages: tuple[str, ...]
    """Languages, by Chinese name."""
    engagement: tuple[Engagement, ...]
    """Forms of engagement offered."""
    presence: Presence = ALWAYS
    """How much time and which months flexible work takes."""


@dataclass(frozen=True, slots=True)
class Need:
    """One true vacancy."""

    vacancy_id: str
    """Identifier, rising with the day of opening."""
    role: Role
    """What the person is to do."""
    industry: str
    """Key industry of the employer."""
    house: House
    """Employer."""
    unit: str
    """Part of the employer, where another part looks or lately looked for the same; else empty."""
    heads: int
    """Places, at least 1."""
    spell: Spell
    """When it was open and how it ended."""
    pay: tuple[int, int]
    """Offered range, yuan a month."""
    premium: float
    """Log of offered over usual pay."""
    ask: Ask
    """What it asks for."""
    clause: str
    """A clause that law forbids, in a few vacancies; else empty."""


def pay_growth(tightness: float) -> float:
    """Log growth of a role's pay a year: tight work gets dearer."""
    return 0.02 + 0.03 * tightness


def draw_houses(content: Content, employers: Sequence[Employer], rng: np.random.Generator) -> list[House]:
    """Draw the habits of each employer."""
    styles = {"iso": 0.78, "slash": 0.1, "chinese": 0.07, "compact": 0.05}
    layouts = {"numbered": 3.0, "dotted": 2.0, "inline": 3.0, "paragraph": 2.0, "bracket": 1.0, "brief": 1.0}
    return [
        House(
            employer=employer,
            pay_factor=math.exp(rng.standard_normal() * 0.06 + 0.02 * math.log(employer.size / 250)),
            layout=weighted(rng, layouts),
            date_style=weighted(rng, styles),
            opens=chance(rng, 0.45),
            benefits=tuple(some(rng, content.phrases.benefits, int(rng.integers(2, 7)))),
            shop_benefits=tuple(some(rng, content.phrases.shop_benefits, int(rng.integers(0, 4)))),
        )
        for employer in employers
    ]


def draw_needs(
    content: Content, path: DemandPath, houses: Sequence[House], *, end: dt.date, rng: np.random.Generator
) -> list[Need]:
    """Draw every vacancy that opens on the path, in order of opening.

    An employer that looks for the role, or did within the last 45 days, is avoided where another could
    open the vacancy. Where it cannot be avoided, the vacancy is for another part of the employer and its
    title says so: what one employer posts twice without a word is one need.
    """
    by_name = {house.employer.name: house for house in houses}
    past: dict[tuple[str, str], list[Need]] = {}
    needs = []
    for place, (day, role_id, industry) in enumerate(_openings(path, content, rng)):
        able = [by_name[employer.name] for employer in path.employers[role_id, industry]]
        house = _choose(rng, able, [past.get((each.employer.name, role_id), []) for each in able], day)
        before = past.setdefault((house.employer.name, role_id), [])
        unit = _unit(content.industries[industry].units, before, day)
        need = _need(content, content.roles[role_id], house, unit, f"V{place + 1:06d}", day, end, rng)
        before.append(need)
        needs.append(need)
    # A stream of its own: everything else stays as it is without these draws.
    (own,) = rng.spawn(1)
    return [_with_presence(need, own) for need in needs]


def _with_presence(need: Need, rng: np.random.Generator) -> Need:
    """Say how much time and which months a flexible vacancy takes."""
    return replace(need, ask=replace(need.ask, presence=draw_wanted_presence(rng, need.ask.engagement)))


def _openings(path: DemandPath, content: Content, rng: np.random.Generator) -> list[tuple[dt.date, str, str]]:
    """Day, role and industry of each opening, by day; Poisson in number."""
    openings = []
    for (role_id, industry), heads in path.heads.items():
        counts = rng.poisson(heads / content.roles[role_id].batch)
        for days, weights, count in zip(path.days, path.day_weights, counts, strict=True):
            places = np.searchsorted(np.cumsum(weights), rng.random(int(count)), side="right")
            openings += [(days[min(int(p), len(days) - 1)], role_id, industry) for p in places]
    return sorted(openings, key=lambda opening: opening[0])


def _choose(
    rng: np.random.Generator, able: Sequence[House], before: Sequence[Sequence[Need]], day: dt.date
) -> House:
    """One employer, larger ones more often, those that look or lately looked only if all did."""
    rested = [house for house, needs in zip(able, before, strict=True) if not _recent(needs, day)]
    free = rested or able
    weights = {place: math.sqrt(house.employer.size) for place, house in enumerate(free)}
    return free[weighted(rng, weights)]


def _recent(needs: Sequence[Need], day: dt.date) -> list[Need]:
    """Find needs that are open on the day or were closed within the days of rest."""
    rested = day - dt.timedelta(days=_REST_DAYS)
    return [need for need in needs[-8:] if need.spell.closed_on is None or need.spell.closed_on > rested]


def _unit(units: Sequence[str], before: Sequence[Need], day: dt.date) -> str:
    """Return no unit, or the first that no recent need of the employer for this role has."""
    taken = {need.unit for need in _recent(before, day)}
    return next((unit for unit in ("", *units) if unit not in taken), units[-1])


def _need(
    content: Content,
    role: Role,
    house: House,
    unit: str,
    vacancy_id: str,
    day: dt.date,
    end: dt.date,
    rng: np.random.Generator,
) -> Need:
    """One vacancy with all that is true of it."""
    pay, premium = _pay(rng, role, house, (day - content.reference_on).days / 365.25)
    spell = draw_spell(rng, opened_on=day, end=end, tightness=role.tightness, premium=premium)
    clause = pick(rng, content.phrases.excluded_clauses) if chance(rng, _EXCLUDED_SHARE) else ""
    return Need(
        vacancy_id=vacancy_id,
        role=role,
        industry=house.employer.industry,
        house=house,
        unit=unit,
        heads=_heads(rng, role.batch),
        spell=spell,
        pay=pay,
        premium=premium,
        ask=_ask(rng, role),
        clause=clause,
    )


def _heads(rng: np.random.Generator, batch: float) -> int:
    """Draw the heads of one vacancy: at least one, skewed, large numbers mostly round."""
    heads = 1 + int(rng.negative_binomial(1.5, 1.5 / (0.5 + batch)))
    if heads > 8 and chance(rng, 0.6):
        return max(10, 5 * round(heads / 5))
    return heads


def _pay(rng: np.random.Generator, role: Role, house: House, years: float) -> tuple[tuple[int, int], float]:
    """Offered range, and its premium over the usual pay of the day."""
    usual = math.exp(pay_growth(role.tightness) * years)
    factor = house.pay_factor * math.exp(rng.standard_normal() * 0.04) * usual
    low = max(2500, _rounded(role.pay[0] * factor))
    high = max(low + 500, _rounded(role.pay[1] * factor))
    return (low, high), math.log((low + high) / (usual * sum(role.pay)))


def _rounded(amount: float) -> int:
    """Pay in the steps employers use: 500 yuan below ten thousand, 1000 above."""
    step = 500 if amount < 10_000 else 1000
    return step * round(amount / step)


def _ask(rng: np.random.Generator, role: Role) -> Ask:
    """Draw what the vacancy asks for, round the role's habit."""
    step = weighted(rng, {0: 0.72, -1: 0.13, 1: 0.15})
    least = _EDUCATIONS.index(Education.COLLEGE) if role.kind in {"engineer", "manager"} else 0
    place = min(max(_EDUCATIONS.index(role.education) + step, least), len(_EDUCATIONS) - 1)
    low = max(0, role.years + weighted(rng, {0: 0.5, -1: 0.2, 1: 0.2, 2: 0.1}))
    high = low + int(rng.integers(2, 5)) if low and chance(rng, 0.35) else None
    level = role.level
    if level is not None:
        raised = _LEVELS[min(_LEVELS.index(level) + 1, len(_LEVELS) - 1)]
        level = weighted(rng, {level: 0.55, raised: 0.12, None: 0.33})
    licences = role.licences if chance(rng, 0.88) else ()
    languages = tuple(name for name, share in role.languages.items() if chance(rng, share))
    return Ask(_EDUCATIONS[place], level, (low, high), licences, languages, _engagement(rng, role))


def _engagement(rng: np.random.Generator, role: Role) -> tuple[Engagement, ...]:
    """Full-time for most; other forms for some senior work."""
    if not role.flexible or not chance(rng, 0.2):
        return (Engagement.FULL_TIME,)
    form = pick(rng, _PART_FORMS)
    return (form,) if chance(rng, 0.5) else (Engagement.FULL_TIME, form)
