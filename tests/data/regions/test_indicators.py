"""Every kind of flag from one change to a plan that holds, and the flags of the shipped packs."""

import datetime as dt

import pytest

from data.regions import Check, check_region, read_region, region_names

DAY = dt.date(2024, 1, 1)
TODAY = dt.date(2026, 11, 21)


def found(region, check, day=DAY):
    return [flag for flag in check_region(region, as_of=day) if flag.check is check]


def messages(region, check, day=DAY):
    return [flag.message for flag in found(region, check, day)]


def test_a_plan_that_holds_has_only_the_flags_of_its_draft_and_of_its_invented_places(planned):
    assert [flag.check for flag in check_region(planned(), as_of=DAY)] == [
        Check.DRAFT, Check.DIVISION, Check.DIVISION,
    ]  # fmt: skip


def test_every_check_has_a_name_in_print():
    assert len({check.label for check in Check}) == len(Check)


def test_a_draft_is_flagged_on_any_day(planned):
    (message,) = messages(planned(), Check.DRAFT)
    assert message == "《示例条例（草案征求意见稿）》是草案征求意见稿，尚未施行，只能按草案引用"


def test_a_plan_is_flagged_once_its_period_is_over(planned):
    assert messages(planned(), Check.EXPIRED, dt.date(2025, 12, 31)) == []
    (message,) = messages(planned(), Check.EXPIRED, dt.date(2026, 1, 1))
    assert "规划期至 2025-12-31，截至 2026-01-01 只作分类和历史依据" in message


def test_a_document_that_is_over_without_a_stated_end_says_so(planned):
    region = planned(("ends_on: 2025-12-31, status: 现行", "status: 已到期"))
    assert "没有写明期限" in messages(region, Check.EXPIRED)[0]


def test_two_places_that_differ_are_both_cited_and_none_is_preferred(planned):
    region = planned(
        ("{year: 2025, value: 60, kind: 目标, clause: 表1, line: 12}",
         "{year: 2025, value: 60, kind: 目标, clause: 表1, line: 12}\n"
         "      - {year: 2025, value: 55, kind: 目标, clause: 正文, line: 2}"),
    )  # fmt: skip
    (flag,) = found(region, Check.CONFLICT)
    assert flag.message == "2025年目标：表1写 60人，正文写 55人；需由主管部门选定"
    assert flag.where == ("示例〔2021〕1号 表1（文本第12行）", "示例〔2021〕1号 正文（文本第2行）")


@pytest.mark.parametrize("value", ["60", "60.4", "59.6"])
def test_the_same_number_or_the_same_number_rounded_is_no_conflict(planned, value):
    region = planned(
        ("{year: 2025, value: 60, kind: 目标, clause: 表1, line: 12}",
         "{year: 2025, value: 60, kind: 目标, clause: 表1, line: 12}\n"
         f"      - {{year: 2025, value: {value}, kind: 目标, clause: 正文, line: 2}}"),
    )  # fmt: skip
    assert found(region, Check.CONFLICT) == []


def test_the_same_number_for_something_else_is_a_conflict(planned):
    region = planned(
        ("{year: 2020, value: 60, kind: 现状, clause: 表1, line: 11}",
         "{year: 2020, value: 60, kind: 现状, clause: 表1, line: 11}\n"
         "      - {year: 2020, value: 60, kind: 现状, clause: 正文, line: 2, definition_id: high-skilled}"),
    )  # fmt: skip
    assert messages(region, Check.CONFLICT) == ["2020年的 60人在正文指“高技能人才”，不是“技能人才”"]


def test_an_impossible_growth_is_flagged_with_the_computed_one(planned):
    assert messages(planned(("percent: 50", "percent: 80")), Check.GROWTH) == [
        "2020—2025年增速 80%与所列数值不符，按数值为 50.0%"
    ]


def test_a_growth_without_a_base_cannot_be_checked(planned):
    assert messages(planned(("from_year: 2020", "from_year: 2015")), Check.NO_BASE) == [
        "2015—2025年增速 50%缺少起止年份的数值，无法复算"
    ]


def test_a_target_without_a_base_is_flagged_unless_it_counts_a_period(planned):
    gone = ("      - {year: 2020, value: 40, kind: 现状, clause: 表1, line: 12}\n", "")
    assert messages(planned(gone), Check.NO_BASE) == ["2025年目标 60人没有给出基期数值，不能算增速和完成进度"]
    period = ("definition_id: technical\n", "definition_id: arrivals\n")
    assert messages(planned(gone, period), Check.NO_BASE) == []


def test_similar_names_are_flagged_where_both_carry_figures(planned):
    assert found(planned(), Check.DEFINITION) == []
    region = planned(("definition_id: technical\n", "definition_id: high-skilled\n"))
    (flag,) = found(region, Check.DEFINITION)
    assert flag.message == "“技能人才”与“高技能人才”口径不同，不得相加或比较"
    assert flag.subject == "skilled"


def test_a_place_code_is_held_against_the_national_table(planned):
    assert messages(planned(), Check.DIVISION)[0] == "示例市（990100）：区划表中没有该代码"
    moved = planned(("990100", "210800"), ("9901", "2108"), ("210802", "210802"))
    assert messages(moved, Check.DIVISION) == [
        "示例市（210800）：该代码是营口市",
        "东区（210802）：该代码是站前区",
    ]


HAZARDS = {
    "haicheng": {"H2", "H3", "H4", "H8"},
    "haixi": set(),
    "liaoning": {"H2", "H4", "H8"},
    "yingkou": {"H1", "H8"},
}


@pytest.mark.parametrize("name", sorted(HAZARDS))
def test_the_checks_find_the_hazards_that_a_pack_warns_of(name):
    region = read_region(name)
    computed = {flag.check.value for flag in check_region(region, as_of=TODAY) if flag.check.value[0] == "H"}
    told = {hazard.id for hazard in region.hazards} & {check.value for check in Check}
    assert computed == told == HAZARDS[name]


def test_every_shipped_pack_was_looked_at():
    assert set(HAZARDS) == set(region_names())


@pytest.mark.parametrize("name", sorted(HAZARDS))
def test_shipped_packs_have_neither_wrong_growth_nor_wrong_places(name):
    flags = check_region(read_region(name), as_of=TODAY)
    assert not {Check.GROWTH, Check.DIVISION} & {flag.check for flag in flags}


def test_the_total_of_2015_leaves_social_workers_out_and_stays_as_printed():
    region = read_region("haicheng")
    difference, growth = messages(region, Check.PARTS)
    assert "分项合计 8.547万人，总量写 8.51，相差 0.037；总量恰等于不含“社会工作人才”的合计" in difference
    assert growth.endswith("18.2%")
    assert str(region.plan_indicators[0].figure(2015).value) == "8.51"


def test_text_and_table_of_haicheng_differ_in_four_places():
    assert [flag.subject for flag in found(read_region("haicheng"), Check.CONFLICT)] == [
        "tech-smes", "gazelles", "alliances", "rd-firms",
    ]  # fmt: skip


def test_no_target_of_the_province_has_a_base():
    subjects = {flag.subject for flag in found(read_region("liaoning"), Check.NO_BASE)}
    assert {"professional", "senior-title", "high-skilled", "social", "social-professional"} <= subjects


@pytest.mark.parametrize(("day", "expired"), [("2020-12-31", False), ("2021-01-01", True)])
def test_the_provincial_programme_is_over_after_2020(day, expired):
    assert bool(found(read_region("liaoning"), Check.EXPIRED, dt.date.fromisoformat(day))) is expired
