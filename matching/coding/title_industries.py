"""Rank industries for a title: its own words, those of its occupation, and who posts that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.codes import CodingKind
from data.reference import occupation_industries
from matching.coding.codes import Suggestion
from matching.coding.industries import IndustryCoder
from matching.coding.occupations import OccupationCoder
from matching.coding.search import listed

__all__ = ["TitleIndustryRanker"]

Floats = NDArray[np.float32]

_OCCUPATIONS = 3
_OWN, _OF_OCCUPATION, _POSTED = 1.0, 0.5, 0.3
"""Weights of the title's own words, of its likely occupations' names and of the industries that post them."""
_SMOOTHING = 20.0
"""Postings of an occupation at which its record counts half."""
_BLOCK = 256


class TitleIndustryRanker:
    """Ranks GB/T 4754 codes of all levels for titles.

    Parameters
    ----------
    occupation
        Tells the likely occupations.
    industry
        Knows names, aliases and words of industries.
    """

    def __init__(self, occupation: OccupationCoder, industry: IndustryCoder) -> None:
        self._occupation = occupation
        self._industry = industry

    def rank(self, titles: Sequence[str], *, k: int = 10) -> list[tuple[Suggestion, ...]]:
        """Rank industries.

        Parameters
        ----------
        titles
            Titles as written.
        k
            Number of industries for each.

        Returns
        -------
        list of tuple of Suggestion
            Best first.
        """
        ranked: list[tuple[Suggestion, ...]] = []
        candidates = self._industry.candidates
        for start in range(0, len(titles), _BLOCK):
            block = titles[start : start + _BLOCK]
            likely = self._occupation.rank(block, k=_OCCUPATIONS)
            names = list(dict.fromkeys(item.name for row in likely for item in row))
            place = {name: i for i, name in enumerate(names)}
            of_names = candidates.evidence(names).scores
            own = candidates.evidence(block).scores
            for title, row, scores in zip(block, likely, own, strict=True):
                total = _OWN * scores + self._named(title)
                for rank, item in enumerate(row, start=1):
                    total = total + _OF_OCCUPATION / rank * of_names[place[item.name]]
                    total = total + _POSTED / rank * self._posted.get(item.code, 0.0)
                ranked.append(listed(CodingKind.INDUSTRY, candidates.codes, total, k))
        return ranked

    def _named(self, title: str) -> Floats:
        """Return what a word of the title says outright, as it would in an employer's name."""
        found = self._industry.named(title)
        code = "" if found is None else str(found.code)
        codes: Floats = np.array([0.5 if own == code else 0.0 for own in self._codes], np.float32)
        return codes

    @cached_property
    def _codes(self) -> list[str]:
        codes: list[str] = self._industry.candidates.codes.tolist()
        return codes

    @cached_property
    def _posted(self) -> dict[str, Floats]:
        """For each occupation, how typical the 大类 of every code is of its postings, 0 to 1."""
        table = occupation_industries()
        counts = table["postings"].astype(float)
        everywhere = counts.groupby(table["industry_code"]).sum() / counts.sum()
        found: dict[str, Floats] = {}
        for occupation, rows in table.groupby("occupation_code"):
            share = counts[rows.index].set_axis(rows["industry_code"])
            trust = share.sum() / (share.sum() + _SMOOTHING)
            lift = (share / share.sum()) / (share / share.sum() + everywhere[share.index])
            typical: pd.Series[float] = trust * lift * np.sqrt(share / share.sum())
            weight = dict(zip(rows["industry_code"], typical, strict=True))
            found[str(occupation)] = np.array([weight.get(code[:2], 0.0) for code in self._codes], np.float32)
        return found
