"""Draw the queries of the gate: public tables, titles and postings of the office, a synthetic city."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from data.reference import (
    division_names,
    majors,
    occupation_names,
    title_pairs,
    trade_titles,
    work_types,
)
from data.regions import read_region
from data.synthetic import generate_city
from matching.coding.major_occupations import official_occupations
from matching.encoder.language import script_of
from training.evaluate import TitleSet, posting_task
from training.fairness.doors import city_sample
from training.gate.sets import LABELS, FrozenSets, Kind, SetsManifest
from training.pairs import Inputs, Split, build_pairs, text_key

__all__ = ["Sizes", "freeze_sets"]

PUBLIC, MAJORS, OWN, POSTINGS, CITY = "职名对照", "专业→职业", "职名检索", "名称→描述", "合成城市"
"""Families of sets; each has one metric over all its queries."""

_FOLDERS = {"chinese": "zh", "english": "en", "german": "de", "spanish": "es", "russian": "ru"}
_SCRIPTS = {"han": "zh", "cyrillic": "ru", "latin": "en"}
_MONTHS = 8
_SCHOOLING = (
    ("博士", "研究生"),
    ("硕士", "研究生"),
    ("研究生", "研究生"),
    ("本科", "本科"),
    ("学士", "本科"),
    ("大专", "大专"),
    ("专科", "大专"),
    ("中专", "高中及以下"),
    ("高中", "高中及以下"),
    ("初中", "高中及以下"),
    ("中技", "高中及以下"),
    ("小学", "高中及以下"),
    ("不限", "不限"),
)
_PARTS = re.compile(r"[·\-—/ ]")


class Sizes(NamedTuple):
    """How much is frozen."""

    titles: int = 600
    """Most queries of each public title set."""
    majors: int = 600
    """Most majors."""
    postings: int = 1000
    """Most postings of a file."""
    vacancies: int = 240
    """Vacancies of the synthetic city, spread evenly over the key industries."""
    people: int = 800
    """People of the synthetic city."""


class _Part(NamedTuple):
    queries: pd.DataFrame
    corpus: pd.DataFrame
    judgements: pd.DataFrame


def freeze_sets(
    region: str,
    *,
    titles: Sequence[TitleSet] = (),
    postings: pd.DataFrame | None = None,
    sizes: Sizes = Sizes(),  # noqa: B008 - frozen
    seed: int = 0,
) -> FrozenSets:
    """Draw everything a candidate is judged on.

    Parameters
    ----------
    region
        Name of the region pack, or its path, by which the synthetic city is read.
    titles
        Title sets of the office's own, each named after its language where it has one name.
    postings
        Columns ``title`` and ``description``; ``key_industry_hint``, ``education`` and ``city`` where known.
    sizes
        How much is drawn.
    seed
        Seed of everything drawn.

    Returns
    -------
    FrozenSets
        The same for the same arguments. Titles of public tables by language, majors by level, the
        descriptions of postings, and a city whose truth is known, by key industry, education, language and
        district. Of the public tables only what no encoder learns from by default: the pairs that
        :func:`training.pairs.build_pairs` does not give to training.
    """
    rng = np.random.default_rng(seed)
    parts = [*_public(sizes.titles, rng), _majors(sizes.majors, rng)]
    parts += [_titles(one, OWN) for one in titles]
    sources = ["公开职名对照（中、英、俄）与工种、职业名称", "专业与职业对应的官方标准"]
    sources += ["所给职名检索集：" + "、".join(one.name for one in titles)] if titles else []
    if postings is not None:
        parts.append(_descriptions(postings, sizes.postings, rng))
        sources.append("所给招聘信息")
    sample = city_sample(read_region(region), seed=seed, vacancies=sizes.vacancies, profiles=sizes.people)
    city = generate_city(seed=seed, months=_MONTHS, end=sample.door.today, profiles=sizes.people)
    offered = city.truth.postings.set_index("posting_id").loc[list(sample.industries)]
    parts += _matching(offered, city.truth.profiles.set_index("profile_id"))
    sources.append("合成城市（合成数据）")
    tables = {
        "queries": pd.concat([part.queries for part in parts], ignore_index=True),
        "corpus": pd.concat([part.corpus for part in parts], ignore_index=True),
        "judgements": pd.concat([part.judgements for part in parts], ignore_index=True),
        "postings": sample.postings,
        "profiles": sample.profiles,
        "industries": pd.DataFrame(sample.industries.items(), columns=["posting", "industry"]),
    }
    manifest = SetsManifest(
        region=region, today=sample.door.today, seed=seed, sources=tuple(sources), files={}
    )
    return FrozenSets(tables, manifest)


def _public(limit: int, rng: np.random.Generator) -> list[_Part]:
    """Return titles and their translations, and work types with the occupations they belong to."""
    pairs = _unlearned(title_pairs(), "title_zh", "title_en")
    trades = _unlearned(trade_titles(), "title_ru", "title_zh")
    types = work_types().assign(belongs=work_types()["occupation_code"].map(occupation_names()))
    types = _unlearned(types, "title", "belongs")
    belongs = types["belongs"]
    every = {"zh": title_pairs()["title_zh"], "en": title_pairs()["title_en"]}
    every |= {
        "trade": trade_titles()["title_zh"],
        "occupation": pd.Series(sorted(occupation_names().values())),
    }
    made = (
        ("中文找英文", pairs["title_zh"], pairs["title_en"], every["en"]),
        ("英文找中文", pairs["title_en"], pairs["title_zh"], every["zh"]),
        ("俄文找中文", trades["title_ru"], trades["title_zh"], every["trade"]),
        ("工种找职业", types["title"], belongs, every["occupation"]),
    )
    return [_translated(name, asked, right, pool, limit, rng) for name, asked, right, pool in made]


def _unlearned(table: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Return the rows whose two texts no public pair for training joins, each text once."""
    joined = [
        frozenset(map(text_key, texts)) not in _learned()
        for texts in zip(table[one], table[other], strict=True)
    ]
    return table[joined].drop_duplicates(one).drop_duplicates(other) if one != "title" else table[joined]


