"""Build the 人才需求目录: the posts of employers that were open within the four quarters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar, cast

import pandas as pd

from data.catalogue.entries import (
    METHOD_VERSION,
    Catalogue,
    CatalogueKind,
    DemandEntry,
    DemandStatus,
    ObsStatus,
)
from data.catalogue.frames import DATES, NUMBERS, read_spells
from data.catalogue.notes import demand_notes
from data.catalogue.period import Period
from data.catalogue.requirements import education_text
from data.catalogue.sections import (
    AGENCY_SECTION,
    OTHER_SECTION,
    CatalogueRegion,
    catalogue_title,
    entry_ids,
    masked_employer,
    section_order,
    talent_category,
)
from data.records import Education, SkillLevel, YearRange
from data.reference import division_names

__all__ = ["MAX_DUTIES", "build_demand_catalogue"]

MAX_DUTIES = 200
"""Longest text of duties in print, in characters."""
MAX_SKILLS = 12

T = TypeVar("T")

STATUS_ORDER = {status: place for place, status in enumerate(DemandStatus)}
ABSENT = ("chain_node", "contact")
MAY_BE_MISSING = (
    "occ_code", "headcount", "education_or_equiv", "experience_years", "pay_month_min", "pay_month_max",
    "start_by", "valid_until", "district",
)  # fmt: skip


class Post(NamedTuple):
    """What makes two vacancies the same post of the same employer."""

    employer: str
    title: str
    occupation_code: str
    key_industry: str
    place_code: str
    agency: bool
    synthetic: bool

    @property
    def section(self) -> str:
        """Heading it stands under."""
        return AGENCY_SECTION if self.agency else self.key_industry or OTHER_SECTION


class Need(NamedTuple):
    """One vacancy with plain Python values; None wherever nothing is stated."""

    vacancy_id: str
    posting_ids: tuple[str, ...]
    occupation_name: str | None
    heads: float | None
    opened_on: dt.date
    start_by: dt.date | None
    valid_until: dt.date | None
    salary_low: float | None
    salary_high: float | None
    education: str | None
    skill_level: str | None
    experience_low: float | None
    experience_high: float | None
    skills: tuple[str, ...]
    duties: str
    majors: tuple[str, ...]
    engagement: tuple[str, ...]
    status: DemandStatus


def build_demand_catalogue(
    vacancies: pd.DataFrame,
    *,
    region: CatalogueRegion,
    edition: str,
    as_of: dt.date,
    snapshot: str,
    publish_names: bool = False,
    place_names: Mapping[str, str] | None = None,
) -> Catalogue[DemandEntry]:
    """List the posts of employers that were open within the four quarters up to a day.

    Parameters
    ----------
    vacancies
        Table with the columns of ``data.catalogue.frames.VACANCY_COLUMNS``; it is not changed.
    region
        Name, prefix and key industries.
    edition
        The edition (版次), such as ``2027``.
    as_of
        Last day; nothing learned later is used.
    snapshot
        Identifier of the data.
    publish_names
        Name the employers; else each is 某……企业, also inside titles and duties.
    place_names
        Names of GB/T 2260 codes, the reference table's when left out; a code without a name is printed
        as it is.

    Returns
    -------
    Catalogue
        Sections in the region's order, the agencies' last; open posts first, then the latest. Empty
        input gives no entries and a note.

    Raises
    ------
    InputError
        When the table lacks a column, repeats a vacancy or holds a value of the wrong type.
    """
    period = Period(as_of)
    spells = read_spells(vacancies, period)
    posts = _group(spells.frame)
    ids = entry_ids(
        [tuple(str(part) for part in post) for post in posts],
        prefix=region.entry_prefix,
        letter="D",
        edition=edition,
    )
    names = division_names() if place_names is None else place_names
    order = section_order(region.key_industries, {post.section for post in posts})
    drafts = [
        _draft(post, needs, publish_names=publish_names, place_names=names)
        | {"entry_id": entry_id, "snapshot": snapshot}
        for entry_id, (post, needs) in zip(ids, posts.items(), strict=True)
    ]
    counts = {
        "received": spells.received,
        "undated": spells.undated,
        "outside": spells.outside,
        "used": len(spells.frame),
        "agency_used": int(spells.frame["employer_is_agency"].sum()),
    }
    synthetic = any(post.synthetic for post in posts)
    return Catalogue[DemandEntry](
        kind=CatalogueKind.DEMAND,
        title=catalogue_title(region.name_zh, edition, CatalogueKind.DEMAND.title, synthetic=synthetic),
        region=region.name_zh,
        edition=edition,
        as_of=as_of,
        period_start=period.start.date(),
        stage=None,
        synthetic=synthetic,
        method_version=METHOD_VERSION,
        snapshot=snapshot,
        counts=counts,
        parameters={},
        notes=demand_notes(period, counts, names_published=publish_names),
        entries=_numbered(drafts, order),
    )


def _group(spells: pd.DataFrame) -> dict[Post, list[Need]]:
    """Group vacancies by post, in order of vacancy."""
    plain = spells.copy()
    for column in DATES:
        plain[column] = [None if pd.isna(day) else day.date() for day in spells[column]]
    for column in NUMBERS:
        plain[column] = spells[column].astype(object).where(spells[column].notna(), None)
    identity = zip(
        plain["employer"],
        plain["title"],
        plain["occupation_code"].fillna(""),
        plain["key_industry"].fillna(""),
        plain["place_code"].fillna(""),
        plain["employer_is_agency"],
        plain["synthetic"],
        strict=True,
    )
    posts: dict[Post, list[Need]] = {}
    for key, row in zip(identity, plain[list(Need._fields)].itertuples(index=False, name=None), strict=True):
        posts.setdefault(Post._make(key), []).append(Need._make(row))
    return posts


def _draft(
    post: Post, needs: Sequence[Need], *, publish_names: bool, place_names: Mapping[str, str]
) -> dict[str, object]:
    """Fill the fields of an entry but for its place in the catalogue."""
    status = min((need.status for need in needs), key=STATUS_ORDER.__getitem__)
    speaking = [need for need in needs if need.status is status]
    latest = max(speaking, key=lambda need: (need.opened_on, need.vacancy_id))
    industry = post.key_industry or None
    name = post.employer if publish_names else masked_employer(industry, via_agency=post.agency)
    draft: dict[str, object] = {
        "section": post.section,
        "status": status,
        "key_industry": industry,
        "employer_name": name,
        "via_agency": post.agency,
        "district": place_names.get(post.place_code, post.place_code) or None,
        "job_title": post.title if publish_names else _without(post.employer, post.title),
        "occ_code": post.occupation_code or None,
        "occ_name": latest.occupation_name if post.occupation_code else None,
        "talent_category": talent_category(post.occupation_code),
        "duties": (latest.duties if publish_names else _without(post.employer, latest.duties))[:MAX_DUTIES],
        "opened_on": latest.opened_on,
        "vacancy_ids": tuple(need.vacancy_id for need in needs),
        "posting_ids": tuple(posting for need in needs for posting in need.posting_ids),
        "policy_tags": (),
        "synthetic": post.synthetic,
        "method_version": METHOD_VERSION,
        **dict.fromkeys(ABSENT),
        **_requirements(speaking),
    }
    missing = [name for name in (*ABSENT, *MAY_BE_MISSING) if draft[name] is None]
    return {**draft, "obs_status": dict.fromkeys(missing, ObsStatus.MISSING)}


def _requirements(needs: Sequence[Need]) -> dict[str, object]:
    """Join what the vacancies of one post ask for and offer."""
    heads = [need.heads for need in needs if need.heads is not None]
    low, high = _present(need.salary_low for need in needs), _present(need.salary_high for need in needs)
    starts, ends = _present(need.start_by for need in needs), _present(need.valid_until for need in needs)
    return {
        "headcount": int(sum(heads)) if heads else None,
        "heads_unstated": len(needs) - len(heads),
        "skills_required": _union(need.skills for need in needs)[:MAX_SKILLS],
        "major_codes": _union(need.majors for need in needs),
        "education_or_equiv": _schooling(needs),
        "experience_years": _experience(needs),
        "pay_month_min": round(min(low)) if low else None,
        "pay_month_max": round(max(high)) if high else None,
        "engagement_form": _union(need.engagement for need in needs),
        "start_by": min(starts) if starts else None,
        "valid_until": max(ends) if ends else None,
    }


def _present(values: Iterable[T | None]) -> list[T]:
    return [value for value in values if value is not None]


def _union(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(term) for terms in values for term in terms))


def _schooling(needs: Sequence[Need]) -> str | None:
    """Take the lowest schooling and skill level that any of the vacancies asks for."""
    schooling = [Education(need.education) for need in needs if need.education]
    levels = [SkillLevel(need.skill_level) for need in needs if need.skill_level]
    return education_text(
        min(schooling, key=lambda each: each.rank).value if schooling else None,
        min(levels, key=lambda each: each.rank).value if levels else None,
    )


def _experience(needs: Sequence[Need]) -> YearRange | None:
    asked = [need for need in needs if need.experience_low is not None or need.experience_high is not None]
    if not asked:
        return None
    highs = _present(need.experience_high for need in asked)
    return YearRange(
        low=min(need.experience_low or 0.0 for need in asked),
        high=max(highs) if len(highs) == len(asked) else None,
    )


def _without(employer: str, text: str) -> str:
    return text.replace(employer, "本单位") if employer else text


def _numbered(drafts: Sequence[dict[str, object]], order: Mapping[str, int]) -> tuple[DemandEntry, ...]:
    """Put entries in printing order, numbered within their section."""

    def place(draft: dict[str, object]) -> tuple[int, int, int, str, str]:
        opened = cast("dt.date", draft["opened_on"])
        status = cast("DemandStatus", draft["status"])
        return (
            order[str(draft["section"])],
            STATUS_ORDER[status],
            -opened.toordinal(),
            str(draft["job_title"]),
            str(draft["entry_id"]),
        )

    seq: dict[str, int] = {}
    entries = []
    for draft in sorted(drafts, key=place):
        section = str(draft["section"])
        seq[section] = seq.get(section, 0) + 1
        entries.append(DemandEntry.model_validate({**draft, "seq": seq[section]}))
    return tuple(entries)
