"""What a run leaves besides weights."""

from __future__ import annotations

import pandas as pd

from training.encoder.record import data_hash, peak_memory, read_record, write_record


def test_pairs_are_hashed_by_row_and_not_by_index(trades):
    assert data_hash(trades.set_index(pd.RangeIndex(5, 5 + len(trades)))) == data_hash(trades)
    assert data_hash(trades.iloc[::-1]) != data_hash(trades)
    assert data_hash(trades.assign(language="zh")) != data_hash(trades.assign(language="en"))
    assert data_hash(trades.assign(group="a")) != data_hash(trades.assign(group="b"))


def test_a_record_that_is_missing_or_broken_reads_as_empty(tmp_path):
    path = tmp_path / "fit.json"
    assert read_record(path) == {}
    path.write_text('{"steps":', "utf-8")
    assert read_record(path) == {}
    write_record({"名称": 1}, path)
    assert read_record(path) == {"名称": 1}
    assert [one.name for one in tmp_path.iterdir()] == ["fit.json"]


def test_the_peak_is_told_in_bytes():
    assert 10**7 < peak_memory() < 10**12
