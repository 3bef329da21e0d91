"""Judged pairs against the matching."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data.errors import FileProblem
from training.evaluate.matching import evaluate_matching, read_judged_pairs, read_truth_pairs


class Side:
    def __init__(self, rows):
        self.rows = rows

    def position(self, item_id):
        return next((at for at, row in enumerate(self.rows) if row["id"] == item_id), None)

    def allowed(self, query):
        return SimpleNamespace(mask=np.array([row["title"] != query.get("never") for row in self.rows]))


class ByTitle:
    """A matching that finds equal titles and nothing else."""

    def __init__(self):
        self.vacancies = Side([row("V1", "岸桥司机", duties="开岸桥"), row("V2", "会计", duties="记账")])
        self.profiles = Side([row("P1", "会计"), row("P2", "岸桥司机"), row("P3", "厨师")])

    def _found(self, item_id, asking, offered):
        title = asking.rows[asking.position(item_id)]["title"]
        same = [each["id"] for each in offered.rows if each["title"] == title]
        return SimpleNamespace(
            results=[SimpleNamespace(id=name, rank=rank) for rank, name in enumerate(same, start=1)]
        )

    def match_vacancy(self, vacancy, *, k):
        return self._found(vacancy, self.vacancies, self.profiles)

    def match_profile(self, profile, *, k):
        return self._found(profile, self.profiles, self.vacancies)


def row(item_id, title, **fields):
    return {"id": item_id, "title": title, "skills": ("技能",), **fields}


def pairs(*rows):
    return pd.DataFrame(rows, columns=["vacancy_id", "profile_id", "grade"])


def test_both_directions_are_measured_beside_the_baselines():
    judged = pairs(("V1", "P2", 2), ("V2", "P1", 1), ("V2", "P3", 0), ("V9", "P1", 1))
    steps = []
    found = evaluate_matching(ByTitle(), judged, watch=lambda *step: steps.append(step))
    own = {
        (one.dataset, one.metric): (one.mean, one.queries, one.dropped)
        for one in found.measures
        if one.system == "yingcai"
    }
    assert own["为岗找人", "nDCG@10"] == (1.0, 2, 0)
    # P3 was judged and nothing suits him
    assert own["为人找岗", "MRR"] == (1.0, 2, 1)
    assert {one.system for one in found.measures} == {"yingcai", "BM25", "字符TF-IDF", "随机"}
    assert found.details["pairs_not_in_pools"] == 1
    assert steps[-1] == ("为人找岗", 3, 3)


def test_who_is_judged_and_not_found_counts_as_zero():
    found = evaluate_matching(ByTitle(), pairs(("V1", "P3", 1)))
    assert {one.mean for one in found.measures if one.system == "yingcai"} == {0.0}


def test_judgements_of_other_pools_are_refused():
    with pytest.raises(FileProblem) as problem:
        evaluate_matching(ByTitle(), pairs(("V9", "P9", 1)))
    assert problem.value.code == "no_pair_known"


def test_judged_pairs_are_read(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("vacancy_id,profile_id,grade,who\n1,2,3,甲\n", "utf-8")
    assert read_judged_pairs(path).to_dict("records") == [{"vacancy_id": "1", "profile_id": "2", "grade": 3}]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"vacancy_id,grade\nV1,1\n", "columns_missing", "profile_id"),
        (b"vacancy_id,profile_id,grade\nV1,P1,1\nV1,P2,good\n", "grade_unreadable", "第 3 行"),
        (b"", "file_unreadable", "CSV"),
        ("vacancy_id,profile_id,grade\n岸桥,P1,1\n".encode("gbk"), "file_unreadable", "UTF-8"),
        (None, "file_missing", "pairs.csv"),
    ],
)
def test_files_without_judged_pairs_are_refused(tmp_path, content, code, words):
    path = tmp_path / "pairs.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileProblem, match=words) as problem:
        read_judged_pairs(path)
    assert problem.value.code == code


def test_baselines_are_kept_to_what_the_hard_rules_allow():
    matching = ByTitle()
    matching.vacancies.rows[0]["never"] = "岸桥司机"
    found = evaluate_matching(matching, pairs(("V1", "P2", 1)))
    both = [one for one in found.measures if one.dataset == "为岗找人" and one.metric == "MRR"]
    assert {one.system: one.mean for one in both if one.system != "yingcai"} == {
        "BM25": 0.0,
        "字符TF-IDF": 0.0,
        "随机": 0.0,
    }


def test_the_truth_of_a_city_judges_pairs(tmp_path):
    (tmp_path / "truth_postings.csv").write_text("posting_id,role\nA1,welder\nA2,cook\n", "utf-8-sig")
    (tmp_path / "truth_profiles.csv").write_text(
        "profile_id,role,wanted_role\nP1,welder,welder\nP2,cook,welder\nP3,cook,cook\n", "utf-8-sig"
    )
    rows = [{"id": "V1", "posting_id": "A1"}, {"id": "V9", "posting_id": "A9"}]
    found = read_truth_pairs(tmp_path, rows, limit=5, rng=np.random.default_rng(0))
    assert found.to_numpy().tolist() == [["V1", "P1", 2], ["V1", "P2", 1]]
    with pytest.raises(FileProblem, match="对不上"):
        read_truth_pairs(tmp_path, rows[1:], limit=5, rng=np.random.default_rng(0))
    with pytest.raises(FileProblem, match="没有合成城市的真值"):
        read_truth_pairs(tmp_path / "none", rows, limit=5, rng=np.random.default_rng(0))
