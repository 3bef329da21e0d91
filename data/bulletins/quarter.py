"""One quarter of a region's counted vacancies, with every count that may be shown of it.

What is hidden of a quarter depends on that quarter alone, and the counts of all industries stand in one table
with their sums: neither the bulletins of two industries nor those of two quarters, laid side by side, give a
hidden count away.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.catalogue.cells import Cell
from data.catalogue.entries import DemandStatus
from data.catalogue.frames import OPTIONAL_COLUMNS, VACANCY_COLUMNS, read_spells
from data.catalogue.lists.market import district_of
from data.catalogue.pay import PayQuartiles, stated_pay
from data.catalogue.period import Period
from data.catalogue.sections import OTHER_SECTION
from data.catalogue.suppression import TOTAL, count_at, cross_table
from data.regions import Region
from data.self_forecast.quarters import quarter_span

__all__ = ["UNCODED", "Quarter", "count_at"]

UNCODED = "未识别"
"""Occupation of a vacancy that could not be coded."""

_KEPT = ("vacancy_id", "employer", "occupation_code", "heads", "opened_on", "pay")


@dataclass(frozen=True)
class Quarter:
    """The vacancies of employers in one quarter, and its counts by key industry."""

    name: str
    """Such as ``2026Q3``."""
    needs: pd.DataFrame
    """Vacancies opened in the quarter or open at its end: ``vacancy_id``, ``employer``, ``occupation_code``,
    ``section``, ``district``, ``heads`` (NaN where unstated), ``opened_on``, ``pay``, ``new``, ``valid``."""
    occupations: pd.DataFrame
    """Places newly asked for by occupation and industry, with totals; NaN where hidden."""
    districts: pd.DataFrame | None
    """The same by district; None where its totals would give away what the other table hides."""
    posts: pd.DataFrame
    """New vacancies by industry (``new``), those open at the end (``valid``) and the places these state
    (``heads``), with a total; NaN where hidden."""

    @classmethod
    def from_frame(cls, vacancies: pd.DataFrame, region: Region, name: str) -> Quarter:
        """Count a quarter.

        Parameters
        ----------
        vacancies
            As from :func:`data.demand.read_demand`, of one nature (all real or all generated).
        region
            The region.
        name
            The quarter.
        """
        needs = _needs(vacancies, region, quarter_span(name)[1], quarter_span(name)[0])
        new, valid = needs[needs["new"]], needs[needs["valid"]]
        occupations, districts = _heads(new, "occupation_code"), _heads(new, "district")
        agree = _hidden_totals(occupations) == _hidden_totals(districts)
        posts = {
            "new": _by_section(new, np.ones(len(new))),
            "valid": _by_section(valid, np.ones(len(valid))),
            "heads": _by_section(valid, valid["heads"].to_numpy(dtype=np.float64)),
        }
        return cls(name, needs, occupations, districts if agree else None, _side_by_side(posts))

    def pay(self, *, industry: str | None, occupation: str | None = None) -> tuple[int, PayQuartiles] | None:
        """Return how many new vacancies state pay, and its quartiles; None where too few or confidential.

        Parameters
        ----------
        industry
            Key industry; None for all.
        occupation
            Occupation; None for all.
        """
        frame = self.needs[self.needs["new"]]
        if industry is not None:
            frame = frame[frame["section"] == industry]
        if occupation is not None:
            frame = frame[frame["occupation_code"] == occupation]
        if frame.empty:
            return None
        employer, names = pd.factorize(frame["employer"], sort=True)
        cell = Cell(occupation or UNCODED, industry, frame, employer.astype(np.int64), len(names))
        found = stated_pay(cell)
        return None if found is None else (int(frame["pay"].notna().sum()), found)


def _needs(vacancies: pd.DataFrame, region: Region, last: dt.date, first: dt.date) -> pd.DataFrame:
    wanted = [*VACANCY_COLUMNS, *OPTIONAL_COLUMNS]
    typed = vacancies[[name for name in wanted if name in vacancies.columns]]
    spells = read_spells(typed, Period(last)).frame
    own = spells[~spells["employer_is_agency"].astype(bool)]
    day = pd.Timestamp(last)
    table = own[list(_KEPT)].copy()
    table["occupation_code"] = own["occupation_code"].fillna(UNCODED).astype(object)
    table["section"] = own["key_industry"].fillna(OTHER_SECTION).astype(object)
    table["district"] = own["place_code"].map(lambda code: district_of(code, region)).astype(object)
    table["heads"] = own["heads"].astype(float)
    table["new"] = (own["opened_on"] >= pd.Timestamp(first)).astype(bool)
    table["valid"] = ((own["end"] >= day) & (own["status"] != DemandStatus.CLOSED)).astype(bool)
    return table[table["new"] | table["valid"]].reset_index(drop=True)


def _heads(new: pd.DataFrame, by: str) -> pd.DataFrame:
    return cross_table(new["heads"], rows=new[by], columns=new["section"], employers=new["employer"])[0]


def _by_section(
    frame: pd.DataFrame, values: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> pd.Series[float]:
    column = pd.Series(["-"] * len(frame), index=frame.index, dtype=object)
    table, _ = cross_table(
        pd.Series(values, index=frame.index),
        rows=frame["section"],
        columns=column,
        employers=frame["employer"],
    )
    return table[TOTAL]


def _side_by_side(counts: Mapping[str, pd.Series[float]]) -> pd.DataFrame:
    """Put counts into one table; what a count does not have is 0, which is not hidden."""
    rows = sorted({str(name) for column in counts.values() for name in column.index})
    return pd.DataFrame({name: column.reindex(rows, fill_value=0.0) for name, column in counts.items()})


def _hidden_totals(table: pd.DataFrame) -> set[str]:
    return {str(name) for name in table.columns if math.isnan(count_at(table, TOTAL, str(name)))}
