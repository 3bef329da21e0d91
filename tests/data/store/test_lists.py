import datetime as dt

import pytest

from data.store.lists import (
    read_flow_rows,
    read_sections,
    read_unmet,
    record_unmet,
    replace_section,
    write_flow_rows,
)

JUNE, JULY = dt.date(2026, 6, 30), dt.date(2026, 7, 1)


def flow(**changed):
    row = {
        "period": "2026Q3", "employer_key": "甲", "key_industry": "港口物流", "talent_category": "技能",
        "inflow": 3, "outflow": 1, "reasons": ["其他"], "synthetic": False,
    }  # fmt: skip
    return row | changed


def search(store, times, *, code="6-15-05-01", place="210882", on=JUNE, synthetic=False):
    for _ in range(times):
        record_unmet(store, occupation_code=code, place_code=place, on=on, synthetic=synthetic)


def test_a_department_replaces_its_own_section_and_no_other(store):
    replace_section(store, "yingkou", "工信", {"KT-1": {"n": 1}, "KT-2": {"n": 2}})
    replace_section(store, "yingkou", "科技", {"KT-3": {"n": 3}})
    replace_section(store, "haicheng", "工信", {"KT-1": {"n": 9}})
    assert replace_section(store, "yingkou", "工信", {"KT-4": {"n": 4}}) == 2
    assert [row["n"] for row in read_sections(store, "yingkou")] == [4, 3]
    assert [row["n"] for row in read_sections(store, "haicheng")] == [9]
    assert replace_section(store, "yingkou", "工信", {}) == 1
    assert [row["n"] for row in read_sections(store, "yingkou")] == [3]


def test_a_later_report_on_a_cell_takes_the_earlier_ones_place(store):
    assert write_flow_rows(store, "yingkou", [flow(), flow(talent_category="专业技术")]) == 2
    write_flow_rows(store, "yingkou", [flow(inflow=8)])
    write_flow_rows(store, "haicheng", [flow(inflow=99)])
    frame = read_flow_rows(store, "yingkou").set_index("talent_category")
    assert frame["inflow"].to_dict() == {"专业技术": 3, "技能": 8}
    assert frame.loc["技能", "reasons"] == ("其他",)
    assert write_flow_rows(store, "yingkou", []) == 0


def test_searches_are_counted_by_occupation_and_month_over_all_places(store):
    search(store, 3)
    search(store, 2, place=None)
    search(store, 6, on=JULY)
    search(store, 5, code=None)
    rows = read_unmet(store).to_dict("records")
    assert rows == [
        {"occupation_code": None, "month": "2026-06", "count": 5},
        {"occupation_code": "6-15-05-01", "month": "2026-06", "count": 5},
        {"occupation_code": "6-15-05-01", "month": "2026-07", "count": 6},
    ]


def test_fewer_than_five_searches_do_not_show(store):
    search(store, 4)
    assert read_unmet(store).empty
    search(store, 1)
    assert read_unmet(store)["count"].tolist() == [5]


@pytest.mark.parametrize(
    ("span", "months"),
    [
        ({"since": "2026-07"}, ["2026-07"]),
        ({"until": "2026-06"}, ["2026-06"]),
        ({"since": "2026-01", "until": "2026-12"}, ["2026-06", "2026-07"]),
    ],
)
def test_a_span_of_months_can_be_asked_for(store, span, months):
    search(store, 5)
    search(store, 5, on=JULY)
    assert read_unmet(store, **span)["month"].tolist() == months


def test_searches_of_a_generated_pool_are_never_added_to_real_ones(store):
    search(store, 3)
    search(store, 5, synthetic=True)
    assert read_unmet(store).empty
    assert read_unmet(store, synthetic=True)["count"].tolist() == [5]
