"""Every step says what it lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.errors import InputError, RefusedError
from data.releases.chain import ORIGIN, HistoryStep
from data.releases.departments import read_departments
from data.releases.evidence import GateFacts
from data.releases.gate import checked_step, evidence_fields
from data.releases.states import EditionState
from data.releases.workdays import work_calendar

S = EditionState
DAY = dt.date(2026, 8, 3)
SECTIONS = ("新能源",)
ASKED = read_departments().asked_about(SECTIONS)


def history_at(state, *, actor="张三", on=DAY):
    step = HistoryStep(
        release_id=1, seq=1, source="", target=state, actor=actor, role="办公室", reason="理由", taken_on=on,
        recorded_at=dt.datetime(2026, 8, 3, tzinfo=dt.UTC), evidence={}, previous_sha256=ORIGIN,
    )  # fmt: skip
    return (step,)


def facts(**changes):
    plain = GateFacts(
        on=DAY,
        sections=SECTIONS,
        stars={},
        carries_policy=False,
        departments=read_departments(),
        calendar=work_calendar(),
    )
    return replace(plain, **changes)


def take(source, target, evidence, *, actor="李四", known=None, today=DAY, before=None):
    return checked_step(
        before or history_at(source),
        target,
        actor=actor,
        evidence=evidence,
        facts=known or facts(),
        today=today,
    )


def refusal(*arguments, **options):
    with pytest.raises(RefusedError) as caught:
        take(*arguments, **options)
    assert caught.value.hint
    return caught.value


def test_a_step_that_is_not_there_names_those_that_are():
    refused = refusal(S.DRAFT, S.PUBLISHED, {})
    assert refused.code == "step_not_permitted"
    assert "“草案”之后不能直接进入“已发布”" in refused.message
    assert "dept_review（部门会审）" in refused.hint
    assert refusal(S.ARCHIVED, S.DRAFT, {}).hint == "该版次的流程已结束"


@pytest.mark.parametrize("actor", ["张三", " 张 三 ", "张三 "])
def test_from_the_decision_on_nobody_takes_two_steps_in_a_row(actor):
    shown = {"body": "领导小组", "decided_on": "2026-08-03"}
    refused = refusal(S.CONSULTATION, S.FINALISED, shown, actor=actor)
    assert refused.code == "same_person"
    assert take(S.CONSULTATION, S.FINALISED, shown, actor="李四")["body"] == "领导小组"


def test_before_the_decision_one_person_may_go_on():
    assert take(S.COMPUTED, S.DRAFT, {}, actor="张三") == {"note": ""}


def test_a_step_has_an_actor_and_lies_neither_in_the_future_nor_before_the_last():
    with pytest.raises(InputError, match="没有写明办理人"):
        take(S.COMPUTED, S.DRAFT, {}, actor=" ")
    with pytest.raises(InputError, match="晚于今天"):
        take(S.COMPUTED, S.DRAFT, {}, today=dt.date(2026, 8, 2))
    late = history_at(S.COMPUTED, on=dt.date(2026, 8, 4))
    assert refusal(S.COMPUTED, S.DRAFT, {}, before=late).code == "step_out_of_order"


def test_malformed_evidence_is_named_by_field():
    with pytest.raises(InputError) as caught:
        take(S.DRAFT, S.DEPT_REVIEW, {"sent_on": "昨天", "colour": "red"})
    assert caught.value.code == "evidence_malformed"
    for part in ("sent_on", "due_on：缺少此项", "departments：缺少此项", "colour：没有这一项"):
        assert part in caught.value.message


def test_the_draft_goes_to_every_department_that_owns_a_section():
    shown = {"sent_on": "2026-08-03", "due_on": "2026-08-13", "departments": ["hrss"]}
    refused = refusal(S.DRAFT, S.DEPT_REVIEW, shown)
    assert "未送达：经济和信息化部门、教育部门、科学技术部门" in refused.message
    shown |= {"departments": list(ASKED), "due_on": "2026-08-03"}
    assert "不晚于送审日期" in refusal(S.DRAFT, S.DEPT_REVIEW, shown).message
    assert take(S.DRAFT, S.DEPT_REVIEW, shown | {"due_on": "2026-08-13"})


def sent(**changes):
    earlier = {S.DEPT_REVIEW: {"departments": ["hrss", "industry"], "due_on": "2026-08-01"}}
    return facts(earlier=earlier, **changes)


def answered(department, answer="accept", on="2026-08-02", **more):
    return {"department": department, "answer": answer, "answered_on": on, **more}


def test_silence_is_recorded_after_the_term_and_never_taken_as_yes():
    half = {"answers": [answered("hrss")]}
    assert (
        "经济和信息化部门没有答复，也没有逾期"
        in refusal(S.DEPT_REVIEW, S.VERIFIED, half, known=sent()).message
    )
    early = {"answers": [answered("hrss"), answered("industry", "silence", "2026-08-01")]}
    assert "不能记为逾期未答复" in refusal(S.DEPT_REVIEW, S.VERIFIED, early, known=sent()).message
    late = {"answers": [answered("hrss"), answered("industry", "silence", "2026-08-02")]}
    kept = take(S.DEPT_REVIEW, S.VERIFIED, late, known=sent())
    assert kept["answers"][1]["answer"] == "silence"


def test_an_objecting_department_needs_a_settlement():
    shown = {"answers": [answered("hrss"), answered("industry", "object", text="人数偏少")]}
    assert "不同意见没有处理结果" in refusal(S.DEPT_REVIEW, S.VERIFIED, shown, known=sent()).message
    shown["answers"][1]["settled"] = "补充样本后同意"
    assert take(S.DEPT_REVIEW, S.VERIFIED, shown, known=sent())


def test_all_entries_of_three_stars_and_three_tenths_of_two_are_called_back():
    stars = {"a": 3, "b": 4, "c": 2, "d": 2, "e": 2, "f": 2, "g": 1}
    answers = [answered("hrss"), answered("industry")]
    call = {"called_on": "2026-08-02", "result": "属实"}
    refused = refusal(S.DEPT_REVIEW, S.VERIFIED, {"answers": answers}, known=sent(stars=stars))
    # Two of four: 0.3 times 4 is 1.2, rounded up.
    for part in ("条目 a 没有回访", "条目 b 没有回访", "不少于 2 条（三成），只有 0 条"):
        assert part in refused.message
    shown = {"answers": answers, "call_backs": [call | {"entry_id": name} for name in "abcd"]}
    assert take(S.DEPT_REVIEW, S.VERIFIED, shown, known=sent(stars=stars))


def panel(n, **changes):
    experts = [{"name": f"专家{k}", "unit": "某单位", "dissent_seat": k == 0} for k in range(n)]
    return {"meeting_on": "2026-08-03", "experts": experts, "recusal_asked": True, **changes}


def test_a_panel_has_five_experts_a_dissent_seat_and_declared_interests():
    assert "不少于 5 名，只有 4 名" in refusal(S.VERIFIED, S.EXPERT_REVIEW, panel(4)).message
    tame = panel(5)
    tame["experts"][0]["dissent_seat"] = False
    assert "没有异议席" in refusal(S.VERIFIED, S.EXPERT_REVIEW, tame).message
    blind = panel(5, recusal_asked=False, meeting_on="2026-08-04")
    message = refusal(S.VERIFIED, S.EXPERT_REVIEW, blind).message
    assert "利害关系与回避" in message
    assert "论证会 2026-08-04 晚于办理日" in message
    twice = panel(5)
    twice["experts"][1]["name"] = "专家0"
    assert "只有 4 名" in refusal(S.VERIFIED, S.EXPERT_REVIEW, twice).message
    assert take(S.VERIFIED, S.EXPERT_REVIEW, panel(5))


REVIEW = {"result": "不涉及", "by": "法规科", "reviewed_on": "2026-08-03"}


def consultation(ends_on="2026-09-02", **changes):
    return {
        "votes": {"agreed": 4, "against": 1},
        "minutes": "纪要", "dissent": "无", "legality": REVIEW, "fair_competition": REVIEW, "notice": "公告",
        "starts_on": "2026-08-03", "ends_on": ends_on, **changes,
    }  # fmt: skip


def judged(**changes):
    return facts(earlier={S.EXPERT_REVIEW: panel(5)}, **changes)


def test_the_public_has_thirty_days():
    path = (S.EXPERT_REVIEW, S.CONSULTATION)
    assert take(*path, consultation(), known=judged())
    assert "征求意见 29 日" in refusal(*path, consultation("2026-09-01"), known=judged()).message


def test_for_information_only_ten_working_days_are_enough_but_not_with_a_policy():
    path = (S.EXPERT_REVIEW, S.CONSULTATION)
    assert take(*path, consultation("2026-08-17", informational=True), known=judged())
    short = consultation("2026-08-14", informational=True)
    assert "征求意见 9 个工作日" in refusal(*path, short, known=judged()).message
    passed = REVIEW | {"result": "通过"}
    policy = consultation("2026-08-17", informational=True, legality=passed, fair_competition=passed)
    assert "不能按仅供参考" in refusal(*path, policy, known=judged(carries_policy=True)).message


def test_votes_add_up_and_policies_need_both_reviews_passed():
    path = (S.EXPERT_REVIEW, S.CONSULTATION)
    few = consultation(votes={"agreed": 3, "against": 1})
    assert "专家 5 名，表决合计 4 票" in refusal(*path, few, known=judged()).message
    assert "须为“通过”" in refusal(*path, consultation(), known=judged(carries_policy=True)).message
    with pytest.raises(InputError, match=r"legality\.result"):
        take(*path, consultation(legality=REVIEW | {"result": "没有"}), known=judged())


def test_the_decision_waits_for_the_end_of_the_term_and_for_every_answer():
    shown = {"body": "领导小组", "decided_on": "2026-08-03"}
    running = facts(earlier={S.CONSULTATION: {"ends_on": "2026-08-03"}})
    assert (
        "征求意见至 2026-08-03 才期满" in refusal(S.CONSULTATION, S.FINALISED, shown, known=running).message
    )
    open_ones = facts(open_tickets=(4, 7))
    assert "意见未全部答复：编号 4、7" in refusal(S.CONSULTATION, S.FINALISED, shown, known=open_ones).message
    over = facts(earlier={S.CONSULTATION: {"ends_on": "2026-08-02"}})
    assert take(S.CONSULTATION, S.FINALISED, shown, known=over)


def test_a_signed_document_has_a_number_a_day_and_a_validity():
    shown = {
        "number": "营人才发〔2026〕3号", "signed_on": "2026-08-03",
        "valid_from": "2026-09-01", "valid_to": "2027-08-31",
    }  # fmt: skip
    assert take(S.FINALISED, S.SIGNED, shown)
    with pytest.raises(InputError, match="number"):
        take(S.FINALISED, S.SIGNED, shown | {"number": "第三号"})
    message = refusal(
        S.FINALISED, S.SIGNED, shown | {"valid_to": "2026-09-01", "signed_on": "2026-08-04"}
    ).message
    assert "有效期 2026-09-01 至 2026-09-01 不成立" in message
    assert "成文日期 2026-08-04 晚于办理日" in message


def test_publication_follows_within_twenty_working_days_and_after_the_embargo():
    signed = facts(earlier={S.SIGNED: {"signed_on": "2026-08-03", "embargo_until": "2026-08-10"}})
    shown = {"address": "门户网站", "published_on": "2026-08-10"}
    path = (S.SIGNED, S.PUBLISHED)
    assert take(*path, shown, known=signed)
    assert (
        "保密期至 2026-08-10" in refusal(*path, shown | {"published_on": "2026-08-07"}, known=signed).message
    )
    early = shown | {"published_on": "2026-08-02"}
    assert "早于成文日期" in refusal(*path, early, known=signed).message
    # Twenty working days after Monday the 3rd end on Monday the 31st.
    assert take(*path, shown | {"published_on": "2026-08-31"}, known=signed)
    late = shown | {"published_on": "2026-09-01"}
    assert "发布期限为 2026-08-31" in refusal(*path, late, known=signed).message
    assert take(*path, late | {"late_because": "门户网站升级"}, known=signed)


def test_the_fields_of_the_evidence_are_described():
    described = evidence_fields(S.SIGNED)
    assert described["number"].startswith("必填：发文字号")
    assert not described["embargo_until"].startswith("必填")
    assert list(evidence_fields(S.DRAFT)) == ["note"]
