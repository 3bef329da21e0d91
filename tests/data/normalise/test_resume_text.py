import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.normalise.contacts import HIDDEN
from data.normalise.resume_labels import Section
from data.normalise.resume_pieces import is_title
from data.normalise.resume_text import redact


@pytest.mark.parametrize(
    "head",
    [
        "姓名：赵测试 性别：男 电话：13800001234",
        "赵测试\n男 | 30岁 | 汉族 | 未婚 | 中共党员",
        "赵 测 试\n13800001234 某市某区某路1号",
        "姓名\t赵测试\t性别\t女\n出生年月\t1990.01\t籍贯\t某省",
        "赵测试的个人简历\n姓名 赵测试 民族 汉",
        "姓　　名：赵测试　　性　　别：男",
        "姓  名\t赵测试\t电  话\t13800001234",
        "个人简历——赵测试",
        "个人信息\n姓名：赵测试\n身份证号：110101199003070011",
    ],
)
def test_the_head_of_a_resume_keeps_no_person(head):
    kept = redact(f"{head}\n求职意向：窑炉工\n工作经历\n赵测试主持改造").text
    assert not [
        each
        for each in ("赵测试", "赵 测", "男", "女", "30", "1990", "汉", "138", "某市", "党员", "某省")
        if each in kept
    ]
    assert "求职意向：窑炉工" in kept
    assert f"{HIDDEN}主持改造" in kept


def test_a_name_in_an_alphabet_is_hidden_in_all_its_parts():
    kept = redact("Jane Q. Invented\nSummary\nInvented led a team. Janet did not. Call JANE.").text
    assert kept == f"Summary\n{HIDDEN} led a team. Janet did not. Call {HIDDEN}."


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("本人男，28岁，汉族，已婚，责任心强", "责任心强"),
        ("我叫赵测试，1990年5月出生于某地，做过5年点检", "做过5年点检"),
        ("籍贯某省某市，熟悉浮选", "熟悉浮选"),
        ("男装设计，族谱整理，群众工作", "男装设计，族谱整理，群众工作"),
        ("● 邮箱：a@b.com  证明人：李某  业绩：节能12%", "业绩：节能12%"),
    ],
)
def test_words_about_the_person_go_and_the_rest_stays(line, kept):
    assert redact(f"自我评价\n{line}").text == f"自我评价\n{kept}"


def test_schools_are_hidden_and_degrees_stay():
    text = "教育经历\n2008-2012 东北样本大学 材料学 大学本科\n2005-2008 某市第一高级中学 高中"
    kept = redact(text).text
    assert "样本" not in kept
    assert "第一" not in kept
    assert "大学本科" in kept


def test_family_and_referees_go_whole():
    kept = redact("技能\n浮选\n家庭成员\n父亲 赵某 某厂\n证明人\n李某\n证书：低压电工证").text
    assert kept == "技能\n浮选\n证书：低压电工证"


def test_a_line_with_a_label_opens_its_section_and_the_head_stays_the_head():
    kept = redact("技能：浮选\n赵测试\n自我评价：责任心强\n爱学习")
    assert kept.text == "技能：浮选\n自我评价：责任心强\n爱学习"
    assert [line.section for line in kept.lines] == [Section.HEADER, Section.SELF, Section.SELF]


def test_a_resume_without_headings_is_cut_at_its_dates():
    kept = redact("赵测试\n2005-2008 某某技工学校 焊接\n2008.07-2010.07 某厂 电焊工\n持有焊工证")
    assert [line.section for line in kept.lines] == [Section.EDUCATION, Section.WORK, Section.WORK]


def test_a_label_without_a_value_and_an_empty_text_leave_nothing():
    assert redact("期望薪资：\n现居地").text == ""
    assert redact("").text == ""


def test_a_label_with_an_empty_cell_takes_nothing_from_the_next_label():
    kept = redact("工作经历\n期望薪资\t\t联系电话\t甲乙丙丁\n求职意向\t到岗时间\t随时")
    assert [(item.field, item.text) for item in kept.items] == [("available_on", "随时")]
    assert "甲乙丙丁" not in kept.text


def test_items_say_where_they_stand():
    kept = redact("个人简历\n求职意向：窑炉工 期望薪资：8000元/月\n现居地\t营口市")
    assert [(item.field, kept.text[item.start : item.start + len(item.text)]) for item in kept.items] == [
        ("title", "窑炉工"),
        ("pay_floor", "8000元/月"),
        ("place", "营口市"),
    ]


@pytest.mark.parametrize("text", ["窑炉工程师", "焊接班长", "Process Engineer", "инженер-технолог"])
def test_a_title_is_known(text):
    assert is_title(text)


@pytest.mark.parametrize("text", ["某某工程师有限公司", "负责检修", "营口", "Engineer Ltd", ""])
def test_what_is_no_title_is_known(text):
    assert not is_title(text)


_WORDS = [
    "姓名",
    "赵测试",
    "：",
    "\n",
    "\t",
    " ",
    "工作经历",
    "技能",
    "2015.07-至今",
    "电焊工",
    "男",
    "专业",
    "Name",
    "、",
    "本科",
]


@given(st.lists(st.sampled_from(_WORDS), max_size=25).map("".join))
def test_every_line_and_item_lies_in_the_text(text):
    kept = redact(text)
    for part in (*kept.lines, *kept.items):
        assert kept.text[part.start : part.start + len(part.text)] == part.text


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    assert redact(text).text.count("\n") <= len(text.splitlines()) * 2


@pytest.mark.parametrize("unit", ["a：", "姓名 ", "，", "大学", "Aa ", "1", "生于", "\t", "специальность "])
def test_a_long_text_is_read_at_once(unit):
    redact("教育经历\n" + unit * 20_000)


_LABELS = [
    "姓名",
    "性别",
    "出生年月",
    "籍贯",
    "户口所在地",
    "婚姻状况",
    "政治面貌",
    "身份证号",
    "家庭住址",
    "毕业院校",
    "紧急联系人",
    "民族",
]


@given(
    st.sampled_from(_LABELS),
    st.sampled_from(
        ["{0}：{1}", "{0}: {1}", "{0}\t{1}", "求职意向：会计  {0}：{1}", "专业\t会计学\t{0}\t{1}"]
    ),
    st.sampled_from(["", "工作经历\n", "自我评价\n", "求职意向：会计\n", "个人信息\n"]),
)
def test_a_private_value_never_survives_wherever_it_stands(label, form, before):
    kept = redact(before + form.format(label, "甲乙丙丁") + "\n技能\n报税")
    assert "甲乙丙丁" not in repr((kept.text, kept.lines, kept.items))
    assert kept.text.endswith("技能\n报税")
