"""Features of a seeker and a posting: coded fields compared, and what known applications teach.

What is learned comes from known applications only; a pair that is to be found is never among them. Item
cosines follow Sarwar et al. (WWW 2001), the latent factors are a truncated SVD of the normalised matrix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from training.applications.tables import Applications, Tokens

__all__ = ["COLUMNS", "Column", "Content", "PairFeatures"]

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

_NEIGHBOURS = 50
_FACTORS = 64
_PRIOR = 3.0
_LEAST_KNOWN = 5.0


class Column(NamedTuple):
    """One feature."""

    name: str
    """Stable identifier."""
    label: str
    """Name in Chinese."""
    weight: float
    """Weight in the additive score, set by hand: content only, 0 for what other people's behaviour tells."""
    credential: bool = False
    """Whether the feature is a credential, whose joint influence is capped."""


COLUMNS = (
    Column("keywords", "关键词相同", 0.15),
    Column("work_affinity", "求职方向与工种常一起出现", 0.25),
    Column("like_applied", "内容像应聘过的岗位", 0.25),
    Column("experience_close", "工龄接近以往应聘者", 0.10),
    Column("pay_close", "薪酬接近以往应聘者", 0.10),
    Column("like_companies", "单位像应聘过的单位", 0.05),
    Column("education_met", "达到学历要求", 0.04, credential=True),
    Column("major_affinity", "专业与工种常一起出现", 0.03, credential=True),
    Column("certificate_affinity", "证书语种与工种常一起出现", 0.03, credential=True),
    Column("similar_wishes", "求职方向相近者应聘过", 0.0),
    Column("near_applied", "应聘过内容最接近的岗位", 0.0),
    Column("similar_postings", "与应聘过的岗位有共同应聘者", 0.0),
    Column("similar_people", "应聘过相同岗位者应聘过", 0.0),
    Column("latent", "隐因子", 0.0),
    Column("demand", "以往应聘人数", 0.0),
)
"""The features in order. All rise with the match; ``demand`` alone is the popularity baseline."""


class _Part(Protocol):
    """A feature of every pair, computed for the pairs asked for."""

    def block(self, seekers: Positions, postings: Positions) -> Floats:
        """Return values of shape ``(seekers, postings)``."""

    def pairs(self, seekers: Positions, postings: Positions) -> Floats:
        """Return values of the pairs, one each."""


@dataclass(frozen=True)
class _Product(_Part):
    """An inner product of two sparse or dense tables."""

    left: sp.csr_matrix
    right: sp.csr_matrix

    def block(self, seekers: Positions, postings: Positions) -> Floats:
        found = self.left[seekers] @ self.right[postings].T
        return np.asarray(found.todense() if sp.issparse(found) else found, np.float64)

    def pairs(self, seekers: Positions, postings: Positions) -> Floats:
        found = sp.csr_matrix(self.left[seekers]).multiply(sp.csr_matrix(self.right[postings])).sum(axis=1)
        return np.asarray(found, np.float64).ravel()


@dataclass(frozen=True)
class _Table(_Part):
    """A sparse table of all pairs."""

    rows: sp.csr_matrix

    def block(self, seekers: Positions, postings: Positions) -> Floats:
        return np.asarray(self.rows[seekers][:, postings].todense(), np.float64)

    def pairs(self, seekers: Positions, postings: Positions) -> Floats:
        return np.asarray(self.rows[seekers, postings], np.float64).ravel()


@dataclass(frozen=True)
class _Near(_Part):
    """Minus the distance of two numbers; nan where either is unknown."""

    left: Floats
    right: Floats

    def block(self, seekers: Positions, postings: Positions) -> Floats:
        return -np.abs(self.left[seekers][:, None] - self.right[postings][None, :])

    def pairs(self, seekers: Positions, postings: Positions) -> Floats:
        return -np.abs(self.left[seekers] - self.right[postings])


@dataclass(frozen=True)
class _Reached(_Near):
    """1 where the left number reaches the right one, else 0."""

    def block(self, seekers: Positions, postings: Positions) -> Floats:
        return (self.left[seekers][:, None] >= self.right[postings][None, :]).astype(np.float64)

    def pairs(self, seekers: Positions, postings: Positions) -> Floats:
        return (self.left[seekers] >= self.right[postings]).astype(np.float64)


