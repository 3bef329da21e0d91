"""``yingcai worker``."""

from __future__ import annotations

import json
import signal
import threading

import pytest
import typer
from typer.testing import CliRunner

from api.commands import worker
from api.jobs.match import MATCH, MatchJobQuery
from data.jobs import JobRequest, JobState
from data.settings import current_settings
from data.store.job_results import iter_results
from data.store.jobs import read_job, submit_job


@pytest.fixture
def submitted(serve, monkeypatch, hashing_model):
    """Return a store with a job of five queries, and the job."""
    served = serve()
    monkeypatch.setenv("YINGCAI_VAR_DIR", str(served.folder))
    monkeypatch.setattr("api.service.build_model", lambda *_, **__: hashing_model)
    asked = [MatchJobQuery(profile_id=each).to_query() for each in [*served.people[:4], "P0"]]
    payload = {"k": 2, "weights": None, "rank_by": "forward"}
    request = JobRequest(MATCH, "", "甲", asked, payload, part_size=2)
    return served.store, submit_job(served.store, request).job.job_id


def work(*arguments):
    """Run the command alone and return what it wrote to standard output."""
    app = typer.Typer()
    app.command()(worker.run)
    current_settings.cache_clear()
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    current_settings.cache_clear()
    assert done.exit_code == 0
    return done.stdout


def test_what_waits_is_done_and_the_command_ends(submitted):
    store, job_id = submitted
    assert json.loads(work("--until-idle", "--threads", "2", "--json")) == {"parts": 3}
    assert read_job(store, job_id, owner="").state is JobState.DONE
    *answered, unknown = iter_results(store, job_id)
    assert [each["position"] for each in answered] == list(range(4))
    assert unknown["error"]["code"] == "profile_unknown"
    assert work("--until-idle", "--region", "yingkou") == "已停止，处理了 0 个部分\n"


def test_a_signal_ends_it_after_the_part_at_hand(submitted, monkeypatch):
    store, job_id = submitted
    before = signal.getsignal(signal.SIGTERM)

    def told_soon(_waits):
        threading.Timer(0.3, signal.raise_signal, [signal.SIGTERM]).start()

    monkeypatch.setattr(worker, "note", told_soon)
    assert work().startswith("已停止，处理了")
    assert signal.getsignal(signal.SIGTERM) is before
    assert read_job(store, job_id, owner="").done in {0, 2, 4, 5}
