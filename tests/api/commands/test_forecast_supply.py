"""``yingcai forecast figures`` and ``yingcai forecast supply``."""

from __future__ import annotations

import csv

import pytest
import typer

from api.commands.forecast_supply import register
from data.synthetic.city import generate_city, write_city

HEADINGS = ("类别", "期间", "专业", "职业", "重点产业", "数值", "下限", "上限", "来源", "数据性质")
GOOD = ("退休人数", "2026", "", "焊工", "", "12", "10", "14", "人社局", "")
BAD = ("岗位覆盖率", "2026", "", "", "", "35", "", "", "抽样", "")


@pytest.fixture
def forecast(run, monkeypatch):
    """Return a function that runs a command of this module as ``yingcai forecast``."""
    app, group = typer.Typer(), typer.Typer()
    register(group)
    app.add_typer(group, name="forecast")

    def runs(*arguments):
        with monkeypatch.context() as patch:
            patch.setattr("api.cli.app", app)
            return run("forecast", *arguments)

    return runs


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a filled-in table."""

    def writes(*rows):
        path = tmp_path / "figures.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADINGS, *rows])
        return path

    return writes


def test_the_template_is_written_and_read_back(forecast, tmp_path):
    path = tmp_path / "模板.xlsx"
    assert str(path) in forecast("figures", "template", path).out
    assert forecast("figures", "import", path).line.startswith("失败 [no_usable_rows]")


def test_good_rows_go_in_beside_bad_ones_and_again_changes_nothing(forecast, table, tmp_path):
    path = table(GOOD, BAD)
    first = forecast("figures", "import", path, "--problems", tmp_path / "问题.xlsx")
    assert "共 2 行，收下 1 行，其中新增或更新 1 行" in first.out
    assert "第3行 数值：岗位覆盖率不能是“35”" in first.err
    assert (tmp_path / "问题.xlsx").is_file()
    again = forecast("figures", "import", path, "--json").json
    assert (again["accepted"], again["changed"], again["problems"][0]["row"]) == (1, 0, 3)
    listed = forecast("figures", "list").out
    assert "退休人数" in listed
    assert "焊工" in listed
    assert "10–14" in listed
    assert "共 1 行" in listed
    (row,) = forecast("figures", "list", "--json").json
    assert (row["occupation_code"], row["value"]) == ("6-18-02-04", 12)


def test_only_the_first_problems_are_told(forecast, table):
    rows = [(*BAD[:1], str(2020 + n), *BAD[2:]) for n in range(7)]
    assert "共 7 个问题" in forecast("figures", "import", table(GOOD, *rows)).err


def test_without_figures_the_list_is_empty(forecast):
    assert "共 0 行" in forecast("figures", "list").out


def test_supply_is_shown_by_cell_with_what_is_missing(forecast, run, table, tmp_path):
    write_city(generate_city(months=2, employers=8, profiles=60), tmp_path)
    run("ingest", tmp_path / "postings.csv", tmp_path / "profiles.csv")
    told = forecast("supply", "--as-of", "2026-10-31", "--limit", "3").out
    assert "供给（合成数据）：截至 2026-10-31，登记于本平台" in told
    assert "仅供参考" in told
    assert "只有当前存量" in told
    document = forecast("supply", "--as-of", "2026-10-31", "--json").json
    assert document["cells"][0]["available"] > 0
    assert document["synthetic"]
    years = [(*GOOD[:1], year, *GOOD[2:9], "合成数据") for year in ("2026", "2027")]
    forecast(
        "figures", "import", table(*years, ("退休人数", "2027", *[""] * 3, "60", "", "", "局里", "合成数据"))
    )
    told = forecast("supply", "--as-of", "2026-10-31", "--limit", "999").out
    assert "12（10–14）" in told
    assert forecast("supply").code == 0


def test_supply_of_an_empty_store_is_not_zero(forecast):
    told = forecast("supply", "--as-of", "2026-10-31").out
    assert "供给暂不评价" in told
    assert "暂不评价" in told
    assert forecast("supply").line.startswith("失败 [no_dated_vacancies]")
