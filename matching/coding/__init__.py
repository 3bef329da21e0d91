"""Coding: what texts mean in the code tables of occupations, industries, majors and skills."""

from matching.coding.coders import Coders
from matching.coding.codes import Code, CodeMethod, Suggestion
from matching.coding.frames import CodedFrame, Coverage
from matching.coding.industries import IndustryCoder
from matching.coding.majors import MajorCoder
from matching.coding.occupations import OccupationCoder
from matching.coding.skills import SkillCoder

__all__ = [
    "Code",
    "CodeMethod",
    "CodedFrame",
    "Coders",
    "Coverage",
    "IndustryCoder",
    "MajorCoder",
    "OccupationCoder",
    "SkillCoder",
    "Suggestion",
]
