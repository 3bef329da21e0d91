"""Read from a résumé what a person learned: degree, majors, levels, certificates, languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeVar

from data.errors import CellError
from data.normalise.education import parse_skill_level
from data.normalise.languages import parse_languages
from data.normalise.resume_career import without_periods
from data.normalise.resume_dates import find_periods
from data.normalise.resume_found import (
    NOTHING,
    Found,
    Reading,
    is_labelled,
    items_of,
    lines_in,
    listed,
    words_of,
)
from data.normalise.resume_labels import Section
from data.normalise.resume_skills import terms_in
from data.normalise.resume_text import Line, Redacted
from data.records import Education, SkillLevel

__all__ = ["read_education", "read_languages", "read_licences", "read_majors", "read_skill_level"]

_Level = TypeVar("_Level", Education, SkillLevel)

# Of two names for one level the longer is tried first.
_DEGREES = {
    Education.DOCTOR: r"博士(?:研究生)?|\bph\.?\s?d\b\.?|\bdoctor(?:ate)?\b|кандидат \w+ наук|доктор"
    r" \w+ наук",
    Education.MASTER: r"硕士(?:研究生)?|研究生|\bm\.?sc\b\.?|\bm\.?eng\b\.?|\bmba\b"
    r"|\bmaster(?:['’]?s)?\b|магистр\w*|магистратур\w+",
    Education.BACHELOR: r"专升本|(?:大学)?本科|学士|\bb\.?sc\b\.?|\bb\.?eng\b\.?"
    r"|\bbachelor(?:['’]?s)?\b|бакалавр\w*|высшее(?: образование)?|специалитет",
    Education.COLLEGE: r"大学专科|大专|专科|高职|associate(?:['’]?s)? degree",
    Education.SECONDARY: r"中专|中技|技校|职高|高中|high school|среднее (?:специальное"
    r"|профессиональное)|среднее",
    Education.JUNIOR: "初中",
}
_DEGREE = re.compile(
    "|".join(f"(?P<{level.name}>{words})" for level, words in _DEGREES.items()), re.IGNORECASE
)
_DEGREE_OF = re.compile(
    r"\b(?:bachelor|master|doctor|b\.?sc|m\.?sc|b\.?eng|m\.?eng|ph\.?d)\S*(?: of (?:science|engineering"
    r"|arts))?"
    r"(?: degree)? (?:in|of) (?P<major>[A-Za-z][A-Za-z &-]{2,50})",
    re.IGNORECASE,
)
_MAJOR = re.compile(
    r"(?P<major>[\u4e00-\u9fa5]{2,15}?)专业(?![课技])|специальност\w+[\s:：«\"]+(?P<other>[А-ЯЁа-яё -]{3,50})"
)
_MAJOR_LIKE = re.compile(r"[\u4e00-\u9fa5（）()]{2,15}")
_NO_MAJOR = re.compile(
    "学历|学位|全日制|统招|专业|课程|毕业|就读|主修|奖|绩|排名|班|部长|主席|委员|已隐去|至今|学制[:：0-9]|[年月]"
)
_LEVEL = re.compile(
    "(?:特级|首席|高级)?技师|(?:高级|中级|初级)工(?![程艺])|(?:职业资格|技能等级)?[一二三四五]级(?=[/（(]|$)"
)
_CERTIFICATE = re.compile(
    "证|资格|执照|注册.{1,8}师|(?:会计|经济|建造|造价|监理|消防|统计|审计)工?程?师|certificat|licen[cs]e|удостоверение|сертификат|допуск",
    re.IGNORECASE,
)
_DATE_OR_NOISE = re.compile(
    r"(?:19|20)\d{2}[年./-]?(?:\d{1,2}月?)?(?:[./-]\d{1,2}日?)?|(?:^|(?<=\s))(?:获得?|取得|考取|持有?|已)+"
)
_LANGUAGE_WORD = re.compile(
    r"英[语文]|日[语文]|俄[语文]|韩[语文]|朝鲜[语文]|德[语文]|法[语文]|西班牙[语文]|葡萄牙[语文]"
    r"|意大利[语文]|阿拉伯[语文]|泰[语文]|越南[语文]|蒙古?[语文]"
    r"|普通话|汉语|中文|粤语|cet-?\s?[46]|雅思|托福|ielts|toefl|jlpt|topik|english|japanese|russian"
    r"|korean|german|french|spanish"
    r"|portuguese|italian|arabic|chinese|mandarin|mongolian"
    r"|английский|русский|китайский|японский|корейский|немецкий|французский|испанский|монгольский",
    re.IGNORECASE,
)
_RUSSIAN_NAMES = {
    "английский": "英语",
    "русский": "俄语",
    "китайский": "汉语",
    "японский": "日语",
    "корейский": "韩语",
    "немецкий": "德语",
    "французский": "法语",
    "испанский": "西班牙语",
    "монгольский": "蒙古语",
}
_MARK = re.compile("[,，;；。]")
_MAJOR_WORD = re.compile(r"[^\s,，;；|｜/、]+")


def read_majors(kept: Redacted) -> Reading:
    """Return the majors that a label or the education names.

    Parameters
    ----------
    kept
        The résumé without the person.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    labelled = [item._replace(text=_MARK.split(item.text)[0]) for item in items_of(kept, "majors")]
    if labelled:
        return listed(labelled)
    return listed(chain.from_iterable(map(_majors_in, lines_in(kept, Section.EDUCATION))))


