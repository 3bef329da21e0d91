"""Administrative divisions (GB/T 2260): which code lies in which, and the names people use for each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from data.reference.tables import division_names, read_reference
from data.word_scan import WordScanner

__all__ = ["ANYWHERE", "Gazetteer", "Mention", "Name", "common_division", "is_within", "level_of"]

ANYWHERE = "100000"
"""The code of the whole country."""

_PROVINCE, _CITY, _COUNTY = 0, 1, 2
_LEVELS = {"province": _PROVINCE, "city": _CITY, "county": _COUNTY}
_SHORTEST = 2
_PEOPLES = (
    "维吾尔|哈萨克|柯尔克孜|乌孜别克|鄂温克|鄂伦春|达斡尔|俄罗斯|塔吉克|塔塔尔|蒙古|布依|朝鲜|土家|哈尼|傈僳|高山|拉祜|"
    "东乡|纳西|景颇|仫佬|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|德昂|保安|裕固|独龙|赫哲|门巴|珞巴|基诺|"
    "回|藏|苗|彝|壮|满|侗|瑶|白|傣|黎|佤|畲|水|土|羌|怒|京|各"
)
_PEOPLE = re.compile(f"(?:(?:{_PEOPLES})族|维吾尔|哈萨克|柯尔克孜|塔吉克|达斡尔|锡伯|蒙古)+$")
_SUFFIX = re.compile("(?:特别行政区|自治[区州县旗]|地区|新区|林区|特区|省|市|盟|县|区|州|旗)$")
_AUTONOMOUS = re.compile("自治([州县旗])$")


@dataclass(frozen=True)
class Name:
    """One meaning of a name."""

    code: str
    """GB/T 2260 code."""
    full: bool
    """True for an official name or a settled alias; false for a name cut short."""
    local: bool = False
    """True for a name that means this only where the region is clear: a town, a quarter."""


@dataclass(frozen=True)
class Mention:
    """A name found in a text."""

    start: int
    """Index of its first character."""
    end: int
    """Index after its last character."""
    opens: bool
    """True at the start of the text and after a mark, where a shortened name can stand by itself."""
    names: tuple[Name, ...]
    """Its meanings."""


def level_of(code: str) -> int:
    """Return 0 for a province, 1 for a city, 2 for a county; judged by the digits alone."""
    if code.endswith("0000"):
        return _PROVINCE
    return _CITY if code.endswith("00") else _COUNTY


def is_within(code: str, outer: str) -> bool:
    """Tell whether a division is another one or lies in it; every code lies in :data:`ANYWHERE`."""
    digits = (2, 4, 6)[level_of(outer)]
    return outer == ANYWHERE or code[:digits] == outer[:digits]


def common_division(codes: Iterable[str]) -> str | None:
    """Return the smallest division that holds all codes; nothing when no province does or none is given."""
    first, *others = [*codes] or [ANYWHERE]
    known = division_names()
    for outer in (first, f"{first[:4]}00", f"{first[:2]}0000"):
        if outer in known and all(is_within(code, outer) for code in others):
            return outer
    return None


def _short_names(name: str) -> Iterator[str]:
    """Yield what people shorten an official name to: 新宾满族自治县 to 新宾 and 新宾县."""
    base = _SUFFIX.sub("", name)
    plain = _PEOPLE.sub("", base) or base
    kind = _AUTONOMOUS.search(name)
    yield from (short for short in {base, plain} if len(short) >= _SHORTEST)
    if kind and plain:
        yield plain + kind[1]


class Gazetteer:
    """All names of all divisions, ready to be found in a text.

    Parameters
    ----------
    names
        The meanings of each name.
    """

    def __init__(self, names: dict[str, tuple[Name, ...]]) -> None:
        self._names = list(names.values())
        self._scanner = WordScanner(list(names))

    @classmethod
    @cache
    def from_package(cls) -> Gazetteer:
        """Build it from the tables ``divisions`` and ``place_aliases`` that the product ships."""
        names: dict[str, dict[str, Name]] = defaultdict(dict)
        divisions = read_reference("divisions")
        for code, name in zip(divisions["code"], divisions["name"], strict=True):
            names[name][code] = Name(code, full=True)
            for short in _short_names(name):
                names[short].setdefault(code, Name(code, full=False))
        aliases = read_reference("place_aliases")
        for code, alias, scope in zip(aliases["code"], aliases["alias"], aliases["scope"], strict=True):
            names[alias][code] = Name(code, full=True, local=scope == "local")
        return cls({name: tuple(meanings.values()) for name, meanings in names.items()})

    def mentions(self, text: str) -> list[Mention]:
        """Return the names found in a text from left to right, the longest where several begin together."""
        return [
            Mention(start, end, start == 0 or not text[start - 1].isalnum(), self._names[index])
            for index, start, end in self._scanner.find(text)
        ]
