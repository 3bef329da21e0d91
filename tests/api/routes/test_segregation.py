"""Another agency's needs and people are answered everywhere as if they were not there."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.jobs.registry import workers_of
from api.service import Service
from data.owners import OFFICE
from data.permissions import Scope
from data.regions import read_region
from data.settings import Settings
from data.store.agencies import add_agency
from data.store.consents import record_consent
from data.store.keys import create_key
from data.store.store import Store
from matching.ingest import Intake, ingest_file

FIRST, LAST = dt.date(2020, 1, 1), dt.date(2099, 1, 1)
NEEDS = "岗位编号,岗位名称,用人单位,工作地点,需求人数,岗位职责,发布日期\n"
PEOPLE = "档案编号,求职岗位,能力,意向地点\n"
CRANE = "岸桥司机,{employer},营口市鲅鱼圈区,3,负责集装箱岸桥操作,2026-11-01\n"
SCOPES = frozenset(
    {Scope.MATCHES_READ, Scope.FEEDBACK_WRITE, Scope.JOBS_READ, Scope.JOBS_WRITE, Scope.PROFILES_UNMASK}
)


class Agencies:
    """A service in which the office and two agencies have a need and two people each; one need is common."""

    def __init__(self, folder, coders, model):
        self.settings = Settings(var_dir=folder, refresh_seconds=0)
        self.store = Store.from_url(self.settings.store_url)
        self.owners, self.keys = {"office": OFFICE}, {"office": create_key(self.store, "办公", scopes=SCOPES)}
        for name in ("mine", "theirs"):
            made = add_agency(
                self.store, name, licence_number=name, licence_from=FIRST, licence_to=LAST, contact="办公室",
                actor="甲",
            )  # fmt: skip
            self.owners[name] = made.agency_id
            self.keys[name] = create_key(self.store, name, agency_id=made.agency_id, scopes=SCOPES)
        for name, owner in self.owners.items():
            intake = Intake(
                self.store, coders, read_region("yingkou"), folder, 10**8, dt.date(2026, 11, 21), owner=owner
            )
            path = folder / f"{name}.csv"
            own = CRANE.format(employer=f"示例{name}港口有限公司")
            common = CRANE.format(employer="示例共同港口有限公司")
            path.write_text(f"{NEEDS}1,{own}2,{common}", encoding="utf-8")
            ingest_file(intake, path)
            path.write_text(
                f"{PEOPLE}{name}1,岸桥司机,岸桥,营口\n{name}2,岸桥司机,岸桥,营口\n", encoding="utf-8"
            )
            ingest_file(intake, path)
        self.service = Service.from_settings(self.settings, model=model)
        self.http = TestClient(create_app(self.settings, service=self.service))

    def ids(self, name, side):
        """Return the ids of an owner's own rows that are matched."""
        pool = getattr(self.service.matcher.seen_by(self.owners[name]), side)
        return sorted(row["id"] for row in pool.rows if row["owner"] == self.owners[name])

    def post(self, name, path, body):
        return self.http.post(path, json=body, headers={"X-API-Key": self.keys[name]})


@pytest.fixture(scope="module")
def agencies(tmp_path_factory, coders, hashing_model):
    made = Agencies(tmp_path_factory.mktemp("agencies"), coders, hashing_model)
    with made.http:
        yield made
    made.store.engine.dispose()
    made.service.store.engine.dispose()


def test_lists_hold_the_offices_and_the_callers_own_and_count_no_others(agencies):
    need, person = agencies.ids("mine", "vacancies")[0], agencies.ids("mine", "profiles")[0]
    found = agencies.post("mine", "/v1/matches/profiles", {"vacancy_id": need, "k": 50, "near": 5}).json()
    own = {*agencies.ids("mine", "profiles"), *agencies.ids("office", "profiles")}
    assert {each["id"] for each in found["results"]} == own
    assert (found["pool"], found["allowed"]) == (4, 4)
    found = agencies.post("mine", "/v1/matches/vacancies", {"profile_id": person, "k": 50}).json()
    own = {*agencies.ids("mine", "vacancies"), *agencies.ids("office", "vacancies")}
    assert {each["id"] for each in found["results"]} == own
    assert found["pool"] == len(own) == 4
    assert "theirs" not in str(found)


