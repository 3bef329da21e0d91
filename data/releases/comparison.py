"""Compare two editions; where the method changed, tell its effect from that of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from data.catalogue.entries import AnyCatalogue, DemandEntry, Entry, ShortageEntry
from data.errors import FileProblem, InputError, RefusedError, YingcaiError
from data.releases.changes import Change, ChangeKind, DiffReport, EditionRef, ReasonCode
from data.releases.matching import Pairing, entry_key, pair_entries
from data.releases.methods import METHODS, Methods, method_of
from data.releases.rebuild import inputs_of
from data.releases.registry import Release, read_document
from data.releases.snapshot import Inputs
from data.shelves import Place
from data.store.store import Store

__all__ = ["Context", "compare_catalogues", "compare_releases"]

_CLASSIFIED = (ChangeKind.SPLIT, ChangeKind.MERGED, ChangeKind.RENAMED, ChangeKind.RECODED)
_UNCHANGED = (ChangeKind.SAME,)


@dataclass(frozen=True)
class Context:
    """What is known besides the two documents."""

    back_cast: AnyCatalogue | None = None
    """The earlier data under the later method; the earlier document itself where the method is the same."""
    note: str = ""
    """How the back-cast was made, or why not."""
    sources: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})
    """Source by vacancy, of the earlier and the later edition; empty where unknown."""
    corrected: AbstractSet[str] = frozenset()
    """Entries of the later edition that an erratum touched."""
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Later occupation codes by earlier code, where the classification changed."""

    @property
    def came_and_went(self) -> tuple[frozenset[str], frozenset[str]]:
        """Sources only in the later, and only in the earlier edition; none where either is unknown."""
        before, after = (frozenset(side.values()) for side in self.sources)
        return (after - before, before - after) if before and after else (frozenset(), frozenset())


def compare_catalogues(
    before: AnyCatalogue, after: AnyCatalogue, context: Context | None = None
) -> tuple[Change, ...]:
    """Tell what became of every entry.

    Parameters
    ----------
    before, after
        The earlier and the later document, of one kind.
    context
        What is known besides; nothing when left out, and then no change is split into its parts.

    Returns
    -------
    tuple of Change
        In order of the later edition, then what went. Where both parts are known they add up to the total.

    Raises
    ------
    InputError
        The documents are of different kinds.

    Notes
    -----
    The effect of the method is measured on the earlier data, that of the data under the later method; the
    other order would share out their interplay differently.
    """
    if before.kind is not after.kind:
        raise InputError(
            "kinds_differ",
            f"{before.kind.title}与{after.kind.title}不能比较",
            hint="选同一种目录的两个版次",
        )
    known = context or Context()
    cast = {} if known.back_cast is None else {entry_key(entry): entry for entry in known.back_cast.entries}
    return tuple(_change(pair, cast, known) for pair in pair_entries(before, after, known.codes))


def compare_releases(
    store: Store,
    before: tuple[Release, str],
    after: tuple[Release, str],
    *,
    snapshots: Place,
    methods: Methods = METHODS,
    codes: Mapping[str, Sequence[str]] | None = None,
) -> DiffReport:
    """Compare two kept editions, with a back-cast where the method changed.

    Parameters
    ----------
    store
        The store.
    before, after
        Release and version of the earlier and the later edition.
    snapshots
        Folder of all snapshots.
    methods
        Methods by version.
    codes
        Later occupation codes by earlier code, where the classification changed.

    Returns
    -------
    DiffReport
        Where the later method or the earlier snapshot is not at hand, the parts stay empty and the report
        says why.

    Raises
    ------
    InputError
        The editions are of different kinds.
    UnknownName
        A release has no such version.
    """
    old, new = (read_document(store, *side) for side in (before, after))
    inputs = [_inputs_or_none(release, snapshots) for release, _ in (before, after)]
    back_cast, note = _back_cast(old, new, before[0], snapshots, methods)
    sources = [_sources(each) for each in inputs]
    context = Context(
        back_cast, note, (sources[0], sources[1]), _corrected_between(before, after), dict(codes or {})
    )
    came, went = context.came_and_went
    parts = [
        f"{word} {'、'.join(sorted(names))}" for word, names in (("新增", came), ("减少", went)) if names
    ]
    return DiffReport(
        kind=new.kind,
        before=_reference(old, before),
        after=_reference(new, after),
        back_cast=note,
        source_change="；".join(parts),
        changes=compare_catalogues(old, new, context),
    )


def _back_cast(
    old: AnyCatalogue, new: AnyCatalogue, release: Release, snapshots: Place, methods: Methods
) -> tuple[AnyCatalogue | None, str]:
    """Make of the earlier data what the later method makes of them."""
    if old.method_version == new.method_version:
        return old, f"两版方法相同（{new.method_version}），变化全部来自数据"
    try:
        method = method_of(new.method_version, methods)
        made = method(inputs_of(release, snapshots), release.kind, release.name, release.seed)
    except YingcaiError as error:
        return None, f"方法由 {old.method_version} 改为 {new.method_version}，但未能回算：{error.message}"
    return made, f"方法由 {old.method_version} 改为 {new.method_version}，已用新方法回算上版数据"


def _inputs_or_none(release: Release, snapshots: Place) -> Inputs | None:
    try:
        return inputs_of(release, snapshots)
    except (FileProblem, RefusedError):
        return None


