"""A copy of what the caller may see of a resource, kept up to date by changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Protocol, Self

__all__ = ["Copied", "Copy"]

Copied = Literal["postings", "vacancies", "profiles", "entries"]
"""What can be copied."""


class _Source(Protocol):
    """Where a copy comes from."""

    def snapshot(self, resource: Copied) -> Iterator[dict[str, Any]]: ...

    def changes(self, resource: Copied, since: str) -> Iterator[dict[str, Any]]: ...


class Copy:
    """Records of a resource by their keys, as of a position.

    Parameters
    ----------
    resource
        What is copied.
    records
        The records by their keys.
    position
        How far the copy is: keep it together with the records.
    """

    def __init__(self, resource: Copied, records: dict[str, dict[str, Any]], position: str) -> None:
        self.resource = resource
        self.records = records
        self.position = position

    @classmethod
    def take(cls, source: _Source, resource: Copied) -> Self:
        """Return a copy of everything that there is now."""
        lines = source.snapshot(resource)
        head = next(lines)
        return cls(resource, {line["key"]: line["record"] for line in lines}, head["position"])

    def update(self, source: _Source) -> int:
        """Bring the copy up to date and return how many records changed or went.

        Raises
        ------
        RemoteError
            With status 410 where the position is too old: take a new copy.
        """
        changed = 0
        for page in source.changes(self.resource, self.position):
            for change in page["changes"]:
                if change["removed"]:
                    self.records.pop(change["key"], None)
                else:
                    self.records[change["key"]] = change["record"]
            changed += len(page["changes"])
            self.position = page["position"]
        return changed
