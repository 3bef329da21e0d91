"""The ledger of promotions: which bundle serves since when, by whom and why; added to, never altered.

It is a chain (:mod:`data.store.chain`): altering, removing or inserting an entry shows.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import field_validator
from sqlalchemy.exc import IntegrityError

from data.canonical import json_sha256
from data.errors import InputError, StoreError
from data.records import Record
from data.store.chain import ORIGIN, checked_links
from data.store.schema import promotion
from data.store.store import Store

__all__ = [
    "Promotion",
    "PromotionAction",
    "champion_of",
    "ledger_entries",
    "ledger_faults",
    "read_promotions",
    "record_promotion",
    "rollback_target",
    "verify_ledger",
]

_LONGEST = 96


class PromotionAction(StrEnum):
    """What was done."""

    PROMOTE = "promote"
    """Another bundle was put in service because it is better."""
    ROLLBACK = "rollback"
    """A bundle that served before was put back."""


class Promotion(Record):
    """One entry of the ledger."""

    number: int
    """Number of the entry, from 1 without gaps."""
    at: dt.datetime
    """When it was recorded, UTC."""
    actor: str
    """Who did it."""
    action: PromotionAction
    """What was done."""
    bundle_from: str | None
    """The bundle that served until then; None for the packaged default."""
    bundle_to: str | None
    """The bundle that serves from then on; None for the packaged default."""
    evidence: dict[str, Any]
    """Why it may: the gate's verdict, the run, the reason given."""
    previous_sha256: str
    """Hash of the entry before; 64 zeros for the first."""
    sha256: str = ""
    """Hash of this entry."""

    @field_validator("at")
    @classmethod
    def _in_utc(cls, moment: dt.datetime) -> dt.datetime:
        """Bring a time to UTC; SQLite hands it back without its zone."""
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)

    @property
    def computed_sha256(self) -> str:
        """Hash of everything in the entry but the hash itself."""
        content = self.model_dump(mode="json", exclude={"sha256", "at"})
        content["at"] = self.at.isoformat(timespec="microseconds")
        return json_sha256(content)


def record_promotion(
    store: Store,
    *,
    actor: str,
    action: PromotionAction,
    bundle_id: str | None,
    evidence: Mapping[str, Any],
) -> Promotion:
    """Add an entry to the ledger: from now on another bundle serves.

    Parameters
    ----------
    store
        The store.
    actor
        Who does it.
    action
        Whether the bundle is promoted or put back.
    bundle_id
        The bundle that is to serve, at most 96 characters; None for the packaged default.
    evidence
        Why it may; anything that JSON can hold.

    Returns
    -------
    Promotion
        The entry as it was recorded.

    Raises
    ------
    InputError
        ``bundle_serving``: that bundle serves already; ``promotion_invalid``: no actor, no usable bundle id,
        or evidence that JSON cannot hold.
    StoreError
        ``ledger_moved``: somebody else changed the bundle in the meantime; nothing was recorded.
        ``ledger_broken``: the ledger as it is does not hold.
    """
    kept = _checked(actor, bundle_id, evidence)
    try:
        with store.begin() as connection:
            entries = ledger_entries(connection)
            _require_sound(entries)
            entry = _next_entry(entries, actor, PromotionAction(action), bundle_id, kept)
            connection.execute(
                promotion.insert().values(**entry.model_dump() | {"action": entry.action.value})
            )
    except IntegrityError as error:
        raise StoreError(
            "ledger_moved",
            "另一人刚刚更换了模型包，本次更换未记入",
            hint="查看当前模型包后，仍需更换再重试",
        ) from error
    return entry


def read_promotions(store: Store) -> tuple[Promotion, ...]:
    """Return the whole ledger.

    Parameters
    ----------
    store
        The store.

    Returns
    -------
    tuple of Promotion
        The entries, the oldest first, as they are: :func:`verify_ledger` says whether they hold; empty where
        nothing was ever promoted.
    """
    with store.read() as connection:
        return ledger_entries(connection)


