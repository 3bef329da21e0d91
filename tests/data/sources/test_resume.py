"""Résumés in Word and PDF; every person in them is invented."""

import datetime as dt
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from data.errors import FileProblem
from data.normalise.postings import normalise_profiles
from data.sources.columns import RESUME_TEXT, TableKind, is_refused
from data.sources.stream import open_table, open_tables
from data.sources.tables import read_table

MAX = 5_000_000
TODAY = dt.date(2026, 4, 1)
SECRETS = (
    "赵测试",
    "13800001234",
    "13900001111",
    "zhao@example.com",
    "1990",
    "汉族",
    "党员",
    "示例大学",
    "某镇某路",
)

LABELLED = (
    "姓名：赵测试    性别：男    出生年月：1990.01    民族：汉族",
    "电话：13800001234    邮箱：zhao@example.com    住址：某镇某路1号    政治面貌：党员",
    "求职意向：矿物加工工程师    期望地点：营口、大连    期望薪资：8000-10000元/月    到岗时间：随时",
    "现居地：营口市",
    "教育经历",
    "2008.09-2012.07    东北示例大学    矿物加工工程    本科",
    "工作经历",
    "2012.07-2016.07    营口样本耐火材料有限公司    工艺工程师",
    "负责浮选工艺，赵测试主导改造",
    "2015.07-2018.07    样本镁业有限公司    技术主管",
    "项目经历",
    "2条生产线改造，联系13900001111",
    "技能",
    "熟练掌握PLC编程、AutoCAD；了解浮选",
    "证书",
    "低压电工证、电工（三级/高级工）、大学英语六级",
    "自我评价",
    "责任心强",
)
EXPECTED = {
    "title": "矿物加工工程师",
    "skills": ("PLC编程", "AutoCAD", "浮选"),
    "majors": ("矿物加工工程",),
    "education": "本科",
    "skill_level": "高级工",
    "experience_years": 6.0,
    "place_code": "210800",
    "willing_codes": ("210800", "210200"),
    "pay_floor": 8000.0,
    "available_on": TODAY,
    "licences": ("低压电工证",),
    "languages": ("en",),
}


def _profile(path):
    table = read_table(path, max_bytes=MAX, today=TODAY)
    frame = normalise_profiles(table, today=TODAY).frame
    _check_spans(table)
    # The id is a hash, in which any digits may stand.
    return frame.drop(columns="profile_id").iloc[0].to_dict()


def _check_spans(table):
    text = table.frame[RESUME_TEXT].iloc[0]
    for spans in table.evidence[1].values():
        for span in spans:
            assert text[span["start"] : span["end"]] == span["text"]


def _check(profile, expected):
    assert {name: profile[name] for name in expected} == expected


def test_a_resume_in_word_fills_a_profile(word):
    profile = _profile(word(LABELLED))
    _check(profile, EXPECTED)
    assert "负责浮选工艺" in profile["summary"]
    assert "责任心强" in profile["summary"]
    assert set(EXPECTED) - {"place_code", "willing_codes"} <= {*profile["evidence"]}


def test_the_same_resume_in_pdf_fills_the_same_profile(pdf):
    _check(_profile(pdf(LABELLED)), EXPECTED)


@pytest.mark.parametrize("maker", ["word", "pdf"])
def test_nothing_that_tells_who_it_is_gets_in(request, maker):
    path = request.getfixturevalue(maker)(
        LABELLED, name=f"赵测试-简历.{'docx' if maker == 'word' else 'pdf'}"
    )
    table = read_table(path, max_bytes=MAX, today=TODAY)
    kept = repr((table.file, table.frame.to_dict("records"), table.evidence))
    assert not [secret for secret in SECRETS if secret in kept]
    assert not [name for name in table.frame.columns if is_refused(name, TableKind.PROFILE)]


