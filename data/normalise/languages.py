"""Languages as stated, as ISO 639-1 codes: 英语CET-6、日语N2 to ``en`` and ``ja``."""

from __future__ import annotations

import re

from data.errors import CellError
from data.normalise.text import clean, is_nothing

__all__ = ["parse_languages"]

_NAMES = {
    "zh": "汉语|中文|普通话|国语|粤语|chinese|mandarin",
    "en": "英[语文]|cet|雅思|托福|ielts|toefl|english",
    "ja": "日[语文]|jlpt|japanese",
    "ko": "韩[语文]|朝鲜[语文]|topik|korean",
    "ru": "俄[语文]|russian",
    "de": "德[语文]|german",
    "fr": "法[语文]|french",
    "es": "西班牙[语文]|spanish",
    "pt": "葡萄牙[语文]|葡语|portuguese",
    "it": "意大利[语文]|italian",
    "ar": "阿拉伯[语文]|arabic",
    "th": "泰[语文]|thai",
    "vi": "越南[语文]|越语|vietnamese",
    "id": "印尼[语文]|印度尼西亚语|indonesian",
    "ms": "马来[语文]|malay",
    "mn": "蒙古?[语文]|mongolian",
    "tr": "土耳其[语文]|turkish",
    "nl": "荷兰[语文]|dutch",
}
_PATTERNS = {code: re.compile(names) for code, names in _NAMES.items()}
_CODE = re.compile("[a-z]{2}(?:[-_][a-z]{2})?")
_NO_DEMAND = re.compile("不限|无要求|不要求|无")
_LONGEST = 100


def parse_languages(text: str) -> tuple[str, ...]:
    """Return the languages that a cell names.

    Parameters
    ----------
    text
        The cell as received; the level stated is not kept.

    Returns
    -------
    tuple of str
        ISO 639-1 codes, each once; empty for an empty cell and for 不限.

    Raises
    ------
    CellError
        ``language_unknown``.

    Examples
    --------
    >>> parse_languages("英语六级，日语N2")
    ('en', 'ja')
    """
    plain = clean(text).lower()
    if is_nothing(plain) or _NO_DEMAND.fullmatch(plain):
        return ()
    found = tuple(code for code, pattern in _PATTERNS.items() if pattern.search(plain))
    codes = tuple(
        dict.fromkeys(part[:2] for part in re.split(r"[\s,;/|、]+", plain) if _CODE.fullmatch(part))
    )
    languages = found or tuple(code for code in codes if code in _PATTERNS)
    if not languages or len(plain) > _LONGEST:
        raise CellError("language_unknown", f"语言“{text[:40]}”无法识别", hint="请写语种名称，如“英语、日语”")
    return languages
