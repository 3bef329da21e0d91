"""Editions are built from the store, kept as candidates, and shown by where they stand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.catalogue.entries import CatalogueKind
from data.editions import build_editions, read_current_edition, read_edition, status_of
from data.errors import InputError, RefusedError, UnknownName
from data.regions import read_region
from data.releases.judgements import Judgements
from data.releases.lifecycle import Deed, advance
from data.releases.rebuild import inputs_of, rebuild
from data.releases.registry import list_releases, record_step
from data.releases.states import EditionState
from data.store.batches import begin_batch
from data.store.documents import current_edition, newest_edition, read_edition_row, release_of, write_edition
from data.store.postings import write_postings
from data.store.schema import posting, vacancy, vacancy_posting

DAY = dt.date(2026, 6, 30)
REGION = read_region("yingkou")


def fill(store, n=3):
    """A few vacancies of one employer in 大石桥市, each with its posting."""
    rows = [
        {
            "posting_id": f"p{place}", "row": place + 2, "source": "test", "source_row": place + 2,
            "title": f"岗位{place}", "employer": "示例耐火材料", "employer_key": "示例耐火材料",
            "employer_is_agency": False, "industry_raw": "", "place_raw": "", "place_code": "210882",
            "skills": ("焊接",), "duties": "", "majors": (), "licences": (), "languages": (),
            "engagement": ("全职",), "posted_on": DAY, "outcome": "招聘中", "findings": (), "synthetic": True,
            "occupation_code": "6-15-05-01", "headcount": 2,
        }
        for place in range(n)
    ]  # fmt: skip
    batch_id = begin_batch(store, "postings", "a.csv", "0" * 64, "1")
    with store.begin() as connection:
        write_postings(connection, batch_id, pd.DataFrame(rows))
        for place in range(n):
            connection.execute(
                vacancy.insert().values(
                    vacancy_id=f"v{place}", posting_id=f"p{place}", heads=2, outcome="招聘中", synthetic=True,
                    opened_on=DAY - dt.timedelta(days=place),
                )
            )  # fmt: skip
            connection.execute(
                vacancy_posting.insert().values(
                    vacancy_id=f"v{place}", posting_id=f"p{place}", relation="FULL"
                )
            )


def test_both_catalogues_are_kept_as_drafts_with_their_data(store, tmp_path):
    fill(store)
    demand, shortage = build_editions(store, REGION, snapshots=tmp_path)
    assert (demand.edition, demand.as_of, len(demand.entries)) == ("2026Q2", DAY, 3)
    assert shortage.kind is CatalogueKind.SHORTAGE
    releases = list_releases(store, "yingkou")
    assert {release.state for release in releases} == {EditionState.DRAFT}
    assert {release.latest.version for release in releases} == {"2026Q2.0-rc1"}
    assert all(rebuild(store, release, snapshots=tmp_path).is_identical for release in releases)
    assert len(list(tmp_path.glob("YK-2026-06-30-*"))) == 1


def test_the_same_data_give_no_second_candidate_and_other_data_do(store, tmp_path):
    fill(store)
    first = build_editions(store, REGION, snapshots=tmp_path)
    assert build_editions(store, REGION, snapshots=tmp_path) == first
    assert len(list_releases(store, "yingkou")) == 2
    with store.begin() as connection:
        connection.execute(posting.update().values(salary_low=6000.0))
    build_editions(store, REGION, snapshots=tmp_path)
    assert [release.latest.version for release in list_releases(store, "yingkou")] == [
        "2026Q2.0-rc2", "2026Q2.0-rc2", "2026Q2.0-rc1", "2026Q2.0-rc1",
    ]  # fmt: skip


def test_an_edition_without_snapshot_is_built_again_where_one_is_asked_for(store, tmp_path):
    fill(store)
    assert build_editions(store, REGION)
    assert {release.snapshot_folder for release in list_releases(store, "yingkou")} == {None}
    build_editions(store, REGION, snapshots=tmp_path)
    assert len(list_releases(store, "yingkou")) == 4


def test_what_was_withdrawn_is_built_again(store):
    fill(store)
    build_editions(store, REGION)
    deed = Deed("张三", "编制组", "数据有误", DAY, dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    for release in list_releases(store, "yingkou"):
        advance(store, release.release_id, EditionState.WITHDRAWN, deed, evidence={})
    with pytest.raises(UnknownName):
        read_edition(store, REGION, CatalogueKind.DEMAND)
    build_editions(store, REGION)
    assert read_current_edition(store, REGION, CatalogueKind.DEMAND).status.version == "2026Q2.0-rc2"


@pytest.mark.parametrize("name", ["2026.1", "a@b", "长" * 25])
def test_a_name_no_version_can_be_made_of_is_refused_before_anything_is_kept(store, name):
    fill(store)
    with pytest.raises(InputError, match="不能用"):
        build_editions(store, REGION, edition=name)
    assert list_releases(store, "yingkou") == ()


def test_a_day_to_come_and_a_region_without_data_are_refused(store):
    with pytest.raises(InputError, match="晚于今天"):
        build_editions(store, REGION, as_of=dt.date(2999, 1, 1))
    with pytest.raises(RefusedError):
        build_editions(store, REGION)


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_before_anything_is_built_reading_says_how(store, kind):
    with pytest.raises(UnknownName, match="还没有") as caught:
        read_edition(store, REGION, kind)
    assert "yingcai catalogue build" in caught.value.hint


def test_a_draft_is_labelled_as_one(store):
    fill(store)
    build_editions(store, REGION)
    current = read_current_edition(store, REGION, CatalogueKind.DEMAND)
    assert (current.status.label, current.status.version) == ("草案（未发布）", "2026Q2.0-rc1")
    assert current.status.valid_from is None
    assert read_edition(store, REGION, CatalogueKind.DEMAND) == current.catalogue


def test_a_catalogue_outside_of_any_release_counts_as_a_draft(store):
    header = {
        "region": "yingkou", "kind": "demand", "edition": "2026Q1", "as_of": DAY, "snapshot": "s",
        "method_version": "1", "synthetic": True, "document": {"title": "目录"},
    }  # fmt: skip
    number = write_edition(store, header, [])
    assert current_edition(store, "yingkou", "demand")["edition_id"] == number
    assert newest_edition(store, "yingkou", "demand")["edition_id"] == number
    assert release_of(store, number) is None
    assert status_of(store, number).label == "草案（未发布）"
    assert read_edition_row(store, 99) is None


def test_the_edition_before_is_the_one_published_last_on_earlier_data(store, tmp_path):
    fill(store)
    _, first = build_editions(store, REGION, edition="早", as_of=dt.date(2026, 6, 29), snapshots=tmp_path)
    build_editions(store, REGION, edition="草", snapshots=tmp_path)
    draft = list_releases(store, "yingkou", kind=CatalogueKind.SHORTAGE)[0]
    assert "previous" not in inputs_of(draft, tmp_path).extras
    early = list_releases(store, "yingkou", kind=CatalogueKind.SHORTAGE)[1]
    with store.begin() as connection:
        record_step(
            connection,
            early.release_id,
            early.history[-1],
            EditionState.PUBLISHED,
            actor="甲",
            role="办公室",
            reason="发布",
            taken_on=DAY,
            evidence={},
            now=dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
        )
    build_editions(store, REGION, edition="晚", snapshots=tmp_path)
    late = list_releases(store, "yingkou", kind=CatalogueKind.SHORTAGE)[0]
    assert inputs_of(late, tmp_path).extras["previous"] == first.model_dump(mode="json")
    assert rebuild(store, late, snapshots=tmp_path).is_identical
    build_editions(store, REGION, edition="定", snapshots=tmp_path, judgements=Judgements(previous=first))
    named = list_releases(store, "yingkou", kind=CatalogueKind.SHORTAGE)[0]
    assert inputs_of(named, tmp_path).extras == inputs_of(late, tmp_path).extras
