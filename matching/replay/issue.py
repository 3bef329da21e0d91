"""Record a list at the moment it is issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from data.records import Posting, Profile
from data.shelves import Place
from data.store.shortlists import Shortlist, ShortlistItem, record_shortlist
from data.store.store import Store
from matching.matcher import Matcher
from matching.replay.frozen import freeze_pools
from matching.results import MatchList, MatchResult

__all__ = ["issue_list"]


def issue_list(
    store: Store,
    matcher: Matcher,
    found: MatchList,
    *,
    k: int,
    actor: str,
    pools: Place,
    weights: Mapping[str, float] | None = None,
    bundle_id: str = "",
    asked: Posting | Profile | None = None,
) -> str:
    """Freeze the pools that a list was made from and keep the list, so that it can be made again.

    Parameters
    ----------
    store
        The store.
    matcher
        What made the list.
    found
        The list.
    k
        Length that was asked for.
    actor
        Who asked, as the audit names them.
    pools
        Folder of all frozen pools; content that is there already is not written again.
    weights
        Weights that were asked for; None for the suggested ones.
    bundle_id
        The bundle that the matcher's model and ranker come from; empty for the packaged default.
    asked
        What was asked in full; None where an id was given.

    Returns
    -------
    str
        Identifier of the list, which feedback on it may name.
    """
    people = found.direction == "profiles"
    subject = found.query["id"] or None
    if isinstance(asked, Profile):
        subject = asked.profile_id
    issued = Shortlist(
        list_id="",
        issued_at=dt.datetime.now(dt.UTC),
        actor=actor,
        direction=found.direction,
        vacancy_id=subject if people else None,
        profile_id=None if people else subject,
        content=None if asked is None else _content(asked, found.query["occupation_code"]),
        k=k,
        weights=None if weights is None else dict(weights),
        rank_by=found.rank_by.value,
        as_of=found.as_of,
        pool=found.pool,
        allowed=found.allowed,
        excluded=found.excluded,
        bundle_id=bundle_id,
        model_version=found.model_version,
        index_version=found.index_version,
        taxonomy_version=found.taxonomy_version,
        data_sha256=freeze_pools(matcher, pools),
        degraded=found.degraded,
        synthetic=found.synthetic,
        items=tuple(_item(result, rank, people=people) for rank, result in enumerate(found.results, start=1)),
    )
    return record_shortlist(store, issued)


def _item(result: MatchResult, rank: int, *, people: bool) -> ShortlistItem:
    return ShortlistItem(
        rank=rank,
        vacancy_id=None if people else result.id,
        profile_id=result.id if people else None,
        score_forward=result.score_forward,
        score_reverse=result.score_reverse,
        score_mutual=result.score_mutual,
        features={category.name: category.score for category in result.categories},
    )


def _content(asked: Posting | Profile, occupation_code: str | None) -> dict[str, Any]:
    """Return what was given in full, with the occupation it was coded to under the decisions of that day."""
    return {"given": asked.model_dump(mode="json"), "occupation_code": occupation_code}
