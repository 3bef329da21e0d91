"""Results of a match as people read them: grades in words, the evidence marked in its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from matching.results import Category, MatchList, MatchResult
from matching.rules import Verdict
from matching.skills import find_whole

__all__ = [
    "Difference",
    "Piece",
    "ShownResult",
    "differences",
    "facts_of",
    "grade_of",
    "marked",
    "shown_result",
    "shown_results",
]

_GRADES: Final = (
    (0.8, "高", "good"),
    (0.6, "较高", "good"),
    (0.4, "中等", ""),
    (0.0, "低", "warn"),
)
_UNJUDGED: Final = ("未判断", "")
_FACTS: Final = ("education", "skill_level", "experience_years", "place", "available_on")
_TELLING: Final = 0.005


class Span(NamedTuple):
    """A piece of a text."""

    start: int
    """First character."""
    end: int
    """One past the last."""


class Piece(NamedTuple):
    """A piece of a text."""

    text: str
    """The words."""
    mark: bool
    """Whether the score rests on them."""


@dataclass(frozen=True)
class ShownResult:
    """One candidate as the page shows it."""

    result: MatchResult
    """The candidate, explained."""
    title: tuple[Piece, ...]
    """What the person does or the vacancy is called, with the evidence marked."""
    skills: tuple[tuple[str, bool], ...]
    """Skills stated, and whether the score rests on them."""
    text: tuple[Piece, ...]
    """Experience or duties, with the evidence marked; empty where none is stated."""
    categories: tuple[tuple[Category, str, str], ...]
    """Parts of the score, each with its grade in words and the colour of that."""
    unknown: tuple[str, ...]
    """Hard rules that could not be judged: to be asked."""


def grade_of(score: float | None) -> tuple[str, str]:
    """Return how good a part of a score is, in words, and the class of its badge.

    Parameters
    ----------
    score
        0 to 1; None where it could not be judged.

    Examples
    --------
    >>> grade_of(0.9), grade_of(None)
    (('高', 'good'), ('未判断', ''))
    """
    if score is None:
        return _UNJUDGED
    return next((words, colour) for least, words, colour in _GRADES if score >= least)


def marked(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """Cut a text into pieces that are marked and pieces that are not; the template escapes each.

    Parameters
    ----------
    text
        The text, which may hold anything.
    spans
        First character and one past the last of every piece; those that overlap become one.

    Examples
    --------
    >>> [piece.text for piece in marked("会竖窑与电炉", [(1, 3)]) if piece.mark]
    ['竖窑']
    """
    pieces, done = [], 0
    for start, end in _merged(spans, len(text)):
        pieces += [Piece(text[done:start], mark=False), Piece(text[start:end], mark=True)]
        done = end
    return tuple(piece for piece in (*pieces, Piece(text[done:], mark=False)) if piece.text)


def shown_results(found: MatchList, texts: Mapping[str, str]) -> tuple[ShownResult, ...]:
    """Return the results of a match as the page shows them.

    Parameters
    ----------
    found
        The answer.
    texts
        Experience of the people, or duties of the vacancies, by id.
    """
    return tuple(shown_result(each, texts.get(each.id, "")) for each in found.results)


def shown_result(result: MatchResult, text: str) -> ShownResult:
    """Return one candidate as the page shows it."""
    title, skills = str(result.item["title"]), result.item["skills"]
    named = [reason.name for reason in result.reasons if reason.kind == "skill" and reason.effect > 0]
    stated = {each.text for category in result.categories for each in category.evidence}
    return ShownResult(
        result=result,
        title=marked(title, _named(title, named)),
        skills=tuple((skill, skill in stated or bool(_named(skill, named))) for skill in skills),
        text=marked(text, [*_of_evidence(result, text), *_named(text, named)]),
        categories=tuple((each, *grade_of(each.score)) for each in result.categories),
        unknown=tuple(
            f"{each.label}：{each.reason}" for each in result.must_have if each.verdict is Verdict.UNKNOWN
        ),
    )


class Difference(NamedTuple):
    """One line of two people beside each other."""

    label: str
    """What is compared."""
    left: tuple[str, str]
    """What it is for the first, and the class of its badge."""
    right: tuple[str, str]
    """The same for the second."""
    sentences: tuple[str, str]
    """The reasons, where there are any."""
    better: str
    """``left``, ``right``, or nothing where they are equal or cannot be compared."""

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.left != self.right or bool(self.better)


def differences(left: MatchResult, right: MatchResult) -> tuple[Difference, ...]:
    """Compare two people for one vacancy, dimension by dimension.

    Parameters
    ----------
    left, right
        Both, explained for the same vacancy.
    """
    lines = []
    for one, other in zip(left.categories, right.categories, strict=True):
        better = ""
        if one.score is not None and other.score is not None and abs(one.score - other.score) > _TELLING:
            better = "left" if one.score > other.score else "right"
        sides = grade_of(one.score), grade_of(other.score)
        lines.append(Difference(one.label, *sides, (one.sentence, other.sentence), better))
    return tuple(lines)


def facts_of(item: Mapping[str, Any]) -> dict[str, str]:
    """Return what is told of a person beside the score, as text."""
    years = item.get("experience_years")
    told = {name: item.get(name) for name in _FACTS}
    told["experience_years"] = None if years is None else f"{years:g} 年"
    return {name: "未写明" if value is None else str(value) for name, value in told.items()}


def _of_evidence(result: MatchResult, text: str) -> list[Span]:
    """Return where in a text pieces of evidence stand; a piece that is the whole text marks nothing."""
    found = (each for category in result.categories for each in category.evidence if each.offset is not None)
    spans = [(Span(each.offset or 0, (each.offset or 0) + len(each.text)), each) for each in found]
    return [
        span
        for span, each in spans
        if each.field == "profile.summary"
        and len(each.text) < len(text)
        and text[span.start : span.end] == each.text
    ]


def _named(text: str, names: Sequence[str]) -> list[Span]:
    lowered = text.lower()
    places = ((find_whole(name.lower(), lowered), name) for name in names)
    return [Span(start, start + len(name)) for start, name in places if start is not None]


def _merged(spans: Iterable[tuple[int, int]], length: int) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return merged
