import datetime as dt

import pandas as pd
import pytest

from data.catalogue.period import Period


def test_four_quarters_end_on_the_day_and_start_a_year_before_it():
    period = Period(dt.date(2026, 12, 31))
    assert period.start == pd.Timestamp("2026-01-01")
    assert period.half_year == pd.Timestamp("2026-07-01")


def test_openings_are_shared_out_over_the_quarters():
    days = ["2025-12-31", "2026-01-01", "2026-03-31", "2026-05-01", "2026-12-31", "2027-01-01"]
    shares = Period(dt.date(2026, 12, 31)).quarter_shares(pd.Series(pd.to_datetime(days)))
    # the first and the last lie outside; 2 of 4, 1 of 4, none, 1 of 4
    assert shares.tolist() == [0.5, 0.25, 0, 0.25]


def test_no_openings_give_zeros():
    empty = pd.Series([], dtype="datetime64[ns]")
    assert Period(dt.date(2026, 12, 31)).quarter_shares(empty).tolist() == pytest.approx([0, 0, 0, 0])
