"""The seekers of one nature of data: by occupation, and by the county they live in."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

__all__ = ["Supply"]


@dataclass(frozen=True)
class Supply:
    """Active seekers."""

    by_occupation: dict[str, int]
    """Seekers by occupation."""
    other: int = 0
    """Seekers of the other nature; never used, they only explain a refusal."""
    by_place: dict[str, dict[str, int]] = field(default_factory=dict)
    """Seekers by occupation and GB/T 2260 code, where the place is known."""

    @property
    def total(self) -> int:
        """All seekers of this nature."""
        return sum(self.by_occupation.values())

    @classmethod
    def from_profiles(cls, profiles: pd.DataFrame, *, synthetic: bool) -> Supply:
        """Count the active profiles of one nature.

        Parameters
        ----------
        profiles
            What :func:`data.catalogue.frames.active_profiles` returned.
        synthetic
            The nature.

        Returns
        -------
        Supply
            Zeros for an empty frame.
        """
        own = profiles[profiles["synthetic"] == synthetic]
        counts = {str(code): int(n) for code, n in own["occupation_code"].value_counts().items()}
        places: dict[str, dict[str, int]] = {}
        for code, placed in own.dropna(subset=["place_code"]).groupby("occupation_code", sort=True):
            found = placed["place_code"].value_counts()
            places[str(code)] = {str(place): int(n) for place, n in found.items()}
        return cls(counts, len(profiles) - len(own), places)
