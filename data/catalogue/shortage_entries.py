"""Turn decisions on cells into the entries of the shortage catalogue, in printing order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data.catalogue.city import RatedCity
from data.catalogue.decisions import ACTIONS, Decision
from data.catalogue.disclosure import is_confidential
from data.catalogue.entries import METHOD_VERSION, ObsStatus, ShortageEntry
from data.catalogue.experts import EXPERT_LEVEL
from data.catalogue.figures import ABSENT, shown_figures
from data.catalogue.requirements import commonest_education, named_by_several
from data.catalogue.rules import level_text
from data.catalogue.sections import (
    OTHER_SECTION,
    CatalogueRegion,
    entry_ids,
    section_order,
    talent_category,
)
from data.catalogue.suppression import hidden_counts
from data.reference import occupation_names

__all__ = ["shortage_entries"]

Key = tuple[str, str | None]


def shortage_entries(
    decisions: Sequence[Decision],
    cities: Mapping[bool, RatedCity],
    *,
    region: CatalogueRegion,
    edition: str,
    snapshot: str,
) -> tuple[ShortageEntry, ...]:
    """Write the entries of an edition.

    Parameters
    ----------
    decisions
        All cells.
    cities
        What was concluded, by whether the data are generated.
    region
        Prefix and key industries.
    edition
        The edition.
    snapshot
        Identifier of the data.

    Returns
    -------
    tuple of ShortageEntry
        By section; within it the most stars and the highest index first.
    """
    natures = [_is_synthetic(decision) for decision in decisions]
    keys = [
        (decision.rated.key[1] or "", decision.rated.key[0], "synthetic" if synthetic else "real")
        for decision, synthetic in zip(decisions, natures, strict=True)
    ]
    ids = entry_ids(keys, prefix=region.entry_prefix, letter="S", edition=edition)
    sections = [decision.rated.cell.key_industry or OTHER_SECTION for decision in decisions]
    order = section_order(region.key_industries, sections)
    hidden = {nature: _also_hidden(decisions, synthetic=nature) for nature in cities}

    def place(row: int) -> tuple[int, int, float, str, bool]:
        rated = decisions[row].rated
        index = (rated.measured.index or 0.0) if rated.star is not None else 0.0
        star = -1 if rated.star is None else rated.star
        return order[sections[row]], -star, -round(index, 1), rated.cell.occ_code, natures[row]

    entries: list[ShortageEntry] = []
    seq: dict[str, int] = {}
    for row in sorted(range(len(decisions)), key=place):
        section, decision = sections[row], decisions[row]
        seq[section] = seq.get(section, 0) + 1
        facts = {"seq": seq[section], "entry_id": ids[row], "section": section, "snapshot": snapshot}
        also_hidden = decision.rated.key in hidden[natures[row]]
        entries.append(_entry(decision, cities[natures[row]], facts, also_hidden=also_hidden))
    return tuple(entries)


def _is_synthetic(decision: Decision) -> bool:
    return bool(decision.rated.cell.frame["synthetic"].iloc[0])


def _also_hidden(decisions: Sequence[Decision], *, synthetic: bool) -> set[Key]:
    """Cells whose counts must go because confidential ones would follow from them and the totals."""
    cells = [decision.rated for decision in decisions if _is_synthetic(decision) == synthetic]
    industries = sorted({rated.key[1] or "" for rated in cells})
    codes = sorted({rated.key[0] for rated in cells})
    counts = np.zeros((len(industries), len(codes)))
    primary = np.zeros(counts.shape, dtype=np.bool_)
    for rated in cells:
        at = industries.index(rated.key[1] or ""), codes.index(rated.key[0])
        counts[at] = rated.cell.n_spell
        primary[at] = is_confidential(rated.cell.spells_by_employer)
    if not primary.any():
        return set()
    hidden = hidden_counts(counts, primary)
    return {(codes[column], industries[row] or None) for row, column in np.argwhere(hidden[:-1, :-1])}


def _entry(
    decision: Decision, city: RatedCity, facts: Mapping[str, object], *, also_hidden: bool
) -> ShortageEntry:
    rated = decision.rated
    cell, frame = rated.cell, rated.cell.frame
    figures, status = shown_figures(rated, city.stage, also_hidden=also_hidden)
    judged = _judged(decision)
    return ShortageEntry.model_validate(
        {
            **facts,
            **figures,
            **judged,
            "key_industry": cell.key_industry,
            "occ_code": cell.occ_code,
            "occ_name": _name(decision),
            "talent_category": talent_category(cell.occ_code),
            "skills_required": named_by_several(frame["skills"], frame["employer"], k=8),
            "major_codes": named_by_several(frame["majors"], frame["employer"], k=5),
            "education_or_equiv": commonest_education(frame["education"]),
            "confidence": rated.confidence,
            "members": rated.members,
            "vacancy_ids": tuple(frame["vacancy_id"]),
            "posting_ids": tuple(posting for postings in frame["posting_ids"] for posting in postings),
            "synthetic": _is_synthetic(decision),
            "obs_status": {**status, **_marks(decision, city, judged)},
            "method_version": METHOD_VERSION,
            **dict.fromkeys(ABSENT),
        }
    )


def _judged(decision: Decision) -> dict[str, object]:
    """Collect what was decided, beside the figures."""
    urgency, by_vote = decision.urgency, decision.nomination is not None
    return {
        "level": EXPERT_LEVEL if by_vote else level_text(decision.rated.star),
        "U_score": None if urgency.score is None else round(urgency.score, 1),
        "U_parts": urgency.parts or None,
        "listed": decision.listing.listed,
        "list_status": decision.listing.status,
        "cause_codes": decision.causes,
        "actions": tuple(ACTIONS[code] for code in decision.causes) if decision.rated.star else (),
        "route": "专家" if by_vote else "测算",
        "reasons": decision.reasons,
        "prev_entry": decision.before.entry_id if decision.before else None,
        "change": decision.change,
    }


def _marks(decision: Decision, city: RatedCity, judged: Mapping[str, object]) -> dict[str, ObsStatus]:
    """Mark what is missing, what does not apply to an expert's entry and what cannot be compared."""
    fields = ("U_score", "U_parts", "listed", "prev_entry", "change")
    marks = {name: ObsStatus.MISSING for name in fields if judged[name] is None}
    if decision.nomination is not None:
        marks |= dict.fromkeys(("star", "S", "S_lo", "S_hi"), ObsStatus.NOT_APPLICABLE)
    if city.before.exists and not city.before.is_comparable:
        broken = ("star", "S", "change") if decision.rated.star is not None else ("change",)
        marks |= dict.fromkeys(broken, ObsStatus.BREAK)
    return marks


def _name(decision: Decision) -> str:
    """Name of the occupation, or of the group with a word that says so."""
    cell = decision.rated.cell
    if decision.rated.members:
        return f"{occupation_names().get(cell.occ_code, cell.occ_code)}（样本不足职业合并）"
    names = cell.frame["occupation_name"].dropna()
    return str(names.iloc[0]) if len(names) else cell.occ_code
