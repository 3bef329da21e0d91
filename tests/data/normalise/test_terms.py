import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.normalise.terms import split_licences, split_majors, split_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("['3-4年', '本科', 'java']", ("java",)),
        ("'5-7年', '本科', '通讯', '五险', '绩效奖金'", ("通讯",)),
        ("3-5年-本科-Spring-模块开发-C/C++-Spring Boot", ("Spring", "模块开发", "C", "C++", "Spring Boot")),
        ("计算机，vc++；c#|SQL Server\nExcel", ("计算机", "vc++", "c#", "SQL Server", "Excel")),
        ("TCP/IP、PL/SQL/Java", ("TCP/IP", "PL/SQL", "Java")),
        ("五险一金 员工旅游 交通补贴", ()),
        ("职位亮点14薪五险一金全勤奖餐补弹性工作", ()),
        ("绩效考核、薪酬福利、风险控制、团队建设", ("绩效考核", "薪酬福利", "风险控制", "团队建设")),
        ("Java、java、JAVA", ("Java",)),
        ("['']", ()),
        ("无", ()),
        ("", ()),
    ],
)
def test_skills_are_split_and_benefits_left_out(text, terms):
    assert split_terms(text) == terms


def test_a_sentence_is_no_skill():
    assert split_terms("熟悉" + "很长的要求" * 20) == ()


@pytest.mark.parametrize(
    ("text", "majors"),
    [
        ("机械类、自动化等相关专业", ("机械类", "自动化")),
        ("财务管理, 企业管理（含：财务管理、市场营销）", ("财务管理", "企业管理", "市场营销")),
        ("计算机或软件工程专业优先", ("计算机", "软件工程")),
        ("电气工程及其自动化", ("电气工程及其自动化",)),
        ("计算机科学与技术（师范）", ("计算机科学与技术(师范)",)),
        ("['会计', '审计']", ("会计", "审计")),
        ("专业不限", ()),
        ("相关专业", ()),
        ("", ()),
    ],
)
def test_majors_keep_their_names(text, majors):
    assert split_majors(text) == majors


def test_licences_are_split():
    assert split_licences("低压电工证、叉车证\n低压电工证") == ("低压电工证", "叉车证")
    assert split_licences("不限") == ()
    assert split_licences("") == ()


def test_a_very_long_cell_is_no_term():
    assert split_terms("有" * 100_000) == ()


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_splitters_and_no_term_is_empty(text):
    for split in (split_terms, split_majors, split_licences):
        assert all(term.strip() and len(term) <= 40 for term in split(text))


@given(st.lists(st.sampled_from(["浮选", "PLC", "C++", "SQL Server", "镁碳砖"]), unique=True, max_size=5))
def test_a_written_list_is_read_back(terms):
    for mark in ("、", "，", ";", "|", "\n"):
        assert split_terms(mark.join(terms)) == tuple(terms)
