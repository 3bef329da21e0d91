"""How the client asks: retries, tokens, pages, lines, files, on prepared answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from api.client import Client, ClientCredentials, Copy, RemoteError

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
        if isinstance(body, Iterator):
            return httpx.Response(status, content=body, headers=headers)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(status, content=content, headers=headers)

    def client(self, **options):
        named = {"key": "yc_k", "spread": lambda: 0.0} | options
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


def test_ids_are_one_part_of_an_address_whatever_is_in_them():
    service = Service((200, {"status": "ready"}))
    with service.client(key=None) as client:
        assert client.readiness() == {"status": "ready"}
        client.read("profiles", "a/../b?c")
        client.diff("shortage", "2", 3)
    assert [each.url.raw_path.decode() for each in service.asked] == [
        "/readyz",
        "/v1/profiles/a%2F..%2Fb%3Fc",
        "/v1/catalogues/shortage/editions/2/diff/3",
    ]
    assert all("x-api-key" not in each.headers for each in service.asked)


def test_a_refusal_carries_code_message_hint_and_the_id_of_the_request():
    service = Service((400, PROBLEM | {"errors": [{"field": "body.k", "message": "过大"}]}))
    with pytest.raises(RemoteError, match="取 1 到 200") as raised, service.client() as client:
        client.match_profiles("V1", k=500)
    error = raised.value
    assert (error.status, error.code, error.request_id) == (400, "k_out_of_range", "r1")
    assert (error.detail, error.hint) == ("返回条数 k=500 超出范围", "取 1 到 200")
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


def test_a_pause_is_stretched_so_that_clients_do_not_come_back_together():
    service = Service((429, PROBLEM, {"Retry-After": "8"}), (503, PROBLEM), (200, {}))
    service.client(spread=lambda: 1.0).readiness()
    assert service.slept == [10.0, 1.25]


def test_what_creates_carries_one_key_however_often_it_is_sent():
    service = Service(httpx.ReadTimeout("slow"), (202, {"job_id": "J1"}, {"Idempotent-Replayed": "true"}))
    made = service.client().create("match-jobs", {"queries": [{"vacancy_id": "V1"}], "k": 3})
    assert (made["job_id"], made.replayed) == ("J1", True)
    first, again = service.asked
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert service.bodies[0] == {"queries": [{"vacancy_id": "V1"}], "k": 3}
    service.client().create("match-jobs", {"queries": []}, idempotency_key="mine")
    assert service.asked[-1].headers["idempotency-key"] == "mine"


def test_what_would_be_done_anew_is_sent_again_only_where_it_was_not_received():
    service = Service(httpx.ConnectError("no"), httpx.ReadTimeout("slow"), (200, {}))
    with pytest.raises(RemoteError) as raised:
        service.client().run_search("S1")
    assert (raised.value.code, len(service.asked)) == ("unreachable", 2)


def test_what_is_known_is_not_sent_again():
    service = Service((200, {"title": "焊工"}, {"ETag": '"t1"'}), (304, b""), (200, {"title": "会计"}))
    client = service.client()
    known = client.read("postings", "p1")
    assert client.read("postings", "p1", known=known) is known
    assert client.read("postings", "p1", known=known) == {"title": "会计"}
    assert "if-none-match" not in service.asked[0].headers
    assert service.asked[2].headers["if-none-match"] == '"t1"'


def test_a_change_says_what_it_is_a_change_of():
    service = Service((200, {}))
    client = service.client()
    client.replace("postings", "p1", {"title": "焊工"}, etag='"t1"')
    client.delete("postings", "p1", etag='"t2"')
    client.delete("profiles", "P1", reason="本人要求")
    assert [each.headers.get("if-match") for each in service.asked] == ['"t1"', '"t2"', None]
    assert service.asked[2].url.params["reason"] == "本人要求"


def test_a_file_is_sent_whole_each_time(tmp_path):
    file = tmp_path / "招聘.csv"
    file.write_text("岗位名称\n焊工\n", encoding="utf-8")
    service = Service((503, PROBLEM), (202, {"batch_id": "B1"}))
    assert service.client().upload(file, kind="posting", mapping={"岗位名称": "title"})["batch_id"] == "B1"
    assert [each.content.count("焊工".encode()) for each in service.asked] == [1, 1]
    assert "岗位名称".encode() in service.asked[1].content
    keys = {each.headers["idempotency-key"] for each in service.asked}
    assert len(keys) == 1


def test_a_route_that_will_go_is_warned_of():
    ends = {"Deprecation": "@1", "Sunset": "Sat, 22 May 2027 00:00:00 GMT", "Link": "</v2/usage>"}
    with pytest.warns(DeprecationWarning, match=r"GET /v1/usage .*2027.*</v2/usage>"):
        Service((200, {}, ends)).client().usage()


def test_pages_are_read_as_they_are_needed():
    service = Service(
        (200, {"jobs": [{"n": 1}, {"n": 2}], "cursor": "c1"}), (200, {"jobs": [{"n": 3}], "cursor": None})
    )
    jobs = service.client().find("match-jobs", limit=2)
    assert next(jobs) == {"n": 1}
    assert len(service.asked) == 1
    assert [each["n"] for each in jobs] == [2, 3]
    assert dict(service.asked[0].url.params) == {"limit": "2"}
    assert dict(service.asked[1].url.params) == {"limit": "2", "cursor": "c1"}


def job(state, done):
    return 200, {"state": state, "done": done}


def test_a_job_is_waited_for():
    service, seen = Service(job("queued", 0), job("running", 2), job("done", 4)), []
    told = service.client().wait("match-jobs", "J1", progress=lambda each: seen.append(each["done"]))
    assert (told["state"], seen) == ("done", [0, 2, 4])
    assert service.slept == [0.5, 0.75]


def test_a_job_that_takes_too_long_is_left_to_itself():
    service = Service(job("running", 1))
    with pytest.raises(TimeoutError, match="B1"):
        service.client().wait("batches", "B1", seconds=1)


def test_results_come_one_by_one():
    service = Service((200, b'{"position":0}\n\n{"position":1}\n'))
    assert [each["position"] for each in service.client().results("J1", partial=True)] == [0, 1]
    assert service.asked[0].url.params["partial"] == "true"


def broken():
    yield b'{"position":0}\n'
    raise httpx.ReadError("gone")


def test_results_that_break_off_are_an_error_and_no_end():
    for body in (broken(), b'{"position":0}\n{"posi'):
        results = Service((200, body)).client().results("J1")
        assert next(results) == {"position": 0}
        with pytest.raises(RemoteError) as raised:
            next(results)
        assert raised.value.code == "interrupted"


def test_a_download_is_whole_or_not_there(tmp_path):
    with pytest.raises(RemoteError) as raised:
        Service((200, broken())).client().download("/v1/x", tmp_path / "x.csv")
    assert raised.value.code == "interrupted"
    assert list(tmp_path.iterdir()) == []
    Service((200, b"a,b")).client().download("/v1/x", tmp_path / "x.csv", partial=None)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"a,b"]


def lines(*told, cut=""):
    return 200, ("".join(f"{json.dumps(each)}\n" for each in told) + cut).encode()


def head(position, after=None):
    return {"type": "snapshot", "position": position, "after": after}


def record(name):
    return {"type": "record", "id": name, "key": name, "record": {"title": name}}


END = {"type": "end", "records": 0}


def test_a_snapshot_that_breaks_off_is_taken_up_where_it_ended():
    service = Service(
        lines(head("here")),
        lines(head("later"), record("a"), cut='{"type":'),
        lines(head("latest", "a"), record("b"), END),
    )
    copy = Copy.take(service.client(), "postings")
    assert (copy.position, copy.records) == ("here", {"a": {"title": "a"}, "b": {"title": "b"}})
    assert [each.url.params.get("after") for each in service.asked] == [None, None, "a"]


def test_a_snapshot_that_never_ends_is_given_up():
    service = Service(lines(head("here")))
    with pytest.raises(RemoteError) as raised:
        list(service.client(retries=2).snapshot("postings"))
    assert (raised.value.code, len(service.asked)) == ("interrupted", 3)


def test_a_snapshot_that_is_refused_is_an_error_at_once():
    service = Service((403, PROBLEM | {"code": "scope_missing"}))
    with pytest.raises(RemoteError) as raised:
        list(service.client().snapshot("profiles"))
    assert (raised.value.code, len(service.asked)) == ("scope_missing", 1)


def test_changes_are_followed_to_the_last_and_what_went_goes():
    gone = {"key": "a", "removed": True, "record": None}
    new = {"key": "b", "removed": False, "record": {"title": "b"}}
    service = Service(
        (200, {"changes": [gone], "position": "p1", "more": True}),
        (200, {"changes": [new], "position": "p2", "more": False}),
    )
    copy = Copy("postings", {"a": {}}, "p0")
    assert copy.update(service.client()) == 2
    assert (copy.records, copy.position) == ({"b": {"title": "b"}}, "p2")
    assert [each.url.params["since"] for each in service.asked] == ["p0", "p1"]


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
