"""Words for what an entry holds as letters and numbers, in print, in charts and on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from data.catalogue.entries import Indicators

__all__ = [
    "CAUSES",
    "CAUSE_MEANINGS",
    "COUNT_TEXTS",
    "INDICATORS",
    "INDICATOR_MEANINGS",
    "LIMITS",
]

CAUSES: Final[Mapping[str, str]] = {
    "Q": "数量不足", "K": "能力不匹配", "P": "薪酬条件", "G": "地域", "R": "留存", "T": "培养周期",
}  # fmt: skip
"""Names of the causes by code."""

CAUSE_MEANINGS: Final[Mapping[str, str]] = {
    "Q": "岗位数多于在找工作的人，招的人不够用",
    "K": "有人应聘，但能力合适的不多",
    "P": "月薪低于四分之三的同类岗位，而给得高的单位招得满",
    "G": "求职的人愿意去的地方与岗位所在地不同",
    "R": "招满之后半年内又重招的多，人留不住",
    "T": "培养一名合格者需要的时间长",
}
"""What each cause says, in plain words."""

INDICATORS: Final[Mapping[str, str]] = dict(
    zip(
        Indicators.model_fields,
        ("供需比", "招聘时长", "90日填补率", "合格应聘比", "薪酬压力", "单位评价"),
        strict=True,
    )
)
"""Names of the six indicators by field."""

INDICATOR_MEANINGS: Final[Mapping[str, str]] = dict(
    zip(
        Indicators.model_fields,
        (
            "每一个在找这份工作的人，对着多少个空岗",
            "从发布到招满，一半的招聘要多少天",
            "发布后 90 天内招满的占多少",
            "每个岗位收到多少份合格的应聘",
            "月薪比全市涨得快多少",
            "调查中说“招聘困难”的单位占多少",
        ),
        strict=True,
    )
)
"""What each indicator asks, in plain words."""

COUNT_TEXTS: Final[Mapping[str, str]] = {
    "received": "收到的需求", "undated": "没有开始日期", "outside": "不在统计期内", "agency": "机构代招",
    "opened_earlier": "统计期之前开始", "uncoded": "未编职业代码", "nameless": "没有用人单位名称",
    "used": "采用",
    "agency_used": "其中机构代招",
}  # fmt: skip
"""Where the vacancies of an edition went, by name of the count."""

LIMITS: Final = (
    "指数反映招聘市场的紧张程度，不等于全部岗位的短缺；没有在线或登记发布的需求不在其内。",
    "求职侧只含登记且近六个月活跃的人才档案；求职登记覆盖不足时绝对门槛无法判断，最高两星。",
    "区间只反映抽样与方法的随机误差，不反映整类单位不报送造成的偏差。",
    "学历、职称不进入指数；性别、年龄、民族、户籍、婚育、残疾、院校层次既不采集为条件，也不作特征。",
    "与上版的方法或参照值不同时为断点，不与上版比较。",
)
"""What a shortage index does not say."""
