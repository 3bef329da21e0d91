"""Canonical documents."""

from __future__ import annotations

import json

import pytest

from data.releases.documents import Difference, canonical, catalogue_of, first_difference, header_of


@pytest.fixture(params=["shortage", "demand"])
def catalogue(request):
    return request.getfixturevalue(request.param)


def test_a_catalogue_comes_back_from_its_bytes_the_same(catalogue):
    content = canonical(catalogue)
    assert catalogue_of(json.loads(content)) == catalogue
    assert canonical(catalogue_of(json.loads(content))) == content
    assert content.endswith(b"}\n")


def test_header_and_entries_make_the_document_again(catalogue):
    header, entries = header_of("yingkou", catalogue)
    assert (header["region"], header["kind"]) == ("yingkou", catalogue.kind.value)
    assert catalogue_of({**header["document"], "entries": entries}) == catalogue


def test_the_first_difference_is_named_by_its_place():
    def parting(left, right):
        return first_difference(json.dumps(left).encode(), json.dumps(right).encode())

    assert parting({"a": [1, 2]}, {"a": [1, 2]}) is None
    assert parting({"a": [1, 2], "b": 1}, {"a": [1, 3], "b": 2}) == Difference("a.第2项", 2, 3)
    assert parting({"a": [1]}, {"a": [1, 4]}) == Difference("a.第2项", None, 4)
    assert parting({"a": 1}, {"a": 1, "b": {}}) == Difference("b", None, {})
    assert parting({"a": {"x": 1}}, {"a": 5}) == Difference("a", {"x": 1}, 5)


def test_bytes_that_differ_only_in_form_have_no_differing_field():
    assert first_difference(b'{"a": 1}', b'{"a":1}') is None
