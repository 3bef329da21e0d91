"""Which required skills a person shows, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data.reference import skill_names
from matching.encoder.model import EmbeddingModel
from matching.results import Evidence
from matching.skills import find_whole, fold, same_skill, skill_terms
from matching.teams.challenge import Level, RequiredSkill
from matching.teams.team import Brought
from matching.terms import TermSpace

__all__ = ["Coverage", "skill_space"]

_TEXTS = ("title", "summary")


class Coverage:
    """Judges which required skills people show.

    Parameters
    ----------
    required
        The required skills.
    space
        Skill terms by meaning; None when every skill must be named.
    """

    def __init__(self, required: Sequence[RequiredSkill], space: TermSpace | None) -> None:
        self._required = tuple(required)
        self._space = space

    @classmethod
    def from_people(
        cls, required: Sequence[RequiredSkill], people: Sequence[Mapping[str, Any]], model: EmbeddingModel
    ) -> Coverage:
        """Encode the skills that people list, where a near one is enough for any required skill."""
        near = [skill.name for skill in required if skill.level is Level.NEAR]
        if not near:
            return cls(required, None)
        return cls(required, skill_space([near, *(person["skills"] for person in people)], model))

    def of(self, person: Mapping[str, Any]) -> dict[str, Brought]:
        """Return the required skills that a person shows, by their names."""
        listed = {fold(term): term for term in skill_terms(person["skills"])}
        ids = {skill_id: term for key, term in listed.items() if (skill_id := same_skill(key)) is not None}
        found = {}
        for skill in self._required:
            brought = _named(skill, person, listed, ids) or self._near(skill, listed)
            if brought is not None:
                found[skill.name] = brought
        return found

    def _near(self, skill: RequiredSkill, listed: Mapping[str, str]) -> Brought | None:
        if self._space is None or skill.level is not Level.NEAR:
            return None
        asked = fold(skill.name)
        nearest = self._space.nearest([asked], listed).get(asked)
        if nearest is None:
            return None
        evidence = Evidence(field="skills", text=listed[nearest.term], offset=None)
        return Brought(skill=skill.name, strength=round(float(nearest.nearness), 4), evidence=evidence)


def skill_space(lists: Iterable[Sequence[str]], model: EmbeddingModel) -> TermSpace:
    """Return the skills of some lists by meaning, among the whole vocabulary.

    The vocabulary is there so that what counts as near does not hang on a handful of terms.

    Parameters
    ----------
    lists
        Lists of skills.
    model
        The embedding model.

    Returns
    -------
    TermSpace
        Of folded terms.
    """
    stated = {fold(term) for terms in lists for term in skill_terms(terms)}
    return TermSpace.from_terms({*stated, *map(fold, skill_names().values())}, model)


def _named(
    skill: RequiredSkill, person: Mapping[str, Any], listed: Mapping[str, str], ids: Mapping[str, str]
) -> Brought | None:
    """Return where a profile names a skill: as a term, by another name of it, or inside a text."""
    asked = fold(skill.name)
    term = listed.get(asked) or ids.get(same_skill(asked) or "")
    if term is None:
        term = next((text for text in listed.values() if find_whole(asked, text) is not None), None)
    if term is not None:
        evidence = Evidence(field="skills", text=term, offset=None)
        return Brought(skill=skill.name, strength=1.0, evidence=evidence)
    for field in _TEXTS:
        start = find_whole(asked, person[field] or "")
        if start is not None:
            text = person[field][start : start + len(asked)]
            evidence = Evidence(field=field, text=text, offset=start)
            return Brought(skill=skill.name, strength=1.0, evidence=evidence)
    return None
