"""A real Milvus server: what is put there, how one state takes the place of another, and what fails."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from data.errors import StoreError
from matching.index import FlatIndex
from matching.index.milvus import MilvusServer
from matching.index.served import ServedIndex, expression


@pytest.fixture(scope="module")
def rows():
    made = np.random.default_rng(0).normal(size=(3000, 16)).astype(np.float32)
    made[5, 3] = np.nan
    return made


@pytest.fixture(scope="module")
def codes():
    rng = np.random.default_rng(1)
    return {
        name: rng.integers(size, size=3000).astype(np.int32) for name, size in (("rule_a", 5), ("owner", 3))
    }


def publish(server, side, rows, codes):
    return server.publish(side, server.version_of(rows, codes), rows, codes)


def counted(server, alias):
    found = server._client.query(alias, filter="", output_fields=["count(*)"], consistency_level="Strong")
    return found[0]["count(*)"]


def test_the_server_leaves_out_what_the_rules_exclude(milvus, rows, codes, twin, monkeypatch):
    index = ServedIndex(rows, codes, server=milvus, side="filtered", least=1)
    assert index.open()
    monkeypatch.setattr(FlatIndex, "_candidates", lambda *_: pytest.fail("the rows were read here"))
    asked = []
    search = milvus.search
    monkeypatch.setattr(milvus, "search", lambda *given: asked.append(given[3]) or search(*given))
    for number, wanted in enumerate(({0, 3}, {1}, {0, 1, 2, 3})):
        allowed = np.flatnonzero(np.isin(codes["rule_a"], list(wanted)) & (codes["owner"] != 1))
        allowed = allowed[allowed != 5]
        hits = index.search(rows[10 + number], 20, allowed=allowed)
        positions, scores = twin(rows, rows[10 + number], 20, allowed)
        assert hits.positions.tolist() == positions.tolist()
        assert hits.scores.tolist() == scores.tolist()
    assert asked == [
        "rule_a in [0, 3] and owner not in [1]",
        "rule_a in [1] and owner not in [1]",
        "rule_a not in [4] and owner not in [1]",
    ]


def test_expressions_select_on_the_server_what_they_say(milvus, rows, codes):
    name = publish(milvus, "filtered", rows, codes)
    allowed = np.flatnonzero((codes["rule_a"] == 2) & (codes["owner"] > 0))
    found = milvus.search(name, rows[0], milvus.most, expression(codes, allowed)).positions
    assert sorted(found.tolist()) == [each for each in allowed.tolist() if each != 5]


def test_a_newer_state_takes_the_alias_in_one_step_and_the_older_is_dropped(milvus, rows, codes):
    first = publish(milvus, "switched", rows, codes)
    assert publish(milvus, "switched", rows, codes) == first
    fewer = {name: values[:2000] for name, values in codes.items()}
    second = publish(milvus, "switched", rows[:2000], fewer)
    assert counted(milvus, "yingcai_switched") == 1999
    assert milvus._collections("switched") == [second]
    with pytest.raises(StoreError) as caught:
        milvus.search(first, rows[0], 5, "")
    assert caught.value.code == "milvus_failed"
    assert milvus.attach("switched", milvus.version_of(rows, codes), rows) is None


def test_a_state_that_is_not_whole_never_takes_the_alias(milvus, rows, codes, monkeypatch):
    first = publish(milvus, "counted", rows[:1000], {})
    insert = milvus._client.insert
    monkeypatch.setattr(milvus._client, "insert", lambda name, data, **more: insert(name, data[:-1], **more))
    with pytest.raises(StoreError) as caught:
        publish(milvus, "counted", rows[:1001], {})
    assert caught.value.code == "milvus_incomplete"
    assert counted(milvus, "yingcai_counted") == 999
    assert milvus._collections("counted") == [first]


def test_one_process_fills_and_the_other_waits(milvus, rows):
    version = milvus.version_of(rows[:900], {})
    started, go_on, names = threading.Event(), threading.Event(), []
    other = MilvusServer(milvus.address)
    create = other._create

    def slowly(*given):
        create(*given)
        started.set()
        assert go_on.wait(60)

    other._create = slowly
    thread = threading.Thread(target=lambda: names.append(other.publish("shared", version, rows[:900], {})))
    thread.start()
    assert started.wait(60)
    with pytest.raises(StoreError) as caught:
        milvus.publish("shared", version, rows[:900], {})
    assert caught.value.code == "milvus_filling"
    go_on.set()
    thread.join()
    assert milvus.publish("shared", version, rows[:900], {}) == names[0]


def test_cells_on_the_server_give_the_scores_of_an_exact_search(milvus_address, rows):
    server = MilvusServer(milvus_address, approximate=True)
    whole = np.ascontiguousarray(rows[6:])
    index = ServedIndex(whole, {}, server=server, side="cells", least=1)
    assert index.open()
    everyone, found = np.arange(len(whole)), 0
    for query in whole[:30]:
        hits = index.search(query, 10, allowed=everyone)
        assert hits.scores.tolist() == np.vecdot(whole[hits.positions], query).tolist()
        exact = FlatIndex(whole).search(query, 10, allowed=everyone)
        found += len(np.intersect1d(hits.positions, exact.positions))
    assert index.ready
    assert found / 300 > 0.5


def test_what_is_forgotten_is_gone_from_the_server(milvus, milvus_address, rows):
    class Own(MilvusServer):
        """Sees the collections of one side only: other tests have theirs on the same server."""

        def _collections(self, side):
            return super()._collections(side or "forgotten")

    server = Own(milvus_address)
    publish(server, "forgotten", rows[:500], {})
    server.forget()
    assert server._collections("") == []
    assert not milvus._client.has_collection("yingcai_forgotten")


def test_a_server_that_is_not_there_is_named_in_chinese(rows):
    server = MilvusServer("http://127.0.0.1:9")
    with pytest.raises(StoreError, match=r"http://127.0.0.1:9 写入向量失败|查找向量失败") as caught:
        publish(server, "nowhere", rows[:10], {})
    assert caught.value.code == "milvus_failed"
    index = ServedIndex(rows[:10], {}, server=server, side="nowhere", least=1)
    assert not index.open()
    assert index.search(rows[3], 1, allowed=np.arange(10)).positions.tolist() == [
        int(np.nanargmax(np.vecdot(rows[:10], rows[3])))
    ]
