"""``yingcai catalogue`` key-talent, colleges, bulletin, map, flows, plan and unmet."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

from data.settings import Settings
from data.store.lists import record_unmet
from data.store.store import Store

ITEM = {
    "主管部门": "工信部门", "编号": "A-1", "引才方式": "靶向引才", "名称": "首席窑炉专家",
    "用人单位": "示例镁业有限公司", "重点产业": "镁材料深加工", "目标人才": "主持过窑炉改造",
    "联系窗口": "人才科", "列入途径": "部门推荐", "数据性质": "合成数据",
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def writes(*rows, name="表.csv"):
        path = tmp_path / name
        pd.DataFrame(rows).to_csv(path, index=False)
        return path

    return writes


def test_a_department_hands_in_its_section_and_it_is_listed(run, write, tmp_path):
    report = tmp_path / "问题.xlsx"
    rows = [ITEM, ITEM | {"编号": "A-2", "主管部门": "科技部门"}]
    done = run(
        "catalogue", "key-talent", write(*rows), "--department", "工信部门", "--problems", report, "--json"
    )
    assert done.code == 0
    assert [row[2] for row in done.json["tables"][0]["rows"]] == ["A-1"]
    assert done.json["synthetic"]
    assert "第3行 主管部门" in done.err
    assert json.loads(report.with_suffix(".json").read_text("utf-8"))["accepted"] == 1
    shown = run("catalogue", "key-talent", "--edition", "2026")
    assert "首席窑炉专家" in shown.out
    assert "合成数据" in shown.out


def test_a_table_without_a_department_or_a_usable_row_is_refused(run, write):
    assert "department_missing" in run("catalogue", "key-talent", write(ITEM)).line
    done = run("catalogue", "key-talent", write(*[ITEM] * 7), "--department", "科技部门")
    assert done.code == 1
    assert "no_usable_rows" in done.err
    assert "共 7 个问题" in done.err


def test_votes_bring_items_of_the_experts_route_in(run, write):
    one = ITEM | {"列入途径": "专家举荐"}
    taken = run("catalogue", "key-talent", write(one), "--department", "工信部门", "--json")
    assert taken.json["tables"][0]["rows"] == []
    run("catalogue", "key-talent", write(ITEM), "--department", "工信部门")
    item_id = run("catalogue", "key-talent", "--json").json["tables"][0]["rows"][0][0]
    run("catalogue", "key-talent", write(one), "--department", "工信部门")
    cast = [
        {"版次": "2026", "条目编码": item_id, "专家代号": f"E{i}", "表决": "同意", "书面依据": "意见"}
        for i in range(5)
    ]
    votes = write(*cast, name="表决.csv")
    done = run("catalogue", "key-talent", "--votes", votes, "--edition", "2026", "--json")
    assert [row[13] for row in done.json["tables"][0]["rows"]] == ["专家认定"]


def test_the_template_is_written(run, tmp_path):
    path = tmp_path / "模板.xlsx"
    assert str(path) in run("catalogue", "key-talent", "--template", path).out.replace("\n", "")
    assert path.is_file()


def test_the_edition_for_colleges_is_shown_and_written(run, filled, tmp_path):
    path = tmp_path / "院校版.csv"
    done = run("catalogue", "colleges", "--limit", "2", "--out", path)
    assert done.code == 0
    assert "院校版" in done.out
    assert "显示 2 行" in done.out
    assert "专业代码" in path.read_text("utf-8-sig")
    every = run("catalogue", "colleges", "--json").json["tables"][0]["rows"]
    listed = run("catalogue", "colleges", "--listed-only", "--json").json["tables"][0]["rows"]
    assert len(listed) <= len(every)
    assert every


def test_a_bulletin_has_its_tables_and_knows_its_industries(run, filled):
    done = run("catalogue", "bulletin", "镁材料深加工")
    assert done.code == 0
    assert "【合成数据，仅供演示】营口市镁材料深加工供求简报" in done.out
    assert "求人倍率" in done.out
    assert len(run("catalogue", "bulletin", "--as-of", "2026-06-30", "--json").json["tables"]) == 8
    assert "industry_unknown" in run("catalogue", "bulletin", "养殖").line


def test_the_map_is_shown_and_drawn(run, filled, tmp_path):
    path = tmp_path / "new" / "地图.svg"
    done = run("catalogue", "map", "--svg", path)
    assert done.code == 0
    assert "人才地图" in done.out
    assert "大石桥市" in path.read_text("utf-8")
    assert "合成数据" in path.read_text("utf-8")
    plain = run("catalogue", "map", "--json")
    assert plain.json["synthetic"]
    assert "已写" not in plain.err


def test_flow_reports_go_in_and_come_out_as_sums(run, filled, write):
    assert "未报" in run("catalogue", "flows").out
    cell = {"期间": "2026Q3", "重点产业": "港口物流", "人才类别": "技能", "数据性质": "合成数据"}
    rows = [
        cell | {"用人单位": f"{n}公司", "流入人数": 4, "流出人数": 6, "主要原因": "薪酬待遇"}
        for n in "甲乙丙"
    ]
    done = run("catalogue", "flows", write(*rows), "--period", "2026Q3", "--json")
    assert done.code == 0
    assert ["港口物流", "技能", 10, 20, -10] in done.json["tables"][1]["rows"]


def test_the_plan_of_a_region_is_held_against_readings(run, write):
    shown = run("catalogue", "plan", "--region", "haicheng")
    assert "未报" in shown.out
    path = write({"指标": "skilled", "年份": 2023, "数值": 4.5, "来源": "年报"})
    done = run(
        "catalogue", "plan", "--region", "haicheng", "--readings", path, "--as-of", "2024-01-01", "--json"
    )
    row = next(row for row in done.json["tables"][0]["rows"] if row[0] == "skilled")
    assert row[8:11] == [2023, 4.5, "年报"]
    assert "没有规划指标" in run("catalogue", "plan").out


def test_unmet_searches_are_counted(run, var):
    store = Store.from_url(Settings(var_dir=var).store_url)
    for code in ["6-15-05-01"] * 5 + [None] * 5 + ["6-18-02-04"] * 4:
        record_unmet(store, occupation_code=code, place_code=None, on=dt.date(2026, 6, 1), synthetic=True)
    store.engine.dispose()
    done = run("catalogue", "unmet", "--synthetic", "--json")
    assert [(row["occupation_code"], row["count"]) for row in done.json] == [(None, 5), ("6-15-05-01", 5)]
    shown = run("catalogue", "unmet", "--synthetic").out
    assert "【合成数据】" in shown
    assert "未编码" in shown
    assert "共 0 行" in run("catalogue", "unmet").out