def test_the_office_matches_every_need_once_and_all_people(agencies):
    need = agencies.ids("office", "vacancies")[0]
    found = agencies.post("office", "/v1/matches/profiles", {"vacancy_id": need, "k": 50}).json()
    assert found["pool"] == 6
    person = agencies.ids("office", "profiles")[0]
    found = agencies.post("office", "/v1/matches/vacancies", {"profile_id": person, "k": 50}).json()
    # Three needs of one owner each, and the common one as it is counted.
    assert found["pool"] == 4


@pytest.mark.parametrize(
    ("path", "side", "name"),
    [
        ("/v1/matches/profiles", "vacancies", "vacancy_id"),
        ("/v1/matches/vacancies", "profiles", "profile_id"),
        ("/v1/matches/relaxations", "vacancies", "vacancy_id"),
        ("/v1/matches/pairs", "vacancies", "vacancy_id"),
        ("/v1/matches/pairs", "profiles", "profile_id"),
    ],
)
def test_anothers_number_is_answered_like_one_that_does_not_exist(agencies, path, side, name):
    own = {
        "vacancy_id": agencies.ids("mine", "vacancies")[0], "profile_id": agencies.ids("mine", "profiles")[0],
    }  # fmt: skip
    told = []
    for asked in (agencies.ids("theirs", side)[0], "NOTHING"):
        body = (own if path.endswith("pairs") else {}) | {name: asked}
        answer = agencies.post("mine", path, body)
        assert answer.status_code == 404
        told.append(
            {
                key: str(value).replace(asked, "")
                for key, value in answer.json().items()
                if key != "request_id"
            }
        )
    assert told[0] == told[1]
    assert agencies.post("theirs", path, {name: agencies.ids("theirs", side)[0]} if "pairs" not in path else {
        "vacancy_id": agencies.ids("theirs", "vacancies")[0],
        "profile_id": agencies.ids("theirs", "profiles")[0],
    }).status_code == 200  # fmt: skip


def test_a_job_is_answered_with_what_its_owner_may_see(agencies):
    queries = [
        {"vacancy_id": agencies.ids("mine", "vacancies")[0]},
        {"vacancy_id": agencies.ids("theirs", "vacancies")[0]},
        {"profile_id": agencies.ids("theirs", "profiles")[0]},
    ]
    job = agencies.post("mine", "/v1/match-jobs", {"queries": queries, "k": 50}).json()
    workers = workers_of(agencies.service, threads=1)
    workers.start(until_idle=True)
    workers.join()
    headers = {"X-API-Key": agencies.keys["mine"]}
    text = agencies.http.get(job["results"], headers=headers).text
    lines = text.splitlines()
    assert lines[0].count('"rank":') == 4
    assert ["vacancy_unknown" in lines[1], "profile_unknown" in lines[2]] == [True, True]
    assert not any(each in lines[0] for each in agencies.ids("theirs", "profiles"))
    other = agencies.http.get(job["results"], headers={"X-API-Key": agencies.keys["theirs"]})
    assert other.status_code == 404


def test_an_event_about_anothers_rows_is_refused_as_unknown(agencies):
    event = {"kind": "shown", "side": "employer", "happened_at": "2026-03-01T09:30:00+08:00"}
    mine = {
        "vacancy_id": agencies.ids("mine", "vacancies")[0], "profile_id": agencies.ids("mine", "profiles")[0],
    }  # fmt: skip
    events = [
        event | mine | {"event_id": "e1"},
        event | mine | {"event_id": "e2", "vacancy_id": agencies.ids("theirs", "vacancies")[0]},
        event | mine | {"event_id": "e3", "profile_id": agencies.ids("theirs", "profiles")[0]},
    ]
    told = agencies.post("mine", "/v1/feedback", {"events": events}).json()["results"]
    assert [each["code"] for each in told] == ["", "vacancy_unknown", "profile_unknown"]
    told = agencies.post("office", "/v1/feedback", {"events": events}).json()["results"]
    assert [each["code"] for each in told] == ["", "", ""]


def test_a_consent_that_names_anothers_profile_does_not_show_that_there_is_one(agencies):
    profile_id = agencies.ids("theirs", "profiles")[0]
    record_consent(
        agencies.store, profile_id, agency="mine", purpose="推荐面试", valid_from=FIRST, valid_to=LAST,
        recorded_by="甲",
    )  # fmt: skip
    answers = [
        agencies.post("mine", f"/v1/profiles/{each}/unmask", {"purpose": "推荐面试"})
        for each in (profile_id, "NOTHING")
    ]
    assert [each.json()["code"] for each in answers] == ["consent_missing"] * 2
