import numpy as np
import pytest

from data.catalogue.moments import EmployerSums, Totals


def sums_with(**columns):
    size = len(next(iter(columns.values())))
    moments = np.column_stack([columns.get(name, np.zeros(size)) for name in Totals._fields])
    return EmployerSums(moments, np.array([]), np.zeros((size, 0)), np.zeros((size, 0)), 0.0)


def test_totals_are_weighted_sums_over_employers():
    sums = sums_with(heads=[2.0, 5.0], known90=[1.0, 3.0])
    totals = sums.totals(np.array([[1.0, 1.0], [0.0, 2.0]]))
    assert (totals.heads.tolist(), totals.known90.tolist()) == ([7, 10], [4, 6])
    assert sums.n_emp == 2


def test_growth_is_the_slope_of_log_pay_over_time():
    # vacancies at −1, −.5 and 0 years with log pay 8.0, 8.1, 8.2: a slope of .2
    time, pay = np.array([-1, -0.5, 0.0]), np.array([8.0, 8.1, 8.2])
    sums = sums_with(paid=np.ones(3), time=time, pay=pay, time_time=time**2, time_pay=time * pay)
    assert sums.totals(np.ones((1, 3))).growth[0] == pytest.approx(0.2)
    # one day tells no slope
    assert np.isnan(sums.totals(np.array([[0.0, 0.0, 3.0]])).growth[0])
