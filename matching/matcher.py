"""The facade: people for a vacancy, vacancies for a person, ranked and explained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.owners import OFFICE
from data.records import Posting, Profile
from data.store.profiles import read_profiles
from data.store.store import Store
from data.store.vacancies import read_vacancies
from matching.advising import find_advice, find_near_misses
from matching.allocation.shortlists import Shortlists
from matching.answers import pair_result
from matching.bulk import count_exposure
from matching.coding import OccupationCoder
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet
from matching.index import Engine
from matching.lists import list_matches
from matching.loading import Loaded, load_pools, reload_pools
from matching.pairing import pair_with_query
from matching.pool import Pool
from matching.queries import Query, inline_query, stored_query
from matching.ranker import AdditiveRanker, Ranker
from matching.ranking import rank
from matching.results import Advice, MatchList, PairResult, RankBy
from matching.scoring import Scorer
from matching.turns import in_turn
from matching.views import PUBLIC, Views

__all__ = ["Matcher"]

_EXPOSED = 10


class Matcher:
    """Matches both ways over two pools.

    Parameters
    ----------
    loaded
        The pools, their space and their skills.
    model
        The embedding model.
    coder
        Codes the titles of items that are not in the store.
    ranker
        Turns features into scores.
    views
        What each owner may see of the pools; None where all of them is seen.
    """

    def __init__(
        self,
        loaded: Loaded,
        model: EmbeddingModel,
        coder: OccupationCoder,
        *,
        ranker: Ranker | None = None,
        views: Views[Matcher] | None = None,
    ) -> None:
        self.vacancies = loaded.vacancies
        self.profiles = loaded.profiles
        self.background = loaded.background
        self.index_version = loaded.index_version
        self._loaded = loaded
        self._views: Views[Matcher] = views or Views(loaded)
        self._model = model
        self._coder = coder
        self._ranker: Ranker = ranker or AdditiveRanker()

    @classmethod
    def from_store(
        cls,
        store: Store,
        model: EmbeddingModel,
        coder: OccupationCoder,
        *,
        as_of: dt.date,
        ranker: Ranker | None = None,
        folder: Path | None = None,
        engine: Engine | None = None,
        progress: Callable[[int, int], None] = quiet,
    ) -> Matcher:
        """Load the open vacancies and all profiles of a store, to be seen by the office.

        Parameters
        ----------
        store
            The store.
        model
            The embedding model.
        coder
            Codes the titles of items that are not in the store.
        as_of
            Day the matches are made for.
        ranker
            Turns features into scores; None means the additive one.
        folder
            Where vectors are kept between starts; None keeps them in memory only.
        engine
            Searches the vectors; None searches them exactly in this process.
        progress
            Called with the number of texts encoded and their total, field after field.

        Returns
        -------
        Matcher
            Ready to answer.
        """
        sides = read_vacancies(store, own=True), read_profiles(store)
        loaded = load_pools(*sides, model, as_of=as_of, folder=folder, engine=engine, progress=progress)
        return cls(loaded, model, coder, ranker=ranker).seen_by(OFFICE)

    @classmethod
    def from_frames(
        cls,
        vacancies: pd.DataFrame,
        profiles: pd.DataFrame,
        model: EmbeddingModel,
        coder: OccupationCoder,
        *,
        as_of: dt.date,
        ranker: Ranker | None = None,
        progress: Callable[[int, int], None] = quiet,
    ) -> Matcher:
        """Build both pools from frames as the store reads them; closed and expired vacancies stay out."""
        loaded = load_pools(vacancies, profiles, model, as_of=as_of, progress=progress)
        return cls(loaded, model, coder, ranker=ranker)

    def refreshed(self, store: Store) -> Matcher:
        """Return a matcher that answers the office as the store is now; this one goes on serving meanwhile.

        Parameters
        ----------
        store
            The store that this matcher was loaded from.

        Returns
        -------
        Matcher
            Sharing what did not change: only new and changed items are encoded, and what left the store
            or was closed is dead in both indexes. The same object where nothing changed.
        """
        whole, vacancies = self._views.whole, read_vacancies(store, own=True)
        loaded = reload_pools(whole, vacancies, read_profiles(store), self._model)
        if loaded is whole:
            return self
        return Matcher(loaded, self._model, self._coder, ranker=self._ranker).seen_by(OFFICE)

    def seen_by(self, owner: str) -> Matcher:
        """Return a matcher in which there is only what an owner may see, on every path (:class:`Views`).

        Parameters
        ----------
        owner
            The agency; empty for the office, which sees everybody's, every need once.
        """

        def make(seen: Loaded) -> Matcher:
            return Matcher(seen, self._model, self._coder, ranker=self._ranker, views=self._views)

        return self if self._views.shows_all else self._views.seen_by(owner, make)

    @property
    def loaded(self) -> Loaded:
        """The pools with all that they share, as they are searched."""
        return self._loaded

    @property
    def garbage(self) -> float:
        """Share of the positions that are dead or appended, of the worse side: load anew when it is large."""
        return max(pool.index.garbage for pool in (self._views.whole.vacancies, self._views.whole.profiles))

    @property
    def as_of(self) -> dt.date:
        """Day the matches are made for."""
        return self.background.as_of

    @property
    def model(self) -> EmbeddingModel:
        """The embedding model that serves."""
        return self._model

    @property
    def model_version(self) -> str:
        """The encoder with its settings, and the ranker."""
        return f"{self._model.encoder.name}+{self._ranker.version}"

    @property
    def _versions(self) -> dict[str, str]:
        return {"model_version": self.model_version, "index_version": self.index_version}

    @in_turn
    def match_profile(
        self,
        profile: str | Profile,
        *,
        k: int = 10,
        weights: Mapping[str, float] | None = None,
        rank_by: RankBy = RankBy.FORWARD,
    ) -> MatchList:
        """Rank vacancies for a person.

        Parameters
        ----------
        profile
            A pseudonym in the pool, or a profile that need not be stored.
        k
            Length of the list, 1 to 200.
        weights
            Weights by feature; None means the suggested ones.
        rank_by
            Which score the list is sorted by.

        Returns
        -------
        MatchList
            Only vacancies that no hard rule excludes.

        Raises
        ------
        UnknownName
            No such profile.
        InputError
            ``k`` or a weight is out of range.
        """
        scorer = self._scorer(weights, rank_by, for_vacancy=False)
        return self._match(self._query(profile, self.profiles), self.vacancies, scorer, k=k)

    @in_turn
    def match_vacancy(
        self,
        vacancy: str | Posting,
        *,
        k: int = 10,
        weights: Mapping[str, float] | None = None,
        rank_by: RankBy = RankBy.FORWARD,
        near: int = 0,
    ) -> MatchList:
        """Rank pseudonymous profiles for a vacancy.

        Parameters
        ----------
        vacancy
            An identifier in the pool, or a posting that need not be stored.
        k, weights, rank_by
            As in :meth:`match_profile`.
        near
            Number of people to name beside the results whom one requirement excludes by one step.

        Returns
        -------
        MatchList
            Only profiles that no hard rule excludes; who nearly passes is listed apart.

        Raises
        ------
        UnknownName
            No such vacancy.
        InputError
            ``k`` or a weight is out of range.
        """
        scorer = self._scorer(weights, rank_by, for_vacancy=True)
        query = self._query(vacancy, self.vacancies)
        matches = self._match(query, self.profiles, scorer, k=k)
        given = () if isinstance(vacancy, str) else vacancy.findings
        return matches.model_copy(
            update={
                "findings": given,
                "near_miss": find_near_misses(query, self.profiles, scorer, self._loaded.space, count=near),
            }
        )

    @in_turn
    def score(
        self,
        vacancy: str | Posting,
        profile: str | Profile,
        *,
        weights: Mapping[str, float] | None = None,
        rank_by: RankBy = RankBy.FORWARD,
    ) -> PairResult:
        """Score one pair, stored or not, from the vacancy's side; a rule that fails is shown as failing.

        Parameters
        ----------
        vacancy, profile
            As in :meth:`match_vacancy` and :meth:`match_profile`.
        weights, rank_by
            As there.

        Returns
        -------
        PairResult
            Without a rank; ``must_have`` says whether a list could hold the person.
        """
        scorer = self._scorer(weights, rank_by, for_vacancy=True)
        left, right = self._query(vacancy, self.vacancies), self._query(profile, self.profiles)
        pair = pair_with_query(left, right, self._loaded.space, vacancies=False)
        degraded = left.vectors is None or right.vectors is None
        return pair_result(pair, scorer, as_of=self.as_of, degraded=degraded, **self._versions)

    @in_turn
    def relax(self, vacancy: str | Posting, *, limit: int = 6, near: int = 5) -> Advice:
        """Find what an employer could relax to reach more people (:func:`matching.advising.find_advice`)."""
        scorer = self._scorer(None, RankBy.FORWARD, for_vacancy=True)
        query = self._query(vacancy, self.vacancies)
        space, versions = self._loaded.space, self._versions
        return find_advice(query, self.profiles, scorer, space, limit=limit, near=near, versions=versions)

    def shortlists(
        self,
        vacancy_ids: Sequence[str] | None = None,
        *,
        k: int = 10,
        rank_by: RankBy = RankBy.FORWARD,
        progress: Callable[[int, int], None] = quiet,
    ) -> Shortlists:
        """Rank people for many vacancies at once, just as :meth:`match_vacancy` ranks them for one.

        Parameters
        ----------
        vacancy_ids
            Vacancies in the pool; None means all.
        k
            Length of each list.
        rank_by
            Which score the lists are sorted by.
        progress
            Called with the number of vacancies done and their total.

        Returns
        -------
        Shortlists
            Nobody whom a hard rule excludes stands on one.

        Raises
        ------
        UnknownName
            No such vacancy.
        """
        scorer = self._scorer(None, rank_by, for_vacancy=True)
        ids = self.vacancies.ids if vacancy_ids is None else list(vacancy_ids)
        lists = {}
        for done, vacancy_id in enumerate(ids, start=1):
            query = self._query(vacancy_id, self.vacancies)
            ranking = rank(query, self.profiles, scorer, self._loaded.space, count=max(scorer.candidates, k))
            lists[vacancy_id] = ranking.best(k)
            progress(done, len(ids))
        return Shortlists.from_lists(lists, self.profiles.ids)

    @cached_property
    def exposure(self) -> NDArray[np.int64]:
        """Open vacancies that have each profile among their ten nearest, by position; -1 where not counted.

        To an agency it is counted over the office's vacancies and profiles, the same for all agencies.
        """
        if self._loaded.owner not in {None, OFFICE, PUBLIC}:
            return self.seen_by(PUBLIC).exposure
        return count_exposure(self.vacancies, self.profiles, k=_EXPOSED)

    def _match(self, query: Query, pool: Pool, scorer: Scorer, *, k: int) -> MatchList:
        return list_matches(
            query,
            pool,
            scorer,
            self._loaded.space,
            k=k,
            # Only a list of people tells of how many others each of them stands on.
            exposure=None if pool.vacancies else self.exposure,
            versions=self._versions,
        )

    def _scorer(self, weights: Mapping[str, float] | None, rank_by: RankBy, *, for_vacancy: bool) -> Scorer:
        return Scorer.from_weights(self._ranker, weights, rank_by, for_vacancy=for_vacancy)

    def _query(self, item: str | Posting | Profile, pool: Pool) -> Query:
        if isinstance(item, str):
            return stored_query(item, pool, self.background)
        return inline_query(
            item,
            space=self._loaded.space,
            background=self.background,
            model=self._model,
            coder=self._coder,
        )
