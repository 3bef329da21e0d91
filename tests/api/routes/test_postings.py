"""Postings through the API: rows of a file, one at a time."""

from __future__ import annotations

import dataclasses
import threading

import pytest
import sqlalchemy as sa

from api.app import create_app
from api.coding import KeptCoders
from data.errors import ModelError
from data.store.schema import entry_posting, posting, raw_row, vacancy

POSTING = {
    "title": "岸桥司机",
    "employer": "示例港口有限公司",
    "place": "营口市鲅鱼圈区",
    "education": "大专及以上",
    "salary": "6-8K",
    "duties": "负责集装箱岸桥操作",
    "headcount": 3,
    "posted_on": "2026-11-01",
}


def create(client, **changes):
    answer = client.post("/v1/postings", json=POSTING | changes)
    assert answer.status_code == 201, answer.text
    return answer


def created_id(client, **changes):
    return create(client, **changes).json()["posting"]["posting_id"]


def put(client, posting_id, tag, **changes):
    headers = {} if tag is None else {"If-Match": tag}
    return client.put(f"/v1/postings/{posting_id}", json=POSTING | changes, headers=headers)


def code(answer):
    return answer.status_code, answer.json()["code"]


def rows(desk, table):
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def test_a_posting_is_read_checked_coded_kept_and_merged_as_a_row_of_a_file_is(any_desk):
    duties = "限男性，联系电话13800001234，负责岸桥操作"
    answer = create(
        any_desk.first, reference="HR-1", duties=duties, salary_low=6000, salary="", skill_level="优"
    )
    body = answer.json()
    made = body["posting"]
    assert made["owner"] == any_desk.agencies[0]
    assert (made["reference"], made["source"]) == ("HR-1", "api")
    assert made["posting_id"].startswith(any_desk.agencies[0])
    assert made["salary"]["low"] == 6000
    assert (made["education"], made["headcount"], made["place_code"]) == ("大专", 3, "210804")
    assert made["occupation_code"]
    (finding,) = made["findings"]
    assert (finding["rule"], finding["severity"]) == ("sex", "block")
    assert "法" in finding["law"]
    assert "男" not in made["duties"]
    assert "13800001234" not in answer.text
    assert [each["field"] for each in body["problems"]] == ["skill_level"]
    assert body["degraded"] is False
    assert answer.headers["location"] == f"/v1/postings/{made['posting_id']}"

    read = any_desk.first.get(answer.headers["location"])
    assert read.json() == made
    assert read.headers["etag"] == answer.headers["etag"]
    known = any_desk.first.get(answer.headers["location"], headers={"If-None-Match": read.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    (raw,) = rows(any_desk, raw_row)
    assert raw["subject_id"] == made["posting_id"]
    assert raw["content"]["duties"].startswith("限男性")
    assert "13800001234" not in raw["content"]["duties"]

    found = any_desk.first.get("/v1/vacancies", params={"posting_id": made["posting_id"]}).json()
    assert found["total"] == 1
    (need,) = found["vacancies"]
    assert (need["posting_ids"], need["heads"], need["owner"]) == ([made["posting_id"]], 3, made["owner"])
    assert need["findings"] == made["findings"]
    one = any_desk.first.get(f"/v1/vacancies/{need['vacancy_id']}")
    assert one.json() == need


def test_an_agency_sees_the_offices_and_its_own_and_another_agencys_is_as_unknown_as_none(any_desk):
    shared, own, others = (created_id(each) for each in (any_desk.office, any_desk.first, any_desk.second))
    assert len({shared, own, others}) == 3

    def listed(client, **query):
        found = client.get("/v1/postings", params=query).json()
        return found["total"], {each["posting_id"] for each in found["postings"]}

    assert listed(any_desk.first) == (2, {shared, own})
    assert listed(any_desk.first, owner="mine") == (1, {own})
    assert listed(any_desk.first, owner="office") == (1, {shared})
    assert listed(any_desk.office) == (3, {shared, own, others})
    assert listed(any_desk.office, owner="mine") == (1, {shared})

    theirs = any_desk.first.get(f"/v1/postings/{others}")
    never = any_desk.first.get("/v1/postings/po_never")
    assert code(theirs) == code(never) == (404, "posting_unknown")
    assert theirs.json()["detail"].replace(others, "") == never.json()["detail"].replace("po_never", "")
    for method in ("put", "delete"):
        body = {"json": POSTING} if method == "put" else {}
        send = getattr(any_desk.first, method)
        assert code(send(f"/v1/postings/{others}", headers={"If-Match": "*"}, **body)) == (
            404,
            "posting_unknown",
        )
        assert code(send(f"/v1/postings/{shared}", headers={"If-Match": "*"}, **body)) == (
            403,
            "record_of_other",
        )
        send = getattr(any_desk.office, method)
        assert code(send(f"/v1/postings/{own}", headers={"If-Match": "*"}, **body)) == (
            403,
            "record_of_other",
        )

    needs = any_desk.first.get("/v1/vacancies").json()
    seen = {posting_id for each in needs["vacancies"] for posting_id in each["posting_ids"]}
    assert seen == {shared, own}
    counted = any_desk.office.get("/v1/vacancies").json()
    assert sorted(
        posting_id for each in counted["vacancies"] for posting_id in each["posting_ids"]
    ) == sorted([shared, own, others])
    hidden = {each["vacancy_id"] for each in rows(any_desk, vacancy)} - {
        each["vacancy_id"] for each in needs["vacancies"]
    }
    assert hidden
    for vacancy_id in hidden:
        assert code(any_desk.first.get(f"/v1/vacancies/{vacancy_id}")) == (404, "vacancy_unknown")


def test_a_reference_is_taken_by_its_owner_only_and_corrected_with_put(desk):
    first = create(desk.first, reference="HR-1")
    again = desk.first.post("/v1/postings", json=POSTING | {"reference": "HR-1"})
    assert code(again) == (409, "reference_taken")
    assert first.json()["posting"]["posting_id"] in again.json()["detail"]
    create(desk.second, reference="HR-1")
    create(desk.office, reference="HR-1")
    assert len(rows(desk, posting)) == 3


def test_what_was_read_can_be_replaced_once_and_only_with_its_tag(any_desk):
    answer = create(any_desk.first, reference="HR-1")
    posting_id, tag = answer.json()["posting"]["posting_id"], answer.headers["etag"]
    assert code(put(any_desk.first, posting_id, None)) == (428, "if_match_missing")
    assert code(put(any_desk.first, posting_id, f"W/{tag}")) == (412, "content_changed")
    changed = put(any_desk.first, posting_id, f'"x", {tag}', title="门机司机", reference="other")
    assert changed.status_code == 200
    assert changed.json()["posting"]["title"] == "门机司机"
    assert changed.json()["posting"]["reference"] == "HR-1"
    assert changed.headers["etag"] != tag
    assert code(put(any_desk.first, posting_id, tag)) == (412, "content_changed")
    same = put(any_desk.first, posting_id, "*", title="门机司机")
    assert same.headers["etag"] == changed.headers["etag"]
    (need,) = any_desk.first.get("/v1/vacancies").json()["vacancies"]
    assert need["title"] == "门机司机"


def test_of_many_who_replace_the_same_content_at_once_one_wins(any_desk):
    answer = create(any_desk.first)
    posting_id, tag = answer.json()["posting"]["posting_id"], answer.headers["etag"]
    statuses = []
    threads = [
        threading.Thread(
            target=lambda n=n: statuses.append(put(any_desk.first, posting_id, tag, headcount=n).status_code)
        )
        for n in range(10, 14)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(statuses) == [200, 412, 412, 412]


def test_a_posting_that_moves_to_another_employer_leaves_no_vacancy_behind(desk):
    posting_id = created_id(desk.office)
    assert put(desk.office, posting_id, "*", employer="示例镁业有限公司").status_code == 200
    assert [each["employer"] for each in desk.office.get("/v1/vacancies").json()["vacancies"]] == [
        "示例镁业有限公司"
    ]


def test_a_deleted_posting_is_gone_with_its_need_unless_a_catalogue_rests_on_it(any_desk):
    gone, kept = created_id(any_desk.office), created_id(any_desk.office)
    with any_desk.store.begin() as connection:
        connection.execute(entry_posting.insert().values(edition_id=1, entry_id="E1", posting_id=kept))
    assert code(any_desk.office.delete(f"/v1/postings/{kept}")) == (409, "posting_published")
    stale = any_desk.office.delete(f"/v1/postings/{gone}", headers={"If-Match": '"old"'})
    assert code(stale) == (412, "content_changed")
    assert any_desk.office.delete(f"/v1/postings/{gone}").status_code == 204
    assert code(any_desk.office.get(f"/v1/postings/{gone}")) == (404, "posting_unknown")
    (need,) = any_desk.office.get("/v1/vacancies").json()["vacancies"]
    assert need["posting_ids"] == [kept]


@pytest.fixture
def three(any_desk):
    """Return the desk with three postings of the office."""
    create(any_desk.office, reference="a", skills=["C++"])
    create(any_desk.office, reference="b", title="会计", place="大连市", education="本科", industry="银行")
    create(
        any_desk.office, reference="c", title="焊工100%_", employer="示例镁业有限公司", posted_on="2026-10-01"
    )
    return any_desk


def test_filters_hold_together_and_codes_hold_what_is_below_them(three):
    def found(**query):
        answer = three.office.get("/v1/postings", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.json()["total"] == len(answer.json()["postings"])
        return "".join(each["posting_id"] for each in answer.json()["postings"])

    (b,) = (each for each in rows(three, posting) if each["posting_id"] == "b")
    assert found() == "abc"
    assert found(q="会计") == "b"
    assert found(q="%") == found(q="_") == found(q="0%_") == "c"
    assert found(q="' OR 1=1 --") == ""
    assert found(employer="镁业") == "c"
    assert found(place_code="210000") == "abc"
    assert found(place_code="210800") == found(place_code="210804") == "ac"
    assert found(occupation_code=b["occupation_code"]) == "b"
    assert "b" in found(occupation_code=b["occupation_code"][0])
    assert found(education="本科") == "b"
    assert found(posted_since="2026-11-01") == "ab"
    assert found(posted_until="2026-10-31") == "c"
    assert found(synthetic="true") == ""
    (a,) = (each for each in rows(three, posting) if each["posting_id"] == "a")
    assert found(skill=a["skill_codes"][0]) == "a"
    assert found(place_code="210800", employer="港口") == "a"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"occupation_code": "焊工"}, "6-18-02-04 焊工"),
        ({"place_code": "999999"}, "没有代码"),
        ({"industry_code": "银行"}, "最接近"),
        ({"skill": "不明"}, "没有代码"),
        ({"fields": "titel"}, "title"),
        ({"stats": "title"}, "没有“title”"),
        ({"education": "大学"}, "不在可选值之内"),
        ({"page": "2"}, "没有这个字段"),
    ],
)
def test_what_is_unknown_is_refused_with_what_is_nearest(desk, query, told):
    answer = desk.office.get("/v1/postings", params=query)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert told in error["message"]


