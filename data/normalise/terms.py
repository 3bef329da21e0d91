"""Lists in a cell: skills, tags, majors and licences, without the benefits that platforms mix into them.

::

    list := term (mark term)*     mark: 、,;| / line break bullet, or a blank between Chinese words
    list := printed Python list   ['java', 'python'];  list := years-degree-term-term (one platform)

TCP/IP, CI/CD and the like keep their slash; benefits, education, years and terms over 40 characters go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from data.normalise.text import clean, is_nothing

__all__ = ["major_parts", "split_licences", "split_majors", "split_terms"]

_LONGEST = 40
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_SEPARATOR = re.compile(r"[、,;|/\n\r\t•●■◆★※]+|(?<=[^\x00-\x7fЀ-ӿ]) +(?=[^\x00-\x7fЀ-ӿ])")
# A slash inside these is part of the name.
_SLASHED = re.compile(
    r"(?<![a-z0-9])(?:tcp/ip|pl/sql|ci/cd|ui/ux|ux/ui|[bc]/s|i/o|a/b|s/4|r/3|gb/t|km/h|tcp/udp)(?![a-z])",
    re.IGNORECASE,
)
_HIDDEN_SLASH = "\x00"
# One platform joins its tags with dashes, the years asked for in front: 3-5年-本科-Spring.
_DASHED = re.compile(r"(?:[0-9]+-[0-9]+年|[0-9]+年以[上内下]|经验不限|应届生?)(?:-|$)")
_EDGES = " '\"[]{}:。!*·-_"

_DEGREES = "博士(?:研究生)?|硕士(?:研究生)?|研究生|本科|专科|大专|高中|中专|中技|中职|初中|小学|高职|学历"
_DEMAND = re.compile(
    r"[0-9]+(?:\.[0-9]+)?(?:-[0-9]+)?年(?:及?以[上下内])?(?:工作)?(?:经验)?|经验不限|不限|无(?:需|工作)?经验|在校生|应届(?:毕业)?生?"
    rf"|(?:全日制|统招|大学)*(?:{_DEGREES})(?:及?以[上下])?(?:学历)?|学历不限|不限学历|其他|(?!985|211)[0-9]+(?:[.-][0-9]+)?"
)

_BENEFITS = re.compile(
    "职位(?:亮点|诱惑)|(?:购买|缴纳|全额|基本)*(?:[五六七八5-8]险[一二两12]?金?|社保|公积金)"
    "|补充(?:商业|医疗|养老|意外)*(?:保险|险)?|(?:商业|医疗|意外|养老|社会|雇主责任)+(?:保险|险)|企业年金"
    "|(?:年终|年底|年度|季度|绩效|全勤|业绩|项目|工龄|推荐|优秀员工|丰厚|提成|销售)*(?:奖金?|奖励|分红|双薪|多薪)"
    "|[0-9一二三四五六十]{1,3}薪|(?:无责)?底薪[0-9]*|(?:高|业务|佣金|销售|项目)?提成|(?:股票|股权|高薪)*(?:期权|激励)"
    "|(?:每年|年度|定期|多次|高)*(?:调薪|加薪)|高薪资?|薪资?(?:面议|优厚|丰厚|高)|待遇|试用期?(?:全额|全薪|不打折)"
    "|[\u4e00-\u9fa5]{0,5}?(?:补贴|补助|津贴|加班费|过节费|[饭餐房话车]补(?![贴助]))"
    "|[\u4e00-\u9fa5]{0,4}?(?:[年病产婚事育休]假|假期|(?:寒|暑|探亲|高温|生日|生理|法定)+假)|(?:国家)?法定(?:节?假日|休息|休假)?"
    "|(?:国内外|国外|出国|员工|年度|公司|免费|定期|季度|团队)+旅游|出国机会|(?:定期|员工|免费|年度|健康)*体检"
    "|(?:不?定期|员工|部门|公司|每月|季度|集体|团队)*(?:团建|聚餐)(?:活动)?|团队活动|社团活动|拓展活动"
    "|(?:休闲|免费|不?定期|每周|零食|水果)*下午茶|(?:免费)?零食|免费(?:班车|停车|培训|水果)|班车(?:接送)?"
    "|(?:免费|提供|包|有|员工|公司|职工)*(?:食宿|吃住|住宿|宿舍|食堂|[一早中午晚三两]+餐|工作午?餐|员工餐厅?)|包[吃住餐]+|水电免费"
    "|[\u4e00-\u9fa5]{0,4}?(?<!酬)(?:福利|礼[品物金]|红包|慰问)(?:多多|好|多|优厚|齐全|完善|佳)?|生日会|节假日休?息?"
    "|(?:周末|固定|周未)*(?:双休|单休|单双休)|大小[周休](?:休息)?|做[一二三四五六]休[一二]|上五休二|月休[0-9一-十]+天"
    "|朝[七八九]晚[五六七]|弹性(?:工作制?|上下?班)|(?:不|无|少)加班|加班少|不打卡|行政班|坐班|长白班"
    "|(?:公司|团队|工作|技术|办公)*(?:氛围|环境)(?:好|轻松|优美|舒适|浓厚?|nice)?"
    "|(?:岗位|职位|内部|公平)?晋升(?:空间|机会|机制|通道|快|透明)*|(?:发展|成长|上升|提升)(?:空间|平台|快)+|快速成长"
    "|(?:领导|老板|团队)(?:nice|好|易相处|年轻|优秀)|扁平化?管理|(?:技术|职业)?大牛(?:带队|多|云集|团队)?|(?:精英|年轻|优秀|国际化?)团队"
    "|美女(?:多|如云)|帅哥(?:多)?|地铁(?:周边|上盖|沿线)|交通便利|健身(?:瑜伽|房|俱乐部)|用户过亿|上市公司|世界500强|公司前景好?"
    "|(?:专业|带薪|岗前|入职|免费)培训|平台(?:大|好)|大平台|环境优?好|员工关怀|子女福利|创业公司|每年多次|提供房源参考",
    re.IGNORECASE,
)
_FILLER = re.compile("[的大好多高优厚佳丰富额各种全齐有提供免费享+&和等0-9]*")

_MAJOR_SEPARATOR = re.compile(r"[、,;|/\n\r\t ]+|或者?")
_INCLUDED = re.compile(r"\((?:含|包括|包含|如):?([^()]*)\)")
_MAJOR_ENDS = re.compile(
    r"(?:等)?(?:相关|相近|类似|对口|所学)*(?:专业|方向|学科|背景)?(?:优先|毕业|均可|即可)*等?$|^专业[:：要求]*"
)
_NO_LICENCE = re.compile("不限|不?要求|无要求|无需|不需要")
_ANY_MAJOR = re.compile("(?:专业)?不限(?:专业)?|无|相关|其他|专业")


def split_terms(text: str) -> tuple[str, ...]:
    """Return the skills or tags listed in a cell.

    Parameters
    ----------
    text
        The cell as received: parts divided by 、，；|/ or line breaks, or a printed Python list.

    Returns
    -------
    tuple of str
        Terms in the order given, each once; benefits, education, experience and anything longer than 40
        characters left out; empty for an empty cell.

    Examples
    --------
    >>> split_terms("['3-4年', '本科', 'java', '五险一金']")
    ('java',)
    """
    plain = clean(_lines(text))
    if is_nothing(plain):
        return ()
    return _unique(part for part in _parts(plain) if not _is_no_skill(part))


def split_majors(text: str) -> tuple[str, ...]:
    """Return the majors listed in a cell; classes such as 机械类 keep their name.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    tuple of str
        Majors in the order given, each once, without 等相关专业; empty for an empty cell and for 不限.

    Examples
    --------
    >>> split_majors("机械类、自动化等相关专业")
    ('机械类', '自动化')
    """
    parts = (_MAJOR_ENDS.sub("", part) for part in major_parts(text))
    return _unique(part for part in parts if not _ANY_MAJOR.fullmatch(part))


def major_parts(text: str) -> tuple[str, ...]:
    """Return the parts of a cell of majors with the words around them, such as 机械相关专业.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    tuple of str
        Parts in the order given, each once; empty for an empty cell.

    Examples
    --------
    >>> major_parts("机械相关专业，会计类")
    ('机械相关专业', '会计类')
    """
    plain = clean(_lines(text))
    if is_nothing(plain):
        return ()
    opened = _INCLUDED.sub(r",\1,", _unquoted(plain))
    return _unique(part.strip(_EDGES) for part in _MAJOR_SEPARATOR.split(opened))


def split_licences(text: str) -> tuple[str, ...]:
    """Return the licences and certificates listed in a cell.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    tuple of str
        Names in the order given, each once; empty for an empty cell and for 不限.

    Examples
    --------
    >>> split_licences("低压电工证、叉车证")
    ('低压电工证', '叉车证')
    """
    plain = clean(_lines(text))
    if is_nothing(plain):
        return ()
    parts = (part.strip(_EDGES) for part in _SEPARATOR.split(_unquoted(plain)))
    return _unique(part for part in parts if not _NO_LICENCE.fullmatch(part))


def _lines(text: str) -> str:
    """Keep line breaks as separators through the cleaning of white space."""
    return text.replace("\r", "\n").replace("\n", "、") if "\n" in text or "\r" in text else text


def _unquoted(plain: str) -> str:
    """Return the parts of a printed list, joined by commas; other text as it is."""
    if plain[0] not in "['\"":
        return plain
    return ",".join(single or double for single, double in _QUOTED.findall(plain)) or plain


def _parts(plain: str) -> Iterable[str]:
    if _DASHED.match(plain):
        plain = _DASHED.sub("", plain, count=1).replace("-", "、")
    hidden = _SLASHED.sub(
        lambda match: match[0].replace("/", _HIDDEN_SLASH), _unquoted(plain) if plain else ""
    )
    return (part.strip(_EDGES).replace(_HIDDEN_SLASH, "/") for part in _SEPARATOR.split(hidden))


@lru_cache(maxsize=1 << 16)
def _is_no_skill(part: str) -> bool:
    """Tell whether a part is a benefit, or a demand that has its own column."""
    if len(part) > _LONGEST or part.startswith("职位亮点") or _DEMAND.fullmatch(part.lower()):
        return True
    rest = _BENEFITS.sub("", part)
    return rest != part and _FILLER.fullmatch(rest) is not None


def _unique(parts: Iterable[str]) -> tuple[str, ...]:
    """Drop empty, overlong and repeated parts; case does not make a difference."""
    found: dict[str, str] = {}
    for part in parts:
        if part and len(part) <= _LONGEST and not is_nothing(part):
            found.setdefault(part.lower(), part)
    return tuple(found.values())
