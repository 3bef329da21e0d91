"""Pairs out of the code tables and title lists that the product ships: public facts only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import pandas as pd

from data.reference import (
    industry_aliases,
    industry_names,
    major_aliases,
    major_names,
    market_titles,
    occupation_names,
    occupations,
    read_reference,
    skills,
    title_pairs,
    trade_titles,
    work_types,
)
from matching.coding.major_occupations import official_occupations
from training.pairs.source import Pair, PairSource, text_key

__all__ = ["alias_pairs", "esco_pairs", "major_pairs", "occupation_pairs", "ring", "translation_pairs"]

_GROUP_LENGTH = 7
"""Characters of the code of a 小类, as in ``2-02-07``."""
_FINEST = "细类"


def major_pairs() -> Iterator[Pair]:
    """Yield a pair for every major and occupation of the official teaching standards.

    Yields
    ------
    Pair
        Of the names; majors of one name on several levels are one.
    """
    names = occupation_names()
    for major, codes in official_occupations().items():
        for code in codes:
            yield Pair(
                major, names[code], PairSource.MAJOR_OCCUPATION, f"occupation:{code}", f"major:{major}", "zh"
            )


def occupation_pairs() -> Iterator[Pair]:
    """Yield titles with the name of their occupation, titles of one occupation, and occupations of one 小类.

    Yields
    ------
    Pair
        Every title once with the official name, and with two others of its occupation; every occupation with
        two others of its 小类.
    """
    names = occupation_names()
    titles: dict[str, list[str]] = {}
    for table in (market_titles(), work_types()):
        for title, code in zip(table["title"], table["occupation_code"], strict=True):
            titles.setdefault(code, []).append(title)
    for code, listed in titles.items():
        concept, group = f"occupation:{code}", f"occupation:{code[:_GROUP_LENGTH]}"
        for title in listed:
            yield Pair(title, names[code], PairSource.OCCUPATION_TITLE, concept, group, "zh")
        for one, other in ring(listed):
            yield Pair(one, other, PairSource.SAME_OCCUPATION, concept, group, "zh")
    table = occupations()
    finest = table[table["level"] == _FINEST]
    for parent, siblings in finest.groupby("parent", sort=True)["name"]:
        key = f"occupation:{parent}"
        for one, other in ring(siblings.tolist()):
            yield Pair(one, other, PairSource.SIBLING, key, key, "zh")


def translation_pairs() -> Iterator[Pair]:
    """Yield titles of the market in Chinese and English, and trades in Chinese, English and Russian.

    Yields
    ------
    Pair
        Chinese with English, Chinese with Russian and English with Russian.
    """
    listed = title_pairs()
    for chinese, english in zip(listed["title_zh"], listed["title_en"], strict=True):
        yield _translation(chinese, english, chinese, "zh-en")
    for trade in trade_titles().itertuples(index=False):
        chinese, english, russian = str(trade.title_zh), str(trade.title_en), str(trade.title_ru)
        yield _translation(chinese, english, chinese, "zh-en")
        yield _translation(chinese, russian, chinese, "zh-ru")
        yield _translation(english, russian, chinese, "en-ru")


def alias_pairs() -> Iterator[Pair]:
    """Yield the other names of skills, majors and industries, each with the name.

    Yields
    ------
    Pair
        The other name is the anchor.
    """
    table = skills()
    for skill, name, others in zip(table["skill_id"], table["name"], table["aliases"], strict=True):
        for other in filter(None, others.split("|")):
            yield _alias(other, name, f"skill:{skill}")
    for alias, code in _columns(major_aliases(), "alias", "code"):
        yield _alias(alias, major_names()[code], f"major_code:{code}")
    for alias, code in _columns(industry_aliases(), "alias", "code"):
        yield _alias(alias, industry_names()[code], f"industry:{code}")


def esco_pairs() -> Iterator[Pair]:
    """Yield titles of one ESCO occupation: within a language two for each title, between two languages one.

    Yields
    ------
    Pair
        With the occupation's code as concept and group; nothing where the table is not shipped.
    """
    table = read_reference("esco_titles")
    for code, titles in table.groupby("esco_code", sort=True):
        key = f"esco:{code}"
        of = {
            str(language): _shuffled(part.tolist()) for language, part in titles.groupby("language")["title"]
        }
        for language, listed in of.items():
            for one, other in ring(listed):
                yield Pair(one, other, PairSource.ESCO, key, key, language)
        for left, right in combinations(sorted(of), 2):
            for i in range(max(len(of[left]), len(of[right]))):
                one, other = of[left][i % len(of[left])], of[right][i % len(of[right])]
                yield Pair(one, other, PairSource.ESCO, key, key, f"{left}-{right}")


def ring(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Join every text to the next one, the last to the first: two partners for each, at a linear cost.

    Parameters
    ----------
    texts
        Texts that mean the same; copies count once.

    Yields
    ------
    tuple of str
        As many pairs as there are different texts, one pair for two, none for fewer.
    """
    different = list({text_key(text): text for text in texts}.values())
    if len(different) > 1:
        yield from pairwise(different if len(different) == 2 else [*different, different[0]])


def _translation(one: str, other: str, chinese: str, language: str) -> Pair:
    key = f"title:{text_key(chinese)}"
    return Pair(one, other, PairSource.TRANSLATION, key, key, language)


def _alias(alias: str, name: str, key: str) -> Pair:
    return Pair(alias, name, PairSource.ALIAS, key, key, "zh")


def _columns(table: pd.DataFrame, *names: str) -> Iterator[tuple[str, ...]]:
    return zip(*(table[name].astype(str) for name in names), strict=True)


def _shuffled(texts: Sequence[str]) -> list[str]:
    """Return the texts in an order that is always the same and has nothing to do with the alphabet."""
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())
