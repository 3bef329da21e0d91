"""Feed any text to every parser, the linter and the masking: nothing but a ``CellError`` may come out.

Run by hand, for as long as wanted (atheris is no dependency of the project)::

    python tests/fuzz/fuzz_parsers.py -max_total_time=180 -max_len=400
"""

from __future__ import annotations

import datetime as dt
import sys

import atheris

with atheris.instrument_imports(include=["data"]):
    from data.errors import CellError
    from data.linter.scan import lint, lint_terms, scan
    from data.normalise.contacts import find_personal, mask_contacts
    from data.normalise.credit_code import parse_credit_code
    from data.normalise.languages import parse_languages
    from data.normalise.readings import Circumstances, ParserName, read_text, reading_in_words
    from data.normalise.status import parse_outcome, parse_synthetic
    from data.normalise.terms import split_licences, split_majors, split_terms
    from data.normalise.text import clean, clean_prose

_PIECES = (
    "男女性别不限优先岁以下年龄户籍籍贯未婚已育乙肝残疾统招全日制本科大专硕士学历一二三四五六七八九十半两百千万元"
    "月年天日周小时薪至到底初中高级技工师招人名若干面议提成补贴安家费营口鲅鱼圈大石桥马鞍山机械类相关专业等长期随时"
    "微信护照身份证电话0123456789.-~/·+,，;；、。（）()[] \n\t:：@KkWwXx９８７－～мждлет"
)
_GIVEN = Circumstances(today=dt.date(2026, 4, 1), region_codes=("210800",), header="薪酬（万元/年）")


def _text(data: bytes) -> str:
    """Return a text: plain unicode, or made of the characters that the grammars know."""
    provider = atheris.FuzzedDataProvider(data)
    if provider.ConsumeBool():
        return provider.ConsumeUnicodeNoSurrogates(400)
    return "".join(_PIECES[byte % len(_PIECES)] for byte in provider.ConsumeBytes(400))


def _try(parse, text: str) -> None:
    try:
        parse(text)
    except CellError as error:
        if not (error.code and error.message):
            raise AssertionError(text) from error


def one_input(data: bytes) -> None:
    """Try one text everywhere."""
    text = _text(data)
    for name in ParserName:
        reading_in_words(name, read_text(name, text, _GIVEN))
    for parse in (parse_languages, parse_outcome, parse_synthetic, parse_credit_code):
        _try(parse, text)
    for split in (split_terms, split_majors, split_licences, clean):
        split(text)
    prose = mask_contacts(clean_prose(text))
    found = scan(prose, "duties")
    if lint(found.kept) or any(prose[each.start : each.end] != each.text for each in found.findings):
        raise AssertionError(prose)
    lint_terms(split_terms(text), "skills")
    if any(not 0 <= each.start < each.end <= len(text) for each in find_personal(text)):
        raise AssertionError(text)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
