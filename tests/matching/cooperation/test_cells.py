from __future__ import annotations

import datetime as dt

import pytest

from data.errors import InputError
from matching.cooperation import read_laboratories, read_majors, read_projects, read_seats, read_students

TODAY = dt.date(2026, 10, 31)


@pytest.fixture
def write(tmp_path):
    def writes(*lines):
        path = tmp_path / "表.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
        return path

    return writes


def test_students_are_read_and_their_school_is_not(write):
    path = write(
        "学生编号,学校名称,院校层次,专业,能力,实习开始,返校日期,意向地点,实习月份,时间投入",
        "XS-1,示例大学,985,过控,PLC编程、限男性,2027-03-01,2027年6月,营口,3-6月,每周2-3天",
    )
    read = read_students(path, today=TODAY, region_codes=("210800",))
    (student,) = read.records
    assert (student.number, student.major, student.skills) == ("XS-1", "过程装备与控制工程", ("PLC编程",))
    assert (student.available_on, student.until) == (dt.date(2027, 3, 1), dt.date(2027, 6, 30))
    assert (student.willing_codes, student.months, student.time_share) == (("210800",), (3, 4, 5, 6), 0.6)
    assert "985" not in student.model_dump_json()
    assert read.problems == ()


def test_what_is_wrong_is_told_with_its_row_and_the_rest_goes_through(write):
    path = write(
        "席位编号,实习岗位,人数,专业要求,开始日期",
        "XW-1,数控车工,2,数控技术,2027-03-01",
        "XW-1,会计,1,会计,2027-03-01",
        "XW-2,检验员,若干,,看情况",
        "13812345678,钳工,1,,",
        ",焊工,1,,",
        "XW-3,限男性,1,,",
    )
    read = read_seats(path, today=TODAY)
    assert [(each.number, each.heads) for each in read.records] == [
        ("XW-1", 2),
        ("XW-2", 1),
        ("第5行", 1),
        ("第6行", 1),
    ]
    assert sorted((each.row, each.code) for each in read.problems) == [
        (3, "number_repeated"),
        (4, "date_unreadable"),
        (4, "headcount_needed"),
        (5, "number_personal"),
        (7, "cell_invalid"),
    ]
    assert "138" not in "".join(each.number for each in read.records)


def test_a_student_needs_one_major(write):
    read = read_students(write("编号,专业", "1,会计、审计", "2,"), today=TODAY)
    assert read.records == ()
    assert [(each.row, each.code) for each in read.problems] == [(2, "major_unclear"), (3, "cell_empty")]


def test_projects_and_laboratories_are_read_without_contacts(write):
    path = write(
        "项目名称,技术需求,所需能力,领域,合作方式", "余热回收,联系13812345678,热工、PLC,窑炉,项目合作"
    )
    (project,) = read_projects(path, today=TODAY).records
    assert (project.skills, project.terms, project.engagement) == (("热工", "PLC"), ("窑炉",), ("项目合作",))
    assert "138" not in project.text
    (laboratory,) = read_laboratories(write("团队名称,研究方向", "窑炉团队,热工"), today=TODAY).records
    assert (laboratory.title, laboratory.engagement) == ("窑炉团队", ())


def test_a_table_without_the_column_it_is_about_is_refused(write):
    with pytest.raises(InputError, match="缺少列：专业"):
        read_majors(write("毕业生人数", "3"), today=TODAY)
