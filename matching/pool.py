"""One side of the matching: vacancies or profiles, with everything a search over them needs."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.owners import OFFICE
from matching.encoder.language import script_of
from matching.encoder.protocol import Vectors
from matching.index import Engine, ExactEngine, SegmentedIndex, VectorIndex
from matching.lexical import LexicalIndex
from matching.meaning import FieldVectors
from matching.pairs import Stated
from matching.rules import Allowed, RuleColumns
from matching.skills import SkillLexicon, fold, is_denied, skill_terms
from matching.terms import under

__all__ = ["Pool", "QueryVectors", "complete_row", "find_terms", "frame_rows", "is_public", "lexical_text"]

VACANCY_TEXT, PROFILE_TEXT = "duties", "summary"
"""Fields of free text on either side."""

_ENOUGH_SKILLS = 3


class _Rows(NamedTuple):
    """Half-precision vectors: a base that may be memory-mapped, and rows appended to it."""

    base: NDArray[np.float16]
    tail: NDArray[np.float16]

    def take(self, positions: NDArray[np.int64]) -> Vectors:
        """Return rows in single precision."""
        cut = len(self.base)
        taken = np.empty((len(positions), self.base.shape[1]), np.float32)
        old = positions < cut
        taken[old] = self.base[positions[old]]
        taken[~old] = self.tail[positions[~old] - cut]
        return taken

    def appended(self, vectors: Vectors) -> _Rows:
        """Return the same base with more rows behind it."""
        return _Rows(self.base, np.concatenate([self.tail, vectors.astype(np.float16)]))


class QueryVectors(NamedTuple):
    """Vectors of one item, shape ``(dimension,)`` each."""

    title: Vectors
    duties: Vectors
    joined: Vectors


class Pool:
    """Rows, rule columns, vectors and a lexical index of one side; never changed once built.

    Parameters
    ----------
    rows
        One mapping each, from :func:`complete_row`.
    vacancies
        True for vacancies, False for profiles.
    titles, duties
        Corrected unit vectors of the two fields that the score compares.
    index
        The vectors that retrieval searches by; what it calls dead is no member of the pool.
    lexical
        What titles and skills share in writing.
    columns
        What the hard rules read.
    """

    def __init__(
        self,
        rows: list[dict[str, Any]],
        *,
        vacancies: bool,
        titles: _Rows,
        duties: _Rows,
        index: VectorIndex,
        lexical: LexicalIndex,
        columns: RuleColumns,
    ) -> None:
        self.rows = rows
        self.vacancies = vacancies
        self.titles = titles
        self.duties = duties
        self.index = index
        self.lexical = lexical
        self.columns = columns
        self._positions = {row["id"]: i for i, row in enumerate(rows) if index.alive[i]}
        self._synthetic = np.fromiter((bool(row["synthetic"]) for row in rows), bool, len(rows))
        self._terms: dict[int, dict[str, Stated]] = {}

    @classmethod
    def from_rows(
        cls,
        rows: list[dict[str, Any]],
        vectors: FieldVectors,
        *,
        vacancies: bool,
        engine: Engine | None = None,
    ) -> Pool:
        """Build a pool; the vectors may be memory-mapped. Without an engine they are searched here."""
        empty = np.empty((0, vectors.title.shape[1]), np.float16)
        columns = RuleColumns.from_rows(rows, vacancies=vacancies)
        owners = pd.factorize(np.array([row.get("owner", OFFICE) for row in rows], dtype=object))[0]
        codes = {f"rule_{name}": numbers for name, numbers in columns.codes.items()}
        codes["owner"] = owners.astype(np.int32)
        searched = (engine or ExactEngine()).index(
            "vacancies" if vacancies else "profiles", vectors.joined, codes
        )
        return cls(
            rows,
            vacancies=vacancies,
            titles=_Rows(_half(vectors.title), empty),
            duties=_Rows(_half(vectors.duties), empty),
            index=searched,
            lexical=LexicalIndex.from_texts(
                [lexical_text(row) for row in rows], known=[i for i, row in enumerate(rows) if is_public(row)]
            ),
            columns=columns,
        )

    @classmethod
    def from_arrays(
        cls,
        rows: list[dict[str, Any]],
        arrays: Mapping[str, NDArray[Any]],
        vocabulary: Sequence[str],
        *,
        vacancies: bool,
    ) -> Pool:
        """Return what :meth:`to_arrays` took apart; what was dead is dead."""
        index = SegmentedIndex.from_vectors(arrays["joined"]).without(np.flatnonzero(~arrays["alive"]))
        empty = np.empty((0, arrays["title"].shape[1]), np.float16)
        return cls(
            rows,
            vacancies=vacancies,
            titles=_Rows(arrays["title"], empty),
            duties=_Rows(arrays["duties"], empty),
            index=index,
            lexical=LexicalIndex.from_arrays(vocabulary, under(arrays, "lexical")),
            columns=RuleColumns.from_rows(rows, vacancies=vacancies),
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return vectors, what is alive and the lexical index as arrays by name, dead positions included."""
        return {
            "title": np.concatenate([self.titles.base, self.titles.tail]),
            "duties": np.concatenate([self.duties.base, self.duties.tail]),
            "joined": self.index.take(np.arange(self.index.size)),
            "alive": self.index.alive,
            **{f"lexical.{name}": array for name, array in self.lexical.to_arrays().items()},
        }

    def __len__(self) -> int:
        return int(np.count_nonzero(self.index.alive))

    @property
    def ids(self) -> list[str]:
        """Identifiers of the members, in order of position."""
        alive = self.index.alive
        return [item_id for item_id, position in self._positions.items() if alive[position]]

    def position(self, item_id: str) -> int | None:
        """Return where an item stands; None if it is not in the pool."""
        position = self._positions.get(item_id)
        return position if position is not None and self.index.alive[position] else None

    @property
    def synthetic(self) -> bool:
        """Whether any member is generated."""
        return bool((self._synthetic & self.index.alive).any())

    def only(self, members: NDArray[np.bool_]) -> Pool:
        """Return the pool as if nothing else had ever been in it: whoever searches it finds no trace of it.

        Parameters
        ----------
        members
            One boolean a position: false for what is to be dead.

        Returns
        -------
        Pool
            Sharing everything but what is alive; this very pool where nothing that lives is to be dead.
        """
        hidden = np.flatnonzero(self.index.alive & ~members)
        if not len(hidden):
            return self
        part = copy.copy(self)
        part.index = self.index.without(hidden)
        return part

    def updated(
        self, rows: Sequence[dict[str, Any]], vectors: FieldVectors, *, removed: Collection[str] = ()
    ) -> Pool:
        """Return a pool with items added, replaced and removed; this one goes on serving as it is.

        Parameters
        ----------
        rows
            New rows; one with the id of a member replaces it.
        vectors
            Their vectors.
        removed
            Identifiers of members that leave; unknown ones are passed over.

        Returns
        -------
        Pool
            Sharing what did not change.
        """
        gone = {*removed, *(row["id"] for row in rows)}
        places = (self.position(each) for each in gone)
        dead = np.array(sorted(place for place in places if place is not None), np.int64)
        return Pool(
            [*self.rows, *rows],
            vacancies=self.vacancies,
            titles=self.titles.appended(vectors.title),
            duties=self.duties.appended(vectors.duties),
            index=self.index.without(dead).appended(vectors.joined),
            lexical=self.lexical.extended([lexical_text(row) for row in rows]),
            columns=self.columns.extended(rows),
        )

    def vectors(self, position: int) -> QueryVectors:
        """Return the vectors of one member."""
        at = np.array([position])
        return QueryVectors(self.titles.take(at)[0], self.duties.take(at)[0], self.index.take(at)[0])

    def terms(self, position: int, lexicon: SkillLexicon) -> dict[str, Stated]:
        """Return the skills that a member states, with where; looked for once."""
        found = self._terms.get(position)
        if found is None:
            found = find_terms(self.rows[position], lexicon, vacancy=self.vacancies)
            self._terms[position] = found
        return found

    def allowed(self, query: Mapping[str, Any]) -> Allowed:
        """Apply every hard rule to every member; what is dead is no member and never allowed."""
        return self.columns.take_allowed(query, row_is_vacancy=not self.vacancies, alive=self.index.alive)