@cache
def _learned() -> frozenset[frozenset[str]]:
    """Return the texts of every public pair that the default division gives to training."""
    pairs = build_pairs(Inputs()).pairs
    learned = pairs[pairs["split"] == Split.TRAIN]
    return frozenset(
        frozenset(map(text_key, texts)) for texts in zip(learned["anchor"], learned["positive"], strict=True)
    )


def _translated(
    name: str,
    asked: pd.Series[str],
    right: pd.Series[str],
    pool: pd.Series[str],
    limit: int,
    rng: np.random.Generator,
) -> _Part:
    corpus = list(dict.fromkeys(pool))
    chosen = np.sort(rng.permutation(len(asked))[:limit])
    texts = asked.iloc[chosen].tolist()
    ids = [f"q{at:05d}" for at in chosen.tolist()]
    judged = {
        query: {str(corpus.index(answer)): 1.0}
        for query, answer in zip(ids, right.iloc[chosen].tolist(), strict=True)
    }
    found = TitleSet(name, ids, texts, [str(at) for at in range(len(corpus))], corpus, judged)
    return _titles(found, PUBLIC)


def _titles(one: TitleSet, family: str) -> _Part:
    """Turn a title set into rows; queries without an answer are left out."""
    known = _FOLDERS.get(one.name.lower(), "")
    rows, judged = [], []
    items = set(one.document_ids)
    for query, text in zip(one.query_ids, one.queries, strict=True):
        right = {
            item: gain for item, gain in one.judgements.get(query, {}).items() if gain > 0 and item in items
        }
        if right:
            labels = {"language": known or _SCRIPTS.get(script_of(text), "")}
            rows.append(_query(one.name, family, Kind.TITLES, query, text, labels))
            judged += [(one.name, query, item, gain) for item, gain in right.items()]
    corpus = [(one.name, item, text) for item, text in zip(one.document_ids, one.documents, strict=True)]
    return _part(rows, corpus, judged)


def _majors(limit: int, rng: np.random.Generator) -> _Part:
    official, occupation = official_occupations(), occupation_names()
    names = [
        name
        for name in sorted(official)
        if not any(
            frozenset({text_key(name), text_key(occupation[code])}) in _learned() for code in official[name]
        )
    ]
    chosen = [names[at] for at in np.sort(rng.permutation(len(names))[:limit]).tolist()]
    levels = majors().drop_duplicates(["name", "level"]).groupby("name")["level"].agg("|".join).to_dict()
    rows = [
        _query(MAJORS, MAJORS, Kind.MAJORS, name, name, {"education": levels.get(name, "")})
        for name in chosen
    ]
    judged = [(MAJORS, name, code, 1.0) for name in chosen for code in official[name]]
    return _part(rows, [], judged)


