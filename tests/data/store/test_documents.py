"""Catalogues as they are kept."""

from __future__ import annotations

import datetime as dt

import pytest

from data.store.documents import read_edition_headers, write_edition
from data.store.store import Store


@pytest.fixture
def store(tmp_path):
    made = Store.from_url(f"sqlite:///{tmp_path / 'kept.db'}")
    yield made
    made.engine.dispose()


def keep(store, name):
    header = {
        "region": "yingkou", "kind": "demand", "edition": name, "as_of": dt.date(2026, 10, 31),
        "snapshot": "s", "method_version": "2.0", "synthetic": True, "document": {"title": name},
    }  # fmt: skip
    return write_edition(store, header, [({"entry_id": f"{name}-1"}, [])])


def test_headers_are_read_by_number_and_without_entries(store):
    first, second = keep(store, "甲"), keep(store, "乙")
    found = read_edition_headers(store, [second, first, 99])
    assert {number: header["edition"] for number, header in found.items()} == {first: "甲", second: "乙"}
    assert found[first]["as_of"] == dt.date(2026, 10, 31)
    assert found[first]["synthetic"] is True
    assert "entries" not in found[first]
    assert read_edition_headers(store, []) == {}
