"""Errata change what they say and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import InputError, RefusedError, UnknownName
from data.releases.errata import Erratum, apply_errata


@pytest.fixture
def erratum(shortage):
    first = shortage.entries[0]

    def makes(field="pay_median", new=7000, **changes):
        old = first.model_dump(mode="json").get(field)
        plain = {
            "entry_id": first.entry_id, "field": field, "old": old, "new": new, "reason": "录入错误",
            "found_on": dt.date(2026, 9, 3),
        }  # fmt: skip
        return Erratum.model_validate(plain | changes)

    return makes


def test_one_field_of_one_entry_changes(shortage, erratum):
    before = shortage.model_dump()
    corrected = apply_errata(shortage, [erratum()])
    assert corrected.entries[0].pay_median == 7000
    assert (
        corrected.entries[0].model_copy(update={"pay_median": shortage.entries[0].pay_median})
        == shortage.entries[0]
    )
    assert corrected.entries[1:] == shortage.entries[1:]
    assert shortage.model_dump() == before


def test_without_errata_nothing_changes(shortage):
    assert apply_errata(shortage, []) == shortage


def test_a_second_erratum_starts_from_the_first(shortage, erratum):
    corrected = apply_errata(shortage, [erratum(), erratum(old=7000, new=7100)])
    assert corrected.entries[0].pay_median == 7100


def test_stars_and_their_words_are_corrected_together(shortage, erratum):
    star = shortage.entries[0].star
    level = shortage.entries[0].level
    assert (star, level) == (0, "不列入")
    with pytest.raises(RefusedError, match="star 与 level 一并勘误"):
        apply_errata(shortage, [erratum("star", 1)])
    corrected = apply_errata(shortage, [erratum("star", 1), erratum("level", "关注")])
    assert (corrected.entries[0].star, corrected.entries[0].level) == (1, "关注")


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"entry_id": "YK-S-2027-none"}, UnknownName, "entry_unknown"),
        ({"field": "colour"}, UnknownName, "field_unknown"),
        ({"field": "entry_id", "new": "x"}, RefusedError, "field_fixed"),
        ({"field": "posting_ids", "new": []}, RefusedError, "field_fixed"),
        ({"old": 1}, RefusedError, "old_value_differs"),
        ({"new": "许多"}, InputError, "new_value_unusable"),
        ({"new": -1}, InputError, "new_value_unusable"),
    ],
)
def test_what_does_not_hold_is_refused(shortage, erratum, changes, kind, code):
    with pytest.raises(kind) as caught:
        apply_errata(shortage, [erratum(**changes)])
    assert caught.value.code == code
    assert caught.value.hint


def test_the_value_it_has_already_is_no_correction(shortage, erratum):
    with pytest.raises(RefusedError) as caught:
        apply_errata(shortage, [erratum(new=shortage.entries[0].pay_median)])
    assert caught.value.code == "nothing_to_correct"
