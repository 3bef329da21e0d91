import datetime as dt

import numpy as np
import pandas as pd
import pytest

from data.errors import FileProblem
from data.normalise.postings import normalise_postings, normalise_profiles, to_posting, to_profile
from data.records import Education, Engagement, PayPeriod
from data.sources.tables import RawTable, read_table

TODAY = dt.date(2026, 4, 1)
YINGKOU = ("210800",)


def _table(rows, **options):
    frame = pd.DataFrame(rows, dtype=object).fillna("")
    frame.index = pd.RangeIndex(2, 2 + len(frame), name="row")
    return RawTable(frame=frame, file="a.csv", sha256="0" * 64, **options)


def _postings(*rows, **options):
    return normalise_postings(_table(list(rows), **options), region_codes=YINGKOU, today=TODAY)


def _codes(normalised):
    return [(problem.row, problem.code, problem.fatal) for problem in normalised.problems]


def test_a_row_becomes_a_typed_posting():
    row = {
        "岗位名称": "窑炉工（限男性）",
        "用人单位": "营口示例有限公司",
        "工作地点": "鲅鱼圈",
        "薪酬待遇（万元/年）": "8-12",
        "学历要求": "统招大专",
        "工作年限": "3-5年",
        "需求人数": "招2人",
        "技能要求": "点检、五险一金、985",
        "岗位职责": "负责点检，35岁以下",
        "任职要求": "会看图纸",
        "有效期": "2026年5月",
    }
    normalised = _postings(row)
    assert normalised.problems == ()
    posting = to_posting(normalised.frame.to_dict("records")[0])
    assert (posting.title, posting.place_code, posting.place_raw) == ("窑炉工", "210804", "鲅鱼圈")
    assert (posting.salary.low, posting.salary.high, posting.salary.period) == (6667, 10_000, PayPeriod.YEAR)
    assert posting.education is Education.COLLEGE
    assert (posting.experience.low, posting.experience.high, posting.headcount) == (3, 5, 2)
    assert (posting.skills, posting.duties) == (("点检",), "负责点检\n会看图纸")
    assert [(finding.field, finding.rule, finding.text) for finding in posting.findings] == [
        ("title", "sex", "限男性"),
        ("duties", "age", "35岁以下"),
        ("skills", "school_tier", "985"),
        ("education", "school_tier", "统招大专"),
    ]
    assert posting.engagement == (Engagement.FULL_TIME,)
    assert posting.valid_until == dt.date(2026, 5, 31)
    assert (posting.source, posting.source_row) == ("upload", 2)


def test_the_frame_has_the_agreed_columns_and_none_where_nothing_stands():
    frame = _postings({"岗位名称": "会计", "用人单位": "甲"}).frame
    assert " ".join(frame.columns) == (
        "posting_id source source_row title employer credit_code industry_raw place_raw place_code"
        " salary_low salary_high salary_period salary_months salary_after_tax salary_negotiable"
        " education skill_level experience_low experience_high headcount skills duties majors licences"
        " languages engagement time_share months posted_on observed_on start_by valid_until closed_on outcome"
        " findings synthetic row"
    )
    row = frame.iloc[0]
    empty = (
        "credit_code",
        "place_code",
        "salary_low",
        "salary_period",
        "education",
        "headcount",
        "time_share",
        "posted_on",
    )
    assert all(row[name] is None for name in empty)
    assert (row["skills"], row["outcome"], row["synthetic"]) == ((), "未知", False)
    assert frame["row"].dtype == np.int64
    assert to_posting(row).salary is None


def test_time_and_months_are_read_for_both_sides_and_a_bad_cell_is_reported():
    stated = {"时间投入": "每周2-3天", "工作月份": "11-次年4月"}
    need = to_posting(_postings({"岗位名称": "会计", "用人单位": "甲", **stated}).frame.iloc[0])
    assert (need.time_share, need.months) == (0.4, (1, 2, 3, 4, 11, 12))
    stated = {"时间投入": "每周2-3天", "可到岗月份": "冬季"}
    person = to_profile(_profiles({"从事岗位": "会计", **stated}).frame.iloc[0])
    assert (person.time_share, person.months) == (0.6, (1, 2, 12))
    read = _postings({"岗位名称": "会计", "用人单位": "甲", "时间投入": "看情况吧", "工作月份": "13月"})
    assert [(each.column, each.code) for each in read.problems] == [
        ("时间投入", "time_share_unreadable"),
        ("工作月份", "months_unreadable"),
    ]
    assert (to_posting(read.frame.iloc[0]).time_share, to_posting(read.frame.iloc[0]).months) == (None, ())


