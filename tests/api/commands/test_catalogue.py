"""``yingcai catalogue``."""

from __future__ import annotations

import pytest


def test_building_again_from_the_same_data_gives_the_same_editions(run, filled):
    done = run("catalogue", "build", "--json")
    assert done.code == 0
    demand, shortage = done.json
    assert (demand["kind"], shortage["kind"]) == ("demand", "shortage")
    assert demand["entry_count"] > 0
    assert shortage["rated_count"] > 0
    assert run("catalogue", "build", "--json").json == done.json


def test_an_edition_can_be_named_and_dated(run, filled):
    done = run("catalogue", "build", "--edition", "试编", "--as-of", "2026-06-30", "--json")
    assert [(part["edition"], part["as_of"]) for part in done.json] == [("试编", "2026-06-30")] * 2


def test_a_built_catalogue_is_shown_in_words(run, filled):
    done = run("catalogue", "build")
    assert done.code == 0
    assert "人才需求目录" in done.out
    assert "急需紧缺人才目录" in done.out
    assert "合成数据" in done.out


def test_the_tightest_occupations_come_first_and_the_unrated_have_reasons(run, filled):
    document = run("catalogue", "show", "shortage", "--json").json
    tightest = max((entry for entry in document["entries"] if entry["S"] is not None), key=lambda e: e["S"])
    done = run("catalogue", "show", "shortage", "--limit", "1")
    assert tightest["occ_name"] in done.out
    assert f"{tightest['S']:.1f}（{tightest['S_lo']:.1f}–{tightest['S_hi']:.1f}）" in done.out
    assert f"共 {len(document['entries'])} 条，显示 1 条，按紧缺指数排列" in done.out
    every = run("catalogue", "show", "--limit", "999").out
    assert "暂不评价" in every


def test_the_demand_catalogue_is_shown_in_printing_order(run, filled):
    first = run("catalogue", "show", "demand", "--json").json["entries"][0]
    assert first["job_title"] in run("catalogue", "show", "demand", "--limit", "1").out


@pytest.mark.parametrize("command", [("show",), ("show", "demand"), ("export", "--out", "x")])
def test_without_a_catalogue_the_line_says_how_to_build_one(run, command):
    done = run("catalogue", *command)
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [catalogue_not_built]")
    assert "yingcai catalogue build" in done.line


def test_without_any_data_building_is_refused(run):
    done = run("catalogue", "build")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("失败 [")


@pytest.mark.parametrize("command", [("catalogue", "build"), ("catalogue", "show"), ("forecast", "run")])
def test_an_unknown_region_is_one_line(run, command):
    done = run(*command, "--region", "atlantis")
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("失败 [region_unknown]")
