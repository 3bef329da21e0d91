"""Make a recorded list again and compare it item by item."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, cast

from data.errors import RefusedError
from data.records import Posting, Profile, Record
from data.reference.tables import TAXONOMY_VERSION
from data.shelves import Place
from data.store.shortlists import Shortlist, ShortlistItem, read_shortlist
from data.store.store import Store
from matching.bundle import Opened
from matching.coding import OccupationCoder
from matching.matcher import Matcher
from matching.replay.frozen import Thawed, thaw_pools
from matching.results import MatchList, MatchResult, RankBy

__all__ = ["Replay", "ReplayItem", "replay_list"]

_ROUNDING = 2e-4
"""Scores are rounded to four digits; a sum in another order may move the last one."""


class ReplayItem(Record):
    """One item of a list, then and now."""

    item_id: str
    """Identifier of the vacancy or pseudonym of the profile; empty for a person who was erased."""
    rank_then: int | None
    """Rank as issued; empty for who came in because others were erased."""
    rank_now: int | None
    """Rank as made again; empty for who is not on the list any more."""
    score_then: float | None
    """Score for who asked, 0 to 100, as issued."""
    score_now: float | None
    """The same as made again."""
    differing: tuple[str, ...]
    """What differs: ``rank``, ``score_forward``, ``score_reverse``, ``score_mutual`` or a feature's name."""


class Replay(Record):
    """A recorded list made again."""

    list_id: str
    """Identifier of the list."""
    direction: str
    """``vacancies`` for a person, ``profiles`` for a vacancy."""
    identical: bool
    """True when every person and score is the same and all stand in the same order, the erased left out."""
    erased: int
    """People on the list who were erased since; their places are empty."""
    erased_from_pools: int
    """People erased from the frozen pools since, on the list or not."""
    largest_change: float
    """Largest difference of a score between then and now, 0 to 100."""
    items: tuple[ReplayItem, ...]
    """The list as issued, then who came in since."""
    notes: tuple[str, ...]
    """What is not as it was then, in Chinese: code tables, model, people erased."""
    data_sha256: str
    """Names the frozen pools that were searched."""
    bundle_id: str
    """The bundle that was used; empty for the packaged default."""
    synthetic: bool
    """True when the list holds generated data (合成数据)."""


def replay_list(list_id: str, store: Store, *, pools: Place, open_parts: Callable[[str], Opened]) -> Replay:
    """Make a list again from the data, the space and the bundle it was issued from, and compare.

    Parameters
    ----------
    list_id
        Identifier of the list.
    store
        Where it was recorded.
    pools
        Folder of the frozen pools.
    open_parts
        Opens a bundle by its id; the empty id is the packaged default.

    Returns
    -------
    Replay
        What is the same and what differs.

    Raises
    ------
    UnknownName
        ``shortlist_unknown``: no such list.
    RefusedError
        ``asker_erased``: the person it was made for was erased, and all of it with the person.
    IndexDamaged
        The frozen pools are gone or were altered.
    """
    issued = read_shortlist(store, list_id)
    if issued.asker_erased:
        raise RefusedError(
            "asker_erased",
            f"名单 {list_id} 是为一位已要求删除的人所作，内容已随之删除",
            hint="这样的名单不能复现",
        )
    thawed = thaw_pools(pools, issued.data_sha256)
    parts = open_parts(issued.bundle_id)
    code = (issued.content or {}).get("occupation_code")
    coder = cast("OccupationCoder", _RecordedCoder(code))
    matcher = Matcher(thawed.loaded, parts.model, coder, ranker=parts.ranker)
    found = _asked_again(matcher, issued)
    return _compared(issued, found, thawed, matcher.model_version)


class _Recorded(NamedTuple):
    code: str | None


class _RecordedCoder:
    """Answers with the code of the day: the decisions of people may have changed since."""

    def __init__(self, code: str | None) -> None:
        self._code = code

    def code(self, titles: Sequence[str], **_options: bool) -> list[_Recorded]:
        """Return the recorded code for every title."""
        return [_Recorded(self._code)] * len(titles)


