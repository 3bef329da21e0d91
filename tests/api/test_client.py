"""The Python client."""

from __future__ import annotations

import json
import subprocess
import sys

import httpx
import pytest

from api.client import Client, ClientCredentials, RemoteError

PROBLEM = {
    "code": "k_out_of_range",
    "detail": "返回条数 k=500 超出范围",
    "hint": "取 1 到 200",
    "request_id": "r1",
}


class Service:
    """Gives prepared answers in turn, the last one again and again, and notes what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked, self.slept = [], []

    def __call__(self, request):
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = (*answer, {})[:3]
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(status, content=content, headers=headers)

    def client(self, **options):
        named = {"key": "yc_k"} | options
        return Client("http://x", transport=httpx.MockTransport(self), sleep=self.slept.append, **named)

    @property
    def bodies(self):
        return [json.loads(each.content) for each in self.asked]


def test_targets_go_by_id_or_by_content():
    service = Service((200, {"matches": []}))
    with service.client() as client:
        client.match_profiles("V1", k=3, rank_by="mutual")
        client.match_vacancies({"title": "岸桥司机"}, k=2)
        client.match_pair("V1", {"title": "会计"})
        client.relaxations("V1")
    assert service.bodies == [
        {"vacancy_id": "V1", "k": 3, "rank_by": "mutual"},
        {"profile": {"title": "岸桥司机"}, "k": 2},
        {"vacancy_id": "V1", "profile": {"title": "会计"}},
        {"vacancy_id": "V1", "limit": 6},
    ]
    assert {each.headers["x-api-key"] for each in service.asked} == {"yc_k"}


def test_reads_go_to_their_addresses():
    service = Service((200, {"status": "ready"}))
    with service.client(key=None) as client:
        assert client.readiness() == {"status": "ready"}
        client.usage(days=3)
        client.catalogue("urgent")
        client.forecasts(occupation="2-02")
        client.send_feedback([{"event_id": "e1"}])
        client.job("J1")
        client.cancel_job("J1")
    assert [f"{each.method} {each.url.raw_path.decode()}" for each in service.asked] == [
        "GET /readyz",
        "GET /v1/usage?days=3",
        "GET /v1/catalogues/urgent/current",
        "GET /v1/forecasts?occupation=2-02",
        "POST /v1/feedback",
        "GET /v1/match-jobs/J1",
        "DELETE /v1/match-jobs/J1",
    ]
    assert all("x-api-key" not in each.headers for each in service.asked)


def test_a_refusal_carries_code_message_hint_and_the_id_of_the_request():
    service = Service((400, PROBLEM | {"errors": [{"field": "body.k", "message": "过大"}]}))
    with pytest.raises(RemoteError, match="取 1 到 200") as raised, service.client() as client:
        client.match_profiles("V1", k=500)
    error = raised.value
    assert (error.status, error.code, error.request_id) == (400, "k_out_of_range", "r1")
    assert error.fields == [{"field": "body.k", "message": "过大"}]
    assert service.slept == []


@pytest.mark.parametrize("body", [b"<html>", b"[]", b""])
def test_an_answer_that_is_no_problem_document_is_an_error_all_the_same(body):
    with pytest.raises(RemoteError) as raised:
        Service((502, body)).client().readiness()
    assert (raised.value.status, raised.value.code) == (502, "http_error")


def test_too_many_requests_are_repeated_after_what_retry_after_says():
    service = Service((429, PROBLEM, {"Retry-After": "7"}), (503, PROBLEM), (200, {"ok": 1}))
    assert service.client().readiness() == {"ok": 1}
    assert service.slept == [7.0, 1.0]


def test_a_date_in_the_past_means_at_once():
    service = Service((503, b"", {"Retry-After": "Sat, 21 Nov 2020 08:00:00 GMT"}), (200, {}))
    service.client().readiness()
    assert service.slept == [0.0]


def test_a_quota_that_comes_back_tomorrow_is_not_waited_for():
    service = Service((429, PROBLEM | {"code": "quota_exceeded"}, {"Retry-After": "40000"}))
    with pytest.raises(RemoteError) as raised:
        service.client().readiness()
    assert (raised.value.code, service.slept) == ("quota_exceeded", [])


def test_a_lost_connection_is_tried_again_and_given_up_in_the_end():
    lost = httpx.ConnectError("no")
    service = Service(lost, lost, (200, {}))
    service.client().readiness()
    assert service.slept == [0.5, 1.0]
    with pytest.raises(RemoteError) as raised:
        Service(lost).client(retries=2).readiness()
    assert (raised.value.status, raised.value.code) == (0, "unreachable")


def test_a_job_is_handed_in_under_one_key_however_often_it_is_sent():
    service = Service(httpx.ReadTimeout("slow"), (202, {"job_id": "J1"}))
    service.client().submit_matches([{"vacancy_id": "V1"}], k=3)
    first, again = service.asked
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert service.bodies[0] == {"queries": [{"vacancy_id": "V1"}], "k": 3}
    service.client().submit_matches([], idempotency_key="mine")
    assert service.asked[-1].headers["idempotency-key"] == "mine"


def test_pages_are_read_as_they_are_needed():
    service = Service(
        (200, {"jobs": [{"n": 1}, {"n": 2}], "cursor": "c1"}), (200, {"jobs": [{"n": 3}], "cursor": None})
    )
    jobs = service.client().jobs(page=2)
    assert next(jobs) == {"n": 1}
    assert len(service.asked) == 1
    assert [each["n"] for each in jobs] == [2, 3]
    assert service.asked[1].url.params["cursor"] == "c1"


def job(state, done):
    return 200, {"state": state, "done": done, "total": 4}


def test_a_job_is_waited_for():
    service, seen = Service(job("queued", 0), job("running", 2), job("done", 4)), []
    assert service.client().wait("J1", progress=lambda *each: seen.append(each))["state"] == "done"
    assert seen == [(0, 4), (2, 4), (4, 4)]
    assert service.slept == [0.5, 0.75]


def test_a_job_that_takes_too_long_is_left_to_itself():
    service = Service(job("running", 1))
    with pytest.raises(TimeoutError, match="J1"):
        service.client().wait("J1", seconds=1)


def test_results_come_one_by_one():
    service = Service((200, b'{"position":0}\n\n{"position":1}\n'))
    assert [each["position"] for each in service.client().results("J1", partial=True)] == [0, 1]
    assert service.asked[0].url.params["partial"] == "true"


TOKEN = (200, {"access_token": "t1", "expires_in": 900})
CREDENTIALS = {"key": None, "credentials": ClientCredentials("k1", "yc_secret")}


def test_a_token_is_fetched_once_and_sent():
    service = Service(TOKEN, (200, {}))
    with service.client(**CREDENTIALS) as client:
        client.readiness()
        client.readiness()
    assert [each.url.path for each in service.asked] == ["/v1/oauth/token", "/readyz", "/readyz"]
    assert b"client_secret=yc_secret" in service.asked[0].content
    assert service.asked[-1].headers["authorization"] == "Bearer t1"


def test_a_token_about_to_end_is_renewed():
    service = Service((200, {"access_token": "t0", "expires_in": 10}), (200, {}), TOKEN, (200, {}))
    with service.client(**CREDENTIALS) as client:
        client.readiness()
        client.readiness()
    assert service.asked[-1].headers["authorization"] == "Bearer t1"


def test_a_token_that_is_refused_is_renewed_once():
    service = Service(TOKEN, (401, PROBLEM), TOKEN, (200, {}))
    service.client(**CREDENTIALS).readiness()
    assert service.slept == [0.0]
    service = Service(TOKEN, (401, PROBLEM), TOKEN, (401, PROBLEM))
    with pytest.raises(RemoteError):
        service.client(**CREDENTIALS).readiness()
    assert len(service.asked) == 4


def test_credentials_that_are_wrong_are_an_error():
    service = Service((401, {"error": "invalid_client", "code": "client_unknown", "message": "不符"}))
    with pytest.raises(RemoteError, match="不符") as raised:
        service.client(**CREDENTIALS).readiness()
    assert raised.value.code == "client_unknown"


def test_the_client_loads_neither_the_service_nor_a_model():
    script = "import sys, api.client; print({'fastapi', 'torch', 'sqlalchemy', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
