"""The market of a region on one day, as the map and the bulletins read it: current needs, active seekers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pandas as pd

from data.catalogue.frames import OPTIONAL_COLUMNS, VACANCY_COLUMNS, read_spells
from data.catalogue.period import Period
from data.catalogue.sections import OTHER_SECTION, talent_category
from data.catalogue.spells import add_timing
from data.errors import UnknownName
from data.normalise.divisions import is_within
from data.regions import Region

__all__ = ["OTHER_CATEGORY", "OUTSIDE", "UNPLACED", "Market", "category_of", "district_of", "with_industry"]

OTHER_CATEGORY = "其他或未定"
"""Category where the occupation does not settle it."""
OUTSIDE = "市外愿来"
"""Place of a seeker who lives elsewhere and would come."""
UNPLACED = "未写到区县"
"""Place within the region that names no division of it."""

_SEEKER_COLUMNS = ["profile_id", "occupation_code", "place_code", "education", "skill_level"]


def category_of(occupation_code: object) -> str:
    """Return the 人才类别 of an occupation in print; a missing code has none.

    Parameters
    ----------
    occupation_code
        Code of 大典 2022, or anything else for none.

    Returns
    -------
    str
        专业技术, 技能 or :data:`OTHER_CATEGORY`.

    Examples
    --------
    >>> category_of("6-15-05-01"), category_of(None)
    ('技能', '其他或未定')
    """
    code = occupation_code if isinstance(occupation_code, str) else None
    return talent_category(code) or OTHER_CATEGORY


def district_of(place_code: object, region: Region) -> str:
    """Name the division of a region in which a place lies.

    Parameters
    ----------
    place_code
        GB/T 2260 code, or anything else for none.
    region
        The region.

    Returns
    -------
    str
        :data:`UNPLACED` for a place in the region without a division, :data:`OUTSIDE` elsewhere.
    """
    if not isinstance(place_code, str) or not region.contains(place_code):
        return OUTSIDE
    found = (place.name for place in region.districts if is_within(place_code, place.code))
    return next(found, UNPLACED)


def with_industry(persons: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """Divide every person among the key industries that ask for the person's occupation.

    Parameters
    ----------
    persons
        Columns ``profile_id`` and ``occupation_code`` at least.
    needs
        Columns ``occupation_code`` and ``section``.

    Returns
    -------
    DataFrame
        One row per person and industry with ``section`` and ``weight``; a person's weights add up to 1, and
        an occupation that nobody asks for belongs to 其他产业.
    """
    counts = needs.groupby(["occupation_code", "section"], as_index=False).size()
    totals = counts.groupby("occupation_code")["size"].transform("sum")
    shares = counts.assign(weight=counts["size"] / totals)[["occupation_code", "section", "weight"]]
    divided = persons.merge(shares, on="occupation_code", how="left")
    return divided.assign(
        section=divided["section"].fillna(OTHER_SECTION).astype(object),
        weight=divided["weight"].astype(float).fillna(1.0),
    )


@dataclass(frozen=True)
class Market:
    """Needs and seekers of one nature: real ones where there are any, else generated ones."""

    region: Region
    """The region."""
    as_of: dt.date
    """Day on which the data stand."""
    needs: pd.DataFrame
    """Vacancies of the last six months without those of agencies: ``employer``, ``occupation_code``,
    ``section``, ``category``, ``district``, ``heads`` (NaN where unstated), ``opened_on`` and
    ``industry_code``."""
    seekers: pd.DataFrame
    """Profiles confirmed in the last six months: ``profile_id``, ``occupation_code``, ``category``,
    ``district``, ``section``, ``weight``, ``education``, ``skill_level``."""
    synthetic: bool
    """True for generated data."""
    agency_needs: int
    """Vacancies of agencies, left out."""

    @classmethod
    def from_frames(
        cls, vacancies: pd.DataFrame, profiles: pd.DataFrame, region: Region, *, as_of: dt.date
    ) -> Market:
        """Select what is current on a day.

        Parameters
        ----------
        vacancies
            As from :func:`data.demand.read_demand`.
        profiles
            As from :func:`data.demand.read_supply`.
        region
            The region.
        as_of
            The day.

        Returns
        -------
        Market
            Empty frames for empty input.
        """
        period = Period(as_of)
        spells = add_timing(read_spells(_typed(vacancies), period).frame, period)
        current = spells[spells["current"].astype(bool)]
        synthetic = bool(len(current)) and bool(current["synthetic"].all())
        own = current[current["synthetic"].astype(bool) == synthetic]
        agency = own["employer_is_agency"].astype(bool)
        needs = _needs(own[~agency], vacancies, region)
        seekers = with_industry(_seekers(profiles, region, period, synthetic=synthetic), needs)
        return cls(region, as_of, needs, seekers, synthetic, int(agency.sum()))

    def within(self, industry: str) -> Market:
        """Return the part of one key industry.

        Parameters
        ----------
        industry
            Name of a key industry of the region.

        Raises
        ------
        UnknownName
            The region has no such key industry.
        """
        if industry not in self.region.key_industries:
            known = "、".join(self.region.key_industries)
            raise UnknownName(
                "industry_unknown",
                f"{self.region.name_zh}没有重点产业“{industry}”",
                hint=f"现有重点产业：{known}",
            )
        return replace(
            self,
            needs=self.needs[self.needs["section"] == industry],
            seekers=self.seekers[self.seekers["section"] == industry],
        )


def _typed(vacancies: pd.DataFrame) -> pd.DataFrame:
    wanted = [*VACANCY_COLUMNS, *(name for name in OPTIONAL_COLUMNS if name in vacancies.columns)]
    return vacancies[[name for name in wanted if name in vacancies.columns]]


def _needs(spells: pd.DataFrame, vacancies: pd.DataFrame, region: Region) -> pd.DataFrame:
    table = spells[["vacancy_id", "employer", "occupation_code", "heads", "opened_on", "place_code"]].copy()
    table["section"] = spells["key_industry"].fillna(OTHER_SECTION).astype(object)
    table["category"] = table["occupation_code"].map(category_of).astype(object)
    table["district"] = table["place_code"].map(lambda code: district_of(code, region)).astype(object)
    codes = (
        vacancies.set_index("vacancy_id")["industry_code"].to_dict() if "industry_code" in vacancies else {}
    )
    table["industry_code"] = table["vacancy_id"].map(codes.get).astype(object)
    table["heads"] = table["heads"].astype(float)
    return table.reset_index(drop=True)


def _seekers(profiles: pd.DataFrame, region: Region, period: Period, *, synthetic: bool) -> pd.DataFrame:
    if profiles.empty:
        return pd.DataFrame(columns=[*_SEEKER_COLUMNS, "category", "district"], dtype=object)
    active_on = pd.to_datetime(profiles["active_on"])
    active = (active_on >= period.half_year) & (active_on <= period.as_of)
    own = profiles[active & (profiles["synthetic"].astype(bool) == synthetic)]
    table = own[_SEEKER_COLUMNS].copy()
    table["category"] = table["occupation_code"].map(category_of).astype(object)
    table["district"] = table["place_code"].map(lambda code: district_of(code, region)).astype(object)
    return table.reset_index(drop=True)
