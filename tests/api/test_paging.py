"""Pages and their cursors."""

from __future__ import annotations

import base64

import pytest
from pydantic import ValidationError

from api.paging import KeysetQuery, PageQuery, Place, cursor_of, page_of, place_of
from data.errors import InputError

KEY, LIST = b"k" * 32, ["letters", "v1"]


def page(items, *, limit=2, cursor=None, key=KEY, of=LIST, ranks=None):
    return page_of(items, PageQuery(limit=limit, cursor=cursor), key=key, of=of, ranks=ranks)


def test_the_pages_together_are_the_list_and_the_last_one_has_no_cursor():
    first = page("abcde")
    second = page("abcde", cursor=first.cursor)
    third = page("abcde", cursor=second.cursor)
    assert [first.items, second.items, third.items] == [("a", "b"), ("c", "d"), ("e",)]
    assert third.cursor is None
    assert {first.total, second.total, third.total} == {5}


def test_a_list_that_fills_its_last_page_ends_there():
    assert page("ab").cursor is None


def test_an_empty_list_has_one_empty_page():
    assert page("") == page("", limit=200)
    assert (page("").items, page("").total, page("").cursor) == ((), 0, None)


def test_there_is_no_depth_at_which_pages_end():
    items, cursor, seen = range(10_001), None, 0
    while True:
        found = page(items, limit=200, cursor=cursor)
        seen, cursor = seen + len(found.items), found.cursor
        if cursor is None:
            break
    assert seen == 10_001


def test_nothing_is_seen_twice_when_something_comes_before_or_goes():
    first = page(["e5", "e4", "e3"], ranks=[-5, -4, -3])
    assert first.items == ("e5", "e4")
    later = page(["e6", "e5", "e3", "e2"], cursor=first.cursor, ranks=[-6, -5, -3, -2])
    assert later.items == ("e3", "e2")


def test_a_cursor_serves_its_own_list_and_installation_only():
    cursor = page("abcde").cursor
    for other in ({"of": ["letters", "v2"]}, {"key": b"another"}):
        with pytest.raises(InputError) as refused:
            page("abcde", cursor=cursor, **other)
        assert refused.value.code == "cursor_invalid"


def test_a_cursor_that_was_made_up_or_changed_is_refused():
    token = bytearray(base64.urlsafe_b64decode(page("abcde").cursor))
    token[7] ^= 1
    changed = base64.urlsafe_b64encode(bytes(token)).decode()
    for cursor in (changed, "AA==", "x", "页", "!" * 32, base64.urlsafe_b64encode(bytes(24)).decode()):
        with pytest.raises(InputError) as refused:
            page("abcde", cursor=cursor)
        assert refused.value.code == "cursor_invalid"


@pytest.mark.parametrize("given", [{"limit": 0}, {"limit": 201}, {"cursor": ""}, {"page": 2}])
def test_what_a_list_does_not_take_is_refused(given):
    with pytest.raises(ValidationError):
        PageQuery(**given)


def test_a_place_in_a_list_comes_back_for_the_same_list_only():
    cursor = cursor_of(Place("人才-01", 12), key=KEY, of=LIST)
    assert place_of(KeysetQuery(cursor=cursor), key=KEY, of=LIST) == Place("人才-01", 12)
    assert place_of(KeysetQuery(), key=KEY, of=LIST) is None
    for key, of in ((b"another", LIST), (KEY, ["letters", "v2"])):
        with pytest.raises(InputError) as refused:
            place_of(KeysetQuery(cursor=cursor), key=key, of=of)
        assert refused.value.code == "cursor_invalid"
