"""What callers choose of an answer."""

from __future__ import annotations

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from api.selection import check_code, check_values, chosen, facets_of
from data.lookup import occupation_lookup


class Rated(BaseModel):
    star: int | None


def message_of(refused):
    (item,) = refused.value.errors()
    return item["loc"], str(item["ctx"]["error"])


def test_names_are_taken_once_in_the_order_given():
    assert chosen("fields", " b, a,,b ", ["a", "b", "c"]) == ("b", "a")
    assert chosen("fields", None, ["a"]) == chosen("fields", ",", ["a"]) == ()


def test_an_unknown_name_is_refused_with_all_there_are_where_they_are_few():
    with pytest.raises(RequestValidationError) as refused:
        chosen("stats", "a,d", ["a", "b"])
    assert message_of(refused) == (("query", "stats"), "没有“d”；可用：a、b")
    with pytest.raises(RequestValidationError) as refused:
        check_values("district", ["甲"], [])
    assert message_of(refused)[1] == "没有“甲”；可用：无"


def test_an_unknown_name_is_refused_with_the_nearest_where_there_are_many():
    known = [f"field{letter}" for letter in "abcdefghijklm"] + ["pay_median"]
    with pytest.raises(RequestValidationError) as refused:
        check_values("fields", ["pay_mean"], known)
    assert message_of(refused)[1].startswith("没有“pay_mean”；最接近的是：pay_median、")


def test_values_are_counted_the_most_frequent_first_and_empty_ones_last():
    rows = [Rated(star=star) for star in (None, None, None, 5, 4, 5)]
    (name, facets), *others = facets_of(iter(rows), ["star"]).items()
    assert (name, others) == ("star", [])
    assert [(facet.value, facet.count) for facet in facets] == [("5", 2), ("4", 1), (None, 3)]
    assert facets_of(rows, []) == {}


def test_an_unknown_code_is_refused_with_the_codes_of_the_name_or_the_nearest():
    assert "6-18-02-04" in check_code("occupation_code", "6-18-02", occupation_lookup())
    for given, told in (("焊工", "6-18-02-04 焊工"), ("6-18-02-99", "6-18-02")):
        with pytest.raises(RequestValidationError) as refused:
            check_code("occupation_code", given, occupation_lookup())
        assert message_of(refused)[0] == ("query", "occupation_code")
        assert told in message_of(refused)[1]
