"""The first page: from nothing to a first catalogue, to each what concerns them, and the background jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from api.app import create_app
from api.jobs.registry import workers_of
from data.permissions import Role
from data.releases.registry import list_releases
from data.store.jobs import list_jobs
from data.store.schema import coding_review, job, posting
from data.store.users import add_user
from data.synthetic import generate_city
from tests.api.pages.conftest import PASSWORD, Browser


@pytest.fixture
def new_browser(own_service, monkeypatch) -> Iterator[Browser]:
    """Return a browser at an installation without any data, with an editor."""
    small = generate_city(seed=5, months=3, employers=11, profiles=60)
    monkeypatch.setattr("api.jobs.demo.generate_city", lambda **_options: small)
    add_user(own_service.store, "editor", name="张编", roles=[Role.EDITOR], password=PASSWORD, actor="测试")
    settings = own_service.settings.model_copy(update={"worker_threads": 0})
    with Browser(create_app(settings, service=own_service)) as made:
        yield made.log_in("editor")


def work(service):
    workers = workers_of(service, threads=1)
    workers.start(until_idle=True)
    workers.join()


def test_an_empty_installation_leads_to_its_first_catalogue(new_browser, own_service):
    shown = new_browser.get("/office").text
    assert "从头到第一版目录" in shown
    assert shown.count('<li class="now">') == 1
    assert "disabled" in shown.split('id="build"')[1][:40]
    refused = new_browser.submit("/office/first/demo")
    assert refused.status_code == 400
    assert "没有确认" in refused.text
    for _ in range(2):
        assert "生成合成数据" in new_browser.submit("/office/first/demo", {"confirm": "1"}).text
    assert len(list_jobs(own_service.store, owner="").jobs) == 1
    work(own_service)
    shown = new_browser.get("/office").text
    assert "合成数据" in shown
    assert "用合成数据试一试" not in shown
    assert new_browser.submit("/office/first/demo", {"confirm": "1"}).status_code == 409
    for _ in range(2):
        assert "正在编制" in new_browser.submit("/office/first/catalogue").text
    work(own_service)
    assert len(list_releases(own_service.store, "yingkou")) == 2
    shown = new_browser.get("/office").text
    assert "已有 2 份" in shown
    assert "在办的版次" in shown
    assert new_browser.get("/catalogues/shortage").status_code == 200


def test_without_data_a_catalogue_is_refused_with_the_reason_and_can_be_asked_for_again(
    new_browser, own_service
):
    new_browser.submit("/office/first/catalogue")
    work(own_service)
    assert 'role="alert"' in new_browser.get("/office").text
    shown = new_browser.get("/office/jobs").text
    assert "没有成功" in shown
    number = list_jobs(own_service.store, owner="").jobs[0].job_id
    assert "停止" in new_browser.submit(f"/office/jobs/{number}/again").text


def test_each_sees_what_concerns_them(browser):
    seen = {}
    for user in ("editor", "approver", "scientist", "admin"):
        browser.log_in(user)
        seen[user] = browser.get("/office").text
        browser.submit("/logout")
    assert "待复核编码" in seen["editor"]
    assert "待复核编码" not in seen["approver"]
    assert "在办的版次" in seen["approver"]
    assert "去导入" not in seen["approver"]
    assert "从头到第一版目录" not in seen["scientist"]
    assert "管理账户与机构" in seen["admin"]
    assert "后台任务</h2>" not in seen["admin"]
    assert "管理账户与机构" not in seen["editor"]
    assert browser.log_in("agent").get("/office", follow_redirects=False).headers["location"] == "/agency"


def test_only_who_may_starts_and_stops_jobs(browser, desk_service):
    browser.log_in("editor")
    assert browser.post("/office/first/catalogue").status_code == 403
    browser.submit("/office/first/catalogue")
    (found,) = list_jobs(desk_service.store, owner="").jobs
    assert browser.submit(f"/office/jobs/{found.job_id}/again").status_code == 409
    for user in ("scientist", "evaluator", "agent"):
        browser.submit("/logout")
        browser.log_in(user)
        assert browser.submit(f"/office/jobs/{found.job_id}/cancel").status_code in {403, 404}
        assert browser.submit("/office/first/catalogue").status_code == 403
    assert found.job_id not in browser.get("/office/jobs").text
    browser.submit("/logout")
    browser.log_in("editor")
    assert "任务已停止" in browser.submit(f"/office/jobs/{found.job_id}/cancel").text
    assert browser.submit("/office/jobs/J0/cancel").status_code == 404


def test_what_waits_is_escaped(browser, desk_service):
    browser.log_in("editor")
    with desk_service.store.begin() as connection:
        connection.execute(sa.delete(coding_review))
        connection.execute(job.delete())
        connection.execute(
            posting.update().values(title="<script>alert(1)</script>").where(posting.c.batch_id == 1)
        )
    for path in ("/office", "/office/jobs"):
        assert "<script>alert" not in browser.get(path).text


def test_an_agency_learns_nothing_from_the_first_steps_of_the_office(browser):
    browser.log_in("agent")
    for fields in ({}, {"confirm": "1"}):
        answer = browser.submit("/office/first/demo", fields)
        assert answer.status_code == 403
        assert "待复核编码" not in answer.text
    assert browser.submit("/office/first/catalogue").status_code == 403
