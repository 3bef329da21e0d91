"""Bring cells in as the product does, so that an audit sees what a file or a form would leave of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.normalise.postings import normalise_postings, normalise_profiles, to_posting, to_profile
from data.records import Posting, Profile
from data.regions import Region
from data.sources.columns import TableKind, map_columns
from data.sources.raw import RawTable
from data.sources.tables import read_table
from data.synthetic import generate_city
from data.synthetic.postings import POSTING_COLUMNS
from matching.coding import Coders
from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import quiet
from matching.matcher import Matcher
from matching.ranker import Ranker

__all__ = ["POSTING_FIELDS", "PROFILE_FIELDS", "Door", "Sample", "city_sample", "with_postings"]

PROFILE_FIELDS = {"id": "档案编号", "title": "求职岗位", "text": "经历摘要", "skills": "能力"}
"""Columns of the office's template for people in which an audit writes."""
POSTING_FIELDS = {"id": "信息编号", "title": "岗位名称", "text": "岗位职责", "skills": "能力要求"}
"""The same for postings."""

_MONTHS = 8
_USUAL_LENGTH = (60, 1500)
_AUDITED = "audit.csv"


class Door(NamedTuple):
    """What reading a cell depends on."""

    region: Region
    """Decides ambiguous places."""
    today: dt.date
    """The day."""

    def profiles(self, cells: pd.DataFrame) -> dict[str, Profile]:
        """Return the record of every row that is accepted, by its identifier."""
        frame = self.profile_frame(cells)
        records = (to_profile(row) for row in _rows(frame))
        return {record.profile_id: record for record in records}

    def postings(self, cells: pd.DataFrame) -> dict[str, Posting]:
        """Return the record of every row that is accepted, by its identifier."""
        frame = normalise_postings(_raw(cells), region_codes=self.region.place_codes, today=self.today).frame
        records = (to_posting(row) for row in _rows(frame))
        return {record.posting_id: record for record in records}

    def profile_frame(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Return the typed rows of people."""
        return normalise_profiles(_raw(cells), region_codes=self.region.place_codes, today=self.today).frame

    def vacancy_frame(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Return the typed rows of postings, each as the vacancy that it would be alone."""
        frame = normalise_postings(_raw(cells), region_codes=self.region.place_codes, today=self.today).frame
        names = {"posting_id": "vacancy_id", "headcount": "heads", "posted_on": "opened_on"}
        return frame.rename(columns=names)

    def matcher(
        self,
        postings: pd.DataFrame,
        profiles: pd.DataFrame,
        model: EmbeddingModel,
        coders: Coders,
        *,
        ranker: Ranker | None = None,
        progress: Callable[[int, int], None] = quiet,
    ) -> Matcher:
        """Read, code and match both sides; with the additive ranker where none is given."""
        vacancies = self.vacancy_frame(postings).rename(columns={"vacancy_id": "posting_id"})
        offered = coders.code_frame(vacancies, TableKind.POSTING).frame
        people = coders.code_frame(self.profile_frame(profiles), TableKind.PROFILE).frame
        return Matcher.from_frames(
            offered.rename(columns={"posting_id": "vacancy_id"}),
            people,
            model,
            coders.occupation,
            as_of=self.today,
            ranker=ranker,
            progress=progress,
        )


class Sample(NamedTuple):
    """Cells of a small city."""

    postings: pd.DataFrame
    """Postings that are open on the day, one a vacancy."""
    profiles: pd.DataFrame
    """People."""
    industries: dict[str, str]
    """Key industry of each posting."""
    door: Door
    """How they are read."""


def city_sample(region: Region, *, seed: int, vacancies: int, profiles: int) -> Sample:
    """Generate a city and take open vacancies of every key industry from it.

    Parameters
    ----------
    region
        The region.
    seed
        Seed of the city and of the choice.
    vacancies
        Number of vacancies wanted, spread evenly over the industries; fewer where fewer are open.
    profiles
        Number of people.

    Returns
    -------
    Sample
        The same for the same arguments.
    """
    end = dt.date(2026, 10, 31)
    city = generate_city(seed=seed, months=_MONTHS, end=end, profiles=profiles)
    truth = city.truth.postings
    still = city.truth.vacancies.set_index("vacancy_id")["closed_on"]
    chosen = (truth["relation"] == "original").to_numpy() & (truth["vacancy_id"].map(still) == "").to_numpy()
    open_ones = truth[chosen].reset_index()
    rng = np.random.default_rng(seed)
    open_ones = open_ones.iloc[rng.permutation(len(open_ones))]
    turn = open_ones.groupby("industry").cumcount()
    kept = open_ones.assign(turn=turn).sort_values(["turn", "industry"], kind="stable").head(vacancies)
    cells = city.postings.loc[kept["index"]].reset_index(drop=True)
    industries = dict(zip(kept["posting_id"], kept["industry"], strict=True))
    return Sample(_open_ended(cells), city.profiles, industries, Door(region, end))


def with_postings(sample: Sample, path: Path, *, count: int, seed: int, max_bytes: int) -> Sample:
    """Put postings of a file in the place of those of a sample.

    Parameters
    ----------
    sample
        Keeps its people.
    path
        A table of postings in any format and with any headings that the product reads.
    count
        Number of rows to draw among those with duties of a usual length.
    seed
        Seed of the draw.
    max_bytes
        Most bytes accepted.

    Returns
    -------
    Sample
        Without industries.
    """
    frame = read_table(path, max_bytes=max_bytes).frame
    headings = {field: heading for heading, field in map_columns(POSTING_COLUMNS, TableKind.POSTING).items()}
    read = map_columns(list(frame.columns), TableKind.POSTING)
    mapped = {name: field for name, field in read.items() if field in headings}
    cells = frame[list(mapped)].rename(columns={name: headings[field] for name, field in mapped.items()})
    cells = cells.reindex(columns=list(POSTING_COLUMNS), fill_value="").reset_index(drop=True)
    described = cells[cells[POSTING_FIELDS["text"]].str.len().between(*_USUAL_LENGTH)]
    rng = np.random.default_rng(seed)
    chosen = described.iloc[rng.permutation(len(described))[:count]].reset_index(drop=True)
    named = _open_ended(chosen).assign(
        **{POSTING_FIELDS["id"]: [f"R{row:06d}" for row in range(len(chosen))]}
    )
    return Sample(named, sample.profiles, {}, sample.door)


def _open_ended(cells: pd.DataFrame) -> pd.DataFrame:
    """Let no posting of the sample expire, so that the audit's day does not matter."""
    return cells.assign(有效期至="", 关闭日期="", 招聘结果="", 到岗日期="")


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _raw(cells: pd.DataFrame) -> RawTable:
    numbered = cells.set_axis(pd.RangeIndex(2, len(cells) + 2), axis=0)
    return RawTable(numbered, _AUDITED, "0" * 64)
