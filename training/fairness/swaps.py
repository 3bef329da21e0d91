"""Counterfactual swaps: words about excluded attributes are put into texts, and nothing may move.

Each changed text goes through the product's own doors. A record that comes out as it was is matched as it
was; where a trace is left, it is matched anew in both directions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.records import Posting, Profile
from data.reference.tables import TAXONOMY_VERSION
from matching.encoder.protocol import quiet
from matching.matcher import Matcher
from matching.results import MatchList
from training.fairness.doors import POSTING_FIELDS, PROFILE_FIELDS, Door
from training.fairness.results import SwapLine, SwapReport, Versions
from training.fairness.words import DEMANDS, STATEMENTS, Attribute, Wording, drawn_names

__all__ = ["BAR", "SWAP_METHOD", "Place", "posting_swaps", "profile_swaps"]

BAR = 0.005
"""Largest change of a score that a swap may cause, on the scale from 0 to 1."""
SWAP_METHOD = "swaps-1"
"""Raised whenever the wordings or the measure change."""

_LONGEST = 200
_STANDING = 5
_NAMES = 12
_NOT_GATED = frozenset({Attribute.BARE_NAME})
_LATIN = {"en", "ru"}


class Place(StrEnum):
    """Where words are put; the value is its name in reports."""

    HEAD = "正文开头"
    """Before the free text."""
    MIDDLE = "正文中部"
    """Behind the first sentence."""
    TITLE = "岗位名称"
    """In brackets behind the title."""
    SKILLS = "能力"
    """Among the skills."""


class _Change(NamedTuple):
    score: float
    ranks: bool


_NOTHING = _Change(0.0, ranks=False)


class _Case(NamedTuple):
    item: str
    wording: Wording
    place: Place
    change: _Change
    trace: bool
    refused: bool


def profile_swaps(
    matcher: Matcher,
    cells: pd.DataFrame,
    door: Door,
    *,
    seed: int,
    wordings: Sequence[Wording] = STATEMENTS,
    synthetic: bool = True,
    progress: Callable[[int, int], None] = quiet,
) -> SwapReport:
    """Put statements about people into their profiles and match them again.

    Parameters
    ----------
    matcher
        Holds the vacancies, and other people beside whom the changed ones are ranked.
    cells
        Profiles in the columns of the office's template.
    door
        How they are read.
    seed
        Seed of the names drawn.
    wordings
        What is put in, besides those names.
    synthetic
        Whether the vacancies are generated.
    progress
        Called with the number of people done and their number.

    Returns
    -------
    SwapReport
        Changes by attribute and place; empty cells give a report without lines that passes.
    """
    said = (*wordings, *drawn_names(np.random.default_rng(seed), _NAMES))
    before = {key: _own(record) for key, record in door.profiles(cells).items()}
    measure = _ProfileMeasure(matcher)
    cases = _cases(cells, PROFILE_FIELDS, said, door.profiles, before, measure, progress)
    return _report(
        "profile", cases, matcher, seed=seed, items=len(before), pool=len(matcher.vacancies),
        synthetic=synthetic, rematched=measure.rematched,
    )  # fmt: skip


def posting_swaps(
    matcher: Matcher,
    cells: pd.DataFrame,
    door: Door,
    *,
    seed: int,
    wordings: Sequence[Wording] = DEMANDS,
    synthetic: bool = True,
    progress: Callable[[int, int], None] = quiet,
) -> SwapReport:
    """Put demands into postings and match them again; parameters as in :func:`profile_swaps`."""
    before = {key: _own(record) for key, record in door.postings(cells).items()}
    measure = _PostingMeasure(matcher)
    cases = _cases(cells, POSTING_FIELDS, wordings, door.postings, before, measure, progress)
    return _report(
        "posting", cases, matcher, seed=seed, items=len(before), pool=len(matcher.profiles),
        synthetic=synthetic, rematched=measure.rematched,
    )  # fmt: skip


def put(row: Mapping[str, str], fields: Mapping[str, str], wording: Wording, place: Place) -> dict[str, str]:
    """Return the cells of one row with the words in their place."""
    text, title, skills = (str(row[fields[name]]) for name in ("text", "title", "skills"))
    latin = wording.language in _LATIN
    stop = ". " if latin and "。" not in text else "。"
    if place is Place.TITLE:
        return {fields["title"]: f"{title}（{wording.text}）"}
    if place is Place.SKILLS:
        return {fields["skills"]: "、".join(part for part in (skills, wording.text) if part)}
    if place is Place.HEAD:
        return {fields["text"]: f"{wording.text}{stop}{text}"}
    first, mark, rest = text.partition("。" if "。" in text else ". ")
    middle = f"{first}{mark}{wording.text}{stop}{rest}" if mark else f"{text}\n{wording.text}"
    return {fields["text"]: middle}


class _Measure(ABC):
    """Matches records and remembers them; a subclass says how."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._seen: dict[Profile | Posting, MatchList] = {}
        self.rematched = 0

    @abstractmethod
    def matches(self, record: Profile | Posting) -> MatchList:
        """Match a record."""

    @abstractmethod
    def reverse(self, before: Profile | Posting, after: Profile | Posting) -> _Change:
        """Compare two records as the other side sees them."""

    def change(self, before: Profile | Posting, after: Profile | Posting) -> _Change:
        """Compare two records in both directions."""
        one = self._seen.get(before) or self._seen.setdefault(before, self.matches(before))
        return _worse(_compared(one, self.matches(after)), self.reverse(before, after))

    def again(self, record: Profile | Posting) -> _Change:
        """Match a record a second time."""
        self.rematched += 1
        return self.change(record, record)


