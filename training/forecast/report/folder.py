"""Write everything that is published of one forecast run into one folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.catalogue.artefacts.metadata import MEDIA_TYPES
from data.catalogue.artefacts.reports import Report
from data.catalogue.artefacts.typeset import typeset_report
from data.catalogue.artefacts.webpage import write_page
from data.catalogue.lists.documents import write_document
from data.errors import InputError
from data.forecasts.run import KeptRun
from data.forecasts.scores import scores_by_target
from data.releases.tables import write_csv
from training.forecast.report.pages import (
    FOLDER,
    Drawing,
    backtest_drawings,
    backtest_page,
    fan_drawings,
    forecast_page,
)
from training.forecast.report.tables import report_tables

__all__ = ["write_report"]

_MANIFEST = "manifest.json"
Progress = Callable[[str], None]


def write_report(run: KeptRun, out: Path, *, progress: Progress | None = None) -> list[Path]:
    """Write forecasts and back-test together: web pages, PDF, workbook, tables, charts and the run itself.

    Parameters
    ----------
    run
        The run as kept.
    out
        Folder to write to: a new or an empty one.
    progress
        Told what is written next.

    Returns
    -------
    list of Path
        The files, ``manifest.json`` with their hashes last; the same run gives the same bytes.

    Raises
    ------
    InputError
        The folder holds something.
    RefusedError
        The Chinese fonts are not installed.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("folder_not_empty", f"{out} 不是空文件夹", hint="换一个新的或空的文件夹")
    tell = progress or (lambda _: None)
    (out / FOLDER).mkdir(parents=True)
    tell("图表")
    fans, tests = fan_drawings(run), backtest_drawings(run)
    written = _draw((*fans, *tests), out, nature="合成数据" if run.synthetic else "真实数据")
    tell("数据")
    written += _tables(run, out)
    scores = [score for score in scores_by_target(run) if score.row["target"] == "sum"]
    for stem, page in (
        ("预测报告", forecast_page(run, fans, scores)),
        ("预测回测报告", backtest_page(run, tests, scores)),
    ):
        tell(stem)
        written += _print(page, stem, out)
    return [*sorted(written), _manifest(run, written, out)]


def _draw(drawings: Sequence[Drawing], out: Path, *, nature: str) -> list[Path]:
    """Write every chart with the table behind it."""
    written = []
    for drawing in drawings:
        svg, table = out / drawing.picture.file, out / drawing.picture.data
        svg.write_text(drawing.svg, encoding="utf-8", newline="\n")
        write_csv(table, (*drawing.header, "数据性质"), [(*row, nature) for row in drawing.rows])
        written += [svg, table]
    return written


def _tables(run: KeptRun, out: Path) -> list[Path]:
    """Write the workbook, one CSV a table, and the run as JSON."""
    document = report_tables(run)
    workbook, whole = out / "预测.xlsx", out / "预测.json"
    write_document(document, workbook)
    _write_json({**run.document, "run_id": run.run_id}, whole)
    written = [workbook, whole]
    nature = "合成数据" if run.synthetic else "真实数据"
    for table in document.tables:
        path = out / f"{table.name}.csv"
        write_csv(path, (*table.columns, "数据性质"), [(*row, nature) for row in table.rows])
        written.append(path)
    return written


def _print(report: Report, stem: str, out: Path) -> list[Path]:
    page, pdf = out / f"{stem}.html", out / f"{stem}.pdf"
    write_page(report, page, pictures=out)
    typeset_report(report, pdf, pictures=out)
    return [page, pdf]


def _manifest(run: KeptRun, written: Sequence[Path], out: Path) -> Path:
    """List every file with its hash, and what all of them rest on."""
    files = {
        path.relative_to(out).as_posix(): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
            "media_type": MEDIA_TYPES[path.suffix],
        }
        for path in sorted(written)
    }
    content = {
        "region": run.region_name,
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "method": run.method,
        "snapshot": run.snapshot,
        "nature": "合成数据" if run.synthetic else "真实数据",
        "files": files,
    }
    path = out / _MANIFEST
    _write_json(content, path)
    return path


def _write_json(content: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
