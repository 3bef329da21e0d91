"""Postings as a test of retrieval: can a title find its own description among many others?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.errors import FileProblem
from matching.encoder.language import LanguageCorrection
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import Vectors
from matching.lexical import LexicalIndex
from matching.rank import standardise
from training.evaluate.results import Evaluation, Grouping, Measure, measure
from training.evaluate.systems import Scorer, Watch, baselines, judge, unwatched

__all__ = [
    "WINDOW",
    "PostingTask",
    "evaluate_postings",
    "mask_title",
    "own_scorers",
    "posting_task",
    "read_posting_table",
    "to_own_middle",
]

WINDOW = 300
"""Characters of a description that are embedded, as in the product's own pools."""

_LEXICAL_WEIGHT = 0.2
"""Weight of the standardised lexical score beside the dense one's 1; .1 to .2 did best on 2,000 postings."""
_SHORTEST_DESCRIPTION = 80
_SHORTEST_CORE = 2
_AROUND = re.compile(r"[（(【\[].*?[）)】\]]|[\s\-_/|·、,，+]+")
_METRICS = ("recall@1", "recall@10", "MRR")
_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".parquet": pd.read_parquet,
    ".csv": pd.read_csv,
    ".gz": pd.read_csv,
    ".xlsx": lambda path: pd.read_excel(path, engine="calamine"),
}
_GROUPS = {"key_industry_hint": "重点产业", "source": "来源"}


class PostingTask(NamedTuple):
    """Titles and, at the same positions, the descriptions that belong to them."""

    titles: list[str]
    masked: list[str]
    """Descriptions without their own titles."""
    unmasked: list[str]
    """Descriptions as written."""
    groups: pd.DataFrame
    """Key industry and source of each, ``""`` where unknown."""


def evaluate_postings(
    task: PostingTask,
    model: EmbeddingModel,
    *,
    as_written: bool = True,
    seed: int = 0,
    watch: Watch = unwatched,
) -> Evaluation:
    """Find for each title its own description among all of the task.

    Parameters
    ----------
    task
        Titles and descriptions, from :func:`posting_task`.
    model
        The embedding model; with a store as its memory an interrupted run goes on where it was.
    as_written
        False measures only descriptions without their own titles, at half the cost of encoding.
    seed
        Seed of ties, of the random baseline and of the bootstrap.
    watch
        Told the step, what is done and the total.

    Returns
    -------
    Evaluation
        With titles masked and as written, by key industry and source. Postings that share a title can only be
        told apart by chance, so 1 is out of reach.
    """
    titles = model.encoder.encode(task.titles, progress=_step(watch, "编码名称"))
    wanted = to_own_middle(titles, task.titles, model)
    groupings = [Grouping(label, task.groups[name].tolist()) for name, label in _GROUPS.items()]
    own = [{position: 1.0} for position in range(len(task.titles))]
    measures: list[Measure] = []
    kinds = [("遮去名称", task.masked), *([("原文", task.unmasked)] if as_written else [])]
    for dataset, texts in kinds:
        windows = [text[:WINDOW] for text in texts]
        raw = model.encoder.encode(windows, progress=_step(watch, f"编码描述（{dataset}）"))
        scorers = _scorers(task.titles, texts, wanted, to_own_middle(raw, windows, model), seed=seed)
        ranked = {
            system: judge(
                scorer, own, rng=np.random.default_rng(seed), progress=_step(watch, f"{dataset}：{system}")
            )
            for system, scorer in scorers.items()
        }
        rng = np.random.default_rng(seed)
        measures += measure(ranked, _METRICS, dataset=dataset, rng=rng, groupings=groupings)
    shared = len(task.titles) - len(set(task.titles))
    return Evaluation(
        task="postings",
        measures=tuple(measures),
        details={"seed": seed, "encoder": model.encoder.name, "postings": len(task.titles)},
        notes=(
            f"{len(task.titles)}个名称中{shared}个与别条同名，只能碰运气分辨，满分达不到。",
            f"向量只看描述的前{WINDOW}字，字面方法看全文；字符TF-IDF即本产品的字面索引。",
        ),
    )


