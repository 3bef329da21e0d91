"""``yingcai demo``: the whole way of the data on embedded defaults."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
import uvicorn

from api.app import create_app
from api.commands.catalogue import show_catalogue
from api.commands.forecast import make_forecast, show_forecast
from api.commands.ingest import ingest_one, show_report
from api.commands.match import load_matcher, show_matches
from api.commands.serve import server_options
from api.console import RegionOption, Session, note, progress_bar, say
from api.jobs.demo import write_demo_city
from api.looks import note_matches
from api.service import Service
from data.catalogue.export import export_catalogue
from data.editions import build_editions
from data.errors import FileProblem, RefusedError
from data.forecasts import KeptRun
from data.regions import Region
from data.self_forecast import read_self_forecasts, synthetic_self_forecasts
from data.settings import current_settings
from data.sources.columns import TableKind
from data.store.documents import current_forecast
from data.store.self_forecasts import write_self_forecast_rows
from matching.matcher import Matcher


def run(
    *,
    postings: Annotated[
        Path | None, typer.Option(help="用这个真实文件代替合成招聘信息；人才档案仍为合成数据")
    ] = None,
    region: RegionOption = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="结束后启动接口与页面")] = True,
) -> None:
    """从空白到目录、预测、匹配与接口走一遍；已完成的步骤不重复。"""
    session = demo_session(postings, region)
    folder = session.settings.var_dir
    say(f"一、编码模型：{session.model.details.get('name')}")
    synthetic = folder / "synthetic"
    if not (synthetic / "profiles.csv").is_file():
        note("生成合成营口数据")
        write_demo_city(synthetic)
    say("二、导入")
    for path, kind in (
        (postings or synthetic / "postings.csv", TableKind.POSTING),
        (synthetic / "profiles.csv", TableKind.PROFILE),
    ):
        for report in ingest_one(session, path, kind=kind):
            show_report(report, session)
    if postings is None:
        import_self_forecasts(session, synthetic)
    say("三、编制目录")
    with progress_bar() as steps:
        steps.step("编制目录", 0, 0)
        built = build_editions(session.store, session.region, snapshots=session.settings.snapshots_dir)
    for catalogue in built:
        show_catalogue(catalogue, limit=8)
        export_catalogue(catalogue, folder / "catalogue")
    say("四、预测")
    write_json(folder / "forecast.json", forecast_or_reason(session))
    told = forecast_report(session)
    say("五、匹配")
    matcher = load_matcher(session)
    show_examples(session, matcher, folder)
    say(f"产物在 {folder}：catalogue/（XLSX、CSV、JSON）、forecast.json、matches.json、reports/（问题清单）")
    if told is not None:
        say(f"预测与回测报告在 {told}：PDF、HTML、XLSX、CSV、JSON 与图表")
    if serve:
        service = Service.from_store(
            session.store, session.region, session.settings, session.model, matcher=matcher
        )
        address = (session.settings.api_host, session.settings.api_port)
        say(f"六、接口与页面：http://{address[0]}:{address[1]}/ （按 Ctrl-C 停止）")
        app = create_app(session.settings, service=service)
        uvicorn.run(app, host=address[0], port=address[1], **server_options())


def demo_session(postings: Path | None, region: str | None) -> Session:
    """Return a session whose database and artefacts stand apart for every file demonstrated.

    The database is always SQLite in that folder: generated rows never reach the one in service.

    Raises
    ------
    FileProblem
        The file is not there.
    """
    settings = current_settings()
    folder = settings.var_dir / "demo"
    if postings is not None:
        if not postings.is_file():
            raise FileProblem("file_missing", f"没有文件 {postings}", hint="检查 POSTINGS= 后的路径")
        key = hashlib.sha256(str(postings.resolve()).encode()).hexdigest()[:6]
        folder /= f"{postings.name.split('.')[0]}-{Path(region or settings.region).stem}-{key}"
    return Session(
        region=region, settings=settings.model_copy(update={"var_dir": folder, "database_url": ""})
    )


def import_self_forecasts(session: Session, folder: Path) -> None:
    """Import what part of the generated employers say that they will hire; the same rows add nothing.

    Parameters
    ----------
    session
        The session.
    folder
        Where the generated city lies with its truth; nothing happens where it has too few
        complete quarters.
    """
    truth = pd.read_csv(folder / "truth_vacancies.csv", encoding="utf-8-sig", parse_dates=["opened_on"])
    last = (truth["opened_on"].max() + pd.offsets.MonthEnd(0)).date()
    rows = synthetic_self_forecasts(truth, end=last)
    if rows.empty:
        note("合成数据的季度太少，没有单位自报")
        return
    file = folder / "self_forecasts.csv"
    rows.to_csv(file, index=False, encoding="utf-8-sig", lineterminator="\n")
    read = read_self_forecasts(file, session.region, today=last)
    kept = write_self_forecast_rows(
        session.store, session.region.name, [forecast.row for forecast in read.forecasts]
    )
    say(f"单位自报的需求（合成数据）：新收 {kept.new} 条，更正 {kept.revised} 条，已有 {kept.unchanged} 条")


def forecast_report(session: Session) -> Path | None:
    """Write the report of the newest run once, and return its folder; None without a run or the fonts."""
    from training.forecast.report import write_report

    row = current_forecast(session.store, session.region.name)
    if row is None:
        return None
    out = session.settings.var_dir / "forecast" / str(row["run_id"])
    if (out / "manifest.json").is_file():
        return out
    shutil.rmtree(out, ignore_errors=True)
    try:
        with progress_bar() as steps:
            write_report(KeptRun.from_row(row), out, progress=lambda name: steps.step(name, 0, 0))
    except RefusedError as error:
        say(f"没有写预测报告：{error}")
        return None
    return out


def forecast_or_reason(session: Session) -> dict[str, Any]:
    """Forecast, or say why there is nothing to forecast from."""
    try:
        document = make_forecast(session)
    except RefusedError as error:
        say(f"暂不评价：{error}")
        return {"status": "refused", "reasons": [{"code": error.code, "message": str(error)}]}
    show_forecast(document, limit=14)
    return document


def show_examples(session: Session, matcher: Matcher, folder: Path) -> None:
    """Match one profile and one vacancy of the region's, show both, and keep them as JSON.

    The examples say much, so that there is something to explain.
    """
    matches = []
    for pool, match in (
        (matcher.profiles, matcher.match_profile),
        (matcher.vacancies, matcher.match_vacancy),
    ):
        if not len(pool):
            note("没有可匹配的" + ("需求" if pool.vacancies else "人才档案"))
            continue
        row = max(pool.rows, key=lambda row: _tells_much(row, session.region))
        found = match(row["id"], k=5)
        note_matches(session.store, session.settings, found)
        show_matches(found, as_json=False)
        matches.append(found.model_dump(mode="json"))
    write_json(folder / "matches.json", {"matches": matches})


def _tells_much(row: dict[str, Any], region: Region) -> tuple[bool, bool, int, float, str]:
    """Sort examples: of the region, with text, with many skills, with many places or years."""
    size = row.get("heads") or row.get("experience_years") or 0.0
    return (
        region.contains(row["place_code"]),
        bool(row["text"]),
        min(len(row["skills"]), 8),
        size,
        row["id"],
    )


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a document as UTF-8 JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n", "utf-8")
