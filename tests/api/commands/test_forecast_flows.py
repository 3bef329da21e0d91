"""``yingcai forecast flows`` as a person runs it."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from api.commands import forecast_flows
from data.errors import RefusedError
from data.self_forecast.quarters import shift_quarter
from data.settings import Settings, current_settings
from data.store.lists import write_flow_rows
from data.store.store import Store


@pytest.fixture
def run(var):
    app = typer.Typer()
    app.command()(forecast_flows.run)

    def runs(*arguments):
        current_settings.cache_clear()
        done = CliRunner().invoke(app, list(arguments))
        current_settings.cache_clear()
        return done

    return runs


@pytest.fixture
def reported(var):
    """Eight employers report three cells for twelve quarters; in the first one half as many come at last."""
    store = Store.from_url(Settings(var_dir=var).store_url)
    rows = [
        {
            "period": shift_quarter("2026Q3", back), "employer_key": f"机密单位{number}",
            "key_industry": industry, "talent_category": "技能",
            "inflow": 2 if cell == 0 and back > -3 else 5,
            "outflow": 0 if cell == 2 else 4, "reasons": [], "synthetic": True,
        }
        for cell, industry in enumerate(("港口物流", "新能源", "数字经济"))
        for number in range(8)
        for back in range(-11, 1)
    ]  # fmt: skip
    write_flow_rows(store, "yingkou", rows)
    store.engine.dispose()


def test_a_change_is_shown_with_its_size_and_what_it_is_not(run, reported):
    shown = run("--as-of", "2026-10-31").stdout
    assert "营口市人才流动预警（合成数据）：截至 2026Q3" in shown
    assert "下降（预警）" in shown
    assert "约40→约15" in shown
    assert "未见变化" in shown
    assert "暂不评价" in shown
    assert "不对个人评分" in shown
    assert "机密单位" not in shown


def test_programs_get_all_of_it(run, reported):
    document = json.loads(run("--as-of", "2026-10-31", "--json").stdout)
    alarms = [each for each in document["findings"] if each["alarm"]]
    assert [(each["key_industry"], each["quantity"]) for each in alarms] == [
        ("港口物流", "流入"),
        ("港口物流", "净流入"),
    ]
    assert document["synthetic"]
    assert document["as_of"] == "2026-10-31"


def test_without_reports_it_says_what_to_do(run):
    done = run()
    assert isinstance(done.exception, RefusedError)
    assert done.exception.code == "no_flow_reports"


def test_without_a_complete_quarter_there_is_no_finding(run, reported):
    assert "没有已结束的季度" in run("--as-of", "2023-01-01").stdout
