"""Bulletins over HTTP."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.bulletins import build_bulletins
from data.errors import RefusedError, UnknownName
from data.store.store import Store

PATH = "/v1/bulletins"
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def built(service, tmp_path_factory):
    """Return a client on a copy of the city's store with the bulletins of its last quarter, and these."""
    folder = tmp_path_factory.mktemp("bulletins")
    with service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(service.settings.var_dir / "yingcai.db", folder / "yingcai.db")
    settings = service.settings.model_copy(update={"var_dir": folder, "worker_threads": 0})
    own = dataclasses.replace(service, settings=settings, store=Store.as_it_is(settings.store_url))
    made = build_bulletins(own.store, own.region, today=TODAY)
    with TestClient(create_app(settings, service=own)) as client:
        client.headers["X-API-Key"] = service.settings.bootstrap_key.get_secret_value()
        yield client, made
    own.store.engine.dispose()


def test_a_quarter_has_one_for_the_region_and_one_for_each_key_industry(built, service):
    client, made = built
    page = client.get(PATH, params={"limit": 100})
    told = page.json()
    assert told["bulletins"][0]["industry"] is None
    assert {each["industry"] for each in told["bulletins"]} == {None, *service.region.key_industries}
    assert told["total"] == len(made)
    assert all(each["synthetic"] for each in told["bulletins"])
    again = client.get(PATH, params={"limit": 100}, headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304


def test_the_same_data_give_the_same_bulletins_and_no_second_ones(built):
    client, made = built
    service = client.app.state.service
    again = build_bulletins(service.store, service.region, today=TODAY)
    assert [each.bulletin_id for each in again] == [each.bulletin_id for each in made]
    assert all(each.repeated for each in again)


def test_a_bulletin_is_read_whole_and_as_files(built):
    client, made = built
    address = f"{PATH}/{made[0].bulletin_id}"
    answer = client.get(address)
    told = answer.json()
    assert told["document"]["title"].startswith("【合成数据，仅供演示】营口市人才需求通报（")
    names = [each["name"] for each in told["document"]["tables"]]
    assert names == ["本季概况", "职业前十", "重点产业", "地区", "薪酬"]
    assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        first, second = (client.get(told["files"][form]) for _ in range(2))
        assert first.content == second.content
        assert first.content.startswith(start)
        assert first.headers["content-disposition"].endswith(f'.{form}"')
    known = client.get(
        told["files"]["csv"], headers={"If-None-Match": client.get(told["files"]["csv"]).headers["etag"]}
    )
    assert known.status_code == 304


def test_bulletins_are_found_by_quarter_and_industry_and_unknown_names_are_refused(built):
    client, made = built
    quarter = made[0].bulletin.quarter
    assert client.get(PATH, params={"quarter": quarter, "industry": "全市"}).json()["total"] == 1
    assert client.get(PATH, params={"quarter": "2020Q1"}).json()["total"] == 0
    refused = client.get(PATH, params={"industry": "镁材料"})
    assert refused.status_code == 422
    assert "镁材料深加工" in refused.text
    assert client.get(f"{PATH}/99999").json()["code"] == "bulletin_unknown"


def test_a_quarter_that_is_not_over_or_not_covered_has_none(built):
    service = built[0].app.state.service
    for quarter, code in (("2026Q4", "quarter_not_over"), ("2026Q3", "quarter_not_covered")):
        day = TODAY if quarter == "2026Q4" else dt.date(2027, 1, 5)
        wanted = quarter if quarter == "2026Q4" else "2026Q4"
        with pytest.raises(RefusedError) as refused:
            build_bulletins(service.store, service.region, today=day, quarter=wanted)
        assert refused.value.code == code
    with pytest.raises(UnknownName):
        build_bulletins(service.store, service.region, today=TODAY, industries=["没有的产业"])
