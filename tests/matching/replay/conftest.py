"""A matcher whose pools are frozen, in a city with words of one person's own."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.settings import Settings
from matching.bundle import Opened
from matching.coding import OccupationCoder
from matching.matcher import Matcher
from matching.ranker import AdditiveRanker

AS_OF = dt.date(2026, 10, 31)
OWN = "深海钛合金载人球壳焊接"


@pytest.fixture(scope="session")
def coder(hashing_model):
    return OccupationCoder.from_reference(hashing_model)


@pytest.fixture(scope="session")
def people(frames):
    """Return the profiles with one more, whose skill and major nobody else states."""
    _, profiles = frames
    own = profiles.iloc[[0]].assign(profile_id="P4", title=f"{OWN}工程师", summary=f"{OWN}二十年。")
    own["skills"] = [("电熔镁砂", OWN)]
    own["majors"] = [("深海球壳专业",)]
    return pd.concat([profiles, own], ignore_index=True)


@pytest.fixture(scope="session")
def city(frames, people, hashing_model, coder):
    vacancies, _ = frames
    return Matcher.from_frames(vacancies, people, hashing_model, coder, as_of=AS_OF)


@pytest.fixture
def pools(tmp_path):
    return Settings(var_dir=tmp_path).pools_dir


@pytest.fixture
def parts(hashing_model):
    """Return a function that opens the packaged default."""
    return lambda bundle_id: Opened(hashing_model, AdditiveRanker())
