import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.normalise.clauses import split_excluded, usable_terms


@pytest.mark.parametrize(
    "clause",
    [
        "限女性",
        "男性优先",
        "男女不限",
        "性别不限",
        "性别：女",
        "35岁以下",
        "18-35周岁",
        "年龄不限",
        "年龄要求：25至40岁",
        "年龄不超过45周岁",
        "90后优先",
        "限汉族",
        "民族不限",
        "无宗教信仰",
        "已婚已育优先",
        "婚育不限",
        "三年内无生育计划",
        "本地户口优先",
        "限营口户籍",
        "户籍不限",
        "籍贯不限",
        "无乙肝",
        "乙肝病毒携带者勿扰",
        "体检查乙肝",
        "985/211院校优先",
        "双一流高校毕业",
        "第一学历须为重点大学",
        "名校背景",
        "QS前100",
        "简历请附近照",
        "身高165cm以上",
        "165以上",
        "形象气质佳",
        "五官端正",
        "体重不限",
        "残疾人优先",
    ],
)
def test_a_clause_that_may_not_be_used_is_taken_out(clause):
    kept, findings = split_excluded(f"负责设备点检，{clause}，有驾照。熟悉PLC")
    assert kept == "负责设备点检，有驾照。熟悉PLC"
    assert all(finding.text in clause for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "负责女装设计",
        "男科门诊",
        "身高测量仪维护",
        "年龄结构分析",
        "产品型号AT211-985",
        "订单编号2110985",
        "享受婚假、产假和陪产假",
        "优秀者可解决北京户口",
        "户籍管理系统开发",
        "4-16岁青少年编程教育",
        "面向35岁以上患者的慢病管理，3岁以下婴幼儿",
        "提升品牌形象好感度",
        "乙肝疫苗研发",
        "子女均可入读",
        "系统招标采购",
        "团队平均年龄27岁",
        "少数民族地区扶贫项目",
        "全日制工作，双休",
        "负责商品照片拍摄",
        "婚恋平台运营",
        "",
    ],
)
def test_what_only_looks_like_one_stays(text):
    assert split_excluded(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("统招本科及以上学历，3年以上经验", "本科及以上学历，3年以上经验"),
        ("全日制大专以上", "大专以上"),
        ("本科（全日制）及以上", "本科及以上"),
        ("统招一本及以上", "本科及以上"),
        ("本科以上学历（985、211优先）", "本科以上学历"),
        ("35岁以下本科以上", "本科以上"),
    ],
)
def test_a_lawful_demand_survives_the_words_around_it(text, kept):
    assert split_excluded(text)[0] == kept


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("会计（限女性）", "会计"),
        ("主播（女）", "主播"),
        ("客服前台（20-35岁165以上）+五险一金", "客服前台+五险一金"),
        ("Java（统招本科）", "Java（本科）"),
        ("高薪招聘男女普工", "高薪招聘普工"),
        ("招募网约车司机户籍不限", "招募网约车司机"),
        ("50岁以上直播主播", "直播主播"),
        ("高级Python工程师（211）", "高级Python工程师"),
        ("算法工程师-硕士985、211", "算法工程师-硕士"),
        ("男女不限", ""),
    ],
)
def test_a_title_keeps_its_work(title, kept):
    assert split_excluded(title)[0] == kept


def test_items_keep_their_numbers_when_another_one_goes():
    text = "1、男女不限；2、大专以上；3、身高165以上，形象好；4、熟悉CAD"
    kept, findings = split_excluded(text)
    assert kept == "2、大专以上；4、熟悉CAD"
    assert [finding.text for finding in findings] == ["身高165以上", "形象好"]


def test_lines_stay_lines():
    assert split_excluded("大专以上\n男女不限\n熟悉Office")[0] == "大专以上\n熟悉Office"


def test_a_long_sentence_loses_only_the_words():
    text = "我们需要一位能够独立完成全部设备检修工作并且年龄18-35岁能够适应倒班的同事加入"
    kept, findings = split_excluded(text)
    assert kept == "我们需要一位能够独立完成全部设备检修工作并且能够适应倒班的同事加入"
    assert [finding.text for finding in findings] == ["年龄18-35岁"]


def test_bare_words_count_beside_a_demand():
    kept, findings = split_excluded("女，35岁以下，大专")
    assert (kept, [finding.text for finding in findings]) == ("大专", ["女", "35岁以下"])
    assert split_excluded("不限男女、年龄、户籍") == ("", ())


def test_a_list_loses_the_terms_that_are_demands_and_hides_contacts():
    usable, findings = usable_terms(["焊接", "985", "男女不限", "女性优先", "电话13800001234"], "skills")
    assert usable == ("焊接", "电话［已隐去］")
    assert [(finding.rule, finding.field, finding.text) for finding in findings] == [
        ("school_tier", "skills", "985"),
        ("sex", "skills", "女性优先"),
    ]


@settings(deadline=None, max_examples=300)
@given(
    st.text()
    | st.text(alphabet="男女性别不限35岁以下，。、（）1.统招本科优先户口形象好985/211 \n", max_size=40)
)
def test_no_text_crashes_and_what_is_clean_stays_clean(text):
    kept, findings = split_excluded(text)
    assert len(kept) <= len(text)
    assert kept != text or findings == ()
