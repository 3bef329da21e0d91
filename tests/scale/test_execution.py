"""Every executor keeps the same contract; where parts run shows in nothing that comes back."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from data.errors import InputError, RefusedError, WorkersLost
from data.execution import Executor, InProcess, LocalPool, executor_of
from data.settings import Settings
from tests.scale.conftest import ROOT


def scaled(factor: int, part: int) -> tuple[int, int]:
    """Return a part times what is shared, and where that was done."""
    return factor * part, os.getpid()


def refuse(shared: str, part: int) -> int:
    """Refuse one part."""
    if part == 2:
        raise RefusedError("no_such_part", shared)
    return part


def die_once(marker: str, part: int) -> int:
    """End the process without a word when the third part comes for the first time."""
    if part == 3:
        try:
            Path(marker).touch(exist_ok=False)
        except FileExistsError:
            return part * part
        os.kill(os.getpid(), signal.SIGKILL)
    return part * part


def die(shared: str, part: int) -> int:
    """End the process without a word, whichever part comes."""
    os.kill(os.getpid(), signal.SIGKILL)
    return part


def wait(seconds: float, part: int) -> int:
    """Take a while over a part."""
    time.sleep(seconds)
    return part


def test_results_come_in_the_order_of_the_parts(executor: Executor):
    found = list(executor.map(scaled, range(40), shared=3))
    assert [value for value, _ in found] == [3 * part for part in range(40)]


def test_parts_leave_this_process_unless_there_is_a_single_one(executor: Executor):
    places = {place for _, place in executor.map(scaled, range(12), shared=1)}
    assert (os.getpid() in places) is isinstance(executor, InProcess)
    assert [place for _, place in executor.map(scaled, [7], shared=1)] == [os.getpid()]
    assert list(executor.map(scaled, [], shared=1)) == []


def test_an_executor_is_used_again_with_something_else_shared(executor: Executor):
    for factor in (2, 5):
        found = list(executor.map(scaled, range(3), shared=factor))
        assert [value for value, _ in found] == [0, factor, 2 * factor]


def test_what_a_part_raises_arrives_as_it_was_raised(executor: Executor):
    results = executor.map(refuse, range(4), shared="说明")
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(RefusedError, match="说明") as raised:
        next(results)
    assert raised.value.code == "no_such_part"


def test_parts_are_taken_only_a_few_ahead_of_the_results(executor: Executor):
    taken = []

    def parts():
        for part in range(1000):
            taken.append(part)
            yield part

    results = executor.map(scaled, parts(), shared=1)
    assert [next(results)[0] for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(taken) < 30
    results.close()


def test_a_worker_of_a_cluster_that_is_killed_in_the_middle_changes_nothing(start_cluster, tmp_path):
    from data.cluster import connected

    mortal = start_cluster(2)
    with connected(mortal.address) as executor:
        found = list(executor.map(die_once, range(12), shared=str(tmp_path / "died")))
    assert found == [part * part for part in range(12)]
    assert len(mortal.pids) == 1


def test_a_part_that_ends_every_process_of_a_pool_is_told_with_what_to_do(tmp_path):
    pool = LocalPool(2)
    with pytest.raises(WorkersLost) as raised:
        list(pool.map(die, range(4), shared=""))
    assert raised.value.code == "workers_lost"
    assert "YINGCAI_PROCESSES" in raised.value.hint
    assert [value for value, _ in pool.map(scaled, range(3), shared=1)] == [0, 1, 2]
    pool.close()


def test_a_cluster_that_loses_its_last_worker_is_told_and_not_waited_for(start_cluster, monkeypatch):
    monkeypatch.setattr("data.cluster._PATIENCE", 0.5)
    from data.cluster import connected

    doomed = start_cluster(1)
    with connected(doomed.address) as executor:
        results = executor.map(wait, range(4), shared=0.01)
        assert next(results) == 0
        doomed.kill_workers()
        with pytest.raises(WorkersLost) as raised:
            list(results)
    assert raised.value.code == "workers_lost"


def test_a_cluster_without_workers_or_with_other_code_is_refused(start_cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("data.cluster._PATIENCE", 0.5)
    from data.cluster import connected

    idle = start_cluster(0)
    with pytest.raises(InputError, match="没有工作进程") as empty, connected(idle.address):
        pass
    assert empty.value.code == "cluster_empty"
    for package in ("data", "matching", "training"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data" / "execution.py").write_text((ROOT / "data" / "execution.py").read_text() + "\n")
    idle.start_worker(folder=tmp_path)
    idle.await_workers(1)
    with pytest.raises(InputError, match="同") as other, connected(idle.address):
        pass
    assert other.value.code == "cluster_code"


def test_an_address_where_nobody_answers_is_told(monkeypatch):
    monkeypatch.setattr("data.cluster._PATIENCE", 0.5)
    with (
        pytest.raises(InputError) as raised,
        executor_of(Settings(dask="tcp://127.0.0.1:9", _env_file=None)),
    ):
        pass
    assert raised.value.code == "cluster_unreachable"


def test_settings_name_the_executor(cluster, monkeypatch):
    with executor_of(Settings(processes=1, _env_file=None)) as found:
        assert isinstance(found, InProcess)
    with executor_of(Settings(processes=3, _env_file=None)) as found:
        assert isinstance(found, LocalPool)
        assert found.workers == 3
    with executor_of(Settings(dask=cluster.address, processes=3, _env_file=None)) as found:
        assert found.distributed
        assert found.workers == 2


def test_dask_that_is_not_installed_is_told_with_its_extra(monkeypatch):
    monkeypatch.delitem(sys.modules, "data.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(InputError) as raised,
        executor_of(Settings(dask="tcp://127.0.0.1:9", _env_file=None)),
    ):
        pass
    assert raised.value.code == "scale_missing"
    assert "yingcai[scale]" in raised.value.hint
