"""Bulletins in the store."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import UnknownName
from data.store.bulletins import list_bulletins, read_bulletin, write_bulletin

NOW = dt.datetime(2026, 11, 21, 8, 0, tzinfo=dt.UTC)


def write(store, **changes):
    content = {
        "region": "yingkou", "quarter": "2026Q3", "industry": None, "as_of": "2026-09-30",
        "method": "bulletin/1", "snapshot": "2026-09-30#sha256:0", "synthetic": True, "document": {"n": 1},
    }  # fmt: skip
    return write_bulletin(store, content | changes, now=NOW)


def test_the_same_bulletin_is_kept_once_and_one_of_other_data_beside_it(store):
    first = write(store)
    assert write(store) == (first.bulletin_id, True)
    newer = write(store, document={"n": 2})
    industry = write(store, industry="镁材料深加工")
    write(store, region="elsewhere")
    write(store, quarter="2026Q2")
    listed = [each.bulletin_id for each in list_bulletins(store, "yingkou", quarter="2026Q3")]
    assert listed == [newer.bulletin_id, industry.bulletin_id]
    (only,) = list_bulletins(store, "yingkou", industry="镁材料深加工")
    assert only.bulletin_id == industry.bulletin_id
    assert [each.quarter for each in list_bulletins(store, "yingkou", industry="")] == ["2026Q3", "2026Q2"]
    assert read_bulletin(store, "yingkou", first.bulletin_id)[1] == {"n": 1}


def test_a_bulletin_of_another_region_is_unknown(store):
    made = write(store)
    with pytest.raises(UnknownName):
        read_bulletin(store, "elsewhere", made.bulletin_id)
