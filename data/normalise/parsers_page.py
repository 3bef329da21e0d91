"""The page PARSERS.md: what each parser makes of the texts in ``examples.csv``, generated."""

from __future__ import annotations

import csv
import datetime as dt
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from data.normalise.readings import Circumstances, ParserName, read_text, reading_in_words

__all__ = ["parsers_page", "write_parsers_page"]

_TODAY = dt.date(2026, 4, 1)
_TITLES = {
    ParserName.SALARY: "薪酬",
    ParserName.EDUCATION: "学历（或同等技能等级）",
    ParserName.EXPERIENCE: "工作年限",
    ParserName.HEADCOUNT: "需求人数",
    ParserName.PLACE: "工作地点",
    ParserName.DATE: "日期",
    ParserName.MAJORS: "专业",
    ParserName.ENGAGEMENT: "引才方式",
    ParserName.TIME_SHARE: "时间投入（岗位；个人取范围的上端）",
    ParserName.MONTHS: "工作月份、可到岗月份",
    ParserName.SKILL_LEVEL: "技能等级",
    ParserName.VALIDITY: "有效期",
}
_HEAD = f"""# 单元格怎样读

本页由 `data/normalise/examples.csv` 生成，请勿手改；改了解析规则或例子后重新生成：

    python -c "from data.normalise.parsers_page import write_parsers_page as write; write()"

读作一栏中方括号内是错误代码。读取日期按 {_TODAY} 计。
"""


def parsers_page() -> str:
    """Return the page: for each parser a table of texts, readings and remarks.

    Returns
    -------
    str
        Markdown.
    """
    with files("data.normalise").joinpath("examples.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sections = [
        f"## {_TITLES[ParserName(name)]}（`{name}`）\n\n| 输入 | 读作 | 说明 |\n|---|---|---|\n"
        + "".join(_line(ParserName(name), row) for row in group)
        for name, group in groupby(rows, key=lambda row: row["parser"])
    ]
    return "\n".join([_HEAD, *sections])


def write_parsers_page() -> Path:
    """Write the page beside this module and return its path."""
    path = Path(__file__).with_name("PARSERS.md")
    path.write_text(parsers_page(), encoding="utf-8")
    return path


def _line(name: ParserName, row: dict[str, str]) -> str:
    region = tuple(row["region"].split()) if row["region"] else ()
    given = Circumstances(today=_TODAY, region_codes=region, header=row["header"])
    said = reading_in_words(name, read_text(name, row["text"], given))
    context = [f"列名“{row['header']}”"] if row["header"] else []
    context += [f"本区域 {row['region']}"] if row["region"] else []
    cells = (row["text"] or "（空）", said, "；".join([*context, *filter(None, [row["note"]])]))
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "⏎") for cell in cells) + " |\n"
