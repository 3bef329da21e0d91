import json
import zipfile

from python_calamine import CalamineWorkbook

from data.errors import CellProblem
from data.sources.report import write_error_report


def _problem(row, value, code, *, fatal=False):
    return CellProblem(row=row, column="需求人数", value=value, code=code, message="说明", fatal=fatal)


PROBLEMS = [
    _problem(3, "-3", "headcount_out_of_range"),
    _problem(4, "", "title_missing", fatal=True),
    _problem(5, "会计", "duplicate_row"),
    _problem(6, "会\ufffd", "text_damaged"),
]


def test_each_problem_is_a_row_with_what_was_done(tmp_path):
    path = tmp_path / "r.xlsx"
    write_error_report(path, PROBLEMS, rows=9, accepted=7)
    book = CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_name("问题清单").to_python()
    assert rows[0] == ["行号", "列", "原值", "问题", "处理"]
    assert rows[1] == [3, "需求人数", "-3", "说明", "该项留空，其余照收"]
    assert [row[4] for row in rows[2:]] == ["整行未收", "与前面重复，未再收", "照原文收下，请核对"]
    summary = dict(book.get_sheet_by_name("汇总").to_python())
    assert summary == {
        "数据行数": 9,
        "已收行数": 7,
        "未收行数": 1,
        "重复行数": 1,
        "问题条数": 4,
        "未逐条列出": 0,
    }


def test_the_same_stands_in_json_beside_it(tmp_path):
    beside = write_error_report(tmp_path / "r.xlsx", PROBLEMS, rows=9, accepted=7)
    report = json.loads(beside.read_text("utf-8"))
    assert beside.name == "r.json"
    assert (report["rows"], report["accepted"], len(report["problems"])) == (9, 7, 4)
    assert report["problems"][1] == {**PROBLEMS[1].model_dump(), "handled": "整行未收"}


def test_a_formula_or_link_in_a_cell_stays_text(tmp_path):
    path = tmp_path / "r.xlsx"
    evil = ["=1+1", "+1", "@SUM(A1)", "{=1}", "http://example.com", "\x01控制符"]
    write_error_report(path, [_problem(i, value, "x") for i, value in enumerate(evil)], rows=6, accepted=6)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("问题清单").to_python()
    assert [row[2] for row in rows[1:6]] == evil[:5]
    with zipfile.ZipFile(path) as file:
        sheet = file.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_a_report_without_problems_has_no_rows(tmp_path):
    path = tmp_path / "r.xlsx"
    write_error_report(path, [], rows=0, accepted=0)
    assert len(CalamineWorkbook.from_path(str(path)).get_sheet_by_name("问题清单").to_python()) == 1
