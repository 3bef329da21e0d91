"""What the comparison of two postings found, in the words of people."""

from __future__ import annotations

from typing import Final

__all__ = ["RELATIONS", "RESULTS", "TESTS", "TEXTS"]

RELATIONS: Final = {
    "FIRST": "首条",
    "FULL": "内容相同",
    "SEMANTIC": "措辞不同、所需相同",
    "TEMPORAL": "同一信息再次发布",
    "PARTIAL": "一方写得较少",
    "DECIDED": "人工并入",
}
"""Why a posting belongs to its vacancy."""
TESTS: Final = {
    "employer": "单位",
    "title": "名称",
    "place": "地点",
    "headcount": "人数",
    "education": "学历",
    "experience": "经验",
}
"""What is compared of two postings."""
RESULTS: Final = {
    "same": "一致",
    "near": "相近",
    "different": "不同",
    "within": "一方更具体",
    "later": "一先一后",
    "unknown": "一方未知",
    "overlap": "重叠",
    "some_overlap": "略有重叠",
    "one_unstated": "一方未写",
    "both_unstated": "均未写",
    "name": "按名称",
    "credit_code": "按信用代码",
    "named_by_agency": "机构文中点名",
}
"""How a test came out."""
TEXTS: Final = {
    "duties": "岗位职责",
    "excerpt": "一方职责为另一方的一部分",
    "skills": "能力标签",
    "nothing": "双方均无文字",
    "one_sided": "只有一方有文字",
}
"""Which texts were compared."""
