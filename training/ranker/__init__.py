"""The ranker learned from what people did with what they were shown."""

from __future__ import annotations

from training.ranker.calibration import Calibrated, Reliability, calibrate, reliability
from training.ranker.curves import AdditiveCurves, Bins, BoostingConfig, fit_curves
from training.ranker.feedback import ShownPairs, all_open, judged, shown_pairs
from training.ranker.learning import LearnedRankerFiles, learn_ranker, write_ranker
from training.ranker.propensity import PositionBias, estimate_bias, inverse_weights
from training.ranker.side import LearnedSide, RankerConfig, learn_side

__all__ = [
    "AdditiveCurves",
    "Bins",
    "BoostingConfig",
    "Calibrated",
    "LearnedRankerFiles",
    "LearnedSide",
    "PositionBias",
    "RankerConfig",
    "Reliability",
    "ShownPairs",
    "all_open",
    "calibrate",
    "estimate_bias",
    "fit_curves",
    "inverse_weights",
    "judged",
    "learn_ranker",
    "learn_side",
    "reliability",
    "shown_pairs",
    "write_ranker",
]
