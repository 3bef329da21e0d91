"""The features of the score, in the order in which they are shown."""

from __future__ import annotations

from matching.features.conditions import DISTANCE, ENGAGEMENT, FRESHNESS, PAY
from matching.features.feature import Description, Feature
from matching.features.majors import MAJOR
from matching.features.meaning import DUTIES, TITLE, WORDING
from matching.features.skills import SKILLS, Cover, covers
from matching.features.work import EXPERIENCE, INDUSTRY, OCCUPATION

__all__ = ["FEATURES", "Cover", "Description", "Feature", "covers"]

FEATURES: tuple[Feature, ...] = (
    TITLE,
    SKILLS,
    DUTIES,
    WORDING,
    OCCUPATION,
    INDUSTRY,
    EXPERIENCE,
    MAJOR,
    PAY,
    ENGAGEMENT,
    DISTANCE,
    FRESHNESS,
)
"""Education, 职称, papers and prizes are none of them: education is a hard rule, the others are not used."""
