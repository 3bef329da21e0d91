"""Divide pairs into training, development and test so that nothing learned can be looked up in the test.

Two pairs hang together when they share a group (an employer, a 小类, an ESCO occupation, a major) or a tied
text (:attr:`PairSource.tied`). Pairs that hang together, over any number of steps, go into one split, which
the hash of their first group decides: the same pairs are always divided alike.

Were every text to join what it stands in, one heap would swallow a quarter of all pairs: *manager* and
*technician* name dozens of ESCO occupations. So a text in more than :data:`COMMON` groups joins nothing;
where it then stands in training and in the test, the pairs of the test are left out. No tied text is ever
in two splits.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from training.pairs.source import PairSource, Split, check_columns, text_key

__all__ = ["COMMON", "components", "split_pairs", "tied_texts"]

COMMON = 2
"""Most groups that a text joins. With 2 the largest heap is 6 % of the real pairs, with 3 it is 19 %."""

_TRAIN, _DEV = 0.8, 0.1


class Ties(NamedTuple):
    """Texts that tie pairs together, one entry for every tied side of a pair."""

    row: NDArray[np.intp]
    """Position of the pair in its frame."""
    key: NDArray[np.object_]
    """Key of the text."""


def split_pairs(
    pairs: pd.DataFrame, *, seed: int = 0, test_since: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Say which pairs may be learned from.

    Parameters
    ----------
    pairs
        Pairs, each once.
    seed
        Another seed gives another division.
    test_since
        Pairs known from this day on are the test. What hangs together with them and is older is left out:
        it may neither be learned from nor is it of the time to be tested on. Pairs without a day are divided
        as always.

    Returns
    -------
    pandas.DataFrame
        The pairs with the column ``split``: 80, 10 and 10 % of what hangs together; fewer of development and
        test, because those with a common text of the training are left out.

    Raises
    ------
    InputError
        The frame lacks a column.
    """
    check_columns(pairs, split=False)
    labels = components(pairs)
    splits = _by_hash(pairs, labels, seed=seed)
    kept = np.ones(len(pairs), bool)
    if test_since is not None:
        dated = pairs["on"].notna().to_numpy()
        new = dated & (pairs["on"] >= test_since).to_numpy()
        held = np.isin(labels, labels[new])
        splits = np.where(held, Split.TEST.value, splits)
        kept = ~(dated & ~new & held)
        # Whatever the hash gave to the test stays there unless a day says that it is from before.
        before = dated & ~held & (splits == Split.TEST.value)
        splits = np.where(before, Split.TRAIN.value, splits)
    kept &= _apart(pairs, np.where(kept, splits, ""))
    return pairs.assign(split=splits)[kept].reset_index(drop=True)


def components(pairs: pd.DataFrame) -> NDArray[np.intp]:
    """Give every pair the number of what it hangs together with.

    Parameters
    ----------
    pairs
        Pairs.

    Returns
    -------
    numpy.ndarray
        One number for each pair, equal where two hang together.
    """
    groups, names = pd.factorize(pairs["group"])
    rows, keys = _rare(pairs, tied_texts(pairs))
    texts, different = pd.factorize(keys)
    size = len(names) + len(different)
    ones = np.ones(len(rows), np.int8)
    graph = coo_array((ones, (groups[rows], texts + len(names))), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    numbers: NDArray[np.intp] = label[groups].astype(np.intp)
    return numbers


def tied_texts(pairs: pd.DataFrame) -> Ties:
    """Return the texts that must not be in two splits.

    Parameters
    ----------
    pairs
        Pairs.

    Returns
    -------
    Ties
        Positions of pairs and keys of texts.
    """
    tied = {source.value: source.tied for source in PairSource}
    rows, keys = [], []
    for side in ("anchor", "positive"):
        at = np.flatnonzero([side in tied[source] for source in pairs["source"]])
        rows.append(at)
        keys.append(pairs[side].iloc[at].map(text_key).to_numpy(object))
    return Ties(np.concatenate(rows).astype(np.intp), np.concatenate(keys))


def _rare(pairs: pd.DataFrame, ties: Ties) -> Ties:
    """Return the texts of few groups."""
    groups = pairs["group"].to_numpy(object)[ties.row]
    spread = pd.DataFrame({"key": ties.key, "group": groups}).groupby("key")["group"].transform("nunique")
    rare = (spread <= COMMON).to_numpy(bool)
    return Ties(ties.row[rare], ties.key[rare])


def _apart(pairs: pd.DataFrame, splits: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which pairs stay: none of the test with a text of the training, none of dev with one of either."""
    ties = tied_texts(pairs)
    texts, _ = pd.factorize(ties.key)
    kept = np.ones(len(pairs), bool)
    taken = np.zeros(texts.max(initial=-1) + 1, bool)
    for split in (Split.TRAIN, Split.TEST, Split.DEV):
        inside = splits[ties.row] == split.value
        kept[ties.row[inside & taken[texts]]] = False
        taken[texts[inside & kept[ties.row]]] = True
    return kept


def _by_hash(pairs: pd.DataFrame, labels: NDArray[np.intp], *, seed: int) -> NDArray[np.object_]:
    first = pairs["group"].groupby(labels).min()
    share = {
        label: int.from_bytes(hashlib.sha256(f"{seed}¦{group}".encode()).digest()[:8]) / 2**64
        for label, group in first.items()
    }
    return np.array([_split_at(share[label]) for label in labels.tolist()], dtype=object)


def _split_at(share: float) -> str:
    if share < _TRAIN:
        return Split.TRAIN.value
    return Split.DEV.value if share < _TRAIN + _DEV else Split.TEST.value
