"""Names of files as strangers give them: shown, never used to find anything."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

from data.normalise.contacts import mask_contacts

__all__ = ["safe_suffix", "shown_name"]

_NAMELESS: Final = "未命名"
_DIVIDERS: Final = re.compile(r"[/\\]")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")
_DOCUMENTS: Final = frozenset({".docx", ".doc", ".pdf"})
_STEM_BYTES: Final = 120


def shown_name(given: str) -> str:
    """Return the name of a file as it may be shown and noted.

    Parameters
    ----------
    given
        What a stranger calls the file: perhaps a path, or text that plays tricks on whoever reads it.

    Returns
    -------
    str
        The last part of the path, without characters that are not seen or mean something to a system, short
        enough for a name of a file; contacts are hidden. A résumé, whose name is a person's as a rule, is
        called 简历.

    Examples
    --------
    >>> shown_name("../../etc/招聘\u202excod.xlsx"), shown_name("CON.csv"), shown_name("张三.docx")
    ('招聘xcod.xlsx', '_CON.csv', '简历.docx')
    """
    last = _DIVIDERS.split(unicodedata.normalize("NFC", given))[-1]
    seen = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    name = _FORBIDDEN.sub("_", mask_contacts(" ".join(seen.split()))).strip(" .")
    suffix = safe_suffix(name)
    stem = name[: len(name) - len(suffix)].strip(" .") if suffix else name
    if suffix in _DOCUMENTS:
        return f"简历{suffix}"
    stem = stem.encode()[:_STEM_BYTES].decode(errors="ignore").strip(" .") or _NAMELESS
    return f"{'_' if _RESERVED.fullmatch(stem) else ''}{stem}{suffix}"


def safe_suffix(name: str) -> str:
    """Return the ending of a name in small letters with its dot; empty where it is not a plain one.

    Parameters
    ----------
    name
        Name of a file, whatever stands in it.

    Examples
    --------
    >>> safe_suffix("表.CSV"), safe_suffix("表.csv/../x")
    ('.csv', '')
    """
    suffix = PurePosixPath(_DIVIDERS.split(name)[-1]).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""
