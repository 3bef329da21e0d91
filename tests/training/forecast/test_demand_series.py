from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.regions import read_region
from data.store.batches import begin_batch
from data.store.office_figures import write_office_figures
from data.store.schema import posting, vacancy, vacancy_posting
from training.forecast.breaks import BreakKind
from training.forecast.coverage import measure_coverage
from training.forecast.demand import check_demand, next_months
from training.forecast.demand_series import demand_series
from training.forecast.series import read_openings

REGION = read_region("yingkou")
AS_OF = dt.date(2026, 1, 10)
MONTHS = next_months(dt.date(2025, 1, 1), 12)
Advert = tuple[int, str, str]
"""Month, employer and source."""


def write(store, adverts: list[Advert], *, synthetic: bool = False, prefix: str = "") -> None:
    """Write one vacancy of two heads for every advert."""
    batch_id = begin_batch(store, "posting", "v.csv", f"{prefix:f>64}", "1")
    plain = {
        "batch_id": batch_id,
        "title": "焊工",
        "employer_is_agency": False,
        "industry_raw": "",
        "place_raw": "",
        "skills": [],
        "duties": "",
        "majors": [],
        "licences": [],
        "languages": [],
        "engagement": [],
        "outcome": "未知",
        "synthetic": synthetic,
        "place_code": "210800",
        "occupation_code": "6-18-02-04",
        "skill_codes": ["S1"],
    }
    postings, vacancies, members = [], [], []
    for n, (month, employer, source) in enumerate(adverts):
        key, day = f"{prefix}{n}", MONTHS[month].replace(day=9)
        named = {"posting_id": f"p{key}", "row": n, "source": source, "source_row": n, "posted_on": day}
        postings.append({**plain, **named, "employer": employer, "employer_key": employer})
        opened = {
            "opened_on": day,
            "heads": 2,
            "outcome": "未知",
            "synthetic": synthetic,
            "employer_key": employer,
        }
        vacancies.append({"vacancy_id": f"v{key}", "posting_id": f"p{key}", **opened})
        members.append({"vacancy_id": f"v{key}", "posting_id": f"p{key}", "relation": "only"})
    with store.begin() as connection:
        connection.execute(posting.insert(), postings)
        connection.execute(vacancy.insert(), vacancies)
        connection.execute(vacancy_posting.insert(), members)


def test_demand_is_read_corrected_with_its_stock_skills_and_coverage(store) -> None:
    write(store, [(m, f"甲{n}", "甲网") for m in range(12) for n in range(20)])
    write(store, [(m, f"乙{n}", "乙网") for m in range(2, 12) for n in range(10)], prefix="x")
    figure = {
        "kind": "coverage_demand",
        "period": "2025",
        "major_code": "",
        "occupation_code": "",
        "key_industry": "",
        "low": 0.2,
        "value": 0.3,
        "high": 0.4,
        "unit": "比例",
        "source": "抽样",
        "synthetic": False,
    }
    write_office_figures(store, REGION.name, [figure])
    found = demand_series(store, REGION, as_of=AS_OF)
    assert found.raw.total.tolist() == [40.0] * 2 + [60.0] * 10
    assert found.demand.total.tolist() == [60.0] * 12
    assert found.demand.index.equals(found.raw.index)
    check_demand(found.demand, as_of=AS_OF)
    assert [each.kind for each in found.coverage.breaks] == [
        BreakKind.SOURCE_APPEARS,
        BreakKind.LEVEL_LINKED,
    ]
    assert found.skills.codes == ("S1",)
    assert found.skills.counts.tolist() == [[30.0] * 12]
    # Nobody tells how a vacancy ends: it lapses 180 days after the 9th, in the sixth month that follows.
    assert found.stock.stock[0, :6].tolist() == [60, 120, 180, 240, 300, 360]
    assert (found.stock.opened == found.demand.matrix).all()
    assert found.share == (0.2, 0.3, 0.4)
    assert (found.synthetic, found.as_of) == (False, AS_OF)


def test_months_that_nothing_links_to_the_last_are_cut(sqlite_store) -> None:
    write(sqlite_store, [(m, f"甲{n}", "甲网") for m in range(6) for n in range(10)])
    write(sqlite_store, [(m, f"乙{n}", "乙网") for m in range(6, 12) for n in range(10)], prefix="x")
    found = demand_series(sqlite_store, REGION, as_of=AS_OF)
    assert len(found.raw.months) == 12
    assert found.demand.months == found.stock.months == found.skills.months == MONTHS[7:]
    assert found.demand.total.tolist() == [20.0] * 5
    assert found.stock.stock.shape == (len(found.demand.index), 5)
    assert np.isnan(found.coverage.factors[:7]).all()


def test_generated_vacancies_count_only_where_there_are_no_real_ones(sqlite_store) -> None:
    write(sqlite_store, [(m, "甲", "甲网") for m in range(12)], synthetic=True)
    assert demand_series(sqlite_store, REGION, as_of=AS_OF).synthetic
    write(sqlite_store, [(m, "乙", "甲网") for m in range(12)], prefix="x")
    found = demand_series(sqlite_store, REGION, as_of=AS_OF)
    assert not found.synthetic
    assert found.raw.total.tolist() == [2.0] * 12


def test_an_empty_store_has_no_months(sqlite_store) -> None:
    found = demand_series(sqlite_store, REGION, as_of=AS_OF)
    assert (found.raw.months, found.demand.months, found.share, found.synthetic) == ((), (), None, False)
    assert found.demand.matrix.shape == (1, 0)
    assert found.skills.codes == ()


@pytest.mark.real
def test_real_crawls_of_different_years_are_never_linked(real_data) -> None:
    frame = pd.read_parquet(real_data / "postings_dev.parquet", columns=["source", "company", "posted_at"])
    frame = frame.assign(day=pd.to_datetime(frame["posted_at"], errors="coerce", format="ISO8601", utc=True))
    frame = frame[frame["day"].notna() & frame["company"].notna()].reset_index(drop=True)
    frame["day"] = frame["day"].dt.tz_localize(None)
    vacancies = pd.DataFrame({"vacancy_id": frame.index, "opened_on": frame["day"], "heads": 1.0})
    vacancies = vacancies.assign(key_industry=None, occupation_code=None, synthetic=False)
    openings = read_openings(vacancies, end=frame["day"].max().date())
    adverts = pd.DataFrame({"vacancy_id": frame.index, "source": frame["source"], "posted_on": frame["day"]})
    companies = frame.loc[openings.frame["vacancy_id"], "company"].tolist()
    coverage = measure_coverage(openings, adverts, companies)
    (cut,) = [each.month for each in coverage.breaks if each.kind is BreakKind.UNLINKED]
    assert cut == openings.months[coverage.first] == dt.date(2023, 9, 1)
    after = openings.frame["month"].to_numpy() >= coverage.first
    assert set(coverage.weights[~after]) == {0.0}
    assert set(coverage.weights[after]) == {0.0, 1.0}
