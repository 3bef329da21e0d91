"""Scorecards made by hand: 240 queries in three industries and two languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from training.gate import Scorecard

FAIR = {"impact/性别": 0.99, "impact/性别×年龄": 0.97, "swap/人才档案": 0.0, "moved/人才档案": 0.0}
FAST = {"p50": 20.0, "p95": 40.0}
INDUSTRIES = ("港口物流", "生物医药", "数字经济")


def quality_of(values: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of each metric: overall, by industry (in turn), by language (half and half)."""
    rows = []
    for metric, numbers in values.items():
        for at, value in enumerate(numbers):
            language = "zh" if at < len(numbers) / 2 else "en"
            labels = (
                ("overall", "全部"),
                ("industry", INDUSTRIES[at % len(INDUSTRIES)]),
                ("language", language),
            )
            rows += [(metric, *label, f"q{at:03d}", float(value)) for label in labels]
    return pd.DataFrame(rows, columns=["metric", "dimension", "slice", "query", "value"])


@pytest.fixture
def values() -> np.ndarray:
    """Return the champion's values of 600 queries, between .2 and .8."""
    return np.random.default_rng(5).uniform(0.2, 0.8, 600)


@pytest.fixture
def card(values: np.ndarray) -> Callable[..., Scorecard]:
    """Make a scorecard of one metric; fair, fast and equal to the champion where nothing else is said."""

    def made(name: str = "候选", change: Any = 0.0, **parts: Any) -> Scorecard:
        numbers = values + change
        return Scorecard(
            name,
            parts.get("quality", quality_of({"zh MAP": numbers})),
            parts.get("fairness", FAIR),
            parts.get("latency_ms", FAST),
        )

    return made
