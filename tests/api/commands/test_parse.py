"""``yingcai parse``."""

from __future__ import annotations

import io

import pytest


def test_each_text_is_shown_with_its_reading(run):
    outcome = run("parse", "salary", "8千-1.2万/月", "面议")
    assert outcome.code == 0
    assert outcome.out.splitlines() == ["8千-1.2万/月 → 8000–12000 元/月（按月）", "面议 → 面议"]


def test_a_text_that_cannot_be_read_is_told_with_its_code_and_a_hint_and_ends_with_1(run):
    outcome = run("parse", "headcount", "3人", "很多很多")
    assert outcome.code == 1
    first, second = outcome.out.splitlines()
    assert first == "3人 → 3 人"
    assert "[headcount_unreadable]" in second
    assert "请填整数" in second


def test_json_gives_value_or_error_of_every_text(run):
    outcome = run("parse", "experience", "3-5年", "", "x", "--json")
    assert outcome.code == 1
    read, empty, failed = outcome.json
    assert read == {"text": "3-5年", "value": {"low": 3.0, "high": 5.0}, "error": None}
    assert empty == {"text": "", "value": None, "error": None}
    assert (failed["value"], failed["error"]["code"]) == (None, "experience_unreadable")


def test_lines_of_standard_input_are_read_where_no_text_is_given(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("大专\n本科或高级工\n"))
    outcome = run("parse", "education", "--json")
    assert [each["value"] for each in outcome.json] == [
        {"education": "大专", "skill_level": None},
        {"education": "本科", "skill_level": "高级工"},
    ]


def test_the_region_decides_what_an_ambiguous_place_means(run):
    assert run("parse", "place", "北海新区", "--region", "yingkou", "--json").json[0]["value"] == {
        "code": "210881",
        "name": "盖州市",
    }


def test_a_unit_in_the_heading_counts(run):
    assert "6667 元/月" in run("parse", "salary", "8", "--header", "万元/年").out


@pytest.mark.parametrize("what", ["date", "majors", "engagement", "skill-level", "validity"])
def test_every_parser_can_be_asked(run, what):
    assert run("parse", what, "", "--json").json == [{"text": "", "value": None, "error": None}]


def test_an_unknown_parser_is_a_usage_error(run):
    assert run("parse", "手相", "x").code == 2
