"""Pools frozen and thawed."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from data.errors import IndexDamaged
from matching.loading import load_pools, reload_pools
from matching.matcher import Matcher
from matching.replay import freeze_pools, prune_frozen, thaw_pools

AS_OF = dt.date(2026, 10, 31)


def answers(matcher):
    both = ((matcher.vacancies, matcher.match_vacancy), (matcher.profiles, matcher.match_profile))
    return [match(each, k=50) for pool, match in both for each in pool.ids]


@pytest.fixture
def refreshed(frames, people, hashing_model, coder):
    """Return a matcher whose pools were changed after they were loaded: dead, changed and new members."""
    vacancies, _ = frames
    old = load_pools(vacancies, people, hashing_model, as_of=AS_OF)
    changed = people.iloc[1:].reset_index(drop=True)
    changed.loc[0, "title"] = "门座起重机司机"
    new = people.iloc[[0]].assign(profile_id="P9", title="电熔镁砂班长")
    changed = pd.concat([changed, new], ignore_index=True)
    return Matcher(
        reload_pools(old, vacancies[vacancies["vacancy_id"] != "V6"], changed, hashing_model),
        hashing_model,
        coder,
    )


def test_thawed_pools_hold_the_same_rows_and_bits(city, pools):
    before = city.loaded
    after = thaw_pools(pools, freeze_pools(city, pools)).loaded
    for old, new in ((before.vacancies, after.vacancies), (before.profiles, after.profiles)):
        assert new.rows == old.rows
        assert new.ids == old.ids
        assert new.lexical.vocabulary == old.lexical.vocabulary
        arrays = new.to_arrays()
        for name, array in old.to_arrays().items():
            assert arrays[name].dtype == array.dtype, name
            assert np.array_equal(arrays[name], array), name
    assert after.background.lexicon.frequencies == before.background.lexicon.frequencies
    assert after.index_version == before.index_version


def test_a_thawed_matcher_answers_to_the_bit_as_the_frozen_one(city, pools, hashing_model, coder):
    thawed = thaw_pools(pools, freeze_pools(city, pools))
    assert answers(Matcher(thawed.loaded, hashing_model, coder)) == answers(city)
    assert thawed.erased == 0


def test_pools_that_were_refreshed_come_back_as_they_were_refreshed(refreshed, pools, hashing_model, coder):
    thawed = thaw_pools(pools, freeze_pools(refreshed, pools))
    again = Matcher(thawed.loaded, hashing_model, coder)
    assert answers(again) == answers(refreshed)
    assert again.index_version.endswith("+1")
    assert "V6" not in again.vacancies.ids
    assert len(again.profiles.rows) > len(again.profiles.ids)  # dead positions came along


def test_equal_pools_are_written_once(city, pools):
    first = freeze_pools(city, pools)
    manifest = pools / first / "manifest.json"
    written = manifest.stat().st_mtime_ns
    assert freeze_pools(city, pools) == first
    assert manifest.stat().st_mtime_ns == written
    assert [path.name for path in pools.iterdir()] == [first]


def test_other_pools_have_another_name(city, refreshed, pools):
    assert freeze_pools(city, pools) != freeze_pools(refreshed, pools)


def test_a_folder_holds_nothing_but_parquet_safetensors_and_json(city, pools):
    folder = pools / freeze_pools(city, pools)
    assert {path.suffix for path in folder.iterdir()} == {".parquet", ".safetensors", ".json"}


def test_empty_pools_are_frozen_as_well(frames, hashing_model, coder, pools):
    vacancies, profiles = (frame.iloc[:0] for frame in frames)
    nobody = Matcher.from_frames(vacancies, profiles, hashing_model, coder, as_of=AS_OF)
    loaded = thaw_pools(pools, freeze_pools(nobody, pools)).loaded
    assert (len(loaded.vacancies), len(loaded.profiles)) == (0, 0)


@pytest.mark.parametrize("end", ["parquet", "safetensors", "json"])
def test_one_changed_byte_is_noticed(city, pools, end):
    sha256 = freeze_pools(city, pools)
    victim = next(path for path in (pools / sha256).glob(f"*.{end}") if path.name != "manifest.json")
    content = bytearray(victim.read_bytes())
    content[-1] ^= 0xFF
    victim.write_bytes(content)
    with pytest.raises(IndexDamaged, match=victim.name):
        thaw_pools(pools, sha256)


def test_a_missing_file_and_an_unreadable_manifest_are_noticed(city, pools):
    sha256 = freeze_pools(city, pools)
    next((pools / sha256).glob("*.safetensors")).unlink()
    with pytest.raises(IndexDamaged, match="与写入时不同"):
        thaw_pools(pools, sha256)
    (pools / sha256 / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(IndexDamaged, match="与写入时不同"):
        thaw_pools(pools, sha256)


def test_pools_that_are_not_there_are_named(pools):
    with pytest.raises(IndexDamaged, match="没有冻结的数据"):
        thaw_pools(pools, "0" * 64)


def test_a_folder_without_a_manifest_is_written_anew(city, pools, tmp_path):
    sha256 = freeze_pools(city, tmp_path / "elsewhere")
    (pools / sha256).mkdir(parents=True)
    (pools / sha256 / "half.parquet").write_bytes(b"x")
    assert freeze_pools(city, pools) == sha256
    assert thaw_pools(pools, sha256).loaded.profiles.ids == city.profiles.ids


def test_pruning_keeps_what_is_named_and_removes_what_a_crash_left(city, refreshed, pools):
    kept, gone = freeze_pools(city, pools), freeze_pools(refreshed, pools)
    (pools / ".unfinished-x").mkdir()
    assert prune_frozen(pools, {kept}) == 1
    assert [path.name for path in pools.iterdir()] == [kept]
    assert prune_frozen(pools / "nothing", set()) == 0
    assert gone != kept


def test_the_manifest_says_what_was_frozen(city, pools):
    manifest = json.loads((pools / freeze_pools(city, pools) / "manifest.json").read_text("utf-8"))
    assert manifest["details"]["as_of"] == "2026-10-31"
    assert manifest["details"]["model_version"] == city.model_version
    assert manifest["erased"] == 0
