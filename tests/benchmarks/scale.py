"""Batch work in this process, on two processes and on a Dask cluster of two workers, and what it costs.

    OMP_NUM_THREADS=1 python tests/benchmarks/scale.py [--vacancies N] [--series N] [--profiles N] ...

Every stage runs on drawn data (合成数据) on each executor, and its results are compared by hash. ``ratio`` is
the time in this process over that of the executor: 2 would be twice as fast on two workers. Starting
processes and importing is timed apart (``start``, ``warm``). ``bytes`` is what is sent and comes back;
``empty_part`` the seconds of a part that does nothing. One JSON object a line.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import data.catalogue.city
import matching.bulk
import training.forecast.points
from data.catalogue.shortage import build_shortage_catalogue
from data.catalogue.simulation.market import AS_OF, DIRTY, Market, draw_market
from data.catalogue.simulation.truth import INDUSTRIES, draw_truth
from data.cluster import connected
from data.execution import Executor, InProcess, LocalPool
from matching.meaning import FieldVectors
from matching.pool import Pool, complete_row
from tests.scale.conftest import DaskProcesses
from training.forecast.engine import forecast_series
from training.forecast.points import Panel
from training.forecast.season import Calendar

EMPTY_PARTS = 200
DIMENSION = 384


class City(NamedTuple):
    """A region of drawn data."""

    name_zh: str = "合成市"
    entry_prefix: str = "SY"
    key_industries: tuple[str, ...] = INDUSTRIES


class Weighed:
    """This process, counting what would leave it."""

    workers = 1
    distributed = True

    def __init__(self) -> None:
        self.parts = self.sent = self.returned = 0

    def map(self, function: Callable[[Any, Any], Any], parts: Iterable[Any], *, shared: Any) -> Iterator[Any]:
        """Run a function for every part."""
        self.sent += _size(shared)
        for part in parts:
            self.parts += 1
            self.sent += _size(part)
            result = function(shared, part)
            self.returned += _size(result)
            yield result


def say(**values: Any) -> None:
    """Write one line of the report."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure every stage on every executor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vacancies", type=int, default=36_000, help="需求，编制目录")
    parser.add_argument("--cell-block", type=int, default=256, help="一份的单元数，缺省小于产品的 2048")
    parser.add_argument("--series", type=int, default=70, help="序列，逐列拟合")
    parser.add_argument("--series-block", type=int, default=16, help="一份的序列数，缺省小于产品的 64")
    parser.add_argument("--asked", type=int, default=4_000, help="岗位，批量检索")
    parser.add_argument("--profiles", type=int, default=400_000, help="档案，批量检索")
    given = parser.parse_args()
    data.catalogue.city._BLOCK = given.cell_block
    training.forecast.points._BLOCK = given.series_block
    stages: dict[str, Callable[[Executor], str]] = {
        "目录": partial(_catalogue, _market(given.vacancies)),
        "预测": partial(_forecast, _panel(given.series)),
        "批量匹配": partial(
            _bulk, _pool(given.asked, vacancies=True), _pool(given.profiles, vacancies=False)
        ),
    }
    plain = {name: _timed(run, InProcess()) for name, run in stages.items()}
    for name, run in stages.items():
        weighed = Weighed()
        run(weighed)
        say(stage=name, in_process=round(plain[name][0], 2), parts=weighed.parts,
            bytes_sent=weighed.sent, bytes_returned=weighed.returned)  # fmt: skip
    pool = LocalPool(2)
    _measure("local_pool", pool, stages, plain)
    pool.close()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        processes = DaskProcesses(Path(folder))
        processes.start_worker()
        processes.start_worker()
        processes.await_workers(2)
        say(executor="cluster", start=round(time.perf_counter() - started, 1))
        try:
            with connected(processes.address) as cluster:
                _measure("cluster", cluster, stages, plain)
        finally:
            processes.close()


