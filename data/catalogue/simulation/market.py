"""One draw of a generated city as an office would see it: vacancies, profiles, raw adverts, a survey."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.catalogue.frames import OPTIONAL_COLUMNS, PROFILE_COLUMNS, VACANCY_COLUMNS
from data.catalogue.simulation.truth import INDUSTRIES, Truth
from data.catalogue.survey import SurveyShare
from data.records import Outcome

__all__ = ["AS_OF", "CLEAN", "DIRTY", "Dirt", "Market", "draw_market", "padded"]

AS_OF = dt.date(2026, 12, 31)
"""Last day of the data."""

EMPLOYERS = 36
RATIO, MEAN_HEADS, STOCK = 0.9, 2.5, 0.62
ORDINARY_DAYS = 48.0
TIGHT_RATIO, TIGHT_DAYS, TIGHT_APPEAL, TIGHT_PAY, TIGHT_COMPLAINT = 0.8, 0.6, 0.8, 0.03, 0.8
APPLICANTS, APPLICANTS_COUNTED = 4.0, 0.6
COPIES, COPIES_MISSED = 0.8, 0.1
PADS, PAD_EMPLOYERS, PADDED_HEADS = 6, 12, 5.0

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dirt:
    """What is wrong with the data."""

    ghosts: float
    """Advertisements without a need, per real vacancy."""
    unstated: float
    """Share that states no places."""
    coverage: tuple[float, float]
    """Range of the share of an occupation's vacancies and seekers that reaches the office, drawn anew."""
    reported: float
    """Share of the ends that employers report."""
    copies: float
    """Further copies of a vacancy on other platforms."""


DIRTY = Dirt(ghosts=0.15, unstated=0.35, coverage=(0.6, 1.0), reported=0.8, copies=COPIES)
"""The data of a real office, as published checks of job boards describe them."""
CLEAN = Dirt(ghosts=0.0, unstated=0.0, coverage=(1.0, 1.0), reported=1.0, copies=0.0)
"""A census without error."""


@dataclass(frozen=True, eq=False)
class Market:
    """What the office sees."""

    vacancies: pd.DataFrame
    """After cleaning: the columns of the catalogue's table, with applicants."""
    profiles: pd.DataFrame
    """Active seekers."""
    adverts: pd.DataFrame
    """Before cleaning: occupation (by number), heads and whether they are stated, pay, years, schooling."""
    survey: tuple[SurveyShare, ...]
    """Published shares of 招聘困难."""


def draw_market(truth: Truth, rng: np.random.Generator, dirt: Dirt = DIRTY) -> Market:
    """Draw what the office sees of a truth.

    Parameters
    ----------
    truth
        The city.
    rng
        Source of randomness.
    dirt
        What is wrong with the data.

    Returns
    -------
    Market
        All of it marked as generated.
    """
    seen = rng.uniform(*dirt.coverage, size=truth.n)
    counts = rng.poisson(truth.spells * seen)
    ghosts = rng.poisson(counts * dirt.ghosts)
    missed = rng.poisson(counts * dirt.copies * COPIES_MISSED)
    occupation = np.repeat(np.tile(np.arange(truth.n), 3), np.concatenate([counts, ghosts, missed]))
    kind = np.repeat([0, 1, 2], [counts.sum(), ghosts.sum(), missed.sum()])
    frame = _needs(truth, occupation, kind, rng, dirt)
    copies = np.where(kind == 2, 0, rng.poisson(dirt.copies * (1 - COPIES_MISSED), size=len(frame)))
    adverts = frame.loc[
        np.repeat(frame.index, 1 + copies), ["occupation", "heads", "pay", "years", "schooling"]
    ]
    return Market(
        _table(truth, frame),
        _profiles(truth, rng, dirt),
        adverts.reset_index(drop=True),
        _survey(truth, rng),
    )


