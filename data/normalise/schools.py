"""Names of schools in free text: where somebody studied tells the tier of the school, and that is not used.

A name becomes the plain word 院校, so that a text still says that somebody teaches at one; where it only
tells where somebody graduated it goes, and the major beside it stays. 大学英语, 学院路, 大学生 and 职业学院
without a name are no names and stay.
"""

from __future__ import annotations

import re
from functools import cache

from data.reference import division_names

__all__ = ["SCHOOL", "mask_schools"]

_HAN = "\u4e00-\u9fa5"
_KINDS = (
    "职业技术大学|职业大学|大学|职业技术学院|高等专科学校|专科学校|技师学院|研究生院|(?<!科)(?<!医)学院|医学院"
    "|职业技术学校|技工学校|职业学校|中等专业学校|技术学校|师范学校|卫生学校|技校|职专(?![业任职])|职高|卫校|党校"
)
_NOT_A_NAME = (
    "(?![生城英语外物数路派风士园版]|学[历生]|计算机|语文|体育|食堂"
    "|招聘|就业|教材|里的?|课程|信息|先修|宿舍|科技园)"
)
# What stands before a name and is no part of it.
_BEFORE = (
    "毕业于|就读于|就读|肄业于|考入|考取|升入|进入|来自|保送|位于|前往|负责|参与|完成|承担|主持|联合|协助|配合|对接|服务|依托|拥有"
    "|具有|曾任|担任|曾在|一所|某所|某|在|于|从|到|赴|为|与|(?<!呼)和|跟|及|是|的|由|年|月"
)
_GENERIC = re.compile(
    "(?:本科|中等|重点|普通|民办|公办|老年|电视|开放|成人|高等|高职|专科|职业|技术|工程|技师|师范|商|医|艺术|体育|综合性|综合|全国|国内外?|国外|海外|知名|正规|高水平"
    "|应届|相关专业|各|多所|几所|该|本|我|母|其他|相关|所在|教育|二级|中外)*"
)
_RUN = re.compile(
    f"[{_HAN}]{{1,24}}?(?:{_KINDS}){_NOT_A_NAME}(?:[{_HAN}]{{2,8}}?(?:分校|校区|学院(?![路派])))?"
)
_KIND = re.compile(f"(?:{_KINDS})")
_REGIONS = (
    "中国|中央|全国|国家|国防|东北|西北|西南|华东|华中|华南|华北|中南|江南|长安|燕山|渤海|鲁东|三峡|东南|南方|北方|浙大城市|中山|暨南|同济|复旦"
    "|清华|南开|海军|空军|陆军|香港|澳门|台湾|辽东|辽西|闽南|岭南|嘉应|韶关|集美|黄河|长江|河海"
)
_DIVISION = re.compile(
    "(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|省|市|地区|盟|[\u4e00-\u9fa5]族自治州|林区)$"
)
_SMALL = ("区", "县", "旗", "镇", "街道")
_DEPARTMENTS = frozenset(["学院", "医学院", "研究生院"])
_STUDIED_BEFORE = re.compile("(?:毕业于|就读于|就读|考入|考取|来自|肄业于|进入)$")
_LONGEST = 8
_DEGREE_AFTER = re.compile("本科|专科|及以上|或以上|以上|学历")
_STUDIED_AFTER = re.compile("(?:毕业|在读|本科|硕士|博士|研究生)")
_SPLIT = re.compile(f"^.*(?:{_BEFORE})")
_SHORT = (
    "清华|北大|复旦|浙大|南大|武大|川大|厦大|哈工大|大工|西工大|上交大?|西交大?|北航|北理工|北邮|中科大|国科大|华科|同济|南开|人大|北师大"
    "|华东理工|东北大学|吉大|辽大|沈工大|沈航|大海事|燕大|双非|海归"
)
_SHORT_NAMES = re.compile(
    rf"(?<![{_HAN}])(?:{_SHORT})(?=(?:[{_HAN}]{{2,8}}专业)?(?:本科|硕士|博士|研究生|毕业|读[本硕博]))"
    rf"|(?<=毕业于)(?:{_SHORT})|(?<![{_HAN}])(?:清华|复旦|哈工大|浙大|北大)(?![{_HAN}])"
)
_LATIN = re.compile(
    r"(?:\b(?!(?:Graduated|Studied|From|At|The)\b)[A-Z][\w&'.-]*\s+){1,5}(?:University|College"
    r"|Institute(?:\s+of\s+Technology)?)"
    r"(?:\s+of(?:\s+(?:and\s+)?[A-Z][\w&'-]*){1,5})?"
    r"|\b(?:University|Institute)\s+of(?:\s+(?:and\s+)?[A-Z][\w&'-]*){1,5}"
    r"|\b(?:MIT|Harvard|Stanford|Tsinghua|Peking\s+U)\b"
    r"|\b(?:МГУ|СПбГУ|МГТУ|МФТИ|ДВФУ)\b"
    r"|(?:[А-ЯЁ][А-Яа-яё-]+\s+){0,5}(?:университет|институт|академи[яию]"
    r"|колледж)[а-яё]*(?:\s+(?:им(?:ени|\.)\s+)?[А-ЯЁ][\w.-]*){0,4}"
)
SCHOOL = "院校"
"""What stands in the place of a school's name."""
_STUDIED = re.compile(
    rf"(?:19|20)?[0-9]{{0,2}}年?[0-9]{{0,2}}月?(?:毕业于|就读于|肄业于|考入|来自){SCHOOL}(?:毕业)?(?:的)?"
    rf"|{SCHOOL}(?:毕业生?|在读|出身|科班)(?!设计|论文|证)|毕业(?:院校|学校)[:：]?\s*(?:为|是)?\s*{SCHOOL}"
)
_LATIN_STUDIED = re.compile(
    r"\b(?:(?:I\s+)?(?:graduated?|studied|graduate)\s+(?:from|at|of)|(?:an?\s+)?alumn(?:us|a|i)\s+of"
    r"|degree\s+from)\s+(?:the\s+)?院校"
    r"|(?:окончил[аи]?|выпускни(?:к|ца)|учил(?:ся|ась)\s+в)\s+院校",
    re.IGNORECASE,
)
_QUICK = re.compile(
    f"大学|学院|学校|[技卫党]校|职[专高]|研究生院|{_SHORT}|(?i:universit|college|institute|mit|harvard|stanford"
    f"|tsinghua|peking)"
    "|МГУ|СПбГУ|МГТУ|МФТИ|ДВФУ|университет|институт|академи|колледж"
)


