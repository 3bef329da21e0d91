"""Answers that hold an id lead to the operations that take it."""

from __future__ import annotations

import pytest

from api.edge.links import add_links

THING = {"properties": {"thing_id": {}, "request_id": {}, "name": {}}}
PAGE = {"properties": {"things": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}


def operation(name, *parameters, answer=None):
    content = {} if answer is None else {"application/json": {"schema": answer}}
    return {
        "operationId": name,
        "summary": f"{name} 的说明",
        "parameters": [{"name": each, "in": "path"} for each in parameters],
        "responses": {"200": {"description": "", "content": content}, "404": {"description": ""}},
    }


@pytest.fixture
def document():
    thing = {"$ref": "#/components/schemas/Thing"}
    made = {
        "components": {"schemas": {"Thing": THING}},
        "paths": {
            "/v1/things": {"get": operation("list", answer=PAGE), "post": operation("create", answer=thing)},
            "/v1/things/{thing_id}": {
                "get": operation("read", "thing_id", answer=thing),
                "delete": operation("remove", "thing_id"),
            },
            "/v1/things/{thing_id}/parts/{part}": {"get": operation("part", "thing_id", "part")},
            "/v1/matches/{thing_id}": {"get": operation("match", "thing_id")},
            "/v1/requests/{request_id}": {"get": operation("request", "request_id")},
        },
    }
    add_links(made)
    return made


def links(document, path, method):
    found = document["paths"][path][method]["responses"]["200"].get("links", {})
    return {name: link["parameters"] for name, link in found.items()}


def test_what_is_made_can_be_read_removed_and_used_elsewhere(document):
    one = {"thing_id": "$response.body#/thing_id"}
    assert links(document, "/v1/things", "post") == {"read": one, "remove": one, "match": one}


def test_of_a_list_the_first_item_is_taken(document):
    first = {"thing_id": "$response.body#/things/0/thing_id"}
    assert links(document, "/v1/things", "get") == {"read": first, "remove": first, "match": first}


def test_what_stands_in_an_object_of_the_answer_is_found(document):
    kept = {"properties": {"thing": {"$ref": "#/components/schemas/Thing"}, "degraded": {}}}
    document["paths"]["/v1/things"]["put"] = operation("keep", answer=kept)
    add_links(document)
    assert links(document, "/v1/things", "put")["read"] == {"thing_id": "$response.body#/thing/thing_id"}


def test_what_a_person_asks_for_itself_is_reached_from_its_own_answers_only(document):
    thing = {"$ref": "#/components/schemas/Thing"}
    mine = {"get": operation("mine", answer=thing), "delete": operation("leave", "thing_id")}
    document["paths"]["/v1/people/me/{thing_id}"] = mine
    add_links(document)
    assert links(document, "/v1/people/me/{thing_id}", "get") == {
        "leave": {"thing_id": "$response.body#/thing_id"}
    }
    assert "leave" not in links(document, "/v1/things", "post")


def test_no_answer_leads_to_itself_nor_where_a_parameter_is_unknown(document):
    assert set(links(document, "/v1/things/{thing_id}", "get")) == {"remove", "match"}
    assert links(document, "/v1/things/{thing_id}", "delete") == {}


def test_the_id_of_a_request_over_http_is_not_that_of_a_persons_request(document):
    assert "request" not in links(document, "/v1/things", "post")


def test_a_change_names_the_tag_of_what_was_read(document):
    item = document["paths"]["/v1/things/{thing_id}"]
    item["get"]["responses"]["200"]["headers"] = {"ETag": {}}
    item["delete"]["parameters"].append({"name": "If-Match", "in": "header"})
    add_links(document)
    assert links(document, "/v1/things/{thing_id}", "get")["remove"] == {
        "thing_id": "$response.body#/thing_id",
        "header.If-Match": "$response.header.ETag",
    }
    assert "header.If-Match" not in links(document, "/v1/things", "post")["remove"]


def test_a_link_says_what_it_leads_to(document):
    link = document["paths"]["/v1/things"]["post"]["responses"]["200"]["links"]["read"]
    assert (link["operationId"], link["description"]) == ("read", "read 的说明")
