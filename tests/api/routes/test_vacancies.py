"""Vacancies through the API: needs counted once, by when they opened and whether they are open; counts."""

from __future__ import annotations

import pytest

POSTING = {
    "title": "岸桥司机",
    "employer": "示例港口有限公司",
    "place": "营口市鲅鱼圈区",
    "salary": "6-8K",
    "duties": "负责集装箱岸桥操作",
    "headcount": 3,
    "posted_on": "2026-11-01",
}


@pytest.fixture
def needs(desk):
    """Return the desk with three needs of the office: one is closed, one is older and another employer's."""
    older = {"title": "焊工", "employer": "示例镁业有限公司", "posted_on": "2026-09-01"}
    for changes in ({}, {"title": "会计", "closed_on": "2026-11-10"}, older):
        answer = desk.office.post("/v1/postings", json=POSTING | changes)
        assert answer.status_code == 201, answer.text
    return desk


def test_filters_of_needs_hold_together(needs):
    def titles(**query):
        found = needs.first.get("/v1/vacancies", params=query).json()
        assert found["total"] == len(found["vacancies"])
        return {each["title"] for each in found["vacancies"]}

    assert titles() == {"岸桥司机", "会计", "焊工"}
    assert titles(open=True) == {"岸桥司机", "焊工"}
    assert titles(open=False) == {"会计"}
    assert titles(opened_since="2026-11-01", open=True) == {"岸桥司机"}
    assert titles(opened_until="2026-09-30") == {"焊工"}
    assert titles(q="司机", employer="港口") == {"岸桥司机"}
    assert titles(owner="mine") == set()


def test_facets_of_needs_count_fields_of_the_need_and_of_its_posting(needs):
    query = {"stats": "place_code,synthetic", "limit": 1, "fields": "title"}
    found = needs.office.get("/v1/vacancies", params=query).json()
    assert found["total"] == 3
    assert found["stats"] == {
        "place_code": [{"value": "210804", "count": 3}],
        "synthetic": [{"value": "false", "count": 3}],
    }
    assert set(found["vacancies"][0]) == {"vacancy_id", "synthetic", "title"}
    after = needs.office.get("/v1/vacancies", params=query | {"cursor": found["cursor"]}).json()
    assert after["total"] == 3
    assert after["vacancies"][0]["vacancy_id"] > found["vacancies"][0]["vacancy_id"]


def test_a_need_that_did_not_change_is_not_sent_again(needs):
    listed = needs.office.get("/v1/vacancies").json()["vacancies"][0]
    path = f"/v1/vacancies/{listed['vacancy_id']}"
    one = needs.office.get(path)
    assert one.json() == listed
    assert needs.office.get(path, headers={"If-None-Match": one.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("query", "status"), [({"stats": "duties"}, 422), ({"opened_since": "x"}, 422), ({"cursor": "x"}, 400)]
)
def test_what_cannot_be_asked_of_needs_is_refused(desk, query, status):
    assert desk.office.get("/v1/vacancies", params=query).status_code == status


def test_open_needs_are_those_that_matching_offers(client, service):
    query, listed = {"open": True, "fields": "vacancy_id", "limit": 500}, []
    while True:
        page = client.get("/v1/vacancies", params=query).json()
        listed += [each["vacancy_id"] for each in page["vacancies"]]
        if page["cursor"] is None:
            break
        query["cursor"] = page["cursor"]
    assert set(listed) == set(service.matcher.loaded.vacancies.ids)
    others = client.get("/v1/vacancies", params={"open": False, "limit": 1}).json()["total"]
    assert others == client.get("/v1/vacancies", params={"limit": 1}).json()["total"] - len(listed) > 0
