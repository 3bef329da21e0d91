"""Rows that a server searches: its answers, the proof of them, and what happens when it fails."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from data.errors import InputError, StoreError
from data.settings import Settings
from matching.index import CellEngine, ExactEngine, FlatIndex, Hits, ServerEngine, open_engine
from matching.index.served import ServedIndex, expression

SHARES = [0.02, 0.3, 1.0]


class Fake:
    """A server in memory that counts what it is asked; its list can be cut and it can be out of order."""

    most = 16_384
    approximate = False

    def __init__(self):
        self.rows, self.asked, self.published, self.broken = {}, [], 0, False

    def version_of(self, vectors, codes):
        return f"{vectors.shape}-{float(np.nansum(vectors)):.6f}"

    def attach(self, side, version, vectors):
        self._refuse()
        return version if version in self.rows else None

    def publish(self, side, version, vectors, codes):
        self._refuse()
        self.published += 1
        self.rows = {version: (vectors, codes)}
        return version

    def search(self, collection, query, limit, where):
        self._refuse()
        self.asked.append((limit, where))
        vectors, codes = self.rows[collection]
        passing = np.flatnonzero([eval_where(where, codes, at) for at in range(len(vectors))])
        return FlatIndex(vectors).search(query, limit, allowed=passing)

    def forget(self):
        self._refuse()
        self.rows = {}

    def _refuse(self):
        if self.broken:
            raise StoreError("milvus_failed", "连不上")


def eval_where(where, codes, at):
    """Judge one row: the expressions of Milvus used here are those of Python."""
    return not where or eval(where, {}, {name: int(values[at]) for name, values in codes.items()})


@pytest.fixture
def small(vectors):
    rows = vectors[:600]
    return np.ascontiguousarray(rows[np.isfinite(rows).all(axis=1)])


@pytest.fixture
def server():
    return Fake()


@pytest.fixture
def served(small, server):
    codes = {"place": (np.arange(len(small)) % 7).astype(np.int32)}
    index = ServedIndex(small, codes, server=server, side="profiles", least=10)
    assert index.open()
    return index


def exactly(index, query, k, allowed):
    exact = FlatIndex(index.vectors).search(query, k, allowed=allowed)
    hits = index.search(query, k, allowed=allowed)
    assert hits.positions.tolist() == exact.positions.tolist()
    assert hits.scores.tolist() == exact.scores.tolist()
    return hits


def test_the_server_is_asked_with_what_the_allowed_rows_have_in_common(served, server, small):
    exactly(served, small[3], 5, np.flatnonzero(np.arange(len(small)) % 7 < 2))
    assert server.asked == [(74, "place in [0, 1]")]


def test_few_allowed_rows_are_read_here(served, server, small):
    exactly(served, small[3], 5, np.arange(9))
    assert server.asked == []


def test_a_filter_that_no_column_tells_is_asked_again_and_then_read_here(served, server, small):
    allowed = np.random.default_rng(0).choice(len(small), 20, replace=False)
    for query in small[:20]:
        exactly(served, query, 5, np.sort(allowed))
    assert {limit for limit, _ in server.asked} == {74, 8 * 74}


def test_an_answer_cut_among_equal_scores_is_not_taken(served, server, small):
    """All rows are equal: none of those returned is better than those left out."""
    same = np.repeat(small[:1], 1000, axis=0)
    index = ServedIndex(same, {}, server=server, side="profiles", least=10)
    assert index.open()
    assert exactly(index, small[0], 10, np.arange(100, 1000)).positions.tolist() == list(range(100, 110))
    assert len(server.asked) == 2


def test_an_approximate_server_that_finds_too_few_is_not_believed(served, server, small, monkeypatch):
    monkeypatch.setattr(server, "approximate", True)
    monkeypatch.setattr(server, "search", lambda *_: Hits(np.arange(30), np.ones(30, np.float32)))
    exactly(served, small[3], 5, np.arange(len(small)))


def test_after_a_failure_the_rows_are_read_here_until_the_server_has_them_again(
    served, server, small, begun, monkeypatch
):
    now, everyone = [1000.0], np.arange(len(small))
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    server.broken = True
    exactly(served, small[3], 5, everyone)
    assert not served.ready
    exactly(served, small[3], 5, everyone)
    assert begun == []
    now[0] += 60
    exactly(served, small[3], 5, everyone)
    exactly(served, small[3], 5, everyone)
    assert len(begun) == 1
    begun[0].run()
    assert not served.ready
    server.broken = False
    now[0] += 60
    exactly(served, small[3], 5, everyone)
    begun[1].run()
    assert served.ready
    assert server.published == 1


def test_an_older_state_never_takes_the_place_of_a_newer_one(served, server, small):
    newer = ServedIndex(small[:300], {}, server=server, side="profiles", least=10)
    assert newer.open()
    served._collection = None
    assert not served.open()
    assert server.published == 2


def test_another_process_reads_the_rows_itself(served, small):
    again = pickle.loads(pickle.dumps(served))
    assert type(again) is FlatIndex
    assert again.vectors.tolist() == small.tolist()


def test_an_expression_lets_every_allowed_row_pass(small):
    rng = np.random.default_rng(1)
    codes = {f"c{size}": rng.integers(size, size=5000).astype(np.int32) for size in (1, 3, 40, 4000)}
    for share in SHARES:
        allowed = np.flatnonzero((rng.random(5000) < share) & (codes["c40"] < 9))
        where = expression(codes, allowed)
        assert "c40" in where
        assert "c1 " not in where
        assert all(eval_where(where, codes, at) for at in allowed)
    assert expression(codes, np.arange(5000)) == ""


def test_the_engine_serves_at_once_and_brings_the_rows_in_a_thread(small, server, begun):
    engine = ServerEngine(server, least=100)
    assert engine.state == "exact"
    index = engine.index("profiles", small, {})
    assert engine.state == "milvus_waiting"
    everyone = np.ones(len(small), bool)
    before = index.search(small[3], 5, allowed=everyone)
    begun[0].run()
    assert engine.state == "milvus"
    assert index.search(small[3], 5, allowed=everyone).positions.tolist() == before.positions.tolist()
    assert len(server.asked) >= 1
    engine.index("vacancies", small[:50], {})
    assert len(begun) == 1


def test_what_is_forgotten_leaves_the_server_and_does_not_come_back(small, server, begun, caplog):
    engine = ServerEngine(server, least=100)
    index = engine.index("profiles", small, {})
    begun[0].run()
    engine.forget()
    assert server.rows == {}
    assert not engine._bases["profiles"].open()
    assert server.rows == {}
    index.search(small[3], 5, allowed=np.ones(len(small), bool))
    assert len(begun) == 1
    server.broken = True
    engine.forget()
    assert "stay on the server" in caplog.text


def test_the_settings_name_the_engine():
    assert isinstance(open_engine(Settings(vectors="")), ExactEngine)
    assert isinstance(open_engine(Settings(vectors_approximate=True)), CellEngine)
    assert isinstance(open_engine(Settings(vectors="http://127.0.0.1:1")), ServerEngine)


def test_a_missing_client_is_named_in_chinese(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matching.index.milvus", None)
    with pytest.raises(InputError, match=r"yingcai\[milvus\]") as caught:
        open_engine(Settings(vectors="http://127.0.0.1:1"))
    assert caught.value.code == "milvus_missing"
