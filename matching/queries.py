"""What is asked for: a member of a pool, or an item that need not be stored."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from data.errors import ModelError, UnknownName
from data.records import Education, Outcome, Posting, Profile
from matching.coding import OccupationCoder
from matching.encoder.model import EmbeddingModel
from matching.loading import still_ahead
from matching.meaning import MeaningSpace
from matching.pairs import Background, Stated
from matching.pool import PROFILE_TEXT, VACANCY_TEXT, Pool, QueryVectors, complete_row, find_terms

__all__ = ["Query", "inline_query", "inline_row", "stored_query"]

_log = logging.getLogger(__name__)

ENCODER_FAILURES = (ModelError, RuntimeError, OSError, MemoryError)
"""What an encoder that cannot be used raises; matching then goes on without meaning, and says so."""


class Query(NamedTuple):
    """One item with what a search and a score need of it."""

    row: Mapping[str, Any]
    terms: Mapping[str, Stated]
    vectors: QueryVectors | None
    """None when the encoder could not be used."""
    background: Background
    """The matcher's, knowing the skills of the item as well."""


def stored_query(item_id: str, pool: Pool, background: Background) -> Query:
    """Return a member of a pool.

    Raises
    ------
    UnknownName
        The pool has no such member.
    """
    position = pool.position(item_id)
    if position is None:
        kind, label = ("vacancy", "在招需求") if pool.vacancies else ("profile", "人才档案")
        raise UnknownName(
            f"{kind}_unknown", f"没有编号为 {item_id} 的{label}", hint="检查编号，或直接提交全文"
        )
    return Query(
        pool.rows[position], pool.terms(position, background.lexicon), pool.vectors(position), background
    )


def inline_query(
    item: Posting | Profile,
    *,
    space: MeaningSpace,
    background: Background,
    model: EmbeddingModel,
    coder: OccupationCoder,
) -> Query:
    """Prepare an item that is not stored; without an encoder it is prepared without vectors."""
    row = inline_row(item, background)
    terms = find_terms(row, background.lexicon, vacancy=isinstance(item, Posting))
    try:
        row["occupation_code"] = coder.code([item.title])[0].code
        known = space.extended([row], model)
        encoded = known.encode([row], model)
    except ENCODER_FAILURES as error:
        _log.warning("the encoder failed, matching goes on without meaning: %s", type(error).__name__)
        row["occupation_code"] = coder.code([item.title], by_meaning=False)[0].code
        return Query(row, terms, None, background)
    vectors = QueryVectors(encoded.title[0], encoded.duties[0], encoded.joined[0])
    return Query(row, terms, vectors, replace(background, skills=known.skills))


def inline_row(item: Posting | Profile, background: Background) -> dict[str, Any]:
    """Return the row of an item that is not stored, without an occupation: what the hard rules read."""
    vacancy = isinstance(item, Posting)
    flat = _flat(item)
    if vacancy:
        flat["start_by"] = still_ahead(flat["start_by"], background.as_of)
    return complete_row(flat, item_id="", text_column=VACANCY_TEXT if vacancy else PROFILE_TEXT)


def _flat(item: Posting | Profile) -> dict[str, Any]:
    record = item.model_dump()
    if isinstance(item, Posting):
        pay, years = item.salary, item.experience
        record |= {
            "salary_low": pay.low if pay else None,
            "salary_high": pay.high if pay else None,
            "experience_low": years.low if years else None,
            "experience_high": years.high if years else None,
            "opened_on": item.posted_on or item.observed_on,
            "heads": item.headcount,
        }
    return {"occupation_code": None, **{name: _text(value) for name, value in record.items()}}


def _text(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(part if isinstance(part, int) else str(part) for part in value)
    return str(value) if isinstance(value, (Education, Outcome)) else value
