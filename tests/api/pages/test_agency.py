"""The desk of an agency: looking for people and vacancies, two beside each other, lists, keys and usage."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from api.app import create_app
from api.pages.agency_form import Typed
from api.pages.agency_paste import read_pasted_vacancy
from api.pages.agency_views import marked
from api.service import Service
from data.permissions import Role
from data.sources.workbook import read_workbook
from data.store.agencies import add_agency, list_agencies
from data.store.audit import AuditQuery, read_audit
from data.store.feedback import read_events
from data.store.keys import create_key
from data.store.usage import read_usage
from data.store.users import add_user
from tests.api.pages.conftest import PASSWORD, Browser

CRANE = {"title": "岸桥司机", "duties": "负责集装箱岸桥操作", "skills": "岸桥、集装箱", "k": "10"}
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def agent(browser):
    """Return the browser of somebody of the agency."""
    return browser.log_in("agent")


@pytest.fixture
def stranger(desk_service):
    """Return the browser of somebody of another agency."""
    other = add_agency(
        desk_service.store,
        "另一人力资源有限公司",
        licence_number="2108-0002",
        licence_from=dt.date(2020, 1, 1),
        licence_to=dt.date(2099, 12, 31),
        contact="业务部",
        actor="测试",
    )
    of_other = {"name": "吴他", "roles": [Role.AGENCY], "agency_id": other.agency_id}
    add_user(desk_service.store, "stranger", **of_other, password=PASSWORD, actor="测试")
    with Browser(create_app(desk_service.settings, service=desk_service)) as made:
        yield made.log_in("stranger")


@pytest.fixture
def vacancy_id(service):
    """Return an open vacancy that many people qualify for."""
    rows = service.matcher.vacancies.rows
    return next(row["id"] for row in rows if "叉车" in row["title"] or row["education"] is None)


def people_in(text):
    """Return the people on a page of results, in their order."""
    return re.findall(r'<article class="person" id="([^"]+)"', text)


def used(service):
    """Return the units that the agency used today."""
    (agency,) = (each for each in list_agencies(service.store) if each.licence_number == "2108-0001")
    days = read_usage(service.store, f"agency:{agency.agency_id}", since=dt.date(2000, 1, 1))
    return sum(each.units for each in days), sum(each.matches for each in days)


def actions(service):
    """Return what was noted, the newest first."""
    noted = read_audit(service.store, AuditQuery(), key=service.pseudonym_key, limit=50)
    return [each.action for each in noted]


def test_people_are_found_with_reasons_and_gaps_and_the_look_is_noted(agent, desk_service):
    before = used(desk_service)
    found = agent.submit("/agency/match", CRANE)
    assert found.status_code == 200
    assert len(people_in(found.text)) == 10
    assert "为什么" in found.text
    assert "合成数据" in found.text
    assert "符合硬性条件" in found.text
    assert used(desk_service)[1] == before[1] + 1
    noted = actions(desk_service)
    assert "match.profiles" in noted
    assert "person.read" in noted


def test_counting_costs_a_reading_and_follows_the_requirements(agent, desk_service):
    _, matches = used(desk_service)
    many = agent.get("/agency/match/count", params={"engagement": "全职"}).text
    few = agent.get("/agency/match/count", params={"engagement": "全职", "education": "博士"}).text
    assert "学历或同等技能等级" in few
    counts = [int(re.search(r"big\">(\d+)<", text)[1]) for text in (many, few)]
    assert counts[0] > counts[1]
    assert used(desk_service)[1] == matches
    same = agent.submit("/agency/match", CRANE | {"engagement": "全职", "education": "博士"}).text
    assert f"符合硬性条件 <strong>{counts[1]}</strong>" in same


def test_sliders_change_the_weights_and_the_order(agent):
    plain = agent.submit("/agency/match", CRANE | {"k": "50"}).text
    moved = CRANE | {"k": "50", "w-freshness": "100", "w-skills": "0", "w-title": "0"}
    changed = agent.submit("/agency/match", moved).text
    assert people_in(plain) != people_in(changed)
    assert "已调整" in changed
    restored = agent.submit("/agency/match", moved | {"weights": "default"}).text
    assert people_in(restored) == people_in(plain)
    nothing = {f"w-{each.name}": "0" for each in Typed({}, (), {}, for_vacancy=True).sliders}
    refused = agent.submit("/agency/match", CRANE | nothing)
    assert refused.status_code == 400
    assert "weight_out_of_range" in refused.text


def test_what_may_not_be_asked_for_is_told_and_not_applied(agent):
    asked = CRANE | {"duties": "负责集装箱岸桥操作，限男性，35岁以下"}
    told = agent.submit("/agency/match", asked)
    assert "没有采用" in told.text
    assert "限男性" in told.text
    assert people_in(told.text) == people_in(agent.submit("/agency/match", CRANE).text)
    refused = agent.submit("/agency/match", CRANE | {"title": "限男性"})
    assert refused.status_code == 400
    assert "title_missing" in refused.text
    assert "负责集装箱岸桥操作" in refused.text


@pytest.mark.parametrize(
    ("field", "value"), [("salary_low", "很多"), ("place", "月亮"), ("experience_low", "99"), ("k", "0")]
)
def test_what_cannot_be_read_is_told_and_nothing_typed_is_lost(agent, field, value):
    answer = agent.submit("/agency/match", CRANE | {field: value})
    assert answer.status_code == 400
    assert "负责集装箱岸桥操作" in answer.text
    assert field == "k" or f'value="{value}"' in answer.text


def test_hostile_text_stays_text(agent):
    asked = dict.fromkeys(("title", "duties", "skills"), HOSTILE)
    for answer in (
        agent.submit("/agency/match", asked),
        agent.submit("/agency/match/read", {"text": f"岸桥司机\n{HOSTILE}"}),
        agent.submit("/agency/jobs-for", {"title": HOSTILE, "summary": HOSTILE}),
        agent.get("/agency/match/count", params={"place": HOSTILE}),
    ):
        assert "<script>alert" not in answer.text
    pieces = marked("<b>竖窑</b>", [(3, 5), (4, 6), (-2, 0), (9, 99)])
    assert "".join(piece.text for piece in pieces) == "<b>竖窑</b>"
    assert [piece.text for piece in pieces if piece.mark] == ["竖窑<"]


def test_a_pasted_advertisement_is_put_into_the_fields(agent, desk_service):
    text = (
        "岸桥司机\n学历：大专及以上\n薪资：6-8K\n工作地点：营口市鲅鱼圈区\n岗位职责：\n负责岸桥操作\n待遇面议"
    )
    _, matches = used(desk_service)
    shown = agent.submit("/agency/match/read", {"text": text}).text
    assert used(desk_service)[1] == matches
    for value in (
        'value="岸桥司机"',
        "<option selected>大专",
        'value="6000"',
        'value="鲅鱼圈区"',
        "负责岸桥操作",
    ):
        assert value in shown, value
    assert agent.submit("/agency/match/read", {"text": " "}).status_code == 400
    typed = read_pasted_vacancy("学历：说不清的写法\n熟练工", codes=())
    assert "说不清的写法" in typed.get("duties")


def test_two_people_stand_beside_each_other(agent, desk_service):
    people = people_in(agent.submit("/agency/match", CRANE).text)
    _, matches = used(desk_service)
    shown = agent.submit("/agency/match/compare", CRANE | {"pair": people[:2]}).text
    assert used(desk_service)[1] == matches + 2
    assert all(person in shown for person in people[:2])
    assert "较好" in shown
    assert agent.submit("/agency/match/compare", CRANE | {"pair": people[:1]}).status_code == 400
    unknown = agent.submit("/agency/match/compare", CRANE | {"pair": [people[0], "P-NOWHERE"]})
    assert unknown.status_code == 404


def test_a_stored_vacancy_is_compared_by_address(agent, vacancy_id):
    people = people_in(agent.submit("/agency/match", {"vacancy_id": vacancy_id}).text)
    asked = {"vacancy_id": vacancy_id, "a": people[0], "b": people[1]}
    assert "两人比较" in agent.get("/agency/match/compare", params=asked).text


def test_feedback_is_kept_once_and_makes_a_shortlist(agent, stranger, desk_service, vacancy_id):
    people = people_in(agent.submit("/agency/match", {"vacancy_id": vacancy_id}).text)
    event = {"vacancy_id": vacancy_id, "profile_id": people[0], "kind": "shortlisted", "side": "employer"}
    assert agent.post("/agency/match/feedback", data=event).status_code == 403
    first = agent.submit("/agency/match/feedback", event, headers={"HX-Request": "true"})
    again = agent.submit("/agency/match/feedback", event, headers={"HX-Request": "true"})
    assert "已加入候选名单" in first.text
    assert "没有重复记" in again.text
    kept = read_events(desk_service.store)
    assert kept["kind"].tolist() == ["shortlisted"]
    shown = agent.get(f"/agency/shortlists/vacancies/{vacancy_id}")
    assert people[0] in shown.text
    declined = {**event, "profile_id": people[1], "kind": "declined", "reason": "pay"}
    assert "谢绝：薪酬不合" in agent.submit("/agency/match/feedback", declined).text
    back = {**declined, "kind": "shortlisted"}
    for _ in range(2):
        assert "谢绝：薪酬不合" not in agent.submit("/agency/match/feedback", back).text
    assert read_events(desk_service.store)["kind"].tolist() == ["shortlisted", "declined", "shortlisted"]
    assert agent.submit("/agency/match/feedback", {**event, "kind": "moved"}).status_code == 400
    assert people[0] not in stranger.get("/agency/shortlists").text
    assert stranger.get(f"/agency/shortlists/vacancies/{vacancy_id}").text.count(people[0]) == 0


def test_a_shortlist_leaves_as_a_file_under_pseudonyms_and_that_is_noted(agent, desk_service, vacancy_id):
    people = people_in(agent.submit("/agency/match", {"vacancy_id": vacancy_id}).text)
    event = {"vacancy_id": vacancy_id, "profile_id": people[0], "kind": "contacted", "side": "employer"}
    agent.submit("/agency/match/feedback", event)
    path = f"/agency/shortlists/vacancies/{vacancy_id}/export"
    csv = agent.get(path, params={"form": "csv"})
    assert people[0] in csv.text
    assert csv.headers["cache-control"] == "no-store"
    book = read_workbook(agent.get(path).content, "名单.xlsx")
    assert people[0] in book["名单"][1]
    assert actions(desk_service).count("export.shortlists") == 2


def test_a_search_is_kept_opened_run_and_deleted_by_its_agency_only(agent, stranger, desk_service):
    kept = agent.submit("/agency/match/save", CRANE | {"name": "岸桥<b>司机"})
    assert "岸桥&lt;b&gt;司机" in kept.text
    path = kept.url.path
    assert path.startswith("/agency/shortlists/searches/S")
    assert "共 <strong>10</strong> 人" in kept.text
    assert kept.url.path in agent.get("/agency/shortlists").text
    assert agent.submit(f"{path}/run").status_code == 200
    assert stranger.get(path).status_code == 404
    assert stranger.submit(f"{path}/delete").status_code == 404
    assert agent.post(f"{path}/delete").status_code == 403
    assert "岸桥" in agent.get(f"{path}/export", params={"form": "csv"}).text
    assert agent.submit(f"{path}/delete").url.path == "/agency/shortlists"
    assert agent.get(path).status_code == 404


def test_another_agencys_person_and_vacancy_are_not_found(desk_service, hashing_model, stranger):
    with Browser(create_app(desk_service.settings, service=desk_service)) as first:
        token = first.log_in("agent").get("/v1/session").json()["csrf_token"]
        person = {"title": "岸桥司机", "summary": "独门手艺", "skills": ["岸桥"]}
        made = first.post("/v1/profiles", json=person, headers={"X-CSRF-Token": token})
        assert made.status_code == 201, made.text
        profile_id = made.json()["profile"]["profile_id"]
    loaded = Service.from_settings(desk_service.settings, model=hashing_model)
    with Browser(create_app(loaded.settings, service=loaded)) as one:
        one.log_in("agent")
        shown = one.get("/agency/jobs-for", params={"profile_id": profile_id})
        assert profile_id in shown.text
        assert people_in(one.submit("/agency/jobs-for", {"profile_id": profile_id}).text)
    with Browser(create_app(loaded.settings, service=loaded)) as other:
        other.log_in("stranger")
        assert profile_id not in other.get("/agency/jobs-for").text
        assert other.get("/agency/jobs-for", params={"profile_id": profile_id}).status_code == 404
        assert other.submit("/agency/jobs-for", {"profile_id": profile_id}).status_code == 404
    loaded.store.engine.dispose()


def test_vacancies_are_found_for_a_pasted_resume_that_is_not_kept(agent):
    text = "姓名：张三\n电话：13812345678\n求职意向：岸桥司机\n学历：大专\n技能：岸桥、集装箱"
    read = agent.submit("/agency/jobs-for/read", {"text": text}).text
    assert 'value="岸桥司机"' in read
    assert "张三" not in read
    assert "13812345678" not in read
    found = agent.submit("/agency/jobs-for", {"title": "岸桥司机", "skills": "岸桥、集装箱"}).text
    assert people_in(found)
    assert "条件都合的" in found


def test_keys_and_usage_are_the_agencys_own(agent, stranger, desk_service):
    (agency, *_) = (each for each in list_agencies(desk_service.store) if each.licence_number == "2108-0001")
    key = create_key(desk_service.store, "示例程序", agency_id=agency.agency_id, actor="测试")
    shown = agent.get("/agency/access").text
    assert key[:15] in shown
    assert key not in shown
    assert "/v1/matches/profiles" in shown
    assert key[:15] not in stranger.get("/agency/access").text


def test_advice_comes_as_a_page_and_as_a_part_of_one(agent):
    asked = CRANE | {"education": "博士"}
    page = agent.submit("/agency/match/advice", asked).text
    part = agent.submit("/agency/match/advice", asked, headers={"HX-Request": "true"}).text
    assert "放宽为" in page
    assert "放宽为" in part
    assert "<html" not in part


def test_the_first_page_says_what_to_do_and_the_office_goes_elsewhere(agent, browser):
    home = agent.get("/agency").text
    assert "今日配额" in home
    assert "第一次来" in home
    agent.submit("/logout")
    browser.log_in("admin")
    assert browser.get("/agency/match").status_code == 403
    assert browser.submit("/agency/match", CRANE).status_code == 403


def test_a_stranger_logs_in_first(browser):
    assert browser.get("/agency/match").url.path == "/login"
