"""``yingcai match nearest``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.pseudonyms import read_key
from data.settings import Settings
from data.store.audit import Action, read_accesses
from data.store.store import Store
from matching.bulk import nearest_profiles
from matching.kept import profiles_file
from matching.matcher import Matcher


@pytest.mark.parametrize(("ending", "options"), [("csv", ["--shared-index"]), ("parquet", [])])
def test_every_open_vacancy_gets_the_people_nearest_to_it(run, filled, service, tmp_path, ending, options):
    out = tmp_path / "deeper" / f"nearest.{ending}"
    done = run("match", "nearest", out, "-k", "3", *options)
    assert done.code == 0, done.err
    assert "含合成数据" in done.out
    table = pd.read_csv(out) if ending == "csv" else pd.read_parquet(out)
    matcher: Matcher = service.matcher
    hits = nearest_profiles(matcher.vacancies, matcher.profiles, k=3)
    assert len(table) == (hits.positions >= 0).sum()
    assert bool(table["synthetic"].all())
    store = Store.from_url(Settings(var_dir=filled).store_url)
    looks = read_accesses(store, table["profile_id"].iloc[0], key=read_key(filled))
    store.engine.dispose()
    assert [look["action"] for look in looks] == [Action.EXPORT_SHORTLISTS]
    for number, vacancy_id in enumerate(matcher.vacancies.ids):
        own = table[table["vacancy_id"] == vacancy_id]
        wanted = [matcher.profiles.rows[at]["id"] for at in hits.positions[number] if at >= 0]
        assert own["profile_id"].tolist() == wanted
        assert own["rank"].tolist() == list(range(1, len(wanted) + 1))


def test_the_file_of_an_index_is_named_where_it_holds_what_serves(service):
    settings, matcher = service.settings, service.matcher
    count = matcher.profiles.index.size
    version = matcher.index_version.partition("+")[0]
    path = profiles_file(settings.index_dir, version, count)
    assert path is not None
    assert np.load(path).tolist() == matcher.profiles.index.take(np.arange(count)).tolist()
    assert profiles_file(settings.index_dir, version, count + 1) is None
    assert profiles_file(settings.index_dir, "memory", count) is None


def test_another_ending_is_refused_before_anything_is_loaded(run, filled, tmp_path):
    done = run("match", "nearest", tmp_path / "nearest.docx")
    assert done.code != 0
    assert ".parquet" in done.line
