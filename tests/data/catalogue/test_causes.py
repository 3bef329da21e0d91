import datetime as dt

import numpy as np
import pytest

from data.catalogue.causes import CauseEvidence, causes_of, place_overlap, reopened_share, suitable_share
from data.catalogue.cells import gather_cells
from data.catalogue.frames import read_spells
from data.catalogue.period import Period
from data.catalogue.spells import add_timing
from data.records import Outcome

PERIOD = Period(dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("evidence", "codes"),
    [
        ({}, ()),
        ({"ratio_score": 60, "gate_probability": 0.8}, ("Q",)),
        ({"ratio_score": 59.9, "gate_probability": 1.0}, ()),
        ({"ratio_score": 90, "gate_probability": 0.79}, ()),
        ({"ratio_score": 90}, ()),
        ({"ratio_score": 49.9, "outcome_score": 60}, ("K",)),
        ({"ratio_score": 50, "outcome_score": 90}, ()),
        ({"ratio_score": 40, "outcome_score": 70, "poor_pay": True}, ("P",)),
        ({"suitable_share": 0.25}, ("K",)),
        ({"suitable_share": 0.26}, ()),
        ({"place_overlap": 0.49, "ratio_score": 55}, ("G",)),
        ({"place_overlap": 0.5, "ratio_score": 55}, ()),
        ({"place_overlap": 0.1, "ratio_score": 60}, ()),
        ({"reopened_share": 0.4}, ("R",)),
        ({"reopened_share": 0.39}, ()),
        ({"parts": {"training": 60}}, ("T",)),
        ({"parts": {"training": 59}}, ()),
    ],
)
def test_each_cause_has_its_rule(evidence, codes):
    assert causes_of(CauseEvidence(**evidence)) == codes


@pytest.fixture
def cell_of(make_vacancies):
    def of(*rows):
        frame = add_timing(read_spells(make_vacancies(*rows), PERIOD).frame, PERIOD)
        for name in ("applicants", "suitable_applicants"):
            frame[name] = [float(row.get(name, np.nan)) for row in rows]
        (cell,) = gather_cells(frame)
        return cell

    return of


def test_suitable_applicants_are_compared_where_both_were_counted(cell_of):
    cell = cell_of(
        {"applicants": 30, "suitable_applicants": 6}, {"applicants": 10}, {"suitable_applicants": 9}
    )
    assert suitable_share(cell) == pytest.approx(0.2)
    assert suitable_share(cell_of({"applicants": 9, "suitable_applicants": 1})) is None


def test_counties_of_places_and_seekers_overlap_by_their_smaller_shares(cell_of):
    cell = cell_of(*[{"place_code": "210882"}] * 6, *[{"place_code": "210881"}] * 4, {"place_code": "210800"})
    # places .6 and .4; seekers .25 and .75: .25 + .4
    assert place_overlap(cell, {"210882": 10, "210881": 30, "210800": 500}) == pytest.approx(0.65)
    assert place_overlap(cell, {"210804": 40}) == 0
    assert place_overlap(cell, {"210882": 19}) is None
    assert place_overlap(cell_of({}), {"210882": 40}) is None


def test_a_filled_vacancy_opened_again_within_half_a_year_counts(cell_of):
    start = dt.date(2026, 1, 5)
    rows = [
        {"opened_on": start, "closed_on": start + dt.timedelta(days=20), "outcome": Outcome.FILLED,
         "employer": f"单位{place}"}
        for place in range(10)
    ]  # fmt: skip
    again = [
        {"opened_on": start + dt.timedelta(days=20 + wait), "employer": f"单位{place}"}
        for place, wait in enumerate([1, 90, 180, 181])
    ]
    elsewhere = {"opened_on": dt.date(2026, 3, 1), "employer": "单位7", "title": "另一个岗位"}
    assert reopened_share(cell_of(*rows, *again, elsewhere)) == pytest.approx(0.3)
    assert reopened_share(cell_of(*rows[:9])) is None
