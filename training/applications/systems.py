"""What ranks in the benchmark: baselines that learn no weights, and rankers that do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from matching.ranker import CREDENTIAL_CAP
from training.applications.examples import DrawnPairs
from training.applications.features import COLUMNS
from training.ranker.curves import Bins, BoostingConfig, fit_boosting, fit_curves
from training.ranker.pairwise import fit_listwise, fit_pairwise

__all__ = [
    "ADDITIVE",
    "BASELINES",
    "LEARNED",
    "POPULARITY",
    "SYSTEMS",
    "Rows",
    "Scorer",
    "Systems",
    "fit_systems",
]

Floats = NDArray[np.float64]


class Rows(NamedTuple):
    """Pairs to be scored, one row each, on every scale that a system asks for."""

    features: Floats
    """As computed, nan where not judged."""
    numbers: Floats
    """Numbers of bins, nan where not judged."""
    shares: Floats
    """From 0 to 1 by bins, one half where not judged."""

    @classmethod
    def from_features(cls, features: Floats, bins: Bins) -> Rows:
        """Put features on every scale."""
        numbers = bins.numbers(features)
        return cls(features, numbers, bins.scaled(numbers))


Scorer = Callable[[Rows], Floats]
"""Scores pairs, one score a row."""


class Systems(NamedTuple):
    """Every system, fitted on the same examples."""

    bins: Bins
    """Brings features to one scale."""
    scorers: Mapping[str, Scorer]
    """By name in :data:`SYSTEMS`."""


ADDITIVE, POPULARITY, LEARNED = "additive", "popularity", "learned_curves"

BASELINES: dict[str, str] = {
    "random": "随机",
    POPULARITY: "热门：以往应聘人数",
    ADDITIVE: "加权和：内容项，人工权重",
    "item_cosine": "只看共同应聘者",
    "equal_sum": "全部项等权相加",
}
"""Systems that learn no weights, with what they are."""

SYSTEMS: dict[str, str] = BASELINES | {
    LEARNED: "习得曲线：逐项单调、无交互，可加",
    "boosting": "梯度提升，有交互",
    "logistic": "逻辑回归（逐点）",
    "pairwise": "成对逻辑回归",
    "listwise": "列表 softmax",
}
"""All systems, with what they are."""


def fit_systems(
    examples: DrawnPairs, rng: np.random.Generator, *, config: BoostingConfig, seed: int
) -> Systems:
    """Fit every system on the same examples.

    Parameters
    ----------
    examples
        Of the fitted part.
    rng
        Draws pairs, and the scores of the random baseline.
    config
        Settings of the boosting.
    seed
        Seed of scikit-learn.

    Returns
    -------
    Systems
        Baselines use the examples only to bring features to one scale.
    """
    names = [each.name for each in COLUMNS]
    bins = Bins.from_values(examples.features, bins=config.bins)
    _, numbers, shares = Rows.from_features(examples.features, bins)
    curves = fit_curves(examples.features, examples.outcomes, names, config=config, seed=seed)
    shaped = curves.shaped([each.credential for each in COLUMNS], cap=CREDENTIAL_CAP)
    trees = fit_boosting(numbers, examples.outcomes, config=config, interactions=True, seed=seed)
    point = LogisticRegression(max_iter=1000).fit(shares, examples.outcomes).coef_[0]
    pair = fit_pairwise(shares, examples.outcomes, examples.queries, rng)
    listed = fit_listwise(shares, examples.outcomes, examples.queries)
    by_hand = np.array([each.weight for each in COLUMNS])
    return Systems(
        bins,
        {
            "random": lambda rows: rng.random(len(rows.features)),
            POPULARITY: lambda rows: rows.features[:, names.index("demand")],
            ADDITIVE: lambda rows: rows.shares @ by_hand,
            "item_cosine": lambda rows: rows.features[:, names.index("similar_postings")],
            "equal_sum": lambda rows: rows.shares.sum(axis=1),
            LEARNED: lambda rows: shaped.decide(rows.features),
            "boosting": lambda rows: np.asarray(trees.decision_function(rows.numbers), np.float64),
            "logistic": lambda rows: rows.shares @ point,
            "pairwise": lambda rows: rows.shares @ pair,
            "listwise": lambda rows: rows.shares @ listed,
        },
    )
