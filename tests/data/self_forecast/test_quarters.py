import datetime as dt

import pytest

from data.errors import CellError
from data.self_forecast.quarters import (
    quarter_of,
    quarter_span,
    quarters_ahead,
    read_quarter,
    shift_quarter,
)


@pytest.mark.parametrize(
    "text", ["2026Q4", "2026q4", "２０２６Ｑ４", "2026年第四季度", "2026年4季度", "2026-Q4", "2026 第4季"]
)
def test_a_quarter_is_read_however_it_is_written(text):
    assert read_quarter(text) == "2026Q4"


@pytest.mark.parametrize("text", ["2026", "四季度", "2026Q5", "2026-12"])
def test_what_names_no_quarter_is_refused(text):
    with pytest.raises(CellError) as caught:
        read_quarter(text)
    assert caught.value.code == "quarter_unreadable"


def test_quarters_are_counted_over_the_turn_of_the_year():
    assert quarter_of(dt.date(2026, 12, 31)) == "2026Q4"
    assert shift_quarter("2027Q1", -1) == "2026Q4"
    assert quarters_ahead("2026Q3", "2027Q1") == 2
    assert quarters_ahead("2026Q3", "2026Q2") == -1
    assert quarter_span("2026Q4") == (dt.date(2026, 10, 1), dt.date(2026, 12, 31))
