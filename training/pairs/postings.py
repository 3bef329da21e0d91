"""Pairs out of postings: a title with its duties, with its skills, with the majors the employer asks for."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from data.errors import FileProblem
from data.execution import InProcess
from data.intake import Reading, normalise_ahead
from data.normalise.clauses import split_excluded
from data.normalise.contacts import mask_contacts
from data.normalise.terms import split_majors, split_terms
from data.regions import Region
from data.sources.columns import TableKind
from data.sources.stream import open_tables
from data.vacancies.content import Content
from matching.encoder.language import script_of
from matching.encoder.protocol import quiet
from matching.meaning import bounded
from matching.skills import skill_terms
from training.evaluate.postings import mask_title
from training.pairs.source import Pair, PairSource, text_key

__all__ = [
    "declared_pairs",
    "description_pairs",
    "read_declared",
    "read_posting_file",
    "skill_pairs",
    "work_text",
]

NEEDED = ("posting_id", "title", "duties", "skills", "majors", "end_employer_key", "posted_on", "observed_on")
"""Columns of the store's ``posting`` table that are read."""

_SHORTEST = 40
"""Characters of duties below which they say too little to be told from others."""
_FEWEST_SKILLS, _MOST_SKILLS = 3, 10
_CLAUSES = re.compile(r"[\n。；;！!?？]+|(?<![\dA-Za-z.])\d{1,2}\s*[、.．)）](?!\d)|[①-⑳]|[（(]\d{1,2}[)）]")
_HEAD = re.compile(r"^[\s【\[]*[^：:，,\s】\]]{2,8}[】\]：:]+\s*")
_COMMAS = re.compile("[、,，]")
_LONGEST_TERM = 40
_MARKS = re.compile(r"[\W_]+")
_SEGMENTED = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_LANGUAGES = {"han": "zh", "latin": "latin", "cyrillic": "ru", "hangul": "ko", "kana": "ja"}


class _Posting(NamedTuple):
    """What the pairs of one posting share."""

    row: Mapping[str, Any]
    title: str
    concept: str
    group: str
    employer: str
    on: pd.Timestamp | None
    language: str

    def pair(self, positive: str, source: PairSource, concept: str = "") -> Pair:
        """Return a pair whose anchor is the title."""
        return Pair(
            self.title,
            positive,
            source,
            concept or self.concept,
            self.group,
            self.language,
            self.employer,
            self.on,
        )


def description_pairs(
    postings: pd.DataFrame, *, limit: int | None = None, progress: Callable[[int, int], None] = quiet
) -> Iterator[Pair]:
    """Yield titles with their duties.

    Of the duties the clauses about the work are taken, as in the merging of postings, without the title and
    its parts, and cut to the window that matching encodes. Contacts and excluded demands are out of postings
    of the store already; both are looked for once more, because older rows stay in a store.

    Parameters
    ----------
    postings
        Columns :data:`NEEDED`.
    limit
        Most pairs; the first posting of every title comes first, then the second, in an order that depends
        on nothing but the texts. All when left out.
    progress
        Told how many postings were looked at, and the total.

    Yields
    ------
    Pair
        One for every distinct text of duties of at least 40 characters.
    """
    seen: set[str] = set()
    made = 0
    rows = postings[postings["duties"].str.len() >= _SHORTEST]
    for number, posting in enumerate(_spread(rows), start=1):
        if number % 1000 == 0 or number == len(rows):
            progress(number, len(rows))
        if limit is not None and made >= limit:
            progress(len(rows), len(rows))
            return
        text = _usable(str(posting.row["duties"]))
        key = text_key(text)
        if key in seen:
            continue
        seen.add(key)
        described = bounded(" ".join(mask_title(posting.title, work_text(text)).split()))
        if len(described) >= _SHORTEST:
            made += 1
            yield posting.pair(described, PairSource.TITLE_DESCRIPTION)


def skill_pairs(postings: pd.DataFrame, *, limit: int | None = None) -> Iterator[Pair]:
    """Yield titles with the skills or tags of the posting, attitudes left out.

    Parameters
    ----------
    postings
        Columns :data:`NEEDED`.
    limit
        As for :func:`description_pairs`.

    Yields
    ------
    Pair
        One for every distinct list of at least three terms; the first ten of them, divided by 、.
    """
    seen: set[str] = set()
    for posting in _spread(postings[postings["skills"].map(len) >= _FEWEST_SKILLS]):
        if limit is not None and len(seen) >= limit:
            return
        terms = [
            term for term in skill_terms(posting.row["skills"]) if text_key(term) != text_key(posting.title)
        ]
        listed = "、".join(terms[:_MOST_SKILLS])
        key = "".join(sorted(map(text_key, terms[:_MOST_SKILLS])))
        if len(terms) >= _FEWEST_SKILLS and key not in seen:
            seen.add(key)
            yield posting.pair(listed, PairSource.TITLE_SKILLS)