@pytest.mark.parametrize(
    "column",
    [
        "岗位名称",
        "用人单位",
        "工作地点",
        "薪酬待遇",
        "学历要求",
        "工作年限",
        "需求人数",
        "技能要求",
        "专业",
        "岗位职责",
        "证书",
    ],
)
def test_a_demand_is_found_in_any_column(column):
    row = {"岗位名称": "焊工", "用人单位": "甲", column: "焊工，限男性"}
    findings = _postings(row).frame["findings"][0]
    assert [(finding["rule"], finding["text"]) for finding in findings] == [("sex", "限男性")]
    assert findings[0]["severity"] == "block"


@pytest.mark.parametrize(
    ("posted", "stated", "until"),
    [
        ("2026-03-01", "30天", dt.date(2026, 3, 31)),
        ("2026-03-01", "一个月", dt.date(2026, 4, 1)),
        ("", "30天", None),
        ("2026-03-01", "长期", None),
        ("2026-03-01", "至2026年6月", dt.date(2026, 6, 30)),
    ],
)
def test_a_span_of_validity_counts_from_the_day_of_publication(posted, stated, until):
    row = {"岗位名称": "焊工", "用人单位": "甲", "发布日期": posted, "有效期": stated}
    assert _postings(row).frame["valid_until"].tolist() == [until]


def test_a_bad_cell_leaves_its_field_empty_and_the_row_in():
    normalised = _postings(
        {"岗位名称": "会计", "用人单位": "甲", "人数": "-3", "月薪": "很高", "工作地点": "火星"}
    )
    assert _codes(normalised) == [
        (2, "place_unknown", False),
        (2, "salary_unreadable", False),
        (2, "headcount_out_of_range", False),
    ]
    assert normalised.accepted == 1
    assert normalised.frame["headcount"].tolist() == [None]
    assert [problem.column for problem in normalised.problems] == ["工作地点", "月薪", "人数"]
    assert normalised.parsed == {"place": 0.0, "salary": 0.0, "headcount": 0.0}


def test_an_error_report_quotes_no_personal_data():
    row = {
        "岗位名称": "会计",
        "用人单位": "甲",
        "工资": "电话13800001234",
        "发布日期": "a" * 30 + "，13800001234",
    }
    problems = _postings(row).problems
    assert len(problems) == 2
    assert "1380000" not in str(problems)
    assert all("［已隐去］" in problem.value for problem in problems)


@pytest.mark.parametrize(
    ("title", "employer", "code"),
    [
        ("", "甲", "title_missing"),
        ("--", "甲", "title_missing"),
        ("男女不限", "甲", "title_missing"),
        ("会计", "无", "employer_missing"),
        ("锟斤拷锟斤拷", "甲", "row_unreadable"),
        ("会计", "\ufffd\ufffd\ufffd公司", "row_unreadable"),
        ("会计", "本公司是一家领先的企业。成立于2010年", "employer_unreadable"),
        ("岗" * 201, "甲", "title_unreadable"),
    ],
)
def test_a_row_without_a_usable_title_and_employer_is_refused(title, employer, code):
    normalised = _postings({"岗位名称": title, "用人单位": employer}, {"岗位名称": "钳工", "用人单位": "乙"})
    assert _codes(normalised) == [(2, code, True)]
    assert (normalised.rows, normalised.refused, normalised.accepted) == (2, 1, 1)
    assert normalised.frame["title"].tolist() == ["钳工"]


def test_a_slip_in_a_title_is_reported_and_the_row_kept():
    normalised = _postings({"岗位名称": "大数据平台工\ufffd师", "用人单位": "甲"})
    assert _codes(normalised) == [(2, "text_damaged", False)]
    assert normalised.accepted == 1


def test_a_row_whose_cells_are_shifted_is_refused():
    row = {"岗位名称": "会计", "用人单位": "甲"}
    normalised = _postings(row, {"岗位名称": "钳工", "用人单位": "乙"}, misaligned=(3,))
    assert _codes(normalised) == [(3, "row_misaligned", True)]


def test_the_same_content_always_gets_the_same_id():
    row = {"岗位名称": "会计", "用人单位": "甲公司", "工资": "5-8千"}
    wide = {"岗位名称": "會計", "用人单位": "甲公司 ", "工资": "５－８千"}
    first, second = _postings(row).frame["posting_id"], _postings(wide).frame["posting_id"]
    assert first.tolist() == second.tolist()
    assert len(first[0]) == 16
    assert _postings({**row, "工资": "6-8千"}).frame["posting_id"][0] != first[0]


def test_of_rows_with_one_id_the_first_counts():
    row = {"岗位编号": "A", "岗位名称": "会计", "用人单位": "甲"}
    normalised = _postings(
        row, {**row, "岗位名称": "出纳"}, {**row, "岗位编号": "B"}, {**row, "岗位名称": ""}
    )
    assert _codes(normalised) == [(3, "duplicate_row", False), (5, "title_missing", True)]
    assert (normalised.duplicates, normalised.refused, normalised.accepted) == (1, 1, 2)
    assert "第2行" in normalised.problems[0].message


