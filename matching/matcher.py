"""The facade: people for a vacancy, vacancies for a person, ranked and explained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError, UnknownName
from data.records import Education, Outcome, Posting, Profile
from data.reference import division_names
from data.reference.tables import TAXONOMY_VERSION
from data.store.profiles import read_profiles
from data.store.store import Store
from data.store.vacancies import read_vacancies
from matching.coding import OccupationCoder
from matching.encoder.language import LanguageCorrection
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import Vectors, quiet
from matching.pool import (
    PROFILE_TEXT,
    VACANCY_TEXT,
    Pool,
    complete_row,
    frame_rows,
    join_vectors,
    lexical_text,
)
from matching.results import MatchList, MatchResult, MustHave
from matching.rules import judge_pair
from matching.score import Pair, missing_skills, normalise_weights, score_pair
from matching.skills import SkillLexicon

__all__ = ["Matcher"]

MAX_K = 200
"""Longest list that one request may ask for."""

_RETRIEVED = 300
_LEXICAL_SHARE = 0.15
_CALIBRATION_PAIRS = 4000


class _Query(NamedTuple):
    row: dict[str, Any]
    title: Vectors
    content: Vectors


class _Space(NamedTuple):
    """The texts of one field of both pools in one corrected space: equal texts have equal vectors."""

    vectors: Vectors
    correction: LanguageCorrection

    @classmethod
    def from_texts(
        cls, texts: list[str], model: EmbeddingModel, *, progress: Callable[[int, int], None]
    ) -> _Space:
        raw = model.encoder.encode(texts, progress=progress)
        correction = LanguageCorrection.fit(raw, texts, base=model.correction)
        return cls(correction.apply(raw, texts), correction)


class _Scale(NamedTuple):
    """Cosines of unrelated titles and contents: what counts as no similarity at all."""

    title: float
    content: float

    @staticmethod
    def similarity(cosine: float, unrelated: float) -> float:
        return float(min(max((cosine - unrelated) / (1 - unrelated), 0.0), 1.0))


class Matcher:
    """Matches both ways over two pools.

    Similarities are cosines after the language correction, brought to 0 for two unrelated items (mean
    plus one standard deviation of random pairs of the pools) and 1 for the same text.

    Parameters
    ----------
    vacancies, profiles
        The pools.
    corrections
        The language corrections fitted on the titles and on the contents of both pools together.
    model
        The embedding model.
    lexicon
        The skill terms of both pools.
    coder
        Codes the titles of items that are not in the store.
    as_of
        Day the matches are made for.
    """

    def __init__(
        self,
        vacancies: Pool,
        profiles: Pool,
        *,
        corrections: tuple[LanguageCorrection, LanguageCorrection],
        model: EmbeddingModel,
        lexicon: SkillLexicon,
        coder: OccupationCoder,
        as_of: dt.date,
    ) -> None:
        self.vacancies = vacancies
        self.profiles = profiles
        self.as_of = as_of
        self._model = model
        self._corrections = corrections
        self._lexicon = lexicon
        self._coder = coder
        self._scale = _Scale(
            _unrelated_cosine(vacancies.titles, profiles.titles),
            _unrelated_cosine(vacancies.contents, profiles.contents),
        )

    @classmethod
    def from_store(
        cls,
        store: Store,
        model: EmbeddingModel,
        coder: OccupationCoder,
        *,
        as_of: dt.date,
        progress: Callable[[int, int], None] = quiet,
    ) -> Matcher:
        """Load the open vacancies and all profiles of a store."""
        return cls.from_frames(
            read_vacancies(store), read_profiles(store), model, coder, as_of=as_of, progress=progress
        )

    @classmethod
    def from_frames(
        cls,
        vacancies: pd.DataFrame,
        profiles: pd.DataFrame,
        model: EmbeddingModel,
        coder: OccupationCoder,
        *,
        as_of: dt.date,
        progress: Callable[[int, int], None] = quiet,
    ) -> Matcher:
        """Build both pools from frames as the store reads them; closed and expired vacancies stay out."""
        offered = vacancies[_is_open(vacancies, as_of)]
        offered = offered.assign(start_by=offered["start_by"].map(lambda day: _still_ahead(day, as_of)))
        lexicon = SkillLexicon.from_lists([*offered["skills"], *profiles["skills"]])
        vacancy_rows = frame_rows(offered, id_column="vacancy_id", text_column=VACANCY_TEXT, lexicon=lexicon)
        profile_rows = frame_rows(profiles, id_column="profile_id", text_column=PROFILE_TEXT, lexicon=lexicon)
        both = [*vacancy_rows, *profile_rows]
        spaces = {
            name: _Space.from_texts([row[name] for row in both], model, progress=progress)
            for name in ("title", "content")
        }
        cut = len(vacancy_rows)
        pools = [
            Pool(
                rows,
                vacancies=vacancies,
                titles=spaces["title"].vectors[part],
                contents=spaces["content"].vectors[part],
            )
            for rows, vacancies, part in (
                (vacancy_rows, True, slice(0, cut)),
                (profile_rows, False, slice(cut, None)),
            )
        ]
        corrections = (spaces["title"].correction, spaces["content"].correction)
        return cls(*pools, corrections=corrections, model=model, lexicon=lexicon, coder=coder, as_of=as_of)

    @property
    def model_version(self) -> str:
        """The encoder and its settings."""
        return self._model.encoder.name

    def match_profile(
        self, profile: str | Profile, *, k: int = 10, weights: Mapping[str, float] | None = None
    ) -> MatchList:
        """Rank vacancies for a person.

        Parameters
        ----------
        profile
            A pseudonym in the pool, or a profile that need not be stored.
        k
            Length of the list, 1 to 200.
        weights
            Weights by part of the score; None means the suggested ones.

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
        query = self._query(profile, self.profiles, "profile")
        return self._match(query, self.vacancies, k=k, weights=normalise_weights(weights))

    def match_vacancy(
        self, vacancy: str | Posting, *, k: int = 10, weights: Mapping[str, float] | None = None
    ) -> MatchList:
        """Rank pseudonymous profiles for a vacancy; parameters as in :meth:`match_profile`."""
        query = self._query(vacancy, self.vacancies, "vacancy")
        matches = self._match(query, self.profiles, k=k, weights=normalise_weights(weights))
        given = () if isinstance(vacancy, str) else vacancy.findings
        return matches.model_copy(update={"findings": given})

    def _match(self, query: _Query, pool: Pool, *, k: int, weights: dict[str, float]) -> MatchList:
        if not 1 <= k <= MAX_K:
            raise InputError("k_out_of_range", f"返回条数 k={k} 超出范围", hint=f"取 1 到 {MAX_K}")
        allowed, excluded = pool.allowed(query.row)
        scored = []
        for position in self._retrieve(query, pool, allowed, max(_RETRIEVED, k)):
            pair = self._pair(query, pool, int(position))
            categories = score_pair(pair, weights)
            score = round(sum(category.contribution for category in categories), 4)
            scored.append((score, pool.rows[position]["id"], pair, categories))
        scored.sort(key=lambda entry: (-entry[0], entry[1]))
        results = tuple(
            _result(rank, score, pair, categories, vacancies=pool.vacancies)
            for rank, (score, _, pair, categories) in enumerate(scored[:k], start=1)
        )
        return MatchList(
            direction="vacancies" if pool.vacancies else "profiles",
            query=_shown(query.row, vacancies=not pool.vacancies),
            pool=len(pool),
            allowed=int(allowed.sum()),
            excluded=excluded,
            results=results,
            findings=(),
            as_of=self.as_of,
            model_version=self.model_version,
            taxonomy_version=TAXONOMY_VERSION,
            synthetic=bool(query.row["synthetic"]) or any(result.synthetic for result in results),
        )

    def _retrieve(
        self, query: _Query, pool: Pool, allowed: NDArray[np.bool_], count: int
    ) -> NDArray[np.int64]:
        """Return the allowed positions with the best fused score of meaning and writing."""
        joined = join_vectors(query.title[None, :], query.content[None, :])[0]
        dense = pool.index.search(joined, count, allowed)
        lexical = pool.lexical.scores([lexical_text(query.row)])[0]
        written = np.flatnonzero(allowed & (lexical > 0))
        written = written[np.argsort(-lexical[written], kind="stable")[:count]]
        candidates = np.union1d(dense.positions, written)
        vectors = join_vectors(pool.titles[candidates], pool.contents[candidates])
        fused = vectors @ joined + _LEXICAL_SHARE * lexical[candidates]
        order: NDArray[np.int64] = candidates[np.argsort(-fused, kind="stable")[:count]]
        return order

    def _pair(self, query: _Query, pool: Pool, position: int) -> Pair:
        row = pool.rows[position]
        vacancy, profile = (row, query.row) if pool.vacancies else (query.row, row)
        return Pair(
            vacancy=vacancy,
            profile=profile,
            title_similarity=_Scale.similarity(float(query.title @ pool.titles[position]), self._scale.title),
            duties_similarity=_Scale.similarity(
                float(query.content @ pool.contents[position]), self._scale.content
            ),
            lexicon=self._lexicon,
            as_of=self.as_of,
        )

    def _query(self, item: str | Posting | Profile, pool: Pool, kind: str) -> _Query:
        if not isinstance(item, str):
            return self._inline(item, pool)
        position = pool.position(item)
        if position is None:
            label = "在招需求" if pool.vacancies else "人才档案"
            raise UnknownName(
                f"{kind}_unknown", f"没有编号为 {item} 的{label}", hint="检查编号，或直接提交全文"
            )
        return _Query(pool.rows[position], pool.titles[position], pool.contents[position])

    def _inline(self, item: Posting | Profile, pool: Pool) -> _Query:
        record = _flat(item)
        record["occupation_code"] = self._coder.code([item.title])[0].code
        text_column = VACANCY_TEXT if pool.vacancies else PROFILE_TEXT
        row = complete_row(record, item_id="", text_column=text_column, lexicon=self._lexicon)
        title, content = self._corrections
        return _Query(
            row,
            self._model.embed([row["title"]], correction=title)[0],
            self._model.embed([row["content"]], correction=content)[0],
        )


