"""A running service follows its store."""

from __future__ import annotations

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from api.service import Service
from data.codes import CodingKind
from data.errors import ModelError
from data.store.reviews import decide_review
from matching.matcher import Matcher

PEOPLE = [f"PERSON{i:02}" for i in range(12)]
VACANCY = {"vacancy": {"title": "岸桥司机", "skills": ["岸桥"]}, "k": 50}


def shown(client):
    answer = client.post("/v1/matches/profiles", json=VACANCY)
    assert answer.status_code == 200
    return sorted(each["id"] for each in answer.json()["results"])


def until(client, people, seconds=20):
    """Ask until the answer shows these people."""
    end = time.monotonic() + seconds
    while shown(client) != people and time.monotonic() < end:
        time.sleep(0.05)
    return shown(client)


def test_people_who_come_and_go_are_seen_without_a_restart(serve):
    served = serve(refresh_seconds=0.1)
    with served.client as client:
        assert shown(client) == PEOPLE
        served.bring_people(["PERSON77"])
        assert until(client, [*PEOPLE, "PERSON77"]) == [*PEOPLE, "PERSON77"]
        served.erase("PERSON03")
        left = [each for each in [*PEOPLE, "PERSON77"] if each != "PERSON03"]
        assert until(client, left) == left
        gone = client.post("/v1/matches/vacancies", json={"profile_id": "PERSON03"})
        assert (gone.status_code, gone.json()["code"]) == (404, "profile_unknown")
    assert not served.refresher.watching


def test_nothing_is_made_anew_while_the_store_stays_as_it_is(serve):
    served = serve()
    before = served.refresher.serving
    assert served.refresher.refresh() is False
    after = served.refresher.serving
    assert after.matcher is before.matcher
    assert after.refreshed_at >= before.refreshed_at


def test_a_change_that_concerns_no_member_leaves_the_matcher(serve):
    served = serve()
    before = served.service.matcher
    served.bring("empty.csv", served.header)
    assert served.refresher.refresh() is False
    assert served.service.matcher is before


def test_readiness_tells_what_is_served_and_since_when(serve):
    served = serve()
    with served.client as client:
        first = client.get("/readyz").json()
        served.bring_people(["PERSON77"])
        assert served.refresher.refresh() is True
        second = client.get("/readyz").json()
    assert (first["profiles"], second["profiles"]) == (12, 13)
    assert second["index_version"] == first["index_version"] + "+1"
    assert second["store_version"] != first["store_version"]
    assert second["refreshed_at"] > first["refreshed_at"]
    assert 0 == first["garbage"] < second["garbage"]
    assert (second["refresh_failure"], second["degraded"]) == (None, False)


def test_many_changes_make_the_pools_be_loaded_anew(serve):
    served = serve()
    served.bring_people([f"PERSON{i}" for i in range(50, 59)])
    assert served.refresher.refresh() is True
    assert served.service.matcher.garbage == 0
    assert "+" not in served.service.matcher.index_version
    assert len(served.people) == 21


def test_of_an_erased_person_nothing_stays_in_the_memory_or_on_the_disk_of_the_service(serve):
    served = serve()
    kept = {path.name for path in served.settings.index_dir.iterdir() if path.is_dir()}
    assert kept
    served.erase("PERSON03")
    assert served.refresher.refresh() is True
    assert "PERSON03" not in {row["id"] for row in served.service.matcher.profiles.rows}
    assert not kept & {path.name for path in served.settings.index_dir.iterdir()}
    assert served.people == [each for each in PEOPLE if each != "PERSON03"]


def test_a_later_day_of_the_data_moves_the_day_that_matches_are_made_for(serve):
    served = serve()
    before = served.service.matcher.as_of
    served.bring("later.csv", served.postings.replace("a1,岸桥司机", "b1,电工").replace("11-01", "11-21"))
    assert served.refresher.refresh() is True
    assert served.service.matcher.as_of == before + dt.timedelta(days=1) == dt.date(2026, 11, 21)


def test_what_people_decide_about_titles_reaches_the_next_question(serve):
    served = serve()
    ask = {"vacancy": {"title": "灵修总监"}, "k": 1}
    with served.client as client:
        first = client.post("/v1/matches/profiles", json=ask).json()["query"]["occupation_code"]
        decide_review(
            served.store, kind=CodingKind.OCCUPATION, text="灵修总监", code="6-18-02-04", decided_by="甲"
        )
        served.refresher.refresh()
        second = client.post("/v1/matches/profiles", json=ask).json()["query"]["occupation_code"]
    assert first != second == "6-18-02-04"