def _measure(
    name: str,
    executor: Executor,
    stages: dict[str, Callable[[Executor], str]],
    plain: dict[str, tuple[float, str]],
) -> None:
    started = time.perf_counter()
    places = set(executor.map(_warm, range(8), shared=1.0))
    say(executor=name, processes=len(places), warm=round(time.perf_counter() - started, 1))
    started = time.perf_counter()
    list(executor.map(_nothing, range(EMPTY_PARTS), shared=None))
    say(executor=name, empty_part=round((time.perf_counter() - started) / EMPTY_PARTS, 5))
    for stage, run in stages.items():
        seconds, found = _timed(run, executor)
        before, wanted = plain[stage]
        say(executor=name, stage=stage, seconds=round(seconds, 2), ratio=round(before / seconds, 2),
            same=found == wanted)  # fmt: skip


def _timed(run: Callable[[Executor], str], executor: Executor) -> tuple[float, str]:
    started = time.perf_counter()
    found = run(executor)
    return time.perf_counter() - started, found


def _market(vacancies: int) -> Market:
    rng = np.random.default_rng(0)
    truth = draw_truth(rng, occupations=1500)
    return draw_market(replace(truth, spells=truth.spells * (vacancies / truth.spells.sum())), rng, DIRTY)


def _catalogue(market: Market, executor: Executor) -> str:
    found = build_shortage_catalogue(
        market.vacancies, market.profiles, region=City(), edition="2027", as_of=AS_OF, snapshot="合成",
        rng=np.random.default_rng(1), survey=market.survey, executor=executor,
    )  # fmt: skip
    return hashlib.sha256(found.model_dump_json().encode()).hexdigest()


def _panel(series: int) -> Panel:
    rng = np.random.default_rng(2)
    matrix = rng.poisson(rng.gamma(2, 20, (series, 1)), (series, 30)).astype(float)
    return Panel(matrix, matrix.sum(axis=0), np.arange(series) // 37, Calendar(dt.date(2024, 1, 1)), 3)


def _forecast(panel: Panel, executor: Executor) -> str:
    found = forecast_series(panel, executor=executor)
    return hashlib.sha256(b"".join(steps.tobytes() for steps in found.points.values())).hexdigest()


def _pool(count: int, *, vacancies: bool) -> Pool:
    rng = np.random.default_rng(count)
    kinds = {"education": ("大专", "本科", "硕士", None), "place_code": ("210800", "210882", None)}
    drawn = {name: rng.integers(len(values), size=count) for name, values in kinds.items()}
    plain = {"title": "工艺员", "skills": ("浮选",), "text": "", "synthetic": True, "engagement": ("全职",)}
    rows = [
        complete_row(
            plain | {name: values[drawn[name][number]] for name, values in kinds.items()},
            item_id=f"{number:09d}",
            text_column="text",
        )
        for number in range(count)
    ]
    vectors = rng.standard_normal((count, DIMENSION), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    few = vectors[:, :1]
    return Pool.from_rows(rows, FieldVectors(few, few, vectors), vacancies=vacancies)


def _bulk(vacancies: Pool, profiles: Pool, executor: Executor) -> str:
    if isinstance(executor, InProcess):
        found = matching.bulk.nearest_profiles(vacancies, profiles, k=20)
    else:
        shards = matching.bulk.PoolShards(profiles)
        found = matching.bulk.nearest_in_shards(vacancies, shards, k=20, executor=executor)
    return hashlib.sha256(found.positions.tobytes() + found.scores.tobytes()).hexdigest()


def _nothing(_shared: None, part: int) -> int:
    return part


def _warm(seconds: float, _part: int) -> int:
    """Import what the stages need, and stay long enough for every worker to get a part."""
    import faiss  # noqa: F401
    import statsforecast.models  # noqa: F401

    import matching.bulk  # noqa: F401

    time.sleep(seconds)
    return os.getpid()


def _size(value: Any) -> int:
    return len(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
