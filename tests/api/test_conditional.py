"""Conditional requests."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from api.conditional import (
    PreconditionRequired,
    check_tag,
    conditional_answer,
    etag_of,
    is_known,
    required_tag,
    tag_of,
)
from data.errors import StaleError


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


@pytest.mark.parametrize(
    ("header", "fits"),
    [
        (None, True),
        ("*", True),
        ("{tag}", True),
        ('"x", {tag}', True),
        ('W/"x", {tag}', True),
        ("W/{tag}", False),
        ('"x"', False),
        ("", False),
    ],
)
def test_what_is_changed_is_what_the_caller_last_saw(header, fits):
    body = Body(name="镁")
    given = header if header is None else header.replace("{tag}", tag_of(body))
    if fits:
        check_tag(body, given)
    else:
        with pytest.raises(StaleError) as refused:
            check_tag(body, given)
        assert refused.value.code == "content_changed"


def test_a_change_must_say_what_it_changes():
    assert required_tag('"a"') == '"a"'
    with pytest.raises(PreconditionRequired) as refused:
        required_tag(None)
    assert (refused.value.status, refused.value.code) == (428, "if_match_missing")