def _needs(
    truth: Truth, occupation: Indices, kind: Indices, rng: np.random.Generator, dirt: Dirt
) -> pd.DataFrame:
    """Draw vacancies: employers clustered, days to fill by tightness and employer, ends partly reported."""
    n, tight, high = len(occupation), truth.tightness[occupation], truth.high_end[occupation]
    employer = _employers(truth, occupation, rng)
    pace, pays = rng.normal(scale=0.25, size=(2, len(INDUSTRIES) * EMPLOYERS)) * [[1.0], [0.5]]
    opened = rng.integers(0, 365, size=n)
    log_days = np.log(ORDINARY_DAYS) + TIGHT_DAYS * tight + truth.slowness[occupation] + pace[employer]
    days = np.ceil(np.exp(log_days + 0.75 * rng.standard_normal(n))).astype(np.int64)
    limit = rng.choice([90, 120, 180, 240], p=[0.25, 0.25, 0.3, 0.2], size=n)
    length = np.minimum(days, limit)
    over = length <= opened
    told = over & (rng.random(n) < dirt.reported) & (kind == 0)
    ended = np.where(days <= limit, Outcome.FILLED.value, Outcome.UNFILLED.value)
    outcome = np.where(told, ended, np.where(over | (kind > 0), Outcome.UNKNOWN.value, Outcome.OPEN.value))
    growth = TIGHT_PAY * tight + truth.pay_growth[occupation]
    pay = np.exp(
        np.log(5500) + 0.35 * high + pays[employer] - growth * opened / 365 + 0.06 * rng.standard_normal(n)
    )
    expected = APPLICANTS * np.exp(-TIGHT_APPEAL * tight + truth.appeal[occupation])
    counted = (rng.random(n) < APPLICANTS_COUNTED) & (kind == 0)
    suitable = rng.poisson(expected * rng.gamma(2.0, 0.5, size=n))
    return pd.DataFrame(
        {
            "occupation": occupation,
            "employer": employer,
            "opened_on": pd.Timestamp(AS_OF) - pd.to_timedelta(opened, unit="D"),
            "closed_on": (pd.Timestamp(AS_OF) - pd.to_timedelta(opened - length, unit="D")).where(told),
            "outcome": outcome,
            "heads": np.where(
                rng.random(n) < dirt.unstated, np.nan, 1.0 + rng.poisson(MEAN_HEADS - 1, size=n)
            ),
            "pay": pay,
            "years": np.clip(np.round(3 + 2 * high + rng.standard_normal(n)), 0, 15),
            "schooling": np.clip(np.round(4 + high + 0.5 * rng.standard_normal(n)), 1, 7),
            "suitable_applicants": np.where(counted, suitable, np.nan),
        }
    )


def _employers(truth: Truth, occupation: Indices, rng: np.random.Generator) -> Indices:
    """Draw employers: few of an industry hold most vacancies of an occupation."""
    weight = rng.gamma(0.35, size=(truth.n, EMPLOYERS)) + 1e-3
    edges = (weight / weight.sum(axis=1, keepdims=True)).cumsum(axis=1)
    within = (rng.random(len(occupation))[:, None] > edges[occupation]).sum(axis=1)
    return np.asarray(truth.industry[occupation] * EMPLOYERS + np.minimum(within, EMPLOYERS - 1))


def _table(truth: Truth, frame: pd.DataFrame) -> pd.DataFrame:
    """Bring vacancies into the columns of the catalogue's table."""
    n = len(frame)
    codes = np.array(truth.code)[frame["occupation"]]
    identifiers = [f"v{number:07d}" for number in range(n)]
    table = pd.DataFrame(
        {
            "vacancy_id": identifiers,
            "posting_ids": [(f"p{identifier}",) for identifier in identifiers],
            "employer": [f"生成企业{number:04d}" for number in frame["employer"]],
            "employer_is_agency": False,
            "title": codes,
            "occupation_code": codes,
            "occupation_name": [f"职业{code}" for code in codes],
            "key_industry": np.array(INDUSTRIES)[truth.industry[frame["occupation"]]],
            "place_code": "210800",
            "heads": frame["heads"],
            "opened_on": frame["opened_on"],
            "closed_on": frame["closed_on"],
            "outcome": frame["outcome"],
            "salary_low": frame["pay"] * 0.85,
            "salary_high": frame["pay"] * 1.15,
            "experience_low": frame["years"],
            "skills": [()] * n,
            "duties": "",
            "majors": [()] * n,
            "engagement": [()] * n,
            "suitable_applicants": frame["suitable_applicants"],
            "synthetic": True,
        }
    )
    return table.reindex(columns=[*VACANCY_COLUMNS, *OPTIONAL_COLUMNS]).astype({"valid_until": object})


