"""``yingcai forecast employers`` as a person runs it."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from api.commands import forecast_employers
from data.errors import InputError, RefusedError
from data.self_forecast.quarters import quarter_of, shift_quarter
from data.settings import Settings, current_settings
from data.store.moments import beijing_today
from data.store.self_forecasts import write_self_forecast_rows
from data.store.store import Store

NOW = quarter_of(beijing_today())
ROW = {
    "填报季度": NOW, "用人单位": "机密镁业有限公司", "重点产业": "镁材料深加工", "职业": "焊工",
    "用人季度": shift_quarter(NOW, 1), "最低人数": 1, "可能人数": 2, "最高人数": 3, "数据性质": "合成数据",
}  # fmt: skip


@pytest.fixture
def run(var):
    app = typer.Typer()
    app.add_typer(forecast_employers.app, name="employers")

    def runs(*arguments, fails=None):
        current_settings.cache_clear()
        done = CliRunner().invoke(app, ["employers", *map(str, arguments)])
        current_settings.cache_clear()
        if fails is None:
            assert done.exit_code == 0, done.exception
        else:
            assert isinstance(done.exception, fails)
        return done

    return runs


@pytest.fixture
def write(tmp_path):
    def writes(*rows):
        path = tmp_path / "自报.csv"
        pd.DataFrame(rows).to_csv(path, index=False)
        return path

    return writes


def test_the_template_is_written(run, tmp_path):
    run("template", tmp_path / "模板.xlsx")
    assert (tmp_path / "模板.xlsx").is_file()


def test_a_file_goes_in_once_and_what_is_wrong_comes_back(run, write, tmp_path):
    path = write(ROW, *[ROW | {"职业": f"不存在的活{n}"} for n in range(6)])
    problems, corrected = tmp_path / "问题.xlsx", tmp_path / "改正.xlsx"
    done = run("import", path, "--problems", problems, "--corrected", corrected, "--json")
    assert json.loads(done.stdout) == {"new": 1, "revised": 0, "unchanged": 0, "refused": 6, "examples": 0}
    assert json.loads(problems.with_suffix(".json").read_text("utf-8"))["accepted"] == 1
    assert len(pd.read_excel(corrected, engine="calamine")) == 6
    assert "共 6 个问题" in done.stderr
    assert "已有 1 条" in run("import", path).stdout
    assert "更正 1 条" in run("import", write(ROW | {"可能人数": 3})).stdout


def test_a_file_without_a_usable_row_is_refused(run, write):
    assert (
        run("import", write(ROW | {"职业": "不存在的活"}), fails=InputError).exception.code
        == "no_usable_rows"
    )


def test_without_reports_there_is_nothing_to_show(run, filled):
    assert run("report", fails=RefusedError).exception.code == "no_self_forecasts"


@pytest.fixture
def reported(filled):
    """Let every employer of the city repeat each quarter what it opened a quarter before."""
    from data.demand import read_demand
    from data.regions import read_region
    from data.self_forecast.outcomes import opened_by_quarter

    store = Store.from_url(Settings(var_dir=filled).store_url)
    opened = opened_by_quarter(read_demand(store, read_region("yingkou")), as_of=dt.date(2026, 10, 31))
    recent = opened[
        (opened["quarter"] >= "2025Q1") & (opened["heads"] > 0) & (opened["occupation_code"] != "")
    ]
    sums = recent.groupby(["employer_key", "occupation_code", "quarter"], as_index=False).agg(
        key_industry=("key_industry", "first"), heads=("heads", "sum")
    )
    rows = [
        {
            "period": row["quarter"], "employer_key": row["employer_key"],
            "occupation_code": row["occupation_code"], "target_quarter": shift_quarter(row["quarter"], 1),
            "synthetic": True, "key_industry": row["key_industry"], "low": 0, "likely": int(row["heads"]),
            "high": int(row["heads"]) + 5, "certainty": "意向", "note": "",
        }
        for row in sums.to_dict("records")
    ]  # fmt: skip
    write_self_forecast_rows(store, "yingkou", rows)
    store.engine.dispose()
    return sorted(set(sums["employer_key"]))


def test_the_sums_stand_beside_the_statistical_forecast_without_a_name(run, reported):
    document = json.loads(run("report", "--as-of", "2026-10-31", "--json").stdout)
    city = document["cells"][0]
    assert (document["target_quarter"], document["synthetic"], city["level"]) == ("2026Q4", True, "city")
    assert city["status"] == "ok"
    assert 0 < city["response_share"] <= 1
    shown = run("report", "--as-of", "2026-10-31", "--limit", "5")
    assert "营口市用人单位自主预测（合成数据）：2026Q4" in shown.stdout
    assert "显示 5 行" in shown.stdout
    assert not any(key in json.dumps(document, ensure_ascii=False) + shown.stdout for key in reported)
    empty = run("report", "--target", "2028年一季度", "--as-of", "2026-10-31")
    assert "没有单位填报这个季度" in empty.stdout


def test_the_record_is_shown_in_sums_only(run, reported):
    document = json.loads(run("record", "--as-of", "2026-10-31", "--json").stdout)
    # what the quarter before repeats is no better than repeating it
    everything = document["rows"][0]
    assert everything["wape"] == everything["naive_wape"]
    shown = run("record", "--as-of", "2026-10-31")
    assert "自主预测的核对（合成数据）" in shown.stdout
    assert "校正系数" in shown.stdout
    assert not any(key in shown.stdout for key in reported)
