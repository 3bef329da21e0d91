"""The application and its description."""

from __future__ import annotations

import json
import re

import pytest
from fastapi.openapi.models import OpenAPI

ROUTES = {
    ("/healthz", "get"),
    ("/readyz", "get"),
    ("/v1/matches/vacancies", "post"),
    ("/v1/matches/profiles", "post"),
    ("/v1/matches/pairs", "post"),
    ("/v1/matches/relaxations", "post"),
    ("/v1/feedback", "post"),
    ("/v1/catalogues/{kind}/current", "get"),
    ("/v1/forecasts", "get"),
}


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
        assert "200" in operation["responses"]


def test_every_error_is_declared_as_a_problem_document(document):
    for (path, _), operation in operations(document).items():
        errors = {status: part for status, part in operation["responses"].items() if status != "200"}
        for part in errors.values():
            (media_type,) = part["content"]
            assert media_type == "application/problem+json"
            assert {"code", "detail", "hint"} <= set(part["content"][media_type]["schema"]["properties"])
        if path.startswith("/v1/"):
            assert {"401", "422", "503"} <= set(errors)
            assert operation["security"] == [{"ApiKey": []}]


def test_every_example_of_a_request_is_accepted(client, service, document):
    for path in [path for path, method in ROUTES if method == "post"]:
        body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        assert body["examples"]
        for example in body["examples"].values():
            answer = client.post(path, json=example["value"])
            assert answer.status_code == 200 or answer.json()["code"] in {
                "vacancy_unknown",
                "profile_unknown",
            }


def test_every_field_of_a_request_and_an_answer_is_described(document):
    own = {
        "Health",
        "Readiness",
        "CatalogueOut",
        "ForecastOut",
        "ProfileIn",
        "VacancyIn",
        "ProfileMatchRequest",
        "VacancyMatchRequest",
        "PairRequest",
        "RelaxationRequest",
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
