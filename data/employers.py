"""Recognise an employer under its spellings, and tell agencies from employers."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["employer_key", "is_agency"]

_BRACKETS = re.compile(r"[（(【\[].*?[)）】\]]")
_NOISE = re.compile(r"[\s·・,，.。\-—_]+")
_FORMS = re.compile(
    r"(股份有限责任公司|有限责任公司|股份有限公司|股份公司|有限公司|集团公司|分公司|总公司|公司)$"
)
_AGENCY = re.compile(
    r"人力资源|人才服务|人才科技|劳务派遣|劳务服务|劳务有限|猎头|外包服务|企业管理咨询.*派遣"
)


def employer_key(name: str, *, credit_code: str | None = None) -> str:
    """Return what the spellings of one employer share.

    Parameters
    ----------
    name
        Name as stated.
    credit_code
        统一社会信用代码; where it is known it decides alone.

    Returns
    -------
    str
        The credit code, or the name without brackets, spaces and legal form; never empty for a
        non-empty name.
    """
    if credit_code:
        return credit_code
    folded = unicodedata.normalize("NFKC", name).lower()
    bare = _NOISE.sub("", _BRACKETS.sub("", folded)) or _NOISE.sub("", folded)
    return _FORMS.sub("", bare) or bare


def is_agency(name: str) -> bool:
    """Tell whether the name is that of an HR agency, whose postings count on a line of their own."""
    return _AGENCY.search(name) is not None
