"""Results as files: every one labelled, none able to run anything in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from api.jobs.answers import BulkError, failure_of
from api.jobs.exports import ExportFormat, csv_lines, ndjson_lines, write_workbook
from data.jobs import Job

EVIL = ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1")
NOW = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
JOB = Job(
    job_id="J1", kind="match", owner="", actor="甲", state="done", payload={}, total=2, done=2, failed=1,
    created_at=NOW, started_at=NOW, progressed_at=NOW, finished_at=NOW, error_code=None, error_message=None,
)  # fmt: skip


def listed(rank, title="焊工", *, synthetic=False, **changes):
    row = {
        "id": f"P{rank}", "rank": rank, "score": 70.126, "score_forward": 70.126, "score_reverse": 50.0,
        "score_mutual": 58.37, "probability": None, "contributions": {}, "synthetic": synthetic,
        "item": {"title": title, "place": "营口市"}, "to_verify": ["证书未写明"],
        "missing_skills": ["电焊", "气焊"], "reasons": [],
    }  # fmt: skip
    return row | changes


def answer(position=0, *results, synthetic=False, **changes):
    row = {
        "position": position, "ref": "r", "status": "ok", "direction": "profiles", "results": list(results),
        "query": {"id": "V1", "title": "焊工", "synthetic": False}, "as_of": "2026-03-01",
        "model_version": "m", "synthetic": synthetic, "nature": "合成数据" if synthetic else "真实数据",
        "error": None,
    }  # fmt: skip
    return row | changes


def failure(position=1):
    told = BulkError(code="vacancy_unknown", message="没有", hint="")
    return failure_of(position, None, told).model_dump(mode="json")


def table(*answers):
    text = b"".join(csv_lines(answers)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_line_of_ndjson_is_one_answer():
    answers = [answer(0, listed(1)), failure()]
    lines = list(ndjson_lines(answers))
    assert [json.loads(line) for line in lines] == answers
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)


def test_a_row_of_the_table_is_one_result():
    rows = table(answer(0, listed(1), listed(2, probability=0.25)), failure())
    assert [(row["序号"], row["位次"], row["编号"], row["状态"]) for row in rows] == [
        ("1", "1", "P1", "已答"),
        ("1", "2", "P2", "已答"),
        ("2", "", "", "未答"),
    ]
    first = rows[0]
    assert (first["引用"], first["方向"], first["查询编号"], first["得分"]) == (
        "r",
        "为岗找人",
        "V1",
        "70.13",
    )
    assert (first["待核实"], first["未体现的能力"], first["概率"]) == ("证书未写明", "电焊、气焊", "")
    assert rows[1]["概率"] == "0.25"
    assert (rows[2]["错误代码"], rows[2]["说明"]) == ("vacancy_unknown", "没有")
    assert all(len(row) == 24 and None not in row for row in rows)


def test_an_empty_list_and_an_erased_person_say_so():
    empty, gone = table(answer(0), answer(1, {"id": None, "rank": 3}))
    assert (empty["说明"], empty["位次"]) == ("没有符合硬性条件者", "")
    assert (gone["位次"], gone["编号"], gone["说明"]) == ("3", "", "此人的档案已删除")


def test_generated_data_is_labelled_row_by_row():
    rows = table(
        answer(0, listed(1), listed(2, synthetic=True), synthetic=True),
        answer(1, listed(1), query={"id": "", "title": "x", "synthetic": True}, synthetic=True),
    )
    assert [row["数据性质"] for row in rows] == ["真实数据", "合成数据", "合成数据"]


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_becomes_a_formula(evil, tmp_path):
    mean = answer(0, listed(1, evil, reasons=[evil]), ref=evil, query={"id": "V1", "title": evil})
    (row,) = table(mean)
    for name in ("引用", "查询名称", "名称", "依据"):
        assert row[name] == f"'{evil}"
    write_workbook(tmp_path / "a.xlsx", JOB, [mean])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_the_workbook_holds_the_same_rows_and_says_what_they_are(tmp_path):
    answers = [answer(0, listed(1), listed(2, synthetic=True), synthetic=True), failure()]
    path = tmp_path / "a.xlsx"
    write_workbook(path, JOB, answers)
    book = CalamineWorkbook.from_path(path)
    head, *rows = book.get_sheet_by_name("结果").to_python()
    assert [[str(row[head.index(name)]) for name in ("编号", "数据性质", "错误代码")] for row in rows] == [
        [row["编号"], row["数据性质"], row["错误代码"]] for row in table(*answers)
    ]
    notes = "\n".join(str(row[0]) for row in book.get_sheet_by_name("说明").to_python())
    assert "含合成数据" in notes
    assert "其中出错 1 条" in notes
    write_workbook(path, JOB, [])
    assert len(CalamineWorkbook.from_path(path).get_sheet_by_name("结果").to_python()) == 1


def test_every_format_has_a_media_type():
    assert {each.media_type.split(";")[0] for each in ExportFormat} == {
        "application/x-ndjson",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
