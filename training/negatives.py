"""Hard negatives: texts that come near an anchor and do not belong to it, false negatives filtered out.

A candidate for a pair is a positive of another pair of the same source and the same split. It is left out

* when it shares a concept with the anchor or the positive, or is another positive of the anchor,
* when it is among the very nearest: many of those are positives that nobody labelled,
* when the guide finds it nearer to the anchor than the positive less a relative margin (TopK-PercPos, Moreira
  et al. 2024, arXiv:2407.15831), or nearer to the positive than the anchor is (GISTEmbed, Solatorio 2024,
  arXiv:2402.16829).

``sentence_transformers.util.mine_hard_negatives`` knows no concepts (only the positives of an equal anchor
are spared), encodes by itself and takes one corpus for all pairs, so that the split and the source of a
candidate would be lost; the exact search of the product does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError
from matching.encoder.language import LanguageCorrection
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import Vectors, quiet
from matching.index import FlatIndex
from training.pairs.source import Split, check_columns, text_key

__all__ = ["LabelNoise", "Mining", "label_noise", "mine_negatives"]

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Mining:
    """How hard negatives are chosen."""

    negatives: int = 3
    """Most negatives of a pair."""
    skip: int = 2
    """Nearest candidates that are passed over."""
    depth: int = 50
    """Candidates looked at after those."""
    relative_margin: float = 0.05
    """Share of the positive's similarity by which a negative must be less similar to the anchor, 0 to 1."""
    sample: bool = False
    """True draws among the candidates; false takes the nearest (runner-up selection)."""

    def __post_init__(self) -> None:
        if self.negatives < 1 or self.skip < 0 or self.depth < self.negatives:
            raise InputError(
                "mining_invalid",
                f"难负例设置无效：negatives={self.negatives}，skip={self.skip}，depth={self.depth}",
                hint="negatives 至少 1，skip 至少 0，depth 不小于 negatives",
            )
        if not 0 <= self.relative_margin < 1:
            raise InputError(
                "mining_invalid",
                f"relative_margin={self.relative_margin} 超出范围",
                hint="写 0 到 1 之间的数",
            )


class LabelNoise(NamedTuple):
    """What the guide doubts about the labels of pairs."""

    by_source: pd.DataFrame
    """For each source: pairs looked at, ``beyond_k`` (share of positives that are not among the k nearest
    candidates), ``doubted`` (share that comes no nearer than a random text), and ``rivalled`` (share with
    suspected false negatives)."""
    wrong: pd.DataFrame
    """Suspected wrong labels, the least similar first: source, anchor, positive, similarity."""
    missing: pd.DataFrame
    """Suspected false negatives, the most similar first: source, anchor, positive, similarity, text and
    text_similarity."""


class _Part(NamedTuple):
    """Pairs that are searched together: one source, one split."""

    rows: NDArray[np.intp]
    """Positions in the frame."""
    anchors: Vectors
    positives: Vectors
    pool: list[str]
    vectors: Vectors
    similarity: NDArray[np.float32]
    """Of anchor and positive."""
    spared: list[Positions]
    """For each pair the texts of the pool that are no negatives of it, its positive among them."""


def mine_negatives(
    pairs: pd.DataFrame,
    guide: EmbeddingModel,
    mining: Mining | None = None,
    *,
    rng: np.random.Generator,
    splits: Sequence[Split] = (Split.TRAIN,),
    progress: Callable[[int, int], None] = quiet,
) -> pd.DataFrame:
    """Find hard negatives for pairs.

    Parameters
    ----------
    pairs
        Pairs with their split.
    guide
        Says what is near; the model before training, or a better one.
    mining
        How they are chosen; all by default.
    rng
        Draws among the candidates where ``sample`` says so; else it is not used.
    splits
        Pairs of these splits get negatives, each out of its own split.
    progress
        Told the pairs done and the total.

    Returns
    -------
    pandas.DataFrame
        The pairs with the column ``negatives``, a list of at most ``mining.negatives`` texts, the nearest
        first; shorter or empty where too few candidates pass.

    Raises
    ------
    InputError
        The frame lacks a column.
    """
    chosen = mining or Mining()
    found: list[list[str]] = [[] for _ in range(len(pairs))]
    for part, step in _parts(pairs, guide, splits, progress):
        hits = _nearest(part, chosen.skip + chosen.depth, step)
        for number, row in enumerate(part.rows.tolist()):
            near = hits.positions[number][chosen.skip :]
            scores = hits.scores[number][chosen.skip :]
            right = float(part.similarity[number])
            passed = (near >= 0) & (scores < right - chosen.relative_margin * abs(right))
            passed[passed] = part.vectors[near[passed]] @ part.positives[number] < right
            kept = np.flatnonzero(passed)
            if chosen.sample and len(kept) > chosen.negatives:
                kept = np.sort(rng.choice(kept, chosen.negatives, replace=False))
            found[row] = [part.pool[position] for position in near[kept[: chosen.negatives]].tolist()]
    return pairs.assign(negatives=pd.Series(found, index=pairs.index, dtype=object))


