"""The history of a release: steps hashed one onto the other, so that none can be altered unnoticed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pydantic import field_validator

from data.canonical import json_sha256
from data.records import Record
from data.releases.states import EditionState, step_between

__all__ = ["ORIGIN", "HistoryStep", "broken_links", "linked"]

ORIGIN = "0" * 64
"""What the first step of a release is hashed onto."""


class HistoryStep(Record):
    """One step as it was recorded."""

    release_id: int
    """The release."""
    seq: int
    """Number of the step within the release, from 1."""
    source: str
    """State before; empty for the first step."""
    target: EditionState
    """State after."""
    actor: str
    """Who did it."""
    role: str
    """In which role."""
    reason: str
    """Why."""
    taken_on: dt.date
    """办理日: the day it was done, as the actor states it."""
    recorded_at: dt.datetime
    """记录时间, UTC: when it was put on record."""
    evidence: dict[str, Any]
    """What was shown."""
    previous_sha256: str
    """Hash of the step before."""
    sha256: str = ""
    """Hash of this step."""

    @field_validator("recorded_at")
    @classmethod
    def _in_utc(cls, moment: dt.datetime) -> dt.datetime:
        """Bring a time to UTC; SQLite hands it back without its zone."""
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)

    @property
    def computed_sha256(self) -> str:
        """Hash of everything in the step but the hash itself."""
        content = self.model_dump(mode="json", exclude={"sha256", "recorded_at"})
        content["recorded_at"] = self.recorded_at.isoformat(timespec="microseconds")
        return json_sha256(content)


def linked(step: HistoryStep) -> HistoryStep:
    """Return a step with its hash filled in."""
    return step.model_copy(update={"sha256": step.computed_sha256})


def broken_links(steps: Sequence[HistoryStep]) -> list[str]:
    """List what does not hold in a history, in Chinese; empty for a sound one.

    Parameters
    ----------
    steps
        Steps of one release in order.
    """
    found = []
    previous, state = ORIGIN, ""
    for place, step in enumerate(steps, start=1):
        if step.seq != place:
            found.append(f"第 {place} 步的序号是 {step.seq}，有步骤缺失")
        if step.previous_sha256 != previous:
            found.append(f"第 {place} 步与上一步的校验值不相接")
        if step.sha256 != step.computed_sha256:
            found.append(f"第 {place} 步（{step.target.chinese}）的内容被改动过")
        permitted = place == 1 or step_between(EditionState(step.source), step.target) is not None
        if step.source != state or not permitted:
            found.append(f"第 {place} 步由“{step.source}”到“{step.target}”，不是允许的步骤")
        previous, state = step.sha256, step.target.value
    return found
