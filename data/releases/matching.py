"""Which entry of one edition is which of the next, also where the classification changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.catalogue.entries import AnyCatalogue, Entry
from data.releases.changes import ChangeKind

__all__ = ["Pairing", "entry_key", "pair_entries"]

CodeMap = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Pairing:
    """What became of an entry, before what became of its figures is looked at."""

    before: tuple[Entry, ...]
    """Entries of the earlier edition; none for a new one."""
    after: Entry | None
    """Entry of the later edition; none for one that went."""
    kind: ChangeKind | None
    """Set where entries came or went, or the classification changed; else the figures decide."""


def entry_key(entry: Entry) -> str:
    """Return what stays the same of an entry's identifier from one edition to the next."""
    return entry.entry_id.rsplit("-", 1)[-1]


def pair_entries(before: AnyCatalogue, after: AnyCatalogue, codes: CodeMap | None = None) -> list[Pairing]:
    """Pair the entries of two editions.

    Parameters
    ----------
    before, after
        The earlier and the later edition, of one kind.
    codes
        Later occupation codes by earlier code, where the classification changed; none when left out.

    Returns
    -------
    list of Pairing
        One per entry of the later edition in its order, then what went, in the order of the earlier one.
        Entries that neither identifier nor ``codes`` connect are one where name, section and nature agree.
    """
    old = {entry_key(entry): entry for entry in before.entries}
    new = {entry_key(entry): entry for entry in after.entries}
    gone = [entry for key, entry in old.items() if key not in new]
    fresh = [entry for key, entry in new.items() if key not in old]
    found = _by_codes(gone, fresh, codes or {}) or {}
    found |= _by_name(gone, [entry for entry in fresh if entry.entry_id not in found], found.values())
    pairs = [_paired(entry, old.get(key), found.get(entry.entry_id, ())) for key, entry in new.items()]
    used = {entry.entry_id for entries in found.values() for entry in entries}
    split = _split(found)
    return [
        *(
            Pairing(pair.before, pair.after, ChangeKind.SPLIT)
            if pair.kind is ChangeKind.RECODED and pair.before[0].entry_id in split
            else pair
            for pair in pairs
        ),
        *(Pairing((entry,), None, ChangeKind.REMOVED) for entry in gone if entry.entry_id not in used),
    ]


def _paired(entry: Entry, same: Entry | None, others: Sequence[Entry]) -> Pairing:
    if same is not None:
        renamed = _name(same) != _name(entry)
        return Pairing((same,), entry, ChangeKind.RENAMED if renamed else None)
    if not others:
        return Pairing((), entry, ChangeKind.ADDED)
    return Pairing(tuple(others), entry, ChangeKind.MERGED if len(others) > 1 else ChangeKind.RECODED)


def _by_codes(gone: Sequence[Entry], fresh: Sequence[Entry], codes: CodeMap) -> dict[str, tuple[Entry, ...]]:
    """Find the earlier entries whose code leads to that of a later one in the same section."""
    found = {
        entry.entry_id: tuple(
            old
            for old in gone
            if entry.occ_code in codes.get(old.occ_code or "", ()) and _place(old) == _place(entry)
        )
        for entry in fresh
    }
    return {entry_id: entries for entry_id, entries in found.items() if entries}


def _by_name(
    gone: Sequence[Entry], fresh: Sequence[Entry], taken: Iterable[Sequence[Entry]]
) -> dict[str, tuple[Entry, ...]]:
    """Find entries of another code that are one by name, where only one is so called on either side."""
    used = {entry.entry_id for entries in taken for entry in entries}
    sides: tuple[dict[tuple[object, ...], list[Entry]], ...] = (defaultdict(list), defaultdict(list))
    for side, entries in zip(sides, (gone, fresh), strict=True):
        for entry in entries:
            if entry.entry_id not in used:
                side[(*_place(entry), _name(entry))].append(entry)
    return {
        entries[0].entry_id: (sides[0][key][0],)
        for key, entries in sides[1].items()
        if len(entries) == 1 and len(sides[0].get(key, ())) == 1
    }


def _split(found: Mapping[str, Sequence[Entry]]) -> set[str]:
    """Return the earlier entries that led to more than one later."""
    led: dict[str, int] = defaultdict(int)
    for entries in found.values():
        for entry in entries:
            led[entry.entry_id] += 1
    return {entry_id for entry_id, count in led.items() if count > 1}


def _place(entry: Entry) -> tuple[str, bool]:
    return entry.section, entry.synthetic


def _name(entry: Entry) -> str:
    """Return what an entry is called: the occupation, or the post where posts are listed."""
    return getattr(entry, "job_title", None) or entry.occ_name or ""