def test_an_id_that_cannot_be_is_refused_or_unknown(any_desk):
    for path in ("%00", "x%00y", "'--", "%F0%9F%98%80" * 16, "%ED%A0%80", "x" * 65):
        assert any_desk.office.get(f"/v1/postings/{path}").status_code in {404, 422}


def test_pages_follow_one_another_and_keep_their_total(three):
    first = three.office.get("/v1/postings", params={"limit": 2, "fields": "title"}).json()
    assert [each["posting_id"] for each in first["postings"]] == ["a", "b"]
    assert set(first["postings"][0]) == {"posting_id", "title", "synthetic"}
    create(three.office, reference="d")
    second = three.office.get("/v1/postings", params={"limit": 2, "cursor": first["cursor"]}).json()
    assert [each["posting_id"] for each in second["postings"]] == ["c", "d"]
    assert (first["total"], second["total"], second["cursor"]) == (3, 3, None)
    other = three.office.get("/v1/postings", params={"q": "司机", "cursor": first["cursor"]})
    assert code(other) == (400, "cursor_invalid")
    theirs = three.first.get("/v1/postings", params={"limit": 2, "cursor": first["cursor"]})
    assert code(theirs) == (400, "cursor_invalid")


def test_pages_of_an_agency_hold_the_offices_and_its_own_in_one_order(three):
    created_id(three.first)
    created_id(three.second)
    everything = three.first.get("/v1/postings").json()
    assert everything["total"] == 4
    seen, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = three.first.get("/v1/postings", params=query).json()
        seen += page["postings"]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen == everything["postings"]


