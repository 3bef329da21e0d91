"""The application and its description."""

from __future__ import annotations

import json
import re

import pytest
from fastapi.openapi.models import OpenAPI

from data.permissions import Scope

ROUTES = {
    ("/v1/audit", "get"),
    ("/v1/audit/anchor", "get"),
    ("/healthz", "get"),
    ("/readyz", "get"),
    ("/v1/oauth/token", "post"),
    ("/v1/session", "post"),
    ("/v1/session", "get"),
    ("/v1/session", "delete"),
    ("/v1/session/password", "put"),
    ("/v1/usage", "get"),
    ("/v1/people/sessions", "post"),
    ("/v1/people/sessions", "delete"),
    ("/v1/people/me", "get"),
    ("/v1/people/me/export", "get"),
    ("/v1/people/me/requests", "get"),
    ("/v1/people/me/requests", "post"),
    ("/v1/people/me/consents/{consent_id}", "delete"),
    ("/v1/people/me/matching", "put"),
    ("/v1/postings", "get"),
    ("/v1/postings", "post"),
    ("/v1/postings/{posting_id}", "get"),
    ("/v1/postings/{posting_id}", "put"),
    ("/v1/postings/{posting_id}", "delete"),
    ("/v1/vacancies", "get"),
    ("/v1/vacancies/{vacancy_id}", "get"),
    ("/v1/profiles", "get"),
    ("/v1/profiles", "post"),
    ("/v1/profiles/{profile_id}", "get"),
    ("/v1/profiles/{profile_id}", "put"),
    ("/v1/profiles/{profile_id}", "delete"),
    ("/v1/consents", "get"),
    ("/v1/consents", "post"),
    ("/v1/consents/{consent_id}", "get"),
    ("/v1/consents/{consent_id}", "delete"),
    ("/v1/batches", "post"),
    ("/v1/batches", "get"),
    ("/v1/batches/preview", "post"),
    ("/v1/batches/{batch_id}", "get"),
    ("/v1/batches/{batch_id}/problems", "get"),
    ("/v1/matches/vacancies", "post"),
    ("/v1/matches/profiles", "post"),
    ("/v1/matches/pairs", "post"),
    ("/v1/matches/relaxations", "post"),
    ("/v1/match-jobs", "post"),
    ("/v1/match-jobs", "get"),
    ("/v1/match-jobs/{job_id}", "get"),
    ("/v1/match-jobs/{job_id}/cancel", "post"),
    ("/v1/match-jobs/{job_id}/results", "get"),
    ("/v1/searches", "post"),
    ("/v1/searches", "get"),
    ("/v1/searches/{search_id}", "get"),
    ("/v1/searches/{search_id}", "put"),
    ("/v1/searches/{search_id}", "delete"),
    ("/v1/searches/{search_id}/run", "post"),
    ("/v1/searches/{search_id}/news", "get"),
    ("/v1/feedback", "post"),
    ("/v1/catalogues/{kind}/current", "get"),
    ("/v1/catalogues/{kind}/editions", "get"),
    ("/v1/catalogues/{kind}/editions/{edition}", "get"),
    ("/v1/catalogues/{kind}/editions/{edition}/entries", "get"),
    ("/v1/catalogues/{kind}/editions/{before}/diff/{after}", "get"),
    ("/v1/objections", "post"),
    ("/v1/objections", "get"),
    ("/v1/objections/{receipt}", "get"),
    ("/v1/objections/{receipt}/assignee", "put"),
    ("/v1/objections/{receipt}/answer", "post"),
    ("/v1/bulletins", "get"),
    ("/v1/bulletins/{bulletin_id}", "get"),
    ("/v1/bulletins/{bulletin_id}/files/{form}", "get"),
    ("/v1/forecasts", "get"),
    ("/v1/forecasts/backtest", "get"),
    ("/v1/forecasts/skills", "get"),
    ("/v1/indicators", "get"),
    ("/v1/occupations", "get"),
    ("/v1/industries", "get"),
    ("/v1/majors", "get"),
    ("/v1/skills", "get"),
    ("/v1/places", "get"),
    ("/v1/occupations/{code}", "get"),
    ("/v1/snapshot/{resource}", "get"),
    ("/v1/changes/{resource}", "get"),
    ("/v1/requests", "get"),
    ("/v1/requests/{request_id}/answer", "post"),
    ("/v1/profiles/{profile_id}/unmask", "post"),
}
OPEN = {
    ("/healthz", "get"),
    ("/readyz", "get"),
    ("/v1/oauth/token", "post"),
    ("/v1/session", "post"),
    ("/v1/people/sessions", "post"),
}
"""What anybody may ask for: to be let in, and whether the service runs."""
KEPT = {"/v1/postings", "/v1/profiles", "/v1/consents", "/v1/batches", "/v1/batches/preview", "/v1/searches",
        "/v1/objections"}  # fmt: skip
