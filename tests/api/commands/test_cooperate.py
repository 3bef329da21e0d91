from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import api.commands.cooperate
import data.synthetic
from matching.coding.codes import Suggestion

EXAMPLES = Path(data.synthetic.__file__).parent / "examples"


class Ranker:
    """Suggests one occupation for any major."""

    @classmethod
    def from_reference(cls, *_):
        return cls()

    def rank(self, names, *, k):
        return [(Suggestion("6-17-02-01", "镁冶炼工", 0.9),)[:k] for _ in names]


@pytest.fixture(autouse=True)
def ranker(monkeypatch):
    """Keep the ranker from being fitted: what it suggests is tested where it lives."""
    monkeypatch.setattr(api.commands.cooperate, "MajorOccupationRanker", Ranker)


def test_projects_and_laboratories_are_listed_for_each_other(run, tmp_path):
    out = tmp_path / "撮合.xlsx"
    given = (EXAMPLES / "projects.csv", EXAMPLES / "laboratories.csv")
    shown = run("cooperate", "projects", *given, "--out", out).out
    assert "【合成数据，仅供演示】校企项目撮合" in shown
    assert "项目找实验室" in shown
    sheets = CalamineWorkbook.from_path(str(out)).sheet_names
    assert sheets[:2] == ["项目找实验室", "实验室找项目"]
    document = run("cooperate", "projects", *given, "-k", 1, "--json").json
    best = {row[0]: row[4] for row in document["tables"][0]["rows"]}
    assert best == {"XM-1": "SY-1", "XM-2": "SY-2", "XM-3": "SY-3"}


def test_students_get_seats_and_those_without_one_a_reason(run):
    given = (EXAMPLES / "students.csv", EXAMPLES / "seats.csv")
    document = run("cooperate", "internships", *given, "--json").json
    placed, unplaced, left = document["tables"]
    assert {row[0]: row[2] for row in placed["rows"]} == {
        "XS-01": "XW-1",
        "XS-02": "XW-4",
        "XS-03": "XW-2",
        "XS-05": "XW-3",
    }
    assert {row[0] for row in unplaced["rows"]} == {"XS-04", "XS-06"}
    assert [(row[0], row[3]) for row in left["rows"]] == [("XW-3", 1)]
    assert document["synthetic"]


def test_problems_of_both_tables_are_told_and_written(run, tmp_path):
    students, seats, report = tmp_path / "学生.csv", tmp_path / "席位.csv", tmp_path / "问题.xlsx"
    students.write_text("编号,专业\n" + "".join(f"{i},甲、乙\n" for i in range(6)), encoding="utf-8")
    seats.write_text("编号,实习岗位,人数\n1,车工,若干\n", encoding="utf-8")
    outcome = run("cooperate", "internships", students, seats, "--problems", report)
    assert outcome.code == 0
    assert "第2行 学生.csv 专业" in outcome.err
    assert "共 7 个问题" in outcome.err
    assert report.exists()


@pytest.mark.usefixtures("filled")
def test_majors_stand_beside_the_open_vacancies_of_the_region(run, tmp_path):
    out = tmp_path / "专业.json"
    outcome = run("cooperate", "majors", EXAMPLES / "majors.csv", "--out", out)
    assert "由相近专业推断" in outcome.err
    assert "院校专业与在招需求" in outcome.out
    assert "【合成数据" in outcome.out
    document = json.loads(out.read_text(encoding="utf-8"))
    by_major, detail = document["tables"]
    assert [row[0] for row in by_major["rows"]] == [
        "机械制造及自动化",
        "机电一体化技术",
        "分析检验技术",
        "大数据与会计",
        "镁冶金工程",
    ]
    assert {row[2] for row in detail["rows"]} == {"标准", "推断"}


def test_long_tables_are_cut_on_the_screen(run, tmp_path):
    projects = tmp_path / "项目.csv"
    rows = "".join(f"{i},示例项目{i}\n" for i in range(25))
    projects.write_text("编号,项目名称\n" + rows, encoding="utf-8")
    shown = run("cooperate", "projects", projects, EXAMPLES / "laboratories.csv", "-k", 1).out
    assert "其余 5 行" in shown


def test_majors_of_the_standards_need_no_ranker(run, tmp_path):
    students = tmp_path / "学生.csv"
    students.write_text("编号,专业\n1,机电一体化技术\n", encoding="utf-8")
    outcome = run("cooperate", "internships", students, EXAMPLES / "seats.csv")
    assert "推断" not in outcome.err
