import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.catalogue.entries import DemandStatus
from data.catalogue.frames import active_profiles, read_spells, with_applicants
from data.catalogue.period import Period
from data.errors import InputError
from data.records import Outcome

PERIOD = Period(dt.date(2026, 12, 31))
DAY = dt.date


def test_a_missing_column_is_refused_by_name(make_vacancies):
    with pytest.raises(InputError, match="需求表缺少列：heads、outcome"):
        read_spells(make_vacancies({}).drop(columns=["heads", "outcome"]), PERIOD)


def test_a_vacancy_that_stands_twice_is_refused(make_vacancies):
    with pytest.raises(InputError, match="vacancy_id 重复：v1"):
        read_spells(make_vacancies({"vacancy_id": "v1"}, {"vacancy_id": "v1"}), PERIOD)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("opened_on", "某日", "not_a_date"),
        ("heads", "若干", "not_a_number"),
        ("outcome", "不知道", "unknown_outcome"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(make_vacancies, field, value, code):
    with pytest.raises(InputError) as refused:
        read_spells(make_vacancies({field: value}), PERIOD)
    assert refused.value.code == code


def test_the_input_is_not_changed(make_vacancies):
    given = make_vacancies({}, {"closed_on": DAY(2027, 2, 1), "outcome": "已招满"})
    before = given.copy(deep=True)
    read_spells(given, PERIOD)
    pd.testing.assert_frame_equal(given, before)


def test_vacancies_outside_the_period_or_undated_are_counted_not_kept(make_vacancies):
    spells = read_spells(
        make_vacancies(
            {},
            {"opened_on": None},
            {"opened_on": DAY(2027, 1, 1)},
            {"opened_on": DAY(2025, 1, 1), "closed_on": DAY(2025, 12, 31), "outcome": Outcome.FILLED},
            {"opened_on": DAY(2025, 1, 1), "closed_on": DAY(2026, 1, 1), "outcome": Outcome.FILLED},
        ),
        PERIOD,
    )
    assert spells.frame["vacancy_id"].tolist() == ["v0000", "v0004"]
    assert (spells.received, spells.undated, spells.outside) == (5, 1, 2)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"outcome": Outcome.OPEN}, DemandStatus.OPEN),
        ({"outcome": None, "valid_until": DAY(2026, 12, 31)}, DemandStatus.OPEN),
        ({"outcome": Outcome.UNKNOWN}, DemandStatus.UNREPORTED),
        ({"outcome": Outcome.OPEN, "valid_until": DAY(2026, 12, 30)}, DemandStatus.CLOSED),
        ({"outcome": Outcome.FILLED}, DemandStatus.CLOSED),
        ({"outcome": Outcome.UNKNOWN, "closed_on": DAY(2026, 12, 1)}, DemandStatus.CLOSED),
    ],
)
def test_the_status_is_what_was_reported(make_vacancies, row, status):
    assert read_spells(make_vacancies(row), PERIOD).frame["status"].tolist() == [status]


def test_a_close_after_the_day_is_not_known_on_the_day(make_vacancies):
    row = {"closed_on": DAY(2027, 1, 5), "outcome": Outcome.FILLED}
    (spell,) = read_spells(make_vacancies(row), PERIOD).frame.itertuples()
    assert (spell.status, spell.outcome) == (DemandStatus.OPEN, Outcome.OPEN)
    assert pd.isna(spell.closed_on)


def test_a_vacancy_nobody_reported_on_lapses_after_180_days(make_vacancies):
    rows = [
        # 180 days after 2025-07-04 is 2025-12-31, a day before the period; one day later is inside
        {"opened_on": DAY(2025, 7, 4), "outcome": Outcome.UNKNOWN},
        {"opened_on": DAY(2025, 7, 5), "outcome": Outcome.UNKNOWN},
    ]
    frame = read_spells(make_vacancies(*rows), PERIOD).frame
    assert frame["end"].tolist() == [pd.Timestamp("2026-01-01")]


def test_an_end_before_the_opening_is_moved_to_it(make_vacancies):
    row = {"opened_on": DAY(2026, 9, 1), "closed_on": DAY(2026, 8, 1), "outcome": Outcome.FILLED}
    assert read_spells(make_vacancies(row), PERIOD).frame["end"].tolist() == [pd.Timestamp("2026-09-01")]


def test_missing_texts_and_lists_become_none_and_empty(make_vacancies):
    row = {"occupation_code": np.nan, "skills": None, "majors": ["甲"], "salary_low": None}
    (spell,) = read_spells(make_vacancies(row), PERIOD).frame.itertuples()
    assert (spell.occupation_code, spell.skills, spell.majors) == (None, (), ("甲",))
    assert spell.pay == 8000  # the one end that is stated


def test_a_table_without_rows_needs_no_columns():
    assert read_spells(pd.DataFrame(), PERIOD).frame.empty
    assert active_profiles(pd.DataFrame(), PERIOD).empty


def test_a_profile_counts_when_coded_and_confirmed_within_six_months(make_profiles):
    profiles = pd.concat(
        [
            make_profiles(["6-1"], active_on=DAY(2026, 7, 1)).assign(profile_id="in"),
            make_profiles(["6-2"], active_on=DAY(2026, 6, 30)).assign(profile_id="too old"),
            make_profiles(["6-3"], active_on=DAY(2027, 1, 1)).assign(profile_id="later"),
            make_profiles([None]).assign(profile_id="uncoded"),
            make_profiles(["6-4"], active_on=None).assign(profile_id="never"),
        ]
    )
    assert active_profiles(profiles, PERIOD)["occupation_code"].tolist() == ["6-1"]


def test_applicants_that_come_apart_are_added_by_vacancy(make_vacancies):
    counts = pd.DataFrame({"vacancy_id": ["v0001"], "suitable_applicants": [3]})
    table = with_applicants(make_vacancies({}, {}), counts)
    spells = read_spells(table, PERIOD).frame
    assert spells["suitable_applicants"].fillna(-1).tolist() == [-1, 3]
    assert spells["applicants"].isna().all()
    # a column of the vacancies themselves gives way
    assert with_applicants(table, counts.assign(suitable_applicants=7))["suitable_applicants"].max() == 7


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (pd.DataFrame({"vacancy_id": ["v0001"]}), "缺少列"),
        (pd.DataFrame({"applicants": [3]}), "缺少列"),
        (pd.DataFrame({"vacancy_id": ["v1", "v1"], "applicants": [3, 4]}), "重复：v1"),
    ],
)
def test_counts_of_applicants_that_fit_no_vacancy_are_refused(make_vacancies, counts, message):
    with pytest.raises(InputError, match=message):
        with_applicants(make_vacancies({}), counts)
