"""One entry of a catalogue: its rating, the evidence behind it, and what it was in earlier editions."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ServiceDependency
from api.editions import readable_editions
from api.pages.entry_charts import history_chart
from api.pages.entry_data import structured_data
from api.pages.frame import render
from api.service import Service
from data.catalogue.entries import AnyCatalogue, CatalogueKind, Entry, Indicator, ShortageEntry
from data.catalogue.words import CAUSE_MEANINGS, CAUSES, INDICATOR_MEANINGS, INDICATORS
from data.releases.registry import Release, status_label
from data.store.documents import current_edition_id
from data.store.moments import beijing_today

__all__ = ["Appearance", "router"]

router = APIRouter(include_in_schema=False)
Key = Annotated[str, Path(max_length=64)]


class Appearance(NamedTuple):
    """An entry as it stood in one edition."""

    catalogue: AnyCatalogue
    """The edition."""
    entry: Entry
    """The entry."""
    label: str
    """Where the edition stands, such as 已发布."""
    address: str
    """Page of the edition."""
    release_id: int | None = None
    """Number of the edition; None for a catalogue outside of any."""


class Measure(NamedTuple):
    """One of the six indicators of an entry."""

    name: str
    """Its name."""
    meaning: str
    """What it asks, in plain words."""
    indicator: Indicator | None
    """Its figures; None where there are none."""
    weight: float | None
    """Its share of the index, 0 to 1."""
    observed: str
    """What was observed, with its unit."""
    used: str
    """What was scored instead of it, with its unit."""


@router.get("/catalogues/{kind}/entries/{key}", response_class=HTMLResponse)
def show_entry(request: Request, service: ServiceDependency, kind: CatalogueKind, key: Key) -> HTMLResponse:
    """Show an entry as in the current edition, else as in the newest that has it; the address stays."""
    appearances = _appearances(service, kind, key)
    if not appearances:
        title = "没有这个条目"
        return render(request, service, "entry_unknown.html", title, status=404, kind=kind)
    now = appearances[0]
    name = now.entry.occ_name if isinstance(now.entry, ShortageEntry) else now.entry.job_title
    return render(
        request,
        service,
        "entry_shortage.html" if kind is CatalogueKind.SHORTAGE else "entry_demand.html",
        name,
        kind=kind,
        now=now,
        entry=now.entry,
        appearances=appearances,
        chart=history_chart(_rated(appearances)),
        measures=_measures(now.entry) if isinstance(now.entry, ShortageEntry) else (),
        causes=[(CAUSES[code], CAUSE_MEANINGS[code]) for code in getattr(now.entry, "cause_codes", ())],
        structured=structured_data(now.entry, service.region.name_zh),
    )


def _appearances(service: Service, kind: CatalogueKind, key: str) -> list[Appearance]:
    """Collect an entry from the editions that the public may read, the current one first, then the newest."""
    current = current_edition_id(service.store, service.region.name, kind)
    editions = readable_editions(service, kind, office=False)
    found = [(release.latest.edition_id, release) for release in editions]
    ordered = sorted(found, key=lambda each: (each[0] != current, -each[1].release_id))
    numbers: list[tuple[int, Release | None]] = [*ordered]
    if current is not None and current not in dict(numbers):
        numbers.insert(0, (current, None))
    shown = (_appearance(service, kind, number, release, key) for number, release in numbers)
    return [each for each in shown if each is not None]


def _appearance(
    service: Service, kind: CatalogueKind, number: int, release: Release | None, key: str
) -> Appearance | None:
    document = service.documents.read(number)
    entry = document.by_key.get(key)
    if entry is None:
        return None
    address = f"/catalogues/{kind.value}"
    if release is None:
        return Appearance(document.catalogue, entry, "草案（未发布）", address)
    label = status_label(release.state, release.valid_to, on=beijing_today())
    return Appearance(
        document.catalogue, entry, label, f"{address}/editions/{release.release_id}", release.release_id
    )


def _rated(appearances: list[Appearance]) -> list[tuple[AnyCatalogue, ShortageEntry]]:
    pairs = ((each.catalogue, each.entry) for each in appearances)
    return [
        (made, entry) for made, entry in pairs if isinstance(entry, ShortageEntry) and entry.S is not None
    ]


_UNITS: Final = {
    "i1": ("{:,.1f} 个空岗", "{:,.1f} 个空岗"),
    "i2": ("{:,.0f} 天", "参照的 {:,.1f} 倍"),
    "i3": ("{:.0%}", "{:.0%}"),
    "i4": ("{:,.1f} 份", "{:,.1f} 份"),
    "i5": ("{:+.1%}", "{:+.1f} 个标准差"),
    "i6": ("{:.0%}", "{:.0%}"),
}
"""How the observed value of an indicator is written, and the value that is scored."""


def _measures(entry: ShortageEntry) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            name,
            INDICATOR_MEANINGS[field],
            getattr(entry.indicators, field),
            entry.weights_used.get(field),
            *_figures(field, getattr(entry.indicators, field)),
        )
        for field, name in INDICATORS.items()
    )


def _figures(field: str, indicator: Indicator | None) -> tuple[str, str]:
    if indicator is None:
        return "—", "—"
    values = (indicator.raw, indicator.used)
    observed, used = (
        "—" if value is None else form.format(value)
        for form, value in zip(_UNITS[field[:2]], values, strict=True)
    )
    return observed, used
