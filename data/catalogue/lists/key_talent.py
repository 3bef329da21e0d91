"""高精尖人才引进目录库: named posts and projects that departments own, merged into one list of the city.

Merge rules: every department owns its section and alone replaces it; an item is known by its department and
number; items of one number, or of one name and employer, are flagged to their departments and never merged.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from data.catalogue.experts import EXPERT_LEVEL, ExpertVote, nominations_of
from data.catalogue.lists.documents import ListDocument, ListTable, banner
from data.employers import employer_key
from data.records import Record

__all__ = [
    "ItemConflict",
    "KeyTalentItem",
    "KeyTalentKind",
    "Route",
    "conflicts_of",
    "key_talent_document",
    "listed_items",
]

_BRIEF = ("条目编码", "主管部门", "引才方式", "名称", "用人单位", "目标人才", "列入途径")
_NOTES = (
    "本目录库按“行业主建、全市集成、开放共享”编制：各部门维护本部门的条目，整段更新，不改动其他部门的条目。",
    "编号相同，或名称与用人单位都相同的条目只作提示，由相关部门核定，系统不合并、不删除。",
    "专家举荐的条目须经5名以上专家表决、三分之二以上同意并附书面依据，方列入本版；表决只对本版有效。",
    "目标人才写能力与业绩，不得写性别、年龄、户籍、院校层次等条件；已写的条件移出并提示。",
)


class KeyTalentKind(StrEnum):
    """How somebody is sought."""

    TEAM = "专班引才"
    """By a task force, for one post or team."""
    CHALLENGE = "揭榜引才"
    """By an open challenge with a metric, a deadline and a prize."""
    TARGET = "靶向引才"
    """By looking for a described profile."""


class Route(StrEnum):
    """How an item comes onto the list."""

    DEPARTMENT = "部门推荐"
    """The department answers for it."""
    EXPERT = "专家举荐"
    """Experts vote on it."""


class KeyTalentItem(Record):
    """One named post or project (高精尖条目)."""

    department: Annotated[str, Field(min_length=2, max_length=60)]
    """主管部门: whose section it stands in."""
    number: Annotated[str, Field(min_length=1, max_length=40)]
    """编号 that the department gave it."""
    kind: KeyTalentKind
    """引才方式."""
    title: Annotated[str, Field(min_length=2, max_length=120)]
    """Name of the post or project."""
    employer: Annotated[str, Field(min_length=2, max_length=120)]
    """用人单位."""
    key_industry: str | None = None
    """重点产业; empty outside the region's list."""
    target_profile: Annotated[str, Field(min_length=2)]
    """目标人才: what the person must have done or be able to do."""
    problem: str = ""
    """攻关问题; needed for a challenge."""
    metric: str = ""
    """考核指标: when the problem counts as solved; needed for a challenge."""
    deadline: dt.date | None = None
    """Last day; needed for a challenge."""
    prize_yuan: Annotated[float, Field(ge=0)] | None = None
    """榜额, yuan; empty when not stated."""
    contact_desk: Annotated[str, Field(min_length=2)]
    """联系窗口: an office and its number, never a person's."""
    route: Route = Route.DEPARTMENT
    """列入途径."""
    synthetic: bool = False
    """True for generated data (合成数据)."""

    @model_validator(mode="after")
    def _challenge_is_complete(self) -> Self:
        if self.kind is KeyTalentKind.CHALLENGE:
            wanted = {"攻关问题": self.problem, "考核指标": self.metric, "截止日期": self.deadline}
            missing = [name for name, value in wanted.items() if not value]
            if missing:
                raise ValueError(f"揭榜引才的条目须写明{'、'.join(missing)}")
        return self

    @property
    def item_id(self) -> str:
        """Identifier: hash of the department and its number."""
        digits = hashlib.sha256(f"{self.department}\x1f{self.number}".encode()).hexdigest()[:10]
        return f"KT-{digits}"


class ItemConflict(NamedTuple):
    """Items that may be the same one."""

    item_ids: tuple[str, ...]
    """The items, in their order."""
    departments: tuple[str, ...]
    """Who has to settle it."""
    message: str
    """What they share, in Chinese."""


