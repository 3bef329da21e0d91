"""A route that will go says so."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from api.edge import Application, deprecated_route, edge_layers
from api.problems import add_problem_handlers
from data.errors import UnknownName
from data.settings import Settings

SINCE, SUNSET = dt.date(2027, 1, 1), dt.date(2027, 6, 30)


@pytest.fixture
def client():
    app = Application(title="旧与新")
    app.layers = edge_layers(Settings())
    add_problem_handlers(app)

    @app.get("/v1/old/{name}", **deprecated_route(since=SINCE, sunset=SUNSET, instead="/v2/new"))
    def old(name: str) -> dict[str, str]:
        """旧。"""
        if name == "none":
            raise UnknownName("name_unknown", "没有这个名字")
        return {"name": name}

    @app.get("/v1/kept")
    def kept() -> dict[str, str]:
        """不变。"""
        return {}

    with TestClient(app) as made:
        yield made


@pytest.mark.parametrize("name", ["some", "none"])
def test_every_answer_of_a_deprecated_route_says_since_when_until_when_and_what_instead(client, name):
    headers = client.get(f"/v1/old/{name}").headers
    # 2027-01-01 00:00 UTC is 1,798,761,600 seconds after 1970; 30 June 2027 is a Wednesday.
    assert headers["deprecation"] == "@1798761600"
    assert headers["sunset"] == "Wed, 30 Jun 2027 00:00:00 GMT"
    assert headers["link"] == '</v2/new>; rel="successor-version"'


@pytest.mark.parametrize("path", ["/v1/kept", "/v1/nowhere"])
def test_no_other_answer_does(client, path):
    assert not {"deprecation", "sunset", "link"} & set(client.get(path).headers)


def test_the_description_marks_it_and_its_headers(client):
    paths = client.get("/openapi.json").json()["paths"]
    old, kept = paths["/v1/old/{name}"]["get"], paths["/v1/kept"]["get"]
    assert old["deprecated"] is True
    assert old["x-deprecation"] == {"since": "2027-01-01", "sunset": "2027-06-30", "instead": "/v2/new"}
    assert {"Deprecation", "Sunset", "Link"} <= set(old["responses"]["200"]["headers"])
    assert "deprecated" not in kept
    assert set(kept["responses"]["200"]["headers"]) == {"X-Request-Id"}


def test_a_notice_of_less_than_180_days_is_none():
    deprecated_route(since=SINCE, sunset=SINCE + dt.timedelta(days=180), instead="/v2/new")
    with pytest.raises(ValueError, match="180"):
        deprecated_route(since=SINCE, sunset=SINCE + dt.timedelta(days=179), instead="/v2/new")
