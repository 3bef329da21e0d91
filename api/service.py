"""What a running service holds: store, model, matcher."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from api.access.principal import Principal
from api.coding import KeptCoders
from api.documents import Documents
from api.privacy.common_key import common_key
from api.refresh import Basis, Refresher
from data.demand import latest_day, read_regional
from data.errors import RefusedError
from data.regions import Region, read_region
from data.settings import Settings
from data.store.audit import Access, record_access
from data.store.moments import beijing_today
from data.store.promotions import champion_of
from data.store.reviews import read_aliases
from data.store.store import Store
from matching.bundle import open_champion
from matching.coding import Coders
from matching.encoder.model import EmbeddingModel, build_model
from matching.encoder.protocol import quiet
from matching.index import Engine, ExactEngine, open_engine
from matching.kept import forget_vectors
from matching.matcher import Matcher

__all__ = ["EncoderState", "Service", "matching_day"]


@dataclass
class EncoderState:
    """Whether the encoder served the last request that needed it."""

    degraded: bool = False
    """True when it did not: that request was answered without comparing meaning."""


@dataclass(frozen=True)
class Service:
    """Everything the routes need, loaded once and kept up to date."""

    settings: Settings
    """How the service was started."""
    store: Store
    """The database."""
    region: Region
    """The region served."""
    refresher: Refresher
    """Makes what is served follow the store."""
    pseudonym_key: bytes = field(repr=False)
    """Hashes whoever was looked at."""
    kept_coders: KeptCoders
    """What records are coded with."""
    engine: Engine = field(default_factory=ExactEngine)
    """Searches the vectors."""
    encoder: EncoderState = field(default_factory=EncoderState)
    """What requests found the encoder to be."""

    @property
    def coders(self) -> Coders:
        """What codes records now: the decisions and the model of what is served."""
        return self.kept_coders.of(self.refresher.serving.basis)

    @property
    def matcher(self) -> Matcher:
        """Both pools as they are now; a request asks for it once, so that it never mixes two states."""
        return self.refresher.serving.matcher

    def seen_by(self, caller: Principal) -> Matcher:
        """Return both pools as a caller may see them; a request asks for it once, as for :attr:`matcher`."""
        return self.matcher.seen_by(caller.owner)

    @cached_property
    def documents(self) -> Documents:
        """Documents of editions that were read."""
        return Documents(self.store)

    def note(self, access: Access) -> None:
        """Note a look at people; a route answers only after this has returned."""
        record_access(self.store, access, key=self.pseudonym_key)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        model: EmbeddingModel | None = None,
        progress: Callable[[int, int], None] = quiet,
    ) -> Service:
        """Open the store, make the model ready and load the pools."""
        store = Store.from_settings(settings)
        ready = (model or build_model(settings)).with_store(store)
        return cls.from_store(store, read_region(settings.region), settings, ready, progress=progress)

    @classmethod
    def from_store(
        cls,
        store: Store,
        region: Region,
        settings: Settings,
        model: EmbeddingModel,
        *,
        matcher: Matcher | None = None,
        progress: Callable[[int, int], None] = quiet,
    ) -> Service:
        """Serve a store that is open, with a matcher that is loaded already or one loaded now.

        The model given serves unless the promoted bundle brings another.
        """
        engine = open_engine(settings)

        def read_basis() -> Basis:
            return Basis(matching_day(store, region), read_aliases(store), champion_of(store))

        def make_coders(basis: Basis) -> Coders:
            opened = open_champion(store, settings, basis.champion, model=model)
            return Coders.from_reference(opened.model, aliases=basis.aliases)

        kept_coders = KeptCoders(make_coders)

        def load(basis: Basis) -> Matcher:
            opened = open_champion(store, settings, basis.champion, model=model)
            coders = Coders.from_reference(opened.model, aliases=basis.aliases)
            return Matcher.from_store(
                store,
                opened.model,
                kept_coders.keep(basis, coders).occupation,
                as_of=basis.as_of,
                ranker=opened.ranker,
                folder=settings.index_dir,
                engine=engine,
                progress=progress,
            )

        def forget() -> None:
            forget_vectors(settings.index_dir)
            engine.forget()

        refresher = Refresher(store, read_basis, load, forget=forget, matcher=matcher)
        return cls(settings, store, region, refresher, common_key(settings), kept_coders, engine)


def matching_day(store: Store, region: Region) -> dt.date:
    """Return the day that matches are made for: the last day of the region's data, else today."""
    today = beijing_today()
    try:
        return latest_day(read_regional(store, region), today=today)
    except RefusedError:
        return today
