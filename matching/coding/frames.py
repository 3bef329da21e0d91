"""Code the rows of a table: the columns of codes, the review queue and what was reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from data.codes import CodingKind
from data.sources.columns import TableKind
from matching.coding.codes import Code, CodeMethod
from matching.coding.industries import IndustryCoder
from matching.coding.majors import MajorCoder
from matching.coding.occupations import OccupationCoder
from matching.coding.skills import SkillCoder

__all__ = ["CodedFrame", "Coverage", "code_rows"]

_BINS = 10
_SKILL_REVIEW_ROWS = 5
"""A stated skill that the vocabulary lacks is queued from this many rows of one table on."""


@dataclass(frozen=True)
class Coverage:
    """How the texts of one kind were coded; the sum of two is that of both tables."""

    methods: Counter[str]
    """Rows (of majors and skills: mentions) by method; rows that state nothing count as ``none``."""
    margins: tuple[int, ...] = (0,) * _BINS
    """Rows coded or queued by the embedding, by margin in ten bins of 0.1 from 0 to 1."""

    def __add__(self, other: Coverage) -> Coverage:
        """Return the coverage of both."""
        margins = tuple(a + b for a, b in zip(self.margins, other.margins, strict=True))
        return Coverage(self.methods + other.methods, margins)

    @property
    def stated(self) -> int:
        """Rows that state something."""
        return sum(self.methods.values()) - self.methods[CodeMethod.NONE.value]

    @property
    def share(self) -> float | None:
        """Share of the stated that got a code or a decision; empty when nothing is stated."""
        return None if not self.stated else 1 - self.methods[CodeMethod.REVIEW.value] / self.stated

    def as_dict(self) -> dict[str, Any]:
        """Return the report entry: share and review (0 to 1, or None), methods, margin."""
        share = self.share
        return {
            "share": None if share is None else round(share, 4),
            "review": None if share is None else round(1 - share, 4),
            "methods": dict(sorted(self.methods.items())),
            "margin": list(self.margins),
        }


class CodedFrame(NamedTuple):
    """A table with its codes."""

    frame: pd.DataFrame
    """The rows with occupation_code, occupation_method, occupation_score, occupation_margin, major_codes and
    skill_codes (tuples); of postings also industry_code, industry_method, industry_score, industry_margin."""
    reviews: list[dict[str, Any]]
    """Rows of the table ``coding_review``: kind, text, count, suggestions."""
    coverage: dict[str, Coverage]
    """What was reached, by kind."""

    @property
    def counts(self) -> dict[str, Counter[str]]:
        """Rows by method, for every kind."""
        return {kind: coverage.methods for kind, coverage in self.coverage.items()}

    @property
    def report(self) -> dict[str, dict[str, Any]]:
        """Coded share and margins of every kind, for the report of a file."""
        return {kind: coverage.as_dict() for kind, coverage in self.coverage.items()}


def code_rows(
    frame: pd.DataFrame,
    kind: TableKind,
    *,
    occupation: OccupationCoder,
    industry: IndustryCoder,
    major: MajorCoder,
    skill: SkillCoder,
    by_meaning: bool,
    progress: Callable[[str, int, int], None],
) -> CodedFrame:
    """Code every kind of text in a table; see :meth:`matching.coding.Coders.code_frame`."""
    titles = frame["title"].tolist()
    codes = occupation.code(
        titles,
        by_meaning=by_meaning,
        progress=lambda done, total: progress("职业编码", done, total),
    )
    coded = frame.assign(**_columns("occupation", codes, frame.index))
    parts = [_Part(CodingKind.OCCUPATION, titles, codes)]
    if kind is TableKind.POSTING:
        stated = frame["industry_raw"].tolist()
        found = industry.code(
            stated,
            employers=frame["employer"].tolist(),
            by_meaning=by_meaning,
            progress=lambda done, total: progress("行业编码", done, total),
        )
        coded = coded.assign(**_columns("industry", found, frame.index))
        parts.append(_Part(CodingKind.INDUSTRY, stated, found))
    named = frame["majors"].tolist()
    flat = [text for texts in named for text in texts]
    majors = major.code(
        flat, by_meaning=by_meaning, progress=lambda done, total: progress("专业编码", done, total)
    )
    parts.append(_Part(CodingKind.MAJOR, flat, majors))
    progress("能力编码", 0, len(frame))
    texts = frame["duties" if kind is TableKind.POSTING else "summary"].tolist()
    phrases = [text for row in frame["skills"] for text in row]
    parts.append(_Part(CodingKind.SKILL, phrases, skill.code(phrases, by_meaning=False)))
    coded = coded.assign(
        major_codes=_lists(_major_codes(named, majors, major), frame.index),
        skill_codes=_lists(_skill_codes(frame["skills"], titles, texts, skill), frame.index),
    )
    return CodedFrame(
        coded,
        [row for part in parts for row in part.reviews()],
        {part.kind.value: part.coverage() for part in parts},
    )


class _Part(NamedTuple):
    """The texts of one kind with their codes, in the same order."""

    kind: CodingKind
    texts: Sequence[str]
    codes: Sequence[Code]

    def coverage(self) -> Coverage:
        """Count methods and margins."""
        bins = [0] * _BINS
        for code in self.codes:
            if code.suggestions:
                bins[min(int(code.margin * _BINS), _BINS - 1)] += 1
        return Coverage(Counter(code.method.value for code in self.codes), tuple(bins))

    def reviews(self) -> list[dict[str, Any]]:
        """Return the rows of the review queue; rare skills are left out."""
        counts = Counter(self.texts)
        least = _SKILL_REVIEW_ROWS if self.kind is CodingKind.SKILL else 1
        cases = {
            text: code
            for text, code in zip(self.texts, self.codes, strict=True)
            if code.method is CodeMethod.REVIEW and counts[text] >= least
        }
        return [
            {
                "kind": self.kind.value,
                "text": text,
                "count": counts[text],
                "suggestions": [suggestion._asdict() for suggestion in code.suggestions],
            }
            for text, code in cases.items()
        ]


def _columns(name: str, codes: Sequence[Code], index: pd.Index[Any]) -> dict[str, pd.Series[Any]]:
    return {
        f"{name}_code": pd.Series([code.code for code in codes], dtype=object, index=index),
        f"{name}_method": pd.Series([code.method.value for code in codes], dtype=object, index=index),
        f"{name}_score": pd.Series([code.score for code in codes], dtype="float64", index=index),
        f"{name}_margin": pd.Series([code.margin for code in codes], dtype="float64", index=index),
    }


def _lists(values: Iterable[tuple[str, ...]], index: pd.Index[Any]) -> pd.Series[Any]:
    return pd.Series(list(values), dtype=object, index=index)


def _major_codes(
    named: Sequence[Sequence[str]], codes: Sequence[Code], coder: MajorCoder
) -> list[tuple[str, ...]]:
    """Return for every row the codes of its majors, on every level that has a major of the name."""
    rest = iter(codes)
    rows = []
    for texts in named:
        found = [next(rest).code for _ in texts]
        rows.append(
            tuple(dict.fromkeys(same for code in found if code is not None for same in coder.same_name(code)))
        )
    return rows


def _skill_codes(
    stated: Iterable[Sequence[str]], titles: Sequence[str], texts: Sequence[str], coder: SkillCoder
) -> list[tuple[str, ...]]:
    """Return for every row the skills found in the list, the title and the text."""
    known: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = {}
    rows = []
    for listed, title, text in zip(stated, titles, texts, strict=True):
        key = (tuple(listed), f"{title}\n{text}")
        if key not in known:
            known[key] = coder.scan(*key)
        rows.append(known[key])
    return rows
