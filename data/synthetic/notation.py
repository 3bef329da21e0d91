"""The many ways in which employers write one pay, one experience, one headcount, one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from data.synthetic.draw import chance, pick, weighted

__all__ = ["Stated", "date_text", "experience_text", "heads_text", "list_text", "pay_text"]

_NEGOTIABLE_SHARE = 0.10
_SEVERAL_SHARE = 0.06
_DAYS_A_MONTH = 21.75
_DIGITS = str.maketrans("0123456789-", "０１２３４５６７８９－")
_NUMERALS = "零一二三四五六七八九十"

Writer = Callable[[int, int], tuple[str, float, float | None]]


class Stated(NamedTuple):
    """A text and the range it states."""

    text: str
    """As the employer writes it."""
    low: float | None
    """Lower end; empty when the text states none."""
    high: float | None
    """Upper end; empty when the text states none."""


def pay_text(rng: np.random.Generator, pay: tuple[int, int], *, daily: bool) -> Stated:
    """Write a monthly range in one of the notations in use.

    Parameters
    ----------
    rng
        Chooses the notation.
    pay
        Range in yuan a month, both multiples of 500.
    daily
        Whether the work may be paid by the day.

    Returns
    -------
    Stated
        The text with the yuan a month that it states, thirteen salaries spread over twelve months
        and a day counted 21.75 times; both ends are empty for 面议.
    """
    if chance(rng, _NEGOTIABLE_SHARE):
        return Stated(pick(rng, ("面议", "薪资面议", "待遇面议", "面谈")), None, None)
    text, low, high = weighted(rng, _DAILY if daily else _MONTHLY)(*pay)
    return Stated(text, low, high)


def experience_text(rng: np.random.Generator, years: tuple[int, int | None]) -> Stated:
    """Write the experience asked for; the text may be empty, and then nothing is stated."""
    low, high = years
    if low == 0 and high is None:
        text = pick(rng, ("不限", "经验不限", "无经验要求", "应届生可", "", "无需经验"))
        return Stated(text, 0.0 if text else None, None)
    if high is None:
        forms = ("{0}年以上", "{0}年及以上", "{0}年以上相关工作经验", "{1}年以上", "≥{0}年", "{0}年以上经验")
        text = pick(rng, forms).format(low, "两" if low == 2 else _NUMERALS[low])
        return Stated(text, float(low), None)
    text = pick(rng, ("{0}-{1}年", "{0}～{1}年", "{0}至{1}年", "{0}-{1}年经验")).format(low, high)
    return Stated(text, float(low), float(high))


def heads_text(rng: np.random.Generator, heads: int) -> Stated:
    """Write a headcount; 若干 states no number."""
    if chance(rng, _SEVERAL_SHARE):
        return Stated(pick(rng, ("若干", "若干人", "若干名")), None, None)
    form = weighted(rng, {"{0}": 0.7, "{0}人": 0.15, "招{0}人": 0.1, "{0}名": 0.05})
    return Stated(form.format(heads), float(heads), float(heads))


def date_text(day: dt.date | None, style: str) -> str:
    """Write a day in a style of ``iso``, ``slash``, ``chinese`` or ``compact``; empty for no day."""
    if day is None:
        return ""
    forms = {
        "iso": day.isoformat(),
        "slash": f"{day.year}/{day.month}/{day.day}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "compact": f"{day:%Y%m%d}",
    }
    return forms[style]


def list_text(rng: np.random.Generator, items: list[str]) -> str:
    """Join items by one of the separators in use; empty for no items."""
    return weighted(rng, {"、": 0.6, "；": 0.12, "，": 0.14, ",": 0.06, "/": 0.04, "|": 0.04}).join(items)


def _thousands(amount: float) -> str:
    """Write thousands without a needless zero."""
    return f"{amount / 1000:g}"


def _myriads(amount: float) -> str:
    """Write 万 without a needless zero."""
    return f"{amount / 10_000:g}"


def _mixed(low: int, high: int) -> tuple[str, float, float]:
    """Write 千 below ten thousand, 万 from there on."""
    if high < 10_000:
        return f"{_thousands(low)}-{_thousands(high)}千/月", low, high
    if low < 10_000:
        return f"{_thousands(low)}千-{_myriads(high)}万/月", low, high
    return f"{_myriads(low)}-{_myriads(high)}万/月", low, high


def _yearly(low: int, high: int) -> tuple[str, float, float]:
    """Write a yearly sum to a tenth of 万."""
    first, last = round(low * 12 / 10_000, 1), round(high * 12 / 10_000, 1)
    return f"年薪{first:g}-{last:g}万", first * 10_000 / 12, last * 10_000 / 12


def _by_day(low: int, high: int) -> tuple[str, float, float]:
    """Write a daily sum to ten yuan."""
    first, last = (10 * round(amount / _DAYS_A_MONTH / 10) for amount in (low, high))
    return f"{first}-{last}元/天", first * _DAYS_A_MONTH, last * _DAYS_A_MONTH


def _thirteen(low: int, high: int) -> tuple[str, float, float]:
    """Thirteen salaries a year."""
    return f"{_thousands(low)}-{_thousands(high)}K·13薪", low * 13 / 12, high * 13 / 12


def _plain(form: str) -> Writer:
    """Make a writer that only needs the two numbers."""
    return lambda low, high: (form.format(low, high, _thousands(low), _thousands(high)), low, high)


def _full_width(low: int, high: int) -> tuple[str, float, float]:
    """Write digits of full width."""
    return f"{low}-{high}".translate(_DIGITS) + "元", low, high


def _at_least(low: int, _: int) -> tuple[str, float, float | None]:
    """Only a lower end."""
    return (f"{low}元以上" if low % 1000 else f"{_thousands(low)}K起"), low, None


def _one_sum(low: int, high: int) -> tuple[str, float, float]:
    """One sum, the middle of the range."""
    middle = 100 * round((low + high) / 200)
    return f"{middle}元/月", middle, middle


_MONTHLY: dict[Writer, float] = {
    _plain("{0}-{1}元/月"): 0.2,
    _plain("{0}-{1}元"): 0.13,
    _plain("{0}-{1}"): 0.05,
    _plain("{2}-{3}K"): 0.1,
    _plain("{2}k-{3}k/月"): 0.03,
    _plain("月薪{0}～{1}元"): 0.06,
    _plain("税后{0}-{1}元"): 0.02,
    _plain("{0}元-{1}元/月（综合）"): 0.03,
    _mixed: 0.16,
    _yearly: 0.08,
    _thirteen: 0.05,
    _full_width: 0.02,
    _at_least: 0.04,
    _one_sum: 0.03,
}
_DAILY: dict[Writer, float] = {**_MONTHLY, _by_day: 0.06}
