"""Runs kept in MLflow come back."""

from __future__ import annotations

import pytest

from training.tracking import log_run, read_runs, tracking_uri


@pytest.mark.filterwarnings("ignore")
def test_runs_come_back_newest_first(tmp_path):
    uri = tracking_uri(tmp_path)
    assert read_runs(uri, "编码器").empty
    log_run(uri, "编码器", "原样", parameters={"correction": "none"}, metrics={"map": 0.25})
    log_run(uri, "编码器", "校正", parameters={"correction": "centre"}, metrics={"map": 0.5})
    runs = read_runs(uri, "编码器")
    assert sorted(runs["name"]) == ["原样", "校正"]
    assert runs.set_index("name").loc["校正", "map"] == 0.5
    assert (tmp_path / "mlflow" / "mlflow.db").is_file()
