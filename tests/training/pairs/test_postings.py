"""Pairs out of postings."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.errors import FileProblem
from data.regions import read_region
from matching.meaning import bounded
from training.pairs.postings import (
    declared_pairs,
    description_pairs,
    read_declared,
    read_posting_file,
    skill_pairs,
    work_text,
)
from training.pairs.source import PairSource, text_key


def test_duties_are_taken_once_and_without_their_title(postings):
    pairs = list(description_pairs(postings))
    assert sorted(each.anchor for each in pairs) == ["会计", "岸桥司机", "炉前工"]
    port = next(each for each in pairs if each.anchor == "岸桥司机")
    assert "岸桥司机" not in port.positive
    assert "装卸操作" in port.positive
    assert (port.group, port.employer) == ("employer:示例港口", "示例港口")
    assert port.concept == "title:岸桥司机"
    assert port.on == pd.Timestamp("2026-03-01")


def test_benefits_excluded_demands_and_contacts_do_not_get_into_a_pair(posting, duties):
    text = duties["会计"] + "；限女性，35岁以下；联系电话13812345678；五险一金，周末双休"
    (found,) = description_pairs(pd.DataFrame([posting(1, "会计（限女性）", duties=text)]))
    assert found.anchor == "会计"
    for word in ("女", "35", "138", "五险", "双休"):
        assert word not in found.positive


def test_duties_are_cut_to_the_window_that_matching_encodes(posting):
    text = "；".join(f"负责第{number}号生产线的运行监控与参数调整工作" for number in range(60))
    (found,) = description_pairs(pd.DataFrame([posting(1, "操作工", duties=text)]))
    assert found.positive == bounded(found.positive)
    assert len(found.positive) > 200


def test_every_title_comes_once_before_any_comes_twice(posting, duties):
    rows = [
        posting(i, "会计", duties=f"{duties['会计']}；负责第{i}分公司的全部往来账目核对") for i in range(9)
    ]
    rows += [posting(9, "炉前工", duties=duties["炉前工"])]
    pairs = list(description_pairs(pd.DataFrame(rows), limit=2))
    assert {each.anchor for each in pairs} == {"会计", "炉前工"}


def test_progress_ends_at_the_total(posting, duties, postings):
    told = []
    list(description_pairs(postings, limit=1, progress=lambda *both: told.append(both)))
    list(description_pairs(postings, progress=lambda *both: told.append(both)))
    assert told[-1][0] == told[-1][1]
    assert len({total for _, total in told}) == 1


def test_duties_that_say_nothing_of_work_give_no_pair(posting):
    text = "五险一金，周末双休，包吃住，餐补，免费班车，下午茶，年度体检，带薪年假，员工旅游，年终奖，零食"
    assert list(description_pairs(pd.DataFrame([posting(1, "客服", duties=text)]))) == []


def test_words_that_a_crawl_set_apart_are_joined(duties):
    apart = " ".join(duties["岸桥司机"].replace("；", "")) + " PLC 编程"
    assert "集装箱岸桥的装卸操作" in work_text(apart)


def test_the_same_skills_are_taken_once_without_attitudes_and_the_title(postings):
    pairs = {each.anchor: each for each in skill_pairs(postings)}
    assert set(pairs) == {"炉前工", "会计"}
    assert pairs["会计"].positive == "记账、报税、出纳"
    assert pairs["会计"].group == "posting:p5"
    assert len(list(skill_pairs(postings, limit=1))) == 1


def test_majors_come_from_postings_or_from_a_file_instead(postings):
    own = [(each.anchor, each.positive) for each in declared_pairs(postings)]
    assert own == [("岸桥司机", "港口机械"), ("会计", "会计学"), ("会计", "财务管理")]
    declared = pd.DataFrame(
        {"posting_id": ["p1", "p1", "p99"], "major": ["冶金技术等相关专业", "机械）", "法学"]}
    )
    given = list(declared_pairs(postings, declared))
    assert [(each.anchor, each.positive) for each in given] == [("炉前工", "冶金技术"), ("炉前工", "机械")]
    assert given[0].concept == f"major:{text_key('冶金技术')}"
    assert given[0].source is PairSource.DECLARED_MAJOR


def test_languages_are_told_by_the_script_of_the_title(posting):
    rows = [
        posting(i, title, skills=(f"技能{i}", "焊接", "装配"), on=None)
        for i, title in enumerate(["焊工", "welder", "сварщик", "12"])
    ]
    found = {each.anchor: each for each in skill_pairs(pd.DataFrame(rows))}
    assert [found[title].language for title in ("焊工", "welder", "сварщик", "12")] == [
        "zh",
        "latin",
        "ru",
        "other",
    ]
    assert found["焊工"].on is None


def test_a_file_is_read_as_ingest_reads_it(tmp_path):
    path = tmp_path / "postings.csv"
    path.write_text(
        "岗位编号,岗位名称,用人单位,岗位职责\n"
        "a1,岸桥司机（限男性）,示例港口有限公司,负责岸桥操作；电话13812345678\n"
        "a2,,示例港口有限公司,负责记账\n",
        "utf-8",
    )
    told = []
    frame = read_posting_file(
        path,
        region=read_region("yingkou"),
        pseudonym_key=b"k" * 32,
        max_bytes=10**6,
        today=dt.date(2026, 11, 21),
        progress=lambda *both: told.append(both),
    )
    assert frame["title"].tolist() == ["岸桥司机"]
    assert "138" not in frame["duties"][0]
    assert frame["end_employer_key"].tolist() == ["示例港口"]
    assert told[-1][0] == 2


def test_a_file_without_a_usable_row_is_refused(tmp_path):
    path = tmp_path / "postings.csv"
    path.write_text("岗位编号,岗位名称,用人单位\na1,,示例港口有限公司\n", "utf-8")
    options = {"region": read_region("yingkou"), "pseudonym_key": b"k" * 32, "max_bytes": 10**6}
    with pytest.raises(FileProblem, match=r"postings\.csv") as caught:
        read_posting_file(path, today=dt.date(2026, 11, 21), **options)
    assert caught.value.code == "file_empty"


def test_declared_majors_need_a_file_with_two_columns(tmp_path):
    with pytest.raises(FileProblem) as caught:
        read_declared(tmp_path / "none.csv")
    assert caught.value.code == "file_missing"
    path = tmp_path / "declared.csv"
    path.write_text("posting_id,专业\np1,法学\n", "utf-8")
    with pytest.raises(FileProblem, match="major"):
        read_declared(path)
    path.write_text("posting_id,major\np1,法学\n", "utf-8")
    assert read_declared(path).to_dict("list") == {"posting_id": ["p1"], "major": ["法学"]}


@pytest.mark.real
def test_real_duties_give_pairs_without_benefits(real_data):
    path = real_data / "postings_dev.parquet"
    table = pd.read_parquet(
        path, columns=["posting_id", "title", "company", "description", "majors", "posted_at"]
    )
    usable = table[table["description"].fillna("").str.len() > 200].head(300)
    frame = pd.DataFrame(
        {
            "posting_id": usable["posting_id"],
            "title": usable["title"],
            "duties": usable["description"],
            "skills": [()] * len(usable),
            "majors": [()] * len(usable),
            "end_employer_key": usable["company"],
            "posted_on": None,
            "observed_on": None,
        }
    )
    pairs = list(description_pairs(frame))
    assert len(pairs) > 150
    assert sum("五险一金" in each.positive for each in pairs) < 0.1 * len(pairs)
