"""Every method of the client against the real routes, in process."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.client import Client, Copy, RemoteError
from api.jobs.registry import workers_of
from data.bulletins import build_bulletins
from data.store.store import Store

POSTING = {
    "reference": "HR-1",
    "title": "岸桥司机",
    "employer": "示例港口有限公司",
    "place": "营口市鲅鱼圈区",
}
PROFILE = {"reference": "R-1", "title": "岸桥司机", "skills": ["岸桥"], "willing_codes": ["210800"]}
CRANE = {"title": "岸桥司机", "skills": ["岸桥", "集装箱"], "place_code": "210804"}
FILE = (
    "岗位编号,岗位名称,用人单位,工作地点,需求人数,岗位职责,发布日期\n"
    "c1,焊工,示例船厂有限公司,营口市鲅鱼圈区,十二万,负责焊接,2026-11-01\n"
)


def in_process(http, **options):
    """Return a client that asks an application without a network."""

    def passed_on(request):
        told = http.request(
            request.method, str(request.url), content=request.content, headers=request.headers.multi_items()
        )
        kept = [each for each in told.headers.multi_items() if each[0] != "content-encoding"]
        return httpx.Response(told.status_code, headers=kept, content=told.content)

    return Client(
        "http://testserver",
        key=http.headers["X-API-Key"],
        transport=httpx.MockTransport(passed_on),
        **options,
    )


@pytest.fixture(scope="module")
def reader(client):
    """Return a client of the city's service, which nobody writes to."""
    return in_process(client)


@pytest.fixture
def writer(serve):
    """Return a client of a service of the test's own; while it waits, the background work is done."""
    served = serve(worker_threads=0)

    def works(_seconds):
        workers = workers_of(served.service, threads=1)
        workers.start(until_idle=True)
        workers.join()

    with served.client as http:
        yield in_process(http, sleep=works)


@pytest.fixture(scope="module")
def office(service, tmp_path_factory):
    """Return a client of a copy of the city's store, with bulletins."""
    folder = tmp_path_factory.mktemp("client")
    with service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(service.settings.var_dir / "yingcai.db", folder / "yingcai.db")
    settings = service.settings.model_copy(update={"var_dir": folder, "worker_threads": 0})
    own = dataclasses.replace(service, settings=settings, store=Store.as_it_is(settings.store_url))
    build_bulletins(own.store, own.region, today=dt.date(2026, 11, 21))
    with TestClient(create_app(settings, service=own)) as http:
        http.headers["X-API-Key"] = service.settings.bootstrap_key.get_secret_value()
        yield in_process(http)
    own.store.engine.dispose()


def test_catalogues_are_read_with_their_editions_entries_and_differences(reader):
    assert reader.catalogue("shortage")["entries"]
    newest = next(reader.editions("shortage"))
    number = newest["release_id"]
    assert reader.edition("shortage", number)["release_id"] == number
    entries = list(reader.entries("shortage", number, limit=5))
    assert len(entries) == len(reader.catalogue("shortage")["entries"])
    with pytest.raises(RemoteError) as raised:
        reader.diff("shortage", number, number + 1000)
    assert (raised.value.status, raised.value.code) == (404, "edition_unknown")


def test_forecasts_indicators_codes_and_usage_are_read(reader):
    assert reader.readiness()["status"] == "ready"
    assert reader.forecasts(level="city")["synthetic"] is True
    assert reader.indicators(region="haicheng")["status"] == "ok"
    welder = next(reader.terms("occupations", "焊工"))
    assert reader.occupation(welder["code"])["name"] == welder["name"]
    assert len(list(reader.terms("places", "营口", limit=2))) > 2
    assert reader.usage(days=1)["caller"]


def test_matches_go_both_ways_and_say_what_keeps_people_out(reader):
    people = reader.match_profiles(CRANE, k=2)
    person = people["results"][0]["id"]
    vacancy = reader.match_vacancies(person, k=1)["results"][0]["id"]
    assert reader.match_pair(vacancy, person)["model_version"] == people["model_version"]
    assert reader.relaxations(vacancy, limit=1)["relaxations"] is not None
    with pytest.raises(RemoteError) as raised:
        reader.match_profiles(CRANE, k=500)
    assert (raised.value.status, bool(raised.value.request_id)) == (422, True)


def test_a_posting_is_created_once_replaced_by_its_tag_and_deleted(writer):
    made = writer.create("postings", POSTING, idempotency_key="k1")
    again = writer.create("postings", POSTING, idempotency_key="k1")
    number = made["posting"]["posting_id"]
    assert (again["posting"]["posting_id"], again.replayed, made.replayed) == (number, True, False)
    known = writer.read("postings", number)
    assert (known.etag, writer.read("postings", number, known=known) is known) == (made.etag, True)
    changed = writer.replace("postings", number, POSTING | {"headcount": 4}, etag=known.etag)
    assert changed["posting"]["headcount"] == 4
    with pytest.raises(RemoteError) as raised:
        writer.replace("postings", number, POSTING, etag=known.etag)
    assert raised.value.status == 412
    assert len(list(writer.find("postings", limit=1, fields="title"))) == 3
    assert writer.delete("postings", number, etag=changed.etag) == {}


