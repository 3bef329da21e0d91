from __future__ import annotations

from data.store.office_figures import read_office_figures, write_office_figures

ROW = {
    "kind": "graduates",
    "period": "2026",
    "major_code": "460104",
    "occupation_code": "",
    "key_industry": "",
    "synthetic": False,
    "low": 90.0,
    "value": 100.0,
    "high": 110.0,
    "unit": "人",
    "source": "教育局",
}


def test_the_same_figures_written_again_change_nothing(store) -> None:
    assert write_office_figures(store, "yingkou", [ROW, {**ROW, "period": "2027"}]) == 2
    before = read_office_figures(store, "yingkou")
    assert write_office_figures(store, "yingkou", [ROW]) == 0
    assert read_office_figures(store, "yingkou").equals(before)
    assert before["period"].tolist() == ["2026", "2027"]


def test_a_later_figure_on_the_same_thing_takes_the_place_of_the_earlier(store) -> None:
    write_office_figures(store, "yingkou", [ROW])
    assert write_office_figures(store, "yingkou", [{**ROW, "value": 105.0}]) == 1
    assert read_office_figures(store, "yingkou")["value"].tolist() == [105.0]


def test_regions_and_natures_stand_apart(store) -> None:
    write_office_figures(store, "yingkou", [ROW, {**ROW, "synthetic": True, "value": 1.0, "low": 1.0}])
    assert read_office_figures(store, "haicheng").empty
    assert len(read_office_figures(store, "yingkou")) == 2
    assert read_office_figures(store, "yingkou", synthetic=False)["value"].tolist() == [100.0]
    assert read_office_figures(store, "yingkou", synthetic=True)["value"].tolist() == [1.0]


def test_nothing_to_write_is_no_error(store) -> None:
    assert write_office_figures(store, "yingkou", []) == 0