def conflicts_of(items: Sequence[KeyTalentItem]) -> tuple[ItemConflict, ...]:
    """Find items that may be the same one.

    Parameters
    ----------
    items
        Items of all departments.

    Returns
    -------
    tuple of ItemConflict
        Those of one number first, then those of one name and employer; nothing is merged.
    """
    numbers: dict[str, list[KeyTalentItem]] = defaultdict(list)
    names: dict[tuple[str, str], list[KeyTalentItem]] = defaultdict(list)
    for item in items:
        numbers[item.number.casefold()].append(item)
        names[item.title.casefold(), employer_key(item.employer)].append(item)
    return (
        *(_conflict(own, f"编号同为 {own[0].number}") for own in numbers.values() if len(own) > 1),
        *(
            _conflict(own, f"名称同为“{own[0].title}”、用人单位同为{own[0].employer}")
            for own in names.values()
            if len(own) > 1
        ),
    )


def _conflict(items: Sequence[KeyTalentItem], message: str) -> ItemConflict:
    departments = tuple(dict.fromkeys(item.department for item in items))
    return ItemConflict(tuple(item.item_id for item in items), departments, message)


def listed_items(
    items: Iterable[KeyTalentItem], votes: Sequence[ExpertVote], *, edition: str
) -> tuple[KeyTalentItem, ...]:
    """Select the items that stand on the list of an edition.

    Parameters
    ----------
    items
        Items of all departments.
    votes
        Votes of experts, with the item's identifier where a catalogue's vote has the occupation.
    edition
        The edition; votes for others have expired.

    Returns
    -------
    tuple of KeyTalentItem
        What departments recommend, and of the experts' route what five experts or more voted on with two
        thirds in favour, by department, number and way in.

    Raises
    ------
    InputError
        An expert votes twice on an item.
    """
    passed = {nomination.occ_code for nomination in nominations_of(votes, edition)}
    kept = [item for item in items if item.route is Route.DEPARTMENT or item.item_id in passed]
    return tuple(sorted(kept, key=lambda item: (item.department, item.number)))


def key_talent_document(
    region: str, edition: str, items: Sequence[KeyTalentItem], waiting: int, *, as_of: dt.date
) -> ListDocument:
    """Set the list in print, with what departments have to settle.

    Parameters
    ----------
    region
        The region's name.
    edition
        版次.
    items
        What stands on the list, as from :func:`listed_items`.
    waiting
        Items of the experts' route that did not pass.
    as_of
        Day on which the list stands.

    Returns
    -------
    ListDocument
        Tables 高精尖目录 and 待核对.
    """
    columns = (
        "条目编码", "主管部门", "编号", "引才方式", "名称", "用人单位", "重点产业", "目标人才", "攻关问题",
        "考核指标", "截止日期", "榜额（元）", "联系窗口", "列入途径", "数据性质",
    )  # fmt: skip
    rows = tuple(_row(item) for item in items)
    flagged = tuple(
        ("、".join(c.item_ids), "、".join(c.departments), c.message, "由所列部门核定，未作合并")
        for c in conflicts_of(items)
    )
    held = (f"另有{waiting}条专家举荐的条目未通过表决或未表决，未列入。",) if waiting else ()
    synthetic = any(item.synthetic for item in items)
    return ListDocument(
        title=banner(f"{region}高精尖人才引进目录库（{edition}版）", synthetic=synthetic),
        as_of=as_of,
        synthetic=synthetic,
        tables=(
            ListTable(name="高精尖目录", columns=columns, rows=rows, brief=_BRIEF),
            ListTable(name="待核对", columns=("条目编码", "主管部门", "情况", "处理"), rows=flagged),
        ),
        notes=(*_NOTES, *held),
    )


def _row(item: KeyTalentItem) -> tuple[str | float | None, ...]:
    return (
        item.item_id,
        item.department,
        item.number,
        item.kind.value,
        item.title,
        item.employer,
        item.key_industry,
        item.target_profile,
        item.problem or None,
        item.metric or None,
        item.deadline.isoformat() if item.deadline else None,
        item.prize_yuan,
        item.contact_desk,
        EXPERT_LEVEL if item.route is Route.EXPERT else item.route.value,
        "合成数据" if item.synthetic else "真实数据",
    )
