"""Which of a region's key industries a vacancy belongs to, and by which words.

Words weigh by where they stand: most in the title and the employer's name, then the industry that the
job platform states, least in the duties. One industry has to lead clearly; otherwise there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError
from data.regions.packs import KeyIndustry, Region
from data.regions.terms import TermScanner, fold

__all__ = ["MIN_LEAD", "MIN_SCORE", "KeyIndustryRule"]

MIN_SCORE = 2.0
"""Least score of an industry that is assigned."""
MIN_LEAD = 0.5
"""Least lead over the next industry."""

# What may stand beside an entry of a platform's industry field: 计算机软件,互联网/电子商务 or ['互联网'].
_EDGES = ",、;|/·丨 '\"[]"


class _Strength(StrEnum):
    """How much a term tells."""

    STRONG = "strong"
    PLAIN = "plain"
    WEAK = "weak"


class _Weighing(NamedTuple):
    """What the terms found in one field are worth."""

    label: str
    points: Mapping[_Strength, float]
    most: float | None
    """Largest sum; None where only the strongest term counts."""

    def total(self, strengths: Iterable[_Strength]) -> float:
        each = [self.points[strength] for strength in strengths]
        return max(each) if self.most is None else min(self.most, sum(each))


_TITLE = {_Strength.STRONG: 3.0, _Strength.PLAIN: 2.0, _Strength.WEAK: 0.5}
_SKILL = {_Strength.STRONG: 1.0, _Strength.PLAIN: 1.0, _Strength.WEAK: 0.25}
_DUTY = {_Strength.STRONG: 0.5, _Strength.PLAIN: 0.5, _Strength.WEAK: 0.125}
_WEIGHINGS = {
    "title": _Weighing("岗位名称", _TITLE, None),
    "employer": _Weighing("用人单位", _TITLE, None),
    "industry_raw": _Weighing("行业", _TITLE, None),
    "skills": _Weighing("能力", _SKILL, 2.0),
    "duties": _Weighing("职责", _DUTY, 2.0),
}


class _Lexicon:
    """The terms of one kind of field and what each says of which industry."""

    def __init__(
        self,
        industries: Iterable[KeyIndustry],
        fields: Mapping[str, _Strength],
        *,
        ignored: Iterable[str] = (),
        edges: str = "",
    ) -> None:
        self._signs: dict[str, dict[int, _Strength]] = defaultdict(dict)
        for place, industry in enumerate(industries):
            for field, strength in fields.items():
                for term in getattr(industry, field):
                    self._signs[fold(term)].setdefault(place, strength)
        self._scanner = TermScanner([*self._signs, *ignored], edges=edges)

    def read(self, text: str) -> dict[int, dict[str, _Strength]]:
        """Return the terms found in a folded text, by industry."""
        found: dict[int, dict[str, _Strength]] = defaultdict(dict)
        for term in self._scanner.find(text):
            for place, strength in self._signs.get(term, {}).items():
                found[place][term] = strength
        return found


class _Reading(NamedTuple):
    """What one field says of every row."""

    points: NDArray[np.float64]
    """One row per vacancy, one column per industry."""
    evidence: list[dict[int, list[str]]]
    """Per vacancy and industry, the terms with the field's label."""


class KeyIndustryRule:
    """Assigns key industries.

    Parameters
    ----------
    region
        The region whose list is used.
    """

    def __init__(self, region: Region) -> None:
        self._names = region.key_industries
        terms = {
            "strong_terms": _Strength.STRONG,
            "terms": _Strength.PLAIN,
            "weak_terms": _Strength.WEAK,
        }
        employers = {"strong_terms": _Strength.STRONG, "employer_terms": _Strength.PLAIN}
        platforms = {"platform_industries": _Strength.PLAIN}
        text = _Lexicon(region.industries, terms, ignored=region.ignored_terms)
        self._lexicons = {
            "title": text,
            "employer": _Lexicon(region.industries, employers, ignored=region.ignored_terms),
            "industry_raw": _Lexicon(region.industries, platforms, edges=_EDGES),
            "skills": text,
            "duties": text,
        }

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
        >>> KeyIndustryRule.from_region(read_region("yingkou")).assign(pd.DataFrame([row])).iloc[0].tolist()
        ['港口物流', 3.0, ('岗位名称：岸桥',)]
        """
        missing = [name for name in _WEIGHINGS if name not in frame.columns]
        if missing:
            raise InputError("missing_columns", f"缺少列：{'、'.join(missing)}", hint="请由数据库视图生成该表")
        readings = [self._read(name, frame[name].tolist()) for name in _WEIGHINGS]
        return self._decide(readings, frame.index)

    def _read(self, name: str, values: list[object]) -> _Reading:
        """Read each different text of a column once."""
        weighing, lexicon = _WEIGHINGS[name], self._lexicons[name]
        codes, texts = pd.factorize(np.array([_text(value) for value in values], dtype=object))
        points = np.zeros((len(texts), len(self._names)))
        evidence: list[dict[int, list[str]]] = []
        for row, text in enumerate(texts):
            found = lexicon.read(text)
            for place, terms in found.items():
                points[row, place] = weighing.total(terms.values())
            evidence.append({p: [f"{weighing.label}：{term}" for term in terms] for p, terms in found.items()})
        return _Reading(points[codes], [evidence[code] for code in codes])

    def _decide(self, readings: list[_Reading], index: pd.Index) -> pd.DataFrame:
        points = sum((reading.points for reading in readings), np.zeros((len(index), len(self._names))))
        best = points.argmax(axis=1)
        score = points.max(axis=1)
        others = points.copy()
        others[np.arange(len(index)), best] = 0.0
        clear = (score >= MIN_SCORE) & (score - others.max(axis=1) >= MIN_LEAD)
        evidence = [
            tuple(line for reading in readings for line in reading.evidence[row].get(place, ())) if sure else ()
            for row, (place, sure) in enumerate(zip(best.tolist(), clear, strict=True))
        ]
        names = [self._names[place] if sure else None for place, sure in zip(best, clear, strict=True)]
        return pd.DataFrame(
            {
                "key_industry": pd.Series(names, index=index, dtype=object),
                "score": score,
                "evidence": pd.Series(evidence, index=index, dtype=object),
            },
            index=index,
        )


def _text(value: object) -> str:
    """Return a cell as one folded text; skills one to a line."""
    if isinstance(value, str):
        return fold(value)
    return fold("\n".join(value)) if isinstance(value, tuple | list) else ""
