"""Two postings side by side: every field of both, what differs, and how the merge compared them."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from data.store.explanations import DecisionMade
from data.store.pairs import DoubtfulPair
from data.store.postings import read_postings
from data.store.store import Store
from data.vacancies.words import RELATIONS, RESULTS, TESTS, TEXTS

__all__ = ["Piece", "Row", "SideBySide", "side_by_side"]

_CLAUSE: Final = re.compile(r"[^。；;！!，,、\n]*[。；;！!，,、\n]*")
_NUMBERED: Final = re.compile(r"^\s*[(（]?\d+[)）.、．]?\s*|[\s。；;！!，,、]+")
_NOTHING: Final = "—"
_Fields = Mapping[Hashable, Any]


class Piece(NamedTuple):
    """Part of a text."""

    text: str
    """The part."""
    differs: bool
    """Whether the other text does not have it."""


class Row(NamedTuple):
    """One field of both postings."""

    label: str
    """What it is."""
    left: str
    """Of the one."""
    right: str
    """Of the other."""
    how: str
    """How the merge found it; empty where it did not look."""
    differs: bool
    """Whether the two say something else."""


class SideBySide(NamedTuple):
    """Two postings and what is known of them."""

    pair: DoubtfulPair
    """The pair."""
    title: str
    """Title of the one."""
    employer: str
    """Whose need it is."""
    rows: tuple[Row, ...]
    """Their fields."""
    duties: tuple[tuple[Piece, ...], tuple[Piece, ...]]
    """Their duties."""
    told: str
    """What the merge made of it, in Chinese."""
    synthetic: bool
    """True where one of them is generated data."""
    decision: DecisionMade | None
    """What somebody decided; None while the pair waits."""


def side_by_side(
    store: Store,
    pairs: Sequence[DoubtfulPair],
    *,
    decisions: Mapping[tuple[str, str], DecisionMade] | None = None,
) -> list[SideBySide]:
    """Put the postings of some pairs side by side.

    Parameters
    ----------
    store
        The store.
    pairs
        The pairs.
    decisions
        What was decided about some of them, by left and right posting.

    Returns
    -------
    list of SideBySide
        In order; pairs with a posting that is gone are left out.
    """
    ids = {each for pair in pairs for each in (pair.left, pair.right)}
    frame = read_postings(store, ids=ids)
    postings = {row["posting_id"]: row for row in frame.to_dict("records")}
    return [
        _compared(pair, postings[pair.left], postings[pair.right], (decisions or {}).get(pair[:2]))
        for pair in pairs
        if pair.left in postings and pair.right in postings
    ]


def _compared(pair: DoubtfulPair, left: _Fields, right: _Fields, made: DecisionMade | None) -> SideBySide:
    found = pair.evidence
    how = {name: RESULTS.get(found.get(name, ""), "") for name in (*TESTS, "closed")}
    how["pay"] = RESULTS.get(found.get("pay", {}).get("result", ""), "")
    shown = {name: (read(left), read(right)) for name, (_, read) in _FIELDS.items()}
    rows = tuple(
        Row(label, *shown[name], how.get(name, ""), shown[name][0] != shown[name][1])
        for name, (label, _) in _FIELDS.items()
    )
    texts = left["duties"] or "", right["duties"] or ""
    return SideBySide(
        pair,
        left["title"],
        left["end_employer"] or left["employer"],
        rows,
        (_pieces(texts[0], texts[1]), _pieces(texts[1], texts[0])),
        _told(pair),
        bool(left["synthetic"] or right["synthetic"]),
        made,
    )


def _told(pair: DoubtfulPair) -> str:
    if not pair.evidence:
        return ""
    parts = [RELATIONS[pair.relation] if pair.relation else "未合并"]
    text = pair.evidence.get("text")
    if text is not None:
        likeness = "" if text["similarity"] is None else f"相似度 {text['similarity']:.2f}"
        parts.append(TEXTS[text["method"]] + likeness)
    if pair.evidence.get("days_apart") is not None:
        parts.append(f"相隔 {pair.evidence['days_apart']} 天")
    return "，".join(parts)


def _pieces(text: str, other: str) -> tuple[Piece, ...]:
    """Cut a text into clauses, and tell of each whether the other text has it."""
    known = {_bare(clause) for clause in _CLAUSE.findall(other)}
    pieces: list[Piece] = []
    for clause in _CLAUSE.findall(text):
        differs = bool(_bare(clause)) and _bare(clause) not in known
        if pieces and pieces[-1].differs == differs:
            pieces[-1] = Piece(pieces[-1].text + clause, differs)
        elif clause:
            pieces.append(Piece(clause, differs))
    return tuple(pieces)


def _bare(clause: str) -> str:
    return _NUMBERED.sub("", clause)


def _plain(value: Any) -> str:
    return _NOTHING if value is None or value == "" or pd.isna(value) else str(value)


def _day(value: Any) -> str:
    return _plain(value)[:10]


def _range(low: Any, high: Any, unit: str) -> str:
    ends = dict.fromkeys(f"{each:g}" for each in (low, high) if not pd.isna(each))
    return f"{'—'.join(ends)} {unit}" if ends else _NOTHING


def _pay(posting: _Fields) -> str:
    ends = [posting[name] for name in ("salary_low", "salary_high")]
    shown = dict.fromkeys(f"{each:,.0f}" for each in ends if not pd.isna(each))
    return f"{'—'.join(shown)} 元/月" if shown else _NOTHING


def _heads(posting: _Fields) -> str:
    value = posting["headcount"]
    return _NOTHING if pd.isna(value) else f"{int(value)} 人"


def _listed(values: Collection[str] | None) -> str:
    return "、".join(sorted(values or ())) or _NOTHING


_FIELDS: Final[dict[str, tuple[str, Any]]] = {
    "id": ("编号", lambda each: each["posting_id"]),
    "source": ("来源", lambda each: _plain(each["source"])),
    "title": ("岗位", lambda each: each["title"]),
    "employer": ("发布单位", lambda each: each["employer"]),
    "place": ("地点", lambda each: _plain(each["place_raw"])),
    "headcount": ("人数", _heads),
    "pay": ("月薪", _pay),
    "education": ("学历或同等", lambda each: _plain(each["education"])),
    "experience": ("经验", lambda each: _range(each["experience_low"], each["experience_high"], "年")),
    "skills": ("能力", lambda each: _listed(each["skills"])),
    "posted": ("发布", lambda each: _day(each["posted_on"])),
    "closed": ("关闭", lambda each: _day(each["closed_on"])),
}
