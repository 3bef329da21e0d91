"""The review queue as a workbook."""

from __future__ import annotations

import pandas as pd
import pytest

from data.codes import CodingKind
from data.errors import FileProblem
from data.review_sheets import SheetDecision, read_review_sheet, write_review_sheet

CASE = {
    "kind": "occupation",
    "text": "=炉前看火师傅",
    "count": 3,
    "suggestions": [
        {"code": "6-15-06-02", "name": "耐火材料烧成工", "score": 0.6},
        {"code": "6-17-02-02", "name": "炼钢工", "score": 0.5},
    ],
}


@pytest.fixture
def filled(tmp_path):
    def fills(rows, name="填好.csv"):
        path = tmp_path / name
        pd.DataFrame(rows).to_csv(path, index=False)
        return read_review_sheet(path, max_bytes=10**6)

    return fills


def test_an_exported_workbook_reads_back_without_decisions(tmp_path):
    path = tmp_path / "deep" / "待定.xlsx"
    write_review_sheet(path, [CASE])
    assert read_review_sheet(path, max_bytes=10**6) == ([], [])


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ("6-15-06-02", "6-15-06-02"),
        ("６-15-06-02 耐火材料烧成工", "6-15-06-02"),
        ("耐火材料烧成工", "6-15-06-02"),
        (" 建议2 ", "6-17-02-02"),
        ("第1个", "6-15-06-02"),
        ("忽略", None),
        ("—", None),
    ],
)
def test_a_decision_is_read_however_it_is_written(filled, decision, code):
    row = {
        "类别": "职业",
        "原文": "炉前看火师傅",
        "建议1": "6-15-06-02 耐火材料烧成工",
        "建议2": "6-17-02-02 炼钢工",
    }
    decisions, problems = filled([row | {"决定": decision, "备注": "按炉型"}])
    assert decisions == [SheetDecision(CodingKind.OCCUPATION, "炉前看火师傅", code, "按炉型")]
    assert problems == []


def test_rows_that_cannot_be_used_are_named_and_the_rest_goes_in(filled):
    decisions, problems = filled(
        [
            {"kind": "行业", "text": "量子灵修", "code": "Z99"},
            {"kind": "industry", "text": "钢铁厂", "code": "31"},
            {"kind": "星座", "text": "焊工", "code": "焊工"},
            {"kind": "major", "text": "", "code": "0802"},
            {"kind": "skill", "text": "看炉", "code": ""},
        ]
    )
    assert decisions == [SheetDecision(CodingKind.INDUSTRY, "钢铁厂", "31", "")]
    assert [(problem.row, problem.column, problem.code) for problem in problems] == [
        (2, "决定", "code_unknown"),
        (4, "类别", "kind_unknown"),
        (5, "原文", "text_empty"),
    ]


def test_a_table_without_the_columns_is_refused(filled):
    with pytest.raises(FileProblem, match="决定"):
        filled([{"类别": "职业", "原文": "焊工"}])
