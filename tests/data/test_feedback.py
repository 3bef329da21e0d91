"""An event is read as its sender means it, and what cannot be one is told field by field."""

from __future__ import annotations

import pytest

from data.errors import InputError
from data.feedback import STAGES, DeclineReason, EventKind, Side, event_from, usable_note

SENT = {
    "event_id": "e-1",
    "kind": "shown",
    "side": "employer",
    "vacancy_id": "V1",
    "profile_id": "P1",
    "happened_at": "2026-03-01T09:30:00+08:00",
}


def test_an_event_is_read_from_what_json_or_a_table_holds():
    event = event_from(SENT | {"position": "3", "propensity": "0.5", "variant": "a", "list_id": "L1"})
    assert (event.kind, event.side) == (EventKind.SHOWN, Side.EMPLOYER)
    assert (event.position, event.propensity) == (3, 0.5)
    assert event.happened_at.utcoffset().total_seconds() == 8 * 3600


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"position": 0}, "position 应不小于 1"),
        ({"position": 1.5}, "position 应为整数"),
        ({"propensity": 0}, "propensity 应大于 0"),
        ({"propensity": 1.01}, "propensity 应不大于 1"),
        ({"propensity": "nan"}, "propensity"),
        ({"kind": "liked"}, "kind 只能是 'shown'、'opened'"),
        ({"event_id": "编号 1"}, "event_id 含有不可用的字符"),
        ({"vacancy_id": "V" * 65}, "vacancy_id 至多 64 个字符"),
        ({"happened_at": "2026-03-01T09:30:00"}, "happened_at 须带时区"),
        ({"happened_at": "昨天"}, "happened_at 应为带时区的时间"),
        ({"happened_at": 5}, "发生时间不在 2000 至 2099 年之间"),
        ({"happened_at": "9999-12-31T23:59:59-12:00"}, "发生时间不在"),
        ({"happened_at": "0001-01-01T00:00:00+12:00"}, "发生时间不在"),
        ({"profile_id": "P\x00"}, "profile_id 含有不可用的字符"),
        ({"vacancy_id": "V\ud800"}, "vacancy_id 不符合要求"),
        ({"sex": "女"}, "sex 没有这个字段"),
        ({"kind": "declined"}, "谢绝须写明理由 reason"),
        ({"reason": "pay"}, "只用于谢绝"),
        ({"note": "太远"}, "只用于谢绝"),
        ({"kind": "declined", "reason": "age"}, "reason 只能是 'skills'"),
    ],
)
def test_what_is_wrong_is_named(changes, told):
    with pytest.raises(InputError) as caught:
        event_from(SENT | changes)
    assert caught.value.code == "event_invalid"
    assert told in caught.value.message


def test_every_fault_is_named_and_no_value_is_repeated():
    with pytest.raises(InputError) as caught:
        event_from({"event_id": "张三 13812345678", "side": "person", "position": -2, "vacancy_id": "V1"})
    assert "缺 kind、profile_id、happened_at" in caught.value.message
    assert "position" in caught.value.message
    assert "张三" not in str(caught.value)


@pytest.mark.parametrize("content", [None, 7, "shown", ["shown"]])
def test_what_is_no_object_is_refused(content):
    with pytest.raises(InputError, match="应为一个对象"):
        event_from(content)


def test_a_note_keeps_the_reason_and_loses_contacts_and_what_may_not_count():
    kept, findings = usable_note("薪酬谈不拢，35岁以上不要，电话13812345678")
    assert "薪酬谈不拢" in kept
    assert "138" not in kept
    assert "35" not in kept
    assert [finding.rule for finding in findings] == ["age"]
    assert usable_note("") == ("", ())


def test_stages_rise_and_every_word_has_a_chinese_name():
    assert [stage.value for stage in STAGES] == [
        "shown", "opened", "shortlisted", "contacted", "interviewed", "hired",
    ]  # fmt: skip
    for words in (EventKind, Side, DeclineReason):
        names = [word.chinese for word in words]
        assert len(set(names)) == len(words)
        assert not any(name.isascii() for name in names)
