"""Forms of engagement (引才方式) as stated: 全职, 柔性引进（项目合作、顾问指导）, 退休返聘.

::

    cell := form (any mark form)*     in any order; the twelve forms and what people call them
    cell := 不限 | 均可 | 灵活         all forms

柔性引进 alone does not say which form is meant and is refused.
"""

from __future__ import annotations

import re

from data.errors import CellError
from data.normalise.text import clean, is_nothing
from data.records import Engagement

__all__ = ["parse_engagement"]

_FORMS = {
    Engagement.FULL_TIME: "全职|全时|正式(?:员?工|聘用)?|合同制|劳动合同|长期聘用|刚性引|合同工"
    "|full[ -]?time|полная занятость",
    Engagement.ADVISORY: "顾问|指导|咨询",
    Engagement.PROJECT: "项目合作|项目制|合作项目|技术攻关|技术合作",
    Engagement.TRANSFER: "成果转[化让]",
    Engagement.SERVICE: "专题服务|专家服务|讲学|短期服务",
    Engagement.JOINT_RESEARCH: "联合研发|合作研发|联合研究|共建",
    Engagement.PART_TIME: "兼职|非全日制|小时工|临时工|part[ -]?time|частичная занятость|подработка",
    Engagement.SECONDMENT: "挂职",
    Engagement.RETIRED: "返聘|退休",
    Engagement.EQUITY: "技术入股|入股|持股",
    Engagement.SEASONAL: "候鸟|季节性",
    Engagement.CHALLENGE: "揭榜",
}
_PATTERNS = {form: re.compile(words) for form, words in _FORMS.items()}
_ANY = re.compile("不限|均可|皆可|灵活")
_FLEXIBLE = re.compile("柔性")
_LONGEST = 100


def parse_engagement(text: str) -> tuple[Engagement, ...]:
    """Return the forms of engagement that a cell names.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    tuple of Engagement
        In the order of the enumeration, each once; all of them for 不限; empty for an empty cell.

    Raises
    ------
    CellError
        ``engagement_unreadable``; 柔性引进 alone does not say which form is meant.

    Examples
    --------
    >>> [form.value for form in parse_engagement("兼职/项目合作")]
    ['项目合作', '兼职']
    """
    plain = clean(text).lower()
    if is_nothing(plain):
        return ()
    found = tuple(form for form, pattern in _PATTERNS.items() if pattern.search(plain))
    if not found and _ANY.search(plain):
        return tuple(Engagement)
    if not found or len(plain) > _LONGEST:
        which = "没有写明哪一种" if _FLEXIBLE.search(plain) else "无法识别"
        forms = "、".join(Engagement)
        raise CellError("engagement_unreadable", f"引才方式“{text[:40]}”{which}", hint=f"请从中选填：{forms}")
    return found
