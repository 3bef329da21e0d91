"""The pass over saved searches: each is run as its owner would run it, and what came or went is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from api.jobs.answers import error_of
from api.jobs.handler import Outcome, Work
from api.looks import look_of
from api.searches import found_by, hits_of, request_of
from data.errors import ConflictError, InputError, RefusedError
from data.jobs import Answer, JobQuery, JobRequest
from data.store.audit import Circumstance, under
from data.store.jobs import submit_job
from data.store.search_runs import Run, due_searches, record_run
from data.store.searches import SavedSearch, read_search
from data.store.store import Store
from matching.matcher import Matcher

__all__ = ["SEARCH", "SearchHandler", "submit_searches"]

SEARCH = "search"
"""The kind of these jobs."""

_PART = 10


class SearchHandler:
    """Runs saved searches.

    What a run finds is kept as it is found, together with the look at people that it is: a part that is
    begun again finds the same and changes nothing but the number of the run.

    Parameters
    ----------
    store
        The store.
    matcher
        Returns the matcher that serves now; each search asks it for what its owner may see.
    key
        The key of the pseudonyms.
    """

    kind = SEARCH

    def __init__(self, store: Store, matcher: Callable[[], Matcher], *, key: bytes) -> None:
        self._store = store
        self._matcher = matcher
        self._key = key

    def run(self, work: Work) -> Outcome:
        """Run the searches of a part; one that was deleted since is passed over."""
        answers = []
        for position, asked in work.queries.items():
            work.go_on()
            told, failed = self._told(asked.query["search_id"], work.owner)
            answers.append(Answer(position, {"position": position, "results": [], **told}, failed=failed))
        return Outcome(answers)

    def _told(self, search_id: str, owner: str) -> tuple[dict[str, Any], bool]:
        try:
            search = read_search(self._store, search_id, owner=owner)
            ran = self._run(search)
        except (InputError, RefusedError, ConflictError) as error:
            return {"error": error_of(error).model_dump()}, True
        # Counts alone: the result of a job must not go on naming people.
        return {"run": ran.number, "new": len(ran.new), "gone": len(ran.gone)}, False

    def _run(self, search: SavedSearch) -> Run:
        now = dt.datetime.now(dt.UTC)
        try:
            found = found_by(self._matcher().seen_by(search.owner), request_of(search))
        except (InputError, RefusedError) as error:
            record_run(self._store, search, (), now=now, problem=error.code)
            raise
        look = look_of(found, actor=search.actor)
        with under(Circumstance(agency_id=search.owner or None)):
            return record_run(self._store, search, hits_of(found), now=now, look=look, key=self._key)


def submit_searches(store: Store, *, actor: str) -> dict[str, int]:
    """Hand in a pass over all saved searches, one job for each owner.

    Parameters
    ----------
    store
        The store.
    actor
        Who does it, as the audit names callers.

    Returns
    -------
    dict
        Number of searches by owner, empty for the office; owners whose last pass has not ended are left out.
    """
    due = due_searches(store, kind=SEARCH)
    for owner, ids in due.items():
        queries = [JobQuery({"search_id": each}) for each in ids]
        submit_job(store, JobRequest(SEARCH, owner, actor, queries, payload={}, part_size=_PART))
    return {owner: len(ids) for owner, ids in due.items()}
