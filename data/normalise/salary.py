"""Pay as employers write it, brought to yuan a month: 8千-1.2万/月, 15-25K·14薪, 年薪20-30万, 面议.

::

    cell    := clause ((,|;|+|blank) clause)*      the first clause that states pay counts, 转正 before 试用期
    clause  := [period] amount [- amount] [per] [·14薪] [起|以上|以下|左右]
    amount  := number [万|千|百|k|w] [元]            Chinese numerals too: 六千, 一万五, 1万5
    per     := /月 /年 /天 /小时; 年薪, 月薪, 日薪, 时薪; else the header's, else a month (≥100,000: a year)
    open    := 面议, 面谈, 协议工资, 按规定 …        no sum

A month is what a year pays over 12, 21.75 days or 21.75 × 8 hours; n salaries a year count n/12. Subsidies
(安家费, 购房补贴), bonuses, commission and insurance are not pay. 按周, 按件 and foreign money are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.errors import CellError
from data.normalise.numerals import NUMBER, with_digits
from data.normalise.text import clean, is_nothing
from data.records import PayPeriod, Salary

__all__ = ["DAYS_A_MONTH", "HOURS_A_DAY", "parse_salary"]

DAYS_A_MONTH = 21.75
"""Paid days in a month (人社部发〔2008〕3号)."""
HOURS_A_DAY = 8
"""Paid hours in a day."""

_LOWEST, _HIGHEST = 1.0, 1_000_000.0
_LONGEST = 200
_YEARLY_FROM = 100_000
_SMALLEST_PLAIN = 100

_NEGOTIABLE = re.compile(
    "面议|面谈|详谈|电议|可谈|议价|协商|洽谈|另议|商议|待定|协议(?:工资|年薪|薪)|按.{0,8}(?:规定|标准|分配)"
)
_OTHER_PERIOD = re.compile(
    "[/每一元](?:个)?(?:周|星期|单|件|次|课时|节|篇|吨|米)(?!末)|周薪|/w(?:eek)?(?![a-z])"
)
_MORE_PAY = re.compile("提成|绩效|业绩|奖|分红|佣金|抽成|补|全勤")
_FOREIGN = re.compile(
    r"美元|美金|usd|\$|港[币元]|hkd|日[元币]|jpy|円|欧元|eur|€|英镑|£|新币|sgd|韩元|澳元|加元|卢布"
)
_NOT_PAY = re.compile(
    "试用|安家费|补贴|津贴|奖|提成|分红|补助|[房餐]补|购房|租房|绩效|经费|社保|公积金|[五六七5-7]险|股权|期权|费"
)
_PAY = re.compile("底薪|工资|[月年日时天]薪|薪[资酬水]|保底|无责|收入|待遇|转正")
_REGULAR = re.compile("转正|正式")
_OPEN_LOW = re.compile("以下|以内|之内|不超过|不高于|最高|[≤<]")
_OPEN_HIGH = re.compile("以上|起|不[低少]于|至少|保底|底薪|基本工资|不封顶|[≥>+]|(?<=[0-9万千百wk元])-$")
_AFTER_TAX = re.compile("税后|到手")
_MONTHS = re.compile(
    r"[·•・.*x×,(]?(?<![0-9.])(?P<pay>[0-9]{1,2}(?:\.[0-9])?)(?:[-~][0-9]{1,2})?(?:个月)?薪\)?"
    r"|[x×*](?P<times>[0-9]{1,2}(?:\.[0-9])?)(?:个?月)?(?![0-9])"
)
_PERIODS = (
    (PayPeriod.HOUR, re.compile(r"小时|时薪|/时|每时|/h|hour")),
    (PayPeriod.DAY, re.compile(r"[/每一元0-9千百][天日]|[日天]薪|日结|/d|day")),
    (PayPeriod.YEAR, re.compile(r"年薪|[/每一全元万w]年|年收入|年度?[工总]|年\)|^年|/y|year|annual")),
    (PayPeriod.MONTH, re.compile("月|month")),
)
_CURRENCY = re.compile("[¥￥]|rmb|cny|人民币")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_DASH = re.compile(r"\s*(?:[-~—–−―]+|(?<=[0-9万千百wk元])[至到](?=\s*[0-9]))\s*")
_GAP = re.compile(r"(?<=[0-9万千百wk元/])\s+(?=[万千百wk元/天月年日每以])")
_SPOKEN = re.compile(r"(?<![0-9.])([0-9]{1,3})万([1-9])(?![0-9.万千百wk%])")
_COMPOUND = re.compile(r"(?<![0-9.])([0-9]+)([万千])([0-9])(?:千|百)(?!元?[0-9])")
_SCHEDULE = re.compile(r"(?<=[(,\s期班周每日])[0-9]+(?:小时|个月|天)")
_CLAUSE = re.compile(r"[,;、。!?|\s]|\+(?=.)|另|外加|(?<=.)(?=月薪|年薪|转正|正式|底薪)")
_BRACKETS = re.compile(r"\([^()]*\)")
_PER = r"(?:[/每](?:个?月|年|[天日]|小?时|h))?"
_AMOUNT = rf"({NUMBER})([万千百wk])?(元)?{_PER}"
_RANGE = re.compile(rf"{_AMOUNT}(?:-{_AMOUNT})?")
_UNITS = {"万": 10_000.0, "w": 10_000.0, "千": 1_000.0, "k": 1_000.0, "百": 100.0}
_HEADER_UNIT = re.compile("([万千]|[wk](?![a-z]))元?")


@dataclass(frozen=True)
class _Stated:
    """What one clause says, before it is brought to a month."""

    low: float
    high: float
    has_unit: bool


def parse_salary(text: str, *, header: str = "") -> Salary | None:
    """Return the pay stated in a cell.

    Parameters
    ----------
    text
        The cell as received.
    header
        Name of the column; a unit or period in it, such as 万元/年, counts where the cell has none.

    Returns
    -------
    Salary or None
        Yuan a month, in whole yuan; ``negotiable`` for 面议; nothing for an empty cell and for a cell that
        states only subsidies, bonuses or commission.

    Raises
    ------
    CellError
        ``salary_unreadable``, ``salary_unit_missing``, ``salary_period_unknown``,
        ``salary_currency`` or ``salary_out_of_range`` (below 1 or above 1,000,000 yuan a month).

    Examples
    --------
    >>> parse_salary("15-25K·14薪").low
    17500.0
    """
    plain = clean(text).lower()
    if is_nothing(plain) or plain == "不限":
        return None
    if len(plain) > _LONGEST:
        raise _unreadable(text)
    if _FOREIGN.search(plain):
        raise CellError("salary_currency", f"薪酬“{text}”不是人民币", hint="请折成人民币填写")
    months, plain = _take_months(_prepared(plain))
    clause, whole = _pay_clause(plain)
    if clause is None:
        return _without_sum(text, plain)
    return _to_month(text, clause, whole, clean(header).lower(), months)


def _unreadable(text: str) -> CellError:
    return CellError(
        "salary_unreadable", f"薪酬“{text[:40]}”无法识别", hint="请写成“6000-8000元/月”“年薪20-30万”或“面议”"
    )


def _prepared(plain: str) -> str:
    """Bring dashes, thousands, numerals and spaces to one form."""
    digits = with_digits(_THOUSANDS.sub("", _CURRENCY.sub("", plain)))
    joined = _DASH.sub("-", _GAP.sub("", _DASH.sub("-", digits)))
    compound = _COMPOUND.sub(r"\1.\3\2", _SPOKEN.sub(r"\1.\2万", joined))
    return _SCHEDULE.sub("", compound)


def _take_months(plain: str) -> tuple[float | None, str]:
    """Return the salaries a year, where stated, and the text without them."""
    match = _MONTHS.search(plain)
    if match is None:
        return None, plain
    return float(match["pay"] or match["times"]), plain[: match.start()] + plain[match.end() :]


def _pay_clause(plain: str) -> tuple[str | None, str]:
    """Return the clause that states the pay, and all text that is not about subsidies."""
    text = _BRACKETS.sub(lambda match: "" if _NOT_PAY.search(match[0]) else match[0], plain)
    clauses = [part for part in _CLAUSE.split(text) if _PAY.search(part) or not _NOT_PAY.search(part)]
    stating = [part for part in clauses if _RANGE.search(part)]
    regular = [part for part in stating if _REGULAR.search(part)]
    chosen = (regular or stating or [None])[0]
    if chosen is not None and "+" not in chosen and _goes_on(chosen, text):
        chosen += "+"
    return chosen, " ".join(clauses)


def _goes_on(clause: str, text: str) -> bool:
    """Tell whether a plus and nothing, or a plus and further pay, follow the clause somewhere."""
    at = text.find(f"{clause}+")
    while at >= 0:
        rest = text[at + len(clause) + 1 :]
        if not rest or _MORE_PAY.match(rest):
            return True
        at = text.find(f"{clause}+", at + 1)
    return False


def _without_sum(text: str, plain: str) -> Salary | None:
    """Read a cell without a sum: 面议, nothing but subsidies, or words that say nothing."""
    if _NEGOTIABLE.search(plain):
        return Salary(negotiable=True)
    if _NOT_PAY.search(plain):
        return None
    raise _unreadable(text)


def _to_month(text: str, clause: str, whole: str, header: str, months: float | None) -> Salary:
    """Bring one clause to yuan a month."""
    if clause.startswith("-"):
        raise _out_of_range(text)
    if _OTHER_PERIOD.search(clause):
        raise CellError(
            "salary_period_unknown",
            f"薪酬“{text[:40]}”按周、按次或按件计，无法折算为月薪",
            hint="请按月、年、天或小时填写",
        )
    stated = _stated(text, clause, header)
    period = _period(clause) or _period(whole) or _period(header)
    if period is None:
        yearly = stated.high >= _YEARLY_FROM and months is None
        period = PayPeriod.YEAR if yearly else PayPeriod.MONTH
    a_year = months or 12.0
    if not 1 <= a_year <= 36:
        raise _unreadable(text)
    low, high = sorted(_monthly(value, period, a_year) for value in (stated.low, stated.high))
    _check(text, low, high, stated, period)
    # Words that open both ends contradict each other: the sum stands.
    opens = tuple(low == high and words.search(clause) is not None for words in (_OPEN_LOW, _OPEN_HIGH))
    return Salary(
        low=None if opens == (True, False) else float(round(low)),
        high=None if opens == (False, True) else float(round(high)),
        period=period,
        months=a_year,
        after_tax=_AFTER_TAX.search(whole) is not None,
    )


def _stated(text: str, clause: str, header: str) -> _Stated:
    """Read the one or two amounts of a clause; one end may lend the other its unit."""
    match = _RANGE.search(clause)
    if match is None or re.search("[0-9]", clause[: match.start()] + clause[match.end() :]):
        raise _unreadable(text)
    low, low_unit, low_yuan, high, high_unit, high_yuan = match.groups()
    first, last = float(low), float(high or low)
    if high is not None:
        low_unit = low_unit or _lent(high_unit, first, last)
        high_unit = high_unit or _lent(low_unit, last, first)
    else:
        high_unit = low_unit
    bare = not (low_unit or high_unit or low_yuan or high_yuan)
    if bare and max(first, last) < _UNITS["千"] and (unit := _HEADER_UNIT.search(header)):
        low_unit = high_unit = unit[1]
    return _Stated(
        first * _UNITS.get(low_unit or "", 1),
        last * _UNITS.get(high_unit or "", 1),
        has_unit=bool(low_unit or high_unit),
    )


def _lent(unit: str | None, value: float, other: float) -> str | None:
    """Return the other end's unit when this end is written in it: 15-25K but not 5000-1万."""
    return unit if value < _SMALLEST_PLAIN or value <= other else None