"""What would keep something in the store that all tests share; tested with their routes."""
ANY_SCOPE = {"/v1/usage", "/v1/batches"}
"""What asks for no scope, or for one of several."""
RECORDS = {
    "Advice", "Category", "Change", "EventResult", "Evidence", "Finding", "ListDocument", "ListTable",
    "MatchList", "MatchResult", "Missing", "MustHave", "NearMiss", "PairResult", "Relaxation",
    "matching__results__Reason",
}  # fmt: skip
"""Records of the domain that are answered as they are; their fields are described in English."""
TOKEN, LOGIN = "/v1/oauth/token", "/v1/session"
"""Where a caller names itself: no example of that can be true."""


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


def operations(document):
    return {
        (path, method): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_the_description_is_valid_and_lists_every_route_of_the_api_and_no_page(document):
    OpenAPI.model_validate(document)
    assert set(operations(document)) == ROUTES


def test_every_reference_leads_somewhere(document):
    found = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))
    assert found
    for reference in found:
        node = document
        for part in reference.split("/"):
            node = node[part]


def test_every_route_says_what_it_does_in_chinese_and_what_it_answers(document):
    for operation in operations(document).values():
        assert any("一" <= letter <= "龥" for letter in operation["summary"])
        assert operation["tags"]
        assert {"200", "201", "202", "204"} & set(operation["responses"])


def declared(document, answer):
    """Return an answer as it is declared, wherever that stands."""
    if "$ref" not in answer:
        return answer
    return document["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]


def test_every_error_is_declared_as_a_problem_document(document):
    for (path, _), operation in operations(document).items():
        errors = {
            status: declared(document, part)
            for status, part in operation["responses"].items()
            if not status.startswith(("2", "3"))
        }
        for status, part in errors.items():
            if path == TOKEN and status in {"400", "401"}:
                continue  # RFC 6749 prescribes another form
            schema = {"$ref": "#/components/schemas/Problem"}
            assert part["content"] == {"application/problem+json": {"schema": schema}}
            assert {"X-Request-Id", "Content-Language"} <= set(part["headers"])
        if path.startswith("/v1/"):
            # A person's own token has no scopes that could be missing.
            forbidden = set() if path.startswith("/v1/people/") else {"403"}
            assert {"401", "422", "503"} | forbidden <= set(errors)


def test_every_answer_has_the_id_of_its_request(document):
    for operation in operations(document).values():
        for answer in operation["responses"].values():
            assert "X-Request-Id" in declared(document, answer)["headers"]


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names)


def test_every_operation_names_who_may_use_it(document):
    schemes = document["components"]["securitySchemes"]
    for (path, method), operation in operations(document).items():
        ways = operation.get("security", [])
        assert bool(ways) == ((path, method) not in OPEN), (path, method)
        for name, scopes in [item for way in ways for item in way.items()]:
            assert name in schemes
            own = name == "Person" or path.startswith("/v1/session")
            assert bool(scopes) != (own or path.startswith(tuple(ANY_SCOPE))), (path, method)
            assert set(scopes) <= {scope.value for scope in Scope}


def test_what_is_handed_in_leads_to_what_can_be_done_with_it(document):
    made = document["paths"]["/v1/match-jobs"]["post"]["responses"]["202"]["links"]
    assert set(made) == {"read_match_job", "cancel_match_job", "read_match_results"}
    for link in made.values():
        assert link["parameters"] == {"job_id": "$response.body#/job_id"}


def test_every_example_of_a_request_is_accepted(client, service, document):
    posts = [path for path, method in ROUTES if method == "post" and path not in {TOKEN, LOGIN, *KEPT}]
    # What a person or a numbered resource is asked for cannot be true of an example either.
    for path in [path for path in posts if "{" not in path and not path.startswith("/v1/people/")]:
        body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        assert body["examples"]
        for example in body["examples"].values():
            answer = client.post(path, json=example["value"])
            assert answer.status_code in {200, 202} or answer.json()["code"] in {
                "vacancy_unknown",
                "profile_unknown",
            }


def test_every_field_of_a_request_and_an_answer_is_described(document):
    schemas = document["components"]["schemas"]
    for name in set(schemas) - RECORDS:
        for field, schema in schemas[name].get("properties", {}).items():
            assert schema.get("description"), (name, field)
            assert any("一" <= letter <= "龥" for letter in schema["description"]), (name, field)
    for name in ("MatchList", "MatchResult", "Category", "MustHave", "Evidence"):
        assert all(schema.get("description") for schema in schemas[name]["properties"].values())


def test_documentation_pages_that_load_from_other_hosts_are_off(client):
    assert {client.get(path).status_code for path in ("/docs", "/redoc")} == {404}
