"""The rules of the posting linter as one table: how each weighs, what it rests on, what to write instead."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from data.records import Severity

__all__ = ["RULES", "Rule", "rule_of"]

_EQUAL = "就业促进法第3条、第26条；人力资源市场暂行条例第24条"
_PRODUCT = "法律未直接列举，按本系统规则不采用"


class Rule(NamedTuple):
    """One kind of demand that the product never applies."""

    name: str
    """Stable identifier, such as ``sex``."""
    severity: Severity
    """``block`` where a law forbids the demand, else ``warn``."""
    title: str
    """What it is about, in Chinese."""
    law: str
    """The clause it goes against; where no national law names it, the rule of the product, and it says so."""
    rewording: str
    """Neutral words for the same need, ``{degree}`` standing for the degree asked for; empty to delete."""


RULES = (
    Rule(
        "sex",
        Severity.BLOCK,
        "性别",
        f"{_EQUAL}；就业促进法第27条；妇女权益保障法（2022）第43条",
        "",
    ),
    Rule(
        "age",
        Severity.WARN,
        "年龄",
        f"{_PRODUCT}：全国性法律未列举年龄；破除身份制约、支持退休返聘（R19、R25）",
        "按岗位所需的能力与经验表述",
    ),
    Rule("ethnicity", Severity.BLOCK, "民族、种族", f"{_EQUAL}；就业促进法第28条", ""),
    Rule("religion", Severity.BLOCK, "宗教信仰", _EQUAL, ""),
    Rule(
        "marriage",
        Severity.BLOCK,
        "婚姻与生育",
        "妇女权益保障法（2022）第43条；就业促进法第27条",
        "",
    ),
    Rule(
        "residence",
        Severity.BLOCK,
        "户籍、籍贯、地域",
        "人力资源市场暂行条例第11条；就业促进法第3条、第31条",
        "",
    ),
    Rule("carrier", Severity.BLOCK, "传染病病原携带", "就业促进法第30条", ""),
    Rule(
        "disability",
        Severity.BLOCK,
        "残疾",
        "残疾人保障法第3条、第38条；就业促进法第29条",
        "写明岗位的具体操作内容",
    ),
    Rule(
        "disability_preference",
        Severity.WARN,
        "只招或优先残疾人",
        f"残疾人保障法鼓励按比例就业，不禁止；{_PRODUCT}：残疾状况不作为筛选条件（R19）",
        "写明岗位提供的无障碍条件",
    ),
    Rule(
        "health",
        Severity.WARN,
        "健康状况",
        f"{_PRODUCT}：病史与健康状况不作为筛选条件（就业促进法第26条）",
        "能胜任岗位的工作强度与环境",
    ),
    Rule(
        "first_degree",
        Severity.BLOCK,
        "第一学历",
        "职业教育法（2022）第53条；人力资源市场暂行条例第11条（身份）",
        "{degree}或同等技能等级",
    ),
    Rule(
        "school_tier",
        Severity.WARN,
        "学校层次、学习形式",
        f"职业教育法（2022）第53条；{_PRODUCT}：不以985、211、全日制、统招区分（R19、R20）",
        "{degree}或同等技能等级",
    ),
    Rule("photo", Severity.WARN, "照片", f"个人信息保护法第6条；{_PRODUCT}：照片不作为筛选条件", ""),
    Rule(
        "height",
        Severity.WARN,
        "身高、体重",
        f"{_PRODUCT}：与岗位能力无关的身体条件不采用（R19）",
        "写明岗位的具体操作内容",
    ),
    Rule(
        "appearance",
        Severity.WARN,
        "外貌",
        f"{_PRODUCT}：与岗位能力无关的身体条件不采用（R19）",
        "举止得体，善于沟通",
    ),
    Rule(
        "belonging",
        Severity.WARN,
        "人事关系",
        f"{_PRODUCT}：破除人事关系制约（R19，见《营口市人才发展促进条例（草案征求意见稿）》第十二条）",
        "",
    ),
)
"""All rules; their names are the names of the patterns."""


@cache
def _by_name() -> dict[str, Rule]:
    return {rule.name: rule for rule in RULES}


def rule_of(name: str) -> Rule:
    """Return the rule of a name.

    Parameters
    ----------
    name
        Name of a rule in :data:`RULES`.

    Returns
    -------
    Rule
        The rule.

    Raises
    ------
    KeyError
        When no rule has the name: a mistake in the program.

    Examples
    --------
    >>> rule_of("age").severity.value
    'warn'
    """
    return _by_name()[name]
