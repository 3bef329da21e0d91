"""Tell whether two postings of one employer are the same need, and how each test came out.

All tests must hold. Title: equal but for decoration, or — where the text is the same too — telling no grade,
field or number apart. Place: one, or a city and a part of it, or unknown on one side with equal pay. Heads:
equal where both state them. End: within two weeks where both were closed. Pay: equal by the month or by the
single salary, or ranges with a third in common, or sums within 20%. Text: duties where both describe them,
else skills, else nothing. Text only confirms: without the other tests no text merges anything. Education and
experience count against a pair the more, the less pay and text say for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from data.normalise.divisions import is_within, level_of
from data.vacancies.advert import Advert
from data.vacancies.content import Method, Similarity, compare_content
from data.vacancies.titles import compare_titles, same_grade

__all__ = ["Comparison", "Relation", "compare", "contradict"]

_ALIKE, _LIKE_TEXT, _NEARLY_EQUAL, _SAME_TEXT = 0.6, 0.75, 0.87, 0.95
_SOME_SKILLS, _ENOUGH_SKILLS = 0.05, 3
_FAR_TITLE, _NEAR_TITLE, _CLOSE_TITLE = 0.3, 0.6, 0.75
_SAME_PAY, _CLOSE_SUMS = 0.01, 0.2
_COMMON_PAY, _SOME_COMMON_PAY = 0.3, 0.2
_SAME_END_DAYS = 14


class Relation(StrEnum):
    """Why a posting belongs to its vacancy."""

    FIRST = "FIRST"
    """It is the first of its vacancy and speaks for it."""
    FULL = "FULL"
    """Its content is the same, and it stood while the first did."""
    SEMANTIC = "SEMANTIC"
    """Its content is worded differently but agrees."""
    TEMPORAL = "TEMPORAL"
    """Its content is the same, published or seen again later while the need was open or its end unknown."""
    PARTIAL = "PARTIAL"
    """One of the two states less: no text or only a part of it, no pay, or only the city."""
    DECIDED = "DECIDED"
    """A person joined them, although the tests would not have."""


class _Outcome(StrEnum):
    """How one test came out."""

    SAME = "same"
    """Both state the same."""
    OVERLAP = "overlap"
    """Pay: ranges with a third in common, or sums within 20%."""
    SOME_OVERLAP = "some_overlap"
    """Pay: ranges with a fifth in common."""
    WITHIN = "within"
    """Place: one lies in the other."""
    UNKNOWN = "unknown"
    """Place: one is not known."""
    ONE_UNSTATED = "one_unstated"
    """One states nothing."""
    BOTH_UNSTATED = "both_unstated"
    """Neither states anything."""
    DIFFERENT = "different"
    """They contradict each other."""
    LATER = "later"
    """End: one opened after the other was closed, which says nothing."""


_BY_AGREEMENT = (
    _Outcome.SAME,
    _Outcome.OVERLAP,
    _Outcome.SOME_OVERLAP,
    _Outcome.ONE_UNSTATED,
    _Outcome.BOTH_UNSTATED,
    _Outcome.DIFFERENT,
)
_Ends = tuple[float | None, float | None]


class Comparison(NamedTuple):
    """How two postings compare."""

    relation: Relation | None
    """The relation; nothing when they are not the same need."""
    score: float
    """0 to 1: likeness of the text, or of the titles where there is no text to compare."""
    evidence: dict[str, Any]
    """What was compared, and how each test came out."""

    @property
    def rank(self) -> tuple[int, int, float]:
        """Order among pairs: one text first, then equal titles, then the same content, then by likeness."""
        text = self.evidence.get("text", {})
        one_text = text.get("method") == Method.DUTIES.value and self.score >= _SAME_TEXT
        strength = 0 if self.relation is None else _STRENGTH.get(self.relation, 0)
        return (2 if one_text else int(self.evidence["title"] == "same"), strength, self.score)

    @property
    def silent(self) -> bool:
        """True when nothing contradicts one need, and there is no text to confirm it."""
        method = self.evidence.get("text", {}).get("method")
        return self.relation is None and method in (Method.ONE_SIDED.value, Method.NOTHING.value)


_STRENGTH = {Relation.FULL: 3, Relation.TEMPORAL: 3, Relation.SEMANTIC: 2, Relation.PARTIAL: 1}
_UNSTATED = (_Outcome.ONE_UNSTATED, _Outcome.BOTH_UNSTATED)
_TOLERATED = {_Outcome.SAME: 2, _Outcome.OVERLAP: 1, _Outcome.SOME_OVERLAP: 0}
"""How many of education and experience may differ, by what the pay says; one more where the heads agree."""


@dataclass(frozen=True)
class _Tests:
    """How the tests other than the text came out."""

    title: float
    graded: bool
    place: _Outcome
    pay: _Outcome
    heads: _Outcome
    education: _Outcome
    experience: _Outcome

    @property
    def asked_differently(self) -> int:
        """How many of education and experience differ."""
        return [self.education, self.experience].count(_Outcome.DIFFERENT)

    @property
    def tolerable(self) -> bool:
        """True when pay and heads agree enough for what is asked differently; unstated pay says nothing."""
        if self.pay in _UNSTATED:
            return self.education is not _Outcome.DIFFERENT
        return self.asked_differently - (self.heads is _Outcome.SAME) <= _TOLERATED[self.pay]


def contradict(first: Advert, row: Advert) -> bool:
    """Tell whether heads, pay, place, end or title alone rule out that two postings are one need.

    Parameters
    ----------
    first, row
        Two postings of one employer.

    Returns
    -------
    bool
        True where :func:`compare` would find no relation whatever the texts say; it costs much less to ask.
    """
    return (
        _stated(first.heads, row.heads) is _Outcome.DIFFERENT
        or _place(first, row) is _Outcome.DIFFERENT
        or _pay(first, row) is _Outcome.DIFFERENT
        or _end(first, row) is _Outcome.DIFFERENT
        or not compare_titles(first.title.key, row.title.key)
    )


def compare(first: Advert, row: Advert) -> Comparison:
    """Compare a posting with one that opened before it, both of one employer; days are not judged here.

    Parameters
    ----------
    first
        The earlier posting.
    row
        The later posting.

    Returns
    -------
    Comparison
        Its evidence names every test and its outcome; the text is compared only when no other test fails.
    """
    tests = _Tests(
        title=compare_titles(first.title.key, row.title.key),
        graded=same_grade(first.title.key, row.title.key),
        place=_place(first, row),
        pay=_pay(first, row),
        heads=_stated(first.heads, row.heads),
        education=_stated(first.education, row.education),
        experience=_stated(first.experience, row.experience),
    )
    if contradict(first, row):
        return Comparison(None, 0.0, _evidence(first, row, tests, None))
    likeness = compare_content(first.content, row.content)
    score = tests.title if likeness.score is None else likeness.score
    confirms = _confirms if tests.title == 1 else _replaces_title
    relation = _relation(first, row, tests, likeness) if confirms(tests, likeness, first) else None
    return Comparison(relation, score, _evidence(first, row, tests, likeness))


def _confirms(tests: _Tests, likeness: Similarity, _: Advert) -> bool:
    """Tell whether the text bears out equal titles; the less it says, the stricter the rest is taken."""
    score = likeness.score or 0.0
    if likeness.method in (Method.DUTIES, Method.EXCERPT):
        known = tests.tolerable and tests.place is not _Outcome.UNKNOWN
        return score >= _NEARLY_EQUAL or (score >= _ALIKE and known)
    if tests.pay is _Outcome.SAME:
        return True
    if tests.place is _Outcome.UNKNOWN or (likeness.method is Method.SKILLS and score < _SOME_SKILLS):
        return False
    return tests.tolerable


def _replaces_title(tests: _Tests, likeness: Similarity, first: Advert) -> bool:
    """Tell whether one text at one place and pay makes two wordings of a title one need."""
    if tests.place is _Outcome.UNKNOWN or tests.pay is _Outcome.SOME_OVERLAP:
        return False
    score, asked = likeness.score or 0.0, tests.asked_differently
    if likeness.method is Method.SKILLS:
        enough = len(first.content.skills) >= _ENOUGH_SKILLS and likeness.equal
        return enough and tests.graded and tests.pay is _Outcome.SAME and tests.title >= _CLOSE_TITLE
    if score >= _SAME_TEXT:
        return tests.graded or likeness.equal
    if score >= _NEARLY_EQUAL and tests.pay in (_Outcome.SAME, _Outcome.OVERLAP):
        return tests.graded and tests.title >= (_FAR_TITLE, _NEAR_TITLE, 1)[asked]
    likely = score >= _LIKE_TEXT and tests.title >= _NEAR_TITLE
    return likely and tests.graded and not asked and tests.pay is _Outcome.SAME


def _relation(first: Advert, row: Advert, tests: _Tests, likeness: Similarity) -> Relation:
    one_place = tests.place in (_Outcome.SAME, _Outcome.BOTH_UNSTATED)
    less = not one_place or tests.pay is _Outcome.ONE_UNSTATED
    if less or likeness.method in (Method.ONE_SIDED, Method.EXCERPT):
        return Relation.PARTIAL
    if not likeness.equal or tests.title < 1:
        return Relation.SEMANTIC
    later = row.opened is not None and first.seen is not None and row.opened > first.seen
    return Relation.TEMPORAL if later else Relation.FULL


def _evidence(first: Advert, row: Advert, tests: _Tests, likeness: Similarity | None) -> dict[str, Any]:
    days = None if first.opened is None or row.opened is None else (row.opened - first.opened).days
    evidence: dict[str, Any] = {
        "compared_with": first.posting_id,
        "employer": _employer(first, row),
        "title": "same" if tests.title == 1 else "near" if tests.title else "different",
        "title_similarity": tests.title,
        "place": tests.place.value,
        "pay": {
            "low": [first.pay[0], row.pay[0]],
            "high": [first.pay[1], row.pay[1]],
            "result": tests.pay.value,
        },
        "headcount": tests.heads.value,
        "closed": _end(first, row).value,
        "education": tests.education.value,
        "experience": tests.experience.value,
        "days_apart": days,
    }
    if likeness is not None:
        evidence["text"] = {"method": likeness.method.value, "similarity": likeness.score}
    return evidence


def _employer(first: Advert, row: Advert) -> str:
    """Return by what the two were found to have one employer."""
    if first.named or row.named:
        return "named_by_agency"
    same = first.credit_code is not None and first.credit_code == row.credit_code
    return "credit_code" if same else "name"


def _place(first: Advert, row: Advert) -> _Outcome:
    one, other = first.title.place_code, row.title.place_code
    if one is None or other is None:
        return _Outcome.BOTH_UNSTATED if one is other else _Outcome.UNKNOWN
    quarters = {first.title.quarter, row.title.quarter}
    if one == other:
        same = _Outcome.SAME if len(quarters) == 1 else _Outcome.WITHIN
        return same if len(quarters) == 1 or "" in quarters else _Outcome.DIFFERENT
    if not (is_within(one, other) or is_within(other, one)):
        return _Outcome.DIFFERENT
    outer = min(first.title, row.title, key=lambda title: level_of(title.place_code or ""))
    return _Outcome.DIFFERENT if outer.quarter else _Outcome.WITHIN


def _end(first: Advert, row: Advert) -> _Outcome:
    """Compare the days on which the employer closed them: one need is not filled twice."""
    if first.closed is None or row.closed is None:
        return _Outcome.BOTH_UNSTATED if first.closed is row.closed else _Outcome.ONE_UNSTATED
    if row.opened is not None and row.opened > first.closed:
        return _Outcome.LATER
    near = abs((first.closed - row.closed).days) <= _SAME_END_DAYS
    return _Outcome.SAME if near else _Outcome.DIFFERENT


def _pay(first: Advert, row: Advert) -> _Outcome:
    """Compare what a month brings, and one salary: some sources leave out how many are paid a year."""
    found = _compare_pay(first.pay, row.pay)
    if (first.salary, row.salary) == (first.pay, row.pay):
        return found
    return min(found, _compare_pay(first.salary, row.salary), key=_BY_AGREEMENT.index)


def _compare_pay(left: _Ends, right: _Ends) -> _Outcome:
    one, other = _range(left), _range(right)
    if one is None or other is None:
        return _Outcome.BOTH_UNSTATED if one is other else _Outcome.ONE_UNSTATED
    (low, high), (low2, high2) = one, other
    if abs(low - low2) <= _SAME_PAY * max(low, low2) and abs(high - high2) <= _SAME_PAY * max(high, high2):
        return _Outcome.SAME
    if low == high or low2 == high2:
        sums = low + high, low2 + high2
        return _Outcome.OVERLAP if abs(sums[0] - sums[1]) <= _CLOSE_SUMS * max(sums) else _Outcome.DIFFERENT
    common = (min(high, high2) - max(low, low2)) / (max(high, high2) - min(low, low2))
    if common >= _COMMON_PAY:
        return _Outcome.OVERLAP
    return _Outcome.SOME_OVERLAP if common >= _SOME_COMMON_PAY else _Outcome.DIFFERENT


def _range(pay: _Ends) -> tuple[float, float] | None:
    """Return both ends of the pay, twice the one that is stated."""
    low, high = pay
    if low is None:
        return None if high is None else (high, high)
    return low, low if high is None else high


def _stated(one: object, other: object) -> _Outcome:
    if one is None or other is None:
        return _Outcome.BOTH_UNSTATED if one is other else _Outcome.ONE_UNSTATED
    return _Outcome.SAME if one == other else _Outcome.DIFFERENT