class _ProfileMeasure(_Measure):
    def __init__(self, matcher: Matcher) -> None:
        super().__init__(matcher)
        self._standings: dict[str, list[float]] = {}

    def matches(self, record: Profile | Posting) -> MatchList:
        count = min(_LONGEST, max(len(self._matcher.vacancies), 1))
        return self._matcher.match_profile(_profile(record), k=count)

    def reverse(self, before: Profile | Posting, after: Profile | Posting) -> _Change:
        """Compare the scores and ranks of the person on the lists of the vacancies that fit best."""
        worst = _NOTHING
        for result in self._seen[before].results[:_STANDING]:
            scores = [self._matcher.score(result.id, _profile(record)).score for record in (before, after)]
            others = self._others(result.id)
            ranks = [sum(other > score for other in others) for score in scores]
            worst = _worse(worst, _Change(abs(scores[0] - scores[1]) / 100, ranks[0] != ranks[1]))
        return worst

    def _others(self, vacancy: str) -> list[float]:
        if vacancy not in self._standings:
            listed = self._matcher.match_vacancy(vacancy, k=_LONGEST // 4)
            self._standings[vacancy] = [result.score for result in listed.results]
        return self._standings[vacancy]


class _PostingMeasure(_Measure):
    def matches(self, record: Profile | Posting) -> MatchList:
        if not isinstance(record, Posting):
            raise TypeError(record)
        return self._matcher.match_vacancy(record, k=min(_LONGEST // 2, max(len(self._matcher.profiles), 1)))

    def reverse(self, before: Profile | Posting, after: Profile | Posting) -> _Change:  # noqa: ARG002
        """Nothing more: the list holds the scores of both directions."""
        return _NOTHING


def _cases(
    cells: pd.DataFrame,
    fields: Mapping[str, str],
    wordings: Sequence[Wording],
    read: Callable[[pd.DataFrame], Mapping[str, Profile] | Mapping[str, Posting]],
    before: Mapping[str, Profile | Posting],
    measure: _Measure,
    progress: Callable[[int, int], None],
) -> list[_Case]:
    cases: list[_Case] = []
    swaps = [(wording, place) for place in Place for wording in wordings]
    rows = [row for row in cells.to_dict("records") if row[fields["id"]] in before]
    for done, row in enumerate(rows, start=1):
        key = str(row[fields["id"]])
        changed = pd.DataFrame(
            [
                {**row, **put(row, fields, wording, place), fields["id"]: f"{key}-swap{number}"}  # type: ignore[arg-type]
                for number, (wording, place) in enumerate(swaps)
            ]
        )
        after = {name: _own(record) for name, record in read(changed).items()}
        cases += _judged(key, swaps, before[key], after, measure)
        progress(done, len(rows))
    return cases


def _judged(
    key: str,
    swaps: Sequence[tuple[Wording, Place]],
    before: Profile | Posting,
    after: Mapping[str, Profile | Posting],
    measure: _Measure,
) -> Iterable[_Case]:
    """Judge all swaps of one item; the first without a trace is matched again as well."""
    known: dict[Profile | Posting, _Change] = {}
    for number, (wording, place) in enumerate(swaps):
        record = after.get(f"{key}-swap{number}")
        if record is None:
            yield _Case(key, wording, place, _Change(1.0, ranks=True), trace=True, refused=True)
            continue
        if record not in known:
            known[record] = measure.again(record) if record == before else measure.change(before, record)
        yield _Case(key, wording, place, known[record], trace=record != before, refused=False)


def _own(record: Profile | Posting) -> Profile | Posting:
    """Return a record without what names it and without the findings, which no score reads."""
    if isinstance(record, Posting):
        return record.model_copy(update={"posting_id": "", "findings": (), "source_row": 0})
    return record.model_copy(update={"profile_id": ""})


def _profile(record: Profile | Posting) -> Profile:
    if not isinstance(record, Profile):
        raise TypeError(record)
    return record


def _compared(before: MatchList, after: MatchList) -> _Change:
    """Return the largest change of a score between two lists, and whether a rank moved."""
    one = {result.id: result for result in before.results}
    other = {result.id: result for result in after.results}
    worst = 0.0
    for key in one.keys() | other.keys():
        left, right = one.get(key), other.get(key)
        pairs = [
            (getattr(left, name, 0.0), getattr(right, name, 0.0))
            for name in ("score_forward", "score_reverse", "score_mutual")
        ]
        worst = max(worst, *(abs(a - b) / 100 for a, b in pairs))
    return _Change(worst, ranks=[*one] != [*other])


def _worse(one: _Change, other: _Change) -> _Change:
    return _Change(max(one.score, other.score), ranks=one.ranks or other.ranks)


def _report(
    side: str, cases: Sequence[_Case], matcher: Matcher, *, seed: int, items: int, pool: int, synthetic: bool,
    rematched: int,
) -> SwapReport:  # fmt: skip
    groups: dict[tuple[Attribute, Place], list[_Case]] = defaultdict(list)
    for case in cases:
        groups[case.wording.attribute, case.place].append(case)
    lines = tuple(_line(attribute, place, group) for (attribute, place), group in groups.items())
    versions = Versions(
        method=SWAP_METHOD, model_version=matcher.model_version, taxonomy_version=TAXONOMY_VERSION, seed=seed
    )
    return SwapReport.model_validate(
        {
            "side": side,
            "lines": sorted(
                lines, key=lambda line: (list(Attribute).index(Attribute(line.attribute)), line.place)
            ),
            "items": items,
            "pool": pool,
            "rematched": rematched,
            "bar": BAR,
            "versions": versions,
            "synthetic": synthetic,
            "passed": all(line.passed for line in lines),
        }
    )


def _line(attribute: Attribute, place: Place, cases: Sequence[_Case]) -> SwapLine:
    worst = max(cases, key=lambda case: case.change.score)
    moved = sum(case.change.ranks for case in cases)
    most = worst.change.score
    gated = attribute not in _NOT_GATED
    return SwapLine(
        attribute=attribute.value,
        place=place.value,
        cases=len(cases),
        traces=sum(case.trace for case in cases),
        refused=sum(case.refused for case in cases),
        max_change=most,
        mean_change=float(np.mean([case.change.score for case in cases])),
        rank_changes=moved,
        worst=worst.wording.text if most > 0 or moved else "",
        gated=gated,
        passed=not gated or (most <= BAR and moved == 0),
    )
