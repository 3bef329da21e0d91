"""``yingcai demo``: the whole way, on a smaller city."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pandas as pd
import pytest

from api.commands.demo import demo_session, forecast_report, import_self_forecasts
from data.errors import RefusedError
from data.settings import current_settings
from data.store.documents import write_forecast
from data.store.self_forecasts import read_self_forecast_rows
from data.synthetic import generate_city


@pytest.fixture
def small(monkeypatch):
    made = []

    def generate(**_):
        made.append(1)
        return generate_city(seed=5, months=3, employers=11, profiles=60)

    monkeypatch.setattr("api.jobs.demo.generate_city", generate)
    return made


def test_the_demonstration_leaves_its_artefacts_and_repeats_no_finished_step(run, var, small):
    done = run("demo", "--no-serve")
    assert done.code == 0, done.err
    for step in ("一、", "二、", "三、", "四、", "五、", "合成数据"):
        assert step in done.out
    folder = var / "demo"
    assert len(list((folder / "catalogue").iterdir())) == 6
    assert json.loads((folder / "forecast.json").read_text("utf-8"))["region"] == "yingkou"
    (report,) = (folder / "forecast").iterdir()
    assert {"manifest.json", "预测报告.pdf", "预测回测报告.pdf"} <= {path.name for path in report.iterdir()}
    assert f"预测与回测报告在 {report}" in done.out
    assert "没有单位自报" in done.err
    matches = json.loads((folder / "matches.json").read_text("utf-8"))["matches"]
    assert [match["direction"] for match in matches] == ["vacancies", "profiles"]
    assert all(match["results"] for match in matches)
    again = run("demo", "--no-serve")
    assert again.out.count("内容此前已导入，未作改动") == 2
    assert len(list((folder / "forecast").iterdir())) == 1
    assert len(small) == 1


def test_a_file_of_ones_own_stands_apart_and_is_served(run, var, small, tmp_path, monkeypatch, city):
    apps = []
    monkeypatch.setattr("uvicorn.run", lambda app, **options: apps.append(options))
    own = tmp_path / "own.csv"
    shutil.copy(city / "postings.csv", own)
    own.write_text("\n".join(own.read_text("utf-8-sig").splitlines()[:80]), "utf-8")
    done = run("demo", "--postings", own)
    assert done.code == 0, done.err
    assert len(apps) == 1
    (folder,) = (var / "demo").iterdir()
    assert folder.name.startswith("own-yingkou-")
    assert (folder / "yingcai.db").is_file()


def test_postings_that_cannot_be_dated_end_in_one_line(run, small, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text("岗位名称,用人单位,工作地点\n焊工,示例装备,大连\n", "utf-8")
    done = run("demo", "--postings", own, "--no-serve")
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith("失败 [")


def test_a_file_that_is_not_there_is_one_line(run, small, tmp_path):
    done = run("demo", "--postings", tmp_path / "nowhere.csv")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [file_missing]")


@pytest.fixture
def session(var):
    current_settings.cache_clear()
    yield demo_session(None, None)
    current_settings.cache_clear()


def test_generated_employers_report_what_they_will_hire_once(session, tmp_path, capsys):
    opened = [f"2026-{month:02}-15" for month in (1, 4, 7)]  # reports in Q1 and Q2 on the quarter after
    rows = [(f"示例{n}厂（合成）", day) for n in range(9) for day in opened]
    truth = pd.DataFrame(rows, columns=["employer", "opened_on"])
    truth = truth.assign(industry="镁材料深加工", occupation="6-15-06-01", heads=4)
    truth.to_csv(tmp_path / "truth_vacancies.csv", index=False)
    import_self_forecasts(session, tmp_path)
    kept = read_self_forecast_rows(session.store, "yingkou")
    assert set(kept["target_quarter"]) == {"2026Q2"}
    assert kept["synthetic"].all()
    assert f"单位自报的需求（合成数据）：新收 {len(kept)} 条" in capsys.readouterr().out
    import_self_forecasts(session, tmp_path)
    assert f"新收 0 条，更正 0 条，已有 {len(kept)} 条" in capsys.readouterr().out


def test_the_report_is_written_once_and_needs_a_run_and_fonts(
    session, forecast_document, monkeypatch, capsys
):
    assert forecast_report(session) is None
    header = {"region": "yingkou", "as_of": dt.date(2026, 10, 31), "method": "m/1", "synthetic": True}
    write_forecast(session.store, header | {"document": forecast_document})
    asked = []

    def refuses(*_, progress):
        asked.append(progress("图表"))
        raise RefusedError("no_fonts", "没有中文字体", hint="安装 fonts-noto-cjk")

    monkeypatch.setattr("training.forecast.report.write_report", refuses)
    assert forecast_report(session) is None
    assert "没有写预测报告" in capsys.readouterr().out
    out = session.settings.var_dir / "forecast" / "1"
    out.mkdir(parents=True)
    (out / "manifest.json").touch()
    assert forecast_report(session) == out
    assert len(asked) == 1
