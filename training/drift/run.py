"""Compare two periods of a region from the store: inputs, coverage, scores and meaning."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.demand import read_regional, read_supply, snapshot_of
from data.errors import InputError, RefusedError
from data.reference.tables import TAXONOMY_VERSION
from data.regions import Region
from data.store.store import Store
from data.store.vacancies import read_vacancies
from matching.coding import OccupationCoder
from matching.encoder.model import EmbeddingModel
from matching.matcher import Matcher
from matching.ranker import Ranker
from training.drift.compare import Compared, Quantity, compare_quantity, compare_vectors
from training.drift.judge import MIN_EMPLOYERS, MIN_ROWS, judge_lines, judge_whole
from training.drift.line import DriftReport, Group, Kind, Period
from training.drift.quantities import coverage_quantities, input_quantities, novelty_quantity
from training.drift.scores import reopened, sample_vacancies, score_quantities

__all__ = ["METHOD_VERSION", "Models", "measure_drift", "read_month"]

METHOD_VERSION = "drift-1"
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_VECTORS = 600
"""Titles of a period that are compared in the encoder's space."""
_HISTORY = 3
"""A title counts as known when it was seen in so many times the length of the longer period."""

Step = Callable[[str, int, int], None]
"""Called with what is being done in Chinese, the number done and the total."""


@dataclass(frozen=True)
class Models:
    """What turns vacancies into scores: the champion, or what stands in for it."""

    model: EmbeddingModel
    """The embedding model."""
    coder: OccupationCoder
    """Codes titles that are not in the store."""
    ranker: Ranker | None = None
    """None for the additive one."""


def read_month(text: str) -> Period:
    """Read a month, ``2026-05``, or two days, ``2026-05-01/2026-06-15``.

    Raises
    ------
    InputError
        ``period_unreadable``: it is neither, or ends before it begins.

    Examples
    --------
    >>> read_month("2026-02").last_on
    datetime.date(2026, 2, 28)
    """
    month = _MONTH.fullmatch(text.strip())
    try:
        if month:
            year, number = int(month[1]), int(month[2])
            last = calendar.monthrange(year, number)[1]
            return Period(first_on=dt.date(year, number, 1), last_on=dt.date(year, number, last))
        first, last_on = (dt.date.fromisoformat(part.strip()) for part in text.split("/"))
    except ValueError as error:
        raise _unreadable(text) from error
    if last_on < first:
        raise _unreadable(text)
    return Period(first_on=first, last_on=last_on)


def measure_drift(
    store: Store,
    region: Region,
    before: Period,
    after: Period,
    *,
    models: Models | None = None,
    sample: int = 100,
    permutations: int = 999,
    seed: int = 2026,
    step: Step = lambda _name, _done, _total: None,
) -> DriftReport:
    """Compare the vacancies that opened in two periods.

    Parameters
    ----------
    store
        The store.
    region
        The region; vacancies elsewhere are left out.
    before, after
        The periods, which do not overlap.
    models
        Computes scores and vectors; None leaves both out.
    sample
        Vacancies of a period that are matched.
    permutations
        Divisions drawn for the null; the smallest p-value is one over this plus one.
    seed
        Seed of everything drawn.
    step
        Progress.

    Returns
    -------
    DriftReport
        The same for the same rows, model and seed.

    Raises
    ------
    InputError
        ``periods_overlap``: the periods share a day or are in the wrong order.
    RefusedError
        ``no_vacancies``: no vacancy opened in either period.
    """
    if after.first_on <= before.last_on:
        raise InputError(
            "periods_overlap",
            f"两期 {before.label} 与 {after.label} 重叠或次序颠倒",
            hint="--from 在前，--to 在后，且没有重叠的日子",
        )
    rng = np.random.default_rng(seed)
    opened = _opened(read_regional(store, region), before, after)
    history = read_vacancies(store)
    window = _HISTORY * max((period.last_on - period.first_on).days + 1 for period in (before, after))
    quantities = [
        *input_quantities(opened),
        *coverage_quantities(opened),
        novelty_quantity(opened, history, window_days=window),
    ]
    found = _compare(opened, quantities, permutations, rng, step)
    people = read_supply(store, region)
    model_version = ""
    if models is not None:
        scored, model_version = _scored(opened, people, after.last_on, models, sample, rng, step)
        found += _compare(*scored, permutations, rng, step)
        found.append(_meaning(opened, models.model, permutations, rng, step))
    lines = judge_lines(found)
    verdict, reasons = judge_whole(lines)
    return DriftReport(
        region=region.name,
        before=before,
        after=after,
        verdict=verdict,
        reasons=reasons,
        lines=lines,
        vacancies=(int((~opened["later"]).sum()), int(opened["later"].sum())),
        people=len(people),
        permutations=permutations,
        seed=seed,
        method=METHOD_VERSION,
        model_version=model_version,
        taxonomy_version=TAXONOMY_VERSION,
        data_sha256=snapshot_of(opened, as_of=after.last_on),
        synthetic=bool(opened["synthetic"].any() or (models is not None and people["synthetic"].any())),
    )


