"""What the titles of one need share, whatever a platform or an eager recruiter hung on them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from data.normalise.divisions import Gazetteer, Mention, is_within, level_of

__all__ = ["NeedTitle", "compare_titles", "need_title", "normalise_title", "same_grade"]

_BRACKETS = re.compile(r"[（(【\[《]([^）)】\]》]*)[)）】\]》]")
_ADVERT = re.compile(
    r"急聘|急招|高薪|诚聘|直聘|五险一金|五险|双休|单休|包吃住?|包住|食宿|提供住宿|不加班|可实习|年底双薪"
    r"|\d+(\.\d+)?\s*[-~—至]\s*\d+(\.\d+)?\s*[kK千万元]*|\d+\s*[kK]\b|\d+元(/\w+)?"
)
# A plus joins words and is dropped; that of C++ and G++ is part of a name.
_SEPARATORS = re.compile(r"(?:[\s\-—_/|丨·,，、:：&!！★☆●◆~～]|(?<!\+)\+(?!\+))+")
_SUM = r"\d+(?:\.\d+)?\s*(?:元|千|万|[kKwW](?![a-zA-Z]))?"
_PAY = re.compile(
    rf"(?:综合|税前|税后|月|年|底|保底|无责任?|固定|起|基本)+(?:工资|薪资|底薪|薪|收入)?\s*{_SUM}(?:\s*[-~—至]\s*{_SUM})?[+起左右以上]*"
    rf"|(?:无责任?)?(?:保底|底薪|高底薪|月薪|年薪|月入|薪资|综合工资)(?:\s*{_SUM}(?:\s*[-~—至]\s*{_SUM})?)?[+起左右以上]*"
    r"|\d+(?:\.\d+)?\s*[-~—至]\s*\d+(?:\.\d+)?\s*(?:元|千|万|[kKwW](?![a-zA-Z]))(?:/?月|/?年|/?天)?"
    r"|\d+(?:\.\d+)?\s*(?:元/?(?:月|小时|天)?|[kKwW](?![a-zA-Z0-9]))[+起]*|\d{4,5}\s*[-~—至]\s*\d{4,5}"
    r"|(?:十三|十四|十五|1[3-8]|年底双)薪"
)
_BENEFITS = re.compile(
    r"(?:无责)?[高厚]?提成|(?:绩效|月度|全勤|季度|年终|项目)+(?:奖金|奖)|年终13薪|年终(?:奖|双薪)|五险一金|六险一金|七险一金|六险二金|五险|六险"
    r"|周末双休|双休日?|单休|做五休二|大小周|朝九晚[五六]|上九下[五六]|月休\d天|法定节假日?|带薪年假|带薪(?:培训|休假)|可?不加班|无加班"
    r"|包[吃食]包?住|包[吃住食]宿?|管[吃住]宿?|提供(?:住宿|食宿|三餐|宿舍)|食宿|免费(?:早餐|午餐|三餐|下午茶|住宿|班车)|下午茶|员工旅游"
    r"|(?:住房|餐|房|交通|话|高温)补(?:贴)?\d*|补贴|就近分配|地铁旁|市中心"
)
_URGENT = re.compile(
    r"急聘|急招|急需|诚聘|诚招|直聘|直招|高薪(?:聘请|诚聘|急聘|招聘)?|热招|火热招聘|年终急聘|(?:^|[（(【\s])急[：:!！]?"
    r"|(?:招|聘)?\d{1,3}\s*[人名](?![工力])|可实习"
)
_TAIL = re.compile(r"(?<=\w)(?:人员|岗位|岗|员)(?=$|[(）)])")
_DEVELOPS = re.compile(r"([a-z+#.]|软件|前端|后端|后台|嵌入式)(?:开发|研发)(?=工程师|程序员)")
_WORKPLACE = re.compile(r"工作地点?\s*[:：]?\s*")
_LEVELS = re.compile(
    "首席|总监|总经理|经理|主管|主任|组长|店长|班长|专家|架构师?|资深|高级|中级|初级|助理|学徒|实习|储备|应届|管培|校招|兼职|夜班|白班"
)
_FIELDS = re.compile(
    "语文|数学|英语|物理|化学|生物|历史|地理|政治|音乐|美术|体育|舞蹈|日语|韩语|俄语|德语|法语|粤语|机械|电气|软件|硬件|土建|暖通"
)
_WORDS = re.compile(r"[a-z][a-z.#+]*|\d+|[一二三四五六七八九十](?=\))")
_COUNTY = 2
_LONG = 6
_QUARTER = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:开发区|园区|新城|街道|区|县|镇|乡)$")
_EMPTY_BRACKETS = re.compile(r"\(\W*\)")
_DECORATIONS = (_PAY, _BENEFITS, _URGENT)


class NeedTitle(NamedTuple):
    """A title as the merge compares it."""

    key: str
    """The title without decoration; never empty for a title that says anything."""
    place_code: str | None
    """The posting's place, made finer where the title names a part of it."""
    quarter: str = ""
    """A part of the city that the place names and GB/T 2260 does not have, such as 高新区."""


