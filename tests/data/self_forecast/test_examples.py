import datetime as dt

import pandas as pd
import pytest

from data.regions import read_region
from data.self_forecast import read_self_forecasts, synthetic_self_forecasts

END = dt.date(2026, 10, 31)


@pytest.fixture
def truth():
    """Six employers that open 30 a quarter each for three years."""
    return pd.DataFrame(
        [
            {"employer": f"示例{name}有限公司（合成）", "industry": "港口物流", "occupation": "6-18-02-04",
             "heads": 30, "opened_on": dt.date(year, month, 1)}
            for name in "甲乙丙丁戊己"
            for year in (2023, 2024, 2025, 2026)
            for month in (1, 4, 7)
        ]
    )  # fmt: skip


def test_the_examples_are_labelled_and_the_reader_takes_them_all(truth, tmp_path):
    made = synthetic_self_forecasts(truth, end=END, quarters=4)
    assert set(made["数据性质"]) == {"合成数据"}
    path = tmp_path / "自报.csv"
    made.to_csv(path, index=False)
    read = read_self_forecasts(path, read_region("yingkou"), today=END)
    assert read.problems == ()
    assert len(read.forecasts) == len(made) > 0
    assert all(forecast.synthetic for forecast in read.forecasts)


def test_the_same_seed_gives_the_same_examples_and_part_of_the_employers_answer(truth):
    made = synthetic_self_forecasts(truth, end=END, quarters=4)
    pd.testing.assert_frame_equal(made, synthetic_self_forecasts(truth, end=END, quarters=4))
    assert not made.equals(synthetic_self_forecasts(truth, end=END, quarters=4, seed=1))
    assert 0 < made["用人单位"].nunique() < 6


def test_without_a_complete_quarter_there_are_none(truth):
    assert synthetic_self_forecasts(truth, end=dt.date(2023, 1, 31)).empty
