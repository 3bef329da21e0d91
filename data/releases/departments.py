"""Which department leads and which share each section of a catalogue (牵头单位、责任单位)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Self

import yaml
from pydantic import model_validator

from data.records import Record

__all__ = ["Department", "Departments", "SectionOwners", "read_departments"]


class Department(Record):
    """A department of the city."""

    id: str
    """Short name used in evidence files."""
    name: str
    """Name in print."""


class SectionOwners(Record):
    """Who answers for a section."""

    lead: str
    """牵头单位: the department that owns the section."""
    responsible: tuple[str, ...] = ()
    """责任单位: departments that share it."""


class Departments(Record):
    """The departments and their sections."""

    source: str
    """Where the list of departments comes from."""
    to_confirm: bool
    """True while the office has not confirmed who answers for what."""
    departments: tuple[Department, ...]
    """All departments."""
    sections: dict[str, SectionOwners]
    """Owners by section of the catalogue."""
    default: SectionOwners
    """Owners of every other section; they are asked about every edition."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = {department.id for department in self.departments}
        for owners in (*self.sections.values(), self.default):
            for name in (owners.lead, *owners.responsible):
                if name not in known:
                    raise ValueError(f"部门 {name} 不在名单中")
        return self

    def owners_of(self, section: str) -> SectionOwners:
        """Return who answers for a section."""
        return self.sections.get(section, self.default)

    def name_of(self, department_id: str) -> str:
        """Return a department's name in print; the id itself where it is not known."""
        return {department.id: department.name for department in self.departments}.get(
            department_id, department_id
        )

    def asked_about(self, sections: Iterable[str]) -> tuple[str, ...]:
        """List the departments that must be asked about an edition, in the order of the list.

        Parameters
        ----------
        sections
            Sections present in the edition.

        Returns
        -------
        tuple of str
            Their ids; those of the default alone when there are no sections.
        """
        owners = [self.default, *(self.owners_of(section) for section in sections)]
        asked = {name for owner in owners for name in (owner.lead, *owner.responsible)}
        return tuple(department.id for department in self.departments if department.id in asked)


@cache
def read_departments() -> Departments:
    """Read the departments that the product ships."""
    text = files("data.releases").joinpath("departments.yaml").read_text(encoding="utf-8")
    return Departments.model_validate(yaml.safe_load(text))
