"""The key industry of a vacancy: points worked out by hand, ties left open, evidence named."""

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.regions import KeyIndustryRule, read_region, region_names


@pytest.fixture
def rule(region):
    return KeyIndustryRule.from_region(region)


@pytest.fixture
def assign(rule, postings):
    """Assign one posting and return industry, score and evidence."""
    return lambda **row: tuple(rule.assign(postings(row)).iloc[0])


def test_a_strong_term_in_the_title_decides_alone(assign):
    assert assign(title="镁砂化验员") == ("镁材料", 3.0, ("岗位名称：镁砂",))


def test_a_strong_term_in_the_employers_name_decides_alone(assign):
    assert assign(title="会计", employer="某耐火厂") == ("镁材料", 3.0, ("用人单位：耐火",))


def test_an_employers_term_counts_two_in_the_name_and_nothing_in_the_title(assign):
    assert assign(employer="某矿业公司") == ("镁材料", 2.0, ("用人单位：矿业",))
    assert assign(title="矿业编辑") == (None, 0.0, ())


def test_a_plain_term_of_the_title_says_nothing_in_the_employers_name(assign):
    assert assign(employer="窑炉公司") == (None, 0.0, ())


def test_a_plain_term_in_the_title_counts_two_and_two_of_them_no_more(assign):
    assert assign(title="窑炉工") == ("镁材料", 2.0, ("岗位名称：窑炉",))
    assert assign(title="窑炉浮选工")[1] == 2.0


def test_a_weak_term_only_tips_the_scales(assign):
    assert assign(title="破碎工") == (None, 0.5, ())
    tied = {"title": "DCS测试", "industry_raw": "化工,互联网"}
    assert assign(**tied)[0] is None
    assert assign(title="DCS", industry_raw="化工,互联网") == ("石化", 2.5, ("岗位名称：DCS", "行业：化工"))


def test_skills_count_one_each_up_to_two(assign):
    assert assign(skills=("窑炉",)) == (None, 1.0, ())
    assert assign(skills=("窑炉", "浮选", "镁砂"))[:2] == ("镁材料", 2.0)


def test_duties_count_half_a_point_a_term_up_to_two(assign):
    assert assign(duties="窑炉，窑炉，浮选")[1] == 1.0
    assert assign(duties="窑炉、浮选、镁砂、耐火、镁")[:2] == ("镁材料", 2.0)


def test_fields_add_up(assign):
    found = assign(
        title="加氢操作工", employer="某化学公司", industry_raw="化工", skills=("油品",), duties="加氢"
    )
    assert found == (
        "石化",
        2 + 2 + 2 + 1 + 0.5,
        ("岗位名称：加氢", "用人单位：化学", "行业：化工", "能力：油品", "职责：加氢"),
    )


def test_two_industries_close_together_leave_it_open(assign):
    assert assign(title="电解液工程师") == (None, 2.0, ())
    assert assign(title="电解液工程师", duties="油品") == ("石化", 2.5, ("岗位名称：电解液", "职责：油品"))


def test_less_than_two_points_leave_it_open(assign):
    assert assign(skills=("窑炉",), duties="浮选")[:2] == (None, 1.5)


@pytest.mark.parametrize("title", ["Java工程师", "ＪＡＶＡ工程师"])
def test_a_word_of_an_occupation_decides_where_nothing_tells_the_employers_industry(assign, title):
    assert assign(title=title, industry_raw="人力资源服务") == ("数字", 2.0, ("岗位名称：Java",))


def test_a_word_of_an_occupation_gives_way_to_the_industry_of_platform_or_employer(assign):
    known = {"title": "Java工程师", "skills": ("SQL", "C++"), "duties": "软件"}
    assert assign(**known, industry_raw="化工") == ("石化", 2.0, ("行业：化工",))
    assert assign(**known, employer="某化学公司") == ("石化", 2.0, ("用人单位：化学",))