@dataclass(frozen=True)
class _Posting(_Part):
    """A number of the posting alone."""

    values: Floats

    def block(self, seekers: Positions, postings: Positions) -> Floats:
        return np.broadcast_to(self.values[postings], (len(seekers), len(postings)))

    def pairs(self, seekers: Positions, postings: Positions) -> Floats:
        return np.broadcast_to(self.values[postings], seekers.shape)


@dataclass(frozen=True)
class Content:
    """What both sides say of themselves, as unit TF-IDF rows; nothing of it rests on an application."""

    work: sp.csr_matrix
    """Seekers' keywords, wished occupations and trades."""
    majors: sp.csr_matrix
    """Seekers' fields of study."""
    certificates: sp.csr_matrix
    """Seekers' certificates and languages."""
    postings: sp.csr_matrix
    """Postings' codes and companies."""
    companies: sp.csr_matrix
    """Postings' companies alone."""
    keywords: _Product
    """Seekers' and postings' own keywords beside each other."""
    education_met: _Reached
    """Whether the degree reaches what is asked."""
    career: Floats
    """Seekers' months of work, as logarithms."""
    pay: Floats
    """Seekers' pay, as logarithms; nan where not stated."""
    similar_seekers: sp.csr_matrix
    """For each seeker the nearest others by work; rows add up to 1."""
    similar_postings: sp.csr_matrix
    """For each posting the nearest others; rows add up to 1."""

    @classmethod
    def from_applications(cls, applications: Applications) -> Content:
        """Weigh the tokens of both sides."""
        work = _weighted(applications.work)
        postings = _weighted(
            [[*a, *b] for a, b in zip(applications.requirements, applications.companies, strict=True)]
        )
        both = _weighted([*applications.seeker_words, *applications.posting_words])
        seekers = applications.seekers
        return cls(
            work=work,
            majors=_weighted(applications.majors),
            certificates=_weighted(applications.certificates),
            postings=postings,
            companies=_weighted(applications.companies),
            keywords=_Product(both[:seekers], both[seekers:]),
            education_met=_Reached(applications.degree, applications.education),
            career=np.log1p(applications.career_months),
            pay=np.log(applications.pay),
            similar_seekers=normalize(_nearest(work), "l1"),
            similar_postings=normalize(_nearest(postings), "l1"),
        )


@dataclass(frozen=True)
class PairFeatures:
    """The features of every pair of a seeker and a posting, as known applications make them."""

    parts: Mapping[str, _Part]
    """How each of :data:`COLUMNS` is computed."""

    @classmethod
    def from_known(
        cls, applications: Applications, content: Content, known: Positions, *, seed: int = 0
    ) -> PairFeatures:
        """Learn from known applications.

        Parameters
        ----------
        applications
            All applications; those that are not known are not looked at.
        content
            Of both sides.
        known
            Positions of the applications to learn from.
        seed
            Seed of the factorisation.

        Returns
        -------
        PairFeatures
            Ready to compute.
        """
        shape = (applications.seekers, applications.postings)
        cells = (applications.seeker[known], applications.posting[known])
        applied = sp.csr_matrix((np.ones(len(known)), cells), shape=shape)
        mean = (sp.diags(1 / np.maximum(_sums(applied, 1), 1)) @ applied).tocsr()
        return cls(
            {
                "keywords": content.keywords,
                "work_affinity": _affinity(content.work, applied, content.postings),
                "like_applied": _Product((mean @ content.postings).tocsr(), content.postings),
                "experience_close": _Near(content.career, _typical(content.career, applied)),
                "pay_close": _Near(content.pay, _typical(content.pay, applied)),
                "like_companies": _Product((mean @ content.companies).tocsr(), content.companies),
                "education_met": content.education_met,
                "major_affinity": _affinity(content.majors, applied, content.postings),
                "certificate_affinity": _affinity(content.certificates, applied, content.postings),
                **_behaviour(applied, mean, content, seed),
            }
        )

    def block(self, seekers: Positions, postings: Positions) -> Floats:
        """Return the features of all pairs of both, shape ``(seekers, postings, features)``."""
        return np.stack([self.parts[each.name].block(seekers, postings) for each in COLUMNS], axis=2)

    def pairs(self, seekers: Positions, postings: Positions) -> Floats:
        """Return the features of the pairs, shape ``(pairs, features)``."""
        return np.stack([self.parts[each.name].pairs(seekers, postings) for each in COLUMNS], axis=1)


