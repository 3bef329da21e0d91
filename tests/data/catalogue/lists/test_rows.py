import pytest

from data.catalogue.lists.rows import read_rows
from data.errors import CellError, InputError
from data.records import Record


class Row(Record):
    name: str
    number: int
    remark: int | None = None


HEADINGS = {"name": ("名称", "项目名称"), "number": ("人数",), "remark": ("备注",)}


def numbers(text):
    if not text.isdigit():
        raise CellError("not_a_number", f"“{text}”不是数字")
    return int(text)


def write(tmp_path, text):
    path = tmp_path / "表.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_headings_may_carry_marks_and_other_names(tmp_path):
    path = write(tmp_path, "项目名称*,人数（必填）,别的\n甲,3,x\n")
    read = read_rows(path, Row, HEADINGS)
    assert read.records == (Row(name="甲", number=3),)
    assert (read.numbers, read.rows, read.problems) == ((2,), 1, ())


def test_a_unit_in_the_heading_goes_to_bare_numbers(tmp_path):
    seen = []
    path = write(tmp_path, "名称,人数（万元）\n甲,3\n乙,4元\n")
    read_rows(path, Row, HEADINGS, {"number": lambda text: seen.append(text) or 1})
    assert seen == ["3万元", "4元"]


def test_bad_rows_are_reported_and_the_others_kept(tmp_path):
    path = write(tmp_path, "名称,人数,备注\n甲,三个,\n乙,5,不详\n丙,,\n丁,7,8\n")
    read = read_rows(path, Row, HEADINGS, {"number": numbers, "remark": numbers})
    assert [row.name for row in read.records] == ["乙", "丁"]
    assert read.numbers == (3, 5)
    assert [(p.row, p.column, p.code, p.fatal) for p in read.problems] == [
        (2, "人数", "not_a_number", True),
        (3, "备注", "not_a_number", False),
        (4, "人数", "cell_empty", True),
    ]


def test_what_pydantic_refuses_is_a_problem_of_its_cell(tmp_path):
    read = read_rows(write(tmp_path, "名称,人数\n甲,三\n"), Row, HEADINGS)
    assert [(p.column, p.code, p.value) for p in read.problems] == [("人数", "cell_invalid", "三")]


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(InputError, match=r"表\.csv 缺少列：人数"):
        read_rows(write(tmp_path, "名称\n甲\n"), Row, HEADINGS)


def test_the_header_is_the_row_with_most_of_the_headings_below_a_title(tmp_path):
    path = write(tmp_path, "某某汇总表,,\n备注,名称,人数\n,技能,3\n\n,薪酬,4\n")
    read = read_rows(path, Row, HEADINGS)
    assert [(row.name, row.number) for row in read.records] == [("技能", 3), ("薪酬", 4)]
    assert read.rows == 2
