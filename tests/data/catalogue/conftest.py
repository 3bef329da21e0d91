"""A region, rows that differ from a plain one only where a test says so, and a city with known truth."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from data.catalogue.frames import PROFILE_COLUMNS, VACANCY_COLUMNS
from data.records import Outcome

AS_OF = dt.date(2026, 12, 31)


@dataclass(frozen=True)
class Region:
    name_zh: str = "营口市"
    entry_prefix: str = "YK"
    key_industries: tuple[str, ...] = ("石化与精细化工", "镁材料深加工", "港口物流")


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def as_of():
    return AS_OF


PLAIN = {
    "employer": "甲公司", "employer_is_agency": False, "title": "镁砂烧成工",
    "occupation_code": "6-15-05-01", "occupation_name": "耐火原料加工成型工",
    "key_industry": "镁材料深加工", "place_code": "210882", "heads": 1.0,
    "opened_on": dt.date(2026, 9, 1), "closed_on": None, "outcome": Outcome.OPEN, "start_by": None,
    "valid_until": None, "salary_low": 6000.0, "salary_high": 8000.0, "education": "大专",
    "skill_level": None, "experience_low": 1.0, "experience_high": 3.0, "skills": ("窑炉操作",),
    "duties": "负责回转窑操作", "majors": ("材料工程技术",), "engagement": ("全职",), "synthetic": False,
}  # fmt: skip


def vacancies_of(*rows):
    """Rows that differ from the plain one in the fields given; ids count up."""
    full = [
        {"vacancy_id": f"v{place:04d}", "posting_ids": (f"p{place:04d}",), **PLAIN, **row}
        for place, row in enumerate(rows)
    ]
    return pd.DataFrame(full, columns=list(VACANCY_COLUMNS))


def profiles_of(codes, *, active_on=dt.date(2026, 11, 1), synthetic=False):
    rows = [(f"t{place:05d}", code, "210800", active_on, synthetic) for place, code in enumerate(codes)]
    return pd.DataFrame(rows, columns=list(PROFILE_COLUMNS))


@pytest.fixture
def make_vacancies():
    return vacancies_of


@pytest.fixture
def make_profiles():
    return profiles_of


@dataclass(frozen=True)
class City:
    vacancies: pd.DataFrame
    profiles: pd.DataFrame
    tightness: dict[str, float]


def generated_city(n, *, seed, occupations=40, synthetic=True, unknown=0.15, unstated=0.25):
    """A city whose hiring times, fill shares and seekers follow a latent tightness by occupation."""
    rng = np.random.default_rng(seed)
    codes = [f"{group}-{k // 9 + 1:02d}-{k % 9 + 1:02d}-01" for k in range(occupations) for group in "6"]
    truth = dict(zip(codes, rng.normal(size=occupations), strict=True))
    sizes = rng.dirichlet(np.full(occupations, 1.5))
    occupation = rng.choice(occupations, size=n, p=sizes)
    tight = np.array([truth[codes[place]] for place in occupation])
    employers = max(n // 8, 5)
    employer = rng.integers(employers, size=n)
    effect = rng.normal(scale=0.3, size=employers)[employer]
    opened = np.datetime64(AS_OF) - rng.integers(0, 364, size=n).astype("timedelta64[D]")
    days = rng.exponential(60 * np.exp(0.7 * tight + effect)).astype(int) + 1
    gives_up = rng.exponential(200, size=n).astype(int) + 20
    end = opened + np.minimum(days, gives_up).astype("timedelta64[D]")
    over = end <= np.datetime64(AS_OF)
    silent = rng.random(n) < unknown
    outcome = np.where(
        silent,
        Outcome.UNKNOWN.value,
        np.where(
            ~over,
            Outcome.OPEN.value,
            np.where(days <= gives_up, Outcome.FILLED.value, Outcome.UNFILLED.value),
        ),
    )
    heads = 1.0 + rng.poisson(2, size=n)
    industry = np.array(["石化与精细化工", "镁材料深加工", "港口物流", None], dtype=object)
    pay = 5000 + 3000 * rng.random(n)
    closed = pd.Series(end).where(over & ~silent).dt.date.where(over & ~silent, None)
    vacancies = pd.DataFrame(
        {
            "vacancy_id": [f"v{place:06d}" for place in range(n)],
            "posting_ids": [(f"p{place:06d}",) for place in range(n)],
            "employer": [f"生成企业{number:05d}" for number in employer],
            "employer_is_agency": rng.random(n) < 0.03,
            "title": [f"岗位{codes[place]}" for place in occupation],
            "occupation_code": [codes[place] for place in occupation],
            "occupation_name": [f"职业{codes[place]}" for place in occupation],
            "key_industry": industry[occupation % 4],
            "place_code": "210800",
            "heads": np.where(rng.random(n) < unstated, np.nan, heads),
            "opened_on": pd.Series(opened).dt.date,
            "closed_on": closed,
            "outcome": outcome,
            "start_by": None,
            "valid_until": None,
            "salary_low": pay.round(-2),
            "salary_high": (pay * 1.4).round(-2),
            "education": rng.choice(["大专", "本科", "不限"], size=n),
            "skill_level": None,
            "experience_low": 1.0,
            "experience_high": 3.0,
            "skills": [("能力甲", "能力乙")] * n,
            "duties": "生成的职责",
            "majors": [("生成专业",)] * n,
            "engagement": [("全职",)] * n,
            "synthetic": synthetic,
        }
    )[list(VACANCY_COLUMNS)]
    seekers = rng.poisson(n * sizes * 1.5 * np.exp(-0.8 * np.array([truth[code] for code in codes])))
    seeking = [code for code, count in zip(codes, seekers, strict=True) for _ in range(count)]
    return City(vacancies, profiles_of(seeking, synthetic=synthetic), truth)


@pytest.fixture(scope="session")
def make_city():
    return generated_city


@pytest.fixture(scope="session")
def small_city():
    return generated_city(3000, seed=7)
