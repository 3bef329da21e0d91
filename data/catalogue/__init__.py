"""Both catalogues of a city: 人才需求目录 and 急需紧缺人才目录, built from tables and written to files."""

from data.catalogue.demand import build_demand_catalogue
from data.catalogue.entries import Catalogue, CatalogueKind, DemandEntry, ShortageEntry
from data.catalogue.export import export_catalogue
from data.catalogue.sections import CatalogueRegion
from data.catalogue.shortage import build_shortage_catalogue

__all__ = [
    "Catalogue",
    "CatalogueKind",
    "CatalogueRegion",
    "DemandEntry",
    "ShortageEntry",
    "build_demand_catalogue",
    "build_shortage_catalogue",
    "export_catalogue",
]
