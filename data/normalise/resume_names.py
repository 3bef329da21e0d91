"""Find out what the person in a résumé is called, so that it can be hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from data.normalise.resume_labels import Section, section_of
from data.normalise.resume_pieces import is_title, pieces_of

__all__ = ["SURNAMES", "find_names"]

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐"
    "易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳"
    "管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵"
)
"""The commonest surnames of one character."""
_CHINESE_NAME = re.compile(rf"(?:[{SURNAMES}]|欧阳|司马|上官|诸葛|夏侯|慕容)[\u4e00-\u9fa5]{{1,2}}")
_SPACED_NAME = re.compile(r"(?<=[\u4e00-\u9fa5]) (?=[\u4e00-\u9fa5])")
_LATIN_NAME = re.compile(r"[A-ZА-ЯЁ][\w'’.-]*(?: [A-ZА-ЯЁ][\w'’.-]*){1,3}")
_LATIN_PART = re.compile(r"[^\W\d_]{3,}")
_AT_THE_TOP = re.compile(r"[\t|｜,，、;；/ :：—–的-]+")
_NO_NAME = re.compile(
    "高中|应届|工$|党员|时间|方式|简历|求职|应聘|意向|岗位|级|经[历验]|学历|curriculum|vitae|resume|cv|резюме|profile|summary",
    re.IGNORECASE,
)


def find_names(lines: Sequence[str]) -> tuple[str, ...]:
    """Return what the person is called: after a label, else at the very top.

    Parameters
    ----------
    lines
        The lines of the résumé, cells divided by tabs.

    Returns
    -------
    tuple of str
        The name, and of one in an alphabet its parts too; empty where none is found.

    Examples
    --------
    >>> find_names(["张三", "男"])
    ('张三',)
    """
    stated: dict[str, None] = {}
    for line in lines:
        for piece in pieces_of(Section.HEADER, line.split("\t")):
            if re.fullmatch(
                "姓\\s?名|(?:full |first |last )?name|фио|имя|фамилия", piece.label, re.IGNORECASE
            ):
                stated |= dict.fromkeys(_parts_of(piece.value))
    return tuple(stated) or tuple(dict.fromkeys(_at_the_top(lines)))


def _at_the_top(lines: Sequence[str]) -> Iterator[str]:
    """Return the parts of a name that stands at the top without a label."""
    for line in lines[:4]:
        if section_of(line) not in {None, Section.HEADER}:
            return
        plain = [piece.value for piece in pieces_of(Section.OTHER, line.split("\t")) if not piece.label]
        together = [_SPACED_NAME.sub("", value) for value in plain]
        for cell in (*together, *plain, *(word for value in plain for word in _AT_THE_TOP.split(value))):
            if _CHINESE_NAME.fullmatch(cell) and not _NO_NAME.search(cell) and not is_title(cell):
                yield cell
                return
            if _LATIN_NAME.fullmatch(cell) and not _NO_NAME.search(cell) and not is_title(cell):
                yield from _parts_of(cell)
                return


def _parts_of(name: str) -> list[str]:
    """Return a name and, of one in an alphabet, its parts; the longest first."""
    chinese = re.match(r"[\u4e00-\u9fa5·]{2,12}", _SPACED_NAME.sub("", name))
    if chinese:
        return [chinese[0]]
    latin = _LATIN_NAME.match(name)
    return [latin[0], *_LATIN_PART.findall(latin[0])] if latin else []
