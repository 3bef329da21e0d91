"""Bulletins as they are read."""

from __future__ import annotations

import pytest

from data.bulletins.document import draw_up
from data.bulletins.quarter import Quarter

MAGNESIA = "镁材料深加工"


@pytest.fixture
def bulletin(region, some_needs, frame_of):
    def draws(industry=None, *, rows=None, former=True, synthetic=False):
        frame = frame_of(some_needs[:12] if rows is None else rows)
        before = Quarter.from_frame(frame, region, "2026Q2") if former else None
        this = Quarter.from_frame(frame, region, "2026Q3")
        return draw_up(region, this, before, industry=industry, synthetic=synthetic)

    return draws


def table(made, name):
    return next(each for each in made.document.tables if each.name == name)


def test_a_quarter_stands_beside_the_one_before_with_the_change(bulletin):
    made = bulletin(MAGNESIA)
    assert made.document.title == "营口市镁材料深加工需求通报（2026年第三季度）"
    assert table(made, "本季概况").rows[:3] == (
        ("新增需求人数", 60, 30, 30),
        ("新增岗位（条）", 6, 6, 0),
        ("期末有效岗位（条）", 6, 0, 6),
    )
    assert table(made, "职业前十").rows[0][2:] == (60, 30, 30)
    assert table(made, "地区").rows[-1] == ("合计", 60, 30, 30)
    assert table(made, "薪酬").rows[0][2:] == (5, 6000, 6000, 6000, 6000, 0)


def test_a_quarter_that_the_data_do_not_cover_is_no_zero(bulletin):
    assert table(bulletin(MAGNESIA, former=False), "本季概况").rows[0] == ("新增需求人数", 60, "x", "x")


def test_the_whole_region_lists_its_industries_and_an_industry_does_not(bulletin):
    assert MAGNESIA in [row[0] for row in table(bulletin(), "重点产业").rows]
    assert "重点产业" not in [each.name for each in bulletin(MAGNESIA).document.tables]


def test_hidden_counts_are_marked_and_take_no_part_in_the_ranking(bulletin, some_needs):
    made = bulletin(rows=some_needs)
    assert "6-18-02-04" not in [row[0] for row in table(made, "职业前十").rows]
    hidden = [row for row in table(made, "重点产业").rows if row[0] == "石化与精细化工"]
    assert hidden[0][1] == "c"
    assert hidden[0][3] == "x"


def test_the_same_data_give_the_same_bulletin_whatever_their_order(bulletin, some_needs):
    made, again = bulletin(rows=some_needs), bulletin(rows=some_needs)
    assert made.model_dump_json() == again.model_dump_json()


def test_generated_data_are_named_so_and_no_bulletin_speaks_of_its_own_stars(bulletin):
    made = bulletin(MAGNESIA, synthetic=True)
    assert made.document.title.startswith("【合成数据，仅供演示】")
    assert not any("星" in column for each in made.document.tables for column in each.columns)
