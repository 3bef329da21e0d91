"""Models, for data scientists: what serves, who decided so, and what was measured before."""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.responses import Response

from api.access.principal import Principal
from api.bundles import DEEDS, DEFAULT, brings, grounds
from api.dependencies import ServiceDependency, requires
from api.pages.fields import shown_time
from api.pages.frame import render
from api.pages.science_records import DriftFile, FairnessFile, GateFile
from api.pages.science_reports import find, listed
from api.pages.science_runs import STATES, Asked, read_runs
from api.pages.science_views import bars_of, rules_of
from api.service import Service
from data.errors import StoreError, UnknownName
from data.forecasts import KeptRun
from data.forecasts.words import method_name
from data.permissions import Scope
from data.store.documents import current_forecast
from data.store.promotions import Promotion, ledger_faults, read_promotions
from matching.bundle import Manifest, bundle_folder

__all__ = ["inside"]

inside = APIRouter(prefix="/science", include_in_schema=False)

Reader = Annotated[Principal, requires(Scope.STREAMS_READ)]
Name = Annotated[str, Path(max_length=100)]
Choice = Annotated[str, Query(max_length=250)]
_GATES: Final = ("gate", "*.json")
_DRIFTS: Final = ("drift", "*/drift.json")
_AUDITS: Final = ("fairness", "*.json")
_FEW, _MANY = 5, 50


class _Entry(NamedTuple):
    """An entry of the ledger as it is shown."""

    entry: Promotion
    """The entry."""
    time: str
    """When, in the time of China."""
    deed: str
    """What was done."""
    why: str
    """What it rests on."""
    passed: bool
    """Whether the gate let it pass."""


@inside.get("", response_class=HTMLResponse)
def show_models(request: Request, service: ServiceDependency, _: Reader) -> Response:
    """Show what serves now and the newest of everything that was measured."""
    folder = service.settings.var_dir
    entries = read_promotions(service.store)
    return render(
        request,
        service,
        "science.html",
        "模型",
        serving=_serving(service, entries),
        forecast=_forecast(service),
        ledger=[_entry(each) for each in reversed(entries[-_FEW:])],
        faults=ledger_faults(entries),
        total=len(entries),
        gates=listed(folder / _GATES[0], _GATES[1], GateFile),
        drifts=listed(folder / _DRIFTS[0], _DRIFTS[1], DriftFile),
        audits=listed(folder / _AUDITS[0], _AUDITS[1], FairnessFile),
        training=read_runs(service.settings, limit=_FEW),
    )


@inside.get("/ledger", response_class=HTMLResponse)
def show_ledger(request: Request, service: ServiceDependency, _: Reader) -> Response:
    """Show every change of what serves, and whether the chain holds."""
    entries = read_promotions(service.store)
    return render(
        request,
        service,
        "science_ledger.html",
        "模型更换记录",
        ledger=[_entry(each) for each in reversed(entries)],
        faults=ledger_faults(entries),
    )


@inside.get("/runs", response_class=HTMLResponse)
def show_runs(
    request: Request,
    service: ServiceDependency,
    _: Reader,
    experiment: Choice = "",
    state: Choice = "",
    figure: Choice = "",
) -> Response:
    """Show the newest training runs, or those of an experiment, in a state, or ranked by a figure."""
    asked = Asked(experiment, state if state in STATES else "", figure)
    runs = read_runs(service.settings, limit=_MANY, asked=asked)
    shown: dict[str, Any] = {"training": runs, "asked": asked, "states": STATES, "most": _MANY}
    return render(request, service, "science_runs.html", "训练运行", **shown)


@inside.get("/gates/{name}", response_class=HTMLResponse)
def show_gate(request: Request, service: ServiceDependency, _: Reader, name: Name) -> Response:
    """Show one decision of the gate: rule by rule, slice by slice."""
    report = find(service.settings.var_dir / _GATES[0], _GATES[1], GateFile, name)
    return render(
        request,
        service,
        "science_gate.html",
        f"准入：{report.candidate.name}",
        report=report,
        rules=rules_of(report),
        bars=bars_of(report.verdict.comparisons),
        fairness=sorted({*report.candidate.fairness, *report.champion.fairness}),
        speeds=sorted({*report.candidate.latency_ms, *report.champion.latency_ms}),
    )


@inside.get("/drift/{name}", response_class=HTMLResponse)
def show_drift(request: Request, service: ServiceDependency, _: Reader, name: Name) -> Response:
    """Show what changed between two periods."""
    report = find(service.settings.var_dir / _DRIFTS[0], _DRIFTS[1], DriftFile, name)
    title = f"数据漂移：{report.before.first_on[:7]} 与 {report.after.first_on[:7]}"
    return render(request, service, "science_drift.html", title, report=report)


@inside.get("/fairness/{name}", response_class=HTMLResponse)
def show_fairness(request: Request, service: ServiceDependency, _: Reader, name: Name) -> Response:
    """Show one audit of fairness."""
    report = find(service.settings.var_dir / _AUDITS[0], _AUDITS[1], FairnessFile, name)
    return render(request, service, "science_fairness.html", "公平性审计", report=report, name=name)


def _serving(service: Service, entries: tuple[Promotion, ...]) -> dict[str, Any]:
    """Return what serves, since when, by whom and why."""
    last = entries[-1] if entries else None
    wanted = None if last is None else last.bundle_to
    serving = service.refresher.serving
    encoder, _, ranker = serving.matcher.model_version.rpartition("+")
    manifest = None if wanted is None else _manifest(service, wanted)
    return {
        "bundle": wanted or DEFAULT,
        "manifest": manifest,
        "holds": "" if manifest is None else brings(manifest),
        "missing": wanted is not None and manifest is None,
        "pending": serving.basis.champion != wanted,
        "failure": serving.failure,
        "entry": None if last is None else _entry(last),
        "encoder": encoder,
        "ranker": ranker,
    }


def _manifest(service: Service, bundle_id: str) -> Manifest | None:
    """Return what a bundle says of itself; None where it is not here or cannot be read."""
    try:
        folder = bundle_folder(service.settings.bundles_dir, bundle_id)
        return Manifest.model_validate_json((folder / "manifest.json").read_text(encoding="utf-8"))
    except (UnknownName, StoreError, OSError, ValidationError, ValueError):
        return None


def _forecast(service: Service) -> dict[str, Any] | None:
    """Return which forecast is shown to the public; None where there is none."""
    row = current_forecast(service.store, service.region.name)
    if row is None:
        return None
    run = KeptRun.from_row(row)
    method = run.published_method
    return {"run": run, "method": "" if method is None else method_name(method)}


def _entry(entry: Promotion) -> _Entry:
    gate = entry.evidence.get("gate") or {}
    passed = bool(gate) and not entry.evidence.get("override")
    return _Entry(entry, shown_time(entry.at), DEEDS[entry.action], grounds(entry), passed)
