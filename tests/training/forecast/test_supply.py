from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from data.regions import read_region
from data.store.batches import begin_batch, write_raw_rows
from data.store.office_figures import write_office_figures
from data.store.profiles import write_profiles
from data.store.schema import batch, posting, vacancy, vacancy_posting
from training.forecast.cells import cell_tuples
from training.forecast.rules import Status
from training.forecast.supply import Supply, SupplyReason, read_supply_series, supply_of
from training.forecast.supply_people import People
from training.forecast.supply_records import supply_records

AS_OF = dt.date(2026, 7, 31)
REGION = read_region("yingkou")
NOTHING = pd.DataFrame(columns=["profile_id", "placed_on"], dtype=object)
NO_NEEDS = pd.DataFrame(columns=["occupation_code", "section"], dtype=object)
FIGURES = ["kind", "period", "major_code", "occupation_code", "key_industry", "low", "value", "high"]
REPORTS = ["period", "employer_key", "key_industry", "inflow", "outflow"]


def made(
    count: int,
    *figures: tuple[object, ...],
    first_on: dt.date | None = None,
    needs: pd.DataFrame = NO_NEEDS,
    reports: tuple[tuple[object, ...], ...] = (),
) -> Supply:
    ids = [f"P{n}" for n in range(count)]
    profiles = pd.DataFrame({"profile_id": ids, "occupation_code": "A"}, dtype=object)
    profiles = profiles.assign(active_on=dt.date(2026, 7, 1), available_on=None)
    files = pd.DataFrame({"profile_id": ids, "first_on": first_on, "last_on": first_on}, dtype=object)
    return supply_of(
        People.from_frames(profiles, files if first_on else files.iloc[:0], NOTHING),
        needs,
        pd.DataFrame(list(figures), columns=FIGURES),
        pd.DataFrame(list(reports), columns=REPORTS),
        as_of=AS_OF,
        synthetic=False,
    )


def codes(supply: Supply, row: int = 0) -> list[str]:
    return [reason["code"] for reason in supply.reasons[row]]


def test_without_people_supply_is_refused_and_never_zero() -> None:
    found = made(0)
    assert found.statuses == (Status.REFUSED,)
    assert codes(found) == ["no_supply_data", "no_graduates", "no_retirements"]
    assert np.isnan(found.available).all()
    assert np.isnan(found.ahead).all()
    assert np.isnan(found.graduates.value).all()
    assert not found.known.to_numpy().any()
    record = supply_records(found)["cells"][0]
    assert (record["available"], record["ahead"], record["graduates"]) == (None, None, None)


def test_with_a_stock_alone_there_is_no_series() -> None:
    found = made(8)
    assert found.available.tolist() == [8, 8, 8]
    assert (found.months, found.stock.shape) == ((), (3, 0))
    assert found.statuses[0] is Status.INDICATIVE
    assert codes(found)[0] == SupplyReason.SNAPSHOT_ONLY


def test_with_less_than_a_year_of_months_the_series_is_short() -> None:
    found = made(8, first_on=dt.date(2026, 2, 3))
    assert len(found.months) == 5
    assert found.reasons[0][0]["have"] == 5
    assert codes(found)[0] == SupplyReason.SHORT_SERIES
    assert found.statuses[0] is Status.INDICATIVE


def test_with_a_year_of_months_it_may_be_used() -> None:
    found = made(8, first_on=dt.date(2025, 7, 3))
    assert (len(found.months), found.statuses[0]) == (12, Status.OK)
    assert found.known.loc[0, "series"]
    assert "no_supply_data" not in codes(found)


def test_without_a_stated_coverage_the_figures_speak_of_the_platform() -> None:
    assert made(3).scope == "登记于本平台"
    covered = made(3, ("coverage_supply", "2026", "", "", "", 0.2, 0.3, 0.4))
    assert covered.coverage == (0.2, 0.3, 0.4)
    assert covered.scope.startswith("登记于本平台")


def test_office_figures_have_cells_of_their_own_beside_people() -> None:
    found = made(
        2,
        ("retirement", "2026", "", "W", "镁材料", 10, 12, 14),
        ("retirement", "2026", "", "", "港口物流", 24, 24, 24),
        reports=tuple(("2026Q1", each, "港口物流", 5, 1) for each in "甲乙丙"),
    )
    cells = cell_tuples(found.index)
    row = cells.index(("occupation", "镁材料", "W"))
    assert (found.available[row], found.retirements.value[row, 0]) == (0, 1)
    assert found.retirements.low[row, 0] == pytest.approx(10 / 12)
    port = cells.index(("industry", "港口物流", None))
    assert found.retirements.value[port, 0] == 2
    assert found.retirements.value[0, 0] == 3
    assert found.known.loc[row, "retirements"]
    assert "no_retirements" not in codes(found, row)
    assert found.known["moves"].tolist() == [cell in (cells[0], cells[port]) for cell in cells]


def test_known_graduates_are_not_told_to_be_missing() -> None:
    found = made(
        5,
        ("graduates", "2027", "460104", "", "", 13, 13, 13),
        ("retention", "2026", "", "", "", 0.5, 0.5, 0.5),
        ("participation", "2026", "", "", "", 1, 1, 1),
    )
    assert codes(found) == ["snapshot_only", "no_retirements"]
    # The months ahead begin with August 2026: June and July 2027 lie ahead, that of the next August does not.
    assert np.nansum(found.graduates.value[0]) == pytest.approx(13 * 0.5 * 2 / 3)


