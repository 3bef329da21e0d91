"""Values reached of plans: recorded with their source, shown to the public, replaced, taken out on record."""

from __future__ import annotations

from data.regions import read_region
from data.store.history import read_changes
from data.store.plan_readings import read_plan_values

PAGE = "/office/indicators"
INDICATOR = read_region("haicheng").plan_indicators[0]
SENT = {
    "region": "haicheng",
    "indicator": INDICATOR.id,
    "year": "2024",
    "value": "12.50",
    "source": "市人社局<script>alert(1)</script>快报",
}


def test_a_value_is_recorded_shown_replaced_and_taken_out(browser, desk_service):
    store = desk_service.store
    browser.log_in("editor")
    assert "未报" in browser.get("/indicators?region=haicheng").text
    assert "已登记" in browser.submit(PAGE, SENT).text
    shown = browser.get("/indicators?region=haicheng").text
    assert '12.50 <span class="faint">2024</span>' in shown
    assert "市人社局&lt;script&gt;" in shown
    assert "<script>alert" not in browser.get(f"{PAGE}?region=haicheng").text
    browser.submit(PAGE, SENT | {"value": "13"})
    (kept,) = read_plan_values(store, "haicheng")
    assert (kept.indicator, str(kept.value), kept.recorded_by) == (INDICATOR.id, "13", "user:editor")
    gone = {name: SENT[name] for name in ("region", "indicator", "year")}
    assert "已删除" in browser.submit(f"{PAGE}/remove", gone).text
    assert read_plan_values(store, "haicheng") == ()
    again = browser.submit(f"{PAGE}/remove", gone)
    assert (again.status_code, "reading_unknown" in again.text) == (404, True)
    changes = read_changes(store, table_name="plan_reading", row_key=f"haicheng/{INDICATOR.id}/2024")
    assert [each["kind"] for each in changes] == ["added", "replaced", "removed"]
    assert changes[1]["fields"] == {"value": ["12.50", "13"]}


def test_what_cannot_stand_is_refused_and_what_was_typed_stays(browser, desk_service):
    browser.log_in("editor")
    for wrong, code in (
        ({"value": "许多"}, "number_unreadable"),
        ({"value": "-1"}, "reading_malformed"),
        ({"value": "NaN"}, "reading_malformed"),
        ({"year": "明年"}, "year_unreadable"),
        ({"year": "2100"}, "year_in_future"),
        ({"source": ""}, "reading_malformed"),
        ({"indicator": "nothing"}, "indicator_unknown"),
    ):
        answer = browser.submit(PAGE, SENT | wrong)
        assert (answer.status_code, code in answer.text) == (400, True), (wrong, answer.text)
        assert "快报" in answer.text or "source" in wrong
    assert browser.post(PAGE, data=SENT).status_code == 403
    assert read_plan_values(desk_service.store, "haicheng") == ()


def test_only_who_makes_catalogues_records(browser):
    for user_id in ("approver", "admin", "agent"):
        browser.log_in(user_id)
        assert browser.get(PAGE).status_code == 403
        assert browser.submit(PAGE, SENT).status_code == 403
        assert PAGE not in browser.get("/indicators?region=haicheng").text
        browser.submit("/logout")
    assert "没有可登记的" in browser.log_in("editor").get(PAGE).text
