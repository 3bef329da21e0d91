"""Artefacts of an edition: what the office publishes, for print, for the web and for machines."""

from data.catalogue.artefacts.edition import Standing, export_edition
from data.catalogue.artefacts.notice import Signature
from data.catalogue.artefacts.robustness import Market

__all__ = ["Market", "Signature", "Standing", "export_edition"]
