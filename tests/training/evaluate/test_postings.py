"""A title finds its own description."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import FileProblem
from training.evaluate.postings import evaluate_postings, mask_title, posting_task, read_posting_table

LONG = "负责设备的日常点检、润滑与维护，参加班组安全活动，做好交接班记录，服从生产调度安排，" * 3


@pytest.fixture(scope="module")
def table():
    titles = ["电熔镁砂工艺员", "岸桥司机", "财务会计", "水泵检修工", "前端开发"]
    return pd.DataFrame(
        {
            "title": [*titles, "短描述", "", "重复"],
            "description": [f"岗位：{title}。{LONG}{title[:2]}" for title in titles]
            + ["太短", LONG, f"岗位：{titles[0]}。{LONG}{titles[0][:2]}"],
            "key_industry_hint": ["镁材料", "港口物流", None, None, "数字经济", "", "", ""],
            "source": ["甲"] * 8,
        }
    )


@pytest.mark.parametrize(
    ("title", "description", "masked"),
    [
        ("运维工程师（夜班）", "招运维工程师，须上夜班", "招 ,须上夜班"),
        ("JAVA开发", "招java开发、Ｊａｖａ开发", "招 、 "),
        ("岸桥司机/门机司机", "门机司机一名", " 一名"),
        ("工", "焊工一名", "焊工一名"),
        ("（急聘）", "招（急聘）", "招 "),
    ],
)
def test_a_title_and_its_parts_are_masked(title, description, masked):
    assert mask_title(title, description) == masked


@given(st.text(max_size=12), st.text(max_size=30), st.text(max_size=30))
def test_no_masked_text_holds_the_title(title, before, after):
    folded = unicodedata.normalize("NFKC", title).strip()
    masked = mask_title(title, f"{before}{title}{after}")
    if len(folded) >= 2 and " " not in folded:
        assert folded not in masked


def test_short_and_repeated_descriptions_and_rows_without_title_are_left_out(table):
    task = posting_task(table, limit=99, rng=np.random.default_rng(0))
    assert task.titles == table["title"].tolist()[:5]
    assert task.groups["key_industry_hint"].tolist() == ["镁材料", "港口物流", "", "", "数字经济"]
    assert all(title not in text for title, text in zip(task.titles, task.masked, strict=True))
    assert all(title in text for title, text in zip(task.titles, task.unmasked, strict=True))


def test_the_limit_draws_by_the_seed(table):
    draws = [posting_task(table, limit=3, rng=np.random.default_rng(seed)).titles for seed in (1, 1, 2)]
    assert len(draws[0]) == 3
    assert draws[0] == draws[1] != draws[2]


def test_too_few_postings_are_refused(table):
    with pytest.raises(FileProblem, match="1 行") as problem:
        posting_task(table.iloc[:1], limit=9, rng=np.random.default_rng(0))
    assert problem.value.code == "too_few_postings"


def test_titles_find_what_names_them_and_chance_finds_less(table, hashing_model):
    task = posting_task(table.drop(columns="key_industry_hint"), limit=9, rng=np.random.default_rng(0))
    steps = []
    found = evaluate_postings(task, hashing_model, watch=lambda *step: steps.append(step))
    mrr = {
        (one.dataset, one.system): one.mean
        for one in found.measures
        if one.metric == "MRR" and one.group == "全部"
    }
    for system in ("yingcai融合", "BM25", "字符TF-IDF"):
        assert mrr["原文", system] == 1.0
        assert mrr["遮去名称", system] > mrr["遮去名称", "随机"]
    assert {one.grouping for one in found.measures} == {"全部", "来源"}
    assert found.details["postings"] == 5
    assert ("原文：BM25", 5, 5) in steps


@pytest.mark.parametrize("name", ["p.parquet", "p.csv", "p.csv.gz", "p.xlsx"])
def test_postings_are_read_from_the_usual_formats(tmp_path, table, name):
    path = tmp_path / name
    if name.endswith("parquet"):
        table.to_parquet(path)
    elif name.endswith("xlsx"):
        table.to_excel(path, index=False, engine="xlsxwriter")
    else:
        table.to_csv(path, index=False)
    assert read_posting_table(path)["title"].tolist()[:5] == table["title"].tolist()[:5]


def test_files_that_are_no_postings_are_refused(tmp_path):
    (tmp_path / "p.csv").write_text("title,text\n会计,记账\n", "utf-8")
    for name, code in (("p.csv", "columns_missing"), ("p.pdf", "format_unknown"), ("q.csv", "file_missing")):
        with pytest.raises(FileProblem) as problem:
            read_posting_table(tmp_path / name)
        assert problem.value.code == code


def test_only_masked_descriptions_can_be_measured(hashing_model):
    rows = [
        {"title": f"{trade}工", "description": f"负责{trade}设备的操作与维护，按规程作业。" * 6}
        for trade in "焊钳车铣刨磨"
    ]
    task = posting_task(pd.DataFrame(rows), limit=6, rng=np.random.default_rng(0))
    found = evaluate_postings(task, hashing_model, as_written=False)
    assert {one.dataset for one in found.measures} == {"遮去名称"}
