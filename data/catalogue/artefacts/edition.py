"""Write everything that the office publishes of one edition, all from one snapshot, into one folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from data.catalogue.artefacts.charts import Chart, chart_style, save_chart
from data.catalogue.artefacts.charts_of_entries import entry_charts
from data.catalogue.artefacts.charts_of_market import employer_spells, market_charts
from data.catalogue.artefacts.metadata import MEDIA_TYPES, check_document, dcat_of, schema_of
from data.catalogue.artefacts.method import method_page
from data.catalogue.artefacts.notice import Signature, notice_of, write_notice
from data.catalogue.artefacts.pages import analysis_page, catalogue_page, change_rows, changes_page
from data.catalogue.artefacts.quality import quality_page, robustness_page
from data.catalogue.artefacts.reports import BANNER, Report, banner_of
from data.catalogue.artefacts.robustness import Market, Robustness, measure_robustness
from data.catalogue.artefacts.typeset import typeset_report
from data.catalogue.artefacts.webpage import write_page
from data.catalogue.entries import AnyCatalogue, Catalogue, CatalogueKind, ShortageEntry, published
from data.catalogue.export import write_table
from data.catalogue.period import Period
from data.catalogue.workbook import write_workbook
from data.errors import InputError
from data.releases.changes import DiffReport, EditionRef
from data.releases.comparison import compare_catalogues
from data.releases.report import write_diff

__all__ = ["Standing", "export_edition"]

Progress = Callable[[str], None]
_CHARTS = "图表"
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Standing:
    """Where an edition stands in its life."""

    label: str = "草案（未发布）"
    """Its label for readers."""
    signature: Signature | None = None
    """Who signed it; empty until signed."""


def export_edition(
    catalogues: Sequence[AnyCatalogue],
    out: Path,
    *,
    market: Market | None = None,
    previous: Sequence[AnyCatalogue] = (),
    changes: Sequence[DiffReport] = (),
    standing: Standing | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write all artefacts of an edition.

    Parameters
    ----------
    catalogues
        One catalogue of each kind, or of one kind; all of one edition and one snapshot.
    out
        Folder to write to: a new or an empty one.
    market
        The data behind the edition; without them there is no robustness sheet and there are fewer charts.
    previous
        The edition before, by kind; without it there is nothing on changes.
    changes
        Changes with their parts of method and data, by kind; where left out they are compared without parts.
    standing
        Where the edition stands; a draft when left out.
    progress
        Told what is written next.

    Returns
    -------
    list of Path
        The files, ``manifest.json`` with their hashes last; the same arguments give the same bytes.

    Raises
    ------
    InputError
        No catalogue, two of a kind, two editions or snapshots, a folder that holds something, or a document
        that breaks its schema.
    RefusedError
        The Chinese fonts are not installed.
    """
    shown = _checked(catalogues, out)
    tell = progress or (lambda _: None)
    earlier = {catalogue.kind: catalogue for catalogue in previous}
    reports = {report.kind: report for report in changes}
    for catalogue in shown:
        if catalogue.kind in earlier and catalogue.kind not in reports:
            reports[catalogue.kind] = _compared(published(earlier[catalogue.kind]), catalogue)
    out.mkdir(parents=True, exist_ok=True)
    press = _Press(out, shown, standing or Standing(), tell)
    press.data_files(reports)
    press.notice()
    press.reports(market, reports)
    press.metadata(earlier, reports)
    return press.manifest()