def _profiles(truth: Truth, rng: np.random.Generator, dirt: Dirt) -> pd.DataFrame:
    """Draw registered seekers, fewer for tight occupations."""
    ratio = RATIO * np.exp(TIGHT_RATIO * truth.tightness + truth.register)
    seen = rng.uniform(*dirt.coverage, size=truth.n)
    seekers = rng.poisson(truth.spells * MEAN_HEADS * STOCK / ratio * seen)
    codes = np.repeat(np.array(truth.code), seekers)
    rows = {"profile_id": [f"t{number:07d}" for number in range(len(codes))], "occupation_code": codes}
    return pd.DataFrame(
        {**rows, "place_code": "210800", "active_on": AS_OF, "synthetic": True}, columns=list(PROFILE_COLUMNS)
    )


def _survey(truth: Truth, rng: np.random.Generator) -> tuple[SurveyShare, ...]:
    """Draw what employers say; of seven in ten occupations a share is published."""
    asked = np.minimum(rng.poisson(truth.spells / 3), 40)
    odds = TIGHT_COMPLAINT * truth.tightness + truth.complaint - 0.4
    hard = rng.binomial(asked, 1 / (1 + np.exp(-odds))) / np.maximum(asked, 1)
    published = (asked >= 3) & (rng.random(truth.n) < 0.7)
    return tuple(
        SurveyShare(
            occ_code=truth.code[place],
            key_industry=INDUSTRIES[truth.industry[place]],
            hard_share=float(hard[place]),
            n=int(asked[place]),
            synthetic=True,
        )
        for place in np.flatnonzero(published)
    )


def padded(market: Market, truth: Truth, chosen: Indices, *, lie: bool = False) -> Market:
    """Pad occupations with six fake vacancies for every real one.

    Parameters
    ----------
    market
        What the office sees otherwise; it is not changed.
    truth
        The city.
    chosen
        Occupations by number.
    lie
        Report the fakes as closed unfilled; else nothing is reported of them.

    Returns
    -------
    Market
        With fakes of twelve invented employers each, five places a vacancy.
    """
    real = market.vacancies
    own = real[real["occupation_code"].isin([truth.code[place] for place in chosen])]
    fake = pd.concat([own] * PADS, ignore_index=True)
    fake = fake.assign(
        vacancy_id=[f"x{number:07d}" for number in range(len(fake))],
        employer=[
            f"虚假企业{number % PAD_EMPLOYERS}-{code}" for number, code in enumerate(fake["occupation_code"])
        ],
        heads=PADDED_HEADS,
        outcome=Outcome.UNFILLED.value if lie else Outcome.UNKNOWN.value,
        opened_on=pd.Timestamp(AS_OF) - pd.to_timedelta(np.arange(len(fake)) % 150 + 1, unit="D"),
        closed_on=pd.Series(pd.Timestamp(AS_OF) if lie else None, index=fake.index, dtype="datetime64[ns]"),
        suitable_applicants=np.nan,
    )
    number = {code: place for place, code in enumerate(truth.code)}
    extra = pd.DataFrame(
        {
            "occupation": fake["occupation_code"].map(number),
            "heads": fake["heads"],
            "pay": (fake["salary_low"] + fake["salary_high"]) / 2,
            "years": fake["experience_low"],
            "schooling": 4.0,
        }
    )
    return Market(
        pd.concat([real, fake], ignore_index=True),
        market.profiles,
        pd.concat([market.adverts, extra], ignore_index=True),
        market.survey,
    )
