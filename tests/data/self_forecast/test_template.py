import datetime as dt

import pandas as pd
import pytest

from data.reference import occupation_names
from data.regions import read_region
from data.self_forecast import read_self_forecasts, write_self_forecast_template

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def written(tmp_path):
    return write_self_forecast_template(tmp_path / "new" / "模板.xlsx", read_region("yingkou"), today=TODAY)


def test_the_template_as_sent_out_holds_nothing_but_its_example(written):
    read = read_self_forecasts(written, read_region("yingkou"), today=TODAY)
    assert (read.forecasts, read.problems, read.examples) == ((), (), 1)


def test_the_lists_offer_quarters_industries_and_every_occupation(written):
    lists = pd.read_excel(written, sheet_name="清单", engine="calamine", dtype=str)
    assert lists["用人季度"].dropna().tolist()[:2] == ["2027Q1", "2027Q2"]
    assert lists["重点产业"].dropna().tolist()[-1] == "其他产业"
    offered = [text.split()[0] for text in lists["职业"].dropna()]
    assert len(offered) == sum(code.count("-") == 3 for code in occupation_names())


def test_the_notes_say_what_it_is_not(written):
    guide = pd.read_excel(written, sheet_name="填表说明", engine="calamine", dtype=str)
    assert "不是统计调查" in guide.to_string()
