"""Feedback drawn from known preferences, with lists that are read from the top."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from matching.features import FEATURES
from training.ranker import ShownPairs

NAMES = [each.name for each in FEATURES]
LENGTH = 20


@dataclass(frozen=True)
class Simulated:
    """What was shown, what came of it, and what the people really wanted."""

    pairs: ShownPairs
    wanted: np.ndarray
    seen: np.ndarray


def simulate(bias: float, *, queries: int = 300, seed: int = 1, base: float = -3.0) -> Simulated:
    """Show lists in the order of the title; people want skills, duties and occupation, and read downwards."""
    rng = np.random.default_rng(seed)
    features = rng.random((queries * LENGTH, len(NAMES)))
    features[rng.random(features.shape) < 0.1] = np.nan
    filled = np.nan_to_num(features, nan=0.5)
    taste = np.zeros(len(NAMES))
    taste[[NAMES.index("skills"), NAMES.index("duties"), NAMES.index("occupation")]] = [3, 2, 1]
    wanted = 1 / (1 + np.exp(-(filled @ taste + base)))
    old = (filled[:, 0] + 0.05 * rng.random(len(features))).reshape(queries, LENGTH)
    positions = (np.argsort(np.argsort(-old, axis=1), axis=1) + 1).ravel()
    seen = 1 / positions**bias
    touched = (rng.random(len(features)) < wanted) & (rng.random(len(features)) < seen)
    pairs = ShownPairs(
        features,
        np.where(touched, 2, 0),
        np.repeat(np.arange(queries), LENGTH),
        positions,
        np.full(len(features), np.nan),
    )
    return Simulated(pairs, wanted, seen)


@pytest.fixture(scope="session")
def simulated_feedback():
    """Return the simulation, for a strength of the bias."""
    return simulate


@pytest.fixture(scope="session")
def biased() -> Simulated:
    """Feedback of people who look at the first places mostly."""
    return simulate(1.0)


@pytest.fixture(scope="session")
def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three vacancies, one of them filled, and three people, as the store reads them."""
    day = dt.date(2026, 10, 31)
    vacancy = {
        "employer": "示例单位",
        "place_code": "210882",
        "salary_low": 6000.0,
        "salary_high": 9000.0,
        "education": "大专",
        "skill_level": None,
        "experience_low": 2.0,
        "experience_high": None,
        "heads": 2.0,
        "duties": "",
        "majors": (),
        "licences": (),
        "languages": (),
        "engagement": ("全职",),
        "opened_on": day,
        "closed_on": None,
        "start_by": None,
        "valid_until": None,
        "outcome": "招聘中",
        "occupation_code": None,
        "synthetic": True,
    }
    profile = {
        "summary": "",
        "majors": (),
        "education": "本科",
        "skill_level": None,
        "experience_years": 5.0,
        "place_code": "210882",
        "willing_codes": (),
        "engagement": ("全职",),
        "pay_floor": None,
        "available_on": None,
        "active_on": day,
        "licences": (),
        "languages": (),
        "occupation_code": None,
        "synthetic": True,
    }
    vacancies = [
        {"vacancy_id": "V1", "title": "镁砂工艺工程师", "skills": ("电熔镁砂", "浮选")},
        {"vacancy_id": "V2", "title": "岸桥司机", "skills": ("岸桥",), "outcome": "已招满", "closed_on": day},
        {"vacancy_id": "V3", "title": "会计", "skills": ("记账",), "valid_until": day - dt.timedelta(days=1)},
    ]
    people = [
        {"profile_id": "P1", "title": "镁砂工艺工程师", "skills": ("电熔镁砂",)},
        {"profile_id": "P2", "title": "岸桥司机", "skills": ("岸桥",)},
        {"profile_id": "P3", "title": "会计", "skills": ("记账",)},
    ]
    return (
        pd.DataFrame([vacancy | each for each in vacancies]),
        pd.DataFrame([profile | each for each in people]),
    )
