"""``yingcai fairness``."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from training.fairness import doors, impact, swaps
from training.fairness.words import Attribute, Wording

SAID = (Wording(Attribute.SEX, "女"), Wording(Attribute.SCHOOL, "毕业于清华大学"))
ASKED = (Wording(Attribute.SEX, "限男性，35岁以下，985优先"),)


@pytest.fixture
def small(monkeypatch, coders):
    """A city of a few vacancies and people, and a few wordings, so that the command answers soon."""
    sample = doors.city_sample

    def few(region, *, seed, vacancies, profiles):
        return sample(region, seed=seed, vacancies=min(vacancies, 8), profiles=min(profiles, 8))

    monkeypatch.setattr(doors, "city_sample", few)
    monkeypatch.setattr(
        swaps.profile_swaps, "__kwdefaults__", {**swaps.profile_swaps.__kwdefaults__, "wordings": SAID}
    )
    monkeypatch.setattr(
        swaps.posting_swaps, "__kwdefaults__", {**swaps.posting_swaps.__kwdefaults__, "wordings": ASKED}
    )
    monkeypatch.setattr("api.console.Session.coders", coders)


def test_swaps_are_shown_in_words_and_kept_as_json(run, small, tmp_path):
    out = tmp_path / "swaps.json"
    done = run("fairness", "swaps", "--people", 1, "--postings", 1, "--out", out)
    assert done.code == 0, done.err
    assert "反事实替换" in done.out
    assert "结论：达标" in done.out
    profile, posting = json.loads(out.read_text(encoding="utf-8"))["reports"]
    assert (profile["side"], posting["side"]) == ("profile", "posting")
    assert profile["passed"]
    assert posting["synthetic"]


def test_swaps_run_on_postings_of_a_file(run, small, tmp_path):
    path = tmp_path / "real.csv"
    duties = "负责镁砂浮选与电熔工艺，编制操作规程，培训班组，保证质量与安全，改进设备与流程，" * 2
    pd.DataFrame({"title": ["焊工", "电工"], "company": "示例企业", "description": duties}).to_csv(
        path, index=False
    )
    done = run("fairness", "swaps", "--people", 1, "--postings", 1, "--postings-file", path, "--json")
    assert done.code == 0, done.err
    assert [report["synthetic"] for report in done.json["reports"]] == [False, False]


def test_a_missed_bar_is_an_exit_code_of_its_own(run, small, monkeypatch):
    monkeypatch.setattr(
        "data.normalise.postings.without_person", lambda text, **_: "" if "女" in text else text
    )
    done = run("fairness", "swaps", "--people", 1, "--postings", 1)
    assert done.code == 3
    assert "未达标" in done.out


def test_impact_is_shown_with_intervals_and_again_without_bars(run, small, tmp_path, monkeypatch):
    monkeypatch.setattr(impact, "GROUP_BAR", 0.0)
    monkeypatch.setattr(impact, "CROSS_BAR", 0.0)
    monkeypatch.setattr(impact, "_LEAST_VACANCIES", 1)
    out = tmp_path / "impact.json"
    done = run("fairness", "impact", "--people", 8, "--vacancies", 8, "--k", 2, "--preferences", "--out", out)
    assert done.code == 0, done.err
    assert "影响比（合成数据）" in done.out
    assert "不设门槛" in done.out
    equal, preferences = json.loads(out.read_text(encoding="utf-8"))["reports"]
    assert (equal["design"], preferences["design"]) == ("equal", "preferences")
    assert equal["lines"]
