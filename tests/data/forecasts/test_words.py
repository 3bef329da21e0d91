"""Words for readers."""

from __future__ import annotations

import pytest

from data.forecasts.words import (
    LEVELS,
    METHODS,
    STATUSES,
    cell_name,
    class_name,
    method_name,
    months_name,
    reason_texts,
    target_name,
)
from training.forecast.demand import Level
from training.forecast.rules import Status
from training.forecast.shortage_records import ShortageStatus
from training.forecast.smoothing import Method


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (("city", None, None), "营口市全域"),
        (("industry", "镁材料", None), "镁材料"),
        (("industry", None, None), "其他产业"),
        (("occupation", "镁材料", "6-15-06-01"), "镁材料 · 耐火原料加工成型工"),
        (("occupation", "镁材料", "9-99"), "镁材料 · 9-99"),
        (("occupation", None, None), "其他产业 · 未编码职业"),
    ],
)
def test_a_cell_is_named(cell, name):
    row = dict(zip(("level", "key_industry", "occupation_code"), cell, strict=True))
    assert cell_name(row, region="营口市") == name


def test_a_reason_is_said_once():
    assert reason_texts([{"message": "甲"}, {"message": "乙"}, {"message": "甲"}]) == ("甲", "乙")


def test_targets_classes_methods_and_months_are_named():
    assert (target_name("sum", horizon=6), target_name("month2", horizon=6)) == ("6 个月合计", "第 2 个月")
    assert (class_name("all"), class_name("20-50"), class_name("500+")) == (
        "全部",
        "月均 20–50 人",
        "月均 500+ 人",
    )
    assert (method_name("last_value"), method_name("unheard_of")) == ("上月值", "unheard_of")
    assert method_name("last_value+mean3") == "上月值、近三月均值的平均"
    assert months_name(["2027-01-01", "2026-11-01"]) == "2026-11 至 2027-01"
    assert months_name([]) == ""


def test_everything_a_run_can_say_has_a_chinese_word():
    assert set(METHODS) == {*Method, "bottom_up"}
    assert set(LEVELS) == set(Level)
    assert set(STATUSES) >= {*Status, *ShortageStatus}
    assert all(any("一" <= sign <= "鿿" for sign in word) for word in (*LEVELS.values(), *STATUSES.values()))
