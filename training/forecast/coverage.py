"""Correct demand for the sources it is seen through: a matched panel, chained over every change of sources.

Where the sources that count change from one month to the next, growth is measured over what both sides share:
the employers none of whose vacancies around the change is shown by the changing sources alone.
An employer that merely moved from one source to another is thus no growth, and neither is a second source
that repeats what was seen before. Two levels are linked by that growth (overlap splicing of a chained
matched-model index; ILO, Consumer Price Index Manual: Concepts and Methods, 2020, chapters 6 and 8), pooled
over up to two quarters on either side. Without a change of sources the correction is exactly 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from training.forecast.breaks import Break, employer_breaks, link_breaks, source_breaks
from training.forecast.demand import Floats, Integers
from training.forecast.series import Openings
from training.forecast.sources import PARALLEL_MONTHS, Sources, SourceState, Truths, find_sources

__all__ = ["LEAST_SHARED", "RECENT_MONTHS", "Coverage", "measure_coverage"]

LEAST_SHARED = 30
"""Vacancies that both sides of a change must share, on each side, before one may be linked to the other."""
RECENT_MONTHS = 6
"""Months within which a change still unsettles a forecast."""
_PRIOR_HEADS = 50.0
"""Heads with which the city's link enters that of an industry, so that thin industries follow the city."""


@dataclass(frozen=True)
class Coverage:
    """What the sources make of the counts, and the weights that take it out again."""

    months: tuple[dt.date, ...]
    """First day of each complete month."""
    sources: pd.DataFrame
    """One row a source: ``source``, ``postings``, ``first_month``, ``last_month`` (first days), ``state`` and
    ``only_here`` (share of all heads that no other source shows, 0 to 1)."""
    weights: Floats
    """What the heads of each vacancy count: 0 where only a source that does not count shows it or the month
    lies before ``first``; otherwise in units of the sources of the last month."""
    first: int
    """Month from which the corrected series runs, counted from 0: nothing links what lies before."""
    factors: Floats
    """Corrected over raw heads of the city, one a month; NaN before ``first`` and for months without demand.
    Exactly 1 where the sources never change."""
    breaks: tuple[Break, ...]
    """Changes that a reader must know of, in order of month."""

    @property
    def recent_breaks(self) -> tuple[Break, ...]:
        """Return the changes within the last six months: a person should look before a forecast goes out."""
        return tuple(each for each in self.breaks if each.month in self.months[-RECENT_MONTHS:])

    def to_records(self) -> dict[str, Any]:
        """Return the coverage as plain values for JSON.

        Returns
        -------
        dict
            ``first_month`` of the corrected series (None without months), ``sources``, ``factors`` (one a
            month, null where there is none) and ``breaks``; dates as ISO text.
        """
        table = self.sources.assign(
            first_month=[day.isoformat() for day in self.sources["first_month"]],
            last_month=[day.isoformat() for day in self.sources["last_month"]],
            state=[state.value for state in self.sources["state"]],
        )
        columns = {name: table[name].tolist() for name in table.columns}
        return {
            "first_month": self.months[self.first].isoformat() if self.months else None,
            "sources": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
            "factors": [
                {"month": month.isoformat(), "factor": None if np.isnan(factor) else factor}
                for month, factor in zip(self.months, self.factors.tolist(), strict=True)
            ],
            "breaks": [each.to_record() for each in self.breaks],
        }


class _Link(NamedTuple):
    """What a change of sources makes of the level: heads after over heads before, for equal demand."""

    city: float
    """Over the whole city; 1 where nothing changes, NaN where nothing links the two sides."""
    industries: Floats
    """By industry, drawn towards the city's."""


class _Side(NamedTuple):
    """One side of a change: all that counts there and the part that both sides share, in heads."""

    whole: Floats
    """By industry."""
    shared: Floats
    """By industry."""
    n_shared: int
    """Vacancies in the shared part."""


