"""Problems of a file as files."""

from __future__ import annotations

import csv
import io

import pytest

from api.jobs.problem_exports import problem_csv

PROBLEM = {"file": "表.csv", "row": 2, "column": "列", "code": "c", "message": "不能用", "fatal": True}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_looks_like_a_formula_is_guarded_wherever_it_stands(start):
    given = {**PROBLEM, "value": f"{start}1+1", "column": f"{start}列"}
    text = b"".join(problem_csv([given])).decode().removeprefix("\ufeff")
    _, row = csv.reader(io.StringIO(text, newline=""))
    assert row == ["表.csv", "2", f"'{start}列", "c", "不能用", f"'{start}1+1", "是"]