def _still_ahead(start_by: dt.date | None, as_of: dt.date) -> dt.date | None:
    """Return the day, or None once it has passed: who is still sought after it is wanted at any time."""
    return start_by if start_by is not None and start_by >= as_of else None


def _is_open(vacancies: pd.DataFrame, as_of: dt.date) -> NDArray[np.bool_]:
    ended = vacancies["outcome"].isin([Outcome.FILLED, Outcome.UNFILLED, Outcome.WITHDRAWN]).to_numpy()
    closed = np.array([day is not None and day <= as_of for day in vacancies["closed_on"]], dtype=bool)
    expired = np.array([day is not None and day < as_of for day in vacancies["valid_until"]], dtype=bool)
    still_open: NDArray[np.bool_] = ~(ended | closed | expired)
    return still_open


def _unrelated_cosine(left: Vectors, right: Vectors) -> float:
    if not len(left) or not len(right):
        return 0.0
    rng = np.random.default_rng(0)
    pairs = rng.integers((len(left), len(right)), size=(_CALIBRATION_PAIRS, 2))
    cosines = np.einsum("ij,ij->i", left[pairs[:, 0]], right[pairs[:, 1]])
    return float(min(cosines.mean() + cosines.std(), 0.9))


def _flat(item: Posting | Profile) -> dict[str, Any]:
    record = item.model_dump()
    if isinstance(item, Posting):
        pay, years = item.salary, item.experience
        record |= {
            "salary_low": pay.low if pay else None,
            "salary_high": pay.high if pay else None,
            "experience_low": years.low if years else None,
            "experience_high": years.high if years else None,
            "opened_on": item.posted_on or item.observed_on,
            "heads": item.headcount,
        }
    return {name: _text(value) for name, value in record.items()}


