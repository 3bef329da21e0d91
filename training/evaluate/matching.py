"""Does the matching put the judged people first for a vacancy, and the judged vacancies for a person?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import FileProblem
from training.evaluate.results import Evaluation, Measure, measure
from training.evaluate.systems import Scorer, Watch, baselines, from_matrix, judge, unwatched

__all__ = ["Matching", "Side", "evaluate_matching", "read_judged_pairs", "read_truth_pairs"]

PRODUCT = "yingcai"
_METRICS = ("nDCG@10", "MRR", "recall@100")
_DEPTH = 100
_COLUMNS = ("vacancy_id", "profile_id", "grade")


class Side(Protocol):
    """One side of the matching."""

    rows: Sequence[Mapping[str, Any]]

    def position(self, item_id: str) -> int | None:
        """Return where an item stands."""

    def allowed(self, query: Mapping[str, Any]) -> Any:
        """Return an object whose ``mask`` says for every member whether the hard rules allow it."""


class Matching(Protocol):
    """What is measured: both sides, and lists for an item of either."""

    @property
    def vacancies(self) -> Any:
        """The vacancies, a :class:`Side`."""

    @property
    def profiles(self) -> Any:
        """The profiles, a :class:`Side`."""

    def match_vacancy(self, vacancy: str, *, k: int) -> Any:
        """Rank profiles."""

    def match_profile(self, profile: str, *, k: int) -> Any:
        """Rank vacancies."""


def evaluate_matching(
    matching: Matching,
    pairs: pd.DataFrame,
    *,
    both_ways: bool = True,
    seed: int = 0,
    watch: Watch = unwatched,
) -> Evaluation:
    """Compare the matching with judged pairs, in both directions.

    Parameters
    ----------
    matching
        The matcher over the pools that the judgements speak of.
    pairs
        ``vacancy_id``, ``profile_id`` and ``grade``; a grade of 0 or less is not relevant.
    both_ways
        False measures people for vacancies only: right where not every vacancy of a person was judged.
    seed
        Seed of ties, of the random baseline and of the bootstrap.
    watch
        Told the step, what is done and the total.

    Returns
    -------
    Evaluation
        The hard rules hold for the baselines as well, so that only the ranking is compared.

    Raises
    ------
    FileProblem
        No judged pair is in the pools.
    """
    vacancies, profiles = matching.vacancies, matching.profiles
    known = [
        vacancies.position(vacancy) is not None and profiles.position(profile) is not None
        for vacancy, profile in zip(pairs["vacancy_id"], pairs["profile_id"], strict=True)
    ]
    used = pairs[known]
    if used.empty:
        raise FileProblem(
            "no_pair_known", f"{len(pairs)} 个判定都不在人岗库里", hint="用同一个库的需求编号和档案编号"
        )
    ways = (
        ("为岗找人", "vacancy_id", "profile_id", vacancies, profiles, matching.match_vacancy),
        ("为人找岗", "profile_id", "vacancy_id", profiles, vacancies, matching.match_profile),
    )
    measures: list[Measure] = []
    for dataset, by, other, asking, offered, match in ways if both_ways else ways[:1]:
        ids = list(dict.fromkeys(used[by]))
        own = np.full((len(ids), len(offered.rows)), -np.inf, np.float32)
        for done, (row, item_id) in enumerate(zip(own, ids, strict=True), start=1):
            for result in match(item_id, k=min(_DEPTH, len(offered.rows))).results:
                row[offered.position(result.id)] = -result.rank
            watch(dataset, done, len(ids))
        measures += _measured(
            dataset, own, _judged(used, by, other, ids, offered), asking, offered, ids, seed
        )
    return Evaluation(
        task="matching",
        measures=tuple(measures),
        details={"seed": seed, "pairs": len(pairs), "pairs_not_in_pools": len(pairs) - len(used)},
        notes=(
            f"每个查询取前{_DEPTH}名；硬性条件对本产品与各基线一样执行，只比较排序。",
            "没有判定过的人岗组合按不相关计算。",
        ),
    )


def read_judged_pairs(path: Path) -> pd.DataFrame:
    """Read a CSV file with the columns vacancy_id, profile_id and grade."""
    try:
        table = pd.read_csv(path, dtype={"vacancy_id": str, "profile_id": str}, encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise FileProblem("file_unreadable", f"{path.name} 不是 UTF-8 的 CSV", hint="另存为 CSV") from error
    missing = [column for column in _COLUMNS if column not in table]
    if missing:
        raise FileProblem("columns_missing", f"{path.name} 缺少列 {'、'.join(missing)}", hint="补上这些列")
    grades = pd.to_numeric(table["grade"], errors="coerce")
    if grades.isna().any():
        line = int(np.flatnonzero(grades.isna())[0]) + 2
        raise FileProblem(
            "grade_unreadable", f"{path.name} 第 {line} 行的 grade 不是数字", hint="写 0、1、2…"
        )
    return table[list(_COLUMNS)].assign(grade=grades)


def read_truth_pairs(
    folder: Path, vacancies: Sequence[Mapping[str, Any]], *, limit: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Judge pairs by the truth that the synthetic city was drawn from.

    Parameters
    ----------
    folder
        Where the city was written: ``truth_postings.csv`` and ``truth_profiles.csv``.
    vacancies
        Rows of open vacancies, with ``id`` and ``posting_id``.
    limit
        Most vacancies judged, drawn at random.
    rng
        Draws them.

    Returns
    -------
    DataFrame
        ``vacancy_id``, ``profile_id`` and ``grade``: 2 for people who do and want that very work, 1 for
        those who do it or want it.

    Raises
    ------
    FileProblem
        The files are not there, or know none of the vacancies.
    """
    try:
        postings = pd.read_csv(folder / "truth_postings.csv", dtype=str, encoding="utf-8-sig")
        people = pd.read_csv(folder / "truth_profiles.csv", dtype=str, encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileProblem(
            "truth_missing", f"{folder} 里没有合成城市的真值", hint="先运行 make demo，用 var/demo/synthetic"
        ) from error
    roles = dict(zip(postings["posting_id"], postings["role"], strict=True))
    known = [row for row in vacancies if row["posting_id"] in roles]
    if not known:
        raise FileProblem("no_pair_known", "真值与库中的需求对不上", hint="用同一次演示的库与真值")
    chosen = [known[at] for at in rng.permutation(len(known))[:limit].tolist()]
    parts = []
    for row in chosen:
        role = roles[row["posting_id"]]
        grade = (people["role"] == role).astype(int) + (people["wanted_role"] == role)
        fits = people[grade > 0]
        parts.append(
            pd.DataFrame({"profile_id": fits["profile_id"], "grade": grade[grade > 0]}).assign(
                vacancy_id=row["id"]
            )
        )
    return pd.concat(parts, ignore_index=True)[list(_COLUMNS)]


def _judged(
    used: pd.DataFrame, by: str, other: str, ids: Sequence[str], offered: Side
) -> list[dict[int, float]]:
    """Return what is relevant to each query by its position on the other side."""
    judged: dict[str, dict[int, float]] = {item_id: {} for item_id in ids}
    for query, item, grade in zip(used[by], used[other], used["grade"], strict=True):
        position = offered.position(item)
        if grade > 0 and position is not None:
            judged[query][position] = float(grade)
    return list(judged.values())


def _measured(
    dataset: str,
    own: NDArray[np.float32],
    judged: list[dict[int, float]],
    asking: Side,
    offered: Side,
    ids: Sequence[str],
    seed: int,
) -> list[Measure]:
    """Measure one direction beside the baselines."""
    rows = {row["id"]: row for row in asking.rows}
    queries = [_text(rows[item_id]) for item_id in ids]
    masks = np.stack([offered.allowed(rows[item_id]).mask for item_id in ids])
    plain = baselines(queries, [_text(row) for row in offered.rows], seed=seed)
    scorers = {
        PRODUCT: from_matrix(own),
        **{system: _within(scorer, masks) for system, scorer in plain.items()},
    }
    ranked = {
        system: judge(scorer, judged, rng=np.random.default_rng(seed)) for system, scorer in scorers.items()
    }
    return measure(ranked, _METRICS, dataset=dataset, rng=np.random.default_rng(seed))


def _within(scorer: Scorer, masks: NDArray[np.bool_]) -> Scorer:
    """Return a scorer that does not rank what the hard rules exclude."""
    return lambda block: np.where(masks[block], scorer(block), -np.inf).astype(np.float32)


def _text(row: Mapping[str, Any]) -> str:
    """Return all that the baselines read of an item."""
    return " ".join([row["title"], *row["skills"], row.get("duties") or row.get("summary") or ""])
