import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.linter.patterns import DEMAND, demand_in
from data.linter.scan import lint, lint_terms, scan
from data.records import Severity

PHRASES = {
    "sex": [
        "限女性",
        "男性优先",
        "只招男",
        "性别：女",
        "女士优先考虑",
        "female only",
        "Only men",
        "gender: male",
        "looking for a female",
        "male driver needed",
        "мужской пол",
        "только мужчины",
        "требуется женщина",
        "девушки приветствуются",
    ],
    "age": [
        "35岁以下",
        "18-35周岁",
        "年龄不超过45周岁",
        "年龄要求：25至40岁",
        "90后优先",
        "大龄勿扰",
        "under 35",
        "aged 18-35",
        "not older than 40 years old",
        "max age 40",
        "до 35 лет",
        "возраст от 25 до 40 лет",
        "не старше 45 лет",
    ],
    "ethnicity": ["限汉族", "少数民族除外", "民族：汉族", "Slavic appearance", "славянская внешность"],
    "religion": ["无宗教信仰", "Christians preferred", "только православные"],
    "marriage": [
        "已婚已育优先",
        "未婚优先",
        "三年内无生育计划",
        "孕妇勿扰",
        "入职须做孕检",
        "married only",
        "без детей",
        "замужем",
    ],
    "residence": [
        "本地户口优先",
        "限营口户籍",
        "上海户籍或本市户籍",
        "本地人优先",
        "外地人勿扰",
        "沪籍优先",
        "local hukou",
        "местная прописка",
    ],
    "carrier": ["无乙肝", "乙肝病毒携带者勿扰", "体检查乙肝", "无传染病史", "HBV negative", "без гепатита"],
    "disability": ["无残疾", "残疾人勿扰", "四肢健全", "no disabilities", "без инвалидности"],
    "disability_preference": ["残疾人优先", "持有残疾人证"],
    "health": ["身体健康", "无重大疾病史", "无慢性病", "in good health", "без хронических заболеваний"],
    "first_degree": ["第一学历须为本科", "第一学历为重点大学"],
    "school_tier": [
        "985/211院校优先",
        "双一流高校毕业",
        "名校背景",
        "QS前100",
        "毕业于985",
        "top universities only",
    ],
    "photo": ["简历请附近照", "简历附照片", "photo required", "резюме с фото"],
    "height": ["身高165cm以上", "165以上", "体重50公斤以上", "height above 170 cm", "рост от 170 см"],
    "appearance": ["形象气质佳", "五官端正", "相貌端正", "pleasant appearance", "приятная внешность"],
    "belonging": ["人事档案须转入本单位", "人事关系在本市"],
}
DEMANDS = [(rule, phrase) for rule, phrases in PHRASES.items() for phrase in phrases]
POSITIONS = [
    "{}，负责设备点检。熟悉PLC",
    "负责设备点检，{}，有驾照。熟悉PLC",
    "负责设备点检；熟悉PLC；{}",
    "设备点检员（{}）",
    "负责设备点检\n{}\n熟悉PLC",
    "1、负责设备点检；2、{}；3、熟悉PLC",
    "{}",
    "{} ",
    "Welder, {}, knows PLC.",
    "Сварщик, {}, знает PLC.",
]
LAWFUL = [
    "男装设计师",
    "女装店长",
    "女鞋设计，男包企划",
    "儿童年龄段课程研发",
    "面向4-16岁青少年的编程教育",
    "乙肝疫苗研发",
    "乙肝试剂盒检测",
    "985型号轴承装配",
    "产品型号AT211-985",
    "211路公交驾驶员",
    "高铁乘务管理",
    "回族食堂厨师",
    "民族舞教师",
    "形象设计师",
    "维护公司品牌形象",
    "户籍管理民警",
    "户籍管理系统开发",
    "老年护理，照护失能老人",
    "婚庆策划",
    "照片处理与修图",
    "商品照片拍摄",
    "身高测量仪维护",
    "重大传染病防控研究",
    "残余应力分析",
    "采购系统招标文件编制",
    "全日制工作，双休",
    "职业健康安全管理",
    "系统健康检查",
    "解决北京户口",
    "享受婚假、产假和陪产假",
    "员工及子女体检",
    "团队平均年龄27岁",
    "团队以90后为骨干",
    "宗教古建筑修缮",
    "一本正经写代码",
    "态度端正，工作认真",
    "负责残疾人康复器械研发",
    "Response time under 30 minutes, works under pressure",
    "Manage language packages",
    "women's clothing designer",
    "Опыт работы от 3 лет, женская одежда",
    "опыт работы до 20 лет",
    "",
]


@pytest.mark.parametrize(("rule", "phrase"), DEMANDS)
def test_a_demand_is_found_in_any_place_and_nothing_of_it_is_kept(rule, phrase):
    for position in POSITIONS:
        text = position.format(phrase)
        kept, findings = scan(text, "duties")
        assert rule in {finding.rule for finding in findings}, text
        assert lint(kept) == (), (text, kept)
        for finding in findings:
            assert text[finding.start : finding.end] == finding.text
            assert finding.field == "duties"


