"""A crowd of vacancies after the same people."""

from __future__ import annotations

import numpy as np
import pytest

from matching.allocation.shortlists import Shortlists


@pytest.fixture(scope="session")
def crowd():
    """Forty vacancies that all like the same few of sixty people."""
    rng = np.random.default_rng(7)
    appeal = rng.normal(70, 4, 60)
    lists = {}
    for n in range(40):
        people = rng.choice(60, 25, replace=False)
        scores = np.clip(appeal[people] + rng.normal(0, 1.5, 25), 0, 100)
        lists[f"V{n:02d}"] = [(f"P{p:02d}", float(s)) for p, s in zip(people, scores, strict=True)]
    return Shortlists.from_lists(lists, [f"P{p:02d}" for p in range(60)])
