"""Snapshots: the same data give the same bytes, come back the same, and show any alteration."""

from __future__ import annotations

import datetime as dt
import json
import re

import numpy as np
import pandas as pd
import pytest

from data.errors import FileProblem, StoreError
from data.releases.documents import sha256_of
from data.releases.snapshot import FrozenRegion, freeze, read_snapshot, write_snapshot

DAY = dt.date(2026, 6, 30)
REGION = FrozenRegion(name_zh="营口市", entry_prefix="YK", key_industries=("港口物流",))


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_data_in_another_order_give_the_same_bytes(make_inputs, tmp_path):
    first = make_inputs(60)
    mixed = freeze(
        first.vacancies.sample(frac=1, random_state=3), first.profiles, region=first.region, as_of=first.as_of
    )
    hashes = [write_snapshot(each, tmp_path / name) for each, name in ((first, "a"), (mixed, "b"))]
    assert hashes[0] == hashes[1]
    assert contents(tmp_path / "a" / first.folder) == contents(tmp_path / "b" / mixed.folder)


def test_what_is_read_back_is_what_was_written(make_inputs, tmp_path):
    made = make_inputs(40, extras={"previous": {"edition": "2026"}})
    written = write_snapshot(made, tmp_path)
    back = read_snapshot(tmp_path / made.folder, manifest_sha256=written)
    pd.testing.assert_frame_equal(back.vacancies, made.vacancies)
    pd.testing.assert_frame_equal(back.profiles, made.profiles)
    assert (back.region, back.as_of, back.place_names) == (made.region, made.as_of, {"210882": "大石桥市"})
    assert back.extras == {"previous": {"edition": "2026"}}
    assert back.snapshot == made.snapshot
    assert write_snapshot(back, tmp_path) == written


def test_values_keep_their_types(make_inputs):
    row = make_inputs(40).vacancies.iloc[0]
    assert isinstance(row["opened_on"], dt.date)
    assert row["skills"] == ("能力甲", "能力乙")
    assert row["posting_ids"] == ()
    assert row["skill_level"] is None
    assert isinstance(row["salary_low"], float)


def test_dates_as_timestamps_and_missing_values_become_plain(tmp_path):
    frame = pd.DataFrame(
        {
            "vacancy_id": ["b", "a"],
            "opened_on": [pd.Timestamp("2026-01-02"), pd.NaT],
            "title": ["焊工", np.nan],
            "skills": [["焊接"], None],
        }
    )
    made = freeze(frame, pd.DataFrame(), region=REGION, as_of=DAY)
    assert made.vacancies["vacancy_id"].tolist() == ["a", "b"]
    assert made.vacancies["opened_on"].tolist() == [None, dt.date(2026, 1, 2)]
    assert made.vacancies["title"].tolist() == [None, "焊工"]
    assert made.vacancies["skills"].tolist() == [None, ("焊接",)]
    assert made.sources == {}
    assert made.place_names == {}
    write_snapshot(made, tmp_path)
    assert read_snapshot(tmp_path / made.folder).profiles.empty


def test_nobody_can_be_found_in_a_snapshot(make_inputs, tmp_path):
    made = make_inputs(40)
    write_snapshot(made, tmp_path)
    assert made.profiles["profile_id"].tolist()[:2] == ["t00000000", "t00000001"]
    assert all(b"person-" not in content for content in contents(tmp_path / made.folder).values())


def test_the_manifest_counts_rows_and_sources(make_inputs, tmp_path):
    made = make_inputs(40)
    write_snapshot(made, tmp_path)
    manifest = json.loads((tmp_path / made.folder / "manifest.json").read_text("utf-8"))
    assert manifest["rows"] == {"vacancies": 40, "profiles": 300}
    assert manifest["sources"] == {"甲平台": 40}
    assert set(manifest["files"]) == {"vacancies.parquet", "profiles.parquet", "inputs.json"}


@pytest.mark.parametrize("name", ["vacancies.parquet", "profiles.parquet", "inputs.json", "manifest.json"])
def test_an_altered_file_is_named(make_inputs, tmp_path, name):
    made = make_inputs(40)
    written = write_snapshot(made, tmp_path)
    path = tmp_path / made.folder / name
    path.write_bytes(path.read_bytes().replace(b"{", b"{ ", 1) + b" ")
    with pytest.raises(FileProblem, match=name) as caught:
        read_snapshot(tmp_path / made.folder, manifest_sha256=written)
    assert caught.value.code == "snapshot_altered"


def test_a_missing_file_is_named(make_inputs, tmp_path):
    made = make_inputs(40)
    write_snapshot(made, tmp_path)
    (tmp_path / made.folder / "profiles.parquet").unlink()
    with pytest.raises(FileProblem, match=r"profiles\.parquet") as caught:
        read_snapshot(tmp_path / made.folder)
    assert caught.value.code == "snapshot_missing"


@pytest.mark.parametrize("manifest", ["{}", "[]", "?"])
def test_a_folder_that_holds_something_else_is_never_overwritten(make_inputs, tmp_path, manifest):
    made = make_inputs(40)
    target = tmp_path / made.folder
    target.mkdir()
    (target / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(StoreError, match="内容不同或已损坏"):
        write_snapshot(made, tmp_path)
    assert [path.name for path in target.iterdir()] == ["manifest.json"]
    assert (target / "manifest.json").read_text("utf-8") == manifest


def test_a_folder_with_another_snapshot_is_never_overwritten(make_inputs, tmp_path):
    made, other = make_inputs(40), make_inputs(41)
    write_snapshot(other, tmp_path)
    (tmp_path / other.folder).rename(tmp_path / made.folder)
    with pytest.raises(StoreError, match="内容不同"):
        write_snapshot(made, tmp_path)


def test_a_snapshot_written_with_other_libraries_is_kept(make_inputs, tmp_path):
    made = make_inputs(40)
    write_snapshot(made, tmp_path)
    path = tmp_path / made.folder / "manifest.json"
    path.write_bytes(re.sub(rb'"numpy": "[^"]*"', b'"numpy": "1.0"', path.read_bytes()))
    before = contents(tmp_path / made.folder)
    assert write_snapshot(made, tmp_path) == sha256_of(before["manifest.json"])
    assert contents(tmp_path / made.folder) == before


def test_a_snapshot_left_half_written_is_finished(make_inputs, tmp_path):
    made = make_inputs(40)
    written = write_snapshot(made, tmp_path)
    (tmp_path / made.folder / "manifest.json").unlink()
    assert write_snapshot(made, tmp_path) == written


def test_another_value_is_another_snapshot(make_inputs):
    assert make_inputs(40).snapshot != make_inputs(40, pay=5100).snapshot
    assert make_inputs(40).snapshot != make_inputs(40, extras={"previous": None}).snapshot
