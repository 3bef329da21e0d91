"""Can a job title find the titles that mean the same, in any language?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import FileProblem
from matching.encoder.language import script_of
from matching.encoder.model import EmbeddingModel
from matching.rank import rank_titles
from training.evaluate.results import Evaluation, Grouping, Measure, measure
from training.evaluate.systems import Scorer, Watch, baselines, from_matrix, judge, unwatched

__all__ = ["TitleSet", "evaluate_titles", "read_qrels", "title_scorers"]

PRODUCT = "yingcai"
"""What the product's own ranking is called."""

_METRICS = ("MAP", "MRR", "P@5", "P@10", "nDCG@10")


class TitleSet(NamedTuple):
    """Queries, a corpus and what is relevant, in one language."""

    name: str
    query_ids: Sequence[str]
    queries: Sequence[str]
    document_ids: Sequence[str]
    documents: Sequence[str]
    judgements: Mapping[str, Mapping[str, float]]
    """Query id to document id to gain."""

    def positions(self) -> list[dict[int, float]]:
        """Return what is relevant to each query by its position in the corpus."""
        at = {name: position for position, name in enumerate(self.document_ids)}
        return [
            {
                at[name]: gain
                for name, gain in self.judgements.get(query, {}).items()
                if gain > 0 and name in at
            }
            for query in self.query_ids
        ]

    def same_text(self) -> list[list[int]]:
        """Return the positions of the corpus texts that read like each query but for the case of letters."""
        at: dict[str, list[int]] = {}
        for position, text in enumerate(self.documents):
            at.setdefault(text.casefold(), []).append(position)
        return [at.get(query.casefold(), []) for query in self.queries]

    def strays(self) -> int:
        """Count judgements whose query or document is not in the files."""
        queries, documents = set(self.query_ids), set(self.document_ids)
        return sum(
            query not in queries or name not in documents
            for query, judged in self.judgements.items()
            for name in judged
        )


def evaluate_titles(
    sets: Sequence[TitleSet],
    model: EmbeddingModel,
    *,
    seed: int = 0,
    watch: Watch = unwatched,
    keep: Callable[[str, str, NDArray[np.float32]], None] = lambda _set, _system, _scores: None,
) -> Evaluation:
    """Rank every corpus for its queries by the product and by the baselines.

    Parameters
    ----------
    sets
        One for each language.
    model
        The embedding model.
    seed
        Seed of ties, of the random baseline and of the bootstrap.
    watch
        Told the step, what is done and the total.
    keep
        Called with the set's name, the system's name and all its scores, to write a run.

    Returns
    -------
    Evaluation
        By set, by script of the query, by system and metric.
    """
    measures: list[Measure] = []
    details: list[dict[str, Any]] = []
    for one in sets:
        judgements = one.positions()
        scorers = title_scorers(one.queries, one.documents, model, seed=seed, watch=watch)
        for system, scorer in scorers.items():
            keep(one.name, system, scorer(slice(0, len(one.queries))))
        same = one.same_text()
        measures += _measured(one, one.name, scorers, judgements, seed=seed)
        if any(same):
            others = [
                {at: gain for at, gain in judged.items() if at not in left_out}
                for judged, left_out in zip(judgements, same, strict=True)
            ]
            besides = {system: _without(scorer, same) for system, scorer in scorers.items()}
            measures += _measured(one, f"{one.name}（同名不计）", besides, others, seed=seed)
        details.append(
            {
                "dataset": one.name,
                "queries": len(one.queries),
                "corpus": len(one.documents),
                "relevant": sum(map(len, judgements)),
                "judgements_without_text": one.strays(),
                "queries_whose_text_is_in_the_corpus": sum(map(bool, same)),
            }
        )
    return Evaluation(
        task="titles",
        measures=tuple(measures),
        details={"seed": seed, "encoder": model.encoder.name, "sets": details},
        notes=("“同名不计”：语料中与查询同文的名称既不算对也不算错；判定常把它们漏掉。",),
    )


def title_scorers(
    queries: Sequence[str],
    documents: Sequence[str],
    model: EmbeddingModel,
    *,
    seed: int,
    watch: Watch = unwatched,
) -> dict[str, Scorer]:
    """Return the product's ranking of titles and the baselines, the product first."""
    own = rank_titles(queries, documents, model, progress=lambda done, total: watch("编码", done, total))
    return {PRODUCT: from_matrix(own), **baselines(queries, documents, seed=seed)}


def _measured(
    one: TitleSet,
    dataset: str,
    scorers: Mapping[str, Scorer],
    judgements: Sequence[Mapping[int, float]],
    *,
    seed: int,
) -> list[Measure]:
    ranked = {
        system: judge(scorer, judgements, rng=np.random.default_rng(seed))
        for system, scorer in scorers.items()
    }
    scripts = [script_of(query) for query in one.queries]
    groupings = [Grouping("文字", scripts)] if len(set(scripts)) > 1 else []
    return measure(ranked, _METRICS, dataset=dataset, rng=np.random.default_rng(seed), groupings=groupings)


def _without(scorer: Scorer, left_out: Sequence[Sequence[int]]) -> Scorer:
    """Return the same scores with minus infinity where a text is left out for its query."""

    def scores(block: slice) -> NDArray[np.float32]:
        found = scorer(block).copy()
        for row, positions in zip(found, left_out[block], strict=True):
            row[positions] = -np.inf
        return found

    return scores


def read_qrels(path: Path) -> dict[str, dict[str, float]]:
    """Read TREC judgements: query, iteration, document and gain in a line, apart by blanks or tabs.

    Raises
    ------
    FileProblem
        The file is missing, empty, not UTF-8, or a line has not four fields with a number at the end.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    except UnicodeDecodeError as error:
        raise FileProblem("encoding_unknown", f"{path.name} 不是 UTF-8 文本", hint="另存为 UTF-8") from error
    judged: dict[str, dict[str, float]] = {}
    for number, line in enumerate(lines, start=1):
        fields = line.split()
        if not fields:
            continue
        try:
            query, _, document, gain = fields
            judged.setdefault(query, {})[document] = float(gain)
        except ValueError as error:
            raise FileProblem(
                "qrels_unreadable",
                f"{path.name} 第 {number} 行不是判定：{line[:80]}",
                hint="每行写 查询编号 0 文档编号 等级",
            ) from error
    if not judged:
        raise FileProblem("file_empty", f"{path.name} 没有判定", hint="每行写 查询编号 0 文档编号 等级")
    return judged
