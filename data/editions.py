"""Build, keep and read editions of the catalogues."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import numpy as np

from data.catalogue.demand import build_demand_catalogue
from data.catalogue.entries import METHOD_VERSION, Catalogue, CatalogueKind, DemandEntry, ShortageEntry
from data.catalogue.shortage import build_shortage_catalogue
from data.demand import latest_day, read_demand, read_supply, snapshot_of
from data.errors import InputError, UnknownName
from data.regions import Region
from data.store.documents import current_edition, write_edition
from data.store.store import Store

__all__ = ["AnyCatalogue", "build_editions", "read_edition"]

AnyCatalogue = Catalogue[DemandEntry] | Catalogue[ShortageEntry]

_SEED = 0


def build_editions(
    store: Store, region: Region, *, as_of: dt.date | None = None, edition: str | None = None
) -> tuple[Catalogue[DemandEntry], Catalogue[ShortageEntry]]:
    """Build both catalogues of a region from the store and keep them.

    When the newest editions were built from the same data by the same method, they are returned as they
    are: a rebuild would give the same figures.

    Parameters
    ----------
    store
        The store.
    region
        The region.
    as_of
        Day on which the data stand; the last day of the region's data when left out.
    edition
        版次; year and quarter of ``as_of`` when left out.

    Returns
    -------
    tuple
        人才需求目录 and 急需紧缺人才目录.

    Raises
    ------
    RefusedError
        The region has no dated vacancies and no day was given.
    InputError
        The day lies in the future.
    """
    vacancies, profiles = read_demand(store, region), read_supply(store, region)
    today = dt.datetime.now(dt.UTC).date()
    if as_of is not None and as_of > today:
        raise InputError("as_of_in_future", f"数据截止日 {as_of} 晚于今天", hint="取今天或更早的一天")
    day = as_of or latest_day(vacancies, today=today)
    common: dict[str, Any] = {
        "region": region,
        "edition": edition or f"{day.year}Q{(day.month + 2) // 3}",
        "as_of": day,
        "snapshot": snapshot_of(vacancies, profiles, as_of=day),
    }
    known = [_same(store, region, kind, common) for kind in CatalogueKind]
    if known[0] is not None and known[1] is not None:
        return cast("Catalogue[DemandEntry]", known[0]), cast("Catalogue[ShortageEntry]", known[1])
    demand = build_demand_catalogue(vacancies, **common)
    shortage = build_shortage_catalogue(vacancies, profiles, rng=np.random.default_rng(_SEED), **common)
    for catalogue in (demand, shortage):
        _keep(store, region, catalogue)
    return demand, shortage


def read_edition(store: Store, region: Region, kind: CatalogueKind) -> AnyCatalogue:
    """Read the newest edition of a region's catalogue.

    Raises
    ------
    UnknownName
        None was built yet.
    """
    found = current_edition(store, region.name, kind)
    if found is None:
        raise UnknownName(
            "catalogue_not_built", f"{region.name_zh}还没有{kind.title}", hint="运行 yingcai catalogue build"
        )
    content = {**found["document"], "entries": found["entries"]}
    if kind is CatalogueKind.DEMAND:
        return Catalogue[DemandEntry].model_validate(content)
    return Catalogue[ShortageEntry].model_validate(content)


def _same(store: Store, region: Region, kind: CatalogueKind, common: dict[str, Any]) -> AnyCatalogue | None:
    found = current_edition(store, region.name, kind)
    if found is None or found["method_version"] != METHOD_VERSION:
        return None
    same = all(found[name] == common[name] for name in ("edition", "as_of", "snapshot"))
    return read_edition(store, region, kind) if same else None


def _keep(store: Store, region: Region, catalogue: AnyCatalogue) -> None:
    content = catalogue.model_dump(mode="json")
    entries = content.pop("entries")
    header = {
        "region": region.name,
        "kind": catalogue.kind.value,
        "edition": catalogue.edition,
        "as_of": catalogue.as_of,
        "snapshot": catalogue.snapshot,
        "method_version": catalogue.method_version,
        "synthetic": catalogue.synthetic,
        "document": content,
    }
    write_edition(store, header, [(entry, entry["posting_ids"]) for entry in entries])
