"""An erased person leaves no trace in frozen pools and moves nobody else."""

from __future__ import annotations

import pytest

from matching.matcher import Matcher
from matching.replay import erase_frozen, freeze_pools, thaw_pools

OWN = "深海钛合金载人球壳焊接"


@pytest.fixture
def erased(city, pools):
    sha256 = freeze_pools(city, pools)
    assert erase_frozen(pools, "P4") == 1
    return sha256


def test_no_byte_of_the_person_is_left(city, pools, erased):
    words = (b"P4", *(part.encode() for part in ("深海", "钛合金", "球壳", "载人")))
    thawed = thaw_pools(pools, erased)
    texts = [str(row).encode() for row in thawed.loaded.profiles.rows]
    texts += [path.read_bytes() for path in (pools / erased).iterdir() if path.suffix == ".json"]
    assert not [word for word in words for text in texts if word in text]
    assert thawed.erased == 1
    assert OWN in city.loaded.space.skills.terms  # it was there


def test_the_vectors_and_grams_of_the_person_are_gone(city, pools, erased):
    place = city.profiles.position("P4")
    arrays = thaw_pools(pools, erased).loaded.profiles.to_arrays()
    for name in ("title", "duties", "joined"):
        assert not arrays[name][place].any()
    start, end = arrays["lexical.0.indptr"][place : place + 2]
    assert start == end


def test_everybody_else_is_answered_for_to_the_bit_as_before(city, pools, erased, hashing_model, coder):
    again = Matcher(thaw_pools(pools, erased).loaded, hashing_model, coder)
    assert again.profiles.position("P4") is None
    for vacancy in city.vacancies.ids:
        before = [
            (each.id, each.score_forward, each.score_reverse, [part.score for part in each.categories])
            for each in city.match_vacancy(vacancy, k=50).results
            if each.id != "P4"
        ]
        after = [
            (each.id, each.score_forward, each.score_reverse, [part.score for part in each.categories])
            for each in again.match_vacancy(vacancy, k=50).results
        ]
        assert after == before
    for person in again.profiles.ids:
        assert again.match_profile(person, k=50).results == city.match_profile(person, k=50).results


def test_words_that_others_use_as_well_stay(city, pools, erased):
    loaded = thaw_pools(pools, erased).loaded
    assert "电熔镁砂" in loaded.space.skills
    assert "电熔镁砂" in loaded.background.lexicon.frequencies
    assert "深海球壳专业" not in loaded.space.majors


def test_erasing_twice_or_nobody_changes_nothing(city, pools, erased):
    assert erase_frozen(pools, "P4") == 0
    assert erase_frozen(pools, "") == 0
    assert erase_frozen(pools / "nothing", "P1") == 0
    assert thaw_pools(pools, erased).erased == 1


def test_a_person_with_no_words_of_their_own_can_be_erased_too(city, pools, erased):
    assert erase_frozen(pools, "P2") == 1
    thawed = thaw_pools(pools, erased)
    assert thawed.erased == 2
    assert set(thawed.loaded.profiles.ids) == {"P1", "P3"}


def test_what_a_broken_off_erasure_left_is_swept_away(city, pools):
    sha256 = freeze_pools(city, pools)
    left = pools / sha256 / "profiles-00000000.parquet"
    left.write_bytes(b"somebody")
    assert erase_frozen(pools, "P0") == 0
    assert not left.exists()
