"""What changed between two editions: kinds, reason codes, and how much is due to the method."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from enum import StrEnum

from data.catalogue.entries import CatalogueKind
from data.records import Record

__all__ = ["Change", "ChangeKind", "DiffReport", "EditionRef", "ReasonCode"]


class ChangeKind(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    """新增."""
    REMOVED = "removed"
    """调出."""
    UP = "up"
    """升级: more stars; in the demand catalogue more places."""
    DOWN = "down"
    """降级: fewer stars; in the demand catalogue fewer places."""
    SAME = "same"
    """维持."""
    SPLIT = "split"
    """拆分."""
    MERGED = "merged"
    """合并."""
    RENAMED = "renamed"
    """更名."""
    RECODED = "recoded"
    """分类调整."""
    RATED = "rated"
    """恢复评价: X before, a figure now; neither up nor down, since X is not zero."""
    UNRATED = "unrated"
    """转为暂不评价: a figure before, X now."""

    @property
    def chinese(self) -> str:
        """The kind in print."""
        return _KINDS[self]


_KINDS = dict(
    zip(
        ChangeKind,
        (
            "新增",
            "调出",
            "升级",
            "降级",
            "维持",
            "拆分",
            "合并",
            "更名",
            "分类调整",
            "恢复评价",
            "转为暂不评价",
        ),
        strict=True,
    )
)


class ReasonCode(StrEnum):
    """Why an entry changed."""

    DATA = "D"
    """数据变化."""
    METHOD = "M"
    """方法变化."""
    SOURCE = "S"
    """数据源变化."""
    CLASSIFICATION = "C"
    """分类变化."""
    EXPERT = "E"
    """专家认定."""
    ERRATUM = "X"
    """勘误."""

    @property
    def chinese(self) -> str:
        """The reason in print."""
        return _REASONS[self]


_REASONS = dict(
    zip(ReasonCode, ("数据变化", "方法变化", "数据源变化", "分类变化", "专家认定", "勘误"), strict=True)
)


class EditionRef(Record):
    """Which document is meant."""

    release_id: int
    """Number of the release."""
    version: str
    """Version number."""
    as_of: dt.date
    """Day on which the data stand."""
    method_version: str
    """方法版本."""
    snapshot: str
    """数据快照."""
    synthetic: bool
    """True when any entry of it rests on generated data (合成数据)."""


class Change(Record):
    """What became of one entry."""

    kind: ChangeKind
    """What became of it."""
    before: tuple[str, ...]
    """Identifiers in the earlier edition; several where entries were merged."""
    after: str | None
    """Identifier in the later edition."""
    name: str
    """Occupation or post."""
    section: str
    """Section it stands in."""
    level_before: int | None
    """Stars before, in the demand catalogue places; empty for X and where nothing is stated."""
    level_after: int | None
    """The same afterwards."""
    value_before: float | None
    """紧缺指数 before, in the demand catalogue places."""
    value_after: float | None
    """The same afterwards."""
    value_back_cast: float | None
    """What the later method makes of the earlier data."""
    total: float | None
    """``value_after`` less ``value_before``; empty where one is missing."""
    method_effect: float | None
    """Part of ``total`` due to the method: ``value_back_cast`` less ``value_before``."""
    data_effect: float | None
    """Part of ``total`` due to the data: ``value_after`` less ``value_back_cast``."""
    reasons: tuple[ReasonCode, ...]
    """Why, the weightiest first; empty where nothing changed, or where the parts cannot be told."""


class DiffReport(Record):
    """All changes from one edition to another (变化说明)."""

    kind: CatalogueKind
    """Which product."""
    before: EditionRef
    """The earlier edition."""
    after: EditionRef
    """The later edition."""
    back_cast: str
    """How the parts of method and data were told apart, or why they were not."""
    source_change: str
    """Sources that came or went; empty when they are the same."""
    changes: tuple[Change, ...]
    """In order of the later edition, then what went."""

    @property
    def synthetic(self) -> bool:
        """True when either edition rests on generated data."""
        return self.before.synthetic or self.after.synthetic

    @property
    def counts(self) -> dict[ChangeKind, int]:
        """How many entries became what; only what occurs."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in ChangeKind if found[kind]}

    @property
    def reasons(self) -> dict[ReasonCode, int]:
        """How many entries bear each reason; only what occurs."""
        found = Counter(reason for change in self.changes for reason in change.reasons)
        return {reason: found[reason] for reason in ReasonCode if found[reason]}

    @property
    def method_share(self) -> float | None:
        """Share of all movement that is due to the method, 0 to 1; empty where nothing moved or is known."""
        known = [
            (abs(change.method_effect), abs(change.data_effect))
            for change in self.changes
            if change.method_effect is not None and change.data_effect is not None
        ]
        moved = sum(method + data for method, data in known)
        return sum(method for method, _ in known) / moved if moved else None

    def movers(self, *, k: int) -> tuple[Change, ...]:
        """Return the ``k`` changes whose figure moved most, the largest first."""
        moved = [change for change in self.changes if change.total]
        return tuple(sorted(moved, key=lambda change: (-abs(change.total or 0), change.after or ""))[:k])
