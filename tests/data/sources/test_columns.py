import pytest

from data.errors import FileProblem
from data.sources.columns import TableKind, columns_of, is_refused, map_columns, read_columns, score_header


@pytest.mark.parametrize("kind", TableKind)
def test_no_heading_means_two_columns_and_none_is_refused(kind):
    keys = [key for column in columns_of(kind) for key in set(column.keys)]
    assert len(keys) == len(set(keys))
    assert not [key for key in keys if is_refused(key, kind)]


@pytest.mark.parametrize("kind", TableKind)
def test_the_headings_of_the_template_are_read_back(kind):
    headings = [column.heading for column in columns_of(kind)]
    assert list(map_columns(headings, kind).values()) == [column.name for column in columns_of(kind)]


def test_units_stars_and_line_breaks_in_a_heading_do_not_matter():
    mapped = map_columns(
        ["企业名称*", "岗位名称（必填）", "薪酬待遇（万元/年）", "需求\n人数"], TableKind.POSTING
    )
    assert list(mapped.values()) == ["employer", "title", "salary", "headcount"]


def test_the_most_telling_of_several_headings_counts_and_the_rest_is_ignored():
    columns = read_columns(["city", "city_raw", "title", "company"], TableKind.POSTING)
    assert columns.mapped == {"city_raw": "place", "title": "title", "company": "employer"}
    assert columns.ignored == ("city",)


def test_duties_may_be_spread_over_several_columns():
    columns = read_columns(["岗位职责", "任职要求"], TableKind.POSTING)
    assert columns.mapped == {"岗位职责": "duties", "任职要求": "duties"}


def test_the_second_of_two_equal_headings_is_ignored():
    columns = read_columns(["学历", "学历(必填)"], TableKind.POSTING)
    assert columns.mapped == {"学历": "education"}
    assert columns.ignored == ("学历(必填)",)


def test_joined_header_rows_are_known_by_their_last_part():
    assert read_columns(["任职条件_学历"], TableKind.POSTING).mapped == {"任职条件_学历": "education"}


@pytest.mark.parametrize(
    "name",
    [
        "姓名",
        "联系人姓名",
        "性别要求",
        "年龄",
        "出生年月",
        "民族",
        "户籍所在地",
        "婚姻状况",
        "照片",
        "身份证号",
        "联系电话",
        "手机号",
        "毕业院校",
        "第一学历",
        "任职条件_性别",
        "phone",
        "Gender",
        "QQ号",
    ],
)
def test_personal_data_and_excluded_attributes_are_refused(name):
    assert is_refused(name)
    assert read_columns([name], TableKind.PROFILE).refused == (name,)


def test_every_other_column_is_unknown():
    columns = read_columns(["是否提供班车", "备注"], TableKind.POSTING)
    assert columns.unknown == ("是否提供班车",)
    assert columns.ignored == ("备注",)


def test_a_missing_column_is_named_with_its_closest_candidate():
    with pytest.raises(FileProblem) as caught:
        map_columns(["岗位名称", "公司全称", "人数"], TableKind.POSTING)
    assert caught.value.code == "columns_missing"
    assert "用人单位" in caught.value.message
    assert "公司全称" in caught.value.hint


def test_without_a_candidate_the_template_is_recommended():
    with pytest.raises(FileProblem) as caught:
        map_columns(["a", "b"], TableKind.POSTING)
    assert "模板" in caught.value.hint


def test_a_header_row_scores_by_the_columns_it_names():
    assert score_header(["岗位名称", "用人单位", "姓名", ""]) == 3
    assert score_header(["镁砂工程师", "某公司", "3"]) == 0
