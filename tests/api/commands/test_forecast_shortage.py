"""``yingcai forecast shortage`` and ``scenario`` as a person runs them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import typer

from api.commands.forecast_shortage import register
from data.regions import read_region
from data.settings import Settings
from data.store.schema import batch
from data.store.store import Store
from training.forecast.shortage import region_shortage


@pytest.fixture
def forecast(run, monkeypatch):
    app, group = typer.Typer(), typer.Typer()
    register(group)
    app.add_typer(group, name="forecast")
    monkeypatch.setattr("api.cli.app", app)
    monkeypatch.setattr("training.forecast.points.MOST_FITS", 0)  # without the slow methods
    return lambda *arguments: run("forecast", *arguments)


@pytest.fixture
def followed(filled):
    """The city's store, its profiles followed for three years."""
    store = Store.from_url(Settings(var_dir=filled).store_url)
    with store.begin() as connection:
        begun = dt.datetime(2023, 12, 1, tzinfo=dt.UTC)
        connection.execute(sa.update(batch).where(batch.c.kind == "profile").values(started_at=begun))
    store.engine.dispose()
    return filled


def test_a_stock_of_today_gives_the_ratio_of_today_and_says_what_is_missing(forecast, filled):
    done = forecast("shortage", "--quarters", "1", "--limit", "5")
    assert done.code == 0, done.err
    assert "营口市短缺测算（合成数据）：登记于本平台" in done.out
    assert "[no_supply_data]" in done.out
    assert "短缺概率是模拟所得的估计" in done.out
    assert "显示 5 行" in done.out


def test_a_supply_that_was_followed_gives_a_gap(forecast, followed):
    document = forecast("shortage", "--quarters", "1", "--as-of", "2026-10-31", "--json").json
    city = document["cells"][0]
    assert (city["level"], city["quarter"], city["to_month"]) == ("city", 1, "2027-01-01")
    assert 0 <= city["p_short"] <= 1
    assert city["gap"]["lo80"] < city["gap"]["hi80"]
    assert city["status"] != "refused"
    assert document["simulations"] == 2000
    store = Store.from_url(Settings(var_dir=followed).store_url)
    kept = region_shortage(store, read_region("yingkou"), quarters=1, as_of=dt.date(2026, 10, 31))
    store.engine.dispose()
    assert kept.to_records() == document
    shown = forecast("shortage", "--quarters", "1", "--as-of", "2026-10-31", "--seed", "0").out
    assert f"{city['gap']['value']:+.0f}（" in shown
    assert f"{city['p_short']:.0%}" in shown


def test_a_plant_is_answered_and_a_college_without_cohort_is_not(forecast, followed):
    options = ("--quarters", "1", "--as-of", "2026-10-31")
    plant = forecast("scenario", "--example", "plant", *options)
    assert plant.code == 0, plant.err
    assert "营口市情景推演（合成）：镁制品新厂投产（示例）" in plant.out
    assert "全区域" in plant.out
    assert "两种情形用同一组随机数" in plant.out
    college = forecast("scenario", "--example", "college", *options)
    assert "暂不评价 [no_cohort]" in college.out
    pay = forecast("scenario", "--example", "pay", *options, "--json").json
    assert pay["asked"]["pay"][0]["elasticity"]["source"] == "演示虚构，不作依据"
    assert "镁材料深加工薪酬变动 +10%" in forecast("scenario", "--example", "pay", *options).out


def test_a_scenario_has_to_be_given_once_and_be_there(forecast, filled, tmp_path):
    assert "scenario_missing" in forecast("scenario").line
    assert "scenario_missing" in forecast("scenario", "x.toml", "--example", "plant").line
    assert "file_missing" in forecast("scenario", tmp_path / "nobody.toml").line
    assert "scenario_unknown" in forecast("scenario", "--example", "nobody").line


def test_without_data_there_is_one_line_and_no_number(forecast, var):
    done = forecast("shortage", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("失败 [")
