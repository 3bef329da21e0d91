"""What a step is judged by: the evidence shown and the facts about the edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from data.records import Record
from data.releases.departments import Departments
from data.releases.states import EditionState
from data.releases.workdays import WorkCalendar

__all__ = ["Evidence", "GateFacts", "Text"]

Text = Annotated[str, Field(min_length=1)]
"""Words that must be there."""


@dataclass(frozen=True)
class GateFacts:
    """What a step is judged by besides its own evidence."""

    on: dt.date
    """Day on which the step is taken."""
    sections: tuple[str, ...]
    """Sections present in the edition."""
    stars: Mapping[str, int]
    """Stars by entry; entries without a rating are left out."""
    carries_policy: bool
    """Whether any entry names a policy."""
    departments: Departments
    """Who answers for which section."""
    calendar: WorkCalendar
    """Working days."""
    open_tickets: Sequence[int] = ()
    """Tickets nobody has answered yet."""
    earlier: Mapping[EditionState, Mapping[str, Any]] = field(default_factory=dict)
    """Evidence of the steps before, by the state they led to."""

    def date_of(self, state: EditionState, name: str) -> dt.date | None:
        """Return a day stated in the evidence of an earlier step; None when there is none."""
        value = self.earlier.get(state, {}).get(name)
        return None if value is None else dt.date.fromisoformat(value)


class Evidence(Record):
    """Base of the records; a state whose step needs nothing but a reason uses it as it is."""

    note: str = ""
    """Anything worth keeping."""

    def missing(self, facts: GateFacts) -> list[str]:  # noqa: ARG002 - a plain step asks for nothing
        """List what is missing, in Chinese; empty when the step may be taken."""
        return []