def test_a_word_of_an_occupation_says_nothing_of_an_employer_known_to_be_elsewhere(assign):
    assert assign(title="Java工程师", industry_raw="房地产") == (None, 0.0, ())
    assert assign(title="云平台工程师", industry_raw="房地产") == ("数字", 2.0, ("岗位名称：云平台",))


def test_a_word_of_an_occupation_counts_for_the_industry_that_the_platform_names(assign):
    found = assign(title="Java工程师", industry_raw="计算机软件,化工")
    assert found == ("数字", 4.0, ("岗位名称：Java", "行业：计算机软件"))


@pytest.mark.parametrize(
    ("industry_raw", "expected"),
    [
        ("石油/石化", "石化"),
        ("['互联网']", "数字"),
        ("互联网 教育", "数字"),
        ("移动互联网", None),
        ("化工机械", None),
        ("镁材料", "镁材料"),
        ("耐火陶瓷制品及其他耐火材料制造", "镁材料"),
        ("3089", "镁材料"),
        ("C3089", "镁材料"),
        ("C26", "石化"),
        ("无机盐制造", "镁材料"),
        ("无机碱制造", "石化"),
        ("软件开发", "数字"),
        ("制造业", None),
        ("26", None),
    ],
)
def test_the_industry_field_is_read_by_whole_entries_and_the_finer_code_counts(
    assign, industry_raw, expected
):
    assert assign(industry_raw=industry_raw)[0] == expected


def test_nothing_is_found_inside_an_ignored_phrase(assign):
    assert assign(title="文员", duties="会用办公软件", skills=("办公软件",)) == (None, 0.0, ())
    assert assign(employer="上海镁业") == (None, 0.0, ())


def test_rows_keep_their_index_and_the_frame_stays_as_it_was(rule, postings):
    frame = postings({"title": "镁砂工"}, {"title": "会计"}).set_axis([7, 3])
    before = frame.copy(deep=True)
    found = rule.assign(frame)
    assert found.index.tolist() == [7, 3]
    assert found["key_industry"].tolist() == ["镁材料", None]
    pd.testing.assert_frame_equal(frame, before)


def test_missing_values_count_as_empty(rule):
    frame = pd.DataFrame(
        {
            "title": ["镁砂工", None],
            "employer": [np.nan, None],
            "industry_raw": None,
            "skills": None,
            "duties": np.nan,
        }
    )
    assert rule.assign(frame)["score"].tolist() == [3.0, 0.0]


def test_skills_may_be_a_list_as_well_as_a_tuple(assign):
    assert assign(skills=["窑炉", "浮选"])[0] == "镁材料"


def test_no_rows_give_no_rows(rule, postings):
    found = rule.assign(postings())
    assert found.empty
    assert list(found.columns) == ["key_industry", "score", "evidence"]


def test_a_missing_column_is_refused_by_name(rule, postings):
    with pytest.raises(InputError, match="duties") as caught:
        rule.assign(postings({}).drop(columns="duties"))
    assert caught.value.code == "missing_columns"


def test_each_text_is_read_like_every_other(rule, postings):
    rows = [{"title": "镁砂工"}, {"title": "加氢工"}, {"title": "Java", "industry_raw": "化工"}, {}] * 5
    together = rule.assign(postings(*rows))
    alone = pd.concat([rule.assign(postings(row)) for row in rows], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)


YINGKOU = [
    ("窑炉工", "大石桥某矿产有限公司", "", "镁材料深加工"),
    ("会计", "营口某镁质材料有限公司", "", "镁材料深加工"),
    ("岸桥司机", "", "", "港口物流"),
    ("销售代表", "鲅鱼圈某国际货运代理有限公司", "", "港口物流"),
    ("催化裂化操作工", "", "", "石化与精细化工"),
    ("数控车工", "", "生产", "高端装备制造"),
    ("压力容器焊工", "某石化装备制造有限公司", "", "高端装备制造"),
    ("制剂研究员", "", "制药", "生物医药"),
    ("Java开发工程师", "", "制药", "生物医药"),
    ("光伏运维工程师", "", "", "新能源"),
    ("污水处理工", "", "", "节能环保"),
    ("污水处理工", "营口某制药有限公司", "", "生物医药"),
    ("前端开发工程师", "", "", "数字经济"),
    ("会计", "", "生产", None),
    ("QA", "", "", None),
    ("自动化工程师", "", "生产", None),
    ("仓库管理员", "", "", None),
]