def measure_coverage(openings: Openings, adverts: pd.DataFrame, employers: Sequence[str]) -> Coverage:
    """Find the changes of sources and correct for them.

    Parameters
    ----------
    openings
        The vacancies.
    adverts
        One row a posting: ``vacancy_id``, ``source`` and ``posted_on``; postings of other vacancies are
        ignored.
    employers
        Whose need each vacancy is, in order of the vacancies.

    Returns
    -------
    Coverage
        For an empty table: no sources and no months.
    """
    frame, months = openings.frame, openings.months
    if not months:
        nothing = _described(find_sources(pd.DataFrame(columns=["source", "month"]), 0), np.zeros(0), ())
        return Coverage((), nothing, np.zeros(0), 0, np.zeros(0), ())
    placed = _placed(adverts, frame, months)
    sources = find_sources(placed, len(months))
    shown = _shown(placed, sources, len(frame))
    panel = _Panel.from_frame(frame, shown, sources, employers)
    links = {month: panel.link(month) for month in panel.changes if month not in sources.restarts}
    lost = {month for month, link in links.items() if np.isnan(link.city)} | {*sources.restarts}
    first = max(lost, default=0)
    kept = {month: link for month, link in links.items() if month > first}
    told = {month: link.city for month, link in kept.items()} | ({first: np.nan} if first else {})
    weights = panel.weights(kept)
    weights[panel.month < first] = 0.0
    raw, corrected = (np.bincount(panel.month, panel.heads * w, len(months)) for w in (1.0, weights))
    factors = np.divide(corrected, raw, out=np.full(len(months), np.nan), where=raw > 0)
    factors[:first] = np.nan
    only_here = _only_here(shown, panel.heads)
    found = (
        *source_breaks(sources, only_here, months),
        *link_breaks(told, months),
        *employer_breaks(panel.heads * weights, panel.month, panel.employer, months, first=first),
    )
    return Coverage(
        months,
        _described(sources, only_here, months),
        weights,
        first,
        factors,
        tuple(sorted(found, key=lambda each: each.month)),
    )


@dataclass(frozen=True)
class _Panel:
    """The vacancies as arrays, all in one order, and which sources show and count."""

    heads: Floats
    month: Integers
    industry: Integers
    n_industries: int
    employer: Integers
    shown: Truths
    """Vacancies × followed sources: what a small source repeats is still the followed one's."""
    counting: Truths
    """Followed sources × months."""
    ends: Integers
    """Months with the first and the last posting of each followed source."""

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, shown: Truths, sources: Sources, employers: Sequence[str]
    ) -> _Panel:
        industry, names = pd.factorize(frame["key_industry"], use_na_sentinel=False)
        employer, _ = pd.factorize(np.asarray(employers, dtype=object), use_na_sentinel=False)
        followed = (sources.table["state"] != SourceState.BACKGROUND).to_numpy()
        return cls(
            frame["heads"].to_numpy(dtype=float),
            frame["month"].to_numpy(dtype=np.int64),
            industry.astype(np.int64),
            len(names),
            employer.astype(np.int64),
            shown[:, followed],
            sources.counting[followed],
            sources.table.loc[followed, ["first", "last"]].to_numpy(dtype=np.int64),
        )

    @cached_property
    def counted(self) -> Truths:
        """Whether a vacancy counts: a source that counts shows it, or none that is followed does."""
        seen = (self.shown & self.counting.T[self.month]).any(axis=1)
        return np.asarray(seen | ~self.shown.any(axis=1))

    @cached_property
    def changes(self) -> list[int]:
        """Months whose counting sources differ from those of the month before, so that it shows.

        A source that around its change shows nothing but what others show changes nothing.
        """
        differ = (self.counting[:, 1:] != self.counting[:, :-1]).any(axis=0)
        return [month for month in (np.flatnonzero(differ) + 1).tolist() if self._alone(month).any()]

    def _alone(self, month: int) -> Truths:
        """Return the vacancies around a change that only the sources that change show."""
        changing = self.counting[:, month - 1] != self.counting[:, month]
        around = (self.month >= month - PARALLEL_MONTHS) & (self.month < month + PARALLEL_MONTHS)
        others = (self.shown & ~changing).any(axis=1)
        return np.asarray(around & self.counted & (self.shown & changing).any(axis=1) & ~others)

    @cached_property
    def _partial(self) -> Integers:
        """Months in which a source comes or goes of which a part is therefore missing."""
        found = [
            month - int(self.counting[source, month])
            for month in self.changes
            for source in np.flatnonzero(self.counting[:, month - 1] != self.counting[:, month]).tolist()
            if month - int(self.counting[source, month]) in self.ends[source]
        ]
        return np.array(found, dtype=np.int64)

    def link(self, month: int) -> _Link:
        """Compare what counts on either side of a change with what both sides share."""
        edges = [0, *self.changes, self.counting.shape[1]]
        place = edges.index(month)
        before = (max(edges[place - 1], month - PARALLEL_MONTHS), month)
        after = (month, min(edges[place + 1], month + PARALLEL_MONTHS))
        moved = np.unique(self.employer[self._alone(month)])
        shared = ~np.isin(self.employer, moved)
        return _linked(*(self._side(shared, *window) for window in (before, after)))

    def _side(self, shared: Truths, first: int, end: int) -> _Side:
        inside = (
            self.counted & (self.month >= first) & (self.month < end) & ~np.isin(self.month, self._partial)
        )
        whole, common = (
            np.bincount(self.industry[chosen], self.heads[chosen], self.n_industries).astype(np.float64)
            for chosen in (inside, inside & shared)
        )
        return _Side(whole, common, int((inside & shared).sum()))

    def weights(self, links: Mapping[int, _Link]) -> Floats:
        """Bring what counts to the units of the last month: every later link scales what lies before it."""
        weights = self.counted.astype(float)
        for month, link in links.items():
            weights *= np.where(self.month < month, link.industries[self.industry], 1.0)
        return weights


