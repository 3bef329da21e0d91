"""Where a training pair comes from, and the one shape in which all pairs are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from data.errors import InputError
from data.vacancies.content import Content

__all__ = ["COLUMNS", "Pair", "PairSource", "Split", "check_columns", "pair_keys", "pairs_frame", "text_key"]

COLUMNS = ("anchor", "positive", "source", "concept", "group", "employer", "on", "language")
"""Columns of every frame of pairs; after splitting also ``split``."""

_MARKS = re.compile(r"[^\w+#]|_")
_PROSE = 40
"""Characters from which a text is prose: its key leaves out benefits, headings and the order of clauses."""


class PairSource(StrEnum):
    """What says that two texts belong together."""

    MAJOR_OCCUPATION = "major_occupation"
    """Official teaching standards: a major and an occupation that it leads to."""
    DECLARED_MAJOR = "declared_major"
    """A title and a major that the employer itself asks for."""
    TITLE_DESCRIPTION = "title_description"
    """A title and the duties of the same posting, without the title in them."""
    TITLE_SKILLS = "title_skills"
    """A title and the skills or tags of the same posting."""
    OCCUPATION_TITLE = "occupation_title"
    """A title of the market or a 工种 and the official name of its occupation."""
    SAME_OCCUPATION = "same_occupation"
    """Two titles of one occupation."""
    SIBLING = "sibling"
    """Two occupations of one 小类: weak."""
    TRANSLATION = "translation"
    """One title or trade in two languages."""
    ALIAS = "alias"
    """Another name of a skill, a major or an industry, and its name."""
    ESCO = "esco"
    """Two titles that ESCO gives one occupation, in one language or in two."""
    FEEDBACK = "feedback"
    """A vacancy and a person who got at least an interview for it."""
    DECISION = "decision"
    """A text and the name that a person of the office decided it means."""

    @property
    def tied(self) -> tuple[str, ...]:
        """The sides whose texts must not stand in two splits.

        The other sides hold either a name out of a closed list (occupations, majors), which is what is
        asked for and known beforehand, or the title of a posting: hundreds of employers look for 会计, so
        that what must not be in two splits is its pairing with one text, not the title.
        """
        return _TIED[self]

    @property
    def chinese(self) -> str:
        """Name on screens."""
        return _NAMES[self]


_NAMES = {
    PairSource.MAJOR_OCCUPATION: "专业→职业（教学标准）",
    PairSource.DECLARED_MAJOR: "岗位→用人单位所列专业",
    PairSource.TITLE_DESCRIPTION: "岗位→描述",
    PairSource.TITLE_SKILLS: "岗位→技能",
    PairSource.OCCUPATION_TITLE: "岗位名称→职业",
    PairSource.SAME_OCCUPATION: "同一职业的岗位名称",
    PairSource.SIBLING: "同一小类的职业（弱）",
    PairSource.TRANSLATION: "中外文名称",
    PairSource.ALIAS: "能力、专业、行业的别名",
    PairSource.ESCO: "ESCO 同一职业的名称",
    PairSource.FEEDBACK: "反馈（面试及以上）",
    PairSource.DECISION: "审核决定",
}
_BOTH, _ANCHOR, _POSITIVE = ("anchor", "positive"), ("anchor",), ("positive",)
_TIED: dict[PairSource, tuple[str, ...]] = {
    PairSource.MAJOR_OCCUPATION: _ANCHOR,
    PairSource.DECLARED_MAJOR: (),
    PairSource.TITLE_DESCRIPTION: _POSITIVE,
    PairSource.TITLE_SKILLS: _POSITIVE,
    PairSource.OCCUPATION_TITLE: _ANCHOR,
    PairSource.SAME_OCCUPATION: _BOTH,
    PairSource.SIBLING: (),
    PairSource.TRANSLATION: _BOTH,
    PairSource.ALIAS: _ANCHOR,
    PairSource.ESCO: _BOTH,
    PairSource.FEEDBACK: _POSITIVE,
    PairSource.DECISION: _ANCHOR,
}


class Split(StrEnum):
    """What a pair may be used for."""

    TRAIN = "train"
    """To learn from."""
    DEV = "dev"
    """To choose between settings."""
    TEST = "test"
    """Opened once, to measure."""


class Pair(NamedTuple):
    """Two texts that belong together."""

    anchor: str
    """The text that asks."""
    positive: str
    """The text that answers."""
    source: PairSource
    """What says so."""
    concept: str
    """What they are about; texts of one concept are never negatives of each other."""
    group: str
    """What must not be in two splits: an employer, a 小类, a major, an ESCO occupation."""
    language: str
    """Language of both, or of anchor and positive as in ``zh-en``."""
    employer: str = ""
    """Key of the employer; empty where there is none."""
    on: pd.Timestamp | None = None
    """Day from which it is known; empty where nothing tells."""


def pairs_frame(pairs: Iterable[Pair]) -> pd.DataFrame:
    """Put pairs into a frame.

    Parameters
    ----------
    pairs
        The pairs; those with an empty text or with one text on both sides are left out.

    Returns
    -------
    pandas.DataFrame
        The columns :data:`COLUMNS` without gaps, ``on`` as ``datetime64[ns]``; without rows for no pairs.

    Examples
    --------
    >>> pairs_frame([Pair("焊工", "电焊工", PairSource.SAME_OCCUPATION, "c", "g", "zh")])["source"].tolist()
    ['same_occupation']
    """
    kept = [pair for pair in pairs if _says_two_things(pair)]
    columns = {name: [getattr(pair, name) for pair in kept] for name in COLUMNS}
    columns["source"] = [pair.source.value for pair in kept]
    frame = pd.DataFrame(columns, columns=list(COLUMNS), dtype=object)
    frame["on"] = pd.to_datetime(frame["on"]).astype("datetime64[ns]")
    return frame


def check_columns(pairs: pd.DataFrame, *, split: bool = True) -> None:
    """Refuse a frame that is not one of pairs.

    Parameters
    ----------
    pairs
        Any frame.
    split
        True where it must tell the split of each pair as well.

    Raises
    ------
    InputError
        ``pairs_columns_missing``.
    """
    needed = [*COLUMNS, "split"] if split else COLUMNS
    missing = [name for name in needed if name not in pairs.columns]
    if missing:
        raise InputError(
            "pairs_columns_missing",
            f"训练对表缺少列 {'、'.join(missing)}",
            hint="用 yingcai train pairs 生成训练对",
        )


def pair_keys(pairs: pd.DataFrame) -> pd.Series[str]:
    """Return what copies of one pair share, whichever of its texts asks.

    Parameters
    ----------
    pairs
        Pairs.

    Returns
    -------
    pandas.Series
        One key for each pair.
    """
    sides = zip(pairs["anchor"].map(text_key), pairs["positive"].map(text_key), strict=True)
    return pd.Series([" ¦ ".join(sorted(keys)) for keys in sides], index=pairs.index, dtype=object)


def text_key(text: str) -> str:
    """Return what copies of one text share.

    Parameters
    ----------
    text
        A title, a name or duties.

    Returns
    -------
    str
        Letters, digits, ``+`` and ``#`` in one case and width. Of a longer text only the clauses about the
        work count, in any order, so that two copies with other benefits or headings have one key. Empty for
        a text of nothing but marks.

    Examples
    --------
    >>> text_key("Java 开发（Ｃ＋＋）") == text_key("java开发 c++")
    True
    """
    return _text_key(text)


@lru_cache(maxsize=1 << 18)
def _text_key(text: str) -> str:
    """Return the key of a text: the same ones are asked for at every step of a build."""
    if len(text) > _PROSE:
        work = Content(text, ()).sorted_text
        if work:
            return work
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _says_two_things(pair: Pair) -> bool:
    anchor = text_key(pair.anchor)
    positive = text_key(pair.positive)
    return bool(anchor) and bool(positive) and anchor != positive
