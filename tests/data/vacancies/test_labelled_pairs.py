"""The merge against pairs of real postings labelled by hand, pinned (see tests/benchmarks/deduplication.py).

Only the employers that occur in the pairs are merged, which changes no group: nothing crosses employers.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[3]


def benchmark():
    """Load the benchmark, which is no package."""
    spec = importlib.util.spec_from_file_location("deduplication", ROOT / "tests/benchmarks/deduplication.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.real
def test_precision_and_recall_on_labelled_pairs(real_data, tmp_path):
    from data.vacancies import merge_postings

    module = benchmark()
    labels = pd.read_csv(module.LABELS)
    every = pd.read_parquet(real_data / "postings_dev.parquet")
    wanted = set(labels["posting_id_left"]) | set(labels["posting_id_right"])
    companies = set(every.loc[every["posting_id"].isin(wanted), "company"])
    every[every["company"].isin(companies)].to_parquet(tmp_path / "some.parquet")
    merge = merge_postings(module.read_postings(tmp_path / "some.parquet"))
    groups = dict(zip(merge.members["posting_id"], merge.members["vacancy_id"], strict=True))
    found = module.quality(groups, labels)
    assert found.precision >= 0.98
    assert found.recall >= 0.90
