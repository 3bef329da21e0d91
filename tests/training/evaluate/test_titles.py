"""Title retrieval over files of anyone."""

from __future__ import annotations

import pytest

from data.errors import FileProblem
from training.evaluate.titles import TitleSet, evaluate_titles, read_qrels

SET = TitleSet(
    "小样",
    ["q1", "q2", "q3"],
    ["岸桥司机", "Accountant", "焊工"],
    ["c1", "c2", "c3", "c4"],
    ["岸桥装卸司机", "accountants", "厨师", "岸桥司机"],
    {"q1": {"c1": 1.0, "c4": 1.0, "c3": 0.0}, "q2": {"c2": 1.0, "c9": 1.0}, "q8": {"c1": 1.0}},
)


def mean(found, dataset, system, metric, group="全部"):
    (one,) = [
        each
        for each in found.measures
        if (each.dataset, each.system, each.metric, each.group) == (dataset, system, metric, group)
    ]
    return one


def test_product_and_baselines_rank_the_same_queries(hashing_model):
    runs = {}
    found = evaluate_titles(
        [SET], hashing_model, keep=lambda name, system, scores: runs.update({system: scores})
    )
    assert list(runs) == ["yingcai", "BM25", "字符TF-IDF", "随机"]
    assert {scores.shape for scores in runs.values()} == {(3, 4)}
    for system in ("yingcai", "BM25", "字符TF-IDF"):
        one = mean(found, "小样", system, "MAP")
        assert (one.mean, one.queries, one.dropped) == (1.0, 2, 1)
    assert found.details["sets"] == [
        {
            "dataset": "小样",
            "queries": 3,
            "corpus": 4,
            "relevant": 3,
            "judgements_without_text": 2,
            "queries_whose_text_is_in_the_corpus": 1,
        }
    ]
    assert {each.group for each in found.measures} == {"全部", "han", "latin"}


def test_a_text_that_reads_like_the_query_is_neither_right_nor_wrong_the_second_time(hashing_model):
    unjudged = SET._replace(judgements={"q1": {"c1": 1.0}})
    found = evaluate_titles([unjudged], hashing_model)
    assert mean(found, "小样", "yingcai", "MRR").mean == 0.5
    assert mean(found, "小样（同名不计）", "yingcai", "MRR").mean == 1.0
    judged = SET._replace(judgements={"q1": {"c4": 1.0}})
    found = evaluate_titles([judged], hashing_model)
    assert mean(found, "小样（同名不计）", "yingcai", "MRR").dropped == 3


def test_without_any_text_of_a_query_in_the_corpus_there_is_one_dataset(hashing_model):
    apart = SET._replace(queries=["桥吊司机", "bookkeeper", "焊工"])
    assert {each.dataset for each in evaluate_titles([apart], hashing_model).measures} == {"小样"}


def test_qrels_are_read_with_tabs_or_blanks(tmp_path):
    path = tmp_path / "qrels.tsv"
    path.write_text("q1\t0\tc1\t1\n\nq1 0 c2 2\n", "utf-8")
    assert read_qrels(path) == {"q1": {"c1": 1.0, "c2": 2.0}}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"q1 0 c1\n", "qrels_unreadable"),
        (b"q1 0 c1 yes\n", "qrels_unreadable"),
        (b"\n", "file_empty"),
        ("岸桥 0 c1 1\n".encode("gbk"), "encoding_unknown"),
        (None, "file_missing"),
    ],
)
def test_qrels_that_cannot_be_read_say_why(tmp_path, content, code):
    path = tmp_path / "qrels.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileProblem) as problem:
        read_qrels(path)
    assert problem.value.code == code
