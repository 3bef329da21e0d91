import datetime as dt

import pandas as pd
import pytest

from data.errors import InputError
from data.regions import read_region
from data.self_forecast import read_self_forecasts, write_correction

TODAY = dt.date(2026, 11, 21)
CODE = "91350100M000100Y43"
GOOD = {
    "填报季度": "2026年第四季度", "用人单位": "示例镁业有限公司", "统一社会信用代码": "",
    "重点产业": "镁材料深加工", "职业": "焊工", "用人季度": "2027Q1", "最低人数": "3人",
    "可能人数": "约5", "最高人数": "８",
    "把握程度": "已计划", "备注": "二期投产，找王先生13912345678", "数据性质": "合成数据",
}  # fmt: skip


@pytest.fixture
def region():
    return read_region("yingkou")


@pytest.fixture
def read(tmp_path, region):
    def reads(*rows):
        path = tmp_path / "填报.csv"
        pd.DataFrame(rows).to_csv(path, index=False)
        return read_self_forecasts(path, region, today=TODAY)

    return reads


def test_a_messy_row_is_read(read):
    (forecast,) = read(GOOD).forecasts
    row = forecast.row
    assert (row["period"], row["target_quarter"]) == ("2026Q4", "2027Q1")
    assert (row["low"], row["likely"], row["high"]) == (3, 5, 8)
    assert (row["occupation_code"], row["employer_key"]) == ("6-18-02-04", "示例镁业")
    assert row["synthetic"]
    assert "13912345678" not in row["note"]


@pytest.mark.parametrize(
    "change",
    [
        {"用人单位": CODE},
        {"用人单位": "9135 0100-M000100Y43"},
        {"用人单位": "示例镁业有限公司", "统一社会信用代码": CODE},
    ],
)
def test_the_credit_code_decides_whose_row_it_is(read, change):
    (forecast,) = read(GOOD | change).forecasts
    assert forecast.row["employer_key"] == CODE


@pytest.mark.parametrize("text", ["6-18-02-04", "6-18-02-04 焊工", "焊工"])
def test_an_occupation_may_be_a_code_a_name_or_both(read, text):
    assert read(GOOD | {"职业": text}).forecasts[0].occupation_code == "6-18-02-04"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"职业": "焊接小能手"}, "code_unknown"),
        ({"职业": "6-18-02"}, "occupation_too_coarse"),
        ({"重点产业": "养殖"}, "word_unknown"),
        ({"用人季度": "明年春天"}, "quarter_unreadable"),
        ({"用人季度": "2026Q4"}, "target_out_of_range"),
        ({"用人季度": "2029Q1"}, "target_out_of_range"),
        ({"填报季度": "2027Q1", "用人季度": "2027Q2"}, "period_ahead"),
        ({"可能人数": "若干"}, "heads_unreadable"),
        ({"可能人数": "9"}, "cell_invalid"),
        ({"最高人数": "99999"}, "cell_invalid"),
        ({"可能人数": ""}, "cell_empty"),
        ({"用人单位": "91350100M000100Y44"}, "credit_code_invalid"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(read, change, code):
    found = read(GOOD | change, GOOD)
    assert len(found.forecasts) == 1
    assert [(problem.row, problem.code, problem.fatal) for problem in found.problems] == [(2, code, True)]


def test_titles_of_the_tables_and_of_people_are_known(read, tmp_path, region):
    assert read(GOOD | {"职业": "化妆工"}).forecasts[0].occupation_code == "2-09-04-04"
    read(GOOD | {"职业": "门机司机甲"}, GOOD | {"职业": "挖坑"})
    decisions = {"门机司机甲": "6-30-05-02", "挖坑": None}
    again = read_self_forecasts(tmp_path / "填报.csv", region, today=TODAY, decisions=decisions)
    assert [forecast.occupation_code for forecast in again.forecasts] == ["6-30-05-02"]
    assert [problem.code for problem in again.problems] == ["code_unknown"]


def test_an_unknown_occupation_comes_with_suggestions(read):
    (problem,) = read(GOOD | {"职业": "焊焊工"}).problems
    assert "6-18-02-04 焊工" in problem.message


def test_order_of_the_numbers_is_explained_at_the_cell(read):
    (problem,) = read(GOOD | {"最低人数": "6"}).problems
    assert problem.column == "可能人数"
    assert "最低 ≤ 可能 ≤ 最高" in problem.message


@pytest.mark.parametrize("change", [{"把握程度": "随缘"}, {"备注": "长" * 201}, {"统一社会信用代码": "123"}])
def test_a_bad_cell_that_is_not_needed_is_left_empty(read, change):
    found = read(GOOD | change)
    assert len(found.forecasts) == 1
    assert [problem.fatal for problem in found.problems] == [False]


def test_the_same_thing_twice_in_a_file_is_taken_once(read):
    found = read(GOOD, GOOD | {"可能人数": "7"})
    assert [forecast.likely for forecast in found.forecasts] == [5]
    assert found.problems[0].code == "row_repeated"
    assert "第2行" in found.problems[0].message


def test_the_example_is_not_read_but_a_row_filled_in_over_it_is_reported(read):
    shown = GOOD | {"标记": "示例", "用人单位": "示例单位（请勿填写本行）", "可能人数": "乱写"}
    found = read(shown, GOOD | {"标记": ""}, GOOD | {"标记": "示例"})
    assert (len(found.forecasts), found.examples) == (1, 2)
    assert [(problem.row, problem.code) for problem in found.problems] == [(4, "example_filled")]


def test_a_missing_column_is_named(read):
    with pytest.raises(InputError, match="职业") as caught:
        read({name: text for name, text in GOOD.items() if name != "职业"})
    assert caught.value.code == "missing_columns"


def test_refused_rows_go_back_and_can_be_sent_again(read, region, tmp_path):
    found = read(GOOD | {"职业": "=焊接小能手()", "用人单位": "坏行公司"}, GOOD)
    path = write_correction(tmp_path / "new" / "改正.xlsx", found.lines, found.problems, region, today=TODAY)
    sheet = pd.read_excel(path, engine="calamine", dtype=str)
    assert sheet["用人单位*"].tolist() == ["坏行公司"]
    assert "没有代码或名称" in sheet.iloc[0, -1]
    again = read_self_forecasts(path, region, today=TODAY)
    assert [problem.code for problem in again.problems] == ["code_unknown"]
    assert again.lines[2].occupation_code == "=焊接小能手()"