def _asked_again(matcher: Matcher, issued: Shortlist) -> MatchList:
    options: dict[str, Any] = {
        "k": issued.k,
        "weights": issued.weights,
        "rank_by": RankBy(issued.rank_by),
    }
    given = None if issued.content is None else issued.content["given"]
    if issued.direction == "profiles":
        need = (issued.vacancy_id or "") if given is None else Posting.model_validate(given)
        return matcher.match_vacancy(need, **options)
    person = (issued.profile_id or "") if given is None else Profile.model_validate(given)
    return matcher.match_profile(person, **options)


def _compared(issued: Shortlist, found: MatchList, thawed: Thawed, model_version: str) -> Replay:
    """Put both lists side by side; who was erased leaves a gap that others may have closed up."""
    now = {result.id: result for result in found.results}
    then = [item for item in issued.items if item.item_id is not None]
    order_now = [each for each in now if each in {item.item_id for item in then}]
    order_then = [item.item_id for item in then if item.item_id in now]
    moved = {a for a, b in zip(order_then, order_now, strict=True) if a != b}
    items = [_item(item, now.get(item.item_id or ""), moved) for item in issued.items]
    known = {item.item_id for item in then}
    came = [_came(result) for each, result in now.items() if each not in known]
    erased = issued.erased
    changes = [
        abs(item.score_now - item.score_then)
        for item in items
        if item.score_now is not None and item.score_then is not None
    ]
    same = not any(item.differing for item in items) and len(came) <= max(erased, thawed.erased)
    return Replay(
        list_id=issued.list_id,
        direction=issued.direction,
        identical=same,
        erased=erased,
        erased_from_pools=thawed.erased,
        largest_change=max(changes, default=0.0),
        items=(*items, *came),
        notes=tuple(_notes(issued, thawed, model_version)),
        data_sha256=issued.data_sha256,
        bundle_id=issued.bundle_id,
        synthetic=issued.synthetic,
    )


def _item(item: ShortlistItem, result: MatchResult | None, moved: Collection[str | None]) -> ReplayItem:
    differing: list[str] = []
    if item.item_id is not None and result is None:
        differing.append("rank")
    elif result is not None:
        differing = [*(["rank"] if item.item_id in moved else []), *_differing(item, result)]
    return ReplayItem(
        item_id=item.item_id or "",
        rank_then=item.rank,
        rank_now=None if result is None else result.rank,
        score_then=item.score_forward,
        score_now=None if result is None else result.score_forward,
        differing=tuple(differing),
    )


def _differing(item: ShortlistItem, result: MatchResult) -> list[str]:
    names = ("score_forward", "score_reverse", "score_mutual")
    pairs = [(name, getattr(item, name), getattr(result, name)) for name in names]
    features = item.features or {}
    pairs += [(part.name, features.get(part.name), part.score) for part in result.categories]
    return [name for name, then, now in pairs if not _same(then, now)]


def _same(then: float | None, now: float | None) -> bool:
    if then is None or now is None:
        return then is now
    return abs(then - now) <= _ROUNDING


def _came(result: MatchResult) -> ReplayItem:
    return ReplayItem(
        item_id=result.id,
        rank_then=None,
        rank_now=result.rank,
        score_then=None,
        score_now=result.score_forward,
        differing=(),
    )


def _notes(issued: Shortlist, thawed: Thawed, model_version: str) -> list[str]:
    notes = []
    if thawed.taxonomy_version != TAXONOMY_VERSION:
        notes.append(f"代码表当时为 {thawed.taxonomy_version}，现为 {TAXONOMY_VERSION}；职业远近按现行表计算")
    if issued.model_version != model_version:
        notes.append(f"当时的模型为 {issued.model_version}，现用 {model_version}")
    if issued.degraded:
        notes.append("当时编码模型不可用，只比较了字面与事实")
    if issued.erased:
        notes.append(f"名单上有 {issued.erased} 人此后已依要求删除，其余的人按原次序比较")
    elif thawed.erased:
        notes.append(f"当时的人才库中有 {thawed.erased} 人此后已依要求删除，均不在本名单上")
    return notes
