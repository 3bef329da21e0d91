"""How alike two advertisements are in what they say of the work, benefits and headings left out."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.fuzz import partial_ratio, ratio

__all__ = ["Content", "Method", "Similarity", "compare_content"]

_CLAUSES = re.compile(
    r"[\n。；;！!?？]+|(?<![\dA-Za-z.])\d{1,2}\s*[、.．)）:：](?!\d)|[①-⑳]|[（(]\d{1,2}[)）]"
)
_BENEFIT = re.compile(
    r"[五六七]险|双休|公积金|带薪|年终奖|年终双薪|1[3-8]薪|十[三四]薪|包[吃住食]|食宿|住宿|餐补|补贴|福利|节日|生日|体检|团建|下午茶"
    r"|旅游|工作时间|上班时间|作息|朝九晚|工作地点|工作地址|公司地址|上班地址|乘车|地铁|联系[人方电]|简历|薪资待遇|薪酬|提成"
)
_LONGEST_BENEFIT = 40
_HEADING = re.compile(
    r"(?:职位|岗位|工作|任职|应聘|招聘|技能|职责)(?:描述|职责|内容|信息|要求|资格|条件|说明)(?:与要求|及要求)?[:：】\]]?|职责描述[:：]?"
)
_MARKS = re.compile(r"[\W_]+")
_SHORT = 30
"""Letters below which duties are no more than a few tags."""
_EXCERPT, _CONTAINED = 0.67, 85.0


class Method(StrEnum):
    """What the similarity of two advertisements rests on."""

    DUTIES = "duties"
    """Both describe the duties."""
    SKILLS = "skills"
    """Both name skills, and at least one describes no duties."""
    NOTHING = "nothing"
    """Neither says anything beyond title, place and pay."""
    EXCERPT = "excerpt"
    """Both describe the duties, and one is a part of the other."""
    ONE_SIDED = "one_sided"
    """Only one of them says anything that the other could be compared with."""


class Similarity(NamedTuple):
    """How alike two contents are."""

    method: Method
    """What was compared."""
    score: float | None
    """0 to 1; nothing where there was nothing to compare."""
    equal: bool
    """True when the contents are the same but for marks, spaces, headings and benefits."""


class Content:
    """What one advertisement says of the work.

    Parameters
    ----------
    duties
        Duties and requirements as stated; empty when nothing is. A text of fewer than 30 letters counts as
        a skill.
    skills
        Skills and tags as stated.
    """

    def __init__(self, duties: str, skills: tuple[str, ...]) -> None:
        clauses = _work_clauses(duties)
        whole = "".join(clauses)
        self.text = whole if len(whole) >= _SHORT else ""
        self.sorted_text = "".join(sorted(clauses)) if self.text else ""
        tags = (*skills, "" if self.text else whole)
        self.skills = frozenset(filter(None, (_letters(tag) for tag in tags)))


def compare_content(left: Content, right: Content) -> Similarity:
    """Compare what two advertisements say of the work.

    Parameters
    ----------
    left, right
        The contents.

    Returns
    -------
    Similarity
        Of the duties where both state them: the share of characters in common, in the order written or
        clause by clause, whichever is higher, or the share of a shorter text found in the longer one. Else
        of the skills: the share named by both.
    """
    if left.text and right.text:
        return _compare_texts(left, right)
    if left.skills and right.skills:
        shared = len(left.skills & right.skills) / len(left.skills | right.skills)
        return Similarity(Method.SKILLS, round(shared, 4), equal=left.skills == right.skills)
    if not (left.text or right.text or left.skills or right.skills):
        return Similarity(Method.NOTHING, None, equal=True)
    return Similarity(Method.ONE_SIDED, None, equal=False)


def _compare_texts(left: Content, right: Content) -> Similarity:
    if left.text == right.text or left.sorted_text == right.sorted_text:
        return Similarity(Method.DUTIES, 1.0, equal=True)
    best = max(ratio(left.text, right.text), ratio(left.sorted_text, right.sorted_text))
    short, long = sorted((left.text, right.text), key=len)
    if len(short) < _EXCERPT * len(long):
        part = partial_ratio(short, long, score_cutoff=_CONTAINED)
        if part > best:
            return Similarity(Method.EXCERPT, round(part / 100, 4), equal=False)
    return Similarity(Method.DUTIES, round(best / 100, 4), equal=False)


def _work_clauses(duties: str) -> list[str]:
    """Return the clauses about the work, letters only; all of them where nothing else is left."""
    every, work = [], []
    for clause in _CLAUSES.split(_HEADING.sub("\n", unicodedata.normalize("NFKC", duties))):
        letters = _letters(clause)
        if not letters:
            continue
        every.append(letters)
        if len(letters) > _LONGEST_BENEFIT or not _BENEFIT.search(letters):
            work.append(letters)
    return work if sum(map(len, work)) >= _SHORT // 2 else every


def _letters(text: str) -> str:
    return _MARKS.sub("", text).lower()
