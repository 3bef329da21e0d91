"""Results of a match job as files: NDJSON, CSV and a workbook, each written as it is read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter

from api.jobs.answers import nature_of
from data.formulas import guarded
from data.jobs import Job

__all__ = ["ExportFormat", "csv_lines", "ndjson_lines", "write_workbook"]

_MAX_CELL = 32_000
_COLUMNS = {
    "序号": 6, "引用": 12, "状态": 14, "方向": 10, "查询编号": 20, "查询名称": 22,
    "位次": 6, "编号": 20, "名称": 22, "用人单位": 24, "地点": 16,
    "得分": 8, "对提问方": 9, "对对方": 8, "双向": 8, "概率": 8,
    "待核实": 30, "未体现的能力": 24, "依据": 40, "错误代码": 18, "说明": 30,
    "数据截至": 12, "模型版本": 24, "数据性质": 10,
}  # fmt: skip
_DIRECTIONS = {"profiles": "为岗找人", "vacancies": "为人找岗"}
_NEUTRAL = "只列化名档案编号，不含本人姓名、联系方式和文字；推荐供参考，录用由单位决定。"
_MEANING = "“待核实”是资料没有写明、未作判断的硬性条件；得分 0—100；“说明”写出没有结果的原因。"


class ExportFormat(StrEnum):
    """How results are written."""

    NDJSON = "ndjson"
    """One JSON document a query and line."""
    CSV = "csv"
    """One row a result, for spreadsheets."""
    XLSX = "xlsx"
    """The same as a workbook."""

    @property
    def media_type(self) -> str:
        """The type of the content."""
        return _MEDIA_TYPES[self]


_Row = tuple[str | float | None, ...]

_MEDIA_TYPES = {
    ExportFormat.NDJSON: "application/x-ndjson; charset=utf-8",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def ndjson_lines(answers: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Write answers as one JSON document a line."""
    for answer in answers:
        yield (json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def csv_lines(answers: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Write answers as a table with a row for each result; text that looks like a formula is guarded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    yield "\ufeff".encode()
    writer.writerow(_COLUMNS)
    for answer in answers:
        writer.writerows([guarded(cell) for cell in row] for row in _rows(answer))
        yield _taken(text)
    yield _taken(text)


def write_workbook(path: Path, job: Job, answers: Iterable[Mapping[str, Any]]) -> None:
    """Write answers as a workbook; no text in it is ever run as a formula or made a link.

    Parameters
    ----------
    path
        File to write.
    job
        The job that they belong to.
    answers
        Its answers in order.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "constant_memory": True}  # fmt: skip
    synthetic = False
    with xlsxwriter.Workbook(str(path), options) as book:
        created = job.created_at.replace(tzinfo=None)
        book.set_properties({"title": f"批量匹配结果 {job.job_id}", "created": created})
        sheet = book.add_worksheet("结果")
        head = book.add_format({"bold": True, "bg_color": "#E7ECF2", "border": 1})
        for place, (name, width) in enumerate(_COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, head)
        sheet.freeze_panes(1, 0)
        number = 0
        for answer in answers:
            synthetic = synthetic or bool(answer.get("synthetic"))
            for row in _rows(answer):
                number += 1
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, place, value[:_MAX_CELL])
                    elif value is not None:
                        sheet.write_number(number, place, value)
        sheet.autofilter(0, 0, max(number, 1), len(_COLUMNS) - 1)
        notes = book.add_worksheet("说明")
        notes.set_column(0, 0, 100)
        for place, line in enumerate(_notes(job, synthetic=synthetic)):
            notes.write_string(place, 0, line)


def _notes(job: Job, *, synthetic: bool) -> tuple[str, ...]:
    return (
        f"批量匹配结果{'［含合成数据］' if synthetic else ''}",
        f"任务 {job.job_id}，{job.state.chinese}",
        f"查询 {job.total} 条，已答 {job.done} 条，其中出错 {job.failed} 条",
        f"数据性质：{'含合成数据' if synthetic else nature_of(synthetic=False)}",
        _NEUTRAL,
        _MEANING,
    )


def _taken(text: io.StringIO) -> bytes:
    """Return what was written, and begin anew."""
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


def _rows(answer: Mapping[str, Any]) -> Iterator[_Row]:
    """Return one row a result, or the one row that says why there is none."""
    query, error = answer.get("query") or {}, answer.get("error")
    asked = (answer["position"] + 1, answer.get("ref"))
    about = (_DIRECTIONS.get(answer.get("direction") or ""), query.get("id") or None, query.get("title"))
    made = (answer.get("as_of"), answer.get("model_version"))
    blank = (None,) * 13
    if error is not None:
        yield *asked, "未答", *about, *blank, error["code"], error["message"], *made, answer.get("nature")
        return
    for each in answer["results"]:
        gone: _Row = (each["rank"], *blank[1:], None, "此人的档案已删除")
        told = gone if each["id"] is None else (*_cells(each), None, None)
        nature = nature_of(synthetic=bool(query.get("synthetic") or each.get("synthetic")))
        yield *asked, "已答", *about, *told, *made, nature
    if not answer["results"]:
        yield *asked, "已答", *about, *blank, None, "没有符合硬性条件者", *made, answer.get("nature")


def _cells(result: Mapping[str, Any]) -> _Row:
    item = result["item"]
    scores = (round(result[name], 2) for name in ("score", "score_forward", "score_reverse", "score_mutual"))
    lists = (
        "；".join(result["to_verify"]),
        "、".join(result["missing_skills"]),
        "；".join(result["reasons"]),
    )
    shown = (item.get("title"), item.get("employer"), item.get("place"))
    return (result["rank"], result["id"], *shown, *scores, result["probability"], *lists)