def label_noise(
    pairs: pd.DataFrame,
    guide: EmbeddingModel,
    *,
    k: int = 20,
    rng: np.random.Generator,
    examples: int = 10,
    sample: int = 5000,
    progress: Callable[[int, int], None] = quiet,
) -> LabelNoise:
    """Say how far the guide agrees with the labels, and which it doubts.

    Parameters
    ----------
    pairs
        Pairs with their split; all splits are looked at, each by itself.
    guide
        Says what is near. What it doubts is suspected, not shown: a guide that knows no Russian doubts every
        translation into Russian.
    k
        Nearest candidates among which a positive is expected.
    rng
        Draws the pairs and the random texts.
    examples
        Most doubted pairs and most suspected false negatives listed for each source.
    sample
        Most pairs looked at of a source and split.
    progress
        Told the pairs done and the total.

    Returns
    -------
    LabelNoise
        Frames without rows for no pairs.

    Raises
    ------
    InputError
        The frame lacks a column.
    """
    check_columns(pairs)
    order = rng.permutation(len(pairs))
    turn = pairs.iloc[order].groupby(["source", "split"]).cumcount().to_numpy()
    drawn = pairs.iloc[np.sort(order[turn < sample])].reset_index(drop=True)
    looked = [
        _doubts(drawn, part, k, rng, step) for part, step in _parts(drawn, guide, tuple(Split), progress)
    ]
    columns = ["source", "anchor", "positive", "similarity", "beyond", "doubted", "text", "text_similarity"]
    seen = pd.concat(looked, ignore_index=True) if looked else pd.DataFrame(columns=columns)
    rivalled = seen[seen["text"] != ""].sort_values("text_similarity", ascending=False, kind="stable")
    doubted = seen[seen["doubted"].astype(bool)].sort_values("similarity", kind="stable")
    by_source = seen.assign(rivalled=seen["text"] != "").groupby("source", sort=True)
    return LabelNoise(
        by_source=by_source.agg(
            pairs=("anchor", "size"),
            beyond_k=("beyond", "mean"),
            doubted=("doubted", "mean"),
            rivalled=("rivalled", "mean"),
        ).reset_index(),
        wrong=doubted.groupby("source", sort=True)
        .head(examples)[["source", "anchor", "positive", "similarity"]]
        .reset_index(drop=True),
        missing=rivalled.groupby("source", sort=True)
        .head(examples)[["source", "anchor", "positive", "similarity", "text", "text_similarity"]]
        .reset_index(drop=True),
    )


def _doubts(
    pairs: pd.DataFrame, part: _Part, k: int, rng: np.random.Generator, step: Callable[[int, int], None]
) -> pd.DataFrame:
    """Return for every pair what the guide doubts about it."""
    hits = _nearest(part, k, step)
    rows = pairs.iloc[part.rows]
    # The k-th best of the others is nearer than the positive: k texts stand before it.
    beyond = (hits.positions[:, -1] >= 0) & (hits.scores[:, -1] > part.similarity)
    others = rng.integers(len(part.pool), size=len(part.rows))
    random = np.einsum("ij,ij->i", part.anchors, part.vectors[others])
    doubted = beyond & (part.similarity <= np.median(random))
    rival = (hits.positions[:, 0] >= 0) & (hits.scores[:, 0] > part.similarity)
    nearer = np.einsum("ij,ij->i", part.vectors[hits.positions[:, 0]], part.positives) > part.similarity
    # A rival near the anchor and the positive alike is what a label was forgotten for.
    texts = [
        part.pool[at] if suspected else ""
        for at, suspected in zip(hits.positions[:, 0].tolist(), (rival & nearer).tolist(), strict=True)
    ]
    return pd.DataFrame(
        {
            "source": rows["source"].to_numpy(),
            "anchor": rows["anchor"].to_numpy(),
            "positive": rows["positive"].to_numpy(),
            "similarity": part.similarity,
            "beyond": beyond,
            "doubted": doubted,
            "text": texts,
            "text_similarity": hits.scores[:, 0],
        }
    )


