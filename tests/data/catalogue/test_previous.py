import datetime as dt

import numpy as np
import pytest

from data.catalogue.previous import EditionBefore
from data.catalogue.shortage import build_shortage_catalogue


@pytest.fixture(scope="module")
def catalogue(small_city):
    class Region:
        name_zh, entry_prefix, key_industries = "营口市", "YK", ()

    return build_shortage_catalogue(
        small_city.vacancies, small_city.profiles, region=Region(), edition="1", as_of=dt.date(2026, 12, 31),
        snapshot="s", rng=np.random.default_rng(0),
    )  # fmt: skip


def test_a_first_edition_has_nothing_before_it():
    before = EditionBefore.from_catalogue(None, synthetic=True, basis=None)
    assert (before.exists, before.is_comparable, before.of("6-1", None)) == (False, True, None)
    assert before.comparable_star("6-1", None) is None


def test_stars_of_the_same_method_and_basis_are_comparable(catalogue):
    before = EditionBefore.from_catalogue(catalogue, synthetic=True, basis=None)
    entry = next(entry for entry in catalogue.entries if entry.star)
    assert before.is_comparable
    assert before.comparable_star(entry.occ_code, entry.key_industry) == entry.star
    assert before.of(entry.occ_code, entry.key_industry).entry_id == entry.entry_id


@pytest.mark.parametrize(
    ("changes", "basis"), [({}, "2027"), ({"method_version": "1.0"}, None)], ids=["basis", "method"]
)
def test_another_basis_or_method_is_a_break(catalogue, changes, basis):
    before = EditionBefore.from_catalogue(catalogue.model_copy(update=changes), synthetic=True, basis=basis)
    entry = next(entry for entry in catalogue.entries if entry.star)
    assert not before.is_comparable
    assert before.comparable_star(entry.occ_code, entry.key_industry) is None
    assert before.of(entry.occ_code, entry.key_industry) is not None


def test_real_entries_have_no_generated_ones_before_them(catalogue):
    assert EditionBefore.from_catalogue(catalogue, synthetic=False, basis=None).cells == {}
