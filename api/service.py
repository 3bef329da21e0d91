"""What a running service holds: store, model, matcher."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from data.demand import latest_day, read_regional
from data.errors import RefusedError
from data.regions import Region, read_region
from data.settings import Settings
from data.store.reviews import read_aliases
from data.store.store import Store
from matching.coding import Coders
from matching.encoder.model import EmbeddingModel, build_model
from matching.encoder.protocol import quiet
from matching.matcher import Matcher

__all__ = ["Service", "matching_day"]


@dataclass(frozen=True)
class Service:
    """Everything the routes need, loaded once."""

    settings: Settings
    """How the service was started."""
    store: Store
    """The database."""
    region: Region
    """The region served."""
    matcher: Matcher
    """Both pools, ready."""

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        model: EmbeddingModel | None = None,
        progress: Callable[[int, int], None] = quiet,
    ) -> Service:
        """Open the store, make the model ready and load the pools."""
        store = Store.from_url(settings.store_url)
        region = read_region(settings.region)
        ready = (model or build_model(settings)).with_store(store)
        coder = Coders.from_reference(ready, aliases=read_aliases(store)).occupation
        as_of = matching_day(store, region)
        matcher = Matcher.from_store(store, ready, coder, as_of=as_of, progress=progress)
        return cls(settings=settings, store=store, region=region, matcher=matcher)


def matching_day(store: Store, region: Region) -> dt.date:
    """Return the day that matches are made for: the last day of the region's data, else today."""
    today = dt.datetime.now(dt.UTC).date()
    try:
        return latest_day(read_regional(store, region), today=today)
    except RefusedError:
        return today
