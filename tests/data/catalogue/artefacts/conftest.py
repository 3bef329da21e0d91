"""One small edition with its data and the edition before, written once."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager

from data.catalogue.artefacts import Market, export_edition
from data.catalogue.demand import build_demand_catalogue
from data.catalogue.shortage import build_shortage_catalogue
from data.catalogue.urgency import CRITERIA, UrgencyRating

AS_OF = dt.date(2026, 12, 31)


@dataclass(frozen=True)
class Office:
    name_zh: str = "营口市"
    entry_prefix: str = "YK"
    key_industries: tuple[str, ...] = ("石化与精细化工", "镁材料深加工", "港口物流")


@pytest.fixture(scope="session", autouse=True)
def chinese_fonts():
    if "Noto Sans CJK SC" not in {font.name for font in font_manager.fontManager.ttflist}:
        pytest.skip("the system package fonts-noto-cjk is absent")


@pytest.fixture(scope="session")
def market(small_city):
    """The small city from two sources, with an occupation that a single employer asks for."""
    rare = small_city.vacancies.head(12).assign(
        vacancy_id=[f"r{place}" for place in range(12)], employer="独家企业", occupation_code="2-09-09-09",
        occupation_name="独家职业", employer_is_agency=False,
    )  # fmt: skip
    vacancies = pd.concat([small_city.vacancies, rare], ignore_index=True)
    sources = np.where(vacancies["employer"].str[-1].isin(list("01234")), "甲网", "乙网")
    return Market(vacancies.assign(source=sources), small_city.profiles, seed=3)


@pytest.fixture(scope="session")
def build(market):
    """Both catalogues of an edition."""

    def of(vacancies=None, *, edition="2026Q4", **more):
        common = {"region": Office(), "edition": edition, "as_of": AS_OF, "snapshot": "s#1"}
        frame = market.vacancies if vacancies is None else vacancies
        rng = np.random.default_rng(market.seed)
        shortage = build_shortage_catalogue(frame, market.profiles, rng=rng, **common, **more)
        return build_demand_catalogue(frame.head(60), **common), shortage

    return of


@pytest.fixture(scope="session")
def edition(build):
    """Both catalogues, with 急需度 of every cell by two raters who agree."""
    _, first = build()
    ratings = [
        UrgencyRating(
            occ_code=entry.occ_code, key_industry=entry.key_industry, rater=rater,
            **dict.fromkeys(CRITERIA, 20.0 + 3 * (place % 25)),
        )
        for place, entry in enumerate(first.entries)
        if not entry.members
        for rater in ("甲", "乙")
    ]  # fmt: skip
    return build(ratings=ratings)


@pytest.fixture(scope="session")
def before(build, market):
    """The edition before, on two thirds of the data."""
    return build(market.vacancies.head(2000), edition="2025Q4")


@pytest.fixture(scope="session")
def written(edition, before, market, tmp_path_factory):
    """Everything of the edition, in a folder."""
    out = tmp_path_factory.mktemp("edition") / "out"
    export_edition(edition, out, market=market, previous=before)
    return out
