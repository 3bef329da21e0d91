"""A benchmark on real applications: who applied to what, in coded fields, ranked in both directions."""

from __future__ import annotations

from training.applications.benchmark import Benchmark, BenchmarkConfig, run_benchmark
from training.applications.protocols import Direction, Protocol, make_protocols
from training.applications.results import METRICS, Comparison, Figure
from training.applications.tables import LEFT_OUT, Applications, read_applications

__all__ = [
    "LEFT_OUT",
    "METRICS",
    "Applications",
    "Benchmark",
    "BenchmarkConfig",
    "Comparison",
    "Direction",
    "Figure",
    "Protocol",
    "make_protocols",
    "read_applications",
    "run_benchmark",
]