def mask_schools(text: str) -> str:
    """Return a text in which no school has a name.

    Parameters
    ----------
    text
        Free text, cleaned.

    Returns
    -------
    str
        The text with 院校 for every name, and without the words that only tell where somebody graduated;
        majors and degrees stay; the same text where no school is named.

    Examples
    --------
    >>> mask_schools("毕业于清华大学，在营口职业技术学院讲授机械制图")
    '，在院校讲授机械制图'
    """
    if not _QUICK.search(text):
        return text
    plain = _SHORT_NAMES.sub(SCHOOL, _RUN.sub(_renamed, text))
    plain = _LATIN.sub(SCHOOL, plain)
    return _LATIN_STUDIED.sub("", _STUDIED.sub("", plain)) if plain != text else text


def _renamed(match: re.Match[str]) -> str:
    """Return what stands before a name and 院校, or the words as they are when they name no school."""
    run = match[0]
    before = _SPLIT.match(run)
    cut = before.end() if before else 0
    kind = _KIND.search(run, cut)
    if kind is None or _GENERIC.fullmatch(run, cut, kind.start()):
        return run
    place = _places().search(run, cut, kind.start())
    if place:
        return run[: place.start()] + SCHOOL
    studied = _STUDIED_BEFORE.search(run, 0, cut) or _STUDIED_AFTER.match(match.string, match.end())
    # 电气学院 is a department: by itself it tells what somebody does; 相关专业大学本科 names a degree.
    unnamed = kind.start() - cut > _LONGEST or _DEGREE_AFTER.match(match.string, match.end())
    return run if unnamed or (kind[0] in _DEPARTMENTS and not studied) else run[:cut] + SCHOOL


@cache
def _places() -> re.Pattern[str]:
    """Return a pattern of what the names of schools begin with."""
    names = {_DIVISION.sub("", name) for name in division_names().values() if not name.endswith(_SMALL)}
    return re.compile("|".join(sorted((*filter(None, names), *_REGIONS.split("|")), key=len, reverse=True)))
