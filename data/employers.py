"""Recognise employers under their spellings, tell agencies from them, and find whom an agency hires for.

An employer is one legal entity. 有限公司 and 有限责任公司, brackets and blanks are spelling; a 分公司 keeps
its place and stays apart from its parent, a 集团 from its companies. Names that are merely alike are never
one employer: they are only shown to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

__all__ = [
    "EmployerIndex",
    "SimilarEmployer",
    "employer_key",
    "is_agency",
    "named_employer",
    "similar_employers",
]

_BRACKETS = re.compile(r"[（(【\[].*?[)）】\]]")
_NOISE = re.compile(r"[\s·・,，.。\-—_]+")
_FORMS = re.compile(
    r"(股份有限责任公司|有限责任公司|股份有限公司|股份公司|有限公司|集团公司|分公司|总公司|公司)$"
)
_AGENCY = re.compile(
    r"人力资源|人力资本|人力事务|人才服务|人才科技|人才派遣|人才市场|人才交流|人才连锁|人才顾问|人才(?:管理|信息)?咨询"
    r"|劳务派遣|劳务服务|劳务有限|劳务输出|猎头|外包服务|对外服务|外企服务|外服(?:[（(]|集团|有限|企业)|职业介绍|企业管理咨询.*派遣"
)
_ALIKE = 85.0


class SimilarEmployer(NamedTuple):
    """A name like another one."""

    name: str
    """The name."""
    similarity: float
    """Share of characters in common, 0 to 1."""


class EmployerIndex:
    """Which employers stated by name alone are the ones stated with a credit code.

    A name stands for a code only where every posting with that name and a code has the same one.

    Parameters
    ----------
    codes
        Credit codes by name key.
    owned
        The same by owner, of that owner's postings alone; None where nobody asks whose they are.
    """

    def __init__(
        self,
        codes: dict[str, frozenset[str]],
        owned: Mapping[str, dict[str, frozenset[str]]] | None = None,
    ) -> None:
        self._codes = codes
        self._owned = owned
        self._of_owners: dict[str, EmployerIndex] = {}
        self._names: dict[str, set[str]] = defaultdict(set)
        for name, found in codes.items():
            for code in found:
                self._names[code].add(name)

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str]]) -> EmployerIndex:
        """Build it from names as stated, each with the credit code stated beside it.

        Parameters
        ----------
        pairs
            Name and code; order and repetition do not matter.

        Examples
        --------
        >>> index = EmployerIndex.from_pairs([("示例镁业有限公司", "91210800MA0000000X")])
        >>> index.resolve("示例镁业")
        '91210800MA0000000X'
        """
        return cls(_codes_by_name(pairs))

    @classmethod
    def from_owned(cls, pairs: Iterable[tuple[str, str, str]]) -> EmployerIndex:
        """Build it over all owners, and one for each.

        Parameters
        ----------
        pairs
            Name and code as in :meth:`from_pairs`, and whose posting states them.
        """
        by_owner: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, code, owner in pairs:
            by_owner[owner].append((name, code))
        owned = {owner: _codes_by_name(each) for owner, each in by_owner.items()}
        if len(owned) == 1:
            return cls(next(iter(owned.values())), owned)
        whole: dict[str, frozenset[str]] = {}
        for codes in owned.values():
            for name, found in codes.items():
                whole[name] = whole.get(name, frozenset()) | found
        return cls(whole, owned)

    @property
    def owners(self) -> AbstractSet[str]:
        """Owners whose postings it was built from; empty where nobody asks whose they are."""
        return (self._owned or {}).keys()

    def of_owner(self, owner: str) -> EmployerIndex:
        """Return what the postings of one owner alone say.

        Parameters
        ----------
        owner
            The agency; empty for the office.
        """
        if self._owned is None:
            return self
        if owner not in self._of_owners:
            self._of_owners[owner] = EmployerIndex(self._owned.get(owner, {}))
        return self._of_owners[owner]

    def resolve(self, key: str) -> str:
        """Return the credit code that an employer key stands for, or the key itself.

        Parameters
        ----------
        key
            A key from :func:`employer_key`.
        """
        codes = self._codes.get(key, frozenset())
        return next(iter(codes)) if len(codes) == 1 else key

    def siblings(self, keys: Iterable[str]) -> set[str]:
        """Return the keys and all that share a name or a code with any of them, directly or by a chain.

        Parameters
        ----------
        keys
            Employer keys. What one of them resolves to can change with any key of the same family.
        """
        found, waiting = set[str](), list(keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting.extend(self._codes.get(key, ()))
                waiting.extend(self._names.get(key, ()))
        return found


def _codes_by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    codes: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        codes[employer_key(name)].add(code)
    return {name: frozenset(found) for name, found in codes.items()}


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
    """Tell whether the name is that of an HR agency, whose postings count on a line of their own.

    Parameters
    ----------
    name
        Name as stated.
    """
    return _AGENCY.search(name) is not None


def similar_employers(name: str, names: Sequence[str], *, k: int = 5) -> list[SimilarEmployer]:
    """Return names so like one that a person should look whether they are one employer.

    Parameters
    ----------
    name
        A name as stated.
    names
        The names to look among.
    k
        At most so many are returned.

    Returns
    -------
    list
        The most alike first; none below 85% of the characters in common. Nothing merges by this.
    """
    found = process.extract(
        employer_key(name), [employer_key(each) for each in names], scorer=ratio, limit=k, score_cutoff=_ALIKE
    )
    return [SimilarEmployer(names[place], round(score / 100, 4)) for _, score, place in found]


# A full name: what precedes a legal form, brackets allowed (示例（营口）科技有限公司), a branch after it.
_LETTER = r"[\u4e00-\u9fffA-Za-z0-9·&]"
_NAME = (
    rf"(?P<name>(?:{_LETTER}|[（(][\u4e00-\u9fff]{{2,6}}[)）]){{2,26}}?"
    r"(?:股份有限责任公司|有限责任公司|股份有限公司|有限公司|集团公司)"
    r"(?:[（(][\u4e00-\u9fff]{2,6}[)）])?(?:[\u4e00-\u9fff]{2,8}分公司)?)"
)
_OPEN = r"\s*[:：为是]?\s*[“\"「《【]?\s*"
_SPLIT_WORDS = re.compile(r"(?<=[\u4e00-\u9fff（）()])[ \t]+(?=[\u4e00-\u9fff（）()])")
_IN_TEXT = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:实际|最终)?(?:用人|用工|工作|派驻|派遣|外派|入职|服务)(?:单位|企业|公司)(?:名称)?{_OPEN}{_NAME}",
        rf"(?:招聘|委托|客户)(?:单位|企业|公司)(?:名称)?\s*[:：为是]\s*[“\"]?{_NAME}",
        rf"(?:我司|我公司|本公司|公司)(?:的)?(?:重要|长期|战略|优质)?客户{_OPEN}{_NAME}",
        rf"(?:派驻|派遣|外派|驻场|派往|代招|代理招聘|代聘|RPO)(?:到|至|于|在|给)?{_OPEN}{_NAME}",
        rf"(?:受|接受){_NAME}(?:的)?委托",
        rf"(?:代|为|替|帮){_NAME}(?:代招|代理招聘|招聘|招募|诚聘)",
        rf"(?:^|[\n。；;！!])\s*[“\"【]?{_NAME}[”\"】]?\s*(?:诚聘|急聘|招聘|直招|招募)",
    )
)
_IN_TITLE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\s*[【\[（(“]?{_NAME}[】\]）)”]?\s*(?:[-—–_/|丨:：·]|诚聘|急聘|招聘|直招)",
        rf"[-—–_/|丨（(【\[]\s*(?:外派|派驻|派遣|驻场|代招|外包)?(?:到|至|于|在)?\s*[:：]?\s*{_NAME}\s*[）)】\]]?\s*$",
        rf"(?:外派|派驻|派遣|驻场|代招)(?:到|至|于|在)?\s*[:：]?\s*{_NAME}",
    )
)
_HIRES_FOR_OTHERS = re.compile(
    r"代招|代理招聘|代聘|劳务派遣|派遣制?|外包岗|人事外包|劳务外包|RPO|外派|派驻|委托", re.IGNORECASE
)
_NOT_A_NAME = re.compile(
    r"^(?:一家|某|该|本|我|贵|其|各|多家|知名|著名|大型|国内|国际|全球|世界|上市|外资|合资|国有|优质|包括|有|如|及|和|与|等|是|为|在|至|到)"
    r"|某|我司|我公司|本公司|贵公司|客户|员工|劳动合同|签订|签约|服务于|提供|包括|以及|或者|名企|世界500强|五百强|成立|隶属|前身"
    r"|岗位|驻场|外派|长期|稳定|性质|负责|办公|单位|地址|五险|住宿|招聘|公司(?!$|[（(]|[\u4e00-\u9fff]{2,8}分公司$)|(..).+\1"
)
_ONE_OF_MANY = re.compile(r"^[”\"」》】)）]?\s*(?:等|、|和|及|与|或|，?(?:以及|还有))")
_SHORTEST_STEM = 3


def named_employer(employer: str, title: str, duties: str) -> str | None:
    """Return the employer for whom a posting says that it hires.

    Only a full company name that the words present as the employer counts: 用人单位：X有限公司,
    受X有限公司委托, 派驻X有限公司, or X有限公司 at the head of the title. A posting of an employer that is no
    agency is read only where it says that it hires for others (代招, 派遣, 外派, RPO …).

    Parameters
    ----------
    employer
        Name of whoever posted it.
    title
        Title as stated.
    duties
        Duties and requirements as stated.

    Returns
    -------
    str or None
        The name as it stands; nothing where none is named, where several are, or where the name is the
        poster's own, another agency's, or no name at all (某知名企业).

    Examples
    --------
    >>> named_employer("示例人力资源有限公司", "焊工", "受营口示例镁业有限公司委托招聘。")
    '营口示例镁业有限公司'
    """
    if not is_agency(employer) and not _HIRES_FOR_OTHERS.search(f"{title}\n{duties}"):
        return None
    own = employer_key(employer)
    found: dict[str, str] = {}
    texts = ((_IN_TITLE, title), (_IN_TEXT, _SPLIT_WORDS.sub("", duties)))
    for patterns, text in texts:
        for pattern in patterns if "公司" in text else ():
            for match in pattern.finditer(text):
                if _is_name(match, own):
                    found.setdefault(employer_key(match["name"]), match["name"])
    return next(iter(found.values())) if len(found) == 1 else None


def _is_name(match: re.Match[str], own: str) -> bool:
    """Tell whether what was found is one other employer's full name."""
    name = match["name"]
    key = employer_key(name)
    if len(key) < _SHORTEST_STEM or _NOT_A_NAME.search(name) or is_agency(name):
        return False
    many = _ONE_OF_MANY.search(match.string[match.end("name") :])
    return many is None and key not in own and own not in key
