"""What matching makes of two periods: scores of a sample of vacancies with the same people and model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from data.records import Outcome
from matching.encoder.protocol import quiet
from matching.matcher import Matcher
from training.drift.compare import Quantity
from training.drift.line import Group, Kind

__all__ = ["reopened", "sample_vacancies", "score_quantities"]

_ENOUGH = 10
_K = 10


def sample_vacancies(vacancies: pd.DataFrame, *, size: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw vacancies of each period, at most ``size`` of each, without repetition.

    Parameters
    ----------
    vacancies
        Vacancies of both periods with ``later``.
    size
        Most vacancies of a period.
    rng
        Randomness.

    Returns
    -------
    DataFrame
        Rows in their order.
    """
    chosen: list[int] = []
    for side in (False, True):
        places = np.flatnonzero(vacancies["later"].to_numpy(dtype=bool) == side)
        chosen.extend(rng.permutation(places)[:size].tolist())
    return vacancies.iloc[sorted(chosen)].reset_index(drop=True)


def reopened(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Return vacancies as on the day they opened: none is closed, filled or expired, a start is any time.

    Both periods are asked of the same people; otherwise the earlier one, mostly filled, would not be asked.
    """
    none = pd.Series([None] * len(vacancies), index=vacancies.index, dtype=object)
    return vacancies.assign(outcome=Outcome.OPEN.value, closed_on=none, valid_until=none, start_by=none)


def score_quantities(
    matcher: Matcher, vacancies: pd.DataFrame, *, progress: Callable[[int, int], None] = quiet
) -> list[Quantity]:
    """Return scores and coverage of a sample of vacancies.

    Parameters
    ----------
    matcher
        Holds the sampled vacancies, reopened, and the people.
    vacancies
        The sample, with ``vacancy_id``.
    progress
        Called with the number of vacancies done and their total.

    Returns
    -------
    list of Quantity
        Best score, mean of the first ten, people whom no hard rule excludes, and whether these are ten.
        Scores are missing where nobody is allowed.
    """
    ids = vacancies["vacancy_id"].tolist()
    lists = matcher.shortlists(ids, k=_K, progress=progress)
    scores = [row[np.isfinite(row)].tolist() for row in lists.scores]
    allowed = [_allowed(matcher, each) for each in ids]

    def column(values: list[float | bool | None]) -> pd.Series:
        return pd.Series(values, index=vacancies.index, dtype=object)

    best = column([max(each) if each else None for each in scores])
    mean = column([float(np.mean(each)) if each else None for each in scores])
    return [
        Quantity("best_score", "最高匹配分", Group.SCORE, Kind.NUMBER, best),
        Quantity("mean_score", "前十名平均分", Group.SCORE, Kind.NUMBER, mean),
        Quantity(
            "allowed", "硬性条件允许人数", Group.SCORE, Kind.NUMBER, column([float(n) for n in allowed])
        ),
        Quantity(
            "served",
            "至少 10 人可选的需求",
            Group.COVERAGE,
            Kind.SHARE,
            column([n >= _ENOUGH for n in allowed]),
        ),
    ]


def _allowed(matcher: Matcher, vacancy_id: str) -> int:
    place = matcher.vacancies.position(vacancy_id)
    if place is None:
        return 0
    return int(matcher.profiles.allowed(matcher.vacancies.rows[place]).mask.sum())
