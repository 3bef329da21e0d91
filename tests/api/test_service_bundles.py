"""A running service follows the ledger of promotions without dropping a request."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.service import Service
from data.errors import StoreError
from data.store.promotions import PromotionAction, record_promotion
from matching.bundle import Opened, write_bundle
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.learned import RankerCurves, write_curves

VACANCY = {"vacancy": {"title": "岸桥司机", "skills": ["岸桥"]}, "k": 50}


@pytest.fixture
def bundle(tmp_path, learned_curves):
    """Return a function that writes a bundle with a ranker into the folder of the service."""

    def write(served, name="behaviour", curves: RankerCurves = learned_curves):
        path = tmp_path / f"{name}.json"
        write_curves(path, curves)
        return write_bundle(served.settings.bundles_dir, {"ranker.json": path}, name=name, card="# 说明卡")

    return write


def promote(served, bundle_id, action=PromotionAction.PROMOTE):
    record_promotion(served.store, actor="甲", action=action, bundle_id=bundle_id, evidence={"why": "测试"})


def test_a_promotion_is_served_after_the_next_look_and_a_rollback_as_well(serve, bundle, learned_curves):
    served = serve()
    made = bundle(served)
    with served.client as client:
        before = client.get("/readyz").json()
        promote(served, made.bundle_id)
        assert served.refresher.refresh() is True
        promoted = client.get("/readyz").json()
        answer = client.post("/v1/matches/profiles", json=VACANCY).json()
        promote(served, None, PromotionAction.ROLLBACK)
        assert served.refresher.refresh() is True
        after = client.get("/readyz").json()
    assert (before["bundle_id"], promoted["bundle_id"], after["bundle_id"]) == (None, made.bundle_id, None)
    learned = f"hashing/256+behaviour-1@{learned_curves.digest[:8]}"
    assert promoted["model_version"] == answer["model_version"] == learned
    assert before["model_version"] == after["model_version"] == "hashing/256+additive-2"
    assert before["index_version"] == promoted["index_version"] == after["index_version"]
    assert all(result["probability"] is not None for result in answer["results"])
    assert promoted["refresh_failure"] is None


def test_with_only_the_ranker_changed_nothing_is_encoded(serve, bundle, monkeypatch):
    served = serve()
    made = bundle(served)
    promote(served, made.bundle_id)
    encoded = []
    encode = HashingEncoder.encode
    monkeypatch.setattr(
        HashingEncoder, "encode", lambda self, texts, **o: encoded.extend(texts) or encode(self, texts, **o)
    )
    assert served.refresher.refresh() is True
    assert served.refresher.serving.basis.champion == made.bundle_id
    assert encoded == []


def test_with_the_encoder_changed_vectors_are_made_anew(serve, bundle, monkeypatch):
    served = serve()
    made = bundle(served)
    before = served.refresher.serving
    other = EmbeddingModel.from_encoder(HashingEncoder(128))
    monkeypatch.setattr(
        "matching.bundle.opening.open_bundle",
        lambda *_, **__: Opened(other, served.service.matcher._ranker),
    )
    promote(served, made.bundle_id)
    assert served.refresher.refresh() is True
    after = served.refresher.serving
    assert after.matcher.model_version == "hashing/128+additive-2"
    assert after.matcher.index_version != before.matcher.index_version
    assert after.matcher.profiles.index.take([0]).shape != before.matcher.profiles.index.take([0]).shape
    promote(served, None, PromotionAction.ROLLBACK)
    assert served.refresher.refresh() is True
    assert served.service.matcher.model_version == "hashing/256+additive-2"


def test_a_bundle_that_cannot_be_opened_leaves_the_one_before_serving_and_shows(serve, bundle):
    served = serve()
    sound, damaged = bundle(served, "sound"), bundle(served, "damaged")
    promote(served, sound.bundle_id)
    served.refresher.refresh()
    card = damaged.folder / "card.md"
    card.chmod(0o644)
    card.write_text("另一张")
    promote(served, damaged.bundle_id)
    with served.client as client:
        served.bring_people(["PERSON77"])
        assert served.refresher.refresh() is False
        ready = client.get("/readyz").json()
        assert client.post("/v1/matches/profiles", json=VACANCY).status_code == 200
        assert (ready["bundle_id"], ready["refresh_failure"]) == (sound.bundle_id, "bundle_damaged")
        assert ready["profiles"] == 13
        assert served.refresher.refresh() is False
        card.write_text("# 说明卡", encoding="utf-8")
        assert served.refresher.refresh() is True
        ready = client.get("/readyz").json()
    assert (ready["bundle_id"], ready["refresh_failure"]) == (damaged.bundle_id, None)


def test_a_service_starts_on_the_bundle_that_is_promoted(serve, bundle):
    first = serve()
    made = bundle(first)
    promote(first, made.bundle_id)
    second = serve()
    assert second.refresher.serving.basis.champion == made.bundle_id
    assert "behaviour" in second.service.matcher.model_version


def test_a_service_starts_on_the_packaged_default_where_the_bundle_is_gone_and_takes_it_once_it_is_back(
    serve, bundle, tmp_path
):
    first = serve()
    made = bundle(first)
    promote(first, made.bundle_id)
    made.folder.rename(tmp_path / "aside")
    second = serve()
    with second.client as client:
        ready = client.get("/readyz").json()
        assert (ready["bundle_id"], ready["refresh_failure"]) == (None, "bundle_unknown")
        assert client.post("/v1/matches/profiles", json=VACANCY).status_code == 200
        assert second.refresher.refresh() is False
        assert client.get("/readyz").json()["refresh_failure"] == "bundle_unknown"
        (tmp_path / "aside").rename(made.folder)
        assert second.refresher.refresh() is True
        ready = client.get("/readyz").json()
    assert (ready["bundle_id"], ready["refresh_failure"]) == (made.bundle_id, None)


def test_without_a_bundle_to_blame_a_service_that_cannot_load_does_not_start(
    serve, monkeypatch, hashing_model
):
    served = serve()

    def fails(*_, **__):
        raise StoreError("store_unreachable", "数据库不可用")

    monkeypatch.setattr("api.service.Matcher.from_store", fails)
    with pytest.raises(StoreError):
        Service.from_store(served.store, served.service.region, served.settings, hashing_model)


def test_no_request_is_dropped_while_bundles_are_promoted_and_rolled_back(serve, bundle, learned_curves):
    """Every answer is whole: all scores in it are those of the one model that it names."""
    served = serve()
    made = bundle(served)
    done = threading.Event()

    def ask(client):
        seen = []
        while not done.is_set() or not seen:
            answer = client.post("/v1/matches/profiles", json=VACANCY)
            ready = client.get("/readyz")
            body = answer.json()
            scores = tuple((each["id"], each["score"], each["probability"]) for each in body["results"])
            seen.append((answer.status_code, ready.status_code, body["model_version"], scores))
        return seen

    with served.client as client, ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(ask, client) for _ in range(2)]
        try:
            for _ in range(2):
                promote(served, made.bundle_id)
                assert served.refresher.refresh() is True
                promote(served, None, PromotionAction.ROLLBACK)
                assert served.refresher.refresh() is True
        finally:
            done.set()
        seen = [each for future in asked for each in future.result()]
    assert {(answer, ready) for answer, ready, _, _ in seen} == {(200, 200)}
    by_model = {}
    for _, _, model, scores in seen:
        assert len(scores) == 12
        assert by_model.setdefault(model, scores) == scores
    known = {"hashing/256+additive-2", f"hashing/256+behaviour-1@{learned_curves.digest[:8]}"}
    assert set(by_model) == known
