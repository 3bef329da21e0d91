"""Regions as data: one YAML pack per place, and the rule that finds a vacancy's key industry."""

from data.regions.packs import District, KeyIndustry, Region, RegionSource, read_region, region_names
from data.regions.rule import KeyIndustryRule

__all__ = [
    "District",
    "KeyIndustry",
    "KeyIndustryRule",
    "Region",
    "RegionSource",
    "read_region",
    "region_names",
]
