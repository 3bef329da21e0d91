"""Find teams for a challenge, and judge teams that apply together."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from data.errors import InputError, UnknownName
from matching.encoder.model import EmbeddingModel
from matching.results import MustHave
from matching.rules import RuleColumns, Verdict, judge_pair
from matching.teams.challenge import Challenge
from matching.teams.cover import best_covers
from matching.teams.coverage import Coverage
from matching.teams.team import Brought, Excluded, Team, TeamList, TeamMember, Uncovered

__all__ = ["find_teams", "judge_team", "people_rows"]

Row = Mapping[str, Any]
_Shown = tuple[Row, dict[str, Brought]]
_CHARACTERS = 600


class _Candidate(NamedTuple):
    """A person with what the challenge finds in the profile."""

    row: Row
    brings: dict[str, Brought]
    fit: float


def people_rows(profiles: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a frame of profiles, as the store reads it, into rows with None where nothing is stated."""
    clean = profiles.astype(object).where(profiles.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in clean.to_dict("records")]


def find_teams(
    challenge: Challenge, people: Sequence[Row], model: EmbeddingModel, *, as_of: dt.date, k: int = 3
) -> TeamList:
    """Find the smallest teams that cover what a challenge takes.

    Parameters
    ----------
    challenge
        The challenge.
    people
        Profiles, from :func:`people_rows`.
    model
        The embedding model.
    as_of
        Day the search is made for.
    k
        Number of alternatives.

    Returns
    -------
    TeamList
        Nobody in it whom a hard rule excludes; without teams where nobody has any of the skills.

    Raises
    ------
    InputError
        ``challenge_over``: the deadline has passed.
    RefusedError
        ``team_search_too_long``.
    """
    _check_open(challenge, as_of)
    allowed = RuleColumns.from_rows(people, vacancies=False).take_allowed(challenge.row, row_is_vacancy=True)
    free = [people[i] for i in np.flatnonzero(allowed.mask).tolist()]
    shown = _shown(challenge, free, model)
    candidates = _candidates(challenge, [pair for pair in shown if pair[1]], model)
    anywhere = Counter(name for _, brings in shown for name in brings)
    shows = np.array(
        [[skill.name in each.brings for skill in challenge.skills] for each in candidates], dtype=bool
    ).reshape(len(candidates), len(challenge.skills))
    covers = best_covers(
        shows,
        [each.fit for each in candidates],
        [skill.people for skill in challenge.skills],
        k=k,
        most=challenge.max_members,
    )
    teams = tuple(_team(challenge, [candidates[i] for i in cover], anywhere) for cover in covers)
    return TeamList(
        challenge=challenge,
        pool=len(people),
        allowed=len(free),
        excluded=allowed.excluded,
        teams=teams,
        nobody=tuple(skill.name for skill in challenge.skills if not anywhere[skill.name]),
        as_of=as_of,
        synthetic=challenge.synthetic or any(team.synthetic for team in teams),
    )


def judge_team(
    challenge: Challenge,
    profile_ids: Sequence[str],
    people: Sequence[Row],
    model: EmbeddingModel,
    *,
    as_of: dt.date,
) -> Team:
    """Judge people who apply together, as a whole.

    Parameters
    ----------
    challenge
        The challenge.
    profile_ids
        The people; one named twice counts once.
    people
        Profiles, from :func:`people_rows`.
    model
        The embedding model.
    as_of
        Day the judgement is made for.

    Returns
    -------
    Team
        Those whom a hard rule excludes are told with the rule and count for nothing.

    Raises
    ------
    InputError
        ``challenge_over``: the deadline has passed; ``team_too_large``: more people than the challenge lets.
    UnknownName
        ``profile_unknown``.
    """
    _check_open(challenge, as_of)
    known = {row["profile_id"]: row for row in people}
    wanted = list(dict.fromkeys(profile_ids))
    missing = [each for each in wanted if each not in known]
    if missing:
        raise UnknownName("profile_unknown", f"没有编号为 {'、'.join(missing)} 的人才档案", hint="请核对编号")
    if challenge.max_members is not None and len(wanted) > challenge.max_members:
        raise InputError(
            "team_too_large",
            f"团队 {len(wanted)} 人，榜单最多 {challenge.max_members} 人",
            hint="减少成员，或修改榜单的 max_members",
        )
    refused = tuple(each for name in wanted if (each := _excluded(challenge, known[name])).failed)
    out = {each.profile_id for each in refused}
    allowed = RuleColumns.from_rows(people, vacancies=False).take_allowed(challenge.row, row_is_vacancy=True)
    shown = _shown(challenge, [people[i] for i in np.flatnonzero(allowed.mask).tolist()], model)
    team = [pair for pair in shown if pair[0]["profile_id"] in set(wanted) - out]
    anywhere = Counter(name for _, brings in shown for name in brings)
    return _team(challenge, _candidates(challenge, team, model), anywhere, excluded=refused)


