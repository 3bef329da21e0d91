"""What somebody is does not stay in what somebody offers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.normalise.persons import person_terms, without_person

STATEMENTS = [
    "我叫王建国",
    "姓名：李秀英",
    "王丽，女，28岁",
    "本人阿依古丽·买买提",
    "张伟先生",
    "性别：女",
    "本人女性",
    "男，55岁",
    "今年28岁",
    "90后",
    "80后宝妈",
    "1995年出生",
    "已退休",
    "年近六十",
    "人到中年",
    "户籍营口",
    "籍贯河南",
    "农村户口",
    "本地人",
    "辽宁人",
    "来自农村",
    "汉族",
    "维吾尔族",
    "少数民族",
    "已婚已育",
    "未婚",
    "离异",
    "有两个孩子",
    "因生育在家三年",
    "2019年至2021年休产假离岗",
    "基督徒",
    "信仰伊斯兰教",
    "无宗教信仰",
    "肢体残疾三级",
    "持残疾证",
    "乙肝病毒携带者",
    "小三阳",
    "清华大学",
    "毕业于清华大学",
    "某职业技术学院毕业",
    "985高校毕业",
    "211",
    "双一流",
    "第一学历为大专",
    "照片见附件",
    "附近照",
    "身高175",
    "身体健康",
    "female",
    "28 years old",
    "I am a 55-year-old woman",
    "married with two children",
    "ethnic Uyghur",
    "Muslim",
    "Graduated from Tsinghua University",
    "photo attached",
    "Mr. Wang Wei",
    "My name is Li Na",
    "женщина",
    "мне 55 лет",
    "замужем",
    "окончил МГУ",
    "фото прилагается",
    "李建国师傅",
    "Ivan Petrov",
    "Li Na",
    "Иван Петров",
    "两个孩子的爸爸",
    "三个孩子的妈妈",
    "河南人",
    "鲅鱼圈人",
    "盖州人",
    "虚岁二十八",
    "听障",
    "视障人士",
    "听力障碍",
    "有听力障碍",
    "住营口市站前区东风小区3号楼2单元501",
    "家住红海小区12-3-402",
    "家住站前区",
    "营口市站前区东风小区3号楼2单元501",
    "deaf",
    "hearing impaired",
]
WORK = [
    "女装设计",
    "女装设计师，男鞋企划",
    "老年护理，照护失能老人",
    "幼儿教育，照看3-6岁儿童",
    "民族器乐教师",
    "回族食堂厨师",
    "维吾尔语翻译",
    "母婴护理",
    "婚礼策划",
    "乙肝疫苗研发",
    "残疾人康复器械研发",
    "基督教建筑修缮",
    "户籍管理系统开发",
    "985型轴承装配",
    "高纯石英",
    "石英砂提纯",
    "白云石煅烧",
    "退休返聘",
    "愿意退休返聘，每周两天",
    "退休人员管理系统",
    "做过10年焊接",
    "28年工作经验",
    "2008年起任班长",
    "熟悉 MS SQL Server",
    "Led a young team of 12",
    "single crystal growth",
    "Male connectors assembly",
    "来自鞍钢的高级工程师",
    "妇产科护士",
    "男科医师",
    "照片修图",
    "证件照拍摄",
    "单身公寓管理",
    "先生产后生活",
    "安全员证",
    "张力控制",
    "高强钢焊接",
    "安全管理",
    "石油化工",
    "方案设计",
    "中年危机心理咨询",
    "青年旅社运营",
    "产假工资核算",
    "Опыт 20 лет, сварщик",
    "русский",
    "Korean",
    "with 20 years of experience",
    "age hardening alloys",
    "女装设计总监",
    "男科护士",
    "幼儿师范",
    "工人",
    "负责人",
    "法人",
    "候选人",
    "机器人",
    "主持人",
    "中国人民银行",
    "在站前区某厂工作",
    "王府井",
    "王府井百货导购",
    "Mail",
    "male connector",
    "female connector",
    "Female connector assembly worker",
    "宝妈客户群运营",
    "宝妈社群运营专员",
    "阿姨培训师",
    "康师傅",
    "高级工程师：8年经验",
    "焊接：8年经验",
    "张力控制：8年经验",
    "Visual Studio",
    "Java Spring",
    "Adobe Photoshop",
    "听障儿童康复训练",
    "住院部护士",
    "住校老师",
    "住客服务",
    "住宅楼维修",
    "暂住人口管理",
    "负责东风小区3号楼2单元施工",
    "东风小区3号楼2单元施工",
    "包装师傅",
    "老年护理员",
    "学院路店店长",
    "地址解析开发",
    "居住地块规划",
    "",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_about_the_person_leaves_no_trace(statement):
    assert without_person(f"做过五年镁砂浮选，{statement}，熟悉PLC。") == "做过五年镁砂浮选，熟悉PLC。"
    assert without_person(f"{statement}。做过五年镁砂浮选。") == "做过五年镁砂浮选。"
    assert without_person(f"焊工（{statement}）") == "焊工"
    assert person_terms(["焊接", statement]) == ("焊接",)


@pytest.mark.parametrize("text", WORK)
def test_work_that_only_sounds_like_it_stays(text):
    assert without_person(text) == text
    assert person_terms([text] if text else []) == ((text,) if text else ())


def test_words_inside_a_sentence_go_and_the_sentence_stays():
    assert without_person("我是一名28岁的女焊工，会氩弧焊") == "我是一名焊工，会氩弧焊"
    assert without_person("女焊工") == "焊工"
    assert without_person("第一学历大专，自学机械设计") == "自学机械设计"


def test_two_people_of_the_same_work_leave_the_same_words():
    one = "王丽，女，汉族，28岁，已婚，毕业于清华大学材料工程专业。做过五年镁砂浮选。"
    other = "买买提·艾力，男，维吾尔族，55岁，未婚，毕业于营口职业技术学院材料工程专业。做过五年镁砂浮选。"
    assert without_person(one) == without_person(other) == "材料工程专业。做过五年镁砂浮选。"


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.sampled_from([*STATEMENTS, *WORK]) | st.text(max_size=6), max_size=6),
    st.sampled_from(["，", "。", "\n", " ", "、", "; "]),
)
def test_what_is_left_of_any_text_holds_no_more_of_it(words, mark):
    rest = without_person(mark.join(words))
    assert without_person(rest) == rest


@pytest.mark.parametrize("name", ["胡睿", "徐雯", "王建国", "欧阳春花", "央金卓玛"])
def test_a_name_beside_the_work_of_a_title_goes(name):
    assert without_person(f"焊工（{name}）", title=True) == "焊工"
    assert without_person(f"{name}，男，28岁。做过五年焊接。") == "做过五年焊接。"


@pytest.mark.parametrize("title", ["焊工（高压）", "电工（高级）", "组件测试员（女）", "石英砂工（白云石）"])
def test_the_work_of_a_title_stays(title):
    assert without_person(title, title=True) == title.replace("（女）", "")


def test_a_name_in_a_list_goes_only_where_its_characters_or_its_neighbour_tell():
    assert person_terms(["金哲洙", "男", "金蝶", "王芳"]) == ("金蝶",)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("王小明：8年焊接经验", "8年焊接经验"),
        ("陈刚: 电工，10年经验", "电工，10年经验"),
        ("石英：8年提纯", "石英：8年提纯"),
        ("Ivan Petrov: welder", "welder"),
        ("Ivan Petrov, welder", "welder"),
        ("姓名 王小明 性别 男", ""),
        ("姓名 王小明 性别 男 年龄 28 民族 汉 八年焊接经验", "八年焊接经验"),
        ("家庭住址 营口市老边区花园小区 5栋301室，会焊接", "会焊接"),
        ("住址：营口市西市区渤海大街西12号，会焊接", "会焊接"),
    ],
)
def test_a_name_or_an_address_before_its_colon_or_behind_its_label_goes(text, kept):
    assert without_person(text) == kept


@pytest.mark.parametrize("title", [True, False])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("焊工-李娜", "焊工"),
        ("李娜-焊工", "焊工"),
        ("电工—王芳", "电工"),
        ("Welder - Ivan Petrov", "Welder"),
        ("石英-提纯工", "石英-提纯工"),
        ("阿姨焊工", "焊工"),
        ("宝妈会计", "会计"),
        ("Male welder", "welder"),
        ("Female welder", "welder"),
        ("Experienced female senior welder", "Experienced senior welder"),
        ("焊工-高级", "焊工-高级"),
        ("电工-高压", "电工-高压"),
        ("Siemens Step-welder", "Siemens Step-welder"),
    ],
)
def test_a_sex_or_a_name_at_the_work_goes_and_the_work_stays(text, kept, title):
    assert without_person(text, title=title) == kept


@pytest.mark.parametrize("place", ["河南", "营口", "鲅鱼圈", "营口大石桥", "站前区"])
def test_a_place_is_an_origin_only_before_the_word_for_a_person(place):
    assert without_person(f"{place}人，会焊接") == without_person(f"我是{place}人，会焊接") == "会焊接"
    assert without_person(f"在{place}某厂做焊接") == f"在{place}某厂做焊接"
