"""Returns are read whole or refused whole."""

from __future__ import annotations

import pandas as pd
import pytest

from data.errors import FileProblem
from data.survey.returns import read_returns, write_returns
from data.survey.totals import aggregate

GOOD = '单位编码,填报期,缺工人数,B01\nu1,2026Q1,"1,200",化工\nu2,2026q1,,化工\n'


@pytest.fixture
def write(tmp_path):
    def writes(content, name="r.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return writes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_by_code_or_name_of_the_item(write, described, encoding):
    first, second = read_returns(write(GOOD, encoding=encoding), described).returns
    assert (first.unit_code, first.period, first.numbers) == ("u1", "2026Q1", {"A01": 1200.0})
    assert (second.period, second.numbers, second.categories) == ("2026Q1", {}, {"B01": "化工"})


def test_a_workbook_is_read_too(tmp_path, described):
    path = tmp_path / "r.xlsx"
    frame = pd.DataFrame({"单位编码": ["007"], "填报期": ["2026"], "A01": [3], "行业": ["港口"]})
    frame.to_excel(path, index=False, engine="xlsxwriter")
    (only,) = read_returns(path, described).returns
    assert (only.unit_code, only.numbers, only.categories) == ("007", {"A01": 3.0}, {"B01": "港口"})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("u1,2026Q5,1,化工", "2026Q5"),
        ("u1,2026,十,化工", "第2行“缺工人数”不是数：十"),
        ("u1,2026,inf,化工", "不是数"),
        (",2026,1,化工", "没有单位编码"),
        ("u1,2026,1,化工\nu1,2026,2,化工", "出现了两次"),
        ("", "没有数据行"),
    ],
)
def test_one_bad_cell_refuses_the_file_with_its_place(write, described, row, told):
    with pytest.raises(FileProblem, match=told):
        read_returns(write(f"单位编码,填报期,缺工人数,行业\n{row}\n"), described)


def test_a_file_without_a_column_is_refused_by_the_columns_name(write, described):
    with pytest.raises(FileProblem, match="填报期、B01"):
        read_returns(write("单位编码,A01\nu1,1\n"), described)


@pytest.mark.parametrize("name", ["r.csv", "r.xlsx"])
def test_a_file_that_is_no_table_is_refused(write, described, name):
    with pytest.raises(FileProblem, match="读不了"):
        read_returns(write(b"", name), described)


def test_a_later_return_takes_the_place_of_the_earlier(survey, described, write):
    rows = "".join(f"u{i},2026,10,化工\n" for i in range(3))
    file = read_returns(write("单位编码,填报期,A01,B01\n" + rows), described)
    assert write_returns(survey, described.form_number, file) == 0
    later = read_returns(write("单位编码,填报期,A01,B01\nu0,2026,15,化工\nu9,2026,,\n"), described)
    assert write_returns(survey, described.form_number, later) == 1
    (total,) = aggregate(survey, described.form_number, "A01")
    assert (total.group, total.units, total.total) == ("2026", 3, 35.0)
