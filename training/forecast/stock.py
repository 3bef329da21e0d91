"""The open stock at the end of each month and how vacancies left it, and vacancies by skill.

A vacancy whose end nobody told, because its advert ran out or was not seen again, leaves the stock as lapsed:
it was lost from sight, which is neither a fill nor a withdrawal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.catalogue.entries import DemandStatus
from data.catalogue.frames import read_spells
from data.catalogue.period import Period
from data.records import Outcome
from training.forecast.cells import Cells
from training.forecast.demand import Floats, Integers
from training.forecast.series import Openings

__all__ = ["OpenStock", "SkillCounts", "count_skills", "count_stock"]

_TOLD = (Outcome.FILLED, Outcome.WITHDRAWN, Outcome.UNFILLED)
_LAPSED = len(_TOLD)
_STAYS = -1


@dataclass(frozen=True)
class OpenStock:
    """Open heads at month ends.

    ``stock[t] = stock[t-1] + opened[t] - filled[t] - withdrawn[t] - unfilled[t] - lapsed[t]``, with nothing
    open before the first month.
    """

    index: pd.DataFrame
    """Level, key industry and occupation code of each row."""
    months: tuple[dt.date, ...]
    """First day of each month, ascending."""
    stock: Floats
    """Heads open at the end of each month, rows × months."""
    opened: Floats
    """Heads that opened in it; the demand."""
    filled: Floats
    """Heads of vacancies that ended in it with every place filled, as the employer told."""
    withdrawn: Floats
    """Heads of vacancies whose need went away."""
    unfilled: Floats
    """Heads of vacancies closed with places left."""
    lapsed: Floats
    """Heads lost from sight: the advert ran out and nobody told what came of it."""
    n_ended: Integers
    """Vacancies of the whole table that ended as filled, withdrawn, unfilled and lapsed, in this order."""

    @property
    def told_share(self) -> float:
        """Share of the ended vacancies of which the employer told how they ended; NaN without any."""
        return float(self.n_ended[:_LAPSED].sum() / self.n_ended.sum()) if self.n_ended.sum() else np.nan


@dataclass(frozen=True)
class SkillCounts:
    """Vacancies by skill and month of opening; one vacancy counts under each of its skills."""

    codes: tuple[str, ...]
    """Skill identifiers in order."""
    months: tuple[dt.date, ...]
    """First day of each month."""
    counts: Floats
    """Vacancies, skills × months; never to be added up over skills."""


class _WholeHistory(Period):
    """Every day up to the last one, for which the catalogue's reading of spells is wanted."""

    @property
    def start(self) -> pd.Timestamp:
        """Before any vacancy."""
        return pd.Timestamp("1900-01-01")


def count_stock(vacancies: pd.DataFrame, openings: Openings, weights: Floats, *, as_of: dt.date) -> OpenStock:
    """Follow the vacancies from the month in which they opened to the one in which they ended.

    Parameters
    ----------
    vacancies
        Table with the columns of ``data.catalogue.frames.VACANCY_COLUMNS``.
    openings
        Those of them that opened within the complete months.
    weights
        What the heads of each vacancy of ``openings`` count.
    as_of
        Day of the data; what was learned later is taken back.

    Returns
    -------
    OpenStock
        Rows and months of ``count_openings(openings)``; what ends after the last complete month is open.

    Raises
    ------
    InputError
        A column is missing, a vacancy stands twice or a value has the wrong type.
    """
    frame, months = openings.frame, openings.months
    n_months = len(months)
    spells = read_spells(vacancies, _WholeHistory(as_of)).frame.set_index("vacancy_id")
    spells = spells.reindex(frame["vacancy_id"])
    ended = (spells["status"] == DemandStatus.CLOSED) | (
        (spells["status"] == DemandStatus.UNREPORTED) & (spells["end"] < pd.Timestamp(as_of))
    )
    end, outcome = spells["end"].dt, spells["outcome"]
    begin = months[0] if months else as_of
    month = ((end.year - begin.year) * 12 + end.month - begin.month).to_numpy(dtype=float)
    how = np.full(len(frame), _LAPSED)
    for number, told in enumerate(_TOLD):
        how[(outcome == told).to_numpy()] = number
    how[~ended.to_numpy() | ~(month < n_months)] = _STAYS
    cells = Cells.from_frame(frame)
    heads = frame["heads"].to_numpy(dtype=float) * weights
    opened = cells.summed(heads, frame["month"].to_numpy(dtype=np.int64), n_months)
    filled, withdrawn, unfilled, lapsed = (
        _summed(cells, heads, month, how == number, n_months) for number in range(_LAPSED + 1)
    )
    stock = np.cumsum(opened - filled - withdrawn - unfilled - lapsed, axis=1)
    n_ended = np.bincount(how[(how != _STAYS) & (weights > 0)], minlength=_LAPSED + 1).astype(np.int64)
    return OpenStock(
        index=cells.index,
        months=months,
        stock=np.maximum(stock, 0.0),
        opened=opened,
        filled=filled,
        withdrawn=withdrawn,
        unfilled=unfilled,
        lapsed=lapsed,
        n_ended=n_ended,
    )


def _summed(
    cells: Cells, heads: Floats, month: Floats, chosen: npt.NDArray[np.bool_], n_months: int
) -> Floats:
    """Add up the heads of some vacancies by the month in which they ended."""
    values = np.where(chosen, heads, 0.0)
    return cells.summed(values, np.where(chosen, month, 0.0).astype(np.int64), n_months)


def count_skills(vacancies: pd.DataFrame, openings: Openings, weights: Floats) -> SkillCounts:
    """Count vacancies by skill and month.

    Parameters
    ----------
    vacancies
        Columns ``vacancy_id`` and ``skill_codes`` (a tuple, or nothing).
    openings
        Those of them that opened within the complete months.
    weights
        What each vacancy of ``openings`` counts.

    Returns
    -------
    SkillCounts
        Without skills: no rows.
    """
    codes = vacancies.set_index("vacancy_id")["skill_codes"].reindex(openings.frame["vacancy_id"])
    table = pd.DataFrame(
        {
            "code": [tuple(dict.fromkeys(each)) if isinstance(each, tuple) else () for each in codes],
            "month": openings.frame["month"].to_numpy(),
            "weight": weights,
        }
    ).explode("code")
    table = table[table["code"].notna()]
    rows, names = pd.factorize(table["code"], sort=True)
    counts = np.zeros((len(names), len(openings.months)))
    np.add.at(counts, (rows, table["month"].to_numpy(dtype=np.int64)), table["weight"].to_numpy(dtype=float))
    return SkillCounts(tuple(map(str, names)), openings.months, counts)
