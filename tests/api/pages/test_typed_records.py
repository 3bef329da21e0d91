"""One posting or profile typed on a page: kept like any other, faults beside fields, sent twice kept once."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from data.store.audit import Action, AuditQuery, read_audit
from data.store.schema import posting, profile

POSTING, PROFILE = "/office/records/posting", "/office/records/profile"
NEED = {
    "employer": "示例港口有限公司",
    "title": "岸桥司机",
    "duties": "负责岸桥操作，限男性",
    "place": "营口市鲅鱼圈区",
    "headcount": "3",
    "salary": "6000-8000元/月",
    "skills": "岸桥、集装箱",
    "education": "大专及以上",
    "posted_on": "2026-11-01",
    "engagement": ["全职", "顾问指导"],
    "request_key": "a" * 32,
}
PERSON = {
    "title": "岸桥司机",
    "summary": "八年岸桥，电话 13800000000",
    "willing_codes": "营口",
    "experience_years": "8",
    "pay_floor": "6000",
    "request_key": "b" * 32,
}


def rows(service, table):
    with service.store.read() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def made(service, answer, table, key):
    number = re.search(r"done=([^&]+)$", str(answer.url))[1]
    (found,) = (row for row in rows(service, table) if row[key] == number)
    return found


@pytest.mark.parametrize("user_id", ["editor", "agent"])
def test_a_posting_is_kept_once_with_what_may_not_be_demanded_named(browser, desk_service, user_id):
    before = len(rows(desk_service, posting))
    browser.log_in(user_id)
    answer = browser.submit(POSTING, NEED)
    assert "已保存，编号" in answer.text
    assert "以下要求不得作为招聘条件" in answer.text
    kept = made(desk_service, answer, posting, "posting_id")
    assert (kept["title"], kept["headcount"], kept["place_code"]) == ("岸桥司机", 3, "210804")
    assert (kept["owner"] != "") == (user_id == "agent")
    assert "男" not in kept["duties"]
    again = browser.submit(POSTING, NEED)
    assert again.url == answer.url
    assert len(rows(desk_service, posting)) == before + 1


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(browser, desk_service):
    before = len(rows(desk_service, posting))
    browser.log_in("editor")
    hostile = "<script>alert(1)</script>"
    answer = browser.submit(POSTING, NEED | {"title": "", "headcount": "许多", "duties": hostile})
    assert answer.status_code == 422
    assert '<p class="fault" id="e-title">没有填写</p>' in answer.text
    assert '<p class="fault" id="e-headcount">应为数字</p>' in answer.text
    assert "<script>alert" not in answer.text
    assert 'value="6000-8000元/月"' in answer.text
    assert answer.text.count("aria-invalid") == 2
    odd = browser.submit(POSTING, NEED | {"headcount": "2.5", "posted_on": "昨天"})
    assert odd.text.count('class="fault"') == 2
    noise = browser.submit(POSTING, NEED | {"title": "无"})
    assert (noise.status_code, "e-title" in noise.text) == (400, True)
    assert browser.post(POSTING, data=NEED).status_code == 403
    assert len(rows(desk_service, posting)) == before


def test_what_cannot_be_read_is_shown_before_it_is_left_out(browser, desk_service):
    browser.log_in("editor")
    vague = NEED | {"salary": "优厚", "request_key": "c" * 32}
    asked = browser.submit(POSTING, vague)
    assert asked.status_code == 422
    assert 'id="e-salary"' in asked.text
    assert "照此保存" in asked.text
    answer = browser.submit(POSTING, vague | {"as_is": "1"})
    kept = made(desk_service, answer, posting, "posting_id")
    assert (kept["salary_low"], kept["headcount"]) == (None, 3)


def test_a_profile_is_kept_without_who_the_person_is_and_noted(browser, desk_service):
    browser.log_in("agent")
    answer = browser.submit(PROFILE, PERSON)
    kept = made(desk_service, answer, profile, "profile_id")
    assert (kept["experience_years"], kept["willing_codes"]) == (8, ["210800"])
    assert "13800000000" not in kept["summary"]
    assert "八年岸桥" not in answer.text
    wanted = AuditQuery(subject=kept["profile_id"])
    noted = read_audit(desk_service.store, wanted, key=desk_service.pseudonym_key, limit=9)
    assert Action.CORRECT_PERSON in {each.action for each in noted}
    wrong = browser.submit(PROFILE, PERSON | {"willing_codes": "月球", "pay_floor": "5"})
    assert 'id="e-willing_codes"' in wrong.text


def test_a_number_of_ones_own_is_taken_once(browser):
    browser.log_in("editor")
    first = browser.submit(POSTING, NEED | {"reference": "HR-1", "request_key": "d" * 32})
    assert "HR-1" in str(first.url)
    other = browser.submit(POSTING, NEED | {"reference": "HR-1", "request_key": "e" * 32})
    assert (other.status_code, 'id="e-reference"' in other.text) == (409, True)


def test_whoever_may_not_hand_in_has_no_form(browser):
    for user_id in ("evaluator", "admin", "scientist"):
        browser.log_in(user_id)
        for path in (POSTING, PROFILE):
            assert browser.get(path).status_code == 403
            assert browser.submit(path, NEED).status_code == 403
        browser.submit("/logout")
    assert browser.log_in("editor").get("/office/records/other").status_code == 422