def _opened(vacancies: pd.DataFrame, before: Period, after: Period) -> pd.DataFrame:
    """Return the vacancies that opened in either period, told apart by ``later`` and ``period_start``."""
    starts = [_start_of(day, before, after) for day in vacancies["opened_on"]]
    inside = np.array([start is not None for start in starts], dtype=bool)
    opened = vacancies[inside].reset_index(drop=True)
    if opened.empty:
        raise RefusedError(
            "no_vacancies",
            f"{before.label} 与 {after.label} 都没有需求发布",
            hint="检查月份与区域，或先导入招聘信息",
        )
    kept = [start for start in starts if start is not None]
    # An employer that nobody named is nobody else's: each such vacancy stands for itself.
    named = opened["employer_key"].where(opened["employer_key"] != "", opened["vacancy_id"])
    return opened.assign(
        employer_key=named,
        period_start=pd.Series(kept, dtype=object),
        later=[start == after.first_on for start in kept],
    )


def _start_of(day: dt.date | None, before: Period, after: Period) -> dt.date | None:
    for period in (before, after):
        if day is not None and period.first_on <= day <= period.last_on:
            return period.first_on
    return None


def _compare(
    vacancies: pd.DataFrame,
    quantities: list[Quantity],
    permutations: int,
    rng: np.random.Generator,
    step: Step,
) -> list[tuple[Quantity, Compared | None]]:
    found = []
    for done, quantity in enumerate(quantities, start=1):
        compared = compare_quantity(
            quantity, vacancies["employer_key"], vacancies["later"], permutations=permutations, rng=rng
        )
        found.append((quantity, compared))
        step("比较各项分布", done, len(quantities))
    return found


def _scored(
    opened: pd.DataFrame,
    people: pd.DataFrame,
    as_of: dt.date,
    models: Models,
    sample: int,
    rng: np.random.Generator,
    step: Step,
) -> tuple[tuple[pd.DataFrame, list[Quantity]], str]:
    """Match a sample of both periods against the same people."""
    drawn = sample_vacancies(opened, size=sample, rng=rng)
    matcher = Matcher.from_frames(
        reopened(drawn),
        people,
        models.model,
        models.coder,
        as_of=as_of,
        ranker=models.ranker,
        progress=lambda done, total: step("编码", done, total),
    )
    quantities = score_quantities(
        matcher, drawn, progress=lambda done, total: step("匹配两期的需求样本", done, total)
    )
    return (drawn, quantities), matcher.model_version


def _meaning(
    opened: pd.DataFrame,
    model: EmbeddingModel,
    permutations: int,
    rng: np.random.Generator,
    step: Step,
) -> tuple[Quantity, Compared | None]:
    """Compare where the titles lie."""
    drawn = sample_vacancies(opened, size=_VECTORS, rng=rng)
    later = drawn["later"].to_numpy(dtype=bool)
    quantity = Quantity("titles", "标题语义", Group.EMBEDDING, Kind.VECTOR, drawn["title"])
    employers = drawn["employer_key"].tolist()
    if not _enough(employers, later):
        rows, distinct = _sizes(employers, later)
        return quantity, Compared(rows, distinct, 0.0, None, 0.5, 1.0, 1.0, None, None, ())
    vectors = model.embed(drawn["title"].tolist(), progress=lambda done, total: step("编码标题", done, total))
    return quantity, compare_vectors(vectors, employers, later, permutations=permutations, rng=rng)


def _enough(employers: list[str], later: np.ndarray) -> bool:
    rows, distinct = _sizes(employers, later)
    return min(rows) >= MIN_ROWS and min(distinct) >= MIN_EMPLOYERS


def _sizes(employers: list[str], later: np.ndarray) -> tuple[tuple[int, int], tuple[int, int]]:
    sides = [
        [each for each, flag in zip(employers, later, strict=True) if flag == side] for side in (False, True)
    ]
    return (len(sides[0]), len(sides[1])), (len(set(sides[0])), len(set(sides[1])))


def _unreadable(text: str) -> InputError:
    return InputError(
        "period_unreadable", f"“{text}”不是一个月份或起止日期", hint="写成 2026-05 或 2026-05-01/2026-05-31"
    )