def mask_title(title: str, description: str) -> str:
    """Take a title, its parts and its form without brackets out of a description.

    Parameters
    ----------
    title
        Title as written; ``运维工程师（夜班）`` also masks ``运维工程师``, and ``岸桥/门机司机`` each part.
        What stands in brackets is no title and stays.
    description
        Description as written.

    Returns
    -------
    str
        Each mention becomes one space; the case of letters and their width play no part.
    """
    folded_title = unicodedata.normalize("NFKC", title).strip()
    text = unicodedata.normalize("NFKC", description)
    parts = [folded_title, _AROUND.sub("", folded_title), *_AROUND.split(folded_title)]
    masks = sorted({part for part in parts if len(part) >= _SHORTEST_CORE}, key=len, reverse=True)
    if not masks:
        return text
    return re.sub("|".join(map(re.escape, masks)), " ", text, flags=re.IGNORECASE)


def posting_task(table: pd.DataFrame, *, limit: int, rng: np.random.Generator) -> PostingTask:
    """Draw a task from a table of postings.

    Parameters
    ----------
    table
        Columns ``title`` and ``description``; ``key_industry_hint`` and ``source`` where known.
    limit
        Most postings drawn.
    rng
        Draws them.

    Returns
    -------
    PostingTask
        One posting for every distinct description of at least 80 characters, drawn without replacement.

    Raises
    ------
    FileProblem
        Fewer than two postings can be used.
    """
    titles = table["title"].fillna("").astype(str).str.strip()
    descriptions = table["description"].fillna("").astype(str)
    usable = (titles.str.len() >= _SHORTEST_CORE) & (descriptions.str.len() >= _SHORTEST_DESCRIPTION)
    positions = np.flatnonzero(usable & ~descriptions.where(usable).duplicated())
    if len(positions) < 2:
        raise FileProblem(
            "too_few_postings",
            f"{len(table)} 行中只有 {len(positions)} 行有职位名称和至少 {_SHORTEST_DESCRIPTION} 字的描述",
            hint="至少需要两行",
        )
    drawn = np.sort(rng.permutation(positions)[:limit])
    chosen, texts = titles.iloc[drawn].tolist(), descriptions.iloc[drawn].tolist()
    groups = {
        name: table[name].iloc[drawn].fillna("").astype(str).to_numpy() if name in table else ""
        for name in _GROUPS
    }
    return PostingTask(
        titles=chosen,
        masked=[mask_title(title, text) for title, text in zip(chosen, texts, strict=True)],
        unmasked=[unicodedata.normalize("NFKC", text) for text in texts],
        groups=pd.DataFrame(groups, index=range(len(drawn))),
    )


def read_posting_table(path: Path) -> pd.DataFrame:
    """Read postings from Parquet, CSV or Excel; ``title`` and ``description`` must be columns."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise FileProblem(
            "format_unknown", f"不认识 {path.name} 的格式", hint="用 .parquet、.csv、.csv.gz 或 .xlsx"
        )
    try:
        table = reader(path)
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    missing = {"title", "description"} - set(table.columns)
    if missing:
        raise FileProblem(
            "columns_missing", f"{path.name} 缺少列 {'、'.join(sorted(missing))}", hint="补上这些列"
        )
    return table


def _scorers(
    titles: list[str], texts: list[str], wanted: Vectors, contents: Vectors, *, seed: int
) -> dict[str, Scorer]:
    """Return the product's fused and dense ranking and the baselines."""
    return {**own_scorers(titles, texts, wanted, contents), **baselines(titles, texts, seed=seed)}


def own_scorers(titles: list[str], texts: list[str], wanted: Vectors, contents: Vectors) -> dict[str, Scorer]:
    """Return the product's fused and dense ranking of descriptions, given the vectors of both sides."""
    lexical = LexicalIndex.from_texts(texts)

    def dense(block: slice) -> Vectors:
        return wanted[block] @ contents.T

    def fused(block: slice) -> Vectors:
        return standardise(dense(block)) + _LEXICAL_WEIGHT * standardise(lexical.scores(titles[block]))

    return {"yingcai融合": fused, "yingcai向量": dense}


def to_own_middle(raw: Vectors, texts: list[str], model: EmbeddingModel) -> Vectors:
    """Move one kind of text to its own middle, as the product's pools do."""
    return LanguageCorrection.fit(raw, texts, base=model.correction).apply(raw, texts)


def _step(watch: Watch, name: str) -> Callable[[int, int], None]:
    return lambda done, total: watch(name, done, total)
