"""Coverage of the skills asked for, the rarer ones weighing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matching.features.feature import Description, Feature
from matching.pairs import Pair, Stated
from matching.skills import find_whole, is_denied, same_skill

__all__ = ["SKILLS", "Cover", "covers"]

_NEAR_CREDIT = 0.6
"""Most that a skill near to the one asked for counts: near is not the same."""
_SHOWN = 6


class Cover(NamedTuple):
    """How far a profile covers one skill asked for."""

    credit: float
    """1 when the profile shows it, up to 0.6 for a near one, 0 otherwise."""
    by: str | None
    """The held skill that covers it; None where none does."""
    stated: Stated | None
    """Where the profile shows it."""


def covers(pair: Pair) -> dict[str, Cover]:
    """Judge every skill that the vacancy asks for.

    Parameters
    ----------
    pair
        The pair.

    Returns
    -------
    dict
        Folded skill to how it is covered, in the order of the vacancy: by the term itself, in the list or
        in the text; by another name of the same skill (``data/reference/skills.csv``); or by a near one.
    """
    found = {term: _shown(term, pair) for term in pair.asked}
    open_terms = [term for term, cover in found.items() if cover is None]
    if any(map(same_skill, open_terms)):
        found |= _by_another_name(open_terms, pair)
        open_terms = [term for term in open_terms if found[term] is None]
    near = pair.background.skills.nearest(open_terms, pair.held) if open_terms and pair.held else {}
    return {
        term: cover or _by_a_near_one(pair, near[term].term, near[term].nearness)
        if cover is not None or term in near
        else Cover(0.0, None, None)
        for term, cover in found.items()
    }


def _shown(term: str, pair: Pair) -> Cover | None:
    """Return the cover by the skill itself: as a term, or inside title, skills or text."""
    if term in pair.held:
        return Cover(1.0, term, pair.held[term])
    stated = None if term in pair.hidden else _inside(term, pair)
    return Cover(1.0, term, stated) if stated else None


def _by_another_name(open_terms: Sequence[str], pair: Pair) -> dict[str, Cover]:
    """Return the covers of open terms by a held term that names the same skill."""
    names = {known: term for term in pair.held if (known := same_skill(term))}
    covered = {}
    for term in open_terms:
        other = names.get(same_skill(term) or "")
        if other is not None and term not in pair.hidden:
            covered[term] = Cover(1.0, other, pair.held[other])
    return covered


def _inside(term: str, pair: Pair) -> Stated | None:
    profile = pair.profile
    if term not in profile["written"]:
        return None
    for field, text in (("title", profile["title"]), *(("skills", skill) for skill in profile["skills"])):
        if find_whole(term, text) is not None:
            return Stated(f"profile.{field}", text, None if field == "skills" else 0)
    start = find_whole(term, profile["summary"])
    if start is None or is_denied(profile["summary"], start):
        return None
    return Stated("profile.summary", profile["summary"][start : start + len(term)], start)


def _by_a_near_one(pair: Pair, term: str, nearness: float) -> Cover:
    return Cover(_NEAR_CREDIT * nearness, term, pair.held[term])


def _value(pair: Pair) -> float | None:
    if not pair.asked:
        return None
    rarity = pair.background.lexicon.rarity
    weights = {term: rarity(term) for term in pair.asked}
    return sum(weights[term] * cover.credit for term, cover in covers(pair).items()) / sum(weights.values())


def _describe(pair: Pair, _: float | None) -> Description:
    if not pair.asked:
        return Description("岗位未写明能力要求")
    found = covers(pair)
    order = pair.background.lexicon.rarest_first(found)
    shown = [term for term in order if found[term].credit == 1]
    near = [term for term in order if 0 < found[term].credit < 1]
    sentence = f"岗位所列{len(found)}项能力中具备{len(shown)}项：{'、'.join(shown[:_SHOWN]) or '无'}"
    if near:
        sentence += "；相近的有" + "、".join(f"{found[term].by}（近于{term}）" for term in near[:_SHOWN])
    stated = [found[term].stated for term in (*shown, *near)][:_SHOWN]
    return Description(sentence, tuple(place for place in stated if place is not None))


SKILLS = Feature("skills", "能力", _value, _describe, for_vacancy=0.27, for_person=0.15, of_skills=True)
"""Share of the skills asked for that the profile shows, weighted by rarity; near ones count in part."""
