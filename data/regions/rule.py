"""Which of a region's key industries a vacancy belongs to, and by which words.

Words weigh by where they stand: most in the title and the employer's name, then the industry that the
job platform states, least in the duties. Words of an occupation count only where nothing tells that the
employer is of another industry: the Java developer of a pharmaceutical plant is that industry's demand.
One industry has to lead clearly; otherwise there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError
from data.regions.lexicon import NONE_OF_THEM, WEIGHINGS, Found, Strength, lexicons_of
from data.regions.packs import Region
from data.regions.terms import fold

__all__ = ["MIN_LEAD", "MIN_SCORE", "KeyIndustryRule"]

MIN_SCORE = 2.0
"""Least score of an industry that is assigned."""
MIN_LEAD = 0.5
"""Least lead over the next industry."""


class _Reading(NamedTuple):
    """What one field says: one line per vacancy, one column per industry."""

    points: NDArray[np.float64]
    """With words of occupations."""
    without: NDArray[np.float64]
    """Without words of occupations."""
    found: list[Found]
    """Per vacancy the terms, by industry."""


class _Choice(NamedTuple):
    """The industry chosen for a vacancy."""

    place: int
    occupations: bool
    """True when words of occupations counted."""


class KeyIndustryRule:
    """Rule that finds the key industry of vacancies.

    Parameters
    ----------
    region
        The region whose list is used.
    """

    def __init__(self, region: Region) -> None:
        self._names = region.key_industries
        self._lexicons = lexicons_of(region)

    @classmethod
    def from_region(cls, region: Region) -> KeyIndustryRule:
        """Build the rule of a region."""
        return cls(region)

    def assign(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Find the key industry of every row.

        Parameters
        ----------
        frame
            Columns ``title``, ``employer``, ``industry_raw``, ``skills`` (tuples of texts) and
            ``duties``; missing values count as empty. It is not changed.

        Returns
        -------
        DataFrame
            With the index of the input: ``key_industry``, None where no industry reaches ``MIN_SCORE``
            with a lead of ``MIN_LEAD``; ``score`` of the best industry, from 0 up; and ``evidence``, a
            tuple such as ``("岗位名称：镁砂", "行业：化工")``, empty without an industry. No rows for
            empty input.

        Raises
        ------
        InputError
            A column is missing.

        Examples
        --------
        >>> from data.regions import read_region
        >>> row = {"title": "岸桥司机", "employer": "", "industry_raw": "", "skills": (), "duties": ""}
        >>> rule = KeyIndustryRule.from_region(read_region("yingkou"))
        >>> rule.assign(pd.DataFrame([row]))[["key_industry", "evidence"]].loc[0].tolist()
        ['港口物流', ('岗位名称：岸桥',)]
        """
        missing = [name for name in WEIGHINGS if name not in frame.columns]
        if missing:
            raise InputError(
                "missing_columns", f"缺少列：{'、'.join(missing)}", hint="请由数据库视图生成该表"
            )
        readings = {name: self._read(name, frame[name].tolist()) for name in WEIGHINGS}
        occupations_count = _occupations_count(readings)
        points = sum(
            (np.where(occupations_count, r.points, r.without) for r in readings.values()),
            np.zeros((len(frame), len(self._names))),
        )
        rows = np.arange(len(frame))
        best = points.argmax(axis=1)
        score = points[rows, best]
        points[rows, best] = 0.0
        sure = (score >= MIN_SCORE) & (score - points.max(axis=1) >= MIN_LEAD)
        choices = {
            row: _Choice(place, bool(occupations_count[row, place]))
            for row, place in zip(rows[sure].tolist(), best[sure].tolist(), strict=True)
        }
        evidence = [
            _evidence(readings, row, choices[row]) if row in choices else () for row in range(len(frame))
        ]
        names = [self._names[choices[row].place] if row in choices else None for row in range(len(frame))]
        return pd.DataFrame(
            {
                "key_industry": pd.Series(names, index=frame.index, dtype=object),
                "score": score,
                "evidence": pd.Series(evidence, index=frame.index, dtype=object),
            },
            index=frame.index,
        )

    def _read(self, name: str, values: list[object]) -> _Reading:
        """Read each different text of a column once."""
        weighing, lexicon = WEIGHINGS[name], self._lexicons[name]
        codes, texts = pd.factorize(np.array([_text(value) for value in values], dtype=object))
        points, without = np.zeros((2, len(texts), len(self._names)))
        found = [lexicon.read(text) for text in texts]
        for row, by_industry in enumerate(found):
            for place, terms in by_industry.items():
                if place != NONE_OF_THEM:
                    points[row, place] = weighing.total(terms.values())
                    without[row, place] = weighing.total(
                        s for s in terms.values() if s != Strength.OCCUPATION
                    )
        return _Reading(points[codes], without[codes], [found[code] for code in codes])


def _occupations_count(readings: Mapping[str, _Reading]) -> NDArray[np.bool_]:
    """Tell for every row and industry whether words of occupations count.

    They do for the industries that employer or platform name, and for all where neither tells any.
    """
    told: NDArray[np.bool_] = readings["employer"].points + readings["industry_raw"].points > 0
    elsewhere = np.array([NONE_OF_THEM in found for found in readings["industry_raw"].found], dtype=bool)
    return told | ~(told.any(axis=1) | elsewhere)[:, np.newaxis]


def _evidence(readings: Mapping[str, _Reading], row: int, choice: _Choice) -> tuple[str, ...]:
    """Return the terms that counted for one industry, each with the field it stands in."""
    return tuple(
        f"{WEIGHINGS[name].label}：{term}"
        for name, reading in readings.items()
        for term, strength in reading.found[row].get(choice.place, {}).items()
        if choice.occupations or strength != Strength.OCCUPATION
    )


def _text(value: object) -> str:
    """Return a cell as one folded text; skills one to a line."""
    if isinstance(value, str):
        return fold(value)
    return fold("\n".join(value)) if isinstance(value, tuple | list) else ""