class _Hits(NamedTuple):
    """Nearest texts of the pool for every pair, spared ones left out; filled up with -1."""

    positions: Positions
    scores: NDArray[np.float32]


def _nearest(part: _Part, k: int, step: Callable[[int, int], None]) -> _Hits:
    everything = np.ones(len(part.pool), bool)

    def allowed(number: int) -> NDArray[np.bool_]:
        mask = everything.copy()
        mask[part.spared[number]] = False
        return mask

    found = FlatIndex(part.vectors).search_many(part.anchors, k, allowed=allowed, progress=step)
    return _Hits(found.positions, found.scores)


def _parts(
    pairs: pd.DataFrame,
    guide: EmbeddingModel,
    splits: Sequence[Split],
    progress: Callable[[int, int], None],
) -> Iterator[tuple[_Part, Callable[[int, int], None]]]:
    """Yield the pairs of each source and split with what a search needs, and how to tell its progress."""
    check_columns(pairs)
    wanted = [split.value for split in splits]
    usable = np.flatnonzero(pairs["split"].isin(wanted))
    kinds, _ = pd.factorize(pairs["source"].iloc[usable] + "¦" + pairs["split"].iloc[usable], sort=True)
    done = 0
    for kind in range(kinds.max(initial=-1) + 1):
        rows = usable[kinds == kind]
        yield _part(pairs, rows, guide), _after(done, len(usable), progress)
        done += len(rows)


def _after(before: int, total: int, progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
    return lambda done, _here: progress(before + done, total)


def _part(pairs: pd.DataFrame, rows: NDArray[np.intp], guide: EmbeddingModel) -> _Part:
    part = pairs.iloc[rows]
    left, anchors, _ = _embedded(part["anchor"].tolist(), guide)
    right, positives, pool = _embedded(part["positive"].tolist(), guide)
    return _Part(
        rows=rows,
        anchors=left[anchors],
        positives=right[positives],
        pool=pool,
        vectors=right,
        similarity=np.einsum("ij,ij->i", left[anchors], right[positives]).astype(np.float32),
        spared=_spared(part, pool),
    )


def _embedded(texts: Sequence[str], guide: EmbeddingModel) -> tuple[Vectors, NDArray[np.intp], list[str]]:
    """Return the vectors of the distinct texts about their own middle, the place of each text, and those."""
    places, different = pd.factorize(np.array(texts, dtype=object))
    listed = different.tolist()
    raw = guide.encoder.encode(listed)
    correction = LanguageCorrection.fit(raw, listed, base=guide.correction)
    return correction.apply(raw, listed), places, listed


def _spared(part: pd.DataFrame, pool: Sequence[str]) -> list[Positions]:
    """Return for every pair the texts that share a concept with one of its texts, or read like one."""
    keys = {text: text_key(text) for text in {*part["anchor"], *part["positive"]}}
    concepts: dict[str, set[str]] = {}
    for side in ("anchor", "positive"):
        for text, concept in zip(part[side], part["concept"], strict=True):
            concepts.setdefault(keys[text], set()).update({concept} if concept else ())
    members: dict[str, list[int]] = {}
    for position, text in enumerate(pool):
        for name in (f"text:{keys[text]}", *concepts[keys[text]]):
            members.setdefault(name, []).append(position)
    spared = []
    for anchor, positive in zip(part["anchor"], part["positive"], strict=True):
        mine = (keys[anchor], keys[positive])
        names = {f"text:{key}" for key in mine}.union(*(concepts[key] for key in mine))
        found = {position for name in names for position in members.get(name, ())}
        spared.append(np.fromiter(sorted(found), np.int64, len(found)))
    return spared
