"""Write a catalogue as a workbook that prints on A4 landscape and filters on a screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from data.catalogue.columns import Column, Value, cell_value, indicator_columns, printed_columns
from data.catalogue.entries import AnyCatalogue, CatalogueKind, Entry

__all__ = ["write_workbook"]

A4 = 9
HEADER_ROW = 2
MAX_CELL = 32_000
NARROW = 20
CHANGE_WIDTH = 14
WIDE = 100

SYMBOL_TEXTS = (
    "数据标记：z 不适用；x 缺；c 保密（不是零）；b 断点；e 估计；p 初步。",
    "★ 关注；★★ 轻度紧缺；★★★ 中度紧缺；★★★★ 重度紧缺；★★★★★ 持续重度紧缺。",
)


class _Styles:
    """The few formats of a workbook."""

    def __init__(self, book: Workbook) -> None:
        base = {"font_name": "仿宋", "font_size": 10, "valign": "top"}
        self.title: Format = book.add_format({**base, "font_size": 16, "bold": True, "valign": "vcenter"})
        self.note: Format = book.add_format({**base, "text_wrap": True})
        self.header: Format = book.add_format(
            {**base, "bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#E7ECF2"}
        )
        self.text: Format = book.add_format({**base, "border": 1, "text_wrap": True})
        self.plain: Format = book.add_format(base)


def write_workbook(
    catalogue: AnyCatalogue,
    path: Path,
    *,
    changes: Sequence[Sequence[Value]] = (),
) -> None:
    """Write the sheets 目录, 指标 (of a shortage catalogue), 变化 (where something is given) and 说明.

    Parameters
    ----------
    catalogue
        The catalogue.
    path
        File to write; the same catalogue gives the same bytes.
    changes
        Rows of the sheet 变化, the heads first; without any there is no such sheet.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "constant_memory": True}  # fmt: skip
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({
            "title": catalogue.title, "comments": catalogue.snapshot,
            "created": dt.datetime.combine(catalogue.as_of, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None),
        })  # fmt: skip
        styles = _Styles(book)
        printed = printed_columns(catalogue.kind, synthetic=catalogue.synthetic)
        _table(book.add_worksheet("目录"), catalogue, printed, styles, symbols=False)
        if catalogue.kind is CatalogueKind.SHORTAGE:
            figures = indicator_columns(synthetic=catalogue.synthetic)
            _table(book.add_worksheet("指标"), catalogue, figures, styles, symbols=True)
        if changes:
            _changes(book.add_worksheet("变化"), catalogue, changes, styles)
        _notes(book.add_worksheet("说明"), catalogue, styles)


def _page(sheet: Worksheet, title: str) -> None:
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_header("&C" + title.replace("&", "&&"))
    sheet.set_footer("&C— &P —")


def _table(
    sheet: Worksheet,
    catalogue: AnyCatalogue,
    columns: Sequence[Column],
    styles: _Styles,
    *,
    symbols: bool,
) -> None:
    """One row per entry under a title, a line on the data and the header."""
    _page(sheet, catalogue.title)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, catalogue.title, styles.title)
    sheet.write_string(1, 0, _source_line(catalogue), styles.plain)
    for place, column in enumerate(columns):
        sheet.write_string(HEADER_ROW, place, column.header, styles.header)
    entries: tuple[Entry, ...] = catalogue.entries
    for row, entry in enumerate(entries, start=HEADER_ROW + 1):
        for place, column in enumerate(columns):
            _write(sheet, row, place, cell_value(entry, column, symbols=symbols), styles.text)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(catalogue.entries), len(columns) - 1)


def _changes(
    sheet: Worksheet, catalogue: AnyCatalogue, rows: Sequence[Sequence[Value]], styles: _Styles
) -> None:
    """Write what became of every entry since the edition before, under the head of the other tables."""
    _page(sheet, catalogue.title)
    sheet.set_column(0, len(rows[0]) - 1, CHANGE_WIDTH)
    sheet.write_string(0, 0, catalogue.title + "：较上版变化", styles.title)
    sheet.write_string(1, 0, _source_line(catalogue), styles.plain)
    for row, cells in enumerate(rows, start=HEADER_ROW):
        for place, value in enumerate(cells):
            _write(sheet, row, place, value, styles.header if row == HEADER_ROW else styles.text)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(rows) - 1, len(rows[0]) - 1)


def _source_line(catalogue: AnyCatalogue) -> str:
    nature = "　数据性质：含合成数据" if catalogue.synthetic else ""
    return (
        f"数据截至 {catalogue.as_of.isoformat()}　方法版本 {catalogue.method_version}"
        f"　数据快照 {catalogue.snapshot}{nature}"
    )


def _write(sheet: Worksheet, row: int, place: int, value: Value, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, place, value[:MAX_CELL], style)
    else:
        sheet.write_number(row, place, value, style)


def _notes(sheet: Worksheet, catalogue: AnyCatalogue, styles: _Styles) -> None:
    """Metadata, notes and the meaning of the marks."""
    _page(sheet, catalogue.title)
    sheet.set_column(0, 0, NARROW)
    sheet.set_column(1, 1, WIDE)
    facts: list[tuple[str, Value]] = [
        ("标题", catalogue.title),
        ("地区", catalogue.region),
        ("版次", catalogue.edition),
        ("数据截至", catalogue.as_of.isoformat()),
        ("统计期起", catalogue.period_start.isoformat()),
        ("数据阶段", catalogue.stage.chinese if catalogue.stage else "不适用"),
        ("方法版本", catalogue.method_version),
        ("数据快照", catalogue.snapshot),
        ("条目数", len(catalogue.entries)),
        *((f"参数 {key}", value) for key, value in catalogue.parameters.items()),
        *((f"说明{place}", note) for place, note in enumerate(catalogue.notes, start=1)),
        *(("图例", text) for text in SYMBOL_TEXTS),
    ]
    for row, (name, value) in enumerate(facts):
        sheet.write_string(row, 0, name, styles.note)
        _write(sheet, row, 1, value, styles.note)
