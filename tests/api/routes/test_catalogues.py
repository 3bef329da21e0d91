"""Catalogues over HTTP."""

from __future__ import annotations

import pytest

from data.catalogue.entries import CatalogueKind, entry_fields


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_the_current_catalogue_comes_whole_with_its_notes(client, kind):
    answer = client.get(f"/v1/catalogues/{kind}/current")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["region"], body["kind"], body["as_of"]) == ("yingkou", kind, "2026-10-31")
    assert body["synthetic"] is True
    assert "合成数据" in body["document"]["title"]
    assert body["document"]["notes"]
    assert "entries" not in body["document"]
    assert body["entries"]
    assert all(set(entry) == set(entry_fields(kind)) for entry in body["entries"])


def test_an_entry_without_a_rating_has_reasons_and_no_number(client):
    entries = client.get("/v1/catalogues/shortage/current").json()["entries"]
    unrated = [entry for entry in entries if entry["star"] is None]
    assert unrated
    assert len(unrated) < len(entries)
    for entry in unrated:
        assert (entry["S"], entry["S_lo"], entry["S_hi"]) == (None, None, None)
        assert entry["reasons"]


def test_an_unknown_kind_is_refused_with_the_kinds_there_are(client):
    answer = client.get("/v1/catalogues/surplus/current")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "path.kind"
    assert "demand" in error["message"]
    assert " or " not in error["message"]


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_a_catalogue_that_was_not_built_is_not_found(empty_client, kind):
    answer = empty_client.get(f"/v1/catalogues/{kind}/current")
    assert (answer.status_code, answer.json()["code"]) == (404, "catalogue_not_built")
    assert "yingcai catalogue build" in answer.json()["hint"]


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_a_draft_says_that_it_is_one(client, kind):
    body = client.get(f"/v1/catalogues/{kind}/current").json()
    assert body["status"] == "草案（未发布）"
    assert body["version"] == "2026Q4.0-rc1"
