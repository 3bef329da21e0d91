"""The states an edition passes through, and which step leads from one to the next."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = ["STEPS", "EditionState", "Step", "main_path", "step_between", "steps_from"]


class EditionState(StrEnum):
    """Where an edition stands between collecting its data and the archive."""

    COLLECTING = "collecting"
    """采集: employers and departments report."""
    FROZEN = "frozen"
    """冻结: the input data are fixed and hashed."""
    COMPUTED = "computed"
    """测算: the method was run once over the frozen data."""
    DRAFT = "draft"
    """草案: a candidate that may be shown as such."""
    DEPT_REVIEW = "dept_review"
    """部门会审: every department sees its sections."""
    VERIFIED = "verified"
    """回访核实: departments answered, employers were called back."""
    EXPERT_REVIEW = "expert_review"
    """专家论证: experts have it."""
    CONSULTATION = "consultation"
    """公开征求意见: the public has it."""
    FINALISED = "finalised"
    """审定: the deciding body agreed to it."""
    SIGNED = "signed"
    """签发: it has a document number."""
    PUBLISHED = "published"
    """发布: everyone may read it."""
    CORRECTED = "corrected"
    """已勘误: published, with at least one erratum."""
    SUPERSEDED = "superseded"
    """已被替代: a newer edition is in force."""
    ARCHIVED = "archived"
    """归档: kept at its address for good."""
    WITHDRAWN = "withdrawn"
    """撤回: taken back by those who made it."""
    REJECTED = "rejected"
    """否决: refused by those who judged it."""

    @property
    def chinese(self) -> str:
        """The state in print."""
        return _CHINESE[self]

    @property
    def is_public(self) -> bool:
        """Whether an edition in this state is the published word of the office."""
        return self in (EditionState.PUBLISHED, EditionState.CORRECTED)

    @property
    def is_out(self) -> bool:
        """Whether an edition in this state must not be shown as a draft."""
        return self in (EditionState.WITHDRAWN, EditionState.REJECTED)


_CHINESE = {
    EditionState.COLLECTING: "采集",
    EditionState.FROZEN: "冻结",
    EditionState.COMPUTED: "测算",
    EditionState.DRAFT: "草案",
    EditionState.DEPT_REVIEW: "部门会审",
    EditionState.VERIFIED: "回访核实",
    EditionState.EXPERT_REVIEW: "专家论证",
    EditionState.CONSULTATION: "公开征求意见",
    EditionState.FINALISED: "审定",
    EditionState.SIGNED: "签发",
    EditionState.PUBLISHED: "已发布",
    EditionState.CORRECTED: "已发布（含勘误）",
    EditionState.SUPERSEDED: "已被替代",
    EditionState.ARCHIVED: "已归档",
    EditionState.WITHDRAWN: "撤回",
    EditionState.REJECTED: "否决",
}


class Step(NamedTuple):
    """One permitted step."""

    source: EditionState
    """State before."""
    target: EditionState
    """State after."""
    needs: str
    """What the step needs, in Chinese; empty when nothing but a reason."""
    two_persons: bool
    """Whether its actor must not be the actor of the step before."""


_S = EditionState
_REVIEWS = (_S.DEPT_REVIEW, _S.VERIFIED, _S.EXPERT_REVIEW, _S.CONSULTATION)
_DECIDED = (_S.FINALISED, _S.SIGNED, _S.PUBLISHED, _S.CORRECTED)
_MADE = (_S.COLLECTING, _S.FROZEN, _S.COMPUTED, _S.DRAFT)

STEPS: tuple[Step, ...] = (
    Step(_S.COLLECTING, _S.FROZEN, "数据快照编号与校验值", False),
    Step(_S.FROZEN, _S.COMPUTED, "方法版本与成果校验值", False),
    Step(_S.COMPUTED, _S.DRAFT, "", False),
    Step(_S.DRAFT, _S.DEPT_REVIEW, "送审日期、答复期限与送达的部门", False),
    Step(_S.DEPT_REVIEW, _S.VERIFIED, "每个部门的答复或逾期未答复的记录；对用人单位的回访记录", False),
    Step(_S.VERIFIED, _S.EXPERT_REVIEW, "不少于五名专家、回避情况与至少一个异议席", False),
    Step(
        _S.EXPERT_REVIEW,
        _S.CONSULTATION,
        "专家表决与纪要、合法性审查和公平竞争审查记录、征求意见公告与起止日期",
        False,
    ),
    Step(_S.CONSULTATION, _S.FINALISED, "征求意见期满、意见全部答复、审定机关与日期", True),
    Step(_S.FINALISED, _S.SIGNED, "发文字号、成文日期与有效期", True),
    Step(_S.SIGNED, _S.PUBLISHED, "自签发起二十个工作日内发布；有保密期的已期满", True),
    Step(_S.PUBLISHED, _S.CORRECTED, "勘误：条目、栏目、原值、新值与理由", True),
    Step(_S.CORRECTED, _S.CORRECTED, "勘误：条目、栏目、原值、新值与理由", True),
    Step(_S.PUBLISHED, _S.SUPERSEDED, "替代它的版次", True),
    Step(_S.CORRECTED, _S.SUPERSEDED, "替代它的版次", True),
    Step(_S.SUPERSEDED, _S.ARCHIVED, "归档号", True),
    *(Step(state, _S.REJECTED, "", False) for state in _REVIEWS),
    Step(_S.FINALISED, _S.REJECTED, "", True),
    *(Step(state, _S.WITHDRAWN, "", False) for state in (*_MADE, *_REVIEWS)),
    *(Step(state, _S.WITHDRAWN, "", True) for state in _DECIDED),
)
"""Every permitted step; what is not here is refused."""

_BY_ENDS = {(step.source, step.target): step for step in STEPS}


def step_between(source: EditionState, target: EditionState) -> Step | None:
    """Return the step from one state to another; None when there is none.

    Examples
    --------
    >>> step_between(EditionState.DRAFT, EditionState.PUBLISHED) is None
    True
    """
    return _BY_ENDS.get((source, target))


def steps_from(source: EditionState) -> tuple[Step, ...]:
    """List the steps that a state permits, the main one first; empty at the end of the way."""
    return tuple(step for step in STEPS if step.source is source)


def main_path() -> tuple[EditionState, ...]:
    """List the states in which an edition without erratum and without refusal stands, in order."""
    left_out = (_S.CORRECTED, _S.WITHDRAWN, _S.REJECTED)
    return tuple(state for state in EditionState if state not in left_out)