def test_facets_count_what_the_filters_leave(three):
    query = {"stats": "place_code,synthetic", "limit": 1, "q": "司机"}
    found = three.office.get("/v1/postings", params=query).json()
    assert found["stats"] == {
        "place_code": [{"value": "210804", "count": 1}],
        "synthetic": [{"value": "false", "count": 1}],
    }
    everything = three.office.get("/v1/postings", params={"stats": "place_code"}).json()
    assert everything["stats"]["place_code"][0] == {"value": "210804", "count": 2}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": ""}, 422),
        ({"title": "限男性"}, 400),
        ({"title": "\x00"}, 422),
        ({"salary_low": 9000, "salary_high": 100, "salary": ""}, 422),
        ({"salary_low": 9000}, 422),
        ({"headcount": 0}, 422),
        ({"reference": "../x"}, 422),
        ({"reference": "13800001234"}, 400),
        ({"duties": "长" * 8001}, 422),
        ({"sex": "男"}, 422),
        ({"engagement": []}, 422),
    ],
)
def test_what_cannot_be_a_posting_is_refused_and_nothing_is_kept(desk, changes, told):
    answer = desk.office.post("/v1/postings", json=POSTING | changes)
    assert answer.status_code == told, answer.text
    assert rows(desk, posting) == rows(desk, raw_row) == []