def _sources(inputs: Inputs | None) -> dict[str, str]:
    if inputs is None or "source" not in inputs.vacancies.columns:
        return {}
    frame = inputs.vacancies
    return {str(key): str(name) for key, name in zip(frame["vacancy_id"], frame["source"], strict=True)}


def _corrected_between(before: tuple[Release, str], after: tuple[Release, str]) -> frozenset[str]:
    """Return the entries that errata touched after the earlier document and up to the later one."""
    release, version = after
    numbers = [record.version for record in release.versions]
    last = numbers.index(version)
    same = before[0].release_id == release.release_id
    first = numbers.index(before[1]) + 1 if same else 0
    return frozenset(
        erratum.entry_id for record in release.versions[first : last + 1] for erratum in record.errata
    )


def _reference(catalogue: AnyCatalogue, side: tuple[Release, str]) -> EditionRef:
    return EditionRef(
        release_id=side[0].release_id,
        version=side[1],
        as_of=catalogue.as_of,
        method_version=catalogue.method_version,
        snapshot=catalogue.snapshot,
        synthetic=catalogue.synthetic,
    )


def _change(pair: Pairing, cast: Mapping[str, Entry], context: Context) -> Change:
    one = pair.before[0] if len(pair.before) == 1 and pair.kind is not ChangeKind.SPLIT else None
    shown = pair.after or pair.before[0]
    level_before, level_after = _level(one), _level(pair.after)
    kind = pair.kind or _moved(level_before, level_after)
    back = cast.get(entry_key(one)) if one is not None else None
    values = (_value(one), _value(back), _value(pair.after))
    corrected = pair.after is not None and pair.after.entry_id in context.corrected
    split = None not in values and not corrected
    change = Change(
        kind=kind,
        before=tuple(entry.entry_id for entry in pair.before),
        after=None if pair.after is None else pair.after.entry_id,
        name=getattr(shown, "job_title", None) or shown.occ_name or "",
        section=shown.section,
        level_before=level_before,
        level_after=level_after,
        value_before=values[0],
        value_after=values[2],
        value_back_cast=values[1],
        total=_step(values[0], values[2]),
        method_effect=_step(values[0], values[1]) if split else None,
        data_effect=_step(values[1], values[2]) if split else None,
        reasons=(),
    )
    return change.model_copy(update={"reasons": _reasons(change, pair, cast, context)})


def _reasons(
    change: Change, pair: Pairing, cast: Mapping[str, Entry], context: Context
) -> tuple[ReasonCode, ...]:
    found = []
    if change.after in context.corrected:
        found.append(ReasonCode.ERRATUM)
    if change.kind in _CLASSIFIED:
        found.append(ReasonCode.CLASSIFICATION)
    if change.kind not in _UNCHANGED and _by_experts(pair):
        found.append(ReasonCode.EXPERT)
    if ReasonCode.ERRATUM in found:
        return tuple(found)
    return (*found, *_causes(change, pair, cast, context))


def _causes(
    change: Change, pair: Pairing, cast: Mapping[str, Entry], context: Context
) -> tuple[ReasonCode, ...]:
    """Tell method from data; of the data, whether a source came or went."""
    data = ReasonCode.SOURCE if _source_changed(pair, context) else ReasonCode.DATA
    if change.method_effect is not None and change.data_effect is not None:
        sizes = {ReasonCode.METHOD: abs(change.method_effect), data: abs(change.data_effect)}
        return tuple(sorted((code for code, size in sizes.items() if size), key=lambda code: -sizes[code]))
    if change.kind in _UNCHANGED or change.kind in _CLASSIFIED or context.back_cast is None:
        return ()
    return (_came_or_went(change, pair, cast, data),)


def _came_or_went(change: Change, pair: Pairing, cast: Mapping[str, Entry], data: ReasonCode) -> ReasonCode:
    """Tell why an entry, or its rating, is on one side only: the back-cast shows the part of the method."""
    back = cast.get(entry_key(pair.after or pair.before[0]))
    if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
        method = (back is not None) is (pair.after is not None)
    else:
        method = (_value(back) is not None) is (change.value_after is not None)
    return ReasonCode.METHOD if method else data


def _by_experts(pair: Pairing) -> bool:
    entries = [entry for entry in (*pair.before, pair.after) if isinstance(entry, ShortageEntry)]
    return any(entry.route == "专家" for entry in entries)


def _source_changed(pair: Pairing, context: Context) -> bool:
    came, went = context.came_and_went
    earlier, later = context.sources
    new = {later.get(name) for name in (pair.after.vacancy_ids if pair.after else ())}
    old = {earlier.get(name) for entry in pair.before for name in entry.vacancy_ids}
    return bool(new & came or old & went)


def _moved(before: int | None, after: int | None) -> ChangeKind:
    if before is None or after is None:
        if before is after:
            return ChangeKind.SAME
        return ChangeKind.RATED if before is None else ChangeKind.UNRATED
    if before == after:
        return ChangeKind.SAME
    return ChangeKind.UP if after > before else ChangeKind.DOWN


def _level(entry: Entry | None) -> int | None:
    if entry is None:
        return None
    return entry.headcount if isinstance(entry, DemandEntry) else entry.star


def _value(entry: Entry | None) -> float | None:
    if entry is None:
        return None
    if isinstance(entry, DemandEntry):
        return None if entry.headcount is None else float(entry.headcount)
    return entry.S


def _step(first: float | None, last: float | None) -> float | None:
    return None if first is None or last is None else round(last - first, 1)