def _behaviour(applied: sp.csr_matrix, mean: sp.csr_matrix, content: Content, seed: int) -> dict[str, _Part]:
    """Return what the applications of other people tell about a pair."""
    popular = sp.diags(1 / np.sqrt(_sums(applied, 0) + _PRIOR))
    items, people = normalize(applied, axis=0), normalize(applied, axis=1)
    similar = (people @ people.T).tocsr()
    similar.setdiag(0)
    together = (items.T @ items).tocsr()
    together.setdiag(0)
    factors = min(_FACTORS, min(applied.shape) - 1)
    svd = TruncatedSVD(factors, random_state=seed).fit(people)
    return {
        "similar_wishes": _Table((content.similar_seekers @ applied @ popular).tocsr()),
        "near_applied": _Table((mean @ content.similar_postings).tocsr()),
        "similar_postings": _Table((mean @ together).tocsr()),
        "similar_people": _Table((similar @ applied @ popular).tocsr()),
        "latent": _Product(people @ svd.components_.T, normalize(svd.components_.T)),
        "demand": _Posting(np.log1p(_sums(applied, 0))),
    }


def _weighted(documents: Tokens) -> sp.csr_matrix:
    """Return unit TF-IDF rows; tokens that stand in one document only say nothing of another."""
    counts: dict[str, int] = {}
    for document in documents:
        for token in set(document):
            counts[token] = counts.get(token, 0) + 1
    kept = sorted(token for token, count in counts.items() if count > 1)
    if not kept:
        return sp.csr_matrix((len(documents), 1))
    weighing = TfidfVectorizer(analyzer=list, vocabulary=kept, sublinear_tf=True)
    return sp.csr_matrix(weighing.fit_transform(documents))


def _affinity(own: sp.csr_matrix, applied: sp.csr_matrix, content: sp.csr_matrix) -> _Product:
    """Return how much more often than usual tokens of both sides met in known applications."""
    met = np.asarray((own.T @ applied @ content).todense())
    usual = np.asarray(content.T @ _sums(applied, 0)) + 1
    lift = met / (met.sum(axis=1, keepdims=True) + _LEAST_KNOWN) / (usual / usual.sum())
    return _Product(own @ np.log1p(lift), content)


def _typical(values: Floats, applied: sp.csr_matrix) -> Floats:
    """Return the mean of each posting's known applicants, drawn to the mean of all where they are few."""
    known = ~np.isnan(values)
    if not known.any():
        return np.full(applied.shape[1], np.nan)
    overall = float(values[known].mean())
    of_known = applied[np.flatnonzero(known)]
    total = of_known.T @ values[known]
    return np.asarray((total + _PRIOR * overall) / (_sums(of_known, 0) + _PRIOR))


def _nearest(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Return the inner products of each row with its nearest others, the rest 0."""
    kept = []
    for start in range(0, rows.shape[0], 1000):
        some = np.asarray((rows[start : start + 1000] @ rows.T).todense())
        some[np.arange(len(some)), start + np.arange(len(some))] = 0
        if some.shape[1] > _NEIGHBOURS:
            least = np.partition(some, -_NEIGHBOURS, axis=1)[:, -_NEIGHBOURS]
            some[some < least[:, None]] = 0
        kept.append(sp.csr_matrix(some))
    return sp.vstack(kept).tocsr()


def _sums(table: sp.csr_matrix, axis: int) -> Floats:
    """Return the sums of a sparse table along an axis."""
    return np.asarray(table.sum(axis=axis), np.float64).ravel()
