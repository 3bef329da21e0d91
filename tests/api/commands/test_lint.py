"""``yingcai lint``."""

from __future__ import annotations

import io


def test_a_demand_is_shown_with_its_law_and_a_rewording(run):
    outcome = run("lint", "会计（限女性），35岁以下，会记账")
    assert outcome.code == 1
    assert "[不得发布] 性别：“限女性”" in outcome.out
    assert "妇女权益保障法" in outcome.out
    assert "改写：删去" in outcome.out
    assert "[建议修改] 年龄：“35岁以下”" in outcome.out
    assert "改写：按岗位所需的能力与经验表述" in outcome.out
    assert "采用的文字：会计，会记账" in outcome.out


def test_a_clean_text_and_a_mere_warning_end_with_0(run):
    clean = run("lint", "女装店长，会记账")
    assert (clean.code, clean.out) == (0, "女装店长，会记账：没有发现不能采用的要求\n")
    assert run("lint", "35岁以下").code == 0


def test_json_holds_the_findings_and_what_is_kept(run):
    (found,) = run("lint", "焊工，限男性，电话13800001234", "--json").json
    assert found["kept"] == "焊工，电话［已隐去］"
    (finding,) = found["findings"]
    assert found["text"][finding["start"] : finding["end"]] == finding["text"] == "限男性"
    assert finding["severity"] == "block"


def test_a_file_is_read_as_one_text(run, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("焊工\n限男性\n", encoding="utf-8")
    (found,) = run("lint", "--file", path, "--json").json
    assert found["kept"] == "焊工"


def test_standard_input_is_read_where_nothing_else_is_given(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("限男性"))
    assert run("lint").code == 1


def test_a_file_that_cannot_be_read_is_told_in_one_line(run, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe\xfa")
    for each in (path, tmp_path / "none.txt"):
        outcome = run("lint", "--file", each)
        assert outcome.code == 1
        assert "file_unreadable" in outcome.line