def declared_pairs(postings: pd.DataFrame, declared: pd.DataFrame | None = None) -> Iterator[Pair]:
    """Yield titles with the majors that the employer asks for.

    Parameters
    ----------
    postings
        Columns :data:`NEEDED`.
    declared
        Columns ``posting_id`` and ``major``, instead of the majors that the postings themselves hold.

    Yields
    ------
    Pair
        One for every posting and major; the major is the concept, because all titles that ask for it fit it.
    """
    listed: Mapping[str, Sequence[str]] | None = None
    if declared is not None:
        by_posting = declared.groupby("posting_id", sort=True)["major"]
        listed = {str(key): majors.tolist() for key, majors in by_posting}
        postings = postings[postings["posting_id"].isin(listed)]
    for posting in map(_posting, postings.to_dict("records")):
        majors = posting.row["majors"] if listed is None else listed[str(posting.row["posting_id"])]
        for major in chain.from_iterable(map(split_majors, majors)):
            name = major if "(" in major else major.strip("()")
            yield posting.pair(name, PairSource.DECLARED_MAJOR, f"major:{text_key(name)}")


def work_text(duties: str) -> str:
    """Return the clauses of duties that are about the work, without headings, numbers and benefits.

    Parameters
    ----------
    duties
        Duties and requirements as stated.

    Returns
    -------
    str
        The clauses joined by ``；``; what counts as work is what :class:`data.vacancies.content.Content`
        compares. Words that a crawl set apart by blanks are joined. Empty where little is said of work.

    Examples
    --------
    >>> work_text("岗位职责：1、负责炉前操作、测温取样与出钢作业；2、负责设备点检、润滑和日常维护保养。双休")
    '负责炉前操作、测温取样与出钢作业；负责设备点检、润滑和日常维护保养'
    """
    work = Content(duties, ()).text
    kept = []
    for clause in _CLAUSES.split(duties):
        body = _SEGMENTED.sub("", _HEAD.sub("", clause.strip(" 、,，.。·-—")))
        letters = _MARKS.sub("", body).lower()
        if letters and letters in work and not _is_benefit(body):
            kept.append(body.strip())
    return "；".join(kept)


def read_posting_file(
    path: Path,
    *,
    region: Region,
    pseudonym_key: bytes,
    max_bytes: int,
    today: dt.date,
    progress: Callable[[int, int], None] = quiet,
) -> pd.DataFrame:
    """Read postings from a file as ingest would, without keeping them.

    Parameters
    ----------
    path
        A file in any format that ingest reads.
    region
        Decides what ambiguous places mean.
    pseudonym_key
        Key of the pseudonyms of this installation.
    max_bytes
        Largest file accepted of a format that is read whole, unpacked.
    today
        The day, for dates without a year.
    progress
        Told the rows read and their total, 0 where it is unknown.

    Returns
    -------
    pandas.DataFrame
        Typed postings with their employers' keys.

    Raises
    ------
    FileProblem
        The file cannot be read, or no row of it can be used.
    """
    reading = Reading(TableKind.POSTING, region, None, pseudonym_key, today)
    frames, rows = [], 0
    for stream in open_tables(path, max_bytes=max_bytes, today=today):
        for table, normalised in normalise_ahead(stream.parts(), reading, executor=InProcess()):
            rows += len(table.frame)
            frames.append(normalised.frame)
            progress(rows, stream.total_rows or 0)
    found = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    if found.empty:
        raise FileProblem(
            "file_empty", f"{path.name} 没有能用的招聘信息", hint="用 yingcai ingest 看问题清单"
        )
    return found


def read_declared(path: Path) -> pd.DataFrame:
    """Read the majors that employers declared: columns ``posting_id`` and ``major``.

    Raises
    ------
    FileProblem
        The file is missing, or lacks a column.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    missing = {"posting_id", "major"} - set(table.columns)
    if missing:
        raise FileProblem(
            "columns_missing", f"{path.name} 缺少列 {'、'.join(sorted(missing))}", hint="补上这些列"
        )
    return table


def _spread(postings: pd.DataFrame) -> Iterator[_Posting]:
    """Yield postings so that every title comes once before any comes twice."""
    keys = postings["title"].map(text_key)
    order = pd.Series(
        [
            hashlib.sha256(f"{title}¦{posting}".encode()).hexdigest()
            for title, posting in zip(keys, postings["posting_id"], strict=True)
        ],
        index=postings.index,
        dtype=object,
    )
    turn = order.groupby(keys).rank(method="first").astype(int)
    placed = pd.DataFrame({"turn": turn, "order": order}).sort_values(["turn", "order"]).index
    for row in postings.loc[placed].to_dict("records"):
        yield _posting(row)


def _posting(row: Mapping[Any, Any]) -> _Posting:
    title = _usable(str(row["title"]))
    employer = str(row["end_employer_key"] or "")
    group = f"employer:{employer}" if employer else f"posting:{row['posting_id']}"
    day = next((row[name] for name in ("posted_on", "observed_on") if pd.notna(row[name])), None)
    on = None if day is None else pd.Timestamp(day)
    language = _LANGUAGES.get(script_of(title), "other")
    return _Posting(row, title, f"title:{text_key(title)}", group, employer, on, language)


def _is_benefit(clause: str) -> bool:
    """Tell whether a clause lists nothing but benefits, education and years, as lists of tags do."""
    return max(map(len, _COMMAS.split(clause))) <= _LONGEST_TERM and not split_terms(clause)


def _usable(text: str) -> str:
    return split_excluded(mask_contacts(text))[0]
