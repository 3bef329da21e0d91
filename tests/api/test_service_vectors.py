"""Where a service has its vectors searched: it says so, and what a server holds of a person leaves it."""

from __future__ import annotations

import time

import numpy as np

from matching.index import Hits, ServerEngine


class Recorded:
    """A server that holds what it was given and finds nothing by itself."""

    most, approximate = 16_384, True

    def __init__(self):
        self.held, self.columns, self.asked = {}, set(), 0

    def version_of(self, vectors, codes):
        return str(vectors.shape)

    def attach(self, side, version, vectors):
        return side if side in self.held else None

    def publish(self, side, version, vectors, codes):
        self.held[side] = len(vectors)
        self.columns |= set(codes)
        return side

    def search(self, collection, query, limit, where):
        self.asked += 1
        return Hits(np.empty(0, np.int64), np.empty(0, np.float32))

    def forget(self):
        self.held = {}


def waited_for(engine):
    for _ in range(600):
        if engine.state == "milvus":
            return True
        time.sleep(0.05)
    return False


def test_vectors_are_searched_here_unless_the_settings_say_otherwise(serve):
    with serve().client as client:
        assert client.get("/readyz").json()["vectors"] == "exact"


def test_a_server_of_vectors_that_is_not_there_keeps_no_service_from_answering(serve):
    served = serve(vectors="http://127.0.0.1:9")
    with served.client as client:
        assert client.get("/readyz").json()["vectors"] == "exact"
    assert len(served.people) == 12


def test_both_sides_go_to_the_server_and_an_erased_person_leaves_it(serve, monkeypatch):
    server = Recorded()
    engine = ServerEngine(server, least=1)
    monkeypatch.setattr("api.service.open_engine", lambda _: engine)
    served = serve()
    assert waited_for(engine)
    assert server.held["profiles"] == 12
    assert {"rule_education", "rule_place", "rule_pay_floor", "owner"} <= server.columns
    with served.client as client:
        assert client.get("/readyz").json()["vectors"] == "milvus"
        asked = client.post("/v1/matches/profiles", json={"vacancy": {"title": "岸桥司机"}, "k": 3})
    assert len(asked.json()["results"]) == 3
    assert server.asked
    people = served.people
    served.erase("PERSON03")
    assert served.refresher.refresh() is True
    assert waited_for(engine)
    assert server.held["profiles"] == 11
    assert served.people == [each for each in people if each != "PERSON03"]
