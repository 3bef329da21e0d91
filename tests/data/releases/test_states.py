"""The way of an edition."""

from __future__ import annotations

from data.releases.gate import EVIDENCE
from data.releases.states import STEPS, EditionState, main_path, step_between, steps_from

S = EditionState


def test_the_main_path_has_the_fourteen_states_but_the_erratum_in_order():
    assert [state.value for state in main_path()] == [
        "collecting", "frozen", "computed", "draft", "dept_review", "verified", "expert_review",
        "consultation", "finalised", "signed", "published", "superseded", "archived",
    ]  # fmt: skip


def test_every_neighbour_on_the_path_is_a_step_and_nothing_may_be_skipped():
    path = main_path()
    for place, source in enumerate(path):
        for target in path[place + 1 :]:
            assert (step_between(source, target) is not None) is (target is path[path.index(source) + 1])


def test_nothing_goes_back():
    path = main_path()
    assert all(step_between(later, path[place - 1]) is None for place, later in enumerate(path) if place)


def test_from_the_decision_on_every_step_needs_a_second_person():
    decided = {S.FINALISED, S.SIGNED, S.PUBLISHED, S.CORRECTED, S.SUPERSEDED, S.ARCHIVED}
    for step in STEPS:
        two = step.target in decided or step.source in decided
        assert step.two_persons is two, step


def test_errata_may_follow_each_other_and_ends_are_ends():
    assert step_between(S.CORRECTED, S.CORRECTED)
    assert steps_from(S.ARCHIVED) == steps_from(S.WITHDRAWN) == steps_from(S.REJECTED) == ()
    assert steps_from(S.PUBLISHED)[0].target is S.CORRECTED


def test_an_edition_can_be_withdrawn_until_it_is_replaced_and_rejected_while_judged():
    assert all(step_between(state, S.WITHDRAWN) for state in (*main_path()[:11], S.CORRECTED))
    assert not step_between(S.SUPERSEDED, S.WITHDRAWN)
    assert {step.source for step in STEPS if step.target is S.REJECTED} == set(main_path()[4:9])


def test_every_state_has_a_name_and_every_step_a_record_of_evidence():
    assert len({state.chinese for state in S}) == len(S)
    assert {step.target for step in STEPS} == set(EVIDENCE)


def test_only_published_editions_are_public():
    assert {state for state in S if state.is_public} == {S.PUBLISHED, S.CORRECTED}
    assert {state for state in S if state.is_out} == {S.WITHDRAWN, S.REJECTED}