def _descriptions(table: pd.DataFrame, limit: int, rng: np.random.Generator) -> _Part:
    """Draw titles and their descriptions, the titles masked in them."""
    known = table.reset_index(drop=True)
    # The task keeps the source of each posting: the number of its row leads to its other columns.
    task = posting_task(known.assign(source=[str(row) for row in known.index]), limit=limit, rng=rng)
    rows = [int(row) for row in task.groups["source"]]
    hints = _column(known, "key_industry_hint", rows)
    schooling, places = _column(known, "education", rows), _column(known, "city", rows)
    ids = [f"p{row:06d}" for row in rows]
    queries = [
        _query(
            POSTINGS, POSTINGS, Kind.POSTINGS, ids[at], title,
            {
                "industry": hints[at],
                "language": _SCRIPTS.get(script_of(title), ""),
                "education": _schooling(schooling[at]),
                "region": _PARTS.split(places[at])[0],
            },
        )
        for at, title in enumerate(task.titles)
    ]  # fmt: skip
    corpus = list(zip([POSTINGS] * len(ids), ids, task.masked, strict=True))
    return _part(queries, corpus, [(POSTINGS, key, key, 1.0) for key in ids])


def _matching(offered: pd.DataFrame, people: pd.DataFrame) -> list[_Part]:
    """Judge vacancies and people of the city both ways: 2 for whom does and wants the work, 1 for either."""
    does = offered["role"].to_numpy()[:, None] == people["role"].to_numpy()[None, :]
    wants = offered["role"].to_numpy()[:, None] == people["wanted_role"].to_numpy()[None, :]
    gains = does.astype(int) + wants
    ways = (
        ("为岗找人", Kind.VACANCIES, offered, people, gains),
        ("为人找岗", Kind.PEOPLE, people, offered, gains.T),
    )
    parts = []
    for name, kind, asking, others, gain in ways:
        answered = np.flatnonzero(gain.max(axis=1) > 0)
        rows = [
            _query(name, f"{CITY}{name}", kind, str(asking.index[at]), "", _labels(asking.iloc[at]))
            for at in answered.tolist()
        ]
        judged = [
            (name, str(asking.index[at]), str(others.index[other]), float(gain[at, other]))
            for at in answered.tolist()
            for other in np.flatnonzero(gain[at]).tolist()
        ]
        parts.append(_part(rows, [], judged))
    return parts


def _labels(row: pd.Series[Any]) -> dict[str, str]:
    code = str(row["place_code"])
    return {
        "industry": str(row["industry"]),
        "language": str(row.get("text_language", "zh")),
        "education": _schooling(str(row["education"])),
        "region": division_names().get(code, code),
    }


def _schooling(text: str) -> str:
    """Return the band of an education as it is written, ``""`` where it is not known."""
    return next((band for word, band in _SCHOOLING if word in text), "")


def _column(table: pd.DataFrame, name: str, rows: Sequence[int]) -> list[str]:
    """Return a column of chosen rows as text, ``""`` where it is empty or not there."""
    if name not in table:
        return [""] * len(rows)
    return [str(value) for value in table[name].fillna("").iloc[list(rows)]]


def _query(
    name: str, family: str, kind: Kind, query: str, text: str, labels: Mapping[str, str]
) -> dict[str, str]:
    found = {label: labels.get(label, "") for label in LABELS}
    return {"set": name, "family": family, "kind": kind.value, "query": query, "text": text, **found}


def _part(
    rows: Sequence[Mapping[str, str]], corpus: Sequence[tuple[str, ...]], judged: Sequence[tuple[Any, ...]]
) -> _Part:
    return _Part(
        pd.DataFrame(rows, columns=["set", "family", "kind", "query", "text", *LABELS]),
        pd.DataFrame(corpus, columns=["set", "item", "text"]),
        pd.DataFrame(judged, columns=["set", "query", "item", "gain"]),
    )
