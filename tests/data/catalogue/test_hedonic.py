import datetime as dt

import numpy as np
import pytest

from data.catalogue.cells import gather_cells
from data.catalogue.frames import read_spells
from data.catalogue.hedonic import add_net_pay, pay_trends
from data.catalogue.moments import employer_sums
from data.catalogue.period import Period
from data.catalogue.spells import add_timing

DAY = dt.date(2026, 12, 31)
PERIOD = Period(DAY)


@pytest.fixture
def priced(make_vacancies):
    def of(rows):
        return add_net_pay(add_timing(read_spells(make_vacancies(*rows), PERIOD).frame, PERIOD), PERIOD)

    return of


def paying(pay, days_before, **row):
    return {"salary_low": pay, "salary_high": pay, "opened_on": DAY - dt.timedelta(days=days_before), **row}


def test_pay_that_follows_experience_is_the_same_net_of_it(priced):
    rows = [
        paying(6000 * (1.5 if place % 2 else 1.0), 20 * place, experience_low=8.0 if place % 2 else 1.0)
        for place in range(12)
    ]
    table = priced(rows)
    assert table["net_pay"].std() == pytest.approx(0, abs=1e-9)
    # the commonest experience is the one that others are brought to
    assert np.exp(table["net_pay"].iloc[0]) in (pytest.approx(6000), pytest.approx(9000))


def test_growth_is_not_taken_for_a_change_of_mix(priced):
    # the later half asks for more experience and pays 50 % more; net of it pay does not grow
    rows = [
        paying(9000 if late else 6000, 300 * (not late) + 10 * place, experience_low=8.0 if late else 1.0)
        for late in (False, True)
        for place in range(6)
    ] + [paying(9000, 300, experience_low=8.0), paying(6000, 20, experience_low=1.0)]  # fmt: skip
    (cell,) = gather_cells(priced(rows))
    growth = employer_sums(cell, 0.0).totals(np.ones((1, cell.n_emp))).growth[0]
    assert growth == pytest.approx(0, abs=1e-9)


def test_a_vacancy_without_pay_has_none_net(priced):
    table = priced([paying(6000, 10), {"salary_low": np.nan, "salary_high": np.nan}])
    assert table["net_pay"].notna().tolist() == [True, False]
    assert table["years"].iloc[0] == pytest.approx(-10 / 365.25)


def growing(growths, *, noise=0.01, each=24):
    """Cells whose log pay grows as given, eight employers each."""
    rng = np.random.default_rng(1)
    return [
        paying(
            6000 * np.exp(-growth * 15 * place / 365.25 + noise * rng.standard_normal()), 15 * place,
            occupation_code=f"6-{number:02d}-01-01", employer=f"单位{place % 8}",
        )
        for number, growth in enumerate(growths, 1)
        for place in range(each)
    ]  # fmt: skip


def trends_of(table):
    return pay_trends([employer_sums(cell, 0.0) for cell in gather_cells(table)])


def test_the_spread_of_growth_between_cells_is_told_from_chance(priced):
    growths = [0.02, 0.04, 0.06, 0.08, 0.10] * 3
    found = trends_of(priced(growing(growths)))
    assert found.city == pytest.approx(0.06, abs=0.01)
    # the standard deviation of the fifteen is .029
    assert found.sd == pytest.approx(np.std(growths, ddof=1), abs=0.008)
    assert len(found.errors) == 15
    assert all(0 < error < 0.03 for error in found.errors)


def test_growth_that_differs_by_chance_only_tells_nothing(priced):
    assert trends_of(priced(growing([0.05] * 15, noise=0.1))) is None


def test_few_cells_and_thin_cells_tell_nothing(priced):
    assert trends_of(priced(growing([0.0, 0.2] * 4))) is None
    assert trends_of(priced(growing([0.0, 0.2] * 8, each=9))) is None
    assert pay_trends([]) is None
