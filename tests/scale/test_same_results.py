"""Catalogue, forecast and bulk search give the same bits in this process, on a pool and on a cluster."""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.catalogue.shortage import build_shortage_catalogue
from data.catalogue.simulation.market import AS_OF, DIRTY, draw_market
from data.catalogue.simulation.truth import INDUSTRIES, draw_truth
from data.errors import InputError
from data.execution import Executor
from matching.bulk import PoolShards, count_exposure, nearest_in_shards, nearest_profiles
from matching.meaning import FieldVectors
from matching.pool import Pool, complete_row
from matching.rules import RULES, RuleColumns
from training.forecast.engine import Forecasts, forecast_series
from training.forecast.points import Panel
from training.forecast.season import Calendar


class Region:
    """A region of drawn data."""

    name_zh = "合成市"
    entry_prefix = "SY"
    key_industries = INDUSTRIES


def digest(*arrays: np.ndarray[Any, Any]) -> str:
    """Hash arrays bit by bit."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.dtype} {array.shape}".encode())
        found.update(array.tobytes() if array.dtype != object else pickle.dumps(array.tolist()))
    return found.hexdigest()


@pytest.fixture(scope="module")
def market():
    """Return a small drawn city with a survey."""
    rng = np.random.default_rng(3)
    truth = draw_truth(rng, occupations=30)
    return draw_market(replace(truth, spells=truth.spells * (900 / truth.spells.sum())), rng, DIRTY)


def catalogue_of(market, executor: Executor | None) -> str:
    """Build the catalogue of a city and return it as it is written."""
    return build_shortage_catalogue(
        market.vacancies,
        market.profiles,
        region=Region(),
        edition="2027",
        as_of=AS_OF,
        snapshot="合成",
        rng=np.random.default_rng(1),
        survey=market.survey,
        executor=executor,
    ).model_dump_json()


@pytest.fixture(scope="module")
def catalogue(market) -> str:
    """Return the catalogue of a city whose cells were one block."""
    return catalogue_of(market, None)


def test_the_catalogue_is_the_same_in_whatever_blocks_its_cells_are_drawn(
    market, catalogue, executor, monkeypatch
):
    monkeypatch.setattr("data.catalogue.city._BLOCK", 7)
    assert catalogue_of(market, executor) == catalogue
    assert '"star":' in catalogue


def forecasts_of(executor: Executor | None, told: list[tuple[str, int, int]]) -> Forecasts:
    """Forecast steady and intermittent series of two small groups."""
    rng = np.random.default_rng(5)
    steady, rare = rng.poisson(30, (9, 18)), rng.poisson(0.4, (5, 18))
    matrix = np.concatenate([steady, rare]).astype(float)
    groups = np.repeat([0, 1], [6, 8])
    panel = Panel(matrix, matrix.sum(axis=0), groups, Calendar(dt.date(2025, 1, 1)), 2)
    return forecast_series(panel, progress=lambda *step: told.append(step), executor=executor)


@pytest.fixture(scope="module")
def forecast() -> Forecasts:
    """Return the forecast of series that were one block."""
    return forecasts_of(None, [])


def test_the_forecast_is_the_same_in_whatever_blocks_its_series_are_fitted(forecast, executor, monkeypatch):
    monkeypatch.setattr("training.forecast.points._BLOCK", 4)
    told: list[tuple[str, int, int]] = []
    found = forecasts_of(executor, told)
    assert list(found.points) == list(forecast.points)
    assert digest(*found.points.values(), found.names) == digest(*forecast.points.values(), forecast.names)
    assert digest(found.residuals.errors) == digest(forecast.residuals.errors)
    assert [step for step in told if step[0] == "逐列拟合"] == [
        ("逐列拟合", done, 4) for done in (1, 2, 3, 4)
    ]


def drawn_pool(count: int, *, vacancies: bool, seed: int) -> Pool:
    """Draw a pool of some rows, a third of which are equal to others."""
    rng = np.random.default_rng(seed)
    kinds = {
        "education": ("大专", "本科", "硕士", None),
        "place_code": ("210800", "210882", None),
        "engagement": (("全职",), ("兼职",), ("全职", "兼职")),
    }
    rows = []
    for number in range(count):
        own = {name: values[rng.integers(len(values))] for name, values in kinds.items()}
        plain = {"title": "工艺员", "skills": ("浮选",), "text": "", "synthetic": True, "owner": ""}
        years = {"experience_low": 2.0} if vacancies else {"experience_years": float(rng.integers(6))}
        rows.append(complete_row(plain | own | years, item_id=f"{number:04d}", text_column="text"))
    vectors = rng.normal(size=(count, 16)).astype(np.float32)
    vectors[rng.integers(count, size=count // 3)] = vectors[0]
    pool = Pool.from_rows(rows, FieldVectors(vectors, vectors, vectors), vacancies=vacancies)
    gone = [f"{number:04d}" for number in rng.integers(count, size=count // 10)]
    none = np.empty((0, 16), np.float32)
    return pool.updated([], FieldVectors(none, none, none), removed=gone)


@pytest.fixture(scope="module")
def pools() -> tuple[Pool, Pool]:
    """Return vacancies and profiles."""
    return drawn_pool(90, vacancies=True, seed=1), drawn_pool(700, vacancies=False, seed=2)


@pytest.mark.parametrize("k", [1, 12, 120])
def test_bulk_search_is_the_same_in_whatever_shards_and_blocks(pools, executor, monkeypatch, k):
    monkeypatch.setattr("matching.bulk._ROWS", 110)
    monkeypatch.setattr("matching.bulk._QUERIES", 32)
    vacancies, profiles = pools
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    whole = nearest_profiles(vacancies, profiles, k=k)
    found = nearest_in_shards(vacancies, PoolShards(profiles), k=k, executor=executor, progress=tell)
    assert digest(*found) == digest(*whole)
    assert digest(*nearest_profiles(vacancies, profiles, k=k, executor=executor)) == digest(*whole)
    assert (whole.positions >= 0).any()
    assert len(told) == 7 * 3
    assert told == sorted(told)
    assert told[-1] == (len(vacancies), len(vacancies))
    counts = count_exposure(vacancies, profiles, k=k)
    assert count_exposure(vacancies, profiles, k=k, executor=executor).tolist() == counts.tolist()


def test_workers_read_vectors_from_a_disk_that_they_see_and_tell_where_they_do_not(
    pools, executor, monkeypatch, tmp_path
):
    monkeypatch.setattr("matching.bulk._ROWS", 110)
    vacancies, profiles = pools
    stored = tmp_path / "profiles.joined.npy"
    np.save(stored, profiles.index.take(np.arange(profiles.index.size)))
    whole = nearest_profiles(vacancies, profiles, k=5)
    shards = PoolShards(profiles, stored)
    assert digest(*nearest_in_shards(vacancies, shards, k=5, executor=executor)) == digest(*whole)
    stored.unlink()
    with pytest.raises(InputError, match="shared-index") as raised:
        nearest_in_shards(vacancies, shards, k=5, executor=executor)
    assert raised.value.code == "shard_unreadable"


def test_bulk_search_without_vacancies_or_profiles_finds_nothing(pools, executor):
    vacancies, profiles = pools
    nobody = profiles.only(np.zeros(700, bool))
    found = nearest_in_shards(vacancies, PoolShards(nobody), k=2, executor=executor)
    assert (found.positions == -1).all()
    none = vacancies.only(np.zeros(90, bool))
    assert nearest_in_shards(none, PoolShards(profiles), k=2, executor=executor).positions.shape == (0, 2)


def test_rule_columns_judge_in_another_process_as_they_did_in_this_one(pools):
    vacancies, profiles = pools
    part = profiles.columns.taken(np.arange(100, 300))
    sent = pickle.loads(pickle.dumps(part))
    assert isinstance(sent, RuleColumns)
    for row in vacancies.rows[:20]:
        here, there = (each.take_allowed(row, row_is_vacancy=True) for each in (part, sent))
        assert there.mask.tolist() == here.mask.tolist()
        assert there.excluded == here.excluded
    assert all(len(sent.distinct(rule)) <= len(part.distinct(rule)) for rule in RULES)
