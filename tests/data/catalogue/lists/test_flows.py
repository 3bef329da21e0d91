import datetime as dt

import pandas as pd
import pytest

from data.catalogue.lists.flows import FlowReport, flow_document, intended_flows, read_flow_reports
from data.catalogue.lists.market import Market

FLOW_COLUMNS = [
    "period", "employer_key", "key_industry", "talent_category", "inflow", "outflow", "reasons", "synthetic",
]  # fmt: skip


def reports_of(*rows):
    plain = {"period": "2026Q3", "key_industry": "镁材料深加工", "talent_category": "技能"}
    made = [FlowReport(**(plain | row)).row for row in rows]
    return pd.DataFrame(made, columns=FLOW_COLUMNS)


@pytest.fixture
def make(build, region):
    need, _, frames = build

    def makes(persons):
        vacancies, profiles = frames([need(name) for name in "甲乙丙"], persons)
        return Market.from_frames(vacancies, profiles, region, as_of=dt.date(2026, 12, 31)), profiles

    return makes


def test_those_who_would_come_and_go_are_counted_by_cell(make, build):
    _, person, _ = build
    market, profiles = make(
        [
            *(person(place="210102", willing=("210800",)) for _ in range(10)),
            *(person(willing=("100000",)) for _ in range(7)),
            *(person(willing=("210804",)) for _ in range(9)),
            *(person(place="210102", willing=("210200",)) for _ in range(9)),
            person(place=None, willing=("100000",)),
        ]
    )
    flows = intended_flows(profiles, market).set_index(["section", "category"])
    # ten from elsewhere would come; seven of those here would go anywhere; the rest stay or go past
    assert flows.loc["镁材料深加工", "技能"].tolist() == [10, 7]
    assert flows.loc["合计", "合计"].tolist() == [10, 7]


def test_fewer_than_five_people_are_hidden(make, build):
    _, person, _ = build
    market, profiles = make([person(willing=("210102",)) for _ in range(4)])
    flows = intended_flows(profiles, market)
    assert flows["outflow"].isna().all()
    (table, *_) = flow_document(market, profiles, reports_of()).tables
    assert {row[3] for row in table.rows} == {"c"}
    assert {row[4] for row in table.rows} == {"c"}


def test_without_reports_the_monitor_says_so(make, build):
    _, person, _ = build
    market, profiles = make([person()])
    _, reported, reasons = flow_document(market, profiles, reports_of()).tables
    assert reported.rows == reasons.rows == ()
    assert reported.note.startswith("未报")


def test_reports_of_enough_employers_are_added_up(make, build):
    _, person, _ = build
    market, profiles = make([person()])
    rows = [
        {"employer": f"{name}公司", "inflow": 4, "outflow": 6, "reasons": ("薪酬待遇",)} for name in "甲乙丙"
    ]
    rows[0]["reasons"] = ("薪酬待遇", "工作地点")
    older = {"employer": "甲公司", "period": "2026Q2", "inflow": 99, "outflow": 99}
    document = flow_document(market, profiles, reports_of(*rows, older))
    _, reported, reasons = document.tables
    # 3 × 4 = 12 and 3 × 6 = 18, rounded to five; their difference of rounded numbers
    assert reported.rows[0] == ("镁材料深加工", "技能", 10, 20, -10)
    assert "3家单位" in reported.note
    assert reasons.rows == (("薪酬待遇", 3), ("工作地点", "c"))
    earlier = flow_document(market, profiles, reports_of(*rows, older), period="2026Q2").tables[1]
    assert {row[2] for row in earlier.rows} == {"c"}
    assert "不足3家" in earlier.note


def test_generated_reports_are_not_mixed_with_real_ones(make, build):
    _, person, _ = build
    market, profiles = make([person()])
    rows = [{"employer": f"{n}公司", "inflow": 9, "outflow": 9, "synthetic": True} for n in "甲乙丙"]
    assert flow_document(market, profiles, reports_of(*rows)).tables[1].rows == ()


def test_the_readers_rows_are_cells_and_never_persons(tmp_path, region):
    path = tmp_path / "流动.csv"
    path.write_text(
        "期间,用人单位,重点产业,人才类别,流入人数,流出人数,主要原因,姓名,数据性质\n"
        "2026Q3,甲公司,镁材料深加工,技能,3,5,薪酬待遇、家里有事,张三,\n"
        "2026Q3,乙公司,养殖,技能,3,5,,,\n"
        "2026年,丙公司,,,3,5,,,\n"
        "2026Q3,丁公司,,,3,,,,合成数据\n"
        "2026Q3,戊公司,,,3,1,,,合成数据\n",
        encoding="utf-8",
    )
    read = read_flow_reports(path, region)
    first, second, last = read.records
    assert first.row == {
        "period": "2026Q3", "employer_key": first.row["employer_key"], "key_industry": "镁材料深加工",
        "talent_category": "技能", "inflow": 3, "outflow": 5, "reasons": ["薪酬待遇", "其他"],
        "synthetic": False,
    }  # fmt: skip
    assert "张三" not in str(first)
    assert second.key_industry == last.key_industry == "其他产业"
    assert last.synthetic
    assert [(p.row, p.column) for p in read.problems] == [(3, "重点产业"), (4, "期间"), (5, "流出人数")]
