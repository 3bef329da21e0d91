"""Regions as data: one YAML pack per place, the checks of its figures, and the key-industry rule."""

from data.regions.documents import Document, DocumentStatus
from data.regions.flags import Check, Flag
from data.regions.growth import Agreement, Recomputed, recompute_growth
from data.regions.indicators import check_region
from data.regions.packs import District, KeyIndustry, Region, RegionSource, read_region, region_names
from data.regions.plan import PlanIndicator
from data.regions.readings import Reading, ratio_of, read_figure, sum_of
from data.regions.rule import KeyIndustryRule

__all__ = [
    "Agreement",
    "Check",
    "District",
    "Document",
    "DocumentStatus",
    "Flag",
    "KeyIndustry",
    "KeyIndustryRule",
    "PlanIndicator",
    "Reading",
    "Recomputed",
    "Region",
    "RegionSource",
    "check_region",
    "ratio_of",
    "read_figure",
    "read_region",
    "recompute_growth",
    "region_names",
    "sum_of",
]
