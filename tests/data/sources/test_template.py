import datetime as dt

import pytest
from python_calamine import CalamineWorkbook

from data.normalise.postings import normalise_postings, normalise_profiles
from data.sources.columns import TableKind
from data.sources.tables import read_table
from data.sources.template import write_template

TODAY = dt.date(2026, 4, 1)


@pytest.mark.parametrize("kind", TableKind)
def test_the_template_explains_every_column_it_asks_for(tmp_path, kind):
    path = tmp_path / "t.xlsx"
    write_template(path, kind)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["填报", "说明"]
    headings = book.get_sheet_by_name("填报").to_python()[0]
    rows = book.get_sheet_by_name("说明").to_python()
    assert [row[0] for row in rows[1:]] == headings
    assert all(row[2] and row[3] for row in rows[1:])


def test_a_filled_template_gives_back_what_was_written(tmp_path):
    path = tmp_path / "t.xlsx"
    row = {
        "posting_id": "GW-1",
        "title": "镁砂冶炼工程师",
        "employer": "营口示例耐火材料有限公司",
        "credit_code": "91350100M000100Y43",
        "industry": "耐火材料",
        "place": "营口市鲅鱼圈区",
        "salary": "6000-8000元/月",
        "education": "大专",
        "skill_level": "高级工",
        "experience": "3-5年",
        "headcount": 3,
        "skills": ("矿物浮选", "PLC编程"),
        "duties": "负责窑炉点检",
        "majors": ["材料类"],
        "licences": "低压电工证",
        "languages": "英语",
        "engagement": "全职、项目合作",
        "time_share": "每周2天",
        "months": "11-次年4月",
        "posted_on": dt.date(2026, 3, 15),
        "start_by": dt.date(2026, 6, 1),
        "valid_until": "长期",
        "outcome": "未招满",
        "synthetic": "合成数据",
    }
    write_template(path, TableKind.POSTING, rows=[row])
    normalised = normalise_postings(read_table(path, max_bytes=1_000_000), today=TODAY)
    assert normalised.problems == ()
    read = normalised.frame.iloc[0].to_dict()
    same = (
        "posting_id",
        "title",
        "employer",
        "credit_code",
        "education",
        "skill_level",
        "headcount",
        "skills",
    )
    same += ("duties", "posted_on", "start_by", "outcome")
    assert {name: read[name] for name in same} == {name: row[name] for name in same}
    assert (read["place_code"], read["salary_low"], read["salary_high"]) == ("210804", 6000, 8000)
    assert (read["experience_low"], read["experience_high"]) == (3, 5)
    assert (read["majors"], read["licences"], read["languages"]) == (("材料类",), ("低压电工证",), ("en",))
    assert read["engagement"] == ("全职", "项目合作")
    assert (read["time_share"], read["months"]) == (0.4, (1, 2, 3, 4, 11, 12))
    assert read["valid_until"] is None
    assert read["synthetic"] is True
    assert (read["source"], read["row"]) == ("office_template", 2)


def test_a_filled_profile_template_gives_back_what_was_written(tmp_path):
    path = tmp_path / "t.xlsx"
    row = {
        "profile_id": "RC-1",
        "title": "窑炉工",
        "experience_years": 6,
        "willing_places": "营口、大连",
        "skills": ["点检"],
    }
    write_template(path, TableKind.PROFILE, rows=[row])
    read = normalise_profiles(read_table(path, max_bytes=1_000_000), today=TODAY).frame.iloc[0].to_dict()
    assert (read["profile_id"], read["title"], read["experience_years"]) == ("RC-1", "窑炉工", 6)
    assert (read["willing_codes"], read["skills"]) == (("210800", "210200"), ("点检",))
