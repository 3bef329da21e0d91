"""What is read from the text of a résumé; every person is invented."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.normalise.resume import read_profile

TODAY = dt.date(2026, 4, 1)


def _cells(text):
    return dict(read_profile(text, today=TODAY).cells)


def _words(text, field):
    return [span["text"] for span in read_profile(text, today=TODAY).evidence[field]]


def test_the_title_looked_for_comes_before_the_one_held():
    jobs = "工作经历\n2015.01-2018.01 某厂 电工\n2018.01-至今 某公司 设备主管\n2012.01-2014.01 某厂 操作工"
    assert _cells(f"求职意向：机械工程师、工艺员\n{jobs}")["title"] == "机械工程师"
    assert _cells(jobs)["title"] == "设备主管"
    assert _words(jobs, "title") == ["设备主管"]


def test_an_objective_without_a_label_is_the_title():
    assert _cells("求职意向\n窑炉工\n营口")["title"] == "窑炉工"


def test_the_title_held_may_stand_after_a_label_or_in_a_line_of_its_own():
    assert _cells("工作经历\n2015.01-2018.01 某厂\n职位：化验员")["title"] == "化验员"
    assert (
        _cells("工作经历\n2015.01-2018.01 某厂\n化验员\n负责取样并向主管汇报，配合化验")["title"] == "化验员"
    )
    assert "title" not in _cells(
        "工作经历\n某厂\n负责各类设备的日常检查与维护并且完成了许多项目的实施然后向上级汇报给主管"
    )


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("2008-2012 某大学 材料学 本科；2012-2015 某大学 材料学 硕士研究生", "硕士"),
        ("博士研究生，化学", "博士"),
        ("2005-2008 某职业技术学院 机电 大专", "大专"),
        ("技校毕业", "高中/中专"),
        ("Ph.D. in Chemistry", "博士"),
        ("M.Sc. in Chemistry", "硕士"),
        ("бакалавр, химия", "本科"),
        ("初中", "初中"),
    ],
)
def test_the_highest_degree_counts(line, level):
    assert _cells(f"教育经历\n{line}")["education"] == level


@pytest.mark.parametrize(
    ("line", "major"),
    [
        ("2008.09-2012.07 某大学 矿物加工工程 本科", "矿物加工工程"),
        ("毕业于某大学，机械设计制造及其自动化专业", "机械设计制造及其自动化"),
        ("专业：会计学，辅修法语", "会计学"),
        ("Bachelor of Engineering in Materials Science, 2005 - 2009", "Materials Science"),
        ("специальность: обогащение руд", "обогащение руд"),
    ],
)
def test_the_major_is_found(line, major):
    assert _cells(f"教育经历\n{line}")["majors"] == major


def test_an_education_without_a_major_names_none():
    assert "majors" not in _cells("教育经历\n2008.09-2012.07 某大学 本科\n担任班长")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("工作经历\n2015.07-2018.07 某厂\n2017.07-2019.07 某厂\n自我评价\n10年经验", "4.0年"),
        ("工作年限：6年以上", "6年"),
        ("工作年限：应届", "应届"),
        ("自我评价\n具有8年以上窑炉管理经验", "8年"),
        ("Summary\nOver 12 years of process engineering experience", "12年"),
        ("О себе\nопыт работы более 7 лет", "7年"),
    ],
)
def test_dated_jobs_count_before_years_stated(text, years):
    assert _cells(text)["experience_years"] == years


def test_studies_and_projects_are_no_experience():
    text = "教育经历\n2008-2012 某大学 材料学\n项目经历\n2012.01-2014.01 某项目\n工作年限：很久"
    assert "experience_years" not in _cells(text)


def test_skills_lose_the_verbs_around_them():
    text = "专业技能\n1. 熟练掌握PLC编程、AutoCAD等软件\n2. 精通浮选和磁选\n软件：Aspen、Aspen\n能力较强，x"
    assert _cells(text)["skills"] == "PLC编程、AutoCAD、浮选、磁选、Aspen、能力较强"
    assert "skills" not in _cells("技能\n" + "长" * 40)


def test_skills_divided_by_bars_or_slashes_are_told_apart():
    assert _cells("技能\n浮选|磁选   重选")["skills"] == "浮选、磁选、重选"
    names = ("氨水系统", "在线监测设备", "SCR脱硝", "活性炭吸附", "布袋除尘", "浆液密度控制")
    assert _cells(f"技能\n{'/'.join(names)}")["skills"] == "、".join(names)
    assert _cells("技能\nTCP/IP、PL/SQL")["skills"] == "TCP/IP、PL/SQL"


def test_skills_after_a_label_are_read_once():
    assert _cells("技能：浮选、磁选")["skills"] == "浮选、磁选"
    assert _cells("技能\n技能：浮选、磁选\n期望薪资：8000")["skills"] == "浮选、磁选"


def test_certificates_levels_and_languages_are_told_apart():
    cells = _cells("证书\n2019.05 获得低压电工证、焊工（高级技师）、大学英语六级证书、国家奖学金")
    assert (cells["licences"], cells["skill_level"], cells["languages"]) == ("低压电工证", "高级技师", "en")
    assert _cells("持有证书：叉车证、日语N2证书")["licences"] == "叉车证"
    assert _cells("证书\n特种设备安全管理和作业人员证、注册安全工程师")["licences"] == (
        "特种设备安全管理和作业人员证、注册安全工程师"
    )


@pytest.mark.parametrize(
    ("text", "level"), [("技能等级：二级", "技师"), ("证书\n电工三级", "高级工"), ("技能\n高级工程师", None)]
)
def test_the_level_of_skill_is_found(text, level):
    assert _cells(text).get("skill_level") == level


def test_languages_are_codes_in_the_order_named():
    assert _cells("语言能力\n俄语精通，英语六级，普通话")["languages"] == "ru、en、zh"
    assert _cells("Языки\nанглийский, китайский")["languages"] == "en、zh"


def test_what_is_not_stated_is_not_there():
    resume = read_profile("赵测试\n随便一句")
    assert (resume.text, dict(resume.cells), dict(resume.evidence)) == ("", {}, {})
    assert resume.names == ("赵测试",)


_PARTS = [
    "求职意向：",
    "窑炉工",
    "\n",
    "工作经历\n",
    "2015.07-2018.07 ",
    "某厂 ",
    "技能\n",
    "熟悉浮选、",
    "教育经历\n",
    "本科 ",
    "证书\n",
]
_PARTS += [
    "电工证、",
    "三级",
    "英语",
    "材料学 ",
    "专业：",
    "13800001234 ",
    "语言\n",
    "自我评价\n",
    "5年经验",
    "\t",
    "期望薪资：8000 ",
]


@given(st.lists(st.sampled_from(_PARTS), max_size=30).map("".join))
def test_every_span_of_evidence_is_in_the_text(text):
    resume = read_profile(text, today=TODAY)
    assert resume.cells.keys() == resume.evidence.keys()
    for spans in resume.evidence.values():
        assert spans
        for span in spans:
            assert resume.text[span["start"] : span["end"]] == span["text"] != ""


@given(st.text(max_size=150))
def test_any_text_is_read(text):
    assert read_profile(text).cells.keys() <= {"title", "summary", "skills", "experience_years"} | {
        "majors", "education", "skill_level", "licences", "languages", "place", "willing_places",
        "pay_floor", "available_on", "engagement",
    }  # fmt: skip


@pytest.mark.parametrize("heading", ["技能", "教育经历", "工作经历", "证书", "语言", "自我评价"])
@pytest.mark.parametrize("unit", ["熟练", "、", "a ", "专业", "2015-", "经验 ", "опыт ", "and ", "1年"])
def test_a_long_text_is_read_at_once(heading, unit):
    read_profile(f"{heading}\n{unit * 8_000}")
