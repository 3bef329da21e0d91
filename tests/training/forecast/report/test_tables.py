"""Tables of a report."""

from __future__ import annotations

from training.forecast.report.tables import report_tables


def table(run, name):
    (found,) = [each for each in report_tables(run).tables if each.name == name]
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_every_cell_has_a_row_and_a_refused_one_no_number(run):
    rows = table(run, "预测合计")
    assert [row["状态"] for row in rows] == ["可用", "可用", "暂不评价", "仅供参考", "暂不评价"]
    assert (rows[0]["名称"], rows[0]["预测（人）"], rows[0]["80%区间下限"]) == ("营口市全域", 330.0, 264.0)
    for row in rows:
        if row["状态"] == "暂不评价":
            assert row["预测（人）"] is row["80%区间上限"] is row["月均人数"] is None
            assert row["原因"]


def test_months_stand_beside_simple_methods(run):
    rows = table(run, "逐月预测")
    assert len(rows) == 5 * 3
    assert (rows[0]["月份"], rows[0]["预测（人）"], rows[0]["去年同月"]) == ("2026-11", 110.0, 100.0)
    assert rows[6]["去年同月"] is None


def test_the_back_test_is_there_with_every_method_and_its_ratio(run):
    rows = table(run, "回测")
    own = [row for row in rows if row["公布"] == "是"]
    assert {row["方法"] for row in rows} == {"按历史误差选定的组合", "上月值", "去年同月", "近三月均值"}
    assert all((row["MAE比上月值"], row["MAE比去年同月"]) == (0.5, 2.0) for row in own)
    assert {row["重点产业"] for row in rows} == {None, "=镁材料"}


def test_what_was_kept_beside_demand_has_a_table_of_its_own(run, forecast_document):
    names = [each.name for each in report_tables(run).tables]
    assert names == ["预测合计", "逐月预测", "回测", "短缺测算", "规划目标", "人才流动"]
    del forecast_document["flows"]
    assert "人才流动" not in [each.name for each in report_tables(run).tables]


def test_skills_and_employers_have_tables_too(run, forecast_document, skill_section, employer_section):
    forecast_document.update(skills=skill_section, employers=employer_section)
    names = [each.name for each in report_tables(run).tables]
    assert names[3:7] == ["短缺测算", "能力需求", "单位自报", "单位自报的核对"]
    assert table(run, "单位自报")[0]["合并值"] == "228"


def test_generated_data_are_labelled(run):
    document = report_tables(run)
    assert document.synthetic
    assert document.title.startswith("【合成数据")