def test_long_and_strange_unicode_is_kept_as_a_file_keeps_it(desk):
    duties = "\u202e负责" + "🧲" * 3000 + "'; DROP TABLE posting; --"
    made = create(desk.office, duties=duties).json()["posting"]
    assert "DROP TABLE posting" in made["duties"]
    assert len(rows(desk, posting)) == 1


def test_half_a_character_is_refused_before_it_is_read(desk):
    body = '{"title": "\\ud800", "employer": "x"}'
    answer = desk.office.post("/v1/postings", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, rows(desk, posting)) == (422, [])


class Broken:
    """Coders whose encoder fails."""

    def __init__(self, coders):
        self._coders = coders

    def code_frame(self, frame, kind, *, by_meaning=True, progress):
        if by_meaning:
            raise ModelError("encoder_down", "编码模型坏了")
        return self._coders.code_frame(frame, kind, by_meaning=False, progress=progress)


def test_without_an_encoder_a_posting_is_kept_and_the_answer_says_so(desk):
    working = desk.service.coders
    service = dataclasses.replace(desk.service, kept_coders=KeptCoders(lambda _: Broken(working)))
    desk.app = create_app(service.settings, service=service)
    desk.app.state.service = service
    office = desk.client(desk.office.headers["X-API-Key"])
    answer = create(office, title="焊工").json()
    assert answer["degraded"] is True
    assert answer["posting"]["occupation_code"] == "6-18-02-04"
    assert len(rows(desk, posting)) == len(rows(desk, vacancy)) == 1
