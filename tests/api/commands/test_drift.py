"""``yingcai drift``."""

from __future__ import annotations

MONTHS = ("--from", "2026-04", "--to", "2026-05")


def test_two_months_of_the_city_are_compared(run, filled, tmp_path):
    done = run("drift", *MONTHS, "--sample", "20", "--permutations", "499", "--out", tmp_path / "d")
    assert done.code == 0
    assert "2026-04 → 2026-05［合成数据］" in done.out
    assert "职业中类" in done.out
    assert "前十名平均分" in done.out
    assert {"drift.json", "drift.md", "drift.png"} <= {path.name for path in (tmp_path / "d").iterdir()}


def test_as_json_it_is_the_report_and_the_same_twice(run, filled):
    done = run("drift", *MONTHS, "--no-scores", "--json")
    assert done.json["synthetic"] is True
    assert done.json["model_version"] == ""
    assert done.json["verdict"] in {"稳定", "留意", "漂移", "依据不足"}
    assert run("drift", *MONTHS, "--no-scores", "--json").out == done.out


def test_a_check_ends_with_three_where_there_is_drift(run, filled, monkeypatch):
    monkeypatch.setattr("training.drift.judge._SIZES", dict.fromkeys(_kinds(), (-1.0, -1.0)))
    monkeypatch.setattr("training.drift.judge._BAR", 1.0)
    assert run("drift", *MONTHS, "--no-scores", "--check").code == 3
    assert run("drift", *MONTHS, "--no-scores").code == 0


def test_months_in_the_wrong_order_are_one_line(run, filled):
    done = run("drift", "--from", "2026-05", "--to", "2026-04", "--no-scores")
    assert (done.code, done.out) == (1, "")
    assert done.line.startswith("失败 [periods_overlap]")


def _kinds():
    from training.drift import Kind

    return list(Kind)