def normalise_title(title: str) -> str:
    """Return what the spellings of one title share: no advertising, no bracketed pay, one case.

    A bracket is dropped only where it holds advertising: 教师（一） and 教师（二） stay two posts.

    Parameters
    ----------
    title
        Title as stated.

    Returns
    -------
    str
        The key; empty only for a title of nothing but marks.
    """
    text = unicodedata.normalize("NFKC", title).lower()
    text = _BRACKETS.sub(lambda found: "" if _ADVERT.search(found[1]) else f"({found[1]})", text)
    bare = _SEPARATORS.sub("", _ADVERT.sub("", text))
    return bare or _SEPARATORS.sub("", text)


def need_title(title: str, place_code: str | None, place_raw: str = "") -> NeedTitle:
    """Return what the titles of one need share at one place.

    Pay, benefits, urgency, numbers of people and the posting's own place are decoration, and so is the town
    in which a post is advertised where the title states 工作地点 besides. Grade, shift, field and everything
    else that tells two posts of one employer apart stays.

    Parameters
    ----------
    title
        Title as stated.
    place_code
        GB/T 2260 code of the posting's place; nothing where it is unknown.
    place_raw
        Place as stated.

    Returns
    -------
    NeedTitle
        The title's key, and the place with what the title adds to it.

    Examples
    --------
    >>> need_title("急聘 焊工（双休）-鲅鱼圈区", "210800")
    NeedTitle(key='焊工', place_code='210804', quarter='')
    >>> need_title("C++开发工程师 15k-25k", None).key
    'c++开发工程师'
    """
    text = unicodedata.normalize("NFKC", title).lower()
    text, place = _without_place(text, place_code)
    bare = text
    for decoration in _DECORATIONS:
        bare = decoration.sub(" ", bare)
    key = _SEPARATORS.sub("", _EMPTY_BRACKETS.sub("", _BRACKETS.sub(lambda found: f"({found[1]})", bare)))
    key = _TAIL.sub("", _DEVELOPS.sub(r"\1", key))
    quarter = "" if place is None or level_of(place) == _COUNTY else _quarter(place_raw)
    return NeedTitle(key if _says_something(key) else _SEPARATORS.sub("", text) or title, place, quarter)


def compare_titles(one: str, other: str) -> float:
    """Tell how alike two keys of titles are.

    Parameters
    ----------
    one, other
        Keys from :func:`need_title`.

    Returns
    -------
    float
        1 for equal keys, the order of words aside; 0 where a field, a number or a foreign word tells the
        posts apart; else the share of characters in common.
    """
    if one == other or (len(one) >= _LONG and sorted(one) == sorted(other)):
        return 1.0
    (fields, words), (others, foreign) = _marks(one), _marks(other)
    if (fields and others and fields != others) or not (words <= foreign or foreign <= words):
        return 0.0
    return min(round(ratio(one, other) / 100, 4), 0.99)


@lru_cache(maxsize=65_536)
def _marks(key: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the fields that a key names, and its numbers and foreign words."""
    return frozenset(_FIELDS.findall(key)), frozenset(_WORDS.findall(key))


def same_grade(one: str, other: str) -> bool:
    """Tell whether two titles name the same grades: 高级, 助理, 主管 and the like.

    Parameters
    ----------
    one, other
        Keys from :func:`need_title`.
    """
    return set(_LEVELS.findall(one)) == set(_LEVELS.findall(other))


def _says_something(key: str) -> bool:
    return sum(character.isalnum() for character in key) > 1


def _without_place(text: str, place_code: str | None) -> tuple[str, str | None]:
    """Take the posting's own place out of its title, and read a finer one from it."""
    if place_code is None:
        return text, None
    place, kept, end, named = place_code, [], 0, -1
    stated = _WORKPLACE.search(text)
    for mention in Gazetteer.from_package().mentions(text):
        follows = mention.opens or mention.start == named or mention.end == len(text)
        alone = follows or not text[mention.end].isalnum()
        code = _own_place(mention, place_code) if alone else None
        advertised = code is None and stated is not None and mention.start > stated.end() and mention.opens
        if code is not None or advertised:
            kept.append(text[end : mention.start])
            end = named = mention.end
            place = max(place, code or place, key=level_of)
    return _WORKPLACE.sub(" ", " ".join([*kept, text[end:]])), place


def _own_place(mention: Mention, place_code: str) -> str | None:
    """Return the meaning of a name that holds the place or lies in it; the official name goes first."""
    fitting = [
        name
        for name in mention.names
        if is_within(name.code, place_code) or (is_within(place_code, name.code))
    ]
    best = max(fitting, key=lambda name: name.full, default=None)
    return best.code if best else None


def _quarter(place_raw: str) -> str:
    """Return what a stated place names beyond any division: a zone, a town, a street."""
    text = unicodedata.normalize("NFKC", place_raw)
    for mention in reversed(Gazetteer.from_package().mentions(text)):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    found = _QUARTER.search(text.strip())
    return found[0] if found else ""
