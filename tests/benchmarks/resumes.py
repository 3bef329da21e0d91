"""Write synthetic profiles as résumés in three layouts and count how many fields are read back.

``python tests/benchmarks/resumes.py --people 200`` prints for each layout and field: of the résumés stating
it, the share from which the same value is read as from the row itself; and in how many the invented name or
phone number is left. ``--show majors`` prints what differs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data.normalise.postings import normalise_profiles
from data.sources.columns import RESUME_TEXT
from data.sources.raw import RawTable
from data.sources.tables import read_table
from data.synthetic.city import generate_city

_TODAY = dt.date(2026, 10, 31)
_FIELDS = ("title", "skills", "majors", "education", "skill_level", "experience_years", "place_code")
_FIELDS += ("willing_codes", "pay_floor", "available_on", "licences", "languages")
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王", "示测例样拟"
_Row = Mapping[str, str]


def _plain(row: _Row, name: str) -> list[str | list[list[str]]]:
    """Lay out as paragraphs under headings."""
    return [
        name,
        f"男 | 32岁 | 13800001234 | {name}@example.com",
        f"求职意向：{row['求职岗位']}    期望城市：{row['意向地点']}    期望薪资：{row['最低月薪']}",
        f"现居地：{row['所在地']}    到岗时间：{row['可到岗日期']}",
        "教育背景",
        f"2008.09-2012.06    某某大学    {row['专业']}    {row['学历']}",
        "工作经历",
        row["经历摘要"],
        f"工作年限：{row['从业年限']}",
        "专业技能",
        f"熟练掌握{row['能力']}",
        "证书",
        f"{row['资格证书']}、{row['技能等级']}",
        "语言能力",
        row["语言"],
    ]


def _form(row: _Row, name: str) -> list[str | list[list[str]]]:
    """Lay out as a form of labels and values."""
    return [
        "个人简历",
        [
            ["姓名", name, "性别", "女"],
            ["应聘岗位", row["求职岗位"], "联系电话", "13800001234"],
            ["最高学历", row["学历"], "所学专业", row["专业"]],
            ["现居住地", row["所在地"], "意向城市", row["意向地点"]],
            ["期望薪资", row["最低月薪"], "到岗时间", row["可到岗日期"]],
            ["工作年限", row["从业年限"], "技能等级", row["技能等级"]],
            ["外语水平", row["语言"], "政治面貌", "群众"],
        ],
        [["专业技能", row["能力"]], ["工作经历", row["经历摘要"]], ["资格证书", row["资格证书"]]],
    ]


def _columns(row: _Row, name: str) -> list[str | list[list[str]]]:
    """Lay out in two columns, contacts and skills on the left."""
    left = [name, "13800001234", "求职意向", row["求职岗位"], "技能", row["能力"], "证书", row["资格证书"]]
    left += [f"技能等级：{row['技能等级']}", "语言", row["语言"]]
    right = ["基本信息", f"所在地：{row['所在地']}", f"意向地点：{row['意向地点']}"]
    right += [
        f"期望月薪：{row['最低月薪']}",
        f"可到岗时间：{row['可到岗日期']}",
        f"工作经验：{row['从业年限']}",
    ]
    right += ["工作经历", row["经历摘要"], "教育经历", f"{row['学历']}，{row['专业']}专业"]
    return [[["\n".join(left), "\n".join(right)]]]


_LAYOUTS: dict[str, Callable[[_Row, str], list[str | list[list[str]]]]] = {
    "paragraphs": _plain,
    "form": _form,
    "two columns": _columns,
}


def _write(path: Path, parts: list[str | list[list[str]]]) -> None:
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(rows=len(part), cols=len(part[0]))
        for i, row in enumerate(part):
            for j, cell in enumerate(row):
                first, *rest = cell.split("\n")
                table.cell(i, j).text = first
                for line in rest:
                    table.cell(i, j).add_paragraph(line)
    document.save(str(path))


def main() -> None:
    """Write, read, compare, print one line of JSON for each layout."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--show", default="", help="print what differs in this field")
    given = parser.parse_args()
    rows = generate_city(months=2, employers=8, profiles=given.people).profiles.fillna("").astype(str)
    rows.index = pd.RangeIndex(2, len(rows) + 2)
    truth = normalise_profiles(RawTable(rows, "a.csv", "0" * 64), today=_TODAY).frame.set_index("row")
    for layout, lay_out in _LAYOUTS.items():
        stated, same, leaks = Counter[str](), Counter[str](), 0
        started = time.perf_counter()
        for number, expected in truth.iterrows():
            row = {str(key): str(value) for key, value in rows.loc[number].items()}
            name = _SURNAMES[number % 8] + _GIVEN[number % 5] + _GIVEN[number // 5 % 5]
            with tempfile.TemporaryDirectory() as folder:
                _write(path := Path(folder) / "a.docx", lay_out(row, name))
                table = read_table(path, max_bytes=10_000_000, today=_TODAY)
            leaks += name in repr(table.frame.to_dict()) or "13800001234" in table.frame[RESUME_TEXT].iloc[0]
            frame = normalise_profiles(table, today=_TODAY).frame
            for field in _FIELDS:
                want = expected[field]
                if want is None or want == () or pd.isna(want) is True:
                    continue
                stated[field] += 1
                got = frame[field].iloc[0] if len(frame) else None
                same[field] += got == want or (isinstance(want, tuple) and set(got or ()) == set(want))
                if given.show == field and got != want:
                    print(layout, "|", want, "|", got)  # noqa: T201
        seconds = time.perf_counter() - started
        shares = {field: round(same[field] / stated[field], 3) for field in _FIELDS if stated[field]}
        measured = {"layout": layout, "leaks": leaks, "ms": round(seconds / len(truth) * 1000), **shares}
        print(json.dumps(measured, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
