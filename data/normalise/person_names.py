"""Tell names of people from words of work where no label says which is which.

A name is looked for only where one may stand: by itself between marks, with the surname in front, and unknown
to every table of occupations, majors, skills, industries and places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from data.normalise.resume_names import SURNAMES
from data.reference import (
    division_names,
    industry_terms,
    majors,
    market_titles,
    occupations,
    skills,
    work_types,
)

__all__ = ["is_called", "is_name", "without_led"]

_HAN = "\u4e00-\u9fa5"
_SURNAME = rf"(?:[{SURNAMES}]|欧阳|司马|上官|诸葛|夏侯|慕容)"
# What materials, machines, ranks and properties end in, and given names hardly do: 白云石, 马弗炉, 高压.
_THINGS = (
    "石矿砂炉机泵阀铝铜管板料剂油气电车船窑器材粉岩焦煤站库带轴箱罐塔棒环片件具仪表版牌班组部科处证岗员工师手"
    "压温频速线类级型式化性量度率法术学业务品金属酸碱盐胶漆布纸层办薪宿职载向"
)
_LIKELY = re.compile(rf"{_SURNAME}[{_HAN}]{{0,1}}[^\W{_THINGS}]")
_WORD = re.compile(rf"[{_HAN}]{{2,6}}")
# What Uyghur, Tibetan, Mongolian and Kazakh names are written with.
_SOUNDS = (
    "阿艾买提江古丽尔娜尼扎西顿珠央金卓玛巴特次仁旺堆格桑多吉洛木哈克亚森努热依拜合麦图孜吾布"
    "达瓦措曲嘉色德吉朝鲁苏力其雅"
)
_SOUNDED = re.compile(f"[{_SOUNDS}]{{3,6}}")
_LONG, _FULL = 4, 3
_GIVEN = (
    "小伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞刚桂建国华志玉萍红梅燕峰鹏辉宇婷雪凤琴淑珍荣林俊斌宁"
    "秋莉颖倩慧佳欣怡梓涵浩轩子晨桐诗雨萌凯旭亮"
)
_GIVEN_ONE = "伟芳娜敏艳杰娟涛霞萍婷倩颖莉琳丽磊洋鹏勇超"
_USUAL = re.compile(rf"{_SURNAME}(?:[{_GIVEN}]{{2}}|[{_GIVEN_ONE}])")


_LED = re.compile(rf"{_SURNAME}[{_GIVEN}{_GIVEN_ONE}]{{1,2}}")
_COLON = re.compile(
    rf"(?:^|(?<=[。;；\n]))[ \t]*(?P<name>[{_HAN}]{{2,4}}"
    rf"|[^\W\d_]+(?: [^\W\d_]+){{1,2}})[ \t]*[:：](?P<rest>.?)"
)
_DASH = re.compile(r"^(?P<one>[^-—–]{2,30}?)\s*[-—–]+\s*(?P<other>[^-—–]{2,30})$")
_CALLED = re.compile(rf"(?P<name>{_SURNAME}[{_HAN}]{{1,2}})(?:老?师傅|同志|大[哥姐叔])")
_STRONG = re.compile(r"\s*[0-9一二三四五六七八九十男女]")
# Two capitalised words are a name only where one of them is no word of any product, as in Java Spring.
_SYLLABLE = (
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en"
    "|er|ia|ie"
    "|in|iu|ou|ua|ui|un|uo|ue|a|e|i|o|u|v))"
)
_PINYIN = (
    "Wang|Li|Zhang|Liu|Chen|Yang|Zhao|Huang|Zhou|Wu|Xu|Sun|Hu|Zhu|Gao|Lin|Guo|Luo|Liang|Song|Zheng|Xie|Tang|Feng|Dong"
    "|Xiao|Cheng|Cao|Yuan|Deng|Shen|Zeng|Peng|Jiang|Cai|Jia|Ding|Wei|Xue|Yan|Pan|Zhong|Tian|Ren|Fang|Yao|Zou|Xiong"
    "|Jin|Hao|Bai|Cui|Qiu|Qin"
)
_GIVEN_LATIN = (
    "Ivan|Pyotr|Petr|Sergei|Sergey|Alexei|Alexey|Dmitry|Dmitri|Vladimir|Nikolai|Andrei|Andrey|Mikhail|Igor|Oleg|Yuri"
    "|Anna|Maria|Elena|Olga|Natalia|Tatiana|Svetlana|Irina|Ekaterina|John|James|Robert|Michael|William|David|Richard"
    "|Thomas|Mary|Patricia|Jennifer|Linda|Elizabeth|Susan|Sarah|Karen|Peter|Paul|George|Daniel|Ahmed|Mohammed|Muhammad"
    "|Ali|Fatima|Carlos|Jose|Juan"
)
_CYRILLIC = "[А-ЯЁ][а-яё]+"
_CYRILLIC_SURNAME = f"{_CYRILLIC}(?:ов|ова|ев|ева|ин|ина|ский|ская|енко|ич|вна|дзе|чук)"
_LATIN = re.compile(
    rf"(?:(?:{_PINYIN}) (?i:{_SYLLABLE}{{1,2}})|(?i:{_SYLLABLE}{{1,2}}) (?:{_PINYIN})"
    rf"|(?:{_GIVEN_LATIN})(?: [A-Z][a-z'’-]+\.?){{1,2}}"
    "|(?:[A-Z][a-z]+ ){1,2}[A-Z][a-z]+(?:ov|ova|ev|eva|sky|skaya|skiy|enko|vich)"
    rf"|(?:{_CYRILLIC} )?{_CYRILLIC_SURNAME}(?: {_CYRILLIC}){{1,2}}"
    rf"|(?:{_CYRILLIC} ){{1,2}}{_CYRILLIC_SURNAME})"
)


def is_called(words: str) -> bool:
    """Tell whether words by themselves are a name in Latin or Cyrillic, or one with 师傅 behind it.

    Parameters
    ----------
    words
        One clause.

    Returns
    -------
    bool
        False for what any table of work knows.

    Examples
    --------
    >>> is_called("Ivan Petrov"), is_called("Visual Studio"), is_called("李建国师傅")
    (True, False, True)
    """
    called = _CALLED.fullmatch(words)
    if called:
        return _LIKELY.fullmatch(called["name"]) is not None and called["name"] not in _known()
    return _LATIN.fullmatch(words) is not None and words[0].isupper() and words not in _known()


def without_led(text: str) -> str:
    """Return a text without a name that stands before a colon or beside a dash.

    Parameters
    ----------
    text
        A title or a summary.

    Returns
    -------
    str
        The same text where no name is led in that way.

    Examples
    --------
    >>> without_led("王小明：8年焊接经验"), without_led("焊工-李娜")
    ('8年焊接经验', '焊工')
    """
    text = _COLON.sub(_colon, text)
    dash = _DASH.fullmatch(text)
    if dash is None:
        return text
    if _is_usual(dash["other"]):
        return dash["one"]
    return dash["other"] if _is_usual(dash["one"]) else text


def _colon(match: re.Match[str]) -> str:
    """Return what stays of the words before a colon."""
    name = match["name"]
    long = len(name) == _FULL and _STRONG.match(match["rest"]) and _LIKELY.fullmatch(name)
    gone = _is_usual(name) or (long and name not in _known())
    return match["rest"] if gone else match[0]


def _is_usual(words: str) -> bool:
    """Tell whether words are a name wherever they stand."""
    usual = _LED.fullmatch(words) is not None and words not in _known()
    return usual or is_called(words)


def is_name(i: int, clauses: Sequence[str], kept: Sequence[str], *, likely: bool) -> bool:
    """Tell whether clause ``i`` is the name of a person.

    Parameters
    ----------
    i
        Which clause.
    clauses
        All clauses of the text, without the marks between them.
    kept
        What stays of each; empty where it said what somebody is.
    likely
        True where people put their name: what begins with a surname is one there.

    Returns
    -------
    bool
        True for usual names; for likely ones where people put their name or before a statement that went.

    Examples
    --------
    >>> is_name(0, ["胡睿", "男"], ["胡睿", ""], likely=False)
    True
    >>> is_name(0, ["高炉", "男"], ["高炉", ""], likely=True)
    False
    """
    words = clauses[i].strip()
    if not _WORD.fullmatch(words):
        return False
    before_statement = i + 1 < len(clauses) and clauses[i + 1].strip() != "" and not kept[i + 1]
    found = (
        _USUAL.fullmatch(words)
        or ((likely or before_statement) and _LIKELY.fullmatch(words))
        or ((before_statement or len(words) >= _LONG) and _SOUNDED.fullmatch(words))
    )
    return bool(found) and words not in _known()


@cache
def _known() -> str:
    """Return all words of work and all names of places as one text."""
    columns = (
        occupations()["name"],
        market_titles()["title"],
        work_types()["title"],
        majors()["name"],
        industry_terms()["term"],
        skills()["name"],
        skills()["aliases"],
    )
    return "\n".join([*(word for column in columns for word in column), *division_names().values()])
