"""A form to fill in for the evidence of a step: what the product knows already stands in it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import yaml

from data.releases.evidence import GateFacts
from data.releases.gate import EVIDENCE, evidence_fields
from data.releases.review import (
    CALL_BACK_ALL,
    CALL_BACK_SHARE,
    CALL_BACK_STAR,
    CONSULTATION_DAYS,
    MIN_EXPERTS,
)
from data.releases.states import EditionState

__all__ = ["evidence_form"]

_ANSWER_DAYS = 10


class _PlainDumper(yaml.SafeDumper):
    """Writes a value that occurs twice twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - true of everything
        return True


def evidence_form(target: EditionState, facts: GateFacts) -> str:
    """Write a form for the evidence of a step.

    Parameters
    ----------
    target
        State to go to.
    facts
        What is known of the edition.

    Returns
    -------
    str
        YAML with the meaning of every field above it. Departments, entries to call back and days that
        follow from the edition are filled in; what only a person knows is empty.
    """
    known = _known(target, facts)
    lines = [f"# {target.chinese}的依据材料：填好后用 --evidence 交上"]
    for name, meaning in evidence_fields(target).items():
        info = EVIDENCE[target].model_fields[name]
        value = known.get(name, None if info.is_required() else info.get_default(call_default_factory=True))
        shown = list(value) if isinstance(value, tuple) else value
        text = yaml.dump({name: shown}, Dumper=_PlainDumper, allow_unicode=True, sort_keys=False)
        lines += [f"# {meaning}", text.rstrip()]
    return "\n".join(lines) + "\n"


def _known(target: EditionState, facts: GateFacts) -> dict[str, Any]:
    if target is EditionState.DEPT_REVIEW:
        return {
            "sent_on": facts.on,
            "due_on": facts.on + dt.timedelta(days=_ANSWER_DAYS),
            "departments": facts.departments.asked_about(facts.sections),
        }
    if target is EditionState.VERIFIED:
        return _known_of_verification(facts)
    if target is EditionState.EXPERT_REVIEW:
        experts = [
            {"name": "", "unit": "", "recused_from": [], "dissent_seat": not n} for n in range(MIN_EXPERTS)
        ]
        return {"meeting_on": facts.on, "experts": experts}
    if target is EditionState.CONSULTATION:
        review = {"result": "", "by": "", "reviewed_on": facts.on, "number": ""}
        return {
            "votes": {"agreed": None, "against": None, "abstained": 0},
            "legality": review,
            "fair_competition": dict(review),
            "starts_on": facts.on,
            "ends_on": facts.on + dt.timedelta(days=CONSULTATION_DAYS),
        }
    return {}


def _known_of_verification(facts: GateFacts) -> dict[str, Any]:
    """List the departments asked, and the entries to call back: all of three stars, three tenths of two."""
    sent = facts.earlier.get(EditionState.DEPT_REVIEW, {}).get("departments", ())
    high = sorted(entry for entry, star in facts.stars.items() if star >= CALL_BACK_ALL)
    low = sorted(entry for entry, star in facts.stars.items() if star == CALL_BACK_STAR)
    called = [*high, *low[: math.ceil(CALL_BACK_SHARE * len(low))]]
    return {
        "answers": [
            {"department": name, "answer": "", "answered_on": facts.on, "text": "", "settled": ""}
            for name in sent
        ],
        "call_backs": [{"entry_id": entry, "called_on": facts.on, "result": ""} for entry in called],
    }
