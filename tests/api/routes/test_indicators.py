"""Indicators of plans over HTTP."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.regions import read_region, region_names
from data.store.plan_readings import remove_plan_value, write_plan_value

DAY = {"as_of": "2025-01-01"}


@pytest.fixture(scope="module")
def client(bare_service):
    with TestClient(create_app(bare_service.settings, service=bare_service)) as made:
        made.headers["X-API-Key"] = bare_service.settings.bootstrap_key.get_secret_value()
        yield made


@pytest.fixture(scope="module")
def haicheng(client):
    body = client.get("/v1/indicators", params={"region": "haicheng"} | DAY).json()
    return {each["id"]: each for each in body["indicators"]} | {"": body}


def test_a_place_whose_documents_give_no_figures_says_so_and_gives_none(client):
    body = client.get("/v1/indicators").json()
    assert (body["region"], body["status"], body["indicators"]) == ("yingkou", "refused", [])
    (reason,) = body["reasons"]
    assert (reason["code"], reason["have"], reason["need"]) == ("no_plan_indicators", 0, 1)
    assert any("草案征求意见稿" in flag["message"] for flag in body["flags"])


def test_every_figure_is_given_as_printed_with_its_place(haicheng):
    whole = haicheng[""]
    assert (whole["status"], whole["reasons"], whole["as_of"]) == ("ok", [], "2025-01-01")
    region = read_region("haicheng")
    assert len(whole["indicators"]) == len(region.plan_indicators)
    skilled = haicheng["skilled"]
    assert (skilled["unit"], skilled["definition"]["id"]) == ("万人", "skilled")
    target = next(each for each in skilled["figures"] if each["kind"] == "目标" and each["used"])
    assert (target["year"], target["value"]) == (2025, 5)
    assert target["where"] == "海委发〔2022〕17号 表2（文本第127行）"


def test_one_figure_a_year_is_used_and_the_others_stand_beside_it(haicheng):
    figures = [each for each in haicheng["talent-total"]["figures"] if each["year"] == 2020]
    assert [each["used"] for each in figures] == [True, False, False]


def test_what_does_not_hold_is_flagged_where_it_belongs(haicheng):
    messages = [flag["message"] for flag in haicheng["talent-total"]["flags"]]
    assert "2015年分项合计 8.547万人，总量写 8.51，相差 0.037；" in "".join(f"{each}；" for each in messages)
    own = set(haicheng) - {""}
    assert not own & {flag["subject"] for flag in haicheng[""]["flags"]}


def test_growth_is_computed_again(haicheng):
    (first, second) = haicheng["talent-total"]["growth"]
    # (10.104 / 8.51 - 1) * 100 = 18.73; (12.08 / 10.104 - 1) * 100 = 19.56
    assert (first["stated"], first["computed"]) == (18.7, 18.7)
    assert (second["stated"], second["computed"]) == (19.6, 19.6)


def test_the_day_decides_whether_a_document_has_expired(client, haicheng):
    assert haicheng["skilled"]["document_status"] == "现行"
    later = client.get("/v1/indicators", params={"region": "haicheng", "as_of": "2026-11-21"}).json()
    assert {each["document_status"] for each in later["indicators"]} == {"已到期"}


def test_what_departments_reported_stands_beside_the_document_until_its_year(client, bare_service):
    for year, value in ((2024, "4.80"), (2025, "4.95")):
        write_plan_value(
            bare_service.store,
            "haicheng",
            "skilled",
            year,
            value=Decimal(value),
            source="年度报表",
            by="editor",
        )
    try:
        for day, years in (("2024-12-31", [2024]), ("2026-01-01", [2025, 2024])):
            body = client.get("/v1/indicators", params={"region": "haicheng", "as_of": day}).json()
            found = {each["id"]: each["reported"] for each in body["indicators"]}
            assert [each["year"] for each in found.pop("skilled")] == years
            assert not any(found.values())
        (last, _) = next(each["reported"] for each in body["indicators"] if each["id"] == "skilled")
        assert (last["value"], last["source"]) == (4.95, "年度报表")
        assert "editor" not in str(body)
    finally:
        for year in (2024, 2025):
            remove_plan_value(bare_service.store, "haicheng", "skilled", year, by="editor")


@pytest.mark.parametrize("name", ["../haicheng", "/etc/passwd", "haicheng.yaml", "dalian", ""])
def test_only_packs_of_the_product_are_read_by_name(client, name):
    answer = client.get("/v1/indicators", params={"region": name})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "query.region"
    assert "、".join(region_names()) in error["message"]


def test_the_pack_served_is_known_by_its_name_wherever_it_lies(client, bare_service):
    own = dataclasses.replace(bare_service, region=bare_service.region.model_copy(update={"name": "own"}))
    client.app.state.service = own
    try:
        assert client.get("/v1/indicators", params={"region": "own"}).json()["region"] == "own"
    finally:
        client.app.state.service = bare_service


def test_what_a_caller_has_already_is_not_sent_again(client):
    first = client.get("/v1/indicators", params=DAY)
    again = client.get("/v1/indicators", params=DAY, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
