"""The methods that are present: from frozen data to a catalogue, by version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from data.catalogue.demand import build_demand_catalogue
from data.catalogue.entries import METHOD_VERSION, AnyCatalogue, CatalogueKind
from data.catalogue.shortage import build_shortage_catalogue
from data.errors import RefusedError
from data.execution import Executor
from data.releases.judgements import Judgements
from data.releases.snapshot import Inputs

__all__ = ["METHODS", "Method", "Methods", "compute", "method_of"]

Method = Callable[[Inputs, CatalogueKind, str, int], AnyCatalogue]
"""From inputs, kind, name of the edition and seed to a catalogue."""
Methods = Mapping[str, Method]
"""Methods by version."""


def compute(
    inputs: Inputs, kind: CatalogueKind, edition: str, seed: int, *, executor: Executor | None = None
) -> AnyCatalogue:
    """Run the installed method.

    Parameters
    ----------
    inputs
        Frozen data.
    kind
        Which of the two products.
    edition
        版次.
    seed
        Seed of all draws.
    executor
        Where cells are resampled; this process when left out.

    Returns
    -------
    Catalogue
        The same for the same arguments.
    """
    common: dict[str, Any] = {
        "region": inputs.region,
        "edition": edition,
        "as_of": inputs.as_of,
        "snapshot": inputs.snapshot,
    }
    if kind is CatalogueKind.DEMAND:
        return build_demand_catalogue(inputs.vacancies, place_names=inputs.place_names, **common)
    rng = np.random.default_rng(seed)
    further = Judgements.from_extras(inputs.extras).options
    return build_shortage_catalogue(
        inputs.vacancies, inputs.profiles, rng=rng, executor=executor, **common, **further
    )


METHODS: Methods = {METHOD_VERSION: compute}
"""The one that is installed."""


def method_of(version: str, methods: Methods = METHODS) -> Method:
    """Return the method of a version.

    Raises
    ------
    RefusedError
        That version is not present.
    """
    found = methods.get(version)
    if found is None:
        raise RefusedError(
            "method_absent",
            f"需要方法版本 {version}，本机只有 {'、'.join(methods)}",
            hint="用当时的软件版本重算（版本号见归档的 requirements.lock 与发行标签）",
        )
    return found
