"""The folder of a report."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest
from python_calamine import CalamineWorkbook

from data.errors import InputError
from training.forecast.report import write_report


@pytest.fixture
def written(run, tmp_path):
    return {path.relative_to(tmp_path / "a").as_posix(): path for path in write_report(run, tmp_path / "a")}


def test_forecast_and_back_test_come_together_in_every_form(written):
    assert {"预测报告.html", "预测报告.pdf", "预测回测报告.html", "预测回测报告.pdf"} <= set(written)
    assert {
        "预测.xlsx",
        "预测.json",
        "预测合计.csv",
        "逐月预测.csv",
        "回测.csv",
        "图表/回测-误差比.svg",
    } <= set(written)
    assert list(written)[-1] == "manifest.json"


def test_the_same_run_gives_the_same_bytes(run, written, tmp_path):
    again = write_report(run, tmp_path / "b")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written.values()]


def test_the_manifest_lists_every_other_file_with_its_hash(written):
    manifest = json.loads(written["manifest.json"].read_text("utf-8"))
    assert set(manifest["files"]) == set(written) - {"manifest.json"}
    assert (manifest["run_id"], manifest["nature"]) == (7, "合成数据")
    digest = hashlib.sha256(written["预测.xlsx"].read_bytes()).hexdigest()
    assert manifest["files"]["预测.xlsx"]["sha256"] == digest


def test_pages_need_no_other_file_and_are_labelled(written):
    for name in ("预测报告.html", "预测回测报告.html"):
        text = written[name].read_text("utf-8")
        assert "【合成数据" in text
        assert "<script" not in text
        assert text.count("data:image/svg+xml;base64,") == text.count("<img ") > 0
    assert written["预测报告.pdf"].read_bytes().startswith(b"%PDF")


def test_no_cell_is_a_formula(written):
    with written["预测合计.csv"].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[2][1] == "'=镁材料"
    assert {row[-1] for row in rows[1:]} == {"合成数据"}
    book = CalamineWorkbook.from_path(str(written["预测.xlsx"]))
    assert book.sheet_names[:3] == ["预测合计", "逐月预测", "回测"]
    assert book.get_sheet_by_name("预测合计").to_python()[4][1] == "=镁材料"


def test_the_run_itself_is_among_the_files(written, run):
    assert json.loads(written["预测.json"].read_text("utf-8")) == {**run.document, "run_id": 7}


def test_a_folder_that_holds_something_is_refused(run, tmp_path):
    (tmp_path / "a.txt").write_text("甲", "utf-8")
    for path in (tmp_path, tmp_path / "a.txt"):
        with pytest.raises(InputError, match="不是空文件夹"):
            write_report(run, path)
