"""What people put into an edition besides data: references, ratings, votes, a survey, the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from data.catalogue.entries import AnyCatalogue, Catalogue, ShortageEntry
from data.catalogue.experts import ExpertVote
from data.catalogue.references import References
from data.catalogue.survey import SurveyShare
from data.catalogue.urgency import UrgencyRating
from data.releases.documents import catalogue_of

__all__ = ["Judgements"]


@dataclass(frozen=True)
class Judgements:
    """Inputs of the 急需紧缺人才目录 that are no table of the store."""

    references: References | None = None
    """Frozen reference values; empty to take the edition's own."""
    ratings: tuple[UrgencyRating, ...] = ()
    """Raters' sheets of 急需度."""
    votes: tuple[ExpertVote, ...] = ()
    """Votes of experts."""
    survey: tuple[SurveyShare, ...] = ()
    """Published shares of 招聘困难."""
    previous: AnyCatalogue | None = None
    """The edition published before; empty for the first one."""

    @classmethod
    def from_extras(cls, extras: Mapping[str, Any]) -> Judgements:
        """Read them back from what a snapshot holds; what it does not hold is empty."""
        references, previous = extras.get("references"), extras.get("previous")
        return cls(
            references=None if references is None else References.model_validate(references),
            ratings=tuple(UrgencyRating.model_validate(each) for each in extras.get("ratings", ())),
            votes=tuple(ExpertVote.model_validate(each) for each in extras.get("votes", ())),
            survey=tuple(SurveyShare.model_validate(each) for each in extras.get("survey", ())),
            previous=None if previous is None else catalogue_of(previous),
        )

    @property
    def extras(self) -> dict[str, Any]:
        """The same as JSON values for a snapshot; what is empty is left out."""
        found: dict[str, Any] = {}
        for name, values in (("ratings", self.ratings), ("votes", self.votes), ("survey", self.survey)):
            if values:
                found[name] = [each.model_dump(mode="json") for each in values]
        for name, value in (("references", self.references), ("previous", self.previous)):
            if value is not None:
                found[name] = value.model_dump(mode="json")
        return found

    @property
    def options(self) -> dict[str, Any]:
        """The same as keywords of the method."""
        return {
            "references": self.references,
            "ratings": self.ratings,
            "votes": self.votes,
            "survey": self.survey,
            "previous": cast("Catalogue[ShortageEntry] | None", self.previous),
        }
