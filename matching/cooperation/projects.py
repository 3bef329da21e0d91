"""Projects of enterprises and laboratories of schools, each ranked for the other with what they share.

The score is half the skills (weighted alike), a third the nearness of the texts, a sixth the shared terms of
industry and occupation. A part that one side does not state counts one half, for everybody alike. Where a
project and a laboratory name forms of cooperation and share none, they are not brought together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from data.catalogue.lists.documents import ListDocument, ListTable, banner
from data.catalogue.lists.rows import Headings, RowsRead
from data.records import Engagement, Record
from matching.cooperation.cells import Numbered, read_numbered
from matching.encoder.model import EmbeddingModel
from matching.rules import Verdict, judge_pair
from matching.skills import fold
from matching.teams.challenge import Level, RequiredSkill
from matching.teams.coverage import Coverage, skill_space
from matching.teams.team import Brought
from matching.terms import TermSpace

__all__ = [
    "Laboratory",
    "Partnership",
    "Project",
    "match_projects",
    "project_document",
    "read_laboratories",
    "read_projects",
]

Share = Annotated[float, Field(ge=0, le=1)]
_WEIGHTS = {"skills": 1 / 2, "text": 1 / 3, "terms": 1 / 6}
_NEUTRAL = 0.5
_CHARACTERS = 600
_SHORTEST, _LONGEST = 2, 40

_PROJECT: Headings = {
    "number": ("项目编号", "编号"),
    "title": ("项目名称", "名称", "需求名称"),
    "organisation": ("单位名称", "企业名称", "用人单位"),
    "text": ("项目内容", "技术需求", "需求内容", "项目简介"),
    "skills": ("所需能力", "所需技术", "技术要求", "能力要求"),
    "terms": ("行业与职业", "所属行业", "行业", "领域"),
    "engagement": ("合作方式", "引才方式"),
    "synthetic": ("数据性质",),
}
_LABORATORY: Headings = {
    "number": ("团队编号", "实验室编号", "编号"),
    "title": ("实验室名称", "团队名称", "名称"),
    "organisation": ("所属单位", "所属院校", "院校", "学校"),
    "text": ("研究内容", "研究基础", "简介", "成果简介"),
    "skills": ("研究方向", "技术能力", "能力"),
    "terms": ("行业与职业", "服务行业", "行业", "领域"),
    "engagement": ("合作方式", "引才方式"),
    "synthetic": ("数据性质",),
}


class _Side(Numbered):
    """What both sides state."""

    title: Annotated[str, Field(min_length=2, max_length=120)]
    """Name."""
    organisation: str = ""
    """Enterprise or school; it is shown and plays no part."""
    text: str = ""
    """What it is about."""
    skills: tuple[str, ...] = ()
    """Skills asked for or offered."""
    terms: tuple[str, ...] = ()
    """Industries and occupations that it belongs to."""
    engagement: tuple[Engagement, ...] = ()
    """Forms of cooperation; empty when not stated."""
    synthetic: bool = False
    """True for generated data (合成数据)."""


class Project(_Side):
    """A project of an enterprise that looks for a laboratory."""


class Laboratory(_Side):
    """A laboratory, or the team of a supervisor, without names of persons."""


class Partnership(Record):
    """A project with a laboratory."""

    project: str
    """Number of the project."""
    laboratory: str
    """Number of the laboratory."""
    score: Share
    """How well the laboratory serves the project."""
    score_reverse: Share
    """How well the project suits the laboratory: of its skills and terms, those that the project asks for."""
    rank_for_project: int
    """Place among the laboratories of the project, by ``score``."""
    rank_for_laboratory: int
    """Place among the projects of the laboratory, by ``score_reverse``."""
    shared_skills: tuple[Brought, ...]
    """Skills asked for that the laboratory shows, with where."""
    missing_skills: tuple[str, ...]
    """Skills asked for that it does not show."""
    shared_terms: tuple[str, ...]
    """Terms that both name."""
    nearness: Share | None
    """Nearness of the texts; empty where one is missing."""
    sentence: str
    """The reason in Chinese."""
    synthetic: bool
    """True when either is generated data (合成数据)."""


def read_projects(path: Path, *, today: dt.date) -> RowsRead[Project]:
    """Read a table of projects."""
    return read_numbered(path, Project, _PROJECT, today=today)


def read_laboratories(path: Path, *, today: dt.date) -> RowsRead[Laboratory]:
    """Read a table of laboratories."""
    return read_numbered(path, Laboratory, _LABORATORY, today=today)


def match_projects(
    projects: Sequence[Project], laboratories: Sequence[Laboratory], model: EmbeddingModel
) -> tuple[Partnership, ...]:
    """Bring projects and laboratories together.

    Parameters
    ----------
    projects, laboratories
        Both sides.
    model
        The embedding model.

    Returns
    -------
    tuple of Partnership
        Every pair that no form of cooperation rules out, by project and rank; empty where a side is.
    """
    if not projects or not laboratories:
        return ()
    space = skill_space((side.skills for side in (*projects, *laboratories)), model)
    asked, offered = _shown(projects, laboratories, space), _shown(laboratories, projects, space)
    texts = model.embed([*map(_text_of, projects), *map(_text_of, laboratories)])
    near = np.clip(texts[: len(projects)] @ texts[len(projects) :].T, 0, 1)
    pairs = {
        (i, j): _pair(project, laboratory, asked[i][j], offered[j][i], float(near[i, j]))
        for i, project in enumerate(projects)
        for j, laboratory in enumerate(laboratories)
        if _compatible(project, laboratory)
    }
    forward = _ranks({key: pair["score"] for key, pair in pairs.items()}, side=0)
    reverse = _ranks({key: pair["score_reverse"] for key, pair in pairs.items()}, side=1)
    ranked = sorted(pairs, key=lambda key: (key[0], forward[key]))
    return tuple(
        Partnership(**pairs[key], rank_for_project=forward[key], rank_for_laboratory=reverse[key])
        for key in ranked
    )


def project_document(
    found: Sequence[Partnership],
    projects: Sequence[Project],
    laboratories: Sequence[Laboratory],
    *,
    as_of: dt.date,
    k: int = 5,
) -> ListDocument:
    """Set the best partners in print, for the projects and for the laboratories.

    Parameters
    ----------
    found
        From :func:`match_projects`.
    projects, laboratories
        Both sides.
    as_of
        Day of the list.
    k
        Partners for each.

    Returns
    -------
    ListDocument
        Two tables: laboratories by project, projects by laboratory.
    """
    names = {each.number: (each.title, each.organisation) for each in (*projects, *laboratories)}
    head = ("编号", "名称", "单位", "名次", "对方编号", "对方名称", "对方单位", "适合度", "说明", "数据性质")
    forward = [
        (
            *_named(pair.project, names),
            pair.rank_for_project,
            *_named(pair.laboratory, names),
            pair.score,
            pair,
        )
        for pair in found
        if pair.rank_for_project <= k
    ]
    back = [
        (
            *_named(pair.laboratory, names),
            pair.rank_for_laboratory,
            *_named(pair.project, names),
            pair.score_reverse,
            pair,
        )
        for pair in sorted(found, key=lambda each: (each.laboratory, each.rank_for_laboratory))
        if pair.rank_for_laboratory <= k
    ]
    synthetic = any(each.synthetic for each in (*projects, *laboratories))
    tables = tuple(
        ListTable(name=name, columns=head, rows=tuple((*row[:-1], *_last(row[-1])) for row in rows))
        for name, rows in (("项目找实验室", forward), ("实验室找项目", back))
    )
    return ListDocument(
        title=banner("校企项目撮合", synthetic=synthetic), as_of=as_of, synthetic=synthetic, tables=tables
    )


def _named(number: str, names: Mapping[str, tuple[str, str]]) -> tuple[str, str, str]:
    return number, *names[number]


def _last(pair: Partnership) -> tuple[str, str]:
    return pair.sentence, "合成数据" if pair.synthetic else "真实数据"


def _text_of(side: _Side) -> str:
    return "；".join(part for part in (side.title, side.text) if part)[:_CHARACTERS]


def _compatible(project: Project, laboratory: Laboratory) -> bool:
    """Tell whether a hard rule lets the two meet; what one side does not state rules nothing out."""
    vacancy = {"engagement": tuple(form.value for form in project.engagement)}
    person = {"engagement": tuple(form.value for form in laboratory.engagement)}
    return all(judgement.verdict is not Verdict.FAIL for _, judgement in judge_pair(vacancy, person))


def _shown(
    asking: Sequence[_Side], offering: Sequence[_Side], space: TermSpace
) -> list[list[dict[str, Brought]]]:
    """Return for every asking side what every offering one shows of its skills; near ones count."""
    people = [{"skills": each.skills, "title": each.title, "summary": each.text} for each in offering]
    return [
        [coverage.of(person) for person in people]
        for coverage in (Coverage(_required(each), space) for each in asking)
    ]


def _required(side: _Side) -> list[RequiredSkill]:
    distinct = {fold(skill): skill for skill in side.skills if _SHORTEST <= len(skill) <= _LONGEST}
    return [RequiredSkill(name=skill, level=Level.NEAR) for skill in distinct.values()]


def _pair(
    project: Project,
    laboratory: Laboratory,
    asked: Mapping[str, Brought],
    offered: Mapping[str, Brought],
    near: float,
) -> dict[str, Any]:
    """Score one pair in both directions."""
    mine = {fold(term): term for term in project.terms}
    theirs = {fold(term) for term in laboratory.terms}
    terms = tuple(term for key, term in mine.items() if key in theirs)
    nearness = round(near, 4) if project.text and laboratory.text else None
    wanted = [skill.name for skill in _required(project)]
    missing = tuple(name for name in wanted if name not in asked)
    both = bool(mine and theirs)
    forward = {
        "skills": _share(asked, len(wanted)),
        "text": nearness,
        "terms": len(terms) / len(mine) if both else None,
    }
    reverse = {
        "skills": _share(offered, len(_required(laboratory))),
        "text": nearness,
        "terms": len(terms) / len(theirs) if both else None,
    }
    return {
        "project": project.number,
        "laboratory": laboratory.number,
        "score": _total(forward),
        "score_reverse": _total(reverse),
        "shared_skills": tuple(asked.values()),
        "missing_skills": missing,
        "shared_terms": terms,
        "nearness": nearness,
        "sentence": _sentence(asked, wanted, terms, nearness),
        "synthetic": project.synthetic or laboratory.synthetic,
    }


def _share(shown: Mapping[str, Brought], asked: int) -> float | None:
    return sum(each.strength for each in shown.values()) / asked if asked else None


def _total(parts: Mapping[str, float | None]) -> float:
    values = {name: _NEUTRAL if value is None else value for name, value in parts.items()}
    return round(sum(weight * values[name] for name, weight in _WEIGHTS.items()), 4)


def _ranks(scores: Mapping[tuple[int, int], float], *, side: int) -> dict[tuple[int, int], int]:
    """Return the rank of every pair among those with the same member on one side."""
    counts: dict[int, int] = {}
    ranks = {}
    for key in sorted(scores, key=lambda key: (-scores[key], key)):
        counts[key[side]] = counts.get(key[side], 0) + 1
        ranks[key] = counts[key[side]]
    return ranks


def _sentence(
    shown: Mapping[str, Brought], wanted: Sequence[str], terms: Sequence[str], nearness: float | None
) -> str:
    skills = "、".join(
        each.skill
        if fold(each.evidence.text) == fold(each.skill)
        else f"{each.skill}（见“{each.evidence.text}”）"
        for each in shown.values()
    )
    parts = [f"所需{len(wanted)}项能力中具备{len(shown)}项" + (f"：{skills}" if skills else "")]
    parts = parts if wanted else ["项目未写明所需能力"]
    if terms:
        parts.append(f"共同的行业与职业：{'、'.join(terms)}")
    parts.append("内容未写全，未作比较" if nearness is None else f"内容相近度{nearness:.2f}")
    return "；".join(parts)
