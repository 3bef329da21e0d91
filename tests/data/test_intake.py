"""Typing rows ahead gives what typing them one part after the other gives."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.execution import InProcess, executor_of
from data.intake import Reading, normalise_ahead
from data.regions import read_region
from data.settings import Settings
from data.sources.columns import TableKind
from data.sources.stream import open_table

READING = Reading(TableKind.POSTING, read_region("yingkou"), None, b"k" * 32, dt.date(2026, 11, 21))
HEADER = "岗位编号,岗位名称,用人单位,工作地点,岗位职责\n"


@pytest.fixture
def tables(tmp_path):
    rows = [f"a{i},焊工,示例装备{i}厂,营口,35岁以下\n" for i in range(7)]
    rows.append("b1,钳工,营口某某人力资源有限公司,营口,用人单位：示例装备有限公司。\n")
    (tmp_path / "a.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    return list(open_table(tmp_path / "a.csv", max_bytes=10**6, part_rows=3).parts())


def test_other_processes_give_the_same_parts_in_the_same_order(tables):
    alone = list(normalise_ahead(tables, READING, executor=InProcess()))
    with executor_of(Settings(processes=2)) as pool:
        together = list(normalise_ahead(iter(tables), READING, executor=pool))
    assert len(alone) == len(together) == 3
    for (table, one), (same, other) in zip(alone, together, strict=True):
        assert table is same
        pd.testing.assert_frame_equal(one.frame, other.frame)
        assert one.readings == other.readings


def test_an_agencys_posting_is_the_need_of_the_employer_it_names(tables):
    frame = pd.concat([each.frame for _, each in normalise_ahead(tables, READING, executor=InProcess())])
    row = frame.set_index("posting_id").loc["b1"]
    assert (row["employer_is_agency"], row["end_employer"]) == (True, "示例装备有限公司")
    assert row["end_employer_key"] != row["employer_key"]
    own = frame.set_index("posting_id").loc["a1"]
    assert own["end_employer"] is None
    assert own["end_employer_key"] == own["employer_key"]


def test_no_part_gives_nothing():
    assert list(normalise_ahead([], READING, executor=InProcess())) == []
