"""Pairs out of what people judged: decisions about codes, and vacancies with the people they interviewed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from data.codes import CodingKind, code_names
from data.feedback import EventKind
from data.normalise.clauses import split_excluded
from data.normalise.contacts import mask_contacts
from matching.skills import skill_terms
from training.pairs.source import Pair, PairSource

__all__ = ["STAGES", "decision_pairs", "feedback_pairs"]

STAGES = (EventKind.INTERVIEWED.value, EventKind.HIRED.value)
"""Stages from which a vacancy and a person belong together."""

_GROUP_LENGTHS = {CodingKind.OCCUPATION: 7, CodingKind.INDUSTRY: 3}
_MOST_SKILLS = 10


def decision_pairs(decisions: Sequence[Mapping[str, Any]]) -> Iterator[Pair]:
    """Yield the texts of which people of the office said what they mean, with that name.

    Parameters
    ----------
    decisions
        Rows of :func:`data.store.reviews.list_aliases`; who decided is not looked at.

    Yields
    ------
    Pair
        None for a text that was said to mean nothing, or whose code is not in the tables any more.
    """
    for row in decisions:
        kind = CodingKind(row["kind"])
        name = code_names(kind).get(row["code"] or "")
        if name is None:
            continue
        code = str(row["code"])
        group = f"{kind.value}:{code[: _GROUP_LENGTHS.get(kind, len(code))]}"
        text = split_excluded(mask_contacts(str(row["text"])))[0]
        at = pd.Timestamp(row["decided_at"])
        on = at.tz_convert(None).normalize() if at.tzinfo else at.normalize()
        yield Pair(text, name, PairSource.DECISION, f"{kind.value}:{code}", group, "zh", on=on)


def feedback_pairs(outcomes: pd.DataFrame, vacancies: pd.DataFrame, profiles: pd.DataFrame) -> Iterator[Pair]:
    """Yield what a vacancy asks for with what a person it interviewed or hired offers.

    Of a person only the occupation and the listed skills are taken: a summary written in a training file, or
    learned by heart by a model, could not be erased on demand. No identifier is taken.

    Parameters
    ----------
    outcomes
        As from :func:`data.outcomes.outcomes`.
    vacancies
        Columns ``vacancy_id``, ``title``, ``skills`` and ``end_employer_key``.
    profiles
        Columns ``profile_id``, ``title`` and ``skills``.

    Yields
    ------
    Pair
        The titles of both, and the skills of both where each lists some; outcomes that are still open, and
        those of vacancies or people who are not there any more, give none.
    """
    known = outcomes[outcomes["stage"].isin(STAGES) & ~outcomes["censored"].astype(bool)]
    wanted = vacancies.set_index("vacancy_id")
    offered = profiles.set_index("profile_id")
    both = known[known["vacancy_id"].isin(wanted.index) & known["profile_id"].isin(offered.index)]
    for row in both.to_dict("records"):
        vacancy, person = wanted.loc[row["vacancy_id"]], offered.loc[row["profile_id"]]
        employer = str(vacancy["end_employer_key"] or "")
        group = f"employer:{employer}" if employer else f"vacancy:{row['vacancy_id']}"
        on = pd.Timestamp(row["shown_at"])
        on = on.tz_convert(None).normalize() if on.tzinfo else on.normalize()
        # The concept holds the vacancy together without naming it.
        concept = f"vacancy:{hashlib.sha256(str(row['vacancy_id']).encode()).hexdigest()[:16]}"
        sides = [(str(vacancy["title"]), str(person["title"])), (_skills(vacancy), _skills(person))]
        for left, right in sides:
            if left and right:
                yield Pair(left, right, PairSource.FEEDBACK, concept, group, "zh", employer, on)


def _skills(row: pd.Series[Any]) -> str:
    return "、".join(skill_terms(row["skills"])[:_MOST_SKILLS])