def _majors_in(line: Line) -> Iterator[Found]:
    for pattern in (_DEGREE_OF, _MAJOR):
        match = pattern.search(line.text)
        if match:
            group = "other" if match.groupdict().get("other") else "major"
            yield Found(line.start + match.start(group), match[group].strip())
            return
    if find_periods(line.text):
        words = (each for each in words_of(without_periods(line), _MAJOR_WORD))
        fitting = (
            each
            for each in words
            if _MAJOR_LIKE.fullmatch(each.text)
            and not _NO_MAJOR.search(each.text)
            and not _DEGREE.fullmatch(each.text)
        )
        yield from list(fitting)[:1]


def read_education(kept: Redacted) -> Reading:
    """Return the highest level that the education, or a label, names.

    Parameters
    ----------
    kept
        The résumé without the person.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    sources = [*items_of(kept, "education"), *_found_in(kept, Section.EDUCATION, Section.HEADER)]
    return _highest(_levels_in(sources, _DEGREE, lambda match: Education[match.lastgroup or ""]))


def read_skill_level(kept: Redacted) -> Reading:
    """Return the highest 技能等级 that a label, the certificates or the skills name.

    Parameters
    ----------
    kept
        The résumé without the person.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    sources = [
        *items_of(kept, "skill_level"),
        *items_of(kept, "licences"),
        *_found_in(kept, Section.CERTIFICATE, Section.SKILL),
    ]
    return _highest(_levels_in(sources, _LEVEL, _level_of))


def _level_of(match: re.Match[str]) -> SkillLevel | None:
    try:
        return parse_skill_level(match[0])
    except CellError:
        return None


def _found_in(kept: Redacted, *sections: Section) -> Iterator[Found]:
    return (Found(line.start, line.text) for line in lines_in(kept, *sections))


def _levels_in(
    sources: Iterable[Found], pattern: re.Pattern[str], read: Callable[[re.Match[str]], _Level | None]
) -> Iterator[tuple[_Level, Found]]:
    for source in sources:
        for match in pattern.finditer(source.text):
            level = read(match)
            if level is not None:
                yield level, Found(source.start + match.start(), match[0])


def _highest(levels: Iterable[tuple[_Level, Found]]) -> Reading:
    highest = max(levels, key=lambda each: each[0].rank, default=None)
    return (highest[0].value, [highest[1]]) if highest else NOTHING


def read_licences(kept: Redacted) -> Reading:
    """Return the certificates held; a level of skill or of a language alone is none.

    Parameters
    ----------
    kept
        The résumé without the person.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    lines = [Line(Section.CERTIFICATE, each.start, each.text) for each in items_of(kept, "licences")]
    lines += [line for line in lines_in(kept, Section.CERTIFICATE) if not is_labelled(kept, line)]
    found = []
    for term in chain.from_iterable(map(terms_in, lines)):
        text = _DATE_OR_NOISE.sub("", term.text).strip()
        is_language = _LANGUAGE_WORD.search(text) is not None
        if _CERTIFICATE.search(text) and not is_language:
            found.append(Found(term.start + term.text.index(text), text) if text in term.text else term)
    return listed(found)


def read_languages(kept: Redacted) -> Reading:
    """Return the languages that a label, their own section or a certificate names, as codes.

    Parameters
    ----------
    kept
        The résumé without the person.

    Returns
    -------
    Reading
        Empty where the résumé does not state it.
    """
    sources = [*items_of(kept, "languages"), *items_of(kept, "licences")]
    sources += _found_in(kept, Section.LANGUAGE, Section.CERTIFICATE, Section.SKILL)
    found: dict[str, Found] = {}
    for source in sources:
        for match in _LANGUAGE_WORD.finditer(source.text):
            for code in parse_languages(_RUSSIAN_NAMES.get(match[0].lower(), match[0])):
                found.setdefault(code, Found(source.start + match.start(), match[0]))
    return "、".join(found), list(found.values())