@pytest.mark.parametrize("text", LAWFUL)
def test_what_only_looks_like_a_demand_is_kept_as_it_is(text):
    assert scan(text) == (text, ())
    longer = f"负责{text}，熟悉PLC"
    assert scan(longer) == (longer, ())


@pytest.mark.parametrize(
    "text",
    [
        "男女不限",
        "年龄不限",
        "性别不限",
        "户籍不限",
        "民族不限",
        "婚育不限",
        "无户籍限制",
        "男女均可",
        "年龄不做要求",
    ],
)
def test_a_mention_that_shuts_nobody_out_goes_without_a_finding(text):
    assert scan(f"负责点检，{text}") == ("负责点检", ())


@pytest.mark.parametrize(
    ("text", "rule", "words", "rewording"),
    [
        ("全日制本科及以上", "school_tier", "全日制本科", "本科或同等技能等级"),
        ("一本及以上学历", "school_tier", "一本", "本科或同等技能等级"),
        ("本科（985）", "school_tier", "985", "相应学历或同等技能等级"),
        ("35岁以下", "age", "35岁以下", "按岗位所需的能力与经验表述"),
        ("限女性", "sex", "限女性", ""),
        ("形象气质佳", "appearance", "形象气质佳", "举止得体，善于沟通"),
    ],
)
def test_a_finding_says_what_to_write_instead(text, rule, words, rewording):
    (finding,) = lint(text, "education")
    assert (finding.rule, finding.text, finding.rewording) == (rule, words, rewording)


def test_severity_and_law_come_from_the_rule():
    sex, age = lint("限男性，35岁以下")
    assert (sex.severity, age.severity) == (Severity.BLOCK, Severity.WARN)
    assert "第43条" in sex.law


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("任职要求:1.22-28周岁之间，计算机专业", "任职要求:1.，计算机专业"),
        ("会计（本科-38岁以下）", "会计（本科-）"),
        ("Welder. Female only. Good English", "Welder. Good English"),
        ("We look for a female candidate who welds", "We look for a who welds"),
        ("985 211 院校优先，本科", "院校优先，本科"),
        ("一本本科及以上", "本科及以上"),
    ],
)
def test_an_odd_place_does_not_hide_a_demand(text, kept):
    assert scan(text).kept.replace("  ", " ") == kept


@pytest.mark.parametrize(
    "text", ["女，大专", "任职资格：1、女；2、会开车", "主播 女", "女160CM以上", "会计（女）", "22岁，女"]
)
def test_a_bare_sex_is_a_demand_wherever_it_stands_alone(text):
    assert "sex" in {finding.rule for finding in lint(text)}
    assert "女" not in scan(text).kept


@pytest.mark.parametrize("text", ["男、女不限", "男，女均可", "（男、女）"])
def test_both_sexes_together_shut_nobody_out(text):
    assert scan(f"会计，{text}，会记账").findings == ()


@pytest.mark.parametrize("text", ["男、女、童装设计", "负责男、女、童三类服装"])
def test_clothes_for_both_sexes_stay(text):
    assert scan(text) == (text, ())


def test_a_listed_term_is_a_demand_by_itself():
    usable, findings = lint_terms(["焊接", "985", "女", "年龄", "35岁以下", "本地户口"], "skills")
    assert usable == ("焊接",)
    assert [(finding.rule, finding.start) for finding in findings] == [
        ("school_tier", 3),
        ("sex", 7),
        ("age", 12),
        ("residence", 18),
    ]
    joined = "焊接、985、女、年龄、35岁以下、本地户口"
    assert all(joined[finding.start : finding.end] == finding.text for finding in findings)


_WORDS = st.lists(
    st.sampled_from([phrase for _, phrase in DEMANDS] + [text for text in LAWFUL if text])
    | st.text(alphabet="男女性别不限35岁以下统招本科户口形象985/211ма ", max_size=8),
    max_size=6,
)


@settings(deadline=None, max_examples=300)
@given(words=_WORDS, mark=st.sampled_from(["，", "；", "。", "\n", " ", "、", "（", "）", "/", ", ", ". "]))
def test_what_is_kept_of_any_text_lints_clean(words, mark):
    text = mark.join(words)
    kept, findings = scan(text, "duties")
    assert lint(kept) == ()
    assert scan(kept).kept == kept
    assert all(text[each.start : each.end] == each.text != "" for each in findings)
    assert [each.start for each in findings] == sorted(each.start for each in findings)
    assert len(kept) <= len(text)


@given(_WORDS)
def test_the_quick_pattern_finds_what_the_whole_one_finds(words):
    text = "".join(words)
    quick = [(match.lastgroup, match.span()) for match in demand_in(text).finditer(text)]
    assert quick == [(match.lastgroup, match.span()) for match in DEMAND.finditer(text)]


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_no_text_crashes(text):
    kept, findings = scan(text)
    assert findings or len(kept) <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "女，",
        "（女",
        "必须",
        "年龄在",
        "985/",
        "18-",
        "全日制",
        "无重大",
        "限",
        "1.",
        "a ",
        "（女）",
        "до 35 ",
        "限男，（",
    ],
)
def test_the_end_of_a_very_long_text_is_scanned_too(piece):
    text = (piece * 100_000)[:100_000] + "，限女性。"
    assert "限女性" not in scan(text).kept
