"""Evidence of the reviews: departments, employers, experts, lawyers, the public."""

from __future__ import annotations

import datetime as dt
import math
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from data.records import Record
from data.releases.evidence import Evidence, GateFacts, Text
from data.releases.states import EditionState

__all__ = [
    "CALL_BACK_ALL",
    "CALL_BACK_SHARE",
    "CALL_BACK_STAR",
    "CONSULTATION_DAYS",
    "MIN_EXPERTS",
    "ConsultationEvidence",
    "ExpertEvidence",
    "SentEvidence",
    "VerifiedEvidence",
]

CONSULTATION_DAYS = 30
"""Fewest days of a public consultation (重大行政决策程序暂行条例 第十五条)."""
INFORMATIONAL_WORKDAYS = 10
MIN_EXPERTS = 5
"""Fewest experts of a panel."""
CALL_BACK_STAR = 2
"""Stars of the entries of which a share is called back."""
CALL_BACK_SHARE = 0.3
"""That share."""
CALL_BACK_ALL = 3
"""Stars from which every entry is called back."""


class SentEvidence(Evidence):
    """To whom the draft was sent, and until when an answer is expected."""

    sent_on: dt.date
    """送审日期."""
    due_on: dt.date
    """答复期限."""
    departments: tuple[Text, ...]
    """Ids of the departments asked."""

    def missing(self, facts: GateFacts) -> list[str]:
        """Name the departments that own a section and were not asked."""
        asked = facts.departments.asked_about(facts.sections)
        names = [facts.departments.name_of(name) for name in asked if name not in self.departments]
        found = [f"未送达：{'、'.join(names)}"] if names else []
        if self.due_on <= self.sent_on:
            found.append(f"答复期限 {self.due_on} 不晚于送审日期 {self.sent_on}")
        return found


class Answer(StrEnum):
    """What a department said."""

    ACCEPT = "accept"
    """同意."""
    OBJECT = "object"
    """不同意; needs how it was settled."""
    EVIDENCE = "evidence"
    """补充依据."""
    SILENCE = "silence"
    """逾期未答复: recorded, never taken as a yes."""


class DepartmentAnswer(Record):
    """The answer of one department, or that there was none."""

    department: Text
    """Its id."""
    answer: Answer
    """What it said."""
    answered_on: dt.date
    """Day of the answer; for silence the day it was noted, after the term."""
    text: str = ""
    """Its words, or who was reminded and when."""
    settled: str = ""
    """How an objection was settled."""


class CallBack(Record):
    """What the employers behind an entry said when called back."""

    entry_id: Text
    """The entry."""
    called_on: dt.date
    """Day of the call."""
    result: Text
    """属实, 已更正, 联系不上 …"""


class VerifiedEvidence(Evidence):
    """Answers of the departments and calls to employers."""

    answers: tuple[DepartmentAnswer, ...]
    """One per department asked."""
    call_backs: tuple[CallBack, ...] = ()
    """Calls about entries with two stars and more."""

    def missing(self, facts: GateFacts) -> list[str]:
        """Name departments without answer, silence noted too early, unsettled objections, missing calls."""
        return [*self._missing_answers(facts), *self._missing_calls(facts)]

    def _missing_answers(self, facts: GateFacts) -> list[str]:
        given = {answer.department: answer for answer in self.answers}
        sent = facts.earlier.get(EditionState.DEPT_REVIEW, {}).get("departments", [])
        due_on = facts.date_of(EditionState.DEPT_REVIEW, "due_on")
        found = [
            f"{facts.departments.name_of(name)}没有答复，也没有逾期未答复的记录"
            for name in sent
            if name not in given
        ]
        for answer in self.answers:
            name = facts.departments.name_of(answer.department)
            if answer.answer is Answer.SILENCE and due_on is not None and answer.answered_on <= due_on:
                found.append(f"{name}的答复期限 {due_on} 未过，{answer.answered_on} 不能记为逾期未答复")
            if answer.answer is Answer.OBJECT and not answer.settled:
                found.append(f"{name}的不同意见没有处理结果（settled）")
        return found

    def _missing_calls(self, facts: GateFacts) -> list[str]:
        called = {call.entry_id for call in self.call_backs}
        high = sorted(entry for entry, star in facts.stars.items() if star >= CALL_BACK_ALL)
        low = [entry for entry, star in facts.stars.items() if star == CALL_BACK_STAR]
        found = [f"三星及以上条目 {entry} 没有回访记录" for entry in high if entry not in called]
        needed, done = math.ceil(CALL_BACK_SHARE * len(low)), sum(entry in called for entry in low)
        if done < needed:
            found.append(f"二星条目应回访不少于 {needed} 条（三成），只有 {done} 条")
        return found


