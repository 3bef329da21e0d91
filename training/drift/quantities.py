"""What is compared of the vacancies of two periods: what employers ask for, and how much of it is stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from data.normalise.text import clean
from data.reference import (
    division_names,
    industry_names,
    market_titles,
    occupation_names,
    title_pairs,
    work_types,
)
from matching.coding.codes import CodeMethod
from matching.encoder.language import script_of
from training.drift.compare import Quantity
from training.drift.line import Group, Kind

__all__ = ["coverage_quantities", "input_quantities", "novelty_quantity"]

_SCRIPTS = {
    "han": "汉字",
    "latin": "拉丁字母",
    "cyrillic": "西里尔字母",
    "kana": "假名",
    "hangul": "谚文",
    "other": "其他",
}


class _Measure(NamedTuple):
    name: str
    label: str
    kind: Kind
    values: Callable[[pd.DataFrame], Iterable[Any]]


def input_quantities(vacancies: pd.DataFrame) -> list[Quantity]:
    """Return what employers ask for.

    Parameters
    ----------
    vacancies
        As :func:`data.demand.read_regional` returns them.

    Returns
    -------
    list of Quantity
        Occupation (中类), industry (门类), place, education, engagement and script of the title as
        categories; pay (CNY a month), years, heads and lengths as numbers. Missing where nothing is stated.
    """
    return [
        Quantity(each.name, each.label, Group.INPUT, each.kind, _series(vacancies, each)) for each in _INPUTS
    ]


def coverage_quantities(vacancies: pd.DataFrame) -> list[Quantity]:
    """Return how much of the vacancies is stated, coded and known in the reference tables."""
    return [
        Quantity(each.name, each.label, Group.COVERAGE, each.kind, _series(vacancies, each))
        for each in _COVERAGE
    ]


def novelty_quantity(vacancies: pd.DataFrame, history: pd.DataFrame, *, window_days: int) -> Quantity:
    """Return whether a vacancy's title was not seen in the days before its period: the encoder must be asked.

    Parameters
    ----------
    vacancies
        Vacancies of both periods, with ``period_start``, the first day of the period of each.
    history
        All vacancies, with ``title`` and ``opened_on``.
    window_days
        How many days before a period count as known; the same for both periods.

    Returns
    -------
    Quantity
        Refused where the data do not reach back that far.
    """
    label = f"标题为此前 {window_days} 天未见（编码缓存不中）"
    dated = history[history["opened_on"].notna()]
    known: dict[Any, set[str]] = {}
    short = False
    for start in sorted(set(vacancies["period_start"])):
        earliest = start - pd.Timedelta(days=window_days).to_pytimedelta()
        short = short or dated.empty or min(dated["opened_on"]) > earliest
        inside = (dated["opened_on"] >= earliest) & (dated["opened_on"] < start)
        known[start] = set(dated["title"][inside.to_numpy(dtype=bool)])
    values = pd.Series(
        [
            title not in known[start]
            for title, start in zip(vacancies["title"], vacancies["period_start"], strict=True)
        ],
        index=vacancies.index,
        dtype=object,
    )
    refused = f"数据不足以回看各期之前的 {window_days} 天" if short else ""
    return Quantity("unseen_titles", label, Group.COVERAGE, Kind.SHARE, values, refused)


def _series(vacancies: pd.DataFrame, measure: _Measure) -> pd.Series:
    values = list(measure.values(vacancies))
    return pd.Series(values, index=vacancies.index, dtype=object)


def _middle_class(vacancies: pd.DataFrame) -> list[str | None]:
    names = occupation_names()
    cut = [None if code is None else "-".join(code.split("-")[:2]) for code in vacancies["occupation_code"]]
    return [None if code is None else names.get(code, code) for code in cut]


def _section(vacancies: pd.DataFrame) -> list[str | None]:
    names = industry_names()
    return [None if code is None else names.get(code[:1], code[:1]) for code in vacancies["industry_code"]]


def _place(vacancies: pd.DataFrame) -> list[str | None]:
    names = division_names()
    return [None if code is None else names.get(code, code) for code in vacancies["place_code"]]


def _main_engagement(vacancies: pd.DataFrame) -> list[str | None]:
    return [kinds[0] if kinds else None for kinds in vacancies["engagement"]]


def _script(vacancies: pd.DataFrame) -> list[str]:
    return [_SCRIPTS[script_of(title)] for title in vacancies["title"]]


def _pay(vacancies: pd.DataFrame) -> list[float | None]:
    middle = vacancies[["salary_low", "salary_high"]].astype(float).mean(axis=1)
    return [None if np.isnan(value) else float(value) for value in middle]


def _number(column: str) -> Callable[[pd.DataFrame], list[float | None]]:
    return lambda vacancies: [None if pd.isna(value) else float(value) for value in vacancies[column]]


def _length(column: str) -> Callable[[pd.DataFrame], list[float]]:
    return lambda vacancies: [float(len(text)) for text in vacancies[column]]


def _stated(column: str) -> Callable[[pd.DataFrame], list[bool]]:
    return lambda vacancies: [_is_stated(value) for value in vacancies[column]]


def _is_stated(value: Any) -> bool:
    if isinstance(value, (str, tuple)):
        return len(value) > 0
    return not pd.isna(value)


def _automatic(vacancies: pd.DataFrame) -> list[bool]:
    coded = zip(vacancies["occupation_code"], vacancies["occupation_method"], strict=True)
    return [code is not None and method != CodeMethod.DECISION for code, method in coded]


def _unknown_words(vacancies: pd.DataFrame) -> list[float | None]:
    """Return the share of a title's pairs of characters that no title of the reference tables has."""
    known = _reference_pairs()
    found: list[float | None] = []
    for title in vacancies["title"]:
        pairs = _pairs(title)
        found.append(sum(pair not in known for pair in pairs) / len(pairs) if pairs else None)
    return found


