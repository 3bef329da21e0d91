"""All four coders together, on one model and with one set of people's decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from data.codes import CodingKind
from data.sources.columns import TableKind
from matching.coding.frames import CodedFrame, code_rows
from matching.coding.industries import IndustryCoder
from matching.coding.majors import MajorCoder
from matching.coding.occupations import OccupationCoder
from matching.coding.skills import SkillCoder
from matching.encoder.model import EmbeddingModel

__all__ = ["Coders", "Decisions"]

Decisions = Mapping[CodingKind, Mapping[str, str | None]]
"""For each kind, the key of a text (:func:`data.codes.alias_key`) to the code a person gave it, or None."""


def _silent(_name: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Coders:
    """The coder of every kind."""

    occupation: OccupationCoder
    """Titles to 大典 2022."""
    industry: IndustryCoder
    """Stated industries and employers' names to GB/T 4754-2017."""
    major: MajorCoder
    """Majors to the catalogues."""
    skill: SkillCoder
    """Skills to the vocabulary."""
    model: EmbeddingModel
    """The model of all of them."""

    @classmethod
    def from_reference(cls, model: EmbeddingModel, *, aliases: Decisions | None = None) -> Coders:
        """Build from the tables that the product ships and the decisions of people.

        Parameters
        ----------
        model
            The embedding model; with a store as its memory nothing is encoded twice.
        aliases
            Decisions, as :func:`data.store.reviews.read_aliases` returns them; they win over everything.

        Returns
        -------
        Coders
            Nothing is encoded until a text needs it.
        """
        given = aliases or {}
        return cls(
            occupation=OccupationCoder.from_reference(model, decisions=given.get(CodingKind.OCCUPATION)),
            industry=IndustryCoder.from_reference(model, decisions=given.get(CodingKind.INDUSTRY)),
            major=MajorCoder.from_reference(model, decisions=given.get(CodingKind.MAJOR)),
            skill=SkillCoder.from_reference(model, decisions=given.get(CodingKind.SKILL)),
            model=model,
        )

    def prepare(self) -> None:
        """Encode the tables and fit the curves now: coders that are sent cannot encode by themselves."""
        for coder in (self.occupation, self.industry, self.major):
            coder.expected_error  # noqa: B018 - fitted when it is asked for, and kept

    def to_encode(self, frame: pd.DataFrame, kind: TableKind) -> list[str]:
        """Return the distinct texts whose vectors :meth:`code_frame` needs.

        Parameters
        ----------
        frame
            As for :meth:`code_frame`.
        kind
            What the rows are.

        Returns
        -------
        list of str
            In the order of the rows; the same whatever was encoded before.
        """
        texts = self.occupation.to_encode(frame["title"].tolist())
        if kind is TableKind.POSTING:
            stated, employers = frame["industry_raw"].tolist(), frame["employer"].tolist()
            texts += self.industry.to_encode(stated, employers=employers)
        texts += self.major.to_encode([text for row in frame["majors"] for text in row])
        return list(dict.fromkeys(texts))

    def code_frame(
        self,
        frame: pd.DataFrame,
        kind: TableKind,
        *,
        by_meaning: bool = True,
        progress: Callable[[str, int, int], None] = _silent,
    ) -> CodedFrame:
        """Code the rows of a normalised table, every distinct text once.

        Parameters
        ----------
        frame
            Columns title, skills and majors (lists); of postings also industry_raw, employer and duties, of
            profiles also summary. It is not changed.
        kind
            What the rows are.
        by_meaning
            False leaves every text that no table knows to review: nothing is encoded.
        progress
            Called with what is being coded in Chinese, the number done and the total.

        Returns
        -------
        CodedFrame
            The frame with code columns, the rows for the review queue and the coverage of every kind.
        """
        return code_rows(
            frame,
            kind,
            occupation=self.occupation,
            industry=self.industry,
            major=self.major,
            skill=self.skill,
            by_meaning=by_meaning,
            progress=progress,
        )
