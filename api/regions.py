"""Which packs of regions a request may name."""

from __future__ import annotations

from api.selection import check_values
from api.service import Service
from data.regions import Region, read_region, region_names

__all__ = ["region_of"]


def region_of(service: Service, name: str | None) -> Region:
    """Return a pack by its name; one elsewhere on the disk is served only where it is the service's own.

    Parameters
    ----------
    service
        The service.
    name
        Name of a pack; None for the service's own.

    Raises
    ------
    RequestValidationError
        There is none of that name.
    """
    if name in {None, service.region.name}:
        return service.region
    check_values("region", [str(name)], region_names())
    return read_region(str(name))