def _linked(before: _Side, after: _Side) -> _Link:
    """Compare the shares of what both sides have in common."""
    n_industries = len(before.whole)
    if min(before.n_shared, after.n_shared) < LEAST_SHARED:
        return _Link(np.nan, np.full(n_industries, np.nan))
    city, industries = 1.0, np.ones(n_industries)
    for side, sign in ((after, 1), (before, -1)):
        ratio = side.whole.sum() / side.shared.sum()
        own = (side.whole + _PRIOR_HEADS * ratio) / (side.shared + _PRIOR_HEADS)
        city, industries = city * ratio**sign, industries * own**sign
    return _Link(float(city), industries)


def _placed(adverts: pd.DataFrame, frame: pd.DataFrame, months: Sequence[dt.date]) -> pd.DataFrame:
    """Find the vacancy and month of each posting; a posting without a day stands in its vacancy's month."""
    rows = pd.Index(frame["vacancy_id"]).get_indexer(pd.Index(adverts["vacancy_id"]))
    known = adverts[rows >= 0].assign(row=rows[rows >= 0])
    posted = pd.to_datetime(known["posted_on"])
    own = frame["month"].to_numpy()[known["row"].to_numpy(dtype=np.int64)]
    begin = months[0] if months else dt.date.min
    month = ((posted.dt.year - begin.year) * 12 + posted.dt.month - begin.month).fillna(
        pd.Series(own, known.index)
    )
    placed: pd.DataFrame = known.assign(month=month.astype(np.int64))[["row", "source", "month"]]
    return placed


def _shown(placed: pd.DataFrame, sources: Sources, n_vacancies: int) -> Truths:
    """Return which source shows which vacancy; one that posts only outside the months is no source."""
    column = pd.Index(sources.names).get_indexer(pd.Index(placed["source"]))
    shown = np.zeros((n_vacancies, len(sources.names)), dtype=bool)
    shown[placed["row"].to_numpy(dtype=np.int64)[column >= 0], column[column >= 0]] = True
    return shown


def _only_here(shown: Truths, heads: Floats) -> Floats:
    """Return the share of all heads that only one source shows, by source."""
    alone = shown & (shown.sum(axis=1, keepdims=True) == 1)
    return np.asarray(heads @ alone / max(heads.sum(), 1.0))


def _described(sources: Sources, only_here: Floats, months: Sequence[dt.date]) -> pd.DataFrame:
    """Return the sources with their months as dates."""
    table = sources.table
    return pd.DataFrame(
        {
            "source": table["source"].astype(object),
            "postings": table["postings"],
            "first_month": pd.Series([months[place] for place in table["first"]], dtype=object),
            "last_month": pd.Series([months[place] for place in table["last"]], dtype=object),
            "state": table["state"],
            "only_here": only_here,
        }
    )
