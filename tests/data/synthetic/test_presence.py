from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from data.normalise.months import parse_months
from data.normalise.time_share import parse_time_share
from data.records import Engagement
from data.synthetic import SyntheticCity
from data.synthetic.presence import ALWAYS, Presence, draw_offered_presence, draw_wanted_presence

DRAWS = [draw_wanted_presence, draw_offered_presence]


@pytest.mark.parametrize("draw", DRAWS)
def test_nothing_is_said_where_full_time_is_possible(draw: Callable[..., Presence]) -> None:
    rng = np.random.default_rng(1)
    assert {draw(rng, (Engagement.FULL_TIME, Engagement.SEASONAL)) for _ in range(20)} == {ALWAYS}


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("form", [Engagement.SEASONAL, Engagement.ADVISORY])
def test_what_is_written_is_read_as_what_is_true(draw: Callable[..., Presence], form: Engagement) -> None:
    rng = np.random.default_rng(2)
    drawn = {draw(rng, (form,)) for _ in range(200)}
    assert ALWAYS in drawn
    for each in drawn:
        assert parse_time_share(each.share_text) == each.share
        assert parse_months(each.months_text) == each.months
        assert (each.months != ()) == (form is Engagement.SEASONAL and each != ALWAYS)


def test_the_city_has_seasonal_and_part_time_needs_and_people(city: SyntheticCity) -> None:
    for cells, truth, months in (
        (city.postings, city.truth.postings, "工作月份"),
        (city.profiles, city.truth.profiles, "可到岗月份"),
    ):
        assert (cells["时间投入"] != "").sum() >= 20
        assert (cells[months] != "").sum() >= 5
        flexible = ~cells["引才方式"].str.contains("全职")
        assert flexible[(cells["时间投入"] != "") | (cells[months] != "")].all()
        read = cells["时间投入"].map(parse_time_share).astype("float64")
        pd.testing.assert_series_equal(read, truth["time_share"], check_names=False)
        assert ["|".join(map(str, parse_months(text))) for text in cells[months]] == list(truth["months"])
