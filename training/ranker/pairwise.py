"""Rankers with other aims than one example's outcome: pairwise and listwise, linear in the features."""

from __future__ import annotations

import numpy as np
import scipy.optimize
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from data.errors import RefusedError

__all__ = ["fit_listwise", "fit_pairwise"]

Floats = NDArray[np.float64]

_PAIRS_A_POSITIVE = 5


def fit_pairwise(
    features: Floats,
    outcomes: NDArray[np.bool_],
    queries: NDArray[np.int64],
    rng: np.random.Generator,
    *,
    weights: Floats | None = None,
) -> Floats:
    """Learn weights from differences of a good and a bad example of one query (RankNet with a linear score).

    Parameters
    ----------
    features
        Shape ``(examples, features)``, without nan.
    outcomes
        Whether each example turned out well.
    queries
        Query of each example.
    rng
        Draws the bad examples, 5 for each good one.
    weights
        Weight of each example; a difference has that of its good example. None for equal ones.

    Returns
    -------
    ndarray
        One weight a feature; a score is the sum of weight times feature.

    Raises
    ------
    RefusedError
        No query has both a good and a bad example.
    """
    order = np.argsort(queries, kind="stable")
    bad = order[~outcomes[order]]
    good = np.flatnonzero(outcomes)
    first = np.searchsorted(queries[bad], queries[good], side="left")
    count = np.searchsorted(queries[bad], queries[good], side="right") - first
    usable = count > 0
    if not usable.any():
        raise RefusedError("no_pair", "没有一个查询同时有成功与未成功的例子", hint="积累更多反馈后再训练")
    good, first, count = (np.repeat(each[usable], _PAIRS_A_POSITIVE) for each in (good, first, count))
    other = bad[first + (rng.random(len(good)) * count).astype(np.int64)]
    differences = features[good] - features[other]
    sign = np.where(np.arange(len(good)) % 2 == 0, 1, -1)
    model = LogisticRegression(fit_intercept=False, max_iter=1000)
    model.fit(differences * sign[:, None], sign, sample_weight=None if weights is None else weights[good])
    learned: Floats = model.coef_[0]
    return learned


def fit_listwise(
    features: Floats, outcomes: NDArray[np.bool_], queries: NDArray[np.int64], *, l2: float = 1e-4
) -> Floats:
    """Learn weights under which the good examples of each query get most of a softmax (ListNet, Cao 2007).

    Parameters
    ----------
    features
        Shape ``(examples, features)``, without nan.
    outcomes
        Whether each example turned out well.
    queries
        Query of each example; those without a good one teach nothing.
    l2
        Weight of the squared sum of the weights.

    Returns
    -------
    ndarray
        One weight a feature.
    """
    order = np.argsort(queries, kind="stable")
    rows, good = features[order], outcomes[order].astype(np.float64)
    starts = np.flatnonzero(np.r_[True, np.diff(queries[order]) != 0])
    sizes = np.diff(np.r_[starts, len(order)])
    goods = np.add.reduceat(good, starts)
    wanted = good / np.repeat(np.maximum(goods, 1), sizes)
    teaches = np.repeat(goods > 0, sizes)
    lists = max(int((goods > 0).sum()), 1)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = rows @ weights
        scores = scores - np.repeat(np.maximum.reduceat(scores, starts), sizes)
        total = np.repeat(np.log(np.add.reduceat(np.exp(scores), starts)), sizes)
        logs = scores - total
        gap = np.where(teaches, np.exp(logs) - wanted, 0.0)
        value = -float((wanted * logs)[teaches].sum()) / lists + l2 * float(weights @ weights)
        return value, rows.T @ gap / lists + 2 * l2 * weights

    found = scipy.optimize.minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    learned: Floats = found.x
    return learned