def test_a_profile_is_kept_consents_and_is_erased(writer):
    number = writer.create("profiles", PROFILE)["profile"]["profile_id"]
    days = {"valid_from": "2026-11-21", "valid_to": "2027-05-20"}
    consent = writer.create(
        "consents", {"profile_id": number, "agency": "某机构", "purpose": "推荐面试"} | days
    )
    assert [each["profile_id"] for each in writer.find("consents")] == [number]
    assert writer.delete("consents", consent["consent_id"])["withdrawn_at"] is not None
    assert writer.delete("profiles", number, reason="本人要求") == {}
    with pytest.raises(RemoteError) as raised:
        writer.read("profiles", number)
    assert raised.value.status == 404


def test_a_file_is_looked_at_handed_in_and_waited_for(writer, tmp_path):
    file = tmp_path / "招聘.csv"
    file.write_text(FILE, encoding="utf-8")
    assert writer.preview(file)["tables"][0]["kind"] == "posting"
    batch = writer.upload(file, kind="posting")
    done = writer.wait("batches", batch["batch_id"])
    assert (done["state"], done["tables"][0]["accepted"]) == ("done", 1)
    (problem,) = writer.problems(batch["batch_id"])
    assert problem["column"] == "需求人数"
    problems = f"/v1/batches/{batch['batch_id']}/problems"
    written = writer.download(problems, tmp_path / "问题.csv", format="csv")
    assert "需求人数" in written.read_text("utf-8-sig")


def test_a_match_job_is_handed_in_and_its_results_are_streamed(writer):
    vacancy = next(writer.find("vacancies"))["vacancy_id"]
    queries = [{"ref": "a", "vacancy_id": vacancy}, {"ref": "b", "vacancy": CRANE}]
    job = writer.create("match-jobs", {"queries": queries, "k": 2})
    assert writer.wait("match-jobs", job["job_id"])["done"] == 2
    assert [each["ref"] for each in writer.results(job["job_id"])] == ["a", "b"]
    assert [each["job_id"] for each in writer.find("match-jobs")] == [job["job_id"]]
    assert writer.cancel(job["job_id"])["state"] == "done"


def test_a_search_is_saved_run_changed_and_deleted(writer):
    search = {"name": "岸桥司机", "profiles": {"vacancy": CRANE, "k": 3}}
    number = writer.create("searches", search)["search_id"]
    run = writer.run_search(number)
    assert run["new"] == [each["id"] for each in run["match"]["results"]]
    assert [each["id"] for each in writer.search_news(number, since=0)["new"]] == run["new"]
    known = writer.read("searches", number)
    assert writer.replace("searches", number, search | {"name": "新名"}, etag=known.etag)["name"] == "新名"
    assert writer.delete("searches", number) == {}
    assert list(writer.find("searches")) == []


def test_feedback_counts_once(writer):
    vacancy, person = next(writer.find("vacancies")), next(writer.find("profiles"))
    event = {
        "event_id": "e1", "kind": "shown", "side": "employer", "vacancy_id": vacancy["vacancy_id"],
        "profile_id": person["profile_id"], "position": 1, "propensity": 1.0,
        "model_version": "additive-1", "happened_at": "2026-03-01T09:30:00+08:00",
    }  # fmt: skip
    first, again = writer.send_feedback([event]), writer.send_feedback([event])
    assert first["results"] != again["results"]


def test_a_copy_follows_what_comes_and_goes(writer):
    copy = Copy.take(writer, "postings")
    assert copy.records == {each["posting_id"]: each for each in writer.find("postings")}
    made = writer.create("postings", POSTING)
    number = made["posting"]["posting_id"]
    assert copy.update(writer) >= 1
    assert copy.records[number] == made["posting"]
    writer.delete("postings", number)
    copy.update(writer)
    assert number not in copy.records
    assert copy.update(writer) == 0


def test_an_objection_is_raised_and_bulletins_are_read(office, tmp_path):
    newest = next(office.editions("demand"))["release_id"]
    raised = office.create("objections", {"release_id": newest, "text": "人数偏低", "raised_by": "某企业"})
    assert office.read("objections", raised["receipt"])["text"] == "人数偏低"
    assert [each["receipt"] for each in office.find("objections")] == [raised["receipt"]]
    bulletin = next(office.find("bulletins"))
    assert office.read("bulletins", bulletin["bulletin_id"])["document"]["tables"]
    written = office.download(bulletin["files"]["csv"], tmp_path / "通报.csv")
    assert written.stat().st_size > 100


def test_every_list_of_the_service_has_pages_that_the_client_can_follow(client):
    document = client.get("/openapi.json").json()
    followed = 0
    for path, item in document["paths"].items():
        names = {each["name"] for each in item.get("get", {}).get("parameters", [])}
        if "cursor" not in names:
            continue
        schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        fields = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]["properties"]
        lists = [name for name, field in fields.items() if field.get("type") == "array"]
        assert (len(lists), "cursor" in fields) == (1, True), path
        followed += 1
    assert followed > 10