def champion_of(store: Store) -> str | None:
    """Return the bundle that is to serve.

    Parameters
    ----------
    store
        The store.

    Returns
    -------
    str or None
        Id of the bundle; None for the packaged default.
    """
    query = sa.select(promotion.c.bundle_to).order_by(promotion.c.number.desc()).limit(1)
    with store.read() as connection:
        serving: str | None = connection.execute(query).scalar_one_or_none()
    return serving


def rollback_target(entries: Sequence[Promotion]) -> str | None:
    """Return the bundle that one step back leads to.

    Going back twice leads past the bundle that the first step left: it is never the one just taken out.

    Parameters
    ----------
    entries
        The ledger, the oldest first.

    Returns
    -------
    str or None
        A bundle id; None for the packaged default.

    Raises
    ------
    InputError
        ``nothing_to_roll_back``: the packaged default serves and nothing stands behind it.
    """
    served: list[str | None] = [None]
    for entry in entries:
        if entry.action is PromotionAction.ROLLBACK and entry.bundle_to in served:
            last = len(served) - 1 - served[::-1].index(entry.bundle_to)
            served = served[: last + 1]
        else:
            served.append(entry.bundle_to)
    if len(served) == 1:
        raise InputError(
            "nothing_to_roll_back", "当前就是出厂默认模型，没有更早的可退", hint="用 promote 选定模型包"
        )
    return served[-2]


def verify_ledger(store: Store) -> None:
    """Recompute the whole chain.

    Parameters
    ----------
    store
        The store.

    Raises
    ------
    StoreError
        ``ledger_broken``: an entry was altered, removed or inserted.
    """
    _require_sound(read_promotions(store))


def ledger_faults(entries: Sequence[Promotion]) -> list[str]:
    """List what does not hold in a ledger, in Chinese.

    Parameters
    ----------
    entries
        The entries, the oldest first.

    Returns
    -------
    list of str
        One sentence a fault; empty for a sound ledger and for an empty one.
    """
    found: list[str] = []
    serving = None
    for entry, faults in checked_links(entries):
        found += faults
        if entry.bundle_from != serving:
            found.append(f"第 {entry.number} 条所换下的不是当时使用的模型包")
        serving = entry.bundle_to
    return found


def ledger_entries(connection: sa.Connection) -> tuple[Promotion, ...]:
    """Return what :func:`read_promotions` returns, on a connection that is open."""
    query = sa.select(promotion).order_by(promotion.c.number)
    rows = connection.execute(query).mappings()
    return tuple(Promotion.model_validate(dict(row)) for row in rows)


def _next_entry(
    entries: Sequence[Promotion],
    actor: str,
    action: PromotionAction,
    bundle_id: str | None,
    evidence: dict[str, Any],
) -> Promotion:
    last = entries[-1] if entries else None
    serving = None if last is None else last.bundle_to
    if bundle_id == serving:
        raise InputError(
            "bundle_serving", f"{bundle_id or '出厂默认模型'} 已在使用，无须更换", hint="换一个模型包编号"
        )
    entry = Promotion(
        number=len(entries) + 1,
        at=dt.datetime.now(dt.UTC),
        actor=actor,
        action=action,
        bundle_from=serving,
        bundle_to=bundle_id,
        evidence=evidence,
        previous_sha256=ORIGIN if last is None else last.sha256,
    )
    return entry.model_copy(update={"sha256": entry.computed_sha256})


def _checked(actor: str, bundle_id: str | None, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence as JSON gives it back, so that what is hashed is what will be read."""
    hint = "写明操作人与模型包编号，依据只用文字、数字、列表与对象"
    if not actor.strip() or (bundle_id is not None and not 0 < len(bundle_id) <= _LONGEST):
        raise InputError("promotion_invalid", f"操作人“{actor}”或模型包编号“{bundle_id}”不可用", hint=hint)
    try:
        kept: dict[str, Any] = json.loads(json.dumps(dict(evidence), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise InputError("promotion_invalid", f"依据无法记录：{error}", hint=hint) from error
    return kept


def _require_sound(entries: Sequence[Promotion]) -> None:
    faults = ledger_faults(entries)
    if faults:
        raise StoreError(
            "ledger_broken",
            f"模型更换记录不可信：{faults[0]}",
            hint="停止更换，用最近的备份核对；yingcai db check 列出全部问题",
        )
