"""The true people of the city: what they can do, what they look for, on what terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.records import Education, Engagement, SkillLevel
from data.synthetic.content import Content, Role
from data.synthetic.draw import chance, pick, some, weighted
from data.synthetic.presence import ALWAYS, Presence, draw_offered_presence

__all__ = ["Person", "draw_people", "supply_shares"]

_EDUCATIONS = (
    Education.JUNIOR,
    Education.SECONDARY,
    Education.COLLEGE,
    Education.BACHELOR,
    Education.MASTER,
    Education.DOCTOR,
)
_LEVELS = (
    SkillLevel.JUNIOR,
    SkillLevel.INTERMEDIATE,
    SkillLevel.SENIOR,
    SkillLevel.TECHNICIAN,
    SkillLevel.SENIOR_TECHNICIAN,
)
_YEARS_AT = (0, 3, 6, 10, 15)
"""Years of work after which each level is within reach."""
_CHANGER_SHARE = 0.12
_FRESH_SHARE = 0.10
_OUTSIDE_SHARE = 0.16
_FLEXIBLE_KINDS = frozenset({"engineer", "manager", "craft", "service"})
_FLEXIBLE_YEARS = 7
_FLEXIBLE_SHARE = 0.2
_FLEXIBLE_FORMS = tuple(form for form in Engagement if form is not Engagement.FULL_TIME)
_PART_FORMS = (Engagement.ADVISORY, Engagement.PROJECT, Engagement.RETIRED, Engagement.SEASONAL)


@dataclass(frozen=True, slots=True)
class Person:
    """One seeker, without anything that says who it is."""

    role: Role
    """What the person can do."""
    wanted: Role
    """What the person looks for: the same, or a role near it."""
    years: int
    """Years of relevant work; 0 for beginners."""
    education: Education
    """Highest education."""
    level: SkillLevel | None
    """Highest skill level; empty for none."""
    place_code: str
    """GB/T 2260 code of where the person is."""
    place_text: str
    """How the person writes it."""
    willing: tuple[str, ...]
    """Counties the person would work in; empty for anywhere."""
    pay_floor: int | None
    """Least pay, yuan a month; empty when none is set."""
    licences: tuple[str, ...]
    """Licences held."""
    languages: tuple[str, ...]
    """Languages besides Chinese, by Chinese name."""
    engagement: tuple[Engagement, ...]
    """Forms of engagement accepted."""
    available_on: dt.date
    """First day the person could start."""
    active_on: dt.date
    """Day the profile was last confirmed."""
    majors: tuple[str, ...]
    """Majors named; none or one."""
    presence: Presence = ALWAYS
    """How much time the person can give, and in which months."""


def supply_shares(demand_heads: Sequence[float], tightness: Sequence[float]) -> np.ndarray:
    """Share of each role among the seekers.

    Parameters
    ----------
    demand_heads
        Heads of each role over the history.
    tightness
        Log of demand per seeker of each role against the city's ordinary ratio.

    Returns
    -------
    ndarray
        Shares that add up to 1, such that log demand per seeker is the tightness plus a constant.
    """
    supply = np.asarray(demand_heads, dtype=np.float64) * np.exp(-np.asarray(tightness, dtype=np.float64))
    return np.asarray(supply / supply.sum())


def draw_people(
    content: Content,
    roles: Sequence[Role],
    shares: np.ndarray,
    count: int,
    *,
    end: dt.date,
    rng: np.random.Generator,
) -> list[Person]:
    """Draw ``count`` people in random order.

    Each role gets its share of them to within one person, so that small roles do not lose their
    tightness to chance.
    """
    marks = (np.arange(count) + rng.random()) / max(count, 1)
    drawn = np.minimum(np.searchsorted(np.cumsum(shares), marks, side="right"), len(roles) - 1)
    people = [_person(rng, content, roles[int(place)], end) for place in rng.permutation(drawn)]
    # A stream of its own: everything else stays as it is without these draws.
    (own,) = rng.spawn(1)
    return [_with_presence(own, person) for person in people]


def _with_presence(rng: np.random.Generator, person: Person) -> Person:
    """Let some experienced people offer a flexible form, and say what time and months they give."""
    forms = person.engagement
    able = person.role.kind in _FLEXIBLE_KINDS and person.years >= _FLEXIBLE_YEARS
    if able and forms == (Engagement.FULL_TIME,) and chance(rng, _FLEXIBLE_SHARE):
        some_forms: set[Engagement] = {*some(rng, _FLEXIBLE_FORMS, int(rng.integers(1, 4)))}
        if chance(rng, 0.3):
            some_forms.add(Engagement.FULL_TIME)
        forms = tuple(form for form in Engagement if form in some_forms)
    return replace(person, engagement=forms, presence=draw_offered_presence(rng, forms))


def _person(rng: np.random.Generator, content: Content, role: Role, end: dt.date) -> Person:
    """One person of a role."""
    fresh = chance(rng, _FRESH_SHARE)
    years = 0 if fresh else 1 + int(rng.gamma(2.0, 3.2))
    wanted = role
    if not fresh and chance(rng, _CHANGER_SHARE):
        wanted = content.roles[pick(rng, role.near)]
    code, text = _home(rng, content, role)
    active_on = end - dt.timedelta(days=min(int(rng.exponential(75.0)), 420))
    return Person(
        role=role,
        wanted=wanted,
        years=years,
        education=_education(rng, role),
        level=_level(rng, role, years),
        place_code=code,
        place_text=text,
        willing=_willing(rng, content, role, code),
        pay_floor=_pay_floor(rng, wanted, years),
        licences=_licences(rng, role, fresh=fresh),
        languages=tuple(name for name, share in role.languages.items() if chance(rng, share * 0.7)),
        engagement=_engagement(rng, role, years),
        available_on=active_on + dt.timedelta(days=int(rng.integers(0, 90))),
        active_on=active_on,
        majors=tuple(some(rng, role.majors, 1)) if chance(rng, 0.85) else (),
    )


def _education(rng: np.random.Generator, role: Role) -> Education:
    """Education round what the role usually asks for, a little above more often than below."""
    base = max(0, _EDUCATIONS.index(role.education) if role.education in _EDUCATIONS else 0)
    step = weighted(rng, {0: 0.55, 1: 0.25, -1: 0.17, 2: 0.03})
    return _EDUCATIONS[min(max(base + step, 0), len(_EDUCATIONS) - 1)]


def _level(rng: np.random.Generator, role: Role, years: int) -> SkillLevel | None:
    """Skill level within reach of the years worked; none for many and for work that is no trade."""
    if role.level is None or not chance(rng, 0.68):
        return None
    reach = sum(years >= needed for needed in _YEARS_AT)
    return _LEVELS[max(0, reach - 1 - weighted(rng, {0: 0.4, 1: 0.4, 2: 0.2}))]


def _home(rng: np.random.Generator, content: Content, role: Role) -> tuple[str, str]:
    """Code and text of where the person is."""
    if chance(rng, _OUTSIDE_SHARE):
        places = {place: place.weight for place in content.phrases.elsewhere}
        place = weighted(rng, places)
        return place.code, place.text
    code = weighted(rng, content.industries[weighted(rng, role.industries)].homes)
    return code, pick(rng, content.phrases.homes[code])


def _willing(rng: np.random.Generator, content: Content, role: Role, code: str) -> tuple[str, ...]:
    """Counties: one's own, where the trade is, or anywhere."""
    if chance(rng, 0.25):
        return ()
    homes = content.industries[role.home].homes
    codes = [code] if code in content.phrases.county_names else []
    codes += [weighted(rng, homes) for _ in range(int(rng.integers(1, 3)))]
    return tuple(dict.fromkeys(codes))


def _pay_floor(rng: np.random.Generator, role: Role, years: int) -> int | None:
    """Least pay, near the lower end of the usual range and rising with experience."""
    if chance(rng, 0.12):
        return None
    low, high = role.pay
    wish = low * 0.9 + (high - low) * min(years, 15) / 15 * 0.8
    return max(2500, 500 * round(wish * (1 + 0.08 * rng.standard_normal()) / 500))


def _licences(rng: np.random.Generator, role: Role, *, fresh: bool) -> tuple[str, ...]:
    """All licences of the trade, or some of them."""
    if chance(rng, 0.35 if fresh else 0.82):
        return role.licences
    return role.licences[:-1]


def _engagement(rng: np.random.Generator, role: Role, years: int) -> tuple[Engagement, ...]:
    """Full-time, and other forms for experienced people of some senior work."""
    if not role.flexible or years < 9 or not chance(rng, 0.4):
        return (Engagement.FULL_TIME,)
    form = pick(rng, _PART_FORMS)
    return (form,) if chance(rng, 0.4) else (Engagement.FULL_TIME, form)
