"""``yingcai code``."""

from __future__ import annotations

import pytest


@pytest.fixture
def listed(tmp_path):
    def writes(*texts):
        path = tmp_path / "in.tsv"
        path.write_text("".join(f"q{i}\t{text}\n" for i, text in enumerate(texts)), "utf-8")
        return path

    return writes


@pytest.mark.parametrize(
    ("subject", "text", "code"),
    [
        ("title", "焊工", "6-18-02-04"),
        ("major", "过控", "080206"),
        ("industry", "石油/化工", "26"),
        ("skill", "叉车", "叉车驾驶"),
    ],
)
def test_a_known_text_is_coded(run, subject, text, code):
    done = run("code", subject, text, "--json")
    assert done.code == 0
    (result,) = done.json["results"]
    assert code in (result["code"], result["name"])
    assert result["text"] == text
    assert done.json["expected_error"] is None


def test_an_unknown_text_comes_with_suggestions_and_the_stated_error(run):
    done = run("code", "title", "量子灵修岗", "焊工", "--top", 4, "--json")
    unknown, known = done.json["results"]
    assert len(unknown["suggestions"]) == 4
    assert known["code"] == "6-18-02-04"
    assert set(done.json["expected_error"]) == {"细类", "小类", "中类"}


def test_people_get_a_table(run):
    done = run("code", "title", "焊工", "量子灵修岗")
    assert "6-18-02-04" in done.out


@pytest.mark.parametrize(
    ("kind", "text", "first"),
    [
        ("title-occupation", "焊工", "6-18-02-04"),
        ("major-occupation", "护理", "2-05-08"),
        ("title-industry", "小学老师", "83"),
    ],
)
def test_a_list_is_ranked_line_by_line(run, listed, tmp_path, kind, text, first):
    out = tmp_path / "deep" / "out.tsv"
    done = run("code", "--file", listed(text, "量子灵修"), "--kind", kind, "--top", 5, "--out", out, "--json")
    assert done.json == {"kind": kind, "texts": 2, "top": 5, "out": str(out)}
    lines = [line.split("\t") for line in out.read_text("utf-8").splitlines()]
    assert [(line[0], line[1]) for line in lines] == [(q, str(r)) for q in ("q0", "q1") for r in range(1, 6)]
    assert any(line[2].startswith(first) for line in lines[:5])
    assert all(len(line) == 5 and line[3] and float(line[4]) > -1 for line in lines)


def test_a_ranked_list_is_told_to_people(run, listed, tmp_path):
    done = run("code", "--file", listed("焊工"), "--out", tmp_path / "out.tsv")
    assert "1 个文本" in done.out


@pytest.mark.parametrize("arguments", [(), ("title",), ("--file", "in.tsv")])
def test_without_texts_it_says_how_to_give_them(run, arguments):
    done = run("code", *arguments)
    assert done.code == 1
    assert "nothing_to_code" in done.line


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    done = run("code", "--file", tmp_path / "no.tsv", "--out", tmp_path / "out.tsv")
    assert "file_missing" in done.line