def test_source_and_its_row_come_from_the_file_where_it_has_them():
    row = {"岗位名称": "会计", "用人单位": "甲", "source": "crawl", "source_row": "17"}
    frame = _postings(row, {**row, "source": "", "source_row": "x", "岗位名称": "出纳"}, sheet="填报").frame
    assert frame["source"].tolist() == ["crawl", "office_template"]
    assert frame["source_row"].tolist() == [17, 3]


def test_columns_that_were_turned_away_are_named():
    normalised = _postings({"岗位名称": "会计", "用人单位": "甲", "班车": "有"}, refused=("姓名", "性别"))
    assert normalised.columns.refused == ("姓名", "性别")
    assert normalised.columns.unknown == ("班车",)


def test_a_table_without_rows_gives_an_empty_frame():
    frame = pd.DataFrame(columns=["岗位名称", "用人单位"], index=pd.Index([], dtype="int64"))
    normalised = normalise_postings(RawTable(frame=frame, file="a", sha256=""), today=TODAY)
    assert (normalised.rows, normalised.accepted, normalised.problems, normalised.parsed) == (0, 0, (), {})


def test_a_table_without_employers_is_refused():
    with pytest.raises(FileProblem) as caught:
        _postings({"岗位名称": "会计", "x": "甲"})
    assert caught.value.code == "columns_missing"


def test_a_flat_row_from_a_file_builds_the_same_record():
    frame = _postings(
        {"岗位名称": "会计", "用人单位": "甲", "工资": "面议", "技能": "报税", "人数": "2"}
    ).frame
    row = frame.to_dict("records")[0]
    stored = {**row, "skills": np.array(row["skills"]), "headcount": np.int64(2), "salary_low": float("nan")}
    assert to_posting(stored) == to_posting(row)
    assert to_posting(row).salary.negotiable


def _profiles(*rows):
    return normalise_profiles(_table(list(rows)), region_codes=YINGKOU, today=TODAY)


def test_a_row_becomes_a_typed_profile_without_personal_attributes():
    row = {
        "求职意向": "窑炉工",
        "工作经历": "女，32岁，已婚，从事耐火材料6年，电话13812345678",
        "学历": "本科/硕士",
        "工作年限": "6年",
        "现居地": "鲅鱼圈",
        "意向地点": "不限",
        "期望薪资": "8-10K",
        "到岗时间": "随时",
        "专业": "材料类",
    }
    normalised = _profiles(row)
    assert normalised.problems == ()
    profile = to_profile(normalised.frame.to_dict("records")[0])
    assert profile.summary == "从事耐火材料6年，电话［已隐去］"
    assert profile.education is Education.MASTER
    assert (profile.experience_years, profile.pay_floor, profile.available_on) == (6, 8000, TODAY)
    assert (profile.place_code, profile.willing_codes) == ("210804", ("100000",))
    assert (profile.languages, profile.engagement) == ((), (Engagement.FULL_TIME,))
    assert len(profile.profile_id) == 16


@pytest.mark.parametrize(
    ("stated", "floor"), [("", None), ("面议", None), ("1万以下", 10_000), ("8千以上", 8000)]
)
def test_the_lowest_pay_accepted_is_the_lower_end_stated(stated, floor):
    assert _profiles({"求职意向": "会计", "期望薪资": stated}).frame["pay_floor"].tolist() == [floor]


def test_a_profile_without_an_occupation_is_refused():
    normalised = _profiles({"求职意向": "", "学历": "本科"})
    assert _codes(normalised) == [(2, "title_missing", True)]
    assert normalised.frame.empty


def test_a_whole_column_is_read_like_its_cells_one_by_one():
    pays = ["5-8千", "面议", "x", "5-8千", ""]
    rows = [{"岗位名称": f"岗位{i}", "用人单位": "甲", "工资": pay} for i, pay in enumerate(pays)]
    together = _postings(*rows)
    alone = [_postings(row).frame["salary_low"][0] for row in rows]
    assert together.frame["salary_low"].tolist() == alone
    assert together.parsed["salary"] == pytest.approx(3 / 4)
    assert _codes(together) == [(4, "salary_unreadable", False)]


def test_a_file_goes_through_from_end_to_end(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,职位名称,企业名称,学历\n张三,会计,甲,本科\n", encoding="gb18030")
    normalised = normalise_postings(read_table(path, max_bytes=1000), today=TODAY)
    assert normalised.frame["education"].tolist() == ["本科"]
    assert normalised.columns.refused == ("姓名",)
