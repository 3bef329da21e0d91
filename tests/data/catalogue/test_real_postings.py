"""Catalogues of real postings, whose outcomes nobody reported."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.catalogue.demand import build_demand_catalogue
from data.catalogue.frames import VACANCY_COLUMNS
from data.catalogue.rules import NOT_RATED
from data.catalogue.shortage import build_shortage_catalogue
from data.records import Outcome

SEED = Path(__file__).resolve().parents[3] / "../shared/data/demo_seed_pseudonymised.csv.gz"
AS_OF = dt.date(2024, 6, 30)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SEED.is_file(), reason="../shared/data is absent"),
]


@pytest.fixture(scope="module")
def vacancies():
    """Real rows as they stand; the title takes the place of an occupation, which nobody coded here."""
    raw = pd.read_csv(SEED, dtype=str)
    frame = pd.DataFrame(
        {
            "vacancy_id": raw["posting_id"],
            "posting_ids": [(posting,) for posting in raw["posting_id"]],
            "employer": raw["company"].fillna(""),
            "employer_is_agency": raw["company"].str.contains("人力资源", na=False),
            "title": raw["title"].fillna(""),
            "occupation_code": "2-" + raw["function_raw"],
            "occupation_name": raw["function_raw"],
            "key_industry": raw["key_industry_hint"].str.split("|").str[0],
            "heads": pd.to_numeric(raw["headcount"].str.extract(r"(\d+)")[0]),
            "opened_on": pd.to_datetime(raw["scraped_at"], format="mixed", errors="coerce").dt.date,
            "outcome": Outcome.UNKNOWN,
            "skills": [tuple(str(tags).split("|")) for tags in raw["tags"].fillna("")],
            "duties": raw["description"].fillna(""),
            "synthetic": False,
        }
    )
    return frame.reindex(columns=list(VACANCY_COLUMNS))


def test_every_real_posting_of_the_period_stands_in_one_entry_and_names_no_employer(vacancies, region):
    catalogue = build_demand_catalogue(
        vacancies, region=region, edition="2024", as_of=AS_OF, snapshot="real", publish_names=False
    )
    listed = [posting for entry in catalogue.entries for posting in entry.posting_ids]
    assert len(listed) == len(set(listed)) == catalogue.counts["used"]
    assert catalogue.counts["used"] > 4000
    employers = dict(zip(vacancies["vacancy_id"], vacancies["employer"], strict=True))
    for entry in catalogue.entries:
        own = employers[entry.vacancy_ids[0]]
        assert not own or own not in f"{entry.job_title}{entry.duties}{entry.employer_name}"
    assert all(entry.employer_name.startswith("某") for entry in catalogue.entries)


def test_real_postings_without_outcomes_get_no_star_and_every_entry_says_why(
    vacancies, region, make_profiles
):
    profiles = make_profiles(["2-java"] * 500, active_on=dt.date(2024, 5, 1), synthetic=True)
    catalogue = build_shortage_catalogue(
        vacancies, profiles, region=region, edition="2024", as_of=AS_OF, snapshot="real",
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert len(catalogue.entries) > 50
    assert {entry.level for entry in catalogue.entries} == {NOT_RATED}
    assert {entry.ratio for entry in catalogue.entries} == {None}
    assert all(entry.reasons for entry in catalogue.entries)
    assert not catalogue.synthetic
