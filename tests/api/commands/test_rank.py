"""``yingcai rank``."""

from __future__ import annotations

import pytest

QUERIES = "q1\t岸桥司机\nq2\t会计\n"
CORPUS = "c1\t会计\nc2\t岸桥司机\nc3\t镁砂工艺工程师\n"


@pytest.fixture
def rank(run, tmp_path):
    def ranks(queries, corpus=CORPUS, *options):
        for name, content in (("q.tsv", queries), ("c.tsv", corpus)):
            if content is not None:
                (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        out = tmp_path / "runs" / "run.tsv"
        done = run(
            "rank", "--queries", tmp_path / "q.tsv", "--corpus", tmp_path / "c.tsv", "--out", out, *options
        )
        lines = out.read_text("utf-8").splitlines() if out.is_file() else []
        return done, [line.split() for line in lines]

    return ranks


@pytest.mark.parametrize("header", ["", "q_id\tjobtitle\n", "id\ttext\n", "编号\t文本\n", "\ufeffid\ttext\n"])
def test_titles_are_ranked_in_trec_format_with_or_without_a_header(rank, header):
    done, lines = rank(header + QUERIES)
    assert done.code == 0
    assert [line[0] for line in lines] == ["q1"] * 3 + ["q2"] * 3
    assert [line[1] for line in lines] == ["Q0"] * 6
    assert [line[3] for line in lines] == ["1", "2", "3"] * 2
    assert (lines[0][2], lines[3][2]) == ("c2", "c1")
    scores = [float(line[4]) for line in lines]
    assert scores[:3] == sorted(scores[:3], reverse=True)
    assert {line[5] for line in lines} == {"yingcai"}
    assert "2 个查询 × 3 条语料" in done.out


def test_depth_and_tag_can_be_chosen(rank):
    done, lines = rank(QUERIES, CORPUS, "--top", "1", "--tag", "trial", "--json")
    assert [(line[2], line[5]) for line in lines] == [("c2", "trial"), ("c1", "trial")]
    assert {name: done.json[name] for name in ("queries", "corpus", "depth")} == {
        "queries": 2, "corpus": 3, "depth": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("queries", "code", "words"),
    [
        ("q1\t岸桥司机\nq2 会计\n", "columns_missing", "第 2 行"),
        ("q1\t岸桥司机\n\nq2 会计\n", "columns_missing", "第 3 行"),
        ("q1\ta\nq1\tb\n", "id_repeated", "q1"),
        ("", "file_empty", "q.tsv"),
        ("q_id\ttitle\n", "file_empty", "q.tsv"),
        ("岸桥\t司机\n".encode("gbk"), "encoding_unknown", "UTF-8"),
        ("q 1\t岸桥司机\n", "id_unusable", "第 1 行"),
        ("q1\ta\n\t岸桥司机\n", "id_unusable", "第 2 行"),
        (None, "file_missing", "q.tsv"),
    ],
)
def test_a_file_that_cannot_be_ranked_is_one_line_and_writes_nothing(rank, queries, code, words):
    done, lines = rank(queries)
    assert (done.code, done.out, lines) == (1, "", [])
    assert done.line.startswith(f"失败 [{code}]")
    assert words in done.line
