"""Keep a running service up to date: a new matcher is made beside the old one, then swapped in."""

from __future__ import annotations

import datetime as dt
import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import structlog

from data.errors import YingcaiError
from data.normalise.contacts import mask_contacts
from data.store.store import Store
from data.store.version import store_version
from matching.coding.coders import Decisions
from matching.matcher import Matcher
from matching.views import PUBLIC

__all__ = ["Basis", "Refresher", "Serving"]

_log = structlog.get_logger()

_MOST_GARBAGE = 0.3
"""Share of dead and appended positions from which the pools are loaded anew: searches pass over them."""


class Basis(NamedTuple):
    """What a matcher cannot take over from an older one: when it differs, the pools are loaded anew."""

    as_of: dt.date
    """Day that matches are made for."""
    aliases: Decisions
    """What people decided that titles mean."""
    champion: str | None
    """Bundle that is to serve; None for the packaged default."""


@dataclass(frozen=True)
class Serving:
    """What requests are answered from; replaced as a whole, never changed."""

    matcher: Matcher
    """Both pools."""
    basis: Basis
    """What the matcher was loaded with."""
    store_version: str
    """What the store was when they were read; empty where that is not known, that of before while a loading
    that is due has not succeeded."""
    refreshed_at: dt.datetime
    """When they were last found or made up to date."""
    failure: str | None
    """Why the last refresh failed, while the matcher of before serves on, or why the packaged default serves
    since the start in place of the bundle that is to; None when neither is so."""


class Refresher:
    """Makes what is served follow the store.

    Parameters
    ----------
    store
        The store.
    read_basis
        Returns the basis, as the store is now.
    load
        Loads both pools anew on a basis.
    forget
        Removes the vectors kept on disk; called once somebody left, before the pools are loaded anew.
    matcher
        A matcher that is loaded already; otherwise one is loaded now.
    """

    def __init__(
        self,
        store: Store,
        read_basis: Callable[[], Basis],
        load: Callable[[Basis], Matcher],
        *,
        forget: Callable[[], None],
        matcher: Matcher | None = None,
    ) -> None:
        self._store = store
        self._read_basis = read_basis
        self._load = load
        self._forget = forget
        # Read before the pools: what comes in while they are read is then found by the next look.
        version = store_version(store) if matcher is None else ""
        basis = read_basis()
        self._serving = (
            self._first(basis, version)
            if matcher is None
            else Serving(_readied(matcher), basis, version, dt.datetime.now(dt.UTC), None)
        )
        # Kept until the pools are loaded anew: a look after a loading that failed finds nobody gone.
        self._someone_left = False
        self._one_at_a_time = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def serving(self) -> Serving:
        """What a request that begins now is answered from; it keeps it to its end."""
        return self._serving

    def refresh(self) -> bool:
        """Bring what is served up to date if the store changed; return whether it did.

        A refresh that fails is logged and leaves what was served, to be tried again at the next look.
        """
        with self._one_at_a_time:
            try:
                return self._refresh()
            except Exception as error:  # noqa: BLE001 - whatever fails here, the old matcher serves on
                _note_failure(error)
                self._serving = replace(self._serving, failure=getattr(error, "code", type(error).__name__))
                return False

    def start(self, seconds: float) -> None:
        """Look at the store every so many seconds in a thread of its own; 0 never looks."""
        if seconds and self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._watch, args=(seconds,), name="refresh", daemon=True)
            self._thread.start()

    @property
    def watching(self) -> bool:
        """Whether a thread looks at the store."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """End the thread, after the refresh that it may be making."""
        if self._thread is not None:
            self._stopped.set()
            self._thread.join()
            self._thread = None

    def _watch(self, seconds: float) -> None:
        while not self._stopped.wait(seconds):
            self.refresh()

    def _first(self, basis: Basis, version: str) -> Serving:
        """Load what is to serve; a bundle that cannot be opened keeps no service from starting.

        The packaged default then serves, the failure shows, and every look tries the bundle again.
        """
        try:
            return Serving(_readied(self._load(basis)), basis, version, dt.datetime.now(dt.UTC), None)
        except YingcaiError as error:
            if basis.champion is None:
                raise
            _note_failure(error)
            packaged, failure = basis._replace(champion=None), error.code
        return Serving(_readied(self._load(packaged)), packaged, "", dt.datetime.now(dt.UTC), failure)

    def _refresh(self) -> bool:
        before = self._serving
        version = store_version(self._store)
        if version == before.store_version:
            self._serve(before.matcher, before.basis, version)
            return False
        basis = self._read_basis()
        matcher = before.matcher.refreshed(self._store)
        self._someone_left = self._someone_left or _lost_someone(before.matcher, matcher)
        if not (basis != before.basis or self._someone_left or matcher.garbage > _MOST_GARBAGE):
            self._serve(_readied(matcher), basis, version)
            return matcher is not before.matcher
        # The version stays that of before: should the loading fail, the next look must not take it for done.
        self._serving = replace(before, matcher=_readied(matcher))
        if self._someone_left:
            self._forget()
        self._serve(_readied(self._load(basis)), basis, version)
        self._someone_left = False
        return True

    def _serve(self, matcher: Matcher, basis: Basis, version: str) -> None:
        self._serving = Serving(matcher, basis, version, dt.datetime.now(dt.UTC), None)


def _note_failure(error: Exception) -> None:
    """Write why something failed to the log, without what could tell of a person."""
    told = mask_contacts(error.message) if isinstance(error, YingcaiError) else ""
    _log.error("refresh_failed", error=type(error).__name__, told=told)


def _readied(matcher: Matcher) -> Matcher:
    """Return the matcher with its exposures counted, which takes seconds: no request is to wait for it."""
    for each in (matcher, matcher.seen_by(PUBLIC)):
        _ = each.exposure
    if gc.get_freeze_count():  # this process keeps what it serves out of garbage collections
        gc.freeze()
    return matcher


def _lost_someone(before: Matcher, after: Matcher) -> bool:
    """Tell whether a person left: what the old pools hold of them must then leave the memory as well."""
    return any(after.profiles.position(each) is None for each in before.profiles.ids)