class Expert(Record):
    """One expert of the panel."""

    name: Text
    """Name."""
    unit: Text
    """Where the expert works."""
    recused_from: tuple[Text, ...] = ()
    """Entries or sections about which the expert does not speak."""
    dissent_seat: bool = False
    """Whether the expert was asked to argue against."""


class ExpertEvidence(Evidence):
    """The panel."""

    meeting_on: dt.date
    """Day of the meeting."""
    experts: tuple[Expert, ...]
    """The panel."""
    recusal_asked: bool
    """Whether every expert declared interests and was recused where one exists."""

    def missing(self, facts: GateFacts) -> list[str]:
        """Say whether the panel is too small, lacks a dissent seat or did not declare interests."""
        found = []
        if self.meeting_on > facts.on:
            found.append(f"论证会 {self.meeting_on} 晚于办理日 {facts.on}")
        names = {expert.name for expert in self.experts}
        if len(names) < MIN_EXPERTS:
            found.append(f"专家应不少于 {MIN_EXPERTS} 名，只有 {len(names)} 名")
        if not any(expert.dissent_seat for expert in self.experts):
            found.append("没有异议席（dissent_seat）")
        if not self.recusal_asked:
            found.append("没有逐人申报利害关系与回避（recusal_asked）")
        return found


class Votes(Record):
    """How the experts voted."""

    agreed: Annotated[int, Field(ge=0)]
    """赞成."""
    against: Annotated[int, Field(ge=0)]
    """反对."""
    abstained: Annotated[int, Field(ge=0)] = 0
    """弃权."""


class Review(Record):
    """A legality or fair-competition review; logged also when it does not apply."""

    result: Annotated[str, Field(pattern="^(通过|不涉及)$")]
    """通过 or 不涉及."""
    by: Text
    """Who reviewed it."""
    reviewed_on: dt.date
    """When."""
    number: str = ""
    """Number of the opinion."""


class ConsultationEvidence(Evidence):
    """What the experts said, what the reviews found, and how the public is asked."""

    votes: Votes
    """专家表决."""
    minutes: Text
    """论证纪要, or where it is filed."""
    dissent: Text
    """异议意见 and what became of it; 无 when there was none."""
    legality: Review
    """合法性审查."""
    fair_competition: Review
    """公平竞争审查."""
    notice: Text
    """征求意见公告."""
    starts_on: dt.date
    """First day of the consultation."""
    ends_on: dt.date
    """Last day of the consultation."""
    informational: bool = False
    """True when the edition is information only: no policy rests on it."""

    def missing(self, facts: GateFacts) -> list[str]:
        """Say whether the votes do not add up, a review is missing or the term is too short."""
        found = []
        panel = facts.earlier.get(EditionState.EXPERT_REVIEW, {}).get("experts", [])
        cast = self.votes.agreed + self.votes.against + self.votes.abstained
        if cast != len(panel):
            found.append(f"专家 {len(panel)} 名，表决合计 {cast} 票")
        if facts.carries_policy and "不涉及" in (self.legality.result, self.fair_competition.result):
            found.append("本版条目附有政策，合法性审查与公平竞争审查须为“通过”")
        return found + self._short_term(facts)

    def _short_term(self, facts: GateFacts) -> list[str]:
        days = (self.ends_on - self.starts_on).days
        if not self.informational:
            short = days < CONSULTATION_DAYS
            return [f"征求意见 {days} 日，应不少于 {CONSULTATION_DAYS} 日"] if short else []
        if facts.carries_policy:
            return ["本版条目附有政策，不能按仅供参考的版次缩短征求意见期"]
        workdays = facts.calendar.between(self.starts_on, self.ends_on)
        short = workdays < INFORMATIONAL_WORKDAYS
        return [f"征求意见 {workdays} 个工作日，应不少于 {INFORMATIONAL_WORKDAYS} 个"] if short else []
