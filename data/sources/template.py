"""The office's Excel template for postings and profiles, made from the same columns that are read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from data.records import Education, Engagement, Outcome, SkillLevel
from data.sources.columns import Column, TableKind, columns_of
from data.sources.tables import TEMPLATE_SHEET

__all__ = ["write_template"]

_HELP_SHEET = "说明"
_ROWS = 5_000
_LEFT_OUT = frozenset({"source", "source_row", "observed_on"})
_DATES = frozenset({"posted_on", "start_by", "valid_until", "closed_on", "available_on", "active_on"})
_CHOICES: dict[str, list[str]] = {
    "education": [level.value for level in Education],
    "skill_level": [level.value for level in SkillLevel],
    "engagement": [form.value for form in Engagement],
    "outcome": [outcome.value for outcome in Outcome],
    "synthetic": ["真实数据", "合成数据"],
}
_WIDE = {
    "title": 24,
    "employer": 30,
    "duties": 60,
    "summary": 60,
    "skills": 36,
    "majors": 28,
    "credit_code": 24,
}
_WIDTH = 16

# Meaning, example and what to know, by canonical name; a column of both kinds of table reads the same.
_HELP: dict[str, tuple[str, str, str]] = {
    "posting_id": (
        "单位自己的岗位编号",
        "GW-2026-001",
        "可不填，系统按内容生成；同一文件内重复的编号只收第一行",
    ),
    "title": ("岗位名称或从事的职业", "镁砂冶炼工程师", "只写岗位；限性别、年龄等条件会被移出，不用于匹配"),
    "employer": ("用人单位全称", "营口示例耐火材料有限公司", "与营业执照一致"),
    "credit_code": ("统一社会信用代码", "91350100M000100Y43", "18位，会校验"),
    "industry": ("所属行业或产业", "耐火材料制品制造", ""),
    "place": (
        "工作地点或所在地，写到县（市、区）",
        "营口市鲅鱼圈区",
        "一行只填一个地点；几个城市都有的区名请写明城市",
    ),
    "salary": (
        "税前基本薪酬",
        "6000-8000元/月",
        "也可写“年薪15-20万”；面议照写“面议”，按未写数额处理；补贴、奖金不算薪酬",
    ),
    "education": ("学历", "大专", "岗位填最低要求，一律按“或同等技能等级”理解；个人填最高学历"),
    "skill_level": ("技能等级", "高级工", "岗位填最低要求，个人填最高等级"),
    "experience": ("要求的工作年限", "3-5年", "不要求填“不限”"),
    "headcount": ("需求人数", "3", "填整数；人数未定填“若干”，按人数未知处理，不会当作1人"),
    "skills": ("技能，用顿号分开", "矿物浮选、PLC编程", "福利待遇请不要写在这里"),
    "duties": (
        "岗位职责与要求",
        "负责浮选工艺参数调试与设备点检",
        "性别、年龄、户籍、婚育、院校层次等条件会被移出并提示",
    ),
    "majors": ("专业，用顿号分开", "矿物加工工程、材料类", "可写专业类"),
    "licences": ("依法需要的证书或持有的证书，用顿号分开", "低压电工证", ""),
    "languages": ("语言", "英语、日语", "不要求留空"),
    "engagement": ("引才方式", "全职", "可写几种，用顿号分开；留空按全职"),
    "time_share": (
        "要投入或能投入多少时间",
        "每周2天",
        "也可写“每月5天”“30%”“半职”；岗位写最少要多少，个人写最多能多少；全职或没有约定留空",
    ),
    "months": (
        "一年中在岗或能来的月份",
        "11-次年4月",
        "也可写“5月至10月”“6、7、8月”“冬季”；不分月份留空",
    ),
    "posted_on": ("发布日期", "2026-03-15", ""),
    "start_by": ("希望到岗的日期", "2026-06-01", "没有期限填“长期”或留空"),
    "valid_until": ("需求有效的最后一天", "2026-12-31", "“招满为止”“长期”按没有截止日期处理"),
    "closed_on": ("招聘结束的日期", "2026-05-20", "仍在招聘留空"),
    "outcome": ("招聘结果", "已招满", "不清楚填“未知”，不会当作未招满"),
    "synthetic": ("数据性质", "真实数据", "留空按真实数据；演示数据必须填“合成数据”"),
    "profile_id": ("人才的匿名编号", "RC-000123", "可不填；请勿填写姓名、电话、身份证号"),
    "summary": (
        "经历摘要",
        "从事耐火材料研发6年，主持2条生产线改造",
        "请勿写姓名和联系方式；识别出的联系方式会被隐去",
    ),
    "experience_years": ("相关工作年限", "6", "单位为年"),
    "willing_places": ("愿意去的地点，用顿号分开", "营口、大连", "哪里都可以填“不限”"),
    "pay_floor": ("能接受的最低薪酬", "8000元/月", "面议按没有下限处理"),
    "available_on": ("最早可到岗的日期", "2026-06-01", "随时可到岗填“随时”"),
    "active_on": ("最近一次确认的日期", "2026-03-15", ""),
}


def write_template(path: str | Path, kind: TableKind, *, rows: Sequence[Mapping[str, object]] = ()) -> None:
    """Write the template as an Excel workbook with the sheets 填报 and 说明.

    Parameters
    ----------
    path
        Where to write; an existing file is replaced.
    kind
        What the template is for.
    rows
        Rows to fill in beforehand, by canonical column name; columns that a row does not name stay empty.
    """
    columns = [column for column in columns_of(kind) if column.name not in _LEFT_OUT]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        _write_form(book, columns, rows)
        _write_help(book, columns)


def _write_form(book: Any, columns: Sequence[Column], rows: Sequence[Mapping[str, object]]) -> None:
    """Write the sheet to be filled in."""
    sheet = book.add_worksheet(TEMPLATE_SHEET)
    sheet.freeze_panes(1, 2)
    plain = {"font_name": "宋体", "font_size": 11, "valign": "top", "text_wrap": True}
    text = book.add_format({**plain, "num_format": "@"})
    day = book.add_format({**plain, "num_format": "yyyy-mm-dd"})
    head = {**plain, "bold": True, "border": 1, "valign": "vcenter", "align": "center"}
    required = book.add_format({**head, "bg_color": "#FFE699"})
    optional = book.add_format({**head, "bg_color": "#DDEBF7"})
    sheet.set_row(0, 32)
    for i, column in enumerate(columns):
        # Text cells keep 3-5 from turning into the fifth of March.
        cells = day if column.name in _DATES else text
        sheet.set_column(i, i, _WIDE.get(column.name, _WIDTH), cells)
        sheet.write_string(0, i, column.heading, required if column.required else optional)
        if column.name in _CHOICES:
            sheet.data_validation(1, i, _ROWS, i, _choice(column))
        for j, row in enumerate(rows, start=1):
            _write_cell(sheet, j, i, row.get(column.name), cells)


def _choice(column: Column) -> dict[str, object]:
    """Return the drop-down of a column; another text is questioned but let through."""
    return {
        "validate": "list",
        "source": _CHOICES[column.name],
        "error_type": "warning",
        "error_title": column.heading,
        "error_message": "请尽量从下拉列表中选择",
    }


def _write_cell(sheet: Any, row: int, column: int, value: object, cells: Any) -> None:
    if value is None:
        return
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, cells)
    elif isinstance(value, (list, tuple)):
        sheet.write_string(row, column, "、".join(map(str, value)), cells)
    else:
        sheet.write_string(row, column, str(value), cells)


def _write_help(book: Any, columns: Sequence[Column]) -> None:
    """Write the sheet that explains the columns."""
    sheet = book.add_worksheet(_HELP_SHEET)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    for i, (title, width) in enumerate((("列", 18), ("必填", 8), ("含义", 36), ("示例", 32), ("说明", 60))):
        sheet.set_column(i, i, width, wrapped)
        sheet.write_string(0, i, title, bold)
    for j, column in enumerate(columns, start=1):
        meaning, example, note = _HELP[column.name]
        cells = (column.heading, "必填" if column.required else "选填", meaning, example, note)
        for i, cell in enumerate(cells):
            sheet.write_string(j, i, cell)
    sheet.freeze_panes(1, 0)
