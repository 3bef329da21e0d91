"""Who may take which step of an edition, and what stands in the way before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

from fastapi import Path
from pydantic import ValidationError

from api.access.principal import Principal, require_office
from api.pages.desk_words import LABELS
from api.service import Service
from data.errors import InputError, UnknownName, YingcaiError
from data.permissions import Scope
from data.regions.faults import fault_text
from data.releases.evidence import GateFacts
from data.releases.gate import check_day, check_person, evidence_of
from data.releases.lifecycle import Deed, check_deed
from data.releases.registry import Release, find_release
from data.releases.states import EditionState, Step
from data.store.moments import beijing_day

__all__ = [
    "Check",
    "ReleaseNumber",
    "checks_of",
    "faults_of",
    "office_only",
    "release_of",
    "scope_of",
]

ReleaseNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""Number of an edition."""


class Check(NamedTuple):
    """One thing that a step is judged by."""

    name: str
    """What is looked at."""
    faults: tuple[str, ...]
    """What does not hold; empty when all is well."""


def office_only(caller: Principal) -> None:
    """Refuse people of agencies: editions are made by the office.

    Raises
    ------
    Forbidden
        ``office_only``.
    """
    require_office(caller, "版次只由人才工作部门编制与办理", hint="目录见公开栏目")


def release_of(service: Service, caller: Principal, release_id: int) -> Release:
    """Return an edition of the region served for somebody of the office.

    Raises
    ------
    Forbidden
        An agency asks.
    UnknownName
        There is none of that number.
    """
    office_only(caller)
    release = find_release(service.store, release_id)
    if release.region != service.region.name:
        raise UnknownName("edition_unknown", f"没有编号为 {release_id} 的版次", hint="版次见“版次”一页")
    return release


def scope_of(step: Step) -> Scope:
    """Return what one must be allowed for a step.

    From 审定 on, where every step needs another person than the last, and for a refusal it is 审定、签发;
    for the making before that, taking back included, it is 编制.
    """
    decides = step.two_persons or step.target is EditionState.REJECTED
    return Scope.CATALOGUES_APPROVE if decides else Scope.CATALOGUES_WRITE


def faults_of(error: ValidationError, path_of: Callable[[tuple[int | str, ...]], str]) -> dict[str, str]:
    """Return what is wrong with evidence by the path of its input.

    Parameters
    ----------
    error
        What pydantic found.
    path_of
        Returns the path in the form of a place in the evidence.
    """
    return {
        path_of(item["loc"]): fault_text(item["type"], item.get("ctx", {})).partition("，应匹配")[0]
        for item in error.errors()
    }


def checks_of(
    release: Release,
    step: Step,
    deed: Deed,
    evidence: Mapping[str, Any],
    facts: GateFacts,
    scopes: frozenset[Scope],
) -> tuple[Check, ...]:
    """Judge a step as the gate will, without taking it, and go on after the first thing that is missing.

    Parameters
    ----------
    release
        The edition.
    step
        The step.
    deed
        Who would take it, as what, why and when.
    evidence
        What would be shown.
    facts
        What the step is judged by besides.
    scopes
        What the person may do.
    """
    wanted, last = scope_of(step), release.history[-1]
    may = () if wanted in scopes else (f"没有“{wanted.label}”的权限",)
    person = _told(lambda: check_person(step, last, deed.actor))
    return (
        Check("权限", may),
        Check("两人办理", ("上一步由同一人办理，这一步须换人",) if person else ()),
        Check("办理日", _told(lambda: check_day(last, deed.on, beijing_day(deed.now)))),
        Check("角色与理由", _told(lambda: check_deed(step.target, deed))),
        Check("依据材料", _missing(step.target, evidence, facts)),
    )


def _missing(target: EditionState, evidence: Mapping[str, Any], facts: GateFacts) -> tuple[str, ...]:
    try:
        return tuple(evidence_of(target, evidence).missing(facts))
    except InputError as error:
        if not isinstance(error.__cause__, ValidationError):
            return (error.message,)
        found = faults_of(error.__cause__, lambda place: "·".join(_place(target, part) for part in place))
        return tuple(f"{place}：{fault}" for place, fault in found.items())


def _place(target: EditionState, part: int | str) -> str:
    if isinstance(part, int):
        return f"第 {part + 1} 行"
    return LABELS.get(f"{target.value}.{part}", LABELS.get(part, part))


def _told(check: Callable[[], None]) -> tuple[str, ...]:
    try:
        check()
    except YingcaiError as error:
        return (error.message,)
    return ()