@cache
def _reference_pairs() -> frozenset[str]:
    pairs = title_pairs()
    titles = (
        occupation_names().values(),
        market_titles()["title"],
        work_types()["title"],
        pairs["title_zh"],
        pairs["title_en"],
    )
    return frozenset(pair for table in titles for title in table for pair in _pairs(title))


def _pairs(title: str) -> list[str]:
    text = clean(title).lower()
    return [text[place : place + 2] for place in range(len(text) - 1)]


_INPUTS = (
    _Measure("occupation", "职业中类", Kind.CATEGORY, _middle_class),
    _Measure("industry", "行业门类", Kind.CATEGORY, _section),
    _Measure("place", "工作地", Kind.CATEGORY, _place),
    _Measure("education", "学历要求", Kind.CATEGORY, lambda vacancies: vacancies["education"]),
    _Measure("engagement", "引才方式", Kind.CATEGORY, _main_engagement),
    _Measure("script", "标题文字", Kind.CATEGORY, _script),
    _Measure("pay", "月薪（区间中点，元）", Kind.NUMBER, _pay),
    _Measure("experience", "经验要求（年）", Kind.NUMBER, _number("experience_low")),
    _Measure("heads", "需求人数", Kind.NUMBER, _number("heads")),
    _Measure("title_length", "标题字数", Kind.NUMBER, _length("title")),
    _Measure("text_length", "职责字数", Kind.NUMBER, _length("duties")),
    _Measure("skills", "能力项数", Kind.NUMBER, _length("skills")),
    _Measure("unknown_words", "标题中参考表没有的二字组占比", Kind.NUMBER, _unknown_words),
)
_COVERAGE = (
    _Measure("coded", "职业由程序编码", Kind.SHARE, _automatic),
    _Measure("industry_coded", "行业已编码", Kind.SHARE, _stated("industry_code")),
    _Measure("pay_stated", "写明薪酬", Kind.SHARE, _stated("salary_low")),
    _Measure("education_stated", "写明学历", Kind.SHARE, _stated("education")),
    _Measure("place_stated", "写明工作地", Kind.SHARE, _stated("place_code")),
    _Measure("skills_stated", "写明能力", Kind.SHARE, _stated("skills")),
    _Measure("duties_stated", "写明职责", Kind.SHARE, _stated("duties")),
)