def is_public(row: Mapping[str, Any]) -> bool:
    """Tell whether everybody may see a row: what is measured on the pools is measured on these."""
    return bool(row.get("owner", OFFICE) == OFFICE)


def frame_rows(frame: pd.DataFrame, *, id_column: str, text_column: str) -> list[dict[str, Any]]:
    """Turn a frame of the store into rows of a pool."""
    clean = frame.astype(object).where(frame.notna(), None)
    return [
        complete_row(row, item_id=row[id_column], text_column=text_column) for row in clean.to_dict("records")
    ]


def complete_row(row: Mapping[Any, Any], *, item_id: str, text_column: str) -> dict[str, Any]:
    """Add to one record what the pool reads of either side by one name."""
    text = row[text_column] or ""
    return {
        **row,
        "id": item_id,
        "text": text,
        "written": "\n".join((row["title"], *row["skills"], text)).lower(),
        "title_script": script_of(row["title"]),
        "text_script": script_of(text),
    }


def find_terms(row: Mapping[str, Any], lexicon: SkillLexicon, *, vacancy: bool) -> dict[str, Stated]:
    """Return every skill that is stated, with where: in the list, or in the text with its offset.

    A vacancy that lists enough skills is taken at its word: what its duties mention beside them is not
    asked for. A profile's text always counts.
    """
    side = "vacancy" if vacancy else "profile"
    listed = {fold(skill): Stated(f"{side}.skills", skill, None) for skill in skill_terms(row["skills"])}
    if vacancy and len(listed) >= _ENOUGH_SKILLS:
        return listed
    name, text = f"{side}.{VACANCY_TEXT if vacancy else PROFILE_TEXT}", row["text"]
    terms = {
        mention.term: Stated(name, text[mention.start : mention.start + len(mention.term)], mention.start)
        for mention in reversed(lexicon.mentions(text))
        if vacancy or not is_denied(text, mention.start)
    }
    return terms | listed


def lexical_text(row: Mapping[str, Any]) -> str:
    """Return what the lexical index reads of a row."""
    return " ".join((row["title"], *row["skills"]))


def _half(vectors: Vectors) -> NDArray[np.float16]:
    half: NDArray[np.float16] = vectors.astype(np.float16, copy=False)
    return half
