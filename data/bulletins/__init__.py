"""Bulletins of a quarter between the editions of the catalogues: counts, changes and pay, never stars."""

from __future__ import annotations

from data.bulletins.building import build_bulletins
from data.bulletins.document import Bulletin

__all__ = ["Bulletin", "build_bulletins"]
