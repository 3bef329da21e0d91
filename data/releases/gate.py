"""Whether a step may be taken: the path, the two persons, the order of days, the evidence."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from data.errors import InputError, RefusedError
from data.regions.faults import describe_faults
from data.releases.chain import HistoryStep
from data.releases.decision import (
    ArchivedEvidence,
    ComputedEvidence,
    CorrectedEvidence,
    FinalisedEvidence,
    FrozenEvidence,
    PublishedEvidence,
    SignedEvidence,
    SupersededEvidence,
)
from data.releases.evidence import Evidence, GateFacts
from data.releases.review import ConsultationEvidence, ExpertEvidence, SentEvidence, VerifiedEvidence
from data.releases.states import EditionState, Step, step_between, steps_from

__all__ = [
    "EVIDENCE",
    "SYSTEM",
    "check_day",
    "check_person",
    "checked_step",
    "evidence_fields",
    "evidence_of",
    "permitted_step",
]

EVIDENCE: Mapping[EditionState, type[Evidence]] = {
    EditionState.FROZEN: FrozenEvidence,
    EditionState.COMPUTED: ComputedEvidence,
    EditionState.DRAFT: Evidence,
    EditionState.DEPT_REVIEW: SentEvidence,
    EditionState.VERIFIED: VerifiedEvidence,
    EditionState.EXPERT_REVIEW: ExpertEvidence,
    EditionState.CONSULTATION: ConsultationEvidence,
    EditionState.FINALISED: FinalisedEvidence,
    EditionState.SIGNED: SignedEvidence,
    EditionState.PUBLISHED: PublishedEvidence,
    EditionState.CORRECTED: CorrectedEvidence,
    EditionState.SUPERSEDED: SupersededEvidence,
    EditionState.ARCHIVED: ArchivedEvidence,
    EditionState.WITHDRAWN: Evidence,
    EditionState.REJECTED: Evidence,
}
"""The record of evidence by the state that a step leads to."""

SYSTEM = "系统"
"""Actor of steps that the product takes by itself."""


def checked_step(
    history: Sequence[HistoryStep],
    target: EditionState,
    *,
    actor: str,
    evidence: Mapping[str, Any],
    facts: GateFacts,
    today: dt.date,
) -> dict[str, Any]:
    """Return the evidence of a step as it is kept, if the step may be taken.

    Parameters
    ----------
    history
        Steps so far, at least one.
    target
        State to go to.
    actor
        Who takes the step.
    evidence
        What the actor shows.
    facts
        What the step is judged by besides.
    today
        Day of recording.

    Returns
    -------
    dict
        The evidence as JSON values.

    Raises
    ------
    RefusedError
        There is no such step, its day is out of order, one person takes two steps in a row from 审定 on, or
        something is missing.
    InputError
        The evidence has unknown, missing or malformed fields, or the actor has no name.
    """
    last = history[-1]
    step = permitted_step(last.target, target)
    check_person(step, last, actor)
    check_day(last, facts.on, today)
    shown = evidence_of(target, evidence)
    missing = shown.missing(facts)
    if missing:
        raise RefusedError(
            "evidence_missing",
            f"不能进入“{target.chinese}”：{'；'.join(missing)}",
            hint=f"本步需要：{step.needs}",
        )
    return shown.model_dump(mode="json")


def evidence_fields(target: EditionState) -> dict[str, str]:
    """Describe the evidence of a step into a state: field to meaning, the required ones marked 必填."""
    return {
        name: ("必填：" if info.is_required() else "") + (info.description or "")
        for name, info in EVIDENCE[target].model_fields.items()
    }


def permitted_step(source: EditionState, target: EditionState) -> Step:
    """Return the step from one state to another.

    Raises
    ------
    RefusedError
        ``step_not_permitted``: there is none; the hint names those there are.
    """
    step = step_between(source, target)
    if step is None:
        ways = "、".join(f"{each.target.value}（{each.target.chinese}）" for each in steps_from(source))
        raise RefusedError(
            "step_not_permitted",
            f"“{source.chinese}”之后不能直接进入“{target.chinese}”",
            hint=f"下一步只能是：{ways}" if ways else "该版次的流程已结束",
        )
    return step


def check_person(step: Step, last: HistoryStep, actor: str) -> None:
    """Refuse whoever may not take a step because of who took the last one.

    Parameters
    ----------
    step
        The step to be taken.
    last
        The step taken last.
    actor
        Who wants to take it.

    Raises
    ------
    InputError
        ``actor_missing``: nobody is named.
    RefusedError
        ``same_person``: the step needs two people, and this is the one who took the last.
    """
    if not actor.strip():
        raise InputError("actor_missing", f"“{step.target.chinese}”没有写明办理人", hint="用 --by 写明姓名")
    if step.two_persons and _folded(actor) == _folded(last.actor):
        raise RefusedError(
            "same_person",
            f"“{last.target.chinese}”由{last.actor}办理，“{step.target.chinese}”不能再由同一人办理",
            hint="自审定起每一步须换人办理",
        )


def check_day(last: HistoryStep, on: dt.date, today: dt.date) -> None:
    """Refuse a day of a step that lies in the future or before the last step.

    Parameters
    ----------
    last
        The step taken last.
    on
        Day on which the step is taken.
    today
        Day of recording.

    Raises
    ------
    InputError
        ``step_in_future``.
    RefusedError
        ``step_out_of_order``.
    """
    if on > today:
        raise InputError("step_in_future", f"办理日 {on} 晚于今天", hint="取今天或更早的一天")
    if on < last.taken_on:
        raise RefusedError(
            "step_out_of_order",
            f"办理日 {on} 早于上一步“{last.target.chinese}”的 {last.taken_on}",
            hint="按办理先后记录",
        )


def evidence_of(target: EditionState, evidence: Mapping[str, Any]) -> Evidence:
    """Read what is shown for a step into a state.

    Raises
    ------
    InputError
        ``evidence_malformed``: a field is unknown, missing or malformed.
    """
    try:
        return EVIDENCE[target].model_validate(dict(evidence))
    except ValidationError as error:
        raise InputError(
            "evidence_malformed",
            f"“{target.chinese}”的依据材料有误：{describe_faults(error)}",
            hint="空表用 yingcai edition form 生成",
        ) from error


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