def _text(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(str(part) for part in value)
    return str(value) if isinstance(value, (Education, Outcome)) else value


def _result(
    rank: int, score: float, pair: Pair, categories: Sequence[Any], *, vacancies: bool
) -> MatchResult:
    row = pair.vacancy if vacancies else pair.profile
    must_have = tuple(
        MustHave(name=rule.name, label=rule.label, verdict=judgement.verdict, reason=judgement.reason)
        for rule, judgement in judge_pair(pair.vacancy, pair.profile)
    )
    return MatchResult(
        id=row["id"],
        rank=rank,
        score=score,
        item=_shown(row, vacancies=vacancies),
        categories=tuple(categories),
        must_have=must_have,
        missing=missing_skills(pair),
        synthetic=bool(row["synthetic"]),
    )


_SHOWN_OF_VACANCY = (
    "title", "employer", "salary_low", "salary_high", "education", "skill_level", "experience_low",
    "heads", "skills", "engagement", "opened_on", "valid_until", "occupation_code",
)  # fmt: skip
_SHOWN_OF_PROFILE = (
    "title", "skills", "majors", "education", "skill_level", "experience_years", "engagement",
    "available_on", "active_on", "occupation_code",
)  # fmt: skip


def _shown(row: Mapping[str, Any], *, vacancies: bool) -> dict[str, Any]:
    names = _SHOWN_OF_VACANCY if vacancies else _SHOWN_OF_PROFILE
    code = row["place_code"]
    place = division_names().get(code, code) if code else None
    shown = {name: row.get(name) for name in names}
    return {"id": row["id"], "place": place, **shown, "synthetic": bool(row["synthetic"])}
