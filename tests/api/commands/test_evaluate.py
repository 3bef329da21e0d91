"""``yingcai evaluate``."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from matching.coding.codes import Suggestion
from training.evaluate import majors as majors_module

QUERIES = "q_id\tjobtitle\nq1\t岸桥司机\nq2\t会计\nq3\t焊工\n"
CORPUS = "c_id\tjobtitle\nc1\t财务会计\nc2\t岸桥装卸司机\nc3\t镁砂工艺工程师\n"
QRELS = "q1\t0\tc2\t1\nq2\t0\tc1\t1\n"
LONG = "负责设备的日常点检、润滑与维护，参加班组安全活动，做好交接班记录，服从生产调度安排，" * 3


@pytest.fixture
def language(tmp_path):
    folder = tmp_path / "sets" / "chinese"
    folder.mkdir(parents=True)
    for name, content in (("queries", QUERIES), ("corpus_elements", CORPUS), ("qrels.tsv", QRELS)):
        (folder / name).write_text(content, "utf-8")
    return folder


def given(folder):
    names = {"--queries": "queries", "--corpus": "corpus_elements", "--qrels": "qrels.tsv"}
    return [part for option, name in names.items() for part in (option, folder / name)]


def test_titles_are_evaluated_from_files_with_runs_and_tables(run, language, tmp_path):
    out = tmp_path / "out"
    done = run("evaluate", "titles", *given(language), "--out", out)
    assert done.code == 0
    assert "chinese（均值与95%自助法区间）" in done.out
    assert "1.000 [1.000, 1.000]" in done.out
    found = json.loads((out / "titles.json").read_text("utf-8"))
    assert set(found["details"]["inputs"]) == {str(path) for path in language.iterdir()}
    table = pd.read_csv(out / "titles.csv")
    best = table[(table["system"] == "yingcai") & (table["metric"] == "MAP")]
    assert best[["mean", "queries", "dropped"]].to_numpy().tolist() == [[1.0, 2, 1]]
    lines = (out / "titles-chinese-yingcai.trec").read_text("utf-8").splitlines()
    assert len(lines) == 9
    assert lines[0].split()[:4] == ["q1", "Q0", "c2", "1"]
    assert len(list(out.glob("*.trec"))) == 4


def test_several_languages_come_from_a_folder_or_by_repeating(run, language):
    other = language.parent / "copy"
    shutil.copytree(language, other)
    from_folder = run("evaluate", "titles", "--folder", language.parent, "--json").json
    repeated = run("evaluate", "titles", *given(language), *given(other), "--json").json
    assert {one["dataset"] for one in from_folder["measures"]} == {"chinese", "copy"}
    assert {one["dataset"] for one in repeated["measures"]} == {"chinese", "copy"}
    twice = run("evaluate", "titles", *given(language), *given(language), "--json").json
    assert {one["dataset"] for one in twice["measures"]} == {"第1组", "第2组"}


def test_the_same_seed_prints_the_same_numbers(run, language):
    first, second = (run("evaluate", "titles", *given(language), "--json").json for _ in range(2))
    assert first == second


@pytest.mark.parametrize("options", [(), ("--queries", "q"), ("--queries", "q", "--corpus", "c")])
def test_titles_without_a_whole_group_of_files_are_refused(run, options):
    assert run("evaluate", "titles", *options).line.startswith("失败 [options_conflict]")


def test_a_folder_without_queries_is_refused(run, tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        assert run("evaluate", "titles", "--folder", folder).line.startswith("失败 [file_missing]")


@pytest.fixture
def quick_majors(monkeypatch):
    """Rank the occupations of accountants for every major."""

    class Ranker:
        def rank(self, names, *, k=10):
            return [(Suggestion("2-06-03-00", "会计专业人员", 1.0),) for _ in names]

    monkeypatch.setattr(majors_module.MajorOccupationRanker, "from_reference", lambda *_, **__: Ranker())


def test_majors_are_evaluated_on_pairs_of_anyone(run, tmp_path, quick_majors):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("major,occupation_code\n会计学,2-06-03-00\n护理学,2-05-08-01\n", "utf-8")
    found = run("evaluate", "majors", "--pairs", pairs, "--json").json
    own = {
        one["metric"]: one["mean"]
        for one in found["measures"]
        if one["system"] == "yingcai" and one["group"] == "全部"
    }
    assert own == {"recall@10": 0.5, "MRR": 0.5}


def test_the_official_table_is_the_default(run, quick_majors):
    found = run("evaluate", "majors", "--json").json
    assert found["details"]["queries"] > 400
    assert found["details"]["inputs"] == {}


def test_declared_majors_need_their_postings(run, tmp_path, quick_majors):
    declared, postings = tmp_path / "declared.csv", tmp_path / "postings.parquet"
    declared.write_text("posting_id,major\np1,会计学\np1,财务管理\np2,护理学\np9,法学\n", "utf-8")
    pd.DataFrame({"posting_id": ["p1", "p2"], "title": ["会计", "护士"]}).to_parquet(postings)
    done = run("evaluate", "majors", "--declared", declared, "--postings", postings, "--json")
    assert done.json["details"]["queries"] == 2
    assert done.json["measures"][0]["dataset"] == "岗位→用人单位所列专业"
    assert run("evaluate", "majors", "--declared", declared).line.startswith("失败 [options_conflict]")
    pd.DataFrame({"posting_id": ["x"], "title": ["会计"]}).to_parquet(postings)
    done = run("evaluate", "majors", "--declared", declared, "--postings", postings)
    assert done.line.startswith("失败 [no_posting_known]")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("major,occupation\n会计学,1\n", "columns_missing"),
        ("major,occupation_code\n", "file_empty"),
        (None, "file_missing"),
    ],
)
def test_pairs_that_cannot_be_used_are_refused(run, tmp_path, content, code):
    pairs = tmp_path / "pairs.csv"
    if content is not None:
        pairs.write_text(content, "utf-8")
    assert run("evaluate", "majors", "--pairs", pairs).line.startswith(f"失败 [{code}]")


def test_postings_are_evaluated_by_source_and_small_groups_are_not_rated(run, tmp_path):
    titles = [f"{what}{who}" for what in "焊钳电铆车铣" for who in ("工班长", "接学徒")]
    table = pd.DataFrame(
        {
            "title": titles,
            "description": [f"岗位：{title}。{LONG}" for title in titles],
            "source": ["甲"] * 11 + ["乙"],
        }
    )
    table.to_csv(tmp_path / "postings.csv", index=False)
    done = run("evaluate", "postings", "--postings", tmp_path / "postings.csv")
    assert done.code == 0
    assert "遮去名称" in done.out
    assert "来源：甲" in done.out
    assert "X 暂不评价" in done.out
    assert "注：" in done.out


def test_matching_is_evaluated_on_judged_pairs_of_the_store(run, filled, service, tmp_path):
    vacancies, profiles = service.matcher.vacancies, service.matcher.profiles
    judged = []
    for row in vacancies.rows[:4]:
        results = service.matcher.match_vacancy(row["id"], k=3).results
        judged += [(row["id"], result.id, 2) for result in results[:2]]
    judged.append((vacancies.rows[0]["id"], profiles.rows[0]["id"], 0))
    path = tmp_path / "pairs.csv"
    pd.DataFrame(judged, columns=["vacancy_id", "profile_id", "grade"]).to_csv(path, index=False)
    found = run("evaluate", "matching", "--pairs", path, "--json").json
    first = next(one for one in found["measures"] if one["system"] == "yingcai" and one["metric"] == "MRR")
    assert first["dataset"] == "为岗找人"
    # the product is asked for what it answered itself
    assert first["mean"] == 1.0
    assert {one["dataset"] for one in found["measures"]} == {"为岗找人", "为人找岗"}
    assert np.isfinite([one["mean"] for one in found["measures"] if one["mean"] is not None]).all()