def test_other_cells_are_zero_where_the_register_is_known_and_unknown_where_it_is_not() -> None:
    index = pd.DataFrame(
        [("occupation", "镁材料", "Z"), ("occupation", None, "A"), ("city", None, None)],
        columns=["level", "key_industry", "occupation_code"],
        dtype=object,
    )
    found = made(8, ("retirement", "2026", "", "A", "", 12, 12, 12), first_on=dt.date(2026, 2, 3)).aligned(
        index
    )
    assert found.available.tolist() == [0, 8, 8]
    assert found.persons.tolist() == [0, 8, 8]
    assert found.stock.shape == (3, 5)
    assert np.isnan(found.retirements.value[0]).all()
    assert found.retirements.value[1, 0] == 1
    assert found.known["retirements"].tolist() == [False, True, True]
    assert codes(found, 0)[-1] == "no_retirements"
    assert np.isnan(made(0).aligned(index).available).all()


def test_records_are_plain_and_hide_figures_on_few_people() -> None:
    record = supply_records(made(4))
    assert json.loads(json.dumps(record)) == record
    assert record["cells"][0]["available"] is None
    assert record["cells"][0]["hidden"] == ["available"]
    assert record["cells"][0]["reasons"][0]["code"] == "snapshot_only"
    assert supply_records(made(5))["cells"][0]["available"] == 5
    retired = supply_records(made(5, ("retirement", "2026", "", "", "", 12, 24, 36)))
    # Five months of 2026 lie ahead.
    assert retired["cells"][0]["retirements"] == pytest.approx({"low": 5, "value": 10, "high": 15})


def write_people(store, count: int, *, synthetic: bool, started: dt.datetime) -> None:
    batch_id = begin_batch(store, "profile", "p.csv", f"{synthetic:064d}", "1")
    plain = {
        "title": "焊工",
        "summary": "",
        "engagement": ("全职",),
        "synthetic": synthetic,
        "active_on": dt.date(2026, 7, 1),
        "place_code": "210800",
        "occupation_code": "6-18-02-04",
    } | dict.fromkeys(("skills", "majors", "willing_codes", "licences", "languages"), ())
    rows = [{**plain, "profile_id": f"P{synthetic:d}{n}", "row": n + 2} for n in range(count)]
    with store.begin() as connection:
        subjects = {row["row"]: row["profile_id"] for row in rows}
        raw = pd.DataFrame({"a": [row["profile_id"] for row in rows]}, index=list(subjects))
        write_raw_rows(connection, batch_id, raw, subjects=subjects)
        write_profiles(connection, batch_id, pd.DataFrame(rows))
        connection.execute(sa.update(batch).where(batch.c.batch_id == batch_id).values(started_at=started))


def write_vacancy(store, *, synthetic: bool) -> None:
    batch_id = begin_batch(store, "posting", "v.csv", "f" * 64, "1")
    row = {
        "posting_id": "p",
        "batch_id": batch_id,
        "row": 2,
        "source": "甲网",
        "source_row": 2,
        "title": "焊工",
        "employer": "甲",
        "employer_key": "甲",
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
    }
    opened = {"opened_on": dt.date(2026, 3, 1), "heads": 2, "employer_key": "甲", "outcome": "未知"}
    with store.begin() as connection:
        connection.execute(posting.insert(), [row])
        connection.execute(
            vacancy.insert(), [{"vacancy_id": "v", "posting_id": "p", "synthetic": synthetic, **opened}]
        )
        connection.execute(
            vacancy_posting.insert(), [{"vacancy_id": "v", "posting_id": "p", "relation": "only"}]
        )


def test_supply_is_read_from_the_store_with_its_figures_and_history(store) -> None:
    write_people(store, 6, synthetic=False, started=dt.datetime(2025, 5, 1, tzinfo=dt.UTC))
    figure = {
        "kind": "retirement",
        "period": "2026",
        "major_code": "",
        "occupation_code": "",
        "key_industry": "",
        "low": 12.0,
        "value": 12.0,
        "high": 12.0,
        "unit": "人",
        "source": "人社局",
        "synthetic": False,
    }
    write_office_figures(
        store, REGION.name, [figure, {**figure, "synthetic": True, "value": 99.0, "high": 99.0}]
    )
    found = read_supply_series(store, REGION, as_of=AS_OF)
    assert (found.available[0], found.statuses[0], found.synthetic) == (6, Status.OK, False)
    assert found.months[0] == dt.date(2025, 6, 1)
    assert found.stock[0].tolist() == [6] * 14
    assert found.retirements.value[0, 0] == 1


def test_supply_never_mixes_the_natures_nor_stands_beside_demand_of_the_other(sqlite_store) -> None:
    write_people(sqlite_store, 6, synthetic=True, started=dt.datetime(2025, 5, 1, tzinfo=dt.UTC))
    alone = read_supply_series(sqlite_store, REGION, as_of=AS_OF)
    assert (alone.available[0], alone.synthetic, alone.synthetic_share) == (6, True, 1)
    write_vacancy(sqlite_store, synthetic=False)
    beside = read_supply_series(sqlite_store, REGION, as_of=AS_OF)
    assert (beside.synthetic, beside.statuses[0]) == (False, Status.REFUSED)
    write_people(sqlite_store, 2, synthetic=False, started=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    assert read_supply_series(sqlite_store, REGION, as_of=AS_OF).available[0] == 2


def test_an_empty_store_has_no_supply(sqlite_store) -> None:
    assert codes(read_supply_series(sqlite_store, REGION, as_of=AS_OF))[0] == "no_supply_data"
