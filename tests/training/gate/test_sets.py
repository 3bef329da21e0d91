"""Frozen sets come back as they were written, and are never changed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.errors import FileProblem
from training.evaluate import TitleSet
from training.gate.freezing import Sizes, freeze_sets
from training.gate.sets import Kind, read_sets, write_sets
from training.pairs import Inputs, build_pairs

SIZES = Sizes(titles=40, majors=40, postings=20, vacancies=24, people=30)
DUTIES = "负责设备的日常巡检与维护，记录运行参数，处理一般故障，配合检修，落实安全规程，参加班组培训。" * 3


@pytest.fixture(scope="module")
def german():
    return TitleSet(
        "german", ["1", "2", "3"], ["Schweißer", "Koch", "Maurer"], ["a", "b"], ["Schweißerin", "Köchin"],
        {"1": {"a": 1.0}, "2": {"b": 1.0, "a": 0.0}, "3": {"z": 1.0}},
    )  # fmt: skip


@pytest.fixture(scope="module")
def postings():
    rows = np.arange(30)
    return pd.DataFrame(
        {
            "title": [f"维修工{row}" for row in rows],
            "description": [f"维修工{row}：{row}号线。{DUTIES}" for row in rows],
            "key_industry_hint": [["港口物流", "生物医药", None][row % 3] for row in rows],
            "education": [["本科及以上", "大专", "中专/中技", "保密"][row % 4] for row in rows],
            "city": [["营口·鲅鱼圈区", "大连"][row % 2] for row in rows],
        }
    )


@pytest.fixture(scope="module")
def sets(german, postings):
    return freeze_sets("yingkou", titles=[german], postings=postings, sizes=SIZES, seed=3)


def queries_of(sets, name):
    table = sets.tables["queries"]
    return table[table["set"] == name]


def test_the_same_arguments_draw_the_same_sets(sets, german, postings):
    again = freeze_sets("yingkou", titles=[german], postings=postings, sizes=SIZES, seed=3)
    for name, table in sets.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    other = freeze_sets("yingkou", sizes=SIZES, seed=4)
    assert list(queries_of(other, "中文找英文")["query"]) != list(queries_of(sets, "中文找英文")["query"])


def test_every_query_has_an_answer(sets):
    tables = sets.tables
    answered = set(zip(tables["judgements"]["set"], tables["judgements"]["query"], strict=True))
    asked = set(zip(tables["queries"]["set"], tables["queries"]["query"], strict=True))
    assert answered == asked
    assert not tables["queries"].duplicated(["set", "query"]).any()
    assert (tables["judgements"]["gain"] > 0).all()


def test_the_public_sets_ask_in_three_languages(sets):
    languages = {
        name: queries_of(sets, name)["language"].mode().item()
        for name in ("中文找英文", "英文找中文", "俄文找中文", "工种找职业")
    }
    assert languages == {
        "中文找英文": "zh",
        "英文找中文": "en",
        "俄文找中文": "ru",
        "工种找职业": "zh",
    }
    # Fewer in Russian: of the 119 trades most are given to training, and nothing learned is asked.
    assert {name: len(queries_of(sets, name)) for name in languages} == {
        "中文找英文": 40,
        "英文找中文": 40,
        "俄文找中文": 19,
        "工种找职业": 40,
    }


def test_nothing_that_training_is_given_is_asked(sets):
    pairs = build_pairs(Inputs()).pairs
    learned = pairs[pairs["split"] == "train"]
    majors = set(learned.loc[learned["source"] == "major_occupation", "anchor"])
    assert majors.isdisjoint(queries_of(sets, "专业→职业")["text"])
    types = set(learned.loc[learned["source"] == "occupation_title", "anchor"])
    assert types.isdisjoint(queries_of(sets, "工种找职业")["text"])


def test_a_title_set_of_ones_own_is_named_after_its_language(sets):
    own = queries_of(sets, "german")
    assert list(own["query"]) == ["1", "2"], "the third has no answer among the documents"
    assert set(own["language"]) == {"de"}


def test_postings_keep_what_tells_their_slices(sets, postings):
    found = queries_of(sets, "名称→描述")
    assert len(found) == 20
    for row in found.to_dict("records"):
        source = postings.loc[int(row["query"][1:])]
        assert row["text"] == source["title"]
        assert row["industry"] == (source["key_industry_hint"] or "")
        assert row["region"] == source["city"].partition("·")[0]
    assert set(found["education"]) == {"本科", "大专", "高中及以下", ""}
    texts = sets.tables["corpus"].set_index(["set", "item"])["text"]
    assert not any(row["text"] in texts["名称→描述", row["query"]] for row in found.to_dict("records"))


def test_postings_without_further_columns_have_no_slices(postings):
    bare = freeze_sets("yingkou", postings=postings[["title", "description"]], sizes=SIZES)
    found = queries_of(bare, "名称→描述")
    assert set(found["industry"]) | set(found["education"]) | set(found["region"]) == {""}


def test_the_city_is_judged_both_ways(sets):
    ways = {kind: sets.tables["queries"].query("kind == @kind") for kind in ("vacancies", "people")}
    assert set(ways["vacancies"]["query"]) <= set(sets.tables["postings"]["信息编号"])
    assert set(ways["people"]["query"]) <= set(sets.tables["profiles"]["档案编号"])
    assert (ways["vacancies"][["industry", "education", "region", "language"]] != "").all(axis=None)
    judged = sets.tables["judgements"]
    there = judged[judged["set"] == "为岗找人"].set_index(["query", "item"])["gain"].to_dict()
    back = judged[judged["set"] == "为人找岗"].set_index(["item", "query"])["gain"].to_dict()
    assert there == back
    assert set(there.values()) <= {1.0, 2.0}


def test_the_sets_come_back(sets, tmp_path):
    written = write_sets(sets, tmp_path / "sets")
    back = read_sets(tmp_path / "sets")
    assert back.manifest == written
    assert len(written.sha256) == 64
    assert back.manifest.sources[-1] == "合成城市（合成数据）"
    for name, table in sets.tables.items():
        pd.testing.assert_frame_equal(table.reset_index(drop=True), back.tables[name], check_dtype=False)
    sample = back.sample()
    assert sample.door.today == dt.date(2026, 10, 31)
    assert len(sample.industries) == len(sample.postings)


def test_frozen_sets_are_not_overwritten(sets, tmp_path):
    write_sets(sets, tmp_path)
    with pytest.raises(FileProblem, match="不能覆盖"):
        write_sets(sets, tmp_path)


@pytest.mark.parametrize("name", ["queries.parquet", "manifest.json", "postings.parquet"])
def test_changed_sets_are_refused(sets, tmp_path, name):
    write_sets(sets, tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes().replace(b"2026-10-31", b"2026-10-30") + b" ")
    if name == "manifest.json":
        assert b"2026-10-30" in path.read_bytes()
    with pytest.raises(FileProblem) as error:
        read_sets(tmp_path)
    assert error.value.code == "sets_changed"
    path.unlink()
    with pytest.raises(FileProblem):
        read_sets(tmp_path)


def test_sets_without_a_column_are_refused(sets, tmp_path):
    tables = {**sets.tables, "queries": sets.tables["queries"].drop(columns="language")}
    write_sets(type(sets)(tables, sets.manifest), tmp_path)
    with pytest.raises(FileProblem, match=r"queries\.parquet"):
        read_sets(tmp_path)


def test_what_is_no_manifest_is_refused(tmp_path):
    with pytest.raises(FileProblem, match="没有冻结的评测集"):
        read_sets(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(FileProblem, match="与冻结时不同"):
        read_sets(tmp_path)


def test_every_kind_has_a_metric():
    assert {kind.metric for kind in Kind} == {"MAP", "MRR", "nDCG@10"}
