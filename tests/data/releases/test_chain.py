"""A history that was altered shows it."""

from __future__ import annotations

import datetime as dt

import pytest

from data.releases.chain import ORIGIN, HistoryStep, broken_links, linked
from data.releases.states import EditionState

STATES = [EditionState.COLLECTING, EditionState.FROZEN, EditionState.COMPUTED, EditionState.DRAFT]


def history(states=STATES):
    steps, previous, source = [], ORIGIN, ""
    for place, state in enumerate(states, start=1):
        step = HistoryStep(
            release_id=7, seq=place, source=source, target=state, actor="张三", role="编制", reason="理由",
            taken_on=dt.date(2026, 6, 30), recorded_at=dt.datetime(2026, 7, 1, 8, 0, 0, 5, tzinfo=dt.UTC),
            evidence={"n": place}, previous_sha256=previous,
        )  # fmt: skip
        steps.append(linked(step))
        previous, source = steps[-1].sha256, state.value
    return steps


def test_a_history_as_recorded_holds():
    assert broken_links(history()) == []
    assert broken_links([]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "李四"},
        {"reason": "别的理由"},
        {"role": "别的角色"},
        {"taken_on": dt.date(2026, 6, 29)},
        {"evidence": {"n": 9}},
        {"release_id": 8},
        {"recorded_at": dt.datetime(2026, 7, 2, tzinfo=dt.UTC)},
    ],
)
def test_a_step_whose_content_was_changed_is_found(change):
    steps = history()
    steps[1] = steps[1].model_copy(update=change)
    assert broken_links(steps) == ["第 2 步（冻结）的内容被改动过"]


def test_a_step_changed_together_with_its_hash_breaks_the_next():
    steps = history()
    steps[1] = linked(steps[1].model_copy(update={"actor": "李四"}))
    assert broken_links(steps) == ["第 3 步与上一步的校验值不相接"]


def test_a_step_taken_out_is_found():
    steps = history()
    del steps[2]
    found = broken_links(steps)
    assert "第 3 步的序号是 4，有步骤缺失" in found
    assert "第 3 步由“computed”到“draft”，不是允许的步骤" in found


def test_a_step_that_was_never_permitted_is_found():
    assert broken_links(history([EditionState.COLLECTING, EditionState.PUBLISHED])) == [
        "第 2 步由“collecting”到“published”，不是允许的步骤"
    ]


def test_the_time_zone_in_which_a_database_hands_a_time_back_does_not_matter():
    step = history()[0]
    zone = dt.timezone(dt.timedelta(hours=8))
    for moment in (step.recorded_at.astimezone(zone), step.recorded_at.replace(tzinfo=None)):
        back = HistoryStep.model_validate(step.model_dump() | {"recorded_at": moment})
        assert back == step
        assert back.computed_sha256 == step.sha256
