"""``yingcai allocate``."""

from __future__ import annotations

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook


@pytest.fixture
def open_rows(service):
    pool = service.matcher.vacancies
    return {name: pool.rows[pool.position(name)] for name in pool.ids}


@pytest.fixture
def employer(open_rows):
    """Return the employer with the fewest open vacancies: matching them is quick."""
    names = pd.Series([row["employer"] for row in open_rows.values()])
    return str(names.value_counts().index[-1])


def sheets(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def assert_labelled(read):
    for name, rows in read.items():
        text = "".join(str(cell) for row in rows[:2] for cell in row)
        assert "合成数据" in text, name


def test_balanced_lists_hold_only_candidates_of_the_match(run, filled, service, employer, tmp_path):
    path = tmp_path / "名单.xlsx"
    done = run(
        "allocate", "shortlists", "--employer", employer, "-k", "3", "--depth", "8", "--json", "--out", path
    )
    assert done.code == 0, done.err
    assert done.json["synthetic"]
    assert done.json["report"]["worst_loss"] <= 3
    for vacancy, entries in done.json["shortlists"].items():
        scores = {r.id: r.score for r in service.matcher.match_vacancy(vacancy, k=8).results}
        assert len(entries) == min(3, len(scores))
        assert all(
            scores[entry["profile_id"]] == pytest.approx(entry["score"], abs=0.01) for entry in entries
        )
    assert all("前3名" in sentence for sentence in done.json["most_sought"].values())
    read = sheets(path)
    assert list(read) == ["均衡前后", "推荐名单", "说明"]
    assert_labelled(read)
    shown = run("allocate", "shortlists", "--employer", employer, "--depth", "10", "--balance", "0")
    assert "集中度" in shown.out
    assert "此人现列于" in shown.out


@pytest.mark.parametrize("objective", ["total", "fair", "stable"])
def test_an_allocation_gives_one_place_a_person(run, filled, employer, open_rows, objective, tmp_path):
    path = tmp_path / "分配.xlsx"
    done = run(
        "allocate", "assign", "--employer", employer, "--depth", "5", "--objective", objective, "--json",
        "--out", path,
    )  # fmt: skip
    assert done.code == 0, done.err
    people = [pair["profile_id"] for pair in done.json["pairs"]]
    assert len(people) == len(set(people)) > 0
    for vacancy in {pair["vacancy_id"] for pair in done.json["pairs"]}:
        placed = sum(pair["vacancy_id"] == vacancy for pair in done.json["pairs"])
        assert placed <= int(open_rows[vacancy]["heads"] or 1)
    assert list(sheets(path)) == ["汇总", "分配", "未满岗位", "未安排的人", "说明"]
    assert_labelled(sheets(path))


def test_an_allocation_is_summed_up_on_the_screen(run, filled, employer):
    done = run("allocate", "assign", "--employer", employer, "--depth", "3")
    assert "匹配分总和" in done.out
    assert "【合成数据，仅供演示】" in done.out


FAIR = ("--name", "秋季招聘会", "--date", "2026-12-05", "--place", "人才市场")


def test_a_fair_pack_is_written_with_a_sheet_a_booth_and_no_text_of_a_person(
    run, filled, service, employer, tmp_path
):
    path = tmp_path / "资料.xlsx"
    done = run(
        "allocate", "pack", *FAIR, "--employer", employer, "--seats", "6", "--booths", "1",
        "-k", "3", "--depth", "6", "--out", path,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "秋季招聘会（2026-12-05，人才市场）" in done.out
    read = sheets(path)
    assert [*list(read)[:1], *list(read)[2:]] == ["汇总", "求职路线", "均衡前后", "说明"]
    assert employer in "".join(map(str, read["汇总"]))
    assert_labelled(read)
    everything = "".join(str(cell) for rows in read.values() for row in rows for cell in row)
    invited = [row[0] for row in read["求职路线"][3:]]
    assert 0 < len(invited) == len(set(invited)) <= 6
    pool = service.matcher.profiles
    for profile_id in invited:
        summary = pool.rows[pool.position(profile_id)]["summary"]
        assert not summary or summary not in everything


def test_a_fair_can_be_for_an_industry_and_for_graduates(run, filled, service, open_rows):
    made = run(
        "allocate",
        "pack",
        *FAIR,
        "--industry",
        "镁材料深加工",
        "--graduates",
        "-k",
        "2",
        "--depth",
        "2",
        "--json",
    )
    assert made.code == 0, made.err
    vacancies = [job for booth in made.json["employers"] for job in booth["vacancies"]]
    for job in vacancies:
        asked = open_rows[job["vacancy_id"]]["experience_low"]
        assert asked is None or asked <= 1
    for route in made.json["routes"]:
        pool = service.matcher.profiles
        years = pool.rows[pool.position(route["profile_id"])]["experience_years"]
        assert years is None or years <= 2


def test_a_menu_tells_counties_industries_and_pools_apart(run, filled, tmp_path):
    path = tmp_path / "菜单.xlsx"
    done = run("allocate", "menu", "--partner", "320000", "--json", "--out", path)
    assert done.code == 0, done.err
    assert done.json["origins"] == ["本地", "省内其他地区", "江苏省", "其他地区"]
    assert done.json["lines"]
    read = sheets(path)
    assert next(iter(read)) == "总览"
    assert_labelled(read)
    assert "【合成数据，仅供演示】营口市人才需求菜单" in run("allocate", "menu", "--as-of", "2026-10-31").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("shortlists", "--employer", "没有这家"), "employer_unknown"),
        (("pack", *FAIR, "--industry", "造梦"), "industry_unknown"),
        (("menu", "--partner", "999999"), "division_unknown"),
        (("shortlists", "--region", "haixi"), "no_open_vacancies"),
    ],
)
def test_what_is_not_there_is_one_line(run, filled, arguments, code):
    done = run("allocate", *arguments, "--json")
    assert (done.code, done.out) == (1, "")
    assert f"失败 [{code}]" in done.err.splitlines()[-1]
