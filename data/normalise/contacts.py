"""Find and hide what identifies a person in free text: numbers with their check digits, mail, chat accounts.

::

    identity card  18 digits with a check digit (GB 11643), or 15; a region, a day that exists
    bank card      16 to 19 digits that Luhn's rule fits; no 统一社会信用代码
    phone          mobile, landline with extension, 400, +country; spaced, dashed or in Chinese numerals
    mail, chat     an address; 微信, QQ, Telegram, WhatsApp … with the account behind the word
    passport       a document number behind 护照 or 通行证

Names of people are not recognised. Order numbers, dates, models and part numbers stay.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from data.errors import CellError
from data.normalise.credit_code import parse_credit_code
from data.normalise.resume_names import SURNAMES

__all__ = [
    "HIDDEN",
    "PersonalData",
    "PersonalKind",
    "find_personal",
    "mask_contacts",
    "masked",
    "masked_message",
]

HIDDEN = "［已隐去］"
"""What stands in the place of personal data."""


class PersonalKind(StrEnum):
    """What kind of personal data was found."""

    ID_CARD = "身份证"
    """居民身份证号, 18 or 15 digits."""
    BANK_CARD = "银行卡"
    """Number of a bank card."""
    PHONE = "电话"
    """Mobile, landline or service number."""
    EMAIL = "邮箱"
    """Address of mail."""
    ACCOUNT = "即时通信"
    """Account of a chat service, with the word that names it."""
    PASSPORT = "证件"
    """Number of a passport or travel permit."""
    NAME = "联系人"
    """Name of a person, where the text says that it is one: 联系人王某某."""

    ADDRESS = "住址"
    """Where somebody lives, to the door, behind a word that says so: 家住…3号楼2单元501."""


class PersonalData(NamedTuple):
    """Where a text holds personal data."""

    kind: PersonalKind
    """What it is."""
    start: int
    """Index of its first character."""
    end: int
    """Index after its last character."""


# One character for one character, so that positions stay: full-width digits, letters and marks.
_NARROW = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0x2013: 0x2D, 0x2014: 0x2D, 0x2212: 0x2D}
_HAN_DIGITS = "零〇一二三四五六七八九幺"
_FROM_HAN = str.maketrans(_HAN_DIGITS, "001234567891")
_GAP = "[ .·_-]"
_OUTSIDE = "(?<![0-9A-Za-z])"
_FREE = r"(?<![0-9])(?<![0-9]\.)(?:(?<![A-Za-z])|(?<=tel)|(?<=phone)|(?<=mob)|(?<=call)|(?<=[vw]x)|(?<=qq))"
_SHORT = 40
_MAYBE = re.compile(
    f"[@0-9](?:{_GAP}?[0-9]){{4}}|@|[1{_HAN_DIGITS}](?:{_GAP}?[0-9{_HAN_DIGITS}]){{9}}"
    "|住(?![宿宅院房,，。;； ])|家庭地址|现居|联系人|联络人|对接人|微 ?信|[薇威v]信|加[v薇威]"
    "|[vw]x|q ?q|扣扣|企鹅|wechat|telegram|whatsapp|护照|通行证|passport",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64} ?@ ?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_ID_CARD = re.compile(
    rf"{_OUTSIDE}[1-8][0-9]{{5}}{_GAP}?(?:(?:19|20)[0-9]{{2}}[01][0-9][0-3][0-9]{_GAP}?[0-9]{{3}}[0-9Xx]"
    rf"|[0-9]{{2}}[01][0-9][0-3][0-9]{_GAP}?[0-9]{{3}})(?![0-9A-Za-z])"
)
_CITED_ID = re.compile(
    r"身份证(?:号码?|明)?\s*[:是为]?\s*(?P<number>[1-9][0-9]{13,16}[0-9Xx])(?![0-9A-Za-z])"
)
_BANK_CARD = re.compile(
    rf"{_OUTSIDE}[3-9][0-9]{{3}}(?:[ -]?[0-9]{{4}}){{3}}(?:[ -]?[0-9]{{1,3}})?(?![0-9A-Za-z])"
)
_MOBILE = re.compile(
    rf"{_FREE}(?:\+?86{_GAP}?)?(?:1[3-9][0-9]{_GAP}{{0,2}}(?:[0-9]{{4}}{_GAP}{{0,2}}[0-9]{{4}}|[0-9]{{3}}{_GAP}{{0,2}}[0-9]{{5}})"
    rf"|1{_GAP}[3-9](?:{_GAP}[0-9]){{9}})(?![0-9])",
    re.IGNORECASE,
)
_HAN_MOBILE = re.compile(
    rf"(?<![0-9{_HAN_DIGITS}])[1一幺]{_GAP}?[3-9三四五六七八九](?:{_GAP}?[0-9{_HAN_DIGITS}]){{9}}(?![0-9{_HAN_DIGITS}])"
)
_LANDLINE = re.compile(
    rf"{_FREE}\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?{_GAP}{{0,2}}[2-9][0-9]{{2,3}}{_GAP}?[0-9]{{4}}"
    r"(?: ?(?:-|转|ext\.?) ?[0-9]{1,6})?(?![0-9])",
    re.IGNORECASE,
)
_CITED_PHONE = re.compile(
    r"(?:电话|座机|固话|热线|传真|tel|phone)[:. ]{0,3}"
    r"(?P<number>[2-9][0-9]{6,7}(?: ?(?:-|转) ?[0-9]{1,6})?)(?![0-9])",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"(?<![0-9A-Za-z.])[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}(?![0-9])")
_ABROAD = re.compile(r"(?<![0-9+])\+[1-9](?:[ ()-]{0,2}[0-9]){9,14}(?![0-9])")
_SERVICES = (
    "微 ?信(?:号|id)?|[薇威v]信号?|加[微v薇威]|(?<![a-z])[vw]x(?![a-z])号?|(?<![a-z])q ?q(?:号码?|群)?"
    "|扣扣|企鹅号?|wechat(?: ?id)?|weixin|telegram|电报号?|whats ?app|(?<![a-z])tg号?"
)
_ACCOUNT = re.compile(
    rf"(?:{_SERVICES})(?:同号)? ?(?:(?:[:=是为])\s?(?P<stated>@?[a-z0-9][a-z0-9_-]{{4,19}})"
    r"|(?P<bare>@[a-z0-9_]{5,32}|(?=[a-z_-]{0,18}[0-9])[a-z0-9][a-z0-9_-]{4,19}))(?![a-z0-9_-])",
    re.IGNORECASE,
)
_CITED_NAME = re.compile(
    rf"(?:联系人|联络人|对接人)(?:姓名)? ?[:是为]? ?(?P<number>[{SURNAMES}][\u4e00-\u9fa5]{{1,2}}?)"
    "(?=先生|女士|小姐|经理|主任|老师|[总工]|电话|手机|微信|联系|[^\u4e00-\u9fa5]|$)"
)
_ADDRESS = re.compile(
    "(?:(?:家庭|现|常|居)?住址|居住地址?|家庭地址|家住|现住|现居|暂住|居?住[在于]"
    "|(?:(?<=[,，。;； ])|^|(?<=本人)|(?<=我))住(?![宿院宅户房]))"
    r"[在于是为: ]{0,2}(?P<number>(?=[^,，。;；\n]{0,50}"
    r"(?:[0-9](?:号?楼|[栋幢座]|单元|室)|[0-9]-[0-9]+-[0-9]|[路街巷道里][0-9]+号))"
    r"[\u4e00-\u9fa50-9a-zA-Z#-]{3,50}(?: [0-9][\u4e00-\u9fa50-9#-]{1,20})?)"
)
_PASSPORT = re.compile(
    r"(?:护照|通行证|回乡证|台胞证|passport)(?:号码?| ?no\.?| ?number)? ?[:是为]? ?"
    r"(?P<number>[a-z]{0,2}[0-9]{7,10})(?![0-9a-z])",
    re.IGNORECASE,
)
_REGIONS = frozenset(
    [
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    ]
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_LONG_ID = 18
_SHORTEST_PART = 4


def _digits(text: str) -> str:
    return "".join(mark for mark in text if mark.isalnum())


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _is_id_card(text: str) -> bool:
    """Tell whether digits are an identity number: region, day of birth and, of 18, the check digit."""
    number = _digits(text).upper()
    if int(number[:2]) not in _REGIONS:
        return False
    if len(number) < _LONG_ID:
        return _exists(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number[:-1], strict=True))
    born = _exists(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return born and _ID_CHECKS[total % 11] == number[-1]


def _is_bank_card(text: str) -> bool:
    """Tell whether digits pass Luhn's rule and are no credit code of an organisation."""
    number = _digits(text)
    doubled = [int(digit) * (1 + i % 2) for i, digit in enumerate(reversed(number))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0 and not _is_credit_code(number)


def _is_credit_code(number: str) -> bool:
    try:
        return parse_credit_code(number) is not None
    except CellError:
        return False


def _is_spoken(text: str) -> bool:
    """Tell whether a number holds Chinese numerals; a plain one is another pattern's."""
    return text != text.translate(_FROM_HAN)


def _always(_: str) -> bool:
    return True


# In order of precedence: of two that overlap the first stands.
_KINDS: tuple[tuple[PersonalKind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (PersonalKind.EMAIL, _EMAIL, _always),
    (PersonalKind.ID_CARD, _ID_CARD, _is_id_card),
    (PersonalKind.ID_CARD, _CITED_ID, _always),
    (PersonalKind.BANK_CARD, _BANK_CARD, _is_bank_card),
    (PersonalKind.PASSPORT, _PASSPORT, _always),
    (PersonalKind.ACCOUNT, _ACCOUNT, _always),
    (PersonalKind.NAME, _CITED_NAME, _always),
    (PersonalKind.ADDRESS, _ADDRESS, _always),
    (PersonalKind.PHONE, _ABROAD, _always),
    (PersonalKind.PHONE, _MOBILE, _always),
    (PersonalKind.PHONE, _HAN_MOBILE, _is_spoken),
    (PersonalKind.PHONE, _LANDLINE, _always),
    (PersonalKind.PHONE, _CITED_PHONE, _always),
    (PersonalKind.PHONE, _SERVICE, _always),
)


def find_personal(text: str) -> tuple[PersonalData, ...]:
    """Return where a text holds personal data.

    Parameters
    ----------
    text
        Free text, in any width.

    Returns
    -------
    tuple of PersonalData
        From left to right, none overlapping; names of people are recognised only
        behind 联系人 and the like; empty for empty input.

    Examples
    --------
    >>> [found.kind.value for found in find_personal("微信：abc_12345，电话13800001234")]
    ['即时通信', '电话']
    """
    narrow = text if text.isascii() else text.translate(_NARROW)
    if _MAYBE.search(narrow) is None:
        return ()
    taken: list[PersonalData] = []
    covered = bytearray(len(narrow))
    for found in _candidates(narrow):
        if not any(covered[found.start : found.end]):
            taken.append(found)
            covered[found.start : found.end] = b"\x01" * (found.end - found.start)
    return tuple(sorted(taken, key=lambda found: found.start))


def _candidates(narrow: str) -> Iterator[PersonalData]:
    for kind, pattern, holds in _KINDS:
        group = "number" if "number" in pattern.groupindex else 0
        for match in pattern.finditer(narrow):
            if holds(match[group]):
                yield PersonalData(kind, *match.span(group))


def mask_contacts(text: str) -> str:
    """Return a text with the personal data in it hidden.

    Parameters
    ----------
    text
        Free text.

    Returns
    -------
    str
        The text with ``［已隐去］`` for each; names of people are recognised only
        behind 联系人 and the like; empty for empty input.

    Examples
    --------
    >>> mask_contacts("电话13800001234")
    '电话［已隐去］'
    """
    return _masked_term(text) if len(text) <= _SHORT else _hidden_in(text)


def _hidden_in(text: str) -> str:
    pieces, at = [], 0
    for found in find_personal(text):
        pieces += [text[at : found.start], HIDDEN]
        at = found.end
    return "".join([*pieces, text[at:]])


@lru_cache(maxsize=1 << 16)
def _masked_term(text: str) -> str:
    """Mask a title or a term: the same few come again and again."""
    return _hidden_in(text)


def masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for a log or a report: every text in them with personal data hidden.

    Parameters
    ----------
    values
        Texts, lists, tuples and mappings of them; anything else stays as it is.

    Returns
    -------
    dict
        The same names and shapes.

    Examples
    --------
    >>> masked({"row": 3, "value": "13800001234"})
    {'row': 3, 'value': '［已隐去］'}
    """
    return {name: _masked(value) for name, value in values.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_contacts(value)
    if isinstance(value, Mapping):
        return masked(value)
    return [_masked(each) for each in value] if isinstance(value, (list, tuple)) else value


def masked_message(message: str, text: str) -> str:
    """Return a message that quotes a text, perhaps cut short, with the personal data of the text hidden.

    Parameters
    ----------
    message
        The message, such as one of a ``CellError``.
    text
        The text that it quotes.

    Returns
    -------
    str
        The message; where the text holds personal data, also no part of a number that the quote cut short.

    Examples
    --------
    >>> masked_message("日期“1380000”无法识别", "13800001234")
    '日期“［已隐去］”无法识别'
    """
    for found in find_personal(text):
        words = text[found.start : found.end]
        for length in range(len(words), _SHORTEST_PART - 1, -1):
            message = message.replace(words[:length], HIDDEN)
    return mask_contacts(message)
