"""Conditional requests."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from api.conditional import conditional_answer, etag_of, is_known


class Body(BaseModel):
    name: str


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ("", False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        (' "b" ,W/"a"', True),
        ("*", True),
        (" * ", True),
        ('"b"', False),
        ("a", False),
        ('"aa"', False),
    ],
)
def test_a_tag_is_known_where_the_header_names_it(header, known):
    assert is_known('"a"', header) is known


def test_a_body_comes_with_its_tag_and_not_again_to_whoever_has_it():
    first = conditional_answer(Body(name="镁"), None)
    assert (first.status_code, first.body) == (200, '{"name":"镁"}'.encode())
    assert first.media_type == "application/json"
    assert first.headers["etag"] == etag_of(first.body)

    again = conditional_answer(Body(name="镁"), first.headers["etag"])
    assert (again.status_code, again.body) == (304, b"")
    assert "content-type" not in again.headers
    for name in ("etag", "cache-control"):
        assert again.headers[name] == first.headers[name]

    assert conditional_answer(Body(name="菱镁"), first.headers["etag"]).status_code == 200


def test_no_shared_cache_may_keep_what_a_key_opened():
    assert conditional_answer(Body(name="镁"), None).headers["cache-control"] == "private, no-cache"