def _checked(catalogues: Sequence[AnyCatalogue], out: Path) -> tuple[AnyCatalogue, ...]:
    """Return the catalogues as published, in order of kind."""
    basis = {(each.region, each.edition, each.snapshot, each.method_version) for each in catalogues}
    if len(basis) != 1 or len({each.kind for each in catalogues}) != len(catalogues):
        given = "、".join(f"{each.kind.title}{each.edition}（{each.snapshot}）" for each in catalogues)
        raise InputError(
            "not_one_edition",
            f"不是同一版次的目录：{given or '没有目录'}",
            hint="给出同一快照、同一版次的人才需求目录和急需紧缺人才目录，每种一个",
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("folder_not_empty", f"{out} 不是空文件夹", hint="换一个新的或空的文件夹")
    return tuple(published(each) for kind in CatalogueKind for each in catalogues if each.kind is kind)


def _compared(before: AnyCatalogue, after: AnyCatalogue) -> DiffReport:
    """Compare two documents by themselves, without a back-cast."""
    sides = [
        EditionRef(
            release_id=0,
            version=each.edition,
            as_of=each.as_of,
            method_version=each.method_version,
            snapshot=each.snapshot,
            synthetic=each.synthetic,
        )
        for each in (before, after)
    ]
    return DiffReport(
        kind=after.kind,
        before=sides[0],
        after=sides[1],
        back_cast="未回算上版，方法与数据的影响不分列。",
        source_change="",
        changes=compare_catalogues(before, after),
    )


class _Press:
    """The folder of one edition while it is written."""

    def __init__(
        self, out: Path, catalogues: tuple[AnyCatalogue, ...], standing: Standing, tell: Progress
    ) -> None:
        self.out, self.catalogues, self.standing, self.tell = out, catalogues, standing, tell
        self.first = catalogues[0]
        self.written: list[Path] = []

    def data_files(self, reports: Mapping[CatalogueKind, DiffReport]) -> None:
        """Write workbook, table, document and schema of every catalogue, all from the same entries."""
        for catalogue in self.catalogues:
            title = catalogue.kind.title
            self.tell(f"{title}数据")
            report = reports.get(catalogue.kind)
            workbook, table, document, schema = self._places(title, "xlsx", "csv", "json", "schema.json")
            write_workbook(catalogue, workbook, changes=change_rows(report) if report else ())
            write_table(catalogue, table)
            value, shape = catalogue.model_dump(mode="json"), schema_of(catalogue.kind)
            check_document(value, shape)
            _write_json(value, document)
            _write_json(shape, schema)
            if report:
                self.written += write_diff(report, self.out / f"{title}-变化")

    def notice(self) -> None:
        """Write the notice for signature."""
        self.tell("通知")
        self.written += write_notice(notice_of(self.catalogues, self.standing.signature), self.out)

    def reports(self, market: Market | None, reports: Mapping[CatalogueKind, DiffReport]) -> None:
        """Write every document for readers as web page and PDF."""
        label = self.standing.label
        spells = None if market is None else employer_spells(market.vacancies, Period(self.first.as_of))
        for place, catalogue in enumerate(self.catalogues, start=1):
            self._print(
                catalogue_page(catalogue, attachment=f"附件{place}", label=label), catalogue.kind.title
            )
            if catalogue.kind in reports:
                page = changes_page(reports[catalogue.kind], catalogue, label=label)
                self._print(page, f"{catalogue.kind.title}-变化说明")
        robustness: Robustness | None = None
        for catalogue in self.catalogues:
            if catalogue.kind is CatalogueKind.SHORTAGE:
                robustness = self._studies(cast("Catalogue[ShortageEntry]", catalogue), market)
        self._print(quality_page(self.catalogues, spells, robustness, label=label), "数据质量报告")

    def metadata(
        self, earlier: Mapping[CatalogueKind, AnyCatalogue], reports: Mapping[CatalogueKind, DiffReport]
    ) -> None:
        """Describe every catalogue for portals of open data."""
        signature = self.standing.signature
        for catalogue in self.catalogues:
            own = [path for path in self.written if path.stem.split(".")[0] == catalogue.kind.title]
            report = reports.get(catalogue.kind)
            counts = report.counts.items() if report else ()
            described = dcat_of(
                catalogue,
                [(path.relative_to(self.out), _sha256(path)) for path in own],
                previous=earlier.get(catalogue.kind),
                notes="，".join(f"{kind.chinese}{count}条" for kind, count in counts),
                issued=signature.signed_on.isoformat() if signature else None,
            )
            _write_json(described, *self._places(catalogue.kind.title, "dcat.jsonld"))

    def manifest(self) -> list[Path]:
        """List every file with its hash, and what all of them rest on."""
        first = self.first
        content = {
            "region": first.region,
            "edition": first.edition,
            "label": self.standing.label,
            "as_of": first.as_of.isoformat(),
            "method_version": first.method_version,
            "snapshot": first.snapshot,
            "nature": banner_of(*self.catalogues) or "真实数据",
            "files": {
                path.relative_to(self.out).as_posix(): {
                    "sha256": _sha256(path),
                    "bytes": path.stat().st_size,
                    "media_type": MEDIA_TYPES[path.suffix],
                }
                for path in sorted(self.written)
            },
        }
        path = self.out / _MANIFEST
        _write_json(content, path)
        return [*sorted(self.written), path]

    def _studies(self, catalogue: Catalogue[ShortageEntry], market: Market | None) -> Robustness | None:
        """Write what explains the ratings: method, robustness and charts."""
        label, robustness = self.standing.label, None
        self._print(method_page(catalogue, label=label), "方法说明")
        if market is not None:
            self.tell("稳健性检验")
            robustness = measure_robustness(catalogue, market)
            self._print(robustness_page(catalogue, robustness, label=label), "稳健性检验")
        charts = self._charts(catalogue, market)
        self._print(analysis_page(catalogue, charts, folder=_CHARTS, label=label), "分析报告")
        return robustness

    def _charts(self, catalogue: Catalogue[ShortageEntry], market: Market | None) -> list[Chart]:
        """Draw and keep the charts; where natures mix, real vacancies alone are drawn from the data."""
        self.tell("图表")
        folder = self.out / _CHARTS
        folder.mkdir()
        with chart_style():
            charts = entry_charts(catalogue)
            if market is not None:
                spells = employer_spells(market.vacancies, Period(catalogue.as_of))
                nature = bool(len(spells)) and bool(spells["synthetic"].all())
                own = market.profiles[market.profiles["synthetic"] == nature]
                kept = spells[spells["synthetic"] == nature]
                charts += market_charts(kept, own, banner=BANNER if nature else "")
            for chart in charts:
                self.written += save_chart(chart, folder, banner=banner_of(catalogue))
        return charts

    def _print(self, report: Report, stem: str) -> None:
        self.tell(stem)
        page, pdf = self._places(stem, "html", "pdf")
        write_page(report, page, pictures=self.out)
        typeset_report(report, pdf, pictures=self.out)

    def _places(self, stem: str, *ends: str) -> list[Path]:
        paths = [self.out / f"{stem}.{end}" for end in ends]
        self.written += paths
        return paths


def _write_json(value: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