def _check_open(challenge: Challenge, as_of: dt.date) -> None:
    if challenge.deadline < as_of:
        raise InputError(
            "challenge_over",
            f"榜单 {challenge.challenge_id} 已于 {challenge.deadline} 截止",
            hint="请延长截止日期后重试",
        )


def _shown(challenge: Challenge, people: Sequence[Row], model: EmbeddingModel) -> list[_Shown]:
    """Return what of the challenge each person shows."""
    coverage = Coverage.from_people(challenge.skills, people, model)
    return [(row, coverage.of(row)) for row in people]


def _candidates(challenge: Challenge, shown: Sequence[_Shown], model: EmbeddingModel) -> list[_Candidate]:
    """Return people with their fit."""
    texts = [challenge.text[:_CHARACTERS], *(_text_of(row) for row, _ in shown)]
    vectors = model.embed(texts)
    near = np.clip(vectors[1:] @ vectors[0], 0, 1).tolist()
    return [
        _Candidate(row, brings, round(0.5 * _share(brings, challenge) + 0.5 * cosine, 4))
        for (row, brings), cosine in zip(shown, near, strict=True)
    ]


def _share(brings: Mapping[str, Brought], challenge: Challenge) -> float:
    return sum(each.strength for each in brings.values()) / len(challenge.skills)


def _text_of(row: Row) -> str:
    parts = (row["title"], "、".join(row["skills"]), row["summary"] or "")
    return "；".join(part for part in parts if part)[:_CHARACTERS]


def _excluded(challenge: Challenge, row: Row) -> Excluded:
    failed = tuple(each for each in _must_have(challenge, row) if each.verdict is Verdict.FAIL)
    return Excluded(profile_id=row["profile_id"], failed=failed)


def _must_have(challenge: Challenge, row: Row) -> tuple[MustHave, ...]:
    return tuple(
        MustHave(name=rule.name, label=rule.label, verdict=judgement.verdict, reason=judgement.reason)
        for rule, judgement in judge_pair(challenge.row, row)
    )


def _team(
    challenge: Challenge,
    candidates: Sequence[_Candidate],
    anywhere: Mapping[str, int],
    *,
    excluded: tuple[Excluded, ...] = (),
) -> Team:
    """Tell the role of every member, and what is still missing."""
    held = Counter(name for each in candidates for name in each.brings)
    order = sorted(candidates, key=lambda each: (-len(each.brings), -each.fit, each.row["profile_id"]))
    uncovered = tuple(
        Uncovered(
            skill=skill.name,
            needed=skill.people,
            found=held[skill.name],
            anywhere=anywhere.get(skill.name, 0),
            sentence=_lacking(skill.name, skill.people, held[skill.name], anywhere.get(skill.name, 0)),
        )
        for skill in challenge.skills
        if held[skill.name] < skill.people
    )
    return Team(
        members=tuple(_member(challenge, each, held) for each in order),
        uncovered=uncovered,
        excluded=excluded,
        fit=round(float(np.mean([each.fit for each in candidates])), 4) if candidates else 0.0,
        sentence=_sentence(challenge, order, uncovered, excluded),
        synthetic=challenge.synthetic or any(bool(each.row["synthetic"]) for each in candidates),
    )


def _member(challenge: Challenge, candidate: _Candidate, held: Mapping[str, int]) -> TeamMember:
    return TeamMember(
        profile_id=candidate.row["profile_id"],
        title=candidate.row["title"],
        fit=candidate.fit,
        brings=tuple(candidate.brings.values()),
        alone=tuple(name for name in candidate.brings if held[name] == 1),
        must_have=_must_have(challenge, candidate.row),
        synthetic=bool(candidate.row["synthetic"]),
    )


def _lacking(skill: str, needed: int, found: int, anywhere: int) -> str:
    """Say how far a skill is short, and whether that is for want of people at all."""
    if not anywhere:
        return f"“{skill}”：符合硬性条件的人中没有人具备"
    ask = f"需 {needed} 人具备，队中 {found} 人"
    return f"“{skill}”：{ask}，符合硬性条件的人中共 {anywhere} 人"


def _sentence(
    challenge: Challenge,
    members: Sequence[_Candidate],
    uncovered: Sequence[Uncovered],
    excluded: Sequence[Excluded],
) -> str:
    covered = len(challenge.skills) - len(uncovered)
    parts = [f"{len(members)} 人合计具备所列 {len(challenge.skills)} 项能力中的 {covered} 项"]
    if uncovered:
        parts.append("缺：" + "、".join(each.skill for each in uncovered))
    if excluded:
        parts.append("不符合硬性条件、未计入：" + "、".join(each.profile_id for each in excluded))
    return "；".join(parts)
