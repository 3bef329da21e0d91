"""Entries at the desk: trials that keep nothing, corrections, what publication writes, differences."""

from __future__ import annotations

import datetime as dt

import pytest

from api.pages.desk_entry import as_text
from data.releases.lifecycle import Deed, advance
from data.releases.registry import find_release, read_document
from data.releases.states import EditionState
from tests.api.commands.test_edition import DAYS, evidence_for

HERE = "/office/editions/2"
NOW = dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.UTC)


@pytest.fixture
def entry(desk_service):
    """First entry of the shortage edition that has an index."""
    document = read_document(desk_service.store, find_release(desk_service.store, 2))
    return next(entry for entry in document.entries if entry.S is not None)


@pytest.fixture
def published(desk_service):
    """Publish the edition as two people would; the second of them publishes."""
    store = desk_service.store
    content = read_document(store, find_release(store, 2)).model_dump(mode="json")
    for place, (state, day) in enumerate(DAYS.items()):
        actor = ("user:other", "user:chief")[(place + 1) % 2]
        deed = Deed(actor, "办公室", "按程序办理", dt.date.fromisoformat(day), NOW)
        advance(store, 2, EditionState(state), deed, evidence=evidence_for(state, content))
    return 2


def corrections(entry, **changes):
    deed = {"deed_role": "办公室", "reason": "录入错误", "deed_on": "2026-11-20", "found_on": "2026-11-20"}
    return {"new.pay_median": "4321", **deed, **changes}


def test_a_trial_answers_and_keeps_nothing(browser, desk_service, entry):
    browser.log_in("evaluator")
    before = find_release(desk_service.store, 2)
    shown = browser.get(f"{HERE}/entries/{entry.entry_id}?scenario=supply&amount=100")
    assert shown.status_code == 200
    assert "设想：增加合格人才" in shown.text
    assert "以上为试算，不保存" in shown.text
    assert find_release(desk_service.store, 2) == before
    for wrong, code in (("supply&amount=0", "amount_out_of_range"), ("supply&amount=x", "not_a_number")):
        refused = browser.get(f"{HERE}/entries/{entry.entry_id}?scenario={wrong}")
        assert (refused.status_code, code in refused.text) == (400, True)
    assert "one_scenario" in browser.get(f"{HERE}/entries/{entry.entry_id}?scenario=moon").text


def test_entries_are_found_and_hostile_words_are_escaped(browser, entry):
    browser.log_in("editor")
    shown = browser.get(f"{HERE}/entries", params={"q": entry.occ_code}).text
    assert entry.entry_id in shown
    hostile = browser.get(f"{HERE}/entries", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in hostile
    assert "没有符合的条目" in hostile
    assert browser.get(f"{HERE}/entries/YK-S-nothing").status_code == 404


def test_a_published_entry_is_corrected_by_another_person(browser, desk_service, entry, published):
    browser.log_in("approver")
    path = f"{HERE}/entries/{entry.entry_id}"
    assert (
        f"<del>{as_text(entry.pay_median) or '（空）'}</del>" in browser.get(f"{path}?field=pay_median").text
    )
    both = browser.get(f"{path}?field=star").text
    assert 'name="new.star"' in both
    assert 'name="new.level"' in both
    done = browser.submit(f"{path}/errata", corrections(entry))
    assert "已勘误，版本 2026Q4.1.1" in done.text
    release = find_release(desk_service.store, published)
    (erratum,) = release.latest.errata
    assert (erratum.field, erratum.old, erratum.new) == ("pay_median", entry.pay_median, 4321)
    assert release.history[-1].actor == "user:approver"
    changes = browser.get("/office/editions/2@2026Q4.1/diff/2?now=1").text
    assert "勘误" in changes


def test_a_correction_that_does_not_hold_keeps_what_was_typed(browser, desk_service, entry, published):
    browser.log_in("approver")
    path = f"{HERE}/entries/{entry.entry_id}/errata"
    hostile = "<script>alert(1)</script>"
    wrong = browser.submit(path, corrections(entry, **{"new.pay_median": hostile}))
    assert (wrong.status_code, "new_value_unusable" in wrong.text) == (400, True)
    assert "<script>alert" not in wrong.text
    assert 'value="录入错误"' in wrong.text
    same = browser.submit(path, corrections(entry, **{"new.pay_median": as_text(entry.pay_median)}))
    assert (same.status_code, "no_errata" in same.text) == (400, True)
    fixed = browser.submit(path, corrections(entry, **{"new.entry_id": "x"}))
    assert (fixed.status_code, "field_unknown" in fixed.text) == (404, True)
    assert "deed_incomplete" in browser.submit(path, corrections(entry, reason="")).text
    assert "day_malformed" in browser.submit(path, corrections(entry, found_on="昨天")).text
    assert find_release(desk_service.store, published).latest.version == "2026Q4.1"


def test_who_does_not_decide_corrects_nothing(browser, entry, published):
    browser.log_in("editor")
    path = f"{HERE}/entries/{entry.entry_id}"
    assert 'errata" class' not in browser.get(f"{path}?field=pay_median").text
    assert browser.submit(f"{path}/errata", corrections(entry)).status_code == 403


def test_a_draft_is_not_corrected(browser, entry):
    browser.log_in("approver")
    path = f"{HERE}/entries/{entry.entry_id}"
    assert "本版还没有发布" in browser.get(f"{path}?field=pay_median").text
    refused = browser.submit(f"{path}/errata", corrections(entry))
    assert (refused.status_code, "step_not_permitted" in refused.text) == (409, True)


def test_what_publication_writes_can_be_looked_at_before(browser):
    browser.log_in("evaluator")
    shown = browser.get(f"{HERE}/publish").text
    assert "急需紧缺人才目录.xlsx" in shown
    assert "目录、指标、说明" in shown
    workbook = browser.get(f"{HERE}/publish/files/xlsx")
    assert workbook.content.startswith(b"PK")
    assert browser.get(f"{HERE}/publish/files/csv").status_code == 200
    assert browser.get(f"{HERE}/publish/files/changes.md").status_code == 404
    assert browser.get(f"{HERE}/publish/files/passwd").status_code == 404


def test_editions_of_different_kinds_are_not_compared(browser):
    browser.log_in("evaluator")
    waiting = browser.get("/office/editions/1/diff/2")
    assert "正在比较" in waiting.text
    assert browser.get("/office/editions/1/diff/2?now=1").status_code == 400
    assert browser.get("/office/editions/1/diff/9").status_code == 404
    same = browser.get("/office/editions/2/diff/2?now=1")
    assert "两版的条目完全相同" in same.text


def test_an_agency_sees_none_of_it(browser, entry):
    browser.log_in("agent")
    for path in ("/entries", f"/entries/{entry.entry_id}", "/publish", "/publish/files/csv", "/diff/2"):
        assert browser.get(f"{HERE}{path}").status_code == 403, path
