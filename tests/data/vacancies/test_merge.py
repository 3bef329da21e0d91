"""Which postings become one vacancy, over time, under decisions, and in any order."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

OTHER = "从事港口岸桥的日常操作、点检与交接班，服从现场调度安排，做好设备保养和安全记录工作。"
REWORDED = "承担电熔镁砂的生产工艺制定、配料与炉况调整，开展质量改进，编写操作规程并培训班组人员。"


def test_nothing_gives_nothing(merge, frame):
    from data.vacancies import merge_postings

    assert len(merge_postings(frame({}).iloc[:0]).vacancies) == 0


@pytest.mark.parametrize("change", [{"end_employer_key": "示例港务"}, {"headcount": 3}, {"duties": OTHER}])
def test_different_needs_stay_apart(merge, change):
    assert merge({}, change)[1] == [["p0"], ["p1"]]


def test_an_advertisement_seen_again_within_sixty_days_is_one_need(merge, day):
    assert merge({}, {"posted_on": day(60)})[1] == [["p0", "p1"]]
    assert merge({}, {"posted_on": day(61)})[1] == [["p0"], ["p1"]]


def test_days_chain_and_refreshes_are_counted(merge, day):
    result, groups = merge(*({"posted_on": day(50 * step)} for step in range(3)))
    assert groups == [["p0", "p1", "p2"]]
    assert result.vacancies["refreshes"].tolist() == [2]
    assert result.members["relation"].tolist() == ["FIRST", "TEMPORAL", "TEMPORAL"]


def test_the_first_of_a_month_stands_for_the_month(merge, day):
    seen = {"posted_on": None, "observed_on": day(0)}
    assert merge(seen, {"posted_on": day(90)})[1] == [["p0", "p1"]]


def test_a_posting_after_the_close_is_a_new_spell(merge, day):
    closed = {"closed_on": day(20), "outcome": "已招满"}
    result, groups = merge(closed, {"posted_on": day(10)}, {"posted_on": day(21)})
    assert groups == [["p0", "p1"], ["p2"]]
    first, second = result.vacancies.to_dict("records")
    assert second["previous_id"] == first["vacancy_id"]
    assert first["previous_id"] is None
    assert (first["outcome"], second["outcome"]) == ("已招满", "未知")


def test_validity_keeps_a_need_open_and_a_report_without_a_day_ends_it(merge, day):
    assert merge({"valid_until": day(90)}, {"posted_on": day(140)})[1] == [["p0", "p1"]]
    reported = {"valid_until": day(30), "outcome": "未招满"}
    assert merge(reported, {"posted_on": day(31)})[1] == [["p0"], ["p1"]]
    assert merge({"outcome": "取消"}, {"posted_on": day(1)})[1] == [["p0"], ["p1"]]


def test_another_need_after_the_close_has_no_earlier_spell(merge, day):
    closed = {"closed_on": day(20)}
    result, _ = merge(closed, {"posted_on": day(30), "duties": OTHER})
    assert result.vacancies["previous_id"].tolist() == [None, None]


def test_undated_postings_stand_with_undated_ones_only(merge):
    undated = {"posted_on": None}
    assert merge(undated, undated, {})[1] == [["p0", "p1"], ["p2"]]


def test_likeness_does_not_chain_across_a_contradiction(merge):
    assert merge({}, {"duties": "", "headcount": None}, {"duties": OTHER})[1] in (
        [["p0", "p1"], ["p2"]],
        [["p0"], ["p1", "p2"]],
    )


def test_silence_between_two_wordings_keeps_nothing_apart(merge):
    like = {"title": "工艺技术岗"}
    result, groups = merge({}, {"duties": ""}, like)
    assert groups == [["p0", "p1", "p2"]]
    assert set(result.members["relation"]) == {"FIRST", "PARTIAL", "SEMANTIC"}


def test_a_member_is_explained_by_the_posting_it_is_most_like(merge, day):
    result, groups = merge(
        {"duties": "", "title": "工艺技术岗"},
        {"posted_on": day(1)},
        {"title": "工艺技术岗", "posted_on": day(2)},
    )
    assert groups == [["p0", "p1", "p2"]]
    evidence = result.members.set_index("posting_id")["evidence"]
    assert evidence["p1"]["compared_with"] == "p2"


def test_heads_are_never_added_up(merge):
    result, _ = merge({"headcount": None}, {"headcount": 5}, {"headcount": 5})
    assert result.vacancies["heads"].tolist() == [5]
    assert merge({"headcount": None})[0].vacancies["heads"].isna().all()


def test_a_need_is_closed_only_when_all_its_postings_are(merge, day):
    closed = {"closed_on": day(9)}
    assert merge(closed, {})[0].vacancies["closed_on"].tolist() == [None]
    assert merge(closed, closed)[0].vacancies["closed_on"].tolist() == [day(9)]


def test_relations_scores_and_evidence_are_kept(merge):
    result, _ = merge({}, {}, {"duties": REWORDED})
    assert result.members["relation"].tolist() == ["FIRST", "FULL", "SEMANTIC"]
    assert result.members["score"].tolist()[:2] == [1.0, 1.0]
    assert result.members["evidence"].tolist()[0] == {}
    assert result.members["evidence"].tolist()[2]["text"]["method"] == "duties"


def test_an_agency_that_names_nobody_stands_on_a_line_of_its_own(merge):
    agency = {"employer_is_agency": True, "end_employer_key": "示例人力资源"}
    named = {"employer_is_agency": True, "end_employer": "示例镁业有限公司"}
    result, groups = merge({}, agency, named)
    assert groups == [["p0", "p2"], ["p1"]]
    assert sorted(result.vacancies["via_agency"]) == [False, True]
    assert result.vacancies["employer_key"].tolist() == ["示例镁业", "示例人力资源"]


def test_a_split_is_obeyed_and_undoing_it_restores(merge):
    assert merge({}, {}, decisions=[("p0", "p1", False)])[1] == [["p0"], ["p1"]]
    assert merge({}, {})[1] == [["p0", "p1"]]


def test_a_join_is_obeyed_across_title_place_and_time(merge, day):
    other = {"title": "完全不同的岗位", "place_code": "210804", "posted_on": day(300), "duties": OTHER}
    result, groups = merge({}, other, decisions=[("p0", "p1", True)])
    assert groups == [["p0", "p1"]]
    assert result.members["relation"].tolist() == ["FIRST", "DECIDED"]
    assert merge({}, other)[1] == [["p0"], ["p1"]]


def test_a_split_keeps_whole_joined_groups_apart(merge):
    said = [("p0", "p1", True), ("p1", "p2", False)]
    assert merge({}, {}, {}, decisions=said)[1] == [["p0", "p1"], ["p2"]]


def test_a_need_split_off_has_no_earlier_spell(merge, day):
    again = ({"closed_on": day(5)}, {"posted_on": day(9)})
    assert merge(*again)[0].vacancies["previous_id"].notna().tolist() == [False, True]
    said = [("p0", "p1", False)]
    assert merge(*again, decisions=said)[0].vacancies["previous_id"].isna().all()


def test_municipalities_are_one_city(merge):
    beijing = {"place_code": "110000", "place_raw": "北京"}
    district = {"place_code": "110102", "place_raw": "北京市西城区", "title": "工艺技术岗"}
    assert merge(beijing, district)[1] == [["p0", "p1"]]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(6)))
def test_the_same_rows_in_another_order_give_the_same_vacancies(frame, day, order):
    from data.vacancies import merge_postings

    rows = frame(
        {},
        {"duties": ""},
        {"duties": REWORDED},
        {"headcount": 3},
        {"posted_on": day(100)},
        {"posted_on": None},
    )
    straight, mixed = merge_postings(rows), merge_postings(rows.iloc[list(order)])
    left, right = (each.members.set_index("posting_id")["vacancy_id"].to_dict() for each in (straight, mixed))
    assert left == right
