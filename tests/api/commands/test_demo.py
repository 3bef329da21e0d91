"""``yingcai demo``: the whole way, on a smaller city."""

from __future__ import annotations

import json
import shutil

import pytest

from data.synthetic import generate_city


@pytest.fixture
def small(monkeypatch):
    made = []

    def generate(**_):
        made.append(1)
        return generate_city(seed=5, months=3, employers=11, profiles=60)

    monkeypatch.setattr("api.commands.demo.generate_city", generate)
    return made


def test_the_demonstration_leaves_its_artefacts_and_repeats_no_finished_step(run, var, small):
    done = run("demo", "--no-serve")
    assert done.code == 0, done.err
    for step in ("一、", "二、", "三、", "四、", "五、", "合成数据"):
        assert step in done.out
    folder = var / "demo"
    assert len(list((folder / "catalogue").iterdir())) == 6
    assert json.loads((folder / "forecast.json").read_text("utf-8"))["region"] == "yingkou"
    matches = json.loads((folder / "matches.json").read_text("utf-8"))["matches"]
    assert [match["direction"] for match in matches] == ["vacancies", "profiles"]
    assert all(match["results"] for match in matches)
    again = run("demo", "--no-serve")
    assert again.out.count("内容此前已导入，未作改动") == 2
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
