"""The application and its description."""

from __future__ import annotations

import json
import re

import pytest
from fastapi.openapi.models import OpenAPI

ROUTES = {
    ("/v1/match-jobs", "post"),
    ("/v1/match-jobs", "get"),
    ("/v1/match-jobs/{job_id}", "get"),
    ("/v1/match-jobs/{job_id}", "delete"),
    ("/v1/match-jobs/{job_id}/results", "get"),
    ("/healthz", "get"),
    ("/readyz", "get"),
    ("/v1/matches/vacancies", "post"),
    ("/v1/matches/profiles", "post"),
    ("/v1/matches/pairs", "post"),
    ("/v1/matches/relaxations", "post"),
    ("/v1/feedback", "post"),
    ("/v1/catalogues/{kind}/current", "get"),
    ("/v1/catalogues/{kind}/editions", "get"),
    ("/v1/catalogues/{kind}/editions/{edition}", "get"),
    ("/v1/catalogues/{kind}/editions/{edition}/entries", "get"),
    ("/v1/catalogues/{kind}/editions/{before}/diff/{after}", "get"),
    ("/v1/indicators", "get"),
    ("/v1/industries", "get"),
    ("/v1/majors", "get"),
    ("/v1/occupations", "get"),
    ("/v1/occupations/{code}", "get"),
    ("/v1/places", "get"),
    ("/v1/skills", "get"),
    ("/v1/forecasts", "get"),
    ("/v1/forecasts/backtest", "get"),
    ("/v1/forecasts/skills", "get"),
    ("/v1/oauth/token", "post"),
    ("/v1/session", "post"),
    ("/v1/session", "get"),
    ("/v1/session", "delete"),
    ("/v1/usage", "get"),
    ("/v1/audit", "get"),
    ("/v1/audit/anchor", "get"),
    ("/v1/people/sessions", "post"),
    ("/v1/people/sessions", "delete"),
    ("/v1/people/me", "get"),
    ("/v1/people/me/export", "get"),
    ("/v1/people/me/requests", "get"),
    ("/v1/people/me/requests", "post"),
    ("/v1/people/me/consents/{consent_id}", "delete"),
    ("/v1/people/me/matching", "put"),
    ("/v1/requests", "get"),
    ("/v1/requests/{request_id}/answer", "post"),
    ("/v1/profiles/{profile_id}/unmask", "post"),
}
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


def test_every_error_is_declared_as_a_problem_document(document):
    for (path, _), operation in operations(document).items():
        errors = {
            status: part
            for status, part in operation["responses"].items()
            if not status.startswith(("2", "3"))
        }
        for status, part in errors.items():
            if path == TOKEN and status in {"400", "401"}:
                continue  # RFC 6749 prescribes another form
            (media_type,) = part["content"]
            assert media_type == "application/problem+json"
            assert {"code", "detail", "hint"} <= set(part["content"][media_type]["schema"]["properties"])
        if path.startswith("/v1/"):
            # A person's own token has no scopes that could be missing.
            forbidden = set() if path.startswith("/v1/people/") else {"403"}
            assert {"401", "422", "503"} | forbidden <= set(errors)


def test_every_example_of_a_request_is_accepted(client, service, document):
    posts = [path for path, method in ROUTES if method == "post" and path not in {TOKEN, LOGIN}]
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
    own = {
        "Health",
        "JobOut",
        "JobPageOut",
        "JobError",
        "MatchJobRequest",
        "MatchJobQuery",
        "Readiness",
        "CatalogueOut",
        "ChangeOut",
        "DefinitionOut",
        "DiffOut",
        "EditionDocumentOut",
        "EditionOut",
        "EditionPageOut",
        "EntriesOut",
        "ErratumOut",
        "Facet",
        "FigureOut",
        "FlagOut",
        "GrowthOut",
        "IndicatorOut",
        "IndicatorsOut",
        "MatchOut",
        "OccupationOut",
        "ReferenceOut",
        "TermOut",
        "TermRef",
        "TermsOut",
        "VersionOut",
        "ForecastOut",
        "ProfileIn",
        "VacancyIn",
        "ProfileMatchRequest",
        "VacancyMatchRequest",
        "PairRequest",
        "RelaxationRequest",
        "LoginRequest",
        "SessionOut",
        "SessionsClosed",
        "TokenOut",
        "TokenRefusal",
        "UsageDay",
        "UsageOut",
    }
    schemas = document["components"]["schemas"]
    assert own <= set(schemas)
    for name in own:
        for field, schema in schemas[name]["properties"].items():
            assert schema.get("description"), (name, field)
            assert any("一" <= letter <= "龥" for letter in schema["description"]), (name, field)
    for name in ("MatchList", "MatchResult", "Category", "MustHave", "Evidence"):
        assert all(schema.get("description") for schema in schemas[name]["properties"].values())


def test_documentation_pages_that_load_from_other_hosts_are_off(client):
    assert {client.get(path).status_code for path in ("/docs", "/redoc")} == {404}
