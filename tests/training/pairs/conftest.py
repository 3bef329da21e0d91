"""Postings small enough to see through, and public tables cut to a few rows."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from training.pairs.source import Pair, PairSource

DUTIES = {
    "炉前工": "负责炉前操作、测温取样与出钢作业；"
    "负责设备点检、润滑和日常维护保养；服从当班生产调度安排并做好交接",
    "岸桥司机": "负责集装箱岸桥的装卸操作和船边作业；"
    "负责班前检查与设备交接班记录；遵守港口作业安全规程和现场指挥",
    "会计": "负责日常账务处理和纳税申报工作；"
    "编制月度、季度财务报表；配合年度审计与预算编制；保管会计凭证与账簿",
}


def _posting(number, title, *, employer="示例冶金", duties="", skills=(), majors=(), on=dt.date(2026, 3, 1)):
    """Return one row of a frame of postings."""
    return {
        "posting_id": f"p{number}",
        "title": title,
        "duties": duties,
        "skills": tuple(skills),
        "majors": tuple(majors),
        "end_employer_key": employer,
        "posted_on": on,
        "observed_on": None,
        "synthetic": False,
    }


def _pair(anchor, positive, source=PairSource.ESCO, *, concept="c", group="g", **others):
    """Return a pair, of ESCO unless another source is given."""
    return Pair(anchor, positive, source, concept, group, others.pop("language", "zh"), **others)


@pytest.fixture
def postings() -> pd.DataFrame:
    """Return six postings of four employers; two share their duties."""
    return pd.DataFrame(
        [
            _posting(1, "炉前工", duties=DUTIES["炉前工"], skills=("炼钢", "测温", "点检")),
            _posting(2, "炉前工", employer="示例耐材", duties="福利：五险一金。" + DUTIES["炉前工"]),
            _posting(3, "岸桥司机", employer="示例港口", duties=DUTIES["岸桥司机"], majors=("港口机械",)),
            _posting(
                4, "会计", employer="示例港口", duties=DUTIES["会计"], skills=("记账", "报税", "吃苦耐劳")
            ),
            _posting(
                5, "会计", employer="", skills=("记账", "报税", "出纳", "会计"), majors=("会计学", "财务管理")
            ),
            _posting(6, "短", duties="负责杂务"),
        ]
    )


@pytest.fixture
def posting():
    """Return a function that makes one row of a frame of postings."""
    return _posting


@pytest.fixture
def pair():
    """Return a function that makes a pair."""
    return _pair


@pytest.fixture
def duties() -> dict[str, str]:
    """Return the duties of three titles."""
    return dict(DUTIES)