def test_a_refresh_that_fails_is_told_and_tried_again_while_the_old_one_serves(serve, monkeypatch):
    served = serve()
    served.bring_people(["PERSON77"])
    with served.client as client:
        with monkeypatch.context() as patch:
            patch.setattr(Matcher, "refreshed", raising(ModelError("encoder_down", "编码模型坏了")))
            assert served.refresher.refresh() is False
            assert client.get("/readyz").json()["refresh_failure"] == "encoder_down"
            patch.setattr(Matcher, "refreshed", raising(ValueError()))
            assert served.refresher.refresh() is False
            assert client.get("/readyz").json()["refresh_failure"] == "ValueError"
            assert shown(client) == PEOPLE
        assert served.refresher.refresh() is True
        assert client.get("/readyz").json()["refresh_failure"] is None
        assert shown(client) == [*PEOPLE, "PERSON77"]


def test_a_loading_that_fails_is_told_until_it_succeeds_and_the_erased_person_is_gone(serve, monkeypatch):
    served = serve()
    before = served.refresher.serving
    served.erase("PERSON03")
    left = [each for each in PEOPLE if each != "PERSON03"]
    with served.client as client:
        with monkeypatch.context() as patch:
            patch.setattr(Matcher, "from_store", raising(ModelError("encoder_down", "编码模型坏了")))
            for _ in range(2):
                assert served.refresher.refresh() is False
                assert client.get("/readyz").json()["refresh_failure"] == "encoder_down"
                assert served.refresher.serving.store_version == before.store_version
                assert shown(client) == left
        assert "PERSON03" in {row["id"] for row in served.service.matcher.profiles.rows}
        assert served.refresher.refresh() is True
        assert client.get("/readyz").json()["refresh_failure"] is None
        assert shown(client) == left
    after = served.refresher.serving
    assert "PERSON03" not in {row["id"] for row in after.matcher.profiles.rows}
    assert after.store_version != before.store_version
    assert served.refresher.refresh() is False
    assert served.service.matcher is after.matcher


def test_who_is_erased_while_titles_get_another_meaning_leaves_the_disk_as_well(serve):
    served = serve()
    kept = {path.name for path in served.settings.index_dir.iterdir() if path.is_dir()}
    forgotten = []
    forget = served.refresher._forget
    served.refresher._forget = lambda: (forgotten.append(True), forget())
    served.erase("PERSON03")
    decide_review(
        served.store, kind=CodingKind.OCCUPATION, text="灵修总监", code="6-18-02-04", decided_by="甲"
    )
    assert served.refresher.refresh() is True
    assert forgotten == [True]
    assert not kept & {path.name for path in served.settings.index_dir.iterdir()}
    assert "PERSON03" not in {row["id"] for row in served.service.matcher.profiles.rows}
    served.bring_people(["PERSON77"])
    assert served.refresher.refresh() is True
    assert forgotten == [True]


def test_no_request_waits_for_the_exposure_to_be_counted(serve, monkeypatch):
    served = serve()
    assert "exposure" in vars(served.service.matcher)
    served.bring_people(["PERSON77"])
    assert served.refresher.refresh() is True
    assert "+" in served.service.matcher.index_version
    assert "exposure" in vars(served.service.matcher)
    served.erase("PERSON03")
    with monkeypatch.context() as patch:
        patch.setattr(Matcher, "from_store", raising(ValueError()))
        assert served.refresher.refresh() is False
        assert "exposure" in vars(served.service.matcher)
    assert served.refresher.refresh() is True
    assert "+" not in served.service.matcher.index_version
    assert "exposure" in vars(served.service.matcher)


def raising(error):
    def fails(*_, **__):
        raise error

    return fails


def test_requests_during_refreshes_never_fail_and_see_one_state_whole(serve):
    """Pairs of people come together in one file: no answer may show one without the other."""
    served = serve()
    pairs = [(f"PERSONA{i}", f"PERSONB{i}") for i in range(4)]
    done = threading.Event()

    def ask(client):
        seen = []
        while not done.is_set() or not seen:
            body = client.post("/v1/matches/profiles", json=VACANCY).json()
            seen.append((body["index_version"], body["pool"], frozenset(r["id"] for r in body["results"])))
        return seen

    with served.client as client, ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(ask, client) for _ in range(3)]
        try:
            for pair in pairs:
                served.bring_people(list(pair))
                assert served.refresher.refresh() is True
        finally:
            done.set()
        seen = [each for future in asked for each in future.result()]
    states = {}
    for version, pool, people in seen:
        assert len(people) == pool
        assert states.setdefault(version, people) == people
        for one, other in pairs:
            assert (one in people) == (other in people)
    assert len(states) >= 2


def test_one_who_brings_a_matcher_is_served_it_until_the_store_says_otherwise(serve, hashing_model):
    served = serve()
    matcher = served.service.matcher
    made = Service.from_store(
        served.store, served.service.region, served.settings, hashing_model, matcher=matcher
    )
    assert made.matcher is matcher
    assert made.refresher.refresh() is False
    assert made.matcher is matcher
    assert made.refresher.serving.store_version


def test_a_watch_is_started_once_and_stops(serve):
    served = serve()
    served.refresher.start(0)
    assert not served.refresher.watching
    served.refresher.stop()
    served.refresher.start(60)
    served.refresher.start(60)
    assert served.refresher.watching
    served.refresher.stop()
    assert not served.refresher.watching
