"""One side of the matching: vacancies or profiles, with everything a search over them needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.encoder.protocol import Vectors
from matching.index import FaissIndex, VectorIndex
from matching.lexical import LexicalIndex
from matching.results import Evidence
from matching.rules import RULES, RuleColumns
from matching.skills import SkillLexicon, fold, skill_terms

__all__ = ["Pool", "content_of", "find_terms", "frame_rows"]

TITLE_SHARE = 0.6
"""Share of the titles in the similarity that retrieval uses; the rest is that of the contents."""

VACANCY_TEXT, PROFILE_TEXT = "duties", "summary"
"""Fields of free text on either side."""

_CONTENT_CHARACTERS = 300
_ENOUGH_SKILLS = 3


class Pool:
    """Rows, rule columns, vectors and a lexical index of one side.

    Parameters
    ----------
    rows
        One mapping each, with ``id``, ``content`` and ``terms`` besides the record's fields.
    vacancies
        True for vacancies, False for profiles.
    titles, contents
        Corrected unit vectors, shape ``(n, dimension)`` each.
    """

    def __init__(
        self,
        rows: list[dict[str, Any]],
        *,
        vacancies: bool,
        titles: Vectors,
        contents: Vectors,
    ) -> None:
        self.rows = rows
        self.vacancies = vacancies
        self.titles = titles
        self.contents = contents
        self.index: VectorIndex = FaissIndex(join_vectors(titles, contents))
        self.lexical = LexicalIndex.from_texts([lexical_text(row) for row in rows])
        self.columns = RuleColumns.from_rows(rows, vacancies=vacancies)
        self._positions = {row["id"]: position for position, row in enumerate(rows)}

    def __len__(self) -> int:
        return len(self.rows)

    def position(self, item_id: str) -> int | None:
        """Return where an item stands; None if it is not in the pool."""
        return self._positions.get(item_id)

    def allowed(self, query: Mapping[str, Any]) -> tuple[NDArray[np.bool_], dict[str, int]]:
        """Apply every hard rule to every member.

        Returns
        -------
        tuple
            Whether each member is allowed, and how many members each rule excludes.
        """
        allowed = np.ones(len(self), dtype=bool)
        excluded = {}
        for rule in RULES:
            failing = self.columns.failing(rule, query, row_is_vacancy=not self.vacancies)
            if failing.any():
                excluded[rule.name] = int(failing.sum())
                allowed &= ~failing
        return allowed, excluded


def join_vectors(titles: Vectors, contents: Vectors) -> Vectors:
    """Put both vectors side by side so that one inner product is the weighted sum of two."""
    weights = np.sqrt(np.array([TITLE_SHARE, 1 - TITLE_SHARE], dtype=np.float32))
    joined: Vectors = np.concatenate([weights[0] * titles, weights[1] * contents], axis=1)
    return joined


def frame_rows(
    frame: pd.DataFrame, *, id_column: str, text_column: str, lexicon: SkillLexicon
) -> list[dict[str, Any]]:
    """Turn a frame of the store into rows of a pool."""
    clean = frame.astype(object).where(frame.notna(), None)
    return [
        complete_row(row, item_id=row[id_column], text_column=text_column, lexicon=lexicon)
        for row in clean.to_dict("records")
    ]


def complete_row(
    row: Mapping[Any, Any], *, item_id: str, text_column: str, lexicon: SkillLexicon
) -> dict[str, Any]:
    """Add to one record what the pool derives from it: id, content and terms."""
    return {
        **row,
        "id": item_id,
        "content": content_of(row["skills"], row[text_column]),
        "terms": find_terms(row["skills"], row[text_column], text_column, lexicon),
    }


def content_of(skills: Sequence[str], text: str) -> str:
    """Return the text that stands for what the work is: skills first, then a bounded window of the text."""
    return "；".join(part for part in ("、".join(skills), text) if part)[:_CONTENT_CHARACTERS]


def find_terms(
    skills: Sequence[str], text: str, text_column: str, lexicon: SkillLexicon
) -> dict[str, Evidence]:
    """Return every skill that is stated, with where: in the list, or in the text with its offset.

    A vacancy that lists enough skills is taken at its word: what its duties mention beside them is not
    asked for. A profile's text always counts.
    """
    listed = {fold(skill): Evidence(field="skills", text=skill, offset=None) for skill in skill_terms(skills)}
    if text_column == VACANCY_TEXT and len(listed) >= _ENOUGH_SKILLS:
        return listed
    terms = {
        mention.term: Evidence(
            field=text_column,
            text=text[mention.start : mention.start + len(mention.term)],
            offset=mention.start,
        )
        for mention in reversed(lexicon.mentions(text))
    }
    return terms | listed


def lexical_text(row: Mapping[str, Any]) -> str:
    """Return what the lexical index reads of a row."""
    return " ".join((row["title"], *row["skills"]))
