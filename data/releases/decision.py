"""Evidence of the decisions: deciding, signing, publishing, correcting, replacing, filing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from data.releases.evidence import Evidence, GateFacts, Text
from data.releases.states import EditionState

__all__ = [
    "ArchivedEvidence",
    "ComputedEvidence",
    "CorrectedEvidence",
    "FinalisedEvidence",
    "FrozenEvidence",
    "PublishedEvidence",
    "SignedEvidence",
    "SupersededEvidence",
]

PUBLISH_WORKDAYS = 20  # 政府信息公开条例 第二十六条


class FrozenEvidence(Evidence):
    """What was frozen."""

    snapshot: Text
    """Identifier of the data."""
    manifest_sha256: str | None
    """Hash of the manifest of the snapshot; empty when no snapshot was kept."""


class ComputedEvidence(Evidence):
    """What was computed."""

    method_version: Text
    """方法版本."""
    document_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Hash of the canonical document."""


class FinalisedEvidence(Evidence):
    """Who decided."""

    body: Text
    """审定机关, such as 领导小组 or 局党组."""
    decided_on: dt.date
    """Day of the decision."""

    def missing(self, facts: GateFacts) -> list[str]:
        """Say whether the consultation still runs or a comment has no answer."""
        found = []
        ends_on = facts.date_of(EditionState.CONSULTATION, "ends_on")
        if ends_on is not None and min(facts.on, self.decided_on) <= ends_on:
            found.append(f"征求意见至 {ends_on} 才期满")
        if facts.open_tickets:
            numbers = "、".join(map(str, facts.open_tickets))
            found.append(f"意见未全部答复：编号 {numbers}（用 yingcai edition answer 逐条答复）")
        return found


class SignedEvidence(Evidence):
    """The document as signed."""

    number: Annotated[str, Field(pattern=r"^\S+〔20\d{2}〕\d+号$")]
    """发文字号, such as 营人社发〔2027〕1号."""
    signed_on: dt.date
    """成文日期."""
    valid_from: dt.date
    """First day of validity."""
    valid_to: dt.date
    """Last day of validity."""
    embargo_until: dt.date | None = None
    """First day on which it may be published; empty when at once."""

    def missing(self, facts: GateFacts) -> list[str]:
        """Say whether it expires before it begins, or is signed later than the step is taken."""
        found = []
        if self.valid_to <= self.valid_from:
            found.append(f"有效期 {self.valid_from} 至 {self.valid_to} 不成立")
        if self.signed_on > facts.on:
            found.append(f"成文日期 {self.signed_on} 晚于办理日 {facts.on}")
        return found


class PublishedEvidence(Evidence):
    """How it was published."""

    published_on: dt.date
    """Day of publication."""
    address: Text
    """Where it stands."""
    late_because: str = ""
    """Why it comes later than twenty working days after signing."""

    def missing(self, facts: GateFacts) -> list[str]:
        """Say whether it comes under embargo, or late without a reason."""
        found = []
        embargo = facts.date_of(EditionState.SIGNED, "embargo_until")
        if embargo is not None and self.published_on < embargo:
            found.append(f"保密期至 {embargo}，{self.published_on} 不能发布")
        signed_on = facts.date_of(EditionState.SIGNED, "signed_on")
        if signed_on is not None and self.published_on < signed_on:
            found.append(f"{self.published_on} 早于成文日期 {signed_on}")
        last = None if signed_on is None else facts.calendar.add(signed_on, PUBLISH_WORKDAYS)
        if last is not None and self.published_on > last and not self.late_because:
            found.append(
                f"发布期限为 {last}（签发后 {PUBLISH_WORKDAYS} 个工作日），逾期须写明原因（late_because）"
            )
        return found


class CorrectedEvidence(Evidence):
    """What an erratum changed."""

    version: Text
    """Version with the erratum."""
    errata: tuple[dict[str, Any], ...]
    """The corrections."""
    due_on: dt.date
    """Day by which they were due."""
    late: bool
    """Whether they came after it."""
    document_sha256: Text
    """Hash of the corrected document."""


class SupersededEvidence(Evidence):
    """What took its place."""

    by: Text
    """Version of the edition that took its place."""


class ArchivedEvidence(Evidence):
    """Where it is kept."""

    archive: Text
    """归档号."""
