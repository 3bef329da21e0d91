import datetime as dt

import pandas as pd
import pytest

from data.catalogue.lists.key_talent import KeyTalentKind, Route
from data.catalogue.lists.key_talent_table import (
    read_item_votes,
    read_key_talent,
    write_key_talent_template,
)

DAY = dt.date(2026, 11, 21)
PLAIN = {
    "主管部门": "工信部门", "编号": "A-1", "引才方式": "揭榜引才", "名称": "竖窑余热回收",
    "用人单位": "示例镁业有限公司", "重点产业": "镁材料深加工", "目标人才": "主持过窑炉改造",
    "攻关问题": "排烟温度过高", "考核指标": "降到120度以下", "截止日期": "2027年6月", "榜额": "一百万元",
    "联系窗口": "人才科 0417-2800000", "列入途径": "部门推荐", "数据性质": "",
}  # fmt: skip


@pytest.fixture
def read(tmp_path, region):
    def reads(*changes, department="工信部门"):
        path = tmp_path / "报送.csv"
        pd.DataFrame([PLAIN | change for change in changes]).to_csv(path, index=False)
        return read_key_talent(path, today=DAY, key_industries=region.key_industries, department=department)

    return reads


def test_a_row_is_read_with_words_money_and_dates(read):
    (item,) = read({}).records
    assert (item.kind, item.route) == (KeyTalentKind.CHALLENGE, Route.DEPARTMENT)
    assert (item.prize_yuan, item.deadline) == (1_000_000, dt.date(2027, 6, 30))
    assert item.contact_desk == "人才科 0417-2800000"
    assert item.synthetic is False


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("50万", 5e5), ("1.2亿元", 1.2e8), ("300000", 3e5), ("最高80万元", 8e5), ("1,000元", 1e3)],
)
def test_money_is_read_in_its_units(read, text, yuan):
    assert read({"榜额": text}).records[0].prize_yuan == pytest.approx(yuan)


@pytest.mark.parametrize(
    ("change", "column", "code", "fatal"),
    [
        ({"引才方式": "猎头"}, "引才方式", "word_unknown", True),
        ({"榜额": "面议"}, "榜额", "money_unreadable", False),
        ({"重点产业": "养殖"}, "重点产业", "industry_unknown", False),
        ({"考核指标": ""}, "", "cell_invalid", True),
        ({"联系窗口": ""}, "联系窗口", "cell_empty", True),
        ({"主管部门": "科技部门"}, "主管部门", "not_own_section", True),
        ({"目标人才": "限男性"}, "目标人才", "nothing_left", True),
    ],
)
def test_every_bad_cell_is_reported_with_its_row(read, change, column, code, fatal):
    done = read({"编号": "A-0"}, change)
    found = [(p.row, p.column, p.code, p.fatal) for p in done.problems]
    assert (3, column, code, fatal) in found
    assert len(done.records) == (1 if fatal else 2)


def test_a_number_given_twice_counts_once(read):
    done = read({}, {"名称": "别的项目"})
    assert [item.title for item in done.records] == ["竖窑余热回收"]
    assert [p.code for p in done.problems] == ["number_repeated"]


def test_demands_that_shut_people_out_are_moved_out_and_told(read):
    done = read({"目标人才": "主持过窑炉改造，35岁以下，985院校毕业"})
    assert "35" not in done.records[0].target_profile
    assert "985" not in done.records[0].target_profile
    assert {p.code for p in done.problems} == {"excluded_demand"}
    assert not any(p.fatal for p in done.problems)


@pytest.mark.parametrize("desk", ["张科长 13800001234", "人才科 138 0000 1234", "人才科 a@example.com"])
def test_numbers_of_persons_are_hidden_in_the_contact_desk(read, desk):
    done = read({"联系窗口": desk})
    assert "1234" not in done.records[0].contact_desk
    assert "@" not in done.records[0].contact_desk
    assert [p.code for p in done.problems] == ["personal_contact"]


def test_the_template_is_read_back_with_its_own_headings(tmp_path, region):
    path = write_key_talent_template(tmp_path / "new" / "模板.xlsx")
    sheets = pd.read_excel(path, sheet_name=None, engine="calamine")
    assert list(sheets) == ["填报", "说明"]
    assert "主管部门*" in sheets["填报"].columns
    filled = sheets["填报"].copy()
    filled.loc[0] = [PLAIN[name.rstrip("*")] for name in filled.columns]
    filled.to_csv(tmp_path / "填好.csv", index=False)
    done = read_key_talent(tmp_path / "填好.csv", today=DAY, key_industries=region.key_industries)
    assert len(done.records) == 1


def test_votes_on_items_are_read_and_bad_ones_told(tmp_path):
    path = tmp_path / "表决.csv"
    path.write_text(
        "版次,条目编码,专家代号,表决,书面依据\n2026,KT-0123456789,E1,同意,意见\n2026,KT-1,E2,同意,\n2026,KT-0123456789,E3,反对,\n",
        encoding="utf-8",
    )
    votes, problems = read_item_votes(path)
    assert [(vote.expert, vote.in_favour) for vote in votes] == [("E1", True), ("E3", False)]
    assert [(problem.row, problem.column) for problem in problems] == [(3, "条目编码")]
