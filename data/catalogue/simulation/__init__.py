"""A city whose true tightness is known, and what rival scores and ours make of it."""

from data.catalogue.simulation.study import Study, simulate

__all__ = ["Study", "simulate"]