@pytest.mark.parametrize(("title", "employer", "industry_raw", "expected"), YINGKOU)
def test_yingkou_recognises_its_industries(postings, title, employer, industry_raw, expected):
    rule = KeyIndustryRule.from_region(read_region("yingkou"))
    frame = postings({"title": title, "employer": employer, "industry_raw": industry_raw})
    assert rule.assign(frame)["key_industry"].item() == expected


@pytest.mark.parametrize(
    "title",
    [
        "上海运营经理",
        "信息化工程师",
        "矿石化验员",
        "各部门机要秘书",
        "较大副作用研究",
        "手机加工工",
        "整理货架",
        "二手车评估师",
    ],
)
@pytest.mark.parametrize("name", region_names())
def test_characters_that_only_happen_to_stand_together_tell_no_port_and_no_refinery(postings, name, title):
    found = KeyIndustryRule.from_region(read_region(name)).assign(postings({"title": title}))
    assert found["key_industry"].item() not in {
        "港口物流",
        "石化与精细化工",
        "石化",
        "高端装备制造",
        "装备制造",
    }


@pytest.mark.parametrize(
    ("title", "industry_raw", "expected"),
    [
        ("炼钢工", "", "冶金"),
        ("镁砂工艺员", "", "建材"),
        ("印染技术员", "", "纺织"),
        ("农艺师", "", "农业"),
        ("肉制品加工工", "", "轻工"),
        ("会计", "银行", "服务业"),
        ("Java开发工程师", "", "电子信息"),
    ],
)
def test_liaoning_recognises_its_industries(postings, title, industry_raw, expected):
    rule = KeyIndustryRule.from_region(read_region("liaoning"))
    found = rule.assign(postings({"title": title, "industry_raw": industry_raw}))
    assert found["key_industry"].item() == expected


@pytest.mark.parametrize(
    ("name", "title", "industry_raw", "expected"),
    [
        ("haicheng", "电熔镁砂工", "", "菱镁新材料"),
        ("haicheng", "滑石矿司机", "", None),
        ("haicheng", "有机颜料研发工程师", "", "精细化工"),
        ("haicheng", "轧钢工", "", "钢铁深加工"),
        ("haicheng", "机械工程师", "", "装备制造"),
        ("haicheng", "光伏运维", "新能源", None),
        ("haicheng", "催化裂化操作工", "", None),
        ("haixi", "卤水提锂工艺工程师", "", "盐湖产业"),
        ("haixi", "钾肥生产操作工", "", "盐湖产业"),
        ("haixi", "光热电站值班员", "新能源", "清洁能源产业"),
        ("haixi", "导游", "", "生态旅游产业"),
        ("haixi", "牦牛养殖技术员", "", "绿色有机农畜产业"),
        ("haixi", "客服（带薪旅游）", "", None),
        ("haixi", "会计", "银行", None),
    ],
)
def test_haicheng_and_haixi_recognise_their_own_industries_only(
    postings, name, title, industry_raw, expected
):
    rule = KeyIndustryRule.from_region(read_region(name))
    found = rule.assign(postings({"title": title, "industry_raw": industry_raw}))
    assert found["key_industry"].item() == expected


@pytest.mark.parametrize("name", region_names())
def test_every_industry_can_be_reached_by_each_of_its_strong_terms(postings, name):
    region = read_region(name)
    rule = KeyIndustryRule.from_region(region)
    terms = [(term, industry.name) for industry in region.industries for term in industry.strong_terms]
    found = rule.assign(postings(*({"title": term} for term, _ in terms)))
    wrong = [term for (term, want), got in zip(terms, found["key_industry"], strict=True) if want != got]
    assert wrong == []