def _period(text: str) -> PayPeriod | None:
    return next((period for period, pattern in _PERIODS if pattern.search(text)), None)


def _monthly(value: float, period: PayPeriod, months: float) -> float:
    factor = {
        PayPeriod.YEAR: 1 / 12,
        PayPeriod.DAY: DAYS_A_MONTH,
        PayPeriod.HOUR: DAYS_A_MONTH * HOURS_A_DAY,
        PayPeriod.MONTH: months / 12,
    }
    return value * factor[period]


def _out_of_range(text: str) -> CellError:
    return CellError(
        "salary_out_of_range", f"薪酬“{text[:40]}”折合每月不足1元或超过100万元", hint="请核对数额与单位"
    )


def _check(text: str, low: float, high: float, stated: _Stated, period: PayPeriod) -> None:
    """Refuse sums that nobody pays, and small numbers without a unit."""
    if low < _LOWEST or high > _HIGHEST:
        raise _out_of_range(text)
    long_period = period in {PayPeriod.MONTH, PayPeriod.YEAR}
    if long_period and not stated.has_unit and high < _SMALLEST_PLAIN:
        raise CellError(
            "salary_unit_missing",
            f"薪酬“{text}”没有写明单位",
            hint="请写明元、千或万，按年、月、天还是小时",
        )