def test_a_resume_laid_out_as_a_form_is_read(word):
    rows = [
        ["姓名", "赵测试", "性别", "男"],
        ["最高学历", "硕士研究生", "专业", "材料学"],
        ["联系电话", "13800001234", "工作年限", "6年"],
        ["应聘岗位", "窑炉工程师", "现居地", "大石桥市"],
        ["外语水平", "日语N2", "技能等级", "技师"],
    ]
    profile = _profile(word(["个人简历", rows]))
    _check(
        profile,
        {
            "title": "窑炉工程师",
            "education": "硕士",
            "majors": ("材料学",),
            "experience_years": 6.0,
            "place_code": "210882",
            "skill_level": "技师",
            "languages": ("ja",),
        },
    )
    assert "赵测试" not in repr(profile)


def test_a_resume_in_two_columns_is_read_cell_by_cell(word):
    left = "钱示例\n13800001234\n求职意向：电焊工\n技能\n氩弧焊、读图"
    jobs = "工作经历\n2010-2014 样本船厂 电焊工\n2014-至今 样本港机公司 焊接班长"
    right = f"{jobs}\n教育经历\n2007-2010 示例技工学校 焊接技术 中技"
    profile = _profile(word([[[left, right]]]))
    _check(
        profile,
        {
            "title": "电焊工",
            "skills": ("氩弧焊", "读图"),
            "education": "高中/中专",
            "majors": ("焊接技术",),
            "experience_years": 16.2,
        },
    )
    assert "钱示例" not in repr(profile)


def test_an_upright_heading_beside_its_content_is_read(word):
    rows = [["求职意向", "化验员"], ["工\n作\n经\n历", "2019.01-2021.01 样本化工厂 化验员\n做滴定分析"]]
    _check(_profile(word([rows])), {"title": "化验员", "experience_years": 2.0})


