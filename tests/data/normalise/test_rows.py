import pandas as pd

from data.normalise.rows import Rows
from data.sources.columns import TableKind
from data.sources.raw import RawTable


def _rows(columns, cells, **options):
    frame = pd.DataFrame(cells, columns=columns, index=range(2, 2 + len(cells)))
    return Rows(RawTable(frame, "a.csv", "0" * 64), TableKind.POSTING, **options)


def test_several_columns_that_a_person_named_as_one_are_joined():
    rows = _rows(
        ["岗位名称", "用人单位", "甲", "乙"],
        [["会计", "某厂", "记账", "报税"]],
        mapping={"甲": "duties", "乙": "duties"},
    )
    assert rows.texts("duties") == ["记账\n报税"]
    assert rows.column("duties") == "甲"


def test_damage_is_reported_once_for_each_cell_and_never_refuses_a_row():
    rows = _rows(
        ["岗位名称", "用人单位", "人数"], [["会\ufffd计工程师", "某厂", "3\ufffd"], ["会计", "某厂", "3"]]
    )
    names = rows.read_name("title")
    done = rows.finish({"posting_id": ["1", "2"], "title": names}, "posting_id")
    assert [(problem.row, problem.column, problem.code) for problem in done.problems] == [
        (2, "岗位名称", "text_damaged"),
        (2, "人数", "text_damaged"),
    ]
    assert (done.accepted, done.refused) == (2, 0)
