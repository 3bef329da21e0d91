"""Pages of entries and editions."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages.entry_charts import history_chart
from api.pages.entry_data import structured_data
from data.catalogue.entries import CatalogueKind, DemandEntry, ShortageEntry
from data.editions import read_edition
from data.releases.matching import entry_key
from data.releases.registry import Keeping, find_release, open_release, record_step
from data.releases.states import EditionState
from data.store.documents import current_edition, write_edition

NOW = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)
SHORTAGE, DEMAND = CatalogueKind.SHORTAGE, CatalogueKind.DEMAND


@pytest.fixture(scope="module")
def shortage(service):
    return read_edition(service.store, service.region, SHORTAGE)


@pytest.fixture
def page(client):
    def reads(path, status=200):
        answer = client.get(path, headers={"X-API-Key": ""})
        assert answer.status_code == status
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text

    return reads


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_every_entry_has_a_page_that_names_it_its_edition_and_its_nature(page, service, kind):
    catalogue = read_edition(service.store, service.region, kind)
    for entry in catalogue.entries[:: max(1, len(catalogue.entries) // 12)]:
        text = page(f"/catalogues/{kind}/entries/{entry_key(entry)}")
        name = entry.occ_name if isinstance(entry, ShortageEntry) else entry.job_title
        assert f"<h1>{name}" in text
        assert entry.entry_id in text
        assert "<strong>合成数据</strong>" in text
        assert "<strong>草案（未发布）</strong>" in text


def test_a_rated_entry_shows_index_interval_confidence_and_six_measures(page, shortage):
    entry = next(each for each in shortage.entries if each.S is not None and each.cause_codes)
    text = page(f"/catalogues/shortage/entries/{entry_key(entry)}")
    assert f'<p class="big">{entry.S:.1f}</p>' in text
    assert f"<dd>{entry.S_lo:.1f}–{entry.S_hi:.1f}</dd>" in text
    assert f"<dd>{entry.confidence}</dd>" in text
    for name in ("供需比", "招聘时长", "90日填补率", "合格应聘比", "薪酬压力", "单位评价"):
        assert name in text
    for reason in entry.reasons:
        assert reason.text in text
    duration = entry.indicators.i2
    assert duration is not None
    assert f"{duration.raw:,.0f} 天</td>" in text
    assert f"参照的 {duration.used:,.1f} 倍</td>" in text


def test_an_entry_that_is_not_rated_says_so_and_why(page, shortage):
    entry = next(each for each in shortage.entries if each.S is None)
    text = page(f"/catalogues/shortage/entries/{entry_key(entry)}")
    assert f'<p class="big unrated">{entry.level}</p>' in text
    assert entry.reasons[0].text in text
    assert "不等于不紧缺" in text


def test_an_unknown_entry_is_a_page_that_leads_on(page):
    assert "没有这个条目" in page("/catalogues/shortage/entries/nothing", 404)


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_structured_data_name_the_work_and_cannot_end_their_element(service, kind):
    entry = read_edition(service.store, service.region, kind).entries[0]
    field = "occ_name" if kind is SHORTAGE else "job_title"
    bad = entry.model_copy(update={field: "</script><script>alert(1)&"})
    text = structured_data(bad, "营口市")
    assert "<" not in text
    assert json.loads(text)["name"] == "</script><script>alert(1)&"
    assert json.loads(text)["disambiguatingDescription"] == "合成数据，仅供演示"


def test_structured_data_without_pay_or_schooling_leave_them_out(service):
    entry = read_edition(service.store, service.region, DEMAND).entries[0]
    bare = entry.model_copy(
        update={"pay_month_min": None, "pay_month_max": None, "education_or_equiv": None, "synthetic": False}
    )
    assert isinstance(bare, DemandEntry)
    content = json.loads(structured_data(bare, "营口市"))
    assert not {"estimatedSalary", "educationRequirements", "disambiguatingDescription"} & set(content)


def test_a_history_needs_two_figures_and_tells_them_in_words(shortage):
    entry = next(each for each in shortage.entries if each.S is not None)
    later = shortage.model_copy(update={"edition": "2027Q1", "as_of": shortage.as_of.replace(year=2027)})
    moved = entry.model_copy(update={"S": 70.0, "S_lo": 64.0, "S_hi": 75.0})
    assert history_chart([(shortage, entry)]) is None
    drawn = history_chart([(later, moved), (shortage, entry)])
    assert "2027Q1版 70.0，80%区间 64.0 至 75.0" in drawn
    assert drawn.index(f">{shortage.edition}<") < drawn.index(">2027Q1<")


def publish(store, catalogue, name, *, drop=0):
    """Keep an edition as published, without the first entries."""
    bare = [each.model_copy(update={"posting_ids": ()}) for each in catalogue.entries[drop:]]
    named = catalogue.model_copy(update={"edition": name, "entries": tuple(bare)})
    number = open_release(store, "yingkou", named, keeping=Keeping(), now=NOW)
    with store.begin() as connection:
        record_step(
            connection, number, find_release(store, number).history[-1], EditionState.PUBLISHED,
            actor="甲", role="办公室", reason="按程序办理", taken_on=NOW.date(), evidence={}, now=NOW,
        )  # fmt: skip


def test_editions_are_listed_with_a_way_to_each_and_to_the_changes(own_service, shortage):
    publish(own_service.store, shortage, "2026Q3")
    publish(own_service.store, shortage, "2026Q4", drop=1)
    with TestClient(create_app(own_service.settings, service=own_service)) as client:
        listed = client.get("/catalogues/shortage/editions").text
        addresses = re.findall(r'href="(/catalogues/shortage/editions/[^"]+)"', listed)
        assert len(addresses) == 3
        for address in addresses:
            assert client.get(address).status_code == 200
        changes = client.get(next(each for each in addresses if "diff" in each)).text
        assert "<strong>1</strong> 调出" in changes
        assert shortage.entries[0].occ_name in changes
        both, gone = (
            client.get(f"/catalogues/shortage/entries/{entry_key(shortage.entries[n])}") for n in (1, 0)
        )
        assert {"2026Q3", "2026Q4"} <= set(re.findall(r'/editions/\d+">(\w+)</a>', both.text))
        # What went out of the catalogue keeps its address, as in the newest edition that has it.
        assert gone.status_code == 200
        assert "2026Q4</a>" not in gone.text


def test_without_editions_the_list_says_so(empty_client):
    assert "还没有公开的版次" in empty_client.get("/catalogues/shortage/editions").text


def test_what_employers_write_is_escaped_on_the_page_of_an_entry(service, empty_service, empty_client):
    edition = current_edition(service.store, "yingkou", "demand")
    header = {name: edition[name] for name in edition if name not in {"edition_id", "built_at", "entries"}}
    bad = '"><script>alert(1)</script>'
    changed = {
        "job_title": bad,
        "employer_name": bad,
        "duties": bad,
        "skills_required": [bad],
        "section": bad,
    }
    entry = edition["entries"][0] | changed
    write_edition(empty_service.store, header, [(entry, [])])
    text = empty_client.get(f"/catalogues/demand/entries/{entry['entry_id'].rsplit('-', 1)[-1]}").text
    assert text.count("<script") == 1
    assert "<script>alert" not in text
