"""How the figures come about, in plain words, and how good the data of the current editions are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ServiceDependency
from api.pages.frame import render
from api.service import Service
from data.catalogue.disclosure import MAX_TOP2_SHARE, MIN_EMPLOYERS_SHOWN, ROUND_TO
from data.catalogue.entries import AnyCatalogue, CatalogueKind, Confidence, DemandEntry, ShortageEntry
from data.catalogue.indicators import FAMILIES, WEIGHTS
from data.catalogue.lists.talent_map import LEAST_PERSONS
from data.catalogue.rules import (
    GATE_RATIO,
    LEVELS,
    MARKS,
    MAX_TOP1_SHARE,
    MIN_EMPLOYERS,
    MIN_OUTCOMES,
    MIN_SPELLS,
    NOT_RATED,
    SURE,
    SURE_CHANGE,
)
from data.catalogue.words import COUNT_TEXTS, INDICATOR_MEANINGS, INDICATORS, LIMITS
from data.store.documents import current_edition_id

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_REASONS_SHOWN: Final = 8
_RULES: Final = {
    "marks": [f"{mark:g}" for mark in MARKS],
    "levels": LEVELS,
    "sure": SURE,
    "sure_change": SURE_CHANGE,
    "gate": GATE_RATIO,
    "not_rated": NOT_RATED,
    "spells": MIN_SPELLS,
    "employers": MIN_EMPLOYERS,
    "outcomes": MIN_OUTCOMES,
    "top1": MAX_TOP1_SHARE,
    "top2": MAX_TOP2_SHARE,
    "shown": MIN_EMPLOYERS_SHOWN,
    "round": ROUND_TO,
    "persons": LEAST_PERSONS,
}


class Share(NamedTuple):
    """How many of some have something."""

    label: str
    """What they have."""
    having: int
    """How many have it."""
    total: int
    """Of how many."""

    @property
    def percent(self) -> str:
        """The share in print."""
        return f"{self.having / self.total:.0%}" if self.total else "—"


class Term(NamedTuple):
    """One indicator in a worked example."""

    name: str
    """Its name."""
    score: float
    """Its score, 0 to 100."""
    weight: float
    """Its weight among those present."""


class Worked(NamedTuple):
    """An entry whose index is worked out."""

    entry: ShortageEntry
    """The entry."""
    terms: tuple[Term, ...]
    """Its indicators."""
    missing: tuple[str, ...]
    """Names of those without data."""


@router.get("/method", response_class=HTMLResponse)
def show_method(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show what the index is, how data flow, what is hidden, and the quality of the current editions."""
    shortage, demand = (_current(service, kind) for kind in (CatalogueKind.SHORTAGE, CatalogueKind.DEMAND))
    rated = _entries(shortage)
    return render(
        request,
        service,
        "public_method.html",
        "方法与数据质量",
        rules=_RULES,
        measures=[
            (name, INDICATOR_MEANINGS[field], FAMILIES[key], WEIGHTS[key])
            for (field, name), key in zip(INDICATORS.items(), WEIGHTS, strict=True)
        ],
        worked=_worked(rated),
        limits=LIMITS,
        editions=[each for each in (shortage, demand) if each is not None],
        count_texts=COUNT_TEXTS,
        shares=_shares(demand),
        sections=_sections(rated),
        grades=Counter(entry.confidence for entry in rated),
        confidences=list(Confidence),
        reasons=Counter(
            reason.text for entry in rated if entry.star is None for reason in entry.reasons
        ).most_common(_REASONS_SHOWN),
    )


def _current(service: Service, kind: CatalogueKind) -> AnyCatalogue | None:
    number = current_edition_id(service.store, service.region.name, kind)
    return None if number is None else service.documents.read(number).catalogue


def _entries(catalogue: AnyCatalogue | None) -> list[ShortageEntry]:
    entries = () if catalogue is None else catalogue.entries
    return [entry for entry in entries if isinstance(entry, ShortageEntry)]


def _worked(entries: Sequence[ShortageEntry]) -> Worked | None:
    """Work out the entry that rests on most indicators, of these the one with the highest index."""
    rated = [entry for entry in entries if entry.S is not None]
    if not rated:
        return None
    chosen = max(rated, key=lambda entry: (len(entry.weights_used), entry.S or 0.0, entry.entry_id))
    terms, missing = [], []
    for field, name in INDICATORS.items():
        found, weight = getattr(chosen.indicators, field), chosen.weights_used.get(field)
        if found is None or weight is None:
            missing.append(name)
        else:
            terms.append(Term(name, found.score, weight))
    return Worked(chosen, tuple(terms), tuple(missing))


def _shares(demand: AnyCatalogue | None) -> list[Share]:
    """Tell how complete the vacancies of the demand catalogue are."""
    entries = [] if demand is None else [e for e in demand.entries if isinstance(e, DemandEntry)]
    if not entries:
        return []
    postings = sum(len(entry.posting_ids) for entry in entries)
    counted = sum(bool(entry.posting_ids) for entry in entries)
    has = {
        "写明人数": lambda entry: entry.headcount is not None,
        "写明月薪": lambda entry: entry.pay_month_min is not None or entry.pay_month_max is not None,
        "已编职业代码": lambda entry: entry.occ_code is not None,
        "写明区县": lambda entry: bool(entry.district),
        "写明学历或同等技能": lambda entry: entry.education_or_equiv is not None,
        "写明有效期": lambda entry: entry.valid_until is not None,
    }
    found = [Share(label, sum(map(test, entries)), len(entries)) for label, test in has.items()]
    return [*found, Share("招聘信息中并入同一需求的", postings - counted, postings)]


def _sections(entries: Sequence[ShortageEntry]) -> list[Share]:
    """Tell how many entries of each key industry are rated."""
    every = Counter(entry.section for entry in entries)
    rated = Counter(entry.section for entry in entries if entry.S is not None)
    return [Share(name, rated[name], total) for name, total in every.items()]