def test_page_headers_and_text_boxes_are_read(word):
    path = word(["技能", "浮选"], header="求职意向：选矿工程师    电话：13800001234")
    document = Document(str(path))
    box = (
        f"<w:r {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'><w:pict><v:shape>"
        "<v:textbox><w:txbxContent>"
        "<w:p><w:r><w:t>工作经历</w:t></w:r></w:p><w:p><w:r><w:t>2019.01-2021.01</w:t><w:tab/>"
        "<w:t>样本选厂</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document.paragraphs[1].add_run().element.addnext(parse_xml(box))
    document.save(str(path))
    _check(_profile(path), {"title": "选矿工程师", "skills": ("浮选",), "experience_years": 2.0})


def test_content_controls_and_merged_cells_are_read_once(word):
    path = word(["x", [["求职意向", "钳工", "钳工"]]])
    document = Document(str(path))
    document.tables[0].cell(0, 1).merge(document.tables[0].cell(0, 2)).text = "钳工"
    inside = "<w:sdtContent><w:p><w:r><w:t>技能：装配</w:t></w:r></w:p></w:sdtContent>"
    control = f"<w:sdt {nsdecls('w')}>{inside}</w:sdt>"
    document.paragraphs[0].paragraph_format.element.addnext(parse_xml(control))
    document.save(str(path))
    _check(_profile(path), {"title": "钳工", "skills": ("装配",)})


def test_an_english_cv_is_read(pdf):
    lines = [
        "John Q. Invented",
        "Senior Process Engineer | Dalian",
        "john@example.com | +86 138 0000 1234",
        "Date of birth: 01/02/1985   Nationality: Utopian",
        "WORK EXPERIENCE",
        "Senior Process Engineer, Sample Refractories Co., Ltd.    Jul 2015 – Present",
        "Led kiln optimisation.",
        "Process Engineer, Sample Minerals LLC    07/2009 - 06/2015",
        "EDUCATION",
        "Bachelor of Science in Mineral Processing, Sample University of Technology, 2005 - 2009",
        "SKILLS",
        "Aspen Plus, MATLAB; flotation and kiln control",
        "LANGUAGES",
        "English (native), Chinese (HSK 4)",
        "REFERENCES",
        "Jane Sample, +86 139 0000 0000",
    ]
    profile = _profile(path := pdf(lines))
    assert read_table(path, max_bytes=MAX).frame["所学专业"].tolist() == ["Mineral Processing"]
    _check(
        profile,
        {
            "title": "Senior Process Engineer",
            "education": "本科",
            "skills": ("Aspen Plus", "MATLAB", "flotation", "kiln control"),
            "languages": ("en", "zh"),
            "experience_years": 16.7,
        },
    )
    assert not [
        word for word in ("Invented", "01/02", "Utopian", "Jane", "139 0000") if word in repr(profile)
    ]


def test_a_russian_cv_is_read(word):
    lines = [
        "РЕЗЮМЕ",
        "ФИО: Выдуманный Иван Примерович",
        "Дата рождения: 01.02.1988    Телефон: +7 914 123-45-67",
        "Желаемая должность: инженер-технолог",
        "Опыт работы",
        "июль 2012 — июль 2020  ООО Образец, инженер-технолог",
        "Образование",
        "2006 - 2011 Примерный университет, специальность: обогащение руд, высшее",
        "Навыки",
        "AutoCAD, обжиг",
        "Языки",
        "русский, английский",
    ]
    profile = _profile(path := word(lines))
    assert read_table(path, max_bytes=MAX).frame["所学专业"].tolist() == ["обогащение руд"]
    _check(
        profile,
        {
            "title": "инженер-технолог",
            "education": "本科",
            "skills": ("AutoCAD", "обжиг"),
            "languages": ("ru", "en"),
            "experience_years": 8.0,
        },
    )
    assert not [word for word in ("Иван", "01.02", "914 123", "университет") if word in repr(profile)]


def test_a_resume_without_a_title_is_refused_with_a_reason(word):
    normalised = normalise_profiles(read_table(word(["随便写的一段话"]), max_bytes=MAX), today=TODAY)
    assert [problem.code for problem in normalised.problems] == ["title_missing"]


def test_a_table_has_no_evidence(tmp_path):
    (tmp_path / "a.csv").write_text("求职意向,技能\n会计,报税\n", encoding="utf-8")
    frame = normalise_profiles(read_table(tmp_path / "a.csv", max_bytes=MAX), today=TODAY).frame
    assert frame["evidence"].tolist() == [{}]


@pytest.mark.parametrize(
    ("lines", "password"), [([], ""), (LABELLED, "geheim")], ids=["pictures only", "password"]
)
def test_a_pdf_without_readable_text_says_what_to_do(pdf, lines, password):
    with pytest.raises(FileProblem) as caught:
        open_table(pdf(lines, password=password), max_bytes=MAX)
    assert caught.value.code == "resume_no_text"
    assert ("密码" if password else "OCR") in str(caught.value)


def test_a_pdf_that_anyone_may_open_is_read(pdf):
    from pypdf import PdfWriter

    path = pdf(LABELLED)
    writer = PdfWriter(clone_from=str(path))
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(str(path))
    assert _profile(path)["title"] == "矿物加工工程师"


def test_an_empty_document_says_what_to_do(word):
    with pytest.raises(FileProblem) as caught:
        open_table(word([]), max_bytes=MAX)
    assert caught.value.code == "resume_no_text"


def test_a_damaged_document_is_refused(tmp_path, word):
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\n\x00\x01")
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as file:
        file.writestr("[Content_Types].xml", "<x/>")
        file.writestr("word/document.xml", "<x/>")
    for name in ("b.pdf", "b.docx"):
        with pytest.raises(FileProblem) as caught:
            open_table(tmp_path / name, max_bytes=MAX)
        assert caught.value.code == "file_corrupt"
    with pytest.raises(FileProblem) as caught:
        open_table(word(LABELLED), max_bytes=1_000)
    assert caught.value.code == "file_too_large"


def test_a_zip_of_resumes_gives_a_table_each(tmp_path, word, pdf):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.write(word(LABELLED), "甲.docx")
        file.write(pdf(LABELLED), "乙.pdf")
    streams = open_tables(tmp_path / "all.zip", max_bytes=MAX, today=TODAY)
    assert [stream.file for stream in streams] == ["甲.docx", "乙.pdf"]
    assert len({stream.sha256 for stream in streams}) == 2
    for stream in streams:
        (part,) = stream.parts()
        assert (stream.total_rows, len(part.frame)) == (1, 1)
        assert part.frame["从事岗位"].tolist() == ["矿物加工工程师"]
        assert tuple(part.frame.columns) == stream.columns
